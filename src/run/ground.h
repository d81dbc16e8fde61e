/*
 * What is true of every flow: a pass over the input of its own, before any detector runs.
 *
 * Per record the label, the start and the numbers of its hosts are kept, so that what detectors say of a record, known by
 * its input and number, can be held against it. No detector reads a label.
 */
#ifndef ODDFLOW_RUN_GROUND_H
#define ODDFLOW_RUN_GROUND_H

#include "base/ids.h"
#include "eval/labels.h"
#include "run/feed.h"
#include "run/plan.h"

#define ODDI_NO_HOST UINT32_MAX

/* Records that are bad, or that --where, --since or --until leave out. Beside enum oddi_truth_label. */
#define ODDI_GROUND_ABSENT 3

/* How the host of a flow is found: by an address. Kind 0 is src_ip. */
struct oddi_ground_kind {
    char *key;      /* canonical expression */
    uint32_t *host; /* by record; ODDI_NO_HOST = none */
    size_t cap;
    struct oddi_by *by;
    bool absent; /* an input has no such field */
};

struct oddi_ground {
    const struct oddi_plan *plan;     /* zone, home, reader, --where, --since, --until */
    const char *positive, *negative;  /* conditions; negative NULL: all others */
    const struct oddi_labels *labels; /* in their place, or NULL */
    size_t max_records;               /* cap */

    struct oddi_ground_kind *kinds;
    size_t n_kinds;

    size_t n_sources;
    size_t *first; /* n_sources + 1: the first record of each source */
    size_t n;      /* records */
    uint8_t *label;
    int64_t *ts;
    size_t cap_label, cap_ts;
    uint32_t *order; /* records by start, ties by number; NULL where that is their order */

    struct oddi_ids ids; /* hosts of all kinds, by key */
    struct oddi_buf names;
    size_t *name_at;
    size_t cap_names;

    uint64_t refused;         /* records beyond the cap */
    uint64_t flows, count[3]; /* present ones, and by label */
    bool **hidden;            /* per source and column of it: only the truth may read it */
    size_t *n_columns;
};

/* Adds a kind of host unless it is there: *kind = its number. */
enum odd_status oddi_ground_add_kind(struct oddi_ground *t, const char *key, size_t *kind,
                                     struct odd_error *err) ODD_MUST_CHECK;
/* Reads the sources, which it takes over and closes. Bad records are not told: the runs do. */
enum odd_status oddi_ground_read(struct oddi_ground *t, struct oddi_source **sources, size_t n,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_ground_clear(struct oddi_ground *t);

/* Number of a record, SIZE_MAX if it is beyond the cap. */
static inline size_t oddi_ground_at(const struct oddi_ground *t, uint32_t source, uint64_t record)
{
    return record < t->first[source + 1] - t->first[source] ? t->first[source] + (size_t)record : SIZE_MAX;
}
const char *oddi_ground_name(const struct oddi_ground *t, uint32_t host);

/* ODD_ERR_USAGE if a run reads a column that says what is true, of the source with this number. */
enum odd_status oddi_ground_check(const struct oddi_ground *t, size_t source, const struct oddi_feed *feed,
                                  const char *config, struct odd_error *err) ODD_MUST_CHECK;

#endif
