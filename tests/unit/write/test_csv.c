#include "fixture.h"

#include <stdio.h>

#include "base/rng.h"

#define OURS ",row,window,kind,score,cluster,reason\n"

static void test_normal_odd_and_alone(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    scene_row(w, 0, 875, 30.125);
    scene_odd(w, 1453, 61164753, 97.25);
    w = scene_add(s, 1, 0, 1);
    w->result.alone = true;
    scene_odd(w, 7, 60, NAN);
    scene_expect(
        s, "csv",
        FIXTURE_HEADER OURS FIXTURE_TEXT
        ",0,2011-08-10T09:46:00Z,,30.125,0,\n" FIXTURE_TEXT
        ",1453,2011-08-10T09:46:00Z,outlier,97.25,-1,\"bytes 61,164,753: expected 60..40,186,221; would "
        "be normal at bytes <= 40,211,003\"\n" FIXTURE_TEXT
        ",7,2011-08-10T09:47:00Z,outlier,,-1,1 flow: nothing to compare with\n");
    free(s);
}

static void test_several_inputs_and_other_delimiter(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 9, 1, 0);

    (void)unused;
    s->o.n_sources = 2;
    s->o.delimiter = '\t';
    s->o.header = "a\tb";
    s->o.header_size = 3;
    scene_row(w, 3, 1, 0)->text = "1\t 2";
    w->rows[0].text_size = 4;
    w->verdicts[0].source = 1;
    scene_odd(w, 4, 61164753, 90);
    w->rows[1].text = "3\t4";
    w->rows[1].text_size = 3;
    scene_expect(
        s, "csv",
        "a\tb\tfile\trow\twindow\tkind\tscore\tcluster\treason\n"
        "1\t 2\t\"other \"\"file\"\",2.csv\"\t3\t2011-08-10T09:46:00Z\t\t0\t0\t\n"
        "3\t4\tcapture.binetflow\t4\t2011-08-10T09:46:00Z\toutlier\t90\t-1\tbytes 61,164,753: expected "
        "60..40,186,221; would be normal at bytes <= 40,211,003\n");
    free(s);
}

static void test_rows_without_text(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 2, 1, 0);

    (void)unused;
    s->o.n_features = 2;
    s->features[0] = "a,b";
    s->features[1] = "log1p(bytes)";
    s->o.header = "";
    s->o.header_size = 0;
    s->o.no_window = true;
    scene_row(w, 0, 0.1, 12.5)->text = NULL;
    scene_expect(s, "csv",
                 "\"a,b\",log1p(bytes)" OURS "0.10000000000000001,0.10000000000000001,0,,,12.5,0,\n");
    s->o.header = "x,\"y,z\",w";
    s->o.header_size = strlen(s->o.header);
    scene_expect(s, "csv", "x,\"y,z\",w" OURS ",,,0,,,12.5,0,\n");
    free(s);
}

static void test_windows_only(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 6241, 1, 6);

    (void)unused;
    s->o.windows_only = true;
    s->o.delimiter = '\t';
    w->mean[0] = 11266.111039897452;
    w->std[0] = 150757.16553091563;
    scene_odd(w, 4, 61164753, 90);
    scene_expect(s, "csv",
                 "window_start,flows,clusters,outliers,bytes_mean,bytes_std\n"
                 "2011-08-10T09:46:00Z,6241,1,6,11266.111039897452,150757.16553091563\n");
    s->features[0] = "a\"b";
    s->o.no_window = true;
    scene_expect(s, "csv",
                 "window_start,flows,clusters,outliers,\"a\"\"b_mean\",\"a\"\"b_std\"\n"
                 ",6241,1,6,11266.111039897452,150757.16553091563\n");
    free(s);
}

/* Reads one RFC 4180 record; fields NUL-terminated in `fields`; returns their number. */
static size_t read_record(const char **p, char fields[16][512])
{
    size_t n = 0, k = 0;
    bool quoted = false;

    for (const char *s = *p;; s++) {
        assert_true(*s && k < 511 && n < 16);
        if (quoted && s[0] == '"' && s[1] == '"') {
            fields[n][k++] = '"';
            s++;
        } else if (*s == '"') {
            quoted = !quoted;
        } else if (!quoted && (*s == ',' || *s == '\n')) {
            fields[n++][k] = 0;
            k = 0;
            if (*s == ',')
                continue;
            *p = s + 1;
            return n;
        } else {
            fields[n][k++] = *s;
        }
    }
}

/* Names with any bytes come back as they were: in the header, the file and the reason. */
static void test_any_bytes_come_back(void **unused)
{
    struct oddi_rng r;

    (void)unused;
    oddi_rng_seed(&r, 7);
    for (int round = 0; round < 2000; round++) {
        char name[9], fields[16][512], reason[600];
        struct scene *s = scene_new();
        struct scene_window *w = scene_add(s, 5, 1, 1);
        struct oddi_buf out;
        const char *p;

        for (size_t k = 0; k < 8; k++)
            name[k] =
                (char)(k % 2 ? "\",\n\r \t;="[oddi_rng_below(&r, 8)] : 1 + (int)oddi_rng_below(&r, 255));
        name[8] = 0;
        s->o.header_size = 0;
        s->features[0] = s->sources[1] = name;
        s->o.n_sources = 2;
        scene_odd(w, 1, 61164753, 90)->source = 1;
        w->rows[0].text = NULL;
        oddi_buf_init(&out, 0);
        scene_write(s, oddi_writer_find("csv"), &out);
        p = oddi_buf_cstr(&out);
        assert_int_equal(read_record(&p, fields), 8);
        assert_string_equal(fields[0], name);
        assert_int_equal(read_record(&p, fields), 8);
        assert_string_equal(fields[0], "61164753");
        assert_string_equal(fields[1], name);
        snprintf(reason, sizeof reason,
                 "%s 61,164,753: expected 60..40,186,221; would be normal at %s <= 40,211,003", name, name);
        assert_string_equal(fields[7], reason);
        assert_int_equal(*p, 0);
        oddi_buf_free(&out);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_odd_and_alone),
        cmocka_unit_test(test_several_inputs_and_other_delimiter),
        cmocka_unit_test(test_rows_without_text),
        cmocka_unit_test(test_windows_only),
        cmocka_unit_test(test_any_bytes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
