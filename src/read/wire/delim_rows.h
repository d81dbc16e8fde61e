/* The rows of a slice as decode hands them to the columns. Shared by the files of the engine only. */
#ifndef ODDFLOW_READ_WIRE_DELIM_ROWS_H
#define ODDFLOW_READ_WIRE_DELIM_ROWS_H

#include "read/wire/delim.h"

/* Good rows so far: row r begins at off[r] and its field k ends at pos[r * stride + k], or where only some ends are at hand
 * (delim_pick.h) at pos[r * stride + slot[k]]. The last position of a row is its end. */
struct oddi_delim_rows {
    const char *data; /* the block's */
    const uint32_t *pos, *off;
    size_t n;
    uint32_t n_columns, stride;
    const uint8_t *slot; /* NULL: all ends, stride = n_columns */
    const struct oddi_schema *schema;
    const struct oddi_zone *zone;
    const struct oddi_delim_style *style;
    enum oddi_simd simd;
    bool quotes;     /* fields may be quoted */
    uint32_t *fail;  /* n entries, zeroed at the first failure; see oddi_delim_fail */
    size_t n_failed; /* rows with one */
};

/* Marks row r as bad for `column` of the file (UINT32_MAX: none), unless it is marked. What was marked first stays. */
void oddi_delim_fail(struct oddi_delim_rows *rows, size_t r, uint32_t column, enum oddi_bad_reason reason);
static inline uint32_t oddi_delim_fail_column(uint32_t fail)
{
    return (fail >> 8) - 1;
}
static inline enum oddi_bad_reason oddi_delim_fail_reason(uint32_t fail)
{
    return (enum oddi_bad_reason)(fail & 255);
}

/* Values of `recipe` for every row into `out`, whose element type follows from recipe->type. `start`: it is the start
 * time, without which a row is ODDI_BAD_TIME. */
void oddi_delim_column(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, bool start, void *out);

#endif
