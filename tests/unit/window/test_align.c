/* Where windows begin: midnight, epoch, start of the day, and days that clocks make longer or shorter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "window/align.h"

static int64_t at(const char *text)
{
    int64_t t = 0;

    assert_true(oddi_parse_time(text, strlen(text), NULL, &t));
    return t;
}

static void expect(const struct oddi_align *a, const char *ts, const char *start, const char *end)
{
    int64_t s, e;

    oddi_align_window(a, at(ts), &s, &e);
    assert_int_equal(s, at(start));
    assert_int_equal(e, at(end));
}

static void test_minute_and_hour(void **state)
{
    struct oddi_align minute = {.length = ODDI_MINUTE}, sixty = {.length = 60 * ODDI_SECOND},
                      hour = {.length = ODDI_HOUR};

    (void)state;
    expect(&minute, "2011-08-10T09:46:53.047277Z", "2011-08-10T09:46:00Z", "2011-08-10T09:47:00Z");
    expect(&sixty, "2011-08-10T09:46:00Z", "2011-08-10T09:46:00Z", "2011-08-10T09:47:00Z");
    expect(&hour, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z");
}

static void test_length_that_does_not_divide_a_day(void **state)
{
    struct oddi_align a = {.length = 7 * ODDI_MINUTE};
    struct oddi_align day = {.length = 7 * ODDI_MINUTE, .origin = ODDI_ORIGIN_START_DAY};
    int64_t s, e;

    (void)state;
    oddi_align_window(&a, at("2011-08-10T09:46:53Z"), &s, &e);
    assert_int_equal(s % (7 * ODDI_MINUTE), 0);
    assert_true(s <= at("2011-08-10T09:46:53Z") && e > at("2011-08-10T09:46:53Z"));
    /* pandas: Grouper(freq="7min") of a day that begins at 09:46:53 has its windows at 00:00, 00:07, ... */
    oddi_align_first(&day, at("2011-08-10T09:46:53Z"));
    expect(&day, "2011-08-10T09:46:53Z", "2011-08-10T09:41:00Z", "2011-08-10T09:48:00Z");
    expect(&day, "2011-08-11T00:00:00Z", "2011-08-10T23:55:00Z", "2011-08-11T00:02:00Z");
}

static void test_fixed_offset(void **state)
{
    struct oddi_zone *zone = NULL;
    struct oddi_align day = {.length = ODDI_DAY};

    (void)state;
    assert_int_equal(oddi_zone_new("+02:00", NULL, 0, &zone, NULL), ODD_OK);
    day.zone = zone;
    expect(&day, "2011-08-10T21:59:59Z", "2011-08-09T22:00:00Z", "2011-08-10T22:00:00Z");
    expect(&day, "2011-08-10T22:00:00Z", "2011-08-10T22:00:00Z", "2011-08-11T22:00:00Z");
    oddi_zone_free(zone);
}

static void test_no_window(void **state)
{
    struct oddi_align a = {.length = 0};
    int64_t s, e;

    (void)state;
    oddi_align_window(&a, 0, &s, &e);
    assert_int_equal(s, INT64_MIN);
    assert_int_equal(e, INT64_MAX);
    assert_int_equal(oddi_align_between(&a, 0, 5), 0);
}

static void test_between(void **state)
{
    struct oddi_align a = {.length = ODDI_MINUTE};

    (void)state;
    assert_int_equal(oddi_align_between(&a, 0, 0), 0);
    assert_int_equal(oddi_align_between(&a, 0, 5 * ODDI_MINUTE), 5);
    assert_int_equal(oddi_align_between(&a, INT64_MIN + 1, INT64_MAX),
                     UINT64_MAX / (uint64_t)ODDI_MINUTE + 1);
}

/* Times at the ends of the range end up in some window that holds them. */
static void test_extremes(void **state)
{
    int64_t times[] = {INT64_MIN + 1, INT64_MIN + ODDI_DAY, INT64_MAX - 1, INT64_MAX - ODDI_DAY};
    int64_t lengths[] = {ODDI_MINUTE, 7 * ODDI_MINUTE, ODDI_DAY, 7 * ODDI_DAY, 36525 * ODDI_DAY};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 5; j++) {
            struct oddi_align a = {.length = lengths[j]};
            int64_t s, e;

            oddi_align_window(&a, times[i], &s, &e);
            assert_true(s <= times[i] && times[i] < e);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minute_and_hour), cmocka_unit_test(test_length_that_does_not_divide_a_day),
        cmocka_unit_test(test_fixed_offset),    cmocka_unit_test(test_no_window),
        cmocka_unit_test(test_between),         cmocka_unit_test(test_extremes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
