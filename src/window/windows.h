/*
 * The open windows of a run: rows in, closed windows out, in time order.
 *
 * A window is due when the watermark (the least of the sources', less the lateness) has passed its end and more rows are
 * held than `hold`; the oldest goes first. A row is late if a window at or after its own has been taken. Both are decided
 * row by row, so that neither batch size nor thread count can show.
 *
 *     while rows are left: oddi_windows_add(), then while (oddi_windows_due()) oddi_windows_take()
 *     at the end: oddi_windows_flush(), then take until NULL
 *
 * One thread.
 */
#ifndef ODDFLOW_WINDOW_WINDOWS_H
#define ODDFLOW_WINDOW_WINDOWS_H

#include "window/align.h"
#include "window/rows.h"
#include "window/watermark.h"

#define ODDI_MAX_HOPS 128

enum oddi_missing { ODDI_MISSING_DROP, ODDI_MISSING_ZERO, ODDI_MISSING_ERROR };

struct oddi_window {
    int64_t start, end;
    size_t n_rows;
    size_t n_again; /* of these, rows whose records are counted in another window */
    uint64_t text;  /* bytes of the sources' text that is kept for the rows */
    struct oddi_strand *strands;
    struct oddi_window *next; /* free list */
};

struct oddi_windows_config {
    size_t d;
    struct oddi_align align;
    /* Hopping windows: their length; one starts wherever one of `align` does, and a row enters all that hold it, at most
     * ODDI_MAX_HOPS. Its record is counted in the first of them that has not been taken. 0: windows are those of `align`. */
    int64_t span;
    int64_t lateness;
    uint64_t hold;
    int64_t since, until; /* rows outside [since, until) are filtered */
    /* Of held rows and the text kept for them; beyond it rows are shed, and windows whose time has come are due as soon as
     * that text exceeds an eighth of it. 0 = none */
    uint64_t max_bytes;
    enum oddi_missing missing;
    size_t n_sources;
    bool timeless; /* one window, no times */
    /* Columns are any 8 bytes, the first a key: only a row whose key is 0 lacks a value. */
    bool opaque;
    /* Rows next to each other with the same record number are of one record: they are taken or refused together, and the
     * record is counted once. With `opaque` only. Those of a later time than the first are parts of a flow that lasts:
     * each enters its own window, the watermark knows nothing of them, and `until` leaves them out one by one. Without
     * `span`. */
    bool twins;
    uint64_t hash_key;
};

/* What became of the rows that were added. */
struct oddi_windows_count {
    uint64_t late, filtered, missing, shed;
    uint64_t opened, empty; /* windows taken with rows, and the empty ones between them */
    int64_t lateness_needed;
};

struct oddi_windows;

enum odd_status oddi_windows_new(const struct oddi_windows_config *config, struct oddi_windows **out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_windows_free(struct oddi_windows *w);

/* Adds rows [*from, to) of `source`, times ts[i] (not read if timeless), and stops early, with *from behind the last row
 * that was taken, when a window is due or a row's time is beyond `bound` (that row is taken). On a missing value under
 * ODDI_MISSING_ERROR: ODD_ERR_FORMAT, *from = that row. block: kept with the window where not NULL; *kept becomes true if
 * any row was. */
enum odd_status oddi_windows_add(struct oddi_windows *w, uint32_t source, const struct oddi_rows *rows,
                                 const int64_t *ts, size_t *from, size_t to, int64_t bound, void *block,
                                 struct odd_error *err) ODD_MUST_CHECK;
/* Told once a row of the block was stored in a window, per (window, block). May be NULL. */
void oddi_windows_on_keep(struct oddi_windows *w, void (*keep)(void *ctx, uint32_t source, void *block),
                          void *ctx);

void oddi_windows_source_ended(struct oddi_windows *w, uint32_t source);
/* How far a source has come: what the merge of several sources goes by. INT64_MIN before 16 rows. */
int64_t oddi_windows_source_time(const struct oddi_windows *w, uint32_t source);

bool oddi_windows_due(const struct oddi_windows *w);
/* The oldest open window if it is due (or everything is after flush); NULL otherwise. The window is the caller's until
 * oddi_windows_recycle. */
struct oddi_window *oddi_windows_take(struct oddi_windows *w);
/* All windows are due from now on. */
void oddi_windows_flush(struct oddi_windows *w);
/* Takes back a window and its rows. */
void oddi_windows_recycle(struct oddi_windows *w, struct oddi_window *win);

const struct oddi_windows_count *oddi_windows_count(const struct oddi_windows *w);
size_t oddi_windows_held(const struct oddi_windows *w); /* rows */

#endif
