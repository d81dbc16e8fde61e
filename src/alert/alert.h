/*
 * Verdicts of one preset about one entity in windows that follow each other become one alert.
 *
 * Rows of a preset come in order of their windows. A row goes on with its entity's open alert if its window starts at most
 * `gap` window lengths after the end of the alert's last window (overlapping windows always do); an alert is closed, and
 * handed out, once no coming window can go on with it. Memory follows the open alerts, of which there are at most `max_open`.
 *
 * The id is a hash of (preset, key, start of the first window): the same in every rerun, whatever input follows and whatever
 * other presets run.
 */
#ifndef ODDFLOW_ALERT_ALERT_H
#define ODDFLOW_ALERT_ALERT_H

#include "base/error.h"
#include "result/result.h"

/* Keys are kept up to this length; longer ones are told apart within it alone. */
#define ODDI_ALERT_KEY_MAX 1024

struct oddi_alert_preset {
    const char *name;
    const char *const *features; /* names, in the order of the reasons */
    size_t n_features;
    const char *kind;        /* of its verdicts: "outlier" or "novelty" */
    const char *const *keys; /* of its entities, as the expression language spells them */
    size_t n_keys;
};

struct oddi_alerts_options {
    const struct oddi_alert_preset *presets; /* borrowed; names differ */
    size_t n_presets;
    uint64_t gap; /* windows without a verdict that an alert survives */
    size_t max_open;
};

/* One odd row. */
struct oddi_alert_row {
    size_t preset;
    const char *key; /* the entity, as text; not NUL-terminated */
    size_t key_size;
    int64_t start, end;                /* of its window, ns; start < end */
    double score;                      /* NaN: below all others */
    const struct oddi_reason *reasons; /* one a feature of the preset, or NULL */
    const char *sentence;              /* the reasons as one sentence, not NUL-terminated; may be NULL */
    size_t sentence_size;
    const char *command; /* prints the flows of that window, not NUL-terminated; may be NULL */
    size_t command_size;
    const char *const *values; /* of the preset's keys, NUL-terminated, "" = none; may be NULL */
};

struct oddi_alert {
    uint64_t id;
    size_t preset;
    const char *preset_name;
    char *key;
    size_t key_size;
    int64_t start, end;           /* of its first and last window */
    int64_t last_start;           /* start of its last window */
    int64_t peak_start, peak_end; /* the window of its oddest row; ties: the first */
    double score;                 /* of that row */
    uint64_t rows, windows;       /* joined */
    struct oddi_reason *reasons;  /* of that row; NULL: none */
    char *sentence, *command;
    size_t sentence_size, command_size;
    char *values; /* n_keys texts, each NUL-terminated, one behind the other; NULL: not told */
    bool done;    /* closed, not yet handed out */
};

/* Receives a closed alert, which lives for the call. */
typedef enum odd_status (*oddi_alert_fn)(void *ctx, const struct oddi_alert *alert, struct odd_error *err);

struct oddi_alerts;

enum odd_status oddi_alerts_new(const struct oddi_alerts_options *options, struct oddi_alerts **out,
                                struct odd_error *err) ODD_MUST_CHECK;
void oddi_alerts_free(struct oddi_alerts *a); /* NULL is allowed; open alerts are dropped */
/* Joins a row, or opens an alert with it. With max_open alerts open it is refused and counted, which is no failure. */
enum odd_status oddi_alerts_add(struct oddi_alerts *a, const struct oddi_alert_row *row,
                                struct odd_error *err) ODD_MUST_CHECK;
/* No row of a window of `preset` that starts before `start` will come: closes what that leaves behind and hands it out, by
 * start, then preset, then key. A status of fn that is not ODD_OK ends the handing out and is returned. */
enum odd_status oddi_alerts_advance(struct oddi_alerts *a, size_t preset, int64_t start, oddi_alert_fn fn,
                                    void *ctx, struct odd_error *err) ODD_MUST_CHECK;
/* No row will come: closes and hands out everything, in the same order. */
enum odd_status oddi_alerts_flush(struct oddi_alerts *a, oddi_alert_fn fn, void *ctx,
                                  struct odd_error *err) ODD_MUST_CHECK;
/* Rows refused so far; alerts opened so far. */
uint64_t oddi_alerts_refused(const struct oddi_alerts *a);
uint64_t oddi_alerts_opened(const struct oddi_alerts *a);

/* The id of an alert. */
uint64_t oddi_alert_id(const char *preset, const char *key, size_t key_size, int64_t start);

#endif
