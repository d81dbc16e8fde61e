/*
 * A file of alerts (docs/formats/alerts.md) that people mark: read, looked up by id, marked, written again.
 *
 * Lines stay as they were but for what a mark changes: members that are not known here are kept.
 */
#ifndef ODDFLOW_ALERT_STORE_H
#define ODDFLOW_ALERT_STORE_H

#include "base/buf.h"

enum oddi_alert_status { ODDI_ALERT_OPEN, ODDI_ALERT_CONFIRMED, ODDI_ALERT_DISMISSED };

/* NUL-terminated texts, "" where there is none. */
struct oddi_stored_alert {
    const char *id, *preset, *key, *start, *end, *reason, *command, *because, *marked;
    enum oddi_alert_status status;
    double score; /* NaN: none */
    uint64_t windows, count;
    const char *line; /* without its line end; not NUL-terminated */
    size_t line_size;
};

struct oddi_alert_store;

/* Reads [text, text + n), which is copied. Empty lines are left out. ODD_ERR_FORMAT with `name`, line and offset for what is
 * no alert and for an id that is there twice. */
enum odd_status oddi_alert_store_new(const char *text, size_t n, const char *name,
                                     struct oddi_alert_store **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_alert_store_free(struct oddi_alert_store *s); /* NULL is allowed */
size_t oddi_alert_store_size(const struct oddi_alert_store *s);
/* Alert i < size, in the order of the file. It lives until the alert is marked. */
const struct oddi_stored_alert *oddi_alert_store_at(const struct oddi_alert_store *s, size_t i);
/* The alert with this id, or the only one whose id begins so (four digits at least). ODD_ERR_USAGE with did-you-mean. */
enum odd_status oddi_alert_store_find(const struct oddi_alert_store *s, const char *id, size_t *i,
                                      struct odd_error *err) ODD_MUST_CHECK;
/* Sets status, because and marked (ns). ODDI_ALERT_OPEN takes them away; `because` is then not looked at. */
enum odd_status oddi_alert_store_mark(struct oddi_alert_store *s, size_t i, enum oddi_alert_status status,
                                      const char *because, int64_t marked,
                                      struct odd_error *err) ODD_MUST_CHECK;
/* "open", "confirmed", "dismissed" */
const char *oddi_alert_status_name(enum oddi_alert_status status);

#endif
