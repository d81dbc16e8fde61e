/* Which rows a baseline calls novel: by --fpr, a share of rows, or by --budget, alerts a day. */
#ifndef ODDFLOW_RUN_NOVEL_BUDGET_H
#define ODDFLOW_RUN_NOVEL_BUDGET_H

#include "run/hunt.h"

/* Sets ln_fpr of the lanes, whose plans are known. ODD_ERR_USAGE for a budget that is none, or with --fpr. */
enum odd_status oddi_novel_limits(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* The calibration of days of the plans that judge: of all plans, or of the one of several that was chosen, whose own days say what a
 * share of them is. Borrows from the baseline. */
struct oddi_day_stage oddi_novel_stage(const struct oddi_hunt *hunt);
/* Which plan of that stage a lane belongs to. */
size_t oddi_novel_stage_plan(const struct oddi_hunt *hunt, size_t lane);
/* After the report, with --budget: how many alerts a day there were. */
enum odd_status oddi_novel_tell_budget(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

#endif
