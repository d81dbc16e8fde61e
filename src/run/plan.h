/*
 * The plan of a run: the options made into stages.
 *
 * First from the options alone, then bound to the inputs, whose headers say which features there are. Const while the
 * run runs, so that every thread may read it.
 */
#ifndef ODDFLOW_RUN_PLAN_H
#define ODDFLOW_RUN_PLAN_H

#include "detect/detect.h"
#include "expr/feature_expr.h"
#include "read/source.h"
#include "run/options.h"
#include "run/lane.h"
#include "scale/scale.h"
#include "window/windows.h"
#include "write/write.h"

/* What a run takes of one input. */
struct oddi_intake {
    struct oddi_recipe *recipes; /* d */
};

struct oddi_plan {
    struct oddi_zone *zone;          /* NULL = UTC */
    const char *tz_text, *home_text; /* as given, NULL if not */
    struct oddi_reader_options reader;
    const char **maps;
    char *map_text;
    const char *format;
    size_t block_size;
    unsigned threads;

    struct oddi_windows_config windows;

    const char *where_text; /* NULL: every row */
    struct oddi_where where;

    struct oddi_net *home;
    size_t n_home;
    struct oddi_by *by;    /* NULL: plain features of flows */
    bool entities;         /* rows are groups */
    struct oddi_lane lane; /* with `by` */
    bool spreads;
    struct oddi_spread spread;
    uint64_t min_flows;
    bool zero;          /* --missing zero */
    size_t memory_keys; /* at most, in each memory of what was met */

    struct oddi_feature_expr *exprs;
    size_t n_exprs;
    bool all_features;
    size_t d; /* features; the rest of this block is set by binding */
    char **names;
    bool *whole;
    enum oddi_function *functions;
    const char **shown,
        **phrases; /* how reasons speak of the features; phrases may be NULL, and each of them */
    bool *logarithm;
    bool *whole_features; /* the features themselves are whole numbers, not only what is shown */

    const char *scaler_text, *detector_text; /* specs as given */
    const struct oddi_scaler *scaler;
    struct oddi_spec scaler_spec;
    const struct oddi_detector *detector;
    struct oddi_spec detector_spec;

    const struct oddi_writer *writer;
    struct oddi_write_options write;
    bool strict, steps;
    uint64_t top; /* 0: all, in time order */
};

/* Zeroes and fills *plan from options of command "detect"; `opt` must outlive it. On failure nothing needs clearing. */
enum odd_status oddi_plan_init(struct oddi_plan *plan, const odd_options *opt,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_plan_clear(struct oddi_plan *plan);
/* Before it is bound: what speaks of home is made again, for option `home` of `opt`, which was set after oddi_plan_init. */
enum odd_status oddi_plan_set_home(struct oddi_plan *plan, const odd_options *opt,
                                   struct odd_error *err) ODD_MUST_CHECK;

/* The zone that option `tz` names (NULL = UTC), its TZif file read. */
enum odd_status oddi_plan_zone(const char *name, struct oddi_zone **out,
                               struct odd_error *err) ODD_MUST_CHECK;
/* Splits the lines of option `map`. *maps and *text are freed by the caller. */
enum odd_status oddi_plan_maps(const char *lines, const char ***maps, char **text, size_t *n,
                               struct odd_error *err) ODD_MUST_CHECK;
unsigned oddi_plan_threads(int64_t asked);

/* Binds the features to an input. The first one fixes the names; another whose features are named otherwise, or one
 * without a start time (unless timeless), is refused with a sentence. `numeric` tells for every column of the schema
 * whether it holds numbers (used with all_features). */
enum odd_status oddi_plan_bind(struct oddi_plan *plan, const char *source, const struct oddi_schema *schema,
                               const bool *numeric, struct oddi_intake *intake,
                               struct odd_error *err) ODD_MUST_CHECK;
/* Names the features of plan->by, which no input changes. */
enum odd_status oddi_plan_bind_by(struct oddi_plan *plan, struct odd_error *err) ODD_MUST_CHECK;
/* Whether an input has a start time, if the plan needs one. */
enum odd_status oddi_plan_check_source(const struct oddi_plan *plan, const char *source,
                                       const struct oddi_schema *schema,
                                       struct odd_error *err) ODD_MUST_CHECK;
/* Binds to pushed columns by their names. */
enum odd_status oddi_plan_bind_names(struct oddi_plan *plan, struct odd_error *err) ODD_MUST_CHECK;
void oddi_intake_clear(struct oddi_intake *intake);

#endif
