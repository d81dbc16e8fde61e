#include "stats/tail.h"

#include <math.h>

#define MOST  1e150 /* squares and their sums stay finite */
#define SHARE 0.95
#define FEW   10 /* rows: so few make quantiles so rough that g doubles */
#define BENT  25

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

static double seen(enum oddi_seen how, double raw)
{
    double x = raw > MOST ? MOST : raw < -MOST ? -MOST : raw, length;

    switch (how) {
    case ODDI_SEEN_ROOT:
        return x > 0 ? sqrt(x) : 0;
    case ODDI_SEEN_BENT:
        return x > 0 ? x / (1 + x / BENT) : 0;
    case ODDI_SEEN_LENGTH:
        length = x > 0 ? -log2(x) : MOST;
        return length > 1 / sqrt(MOST) ? 1 / (length * length) : MOST;
    default:
        return x;
    }
}

/* The raw score that is seen as x. */
static double unseen(enum oddi_seen how, double x)
{
    switch (how) {
    case ODDI_SEEN_ROOT:
        return x * x;
    case ODDI_SEEN_BENT:
        return x < BENT ? x / (1 - x / BENT) : INFINITY;
    case ODDI_SEEN_LENGTH:
        return exp2(-1 / sqrt(x));
    default:
        return x;
    }
}

static bool sort_population(struct oddi_tail *t, const double *raw, size_t n)
{
    double *copy;

    if (!oddi_room(&t->value, n, sizeof(double)) || !oddi_room(&t->row, n, sizeof(uint32_t)) ||
        !oddi_room(&t->copy, n, sizeof(double)))
        return false;
    copy = t->copy.at;
    for (size_t i = 0; i < n; i++)
        copy[i] = seen(t->seen, raw[i]);
    return oddi_sort_rows(&t->sort, copy, n, 1, t->value.at, t->row.at);
}

/* The 95 % point of n >= 2 ascending values, but never the last position. */
static double high_point(const double *x, size_t n)
{
    size_t i = (size_t)ceil(SHARE * (double)n) - 1;

    return x[i < n - 1 ? i : n - 2];
}

/* From the m values above u. */
static double width_of(const struct oddi_tail *t, size_t m)
{
    size_t half = t->n / 2;
    double median = t->n % 2 ? t->at[half] : t->at[half - 1] / 2 + t->at[half] / 2;
    double excess = m > 0 ? t->at[t->n - m + (m - 1) / 2] - t->u : 0;

    if (m == 1 && t->u > median)
        return t->u - median;
    return excess > t->u - median ? excess : t->u - median;
}

bool oddi_tail_fit(struct oddi_tail *t, const double *raw, size_t n, enum oddi_seen how, double shape)
{
    double few = FEW / (double)n;
    size_t m;

    t->n = 0;
    t->seen = how;
    if (!sort_population(t, raw, n))
        return false;
    t->at = t->value.at;
    t->n = n;
    if (n < 2)
        return true;
    t->u = high_point(t->at, n);
    m = n - count_below(t, t->u, true);
    t->width = width_of(t, m);
    t->g = shape * (1 + few * sqrt(few));
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

/* Of a value as it is seen, that `below` of the population are less than and `up_to` not above. */
static double surprise(const struct oddi_tail *t, double x, size_t below, size_t up_to)
{
    double above = (double)(t->n - up_to), equal = (double)t->n - above - (double)below;

    if (x > t->u)
        return t->s_u + log1p((x - t->u) / t->width) / t->g;
    return -log((above + equal / 2 + 0.5) / ((double)t->n + 1));
}

double oddi_tail_surprise(const struct oddi_tail *t, double raw)
{
    double x = seen(t->seen, raw);

    if (t->n < 2)
        return NAN;
    if (x > t->u)
        return surprise(t, x, t->n, t->n);
    return surprise(t, x, count_below(t, x, false), count_below(t, x, true));
}

static double score_of(const struct oddi_tail *t, double s)
{
    if (s < t->s75)
        return fmin(75 * (s / t->s75), nextafter(75, 0));
    return fmax(100 - 25 * (t->s75 / s), nextafter(75, 100));
}

double oddi_tail_score(const struct oddi_tail *t, double raw)
{
    double s = oddi_tail_surprise(t, raw);

    return isnan(s) ? NAN : score_of(t, s);
}

void oddi_tail_scores(const struct oddi_tail *t, double *score)
{
    const uint32_t *row = t->row.at;

    for (size_t start = 0, end; start < t->n; start = end) {
        double own = NAN;

        for (end = start + 1; end < t->n && t->at[end] == t->at[start];)
            end++;
        if (t->n > 1)
            own = score_of(t, surprise(t, t->at[start], start, end));
        for (size_t i = start; i < end; i++)
            score[row[i]] = own;
    }
}

double oddi_tail_border(const struct oddi_tail *t)
{
    return t->n < 2 ? NAN : unseen(t->seen, t->u + expm1(t->g * (t->s75 - t->s_u)) * t->width);
}
