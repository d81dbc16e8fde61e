#include "scale/scale.h"

#include <math.h>

/* The scale of each feature is its greatest absolute value, its location 0 (scikit-learn's MaxAbsScaler, whose rule
 * for a feature that is 0 throughout is a scale of 1). */
static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    (void)err;
    for (size_t j = 0; j < x->d; j++) {
        double greatest = 0;
        for (size_t i = 0; i < x->n; i++)
            greatest = fmax(greatest, fabs(x->x[i * x->d + j]));
        location[j] = 0;
        scale[j] = greatest > 0 ? greatest : 1;
    }
    return ODD_OK;
}

extern const struct oddi_scaler oddi_scaler_template;
const struct oddi_scaler oddi_scaler_template = {
    .name = "template",
    .summary = "greatest absolute value 1",
    .details = "divides by the greatest absolute value, as scikit-learn's MaxAbsScaler",
    .fit = fit,
};
