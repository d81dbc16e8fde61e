/* A plan of a baseline made into the plan of a run, as far as that goes without an input. */
#ifndef ODDFLOW_RUN_BASELINE_BIND_H
#define ODDFLOW_RUN_BASELINE_BIND_H

#include "baseline/baseline.h"
#include "run/plan.h"

struct oddi_bound_plan {
    odd_options *options; /* of command "detect" */
    struct oddi_plan plan;
};

/* ODD_ERR_FORMAT about the file `path` where its models or its memory are not those that its features ask for. On failure nothing
 * needs clearing. */
enum odd_status oddi_bound_plan_make(const struct oddi_base_plan *p, const char *path,
                                     struct oddi_bound_plan *out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_bound_plan_clear(struct oddi_bound_plan *b);

#endif
