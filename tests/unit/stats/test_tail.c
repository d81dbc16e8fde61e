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
#include "stats/tail.h"

#define MAX_N 5000

/* The definition, by counting. */
static double slow_surprise(const double *raw, size_t n, double x)
{
    double u = INFINITY, sum = 0, mean = 0, var = 0, above = 0, equal = 0, m = 0;

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
        m += raw[i] > u;
        sum += raw[i] > u ? raw[i] - u : 0;
    }
    if (x <= u)
        return -log((above + equal / 2 + 0.5) / ((double)n + 1));
    return -log((m + 0.5) / ((double)n + 1)) + (x - u) * (m + 5) / (sum + 5 * sqrt(var));
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

            assert_true(fabs(oddi_tail_surprise(&t, v) - want) <= 1e-9 * (1 + want));
            assert_true(fabs(oddi_tail_score(&t, v) - slow_score(want, n)) <= 1e-9 * 100);
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
    assert_true(oddi_tail_score(&t, 1) > 65 && oddi_tail_score(&t, 1) < 80);
    assert_true(oddi_tail_score(&t, 4) > 85);
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
        cmocka_unit_test(huge_scores),           cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
