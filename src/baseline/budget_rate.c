#include "baseline/budget_days.h"

#include <math.h>

/* Between two steps of the ranks, so that rounding on the way to a row's threshold takes in neither side's days: steps of
 * ln p are 1/n apart at least. */
#define BETWEEN 1e-9

/* How many of the calibration's units' days are as surprising as `surprise`, as a share. */
static double share_of(const struct oddi_calibration *c, double surprise, bool *extrapolated)
{
    double ln_p = oddi_calibration_ln_p(c, surprise, extrapolated), n = (double)c->n;

    /* (k + 1)/(n + 1) promises; k/n is what calibration traffic did. */
    return *extrapolated ? exp(ln_p) : (exp(ln_p) * (n + 1) - 1) / n;
}

void oddi_budget_share(const struct oddi_day_stage *stage, double share, struct oddi_budget *out)
{
    double surprise = oddi_calibration_score(&stage->joint, log(share)) + BETWEEN;

    out->ln_p = -surprise;
    out->share = share_of(&stage->joint, surprise, &out->extrapolated);
    out->per_day = out->share * stage->per_day;
}

void oddi_budget_rate(const struct oddi_day_stage *stage, double alerts, struct oddi_budget *out)
{
    if (alerts < stage->per_day) {
        oddi_budget_share(stage, alerts / stage->per_day, out);
        return;
    }
    *out = (struct oddi_budget){.ln_p = 0, .share = 1, .per_day = stage->per_day};
}
