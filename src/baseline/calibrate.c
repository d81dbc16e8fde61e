#include "baseline/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define LEAST_EXCESSES 20
#define MOST_EXCESSES  500
#define THINNING       256
#define MOST_SHAPE     0.5
#define MOST_SCALED    1e300 /* so that the difference of two is a number */

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

/* ---- The tail -------------------------------------------------------------------------------------------------- */

static size_t excesses(size_t n)
{
    size_t m = n / 10;

    if (m < LEAST_EXCESSES)
        m = LEAST_EXCESSES;
    if (m > MOST_EXCESSES)
        m = MOST_EXCESSES;
    return m > n / 4 ? n / 4 : m;
}

static double deviation(const double *x, size_t n)
{
    double mean = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        mean += x[i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - mean) * (x[i] - mean);
    return sqrt(square / (double)n);
}

/* Scores without any spread say nothing of what lies beyond them: then one unit, or a deviation, is a factor of e. */
static double spare_scale(const double *score, size_t n)
{
    double sd = deviation(score, n);

    return sd > 0 ? sd : 1;
}

/* Probability-weighted moments of the m excesses x[i] - u, ascending; where the shape is clipped, the scale is the one that
 * keeps their mean. */
static void fit_tail(struct oddi_calibration *c, const double *score, size_t n)
{
    size_t m = excesses(n);
    const double *top = score + n - m;
    double a0 = 0, a1 = 0;

    c->u = m < n ? score[n - m - 1] : score[0];
    for (size_t i = 0; i < m; i++) {
        double x = top[i] - c->u;

        a0 += x;
        a1 += x * (1 - ((double)i + 0.65) / (double)m);
    }
    c->xi = 0;
    c->sigma = spare_scale(score, n);
    if (!(a0 > 0))
        return;
    a0 /= (double)m;
    a1 /= (double)m;
    c->xi = a0 > 2 * a1 ? 2 - a0 / (a0 - 2 * a1) : 0;
    c->xi = c->xi < 0 ? 0 : c->xi > MOST_SHAPE ? MOST_SHAPE : c->xi;
    c->sigma = a0 * (1 - c->xi);
}

static double ln_tail(const struct oddi_calibration *c, double score)
{
    double x = (score - c->u) / c->sigma;

    x = x < MOST_SCALED ? x : MOST_SCALED;
    return c->xi > 0 ? -log1p(c->xi * x) / c->xi : -x;
}

/* ---- The scores ------------------------------------------------------------------------------------------------- */

/* The rank, from the greatest = 1 on, after `rank` that is kept; the least score is. */
static size_t next_rank(size_t rank, size_t n)
{
    size_t step = rank / THINNING, next = rank + (step > 1 ? step : 1);

    return rank == n || next <= n ? next : n;
}

enum odd_status oddi_calibrate(struct oddi_calibration *c, double *score, size_t n, struct odd_error *err)
{
    size_t cap = 0, at;

    memset(c, 0, sizeof *c);
    for (size_t rank = 1; rank <= n; rank = next_rank(rank, n))
        cap++;
    c->score = oddi_malloc_array(cap, sizeof *c->score);
    c->greater = oddi_malloc_array(cap, sizeof *c->greater);
    if (!c->score || !c->greater) {
        oddi_calibration_clear(c);
        return oddi_fail_memory(err);
    }
    qsort(score, n, sizeof *score, ascending);
    c->n = n;
    at = cap;
    for (size_t rank = 1; rank <= n; rank = next_rank(rank, n))
        c->score[--at] = score[n - rank];
    for (size_t i = 0; i < cap; i++)
        if (c->n_kept == 0 || c->score[c->n_kept - 1] != c->score[i])
            c->score[c->n_kept++] = c->score[i];
    for (size_t i = n, k = c->n_kept; k > 0;) {
        while (i > 0 && score[i - 1] > c->score[k - 1])
            i--;
        c->greater[--k] = n - i;
    }
    fit_tail(c, score, n);
    return ODD_OK;
}

void oddi_calibration_clear(struct oddi_calibration *c)
{
    free(c->score);
    free(c->greater);
    memset(c, 0, sizeof *c);
}

/* How many kept scores are less than `score`. */
static size_t below(const struct oddi_calibration *c, double score)
{
    size_t low = 0, high = c->n_kept;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c->score[middle] < score)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double oddi_calibration_ln_p(const struct oddi_calibration *c, double score, bool *extrapolated)
{
    double top = c->score[c->n_kept - 1], n1 = (double)c->n + 1;
    size_t less = below(c, score);

    *extrapolated = score > top;
    if (*extrapolated)
        return ln_tail(c, score) - ln_tail(c, top) - log(n1);
    return log(((less ? (double)c->greater[less - 1] : (double)c->n) + 1) / n1);
}

double oddi_calibration_ln_own(const struct oddi_calibration *c, double score)
{
    size_t less = below(c, score);
    double k = less ? (double)c->greater[less - 1] : (double)c->n;

    return log((k > 1 ? k : 1) / (double)c->n);
}

double oddi_calibration_ln_rank(const struct oddi_calibration *c, double score)
{
    double n1 = (double)c->n + 1, low, high, at;
    size_t less = below(c, score);
    bool beyond;

    if (less == 0 || less == c->n_kept)
        return oddi_calibration_ln_p(c, score, &beyond);
    low = log(((double)c->greater[less - 1] + 1) / n1);
    high = log(((double)c->greater[less] + 1) / n1);
    at = (score - c->score[less - 1]) / (c->score[less] - c->score[less - 1]);
    return low + at * (high - low);
}

double oddi_calibration_score(const struct oddi_calibration *c, double ln_p)
{
    double n1 = (double)c->n + 1, top = c->score[c->n_kept - 1];
    size_t low = 0, high = c->n_kept;

    if (ln_p < -log(n1)) {
        double beyond = ln_p + log(n1) + ln_tail(c, top); /* what ln_tail must be */

        return c->u + c->sigma * (c->xi > 0 ? expm1(-beyond * c->xi) / c->xi : -beyond);
    }
    /* The first kept score that so few are greater than: what is above it has that p. */
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (log(((double)c->greater[middle] + 1) / n1) <= ln_p)
            high = middle;
        else
            low = middle + 1;
    }
    return low < c->n_kept ? nextafter(c->score[low], INFINITY) : top;
}
