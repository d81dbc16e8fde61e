/* What zone.c, tzif.c and tz_rule.c share: the parts of a time zone. Times here are seconds since the epoch. */
#ifndef ODDFLOW_FLOW_ZONE_H
#define ODDFLOW_FLOW_ZONE_H

#include "flow/time.h"

/* From `at` on, local time is `offset` seconds ahead of UTC. */
struct oddi_transition {
    int64_t at;
    int32_t offset;
};

/* One end of daylight saving time in a POSIX TZ string. */
struct oddi_tz_date {
    enum { ODDI_TZ_JULIAN, ODDI_TZ_ZERO_BASED, ODDI_TZ_MONTH_WEEK_DAY } form; /* Jn, n, Mm.w.d */
    int16_t day;                                                              /* n; or 0-6 */
    int8_t month, week;
    int32_t time; /* seconds after local midnight, -167 h to 167 h */
};

/* A POSIX TZ string: the rule after the last transition of a TZif file (RFC 8536, 3.3). */
struct oddi_tz_rule {
    bool known, has_dst;
    int32_t std_offset, dst_offset;
    struct oddi_tz_date start, end;
};

/* Parses the whole of [s, s + n), the footer of a TZif file without its newlines. */
bool oddi_tz_rule_parse(const char *s, size_t n, struct oddi_tz_rule *out);
/* All changes of the days around instant `t` and the one before them, in time order: those of the year of t, of the two
 * years before (a change may be a week off its year) and of the year after. */
#define ODDI_TZ_RULE_MAX 8
size_t oddi_tz_rule_around(const struct oddi_tz_rule *rule, int64_t t,
                           struct oddi_transition out[ODDI_TZ_RULE_MAX]);
/* Offset in force at `t`. */
int32_t oddi_tz_rule_offset(const struct oddi_tz_rule *rule, int64_t t);

struct oddi_zone {
    char *name;
    bool is_utc;
    int32_t first_offset; /* before the first transition; everywhere if there is none */
    size_t n;
    struct oddi_transition *transitions; /* ascending */
    struct oddi_tz_rule rule;
};

/* Fills first_offset, transitions and rule from TZif data. ODD_ERR_FORMAT, ODD_ERR_MEMORY. */
enum odd_status oddi_tzif_parse(const uint8_t *data, size_t n, struct oddi_zone *zone, struct odd_error *err);

/* If one offset holds for all local times in [local, local + 3600): true, and *shift is what to add to them to get
 * UTC. zone NULL = UTC. */
bool oddi_zone_hour(const struct oddi_zone *zone, int64_t local, int64_t *shift);

/* "+02:00", "-0530", "+02": offset in seconds. */
bool oddi_parse_offset(const char *s, size_t n, int32_t *out);

#endif
