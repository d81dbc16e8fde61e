/* Scopes as conditions of the expression language, and in words for people. */
#ifndef ODDFLOW_BASELINE_SCOPE_TEXT_H
#define ODDFLOW_BASELINE_SCOPE_TEXT_H

#include "base/buf.h"
#include "baseline/model.h"

/* How the plan's rows call the dimensions. */
struct oddi_scope_names {
    const char *addr;    /* "src_ip" */
    const char *service; /* "service" */
};

/* The condition under which model `model` judges: "src_ip in 10.20.0.0/16 and hour in 0..2", "true" for one over
 * everything, "(A) or (B)" where leaves were joined. It is true of exactly the rows that oddi_scope_find() gives it, but for
 * rows without a value that it asks about, which satisfy no condition and are outside of the cut. */
void oddi_scope_expression(const struct oddi_scope_tree *tree, uint32_t model,
                           const struct oddi_scope_names *names, struct oddi_buf *out);

/* The same for people: "10.20.0.0/16, 00:00-03:00"; "all traffic" for one over everything. What is left where prefixes were
 * cut away is told by the prefixes that the sample's rows in the scope hold (16 bits, of IPv6 32; the most frequent eight),
 * not by those that it lacks. */
void oddi_scope_words(const struct oddi_scope_tree *tree, uint32_t model, const struct oddi_row_key *sample,
                      size_t n_sample, struct oddi_buf *out);

/* The prefixes that the rows of a scope hold, ascending by address. */
#define ODDI_MAX_HELD 8
struct oddi_held {
    struct oddi_net net[ODDI_MAX_HELD];
    size_t n, more; /* more: further ones (at least; of at most 64 that are looked at) */
};
void oddi_scope_held(const struct oddi_scope_tree *tree, uint32_t model, const struct oddi_row_key *sample,
                     size_t n_sample, struct oddi_held *held);

#endif
