/* Numbers 64-bit keys 0, 1, 2 ... in order of first appearance, which no hash shows through. */
#ifndef ODDFLOW_BASE_IDS_H
#define ODDFLOW_BASE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised. */
struct oddi_ids {
    uint64_t *key; /* by number */
    size_t n, cap;
    uint32_t *slot; /* number + 1, 0 = free */
    size_t size;    /* slots, a power of two or 0 */
};

#define ODDI_NO_ID UINT32_MAX

/* *id = the number of a key (any value), given one if it is new. False, and nothing changed, when memory or the numbers
 * end. */
bool oddi_ids_add(struct oddi_ids *ids, uint64_t key, uint32_t *id);
/* ODDI_NO_ID if the key has no number. */
uint32_t oddi_ids_find(const struct oddi_ids *ids, uint64_t key);
/* Forgets the keys and keeps the memory. O(n), not O(size). */
void oddi_ids_clear(struct oddi_ids *ids);
void oddi_ids_free(struct oddi_ids *ids);

#endif
