#include "scale/scale.h"

#include "scale/range.h"

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    size_t d = x->d;
    for (size_t j = 0; j < d; j++) {
        double low = x->x[j], high = low;
        for (size_t i = 1; i < x->n; i++) {
            double v = x->x[i * d + j];
            low = v < low ? v : low;
            high = v > high ? v : high;
        }
        location[j] = low;
        scale[j] = oddi_scale_or_one(high - low);
    }
    return oddi_scale_check(location, scale, d, err);
}

extern const struct oddi_scaler oddi_scaler_minmax;
const struct oddi_scaler oddi_scaler_minmax = {
    .name = "minmax",
    .summary = "least value 0 and greatest value 1",
    .details = "subtracts the least value and divides by the range, as scikit-learn's MinMaxScaler",
    .fit = fit,
};
