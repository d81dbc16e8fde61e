#include "scale/scale.h"

#include <float.h>
#include <math.h>

#include "scale/range.h"
#include "stats/moments.h"

/* Whether a variance is no more than the rounding error of computing it (sklearn, _is_constant_feature, after Chan, Golub,
 * LeVeque 1983). Relative, so that a feature in tiny units still counts. */
static bool is_constant(double var, double mean, double n)
{
    double error = n * mean * DBL_EPSILON;
    return var <= n * DBL_EPSILON * var + error * error;
}

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    oddi_moments(x, location, scale);
    ODDI_TRY(oddi_scale_check(location, scale, x->d, err));
    for (size_t j = 0; j < x->d; j++)
        scale[j] = is_constant(scale[j], location[j], (double)x->n) ? 1 : sqrt(scale[j]);
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
