/* Calendars: recurrences against python-dateutil's, the zone's change of offset, names and spans, and what is refused. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../oracle/ical_vectors.h"
#include "../../support/failalloc.h"
#include "baseline/ical.h"

#define ALL INT64_C(2051222400) /* 2035-01-01 */

static struct oddi_zone *prague;

static enum odd_status find_zone(void *ctx, const char *name, const struct oddi_zone **out,
                                 struct odd_error *err)
{
    (void)ctx;
    *out = prague;
    if (strcmp(name, "Europe/Prague") == 0)
        return ODD_OK;
    if (err)
        err->status = ODD_ERR_USAGE;
    return ODD_ERR_USAGE;
}

/* A zone of one rule, as the footer of a TZif file has it: no file of this machine is needed. */
static int make_zone(void **state)
{
    static const uint8_t head[] = {'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                   0,   0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4};
    static const uint8_t type[] = {0, 0, 14, 16, 0, 0, 'C', 'E', 'T', 0};
    static const char footer[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    uint8_t data[256];
    size_t n = 0;

    (void)state;
    memset(data, 0, sizeof data);
    for (int part = 0; part < 2; part++) { /* the same block in the old and in the new width */
        memcpy(data + n, head, sizeof head);
        n += 44;
        data[n - 44 + 39] = 1; /* typecnt, charcnt */
        data[n - 44 + 43] = 4;
        data[n - 44 + 37] = 0;
        data[n - 44 + 41] = 0;
        memcpy(data + n, type, sizeof type);
        n += sizeof type;
    }
    memcpy(data + n, footer, sizeof footer - 1);
    n += sizeof footer - 1;
    return oddi_zone_new("Europe/Prague", data, n, &prague, NULL) == ODD_OK ? 0 : -1;
}

static int free_zone(void **state)
{
    (void)state;
    oddi_zone_free(prague);
    return 0;
}

static enum odd_status read_all(const char *text, int64_t from, int64_t to, struct oddi_ical *out,
                                struct odd_error *err)
{
    const struct oddi_ical_options o = {
        .find_zone = find_zone, .from = from * ODDI_SECOND, .to = to * ODDI_SECOND};

    return oddi_ical_read(text, strlen(text), "x.ics", &o, out, err);
}

#define CALENDAR(body) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" body "END:VCALENDAR\r\n"
#define EVENT(body)    "BEGIN:VEVENT\r\nUID:1\r\n" body "END:VEVENT\r\n"

/* ---- Recurrences ------------------------------------------------------------------------------------------------------- */

static void recurs_as_dateutil_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ical_vectors / sizeof *ical_vectors; i++) {
        char text[600];
        struct oddi_ical c;
        int64_t sum = 0;

        snprintf(text, sizeof text,
                 CALENDAR(EVENT("DTSTART:%s\r\nDURATION:PT30M\r\nRRULE:%s\r\nSUMMARY:a\r\n")),
                 ical_vectors[i].start, ical_vectors[i].rule);
        assert_int_equal(read_all(text, 0, ALL, &c, NULL), ODD_OK);
        for (size_t k = 0; k < c.n_spans; k++)
            sum += (int64_t)(k + 1) * (c.span[k].from / ODDI_HOUR);
        if ((int64_t)c.n_spans != ical_vectors[i].count || sum != ical_vectors[i].sum)
            print_error("%s %s\n", ical_vectors[i].start, ical_vectors[i].rule);
        assert_int_equal(c.n_spans, ical_vectors[i].count);
        assert_int_equal(sum, ical_vectors[i].sum);
        oddi_ical_clear(&c);
    }
}

static void keeps_the_clock_across_a_change_of_offset(void **state)
{
    struct oddi_ical c;

    (void)state;
    assert_int_equal(
        read_all(CALENDAR(EVENT("SUMMARY:Lecture\r\nDTSTART;TZID=Europe/Prague:20250329T080000\r\n"
                                "DTEND;TZID=Europe/Prague:20250329T100000\r\n"
                                "RRULE:FREQ=DAILY;COUNT=3\r\n")),
                 0, ALL, &c, NULL),
        ODD_OK);
    assert_int_equal(c.n_spans, 3);
    assert_int_equal(c.span[0].from / ODDI_SECOND, 1743231600); /* 07:00Z */
    assert_int_equal(c.span[1].from / ODDI_SECOND, 1743314400); /* 06:00Z, summer time */
    assert_int_equal(c.span[1].to / ODDI_SECOND, 1743321600);
    assert_int_equal(c.span[2].from - c.span[1].from, ODDI_DAY);
    oddi_ical_clear(&c);
}

static void until_in_utc_is_of_the_zone(void **state)
{
    struct oddi_ical c;

    (void)state;
    assert_int_equal(
        read_all(CALENDAR(EVENT("DTSTART;TZID=\"Europe/Prague\":20250701T000000\r\nDURATION:PT1H\r\n"
                                "RRULE:FREQ=DAILY;UNTIL=20250702T220000Z\r\n")),
                 0, ALL, &c, NULL),
        ODD_OK);
    assert_int_equal(c.n_spans, 3); /* the last at 2025-07-03 00:00 local, which is 22:00Z */
    oddi_ical_clear(&c);
}

static void takes_exceptions_and_more_dates(void **state)
{
    struct oddi_ical c;

    (void)state;
    assert_int_equal(
        read_all(CALENDAR(EVENT(
                     "DTSTART:20250101T090000Z\r\nDTEND:20250101T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                     "EXDATE:20250102T090000Z,20250104T090000Z\r\n"
                     "EXDATE;VALUE=DATE:20250105\r\nRDATE:20250301T090000Z\r\n")),
                 0, ALL, &c, NULL),
        ODD_OK);
    assert_int_equal(c.n_spans, 3);
    assert_int_equal(c.span[0].from / ODDI_SECOND, 1735722000);
    assert_int_equal(c.span[1].from - c.span[0].from, 2 * ODDI_DAY);
    assert_int_equal(c.span[2].from / ODDI_SECOND, 1740819600);
    oddi_ical_clear(&c);
}

/* ---- Events ------------------------------------------------------------------------------------------------------------ */

static void reads_days_names_and_folds(void **state)
{
    struct oddi_ical c;

    (void)state;
    assert_int_equal(
        read_all("\xef\xbb\xbf" CALENDAR(
                     "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:16010101T000000\nEND:STANDARD\nEND:"
                     "VTIMEZONE\n"
                     "BEGIN:VEVENT\nSUMMARY:Winter\\, te\n "
                     "rm\\nbreak\nDTSTART;VALUE=DATE:20251224\nDTEND;VALUE=DATE:20260102\n"
                     "BEGIN:VALARM\nDURATION:PT5M\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\n"
                     "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260102\nSUMMARY:Winter\\, term break\nEND:VEVENT\n"
                     "BEGIN:VEVENT\nDTSTART:20260105T120000\nSUMMARY:an instant\nEND:VEVENT\n"
                     "BEGIN:VEVENT\nDTSTART:20260105T120000\nDURATION:P1D\nSTATUS:CANCELLED\nEND:VEVENT\n"
                     "BEGIN:VEVENT\nDTSTART:20360105T120000\nDURATION:P1D\nSUMMARY:after all\nEND:VEVENT\n"),
                 0, ALL, &c, NULL),
        ODD_OK);
    assert_int_equal(c.events, 5);
    assert_int_equal(c.instants, 1);
    assert_int_equal(c.cancelled, 1);
    assert_int_equal(c.n_names, 1);
    assert_string_equal(c.name[0], "Winter, term break");
    assert_int_equal(c.n_spans, 1); /* both touch */
    assert_int_equal(c.span[0].to - c.span[0].from, 10 * ODDI_DAY);
    oddi_ical_clear(&c);
}

static void orders_names_and_cuts_the_range(void **state)
{
    struct oddi_ical c;

    (void)state;
    assert_int_equal(
        read_all(CALENDAR(EVENT("SUMMARY:b\nDTSTART:20250101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\n")
                              EVENT("SUMMARY:a\nDTSTART:20250102T000000Z\nDURATION:PT1H\n")),
                 1735689600, 1735689600 + 3 * 86400, &c, NULL),
        ODD_OK);
    assert_int_equal(c.n_names, 2);
    assert_string_equal(c.name[0], "a");
    assert_int_equal(c.n_spans, 4);
    assert_int_equal(c.span[0].name, 0);
    assert_int_equal(c.span[3].name, 1);
    oddi_ical_clear(&c);
}

/* ---- Refusals ---------------------------------------------------------------------------------------------------------- */

static void refuses_with_the_line(void **state)
{
    static const struct {
        const char *text, *says;
        uint64_t line;
    } cases[] = {
        {"", "is empty", 0},
        {"hello", "is no line of a calendar", 1},
        {"BEGIN:VEVENT\n", "is no calendar", 1},
        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "ends within VEVENT", 2},
        {"BEGIN:VCALENDAR\nEND:VEVENT\n", "END is of no component", 2},
        {CALENDAR(EVENT("SUMMARY:x\n")), "has no DTSTART", 3},
        {CALENDAR(EVENT("DTSTART:20250230\n")), "DTSTART is no date or time", 5},
        {CALENDAR(EVENT("DTSTART:20250201T250000\n")), "DTSTART is no date or time", 5},
        {CALENDAR(EVENT("DTSTART;TZID=Mars/Base:20250201T100000\n")), "is no zone that is known", 5},
        {CALENDAR(EVENT("DTSTART:20250201\nDTSTART:20250201\n")), "twice", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nDTEND:20250201\n")), "DTEND is before", 3},
        {CALENDAR(EVENT("DTSTART:20250202\nDTEND:20250203\nDURATION:P1D\n")), "either DTEND or DURATION", 3},
        {CALENDAR(EVENT("DTSTART:20250202\nDTEND:21250203\n")), "longer than ten years", 3},
        {CALENDAR(EVENT("DTSTART:20250202\nDTEND:20250203T100000\n")), "both dates or both times", 3},
        {CALENDAR(EVENT("DTSTART:20250202\nDURATION:PT\n")), "DURATION is no time", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=HOURLY\n")), "FREQ is read as", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=DAILY;BYSETPOS=1\n")), "no other part", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=YEARLY;BYDAY=MO\n")), "only with BYMONTH", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=WEEKLY;BYDAY=2MO\n")), "weekdays are counted", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=DAILY;COUNT=3;UNTIL=20260101\n")), "either COUNT", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:COUNT=3\n")), "no FREQ", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\n")), "second RRULE", 7},
        {CALENDAR(EVENT("DTSTART:20250202\nRECURRENCE-ID:20250203\n")), "is not read", 6},
        {CALENDAR(EVENT("EXDATE:20250202\n")), "read behind DTSTART", 5},
        {CALENDAR(EVENT("DTSTART:20250202\nRDATE;VALUE=PERIOD:20250203T100000Z/PT1H\n")), "RDATE is no date",
         6},
        {CALENDAR(EVENT("DTSTART:20250202\nSUMMARY:\xff\n")), "not UTF-8", 6},
        {CALENDAR(EVENT("DTSTART:20250202\nSUMMARY:\x01\n")), "control character", 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct odd_error err = ODD_ERROR_INIT;
        struct oddi_ical c;

        assert_int_equal(read_all(cases[i].text, 0, ALL, &c, &err), ODD_ERR_FORMAT);
        if (!strstr(err.message, cases[i].says) || err.line != cases[i].line)
            print_error("%s: line %llu: %s\n", cases[i].says, (unsigned long long)err.line, err.message);
        assert_non_null(strstr(err.message, cases[i].says));
        assert_int_equal(err.line, cases[i].line);
        oddi_ical_clear(&c);
    }
}

static void stops_what_recurs_for_ever(void **state)
{
    static char text[400 * 1000];
    size_t n = (size_t)snprintf(text, sizeof text, "BEGIN:VCALENDAR\n");
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_ical c;

    (void)state;
    for (int i = 0; i < 3000; i++)
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "BEGIN:VEVENT\nDTSTART:17000101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n");
    snprintf(text + n, sizeof text - n, "END:VCALENDAR\n");
    assert_int_equal(read_all(text, 0, ALL, &c, &err), ODD_ERR_LIMIT);
    assert_non_null(strstr(err.message, "recur too often"));
    oddi_ical_clear(&c);
}

static enum odd_status read_two(void *ctx)
{
    static const char text[] = CALENDAR(
        EVENT("SUMMARY:a\nDTSTART:20250101\nRRULE:FREQ=WEEKLY;COUNT=9\nEXDATE:20250108\nRDATE:20250109\n")
            EVENT("SUMMARY:b\nDTSTART:20250102\n"));
    struct oddi_ical c;
    enum odd_status status;

    (void)ctx;
    status = read_all(text, 0, ALL, &c, NULL);
    oddi_ical_clear(&c);
    return status;
}

static void survives_failing_allocations(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(read_two, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recurs_as_dateutil_says),
        cmocka_unit_test(keeps_the_clock_across_a_change_of_offset),
        cmocka_unit_test(until_in_utc_is_of_the_zone),
        cmocka_unit_test(takes_exceptions_and_more_dates),
        cmocka_unit_test(reads_days_names_and_folds),
        cmocka_unit_test(orders_names_and_cuts_the_range),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(stops_what_recurs_for_ever),
        cmocka_unit_test(survives_failing_allocations),
    };

    return cmocka_run_group_tests(tests, make_zone, free_zone);
}
