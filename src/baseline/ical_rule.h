/* Recurrence rules of a calendar (RFC 5545, 3.3.10), in local time. */
#ifndef ODDFLOW_BASELINE_ICAL_RULE_H
#define ODDFLOW_BASELINE_ICAL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ODDI_ICAL_LIST 64

struct oddi_ical_rule {
    enum { ODDI_ICAL_ONCE, ODDI_ICAL_DAILY, ODDI_ICAL_WEEKLY, ODDI_ICAL_MONTHLY, ODDI_ICAL_YEARLY } freq;
    uint32_t interval, count; /* count 0: without end */
    bool has_until;
    int64_t until;   /* local seconds; the last occurrence may be at it */
    uint32_t months; /* bit 1..12; 0: any */
    uint8_t wkst;    /* 0 = Monday */
    size_t n_days, n_month_days;
    struct {
        int8_t nth; /* 0: each of the period */
        uint8_t weekday;
    } day[ODDI_ICAL_LIST];
    int8_t month_day[ODDI_ICAL_LIST]; /* 1..31, or from the end -1..-31 */
};

/* What a part says: a static sentence about what is wrong, or NULL. `until` is not parsed here: *until, *n_until is its text. */
const char *oddi_ical_rule_parse(const char *s, size_t n, struct oddi_ical_rule *out, const char **until,
                                 size_t *n_until);

/* Told of each occurrence in ascending order; false stops. */
typedef bool (*oddi_ical_take)(void *ctx, int64_t local);
/* Occurrences of a rule that begins at `start` (local seconds since the epoch) up to `last`; start itself is the first. Takes from
 * *work for each day that is looked at; false if it runs out. */
bool oddi_ical_rule_expand(const struct oddi_ical_rule *rule, int64_t start, int64_t last, uint64_t *work,
                           oddi_ical_take take, void *ctx);

#endif
