#include "fixture.h"

#include <stdio.h>

#include "base/num.h"
#include "write/quantity.h"
#include "write/reason.h"

static void expect(struct scene *s, const struct scene_window *w, const char *expected)
{
    struct oddi_buf out;

    oddi_buf_init(&out, 0);
    oddi_write_reason(&out, &s->o, &w->result, &w->verdicts[0]);
    assert_string_equal(oddi_buf_cstr(&out), expected);
    oddi_buf_free(&out);
}

static void test_one_feature(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    scene_odd(w, 3, 61164753, 97);
    expect(s, w, "bytes 61,164,753: expected 60..40,186,221; would be normal at bytes <= 40,211,003");
    w->reasons[0][0] = (struct oddi_reason){.value = 1,
                                            .nearest_value = 500,
                                            .expected_low = 500,
                                            .expected_high = 500,
                                            .share = 1,
                                            .normal_at = 480};
    expect(s, w, "bytes 1: expected 500; would be normal at bytes >= 480");
    w->reasons[0][0].normal_at = NAN;
    expect(s, w, "bytes 1: expected 500; no single feature would make it normal");
    free(s);
}

static void test_no_reason(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    scene_odd(w, 3, 61164753, 97);
    w->verdicts[0].reasons = NULL;
    expect(s, w, "");
    w->verdicts[0].kind = ODDI_NORMAL;
    expect(s, w, "");
    w->verdicts[0].kind = ODDI_OUTLIER;
    w->result.alone = true;
    w->result.n_rows = 3;
    expect(s, w, "3 flows: nothing to compare with");
    w->result.n_rows = 1;
    expect(s, w, "1 flow: nothing to compare with");
    free(s);
}

static void test_several_features(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w;
    static const double shares[5] = {.004, .93, .03, .03, .006};
    static const char *const names[5] = {"bytes", "pkts", "duration", "src_bytes", "log1p(pkts)"};

    (void)unused;
    s->o.n_features = 5;
    w = scene_add(s, 1654, 1, 6);
    scene_odd(w, 3, 5, 97);
    for (size_t j = 0; j < 5; j++) {
        s->features[j] = names[j];
        w->reasons[0][j] = (struct oddi_reason){.value = 5.5,
                                                .nearest_value = 1.5,
                                                .expected_low = 0,
                                                .expected_high = 2.25,
                                                .share = shares[j],
                                                .normal_at = NAN};
    }
    expect(
        s, w,
        "pkts 5.5 (93 %): expected 0..2.25; duration 5.5 s (3 %): expected 0..2.25 s; src_bytes 5.5 (3 %): "
        "expected 0..2.25; no single feature would make it normal");
    w->reasons[0][2].normal_at = 2;
    w->reasons[0][1].normal_at = 4;
    expect(
        s, w,
        "pkts 5.5 (93 %): expected 0..2.25; duration 5.5 s (3 %): expected 0..2.25 s; src_bytes 5.5 (3 %): "
        "expected 0..2.25; would be normal at duration <= 2 s");
    free(s);
}

/* What is said of the sentence is so. */
static void test_names_of_the_sentence(void **unused)
{
    static const char *const names[6] = {"a", "b", "c", "d", "e", "f"};
    static const double shares[][6] = {
        {.1, .2, .3, .1, .2, .1}, {1, 0, 0, 0, 0, 0}, {.005, .98, .005, .01, 0, 0}, {0, 0, 0, 0, .5, .5}};
    struct scene *s = scene_new();
    struct scene_window *w;

    (void)unused;
    s->o.n_features = 6;
    w = scene_add(s, 10, 1, 1);
    scene_odd(w, 3, 5, 97);
    for (size_t round = 0; round < sizeof shares / sizeof *shares; round++) {
        struct oddi_buf out;

        oddi_buf_init(&out, 0);
        for (size_t j = 0; j < 6; j++) {
            s->features[j] = names[j];
            w->reasons[0][j].share = shares[round][j];
        }
        oddi_write_reason(&out, &s->o, &w->result, &w->verdicts[0]);
        for (size_t j = 0; j < 6; j++) {
            char part[20];

            snprintf(part, sizeof part, "%s 5 (", names[j]);
            assert_int_equal(oddi_reason_names(&s->o, &w->result, &w->verdicts[0], j),
                             strstr(oddi_buf_cstr(&out), part) != NULL);
        }
        oddi_buf_free(&out);
    }
    w->result.alone = true;
    assert_false(oddi_reason_names(&s->o, &w->result, &w->verdicts[0], 4));
    free(s);
}

/* The largest alone is named even if no feature has 1 %. */
static void test_many_equal_features(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w;

    (void)unused;
    s->o.n_features = 8;
    w = scene_add(s, 10, 1, 1);
    scene_odd(w, 3, 5, 97);
    for (size_t j = 0; j < 8; j++) {
        s->features[j] = "x";
        w->reasons[0][j].share = .009;
        w->reasons[0][j].normal_at = NAN;
    }
    expect(s, w, "x 5 (1 %): expected 60..40,186,221; no single feature would make it normal");
    free(s);
}

/* A printed limit is never on the wrong side of the exact one, and near it. */
static void test_limits_stay_true(void **unused)
{
    static const double sizes[] = {1e-7, 1e-3, 1, 77, 99999.4, 100000.5, 5e6, 1.3e9, 3e17, 1e300};

    (void)unused;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int i = -50; i < 50; i++)
            for (int above = 0; above < 2; above++) {
                double limit = sizes[k] * (1 + i * 0.0123456789), shown;
                struct oddi_reason r = {.value = above ? limit - sizes[k] * .3 : limit + sizes[k] * .3,
                                        .nearest_value = limit,
                                        .expected_low = limit,
                                        .expected_high = limit,
                                        .share = 1,
                                        .normal_at = limit};
                struct oddi_buf out;
                char text[64];
                size_t n = 0;

                oddi_buf_init(&out, 0);
                oddi_quantity_add_limit(&out, &r, oddi_quantity_digits(&r, false));
                for (size_t c = 0; c < out.size; c++)
                    if (out.data[c] != ',')
                        text[n++] = out.data[c];
                assert_true(oddi_parse_double(text, n, &shown));
                assert_true(above ? shown >= limit : shown <= limit);
                assert_true(fabs(shown - limit) <= 1.2e-5 * sizes[k] || fabs(shown - limit) <= 1);
                oddi_buf_free(&out);
            }
}

/* Values that share their first digits are shown with as many as keep them apart. */
static void test_close_values_are_told_apart(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    s->features[0] = "x";
    s->whole[0] = false;
    scene_odd(w, 3, 5, 97);
    w->reasons[0][0] = (struct oddi_reason){.value = 1312969613.75,
                                            .nearest_value = 1312969613.25,
                                            .expected_low = 1312969613,
                                            .expected_high = 1312969613.25,
                                            .share = 1,
                                            .normal_at = 1312969613.3751};
    expect(s, w,
           "x 1312969613.75: expected 1312969613..1312969613.25; would be normal at x <= 1312969613.375");
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_feature),
        cmocka_unit_test(test_no_reason),
        cmocka_unit_test(test_several_features),
        cmocka_unit_test(test_many_equal_features),
        cmocka_unit_test(test_names_of_the_sentence),
        cmocka_unit_test(test_limits_stay_true),
        cmocka_unit_test(test_close_values_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
