/* What the scalers share: scikit-learn's absolute rule for constant features, and the check of their results. */
#ifndef ODDFLOW_SCALE_RANGE_H
#define ODDFLOW_SCALE_RANGE_H

#include <stddef.h>

#include "base/error.h"

/* 1 for a scale below 10 * 2^-52, else the scale itself (sklearn/preprocessing/_data.py, _handle_zeros_in_scale). */
double oddi_scale_or_one(double scale);

/* ODD_ERR_FORMAT, naming the first feature (counted from 1) of d whose location or scale is not finite. */
enum odd_status oddi_scale_check(const double *location, const double *scale, size_t d,
                                 struct odd_error *err) ODD_MUST_CHECK;

#endif
