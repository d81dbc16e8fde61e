#include "window/align.h"

/* Keeps the arithmetic below away from the ends of int64: year 1677 to 2262 is what a time can be. */
#define LEAST    (INT64_MIN + 4 * ODDI_DAY)
#define GREATEST (INT64_MAX - 4 * ODDI_DAY)

static int64_t clamp(int64_t t)
{
    return t < LEAST ? LEAST : t > GREATEST ? GREATEST : t;
}

static int64_t floor_to(int64_t t, int64_t anchor, int64_t length)
{
    int64_t rest = (int64_t)(((__int128)t - anchor) % length);
    __int128 start;

    if (rest < 0)
        rest += length;
    start = (__int128)t - rest;
    return start < INT64_MIN ? INT64_MIN : (int64_t)start;
}

static int64_t add_length(int64_t start, int64_t length)
{
    int64_t end;

    return __builtin_add_overflow(start, length, &end) ? INT64_MAX : end;
}

static bool by_midnight(const struct oddi_align *a)
{
    return a->origin == ODDI_ORIGIN_AUTO && a->length <= ODDI_DAY && ODDI_DAY % a->length == 0;
}

void oddi_align_first(struct oddi_align *a, int64_t first)
{
    a->anchor = oddi_zone_midnight(a->zone, clamp(first));
}

void oddi_align_window(const struct oddi_align *a, int64_t ts, int64_t *start, int64_t *end)
{
    if (a->length == 0) {
        *start = INT64_MIN;
        *end = INT64_MAX;
        return;
    }
    if (by_midnight(a) && a->zone) {
        int64_t midnight = oddi_zone_midnight(a->zone, clamp(ts));
        /* 36 hours on is always inside the next local day, however long this one is. */
        int64_t next = oddi_zone_midnight(a->zone, clamp(midnight) + 36 * ODDI_HOUR);

        /* A day is a local day, as in pandas: 25 hours are not one day of 24 and another of one. */
        *start = a->length == ODDI_DAY ? midnight : floor_to(ts, midnight, a->length);
        *end = a->length == ODDI_DAY ? next : add_length(*start, a->length);
        if (*end > next)
            *end = next;
        return;
    }
    *start = floor_to(ts, a->origin == ODDI_ORIGIN_START_DAY ? a->anchor : 0, a->length);
    *end = add_length(*start, a->length);
}

uint64_t oddi_align_between(const struct oddi_align *a, int64_t end, int64_t start)
{
    uint64_t gap = start > end ? (uint64_t)start - (uint64_t)end : 0;

    if (a->length == 0)
        return 0;
    /* A day more or less an hour is still one window. */
    if (a->length == ODDI_DAY && by_midnight(a))
        return gap / ODDI_DAY + (gap % ODDI_DAY >= ODDI_DAY / 2);
    /* Rounded up: the last window of a day that clocks shorten is shorter than the rest. */
    return gap / (uint64_t)a->length + (gap % (uint64_t)a->length != 0);
}
