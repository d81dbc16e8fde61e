/* `oddflow learn --scope-dim NAME=EXPR --calendar FILE.ics`: dimensions that users add to those by which scopes are found. */
#ifndef ODDFLOW_RUN_LEARN_DIMS_H
#define ODDFLOW_RUN_LEARN_DIMS_H

#include "run/hunt.h"

/* Before anything is read: names and expressions into hunt->dims; whether the calendar can be read. */
enum odd_status oddi_learn_dims_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* The lane's plan is bound, its learner made. */
enum odd_status oddi_learn_dims_start(struct oddi_hunt_lane *lane, struct odd_error *err) ODD_MUST_CHECK;
/* After all lanes were started: each dimension is one of some plan. */
enum odd_status oddi_learn_dims_started(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* After the last window: hunt->calendar, of what is on in [first, last]. */
enum odd_status oddi_learn_calendar(struct odd_run *run, int64_t first, int64_t last,
                                    struct odd_error *err) ODD_MUST_CHECK;
/* After oddi_learner_end: the events of its rows. */
void oddi_learn_dims_rows(struct oddi_hunt_lane *lane);
/* After the scopes were found: what their cuts speak of, into the plan. */
enum odd_status oddi_learn_dims_give(struct oddi_hunt_lane *lane, struct oddi_base_plan *p,
                                     struct odd_error *err) ODD_MUST_CHECK;
/* At the end: the calendar into the baseline, if a scope asks for it, and what is told of both. */
enum odd_status oddi_learn_dims_end(struct odd_run *run, struct oddi_baseline *b,
                                    struct odd_error *err) ODD_MUST_CHECK;

#endif
