/*
 * A file of labels: who was bad, and when.
 *
 * CSV lines `address,label` or `address,start,end,label`; `#` starts a comment; a first line that begins with `key` or
 * `address` is a header. The address is that of the flow's source; `*` is everybody else. Times are RFC 3339, start
 * included, end not; empty ones are open. The label is `positive`, `negative` or `ignore`. The first line that fits counts.
 */
#ifndef ODDFLOW_EVAL_LABELS_H
#define ODDFLOW_EVAL_LABELS_H

#include "base/ids.h"
#include "eval/rows.h"
#include "flow/time.h"
#include "oddflow/oddflow.h"

struct oddi_label_span;

/* Zero-initialised. */
struct oddi_labels {
    struct oddi_ids keys; /* of addresses */
    struct oddi_label_span *span;
    size_t n, cap;
    uint32_t *first, *last; /* by number of the key: its chain of spans, 1 + index */
    size_t cap_first, cap_last;
    uint8_t other; /* of addresses that are not named */
};

/* Reads a whole NUL-terminated text, `name` is for messages. Those not named are negative, or ignored where a line says
 * `negative`. ODD_ERR_USAGE with the line; on failure the caller still frees. */
enum odd_status oddi_labels_read(struct oddi_labels *l, const char *text, const char *name,
                                 const struct oddi_zone *zone, struct odd_error *err) ODD_MUST_CHECK;
void oddi_labels_free(struct oddi_labels *l);

/* enum oddi_truth_label of a flow whose source address has this key (oddi_key) and which starts at ts. */
uint8_t oddi_labels_find(const struct oddi_labels *l, uint64_t key, int64_t ts);

#endif
