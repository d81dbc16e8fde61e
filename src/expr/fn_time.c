#include "expr/function.h"

#include <math.h>

#define STEP (15 * ODDI_MINUTE)

/* Offsets from UTC change at quarters of an hour: between two with the same offset there is no change to look up. */
struct offsets {
    const struct oddi_zone *zone;
    int64_t quarter;
    int64_t offset; /* ns; valid for `quarter` if `same` */
    bool same;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t offset_at(struct offsets *o, int64_t ts)
{
    int64_t quarter = floor_div(ts, STEP);

    if (!o->zone)
        return 0;
    if (o->same && quarter == o->quarter)
        return o->offset;
    o->quarter = quarter;
    o->offset = oddi_zone_offset(o->zone, ts) * ODDI_SECOND;
    o->same =
        oddi_zone_offset(o->zone, quarter * STEP) == oddi_zone_offset(o->zone, quarter * STEP + STEP - 1);
    return o->offset;
}

/* Hours since Monday 1970-01-05 00:00 local time would be `hours - 96`. */
static int64_t local_hours(struct offsets *o, int64_t ts)
{
    int64_t offset = offset_at(o, ts);

    return floor_div(floor_div(ts, ODDI_SECOND) + offset / ODDI_SECOND, 3600);
}

static int64_t wrap(int64_t x, int64_t m)
{
    return x - floor_div(x, m) * m;
}

#define CLOCK(name, value)                                                                                   \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        const int64_t *ts = k->in[0];                                                                        \
        double *out = k->out;                                                                                \
        struct offsets o = {.zone = k->expr->zone};                                                          \
                                                                                                             \
        for (size_t i = 0; i < k->n; i++) {                                                                  \
            int64_t h = ts[i] == ODDI_NO_TIME ? 0 : local_hours(&o, ts[i]);                                  \
            out[i] = ts[i] == ODDI_NO_TIME ? NAN : (double)(value);                                          \
        }                                                                                                    \
    }

CLOCK(hour, wrap(h, 24))
CLOCK(weekday, wrap(floor_div(h, 24) + 3, 7) + 1) /* 1970-01-01 was a Thursday */
CLOCK(hour_of_week, wrap(h + 72, 168))

static void window_start(const struct oddi_kernel_args *k)
{
    int64_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = k->window_start;
}

/* Exact where the difference fits: doubles of times since 1970 would have steps of 256 ns. */
static void elapsed(const struct oddi_kernel_args *k)
{
    const int64_t *a = k->in[0], *b = k->in[1];
    double *out = k->out;

    for (size_t i = 0; i < k->n; i++) {
        int64_t d;

        if (a[i] == ODDI_NO_TIME || b[i] == ODDI_NO_TIME)
            out[i] = NAN;
        else if (__builtin_sub_overflow(a[i], b[i], &d))
            out[i] = ((double)a[i] - (double)b[i]) / 1e9;
        else
            out[i] = (double)d / 1e9;
    }
}

static int64_t shifted(int64_t t, double seconds)
{
    double ns = rint(seconds * 1e9);
    int64_t sum;

    if (t == ODDI_NO_TIME || !(fabs(ns) < 9.2e18) || __builtin_add_overflow(t, (int64_t)ns, &sum))
        return ODDI_NO_TIME;
    return sum;
}

static void later(const struct oddi_kernel_args *k)
{
    const int64_t *t = k->in[0];
    const double *s = k->in[1];
    int64_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = shifted(t[i], s[i]);
}

static void earlier(const struct oddi_kernel_args *k)
{
    const int64_t *t = k->in[0];
    const double *s = k->in[1];
    int64_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = shifted(t[i], -s[i]);
}

#define CALL(name, args, result, kernel, help)                                                               \
    {                                                                                                        \
        name, args, result, ODDI_FORM_CALL, ODDI_BINDS_ATOM, 0, kernel, help                                 \
    }

static const struct oddi_function rows[] = {
    {"-", "tt", 'n', ODDI_FORM_INFIX, ODDI_BINDS_SUM, 0, elapsed, "seconds from one time to another"},
    {"+", "tn", 't', ODDI_FORM_INFIX, ODDI_BINDS_SUM, 0, later, "a time so many seconds later"},
    {"-", "tn", 't', ODDI_FORM_INFIX, ODDI_BINDS_SUM, 0, earlier, "a time so many seconds earlier"},
    CALL("hour", "t", 'n', hour,
         "hour of the day, 0 to 23, in --tz; `hour` alone is that of the window's start"),
    CALL("hour_of_week", "t", 'n', hour_of_week, "hours since Monday 00:00, 0 to 167, in --tz"),
    CALL("weekday", "t", 'n', weekday,
         "day of the week, 1 (Monday) to 7, in --tz; mon to sun are its names; alone: of the window's start"),
    CALL("window_start", "", 't', window_start, "start of the window"),
};

const struct oddi_function_family oddi_functions_time = {"time", rows, sizeof rows / sizeof rows[0]};
