/*
 * From a detector's why (scaled units) to reasons (original units).
 */
#ifndef ODDFLOW_EXPLAIN_EXPLAIN_H
#define ODDFLOW_EXPLAIN_EXPLAIN_H

#include "detect/detect.h"
#include "result/result.h"
#include "scale/scale.h"

/* What one window offers for explaining its rows. */
struct oddi_explain_context {
    const struct oddi_detector *detector;
    void *state;                 /* fitted on the scaled matrix */
    const struct oddi_matrix *x; /* original units */
    const double *location, *scale;
    const bool *whole; /* per feature: takes whole numbers only */
    const double *low,
        *high; /* per feature: least and greatest value among clustered rows (oddi_expected_range) */
};

/* low[j], high[j] of each feature over rows with label >= 0; NaN if there is none. */
void oddi_expected_range(const struct oddi_matrix *x, const int32_t *label, double *low, double *high);

/* The reasons of row i of x: reasons[x->d], and the nearest normal row. normal_at is in original units and exact: with it
 * in place of the value (scaled by location and scale) the detector's distance is within eps, and for features that take
 * whole numbers it is the nearest whole number for which that holds (else the nearest double). ODD_END if there is
 * nothing to compare with. scratch: room for 3 * d doubles. */
enum odd_status oddi_explain(const struct oddi_explain_context *c, size_t i, double *scratch,
                             struct oddi_reason *reasons, size_t *nearest,
                             struct odd_error *err) ODD_MUST_CHECK;
/* The same for a row that the detector was not fitted on, of an entity numbered as those of x are. */
enum odd_status oddi_explain_new(const struct oddi_explain_context *c, const double *row, uint32_t entity,
                                 double *scratch, struct oddi_reason *reasons, size_t *nearest,
                                 struct odd_error *err) ODD_MUST_CHECK;

#endif
