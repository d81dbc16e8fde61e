#include "flow/zone.h"

#include <string.h>

#include "base/mem.h"

/* ---- making ---------------------------------------------------------------------------------------------------- */

static int two_digits(const char *s)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return -1;
    return (s[0] - '0') * 10 + (s[1] - '0');
}

bool oddi_parse_offset(const char *s, size_t n, int32_t *out)
{
    int hours, minutes = 0;

    if ((n != 3 && n != 5 && n != 6) || (s[0] != '+' && s[0] != '-') || (n == 6 && s[3] != ':'))
        return false;
    hours = two_digits(s + 1);
    if (n > 3)
        minutes = two_digits(s + n - 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *out = (hours * 60 + minutes) * (s[0] == '-' ? -60 : 60);
    return true;
}

static bool is_utc_name(const char *name)
{
    return strcmp(name, "UTC") == 0 || strcmp(name, "utc") == 0 || strcmp(name, "Z") == 0 ||
           strcmp(name, "z") == 0;
}

bool oddi_zone_is_fixed(const char *name)
{
    int32_t offset;

    return is_utc_name(name) || oddi_parse_offset(name, strlen(name), &offset);
}

static enum odd_status fill(struct oddi_zone *zone, const char *name, const uint8_t *data, size_t n,
                            struct odd_error *err)
{
    size_t size = strlen(name) + 1;

    zone->name = oddi_malloc_array(size, 1);
    if (!zone->name)
        return oddi_fail_memory(err);
    memcpy(zone->name, name, size);
    if (data)
        return oddi_tzif_parse(data, n, zone, err);
    zone->is_utc = is_utc_name(name);
    if (!zone->is_utc && !oddi_parse_offset(name, size - 1, &zone->first_offset))
        return oddi_fail(err, ODD_ERR_USAGE, "there is no time zone '%.64s'", name);
    return ODD_OK;
}

enum odd_status oddi_zone_new(const char *name, const uint8_t *data, size_t n, struct oddi_zone **out,
                              struct odd_error *err)
{
    struct oddi_zone *zone = oddi_calloc_array(1, sizeof *zone);
    enum odd_status status;

    if (!zone)
        return oddi_fail_memory(err);
    status = fill(zone, name, data, n, err);
    if (status == ODD_OK)
        *out = zone;
    else
        oddi_zone_free(zone);
    return status;
}

void oddi_zone_free(struct oddi_zone *zone)
{
    if (!zone)
        return;
    free(zone->transitions);
    free(zone->name);
    free(zone);
}

const char *oddi_zone_name(const struct oddi_zone *zone)
{
    return zone ? zone->name : "UTC";
}

/* ---- offsets ------------------------------------------------------------------------------------------------------ */

/* Number of transitions at or before `t`. */
static size_t count_until(const struct oddi_zone *zone, int64_t t)
{
    size_t low = 0, high = zone->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone->transitions[middle].at <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int32_t offset_at(const struct oddi_zone *zone, int64_t t)
{
    size_t i = count_until(zone, t);

    if (i == zone->n && zone->rule.known)
        return oddi_tz_rule_offset(&zone->rule, t);
    return i ? zone->transitions[i - 1].offset : zone->first_offset;
}

/* The transitions near a local time, in time order. No offset reaches two days: those beyond cannot matter. */
#define REACH (2 * 86400)

struct near {
    const struct oddi_zone *zone;
    int64_t local;
    int32_t offset; /* in force before the next transition */
    size_t i;       /* next of the zone's table */
    struct oddi_transition changes[ODDI_TZ_RULE_MAX];
    size_t k, n_changes; /* next of the rule's */
};

static void start_near(struct near *near, const struct oddi_zone *zone, int64_t local)
{
    near->zone = zone;
    near->local = local;
    near->offset = offset_at(zone, local - REACH);
    near->i = count_until(zone, local - REACH);
    near->k = 0;
    near->n_changes = zone->rule.known ? oddi_tz_rule_around(&zone->rule, local, near->changes) : 0;
}

static bool next_near(struct near *near, struct oddi_transition *out)
{
    const struct oddi_zone *zone = near->zone;
    int64_t after = near->local - REACH;

    if (near->i < zone->n) {
        *out = zone->transitions[near->i++];
        return out->at <= near->local + REACH;
    }
    if (zone->n && zone->transitions[zone->n - 1].at > after) /* the rule begins where the table ends */
        after = zone->transitions[zone->n - 1].at;
    while (near->k < near->n_changes && near->changes[near->k].at <= after)
        near->k++;
    if (near->k == near->n_changes)
        return false;
    *out = near->changes[near->k++];
    return out->at <= near->local + REACH;
}

/* What to take from `local` to get UTC. Each stretch of one offset between two transitions has the local times [since +
 * offset, next + offset): the first stretch that has `local` gives the answer, which is the earlier instant of a
 * repeated time. If none has it, it was skipped, and the offset before the gap is used. */
static int32_t find_offset(const struct oddi_zone *zone, int64_t local)
{
    struct near near;
    struct oddi_transition next;
    int64_t since = INT64_MIN;
    int32_t offset, skipped = 0;
    bool is_skipped = false;

    start_near(&near, zone, local);
    for (offset = near.offset; next_near(&near, &next); offset = next.offset) {
        if (local - offset >= since && local - offset < next.at)
            return offset;
        if (!is_skipped && local - next.offset < next.at) {
            skipped = offset;
            is_skipped = true;
        }
        since = next.at;
    }
    return local - offset >= since || !is_skipped ? offset : skipped;
}

bool oddi_zone_hour(const struct oddi_zone *zone, int64_t local, int64_t *shift)
{
    struct near near;
    struct oddi_transition next;

    *shift = 0;
    if (!zone)
        return true;
    *shift = -find_offset(zone, local);
    start_near(&near, zone, local);
    for (int32_t offset = near.offset; next_near(&near, &next); offset = next.offset) {
        int64_t before = next.at + offset - local, after = next.at + next.offset - local;

        /* The answer changes nowhere but at these local times. */
        if ((before > 0 && before < 3600) || (after > 0 && after < 3600))
            return false;
    }
    return true;
}

/* ---- nanoseconds ---------------------------------------------------------------------------------------------------- */

static int64_t floor_seconds(int64_t ns)
{
    return ns / ODDI_SECOND - (ns % ODDI_SECOND < 0);
}

/* ts + seconds, kept in range. */
static int64_t add_seconds(int64_t ts, int64_t seconds)
{
    int64_t sum;

    if (__builtin_add_overflow(ts, seconds * ODDI_SECOND, &sum))
        return seconds < 0 ? INT64_MIN + 1 : INT64_MAX;
    return sum;
}

int32_t oddi_zone_offset(const struct oddi_zone *zone, int64_t ts)
{
    return zone ? offset_at(zone, floor_seconds(ts)) : 0;
}

int64_t oddi_zone_to_utc(const struct oddi_zone *zone, int64_t local)
{
    if (!zone)
        return local;
    return add_seconds(local, -find_offset(zone, floor_seconds(local)));
}

int64_t oddi_zone_midnight(const struct oddi_zone *zone, int64_t ts)
{
    int64_t local = add_seconds(ts, oddi_zone_offset(zone, ts));
    int64_t rest = local % ODDI_DAY;

    if (rest < 0)
        rest += ODDI_DAY;
    if (local < INT64_MIN + 1 + rest)
        return INT64_MIN + 1;
    return oddi_zone_to_utc(zone, local - rest);
}
