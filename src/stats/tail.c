#include "stats/tail.h"

#include <math.h>

#include "stats/moments.h"

#define MOST   1e150 /* squares and their sums stay finite */
#define SHARE  0.95
#define PSEUDO 5
#define FEW    3 /* fewer exceedances tell nothing of a shape */

#define SHAPE        0.25 /* what is believed of the tail index, with the weight of so many exceedances */
#define SHAPE_WEIGHT 100

/* Scores of the population below x (or, if `up_to`, not above it). */
static size_t count_below(const struct oddi_tail *t, double x, bool up_to)
{
    size_t lo = 0, hi = t->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (up_to ? t->at[mid] <= x : t->at[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static double clamped(double raw)
{
    return raw > MOST ? MOST : raw < -MOST ? -MOST : raw;
}

static bool sort_population(struct oddi_tail *t, const double *raw, size_t n)
{
    double *copy;

    if (!oddi_room(&t->value, n, sizeof(double)) || !oddi_room(&t->row, n, sizeof(uint32_t)) ||
        !oddi_room(&t->copy, n, sizeof(double)))
        return false;
    copy = t->copy.at;
    for (size_t i = 0; i < n; i++)
        copy[i] = clamped(raw[i]);
    return oddi_sort_rows(&t->sort, copy, n, 1, t->value.at, t->row.at);
}

static double deviation(double *x, size_t n)
{
    struct oddi_matrix m = {.x = x, .n = n, .d = 1};
    double mean, var;

    oddi_moments(&m, &mean, &var);
    return sqrt(var);
}

/* Linear interpolation, as oddi_quantile. */
static double quantile_of_sorted(const double *x, size_t n, double q)
{
    double at = q * (double)(n - 1), below = floor(at);
    size_t i = (size_t)below;

    return i + 1 < n ? x[i] + (at - below) * (x[i + 1] - x[i]) : x[n - 1];
}

/* xi of the generalised Pareto distribution whose 7/8 quantile is `ratio` medians. */
static double shape_of_ratio(double ratio)
{
    double y = (sqrt(4 * ratio - 3) - 1) / 2; /* 2^xi: the ratio is (8^xi - 1) / (2^xi - 1) */

    return y < 2 ? log2(fmax(y, 0.5)) : 1;
}

/* xi and beta from the m exceedances, ascending, which are overwritten. */
static void set_shape(struct oddi_tail *t, double *excess, size_t m)
{
    double xi = SHAPE, scale = 0, weight = (double)m, most;

    if (m >= FEW) {
        most = quantile_of_sorted(excess, m, 0.875);
        xi = shape_of_ratio(most / quantile_of_sorted(excess, m, 0.5));
        xi = fmax((weight * xi + SHAPE_WEIGHT * SHAPE) / (weight + SHAPE_WEIGHT), 1 / (weight + PSEUDO));
        for (size_t i = 0; i < m; i++)
            excess[i] = fmin(excess[i], most);
        /* the mean of min(X, 7/8 quantile) is scale (1 - 8^(xi - 1)) / (1 - xi) */
        scale = oddi_sum(excess, m, 1) / weight * (1 - xi) / (1 - exp2(3 * (xi - 1)));
    } else if (m > 0) {
        scale = oddi_sum(excess, m, 1) / weight * (1 - xi);
    }
    t->xi = xi;
    t->beta = (weight * scale + PSEUDO * deviation(t->value.at, t->n)) / (weight + PSEUDO);
}

bool oddi_tail_fit(struct oddi_tail *t, const double *raw, size_t n)
{
    double *excess;
    size_t first, m;

    t->n = 0;
    if (!sort_population(t, raw, n))
        return false;
    t->at = t->value.at;
    t->n = n;
    if (n < 2)
        return true;
    t->u = t->at[(size_t)ceil(SHARE * (double)n) - 1];
    first = count_below(t, t->u, true);
    m = n - first;
    excess = t->copy.at;
    for (size_t i = 0; i < m; i++)
        excess[i] = t->at[first + i] - t->u;
    set_shape(t, excess, m);
    t->s_u = -log(((double)m + 0.5) / ((double)n + 1));
    t->s75 = log(100 * (double)n);
    return true;
}

void oddi_tail_free(struct oddi_tail *t)
{
    oddi_room_free(&t->value);
    oddi_room_free(&t->row);
    oddi_room_free(&t->copy);
    oddi_sort_free(&t->sort);
    *t = (struct oddi_tail){0};
}

double oddi_tail_surprise(const struct oddi_tail *t, double raw)
{
    double x = clamped(raw), above, equal;

    if (t->n < 2)
        return NAN;
    if (x > t->u)
        return t->s_u + log1p(t->xi * ((x - t->u) / t->beta)) / t->xi;
    above = (double)(t->n - count_below(t, x, true));
    equal = (double)t->n - above - (double)count_below(t, x, false);
    return -log((above + equal / 2 + 0.5) / ((double)t->n + 1));
}

double oddi_tail_score(const struct oddi_tail *t, double raw)
{
    double s = oddi_tail_surprise(t, raw);

    if (isnan(s))
        return NAN;
    if (s < t->s75)
        return fmin(75 * (s / t->s75), nextafter(75, 0));
    return fmax(100 - 25 * (t->s75 / s), nextafter(75, 100));
}

double oddi_tail_border(const struct oddi_tail *t)
{
    return t->n < 2 ? NAN : t->u + expm1(t->xi * (t->s75 - t->s_u)) / t->xi * t->beta;
}
