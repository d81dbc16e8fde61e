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

/* The walk over the transitions near a local time: each moves on to the next stretch of constant offset. */
struct walk {
    int64_t local;
    int64_t since;  /* start of the stretch that the walk is in */
    int32_t offset; /* in force there */
    bool done;
};

/* Within a stretch the instant is local - offset. If that is before the next change, it is the answer (the earlier one
 * of a repeated time); if it is after the change by the old offset but before it by the new, the time was skipped and
 * the old offset is used. */
static void step(struct walk *w, const struct oddi_transition *next)
{
    if (w->local - w->offset < next->at || w->local - next->offset < next->at) {
        w->done = true;
        return;
    }
    w->since = next->at;
    w->offset = next->offset;
}

/* No offset reaches two days: changes beyond that cannot matter. */
#define REACH (2 * 86400)

static void walk_rule(struct walk *w, const struct oddi_zone *zone)
{
    struct oddi_transition changes[ODDI_TZ_RULE_MAX];
    size_t n = oddi_tz_rule_around(&zone->rule, w->local, changes);

    for (size_t i = 0; i < n && !w->done; i++) {
        if (changes[i].at <= w->local - REACH ||
            (zone->n && changes[i].at <= zone->transitions[zone->n - 1].at))
            continue;
        step(w, &changes[i]);
    }
}

static struct walk find_stretch(const struct oddi_zone *zone, int64_t local)
{
    struct walk w = {local, INT64_MIN, offset_at(zone, local - REACH), false};

    for (size_t i = count_until(zone, local - REACH); i < zone->n && !w.done; i++)
        step(&w, &zone->transitions[i]);
    if (!w.done && zone->rule.known)
        walk_rule(&w, zone);
    return w;
}

bool oddi_zone_hour(const struct oddi_zone *zone, int64_t local, int64_t *shift)
{
    struct walk first, last;

    *shift = 0;
    if (!zone)
        return true;
    if (zone->n == 0 && !zone->rule.known) {
        *shift = -zone->first_offset;
        return true;
    }
    first = find_stretch(zone, local);
    last = find_stretch(zone, local + 3599);
    *shift = -first.offset;
    return first.since == last.since && first.offset == last.offset;
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
    return add_seconds(local, -find_stretch(zone, floor_seconds(local)).offset);
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
