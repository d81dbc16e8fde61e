/*
 * The events that a baseline knows, as scopes ask for them: which are on at a time.
 *
 * Event 0 is any event of the calendar, the others are those of one name each. A row has a set of them as bits.
 */
#ifndef ODDFLOW_BASELINE_CALENDAR_H
#define ODDFLOW_BASELINE_CALENDAR_H

#include "baseline/ical.h"

#define ODDI_MAX_EVENTS ((size_t)64)
#define ODDI_MAX_EVENT_SPANS                                                                                 \
    ((size_t)100) /* what is on more often has no number; event 0 then has no spans */

/* [from, to), ns */
struct oddi_time_span {
    int64_t from, to;
};

struct oddi_event {
    char *name; /* "" for event 0 */
    struct oddi_time_span *span;
    size_t n; /* ascending; they neither overlap nor touch */
};

struct oddi_calendar {
    char *file;    /* where it was read from */
    int64_t until; /* ns; what is on later is not known */
    size_t n;      /* 1 .. ODDI_MAX_EVENTS */
    struct oddi_event *event;
    size_t frequent; /* names that are on too often; not in the file */
};

/* Of what was read: the events that are on longest within [first, last] have numbers, ordered by name; others count as event 0 only. Clear
 * *out in any case. */
enum odd_status oddi_calendar_make(const struct oddi_ical *c, const char *file, int64_t first, int64_t last,
                                   int64_t until, struct oddi_calendar *out,
                                   struct odd_error *err) ODD_MUST_CHECK;
void oddi_calendar_clear(struct oddi_calendar *c);
void oddi_calendar_free(struct oddi_calendar *c); /* NULL is allowed */

/* Bit i: event i is on. c NULL: none. */
uint64_t oddi_calendar_at(const struct oddi_calendar *c, int64_t t);

#endif
