#include "scale/scale.h"

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    (void)err;
    for (size_t j = 0; j < x->d; j++) {
        location[j] = 0;
        scale[j] = 1;
    }
    return ODD_OK;
}

extern const struct oddi_scaler oddi_scaler_none;
const struct oddi_scaler oddi_scaler_none = {
    .name = "none",
    .summary = "values as they are",
    .details = "eps and distances are then in the feature's own unit",
    .fit = fit,
};
