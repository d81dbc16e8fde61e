#include "eval/confusion.h"

#include <math.h>
#include <stdbool.h>

static void count(const struct oddi_eval_rows *rows, size_t i, bool positive, struct oddi_confusion *out)
{
    double w = rows->weight ? rows->weight[i] : 1;

    if (rows->label[i] == ODDI_LABEL_POSITIVE)
        *(positive ? &out->tp : &out->fn) += w;
    else if (rows->label[i] == ODDI_LABEL_NEGATIVE)
        *(positive ? &out->fp : &out->tn) += w;
    else
        *(positive ? &out->ignored_positive : &out->ignored_negative) += w;
}

void oddi_confusion_of(const struct oddi_eval_rows *rows, const uint8_t *said, struct oddi_confusion *out)
{
    *out = (struct oddi_confusion){0};
    for (size_t i = 0; i < rows->n; i++)
        count(rows, i, said[i] != 0, out);
}

void oddi_confusion_at(const struct oddi_eval_rows *rows, double threshold, struct oddi_confusion *out)
{
    *out = (struct oddi_confusion){0};
    for (size_t i = 0; i < rows->n; i++)
        count(rows, i, rows->score[i] >= threshold, out);
}

static double ratio(double part, double rest)
{
    return part + rest > 0 ? part / (part + rest) : NAN;
}

/* From counts, as scikit-learn does: defined wherever there is a positive, said or true. */
static double f_beta(const struct oddi_confusion *c, double beta)
{
    double b2 = beta * beta;

    return ratio((1 + b2) * c->tp, b2 * c->fn + c->fp);
}

void oddi_rates(const struct oddi_confusion *c, struct oddi_rates *out)
{
    out->tpr = ratio(c->tp, c->fn);
    out->fnr = ratio(c->fn, c->tp);
    out->fpr = ratio(c->fp, c->tn);
    out->tnr = ratio(c->tn, c->fp);
    out->precision = ratio(c->tp, c->fp);
    out->accuracy = ratio(c->tp + c->tn, c->fp + c->fn);
    out->error = ratio(c->fp + c->fn, c->tp + c->tn);
    out->f05 = f_beta(c, 0.5);
    out->f1 = f_beta(c, 1);
    out->f2 = f_beta(c, 2);
}
