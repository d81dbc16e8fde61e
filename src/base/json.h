/*
 * Writing JSON into a buffer: always valid, always valid UTF-8.
 *
 * Bytes that are not UTF-8 are written as the escape of their value (0xE9 -> \u00e9), so that an invalid byte
 * never loses an alert. Numbers that are not finite become null.
 */
#ifndef ODDFLOW_BASE_JSON_H
#define ODDFLOW_BASE_JSON_H

#include "base/buf.h"

struct oddi_json {
    struct oddi_buf *out;
    uint32_t depth;
    bool comma; /* a comma is due before the next member */
};

void oddi_json_init(struct oddi_json *j, struct oddi_buf *out);
void oddi_json_begin_object(struct oddi_json *j);
void oddi_json_end_object(struct oddi_json *j);
void oddi_json_begin_array(struct oddi_json *j);
void oddi_json_end_array(struct oddi_json *j);
void oddi_json_key(struct oddi_json *j, const char *key); /* a literal of ours: not escaped */
void oddi_json_str(struct oddi_json *j, const char *s, size_t n);
void oddi_json_cstr(struct oddi_json *j, const char *s); /* NULL -> null */
void oddi_json_u64(struct oddi_json *j, uint64_t v);
void oddi_json_i64(struct oddi_json *j, int64_t v);
void oddi_json_double(struct oddi_json *j, double v,
                      int digits); /* significant digits; integral values bare */
/* With as many digits as it takes to read the same value back: 15, or else 17. */
void oddi_json_exact(struct oddi_json *j, double v);
void oddi_json_score(struct oddi_json *j, double v);
void oddi_json_bool(struct oddi_json *j, bool v);
void oddi_json_null(struct oddi_json *j);

/* The escaping alone, without quotes. */
void oddi_json_escape(struct oddi_buf *out, const char *s, size_t n);
/* For terminals: control characters, C1, bidi controls and invalid UTF-8 become \xHH; the rest as it is. */
void oddi_terminal_escape(struct oddi_buf *out, const char *s, size_t n);

#endif
