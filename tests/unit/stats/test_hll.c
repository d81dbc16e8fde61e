/* HyperLogLog: accuracy, order, merging. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "stats/hll.h"

static void test_small(void **state)
{
    struct oddi_hll h;
    uint64_t seed = 1;

    (void)state;
    oddi_hll_clear(&h);
    assert_true(oddi_hll_estimate(&h) == 0);
    for (int i = 1; i <= 100; i++) {
        uint64_t x = oddi_splitmix64(&seed);

        oddi_hll_add(&h, x);
        oddi_hll_add(&h, x);
        assert_true(fabs(oddi_hll_estimate(&h) - i) < 0.5 + 0.02 * i);
    }
}

/* Over many sketches the error has mean 0 and a deviation of 1.04 / sqrt(16384), at every size. */
static void test_accuracy(void **state)
{
    static const size_t sizes[] = {1000, 20000, 66000, 300000};
    uint64_t seed = 7;

    (void)state;
    for (size_t s = 0; s < 4; s++) {
        double sum = 0, squares = 0;
        size_t turns = s == 3 ? 20 : 60;

        for (size_t turn = 0; turn < turns; turn++) {
            struct oddi_hll h;
            double e;

            oddi_hll_clear(&h);
            for (size_t i = 0; i < sizes[s]; i++)
                oddi_hll_add(&h, oddi_splitmix64(&seed));
            e = oddi_hll_estimate(&h) / (double)sizes[s] - 1;
            sum += e;
            squares += e * e;
        }
        assert_true(fabs(sum / (double)turns) < 4 * 0.0082 / sqrt((double)turns));
        assert_true(sqrt(squares / (double)turns) < 1.4 * 0.0082);
    }
}

static void test_merge(void **state)
{
    struct oddi_hll all, a, b, ba;
    uint64_t seed = 3;

    (void)state;
    oddi_hll_clear(&all), oddi_hll_clear(&a), oddi_hll_clear(&b);
    for (size_t i = 0; i < 100000; i++) {
        uint64_t x = oddi_splitmix64(&seed);

        oddi_hll_add(&all, x);
        oddi_hll_add(i % 3 ? &a : &b, x);
        if (i % 5 == 0) /* some in both */
            oddi_hll_add(&a, x);
    }
    ba = b;
    oddi_hll_merge(&ba, &a);
    oddi_hll_merge(&a, &b);
    assert_memory_equal(&a, &all, sizeof a);
    assert_memory_equal(&ba, &all, sizeof a);
}

static void test_extremes(void **state)
{
    struct oddi_hll h;

    (void)state;
    oddi_hll_clear(&h);
    oddi_hll_add(&h, 0); /* no bit at all: the greatest rank */
    assert_int_equal(h.reg[0], 64 - ODDI_HLL_BITS + 1);
    oddi_hll_add(&h, UINT64_MAX);
    assert_int_equal(h.reg[(1 << ODDI_HLL_BITS) - 1], 1);
    memset(h.reg, 64 - ODDI_HLL_BITS + 1, sizeof h.reg);
    assert_false(isnan(oddi_hll_estimate(&h)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small), cmocka_unit_test(test_accuracy),
                                       cmocka_unit_test(test_merge), cmocka_unit_test(test_extremes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
