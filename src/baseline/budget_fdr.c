#include "baseline/budget_days.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

void oddi_fdr(const struct oddi_day_stage *stage, double *ln_p, size_t m, double q, struct oddi_fdr *out)
{
    double resolution = -log((double)stage->joint.n + 1);

    *out = (struct oddi_fdr){.ln_p = -INFINITY};
    if (m == 0)
        return;
    qsort(ln_p, m, sizeof *ln_p, ascending);
    for (size_t k = m; k > 0 && out->found == 0; k--)
        if (ln_p[k - 1] <= log(q) + log((double)k) - log((double)m))
            out->found = k;
    if (out->found > 0)
        out->ln_p = ln_p[out->found - 1];
    out->beyond = resolution > log(q) - log((double)m);
    out->extrapolated = out->found > 0 && ln_p[0] < resolution;
}
