/*
 * `oddflow learn`: plans whose rows are kept (run/learner.h) while the input is read as a hunt reads it, and fitted at its end.
 */
#ifndef ODDFLOW_RUN_LEARN_H
#define ODDFLOW_RUN_LEARN_H

#include "run/hunt.h"

#define ODDI_SCOPE_EXAMPLES ((size_t)256) /* rows that the file keeps of a plan in an accepted scope */

/* Lanes of the plans that the options name. `run` keeps them. */
enum odd_status oddi_learn_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

/* After the last window of a lane with `accepted`: appends the model of its rows to the scope's plans, for which there is room; to none if there are
 * too few rows. *day gets the rows, which stay the learner's, and what is freed by the caller: how odd each would have been as a
 * new one. */
enum odd_status oddi_learn_scope(struct oddi_hunt_lane *lane, const struct oddi_base_plan *of,
                                 struct oddi_day_rows *day, struct odd_error *err) ODD_MUST_CHECK;
/* The inputs of a run and their checksums, to *out (n_inputs), the caller's. */
enum odd_status oddi_learn_inputs(const struct odd_run *run, struct oddi_base_input **out, size_t *n,
                                  struct odd_error *err) ODD_MUST_CHECK;
/* Notes what a scope was learnt from, plan by plan of the baseline (learn_scopes.c). */
enum odd_status oddi_learn_tell_scope(struct odd_run *run, const struct oddi_baseline *b,
                                      const struct oddi_accepted *a, struct odd_error *err) ODD_MUST_CHECK;

#endif
