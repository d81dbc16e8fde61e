#include "detect/by_tail.h"

#include <math.h>

#define ODD_SCORE 75

bool oddi_by_tail_alone(const struct oddi_tail *t)
{
    return t->n < 2;
}

bool oddi_by_tail_judge(struct oddi_tail *t, const double *raw, size_t n, struct oddi_judged *out)
{
    out->n_clusters = out->n_noise = 0;
    if (!oddi_tail_fit(t, raw, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        double score = oddi_tail_score(t, raw[i]);
        bool odd = !(score < ODD_SCORE); /* NaN is odd: nothing vouches for the row */

        out->n_noise += odd;
        if (out->label)
            out->label[i] = odd ? -1 : 0;
        if (out->raw)
            out->raw[i] = n < 2 ? NAN : raw[i];
        if (out->score)
            out->score[i] = score;
    }
    out->n_clusters = out->n_noise < n;
    return true;
}

void oddi_by_tail_score(const struct oddi_tail *t, double *raw, size_t n, double *score)
{
    for (size_t i = 0; i < n; i++) {
        double own = raw[i];

        if (oddi_by_tail_alone(t))
            raw[i] = NAN;
        score[i] = oddi_tail_score(t, own);
    }
}
