/* `oddflow accept`: the flows of a scope are read as `oddflow learn` reads them, and their models join a baseline that is there. */
#ifndef ODDFLOW_RUN_ACCEPT_H
#define ODDFLOW_RUN_ACCEPT_H

#include "run/hunt.h"

/* The run's own plan, which says how the inputs are read. */
enum odd_status oddi_accept_plan(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Lanes of the baseline's plans for the flows of the scope, after oddi_accept_plan. `run` keeps them. */
enum odd_status oddi_accept_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

#endif
