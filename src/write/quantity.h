/* Numbers as sentences show them: with the unit of their feature and, for limits, rounded so that the sentence stays true. */
#ifndef ODDFLOW_WRITE_QUANTITY_H
#define ODDFLOW_WRITE_QUANTITY_H

#include "base/buf.h"
#include "result/result.h"

/* " s" for features that are seconds, "" for all others; static. */
const char *oddi_quantity_unit(const char *feature);

/* Significant digits that keep the numbers of a reason apart: 6, the digits of oddi_format_quantity(), unless value and
 * normal_at (or nearest_value) share their first ones; then up to 17. */
int oddi_quantity_digits(const struct oddi_reason *r, bool whole);

/* Appends v with that many digits, thousands grouped where 6 suffice. */
void oddi_quantity_add(struct oddi_buf *out, double v, int digits);

/* Appends r->normal_at rounded away from r->value: what is printed is normal too. */
void oddi_quantity_add_limit(struct oddi_buf *out, const struct oddi_reason *r, int digits);

#endif
