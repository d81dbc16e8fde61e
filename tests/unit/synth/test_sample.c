/* Integer tables against libm. */
#include "synth/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct oddi_sample sample;

static int setup(void **state)
{
    (void)state;
    oddi_sample_init(&sample);
    return 0;
}

static void powers_are_right_and_rising(void **state)
{
    uint64_t before = 0;
    (void)state;
    for (uint32_t log = 0; log < 47u << 16; log += 7) {
        uint64_t v = oddi_exp2(&sample, log);
        double right = exp2(log / 65536.0 + 16);
        assert_true(v >= before);
        /* One unit of the last place, or 2^-19 of the value. */
        assert_true(fabs((double)v - right) <= 1 + right * 0x1p-19);
        before = v;
    }
}

static void logs_are_the_least_that_reach_the_value(void **state)
{
    (void)state;
    assert_int_equal(oddi_log2(&sample, 0), 0);
    for (uint64_t v = 1; v < UINT64_C(1) << 46; v += 1 + v / 97) {
        uint32_t log = oddi_log2(&sample, v);
        assert_true(oddi_exp2(&sample, log) >= v << 16);
        assert_true(log == 0 || oddi_exp2(&sample, log - 1) < v << 16);
        assert_true(fabs(log / 65536.0 - log2((double)v)) < 3e-5);
    }
}

static void quantiles_begin_and_end_at_the_knots(void **state)
{
    static const uint32_t knots[] = {10, 10, 500, 70000, 70000};
    uint32_t before = 0;
    (void)state;
    assert_int_equal(oddi_quantile_log(knots, 4, 0), 10);
    assert_int_equal(oddi_quantile_log(knots, 4, 1u << 31), 500);
    assert_int_equal(oddi_quantile_log(knots, 4, UINT32_MAX), 70000);
    for (uint64_t u = 0; u <= UINT32_MAX; u += 1 << 20) {
        uint32_t v = oddi_quantile_log(knots, 4, (uint32_t)u);
        assert_true(v >= before);
        before = v;
    }
}

/* Share of the gaps beyond x, against e^-x, and the mean: 1 million draws have a standard error of 0.001. */
static void gaps_are_exponential(void **state)
{
    enum { N = 1000000 };
    static const double beyond[] = {0.01, 0.1, 0.5, 1, 2, 4, 6, 8};
    size_t count[8] = {0};
    struct oddi_rng rng;
    double sum = 0;
    (void)state;
    oddi_rng_seed(&rng, 5);
    for (int i = 0; i < N; i++) {
        double g = (double)oddi_draw_gap(&sample, &rng) * 0x1p-24;
        sum += g;
        for (int k = 0; k < 8; k++)
            count[k] += g > beyond[k];
    }
    assert_true(fabs(sum / N - 1) < 0.005);
    for (int k = 0; k < 8; k++) {
        double p = exp(-beyond[k]);
        assert_true(fabs((double)count[k] / N - p) < 5 * sqrt(p * (1 - p) / N));
    }
}

static void between_includes_both_ends(void **state)
{
    struct oddi_rng rng;
    int seen[4] = {0};
    (void)state;
    oddi_rng_seed(&rng, 1);
    for (int i = 0; i < 1000; i++) {
        uint32_t v = oddi_draw_between(&rng, 7, 10);
        assert_in_range(v, 7, 10);
        seen[v - 7]++;
    }
    for (int i = 0; i < 4; i++)
        assert_in_range(seen[i], 180, 320);
    assert_int_equal(oddi_draw_between(&rng, 3, 3), 3);
    (void)oddi_draw_between(&rng, 0, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_are_right_and_rising),
        cmocka_unit_test(logs_are_the_least_that_reach_the_value),
        cmocka_unit_test(quantiles_begin_and_end_at_the_knots),
        cmocka_unit_test(gaps_are_exponential),
        cmocka_unit_test(between_includes_both_ends),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
