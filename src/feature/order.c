/* Extremes, ends and quantiles. */
#include "feature/group.h"

#include <math.h>

#include "stats/moments.h"

/* The least of sign * x; the first of equal ones. */
static bool extreme(const struct oddi_aggregate_args *a, double sign)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    double *out = a->out;

    for (size_t g = 0; g < s->n; g++) {
        uint32_t best = UINT32_MAX;
        double value = NAN;

        for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
            uint32_t r = oddi_member(s, i);

            if (oddi_counts(a->where, r) && !isnan(x[r]) &&
                (best == UINT32_MAX || sign * x[r] < sign * value)) {
                best = i;
                value = x[r];
            }
        }
        out[g] = value;
        if (a->witness)
            a->witness[g] = best;
    }
    return true;
}

static bool least(const struct oddi_aggregate_args *a)
{
    return extreme(a, 1);
}

static bool greatest(const struct oddi_aggregate_args *a)
{
    return extreme(a, -1);
}

static bool first(const struct oddi_aggregate_args *a)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    double *out = a->out;

    for (size_t g = 0; g < s->n; g++) {
        out[g] = NAN;
        for (uint32_t i = s->off[g]; i < s->off[g + 1] && isnan(out[g]); i++)
            if (oddi_counts(a->where, oddi_member(s, i)))
                out[g] = x[oddi_member(s, i)];
    }
    return true;
}

static bool last(const struct oddi_aggregate_args *a)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    double *out = a->out;

    for (size_t g = 0; g < s->n; g++) {
        out[g] = NAN;
        for (uint32_t i = s->off[g + 1]; i > s->off[g] && isnan(out[g]); i--)
            if (oddi_counts(a->where, oddi_member(s, i - 1)))
                out[g] = x[oddi_member(s, i - 1)];
    }
    return true;
}

static bool first_truth(const struct oddi_aggregate_args *a)
{
    const struct oddi_groups *s = &a->groups;
    const uint8_t *x = a->x;
    uint8_t *out = a->out;

    for (size_t g = 0; g < s->n; g++) {
        out[g] = 1;
        for (uint32_t i = s->off[g]; i < s->off[g + 1] && out[g] == 1; i++)
            if (oddi_counts(a->where, oddi_member(s, i)))
                out[g] = x[oddi_member(s, i)];
    }
    return true;
}

static bool quantiles(const struct oddi_aggregate_args *a, double q)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    double *out = a->out;

    for (size_t g = 0; g < s->n; g++) {
        size_t n = 0;
        double *value;

        if (!oddi_room(&a->scratch->values, s->off[g + 1] - s->off[g], sizeof *value))
            return false;
        value = a->scratch->values.at;
        for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
            uint32_t r = oddi_member(s, i);

            if (oddi_counts(a->where, r) && !isnan(x[r]))
                value[n++] = x[r];
        }
        out[g] = n ? oddi_quantile(value, n, q) : NAN;
    }
    return true;
}

static bool median(const struct oddi_aggregate_args *a)
{
    return quantiles(a, 0.5);
}

static bool quantile(const struct oddi_aggregate_args *a)
{
    return quantiles(a, a->parameter);
}

static const struct oddi_aggregate rows[] = {
    {"first", "n", false, false, 'n', first, "the first value in record order that is not null"},
    {"first_truth", "b", false, false, 'b', first_truth,
     "the first condition in record order that is not null"},
    {"last", "n", false, false, 'n', last, "the last value in record order that is not null"},
    {"max", "n", false, false, 'n', greatest, "the greatest value"},
    {"median", "n", false, false, 'n', median, "the median, between the two middle values if there are two"},
    {"min", "n", false, false, 'n', least, "the least value"},
    {"quantile", "n", true, false, 'n', quantile,
     "the value below which this share lies, interpolated (Hyndman & Fan 7)"},
};

const struct oddi_aggregate_family oddi_aggregates_order = {rows, sizeof rows / sizeof rows[0]};
