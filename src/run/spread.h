/*
 * --spread: flows that last beyond their window, as a row for each window that they span (as Argus' rabins does).
 *
 * A part holds from when the flow or the window began to when either ends; bytes and packets are shared out by time.
 */
#ifndef ODDFLOW_RUN_SPREAD_H
#define ODDFLOW_RUN_SPREAD_H

#include "run/bound.h"
#include "window/align.h"

/* A longer flow is shared out over so many windows. */
#define ODDI_MAX_PARTS 1440

struct oddi_spread {
    struct oddi_align align;
    struct oddi_expr *end; /* ts_start + duration */
    struct oddi_program *program;
    struct oddi_evaluator **evaluator; /* one a thread */
    unsigned n_threads;
};
/* The end of a flow as an expression, for commands. */
#define ODDI_SPREAD_END "ts_start + duration"

enum odd_status oddi_spread_init(struct oddi_spread *s, const struct oddi_align *align, unsigned threads,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_spread_clear(struct oddi_spread *s);

/* A spread and an input; after everything else of its lane has been added to `b`. */
struct oddi_spread_bound {
    uint32_t *map;
    uint8_t *role; /* of each column bound so far: how a part's value follows from the flow's */
    size_t n;
};
enum odd_status oddi_spread_bind(const struct oddi_spread *s, struct oddi_bound *b,
                                 const struct oddi_schema *schema, struct oddi_spread_bound *out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_spread_unbind(struct oddi_spread_bound *b);

/* The parts of some rows of a batch, next to each other; zero-initialised, memory is reused. */
struct oddi_parts {
    struct oddi_batch batch; /* the bound columns alone, from 0 on */
    uint32_t *row;           /* of the batch they come from */
    int64_t *end, *ends;     /* of each part; of each row of the batch */
    size_t cap, cap_ends, n_columns;
};
/* Parts of rows taken[0..n) (NULL: of all n). ODD_ERR_MEMORY. */
enum odd_status oddi_spread_rows(const struct oddi_spread *s, const struct oddi_spread_bound *bound,
                                 unsigned worker, const struct oddi_batch *batch, size_t first,
                                 const char *text, const uint32_t *taken, size_t n, struct oddi_parts *out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_parts_clear(struct oddi_parts *p);

#endif
