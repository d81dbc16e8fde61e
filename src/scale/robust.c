#include "scale/scale.h"

#include <math.h>

#include "base/mem.h"
#include "scale/range.h"
#include "stats/moments.h"

#define NORMAL_RANGE 1.349 /* between the quartiles of the standard normal distribution */
#define LEAST_SCALE  1e-9

enum { FLOOR };

static const struct odd_param params[] = {
    [FLOOR] = {.name = "floor",
               .type = ODD_PARAM_BOOL,
               .default_value = "no",
               .unit = "",
               .placeholder = "YES",
               .help =
                   "divide by the greater of range / 1.349 and half the deviation, for counts most of which "
                   "are equal"},
};

/* Half the deviation is what keeps a feature that is mostly 0 from exploding at the first 1; a constant feature is that
 * of scale.h. */
static double floored(double range, double mean, double var, size_t n)
{
    if (oddi_is_constant(mean, var, n))
        return 1;
    return fmax(fmax(range / NORMAL_RANGE, sqrt(var) / 2), LEAST_SCALE);
}

static void fit_column(double *column, size_t n, bool floor, double *location, double *scale)
{
    struct oddi_matrix one = {.x = column, .n = n, .d = 1};
    double mean, var, low, high;

    oddi_moments(&one, &mean, &var);
    *location = oddi_quantile(column, n, 0.5);
    low = oddi_quantile(column, n, 0.25);
    high = oddi_quantile(column, n, 0.75);
    *scale = floor ? floored(high - low, mean, var, n) : oddi_scale_or_one(high - low);
}

static enum odd_status fit(const union oddi_value *values, const struct oddi_matrix *x, double *location,
                           double *scale, struct odd_error *err)
{
    double *column = oddi_malloc_array(x->n, sizeof *column);

    if (!column)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < x->d; j++) {
        for (size_t i = 0; i < x->n; i++)
            column[i] = x->x[i * x->d + j];
        fit_column(column, x->n, values && values[FLOOR].flag, &location[j], &scale[j]);
    }
    free(column);
    return oddi_scale_check(location, scale, x->d, err);
}

extern const struct oddi_scaler oddi_scaler_robust;
const struct oddi_scaler oddi_scaler_robust = {
    .name = "robust",
    .summary = "median 0 and interquartile range 1",
    .details =
        "subtracts the median and divides by the range between the quartiles, as scikit-learn's "
        "RobustScaler; with floor (robust:floor) by the greatest of range / 1.349, half the deviation and "
        "1e-9, so that a feature that is mostly one value neither explodes nor vanishes",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .fit = fit,
};
