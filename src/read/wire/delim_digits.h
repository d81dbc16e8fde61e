/* Columns of plain decimal numbers and of times with microseconds, all digits of a value at once. */
#ifndef ODDFLOW_READ_WIRE_DELIM_DIGITS_H
#define ODDFLOW_READ_WIRE_DELIM_DIGITS_H

#include "read/wire/delim_rows.h"

/* Numbers of field k from row r on into out, an empty field as NaN, up to the first that is not 1 to 15 digits with at
 * most one point between two of them: returns that row, or rows->n. The values are those of oddi_parse_double. */
typedef size_t (*oddi_decimals_fn)(const struct oddi_delim_rows *rows, size_t r, uint32_t k, double *out);

/* The function of an available level; NULL if it has none. */
oddi_decimals_fn oddi_decimals_at(enum oddi_simd level);

/* The second that times are in as Argus, CICFlowMeter and others write them: 19 bytes up to the second in whatever form,
 * a point, six digits. Neighbouring rows mostly share it, and then only the digits are parsed. */
struct oddi_second {
    char text[20]; /* up to the point; zeros match no text */
    int64_t ts;    /* ns since 1970 */
};

#define ODDI_MICRO_SIZE 26

/* Times of field k from row r on into out, up to the first that is not within the second: returns that row, or rows->n. */
typedef size_t (*oddi_same_second_fn)(const struct oddi_delim_rows *rows, size_t r, uint32_t k,
                                      const struct oddi_second *second, int64_t *out);
oddi_same_second_fn oddi_same_second_at(enum oddi_simd level);

#endif
