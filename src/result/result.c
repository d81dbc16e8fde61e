#include "result/result.h"

#include <math.h>

const char *oddi_kind_name(enum oddi_kind kind)
{
    switch (kind) {
    case ODDI_OUTLIER:
        return "outlier";
    case ODDI_NOVELTY:
        return "novelty";
    case ODDI_NORMAL:
        break;
    }
    return "";
}

size_t oddi_reason_main(const struct oddi_verdict *v, size_t n_features)
{
    size_t best = 0;

    for (size_t j = 1; j < n_features; j++)
        if (v->reasons[j].share > v->reasons[best].share)
            best = j;
    return best;
}

/* Of the distance to the nearest normal row; infinite where the feature's own part of it is zero. */
static double change_measure(const struct oddi_reason *r)
{
    double apart = fabs(r->value - r->nearest_value);

    if (!(apart > 0) || !(r->share > 0))
        return INFINITY;
    return fabs(r->value - r->normal_at) / apart * sqrt(r->share);
}

size_t oddi_reason_change(const struct oddi_verdict *v, size_t n_features)
{
    size_t best = n_features;
    double least = INFINITY;

    for (size_t j = 0; j < n_features; j++) {
        double measure;

        if (isnan(v->reasons[j].normal_at))
            continue;
        measure = change_measure(&v->reasons[j]);
        if (best == n_features || measure < least) {
            best = j;
            least = measure;
        }
    }
    return best;
}
