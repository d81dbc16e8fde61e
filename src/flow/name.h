/* Names of columns and fields: matched without regard to case and to blanks, '_', '-' and '.'. */
#ifndef ODDFLOW_FLOW_NAME_H
#define ODDFLOW_FLOW_NAME_H

#include "flow/field.h"

/* True if a and b are the same but for case and separators. Two names of separators only are equal. */
bool oddi_name_equal(const char *a, size_t a_size, const char *b, size_t b_size);

struct oddi_name_match {
    enum oddi_field field; /* ODDI_NO_FIELD if none */
    uint32_t rank;         /* 0 = the canonical name, else 1 + index of the spelling: lower is preferred */
    double divisor;
    const struct oddi_spelling *spelling; /* NULL for the canonical name */
};

/* What oddi_field_find says, with how it was found. */
struct oddi_name_match oddi_name_find(const char *name, size_t n);

#endif
