/*
 * Judging one window: rows -> matrix -> scaler -> detector -> verdicts -> output bytes. A job of the pool.
 *
 * Everything that outlives the job is in struct oddi_judged_window; what is only needed while it runs is scratch of the
 * worker, so that memory follows the number of threads and the size of the largest window.
 */
#ifndef ODDFLOW_RUN_JUDGE_H
#define ODDFLOW_RUN_JUDGE_H

#include "base/pool.h"
#include "explain/explain.h"
#include "run/alarm.h"
#include "run/group.h"
#include "run/muter.h"
#include "run/plan.h"

#define ODDI_SLICE_ROWS ((size_t)64 << 10)

struct oddi_worker;

/* Labels of rows that are in no cluster: odd, and odd but muted by a rule. */
enum { ODDI_NOISE = -1, ODDI_MUTED = -2 };

/* What all jobs of a run share, const while they run. */
struct oddi_judge_shared {
    const struct oddi_plan *plan;
    struct oddi_source *const *sources; /* by input; NULL entries for pushed rows */
    size_t n_sources;
    const void *writer_state;
    bool pull;                   /* verdicts are wanted as columns, not as output */
    struct oddi_worker *workers; /* one per thread of the pool */
    struct oddi_muter **muters;  /* the same; NULL: no mute rules */
    bool alarms;                 /* the odd rows go to alerts */
};

/* Where a row came from. */
struct oddi_place {
    uint32_t source;
    uint64_t record, offset;
};

/* A rendered row of --top. */
struct oddi_ranked_row {
    double score;
    int64_t start;
    struct oddi_place place;
    size_t off, size; /* in the job's buffer */
};

struct oddi_judged_window {
    struct oddi_job job;
    const struct oddi_judge_shared *shared;
    struct oddi_window *window;  /* rows; given back by the run when the job is done */
    struct oddi_grouped grouped; /* with --by: the window's rows as entities */
    bool is_grouped;             /* done before the job, because windows must be learnt in their order */
    struct oddi_window_result result;
    uint64_t n_scored; /* records that are counted in this window and judged */
    size_t n_muted;    /* odd rows that a rule mutes; not among result.n_outliers */
    struct oddi_alarms alarms;
    double *moments; /* 2 * d: result.mean, result.std */
    char start_text[ODDI_TIME_TEXT_MAX];
    struct oddi_buf out;
    struct oddi_ranked_row *ranked; /* with --top: the window's oddest rows, oddest first */
    size_t n_ranked, cap_ranked;

    /* With pull: columns over the rows, and reasons of the odd ones in row order. */
    int32_t *label;
    double *score;
    uint32_t *source;
    uint64_t *record;
    size_t cap_rows;
    size_t *odd; /* row of odd row i */
    size_t *nearest;
    struct oddi_reason *reasons; /* n_odd * d */
    size_t n_odd, cap_odd;
    struct oddi_buf entity_text; /* of all rows, each NUL-terminated */
    size_t *entity_at;           /* where they begin */
    size_t cap_entities;

    /* With --all, a window of very many rows: the scratch that judged it, to write it from in slices. */
    struct oddi_worker *kept;
    size_t n_written; /* rows */

    enum odd_status status;
    struct odd_error error;
};

enum odd_status oddi_workers_new(const struct oddi_plan *plan, unsigned n, size_t n_sources,
                                 struct oddi_worker **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_workers_free(struct oddi_worker *workers, unsigned n);

enum odd_status oddi_judged_window_init(struct oddi_judged_window *j, const struct oddi_judge_shared *shared,
                                        struct odd_error *err) ODD_MUST_CHECK;
void oddi_judged_window_clear(struct oddi_judged_window *j);

/* Row of the matrix -> row of the window: of an entity, its first. */
static inline size_t oddi_first_row(const struct oddi_judged_window *j, size_t i)
{
    return j->shared->plan->entities ? j->grouped.first[j->grouped.entity[i]] : i;
}

/* Frees j->kept. */
void oddi_judged_window_release(struct oddi_judged_window *j);

/* The job function; j->window and j->shared are set. */
void oddi_judge_job(struct oddi_job *job, unsigned worker);

#endif
