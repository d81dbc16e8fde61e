/* A proposed scope, tried on flows: what would still be told if it were accepted. */
#ifndef ODDFLOW_RUN_PROPOSE_TRY_H
#define ODDFLOW_RUN_PROPOSE_TRY_H

#include "run/evidence.h"
#include "run/options.h"

struct oddi_try {
    const odd_options *options; /* of command "propose" */
    const char *const *paths;
    size_t n_paths;
    const char *expression; /* of the rule, a condition on flows */
    const struct oddi_rule *rule;
};

/* Reads the flows once: those that the scope would take make rows of their own, whose models are fitted on them and which are scored
 * as if they were new; the others are judged by the baseline. Fills `judged`, `kept` and `hidden` of *out; e->alert[].held is of the
 * rule (oddi_evidence_ask). */
enum odd_status oddi_propose_try(const struct oddi_try *t, const struct oddi_evidence *e,
                                 struct oddi_tried *out, struct odd_error *err) ODD_MUST_CHECK;

#endif
