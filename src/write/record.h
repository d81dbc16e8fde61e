/* What the JSON outputs share: members that are left out when a value is missing, features and reasons. */
#ifndef ODDFLOW_WRITE_RECORD_H
#define ODDFLOW_WRITE_RECORD_H

#include "base/json.h"
#include "write/write.h"

/* Names of features may hold any byte: escaped once, when the output is opened. */
struct oddi_record {
    const struct oddi_write_options *o;
    char **keys; /* n_features, escaped, NUL-terminated; one block */
};

/* State of a JSON writer. On failure nothing needs closing. */
enum odd_status oddi_record_open(void *state, const struct oddi_write_options *options,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_record_close(void *state);

/* A member's name that may hold any byte. */
void oddi_record_key(struct oddi_json *j, const char *name);
/* The fewest digits of 15 and 17 that give the same double again. */
void oddi_record_double(struct oddi_json *j, double v);
/* "key":value unless the value is missing (NaN, NULL, no address, no code). */
void oddi_record_number(struct oddi_json *j, const char *key, double v);
/* Without the blanks at its ends. */
void oddi_record_text(struct oddi_json *j, const char *key, const struct oddi_text *t);
void oddi_record_addr(struct oddi_json *j, const char *key, const struct oddi_addr *a);
void oddi_record_code(struct oddi_json *j, const char *key, uint32_t v);
/* A whole number; a fraction (the input's averages) is cut. Nothing if negative or too large too. */
void oddi_record_count(struct oddi_json *j, const char *key, double v);
/* "community_id":"1:..", of a flow that has one. */
void oddi_record_community_id(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f);
void oddi_record_score(struct oddi_json *j, double score);
/* Name of input `source`, if there are several. */
void oddi_record_source(const struct oddi_record *r, struct oddi_json *j, const char *key, uint32_t source);

typedef size_t (*oddi_time_format)(char *out, int64_t ts, const struct oddi_zone *zone);
/* Nothing for ODDI_NO_TIME and for the bounds of the one window of a run without windows. */
void oddi_record_time(const struct oddi_record *r, struct oddi_json *j, const char *key, int64_t ts,
                      oddi_time_format format);

/* The end as the record gives it, else start + duration where that is a time, else ODDI_NO_TIME. */
int64_t oddi_record_flow_end(const struct oddi_flow *f);

/* "features":{"bytes":61164753} */
void oddi_record_features(const struct oddi_record *r, struct oddi_json *j, const double *values);
/* "flows":..,"clusters":..,"outliers":..,"alone":true,"features":{"bytes":{"mean":..,"std":..}} */
void oddi_record_window(const struct oddi_record *r, struct oddi_json *j, const struct oddi_window_result *w);
/* "entity":{"src_ip":".."},"flows":.. */
void oddi_record_entity(const struct oddi_record *r, struct oddi_json *j, const struct oddi_entity *e);
/* "preset":"hosts", if one was named. */
void oddi_record_preset(const struct oddi_record *r, struct oddi_json *j);
/* "kind":.., "score":.., "cluster":.., then the entity, or "file":.. and "row":.. */
void oddi_record_verdict(const struct oddi_record *r, struct oddi_json *j, const struct oddi_verdict *v);
/* With a baseline "p":..,"extrapolated":true,"baseline":{..}; then "nearest_file":..,"nearest_row":..,"reasons":[..],"reason":".."; nothing for normal rows. */
void oddi_record_reasons(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row);

/* "key":"bytes 61,164,753: expected .." */
void oddi_record_sentence(const struct oddi_record *r, struct oddi_json *j, const char *key,
                          const struct oddi_write_row *row);

/* Members of struct oddi_writer that do nothing here. */
void oddi_record_begin(const void *state, struct oddi_buf *out);
void oddi_record_window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out);
void oddi_record_end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out);

#endif
