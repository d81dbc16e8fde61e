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
    struct oddi_model *model; /* tree.n_models */

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

struct oddi_baseline {
    char *program;       /* version of oddflow that wrote it */
    char *command;       /* the options it was learnt with, as they were given */
    double kappa;        /* baseline/fit.h */
    int64_t first, last; /* starts of the first and the last window */
    struct odd_ledger ledger;
    struct oddi_base_input *inputs;
    size_t n_inputs;
    struct oddi_base_plan *plans;
    size_t n_plans;
    struct oddi_day_stage
        stage; /* what thresholds for a budget of alerts are set by; its plans are `plans`. joint.n_kept == 0: none */
};

/* Frees all that *b holds and zeroes it. */
void oddi_baseline_clear(struct oddi_baseline *b);
void oddi_base_plan_clear(struct oddi_base_plan *p);

/* The models that judge a row: plan->blind or plan->model. */
const struct oddi_model *oddi_base_models(const struct oddi_base_plan *p, const struct oddi_row_key *key);
void oddi_base_judge(const struct oddi_base_plan *p, double kappa, const struct oddi_row_key *key,
                     const double *x, struct oddi_judgement *out);

/* Value of a plan's option; NULL if it has none. */
const char *oddi_base_option(const struct oddi_base_plan *p, const char *name);

#endif
