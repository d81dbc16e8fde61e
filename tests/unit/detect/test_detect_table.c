/* What every entry of the table must hold, whatever its method. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "detect/detect.h"
#include "failalloc.h"

#define MAX_N 900
#define MAX_D 6

struct judged {
    int32_t label[MAX_N];
    double score[MAX_N], raw[MAX_N];
    size_t n_clusters, n_noise;
};

/* State of a detector with the defaults of its parameters. */
static void *new_state(const struct oddi_detector *det)
{
    struct oddi_spec spec;
    void *state = calloc(1, det->state_size);

    assert_non_null(state);
    assert_int_equal(oddi_spec_parse("detector", det->name, det->params, det->n_params, &spec, NULL), ODD_OK);
    assert_int_equal(det->init(state, spec.values, NULL), ODD_OK);
    oddi_spec_clear(&spec);
    return state;
}

static void free_state(const struct oddi_detector *det, void *state)
{
    det->clear(state);
    free(state);
}

static void fit(const struct oddi_detector *det, void *state, const double *x, size_t n, size_t d,
                struct judged *j)
{
    struct oddi_matrix m = {.x = (double *)x, .n = n, .d = d};
    struct oddi_judged out = {.label = j->label, .score = j->score, .raw = j->raw};

    assert_int_equal(det->fit(state, &m, &out, NULL), ODD_OK);
    j->n_clusters = out.n_clusters;
    j->n_noise = out.n_noise;
}

/* Labels from -1 to n_clusters - 1, all of them used; scores from 0 to 100, or NaN for all. */
static void expect_sound(const struct oddi_detector *det, const struct judged *j, size_t n)
{
    size_t noise = 0, missing = 0;
    static bool used[MAX_N];

    memset(used, 0, sizeof used);
    for (size_t i = 0; i < n; i++) {
        missing += isnan(j->score[i]);
        assert_true(isnan(j->score[i]) == isnan(j->raw[i]));
        assert_true(isnan(j->score[i]) || (j->score[i] >= 0 && j->score[i] <= 100));
        noise += j->label[i] == -1;
        assert_true(j->label[i] >= -1 && (j->label[i] == -1 || (size_t)j->label[i] < j->n_clusters));
        if (j->label[i] >= 0)
            used[j->label[i]] = true;
    }
    assert_true(missing == 0 || missing == n);
    assert_int_equal(noise, j->n_noise);
    for (size_t c = 0; (det->caps & ODDI_DETECT_CLUSTER) && c < j->n_clusters; c++)
        assert_true(used[c]);
}

static void expect_equal(const struct judged *a, const struct judged *b, size_t n)
{
    assert_int_equal(a->n_clusters, b->n_clusters);
    assert_int_equal(a->n_noise, b->n_noise);
    assert_memory_equal(a->label, b->label, n * sizeof *a->label);
    for (size_t i = 0; i < n; i++)
        assert_true(a->score[i] == b->score[i] || (isnan(a->score[i]) && isnan(b->score[i])));
}

enum { BLOB, CONSTANT, CONSTANT_COLUMN, DUPLICATES, SPARSE, BLOB_AND_FAR, KINDS };

static void fill(struct oddi_rng *r, double *x, size_t n, size_t d, int kind)
{
    for (size_t i = 0; i < n * d; i++) {
        double u = oddi_rng_double(r) + oddi_rng_double(r) + oddi_rng_double(r) - 1.5;

        x[i] = kind == BLOB_AND_FAR && i % (5 * d) == 0 ? u * 40
               : kind == CONSTANT                       ? 3.25
               : kind == CONSTANT_COLUMN && i % d == 0  ? -7
               : kind == DUPLICATES                     ? floor(u * 2)
               : kind == SPARSE                         ? u * 100
                                                        : u;
    }
}

#define FOR_EACH(det) for (const struct oddi_detector *det = oddi_detector_at(0); det; det = next_of(det))

static const struct oddi_detector *next_of(const struct oddi_detector *det)
{
    size_t i = 0;

    while (oddi_detector_at(i) != det)
        i++;
    return oddi_detector_at(i + 1);
}

static void names_are_sorted_and_found(void **state)
{
    const char *last = "";

    (void)state;
    FOR_EACH(det)
    {
        assert_true(strcmp(last, det->name) < 0);
        assert_ptr_equal(oddi_detector_find(det->name), det);
        assert_true(det->summary && *det->summary && det->details && *det->details);
        last = det->name;
    }
    assert_non_null(oddi_detector_at(0));
    assert_null(oddi_detector_find("no such detector"));
    assert_null(oddi_detector_at(SIZE_MAX));
}

static void parameters_are_documented(void **state)
{
    (void)state;
    FOR_EACH(det)
    {
        assert_true(det->n_params <= ODDI_SPEC_MAX);
        for (size_t i = 0; i < det->n_params; i++) {
            const struct odd_param *p = &det->params[i];

            assert_true(p->name && p->unit && p->placeholder && p->help && p->default_value);
            assert_true(p->type != ODD_PARAM_CHOICE || p->choices);
            assert_true((p->type != ODD_PARAM_INT && p->type != ODD_PARAM_FLOAT) || p->min < p->max);
            assert_int_equal(oddi_param_find(det->params, det->n_params, p->name), (int)i);
        }
    }
}

static void claims_have_functions(void **state)
{
    (void)state;
    FOR_EACH(det)
    {
        assert_true(det->init && det->fit && det->clear && det->state_size > 0);
        assert_true(!(det->caps & ODDI_DETECT_NOVELTY) || det->score);
        assert_true(!(det->caps & ODDI_DETECT_EXPLAIN) || det->explain);
    }
}

static void matrices_of_every_kind(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 5, 6, 50, MAX_N};
    static double x[MAX_N * MAX_D];
    static struct judged fresh, reused;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 21);
    FOR_EACH(det)
    {
        void *old = new_state(det);

        for (int round = 0; round < KINDS * 7 * 2; round++) {
            size_t n = sizes[round % 7],
                   d = round < KINDS * 7 ? 1 : 2 + (size_t)oddi_rng_below(&r, MAX_D - 1);
            void *new = new_state(det);

            fill(&r, x, n, d, round / 7 % KINDS);
            fit(det, new, x, n, d, &fresh);
            fit(det, old, x, n, d,
                &reused); /* a state that has seen other matrices answers like a fresh one */
            expect_sound(det, &fresh, n);
            expect_equal(&fresh, &reused, n);
            free_state(det, new);
        }
        free_state(det, old);
    }
}

/* Squares and differences that no double holds: no score is lost, no share is NaN, no value named is infinite. */
static void the_greatest_and_least_doubles(void **state)
{
    static const double most[] = {1e160, 1e300, 1.7e308, 1e-170, 1e-310};
    static double x[60 * MAX_D];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 28);
    FOR_EACH(det)
    {
        void *s = new_state(det);

        for (int round = 0; round < 200; round++) {
            size_t d = 1 + (size_t)round % MAX_D, n = 2 + (size_t)oddi_rng_below(&r, 58);
            double share[MAX_D], normal_at[MAX_D], sum = 0;
            struct oddi_why why = {.share = share, .normal_at = normal_at};
            bool explains = det->caps & ODDI_DETECT_EXPLAIN;

            for (size_t i = 0; i < n * d; i++)
                x[i] = (round % 3 && oddi_rng_below(&r, 8) > 0)
                           ? 0
                           : (oddi_rng_double(&r) - 0.5) * 2 * most[round % 5];
            fit(det, s, x, n, d, &j);
            expect_sound(det, &j, n);
            for (size_t k = 0; k < d; k++)
                x[k] = (oddi_rng_double(&r) - 0.5) * 2 * most[(round + 2) % 5];
            if (isnan(j.score[0]) || !explains || det->explain(s, x, &why, NULL) == ODD_END)
                continue;
            for (size_t k = 0; k < d; k++) {
                assert_true(share[k] >= 0 && !isinf(normal_at[k]));
                sum += share[k];
            }
            assert_true(fabs(sum - 1) < 1e-12 ||
                        (det->caps & ODDI_DETECT_CLUSTER)); /* dbscan: of odd rows only */
        }
        free_state(det, s);
    }
}

static void outputs_may_be_left_out(void **state)
{
    static double x[200];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 22);
    fill(&r, x, 100, 2, BLOB);
    FOR_EACH(det)
    {
        for (size_t d = 1; d <= 2; d++) {
            void *s = new_state(det);
            struct oddi_matrix m = {.x = x, .n = 200 / d, .d = d};
            struct oddi_judged out = {0};

            fit(det, s, x, m.n, d, &j);
            assert_int_equal(det->fit(s, &m, &out, NULL), ODD_OK);
            assert_int_equal(out.n_clusters, j.n_clusters);
            assert_int_equal(out.n_noise, j.n_noise);
            free_state(det, s);
        }
    }
}

/* The matrix is not written to, and no longer needed after the fit. */
static void the_matrix_is_the_callers(void **state)
{
    static double x[MAX_N * 2], copy[MAX_N * 2], score[MAX_N], raw[MAX_N], share[2], normal_at[2];
    static uint32_t self[MAX_N];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 23);
    for (uint32_t i = 0; i < MAX_N; i++)
        self[i] = i;
    FOR_EACH(det)
    {
        for (size_t d = 1; d <= 2; d++) {
            void *s = new_state(det);
            struct oddi_matrix m = {.x = copy, .n = MAX_N, .d = d, .self = self};
            struct oddi_why why = {.self = &self[0], .share = share, .normal_at = normal_at};

            fill(&r, x, MAX_N, d, BLOB);
            x[0] = 50;
            memcpy(copy, x, sizeof copy);
            fit(det, s, x, MAX_N, d, &j);
            assert_memory_equal(x, copy, MAX_N * d * sizeof *x);
            memset(x, 0xff, sizeof x);
            if (det->caps & ODDI_DETECT_EXPLAIN) {
                assert_int_equal(det->explain(s, copy, &why, NULL), ODD_OK);
                assert_true(why.nearest > 0 && why.nearest < MAX_N && why.distance > 0);
                assert_true(j.label[why.nearest] >= 0);
                assert_true(fabs(share[0] + (d > 1 ? share[1] : 0) - 1) < 1e-12);
            }
            if (det->caps & ODDI_DETECT_NOVELTY) {
                assert_int_equal(det->score(s, &m, score, raw, NULL), ODD_OK);
                for (size_t i = 0; i < MAX_N; i++)
                    assert_true(score[i] == j.score[i] && raw[i] == j.raw[i]);
            }
            free_state(det, s);
        }
    }
}

/* Ten windows of 90 entities, the first of which is far out in each: what a fit says of a row is what is said of it when it is
 * asked about again, and where it would be normal is at the border among the rows of others. */
static void rows_of_many_windows(void **state)
{
    static double x[MAX_N * 3], score[MAX_N], raw[MAX_N], share[3], normal_at[3];
    static uint32_t entity[MAX_N], self[MAX_N];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 24);
    fill(&r, x, MAX_N, 3, BLOB);
    for (uint32_t i = 0; i < MAX_N; i++) {
        self[i] = i;
        entity[i] = i % 90;
        if (entity[i] == 0)
            x[3 * i] += 60;
    }
    FOR_EACH(det)
    {
        void *s = new_state(det);
        struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 3, .entity = entity, .at_once = 90};
        struct oddi_judged out = {.label = j.label, .score = j.score, .raw = j.raw};
        struct oddi_why why = {
            .self = &self[0], .entity = &entity[0], .share = share, .normal_at = normal_at};
        double row[3] = {x[0], x[1], x[2]};

        assert_int_equal(det->fit(s, &m, &out, NULL), ODD_OK);
        m.self = self;
        for (size_t i = 0; i < MAX_N && !(det->caps & ODDI_DETECT_CLUSTER); i++)
            assert_true(j.label[i] == (j.score[i] >= 75 ? -1 : 0));
        assert_int_equal(det->score(s, &m, score, raw, NULL), ODD_OK);
        for (size_t i = 0; i < MAX_N; i++)
            assert_true(score[i] == j.score[i] && raw[i] == j.raw[i]);
        if (j.label[0] == -1 && (det->caps & ODDI_DETECT_EXPLAIN)) {
            struct oddi_matrix one = {.x = row, .n = 1, .d = 3, .entity = entity, .self = self};

            assert_int_equal(det->explain(s, row, &why, NULL), ODD_OK);
            if (!isnan(normal_at[0])) {
                row[0] = normal_at[0];
                assert_int_equal(det->score(s, &one, score, NULL, NULL), ODD_OK);
                assert_true(score[0] <= 75);
            }
        }
        free_state(det, s);
    }
}

/* A row that moves away from all others never becomes less odd. */
static void farther_is_odder(void **state)
{
    static double x[MAX_N * MAX_D];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 24);
    FOR_EACH(det)
    {
        for (size_t d = 1; d <= MAX_D && (det->caps & ODDI_DETECT_FAR); d++) {
            void *s = new_state(det);
            double last = -1;

            fill(&r, x, 300, d, BLOB);
            for (double far = 1; far < 1e6; far *= 1.7) {
                x[0] = far;
                fit(det, s, x, 300, d, &j);
                assert_true(j.score[0] >= last);
                last = j.score[0];
            }
            assert_true(last > 75 && j.label[0] == -1);
            free_state(det, s);
        }
    }
}

/* ---- Explanations ---------------------------------------------------------------------------------- */

static double score_one(const struct oddi_detector *det, void *s, const double *row, size_t d)
{
    struct oddi_matrix m = {.x = (double *)row, .n = 1, .d = d};
    double score;

    assert_int_equal(det->score(s, &m, &score, NULL, NULL), ODD_OK);
    return score;
}

/* At the value named the row is normal, one double nearer to its own it is not, nor anywhere else on the way (tried at
 * 200 places); where no value is named, none of 400 around the row and all others' values makes it normal. */
static void expect_normal_at(const struct oddi_detector *det, void *s, double *row, size_t d, size_t j,
                             double v)
{
    double own = row[j];
    bool rough = det->caps & ODDI_DETECT_ROUGH;

    for (int k = 0; isnan(v) && !rough && k <= 400; k++) {
        row[j] = own + (k - 200) * 0.5;
        assert_true(score_one(det, s, row, d) >= 75);
    }
    if (!isnan(v)) {
        assert_true(v != own);
        row[j] = v;
        assert_true(score_one(det, s, row, d) <= 75);
        row[j] = nextafter(v, own);
        assert_true(score_one(det, s, row, d) >= 75);
    }
    for (int k = 0; !isnan(v) && !rough && k < 200; k++) {
        double part = (k + 0.5) / 200;

        row[j] = own + (v - own) * part * 0.999999;
        assert_true(score_one(det, s, row, d) >= 75);
        row[j] = own - (v - own) * part * 0.999999;
        assert_true(score_one(det, s, row, d) >= 75);
    }
    row[j] = own;
}

static void expect_explained(const struct oddi_detector *det, void *s, double *row, size_t d)
{
    double share[MAX_D], normal_at[MAX_D], sum = 0;
    struct oddi_why why = {.share = share, .normal_at = normal_at};

    assert_int_equal(det->explain(s, row, &why, NULL), ODD_OK);
    for (size_t j = 0; j < d; j++) {
        assert_true(share[j] >= 0 && share[j] <= 1);
        sum += share[j];
        expect_normal_at(det, s, row, d, j, normal_at[j]);
    }
    assert_true(fabs(sum - 1) < 1e-12);
}

/* New rows, odd in one feature or in all of them, near and far. */
static void reasons_hold(void **state)
{
    static double x[300 * MAX_D];
    static struct judged j;
    struct oddi_rng r;
    size_t odd, named;

    (void)state;
    oddi_rng_seed(&r, 27);
    FOR_EACH(det)
    {
        odd = named = 0;
        for (size_t round = 0;
             round < 120 && (det->caps & ODDI_DETECT_EXPLAIN) && (det->caps & ODDI_DETECT_NOVELTY); round++) {
            size_t d = 1 + round % MAX_D;
            double row[MAX_D], normal_at[MAX_D], share[MAX_D];
            struct oddi_why why = {.share = share, .normal_at = normal_at};
            void *s = new_state(det);

            fill(&r, x, 300, d, round % 4 == 3 ? DUPLICATES : BLOB);
            fit(det, s, x, 300, d, &j);
            for (size_t k = 0; k < d; k++)
                row[k] = (round % 3 && k) ? x[k] : (oddi_rng_double(&r) - 0.5) * (round % 5 ? 8 : 40);
            if (score_one(det, s, row, d) >= 75) {
                odd++;
                expect_explained(det, s, row, d);
                assert_int_equal(det->explain(s, row, &why, NULL), ODD_OK);
                for (size_t k = 0; k < d; k++)
                    named += !isnan(normal_at[k]);
            }
            free_state(det, s);
        }
        printf("%s: %zu odd rows, %zu values named\n", det->name, odd, named);
    }
}

static void windows_need_no_memory(void **state)
{
    static double x[MAX_N * MAX_D];
    static struct judged j;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 25);
    FOR_EACH(det)
    {
        for (size_t d = 1; d <= MAX_D; d++) {
            void *s = new_state(det);

            fill(&r, x, MAX_N, d, SPARSE);
            fit(det, s, x, MAX_N, d, &j);
            fill(&r, x, MAX_N, d, BLOB);
            fit(det, s, x, MAX_N, d, &j);
            failalloc_at(0);
            fit(det, s, x, MAX_N, d, &j);
            fit(det, s, x, MAX_N / 2, d, &j);
            assert_int_equal(failalloc_calls(), 0);
            failalloc_off();
            free_state(det, s);
        }
    }
}

struct story {
    const struct oddi_detector *det;
    const union oddi_value *values;
    const double *x;
    size_t n, d;
};

/* Fits twice, explains, scores: everything that a detector does. */
static enum odd_status tell(void *ctx)
{
    static struct judged j;
    static double score[MAX_N], share[MAX_D], normal_at[MAX_D];
    const struct story *t = ctx;
    struct oddi_matrix m = {.x = (double *)t->x, .n = t->n, .d = t->d};
    struct oddi_judged out = {.label = j.label, .score = j.score};
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    void *s = calloc(1, t->det->state_size);
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = s ? t->det->init(s, t->values, &err) : ODD_ERR_MEMORY;

    m.n = t->n / 2;
    st = st ? st : t->det->fit(s, &m, &out, &err);
    m.n = t->n;
    st = st ? st : t->det->fit(s, &m, &out, &err);
    for (size_t i = 0; i < t->n && !st && (t->det->caps & ODDI_DETECT_EXPLAIN); i += 7)
        st = t->det->explain(s, t->x + i * t->d, &why, &err);
    if (!st && (t->det->caps & ODDI_DETECT_NOVELTY))
        st = t->det->score(s, &m, score, NULL, &err);
    if (s)
        t->det->clear(s);
    free(s);
    return st;
}

static void failing_allocations(void **state)
{
    static double x[MAX_N * MAX_D];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 26);
    FOR_EACH(det)
    {
        struct oddi_spec spec;

        assert_int_equal(oddi_spec_parse("detector", det->name, det->params, det->n_params, &spec, NULL),
                         ODD_OK);
        for (size_t d = 1; d <= 4; d += 3) {
            for (int kind = 0; kind < KINDS; kind++) {
                struct story t = {.det = det, .values = spec.values, .x = x, .n = MAX_N, .d = d};

                fill(&r, x, MAX_N, d, kind);
                for (size_t i = 0; kind == SPARSE && i < MAX_N * d / 2; i++)
                    x[i] /= 100; /* some dense, some sparse, so that there is something to compare with */
                assert_true(failalloc_sweep(tell, &t));
            }
        }
        oddi_spec_clear(&spec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_sorted_and_found),
        cmocka_unit_test(parameters_are_documented),
        cmocka_unit_test(claims_have_functions),
        cmocka_unit_test(matrices_of_every_kind),
        cmocka_unit_test(outputs_may_be_left_out),
        cmocka_unit_test(the_matrix_is_the_callers),
        cmocka_unit_test(rows_of_many_windows),
        cmocka_unit_test(farther_is_odder),
        cmocka_unit_test(windows_need_no_memory),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(reasons_hold),
        cmocka_unit_test(the_greatest_and_least_doubles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
