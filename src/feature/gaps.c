/* How regular a group's flows are in time: the gaps between their starts, in seconds. */
#include "feature/group.h"

#include <math.h>

#include "stats/moments.h"

/* Heap sort: in place, and n log n whatever the order; most groups are sorted already. */
static void sift(int64_t *t, size_t i, size_t n)
{
    int64_t x = t[i];

    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && t[child + 1] > t[child])
            child++;
        if (t[child] <= x)
            break;
        t[i] = t[child];
    }
    t[i] = x;
}

static void sort_times(int64_t *t, size_t n)
{
    size_t i = 1;

    while (i < n && t[i - 1] <= t[i])
        i++;
    if (i >= n)
        return;
    for (i = n / 2; i-- > 0;)
        sift(t, i, n);
    for (size_t end = n; end-- > 1;) {
        int64_t x = t[0];

        t[0] = t[end];
        t[end] = x;
        sift(t, 0, end);
    }
}

static bool times_of(const struct oddi_aggregate_args *a, size_t g, int64_t **out, size_t *n)
{
    const struct oddi_groups *s = &a->groups;

    if (!oddi_room(&a->scratch->values, s->off[g + 1] - s->off[g], sizeof **out))
        return false;
    *out = a->scratch->values.at;
    *n = 0;
    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (oddi_counts(a->where, r) && a->ts[r] != INT64_MIN)
            (*out)[(*n)++] = a->ts[r];
    }
    sort_times(*out, *n);
    return true;
}

/* The gaps of group g as doubles in seconds, in time order. */
static bool gaps_of(const struct oddi_aggregate_args *a, size_t g, double **gap, size_t *n)
{
    int64_t *t;

    if (!times_of(a, g, &t, n))
        return false;
    *gap = (double *)(void *)t;
    for (size_t i = 0; i + 1 < *n; i++) {
        double d = (double)((uint64_t)t[i + 1] - (uint64_t)t[i]) / 1e9;

        memcpy(&t[i], &d, sizeof d); /* the slot is not read again */
    }
    *n = *n ? *n - 1 : 0;
    return true;
}

/* Median of |x - m|, whose room is x's. */
static double mad_of(double *x, size_t n, double m)
{
    for (size_t i = 0; i < n; i++)
        x[i] = fabs(x[i] - m);
    return oddi_quantile(x, n, 0.5);
}

static double median_of(double *gap, size_t n)
{
    return n ? oddi_quantile(gap, n, 0.5) : NAN;
}

static double mad(double *gap, size_t n)
{
    return n ? mad_of(gap, n, oddi_quantile(gap, n, 0.5)) : NAN;
}

static double iqr(double *gap, size_t n)
{
    return n ? oddi_quantile(gap, n, 0.75) - oddi_quantile(gap, n, 0.25) : NAN;
}

/* RITA's timestamp score: the mean of 1 - |Bowley's skewness| and of 1 - MAD / median, each within 0 and 1. */
static double regularity_of(double *gap, size_t n)
{
    double q1, q2, q3, skew, spread;

    if (n < 3)
        return NAN;
    q1 = oddi_quantile(gap, n, 0.25);
    q2 = oddi_quantile(gap, n, 0.5);
    q3 = oddi_quantile(gap, n, 0.75);
    if (q2 <= 0)
        return 0;
    skew = q3 > q1 && q2 != q1 && q2 != q3 ? fabs((q1 + q3 - 2 * q2) / (q3 - q1)) : 0;
    spread = mad_of(gap, n, q2) / q2;
    return (fmax(1 - skew, 0) + fmax(1 - spread, 0)) / 2;
}

#define GAPS(name, of)                                                                                       \
    static bool name(const struct oddi_aggregate_args *a)                                                    \
    {                                                                                                        \
        double *out = a->out, *gap;                                                                          \
        size_t n;                                                                                            \
        for (size_t g = 0; g < a->groups.n; g++) {                                                           \
            if (!gaps_of(a, g, &gap, &n))                                                                    \
                return false;                                                                                \
            out[g] = of(gap, n);                                                                             \
        }                                                                                                    \
        return true;                                                                                         \
    }

GAPS(gap_median, median_of)
GAPS(gap_mad, mad)
GAPS(gap_iqr, iqr)
GAPS(regularity, regularity_of)

static bool span(const struct oddi_aggregate_args *a)
{
    double *out = a->out;
    int64_t *t;
    size_t n;

    for (size_t g = 0; g < a->groups.n; g++) {
        if (!times_of(a, g, &t, &n))
            return false;
        out[g] = n ? (double)((uint64_t)t[n - 1] - (uint64_t)t[0]) / 1e9 : NAN;
    }
    return true;
}

static const struct oddi_aggregate rows[] = {
    {"gap_iqr", "", false, true, 'n', gap_iqr, "interquartile range of the gaps between starts, in seconds"},
    {"gap_mad", "", false, true, 'n', gap_mad, "median absolute deviation of the gaps"},
    {"gap_median", "", false, true, 'n', gap_median, "median gap; null below two flows"},
    {"regularity", "", false, true, 'n', regularity,
     "0 to 1, how beacon-like the gaps are: mean of 1 - skewness and 1 - MAD / median; null below four "
     "flows"},
    {"span", "", false, true, 'n', span, "seconds from the first start to the last"},
};

const struct oddi_aggregate_family oddi_aggregates_gaps = {rows, sizeof rows / sizeof rows[0]};
