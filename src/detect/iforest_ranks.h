/*
 * Path lengths of very many rows: thresholds and values are replaced by their ranks among the thresholds of their feature,
 * so that a node is one 32-bit number, eight rows walk a tree in one vector register, and the first levels of a tree are
 * looked up within registers (as the vector trees of Ye, Zhou, Zou, Gao and Zhang, RapidScorer, 2018, keep theirs). A value is
 * above a threshold exactly if its rank is: the same leaves, the same bits.
 */
#ifndef ODDFLOW_DETECT_IFOREST_RANKS_H
#define ODDFLOW_DETECT_IFOREST_RANKS_H

#include "detect/iforest_forest.h"

/* Whether the processor can, the forest is of a size that fits, and n rows are worth it. */
bool oddi_ranks_worth(const struct oddi_forest *f, size_t n);
/* Replaces the thresholds. False when memory ends. */
bool oddi_ranks_make(struct oddi_forest *f) ODD_MUST_CHECK;
/* oddi_forest_lengths after that. */
void oddi_ranks_lengths(const struct oddi_forest *f, const double *x, size_t n, double *sum);

#endif
