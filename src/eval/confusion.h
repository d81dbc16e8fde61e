/* What was said against what is true, and the rates that follow. */
#ifndef ODDFLOW_EVAL_CONFUSION_H
#define ODDFLOW_EVAL_CONFUSION_H

#include "eval/rows.h"

/* Sums of weights (numbers of rows, where there are none). */
struct oddi_confusion {
    double tp, fp, tn, fn;
    double ignored_positive, ignored_negative; /* rows without a known truth, by what was said */
};

/* Undefined ones (0 / 0) are NaN. */
struct oddi_rates {
    double tpr, fnr;  /* of the positives: recall, miss rate */
    double fpr, tnr;  /* of the negatives */
    double precision; /* tp / (tp + fp) */
    double accuracy, error;
    double f05, f1, f2; /* (1 + b^2) P R / (b^2 P + R) */
};

/* Said positive: said[i] != 0. */
void oddi_confusion_of(const struct oddi_eval_rows *rows, const uint8_t *said, struct oddi_confusion *out);
/* Said positive: score >= threshold. NaN never is. */
void oddi_confusion_at(const struct oddi_eval_rows *rows, double threshold, struct oddi_confusion *out);
void oddi_rates(const struct oddi_confusion *c, struct oddi_rates *out);

#endif
