/*
 * What is_new() and unseen() answer where a baseline remembers (baseline/memory.h), and what is remembered while it learns.
 */
#ifndef ODDFLOW_RUN_RECALL_H
#define ODDFLOW_RUN_RECALL_H

#include "baseline/memory.h"
#include "run/group.h"

/* Zero-initialised. */
struct oddi_recall {
    const struct oddi_group_memory *kinds;
    size_t n;
    bool of_host
        [ODDI_MEMORY_MAX_KINDS]; /* it remembers something about the entity's host, not about anybody */
    bool says_nothing[ODDI_MEMORY_MAX_KINDS]; /* nothing was met twice: it was learnt from one day */
    bool blind;     /* no host is taken as known: there is no model of those that are */
    uint64_t *host; /* per group of a window: key of its host, 0 = none; set by the caller */
    size_t cap_host;
    uint64_t *key; /* scratch: per row of a window */
    size_t cap_key;
};

/* The memory that the features of `by` ask for; n = 0: none. ODD_ERR_LIMIT. */
enum odd_status oddi_recall_init(struct oddi_recall *r, const struct oddi_by *by,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_recall_clear(struct oddi_recall *r);
/* Before oddi_recall_known. ODD_ERR_FORMAT about the file `path` if the memory of its plan is not the one that the features ask for. */
enum odd_status oddi_recall_fits(struct oddi_recall *r, const struct oddi_base_memory *m, const char *path,
                                 const char *plan, struct odd_error *err) ODD_MUST_CHECK;
/* Room for the hosts of so many groups. */
enum odd_status oddi_recall_hosts(struct oddi_recall *r, size_t n_groups,
                                  struct odd_error *err) ODD_MUST_CHECK;

/* The keys that a kind of memory asks for: of each row of n groups, whose values are value[]; 0 where there is none. */
void oddi_recall_keys(const struct oddi_group_memory *kind, size_t n_groups, const uint32_t *off,
                      const uint64_t *entity, const uint64_t *value, uint64_t *out);

/* g->memory: what the baseline does not know is new; to a host that it does not know, all that is remembered about hosts; and all
 * of a kind of which nothing was met on two days: leaving out its own day, everything was new in training. */
enum odd_status oddi_recall_known(struct oddi_recall *r, const struct oddi_base_memory *known,
                                  struct oddi_grouped *g, struct odd_error *err) ODD_MUST_CHECK;
/* g->memory: everything is new. */
enum odd_status oddi_recall_nothing(const struct oddi_recall *r, struct oddi_grouped *g,
                                    struct odd_error *err) ODD_MUST_CHECK;

/* Whether a host was met on two days of training, and not on a weekend only; rows of no host (0) need none. */
bool oddi_host_is_known(const struct oddi_base_memory *m, uint64_t host);

#endif
