/*
 * The dimensions that --scope-dim adds: the values of its expressions for the rows of a plan.
 *
 * An expression may read what the keys of the plan's entities read, and the window's start: then it has the same value for all records of an entity
 * in a window, and is asked of the first.
 */
#ifndef ODDFLOW_RUN_ROW_DIMS_H
#define ODDFLOW_RUN_ROW_DIMS_H

#include "baseline/baseline.h"
#include "read/source.h"
#include "run/plan.h"
#include "window/windows.h"

struct oddi_row_dims; /* one per thread */

/* *out = NULL if no dimension is one of the plan's. `dims` has their names and expressions; which[i] (room for ODDI_MAX_DIMS) is set to the number that
 * dimension i has among the plan's own, or -1: it reads what the plan's keys do not. With `texts` those of the values are kept. The plan must outlive it. ODD_ERR_USAGE with
 * the place of the fault. */
enum odd_status oddi_row_dims_new(const struct oddi_scope_dims *dims, const struct oddi_plan *plan,
                                  size_t n_sources, bool texts, int which[ODDI_MAX_DIMS],
                                  struct oddi_row_dims **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_row_dims_free(struct oddi_row_dims *d); /* NULL is allowed */

/* Values of a row of an entity whose first record is row `first` of the window: keys[i] by the plan's own numbers, as struct oddi_row_key has them. */
enum odd_status oddi_row_dims_of(struct oddi_row_dims *d, struct oddi_source *const *sources,
                                 struct oddi_text_cache *cache, const struct oddi_window *win, uint32_t first,
                                 uint64_t entity, uint64_t keys[ODDI_MAX_DIMS],
                                 struct odd_error *err) ODD_MUST_CHECK;

/* How many of the dimensions are the plan's own; the text of a value that a row had, as the expression language spells it. */
size_t oddi_row_dims_n(const struct oddi_row_dims *d);
const char *oddi_row_dims_text(const struct oddi_row_dims *d, size_t dim, uint64_t key);
bool oddi_row_dims_truth(const struct oddi_row_dims *d, size_t dim);

#endif
