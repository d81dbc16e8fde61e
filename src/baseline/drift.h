/*
 * Normal moves; an attacker may move it. A live location beside a frozen one.
 *
 * Each day the live location of a feature follows the day's rows, slowly:
 *     live += clip((mean of the day - live) / 2, +-cap sd / 2)
 * without the rows that were alerted (the caller leaves them out) and those beyond 3 sd of live. The cap does not stop a slow
 * drift, it limits its speed, so that the distance to the frozen location grows as cleanly as a ramp. The first 45 days are taken
 * as clean: m and s are the mean and deviation of live - frozen on them, and then the drift is told when
 *     |live - frozen - m| > max(3 s, 0.15 sd).
 * Until then it is told when |live - frozen| is beyond 3 deviations of what chance makes of it, or 0.15 sd: with e the deviation of
 * days about their weekday's location and D the days of training, its variance is about cap sd e / 3.2 (a walk that e throws off
 * and the cap calls back; e^2/3 where the cap does not bind) and that of the frozen location itself e^2/D.
 * The bound that slows the live location also makes it late where days scatter much (e): half of them push it one way, half the other.
 * So the days themselves are watched too. With y the mean of a day less the frozen location, m and s the mean and deviation of y on the
 * first 45 days, and r the mean of y that forgets (weight 1/11 for each new day: ten days old on average, as a mean of three weeks),
 *     |r - m| > max(4 s sqrt(1/21 + 1/45), 0.15 sd)
 * is told: 1/21 is the variance of r, 1/45 that of m. Four deviations, because there are many features in many scopes.
 * Days are compared with the frozen location of their own weekday: the rhythm of a week is larger than a month of drift. sd is that
 * of the rows, from training.
 *
 * One entity alone is watched by a cumulative sum (Page 1954) of (y - frozen)/sd - 0.5, both ways, told at 7.
 */
#ifndef ODDFLOW_BASELINE_DRIFT_H
#define ODDFLOW_BASELINE_DRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In sd a day. Of the caps 0.01, 0.02, 0.05 and 0.1 the one that finds drifts soonest without a false alert in 120 days. */
#define ODDI_DRIFT_CAP 0.02
/* Rows of a day with fewer are not followed. */
#define ODDI_DRIFT_LEAST_ROWS ((size_t)20)

/* One feature of one scope; plain values, so that a file can hold it. */
struct oddi_drift {
    double frozen[7];           /* location by weekday, 0 = Monday */
    double sd;                  /* > 0 */
    double day_sd;              /* e: of the days about the location of their weekday */
    uint32_t trained;           /* D: days of training */
    double offset;              /* live - frozen, the same on all weekdays */
    uint32_t days;              /* that were followed */
    double sum, square;         /* of the offsets of the first 45 */
    double day_sum, day_square; /* of y of the first 45 */
    double recent;              /* r */
};

struct oddi_drift_day {
    size_t used, left_out; /* rows; used < ODDI_DRIFT_LEAST_ROWS: the day was not followed */
    double distance,
        limit; /* told: |distance| > limit; of live, or of the last weeks where only they are beyond theirs */
    bool told;
};

/* From the n >= 1 training rows: x[i] on weekday[i] of day[i], days ascending. Weekdays of fewer than ODDI_DRIFT_LEAST_ROWS rows
 * get the location of all rows. Where nothing varies sd is 1. */
void oddi_drift_init(struct oddi_drift *d, const double *x, const uint8_t *weekday, const int32_t *day,
                     size_t n);
/* A day of n rows. cap in sd a day; INFINITY: no cap. */
void oddi_drift_follow(struct oddi_drift *d, uint8_t weekday, const double *x, size_t n, double cap,
                       struct oddi_drift_day *out);
/* The live location of a weekday. */
double oddi_drift_live(const struct oddi_drift *d, uint8_t weekday);

/* Zero-initialised. */
struct oddi_cusum {
    double up, down;
};
/* Adds a day's value, in deviations from its frozen location; whether it is told. */
bool oddi_cusum_add(struct oddi_cusum *c, double z);

#endif
