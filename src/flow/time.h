/*
 * Times: civil calendar, zones from TZif data, parsing what the tools write, printing RFC 3339.
 *
 * int64 nanoseconds since the epoch; years 1678 to 2262. No libc time function is used (TZ, setenv, locale).
 */
#ifndef ODDFLOW_FLOW_TIME_H
#define ODDFLOW_FLOW_TIME_H

#include "base/error.h"

#define ODDI_SECOND  INT64_C(1000000000)
#define ODDI_MINUTE  (60 * ODDI_SECOND)
#define ODDI_HOUR    (60 * ODDI_MINUTE)
#define ODDI_DAY     (24 * ODDI_HOUR)
#define ODDI_NO_TIME INT64_MIN

/* Days since 1970-01-01 of a proleptic Gregorian date, and back (Hinnant, chrono-compatible algorithms). */
int64_t oddi_days_from_civil(int64_t year, unsigned month, unsigned day);
void oddi_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

struct oddi_zone; /* immutable: may be shared by threads */

/* "UTC" or "Z", "+02:00", or (data != NULL) the TZif file of that name (RFC 8536, versions 1 to 4 with footer). */
enum odd_status oddi_zone_new(const char *name, const uint8_t *data, size_t n, struct oddi_zone **out,
                              struct odd_error *err) ODD_MUST_CHECK;
/* True if `name` needs no TZif data. */
bool oddi_zone_is_fixed(const char *name);
void oddi_zone_free(struct oddi_zone *zone); /* NULL is allowed */
const char *oddi_zone_name(const struct oddi_zone *zone);
/* Offset from UTC in seconds in force at instant `ts`; zone NULL = UTC. */
int32_t oddi_zone_offset(const struct oddi_zone *zone, int64_t ts);
/* The instant of a local wall-clock time (ns since the epoch read as if local were UTC). A time that occurs twice is
 * the earlier one, a time that does not occur is taken with the offset before the gap. */
int64_t oddi_zone_to_utc(const struct oddi_zone *zone, int64_t local);
/* Local midnight (as an instant) at or before `ts`. */
int64_t oddi_zone_midnight(const struct oddi_zone *zone, int64_t ts);

/* Parses a time of any of these forms (whole text, surrounding blanks allowed):
 *   2011/08/10 09:46:53.047277   Argus; also without the blank: 1970/01/0101:00:10.157020
 *   2011-08-10 09:46[:53[.f]]  2011-08-10T09:46:53[.f][Z|+hh:mm|+hhmm|+hh]   RFC 3339, EVE, pandas; date alone = midnight
 *   2011/08/10.09:46:53      nfdump's -t
 *   5/7/2017 8:42[:53[.f]] [AM|PM]   CICFlowMeter: day first
 *   1312969613[.f]           seconds since the epoch; at least 1e11: milliseconds, 1e14: microseconds, 1e17: ns
 * Fractions beyond ns are cut. Zoneless forms are local to `zone` (NULL = UTC). Second 60 is the next minute's first
 * (a leap second). *out is untouched if the text is refused. */
bool oddi_parse_time(const char *s, size_t n, const struct oddi_zone *zone, int64_t *out);

/* The same with the last date remembered: most rows of a file share it. Zero-initialise; one per thread and zone. */
struct oddi_time_cache {
    char date[12];    /* the bytes of the last "YYYY/MM/DD" and the one after it; empty: none */
    int64_t midnight; /* UTC ns of its local midnight as if the zone's offset were 0 */
    int64_t base;     /* what to add to the time of day; valid while `hour` matches */
    int32_t hour;
};
bool oddi_parse_time_cached(const char *s, size_t n, const struct oddi_zone *zone,
                            struct oddi_time_cache *cache, int64_t *out);

#define ODDI_TIME_TEXT_MAX 40
/* RFC 3339 in `zone` with the shortest of 0, 3, 6 or 9 decimals that is exact: "2011-08-10T09:46:53.047277Z",
 * "...+02:00" outside UTC (offsets are cut to whole minutes, the instant stays). All three print nothing for
 * ODDI_NO_TIME. */
size_t oddi_format_time(char *out, int64_t ts, const struct oddi_zone *zone);
/* EVE's spelling: always 6 decimals, "+0000" without a colon. */
size_t oddi_format_time_eve(char *out, int64_t ts, const struct oddi_zone *zone);
/* For people: "2011-08-10 09:46" (seconds or fraction only where not zero). */
size_t oddi_format_time_plain(char *out, int64_t ts, const struct oddi_zone *zone);

#endif
