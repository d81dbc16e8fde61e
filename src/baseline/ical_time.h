/* Dates, times and durations of a calendar (RFC 5545, 3.3.4 to 3.3.6). */
#ifndef ODDFLOW_BASELINE_ICAL_TIME_H
#define ODDFLOW_BASELINE_ICAL_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oddi_ical_time {
    int64_t local; /* seconds since the epoch, as if local time were UTC */
    bool date, utc;
};

/* "20250901" or "20250901T080000" or "20250901T080000Z", years 1700 to 2200. */
bool oddi_ical_time_parse(const char *s, size_t n, struct oddi_ical_time *out);
/* "P1DT2H30M", "P2W": seconds, not negative, at most 10 years. */
bool oddi_ical_duration_parse(const char *s, size_t n, int64_t *seconds);

#endif
