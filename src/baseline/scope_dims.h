/* The dimensions that users add to those of scopes: --scope-dim NAME=EXPR. */
#ifndef ODDFLOW_BASELINE_SCOPE_DIMS_H
#define ODDFLOW_BASELINE_SCOPE_DIMS_H

#include "baseline/row.h"

/* A value that a cut of the tree asks for: its key (oddi_key of the type; of a condition 1 false, 2 true), and as the expression language
 * spells it: "3", "'lab'", "tcp/25". */
struct oddi_dim_value {
    uint64_t key;
    char *text;
};

struct oddi_scope_dim {
    char *name, *expression;
    bool truth; /* a condition: "lab" or "not lab" */
    struct oddi_dim_value *value;
    size_t n_values;
};

struct oddi_scope_dims {
    size_t n; /* at most ODDI_MAX_DIMS */
    struct oddi_scope_dim dim[ODDI_MAX_DIMS];
};

#define ODDI_DIM_FALSE 1
#define ODDI_DIM_TRUE  2

void oddi_scope_dims_free(struct oddi_scope_dims *dims); /* NULL is allowed */

#endif
