/*
 * Means and deviations by column, two-pass.
 *
 * Sums are pairwise over blocks of 128 rows with 8 lanes, the same in scalar and SIMD code, so that a result has the
 * same bits on every machine and build; the relative error grows with log2(n), as numpy's.
 */
#ifndef ODDFLOW_STATS_MOMENTS_H
#define ODDFLOW_STATS_MOMENTS_H

#include <stdbool.h>

#include "stats/matrix.h"

/* mean[j] and var[j] (population, ddof 0) of each of m->d columns; NaN for n == 0. */
void oddi_moments(const struct oddi_matrix *m, double *mean, double *var);
/* Whether the variance of n values is no more than the rounding error of computing it (scikit-learn's
 * _is_constant_feature, after Chan, Golub and LeVeque 1983). Relative, so that a feature in tiny units still counts. */
bool oddi_is_constant(double mean, double var, size_t n);
/* Pairwise sum of n doubles, `stride` doubles apart. */
double oddi_sum(const double *x, size_t n, size_t stride);

/* Linear-interpolated quantiles (numpy's default, Hyndman & Fan 7) of n > 0 values that this call may reorder;
 * q in [0, 1]. O(n) each. */
double oddi_quantile(double *x, size_t n, double q);

#endif
