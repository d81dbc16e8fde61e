/*
 * A file of results that is kept beside the code: csv lines data,config,level,metric,value,low,high. A run replaces the lines
 * of its data set and configurations and leaves the others as they are; before that it may be compared with them.
 */
#ifndef ODDFLOW_EVAL_RESULTS_H
#define ODDFLOW_EVAL_RESULTS_H

#include "base/buf.h"
#include "eval/report.h"

/* Writes `before` (NUL-terminated, "" for none) with the report's lines in the place of those of the same data set and
 * configuration; new ones come last. ODD_ERR_FORMAT with the line if `before` is no such file. */
enum odd_status oddi_results_replace(const char *before, const char *name,
                                     const struct oddi_eval_report *report, struct oddi_buf *out,
                                     struct odd_error *err) ODD_MUST_CHECK;

/* One measure that fell. */
struct oddi_worse {
    const char *config, *level, *metric;
    double before, now; /* now NaN: it is no longer there */
};
typedef void (*oddi_worse_fn)(void *ctx, const struct oddi_worse *worse);

/* Calls fn for each measure of the report's configurations that is worse than in `before` by more than `tolerance` (of a
 * measure between 0 and 1; of others that share of the value before). Measures that are neither good nor bad, and
 * lines of other data sets and configurations, are not compared. */
enum odd_status oddi_results_compare(const char *before, const char *name,
                                     const struct oddi_eval_report *report, double tolerance,
                                     oddi_worse_fn fn, void *ctx, struct odd_error *err) ODD_MUST_CHECK;

#endif
