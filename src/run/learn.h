/*
 * `oddflow learn`: plans whose rows are kept (run/learner.h) while the input is read as a hunt reads it, and fitted at its end.
 */
#ifndef ODDFLOW_RUN_LEARN_H
#define ODDFLOW_RUN_LEARN_H

#include "run/hunt.h"

/* Lanes of the plans that the options name. `run` keeps them. */
enum odd_status oddi_learn_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

#endif
