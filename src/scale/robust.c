#include "scale/scale.h"

#include "base/mem.h"
#include "scale/range.h"
#include "stats/moments.h"

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    (void)values;
    double *column = oddi_malloc_array(x->n, sizeof *column);
    if (!column)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < x->d; j++) {
        for (size_t i = 0; i < x->n; i++)
            column[i] = x->x[i * x->d + j];
        location[j] = oddi_quantile(column, x->n, 0.5);
        double low = oddi_quantile(column, x->n, 0.25), high = oddi_quantile(column, x->n, 0.75);
        scale[j] = oddi_scale_or_one(high - low);
    }
    free(column);
    return oddi_scale_check(location, scale, x->d, err);
}

extern const struct oddi_scaler oddi_scaler_robust;
const struct oddi_scaler oddi_scaler_robust = {
    .name = "robust",
    .summary = "median 0 and interquartile range 1",
    .details =
        "subtracts the median and divides by the range between the quartiles, as scikit-learn's RobustScaler",
    .fit = fit,
};
