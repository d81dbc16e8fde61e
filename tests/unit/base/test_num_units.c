#include "base/num.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_duration(void **unused)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"0", 0},
        {"90", INT64_C(90000000000)},
        {"0.5", 500000000},
        {"90s", INT64_C(90000000000)},
        {"1m", INT64_C(60000000000)},
        {"1h30m", INT64_C(5400000000000)},
        {"1.5h", INT64_C(5400000000000)},
        {"250ms", 250000000},
        {"7us", 7000},
        {"3ns", 3},
        {"1d", INT64_C(86400000000000)},
        {"1w", INT64_C(604800000000000)},
        {"1m1ms", INT64_C(60001000000)},
        {"0.000000001s", 1},
        {"9223372036854775807ns", INT64_MAX},
        {"9223372036.854775807s", INT64_MAX},
    };
    static const char *const refused[] = {"",
                                          "s",
                                          "m1",
                                          "1h30",
                                          "-1s",
                                          "+1s",
                                          "1x",
                                          "1 s",
                                          " 1s",
                                          "1s ",
                                          "1S",
                                          "1min",
                                          "1.s",
                                          ".5s",
                                          "1..5s",
                                          "1e3s",
                                          "0.5ns",
                                          "0.0000000001s",
                                          "9223372036854775808ns",
                                          "15251w",
                                          "99999999999999999999s",
                                          "1s9223372036854775807ns",
                                          "1mm",
                                          "0.1234567890123456789w"};
    int64_t ns;

    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++) {
        ns = -1;
        if (!oddi_parse_duration(good[i].text, strlen(good[i].text), &ns) || ns != good[i].ns)
            fail_msg("%s: %lld", good[i].text, (long long)ns);
    }
    ns = -5;
    for (size_t i = 0; i < COUNT(refused); i++) {
        if (oddi_parse_duration(refused[i], strlen(refused[i]), &ns))
            fail_msg("accepted: %s", refused[i]);
    }
    assert_int_equal(ns, -5);
}

static void expect_duration(int64_t ns, const char *want)
{
    char text[ODDI_NUM_MAX];
    size_t n = oddi_format_duration(text, ns);
    int64_t back;

    if (n != strlen(want) || memcmp(text, want, n) != 0)
        fail_msg("%lld: '%.*s', not '%s'", (long long)ns, (int)n, text, want);
    if (ns >= 0) {
        assert_true(oddi_parse_duration(text, n, &back));
        assert_int_equal(back, ns);
    }
}

static void test_format_duration(void **unused)
{
    uint64_t seed = 1;

    (void)unused;
    expect_duration(0, "0s");
    expect_duration(1, "1ns");
    expect_duration(999, "999ns");
    expect_duration(1500, "1.5us");
    expect_duration(250000000, "250ms");
    expect_duration(999999999, "999.999999ms");
    expect_duration(INT64_C(1000000000), "1s");
    expect_duration(INT64_C(1500000000), "1.5s");
    expect_duration(INT64_C(60000000000), "1m");
    expect_duration(INT64_C(5400000000000), "1h30m");
    expect_duration(INT64_C(86400000000000), "1d");
    expect_duration(INT64_C(86400000000000) * 7, "7d");
    expect_duration(INT64_C(3600000000000) + 1, "1h0.000000001s");
    expect_duration(INT64_C(-60000000000), "-1m");
    expect_duration(INT64_MAX, "106751d23h47m16.854775807s");
    expect_duration(INT64_MIN, "-106751d23h47m16.854775808s");
    for (int i = 0; i < 100000; i++) {
        char text[ODDI_NUM_MAX];
        int64_t ns, back = -1;
        size_t n;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        ns = (int64_t)((seed >> 1) >> (seed >> 33) % 63);
        n = oddi_format_duration(text, ns);
        assert_true(n <= ODDI_NUM_MAX && oddi_parse_duration(text, n, &back));
        assert_int_equal(back, ns);
    }
}

static void test_size(void **unused)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"0", 0},
        {"64", 64},
        {"64B", 64},
        {"64k", 65536},
        {"64K", 65536},
        {"64kB", 65536},
        {"64KiB", 65536},
        {"1M", 1048576},
        {"1.5G", 3 * UINT64_C(536870912)},
        {"2T", UINT64_C(2199023255552)},
        {"1g", UINT64_C(1073741824)},
        {"18446744073709551615", UINT64_MAX},
    };
    static const char *const refused[] = {
        "",          "k",   "-1",   "1 k",  "1kk", "1kiB2", "1ki",
        "1iB",       "1Bk", "1KBs", "0.3k", "1P",  "1e3",   "18446744073709551616",
        "16777216T", "1b",  "0.5"};
    uint64_t v = 5;

    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!oddi_parse_size(good[i].text, strlen(good[i].text), &v) || v != good[i].bytes)
            fail_msg("%s: %llu", good[i].text, (unsigned long long)v);
    v = 5;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (oddi_parse_size(refused[i], strlen(refused[i]), &v))
            fail_msg("accepted: %s", refused[i]);
    assert_int_equal(v, 5);
}

static void test_count(void **unused)
{
    uint64_t v = 5;

    (void)unused;
    assert_true(oddi_parse_count("28", 2, &v) && v == 28);
    assert_true(oddi_parse_count("1M", 2, &v) && v == 1000000);
    assert_true(oddi_parse_count("2.5k", 4, &v) && v == 2500);
    assert_true(oddi_parse_count("3G", 2, &v) && v == UINT64_C(3000000000));
    assert_false(oddi_parse_count("1T", 2, &v));
    assert_false(oddi_parse_count("1MB", 3, &v));
    assert_false(oddi_parse_count("1kk", 3, &v));
    assert_false(oddi_parse_count("1.0001k", 7, &v));
    assert_false(oddi_parse_count("", 0, &v));
    assert_false(oddi_parse_count("-1", 2, &v));
    assert_int_equal(v, UINT64_C(3000000000));
}

static void expect_quantity(double v, const char *want)
{
    char text[ODDI_NUM_MAX];
    size_t n = oddi_format_quantity(text, v);

    if (n != strlen(want) || memcmp(text, want, n) != 0)
        fail_msg("%g: '%.*s', not '%s'", v, (int)n, text, want);
}

static void test_quantity(void **unused)
{
    (void)unused;
    expect_quantity(0, "0");
    expect_quantity(40211003, "40,211,003");
    expect_quantity(999, "999");
    expect_quantity(1000, "1,000");
    expect_quantity(-1234567, "-1,234,567");
    expect_quantity(0.0032, "0.0032");
    expect_quantity(3.14159265, "3.14159");
    expect_quantity(12345.678, "12,345.7");
    expect_quantity(99999.96, "100,000");
    expect_quantity(1234567.89, "1,234,568");
    expect_quantity(-0.25, "-0.25");
    expect_quantity(1e-10, "1e-10");
    expect_quantity(1.5e-10, "1.5e-10");
    expect_quantity(9007199254740991.0, "9,007,199,254,740,991");
    expect_quantity(1e300, "1e+300");
    expect_quantity(INFINITY, "inf");
    expect_quantity(NAN, "nan");
}

static void test_grouped(void **unused)
{
    char text[ODDI_NUM_MAX];

    (void)unused;
    assert_int_equal(oddi_format_u64_grouped(text, 7071867), 9);
    assert_memory_equal(text, "7,071,867", 9);
    assert_int_equal(oddi_format_u64_grouped(text, 0), 1);
    assert_int_equal(oddi_format_u64_grouped(text, 100), 3);
    assert_int_equal(oddi_format_u64_grouped(text, UINT64_MAX), 26);
    assert_memory_equal(text, "18,446,744,073,709,551,615", 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duration), cmocka_unit_test(test_format_duration),
        cmocka_unit_test(test_size),     cmocka_unit_test(test_count),
        cmocka_unit_test(test_quantity), cmocka_unit_test(test_grouped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
