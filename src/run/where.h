/*
 * --where: rows for which a condition is not true are left out while they are decoded.
 *
 * The condition is compiled once; each input says which of its columns it reads; each thread has an evaluator.
 */
#ifndef ODDFLOW_RUN_WHERE_H
#define ODDFLOW_RUN_WHERE_H

#include "expr/expr.h"

struct oddi_where {
    struct oddi_expr *expr;
    struct oddi_program *program;
    struct oddi_evaluator **evaluators; /* one a thread */
    unsigned n_evaluators;
};

/* Zeroed and filled; nothing to clear on failure. ODD_ERR_USAGE with the place of the fault. */
enum odd_status oddi_where_init(struct oddi_where *w, const char *text, const struct oddi_zone *zone,
                                unsigned threads, struct odd_error *err) ODD_MUST_CHECK;
void oddi_where_clear(struct oddi_where *w);

/* What a condition reads of one input. */
struct oddi_where_bound {
    struct oddi_recipe *recipes; /* n: columns to decode */
    uint32_t *map;               /* n_needs: which of them, UINT32_MAX = absent */
    size_t n, n_needs;
};
enum odd_status oddi_where_bind(const struct oddi_where *w, const struct oddi_schema *schema,
                                struct oddi_where_bound *out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_where_bound_clear(struct oddi_where_bound *b);

/* Indices of the rows of a batch to keep, ascending, into rows (room for batch->n); returns how many. The bound columns
 * begin at batch->columns[first]. */
size_t oddi_where_rows(const struct oddi_where *w, const struct oddi_where_bound *b, unsigned worker,
                       const struct oddi_batch *batch, size_t first, const char *text, uint32_t *rows);

#endif
