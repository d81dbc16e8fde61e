#include "result/result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_kind_names(void **unused)
{
    (void)unused;
    assert_string_equal(oddi_kind_name(ODDI_NORMAL), "");
    assert_string_equal(oddi_kind_name(ODDI_OUTLIER), "outlier");
    assert_string_equal(oddi_kind_name(ODDI_NOVELTY), "novelty");
}

static void test_main_is_largest_share_and_first_of_ties(void **unused)
{
    struct oddi_reason r[4] = {{.share = .2}, {.share = .4}, {.share = .4}, {.share = 0}};
    struct oddi_verdict v = {.reasons = r};

    (void)unused;
    assert_int_equal(oddi_reason_main(&v, 4), 1);
    assert_int_equal(oddi_reason_main(&v, 1), 0);
}

/* The same from known scales: the change in scaled units is |value - normal_at| / scale. */
static void test_change_is_smallest_in_scaled_units(void **unused)
{
    double scale[3] = {1000, 0.5, 7}, value[3] = {9000, 3, -70}, nearest[3] = {1000, 1, -63};
    double to[3] = {3000, 1.5, -69}, squared = 0;
    struct oddi_reason r[3];
    struct oddi_verdict v = {.reasons = r};

    (void)unused;
    for (int j = 0; j < 3; j++)
        squared += pow((value[j] - nearest[j]) / scale[j], 2);
    for (int j = 0; j < 3; j++)
        r[j] = (struct oddi_reason){.value = value[j],
                                    .nearest_value = nearest[j],
                                    .share = pow((value[j] - nearest[j]) / scale[j], 2) / squared,
                                    .normal_at = to[j]};
    assert_int_equal(oddi_reason_change(&v, 3), 2); /* 6, 3 and 1/7 deviations */
    r[2].normal_at = NAN;
    assert_int_equal(oddi_reason_change(&v, 3), 1);
    r[1].normal_at = NAN;
    assert_int_equal(oddi_reason_change(&v, 3), 0);
    r[0].normal_at = NAN;
    assert_int_equal(oddi_reason_change(&v, 3), 3);
}

static void test_change_without_share_comes_last(void **unused)
{
    struct oddi_reason r[2] = {{.value = 5, .nearest_value = 5, .share = 0, .normal_at = 6},
                               {.value = 9, .nearest_value = 1, .share = 1, .normal_at = 2}};
    struct oddi_verdict v = {.reasons = r};

    (void)unused;
    assert_int_equal(oddi_reason_change(&v, 2), 1);
    r[1].normal_at = NAN;
    assert_int_equal(oddi_reason_change(&v, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kind_names),
        cmocka_unit_test(test_main_is_largest_share_and_first_of_ties),
        cmocka_unit_test(test_change_is_smallest_in_scaled_units),
        cmocka_unit_test(test_change_without_share_comes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
