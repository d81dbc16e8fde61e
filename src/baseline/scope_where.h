/* The conditions under which a node of the tree of scopes is reached, gathered by dimension. */
#ifndef ODDFLOW_BASELINE_SCOPE_WHERE_H
#define ODDFLOW_BASELINE_SCOPE_WHERE_H

#include "baseline/scope_options.h"
#include "baseline/model.h"

#define ODDI_SCOPE_ALL_HOURS    0xffffffu
#define ODDI_SCOPE_ALL_WEEKDAYS 0x7fu

/* All of them hold. Pointers are into the tree. */
struct oddi_scope_where {
    const struct oddi_net *in;                            /* the narrowest; NULL: anywhere */
    const struct oddi_net *not_in[ODDI_SCOPE_MAX_SCOPES]; /* within `in`, none within another; by address */
    size_t n_not_in;
    const uint32_t *service;                     /* NULL: any */
    uint32_t not_service[ODDI_SCOPE_MAX_SCOPES]; /* ascending; none if there is a service */
    size_t n_not_service;
    bool never; /* the conditions exclude each other: only in trees that the search does not make */
    uint32_t hours, weekdays; /* bit sets; Monday is bit 0 */
    /* Of the plan's own dimensions and of events, each asked for once, by kind, number and value; those of one dimension say either what
     * it is or what it is not. */
    struct oddi_scope_asked {
        const struct oddi_cut *cut;
        bool inside;
    } asked[ODDI_SCOPE_MAX_SCOPES];
    size_t n_asked;
};

void oddi_scope_where(const struct oddi_scope_tree *tree, uint32_t node, struct oddi_scope_where *out);

/* The nodes under which all leaves belong to model `s` (0: the root), and that have no such node above them, in order of the tree.
 * `node` has room for ODDI_SCOPE_MAX_SCOPES. */
size_t oddi_scope_tops(const struct oddi_scope_tree *tree, uint32_t s, uint32_t *node);

/* Whether two conditions differ in their hours only, or in their weekdays only; then their union is told as one, in *a. */
bool oddi_scope_unite(struct oddi_scope_where *a, const struct oddi_scope_where *b);

/* Whether a holds all of b. */
bool oddi_net_holds(const struct oddi_net *net, const struct oddi_addr *addr);
bool oddi_net_covers(const struct oddi_net *a, const struct oddi_net *b);

/* The cyclic runs of a bit set of `period` bits that is neither empty nor full; at most period / 2. */
struct oddi_scope_run {
    uint8_t first, last;
};
size_t oddi_scope_runs(uint32_t set, uint8_t period, struct oddi_scope_run *run);

#endif
