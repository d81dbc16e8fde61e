/*
 * HyperLogLog: how many different 64-bit hashes were added, within 0.8 % (one standard error), in 16 KiB.
 *
 * Estimator without bias tables: O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017),
 * algorithm 6. The sketch does not depend on the order of additions and merges.
 */
#ifndef ODDFLOW_STATS_HLL_H
#define ODDFLOW_STATS_HLL_H

#include <stdint.h>

#define ODDI_HLL_BITS 14

struct oddi_hll {
    uint8_t reg[1u << ODDI_HLL_BITS]; /* greatest rank seen; all 0 = empty */
};

void oddi_hll_clear(struct oddi_hll *h);
/* The hashes must be evenly spread over 64 bits. */
void oddi_hll_add(struct oddi_hll *h, uint64_t hash);
/* h becomes the sketch of both. */
void oddi_hll_merge(struct oddi_hll *h, const struct oddi_hll *more);
double oddi_hll_estimate(const struct oddi_hll *h);

#endif
