/* What detectors share that look at the relations between features (pca, mahalanobis): standardised rows and their
 * covariance. */
#ifndef ODDFLOW_DETECT_STANDARD_H
#define ODDFLOW_DETECT_STANDARD_H

#include "stats/matrix.h"

/* location[d] and scale[d] of the columns of z as StandardScaler has them (sklearn/preprocessing/_data.py): mean and
 * population deviation, which is 1 for a constant column. */
void oddi_standard_fit(const struct oddi_matrix *z, double *location, double *scale);

/* out = (x - location) / scale of a row of d values. */
void oddi_standard_row(const double *location, const double *scale, const double *x, size_t d, double *out);

/* Mean products of the standardised rows: d x d, symmetric, and room for as much again behind it. `row`: room for d. */
void oddi_standard_covariance(const struct oddi_matrix *z, const double *location, const double *scale,
                              double *row, double *covariance);

#endif
