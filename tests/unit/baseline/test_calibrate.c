/* Calibration against a slow twin, its tail, and the guarantee itself. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "baseline/calibrate.h"

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

/* Scores with ties: the tenths of a squared normal. */
static double draw(struct oddi_rng *rng, bool ties)
{
    double z = 0;

    for (int i = 0; i < 12; i++)
        z += oddi_rng_double(rng);
    z = (z - 6) * (z - 6);
    return ties ? floor(z * 10) / 10 : z;
}

static void fill(double *x, size_t n, uint64_t seed, bool ties)
{
    struct oddi_rng rng;

    oddi_rng_seed(&rng, seed);
    for (size_t i = 0; i < n; i++)
        x[i] = draw(&rng, ties);
}

static void counts_as_the_twin(void **state)
{
    static const size_t sizes[] = {1, 2, 7, 100, 512};

    (void)state;
    for (size_t s = 0; s < 2 * sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s / 2];
        double *x = malloc(n * sizeof *x), *copy = malloc(n * sizeof *copy);
        struct oddi_calibration c;
        bool beyond;

        fill(x, n, s, s % 2);
        for (size_t i = 0; i < n; i++)
            copy[i] = x[i];
        assert_int_equal(oddi_calibrate(&c, x, n, NULL), ODD_OK);
        qsort(copy, n, sizeof *copy, ascending);
        for (double score = -0.05; score <= copy[n - 1]; score += 0.0317) {
            size_t k = 0;

            for (size_t i = 0; i < n; i++)
                k += copy[i] >= score;
            assert_true(oddi_calibration_ln_p(&c, score, &beyond) == log(((double)k + 1) / ((double)n + 1)));
            assert_false(beyond);
        }
        oddi_calibration_clear(&c);
        free(x);
        free(copy);
    }
}

/* Beyond what is kept exactly k is never too low, and too high by 1 in 256 at most. */
static void many_scores_are_thinned(void **state)
{
    size_t n = 50000;
    double *x = malloc(n * sizeof *x);
    struct oddi_calibration c;

    (void)state;
    fill(x, n, 9, false);
    assert_int_equal(oddi_calibrate(&c, x, n, NULL), ODD_OK);
    assert_in_range(c.n_kept, 1500, 2000);
    for (size_t i = 0; i < n; i += 7) { /* x is sorted by now */
        bool beyond;
        double k = exp(oddi_calibration_ln_p(&c, x[i], &beyond)) * ((double)n + 1) - 1,
               exact = (double)(n - i);

        assert_true(k > exact - 0.01);
        assert_true(k < exact * (1 + 1 / 256.0) + 0.01);
        if (n - i <= 512)
            assert_true(fabs(k - exact) < 0.01);
    }
    oddi_calibration_clear(&c);
    free(x);
}

static void never_rises(void **state)
{
    double x[500], before = 1, rank_before = 1;
    struct oddi_calibration c;
    bool beyond;

    (void)state;
    fill(x, 500, 4, true);
    assert_int_equal(oddi_calibrate(&c, x, 500, NULL), ODD_OK);
    for (double s = -1; s < 1e6; s = s < 40 ? s + 0.01 : s * 1.5) {
        double p = oddi_calibration_ln_p(&c, s, &beyond), rank = oddi_calibration_ln_rank(&c, s);

        assert_true(p <= before && rank <= rank_before && rank <= p + 1e-12);
        if (beyond)
            assert_true(p < -log(501) && rank == p);
        before = p;
        rank_before = rank;
    }
    oddi_calibration_clear(&c);
}

static void goes_on_continuously(void **state)
{
    double x[500], top;
    struct oddi_calibration c;
    bool beyond;

    (void)state;
    fill(x, 500, 5, false);
    assert_int_equal(oddi_calibrate(&c, x, 500, NULL), ODD_OK);
    top = x[499];
    assert_true(fabs(oddi_calibration_ln_p(&c, nextafter(top, INFINITY), &beyond) + log(501)) < 1e-9);
    assert_true(beyond);
    assert_true(isfinite(oddi_calibration_ln_p(&c, 1e300, &beyond)));
    oddi_calibration_clear(&c);
}

/* The shape of known tails is found: exponential 0, Pareto with index 4 a quarter; kept within its bounds. */
static void finds_the_shape(void **state)
{
    static const double shapes[] = {0, 0.25, 0.45, 2};
    size_t n = 20000;
    double *x = malloc(n * sizeof *x);
    struct oddi_rng rng;

    (void)state;
    for (size_t s = 0; s < 4; s++) {
        struct oddi_calibration c;

        oddi_rng_seed(&rng, 11 + s);
        for (size_t i = 0; i < n; i++) {
            double u = 1 - oddi_rng_double(&rng);

            x[i] = shapes[s] > 0 ? (pow(u, -shapes[s]) - 1) / shapes[s] : -log(u);
        }
        assert_int_equal(oddi_calibrate(&c, x, n, NULL), ODD_OK);
        assert_true(c.xi >= 0 && c.xi <= 0.5);
        /* the standard error with 500 excesses is about 0.06 */
        assert_true(shapes[s] > 1 ? c.xi == 0.5 : fabs(c.xi - shapes[s]) < 0.2);
        oddi_calibration_clear(&c);
    }
    free(x);
}

static void nothing_varies(void **state)
{
    double x[200];
    struct oddi_calibration c;
    bool beyond;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        x[i] = 3;
    assert_int_equal(oddi_calibrate(&c, x, 200, NULL), ODD_OK);
    assert_true(oddi_calibration_ln_p(&c, 3, &beyond) == 0);
    assert_false(beyond);
    assert_true(oddi_calibration_ln_p(&c, 4, &beyond) < -log(201));
    assert_true(beyond);
    oddi_calibration_clear(&c);
}

static void inverts(void **state)
{
    double x[300];
    struct oddi_calibration c;
    bool beyond;

    (void)state;
    fill(x, 300, 21, true);
    assert_int_equal(oddi_calibrate(&c, x, 300, NULL), ODD_OK);
    for (double ln_p = -0.01; ln_p > -30; ln_p -= 0.07) {
        double s = oddi_calibration_score(&c, ln_p), tiny = 1e-9 * (1 + fabs(s));

        assert_true(oddi_calibration_ln_p(&c, s + tiny, &beyond) <= ln_p + 1e-9);
        if (s - tiny > x[0])
            assert_true(oddi_calibration_ln_p(&c, s - tiny, &beyond) >= ln_p - 1e-6);
    }
    oddi_calibration_clear(&c);
}

/* P(p <= a) = floor(a (n + 1)) / (n + 1) for exchangeable scores, exactly: within 4 standard errors of 400 draws. */
static void holds_what_it_promises(void **state)
{
    static const double levels[] = {0.1, 0.01};
    enum { N = 199, TESTS = 200, DRAWS = 400 };
    double x[N], sum[2] = {0}, square[2] = {0};
    struct oddi_rng rng;

    (void)state;
    oddi_rng_seed(&rng, 77);
    for (int d = 0; d < DRAWS; d++) {
        struct oddi_calibration c;
        double hits[2] = {0};

        for (size_t i = 0; i < N; i++)
            x[i] = draw(&rng, false);
        assert_int_equal(oddi_calibrate(&c, x, N, NULL), ODD_OK);
        for (int t = 0; t < TESTS; t++) {
            bool beyond;
            double p = exp(oddi_calibration_ln_p(&c, draw(&rng, false), &beyond));

            for (int l = 0; l < 2; l++)
                hits[l] += p <= levels[l] * (1 + 1e-12);
        }
        for (int l = 0; l < 2; l++) {
            sum[l] += hits[l] / TESTS;
            square[l] += hits[l] / TESTS * hits[l] / TESTS;
        }
        oddi_calibration_clear(&c);
    }
    for (int l = 0; l < 2; l++) {
        double mean = sum[l] / DRAWS, error = sqrt((square[l] / DRAWS - mean * mean) / DRAWS);
        double promised = floor(levels[l] * (N + 1) + 1e-9) / (N + 1);

        assert_true(fabs(mean - promised) < 4 * error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_as_the_twin),
        cmocka_unit_test(many_scores_are_thinned),
        cmocka_unit_test(never_rises),
        cmocka_unit_test(goes_on_continuously),
        cmocka_unit_test(finds_the_shape),
        cmocka_unit_test(nothing_varies),
        cmocka_unit_test(inverts),
        cmocka_unit_test(holds_what_it_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
