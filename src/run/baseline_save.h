/* What changes of a baseline file share: who and when, the file replaced, and what was done told. */
#ifndef ODDFLOW_RUN_BASELINE_SAVE_H
#define ODDFLOW_RUN_BASELINE_SAVE_H

#include "base/buf.h"
#include "baseline/change.h"

/* Time, owner and reason from the options; texts are those of `opt`. ODD_ERR_USAGE without a time. */
enum odd_status oddi_change_note_fill(const odd_options *opt, struct oddi_change_note *note,
                                      struct odd_error *err) ODD_MUST_CHECK;
/* Replaces the file in one step; what it was is kept as FILE.prev. */
enum odd_status oddi_baseline_save(const struct oddi_baseline *b, const char *path,
                                   struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_baseline_tell(struct oddi_buf *out, odd_write_fn write, void *ctx,
                                   struct odd_error *err) ODD_MUST_CHECK;

#endif
