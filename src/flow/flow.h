/* One flow with everything a reader could say about it: what an output shows of an odd flow. */
#ifndef ODDFLOW_FLOW_FLOW_H
#define ODDFLOW_FLOW_FLOW_H

#include "flow/addr.h"
#include "flow/field.h"
#include "flow/time.h"

struct oddi_text {
    const char *s; /* not NUL-terminated; NULL = missing */
    size_t n;
};

/* number[], time[] and code[] are indexed by enum oddi_field, used where the field's type says so. Missing: NaN,
 * ODDI_NO_TIME, UINT32_MAX, kind NONE, s NULL. */
struct oddi_flow {
    double number[ODDI_N_FIELDS];
    int64_t time[ODDI_N_FIELDS];
    uint32_t code[ODDI_N_FIELDS];
    struct oddi_addr addr[ODDI_N_FIELDS];
    struct oddi_text text[ODDI_N_FIELDS]; /* TEXT fields, and PROTO as it was spelt */
};

#endif
