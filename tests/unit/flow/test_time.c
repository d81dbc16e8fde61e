#include "flow/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define S(x)         ((x)*INT64_C(1000000000))

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t next_random(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

static void test_calendar_against_libc(void **unused)
{
    (void)unused;
    for (int64_t days = -110000; days < 110000; days++) {
        time_t t = (time_t)(days * 86400);
        struct tm tm;
        int64_t year;
        unsigned month, day;

        assert_non_null(gmtime_r(&t, &tm));
        oddi_civil_from_days(days, &year, &month, &day);
        assert_int_equal(year, tm.tm_year + 1900);
        assert_int_equal(month, tm.tm_mon + 1);
        assert_int_equal(day, tm.tm_mday);
        assert_int_equal(oddi_days_from_civil(year, month, day), days);
    }
}

/* Both parsers, the cached one with a cold cache and twice with its own. */
static bool parse(const char *text, const struct oddi_zone *zone, int64_t *out)
{
    struct oddi_time_cache cache = {0};
    size_t n = strlen(text);
    char *copy = malloc(n + !n); /* the exact size, so that a sanitizer sees any overread */
    int64_t again;
    bool ok;

    assert_non_null(copy);
    memcpy(copy, text, n);
    ok = oddi_parse_time(copy, n, zone, out);
    for (int i = 0; i < 3; i++) {
        again = *out - 1;
        if (oddi_parse_time_cached(copy, n, zone, &cache, &again) != ok || (ok && again != *out))
            fail_msg("cached '%s' differs: %lld", text, (long long)again);
    }
    free(copy);
    return ok;
}

static const struct {
    const char *text;
    int64_t ns;
} good[] = {
    {"2011/08/10 09:46:53.047277", S(1312969613) + 47277000},
    {"2011/08/10 09:46:53", S(1312969613)},
    {"2011/08/1009:46:53.047277", S(1312969613) + 47277000},
    {"1970/01/0101:00:10.157020", S(3610) + 157020000},
    {"1970/01/01 00:00:00.000000", 0},
    {"2011/08/10.09:46:53", S(1312969613)},
    {"2011/08/10.09:46:53.5", S(1312969613) + 500000000},
    {"2011-08-10 09:46:53", S(1312969613)},
    {"2011-08-10T09:46:53.047277Z", S(1312969613) + 47277000},
    {"2011-08-10t09:46:53z", S(1312969613)},
    {"2011-08-10T11:46:53+02:00", S(1312969613)},
    {"2011-08-10T11:46:53.000001+0200", S(1312969613) + 1000},
    {"2011-08-10 04:16:53-05:30", S(1312969613)},
    {"2011-08-10T11:46:53+02", S(1312969613)},
    {"2011-08-10", S(1312934400)},
    {"2011/08/10", S(1312934400)},
    {"2011-08-10 09:46", S(1312969560)},
    {"2011-08-10T09:46Z", S(1312969560)},
    {"2011-08-10 09:46:53.1", S(1312969613) + 100000000},
    {"2011-08-10 09:46:53.123456789", S(1312969613) + 123456789},
    {"2011-08-10 09:46:53.1234567899999", S(1312969613) + 123456789},
    {"  2011/08/10 09:46:53  ", S(1312969613)},
    {"5/7/2017 8:42", S(1499244120)},
    {"05/07/2017 08:42:00", S(1499244120)},
    {"5/7/2017 8:42:01.5", S(1499244121) + 500000000},
    {"5/7/2017 8:42 AM", S(1499244120)},
    {"5/7/2017 8:42 PM", S(1499244120 + 43200)},
    {"5/7/2017 12:00:00 am", S(1499212800)},
    {"5/7/2017 12:00:00 pm", S(1499212800 + 43200)},
    {"5/7/2017", S(1499212800)},
    {"1312969613", S(1312969613)},
    {"1312969613.5", S(1312969613) + 500000000},
    {"1545403816.962094", S(1545403816) + 962094000},
    {"1312969613047", S(1312969613) + 47000000},
    {"1312969613047.5", S(1312969613) + 47500000},
    {"1458298072364000.0", S(1458298072) + 364000000},
    {"1312969613047277", S(1312969613) + 47277000},
    {"1312969613047277999", S(1312969613) + 47277999},
    {"1312969613047277999.9", S(1312969613) + 47277999},
    {"0", 0},
    {"-1", S(-1)},
    {"-1.5", S(-1) - 500000000},
    {"0.000000001", 1},
    {"99999999999", INT64_MIN}, /* seconds, but beyond int64 ns */
    {"100000000000", S(100000000)},
    {"1.458298072364e15", S(1458298072) + 364000000},
    {"1.5e9", S(1500000000)},
    {"2016-12-31T23:59:60Z", S(1483228800)},
    {"2016/12/31 23:59:60.500000", S(1483228800) + 500000000},
    {"2000-02-29", S(951782400)},
    {"1969-12-31 23:59:59.5", -500000000},
    {"1900-02-28T00:00:00Z", S(-2203977600)},
    {"2262-04-11T23:47:15Z", S(INT64_C(9223372035))},
    {"1677-09-21T00:12:45Z", S(INT64_C(-9223372035))},
};

static void test_good(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t ns = 77;
        bool ok = parse(good[i].text, NULL, &ns);

        if (ok != (good[i].ns != INT64_MIN) || (ok && ns != good[i].ns))
            fail_msg("'%s': %lld, not %lld", good[i].text, (long long)ns, (long long)good[i].ns);
    }
}

static void test_refused(void **unused)
{
    static const char *const texts[] = {
        "",
        " ",
        "-",
        "x",
        "nan",
        "2011/13/10 09:46:53",
        "2011/00/10 09:46:53",
        "2011/02/31 09:46:53",
        "2011/02/29 09:46:53",
        "1900-02-29",
        "2011/08/00 09:46:53",
        "2011/08/32 09:46:53",
        "2011/08/10 24:00:00",
        "2011/08/10 09:60:00",
        "2011/08/10 09:46:61",
        "2011/08/10 9:46:53",
        "2011/08/10 09:46:5",
        "2011/08/10 09:46:53.",
        "2011/08/10 09:46:53.x",
        "2011/08/10 09:46:53.12345x",
        "2011/08/10 09:46:53,123456",
        "2011/08/10  09:46:53",
        "2011/08/10T09:46:53",
        "2011-08/10 09:46:53",
        "2011/08-10 09:46:53",
        "2011-08-1009:46:53",
        "2011-08-10.09:46:53",
        "2011/8/10 09:46:53",
        "11/08/10 09:46:53",
        "2011/08/10 09:46:53 Z",
        "2011-08-10T09:46:53+2:00",
        "2011-08-10T09:46:53+24:00",
        "2011-08-10T09:46:53+02:60",
        "2011-08-10T09:46:53UTC",
        "2011-08-10T",
        "2011-08-10 ",
        "2011-08-10T09",
        "2011-08-10T09:46:",
        "5/13/2017 8:42",
        "31/4/2017 8:42",
        "5/7/17 8:42",
        "5/7/2017 8:4",
        "5/7/2017 25:00",
        "5/7/2017 0:10 AM",
        "5/7/2017 13:10 PM",
        "5/7/2017 8:42 XM",
        "5/7/2017 8:42PM",
        "5/7/2017 8:42 A",
        "5-7-2017 8:42",
        "555/7/2017",
        "1e400",
        "1e19",
        "-1e19",
        "99999999999999999999",
        "9223372036854775808",
        "--5",
        "12:00:00",
        "1312969613.",
        "1312969613.5.5",
        "0x10",
        "2262-04-12T00:00:00Z",
        "1677-09-20T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0000-01-01",
        "2011:08:10 09:46:53",
        "aaaa/bb/cc dd:ee:ff",
        "2011/08/10 0:946:53",
        "2011/08/10 09;46:53",
        "2011/08/10 09:46:5\x3a",
        "2011/08/10 \xff\xff:46:53",
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(texts); i++) {
        int64_t ns = 77;

        if (strcmp(texts[i], "2011-08-10 ") == 0) /* a blank at the end counts for nothing */
            assert_true(parse(texts[i], NULL, &ns));
        else if (parse(texts[i], NULL, &ns))
            fail_msg("accepted '%s': %lld", texts[i], (long long)ns);
    }
}

/* Every single byte of a good text changed into every other: the cached parser, warm, agrees with the plain one. */
static void test_cache_agrees_on_mutations(void **unused)
{
    static const char *const texts[] = {"2011/08/10 09:46:53.047277", "2011-08-10T09:46:53",
                                        "2011-08-10 09:46:53.047"};

    (void)unused;
    for (size_t k = 0; k < COUNT(texts); k++) {
        char text[32];
        size_t n = strlen(texts[k]);

        for (size_t i = 0; i < n; i++)
            for (int c = 0; c < 256; c++) {
                struct oddi_time_cache cache = {0};
                int64_t want = 1, got = 1, ignored;
                bool ok;

                assert_true(oddi_parse_time_cached(texts[k], n, NULL, &cache, &ignored));
                memcpy(text, texts[k], n);
                text[i] = (char)c;
                ok = oddi_parse_time(text, n, NULL, &want);
                if (oddi_parse_time_cached(text, n, NULL, &cache, &got) != ok || got != want)
                    fail_msg("'%.*s': cached %lld, plain %lld", (int)n, text, (long long)got,
                             (long long)want);
            }
    }
}

static void test_cache_of_zeros_matches_nothing(void **unused)
{
    struct oddi_time_cache cache = {0};
    char text[19] = {0};
    int64_t ns;

    (void)unused;
    memcpy(text + 11, "00:00:00", 8);
    assert_false(oddi_parse_time_cached(text, sizeof text, NULL, &cache, &ns));
}

static void test_cache_over_random_times(void **unused)
{
    struct oddi_time_cache cache = {0};
    int64_t day = 15000;

    (void)unused;
    for (int i = 0; i < 500000; i++) {
        char text[64];
        int64_t year, ns, second, micro = (int64_t)(next_random() % 1000000);
        unsigned month, d;

        if (next_random() % 50 == 0)
            day = (int64_t)(next_random() % 100000) - 40000;
        second = (int64_t)(next_random() % 86400);
        oddi_civil_from_days(day, &year, &month, &d);
        snprintf(text, sizeof text, "%04d/%02u/%02u %02d:%02d:%02d.%06d", (int)year, month, d,
                 (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), (int)micro);
        assert_true(oddi_parse_time_cached(text, strlen(text), NULL, &cache, &ns));
        assert_int_equal(ns, S(day * 86400 + second) + micro * 1000);
    }
}

static void expect_text(size_t n, const char *got, const char *want)
{
    if (n != strlen(want) || memcmp(got, want, n) != 0)
        fail_msg("'%.*s', not '%s'", (int)n, got, want);
}

static void test_format(void **unused)
{
    struct oddi_zone *zone = NULL, *utc = NULL;
    char text[ODDI_TIME_TEXT_MAX];
    int64_t ts = S(1312969613) + 47277000;

    (void)unused;
    assert_int_equal(oddi_zone_new("+02:00", NULL, 0, &zone, NULL), ODD_OK);
    assert_int_equal(oddi_zone_new("UTC", NULL, 0, &utc, NULL), ODD_OK);
    expect_text(oddi_format_time(text, ts, NULL), text, "2011-08-10T09:46:53.047277Z");
    expect_text(oddi_format_time(text, ts, utc), text, "2011-08-10T09:46:53.047277Z");
    expect_text(oddi_format_time(text, ts, zone), text, "2011-08-10T11:46:53.047277+02:00");
    expect_text(oddi_format_time(text, S(0), NULL), text, "1970-01-01T00:00:00Z");
    expect_text(oddi_format_time(text, -1, NULL), text, "1969-12-31T23:59:59.999999999Z");
    expect_text(oddi_format_time(text, 5000000, NULL), text, "1970-01-01T00:00:00.005Z");
    expect_text(oddi_format_time(text, INT64_MAX, NULL), text, "2262-04-11T23:47:16.854775807Z");
    expect_text(oddi_format_time(text, INT64_MIN + 1, NULL), text, "1677-09-21T00:12:43.145224193Z");
    expect_text(oddi_format_time(text, ODDI_NO_TIME, NULL), text, "");
    expect_text(oddi_format_time_eve(text, ts, NULL), text, "2011-08-10T09:46:53.047277+0000");
    expect_text(oddi_format_time_eve(text, S(0), zone), text, "1970-01-01T02:00:00.000000+0200");
    expect_text(oddi_format_time_plain(text, S(1312969560), NULL), text, "2011-08-10 09:46");
    expect_text(oddi_format_time_plain(text, S(1312969613), NULL), text, "2011-08-10 09:46:53");
    expect_text(oddi_format_time_plain(text, S(1312969560) + 500000000, zone), text,
                "2011-08-10 11:46:00.500");
    oddi_zone_free(zone);
    oddi_zone_free(utc);
}

static void test_round_trip(void **unused)
{
    struct oddi_zone *zone = NULL;

    (void)unused;
    assert_int_equal(oddi_zone_new("-09:30", NULL, 0, &zone, NULL), ODD_OK);
    for (int i = 0; i < 300000; i++) {
        char text[ODDI_TIME_TEXT_MAX];
        int64_t ts = (int64_t)next_random() / 2, back = 0;
        size_t n;

        if (i % 3 == 0)
            ts -= ts % 1000;
        n = oddi_format_time(text, ts, zone);
        assert_true(n <= ODDI_TIME_TEXT_MAX && oddi_parse_time(text, n, NULL, &back));
        assert_int_equal(back, ts);
        n = oddi_format_time(text, ts, NULL);
        assert_true(oddi_parse_time(text, n, zone, &back)); /* Z prevails over the zone */
        assert_int_equal(back, ts);
        n = oddi_format_time_plain(text, ts, zone);
        assert_true(oddi_parse_time(text, n, zone, &back));
        assert_int_equal(back, ts);
        ts -= (ts % 1000 + 1000) % 1000;
        n = oddi_format_time_eve(text, ts, zone);
        assert_true(oddi_parse_time(text, n, NULL, &back));
        assert_int_equal(back, ts);
    }
    oddi_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_against_libc),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_cache_agrees_on_mutations),
        cmocka_unit_test(test_cache_of_zeros_matches_nothing),
        cmocka_unit_test(test_cache_over_random_times),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
