/*
 * One input of a run: its blocks decoded ahead by the pool, its batches handed out in order.
 *
 * One thread; the decoding itself runs on the pool's.
 */
#ifndef ODDFLOW_RUN_FEED_H
#define ODDFLOW_RUN_FEED_H

#include "base/pool.h"
#include "expr/feature_expr.h"
#include "read/source.h"
#include "run/lane.h"

struct oddi_feed;

/* A decoded block. Rows [cursor, batch.n) are still to be taken; the caller moves `cursor`. */
struct oddi_fed {
    struct oddi_job job;
    struct oddi_feed *feed;
    struct oddi_source_block *block;
    struct oddi_batch batch;
    const double **feature; /* d columns of batch.n values */
    double **converted;     /* d; those that are not decoded as doubles */
    size_t converted_cap;
    uint32_t *kept; /* rows that the condition keeps */
    size_t kept_cap;
    size_t filtered;              /* good rows that the condition left out */
    struct oddi_lane_rows *lanes; /* n_lanes */
    enum odd_status status;
    struct odd_error error;
    size_t cursor;
    bool told; /* its bad records have been reported */
};

/* What is decoded: n recipes, and the start time if `has_ts`. With functions (one a recipe) every column becomes a feature:
 * a double, the function applied; NULL leaves the columns as they are. Copied but for `functions`. */
struct oddi_feed_config {
    const struct oddi_recipe *recipes;
    size_t n;
    bool has_ts;
    const enum oddi_function *functions;
    const struct oddi_where *where; /* rows it is not true for are left out; NULL: all are kept */
    const struct oddi_lane
        *lanes; /* what each makes of the rows goes to oddi_fed.lanes; must outlive the feed */
    size_t n_lanes;
};

/* Takes over `source` (closed on failure too). */
enum odd_status oddi_feed_new(const struct oddi_feed_config *config, struct oddi_source *source,
                              struct oddi_pool *pool, size_t depth, struct oddi_feed **out,
                              struct odd_error *err) ODD_MUST_CHECK;
/* No job of the feed may be running: call oddi_feed_drain before the pool goes. */
void oddi_feed_free(struct oddi_feed *feed);
void oddi_feed_drain(struct oddi_feed *feed);

/* The block at the head, decoded. ODD_END after the last. A failure to read ends the feed: it is returned once what came
 * before has been handed out. */
enum odd_status oddi_feed_head(struct oddi_feed *feed, struct oddi_fed **out,
                               struct odd_error *err) ODD_MUST_CHECK;
/* Done with the head. */
void oddi_feed_advance(struct oddi_feed *feed);
/* True if nothing is left of what was read and whoever writes the pipe has written no more. */
bool oddi_feed_waits(const struct oddi_feed *feed);

struct oddi_source *oddi_feed_source(const struct oddi_feed *feed);
/* Whether a column of the input is decoded. */
bool oddi_feed_reads(const struct oddi_feed *feed, uint32_t column);
/* Records and lines before the head block (the header's lines included). */
uint64_t oddi_feed_records(const struct oddi_feed *feed);
uint64_t oddi_feed_lines(const struct oddi_feed *feed);
uint64_t oddi_feed_bytes(const struct oddi_feed *feed); /* uncompressed, handed out */

#endif
