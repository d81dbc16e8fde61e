/* Parameters of the search for scopes. */
#ifndef ODDFLOW_BASELINE_SCOPE_OPTIONS_H
#define ODDFLOW_BASELINE_SCOPE_OPTIONS_H

#include <stddef.h>

#define ODDI_SCOPE_MAX_FEATURES 4096
#define ODDI_SCOPE_MAX_SCOPES   256

struct oddi_scope_options {
    double lambda;                        /* weight of the description of the bins */
    size_t min_rows, min_hosts, min_days; /* on both sides of a cut; each at least 1 */
    size_t max_scopes;                    /* 1..ODDI_SCOPE_MAX_SCOPES */
};

/* Chosen on three generated campuses and checked on three more: parameters, not laws. */
#define ODDI_SCOPE_DEFAULTS                                                                                  \
    {                                                                                                        \
        .lambda = 0.5, .min_rows = 500, .min_hosts = 15, .min_days = 3, .max_scopes = 20                     \
    }

#endif
