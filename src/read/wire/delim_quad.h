/* Columns of dotted IPv4 addresses, all digits of an address at once. */
#ifndef ODDFLOW_READ_WIRE_DELIM_QUAD_H
#define ODDFLOW_READ_WIRE_DELIM_QUAD_H

#include "read/wire/delim_rows.h"

/* Addresses of field k from row r on into out, up to the first that is not a plain dotted quad: returns that row, or
 * rows->n. Agrees with oddi_parse_addr. */
typedef size_t (*oddi_quads_fn)(const struct oddi_delim_rows *rows, size_t r, uint32_t k,
                                struct oddi_addr *out);

/* The function of an available level. */
oddi_quads_fn oddi_quads_at(enum oddi_simd level);

#endif
