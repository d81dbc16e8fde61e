/*
 * --against run: the entities of all windows as one population.
 *
 * While windows close, their entities are kept: who, when, the features. When input has ended, a sample of at most
 * ODDI_SAMPLE rows (the smallest seeded hashes of entity and window, so that order never shows) is scaled and fitted, and
 * every row is scored against it.
 */
#ifndef ODDFLOW_RUN_POPULATION_H
#define ODDFLOW_RUN_POPULATION_H

#include "base/ids.h"
#include "run/entity.h"
#include "run/group.h"
#include "run/recall.h"
#include "run/plan.h"
#include "run/row_dims.h"

#define ODDI_SAMPLE ((size_t)8000)

struct oddi_population {
    const struct oddi_plan *plan;
    struct oddi_source *const *sources;
    size_t n_sources;

    /* Entities by number. */
    struct oddi_ids ids;
    struct oddi_buf text;        /* their keys' values, each NUL-terminated */
    size_t *text_at;             /* where those of an entity begin */
    uint64_t *host;              /* key of its address (the first key that is one), 0 without */
    struct oddi_entity_who *who; /* kept if `wants_who` is set before the first window */
    bool wants_who;
    const struct oddi_base_memory
        *known; /* what is_new() and unseen() look up instead of what was met in this run; NULL */
    struct oddi_recall recall; /* with `known` */
    size_t cap_text, cap_host, cap_who;
    struct oddi_row_dims *dims; /* of a baseline's plan; NULL: none. Set before the first window */
    uint64_t *dim;              /* with `dims`: ODDI_MAX_DIMS by row */
    size_t cap_dim;

    /* Windows. */
    int64_t *start, *end;
    size_t *first;     /* their first rows; n_windows + 1 */
    uint64_t *n_flows; /* flows in their entities, each once */
    size_t n_windows, cap_start, cap_end, cap_first, cap_n_flows;

    /* Rows, by window. */
    size_t n, n_witness, n_hidden;
    uint32_t *entity, *window, *flows;
    double *x;         /* n * d */
    double *hidden;    /* n * n_hidden: features that no detector sees */
    uint32_t *witness; /* n * n_witness: 1 + offset in witness_text, 0 = none */
    size_t cap_entity, cap_window, cap_flows, cap_x, cap_hidden, cap_witness;
    struct oddi_ids witness_ids;
    uint32_t *witness_at; /* by number */
    size_t cap_witness_at;
    struct oddi_buf witness_text;
    /* Told of each window, whose first n entities became the rows from `first` on; NULL: nobody is. */
    enum odd_status (*watch)(void *ctx, const struct oddi_window *win, size_t held,
                             const struct oddi_grouped *g, size_t first, size_t n, struct odd_error *err);
    void *watch_ctx;
    size_t max_rows;                 /* cap; 0 = none */
    uint64_t refused, thin, missing; /* flows of entities beyond it, too small, without a value */

    /* After oddi_population_judge. */
    double *raw, *score, *surprise; /* n */
    uint32_t *sample;               /* rows, ascending */
    size_t n_sample, sample_max;    /* 0: ODDI_SAMPLE */
    size_t
        at_once; /* what a score of 75 is rare among (stats/tail.h): the hosts of a mean window, else the sample */
    struct oddi_matrix fitted; /* the sample, original units; entity = numbers */
    double *scaled;
    double *location, *scale;
    void *detector;
    uint32_t *order; /* d * n_sample: rows of the sample by each feature */
    bool alone;      /* nothing to compare with */
    bool *muted;     /* n, by mute rules (run/population_alarm.h); NULL: there are none */
    size_t n_muted;
    bool novel; /* judged by a baseline: odd is what has raw <= its limit */
    double ln_fpr;
    double *ln_limit; /* by window, instead of ln_fpr; NULL: that is the limit of all */

    struct oddi_group_scratch scratch;
    struct oddi_grouped grouped;
    struct oddi_run_memory memory;
    struct oddi_entity_decoder decoder;
    struct oddi_text_cache cache;
    double *matrix; /* of one window: groups * (d + hidden) */
    size_t cap_matrix;
    char *values; /* n_keys texts */
};

enum odd_status oddi_population_init(struct oddi_population *p, const struct oddi_plan *plan,
                                     struct oddi_source *const *sources, size_t n_sources,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_population_clear(struct oddi_population *p);

/* A closed window, in window order. */
enum odd_status oddi_population_add(struct oddi_population *p, const struct oddi_window *win,
                                    struct odd_error *err) ODD_MUST_CHECK;
/* After the last window: raw, score and surprise of every row. */
enum odd_status oddi_population_judge(struct oddi_population *p, struct odd_error *err) ODD_MUST_CHECK;

/* Whether a judged row is told as odd: no mute rule mutes it, and it has nothing to be compared with or its score is at the
 * threshold. */
bool oddi_population_odd(const struct oddi_population *p, size_t row);

/* The ln p at or below which a row that a baseline has judged is odd. */
double oddi_population_limit(const struct oddi_population *p, size_t row);

/* Value of key k of an entity. */
const char *oddi_population_value(const struct oddi_population *p, uint32_t entity, size_t k);
/* What feature j of a row is greatest of; "" for nothing. */
const char *oddi_population_witness(const struct oddi_population *p, size_t row, size_t j);
/* Why a row is odd: reasons[d]; *nearest = a row of the population. The expected range is from the 1st to the 99th
 * percentile of the other entities. ODD_END if there is nothing to compare with or the detector cannot say. */
enum odd_status oddi_population_explain(struct oddi_population *p, size_t row, struct oddi_reason *reasons,
                                        size_t *nearest, struct odd_error *err) ODD_MUST_CHECK;

/* Means, then population deviations, of the d features of rows [from, from + n); NaN without rows. */
void oddi_population_moments(const struct oddi_population *p, size_t d, size_t from, size_t n,
                             double *moments);

#endif
