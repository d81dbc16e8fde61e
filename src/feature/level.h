/* Inner groups: the rows of each group parted by a key, in order of first appearance. */
#ifndef ODDFLOW_FEATURE_LEVEL_H
#define ODDFLOW_FEATURE_LEVEL_H

#include "feature/feature.h"

/* Zero-initialised; memory is kept from window to window. */
struct oddi_level {
    struct oddi_groups groups; /* the inner groups, those of one outer group together */
    const uint32_t *outer;     /* outer group g has the inner groups [outer[g], outer[g + 1]) */
    struct oddi_room off, row, outer_room;
};

/* Rows whose key is 0 (null) or whose `where` (may be NULL) is not true are left out. False when memory ends. */
bool oddi_level_build(struct oddi_level *l, const struct oddi_groups *outer, const uint64_t *key,
                      const uint8_t *where, struct oddi_feature_scratch *scratch);
void oddi_level_free(struct oddi_level *l);

/* Popularity: out[r] = how many groups have a row with the key of row r; NaN where it is 0. `n_rows` rows are all in
 * some group of `groups`. False when memory ends. */
bool oddi_users(const struct oddi_groups *groups, size_t n_rows, const uint64_t *key, double *out,
                struct oddi_feature_scratch *scratch);

#endif
