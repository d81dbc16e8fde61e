/* `oddflow learn --scope EXPR,...`: scopes that are given rather than found. */
#ifndef ODDFLOW_RUN_LEARN_SCOPES_H
#define ODDFLOW_RUN_LEARN_SCOPES_H

#include "run/hunt.h"

/* After the lanes of the plans: narrows them to what is in none of the scopes that --scope gives, and adds lanes for these. */
enum odd_status oddi_learn_scopes_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Whether scopes are searched for in what is in none of them: --scope says `auto`. */
bool oddi_learn_scopes_searched(const odd_options *opt);
/* The stage of days of all lanes: rows of scopes belong to the plan that they are shaped by. */
enum odd_status oddi_learn_scopes_stage(const struct oddi_hunt *hunt, const struct oddi_day_rows *days,
                                        size_t n_plans, struct oddi_day_stage *out,
                                        struct odd_error *err) ODD_MUST_CHECK;
/* Hands the scopes to the baseline. */
enum odd_status oddi_learn_scopes_give(struct odd_run *run, struct oddi_baseline *b,
                                       struct odd_error *err) ODD_MUST_CHECK;

#endif
