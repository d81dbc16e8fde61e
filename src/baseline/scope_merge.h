/* Leaves that nothing tells apart become one scope. */
#ifndef ODDFLOW_BASELINE_SCOPE_MERGE_H
#define ODDFLOW_BASELINE_SCOPE_MERGE_H

#include "baseline/scope_cut.h"
#include "baseline/scope_search.h"

/* Rows [from, to) of the search's order belong to a leaf, node `node` of the tree. */
struct oddi_scope_leaf {
    uint32_t node;
    size_t from, to;
};

/* group[i] = the least index of the leaves that leaf i was joined with. Leaves are in order of the tree, at most
 * ODDI_SCOPE_MAX_SCOPES. ODD_ERR_MEMORY. */
enum odd_status oddi_scope_merge(const struct oddi_scope_data *data, const struct oddi_scope_tree *tree,
                                 const struct oddi_scope_found *found, const uint32_t *row,
                                 const struct oddi_scope_leaf *leaf, size_t n_leaves, double lambda,
                                 uint32_t *group, struct odd_error *err) ODD_MUST_CHECK;

#endif
