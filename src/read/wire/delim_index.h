/*
 * The structural index of delimited text: where the delimiters and newlines of a slice are.
 *
 * The hot loop of every text reader. Each level gives the same positions; which one runs is chosen once per file.
 * Positions come out of 64-byte bit masks through a table of the set bits of a byte (as in Lemire's and Mula's work on
 * base64 and JSON), which has no branch that real rows make unpredictable.
 */
#ifndef ODDFLOW_READ_WIRE_DELIM_INDEX_H
#define ODDFLOW_READ_WIRE_DELIM_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum oddi_simd { ODDI_SIMD_PORTABLE, ODDI_SIMD_AVX2, ODDI_SIMD_AVX512, ODDI_N_SIMD };

/* Entries that `pos` must have beyond the number of bytes indexed: each step stores a full vector. */
#define ODDI_INDEX_SLACK 16

struct oddi_delim_index {
    uint32_t *pos;     /* caller's, n + ODDI_INDEX_SLACK entries for n bytes */
    size_t n;          /* positions stored */
    size_t newlines;   /* of them */
    bool quotes, nuls; /* there are such bytes: `pos` alone does not tell the fields */
};

/* Positions of `delimiter` and '\n' in data[from, from + n), counted from data[0], ascending. At least 64 bytes behind
 * them are readable. from + n <= UINT32_MAX. */
typedef void (*oddi_delim_index_fn)(const char *data, size_t from, size_t n, char delimiter,
                                    struct oddi_delim_index *out);

/* The same for text with quotes, the first byte of which starts a record: positions and newlines outside of quotes. False
 * if it is not as simple as that: a field that is quoted in part, a line end within quotes, a NUL. With out->pos NULL the
 * positions are left out. */
typedef bool (*oddi_delim_quoted_fn)(const char *data, size_t from, size_t n, char delimiter,
                                     struct oddi_delim_index *out);

bool oddi_simd_available(enum oddi_simd level);
/* The best level of this machine. */
enum oddi_simd oddi_simd_best(void);
/* The functions of an available level. */
oddi_delim_index_fn oddi_delim_index_at(enum oddi_simd level);
oddi_delim_quoted_fn oddi_delim_quoted_at(enum oddi_simd level);

#endif
