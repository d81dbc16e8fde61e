/*
 * What was met before: a set of keys, for is_new() and unseen(), that outlives windows.
 *
 * Windows look in their order; what a window shows is learnt after it was looked up, so that within one window a value
 * stays new. The set has a cap: what comes when it is full is not learnt (and counted), and stays new.
 */
#ifndef ODDFLOW_FEATURE_MEMORY_H
#define ODDFLOW_FEATURE_MEMORY_H

#include "feature/feature.h"

struct oddi_memory {
    uint64_t *slot; /* 0 = free */
    size_t size, n; /* slots, a power of two or 0; keys in them */
    size_t cap;     /* keys at most */
    uint64_t refused;
};

/* cap > 0. Allocates nothing yet. */
void oddi_memory_init(struct oddi_memory *m, size_t cap);
void oddi_memory_free(struct oddi_memory *m);

/* Rows of all groups: out[r] is 2 (true) if the key of row r was not met before, 0 if it was, 1 if it is null (0) or
 * `warm_up`. entity[g] is the key of group g, so that each entity remembers for itself; NULL: one memory for all. */
void oddi_memory_look(const struct oddi_memory *m, const struct oddi_groups *groups, const uint64_t *entity,
                      const uint64_t *key, bool warm_up, uint8_t *out);
/* Learns the keys of all rows. False when memory ends; the keys so far are learnt. */
bool oddi_memory_learn(struct oddi_memory *m, const struct oddi_groups *groups, const uint64_t *entity,
                       const uint64_t *key);

#endif
