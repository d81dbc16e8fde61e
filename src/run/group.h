/*
 * A closed window's rows into entities: grouped by key, each group in record order, groups in the order of their first
 * rows. Then one row of features an entity.
 */
#ifndef ODDFLOW_RUN_GROUP_H
#define ODDFLOW_RUN_GROUP_H

#include "feature/memory.h"
#include "run/by.h"
#include "window/windows.h"

#define ODDI_MAX_MEMORIES 64

/* What is_new() and unseen() remember from window to window; one a run, for windows in their order. */
struct oddi_run_memory {
    const struct oddi_group_memory *kinds;
    struct oddi_memory *sets; /* n */
    size_t n;
    bool warm; /* a window has been learnt */
};
enum odd_status oddi_run_memory_init(struct oddi_run_memory *m, const struct oddi_by *by, size_t cap,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_run_memory_clear(struct oddi_run_memory *m);

/* The groups of one window; zero-initialised, memory is reused. */
struct oddi_grouped {
    size_t n_rows, n_groups;
    uint32_t *off;         /* n_groups + 1 */
    uint32_t *first;       /* per group: its first row in the window */
    uint64_t *key;         /* per group */
    int64_t *start, *last; /* per group, with by->gap: the first and the last start time */
    uint64_t *flat;        /* the slots' columns, sorted by group, one behind the other in their own types */
    void **slots;          /* n_slots, into flat */
    uint8_t *memory;       /* oddi_group_input */
    size_t cap_rows, cap_groups, cap_flat, cap_memory;
    uint32_t *row_of; /* sorted position -> row */
    uint32_t *entity; /* per matrix row: its group */
    size_t n_entities;
    uint64_t n_flows; /* in entities that are judged, each once */
    /* The account of the records that are counted in this window: in entities that are judged; in ones beyond the most that
     * may be; in ones without a value; in too small ones. A record in several counts once, as the first of these that one of
     * them is. */
    uint64_t n_scored, n_refused, n_missing, n_thin;
    uint8_t *approx; /* per entity and feature */
    size_t cap_approx;
};

/* Scratch of one thread. */
struct oddi_group_scratch {
    struct oddi_group_evaluator *evaluator;
    uint64_t *key;
    uint32_t *group, *place;
    size_t cap_rows;
    uint64_t *table; /* key -> group */
    uint32_t *ids;
    size_t table_size;
    uint8_t *fates; /* what befell each row */
    size_t cap_fates;
    struct oddi_session_row *timed; /* with by->gap: the rows in the order of entity and time */
    size_t cap_timed;
};
void oddi_group_scratch_clear(struct oddi_group_scratch *s);

/* Sorts the rows of a window into groups; with memory (NULL if the plan has none) looks up and learns, in window order. */
enum odd_status oddi_group_rows_of(const struct oddi_by *by, const struct oddi_window *win,
                                   struct oddi_run_memory *memory, struct oddi_group_scratch *s,
                                   struct oddi_grouped *g, struct odd_error *err) ODD_MUST_CHECK;

/* Features into *x (n_entities * n_features; room by the caller for n_groups rows): groups with fewer than min_flows rows are
 * left out, so are groups without a value unless `zero`, which takes 0, and those beyond the first `most` others. x NULL, with `zero`:
 * no features, only which entities there are. */
enum odd_status oddi_group_features(const struct oddi_by *by, const struct oddi_window *win,
                                    uint64_t min_flows, bool zero, size_t most, struct oddi_group_scratch *s,
                                    struct oddi_grouped *g, double *x, struct odd_error *err) ODD_MUST_CHECK;
void oddi_grouped_clear(struct oddi_grouped *g);

#endif
