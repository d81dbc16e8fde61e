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
    uint64_t *host;              /* per group of a window: key of its host, 0 = none; set by the caller */
    size_t cap_host;
};

/* The memory that the features of `by` ask for; n = 0: none. ODD_ERR_LIMIT. */
enum odd_status oddi_recall_init(struct oddi_recall *r, const struct oddi_by *by,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_recall_clear(struct oddi_recall *r);
/* ODD_ERR_FORMAT about the file `path` if the memory of its plan is not the one that the features ask for. */
enum odd_status oddi_recall_fits(const struct oddi_recall *r, const struct oddi_base_memory *m,
                                 const char *path, const char *plan, struct odd_error *err) ODD_MUST_CHECK;
/* Room for the hosts of so many groups. */
enum odd_status oddi_recall_hosts(struct oddi_recall *r, size_t n_groups,
                                  struct odd_error *err) ODD_MUST_CHECK;

/* g->memory: what the baseline does not know is new; to a host that it does not know, all that is remembered about hosts. */
enum odd_status oddi_recall_known(const struct oddi_recall *r, const struct oddi_base_memory *known,
                                  struct oddi_grouped *g, struct odd_error *err) ODD_MUST_CHECK;
/* g->memory: everything is new. */
enum odd_status oddi_recall_nothing(const struct oddi_recall *r, struct oddi_grouped *g,
                                    struct odd_error *err) ODD_MUST_CHECK;

/* Whether a host was met on two days of training; rows of no host (0) need none. */
bool oddi_host_is_known(const struct oddi_base_memory *m, uint64_t host);

#endif
