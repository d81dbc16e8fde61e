/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "detect/dbscan_auto.h"
#include "failalloc.h"
#include "raw.h"

#define MAX_N 200
#define MAX_D 4

static double x[MAX_N * MAX_D], score[MAX_N], other_score[MAX_N];
static int32_t label[MAX_N], other[MAX_N];

static int ascending(const void *a, const void *b)
{
    double u = *(const double *)a, v = *(const double *)b;

    return (u > v) - (u < v);
}

/* The definition: every pair, sorted; the row farthest below the chord. */
static double slow_eps(size_t n, size_t d, size_t min_samples)
{
    double curve[MAX_N], all[MAX_N], most = -1, eps = 0;
    size_t k = min_samples > 2 ? min_samples - 1 : 1;

    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < n; b++) {
            all[b] = 0;
            for (size_t j = 0; j < d; j++)
                all[b] += (x[i * d + j] - x[b * d + j]) * (x[i * d + j] - x[b * d + j]);
        }
        all[i] = -1; /* itself comes first */
        qsort(all, n, sizeof *all, ascending);
        curve[i] = sqrt(all[k]);
    }
    qsort(curve, n, sizeof *curve, ascending);
    for (size_t i = 0; i < n; i++) {
        double up = curve[n - 1] > curve[0] ? (curve[i] - curve[0]) / (curve[n - 1] - curve[0]) : 0;

        if ((double)i / (double)(n - 1) - up > most + 1e-12) {
            most = (double)i / (double)(n - 1) - up;
            eps = curve[i];
        }
    }
    for (size_t i = 0; i < n && !(eps > 0); i++)
        eps = curve[i];
    return eps > 0 ? eps : 1;
}

static void the_knee(void **state)
{
    struct oddi_dbscan_auto s = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 5);
    for (int round = 0; round < 20 * RAW_KINDS; round++) {
        size_t n = 2 + (size_t)oddi_rng_below(&r, MAX_N - 1), d = 1 + (size_t)round % MAX_D;
        size_t min_samples = 1 + (size_t)oddi_rng_below(&r, n < 12 ? n : 12);
        struct oddi_matrix m = {.x = x, .n = n, .d = d};
        double eps, want;

        raw_fill(&r, x, n, d, round % RAW_KINDS);
        want = slow_eps(n, d, min_samples);
        assert_true(oddi_dbscan_auto(&s, &m, min_samples, &eps));
        assert_true(fabs(eps - want) <= 1e-12 * want);
    }
    oddi_dbscan_auto_free(&s);
}

/* Judged as by dbscan with that eps, which is told. */
static void the_same_as_given(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 6);
    for (size_t d = 1; d <= MAX_D; d++) {
        struct raw_detector chooses = raw_new("dbscan:eps=auto"), given;
        struct oddi_matrix m = {.x = x, .n = MAX_N, .d = d};
        struct oddi_judged out = {.label = label, .score = score, .eps = NAN};
        char spec[64];

        raw_fill(&r, x, MAX_N, d, RAW_FAR);
        assert_int_equal(chooses.det->fit(chooses.state, &m, &out, NULL), ODD_OK);
        assert_true(out.eps_chosen && out.eps > 0 && out.n_noise > 0 && out.n_noise < MAX_N / 2);
        snprintf(spec, sizeof spec, "dbscan:eps=%.17g", out.eps);
        given = raw_new(spec);
        raw_fit(&given, &m, other, other_score, NULL);
        assert_memory_equal(label, other, sizeof label);
        assert_memory_equal(score, other_score, sizeof score);
        raw_free(&chooses);
        raw_free(&given);
    }
}

static void few_and_equal_rows(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 30; n += n < 7 ? 1 : 23) {
        struct raw_detector det = raw_new("dbscan:eps=auto");
        struct oddi_matrix m = {.x = x, .n = n, .d = 2};
        struct oddi_judged out = {.label = label, .score = score};

        memset(x, 0, sizeof x);
        assert_int_equal(det.det->fit(det.state, &m, &out, NULL), ODD_OK);
        assert_int_equal(out.n_noise, n < 5 ? n : 0);
        raw_free(&det);
    }
}

static enum odd_status story(void *ctx)
{
    struct oddi_dbscan_auto s = {0};
    double eps;
    bool ok = oddi_dbscan_auto(&s, ctx, 5, &eps);

    oddi_dbscan_auto_free(&s);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 3};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 7);
    raw_fill(&r, x, MAX_N, 3, RAW_CLOUD);
    assert_true(failalloc_sweep(story, &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_knee),
        cmocka_unit_test(the_same_as_given),
        cmocka_unit_test(few_and_equal_rows),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
