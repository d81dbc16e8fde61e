/*
 * The structural index of rows that are as they should be, with only the field ends in it that are looked at.
 *
 * A row of C columns has C ends (delim_index.h), the last a newline. Where no row is otherwise, the number of ends so far
 * tells of each which column it is, and one instruction (PDEP of BMI2) spreads "wanted or not" over the ends of 64 bytes.
 * A projection of a few columns then costs half of what writing down all ends does. Levels without that instruction, and
 * text that is not like this, have the full index.
 */
#ifndef ODDFLOW_READ_WIRE_DELIM_PICK_H
#define ODDFLOW_READ_WIRE_DELIM_PICK_H

#include "read/wire/delim_index.h"

#define ODDI_PICK_COLUMNS 64 /* rows of more have the full index */

struct oddi_delim_pick {
    unsigned n_columns, n_wanted;
    uint8_t slot[ODDI_PICK_COLUMNS]; /* of a wanted column: which of a row's n_wanted positions it is */
    /* By the column of the first of up to 64 ends: which of them are wanted, and which are a row's last. */
    uint64_t wanted[ODDI_PICK_COLUMNS], last[ODDI_PICK_COLUMNS];
    uint8_t column[2 * ODDI_PICK_COLUMNS]; /* i modulo n_columns */
};

/* Whether this machine picks faster than it indexes. */
bool oddi_delim_pick_available(enum oddi_simd level);
/* wanted: bit k = the end of column k; the last column is always added. n_columns from 2 to ODDI_PICK_COLUMNS. */
void oddi_delim_pick_init(struct oddi_delim_pick *pick, unsigned n_columns, uint64_t wanted);
/* As oddi_delim_index_fn, but only positions of wanted ends; data[from] begins a row. False, and nothing told, where there
 * is a quote, a NUL, no newline at all, or a line with more or fewer ends than columns. Only where available. */
bool oddi_delim_pick_rows(const struct oddi_delim_pick *pick, const char *data, size_t from, size_t n,
                          char delimiter, struct oddi_delim_index *out);

#endif
