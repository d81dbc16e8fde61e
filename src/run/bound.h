/* What programs read of one input: the columns to decode, each once, and per program which of them its needs are. */
#ifndef ODDFLOW_RUN_BOUND_H
#define ODDFLOW_RUN_BOUND_H

#include "expr/expr.h"

struct oddi_bound {
    struct oddi_recipe *recipes;
    size_t n, cap;
};

/* Which end of the flow `host` is. */
enum oddi_end { ODDI_END_SRC, ODDI_END_DST, ODDI_N_ENDS };

/* Adds the needs of `program`; *map (the caller's to free) has for each the index of its column, UINT32_MAX where the
 * input lacks it and may. ODD_ERR_USAGE for a name that the input does not have. */
enum odd_status oddi_bound_add(struct oddi_bound *b, const struct oddi_program *program,
                               const struct oddi_schema *schema, enum oddi_end end, uint32_t **map,
                               struct odd_error *err) ODD_MUST_CHECK;
/* Adds one need: *column is the index of its column, UINT32_MAX where the input lacks it and may. */
enum odd_status oddi_bound_need(struct oddi_bound *b, const struct oddi_expr_need *need,
                                const struct oddi_schema *schema, enum oddi_end end, uint32_t *column,
                                struct odd_error *err) ODD_MUST_CHECK;
void oddi_bound_clear(struct oddi_bound *b);

#endif
