#include "stats/moments.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#define LANES  8
#define BLOCK  128 /* rows summed by lanes before the sums are paired up */
#define LEVELS 64  /* of pairing: enough for 2^64 blocks */
#define GROUP  8   /* columns summed in one pass over the rows */

/* Sums of a growing number of blocks, combined as the digits of a binary counter carry: pairwise (Higham 1993), in one
 * pass and without recursion. */
struct pairs {
    double level[LEVELS];
    uint64_t blocks;
};

static void pairs_push(struct pairs *p, double sum)
{
    unsigned i = 0;
    for (uint64_t b = p->blocks; b & 1; b >>= 1)
        sum = p->level[i++] + sum;
    p->level[i] = sum;
    p->blocks++;
}

static double pairs_total(const struct pairs *p)
{
    double sum = 0;
    unsigned i = 0;
    for (uint64_t b = p->blocks; b; b >>= 1, i++)
        if (b & 1)
            sum = p->level[i] + sum;
    return sum;
}

static double lanes_total(const double a[LANES])
{
    return ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
}

/* Inlined with a constant stride where rows are packed, so that the compiler uses vector registers; the order of the
 * additions is written down here and is the same either way. */
static inline __attribute__((always_inline)) double block_sum(const double *x, size_t n, size_t stride)
{
    double a[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            a[l] += x[(i + l) * stride];
    for (size_t l = 0; i + l < n; l++)
        a[l] += x[(i + l) * stride];
    return lanes_total(a);
}

struct deviation {
    double first, second; /* sum of x - mean, sum of (x - mean)^2 */
};

static inline __attribute__((always_inline)) struct deviation block_deviation(const double *x, size_t n,
                                                                              size_t stride, double mean)
{
    double a[LANES] = {0}, b[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double t = x[(i + l) * stride] - mean;
            a[l] += t;
            b[l] += t * t;
        }
    for (size_t l = 0; i + l < n; l++) {
        double t = x[(i + l) * stride] - mean;
        a[l] += t;
        b[l] += t * t;
    }
    return (struct deviation){lanes_total(a), lanes_total(b)};
}

static size_t block_rows(size_t n, size_t done)
{
    return n - done < BLOCK ? n - done : BLOCK;
}

bool oddi_is_constant(double mean, double var, size_t n)
{
    double error = (double)n * mean * DBL_EPSILON;

    return var <= (double)n * DBL_EPSILON * var + error * error;
}

double oddi_sum(const double *x, size_t n, size_t stride)
{
    struct pairs p = {.blocks = 0};
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t rows = block_rows(n, i);
        pairs_push(&p, stride == 1 ? block_sum(x + i, rows, 1) : block_sum(x + i * stride, rows, stride));
    }
    return pairs_total(&p);
}

/* Of k <= GROUP neighbouring columns, block by block, so that every cache line is fetched once. */
static void group_means(const double *x, size_t n, size_t d, size_t k, double *mean)
{
    struct pairs p[GROUP];
    for (size_t j = 0; j < k; j++)
        p[j].blocks = 0;
    for (size_t i = 0; i < n; i += BLOCK)
        for (size_t j = 0; j < k; j++)
            pairs_push(&p[j], block_sum(x + i * d + j, block_rows(n, i), d));
    for (size_t j = 0; j < k; j++)
        mean[j] = pairs_total(&p[j]) / (double)n;
}

/* The corrected two-pass algorithm (Chan, Golub, LeVeque 1983): the sum of deviations, 0 but for rounding, is taken
 * back out. */
static double variance(double first, double second, double n)
{
    double v = (second - first * first / n) / n;
    return v < 0 ? 0 : v;
}

static void group_variances(const double *x, size_t n, size_t d, size_t k, const double *mean, double *var)
{
    struct pairs first[GROUP], second[GROUP];
    for (size_t j = 0; j < k; j++)
        first[j].blocks = second[j].blocks = 0;
    for (size_t i = 0; i < n; i += BLOCK)
        for (size_t j = 0; j < k; j++) {
            struct deviation s = block_deviation(x + i * d + j, block_rows(n, i), d, mean[j]);
            pairs_push(&first[j], s.first);
            pairs_push(&second[j], s.second);
        }
    for (size_t j = 0; j < k; j++)
        var[j] = variance(pairs_total(&first[j]), pairs_total(&second[j]), (double)n);
}

static double variance_packed(const double *x, size_t n, double mean)
{
    struct pairs first = {.blocks = 0}, second = {.blocks = 0};
    for (size_t i = 0; i < n; i += BLOCK) {
        struct deviation s = block_deviation(x + i, block_rows(n, i), 1, mean);
        pairs_push(&first, s.first);
        pairs_push(&second, s.second);
    }
    return variance(pairs_total(&first), pairs_total(&second), (double)n);
}

void oddi_moments(const struct oddi_matrix *m, double *mean, double *var)
{
    if (m->n == 0) {
        for (size_t j = 0; j < m->d; j++)
            mean[j] = var[j] = NAN;
        return;
    }
    if (m->d == 1) {
        mean[0] = oddi_sum(m->x, m->n, 1) / (double)m->n;
        var[0] = variance_packed(m->x, m->n, mean[0]);
        return;
    }
    for (size_t j = 0; j < m->d; j += GROUP) {
        size_t k = m->d - j < GROUP ? m->d - j : GROUP;
        group_means(m->x + j, m->n, m->d, k, mean + j);
        group_variances(m->x + j, m->n, m->d, k, mean + j, var + j);
    }
}
