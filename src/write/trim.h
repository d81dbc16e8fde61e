/* Blanks at the ends of a field are layout of the file (Argus writes "   ->"), not content. */
#ifndef ODDFLOW_WRITE_TRIM_H
#define ODDFLOW_WRITE_TRIM_H

#include "flow/flow.h"

static inline struct oddi_text oddi_trim(struct oddi_text t)
{
    while (t.n && t.s[0] == ' ') {
        t.s++;
        t.n--;
    }
    while (t.n && t.s[t.n - 1] == ' ')
        t.n--;
    return t;
}

#endif
