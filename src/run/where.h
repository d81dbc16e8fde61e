/*
 * --where: rows for which a condition is not true are left out while they are decoded.
 *
 * The condition is compiled once; each input says which of its columns it reads; each thread has an evaluator.
 */
#ifndef ODDFLOW_RUN_WHERE_H
#define ODDFLOW_RUN_WHERE_H

#include "run/bound.h"

struct oddi_where {
    struct oddi_expr *expr;
    struct oddi_program *program;
    struct oddi_evaluator **evaluators; /* one a thread */
    unsigned n_evaluators;
};

struct oddi_where_options {
    const struct oddi_zone *zone;
    const struct oddi_net *home; /* what in_home() means; n_home 0: the private networks */
    size_t n_home;
    unsigned threads;
};

/* Zeroed and filled; nothing to clear on failure. ODD_ERR_USAGE with the place of the fault. */
enum odd_status oddi_where_init(struct oddi_where *w, const char *text,
                                const struct oddi_where_options *options,
                                struct odd_error *err) ODD_MUST_CHECK;
void oddi_where_clear(struct oddi_where *w);

/* Indices of the rows of a batch to keep, ascending, into rows (room for batch->n); returns how many. `map` is of
 * oddi_bound_add; the bound columns begin at batch->columns[first]. */
size_t oddi_where_rows(const struct oddi_where *w, const uint32_t *map, unsigned worker,
                       const struct oddi_batch *batch, size_t first, const char *text, uint32_t *rows);

#endif
