/* The inside of a run: what run.c, loop.c, emit.c and push.c share. */
#ifndef ODDFLOW_RUN_RUN_H
#define ODDFLOW_RUN_RUN_H

#include "run/alerting.h"
#include "run/feed.h"
#include "run/judge.h"
#include "run/muter.h"
#include "run/plan.h"

enum oddi_run_stage {
    ODDI_RUN_ADDING,  /* inputs may be added */
    ODDI_RUN_READING, /* started: rows go into windows */
    ODDI_RUN_CLOSING, /* no more rows: the open windows are taken */
    ODDI_RUN_ENDED
};

struct oddi_run_input {
    struct oddi_source *source; /* until it is handed to the feed */
    bool *numeric;              /* with --features all: which columns are */
    struct oddi_feed *feed;
    const char *name; /* the source's, NULL for pushed rows */
    uint32_t crc;     /* learn: CRC-32C of its records, and how many bytes they are */
    uint64_t hashed;
    bool ended;
};

/* A row kept for --top. */
struct oddi_top_row {
    struct oddi_ranked_row key;
    char *bytes;
};

struct oddi_hunt;

struct odd_window {
    const struct oddi_judged_window *judged;
    const struct oddi_plan *plan;
};

struct odd_run {
    odd_options *options;
    odd_options *base;      /* hunt, learn: what the plan is made of */
    struct oddi_hunt *hunt; /* several plans over one reading, or NULL */
    struct oddi_plan plan;
    enum oddi_run_stage stage;
    bool pushed, writing;

    struct oddi_run_input *inputs;
    size_t n_inputs, cap_inputs;
    const char **source_names;    /* n_inputs */
    struct oddi_source **sources; /* n_inputs, for the jobs */
    struct odd_error empty_error; /* of the first input that was empty */
    size_t n_empty;

    struct oddi_pool *pool;
    struct oddi_windows *windows;
    struct oddi_judge_shared shared;
    void *writer_state;
    bool writer_open;

    /* Windows being judged, oldest first; a ring of pointers. */
    struct oddi_judged_window **jobs;
    size_t n_jobs, jobs_head, jobs_used;
    struct odd_window lent;
    bool lending; /* the head of the ring is the caller's */

    struct oddi_run_memory memory;   /* with --by: what was met in the windows before */
    struct oddi_group_scratch group; /* for grouping in the order of windows */

    struct odd_ledger ledger;
    uint64_t valueless;        /* flows of entities that lack a feature */
    uint64_t left_out;         /* rows that --where left out */
    struct odd_error deferred; /* reading an input failed: told when the rest is done */
    char *first_bad;           /* the first bad record, for "not one good record" */
    char **notes;
    size_t n_notes, cap_notes;

    struct oddi_muting muting;
    struct oddi_muter **muters; /* one a thread */
    odd_write_fn alert;         /* where alerts go; NULL: none are wanted */
    void *alert_ctx;
    struct oddi_alerting *alerting;

    odd_progress_fn progress;
    void *progress_ctx;
    int64_t progress_at; /* monotonic ns of the last call */
    odd_bad_fn bad;
    void *bad_ctx;

    /* Output. */
    odd_write_fn write;
    void *write_ctx;
    struct oddi_buf out;
    struct oddi_buf alone; /* windows with nothing to compare with, for writers that want them last */
    size_t n_alone, n_alone_kept;
    struct oddi_top_row *top;
    size_t n_top, cap_top;
    bool stepped;     /* --steps: a window has been shown */
    size_t n_stepped; /* windows before it */

    /* Pushed rows, copied. */
    double **push_feature;
    int64_t *push_ts;
    uint32_t *push_place;
    size_t push_cap;
    uint64_t push_rows;
};

/* run.c */
enum odd_status oddi_run_open_writer(struct odd_run *run, const struct oddi_write_options *w,
                                     struct odd_error *err) ODD_MUST_CHECK;
/* What the writers are told of a plan's features and keys, and of the inputs. */
void oddi_run_write_options(const struct odd_run *run, const struct oddi_plan *plan,
                            struct oddi_write_options *w);
/* emit.c */
enum odd_status oddi_run_put(struct odd_run *run, const char *bytes, size_t n,
                             struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_run_start(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_run_note(struct odd_run *run, struct odd_error *err, const char *fmt, ...) ODD_MUST_CHECK
    ODDI_PRINTF(3, 4);

/* Guesses home from the inputs unless it is given, and notes it: "" or "147.32.0.0/16". */
#define ODDI_HOME_MAX 64
enum odd_status oddi_run_guess_home(struct odd_run *run, char home[ODDI_HOME_MAX],
                                    struct odd_error *err) ODD_MUST_CHECK;
/* The only preset of a detect, as the table names it; NULL without. */
const char *oddi_run_preset_name(const struct odd_run *run);
/* What alerts and mute rules call the run's own plan: the preset's name, "detect" without one. */
const char *oddi_run_preset(const struct odd_run *run);
/* alert_api.c: before the first window; whether there are mute rules or alerts, and what they did. */
enum odd_status oddi_run_start_alerts(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_run_end_alerts(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_run_note_muted(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
void oddi_run_free_alerts(struct odd_run *run);

/* loop.c: takes back a window and releases the blocks it kept. */
void oddi_run_give_back(struct odd_run *run, struct oddi_windows *windows, struct oddi_window *win);
/* loop.c: a block's records into the ledger, its bad ones told, progress told. */
enum odd_status oddi_run_told(struct odd_run *run, struct oddi_feed *feed, struct oddi_fed *fed,
                              struct odd_error *err) ODD_MUST_CHECK;
/* loop.c: one step of a started run. ODD_OK: something was done, and oddi_run_ready() is to be asked; ODD_AGAIN: the ring
 * of jobs is full, or pushed rows are wanted; ODD_END: all windows are in the ring. */
enum odd_status oddi_run_step(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Puts windows that are due into the ring, which grows in a run that is pushed to. */
enum odd_status oddi_run_submit_due(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Finishes the job at the head of the ring (there must be one): *out is valid until oddi_run_pop. */
enum odd_status oddi_run_head(struct odd_run *run, struct oddi_judged_window **out,
                              struct odd_error *err) ODD_MUST_CHECK;
void oddi_run_pop(struct odd_run *run);
/* Whether the head of the ring should be handed on now: it is judged, or an input has nothing to read and there is time to
 * judge it. With one thread nobody else judges it. */
bool oddi_run_ready(const struct odd_run *run);
/* What is said when all is done: notes, and whether there was a good record at all. */
enum odd_status oddi_run_conclude(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

#endif
