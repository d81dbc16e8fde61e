/*
 * The contract of an output: judged windows in, bytes out.
 *
 * Order: open, begin, then per window window_begin, row for each row that is written, window_end; at last end.
 * Between open and end the state is const: windows are rendered on any thread, each into its own buffer, and the buffers
 * are put in order by the caller. Failures are sticky in the buffer.
 */
#ifndef ODDFLOW_WRITE_WRITE_H
#define ODDFLOW_WRITE_WRITE_H

#include "base/buf.h"
#include "base/param.h"
#include "flow/flow.h"
#include "flow/schema.h"
#include "result/result.h"

enum {
    ODDI_WRITE_TEXT = 1, /* wants the record as it was read */
    ODDI_WRITE_FLOW = 2, /* wants the record decoded */
    /* For people: rows come oddest first, at most ODDI_TABLE_ROWS a window unless verbose, and windows with nothing to
     * compare with come last. Without it rows come in input order. */
    ODDI_WRITE_RANKED = 4,
    ODDI_WRITE_COMMAND = 8, /* wants the command of every entity; without it, that of odd ones alone */
};

/* Most rows of a window that the table shows unless `all` or `verbose`, and that --steps shows of its first and of its
 * odd rows: it is given its first rows twice (as read, scaled), then its oddest rows twice. */
enum { ODDI_TABLE_ROWS = 5, ODDI_STEPS_HEAD = 5, ODDI_STEPS_ODD = 10 };

struct oddi_write_options {
    size_t n_features;
    const char *const *features; /* names as shown: "bytes", "log1p(bytes)" */
    const bool *whole;           /* per feature: whole numbers only (bytes), for "bytes <= 40,211,003" */
    /* How reasons speak of the features; each NULL where no feature needs it. */
    const char *const *shown;   /* per feature, instead of its name: "bytes" for log1p(bytes) */
    const bool *logarithm;      /* per feature: what is shown is exp(value) - 1 */
    const char *const *phrases; /* per feature: "peers that never answered on {}", or NULL */
    size_t n_keys;              /* of entities; 0: rows are flows */
    const char *const *keys;    /* as the expression language spells them: "src_ip" */
    size_t n_sources;
    const char *const *sources; /* names of the inputs */
    const char *header;         /* csv: the input's header line, without line end; "" if none */
    size_t header_size;
    char delimiter; /* csv: the input's */
    bool all;       /* every row is written, not only odd ones */
    bool windows_only;
    bool no_window; /* there is one window and it has no time */
    bool top;       /* -n: rows come oddest first over all windows, without window_begin and _end */
    bool ranking; /* every row is of the whole run and stands at its rank (hunt): nothing is odd or normal */
    bool novelty; /* rows are judged by a baseline: verdicts have `novelty` */
    bool kinds;   /* both novelties and outliers are written */
    const char *preset; /* whose verdicts these are; NULL: none was named */
    const char *plan;   /* ... of several plans: the one whose rows these are; NULL: there is one */
    size_t clauses;     /* of an entity's reason, at most; 0: three */
    bool verbose;       /* table: every odd flow, not 5 a window */
    bool color;         /* table */
    unsigned width;     /* table: columns of the terminal, >= 80 */
    const struct oddi_zone *zone;
    const char *version;
    const char *fields;            /* --fields: names with commas between; NULL: not chosen */
    bool fields_json;              /* they are ndjson, not csv */
    uint16_t community_seed;       /* of Community IDs */
    const char *scaler, *detector; /* specs as given; NULL: not told */
};

/* A row to write. text is NULL when the writer does not want it or the source has none (pushed rows). */
struct oddi_write_row {
    const struct oddi_window_result *window;
    const struct oddi_verdict *verdict;
    const char *text; /* the record without its line end */
    size_t text_size;
    const struct oddi_flow *flow;
    const double *values; /* the row's features, original units */
    size_t shown;         /* rows already written in this window */
};

struct oddi_writer {
    const char *name, *summary, *details;
    unsigned caps;
    const struct odd_param *params;
    size_t n_params;
    size_t state_size;

    /* `options` and what it points to outlive the state. */
    enum odd_status (*open)(void *state, const struct oddi_write_options *options, struct odd_error *err);
    void (*begin)(const void *state, struct oddi_buf *out);
    void (*window_begin)(const void *state, const struct oddi_window_result *w, struct oddi_buf *out);
    void (*row)(const void *state, const struct oddi_write_row *row, struct oddi_buf *out);
    void (*window_end)(const void *state, const struct oddi_window_result *w, struct oddi_buf *out);
    void (*end)(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out);
    void (*close)(void *state);
};

/* The writer "steps" takes one window and its rows in four passes, `shown` counting through all of them: the first
 * min(ODDI_STEPS_HEAD, n_rows) rows of the window in input order, the same again, the first min(ODDI_STEPS_ODD, n_outliers)
 * odd rows in score order, the same again. */

/* write_table.c: sorted by name; NULL past the end. */
const struct oddi_writer *oddi_writer_at(size_t i);
const struct oddi_writer *oddi_writer_find(const char *name);

/* reason.c: the one-line reason, the same words in every output:
 *   "bytes 61,164,753: expected 60..40,186,221; would be normal at bytes <= 40,211,003"
 * with several features the largest share first, at most three of at least 1 %, then the smallest single change:
 *   "bytes 61,164,753 (93 %): expected 60..40,186,221; pkts 55,068 (7 %): expected 1..50,112; would be normal at bytes <= 41,000,112"
 * or "...; no single feature would make it normal". Raw bytes where a feature's name has them: the writer escapes.
 * Nothing for a normal row. A window with nothing to compare with: "3 flows: nothing to compare with". */
void oddi_write_reason(struct oddi_buf *out, const struct oddi_write_options *options,
                       const struct oddi_window_result *w, const struct oddi_verdict *v);

#endif
