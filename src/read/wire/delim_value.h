/* Single values: the spellings of "missing", and everything the fast paths leave over. */
#ifndef ODDFLOW_READ_WIRE_DELIM_VALUE_H
#define ODDFLOW_READ_WIRE_DELIM_VALUE_H

#include "read/wire/delim_field.h"

/* A number field; NaN for missing: empty, "-", or (in any case) nan, null, inf and infinity with or without a sign. */
bool oddi_number_value(struct oddi_field_text raw, double *out);
/* Missing (empty or "-", or for times and codes null and nan too) gives kind NONE, UINT32_MAX, ODDI_NO_TIME. */
bool oddi_addr_value(struct oddi_field_text raw, struct oddi_addr *out);
bool oddi_port_value(struct oddi_field_text raw, uint32_t *out);
bool oddi_proto_value(struct oddi_field_text raw, uint32_t *out);
bool oddi_time_value(struct oddi_field_text raw, const struct oddi_zone *zone, struct oddi_time_cache *cache,
                     int64_t *out);

#endif
