#include "baseline/drift.h"

#include <math.h>

#define SPEED       0.5
#define BOUND       3.0 /* sd from live: rows beyond are not followed */
#define CLEAN_DAYS  45
#define LEAST_LIMIT 0.15
#define FORGET      (1 / 11.0) /* of the mean of the last weeks, for each new day */
#define DEVIATIONS  4.0        /* of the last weeks */
#define ALLOWANCE   0.5        /* of the cumulative sum: half of the shift that it is to find */
#define DECISION    7.0

static void find_locations(struct oddi_drift *d, const double *x, const uint8_t *weekday, size_t n)
{
    double sum[7] = {0}, all = 0, square = 0;
    size_t rows[7] = {0};

    for (size_t i = 0; i < n; i++) {
        sum[weekday[i]] += x[i];
        rows[weekday[i]]++;
        all += x[i];
    }
    for (int w = 0; w < 7; w++)
        d->frozen[w] = rows[w] < ODDI_DRIFT_LEAST_ROWS ? all / (double)n : sum[w] / (double)rows[w];
    for (size_t i = 0; i < n; i++)
        square += (x[i] - d->frozen[weekday[i]]) * (x[i] - d->frozen[weekday[i]]);
    if (square > 0)
        d->sd = sqrt(square / (double)n);
}

/* A location is fitted to each weekday: D days have D - 7 left to vary, one at least. */
static void find_day_sd(struct oddi_drift *d, const double *x, const uint8_t *weekday, const int32_t *day,
                        size_t n)
{
    double square = 0;

    for (size_t from = 0, to; from < n; from = to) {
        double sum = 0;

        for (to = from; to < n && day[to] == day[from]; to++)
            sum += x[to] - d->frozen[weekday[to]];
        sum /= (double)(to - from);
        square += sum * sum;
        d->trained++;
    }
    d->day_sd = sqrt(square / (d->trained > 7 ? d->trained - 7 : 1));
}

void oddi_drift_init(struct oddi_drift *d, const double *x, const uint8_t *weekday, const int32_t *day,
                     size_t n)
{
    *d = (struct oddi_drift){.sd = 1};
    find_locations(d, x, weekday, n);
    find_day_sd(d, x, weekday, day, n);
}

static double clip(double x, double most)
{
    return x > most ? most : x < -most ? -most : x;
}

static double chance(const struct oddi_drift *d, double cap)
{
    double e = d->day_sd, walk = fmin(cap * d->sd * e / 3.2, e * e / 3);

    return sqrt(walk + e * e / fmax(1, d->trained));
}

static void compare(const struct oddi_drift *d, double cap, struct oddi_drift_day *out)
{
    double mean = d->sum / CLEAN_DAYS, s = chance(d, cap);

    out->distance = d->offset;
    if (d->days > CLEAN_DAYS) {
        out->distance -= mean;
        s = sqrt(fmax(0, d->square / CLEAN_DAYS - mean * mean));
    }
    out->limit = fmax(3 * s, LEAST_LIMIT * d->sd);
    out->told = fabs(out->distance) > out->limit;
}

/* The mean of the last weeks, once it is known what a day's is like. */
static void compare_recent(const struct oddi_drift *d, struct oddi_drift_day *out)
{
    double mean = d->day_sum / CLEAN_DAYS, var = fmax(0, d->day_square / CLEAN_DAYS - mean * mean);
    double share = FORGET / (2 - FORGET) + 1.0 / CLEAN_DAYS, distance = d->recent - mean;
    double limit = fmax(DEVIATIONS * sqrt(var * share), LEAST_LIMIT * d->sd);

    if (d->days <= CLEAN_DAYS || out->told || fabs(distance) <= limit)
        return;
    out->distance = distance;
    out->limit = limit;
    out->told = true;
}

static void see(struct oddi_drift *d, double mean)
{
    if (d->days < CLEAN_DAYS) {
        d->day_sum += mean;
        d->day_square += mean * mean;
        d->recent = d->day_sum / (d->days + 1);
    } else {
        d->recent += FORGET * (mean - d->recent);
    }
}

static void move(struct oddi_drift *d, double mean, double cap)
{
    see(d, mean);
    d->offset += clip(SPEED * (mean - d->offset), SPEED * cap * d->sd);
    if (d->days++ < CLEAN_DAYS) {
        d->sum += d->offset;
        d->square += d->offset * d->offset;
    }
}

void oddi_drift_follow(struct oddi_drift *d, uint8_t weekday, const double *x, size_t n, double cap,
                       struct oddi_drift_day *out)
{
    double live = oddi_drift_live(d, weekday), sum = 0;

    *out = (struct oddi_drift_day){.used = 0};
    for (size_t i = 0; i < n; i++)
        if (fabs(x[i] - live) <= BOUND * d->sd) { /* false for NaN */
            sum += x[i] - d->frozen[weekday];
            out->used++;
        }
    out->left_out = n - out->used;
    if (out->used >= ODDI_DRIFT_LEAST_ROWS)
        move(d, sum / (double)out->used, cap);
    compare(d, cap, out);
    compare_recent(d, out);
}

double oddi_drift_live(const struct oddi_drift *d, uint8_t weekday)
{
    return d->frozen[weekday] + d->offset;
}

bool oddi_cusum_add(struct oddi_cusum *c, double z)
{
    c->up = fmax(0, c->up + z - ALLOWANCE);
    c->down = fmax(0, c->down - z - ALLOWANCE);
    return c->up >= DECISION || c->down >= DECISION;
}
