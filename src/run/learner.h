/*
 * What a plan learns from: a bounded sample of its rows.
 *
 * While windows close, the rows of the hosts' days with the smallest seeded hashes are kept, so that the sample does not depend on
 * the order of the input, on threads or on blocks: all rows of a host on a day or none, because the oddest of them stands for
 * the day (baseline/budget_days.h). Who a row is of is asked of its first record.
 */
#ifndef ODDFLOW_RUN_LEARNER_H
#define ODDFLOW_RUN_LEARNER_H

#include "base/ids.h"
#include "baseline/baseline.h"
#include "run/entity.h"
#include "run/group.h"
#include "run/learner_memory.h"
#include "run/plan.h"
#include "run/row_dims.h"

/* What rows are drawn by: the least are kept. `day` is that of all rows of a host's day. */
struct oddi_draw {
    uint64_t day, row;
};

struct oddi_learner_caps {
    size_t rows;  /* of the sample */
    size_t bytes; /* of the flows of its rows, where they are kept */
    size_t keys;  /* that are remembered */
};

struct oddi_learner {
    const struct oddi_plan *plan;
    struct oddi_source *const *sources;
    size_t n_sources;
    size_t cap; /* rows of the sample */

    /* Rows that are drawn below `limit`; at most twice `cap`. */
    size_t n, cap_x, cap_key;
    double *x, *blind;
    struct oddi_row_key *key;
    struct oddi_kept_flows *kept; /* per row, with memory */
    size_t cap_kept, max_bytes;   /* of flows that are kept: beyond it `cap` falls */
    struct oddi_draw limit;
    struct oddi_learner_memory memory;

    uint64_t rows, windows, thin, missing; /* seen; flows of entities that are too small or lack a value */
    int64_t first, last;                   /* starts of windows */
    struct oddi_row_dims *dims;            /* of --scope-dim; NULL: none. Set before the first window */

    struct oddi_ids ids; /* entities met lately, and who they are */
    struct oddi_entity_who *who;
    size_t cap_who;
    uint32_t *of_group; /* per group of the window: its number */
    size_t cap_of_group;
    struct oddi_group_scratch scratch;
    struct oddi_grouped grouped;
    struct oddi_entity_decoder decoder;
    struct oddi_text_cache cache;
    double *matrix;
    size_t cap_matrix;
    char *values;
};

enum odd_status oddi_learner_init(struct oddi_learner *l, const struct oddi_plan *plan,
                                  struct oddi_source *const *sources, size_t n_sources,
                                  const struct oddi_learner_caps *caps, struct odd_error *err) ODD_MUST_CHECK;
void oddi_learner_clear(struct oddi_learner *l);

/* A closed window, in window order. */
enum odd_status oddi_learner_add(struct oddi_learner *l, const struct oddi_window *win,
                                 struct odd_error *err) ODD_MUST_CHECK;
/* After the last window: the sample in the order of (start, hash), of the learner. *blind: its features with all that is
 * remembered of hosts taken as new (baseline/baseline.h); NULL without memory. */
enum odd_status oddi_learner_end(struct oddi_learner *l, struct oddi_rows_view *rows, const double **blind,
                                 struct odd_error *err) ODD_MUST_CHECK;

/* What the draws of the hosts' days in the sample are below; UINT64_MAX: all are in it. */
uint64_t oddi_learner_limit(const struct oddi_learner *l);
/* Leaves those of n rows whose hosts' days are drawn below `limit`, moving also held[i] of each; how many. */
size_t oddi_rows_drawn_below(struct oddi_row_key *key, double *held, size_t n, uint64_t limit);

/* The key of a row, but for its flows. zone NULL: UTC. */
struct oddi_row_key oddi_row_key(const struct oddi_entity_who *who, uint64_t entity, int64_t start,
                                 const struct oddi_zone *zone);

#endif
