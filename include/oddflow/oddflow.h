/*
 * oddflow.h - the public interface of liboddflow: finds the odd flows out.
 *
 * The only header a user of the library needs. C17 and C++-clean. A whole program:
 *
 *     odd_options *opt = NULL;
 *     odd_run *run = NULL;
 *     const odd_window *win;
 *     struct odd_error err = ODD_ERROR_INIT;
 *     enum odd_status st;
 *
 *     if (odd_options_new("detect", &opt, &err) ||            // 1 the options of a command
 *         odd_options_set(opt, "features", "TotBytes,Dur", &err) ||
 *         odd_run_new(opt, &run, &err) ||                     // 2 a run with these options
 *         odd_run_add_file(run, "capture.binetflow", &err))   // 3 its input
 *         goto failed;                                        //   err.message says why
 *     while ((st = odd_run_next(run, &win, &err)) == ODD_OK)  // 4 windows, in time order
 *         printf("%zu odd of %zu\n", odd_window_outliers(win), odd_window_rows(win));
 *     odd_run_free(run);                                      // 5 frees what it lent
 *     odd_options_free(opt);
 *
 * Conventions
 *   Status     Functions that can fail return enum odd_status; 0 is success. ODD_END is not a failure.
 *   Errors     `struct odd_error *err` may be NULL; it is filled only when the status is not ODD_OK or ODD_END.
 *   Ownership  _new hands out, _free takes back and accepts NULL. Strings in are copied. Pointers out
 *              belong to the handle and live as long as each function says.
 *   Threads    One handle, one thread at a time; different handles never share state. A run may use
 *              threads of its own (option `threads`), joined before a call returns.
 *   Units      Times are int64 nanoseconds since 1970-01-01T00:00:00Z; durations are nanoseconds;
 *              features are doubles in the unit of their field (bytes, packets, seconds).
 *   Silence    The library never exits, prints, reads the environment or keeps mutable globals.
 *   Structs    Structs passed by pointer that begin with `struct_size` must have it set to their sizeof.
 */
#ifndef ODDFLOW_ODDFLOW_H
#define ODDFLOW_ODDFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ODD_VERSION_MAJOR 0
#define ODD_VERSION_MINOR 1
#define ODD_VERSION_PATCH 0
#define ODD_VERSION       "0.1.0"

#if defined(__GNUC__)
#define ODD_API        __attribute__((visibility("default")))
#define ODD_MUST_CHECK __attribute__((warn_unused_result))
#else
#define ODD_API
#define ODD_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors ------------------------------------------------------------------- */

enum odd_status {
    ODD_OK = 0,
    ODD_END,          /* no more data; not a failure */
    ODD_AGAIN,        /* nothing now, more may come (push and live sources) */
    ODD_ERR_USAGE,    /* the caller asked for something that cannot be: exit code 2 */
    ODD_ERR_IO,       /* the operating system refused: open, read, write */
    ODD_ERR_FORMAT,   /* the input is not what it should be */
    ODD_ERR_NO_DATA,  /* not one good record, or too few to learn from */
    ODD_ERR_MEMORY,   /* an allocation failed */
    ODD_ERR_LIMIT,    /* a named cap was reached */
    ODD_ERR_CANCELED, /* the progress callback asked to stop */
    ODD_ERR_CLOSED,   /* the reader of our output has gone (EPIPE) */
    ODD_ERR_INTERNAL, /* a bug in oddflow */
};

#define ODD_NO_POSITION UINT64_MAX

/* Filled by a failing call. Caller-owned; initialise with ODD_ERROR_INIT. */
struct odd_error {
    enum odd_status status;
    uint64_t line;     /* 1-based line of `source`, or ODD_NO_POSITION */
    uint64_t offset;   /* byte offset in the uncompressed source, or ODD_NO_POSITION */
    char source[256];  /* file or option the error is about; may be "" */
    char message[512]; /* one sentence, no newline, source and position not repeated */
};
#define ODD_ERROR_INIT                                                                                       \
    {                                                                                                        \
        ODD_OK, ODD_NO_POSITION, ODD_NO_POSITION, "", ""                                                     \
    }

/* Short name of a status ("usage", "io", ...); never NULL. */
ODD_API const char *odd_status_name(enum odd_status status);

/* The version as "MAJOR.MINOR.PATCH", and what was compiled in ("compiler: ...\ngzip input: yes, through zlib\n..."). */
ODD_API const char *odd_version(void);
ODD_API const char *odd_build_info(void);

/* RFC 3339 in UTC, with the shortest of 0, 3, 6 or 9 decimals that is exact: "2011-08-10T09:46:53.047277Z". Returns the
 * length. `out` is NUL-terminated. */
#define ODD_TIME_TEXT_MAX 40
ODD_API size_t odd_format_time(int64_t ts, char out[ODD_TIME_TEXT_MAX]);

/* ---- Tables: what there is -----------------------------------------------------------------
 * Every option, field, reader, scaler, detector and output is a row in a table; --help, the
 * manual page and the shell completion are made from the same rows. Rows are static and const. */

enum odd_param_type {
    ODD_PARAM_BOOL,     /* present or absent; yes/no, true/false, 1/0 */
    ODD_PARAM_INT,      /* whole number; suffixes k M G (powers of 1000) where the unit is rows or flows */
    ODD_PARAM_FLOAT,    /* decimal number */
    ODD_PARAM_SIZE,     /* bytes; suffixes k M G (powers of 1024) */
    ODD_PARAM_DURATION, /* 90s 1m 1h30m 1d 250ms; value in nanoseconds */
    ODD_PARAM_TIME,     /* RFC 3339 or nfdump's YYYY/MM/dd.hh:mm:ss; kept as text until the zone is known */
    ODD_PARAM_STRING,
    ODD_PARAM_CHOICE, /* one of `choices` */
    ODD_PARAM_LIST,   /* may be given more than once; values joined by newlines */
};

/* One option or component parameter. NULL strings mean "none". */
struct odd_param {
    const char *name; /* long option, config key and spec key: "min_samples" or "windows-only" */
    enum odd_param_type type;
    char letter;               /* one-letter twin, or 0 */
    const char *default_value; /* in the spelling the user would type; NULL = unset */
    double min, max;           /* inclusive, for INT FLOAT SIZE DURATION (in ns); min > max = unbounded */
    const char *
        choices; /* CHOICE: "drop|zero|error"; FLOAT: a word that it may be instead; STRING: "auto|<readers>", where <readers>
                                  stands for the names in that table, <numbers> for the numeric fields */
    const char *unit;        /* "rows", "bytes", "ns", "standard deviations", ... */
    const char *placeholder; /* what --help shows: "DUR", "FILE", "N" */
    const char *help;        /* one sentence, lower-case start, no full stop */
    const char *group;       /* heading in --help: "Windows", "Output", ... */
};

/* One row of a table. `params` has n_params entries (NULL when 0). */
struct odd_entry {
    const char *name;
    const char *summary;
    const char *details; /* type and unit of a field, spellings, file endings, ...; may be NULL */
    const struct odd_param *params;
    size_t n_params;
};

enum odd_table {
    ODD_TABLE_FIELDS,
    ODD_TABLE_READERS,
    ODD_TABLE_SCALERS,
    ODD_TABLE_DETECTORS,
    ODD_TABLE_OUTPUTS,
    ODD_TABLE_ATTACKS, /* kinds of attack the traffic generator plants */
    ODD_TABLE_PRESETS, /* details: its text, lines of `option = value` */
};

/* Number of rows, and row i (0-based; false past the end) into *entry, whose pointers are static. Names are
 * unique and sorted, but for the fields, which keep the order of a flow record; a field's details are its
 * type ("number", "address", ...). */
ODD_API size_t odd_table_size(enum odd_table table);
ODD_API bool odd_table_entry(enum odd_table table, size_t i, struct odd_entry *entry);

/* The unit of field i ("bytes", "s" or ""), and its k-th spelling with the dialect it comes from ("TotBytes",
 * "argus"). False past the end; static strings. */
ODD_API bool odd_field_unit(size_t field, const char **unit);
ODD_API bool odd_field_spelling(size_t field, size_t k, const char **name, const char **dialect);

/* The options of a command ("detect", "synth", "check"): *n rows, static. NULL if unknown. */
ODD_API const struct odd_param *odd_option_table(const char *command, size_t *n);

/* The name of `candidates` (n of them) nearest to `word`, for "did you mean"; NULL if none is near. */
ODD_API const char *odd_suggest(const char *word, const char *const *candidates, size_t n);

/* ---- Options ------------------------------------------------------------------------------- */

typedef struct odd_options odd_options;

/* A set of options of `command`, all at their defaults. */
ODD_API ODD_MUST_CHECK enum odd_status odd_options_new(const char *command, odd_options **out,
                                                       struct odd_error *err);
ODD_API void odd_options_free(odd_options *opt);
/* Sets option `name` from its text; checked at once: type, range and, for components, every parameter.
 * NULL or "" as value of a BOOL means yes. ODD_ERR_USAGE with did-you-mean otherwise. */
ODD_API ODD_MUST_CHECK enum odd_status odd_options_set(odd_options *opt, const char *name, const char *value,
                                                       struct odd_error *err);
/* The text of an option as set ("yes" or "no" for a BOOL) or by default; NULL if unset or unknown. Lives until it is set
 * again. */
ODD_API const char *odd_options_get(const odd_options *opt, const char *name);
/* Reads `option = value` lines (# starts a comment) from a NUL-terminated text; `name` is for messages. */
ODD_API ODD_MUST_CHECK enum odd_status odd_options_read(odd_options *opt, const char *text, const char *name,
                                                        struct odd_error *err);

/* ---- The ledger: what became of every record ------------------------------------------------ */

/* read = scored + late + bad + filtered + missing + thin + shed, always and exactly. */
struct odd_ledger {
    uint64_t read;           /* records taken from the sources */
    uint64_t scored;         /* judged in a window */
    uint64_t late;           /* their window had been emitted */
    uint64_t bad;            /* broken line, or a field that the plan reads does not parse */
    uint64_t filtered;       /* outside since/until (and, later, where) */
    uint64_t missing;        /* a feature has no value */
    uint64_t thin;           /* their entity had too few flows; 0 for flows */
    uint64_t shed;           /* refused by the memory limit */
    uint64_t windows;        /* windows with at least one row */
    uint64_t odd_windows;    /* of these, windows with outliers that had something to compare with */
    uint64_t empty;          /* windows between the first and the last without a row */
    uint64_t outliers;       /* rows judged odd */
    uint64_t alone;          /* of these, rows of windows without a core point: nothing to compare with */
    uint64_t muted;          /* rows that would have been odd, had no mute rule muted them */
    uint64_t bytes;          /* uncompressed bytes read */
    int64_t lateness_needed; /* ns: the lateness that would have kept every late row; 0 if none was late */
    uint64_t novelties;      /* of the outliers, those by a baseline */
};

/* ---- Runs ----------------------------------------------------------------------------------- */

typedef struct odd_run odd_run;
typedef struct odd_window odd_window;

/* A run of `opt`, whose command is "detect", "hunt" or "learn". The options are copied. A hunt, and a run with the option
 * `against` set to "run" or with a `baseline`, is written with odd_run_write; "learn" with odd_run_learn. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_new(const odd_options *opt, odd_run **out,
                                                   struct odd_error *err);
ODD_API void odd_run_free(odd_run *run);

/* Adds an input. "-" is standard input. All inputs are added before the first next or write; together
 * they are one time-ordered stream. The file is opened here, so that a missing one is told at once.
 * odd_run_add_fd takes a readable descriptor that stays the caller's; `name` is for messages. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_add_file(odd_run *run, const char *path,
                                                        struct odd_error *err);
ODD_API ODD_MUST_CHECK enum odd_status odd_run_add_fd(odd_run *run, int fd, const char *name,
                                                      struct odd_error *err);

/* A column of doubles or int64s lent for one call. Value i is at (char *)data + i * stride. */
struct odd_column {
    const char *name;     /* a field in any dialect's spelling, or any other name; "" is refused */
    const void *data;     /* doubles; int64 nanoseconds for ts_start */
    ptrdiff_t stride;     /* bytes from one value to the next; 0 = packed */
    const uint8_t *valid; /* bit i (LSB first) = value i is there; NULL = all are. NaN is missing too */
};

/* Pushes n rows. A run that is pushed to has no files; its feature names must be among the columns, and
 * ts_start too unless the option no-window is set. The first push fixes the names and their order.
 * Rows are copied. Windows that this completes are ready for odd_run_next. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_push(odd_run *run, const struct odd_column *columns,
                                                    size_t n_columns, size_t n_rows, struct odd_error *err);
/* No more rows will be pushed. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_end(odd_run *run, struct odd_error *err);

/* The next window, in time order: ODD_OK and *win, valid until the next call on `run`; ODD_AGAIN if a
 * pushed run needs more rows; ODD_END after the last. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_next(odd_run *run, const odd_window **win,
                                                    struct odd_error *err);

/* Receives output bytes; returns 0, or an errno value to stop (EPIPE gives ODD_ERR_CLOSED). */
typedef int (*odd_write_fn)(void *ctx, const void *bytes, size_t n);

/* Runs to the end and writes everything in the format of option `output`. Not mixed with odd_run_next. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_write(odd_run *run, odd_write_fn write, void *ctx,
                                                     struct odd_error *err);

/* Reads the inputs of a run with the options of command "learn" to the end and replaces `path` by the baseline learnt from them:
 * whole or not at all; what the file held before is kept as `path` + ".prev". ODD_ERR_NO_DATA if the inputs are too little to
 * learn from. What was learnt is told as notes. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_learn(odd_run *run, const char *path, struct odd_error *err);

/* Reads the inputs of a run with the options of command "accept" to the end, learns the scope from them and replaces the baseline by one with
 * that scope, in the same way; with `dry-run` nothing is written. ODD_ERR_NO_DATA and ODD_ERR_USAGE for a scope that `force` would
 * accept all the same. What was learnt is told as notes. */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_accept(odd_run *run, struct odd_error *err);

/* The account so far; complete after ODD_END or odd_run_write. `ledger` is caller-owned. */
ODD_API void odd_run_ledger(const odd_run *run, struct odd_ledger *ledger);

/* Progress: called from the calling thread about ten times a second; return true to stop the run with
 * ODD_ERR_CANCELED. total_bytes is 0 when it is not known (pipes). */
typedef bool (*odd_progress_fn)(void *ctx, uint64_t bytes, uint64_t total_bytes, uint64_t rows);
ODD_API void odd_run_set_progress(odd_run *run, odd_progress_fn fn, void *ctx);

/* A bad record. Strings live for the call. */
struct odd_bad {
    const char *source;
    uint64_t record; /* 0-based data row of its source */
    uint64_t line;   /* 1-based */
    uint64_t offset; /* byte offset of its first byte in the uncompressed source */
    const char *reason;
    const char *field; /* column at fault, or "" */
    const char *text;  /* the record as read, at most 256 bytes, not NUL-terminated */
    size_t text_size;
};
typedef void (*odd_bad_fn)(void *ctx, const struct odd_bad *bad);
/* Called for each bad record, in input order, from the calling thread. */
ODD_API void odd_run_set_bad(odd_run *run, odd_bad_fn fn, void *ctx);

/* Receives alerts as JSON lines (docs/formats/alerts.md) while the run goes on: verdicts of one preset about one entity in
 * windows that follow each other, under one id. Set before the run starts. Called from the calling thread. */
ODD_API void odd_run_set_alerts(odd_run *run, odd_write_fn write, void *ctx);

/* Rules about what nobody wants to be told of (docs/alerts.md): `text` is NUL-terminated and copied, `name` is for messages.
 * Set once, after the inputs were added and before the run starts. Muted rows are not odd: ledger.muted counts them, notes
 * tell what each rule did. ODD_ERR_USAGE with the line; where a condition is at fault, `show` (show_size bytes, may be NULL)
 * gets its text and below it a line of carets, else "". */
ODD_API ODD_MUST_CHECK enum odd_status odd_run_set_mute(odd_run *run, const char *text, const char *name,
                                                        char *show, size_t show_size, struct odd_error *err);

/* Things a user should be told that are neither results nor errors ("3 rows were late; --lateness 25m would
 * have kept them"): how many, and number i. They live as long as the run. */
ODD_API size_t odd_run_notes(const odd_run *run);
ODD_API const char *odd_run_note(const odd_run *run, size_t i);

/* ---- Windows and verdicts ------------------------------------------------------------------- */

ODD_API int64_t odd_window_start(const odd_window *win); /* ns, inclusive; INT64_MIN with no-window */
ODD_API int64_t odd_window_end(const odd_window *win);   /* ns, exclusive; INT64_MAX with no-window */
ODD_API size_t odd_window_rows(const odd_window *win);
ODD_API size_t odd_window_clusters(const odd_window *win);
ODD_API size_t odd_window_outliers(const odd_window *win); /* rows labelled -1 */
ODD_API size_t odd_window_features(const odd_window *win);
ODD_API const char *odd_window_feature_name(const odd_window *win, size_t j);
ODD_API double odd_window_mean(const odd_window *win, size_t j);
ODD_API double odd_window_std(const odd_window *win, size_t j); /* population deviation (ddof 0) */

/* With option `by` rows are entities: the keys of row i as text (several with a blank between), valid as long as the
 * window, and its flows in the window. False if rows are flows, or i is past the end. */
ODD_API bool odd_window_entity(const odd_window *win, size_t i, const char **text, uint64_t *flows);

/* Where the columns of a window's verdicts go; each pointer may be NULL, else it has room for
 * odd_window_rows values. */
struct odd_verdict_columns {
    size_t struct_size;
    uint32_t *source; /* index of the input, in the order added */
    uint64_t *row;    /* 0-based data row of its input */
    int32_t *cluster; /* -1 = noise, -2 = noise that a mute rule mutes */
    double *score;    /* 0-100, higher = odder; NaN where there is nothing to compare with */
};
ODD_API ODD_MUST_CHECK enum odd_status odd_window_verdicts(const odd_window *win,
                                                           struct odd_verdict_columns *columns);

/* Why outlier i (0-based, in row order) is odd in feature j. */
struct odd_reason {
    size_t struct_size;
    size_t row;                         /* index within the window */
    size_t nearest;                     /* index within the window of the nearest normal flow (core point) */
    double value;                       /* observed, in the feature's unit */
    double nearest_value;               /* of the nearest normal flow */
    double expected_low, expected_high; /* least and greatest value among the clustered rows */
    double share;     /* of the squared distance to the nearest normal flow; sums to 1 over features */
    double normal_at; /* value nearest to `value` at which the row would be normal, all else as it is;
                             NaN if this feature alone cannot make it so */
};
/* ODD_END if the window has no outlier i or no feature j, or nothing to compare with. */
ODD_API ODD_MUST_CHECK enum odd_status odd_window_reason(const odd_window *win, size_t i, size_t j,
                                                         struct odd_reason *reason);

/* ---- Matrix level: no time, no flows --------------------------------------------------------- */

/* A row-major view of rows x cols doubles, all finite. `stride` = bytes from row to row; 0 = packed. */
struct odd_matrix_view {
    const double *data;
    size_t rows, cols;
    ptrdiff_t stride;
};

/* Fits scaler `spec` ("standard", "robust", "minmax", "none") on x and writes the scaled matrix, packed, to
 * out (rows*cols). location and scale (cols values each) may be NULL. Source: sklearn/preprocessing/_data.py. */
ODD_API ODD_MUST_CHECK enum odd_status odd_scale(const char *spec, const struct odd_matrix_view *x,
                                                 double *out, double *location, double *scale,
                                                 struct odd_error *err);
/* Runs detector `spec` ("dbscan:eps=2.5,min_samples=5") on x as it is. labels and scores (rows values each)
 * may be NULL; scores are 0-100, NaN where there is nothing to compare with. */
ODD_API ODD_MUST_CHECK enum odd_status odd_detect(const char *spec, const struct odd_matrix_view *x,
                                                  int32_t *labels, double *scores, struct odd_error *err);

/* ---- Files of alerts ------------------------------------------------------------------------------ */

typedef struct odd_alert_file odd_alert_file;

/* Texts are NUL-terminated, "" where there is none. */
struct odd_alert {
    size_t struct_size;
    const char *id, *preset, *key;
    const char *start, *end; /* RFC 3339 as in the file */
    const char *reason, *command;
    const char *status;           /* "open", "confirmed" or "dismissed" */
    const char *because, *marked; /* of the last mark */
    double score;                 /* of the oddest row; NaN if there was nothing to compare with */
    uint64_t windows, count;      /* windows with odd rows; odd rows */
    const char *line;             /* as written, line_size bytes without the line end */
    size_t line_size;
};

/* Reads the text of a file that a run's alerts were written to; it is copied, `name` is for messages. ODD_ERR_FORMAT with
 * line and offset for what is no alert. */
ODD_API ODD_MUST_CHECK enum odd_status odd_alert_file_new(const char *text, size_t n, const char *name,
                                                          odd_alert_file **out, struct odd_error *err);
ODD_API void odd_alert_file_free(odd_alert_file *file);
ODD_API size_t odd_alert_file_size(const odd_alert_file *file);
/* Alert i, in the order of the file, into *alert; false past the end. Its texts live until it is marked. */
ODD_API bool odd_alert_file_get(const odd_alert_file *file, size_t i, struct odd_alert *alert);
/* Whether options of command "alerts" (status, entity, preset) choose alert i; false past the end. */
ODD_API bool odd_alert_file_chosen(const odd_alert_file *file, size_t i, const odd_options *options);
/* The index of the alert with this id, or of the only one whose id begins so (four digits at least). ODD_ERR_USAGE with
 * did-you-mean. */
ODD_API ODD_MUST_CHECK enum odd_status odd_alert_file_find(const odd_alert_file *file, const char *id,
                                                           size_t *i, struct odd_error *err);
/* Says what somebody has decided about alert i: `status` is "confirmed" or "dismissed", with a reason and the time (RFC
 * 3339 or as --since takes it), or "open", which takes a mark back and needs neither. */
ODD_API ODD_MUST_CHECK enum odd_status odd_alert_file_mark(odd_alert_file *file, size_t i, const char *status,
                                                           const char *because, const char *when,
                                                           struct odd_error *err);
/* Writes all lines, those that were not marked as they were. */
ODD_API ODD_MUST_CHECK enum odd_status odd_alert_file_write(const odd_alert_file *file, odd_write_fn write,
                                                            void *ctx, struct odd_error *err);

/* ---- Other commands --------------------------------------------------------------------------- */

/* Account of odd_check: every record decoded in every field. */
struct odd_check_report {
    size_t struct_size;
    uint64_t read, bad;
    uint64_t bytes;
    int64_t first, last; /* least and greatest ts_start in ns; first > last if there is none */
    char format[32];     /* reader that took the file */
};
/* Decodes every field of every record of `path` ("-" = standard input) by the options of command "check";
 * bad records go to fn (may be NULL). */
ODD_API ODD_MUST_CHECK enum odd_status odd_check(const odd_options *opt, const char *path, odd_bad_fn fn,
                                                 void *ctx, struct odd_check_report *report,
                                                 struct odd_error *err);

/* Writes the flows of `paths` (n_paths; "-" = standard input) that the options of command "flows" let through, as they
 * were read, under the first input's header; inputs come one after the other and must have the same columns. *ledger
 * (may be NULL): scored = written. Bad records go to fn (may be NULL). */
ODD_API ODD_MUST_CHECK enum odd_status odd_flows(const odd_options *opt, const char *const *paths,
                                                 size_t n_paths, odd_write_fn write, void *ctx, odd_bad_fn fn,
                                                 void *bad_ctx, struct odd_ledger *ledger,
                                                 struct odd_error *err);

/* The canonical text of a condition, as --where takes it; nfdump's and tcpdump's spelling ("src net 10.0.0.0/8 and dst
 * port 445") is translated. At most `size` - 1 bytes and a NUL go to `out`. On ODD_ERR_USAGE `show` (show_size bytes, may
 * be NULL) gets the text and below it a line of carets under the fault. */
ODD_API ODD_MUST_CHECK enum odd_status odd_explain_filter(const char *text, char *out, size_t size,
                                                          char *show, size_t show_size,
                                                          struct odd_error *err);

/* Whether this oddflow can judge by the baseline file `path`: all of it is read, and its plans are made as a run makes them. Writes one line
 * if so; ODD_ERR_FORMAT with a sentence if not. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_verify(const char *path, odd_write_fn write, void *ctx,
                                                           struct odd_error *err);
/* Writes what the baseline file `path` holds: what "show" = where it comes from and its plans, "scopes" = each scope of each plan
 * in words and as a condition, with its support and calibration, and the accepted ones, "log" = its changes. For people, or with json as NDJSON (an object for the file and
 * each plan, or for each scope). */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_show(const char *path, const char *what, int json,
                                                         odd_write_fn write, void *ctx,
                                                         struct odd_error *err);
/* What the baseline `after` learnt otherwise than `before`: for each plan the scopes that are the same, moved, gone or new, with their
 * support, thresholds, and the features whose centre or width changed, and what both remember. Text, or with json NDJSON. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_diff(const char *before, const char *after, int json,
                                                         odd_write_fn write, void *ctx,
                                                         struct odd_error *err);
/* Which scope of each plan judges a row, and why: `about` is n texts NAME=VALUE with the names plan, host, service, time, hour, weekday,
 * known (yes or no) and those of features, in the units of reasons. Text, or with json NDJSON. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_explain(const char *path, const char *const *about,
                                                            size_t n, int json, odd_write_fn write, void *ctx,
                                                            struct odd_error *err);
/* All that the baseline holds of its plans and scopes, as NDJSON (docs/schemas/baseline.schema.json). */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_export(const char *path, odd_write_fn write, void *ctx,
                                                           struct odd_error *err);

/* Takes a scope, named by its number or its expression, out of the baseline file `path`, which is replaced whole; `opt` of command "reject". Writes
 * one line that says so. ODD_ERR_USAGE if there is no such scope. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_reject(const char *path, const char *scope,
                                                           const odd_options *opt, odd_write_fn write,
                                                           void *ctx, struct odd_error *err);
/* Takes out of the baseline file `path` what `opt` of command "baseline" names (samples, expired, idle, least-rows), in the same way; with
 * dry-run it only tells what that would be. ODD_ERR_USAGE if nothing is named. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_prune(const char *path, const odd_options *opt,
                                                          odd_write_fn write, void *ctx,
                                                          struct odd_error *err);
/* Undoes a change of the baseline file `path`, named by its number (NULL: the last one that holds), in the same way; `opt` of command
 * "baseline". ODD_ERR_USAGE with a sentence if it cannot be undone. */
ODD_API ODD_MUST_CHECK enum odd_status odd_baseline_revert(const char *path, const char *number,
                                                           const odd_options *opt, odd_write_fn write,
                                                           void *ctx, struct odd_error *err);

/* Scopes that the dismissed ones of some alerts have in common, the best first, each with what accepting it would change and the command that
 * accepts it; `opt` of command "propose", with a baseline. The files are read once for all and once for each proposal. ODD_ERR_NO_DATA
 * if no alert is dismissed. */
ODD_API ODD_MUST_CHECK enum odd_status odd_propose(const odd_options *opt, const odd_alert_file *alerts,
                                                   const char *const *paths, size_t n_paths,
                                                   odd_write_fn write, void *ctx, struct odd_error *err);

/* Writes generated traffic by the options of command "synth". */
ODD_API ODD_MUST_CHECK enum odd_status odd_synth(const odd_options *opt, odd_write_fn write, void *ctx,
                                                 struct odd_error *err);

/* ---- Measuring on labelled flows ------------------------------------------------------------------
 * Configurations (options of command "detect", or a hunt) are run over files whose flows are known to be bad or good, and
 * what they say is held against that:
 *
 *     odd_eval_new(opt, &eval, &err), odd_eval_add(...), odd_eval_run(eval, paths, n, &err), odd_eval_write(...) */

typedef struct odd_eval odd_eval;

/* What the options of command "eval" say, which are copied: the truth, and the configurations of `preset`, `detector` and
 * `hunt`. Without any (and without odd_eval_add) the one that the other options make is measured. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_new(const odd_options *opt, odd_eval **out,
                                                    struct odd_error *err);
ODD_API void odd_eval_free(odd_eval *eval);
/* Another configuration: `option = value` lines (command "detect"), which overrule what the options of eval say. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_add(odd_eval *eval, const char *name, const char *text,
                                                    struct odd_error *err);
/* What is true, from the text of a labels file (address,label or address,start,end,label) instead of the input. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_labels(odd_eval *eval, const char *name, const char *text,
                                                       struct odd_error *err);
/* Reads the files once for the truth and once for each configuration. Once. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_run(odd_eval *eval, const char *const *paths, size_t n_paths,
                                                    struct odd_error *err);
/* The measures, in the format of option `output` (table, csv or ndjson). */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_write(const odd_eval *eval, odd_write_fn write, void *ctx,
                                                      struct odd_error *err);
/* The text of a results file `before` ("" for none; `name` is for messages) with these measures in the place of those of
 * the same data set and configurations. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_results(const odd_eval *eval, const char *name,
                                                        const char *before, odd_write_fn write, void *ctx,
                                                        struct odd_error *err);
/* A measure that was better in a results file. */
struct odd_worse {
    const char *config, *level, *metric;
    double before, now; /* now NaN: it is no longer there */
};
typedef void (*odd_worse_fn)(void *ctx, const struct odd_worse *worse);
/* Calls fn for each measure that is worse than in `before` by more than the option `tolerance`. */
ODD_API ODD_MUST_CHECK enum odd_status odd_eval_worse(const odd_eval *eval, const char *name,
                                                      const char *before, odd_worse_fn fn, void *ctx,
                                                      struct odd_error *err);

/* As those of a run; bad records and the ledger are those of the first configuration. */
ODD_API void odd_eval_set_progress(odd_eval *eval, odd_progress_fn fn, void *ctx);
ODD_API void odd_eval_set_bad(odd_eval *eval, odd_bad_fn fn, void *ctx);
ODD_API size_t odd_eval_notes(const odd_eval *eval);
ODD_API const char *odd_eval_note(const odd_eval *eval, size_t i);
ODD_API void odd_eval_ledger(const odd_eval *eval, struct odd_ledger *ledger);

#ifdef __cplusplus
}
#endif
#endif
