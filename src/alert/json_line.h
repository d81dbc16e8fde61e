/*
 * One JSON object on a line, read strictly (RFC 8259): its members as spans of the line, which stay as they are.
 *
 * At most ODDI_JSON_MEMBERS members, nested at most ODDI_JSON_DEPTH deep; a member that is there twice is refused.
 */
#ifndef ODDFLOW_ALERT_JSON_LINE_H
#define ODDFLOW_ALERT_JSON_LINE_H

#include "base/buf.h"

#define ODDI_JSON_MEMBERS 64
#define ODDI_JSON_DEPTH   32

struct oddi_json_member {
    size_t key, key_size;     /* without its quotes */
    size_t value, value_size; /* as written */
};

struct oddi_json_line {
    const char *text; /* borrowed */
    size_t size;
    struct oddi_json_member member[ODDI_JSON_MEMBERS];
    size_t n;
};

/* False with *fault (a static sentence) and *at (offset of the fault) for what is not such an object. */
bool oddi_json_line_read(struct oddi_json_line *line, const char *text, size_t n, const char **fault,
                         size_t *at) ODD_MUST_CHECK;
/* The member of this name (without escapes), or NULL. */
const struct oddi_json_member *oddi_json_line_find(const struct oddi_json_line *line, const char *key);
/* Appends a string's value, escapes resolved, as UTF-8; false, and nothing appended, if it is not a string. */
bool oddi_json_line_string(const struct oddi_json_line *line, const struct oddi_json_member *m,
                           struct oddi_buf *out) ODD_MUST_CHECK;
/* A number's value; false if it is not a number or not finite. */
bool oddi_json_line_number(const struct oddi_json_line *line, const struct oddi_json_member *m,
                           double *out) ODD_MUST_CHECK;

#endif
