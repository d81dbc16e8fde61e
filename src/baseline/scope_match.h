/* Which scopes of two trees are the same, or nearly: what a comparison of two baselines goes by. */
#ifndef ODDFLOW_BASELINE_SCOPE_MATCH_H
#define ODDFLOW_BASELINE_SCOPE_MATCH_H

#include "baseline/baseline.h"

/* Scopes that share less of their rows than that are others. */
#define ODDI_SCOPE_LEAST_COMMON 0.5

enum oddi_scope_fate { ODDI_SCOPE_SAME, ODDI_SCOPE_MOVED, ODDI_SCOPE_GONE, ODDI_SCOPE_NEW };

struct oddi_scope_pair {
    enum oddi_scope_fate fate;
    uint32_t a, b; /* models; ODDI_NO_NODE where there is none */
    /* Of the rows (both samples) that are in either of them, the share that is in both; 1 where the condition is the same. */
    double common;
};

/* Pairs the scopes of two plans: first those of the same condition, then, most in common first, those that share at least
 * ODDI_SCOPE_LEAST_COMMON of their rows. *out, which the caller frees, has those of a in their order, then the new ones of b. */
enum odd_status oddi_scope_match(const struct oddi_base_plan *a, const struct oddi_base_plan *b,
                                 struct oddi_scope_pair **out, size_t *n,
                                 struct odd_error *err) ODD_MUST_CHECK;

#endif
