/* Sums and what is made of them. Doubles are added in record order. */
#include "feature/group.h"

#include <math.h>

struct total {
    double sum;
    uint32_t n;
};

static struct total total(const struct oddi_aggregate_args *a, size_t g)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    struct total t = {0, 0};

    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (oddi_counts(a->where, r) && !isnan(x[r])) {
            t.sum += x[r];
            t.n++;
        }
    }
    return t;
}

/* Sum of squared differences to `mean`. */
static double squares(const struct oddi_aggregate_args *a, size_t g, double mean)
{
    const struct oddi_groups *s = &a->groups;
    const double *x = a->x;
    double sum = 0;

    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (oddi_counts(a->where, r) && !isnan(x[r]))
            sum += (x[r] - mean) * (x[r] - mean);
    }
    return sum;
}

static double finite_or_null(double x)
{
    return isfinite(x) ? x : NAN;
}

#define TOTAL(name, value)                                                                                   \
    static bool name(const struct oddi_aggregate_args *a)                                                    \
    {                                                                                                        \
        double *out = a->out;                                                                                \
        for (size_t g = 0; g < a->groups.n; g++) {                                                           \
            struct total t = total(a, g);                                                                    \
            out[g] = finite_or_null(value);                                                                  \
        }                                                                                                    \
        return true;                                                                                         \
    }

TOTAL(sum, t.sum)
TOTAL(mean, t.n ? t.sum / t.n : NAN)
TOTAL(rate, t.sum / a->seconds)
TOTAL(deviation, t.n ? sqrt(squares(a, g, t.sum / t.n) / t.n) : NAN)

static const struct oddi_aggregate rows[] = {
    {"mean", "n", false, false, 'n', mean, "mean; null of nothing"},
    {"rate", "n", false, false, 'n', rate, "sum by second of the window"},
    {"std", "n", false, false, 'n', deviation, "standard deviation of the population (ddof 0)"},
    {"sum", "n", false, false, 'n', sum, "sum; 0 of nothing"},
};

const struct oddi_aggregate_family oddi_aggregates_sum = {rows, sizeof rows / sizeof rows[0]};
