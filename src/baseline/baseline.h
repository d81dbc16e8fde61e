/*
 * A baseline: plans and what was learnt of each, with where it comes from. What a .odd file holds (docs/formats/baseline.md).
 */
#ifndef ODDFLOW_BASELINE_BASELINE_H
#define ODDFLOW_BASELINE_BASELINE_H

#include "baseline/budget_days.h"
#include "baseline/fit.h"
#include "baseline/memory.h"

/* Caps of a file: more is refused, by the writer and by the reader. */
#define ODDI_BASE_MAX_PLANS    ((size_t)64)
#define ODDI_BASE_MAX_OPTIONS  ((size_t)256) /* of a plan */
#define ODDI_BASE_MAX_INPUTS   ((size_t)4096)
#define ODDI_BASE_MAX_TEXT     ((size_t)65535)
#define ODDI_BASE_MAX_FEATURES ((size_t)1024)
#define ODDI_BASE_MAX_NODES    ((size_t)4095)
#define ODDI_BASE_MAX_SAMPLE   ((size_t)1 << 20)
#define ODDI_BASE_MAX_ACCEPTED ((size_t)256)
#define ODDI_BASE_MAX_CHANGES  ((size_t)1000) /* then the oldest go */

/* `name = value` of the command detect; a list has one for each of its values. */
struct oddi_base_option {
    char *name, *value;
};

struct oddi_base_plan {
    char *name;                       /* of the preset, or "own" */
    struct oddi_base_option *options; /* by, feature, window, ...: all that says what a row is */
    size_t n_options;
    size_t d;
    uint64_t rows;    /* seen; the models stand on a sample of them */
    uint64_t windows; /* seen, those without rows among them */
    struct oddi_scope_tree tree;
    struct oddi_scope_dims *dims; /* --scope-dim; NULL: none. tree.dims is this */
    struct oddi_model *model;     /* tree.n_models */

    /* Of plans whose features ask what is new. A host that was not met on two days of training is judged by `blind`: models of the
     * same rows and scopes with all that is said of hosts taken as new. With one or two days of training model[0] is not
     * calibrated, and `blind` judges all. */
    struct oddi_base_memory memory;
    struct oddi_model *blind; /* tree.n_models; NULL without memory */

    /* Rows kept as examples: the nearest normal ones of reasons. */
    size_t n_sample;
    double *x; /* n_sample * d */
    struct oddi_row_key *key;
};

struct oddi_base_input {
    char *name;
    uint64_t bytes; /* of its records, decompressed */
    uint32_t crc;   /* CRC-32C of them */
};

/* A scope that somebody made by hand: the flows for which `expression` is true leave the rows of the plans and make rows of their own,
 * which models of their own judge. Of several that hold for a flow the newest takes it, that with the greatest id. */
struct oddi_accepted {
    uint32_t id;      /* from 1; no scope of this file ever had it before */
    char *name;       /* in words; "": none */
    char *expression; /* a condition on flows, as --where takes it */
    char *owner, *reason;
    int64_t when; /* accepted, ns since the epoch; ODDI_BASE_NEVER: learnt with the rest of the baseline */
    int64_t
        expires; /* flows that start at or after it are judged as if there were no such scope; ODDI_BASE_NEVER */
    char *command;                  /* what its flows were chosen by: "--since '2025-03-10 12:00'" */
    struct oddi_base_input *inputs; /* that it was learnt from; those of the baseline if there are none */
    size_t n_inputs;
    /* Models of the rows that its flows make in the plan of this name of the baseline, whose options they are: n_options is 0, and there is one
     * scope. Where a plan has none here, too few rows were there to learn from, and it does not judge the flows. */
    struct oddi_base_plan *plans;
    size_t n_plans;
};

#define ODDI_BASE_NEVER INT64_MAX

/* How a change is undone. */
enum oddi_undo {
    ODDI_UNDO_NOTHING, /* it is not */
    ODDI_UNDO_REMOVE,  /* scope `id` is taken out */
    ODDI_UNDO_RESTORE, /* `scope` is put back */
    ODDI_UNDO_FILE, /* the whole file as it was before: FILE.prev, if it is that (before_crc, before_size) */
    ODDI_N_UNDOS
};

/* One line of the log. */
struct oddi_change {
    uint32_t number; /* from 1, ascending without a gap */
    int64_t when;    /* ns since the epoch */
    char *command;   /* as it was given: "accept --scope '...'" */
    char *what;      /* one sentence without a full stop: "accepted scope 1: ..." */
    char *owner, *reason;
    enum oddi_undo undo;
    uint32_t id;                 /* REMOVE, RESTORE: of the scope */
    struct oddi_accepted *scope; /* RESTORE: what was taken out; else NULL */
    uint32_t before_crc;         /* checksum and size of the body of the file that was changed */
    uint64_t before_size;
    uint32_t undone_by; /* number of a later change; 0: it holds */
};

struct oddi_baseline {
    char *program;                  /* version of oddflow that wrote it */
    char *command;                  /* the options it was learnt with, as they were given */
    double kappa;                   /* baseline/fit.h */
    int64_t first, last;            /* starts of the first and the last window */
    struct oddi_calendar *calendar; /* --calendar; NULL: none. tree.calendar of the plans is this */
    struct odd_ledger ledger;
    struct oddi_base_input *inputs;
    size_t n_inputs;
    struct oddi_base_plan *plans;
    size_t n_plans;
    struct oddi_day_stage
        stage; /* what thresholds for a budget of alerts are set by; its plans are `plans`. joint.n_kept == 0: none */
    struct oddi_accepted *accepted; /* by id, the newest last */
    size_t n_accepted;
    struct oddi_change *changes; /* since it was learnt, the newest last (baseline/change.h) */
    size_t n_changes;
    uint32_t last_id; /* the greatest that a scope ever had */

    /* Not of the file: what oddi_baseline_read() read. 0 in one that was made. */
    uint32_t file_crc, file_version;
    uint64_t file_size; /* of its body */
};

/* Frees all that *b holds and zeroes it. */
void oddi_baseline_clear(struct oddi_baseline *b);
void oddi_base_plan_clear(struct oddi_base_plan *p);
void oddi_accepted_clear(struct oddi_accepted *a);
void oddi_change_clear(struct oddi_change *c);

/* The models that judge a row: plan->blind or plan->model. */
const struct oddi_model *oddi_base_models(const struct oddi_base_plan *p, const struct oddi_row_key *key);
void oddi_base_judge(const struct oddi_base_plan *p, double kappa, const struct oddi_row_key *key,
                     const double *x, struct oddi_judgement *out);

/* Value of a plan's option; NULL if it has none. */
const char *oddi_base_option(const struct oddi_base_plan *p, const char *name);

/* The plan of a name; NULL if there is none. */
const struct oddi_base_plan *oddi_base_find(const struct oddi_base_plan *plans, size_t n, const char *name);

#endif
