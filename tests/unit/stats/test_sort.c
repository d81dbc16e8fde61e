/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "failalloc.h"
#include "stats/sort.h"

#define MAX_N 5000

static const double *compared;

static int by_value_then_row(const void *a, const void *b)
{
    uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;

    if (compared[i] != compared[k])
        return compared[i] < compared[k] ? -1 : 1;
    return i < k ? -1 : i > k;
}

/* Sorts and compares with qsort, which is not stable: hence the row as last key. */
static void check(struct oddi_sort *s, const double *x, size_t n, size_t stride)
{
    static double packed[MAX_N], value[MAX_N];
    static uint32_t row[MAX_N], want[MAX_N];

    for (size_t i = 0; i < n; i++) {
        packed[i] = x[i * stride];
        want[i] = (uint32_t)i;
    }
    compared = packed;
    qsort(want, n, sizeof *want, by_value_then_row);
    assert_true(oddi_sort_rows(s, x, n, stride, value, row));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(row[i], want[i]);
        assert_true(value[i] == packed[want[i]]);
        assert_false(value[i] == 0 && signbit(value[i]));
    }
}

enum { UNIFORM, FEW, CLOSE, BITS, DESCENDING, EQUAL, OUTLIER, SIGNED_ZERO, KINDS };

static double value_of(struct oddi_rng *r, int kind, size_t i)
{
    uint64_t bits;
    double v;

    switch (kind) {
    case FEW:
        return (double)oddi_rng_below(r, 7) * 1e5;
    case CLOSE: /* all differ in the low bits alone */
        return 1 + (double)oddi_rng_below(r, 5000) * 0x1p-52;
    case BITS: /* any finite double */
        do {
            bits = oddi_rng_next(r);
            memcpy(&v, &bits, sizeof v);
        } while (!isfinite(v));
        return v;
    case DESCENDING:
        return -(double)i;
    case EQUAL:
        return 42;
    case OUTLIER: /* the range hides what tells the values apart */
        return i == 0 ? 1e300 : 1 + (double)oddi_rng_below(r, 1000) * 0x1p-50;
    case SIGNED_ZERO:
        return oddi_rng_below(r, 2) ? -0.0 : (double)oddi_rng_below(r, 2) * 0x1p-1074;
    default:
        return oddi_rng_double(r) - 0.5;
    }
}

static void any_values_of_any_number(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 3, 47, 48, 49, 50, 100, 1000, 2047, 2048, 2049, MAX_N};
    static double x[3 * MAX_N];
    struct oddi_sort s = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 7);
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            for (size_t stride = 1; stride <= 3; stride += 2) {
                for (size_t i = 0; i < sizes[k] * stride; i++)
                    x[i] = value_of(&r, kind, i / stride);
                check(&s, x, sizes[k], stride);
            }
        }
    }
    oddi_sort_free(&s);
}

static void mixtures(void **state)
{
    static double x[MAX_N];
    struct oddi_sort s = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 8);
    for (int round = 0; round < 400; round++) {
        size_t n = (size_t)oddi_rng_below(&r, 600);
        uint64_t kinds = 1 + oddi_rng_below(&r, KINDS);

        for (size_t i = 0; i < n; i++)
            x[i] = value_of(&r, (int)oddi_rng_below(&r, kinds), i);
        check(&s, x, n, 1);
    }
    oddi_sort_free(&s);
}

static void memory_is_kept(void **state)
{
    static double x[MAX_N], value[MAX_N];
    static uint32_t row[MAX_N];
    struct oddi_sort s = {0};

    (void)state;
    for (size_t i = 0; i < MAX_N; i++)
        x[i] = (double)(i * 7919 % MAX_N);
    assert_true(oddi_sort_rows(&s, x, MAX_N, 1, value, row));
    failalloc_at(0);
    assert_true(oddi_sort_rows(&s, x, MAX_N, 1, value, row));
    assert_true(oddi_sort_rows(&s, x, MAX_N / 2, 1, value, row));
    assert_int_equal(failalloc_calls(), 0);
    failalloc_off();
    oddi_sort_free(&s);
}

static enum odd_status sort_once(void *ctx)
{
    static double x[MAX_N], value[MAX_N];
    static uint32_t row[MAX_N];
    struct oddi_sort s = {0};
    bool ok = oddi_sort_rows(&s, x, MAX_N, 1, value, row);

    (void)ctx;
    oddi_sort_free(&s);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(sort_once, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_values_of_any_number),
        cmocka_unit_test(mixtures),
        cmocka_unit_test(memory_is_kept),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
