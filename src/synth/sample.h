/*
 * Drawing numbers from tables with integers only, so that every machine and compiler draws the same ones.
 *
 * A quantity is kept as its base-2 logarithm in 16.16 fixed point ("log"); between two knots of a quantile table the
 * logarithm is interpolated, which spreads values evenly over orders of magnitude as traffic does.
 */
#ifndef ODDFLOW_SYNTH_SAMPLE_H
#define ODDFLOW_SYNTH_SAMPLE_H

#include <stdint.h>

#include "base/rng.h"

#define ODDI_LOG_STEPS 256

/* Tables, filled once by oddi_sample_init() and const afterwards. */
struct oddi_sample {
    uint32_t mantissa[ODDI_LOG_STEPS + 1]; /* 2^(i/256) in 2.30 fixed point */
    uint32_t gap[ODDI_LOG_STEPS + 1];      /* -ln(1 - i/256) in 8.24; the last entry is ln 256 */
};

void oddi_sample_init(struct oddi_sample *s);

/* 2^log in 48.16 fixed point; log < 48 * 65536. Relative error below 2^-19, increasing in log. */
static inline uint64_t oddi_exp2(const struct oddi_sample *s, uint32_t log)
{
    uint32_t i = (log >> 8) & 255, f = log & 255, e = log >> 16;
    uint64_t m = s->mantissa[i] + (((uint64_t)(s->mantissa[i + 1] - s->mantissa[i]) * f) >> 8);
    return e >= 14 ? m << (e - 14) : m >> (14 - e);
}

/* Least log with oddi_exp2(log) >= value (as a whole number); 0 for 0. value < 2^47. */
uint32_t oddi_log2(const struct oddi_sample *s, uint64_t value);

/* Quantile `u` / 2^32 of a table of n_segments + 1 ascending logs at equally spaced probabilities. */
static inline uint32_t oddi_quantile_log(const uint32_t *knots, uint32_t n_segments, uint32_t u)
{
    uint64_t x = (uint64_t)u * n_segments;
    uint32_t i = (uint32_t)(x >> 32), f = (uint32_t)x;
    return knots[i] + (uint32_t)(((uint64_t)(knots[i + 1] - knots[i]) * f) >> 32);
}

/* Exponentially distributed with mean 1, in 8.24 fixed point: the gap between arrivals that know nothing of each
 * other. Beyond the last knot the distribution begins again (it has no memory). */
static inline uint64_t oddi_draw_gap(const struct oddi_sample *s, struct oddi_rng *rng)
{
    uint64_t far = 0;
    for (;;) {
        uint64_t r = oddi_rng_next(rng);
        uint32_t i = (uint32_t)(r >> 56), f = (uint32_t)(r >> 24);
        if (i < 255)
            return far + s->gap[i] + (((uint64_t)(s->gap[i + 1] - s->gap[i]) * f) >> 32);
        far += s->gap[255];
    }
}

/* Uniform whole number in [lo, hi]. */
static inline uint32_t oddi_draw_between(struct oddi_rng *rng, uint32_t lo, uint32_t hi)
{
    return lo + (uint32_t)oddi_rng_below(rng, (uint64_t)hi - lo + 1);
}

#endif
