/*
 * Trees of at most 256 leaves over thresholds whose ranks fit 16 bits: a node is one 16-bit number, sixteen rows walk a tree
 * in one vector register, and every level is looked up in tables of eight nodes that a byte shuffle reads. The same leaves as
 * by detect/iforest_ranks.h, so the same bits.
 */
#ifndef ODDFLOW_DETECT_IFOREST_NARROW_H
#define ODDFLOW_DETECT_IFOREST_NARROW_H

#include "detect/iforest_forest.h"

#define ODDI_RANKS_BLOCK                                                                                     \
    256 /* rows whose ranks stay in the first-level cache while all trees pass over them */

/* Narrows the words of a forest whose ranks are made, where they fit (f->narrowed). False when memory ends. */
bool oddi_narrow_make(struct oddi_forest *f) ODD_MUST_CHECK;

/* Adds the path lengths of ODDI_RANKS_BLOCK rows to sum. rank: those of feature 0, then those of feature 1 ..., for 2, 4 or 8
 * features, whichever is the first that is not less than f->d. f->narrowed must hold, and the processor have AVX2. */
void oddi_narrow_walk(const struct oddi_forest *f, const uint32_t *rank, double *sum);

#endif
