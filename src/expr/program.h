/* The inside of a program over rows, for those who compile into one (group_plan.c). */
#ifndef ODDFLOW_EXPR_PROGRAM_H
#define ODDFLOW_EXPR_PROGRAM_H

#include "expr/code.h"

struct oddi_program {
    struct oddi_code code; /* input i is need i */
    struct oddi_expr_need *needs;
    size_t n_needs, cap_needs;
};

/* An oddi_leaf_fn whose ctx is a program: fields and columns become its needs. */
uint32_t oddi_program_leaf(void *ctx, const struct oddi_expr *e, uint32_t i);
/* The register of a field; UINT32_MAX when memory ends. */
uint32_t oddi_program_field(struct oddi_program *p, enum oddi_field field);
/* Fills e->needs. */
bool oddi_needs_collect(struct oddi_expr *e);

#endif
