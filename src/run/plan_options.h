/* What of a plan's options a baseline keeps: all that says what a row is, and nothing that says how an input is read. */
#ifndef ODDFLOW_RUN_PLAN_OPTIONS_H
#define ODDFLOW_RUN_PLAN_OPTIONS_H

#include "base/buf.h"
#include "baseline/baseline.h"
#include "run/plan.h"

/* Into to->options; `preset` is the preset's name, whose own condition is kept (one that the user gave narrows what is learnt
 * from, not what a row is). */
enum odd_status oddi_plan_options_keep(const struct oddi_plan *plan, const odd_options *opt,
                                       const char *preset, struct oddi_base_plan *to,
                                       struct odd_error *err) ODD_MUST_CHECK;

/* Options of command "detect" from those of a plan, and from `given` those that say how the input is read and shown. `name` is
 * the file's, for messages: ODD_ERR_FORMAT where the file holds options that no plan has. */
enum odd_status oddi_plan_options_make(const struct oddi_base_plan *from, const odd_options *given,
                                       const char *name, odd_options **out,
                                       struct odd_error *err) ODD_MUST_CHECK;

/* ODD_ERR_USAGE with a sentence if `given` (of command "detect") has an option that the baseline decides. */
enum odd_status oddi_plan_options_check(const odd_options *given, struct odd_error *err) ODD_MUST_CHECK;

/* "--name value", the value quoted for a shell, behind what is there. */
void oddi_option_show(const char *name, const char *value, struct oddi_buf *out);
/* "--window 5m --where '...'": the options that were given, quoted for a shell. */
void oddi_options_show(const odd_options *opt, struct oddi_buf *out);

#endif
