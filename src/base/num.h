/*
 * Strict, locale-free parsing and printing of numbers.
 *
 * Parsers take the whole of [s, s + n): leading or trailing junk, blanks, an empty text, "nan", "inf", hex
 * floats and values out of range are refused (false, *out untouched). Correctly rounded: parsing what
 * oddi_format_double17() printed gives the same bits.
 */
#ifndef ODDFLOW_BASE_NUM_H
#define ODDFLOW_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool oddi_parse_u64(const char *s, size_t n, uint64_t *out); /* digits only */
bool oddi_parse_i64(const char *s, size_t n, int64_t *out);  /* optional - or + */
bool oddi_parse_hex(const char *s, size_t n, uint64_t *out); /* after an optional 0x */
/* [+-] digits [. digits] [e [+-] digits]; at least one digit; finite (a decimal too large for a double is
 * refused, one too small is 0 or denormal). Fast path: at most 19 digits, exponent within 10^22 (Clinger 1990). */
bool oddi_parse_double(const char *s, size_t n, double *out);

/* With units. Durations: one or more NUMBER UNIT, units ns us ms s m h d w, number may have a fraction; a bare
 * number is seconds; no sign; the sum must be a whole number of nanoseconds. Sizes: k M G T (1024, any case) with
 * optional B or iB. Counts: k M G (1000, any case). Fractions are fine where the result is whole ("1.5G"). */
bool oddi_parse_duration(const char *s, size_t n, int64_t *ns);
bool oddi_parse_size(const char *s, size_t n, uint64_t *bytes);
bool oddi_parse_count(const char *s, size_t n, uint64_t *count);

/* Printing into `out`; return the number of characters, without a NUL. Same bytes on every machine. */
#define ODDI_NUM_MAX 40
size_t oddi_format_u64(char *out, uint64_t v); /* at most 20 */
size_t oddi_format_i64(char *out, int64_t v);
size_t oddi_format_u64_grouped(char *out, uint64_t v); /* 7,071,867 */
size_t oddi_format_double17(char *out, double v);      /* as printf("%.17g") */
size_t oddi_format_double(char *out, double v,
                          int digits); /* as printf("%.*g"), 1..17; exact; "nan" unsigned */
/* A score in [0, 100] at 12 significant digits, trailing zeros cut; the fast path of every output row. */
size_t oddi_format_score(char *out, double v);
/* A quantity for people: whole numbers grouped, others with at most 6 significant digits ("0.003 2" never). */
size_t oddi_format_quantity(char *out, double v);
/* A duration for people and for option texts: "1m", "1h30m", "250ms", "0s"; reads back to the same value. */
size_t oddi_format_duration(char *out, int64_t ns);

#endif
