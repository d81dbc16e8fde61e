/*
 * Confidence intervals of the measures of a ranking, by drawing whole groups of rows (hosts, windows): rows of one group
 * are alike, and drawing single flows would make any interval too narrow.
 *
 * Percentile bootstrap (Efron & Tibshirani 1993, ch. 13), stratified: groups with a positive row and groups without are
 * drawn apart, each with replacement and as many as there are. With one positive group the interval therefore says nothing
 * about other positives: look at `positive_groups`.
 */
#ifndef ODDFLOW_EVAL_BOOTSTRAP_H
#define ODDFLOW_EVAL_BOOTSTRAP_H

#include "eval/ranking.h"

struct oddi_interval {
    double low, high; /* NaN if no replicate had the measure */
};

struct oddi_bootstrap {
    uint64_t seed;
    size_t replicates;
    double confidence; /* in (0, 1): 0.95 */
};

struct oddi_bootstrap_result {
    size_t groups, positive_groups; /* with at least one row that is not ignored */
    struct oddi_interval roc_auc, average_precision, precision_at_n, max_f1;
};

/* group[i] < n_groups is the group of row i of the rows that `r` was fitted on. The same seed gives the same bits.
 * False when memory ends. */
bool oddi_bootstrap(const struct oddi_bootstrap *b, const struct oddi_ranking *r, const uint32_t *group,
                    size_t n_groups, struct oddi_bootstrap_result *out) ODD_MUST_CHECK;

#endif
