/*
 * The measures of one or more configurations over one data set, and how they are shown: a table for people, csv and ndjson
 * with one measure a line.
 */
#ifndef ODDFLOW_EVAL_REPORT_H
#define ODDFLOW_EVAL_REPORT_H

#include "base/buf.h"
#include "eval/bootstrap.h"
#include "eval/ctu13.h"
#include "eval/events.h"

#define ODDI_EVAL_LEVELS 7

/* What is judged: flows, entities in a window, hosts in a window, windows, hosts by either score or by the better of both. */
struct oddi_eval_level {
    const char *name;
    size_t rows; /* with a known truth */
    struct oddi_measures measures;
    struct oddi_confusion confusion; /* at the detector's own threshold */
    struct oddi_rates rates;
    struct oddi_bootstrap_result interval; /* replicates 0: all NaN */
};

/* The positive host that comes first; ranks from 1 among all hosts that were judged, whatever their truth; 0 = not ranked so
 * (a hunt has no one maximum). */
struct oddi_eval_first {
    const char *host; /* of the best rank by either score; NULL: no positive host was judged */
    size_t hosts, by_maximum, by_persistence, by_better;
};

struct oddi_eval_result {
    const char *config;
    struct oddi_eval_level level[ODDI_EVAL_LEVELS];
    size_t n_levels;
    bool timed; /* there are hosts in windows: what follows is set */
    struct oddi_ctu13_row ctu13, dummies[ODDI_CTU13_DUMMIES];
    struct oddi_event_measures events;
    struct oddi_eval_first first;
};

struct oddi_eval_report {
    const char *data;                   /* name of the data set */
    uint64_t flows, positive, negative; /* flows read; with a known truth */
    uint64_t hosts, positive_hosts;
    double alpha;
    int64_t ctu_width; /* ns */
    bool intervals;    /* there are confidence intervals */
    double confidence;
    const char *resampled; /* "hosts" or "windows" */
    const struct oddi_eval_result *results;
    size_t n;
};

/* One number. */
struct oddi_metric {
    const char *config, *level, *name;
    double value;
    struct oddi_interval interval; /* NaN: none */
    int better;                    /* 1: higher is better, -1: lower is, 0: neither */
};
typedef void (*oddi_metric_fn)(void *ctx, const struct oddi_metric *metric);

/* Every number of the report that is not NaN, in a fixed order. */
void oddi_eval_metrics(const struct oddi_eval_report *report, oddi_metric_fn fn, void *ctx);

void oddi_eval_table(const struct oddi_eval_report *report, struct oddi_buf *out);
void oddi_eval_csv(const struct oddi_eval_report *report, struct oddi_buf *out);
/* One object a line: data, config, level, metric, value and, where there is an interval, low and high. */
void oddi_eval_ndjson(const struct oddi_eval_report *report, struct oddi_buf *out);

/* Text for a field of a csv line: quoted where it must be. */
void oddi_csv_text(struct oddi_buf *out, const char *text);

#endif
