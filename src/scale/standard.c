#include "scale/scale.h"

#include <math.h>

#include "scale/range.h"
#include "stats/moments.h"

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    oddi_moments(x, location, scale);
    ODDI_TRY(oddi_scale_check(location, scale, x->d, err));
    for (size_t j = 0; j < x->d; j++)
        scale[j] = oddi_is_constant(location[j], scale[j], x->n) ? 1 : sqrt(scale[j]);
    return ODD_OK;
}

extern const struct oddi_scaler oddi_scaler_standard;
const struct oddi_scaler oddi_scaler_standard = {
    .name = "standard",
    .summary = "mean 0 and deviation 1",
    .details = "subtracts the mean and divides by the population standard deviation, as scikit-learn's "
               "StandardScaler",
    .fit = fit,
};
