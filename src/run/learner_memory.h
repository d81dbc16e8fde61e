/*
 * Learning plans whose features ask what is new.
 *
 * Whether a key is new to a row is known only when input has ended: if it was met on no other day. So the flows of the rows that
 * are kept are kept too, as the slots that the features are made of, and the features are evaluated at the end.
 */
#ifndef ODDFLOW_RUN_LEARNER_MEMORY_H
#define ODDFLOW_RUN_LEARNER_MEMORY_H

#include "baseline/row.h"
#include "run/plan.h"
#include "run/recall.h"

/* The flows of a row. */
struct oddi_kept_flows {
    uint64_t entity;
    int64_t start, end; /* of the window */
    uint32_t n;
    uint8_t *slots; /* the columns one behind the other, each of n values in its own type */
};

struct oddi_learner_memory {
    const struct oddi_by *by;
    struct oddi_recall recall;
    struct oddi_days *met;           /* recall.n */
    struct oddi_days hosts, working; /* on all days, and on those from Monday to Friday */
    uint32_t n_working;              /* of training, and the last of them */
    int32_t last_working;
    size_t bytes;  /* of the flows that are kept */
    uint64_t *key; /* scratch: per row of a window */
    size_t cap_key;
};

/* `keys`: at most, in all. ODD_ERR_USAGE if the features also ask what the whole window does, which rows that were kept do not
 * know. recall.n = 0: the plan remembers nothing. */
enum odd_status oddi_learner_memory_init(struct oddi_learner_memory *m, const struct oddi_by *by, size_t keys,
                                         struct odd_error *err) ODD_MUST_CHECK;
void oddi_learner_memory_clear(struct oddi_learner_memory *m);

/* The keys of a window, whose groups are of the hosts host[] (0: none), met on a day. */
enum odd_status oddi_learner_memory_met(struct oddi_learner_memory *m, const struct oddi_grouped *g,
                                        const uint64_t *host, int32_t day,
                                        struct odd_error *err) ODD_MUST_CHECK;

/* The flows of group k. */
enum odd_status oddi_learner_memory_keep(struct oddi_learner_memory *m, const struct oddi_grouped *g,
                                         size_t k, const struct oddi_window *win, struct oddi_kept_flows *out,
                                         struct odd_error *err) ODD_MUST_CHECK;
void oddi_learner_memory_drop(struct oddi_learner_memory *m, struct oddi_kept_flows *kept);

/* At the end: features of n rows, ordered by window, into x (n * by->n_features): new is what was met on no other day, and with
 * `blind` also all that is remembered about hosts. */
enum odd_status oddi_learner_memory_features(const struct oddi_learner_memory *m,
                                             const struct oddi_kept_flows *kept, size_t n, bool blind,
                                             double *x, struct odd_error *err) ODD_MUST_CHECK;

/* What the baseline keeps. */
enum odd_status oddi_learner_memory_give(const struct oddi_learner_memory *m, struct oddi_base_memory *out,
                                         struct odd_error *err) ODD_MUST_CHECK;
/* Whether a host was met on two days beside the row's own, so that what is new to it says something; rows of no host need none.
 * Where training has three working days, one of the two is: who came on the last weekend does on Monday what nobody has seen
 * of him. */
bool oddi_learner_memory_knows(const struct oddi_learner_memory *m, const struct oddi_row_key *key);
/* Keys that found no room. */
uint64_t oddi_learner_memory_refused(const struct oddi_learner_memory *m);

#endif
