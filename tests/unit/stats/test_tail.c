/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "failalloc.h"
#include "stats/moments.h"
#include "stats/tail.h"

#define MAX_N 5000

static double pareto_quantile(double q, double xi)
{
    return (pow(1 - q, -xi) - 1) / xi;
}

/* Scale and shape of the tail, the shape by bisection of the ratio of quantiles, the scale by the mean of a censored
 * Pareto variable summed numerically. */
static double pareto(double *e, size_t m, double *xi)
{
    double low = -1, high = 1.0001, q2, q8, mean = 0, expected = 0;

    *xi = 0.25;
    if (m < 3) {
        for (size_t i = 0; i < m; i++)
            mean += e[i] / (double)m;
        return mean * 0.75;
    }
    q2 = oddi_quantile(e, m, 0.5);
    q8 = oddi_quantile(e, m, 0.875);
    while (high - low > 1e-14) {
        double mid = (low + high) / 2;

        if (pareto_quantile(0.875, mid) / pareto_quantile(0.5, mid) < q8 / q2)
            low = mid;
        else
            high = mid;
    }
    low = fmin(low, 1);
    *xi = fmax(((double)m * low + 25) / ((double)m + 100), 1 / ((double)m + 5));
    for (size_t i = 0; i < m; i++)
        mean += fmin(e[i], q8) / (double)m;
    for (int i = 0; i < 20000; i++)
        expected += fmin(pareto_quantile((i + 0.5) / 20000, *xi), pareto_quantile(0.875, *xi)) / 20000;
    return mean / expected;
}

/* The definition, by counting. */
static double slow_surprise(const double *raw, size_t n, double x)
{
    static double excess[MAX_N];
    double u = INFINITY, mean = 0, var = 0, above = 0, equal = 0, m = 0, xi, beta;

    for (size_t i = 0; i < n; i++) {
        size_t below = 0;

        for (size_t k = 0; k < n; k++)
            below += raw[k] <= raw[i];
        if ((double)below >= 0.95 * (double)n && raw[i] < u)
            u = raw[i];
        mean += raw[i] / (double)n;
        above += raw[i] > x;
        equal += raw[i] == x;
    }
    for (size_t i = 0; i < n; i++) {
        var += (raw[i] - mean) * (raw[i] - mean) / (double)n;
        if (raw[i] > u)
            excess[(size_t)m++] = raw[i] - u;
    }
    if (x <= u)
        return -log((above + equal / 2 + 0.5) / ((double)n + 1));
    beta = (m * pareto(excess, (size_t)m, &xi) + 5 * sqrt(var)) / (m + 5);
    return -log((m + 0.5) / ((double)n + 1) * pow(1 + xi * (x - u) / beta, -1 / xi));
}

static double slow_score(double s, size_t n)
{
    double s75 = log(100 * (double)n);

    return s < s75 ? 75 * s / s75 : 100 - 25 * s75 / s;
}

enum { NORMAL, EXPONENTIAL, LOGNORMAL, COUNTS, ZEROS, KINDS };

static double draw(struct oddi_rng *r, int kind)
{
    double u = oddi_rng_double(r), v = oddi_rng_double(r);
    double normal = sqrt(-2 * log1p(-u)) * cos(2 * 3.141592653589793 * v);

    switch (kind) {
    case NORMAL:
        return normal;
    case EXPONENTIAL:
        return -log1p(-u);
    case LOGNORMAL:
        return exp(normal);
    case COUNTS:
        return log1p(floor(exp(2 * normal)));
    default:
        return v < 0.97 ? 0 : floor(10 * u);
    }
}

static void the_definition(void **state)
{
    static const size_t sizes[] = {2, 3, 19, 20, 21, 50, 400};
    static double x[400];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int round = 0; round < 7 * KINDS * 3; round++) {
        size_t n = sizes[round % 7];

        for (size_t i = 0; i < n; i++)
            x[i] = draw(&r, round / 7 % KINDS);
        x[0] += 0.5; /* no population is constant here */
        assert_true(oddi_tail_fit(&t, x, n));
        for (size_t i = 0; i < 2 * n; i++) {
            double v = i < n ? x[i] : draw(&r, LOGNORMAL) * 3 - 1, want = slow_surprise(x, n, v);

            assert_true(fabs(oddi_tail_surprise(&t, v) - want) <= 1e-6 * (1 + want));
            assert_true(fabs(oddi_tail_score(&t, v) - slow_score(want, n)) <= 1e-6 * 100);
        }
    }
    oddi_tail_free(&t);
}

static void odder_is_rarer(void **state)
{
    static double x[MAX_N];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    for (int kind = 0; kind < KINDS; kind++) {
        double last = 0, last_score = 0, border;

        for (size_t i = 0; i < MAX_N; i++)
            x[i] = draw(&r, kind);
        assert_true(oddi_tail_fit(&t, x, MAX_N));
        for (double v = -20; v < 1e5; v += 0.01 + fabs(v) / 100) {
            double s = oddi_tail_surprise(&t, v), score = oddi_tail_score(&t, v);

            assert_true(s >= last && score >= last_score && score <= 100 && score != 75);
            last = s;
            last_score = score;
        }
        assert_true(oddi_tail_score(&t, INFINITY) >= last_score && oddi_tail_score(&t, -INFINITY) < 1);
        border = oddi_tail_border(&t);
        assert_true(oddi_tail_score(&t, border - 1e-9 * (1 + fabs(border))) < 75);
        assert_true(oddi_tail_score(&t, border + 1e-9 * (1 + fabs(border))) > 75);
        assert_true(fabs(oddi_tail_surprise(&t, border) - log(100.0 * MAX_N)) < 1e-9);
    }
    oddi_tail_free(&t);
}

static void too_little_to_compare(void **state)
{
    static double x[100];
    struct oddi_tail t = {0};

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        assert_true(oddi_tail_fit(&t, x, n));
        assert_true(isnan(oddi_tail_surprise(&t, 1)) && isnan(oddi_tail_score(&t, 1)) &&
                    isnan(oddi_tail_border(&t)));
    }
    for (size_t n = 2; n <= 100; n += 49) { /* constant */
        assert_true(oddi_tail_fit(&t, x, n));
        assert_true(fabs(oddi_tail_surprise(&t, 0) - log(2)) < 1e-12 && oddi_tail_score(&t, -1) < 3);
        assert_true(oddi_tail_score(&t, 1e-300) == 100 && oddi_tail_border(&t) == 0);
    }
    oddi_tail_free(&t);
}

/* One host with one failure among hosts without: rare, not infinitely so. */
static void one_among_zeros(void **state)
{
    static double x[336];
    struct oddi_tail t = {0};

    (void)state;
    x[7] = 1;
    assert_true(oddi_tail_fit(&t, x, 336));
    assert_true(oddi_tail_score(&t, 1) > 60 && oddi_tail_score(&t, 1) < 75);
    assert_true(oddi_tail_score(&t, 4) > 75);
    oddi_tail_free(&t);
}

static void huge_scores(void **state)
{
    double x[60];
    struct oddi_tail t = {0};

    (void)state;
    for (int i = 0; i < 60; i++)
        x[i] = i < 50 ? i : i < 58 ? 1e300 : INFINITY;
    assert_true(oddi_tail_fit(&t, x, 60));
    for (int i = 1; i < 60; i++)
        assert_true(oddi_tail_score(&t, x[i]) >= oddi_tail_score(&t, x[i - 1]));
    assert_true(isfinite(oddi_tail_surprise(&t, INFINITY)));
    oddi_tail_free(&t);
}

/* One window in a hundred (by Markov's bound on the probability, fewer by far as the tail is smoothed) has a row at 75 or
 * above among rows that are all alike. With 300 windows, 8 are more than chance allows of 1 %. */
static void few_false_alarms(void **state)
{
    static const size_t sizes[] = {50, 336, 1000};
    static double x[1000];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 3);
    for (int kind = 0; kind < KINDS; kind++) {
        for (int s = 0; kind != LOGNORMAL && s < 3; s++) {
            int alarms = 0;

            for (int window = 0; window < 300; window++) {
                double most = -INFINITY;

                for (size_t i = 0; i < sizes[s]; i++) {
                    x[i] = draw(&r, kind);
                    most = fmax(most, x[i]);
                }
                assert_true(oddi_tail_fit(&t, x, sizes[s]));
                alarms += oddi_tail_score(&t, most) >= 75;
            }
            assert_true(alarms < 8);
        }
    }
    oddi_tail_free(&t);
}

/* The oddest rows do not hide each other. */
static void a_few_odd_rows(void **state)
{
    static double x[MAX_N];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    for (size_t i = 0; i < MAX_N; i++)
        x[i] = draw(&r, NORMAL);
    x[3] = 30;
    assert_true(oddi_tail_fit(&t, x, 336) && oddi_tail_score(&t, 30) > 78);
    for (size_t i = 0; i < 5; i++)
        x[i * 300] = 30;
    assert_true(oddi_tail_fit(&t, x, 2000) && oddi_tail_score(&t, 30) > 75);
    oddi_tail_free(&t);
}

static enum odd_status story(void *ctx)
{
    struct oddi_tail t = {0};
    bool ok = oddi_tail_fit(&t, ctx, 300) && oddi_tail_fit(&t, ctx, MAX_N);

    oddi_tail_free(&t);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static double x[MAX_N];

    (void)state;
    for (size_t i = 0; i < MAX_N; i++)
        x[i] = (double)(i * 7919 % 1009);
    assert_true(failalloc_sweep(story, x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_definition),        cmocka_unit_test(odder_is_rarer),
        cmocka_unit_test(too_little_to_compare), cmocka_unit_test(one_among_zeros),
        cmocka_unit_test(huge_scores),           cmocka_unit_test(few_false_alarms),
        cmocka_unit_test(a_few_odd_rows),        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
