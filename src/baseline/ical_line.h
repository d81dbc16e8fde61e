/* Content lines of a calendar (RFC 5545, 3.1): unfolded, and cut into name, parameters and value. */
#ifndef ODDFLOW_BASELINE_ICAL_LINE_H
#define ODDFLOW_BASELINE_ICAL_LINE_H

#include "base/buf.h"

struct oddi_ical_lines {
    const char *p, *end;
    const char *source;
    uint64_t next;        /* number of the line at p, from 1 */
    uint64_t line;        /* where the content line at hand begins */
    struct oddi_buf text; /* unfolded */
    size_t length;        /* bytes taken for it */
};

/* Of the content line at hand: pointers into lines->text. */
struct oddi_ical_prop {
    char *name; /* upper case, NUL-terminated */
    const char *params;
    size_t n_params; /* as written, without the leading ';' */
    const char *value;
    size_t n_value;
};

void oddi_ical_lines_init(struct oddi_ical_lines *l, const char *text, size_t n, const char *source);
void oddi_ical_lines_free(struct oddi_ical_lines *l);
/* ODD_END behind the last one. Empty lines are passed over. */
enum odd_status oddi_ical_next(struct oddi_ical_lines *l, struct oddi_ical_prop *out,
                               struct odd_error *err) ODD_MUST_CHECK;
/* The value of a parameter (name in upper case), without quotes; false if there is none. */
bool oddi_ical_param(const struct oddi_ical_prop *p, const char *name, const char **value, size_t *n);
/* ODD_ERR_FORMAT about the content line at hand. */
enum odd_status oddi_ical_fail(const struct oddi_ical_lines *l, struct odd_error *err, const char *fmt, ...)
    ODDI_PRINTF(3, 4);

#endif
