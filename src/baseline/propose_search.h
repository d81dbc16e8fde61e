/* The beam search of propose.h. */
#ifndef ODDFLOW_BASELINE_PROPOSE_SEARCH_H
#define ODDFLOW_BASELINE_PROPOSE_SEARCH_H

#include "baseline/propose.h"

#define ODDI_BEAM 30

struct oddi_found_rule {
    struct oddi_rule rule;
    double quality;
    double bits; /* of its description */
};

/* The best conjunctions, best first (of equal ones the first found: fewer conditions, shorter prefixes); at most ODDI_BEAM, all of
 * positive quality. ODD_ERR_MEMORY. */
enum odd_status oddi_propose_search(const struct oddi_propose_rows *rows,
                                    struct oddi_found_rule found[ODDI_BEAM], size_t *n,
                                    struct odd_error *err) ODD_MUST_CHECK;

/* So many other rows a confirmed alert counts as. */
static inline size_t oddi_confirmed_weight(const struct oddi_propose_rows *rows)
{
    return 1 + rows->n_other / 20;
}

/* What a conjunction is worth that covers so many of K dismissed alerts and of the other rows. */
double oddi_rule_quality(size_t covered, size_t dismissed, size_t covered_other, size_t other, double bits);

#endif
