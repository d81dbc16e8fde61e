#include "explain/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/rng.h"
#include "cores.h"

enum { MAX_N = 120, MAX_D = 5 };

/* One random window with everything that explaining it needs. */
struct window {
    double x[MAX_N * MAX_D], z[MAX_N * MAX_D];
    double location[MAX_D], scale[MAX_D], low[MAX_D], high[MAX_D];
    bool whole[MAX_D];
    int32_t label[MAX_N];
    struct oddi_matrix m;
    struct cores cores;
    struct oddi_explain_context c;
};

static void standardise(struct window *w)
{
    for (size_t j = 0; j < w->m.d; j++) {
        double mean = 0, var = 0;

        for (size_t i = 0; i < w->m.n; i++)
            mean += w->x[i * w->m.d + j];
        mean /= (double)w->m.n;
        for (size_t i = 0; i < w->m.n; i++)
            var += pow(w->x[i * w->m.d + j] - mean, 2);
        w->location[j] = mean;
        w->scale[j] = var > 0 ? sqrt(var / (double)w->m.n) : 1;
    }
    for (size_t i = 0; i < w->m.n * w->m.d; i++)
        w->z[i] = (w->x[i] - w->location[i % w->m.d]) / w->scale[i % w->m.d];
}

static void fit(struct window *w, double eps, int min_samples)
{
    standardise(w);
    cores_fit(&w->cores, w->z, w->m.n, w->m.d, eps, min_samples);
    for (size_t i = 0; i < w->m.n; i++)
        w->label[i] = cores_normal(&w->cores, w->z + i * w->m.d) ? 0 : -1;
    oddi_expected_range(&w->m, w->label, w->low, w->high);
    w->c = (struct oddi_explain_context){.detector = &cores_detector,
                                         .state = &w->cores,
                                         .x = &w->m,
                                         .location = w->location,
                                         .scale = w->scale,
                                         .whole = w->whole,
                                         .low = w->low,
                                         .high = w->high};
}

/* Heavy-tailed columns; `kind` chooses magnitude, grid and offset so that the doubles are fine or coarse beside the scale. */
static double draw(struct oddi_rng *r, unsigned kind)
{
    double u = oddi_rng_double(r), tail = pow(1 - u, -1.2);

    switch (kind) {
    case 0:
        return floor(60 * tail);
    case 1:
        return tail * 1e-3;
    case 2:
        return 1.3e9 + tail;
    case 3:
        return floor(u * 4);
    case 4:
        return -tail * 1e5 + 3;
    default:
        return floor(1e15 * u * u) * 3;
    }
}

static void make(struct window *w, uint64_t seed)
{
    struct oddi_rng r;
    double eps;

    memset(w, 0, sizeof *w);
    oddi_rng_seed(&r, seed);
    w->m = (struct oddi_matrix){.x = w->x, .n = 5 + oddi_rng_below(&r, MAX_N - 5), .d = 1 + seed % MAX_D};
    for (size_t j = 0; j < w->m.d; j++) {
        unsigned kind = (unsigned)oddi_rng_below(&r, 6);

        w->whole[j] = kind == 0 || kind == 3 || kind == 5;
        for (size_t i = 0; i < w->m.n; i++)
            w->x[i * w->m.d + j] = draw(&r, kind);
    }
    eps = 0.05 + 1.5 * oddi_rng_double(&r);
    fit(w, eps, 2 + (int)oddi_rng_below(&r, 4));
}

/* Rows that the pairs say are noise and whose score is nevertheless that of the edge. */
static bool last_at_the_edge;
static size_t at_the_edge;

/* What oddi_explain() promises is by the detector's score; the pairs may differ from it at the very edge only. */
static bool normal_with(const struct window *w, size_t i, size_t j, double v)
{
    double row[MAX_D], score = NAN;
    struct oddi_matrix z = {.x = row, .n = 1, .d = w->m.d};
    bool by_pairs;

    memcpy(row, w->z + i * w->m.d, w->m.d * sizeof *row);
    row[j] = (v - w->location[j]) / w->scale[j];
    by_pairs = cores_normal(&w->cores, row);
    assert_int_equal(w->c.detector->score(w->c.state, &z, &score, NULL, NULL), ODD_OK);
    last_at_the_edge = by_pairs != (score <= 75);
    assert_true(!last_at_the_edge || score == 75);
    return score <= 75;
}

/* Whole numbers nearer to the value than `to`, on both sides: all of them if few, else the near and the far ones. */
static void check_whole(const struct window *w, size_t i, size_t j, double value, double to)
{
    double n = fabs(to - value);

    assert_true(to == floor(to));
    for (double k = 0; k < n; k++) {
        if (k == 300 && n > 600)
            k = n - 300;
        assert_false(normal_with(w, i, j, value + k));
        assert_false(normal_with(w, i, j, value - k));
    }
}

static void check_double(const struct window *w, size_t i, size_t j, double value, double to)
{
    double v = to, other = value - (to - value);

    for (int k = 0; k < 200 && v != value; k++) {
        v = nextafter(v, value);
        assert_false(normal_with(w, i, j, v));
    }
    for (int k = 0; k < 500; k++) {
        double part = k / 500.0;

        assert_false(normal_with(w, i, j, value + part * (to - value)));
        assert_false(normal_with(w, i, j, value + part * (other - value)));
    }
}

/* No value of the feature makes the row normal: not the core points' own ones, nor the ones around the range. */
static void check_none(const struct window *w, size_t i, size_t j)
{
    for (size_t k = 0; k < w->m.n; k++)
        assert_false(normal_with(w, i, j, w->x[k * w->m.d + j]));
}

static size_t check_row(struct window *w, size_t i)
{
    double scratch[3 * MAX_D], sum = 0, least = INFINITY;
    struct oddi_reason r[MAX_D];
    size_t nearest = SIZE_MAX, found = 0;

    assert_int_equal(oddi_explain(&w->c, i, scratch, r, &nearest, NULL), ODD_OK);
    for (size_t k = 0; k < w->m.n; k++)
        if (w->cores.core[k])
            least = fmin(least, cores_squared(w->z + i * w->m.d, w->z + k * w->m.d, w->m.d));
    assert_true(w->cores.core[nearest]);
    assert_true(cores_squared(w->z + i * w->m.d, w->z + nearest * w->m.d, w->m.d) == least);
    for (size_t j = 0; j < w->m.d; j++) {
        double value = w->x[i * w->m.d + j];

        sum += r[j].share;
        assert_true(r[j].value == value);
        assert_true(r[j].nearest_value == w->x[nearest * w->m.d + j]);
        assert_true(r[j].expected_low == w->low[j] && r[j].expected_high == w->high[j]);
        if (isnan(r[j].normal_at)) {
            check_none(w, i, j);
            continue;
        }
        found++;
        assert_true(normal_with(w, i, j, r[j].normal_at));
        at_the_edge += last_at_the_edge;
        if (w->whole[j])
            check_whole(w, i, j, value, r[j].normal_at);
        else
            check_double(w, i, j, value, r[j].normal_at);
    }
    assert_true(fabs(sum - 1) < 1e-12);
    return found;
}

/* Every odd row of 200 windows; `detector` (NULL: the plain one) is fitted on each. */
static void check_windows(const struct oddi_detector *detector)
{
    static struct window w;
    size_t rows = 0, found = 0;

    for (uint64_t seed = 1; seed <= 200; seed++) {
        void *state = NULL;

        make(&w, seed);
        if (detector) {
            union oddi_value values[2] = {{.f = w.cores.eps}, {.i = w.cores.min_samples}};
            struct oddi_matrix z = {.x = w.z, .n = w.m.n, .d = w.m.d};
            struct oddi_judged judged = {.label = w.label};

            w.c.state = state = calloc(1, detector->state_size);
            w.c.detector = detector;
            assert_int_equal(detector->init(state, values, NULL), ODD_OK);
            assert_int_equal(detector->fit(state, &z, &judged, NULL), ODD_OK);
        }
        for (size_t i = 0; i < w.m.n && !isnan(w.low[0]); i++)
            if (w.label[i] < 0) {
                rows++;
                found += check_row(&w, i);
            }
        if (detector)
            detector->clear(state);
        free(state);
    }
    print_message("%zu odd rows explained, %zu single changes found\n", rows, found);
    assert_true(rows > 1000 && found > 1000);
}

static void test_against_brute_force(void **unused)
{
    (void)unused;
    check_windows(NULL);
}

/* The detector of the release; that its score means what comparing every pair says, is checked by normal_with(). */
static void test_dbscan_against_brute_force(void **unused)
{
    (void)unused;
    at_the_edge = 0;
    check_windows(oddi_detector_find("dbscan"));
    assert_int_equal(at_the_edge, 0); /* noise never has the score of a clustered row */
}

/* A detector whose own answer is a little off, as any that computes in scaled units is: the exact one is still found. */
static double nudge;

static enum odd_status nudged_explain(void *state, const double *row, struct oddi_why *why,
                                      struct odd_error *err)
{
    enum odd_status status = cores_explain(state, row, why, err);
    struct cores *s = state;

    for (size_t j = 0; status == ODD_OK && j < s->d; j++)
        why->normal_at[j] += nudge * (1 + fabs(why->normal_at[j]));
    return status;
}

static void test_inexact_detector(void **unused)
{
    static struct window w;
    struct oddi_detector inexact = cores_detector;
    double scratch[3 * MAX_D];
    struct oddi_reason exact[MAX_D], r[MAX_D];
    size_t nearest, found = 0, lost = 0;

    (void)unused;
    inexact.explain = nudged_explain;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        make(&w, seed);
        for (size_t i = 0; i < w.m.n && !isnan(w.low[0]); i++) {
            if (w.label[i] >= 0)
                continue;
            w.c.detector = &cores_detector;
            assert_int_equal(oddi_explain(&w.c, i, scratch, exact, &nearest, NULL), ODD_OK);
            w.c.detector = &inexact;
            nudge = seed % 2 ? 1e-12 : -1e-12;
            assert_int_equal(oddi_explain(&w.c, i, scratch, r, &nearest, NULL), ODD_OK);
            for (size_t j = 0; j < w.m.d; j++) {
                if (isnan(exact[j].normal_at))
                    continue;
                found++;
                if (isnan(r[j].normal_at))
                    lost++; /* an interval thinner than the detector's error */
                else
                    assert_true(r[j].normal_at == exact[j].normal_at);
            }
        }
    }
    print_message("%zu found, %zu lost\n", found, lost);
    assert_true(found > 500 && lost * 1000 < found);
}

static void test_notebook_window(void **unused)
{
    static struct window w;
    double scratch[3], far = 61164753;
    struct oddi_reason r;
    size_t nearest;

    (void)unused;
    w.m = (struct oddi_matrix){.x = w.x, .n = 100, .d = 1};
    for (size_t i = 0; i < 99; i++)
        w.x[i] = 60 + 17.0 * (double)i;
    w.x[99] = far;
    w.whole[0] = true;
    fit(&w, 2.5, 5);
    assert_int_equal(oddi_explain(&w.c, 99, scratch, &r, &nearest, NULL), ODD_OK);
    assert_int_equal(nearest, 98);
    assert_true(r.share == 1 && r.expected_low == 60 && r.expected_high == 60 + 17.0 * 98);
    assert_true(normal_with(&w, 99, 0, r.normal_at));
    assert_false(normal_with(&w, 99, 0, r.normal_at + 1));
    assert_true(fabs(r.normal_at - (w.high[0] + 2.5 * w.scale[0])) < 1);
}

static void test_nothing_to_compare_with(void **unused)
{
    static struct window w;
    double scratch[3];
    struct oddi_reason r;
    size_t nearest;

    (void)unused;
    w.m = (struct oddi_matrix){.x = w.x, .n = 3, .d = 1};
    w.x[1] = 10;
    w.x[2] = 20;
    fit(&w, 0.1, 5);
    assert_true(isnan(w.low[0]) && isnan(w.high[0]));
    assert_int_equal(oddi_explain(&w.c, 0, scratch, &r, &nearest, NULL), ODD_END);
}

static void test_failing_detector(void **unused)
{
    static struct window w;
    double scratch[3 * MAX_D];
    struct oddi_reason r[MAX_D];
    size_t nearest, row = 0;
    int calls;

    (void)unused;
    make(&w, 2);
    while (row < w.m.n && w.label[row] >= 0)
        row++;
    assert_true(row < w.m.n);
    assert_int_equal(oddi_explain(&w.c, row, scratch, r, &nearest, NULL), ODD_OK);
    calls = w.cores.score_calls;
    assert_true(calls > 0);
    for (int k = 0; k < calls; k++) {
        w.cores.score_calls = 0;
        w.cores.fail_at = k;
        assert_int_equal(oddi_explain(&w.c, row, scratch, r, &nearest, NULL), ODD_ERR_MEMORY);
    }
}

static void test_detector_that_cannot_score(void **unused)
{
    static struct window w;
    struct oddi_detector mute = cores_detector;
    double scratch[3 * MAX_D];
    struct oddi_reason r[MAX_D];
    size_t nearest;

    (void)unused;
    make(&w, 5);
    mute.score = NULL;
    w.c.detector = &mute;
    for (size_t i = 0; i < w.m.n; i++)
        if (w.label[i] < 0) {
            assert_int_equal(oddi_explain(&w.c, i, scratch, r, &nearest, NULL), ODD_OK);
            for (size_t j = 0; j < w.m.d; j++)
                assert_true(isnan(r[j].normal_at) || !w.whole[j] || r[j].normal_at == floor(r[j].normal_at));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_brute_force),        cmocka_unit_test(test_dbscan_against_brute_force),
        cmocka_unit_test(test_inexact_detector),           cmocka_unit_test(test_notebook_window),
        cmocka_unit_test(test_nothing_to_compare_with),    cmocka_unit_test(test_failing_detector),
        cmocka_unit_test(test_detector_that_cannot_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
