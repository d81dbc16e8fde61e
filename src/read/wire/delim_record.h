/*
 * One record of delimited text, exactly: RFC 4180 quoting, any delimiter, LF or CRLF.
 *
 * A field is quoted if its first byte is a quote; a quote elsewhere is a byte like others. In a quoted field "" is one
 * quote, and delimiters and line ends are text. Damage costs one line, never more: a quoted field that does not end
 * within ODDI_MAX_RECORD bytes of the record's start or by the end of input, or that is followed by anything but a
 * delimiter or a line end, makes its first line alone the bad record, and the next line is a record of its own.
 */
#ifndef ODDFLOW_READ_WIRE_DELIM_RECORD_H
#define ODDFLOW_READ_WIRE_DELIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum oddi_record_state {
    ODDI_RECORD_WHOLE,
    ODDI_RECORD_BAD_QUOTE,
    ODDI_RECORD_TOO_LONG, /* its first line is longer than ODDI_MAX_RECORD */
    ODDI_RECORD_OPEN,     /* the bytes at hand do not tell; never at the end of input */
};

struct oddi_delim_record {
    size_t size;     /* bytes, line end not counted */
    size_t next;     /* bytes, line end counted */
    size_t newlines; /* in [0, next) */
    uint32_t fields; /* of a WHOLE record */
};

/* Measures the record at `data`. Where its first `max_pos` fields end, each plus `base`, goes to `pos` (NULL is allowed
 * when max_pos is 0): the delimiter, or for the last field the newline or the end of input (a '\r' before it is not
 * part of the field, and is left for the caller to cut). n >= 1. */
enum oddi_record_state oddi_delim_record(const char *data, size_t n, bool eof, char delimiter, uint32_t *pos,
                                         uint32_t max_pos, uint32_t base, struct oddi_delim_record *out);

/* The same for text without quotes: the record is the line at `data`. Never OPEN: what n bytes hold is all there is. */
enum oddi_record_state oddi_delim_line(const char *data, size_t n, char delimiter, uint32_t *pos,
                                       uint32_t max_pos, uint32_t base, struct oddi_delim_record *out);

/* Splits the field data[from, size) at runs of blanks: where its parts end, but for the last, goes to `pos` (at most
 * max_pos of them), each at the last blank of its run, plus `base`. Returns how many parts there are, at least 1. */
uint32_t oddi_delim_blanks(const char *data, size_t from, size_t size, uint32_t *pos, uint32_t max_pos,
                           uint32_t base);

/* Bytes of data[0, end) without one '\r' at the end. */
static inline size_t oddi_without_cr(const char *data, size_t end)
{
    return end && data[end - 1] == '\r' ? end - 1 : end;
}

#endif
