/*
 * The contract of a scaler: per feature a location and a scale, scaled = (x - location) / scale.
 *
 * Same answers as scikit-learn where the name is scikit-learn's (sklearn/preprocessing/_data.py), its rules for
 * constant features included: the scale of a constant feature is 1 and its location still subtracted.
 */
#ifndef ODDFLOW_SCALE_SCALE_H
#define ODDFLOW_SCALE_SCALE_H

#include "base/param.h"
#include "stats/matrix.h"

struct oddi_scaler {
    const char *name, *summary, *details;
    const struct odd_param *params;
    size_t n_params;
    /* location[d] and scale[d] from x (n >= 1; finite); values NULL: the defaults. ODD_ERR_MEMORY or, where a location or
     * scale leaves the range of doubles, ODD_ERR_FORMAT with the feature's number. */
    enum odd_status (*fit)(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err);
};

/* scale_table.c: sorted by name; NULL past the end. */
const struct oddi_scaler *oddi_scaler_at(size_t i);
const struct oddi_scaler *oddi_scaler_find(const char *name);

/* out (packed, may be x->x itself) = (x - location) / scale. */
void oddi_scale_apply(const struct oddi_matrix *x, const double *location, const double *scale, double *out);

#endif
