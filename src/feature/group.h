/* What the aggregates share: walking the rows of a group, and numbering the keys of one. */
#ifndef ODDFLOW_FEATURE_GROUP_H
#define ODDFLOW_FEATURE_GROUP_H

#include <string.h>

#include "feature/feature.h"

/* Row of member i. */
static inline uint32_t oddi_member(const struct oddi_groups *g, uint32_t i)
{
    return g->row ? g->row[i] : i;
}

/* True if row r counts. */
static inline bool oddi_counts(const uint8_t *where, uint32_t r)
{
    return !where || where[r] == ODDI_IS_TRUE;
}

/* Numbers keys in order of first appearance, which no hash shows through. */
struct oddi_numbering {
    uint64_t *key; /* 0 = free */
    uint32_t *id;
    size_t mask;
    uint32_t n;
};

/* An empty numbering for at most `most` different keys. False when memory ends. */
static inline bool oddi_numbering_begin(struct oddi_numbering *t, struct oddi_feature_scratch *s, size_t most)
{
    size_t size = 16;

    while (size < 2 * most)
        size *= 2;
    if (!oddi_room(&s->table, size, sizeof *t->key) || !oddi_room(&s->ids, size, sizeof *t->id))
        return false;
    t->key = s->table.at;
    t->id = s->ids.at;
    t->mask = size - 1;
    t->n = 0;
    memset(t->key, 0, size * sizeof *t->key);
    return true;
}

/* The number of a key that is not 0; keys are hashes already. */
static inline uint32_t oddi_number_key(struct oddi_numbering *t, uint64_t key)
{
    size_t i = (size_t)(key >> 7) & t->mask;

    while (t->key[i] != 0 && t->key[i] != key)
        i = (i + 1) & t->mask;
    if (t->key[i] == 0) {
        t->key[i] = key;
        t->id[i] = t->n++;
    }
    return t->id[i];
}

#endif
