/* needs: failalloc */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "failalloc.h"
#include "flow/time.h"
#include "flow/zone.h"

#define S(x)         ((x)*INT64_C(1000000000))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- a TZif file made by hand ----------------------------------------------------------------------------------- */

struct blob {
    uint8_t bytes[512];
    size_t n;
};

static void put(struct blob *b, uint64_t v, int width)
{
    for (int i = width; i-- > 0;)
        b->bytes[b->n++] = (uint8_t)(v >> (8 * i));
}

static void put_header(struct blob *b, char version, unsigned timecnt, unsigned typecnt, unsigned charcnt)
{
    memcpy(b->bytes + b->n, "TZif", 4);
    b->n += 4;
    b->bytes[b->n++] = (uint8_t)version;
    put(b, 0, 8);
    put(b, 0, 7);
    put(b, 0, 4); /* isutcnt */
    put(b, 0, 4);
    put(b, 0, 4);
    put(b, timecnt, 4);
    put(b, typecnt, 4);
    put(b, charcnt, 4);
}

/* LMT +0:57:44 until 1891-09-30T23:02:16Z, then +1:00 with one summer in 2010: 28 March 01:00Z to 31 October 01:00Z. */
#define T_LMT    INT64_C(-2469401864)
#define T_SUMMER INT64_C(1269738000)
#define T_WINTER INT64_C(1288486800)

static void put_block(struct blob *b, int width)
{
    if (width == 8)
        put(b, (uint64_t)T_LMT, 8);
    put(b, (uint64_t)T_SUMMER, width);
    put(b, (uint64_t)T_WINTER, width);
    if (width == 8)
        put(b, 1, 1);
    put(b, 2, 1);
    put(b, 1, 1);
    put(b, 3464, 4);
    put(b, 0, 2);
    put(b, 3600, 4);
    put(b, 4, 2);
    put(b, 7200, 4);
    put(b, 0x0108, 2);
    memcpy(b->bytes + b->n, "LMT\0CET\0CEST", 13);
    b->n += 13;
}

static struct blob make_blob(char version, const char *footer)
{
    struct blob b = {.n = 0};

    put_header(&b, version, 2, 3, 13);
    put_block(&b, 4);
    if (!version)
        return b;
    put_header(&b, version, 3, 3, 13);
    put_block(&b, 8);
    b.n += (size_t)snprintf((char *)b.bytes + b.n, sizeof b.bytes - b.n, "\n%s\n", footer);
    return b;
}

static struct oddi_zone *open_blob(const struct blob *b)
{
    struct oddi_zone *zone = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    uint8_t *copy = malloc(b->n);

    assert_non_null(copy);
    memcpy(copy, b->bytes, b->n);
    if (oddi_zone_new("Test/Zone", copy, b->n, &zone, &err) != ODD_OK)
        fail_msg("%s", err.message);
    free(copy);
    return zone;
}

#define FOOTER "CET-1CEST,M3.5.0,M10.5.0/3"

static void test_hand_made(void **unused)
{
    struct blob b = make_blob('2', FOOTER);
    struct oddi_zone *zone = open_blob(&b);

    (void)unused;
    assert_string_equal(oddi_zone_name(zone), "Test/Zone");
    assert_int_equal(oddi_zone_offset(zone, S(T_LMT) - 1), 3464);
    assert_int_equal(oddi_zone_offset(zone, S(T_LMT)), 3600);
    assert_int_equal(oddi_zone_offset(zone, INT64_MIN + 1), 3464);
    assert_int_equal(oddi_zone_offset(zone, S(T_SUMMER) - 1), 3600);
    assert_int_equal(oddi_zone_offset(zone, S(T_SUMMER)), 7200);
    assert_int_equal(oddi_zone_offset(zone, S(T_WINTER) - 1), 7200);
    assert_int_equal(oddi_zone_offset(zone, S(T_WINTER)), 3600);
    /* by the footer: summer 2011 from 27 March 01:00Z to 30 October 01:00Z, and summer 2100 */
    assert_int_equal(oddi_zone_offset(zone, S(1301187600) - 1), 3600);
    assert_int_equal(oddi_zone_offset(zone, S(1301187600)), 7200);
    assert_int_equal(oddi_zone_offset(zone, S(1319936400) - 1), 7200);
    assert_int_equal(oddi_zone_offset(zone, S(1319936400)), 3600);
    assert_int_equal(oddi_zone_offset(zone, S(4118083200)), 7200); /* 2100-07-01 */
    assert_int_equal(oddi_zone_offset(zone, INT64_MAX), 7200);     /* 2262-04-11 */
    oddi_zone_free(zone);
}

static int64_t local(const char *text)
{
    int64_t ns;

    assert_true(oddi_parse_time(text, strlen(text), NULL, &ns));
    return ns;
}

static void expect_utc(const struct oddi_zone *zone, const char *wall, const char *utc)
{
    struct oddi_time_cache cache = {0};
    int64_t got = oddi_zone_to_utc(zone, local(wall)), parsed;

    if (got != local(utc))
        fail_msg("%s: off by %lld s", wall, (long long)((got - local(utc)) / S(1)));
    for (int i = 0; i < 2; i++) {
        assert_true(oddi_parse_time_cached(wall, strlen(wall), zone, &cache, &parsed));
        assert_int_equal(parsed, got);
    }
}

static void test_gaps_and_overlaps(void **unused)
{
    struct blob b = make_blob('2', FOOTER);
    struct oddi_zone *zone = open_blob(&b);

    (void)unused;
    /* by the table: 2010 */
    expect_utc(zone, "2010/03/28 01:59:59", "2010/03/28 00:59:59");
    expect_utc(zone, "2010/03/28 02:00:00", "2010/03/28 01:00:00"); /* skipped: the offset before */
    expect_utc(zone, "2010/03/28 02:59:59", "2010/03/28 01:59:59");
    expect_utc(zone, "2010/03/28 03:00:00", "2010/03/28 01:00:00");
    expect_utc(zone, "2010/10/31 01:59:59", "2010/10/30 23:59:59");
    expect_utc(zone, "2010/10/31 02:00:00", "2010/10/31 00:00:00"); /* twice: the earlier */
    expect_utc(zone, "2010/10/31 02:59:59", "2010/10/31 00:59:59");
    expect_utc(zone, "2010/10/31 03:00:00", "2010/10/31 02:00:00");
    /* by the footer: 2011 */
    expect_utc(zone, "2011/03/27 02:30:00", "2011/03/27 01:30:00");
    expect_utc(zone, "2011/03/27 03:00:00", "2011/03/27 01:00:00");
    expect_utc(zone, "2011/08/10 09:46:53", "2011/08/10 07:46:53");
    expect_utc(zone, "2011/10/30 02:59:59", "2011/10/30 00:59:59");
    expect_utc(zone, "2011/10/30 03:00:00", "2011/10/30 02:00:00");
    expect_utc(zone, "2012/01/01 00:00:00", "2011/12/31 23:00:00");
    assert_int_equal(oddi_zone_midnight(zone, local("2011-08-10 22:00:00")), local("2011-08-10 22:00:00"));
    assert_int_equal(oddi_zone_midnight(zone, local("2011-08-10 21:59:59")), local("2011-08-09 22:00:00"));
    assert_int_equal(oddi_zone_midnight(zone, local("2011-03-27 12:00:00")), local("2011-03-26 23:00:00"));
    oddi_zone_free(zone);
}

static void test_version_1(void **unused)
{
    struct blob b = make_blob(0, "");
    struct oddi_zone *zone = open_blob(&b);

    (void)unused;
    assert_int_equal(oddi_zone_offset(zone, S(T_SUMMER)), 7200);
    assert_int_equal(oddi_zone_offset(zone, S(T_SUMMER) - 1), 3464);
    assert_int_equal(oddi_zone_offset(zone, S(4118083200)), 3600); /* no rule: the last offset stays */
    oddi_zone_free(zone);
}

static void test_midnight_that_is_skipped(void **unused)
{
    /* Clocks go from 00:00 to 01:00 on the first Sunday of November, as in Brazil until 2018. */
    struct blob b = make_blob('2', "<-03>3<-02>,M11.1.0/0,M2.3.0/0");
    struct oddi_zone *zone = open_blob(&b);

    (void)unused;
    expect_utc(zone, "2017/11/05 01:00:00", "2017/11/05 03:00:00");
    expect_utc(zone, "2017/11/05 00:30:00", "2017/11/05 03:30:00");
    assert_int_equal(oddi_zone_midnight(zone, local("2017-11-05 04:00")), local("2017-11-05 03:00"));
    assert_int_equal(oddi_zone_midnight(zone, local("2017-11-05 02:59")), local("2017-11-04 03:00"));
    /* 18 February 2018: 00:00 goes back to 23:00; the day before has two hours of 23 */
    assert_int_equal(oddi_zone_midnight(zone, local("2018-02-18 02:30")), local("2018-02-17 02:00"));
    assert_int_equal(oddi_zone_midnight(zone, local("2018-02-18 03:00")), local("2018-02-18 03:00"));
    oddi_zone_free(zone);
}

/* Half an hour of change inside an hour: the cache of hours must notice. */
static void test_half_hour_changes(void **unused)
{
    struct blob b = make_blob('2', "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
    struct oddi_zone *zone = open_blob(&b);
    struct oddi_time_cache cache = {0};

    (void)unused;
    for (int64_t t = local("2020-04-04 10:00"); t < local("2020-04-06 00:00"); t += S(17)) {
        char text[32];
        int64_t got;
        size_t n = oddi_format_time(text, t, NULL) - 1;

        assert_true(oddi_parse_time_cached(text, n, zone, &cache, &got));
        assert_int_equal(got, oddi_zone_to_utc(zone, t));
    }
    for (int64_t t = local("2020-10-04 00:00"); t < local("2020-10-04 06:00"); t += S(17)) {
        char text[32];
        int64_t got;
        size_t n = oddi_format_time(text, t, NULL) - 1;

        assert_true(oddi_parse_time_cached(text, n, zone, &cache, &got));
        assert_int_equal(got, oddi_zone_to_utc(zone, t));
    }
    expect_utc(zone, "2020-10-04 02:00:00", "2020-10-03 15:30:00");
    expect_utc(zone, "2020-10-04 02:29:59", "2020-10-03 15:59:59");
    expect_utc(zone, "2020-10-04 02:30:00", "2020-10-03 15:30:00");
    oddi_zone_free(zone);
}

static void test_rules(void **unused)
{
    static const char *const good[] = {
        "UTC0",
        "CET-1",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0,M11.1.0",
        "<-03>3",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "IST-2IDT,M3.4.4/26,M10.5.0",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "XXX3EDT4,0/0,J365/23",
        "AAA-24:59:59",
        "WGT3WGST,M3.5.0/-2,M10.5.0/-1",
        "AAA0BBB,J60,J300/167",
        "AAA0BBB,59/-167,0",
    };
    static const char *const refused[] = {
        "UTC",
        "CE-1",
        "0",
        "<CE>0",
        "<CET-1",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J366,J1",
        "CET-1CEST,366,0",
        "CET-25",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1:60",
        "CET-1CEST,M3.5.0,M10.5.0/3x",
        "CET-1CEST,,",
        "CET-1 ",
        "CET--1",
        "CET-1CEST,M3.5,M10.5.0",
        "<CE T>0",
    };
    struct oddi_tz_rule rule;

    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!oddi_tz_rule_parse(good[i], strlen(good[i]), &rule))
            fail_msg("refused %s", good[i]);
    for (size_t i = 0; i < COUNT(refused); i++)
        if (oddi_tz_rule_parse(refused[i], strlen(refused[i]), &rule))
            fail_msg("accepted %s", refused[i]);
}

static void test_summer_all_year(void **unused)
{
    struct blob b = make_blob('3', "XXX3EDT4,0/0,J365/23");
    struct oddi_zone *zone = open_blob(&b);

    (void)unused;
    for (int64_t t = local("2015-01-01"); t < local("2018-01-01"); t += S(1800))
        assert_int_equal(oddi_zone_offset(zone, t), -4 * 3600);
    oddi_zone_free(zone);
}

/* ---- hostile data ------------------------------------------------------------------------------------------------ */

static enum odd_status try_blob(const uint8_t *data, size_t n)
{
    struct oddi_zone *zone = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    uint8_t *copy = malloc(n + !n); /* the exact size */
    enum odd_status status;

    assert_non_null(copy);
    memcpy(copy, data, n);
    status = oddi_zone_new("x", copy, n, &zone, &err);
    free(copy);
    if (status == ODD_OK) {
        oddi_zone_offset(zone, S(1400000000));
        oddi_zone_to_utc(zone, S(1400000000));
    } else {
        assert_int_equal(status, ODD_ERR_FORMAT);
        assert_true(err.message[0]);
    }
    oddi_zone_free(zone);
    return status;
}

static void test_every_prefix_is_refused(void **unused)
{
    struct blob b = make_blob('2', FOOTER);

    (void)unused;
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(try_blob(b.bytes, n), ODD_ERR_FORMAT);
    assert_int_equal(try_blob(b.bytes, b.n), ODD_OK);
}

static void test_every_byte_changed(void **unused)
{
    struct blob b = make_blob('2', FOOTER);

    (void)unused;
    for (size_t i = 0; i < b.n; i++) {
        uint8_t old = b.bytes[i];

        for (int c = 0; c < 256; c += 5) {
            b.bytes[i] = (uint8_t)c;
            try_blob(b.bytes, b.n);
        }
        b.bytes[i] = old;
    }
}

static void test_bad_data_is_named(void **unused)
{
    struct blob b = make_blob('2', FOOTER);
    size_t second = 44 + 2 * 5 + 3 * 6 + 13; /* offset of the second header */

    (void)unused;
    b.bytes[second + 31] = 1; /* a leap second: 12 bytes more, which are not there */
    assert_int_equal(try_blob(b.bytes, b.n), ODD_ERR_FORMAT);
    b = make_blob('2', FOOTER);
    b.bytes[second + 44 + 24] = 3; /* type of a transition */
    assert_int_equal(try_blob(b.bytes, b.n), ODD_ERR_FORMAT);
    b = make_blob('2', FOOTER);
    memcpy(b.bytes + second + 44 + 8, b.bytes + second + 44, 8); /* two transitions at one time */
    assert_int_equal(try_blob(b.bytes, b.n), ODD_ERR_FORMAT);
    b = make_blob('2', "no rule");
    assert_int_equal(try_blob(b.bytes, b.n), ODD_ERR_FORMAT);
    b = make_blob('2', "");
    assert_int_equal(try_blob(b.bytes, b.n), ODD_OK);
}

/* ---- names ---------------------------------------------------------------------------------------------------------- */

static void test_names(void **unused)
{
    static const struct {
        const char *name;
        int offset;
    } good[] = {{"UTC", 0},        {"utc", 0},    {"Z", 0},      {"+02:00", 7200},
                {"-0530", -19800}, {"+02", 7200}, {"+00:00", 0}, {"-23:59", -86340}};
    static const char *const refused[] = {"",      "+",     "+2",     "+2:00",         "+24:00", "+02:60",
                                          "02:00", "+02:0", "+0200x", "Europe/Prague", "UTC+2",  "+-2:00"};
    struct oddi_zone *zone;
    struct odd_error err = ODD_ERROR_INIT;

    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(oddi_zone_is_fixed(good[i].name));
        assert_int_equal(oddi_zone_new(good[i].name, NULL, 0, &zone, NULL), ODD_OK);
        assert_int_equal(oddi_zone_offset(zone, 12345), good[i].offset);
        assert_int_equal(oddi_zone_to_utc(zone, S(1000000)), S(1000000 - good[i].offset));
        oddi_zone_free(zone);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_false(oddi_zone_is_fixed(refused[i]));
        assert_int_equal(oddi_zone_new(refused[i], NULL, 0, &zone, &err), ODD_ERR_USAGE);
    }
    assert_int_equal(oddi_zone_offset(NULL, 0), 0);
    assert_int_equal(oddi_zone_to_utc(NULL, 5), 5);
    assert_int_equal(oddi_zone_midnight(NULL, -1), -S(86400));
    assert_int_equal(oddi_zone_midnight(NULL, S(86400)), S(86400));
    assert_string_equal(oddi_zone_name(NULL), "UTC");
    oddi_zone_free(NULL);
}

/* ---- against the C library -------------------------------------------------------------------------------------------- */

static uint8_t *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(1 << 16);

    assert_non_null(data);
    if (!f) {
        free(data);
        return NULL;
    }
    *n = fread(data, 1, 1 << 16, f);
    fclose(f);
    return data;
}

static int libc_offset(time_t t)
{
    struct tm tm;

    assert_non_null(localtime_r(&t, &tm));
    return (int)tm.tm_gmtoff;
}

/* The rule of the header, from the library's offsets alone: the earliest instant whose local time is `wall`; if there is
 * none, the last instant before the gap carries its offset on. */
static int64_t slow_to_utc(int64_t wall)
{
    int64_t best = INT64_MAX;
    int before = libc_offset((time_t)(wall - 86400));

    for (int64_t t = wall - 86400; t <= wall + 86400; t += 1800) {
        int64_t candidate = wall - libc_offset((time_t)t);

        if (candidate + libc_offset((time_t)candidate) == wall && candidate < best)
            best = candidate;
    }
    if (best != INT64_MAX)
        return best;
    for (int64_t t = wall - 86400; t + libc_offset((time_t)t) < wall; t += 450)
        before = libc_offset((time_t)t);
    return wall - before;
}

static void compare_zone(const char *name, bool thorough)
{
    char path[512];
    size_t n;
    uint8_t *data;
    struct oddi_zone *zone;
    struct odd_error err = ODD_ERROR_INIT;
    int last = 1 << 30;

    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    data = read_file(path, &n);
    if (!data) {
        print_message("SKIP %s: not installed\n", name);
        return;
    }
    if (oddi_zone_new(name, data, n, &zone, &err) != ODD_OK)
        fail_msg("%s: %s", name, err.message);
    free(data);
    snprintf(path, sizeof path, ":%s", name);
    setenv("TZ", path, 1);
    tzset();
    for (int64_t t = INT64_C(-5000000000); t < INT64_C(5000000000);
         t += thorough ? 86400 / 2 - 1 : 7 * 86400 + 3001) {
        int want = libc_offset((time_t)t), got = oddi_zone_offset(zone, S(t));

        if (want != got)
            fail_msg("%s at %lld: %d, not %d", name, (long long)t, got, want);
        if (want != last && thorough && last != 1 << 30)
            for (int64_t wall = t + want - 14 * 3600; wall < t + want + 2 * 3600; wall += 1800) {
                int64_t utc = oddi_zone_to_utc(zone, S(wall)), slow = slow_to_utc(wall);

                if (utc != S(slow))
                    fail_msg("%s: wall %lld: %lld, not %lld", name, (long long)wall, (long long)(utc / S(1)),
                             (long long)slow);
            }
        last = want;
    }
    oddi_zone_free(zone);
    unsetenv("TZ");
    tzset();
}

static void test_against_libc(void **unused)
{
    static const char *const names[] = {
        "Europe/Prague",   "America/New_York",  "Australia/Lord_Howe", "America/Sao_Paulo",
        "Asia/Kathmandu",  "Africa/Casablanca", "America/Nuuk",        "Asia/Jerusalem",
        "Pacific/Apia",    "Antarctica/Troll",  "America/St_Johns",    "Europe/Dublin",
        "Asia/Kolkata",    "Pacific/Kwajalein", "Asia/Tehran",         "America/Caracas",
        "Africa/Monrovia", "Etc/UTC",           "Etc/GMT+12",          "Asia/Gaza",
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(names); i++)
        compare_zone(names[i], i < 6);
}

/* ---- memory ------------------------------------------------------------------------------------------------------------ */

static enum odd_status zone_story(void *ctx)
{
    struct oddi_zone *zone;
    struct blob *b = ctx;
    enum odd_status status = oddi_zone_new("Test/Zone", b->bytes, b->n, &zone, NULL);

    if (status == ODD_OK)
        oddi_zone_free(zone);
    return status;
}

static void test_failing_allocations(void **unused)
{
    struct blob b = make_blob('2', FOOTER);

    (void)unused;
    assert_true(failalloc_sweep(zone_story, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hand_made),
        cmocka_unit_test(test_gaps_and_overlaps),
        cmocka_unit_test(test_version_1),
        cmocka_unit_test(test_midnight_that_is_skipped),
        cmocka_unit_test(test_half_hour_changes),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_summer_all_year),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_bad_data_is_named),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_against_libc),
        cmocka_unit_test(test_failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
