/*
 * Mute rules (--mute) over judged rows: binds what the rules read to what a row has.
 *
 * A flow has the fields of its record. An entity has its keys, its features by their names and in the units that reasons
 * speak of (peers, not log1p(peers)), and `flows`; both have `score`. What a row does not have is null. A key that is a
 * field is that field; one that is computed from a single field of its own type (net(src_ip, 24)) stands for that field;
 * service stands for proto and dst_port.
 */
#ifndef ODDFLOW_RUN_MUTER_H
#define ODDFLOW_RUN_MUTER_H

#include "alert/mute.h"
#include "read/source.h"
#include "run/plan.h"

/* The text of the rules and what they have done; one a run. */
struct oddi_muting {
    char *text; /* NULL: no rules */
    size_t size;
    char *name;
    const char **names; /* what conditions may speak of beside fields */
    size_t n_names;
    struct oddi_muter **all; /* for the counts; borrowed */
    size_t n, cap;
};

struct oddi_muter;

/* One per plan and thread. `plan` (its features named), `sources` and `muting` must outlive it. */
enum odd_status oddi_muter_new(struct oddi_muting *muting, const struct oddi_plan *plan, const char *preset,
                               struct oddi_source *const *sources, size_t n_sources, struct oddi_muter **out,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_muter_free(struct oddi_muter *m); /* NULL is allowed */
const struct oddi_mute *oddi_muter_rules(const struct oddi_muter *m);

struct oddi_muter_row {
    int64_t window_start;
    double score;
    const double *x; /* the plan's features */
    /* An entity: the values of its keys, and its flows. */
    const char *const *values;
    uint64_t flows;
    /* A flow: its record; NULL without (pushed rows). */
    const struct oddi_block *text;
    size_t source;
};
/* Whether a rule mutes the row; counts. */
enum odd_status oddi_muter_ask(struct oddi_muter *m, const struct oddi_muter_row *row, bool *muted,
                               struct odd_error *err) ODD_MUST_CHECK;

#endif
