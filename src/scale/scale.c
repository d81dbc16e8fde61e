#include "scale/scale.h"

#include <float.h>
#include <math.h>

#include "scale/range.h"

double oddi_scale_or_one(double scale)
{
    return scale < 10 * DBL_EPSILON ? 1 : scale;
}

enum odd_status oddi_scale_check(const double *location, const double *scale, size_t d, struct odd_error *err)
{
    for (size_t j = 0; j < d; j++)
        if (!isfinite(location[j]) || !isfinite(scale[j]))
            return oddi_fail(
                err, ODD_ERR_FORMAT,
                "feature %zu cannot be scaled: its values are too large for a sum of squares or a range",
                j + 1);
    return ODD_OK;
}

static void apply_one(const double *x, size_t n, double location, double scale, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (x[i] - location) / scale;
}

void oddi_scale_apply(const struct oddi_matrix *x, const double *location, const double *scale, double *out)
{
    size_t d = x->d;
    if (d == 1) {
        apply_one(x->x, x->n, location[0], scale[0], out);
        return;
    }
    for (size_t i = 0; i < x->n; i++)
        for (size_t j = 0; j < d; j++)
            out[i * d + j] = (x->x[i * d + j] - location[j]) / scale[j];
}
