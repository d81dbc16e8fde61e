/*
 * A lane: what one plan takes of the decoded blocks. Its condition leaves rows out, its `by` makes columns of the rest.
 *
 * Several lanes may look at the same blocks, each with rows of its own (hunt runs all presets so).
 */
#ifndef ODDFLOW_RUN_LANE_H
#define ODDFLOW_RUN_LANE_H

#include "run/by.h"
#include "run/spread.h"
#include "run/where.h"

struct oddi_lane {
    const struct oddi_by *by;
    const struct oddi_where *where;   /* NULL: every row */
    const struct oddi_spread *spread; /* NULL: a flow is where it starts */
};

/* A lane and an input. */
struct oddi_lane_bound {
    uint32_t *where;
    struct oddi_by_bound by;
    struct oddi_spread_bound spread;
};
enum odd_status oddi_lane_bind(const struct oddi_lane *lane, struct oddi_bound *b,
                               const struct oddi_schema *schema, struct oddi_lane_bound *out,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_lane_unbind(struct oddi_lane_bound *b);

/* The rows that a lane takes of a block; zero-initialised, memory is reused. */
struct oddi_lane_rows {
    /* by->held: with by->ends first both ends' values as they come (the destination's at column[held + c]), then those
     * taken. */
    uint64_t **column;
    const double **rows; /* the same, as the store of windows takes them */
    size_t n, filtered, held;
    uint32_t *record, *off; /* of the batch or, if rows were left out, own */
    int64_t *ts;
    uint32_t *own;
    uint32_t *kept; /* if `picked`: which row of the batch each row is about, ascending */
    bool picked;    /* rows are not those of the batch one for one */
    int64_t *own_ts;
    size_t cap;
    struct oddi_parts parts; /* with a spread: what the rows are made of instead of the batch */
    size_t cursor;           /* rows taken */
};
enum odd_status oddi_lane_take(const struct oddi_lane *lane, const struct oddi_lane_bound *bound,
                               unsigned worker, const struct oddi_batch *batch, size_t first,
                               const char *text, struct oddi_lane_rows *out,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_lane_rows_clear(struct oddi_lane_rows *r);

#endif
