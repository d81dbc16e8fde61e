/*
 * Changes of a baseline that was learnt: scopes that come and go, and the log that says who changed what and how it is undone.
 */
#ifndef ODDFLOW_BASELINE_CHANGE_H
#define ODDFLOW_BASELINE_CHANGE_H

#include "baseline/baseline.h"

/* What is told of a change; texts are copied, NULL is "". */
struct oddi_change_note {
    int64_t when;        /* ns since the epoch */
    const char *command; /* as it was given: "prune --samples" */
    const char *what;    /* one sentence without a full stop: "took out the samples of 4 plans" */
    const char *owner, *reason;
};

/* Appends a line to the log of a baseline that was read from a file; with ODDI_BASE_MAX_CHANGES lines the oldest goes. It is undone with
 * FILE.prev, as long as that is the file which `b` was read from. ODD_ERR_MEMORY: the log is as it was. */
enum odd_status oddi_base_log(struct oddi_baseline *b, const struct oddi_change_note *note,
                              struct odd_error *err) ODD_MUST_CHECK;

/* Takes *a over, on success only, as the newest scope, whose number it gets; and logs that. ODD_ERR_LIMIT with
 * ODDI_BASE_MAX_ACCEPTED scopes. */
enum odd_status oddi_base_accept(struct oddi_baseline *b, struct oddi_accepted *a,
                                 const struct oddi_change_note *note, struct odd_error *err) ODD_MUST_CHECK;
/* Takes scope `id` out, and logs that. ODD_ERR_USAGE if there is none. */
enum odd_status oddi_base_reject(struct oddi_baseline *b, uint32_t id, const struct oddi_change_note *note,
                                 struct odd_error *err) ODD_MUST_CHECK;
/* Undoes change `number`, but for ODDI_UNDO_FILE, and logs that, which can be undone in turn. ODD_ERR_USAGE with a sentence where that
 * cannot be: it has been undone, its scope is not there any more, or the plans have changed. */
enum odd_status oddi_base_revert(struct oddi_baseline *b, uint32_t number,
                                 const struct oddi_change_note *note, struct odd_error *err) ODD_MUST_CHECK;

/* NULL if there is none. */
struct oddi_accepted *oddi_base_accepted(const struct oddi_baseline *b, uint32_t id);
struct oddi_change *oddi_base_change(const struct oddi_baseline *b, uint32_t number);

#endif
