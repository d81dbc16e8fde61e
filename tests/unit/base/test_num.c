#include "base/num.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* xorshift64*: the cases are the same on every machine */
static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t next_random(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

static double random_double(void)
{
    for (;;) {
        uint64_t image = next_random();
        double v;

        memcpy(&v, &image, sizeof v);
        if (isfinite(v))
            return v;
    }
}

static void expect_parse(const char *text)
{
    double want = strtod(text, NULL), got = 12345;
    /* a copy of the exact size, so that a sanitizer sees any overread */
    size_t n = strlen(text);
    char *copy = malloc(n + !n);

    assert_non_null(copy);
    memcpy(copy, text, n);
    if (isinf(want)) {
        assert_false(oddi_parse_double(copy, n, &got));
        assert_true(got == 12345);
    } else {
        if (!oddi_parse_double(copy, n, &got))
            fail_msg("refused: %s", text);
        if (memcmp(&want, &got, sizeof want) != 0)
            fail_msg("%s: %a, not %a", text, got, want);
    }
    free(copy);
}

static void test_double_random_texts(void **unused)
{
    char text[128];

    (void)unused;
    for (int i = 0; i < 400000; i++) {
        snprintf(text, sizeof text, "%.*e", (int)(next_random() % 25), random_double());
        expect_parse(text);
        snprintf(text, sizeof text, "%llu.%0*llue%d",
                 (unsigned long long)(next_random() >> next_random() % 64), (int)(1 + next_random() % 20),
                 (unsigned long long)(next_random() >> (44 + next_random() % 20)),
                 (int)(next_random() % 80) - 40);
        expect_parse(text);
        snprintf(text, sizeof text, "%llu.%06llu", (unsigned long long)(next_random() % 4000),
                 (unsigned long long)(next_random() % 1000000));
        expect_parse(text);
    }
}

/* Every power of ten, with few digits, 19, and more than are taken into one word; and digits that a bound cannot settle: the
 * first 17 to 25 of a halfway point, rounded down. */
static void test_double_powers(void **unused)
{
    static const int counts[] = {1, 2, 17, 18, 19, 20, 21, 29, 40};
    char text[128];

    (void)unused;
    for (int e = -380; e <= 330; e++)
        for (int round = 0; round < 60; round++) {
            int n = counts[round % 9], at = 0;

            for (; at < n; at++)
                text[at] = (char)('0' + (round < 9 ? 9 : at ? next_random() % 10 : 1 + next_random() % 9));
            snprintf(text + at, sizeof text - (size_t)at, "e%d", e);
            expect_parse(text);
        }
    for (int i = 0; i < 200000; i++) {
        uint64_t image = next_random() & INT64_MAX, up = image + 1;
        double low, high;

        memcpy(&low, &image, sizeof low);
        memcpy(&high, &up, sizeof high);
        if (!isfinite(high))
            continue;
        snprintf(text, sizeof text, "%.*Le", 16 + i % 9, ((long double)low + (long double)high) / 2);
        expect_parse(text);
    }
}

/* The exact decimal of the point halfway between two neighbours, and that with its last digit one up and one down. */
static void expect_halfway(uint64_t image)
{
    static char text[2000];
    double low, high;
    uint64_t up = image + 1;
    long double middle;
    int n;

    memcpy(&low, &image, sizeof low);
    memcpy(&high, &up, sizeof high);
    if (!isfinite(high))
        return;
    middle = ((long double)low + (long double)high) / 2; /* exact in 64 mantissa bits */
    n = snprintf(text, sizeof text, "%.1100Lf", middle);
    assert_true(n > 0 && n < (int)sizeof text);
    while (text[n - 1] == '0')
        text[--n] = 0;
    expect_parse(text);
    if (text[n - 1] == '.')
        return;
    text[n - 1]++; /* ends in 5 */
    expect_parse(text);
    text[n - 1] -= 2;
    expect_parse(text);
    strcpy(text + n, "99999999999999999999");
    expect_parse(text);
}

static void test_double_halfway(void **unused)
{
    (void)unused;
    for (int i = 0; i < 4000; i++) {
        expect_halfway(next_random() & INT64_MAX);
        expect_halfway(next_random() % 64);                          /* least denormals */
        expect_halfway((UINT64_C(1) << 52) - 4 + next_random() % 8); /* denormal to normal */
        expect_halfway((1000 + next_random() % 60) << 52 |
                       next_random() % 2); /* around small powers of two */
        expect_halfway((UINT64_C(2046) << 52) + next_random() % (UINT64_C(1) << 52));
    }
}

static void test_double_hard(void **unused)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "+0",
        "0.0",
        "-0.000",
        "0e5",
        "0e999999999999999999999",
        "1",
        ".5",
        "5.",
        "-.5e1",
        "+7",
        "1e0",
        "1E5",
        "1e+5",
        "1e-5",
        "1e22",
        "1e23",
        "1e27",
        "1e28",
        "1e-22",
        "1e-23",
        "1e-27",
        "1e-28",
        "9007199254740992",
        "9007199254740993",
        "9007199254740991.5",
        "9007199254740993.0000000000000000000001",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e308",
        "1e309",
        "1e310",
        "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070"
        "96330286"
        "4166928879109465555478519404026306574886715058206819089020007083836762738548458177115317644757302700"
        "69855571"
        "366959622842914819860834936475292719074168444365510704342711559699508093042880",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "4.9e-324",
        "5e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47e-324",
        "2.5e-324",
        "1e-323",
        "1e-324",
        "1e-400",
        "1e-99999999999999999999",
        "123456789012345678901234567890e-30",
        "0.000000000000000000000000000000001e33",
        "00000000000000000000000000000000000000000000012.5",
        "0.1000000000000000055511151231257827021181583404541015625",
        "8.98846567431158e307",
        "6.631236846766476e-316",
        "3.2378839133029012895883524125015321748630094e-319",
        "6929495644600919.5",
        "3.5844466002796428e+298",
        "8.442911973260991817129021e-309",
        "7.1e-324",
    };
    static char zeros[3000];

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect_parse(texts[i]);
    /* long texts whose value is near 1, and one that differs from a midpoint only at digit 2,500 */
    memset(zeros, '0', sizeof zeros - 1);
    memcpy(zeros, "0.", 2);
    strcpy(zeros + 2000, "1e1999");
    expect_parse(zeros);
    memset(zeros, '0', sizeof zeros - 1);
    memcpy(zeros, "9007199254740993.", 17);
    expect_parse(zeros);
    zeros[2500] = '1';
    expect_parse(zeros);
    memset(zeros, '0', 500);
    memcpy(zeros, "1", 1);
    strcpy(zeros + 500, "e-499");
    expect_parse(zeros);
    strcpy(zeros + 500, "e-170");
    expect_parse(zeros);
}

static void test_double_refused(void **unused)
{
    static const char *const texts[] = {
        "",         " ",     "-",   "+",   ".",    "-.",    "e5",       ".e5",    "1e",
        "1e+",      "1e-",   "1 ",  " 1",  "1..2", "1.2.3", "--1",      "+-1",    "1e5.5",
        "1e5 ",     "1e 5",  "nan", "inf", "-inf", "NaN",   "infinity", "0x10",   "0x1p3",
        "1_000",    "1,000", "1d5", "1f",  "12a",  "a12",   "1e309",    "-1e309", "1e99999999999999999999",
        "\xc2\xb2", "1\xff", "/",   ":",   "1:",   "1/"};
    double v = 7;

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (oddi_parse_double(texts[i], strlen(texts[i]), &v))
            fail_msg("accepted: '%s'", texts[i]);
        assert_true(v == 7);
    }
    assert_false(oddi_parse_double("1\0", 2, &v));
    assert_true(oddi_parse_double("123", 2, &v) && v == 12);
}

static void test_u64(void **unused)
{
    static const char *const refused[] = {"",
                                          "-1",
                                          "+1",
                                          " 1",
                                          "1 ",
                                          "1.0",
                                          "18446744073709551616",
                                          "99999999999999999999",
                                          "184467440737095516150",
                                          "0x1",
                                          "a"};
    uint64_t v = 3;

    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_false(oddi_parse_u64(refused[i], strlen(refused[i]), &v));
    assert_int_equal(v, 3);
    assert_true(oddi_parse_u64("18446744073709551615", 20, &v) && v == UINT64_MAX);
    assert_true(oddi_parse_u64("00000000000000000000000017", 26, &v) && v == 17);
    assert_true(oddi_parse_u64("0", 1, &v) && v == 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t want = next_random() >> next_random() % 64;
        char text[32], mine[ODDI_NUM_MAX];
        int n = snprintf(text, sizeof text, "%llu", (unsigned long long)want);

        assert_true(oddi_parse_u64(text, (size_t)n, &v) && v == want);
        assert_int_equal(oddi_format_u64(mine, want), n);
        assert_memory_equal(mine, text, (size_t)n);
    }
}

static void test_i64(void **unused)
{
    int64_t v = 3;
    char text[ODDI_NUM_MAX];

    (void)unused;
    assert_true(oddi_parse_i64("-9223372036854775808", 20, &v) && v == INT64_MIN);
    assert_true(oddi_parse_i64("9223372036854775807", 19, &v) && v == INT64_MAX);
    assert_false(oddi_parse_i64("9223372036854775808", 19, &v));
    assert_false(oddi_parse_i64("-9223372036854775809", 20, &v));
    assert_true(oddi_parse_i64("+12", 3, &v) && v == 12);
    assert_false(oddi_parse_i64("-", 1, &v));
    assert_false(oddi_parse_i64("", 0, &v));
    assert_false(oddi_parse_i64("--1", 3, &v));
    assert_int_equal(oddi_format_i64(text, INT64_MIN), 20);
    assert_memory_equal(text, "-9223372036854775808", 20);
    assert_int_equal(oddi_format_i64(text, 0), 1);
    assert_int_equal(oddi_format_i64(text, -7), 2);
    assert_memory_equal(text, "-7", 2);
}

static void test_hex(void **unused)
{
    uint64_t v = 3;

    (void)unused;
    assert_true(oddi_parse_hex("0x0303", 6, &v) && v == 0x303);
    assert_true(oddi_parse_hex("fFfFfFfFfFfFfFfF", 16, &v) && v == UINT64_MAX);
    assert_true(oddi_parse_hex("0XaB", 4, &v) && v == 0xab);
    assert_true(oddi_parse_hex("0", 1, &v) && v == 0);
    assert_false(oddi_parse_hex("0x", 2, &v));
    assert_false(oddi_parse_hex("", 0, &v));
    assert_false(oddi_parse_hex("10000000000000000", 17, &v));
    assert_false(oddi_parse_hex("0xg", 3, &v));
    assert_false(oddi_parse_hex("0x0x1", 5, &v));
    assert_false(oddi_parse_hex("-1", 2, &v));
    assert_false(oddi_parse_hex("@", 1, &v));
}

static void expect_format(double v, int digits)
{
    char want[64], got[ODDI_NUM_MAX];
    int n = snprintf(want, sizeof want, "%.*g", digits, v);
    size_t m = oddi_format_double(got, v, digits);

    if (m != (size_t)n || memcmp(want, got, m) != 0)
        fail_msg("%a at %d digits: '%.*s', not '%s'", v, digits, (int)m, got, want);
}

static void test_format_random(void **unused)
{
    (void)unused;
    for (int i = 0; i < 300000; i++) {
        int digits = 1 + (int)(next_random() % 17);

        expect_format(random_double(), digits);
        expect_format((double)(next_random() >> next_random() % 64), digits);
        expect_format((double)(int64_t)next_random() / 1024, digits); /* many ties */
        expect_format((double)(next_random() % 100000) / 64, digits);
        expect_format(ldexp((double)(next_random() % 4096), (int)(next_random() % 200) - 100), digits);
    }
}

static void test_format_round_trip(void **unused)
{
    (void)unused;
    for (int i = 0; i < 300000; i++) {
        double v = random_double(), back;
        char text[ODDI_NUM_MAX];
        size_t n = oddi_format_double17(text, v);

        assert_true(n <= ODDI_NUM_MAX);
        assert_true(oddi_parse_double(text, n, &back));
        assert_memory_equal(&v, &back, sizeof v);
    }
}

static void test_format_edges(void **unused)
{
    static const double values[] = {0.0,
                                    1.0,
                                    9.5,
                                    99.5,
                                    999999.5,
                                    0.5,
                                    2.5,
                                    1e22,
                                    1e23,
                                    1e-5,
                                    1e-4,
                                    9.9999e-5,
                                    123456789.0,
                                    DBL_MAX,
                                    DBL_MIN,
                                    DBL_TRUE_MIN,
                                    2 * DBL_TRUE_MIN,
                                    DBL_EPSILON,
                                    0.1,
                                    1.0 / 3,
                                    9007199254740992.0,
                                    1e17,
                                    1e16,
                                    99999999999999990.0,
                                    1e15,
                                    4503599627370496.5,
                                    9.999999999999999e22,
                                    5e-324,
                                    1e100,
                                    100,
                                    99.99999999999,
                                    99.999999999999};

    (void)unused;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        for (int digits = 1; digits <= 17; digits++) {
            expect_format(values[i], digits);
            expect_format(-values[i], digits);
        }
    for (int e = -1074; e < 1024; e++)
        for (int digits = 1; digits <= 17; digits += 4) {
            expect_format(ldexp(1, e), digits);
            expect_format(nextafter(ldexp(1, e), INFINITY), digits);
            expect_format(nextafter(ldexp(1, e), 0), digits);
        }
    for (int e = -323; e <= 308; e++) {
        char text[16];

        snprintf(text, sizeof text, "1e%d", e);
        expect_format(strtod(text, NULL), 17);
        expect_format(nextafter(strtod(text, NULL), 0), 17);
        expect_format(nextafter(strtod(text, NULL), 0), 15);
    }
    expect_format(INFINITY, 5);
    expect_format(-INFINITY, 5);
    expect_format(NAN, 5);
}

static void expect_score(double v)
{
    char want[64], got[ODDI_NUM_MAX];
    int n = snprintf(want, sizeof want, "%.12g", v);
    size_t m = oddi_format_score(got, v);

    if (m != (size_t)n || memcmp(want, got, m) != 0)
        fail_msg("score %a: '%.*s', not '%s'", v, (int)m, got, want);
}

static void test_format_score(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000000; i++) {
        double v = (double)(next_random() >> 11) * 0x1p-53 * 100;

        if (i % 8 == 0)
            v = ldexp(v, -(int)(next_random() % 40));
        if (i % 8 == 1)
            v = floor(v * 64) / 64;
        expect_score(v);
    }
    /* around every power of ten and of two, and ties at the last digit */
    for (int e = -8; e <= 4; e++) {
        char text[16];
        double v;

        snprintf(text, sizeof text, "1e%d", e);
        v = strtod(text, NULL);
        for (int i = 0; i < 200; i++, v = nextafter(v, 0))
            expect_score(v);
        v = strtod(text, NULL);
        for (int i = 0; i < 200; i++, v = nextafter(v, INFINITY))
            expect_score(v);
    }
    for (int e = -20; e < 12; e++)
        for (int i = 0; i < 2000; i++)
            expect_score(ldexp(1 + (double)(next_random() % 4096) / 4096, e));
    for (int i = 1; i < 4096; i += 2) { /* multiples of 2^-12: the 12th digit after the point is a tie's 5 */
        expect_score(1 + i * 0x1p-12);
        expect_score(10 + i * 0x1p-11);
        expect_score(100 + i * 0x1p-10);
    }
    expect_score(0);
    expect_score(-0.0);
    expect_score(100);
    expect_score(75);
    expect_score(-5);
    expect_score(NAN);
    expect_score(INFINITY);
    expect_score(1e300);
}

/* No text may depend on the locale. */
static void test_locale(void **unused)
{
    char text[ODDI_NUM_MAX];
    double v;

    (void)unused;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "de_DE"))
        print_message("SKIP locale: de_DE is not installed\n");
    assert_true(oddi_parse_double("1.5", 3, &v) && v == 1.5);
    assert_false(oddi_parse_double("1,5", 3, &v));
    assert_int_equal(oddi_format_double17(text, 1.5), 3);
    assert_memory_equal(text, "1.5", 3);
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_double_random_texts),
        cmocka_unit_test(test_double_powers),
        cmocka_unit_test(test_double_halfway),
        cmocka_unit_test(test_double_hard),
        cmocka_unit_test(test_double_refused),
        cmocka_unit_test(test_u64),
        cmocka_unit_test(test_i64),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_format_random),
        cmocka_unit_test(test_format_round_trip),
        cmocka_unit_test(test_format_edges),
        cmocka_unit_test(test_format_score),
        cmocka_unit_test(test_locale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
