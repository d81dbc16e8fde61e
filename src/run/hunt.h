/*
 * Several plans over one reading of the input: `oddflow hunt`, `oddflow learn`, and `oddflow detect --against run`, which is one.
 *
 * Each plan has a lane of the decoded blocks (run/lane.h), windows of its own and a population (run/population.h) that is
 * judged when input has ended.
 */
#ifndef ODDFLOW_RUN_HUNT_H
#define ODDFLOW_RUN_HUNT_H

#include "run/learner.h"
#include "run/muter.h"
#include "run/population.h"
#include "run/run.h"

#define ODDI_MAX_LANES 64

struct oddi_hunt_lane {
    const char *name;     /* of the preset; "" without */
    odd_options *options; /* what `own` was made of; NULL where the plan is the run's */
    struct oddi_plan own;
    struct oddi_plan *plan;
    struct oddi_windows *windows;
    struct oddi_population rows;
    struct oddi_learner *learner;        /* ODDI_HUNT_LEARN: takes the windows instead of `rows` */
    const struct oddi_base_plan *learnt; /* ODDI_HUNT_NOVEL: what judges the rows; of hunt->baseline */
    size_t plan_index;                   /* LEARN, NOVEL: which plan of the baseline its rows are shaped by */
    struct oddi_accepted
        *accepted;  /* LEARN, NOVEL: the scope whose flows it takes; NULL: those that no scope takes */
    char *own_name; /* `name`, where it is made */
    struct oddi_muter *muter;   /* NULL: no mute rules */
    double ln_fpr;              /* ODDI_HUNT_NOVEL: at or below this ln p a row is odd */
    struct oddi_beside *beside; /* ... with --also-outliers (run/beside.h) */
    int dim[ODDI_MAX_DIMS];     /* ODDI_HUNT_LEARN: number of hunt->dims among the plan's own, or -1 */
    odd_run *run;
};

/* What --fdr found, of days of hosts. */
struct oddi_hunt_fdr {
    uint64_t spans, days, found;
    uint64_t most;         /* days in one span, at most */
    uint64_t beyond;       /* spans in which no single day could be found within the calibration */
    uint64_t extrapolated; /* of those found, the ones beyond the calibration */
    uint64_t calibration;  /* its days */
};

/* What becomes of the lanes at the end. */
enum oddi_hunt_report {
    ODDI_HUNT_AGAINST, /* entities, judged against those of the run */
    ODDI_HUNT_HOSTS,   /* hosts, ranked over all lanes */
    ODDI_HUNT_LEARN,   /* a baseline (run/learn.h) */
    ODDI_HUNT_NOVEL,   /* entities, judged by a baseline (run/novel.h) */
    ODDI_HUNT_ROWS,    /* entities that are not judged, with who they are (run/propose.h) */
};

struct oddi_hunt {
    struct oddi_hunt_lane *lanes;
    size_t n_lanes;
    size_t
        n_chosen; /* NOVEL: the first so many lanes are plans, the rest are rows of these in accepted scopes */
    struct oddi_lane *taken;      /* n_lanes, for the feeds */
    struct oddi_watermark *marks; /* how far each input has come */
    size_t *next;                 /* per input: rows of its head block that are taken */
    enum oddi_hunt_report report;
    char home[ODDI_HOME_MAX]; /* guessed; "" if not */
    uint64_t filtered;        /* records that no lane takes */
    uint8_t *mark;            /* scratch: rows of a block that a lane takes */
    size_t cap_mark;

    struct oddi_baseline baseline; /* ODDI_HUNT_NOVEL; what `accept` adds to */
    struct oddi_accepted
        *fresh; /* LEARN: scopes that are learnt, by id; the lanes' `accepted` are of these */
    size_t n_fresh;
    struct oddi_budget budget; /* ... with --budget: what that spends; else per_day is 0 */
    struct oddi_hunt_fdr fdr;  /* ... with --fdr */

    struct oddi_scope_dims *dims;   /* ODDI_HUNT_LEARN (run/learn_dims.h); NULL: none */
    unsigned dims_taken;            /* bit i: some plan has dimension i */
    struct oddi_calendar *calendar; /* NULL: none */

    /* The report. */
    struct oddi_write_options write;
    char **names; /* of its columns */
};

/* Lanes of the presets that the options name. `run` keeps them. */
enum odd_status oddi_hunt_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Lanes of the presets that a detect names: each a view of its own. */
enum odd_status oddi_presets_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* One lane: the run's own plan. */
enum odd_status oddi_against_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
void oddi_hunt_free(struct oddi_hunt *hunt);

/* After the inputs were added and the pool made: binds the plans, opens feeds and windows. */
enum odd_status oddi_hunt_start(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Reads to the end and judges. */
enum odd_status oddi_hunt_read(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Writes the hosts, oddest first (hunt_report.c), or the entities of each window (against.c). */
enum odd_status oddi_hunt_report(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_against_report(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

/* What the reports share. The command that prints the flows of a row's entity in its window; "" if none does. */
void oddi_population_command(const struct oddi_population *p, size_t row, struct oddi_buf *out);
/* The texts of a row's entity; pointers of n_keys and d into the population. */
void oddi_population_entity(const struct oddi_population *p, size_t row, const char **values,
                            const char **witness);

#endif
