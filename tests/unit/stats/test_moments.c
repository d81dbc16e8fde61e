#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "stats/moments.h"

/* ---- the written order of additions, as slowly as it can be said ---- */

static double twin_block(const double *x, size_t n, size_t stride)
{
    volatile double lane[8] = {0};
    for (size_t i = 0; i < n; i++)
        lane[i % 8] = lane[i % 8] + x[i * stride];
    volatile double a = lane[0] + lane[1], b = lane[2] + lane[3], c = lane[4] + lane[5],
                    d = lane[6] + lane[7];
    volatile double ab = a + b, cd = c + d;
    return ab + cd;
}

/* Sum of blocks [from, from + 2^k), a complete tree. */
static double twin_tree(const double *x, size_t n, size_t stride, size_t from, unsigned k)
{
    if (k == 0) {
        size_t first = from * 128, rows = n - first < 128 ? n - first : 128;
        return twin_block(x + first * stride, rows, stride);
    }
    return twin_tree(x, n, stride, from, k - 1) +
           twin_tree(x, n, stride, from + ((size_t)1 << (k - 1)), k - 1);
}

/* One tree a binary digit of the number of blocks, the largest first; added up from the smallest. */
static double twin_sum(const double *x, size_t n, size_t stride)
{
    size_t blocks = (n + 127) / 128, from = blocks;
    double sum = 0;
    for (unsigned k = 0; blocks >> k; k++)
        if (blocks >> k & 1) {
            from -= (size_t)1 << k;
            sum = twin_tree(x, n, stride, from, k) + sum;
        }
    return sum;
}

static double *random_values(size_t n, uint64_t seed)
{
    struct oddi_rng r;
    double *x = malloc((n ? n : 1) * sizeof *x);
    oddi_rng_seed(&r, seed);
    for (size_t i = 0; i < n; i++)
        x[i] = (oddi_rng_double(&r) - 0.3) * (double)(1u << oddi_rng_below(&r, 30));
    return x;
}

static void sums_have_the_written_shape(void **state)
{
    (void)state;
    for (size_t n = 0; n < 5000; n += 1 + n / 9)
        for (size_t stride = 1; stride <= 3; stride++) {
            double *x = random_values(n * stride, n), got = oddi_sum(x, n, stride),
                   want = twin_sum(x, n, stride);
            assert_memory_equal(&got, &want, sizeof got);
            free(x);
        }
}

static void sums_are_accurate(void **state)
{
    (void)state;
    for (size_t n = 1; n < 2000000; n = n * 7 + 3) {
        double *x = random_values(n, n), total = 0;
        long double exact = 0;
        for (size_t i = 0; i < n; i++) {
            exact += x[i];
            total += fabs(x[i]);
        }
        assert_true(fabsl((long double)oddi_sum(x, n, 1) - exact) <= 1e-15L * total);
        free(x);
    }
    double *tenths = malloc(10000000 * sizeof *tenths);
    for (size_t i = 0; i < 10000000; i++)
        tenths[i] = 0.1;
    assert_true(fabs(oddi_sum(tenths, 10000000, 1) - 1e6) < 1e-9); /* adding one by one is off by 1.6e-4 */
    free(tenths);
}

static void expect_moments(const struct oddi_matrix *m, double tolerance)
{
    double mean[20], var[20];
    oddi_moments(m, mean, var);
    for (size_t j = 0; j < m->d; j++) {
        long double sum = 0, squares = 0, large = 0;
        for (size_t i = 0; i < m->n; i++) {
            sum += m->x[i * m->d + j];
            large = fmaxl(large, fabsl(m->x[i * m->d + j]));
        }
        for (size_t i = 0; i < m->n; i++) {
            long double t = m->x[i * m->d + j] - sum / m->n;
            squares += t * t;
        }
        assert_true(fabsl(mean[j] - sum / m->n) <= 1e-15L * large);
        if (!(fabsl(var[j] - squares / m->n) <= tolerance * (squares / m->n)))
            fail_msg("n %zu, column %zu: variance %.17g, not %.17Lg", m->n, j, var[j], squares / m->n);
    }
}

static void moments_are_accurate(void **state)
{
    (void)state;
    for (size_t d = 1; d <= 20; d++)
        for (size_t n = 2; n < 1000; n = n * 2 + d % 3) {
            struct oddi_matrix m = {.x = random_values(n * d, n + d), .n = n, .d = d};
            expect_moments(&m, 1e-13);
            free(m.x);
        }
}

/* Unix seconds with a variance of 1/12: where the one-pass formula says a million. */
static void moments_of_a_huge_mean(void **state)
{
    (void)state;
    static const double means[] = {1.7e9, -1.7e9, 1e12, 1e-3};
    for (size_t k = 0; k < 4; k++)
        for (size_t d = 1; d <= 3; d++) {
            struct oddi_matrix m = {.x = malloc(3000 * sizeof *m.x), .n = 3000 / d, .d = d};
            struct oddi_rng r;
            oddi_rng_seed(&r, k);
            for (size_t i = 0; i < 3000; i++)
                m.x[i] = means[k] + oddi_rng_double(&r);
            expect_moments(&m, 1e-12);
            free(m.x);
        }
}

/* A column has the same bits alone, among others, and in whichever group of columns it lies. */
static void columns_do_not_know_each_other(void **state)
{
    (void)state;
    for (size_t d = 2; d <= 19; d++)
        for (size_t n = 1; n < 700; n = n * 2 + 5) {
            struct oddi_matrix m = {.x = random_values(n * d, n * d), .n = n, .d = d},
                               one = {.x = malloc(n * sizeof(double)), .n = n, .d = 1};
            double mean[19], var[19], one_mean, one_var;
            oddi_moments(&m, mean, var);
            for (size_t j = 0; j < d; j++) {
                for (size_t i = 0; i < n; i++)
                    one.x[i] = m.x[i * d + j];
                oddi_moments(&one, &one_mean, &one_var);
                assert_memory_equal(&mean[j], &one_mean, sizeof(double));
                assert_memory_equal(&var[j], &one_var, sizeof(double));
            }
            free(m.x), free(one.x);
        }
}

static void moments_at_the_edges(void **state)
{
    (void)state;
    double mean[2] = {1, 1}, var[2] = {1, 1}, x[] = {3, -4, 1e308, 1e308, 1e308, 1e308};
    oddi_moments(&(struct oddi_matrix){.x = x, .n = 0, .d = 2}, mean, var);
    assert_true(isnan(mean[0]) && isnan(mean[1]) && isnan(var[0]) && isnan(var[1]));
    oddi_moments(&(struct oddi_matrix){.x = x, .n = 1, .d = 2}, mean, var);
    assert_true(mean[0] == 3 && mean[1] == -4 && var[0] == 0 && var[1] == 0);
    oddi_moments(&(struct oddi_matrix){.x = x + 2, .n = 4, .d = 1}, mean, var);
    assert_false(isfinite(mean[0]) && isfinite(var[0]));
    assert_true(oddi_sum(x, 0, 1) == 0);
}

/* ---- quantiles ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double twin_quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t k = (size_t)at;
    double t = at - (double)k, a = sorted[k], b = sorted[k + 1 < n ? k + 1 : k];
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

static void fill(double *x, size_t n, unsigned kind, struct oddi_rng *r)
{
    for (size_t i = 0; i < n; i++)
        switch (kind) {
        case 0:
            x[i] = oddi_rng_double(r);
            break;
        case 1:
            x[i] = (double)oddi_rng_below(r, 4);
            break;
        case 2:
            x[i] = (double)i;
            break;
        case 3:
            x[i] = -(double)i;
            break;
        case 4:
            x[i] = 7;
            break;
        case 5:
            x[i] = i < n / 2 ? (double)i : (double)(n - i);
            break;
        case 6:
            x[i] = (i % 2 ? 1 : -1) * ldexp(oddi_rng_double(r), (int)oddi_rng_below(r, 2000) - 1000);
            break;
        case 7:
            x[i] = i % 3 ? 0.0 : -0.0;
            break;
        case 8:
            x[i] = 1 + (double)oddi_rng_below(r, 3) * 0x1p-52;
            break;
        case 9:
            x[i] = i == n / 3 ? 1e300 : i % 17 ? 0 : -1;
            break;
        case 10:
            x[i] = (double)oddi_rng_below(r, 100) * 5e-324;
            break;
        case 11:
            x[i] = (double)(i * i % 1009);
            break;
        default:
            x[i] = (oddi_rng_double(r) - 0.5) * 1e-300;
            break;
        }
}

static void quantiles_as_by_sorting(void **state)
{
    (void)state;
    static const double qs[] = {0, 0.25, 0.5, 0.75, 1, 0.1, 0.999, 1.0 / 3, 0.5};
    struct oddi_rng r;
    oddi_rng_seed(&r, 1);
    for (unsigned kind = 0; kind < 13; kind++)
        for (size_t n = 1; n < 6000; n += 1 + n / 5) {
            double *x = malloc(n * sizeof *x), *sorted = malloc(n * sizeof *x);
            fill(x, n, kind, &r);
            memcpy(sorted, x, n * sizeof *x);
            qsort(sorted, n, sizeof *x, compare);
            for (size_t i = 0; i < sizeof qs / sizeof *qs; i++) {
                double got = oddi_quantile(x, n, qs[i]), want = twin_quantile(sorted, n, qs[i]);
                if (got != want)
                    fail_msg("kind %u, n %zu, q %g: %.17g, not %.17g", kind, n, qs[i], got, want);
            }
            qsort(x, n, sizeof *x, compare); /* reordered, nothing lost */
            for (size_t i = 0; i < n; i++)
                assert_true(x[i] == sorted[i]);
            free(x), free(sorted);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_have_the_written_shape),    cmocka_unit_test(sums_are_accurate),
        cmocka_unit_test(moments_are_accurate),           cmocka_unit_test(moments_of_a_huge_mean),
        cmocka_unit_test(columns_do_not_know_each_other), cmocka_unit_test(moments_at_the_edges),
        cmocka_unit_test(quantiles_as_by_sorting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
