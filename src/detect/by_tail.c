#include "detect/by_tail.h"

#include <math.h>

#define ODD_SCORE 75

bool oddi_by_tail_alone(const struct oddi_tail *t)
{
    return t->n < 2;
}

void oddi_by_tail_none(struct oddi_tail *t, size_t n, struct oddi_judged *out)
{
    t->n = 0;
    out->n_clusters = 0;
    out->n_noise = n;
    for (size_t i = 0; i < n; i++) {
        if (out->label)
            out->label[i] = -1;
        if (out->raw)
            out->raw[i] = NAN;
        if (out->score)
            out->score[i] = NAN;
    }
}

bool oddi_by_tail_judge(struct oddi_tail *t, const struct oddi_tail_rule *rule, const double *raw,
                        const struct oddi_matrix *z, struct oddi_judged *out)
{
    size_t n = z->n;
    bool many = z->entity && z->at_once;
    double *score, shape = (rule->shape + rule->alone / (double)z->d) * (many ? rule->many : 1);

    out->n_clusters = out->n_noise = 0;
    if (n < 2) {
        oddi_by_tail_none(t, n, out);
        return true;
    }
    if (!oddi_tail_fit(t, raw, n, rule->seen, shape))
        return false;
    if (many && !oddi_tail_others(t, z->entity, z->at_once))
        return false;
    if (!oddi_room(&t->copy, n, sizeof *score))
        return false;
    score = t->copy.at;
    oddi_tail_scores(t, score);
    for (size_t i = 0; i < n; i++) {
        bool odd = score[i] >= ODD_SCORE;

        out->n_noise += odd;
        if (out->label)
            out->label[i] = odd ? -1 : 0;
        if (out->raw)
            out->raw[i] = raw[i];
        if (out->score)
            out->score[i] = score[i];
    }
    out->n_clusters = out->n_noise < n;
    return true;
}

void oddi_by_tail_among(struct oddi_tail *t, const struct oddi_matrix *z, size_t i)
{
    oddi_tail_among(t, z->entity ? z->entity[i] : ODDI_TAIL_NONE, z->self ? z->self[i] : ODDI_TAIL_NONE);
}

void oddi_by_tail_score(struct oddi_tail *t, const struct oddi_matrix *z, double *raw, double *score)
{
    for (size_t i = 0; i < z->n; i++) {
        double own = raw[i];

        oddi_by_tail_among(t, z, i);

        if (oddi_by_tail_alone(t))
            raw[i] = NAN;
        score[i] = oddi_tail_score(t, own);
    }
}
