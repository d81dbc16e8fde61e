/*
 * How well an order of scores tells positives from negatives: ROC AUC, average precision and what follows from them.
 *
 * The rows are sorted once; every measure is then one pass over them, so that resampling (eval/bootstrap.h) sorts nothing.
 * Rows with equal scores are one step: no measure depends on the order of the rows.
 *   ROC AUC            share of (positive, negative) pairs in the right order, ties half (Hanley & McNeil 1982;
 *                      sklearn.metrics.roc_auc_score)
 *   average precision  sum over distinct scores of (recall gained) x (precision there), no interpolation
 *                      (sklearn.metrics.average_precision_score)
 *   precision at n     among the first n rows; where n falls among equal scores, the mean over their orders
 *   max F1             greatest 2 P R / (P + R) over all thresholds (>=)
 *   adjusted           (x - base) / (1 - base) with base = positives / rows (Campos et al. 2016, DMKD 30:891-927)
 * With weights "number of rows" reads "sum of weights". Measures that are undefined are NaN.
 */
#ifndef ODDFLOW_EVAL_RANKING_H
#define ODDFLOW_EVAL_RANKING_H

#include "eval/rows.h"
#include "oddflow/oddflow.h"
#include "stats/sort.h"

struct oddi_measures {
    double positives, negatives;        /* sums of weights */
    double base_rate;                   /* positives / (positives + negatives) */
    double roc_auc;                     /* NaN without positives or without negatives */
    double average_precision;           /* NaN without positives */
    double adjusted_ap;                 /* NaN without positives or without negatives */
    double precision_at_n, adjusted_pn; /* n = positives; NaN as the two above */
    double max_f1, max_f1_threshold;    /* ties: the highest threshold; NaN without positives */
};

/* Rows in order of score, oddest first. Zero-initialised; reused from fit to fit. */
struct oddi_ranking {
    size_t n; /* rows that are not ignored */
    const double *score;
    const uint32_t *row; /* index in the rows of the fit */
    const uint8_t *positive;
    const double *weight; /* NULL = 1 each */
    struct oddi_room score_room, row_room, positive_room, weight_room, kept_room, key_room;
    struct oddi_sort sort;
};

/* False when memory ends. Keeps no pointer into `rows`. */
bool oddi_ranking_fit(struct oddi_ranking *r, const struct oddi_eval_rows *rows) ODD_MUST_CHECK;
void oddi_ranking_free(struct oddi_ranking *r);

/* factor[i] (NULL = 1 each) multiplies the weight of the i-th row of the ranking. */
void oddi_ranking_measure(const struct oddi_ranking *r, const double *factor, struct oddi_measures *out);
/* Precision among the first k rows (k > 0, in weight); over fewer where there are fewer; NaN if there is none. */
double oddi_ranking_precision(const struct oddi_ranking *r, double k);

#endif
