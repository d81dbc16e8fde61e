/*
 * Scopes that no longer differ: the rows of either look as normal to the model of the other as to their own.
 *
 * Of the example rows of a scope a share q has p <= q by its own model. Two scopes are alike if by the other's model, both ways and
 * at q = 0.1 and 0.02, that share is off by no more than a quarter of q and two standard errors, sqrt(q (1 - q) / rows).
 */
#ifndef ODDFLOW_BASELINE_SCOPE_ALIKE_H
#define ODDFLOW_BASELINE_SCOPE_ALIKE_H

#include "baseline/baseline.h"

/* Example rows that both scopes need. */
#define ODDI_ALIKE_LEAST ((size_t)200)

struct oddi_alike {
    uint32_t a, b;   /* models, a < b */
    double share[2]; /* of a's rows with p <= 0.1 by b's model, and the other way round */
    size_t rows[2];  /* that were compared */
};

/* The pairs of scopes of a plan that are alike, in their order; *out is freed by the caller. `models` is p->model or p->blind: those that
 * judge. Only rows that these judge are compared. */
enum odd_status oddi_scopes_alike(const struct oddi_base_plan *p, const struct oddi_model *models,
                                  struct oddi_alike **out, size_t *n, struct odd_error *err) ODD_MUST_CHECK;

#endif
