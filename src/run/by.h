/*
 * --by and --feature: what an entity is, and what is said of it.
 *
 * While reading, every row becomes columns of 8 bytes that its window holds: first the key of its entity, then the slots
 * that the aggregates need (expr/group_plan.h). When the window closes, run/group.h makes entities of them. Without keys
 * every flow is judged by itself, and the columns are the features.
 *
 * Keys with `host` make two rows of a flow, one about each end; one where both are the same entity or an end is null.
 */
#ifndef ODDFLOW_RUN_BY_H
#define ODDFLOW_RUN_BY_H

#include "expr/group_plan.h"
#include "run/bound.h"

struct oddi_by_feature {
    struct oddi_expr *expr;
    char *name;     /* as in NAME=EXPR, else the canonical text */
    char *shown;    /* what reasons speak of: the argument of log1p() rather than its logarithm */
    bool logarithm; /* `shown` is exp(feature) - 1 */
    bool whole;     /* `shown` counts something */
    char *phrase;   /* of --say: "peers that never answered on {}"; NULL */
    /* Of max_over(KEY, ...): KEY, whose value for the greatest one belongs to the reason; NULL without. */
    struct oddi_expr *witness;
    struct oddi_program *witness_program;
};

struct oddi_by {
    const struct oddi_zone *zone;
    size_t n_keys, n_features;
    size_t n_shown;  /* of key_names: with `gap` one more, "session" */
    size_t n_hidden; /* the last of the features, which no detector sees */
    struct oddi_expr **keys;
    const char **key_names; /* canonical */
    bool ends;              /* the keys have `host` */
    int64_t
        gap; /* ns: where no flow of an entity starts for so long it is parted in sessions; 0: it is not */
    struct oddi_expr *
        *end_keys[ODDI_N_ENDS]; /* with `ends`: the keys with that end in its place, for commands */
    struct oddi_by_feature *features;
    struct oddi_program *key_program;       /* NULL without keys */
    struct oddi_group_plan *plan;           /* NULL without keys */
    struct oddi_program *feature_program;   /* NULL with keys */
    const struct oddi_program *row_program; /* of the slots, or the features */
    const enum oddi_expr_type *slots;       /* their types */
    size_t n_slots, held;                   /* held: columns a row; with `gap` the last is the start time */
    struct oddi_evaluator **key_evaluator, **row_evaluator; /* one a thread */
    unsigned n_threads;
};

struct oddi_by_options {
    const char *by;       /* EXPR[,EXPR]; NULL or "": each flow */
    const char *list;     /* --features: EXPR[,EXPR]; NULL: none */
    const char *features; /* --feature: lines NAME=EXPR; NULL: none */
    const char *hidden;   /* EXPR[,EXPR]: evaluated beside the features (labels, for eval); NULL: none */
    const char *phrases;  /* --say: lines NAME=TEXT; NULL: none */
    int64_t gap;          /* 0: no sessions */
    const struct oddi_zone *zone;
    const struct oddi_net *home;
    size_t n_home;
    unsigned threads;
};

/* ODD_ERR_USAGE with the place of the fault. */
enum odd_status oddi_by_new(const struct oddi_by_options *options, struct oddi_by **out,
                            struct odd_error *err) ODD_MUST_CHECK;
void oddi_by_free(struct oddi_by *by); /* NULL is allowed */

/* Which columns of an input its programs read; the maps are freed by oddi_by_unbind. */
struct oddi_by_bound {
    uint32_t *keys[ODDI_N_ENDS], *rows[ODDI_N_ENDS]; /* the second of each only with `ends` */
};
enum odd_status oddi_by_bind(const struct oddi_by *by, struct oddi_bound *b, const struct oddi_schema *schema,
                             struct oddi_by_bound *out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_by_unbind(struct oddi_by_bound *b);

/* The held columns of all rows of a batch: out[c] has room for batch->n values of 8 bytes, c < by->held. A row whose key
 * is null has key 0. The bound columns begin at batch->columns[first]. `end`: which end `host` is. */
void oddi_by_rows(const struct oddi_by *by, const struct oddi_by_bound *bound, enum oddi_end end,
                  unsigned worker, const struct oddi_batch *batch, size_t first, const char *text,
                  uint64_t *const *out);
/* The key of row 0 of what `e`, an evaluator of the key program, evaluated last. */
uint64_t oddi_by_key(const struct oddi_by *by, const struct oddi_evaluator *e);

#endif
