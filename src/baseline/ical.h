/*
 * A small strict reader of calendars (RFC 5545): when which events are on.
 *
 * Of a VCALENDAR the VEVENTs are read: DTSTART, DTEND or DURATION, SUMMARY, STATUS, RRULE, RDATE and EXDATE, as dates or date-times,
 * in UTC, in a zone with TZID, or floating. Of RRULE: FREQ DAILY, WEEKLY, MONTHLY and YEARLY, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH,
 * BYMONTHDAY and WKST. Recurrences keep their wall-clock time, across changes of the offset too. Cancelled events and those without a
 * duration are left out and counted. Everything else that would change when an event is on is refused with its line: other parts of RRULE, RECURRENCE-ID,
 * periods in RDATE, a TZID that names no zone (VTIMEZONE is not read). Other components and properties are passed over.
 */
#ifndef ODDFLOW_BASELINE_ICAL_H
#define ODDFLOW_BASELINE_ICAL_H

#include "flow/time.h"

/* Caps of a calendar. */
#define ODDI_ICAL_MAX_BYTES  ((size_t)16 << 20)
#define ODDI_ICAL_MAX_EVENTS ((size_t)50000)
#define ODDI_ICAL_MAX_SPANS  ((size_t)100000)
#define ODDI_ICAL_MAX_NAME   ((size_t)120) /* bytes of a SUMMARY; the rest is cut off */

struct oddi_ical_options {
    const struct oddi_zone *zone; /* of dates and of times without one; NULL = UTC */
    /* The zone that a TZID names; its own. */
    enum odd_status (*find_zone)(void *ctx, const char *name, const struct oddi_zone **out,
                                 struct odd_error *err);
    void *ctx;
    int64_t from, to; /* ns: what is on in [from, to) */
};

/* [from, to), ns */
struct oddi_ical_span {
    int64_t from, to;
    uint32_t name;
};

struct oddi_ical {
    char **name; /* ascending, distinct: the SUMMARYs of events that are on in the range */
    size_t n_names;
    struct oddi_ical_span *span; /* by name, then time; those of one name neither overlap nor touch */
    size_t n_spans;
    uint64_t events, cancelled, instants; /* VEVENTs; of these, left out */
};

/* Zeroes *out first; clear it in any case. ODD_ERR_FORMAT with `source` and line for what is no calendar or is refused, ODD_ERR_LIMIT
 * beyond a cap, ODD_ERR_MEMORY. */
enum odd_status oddi_ical_read(const char *text, size_t n, const char *source,
                               const struct oddi_ical_options *options, struct oddi_ical *out,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_ical_clear(struct oddi_ical *c);

#endif
