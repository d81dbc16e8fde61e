#include "base/ids.h"

#include "base/mem.h"

#define FIRST_SIZE 64

static size_t start_of(uint64_t key, size_t size)
{
    uint64_t z = (key ^ (key >> 32)) * 0xd6e8feb86659fd93u;

    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93u;
    return (size_t)(z ^ (z >> 32)) & (size - 1);
}

/* Where the key is, or the free slot where it would be. There always is a free one. */
static size_t find(const struct oddi_ids *ids, uint64_t key)
{
    size_t i = start_of(key, ids->size);

    while (ids->slot[i] != 0 && ids->key[ids->slot[i] - 1] != key)
        i = (i + 1) & (ids->size - 1);
    return i;
}

static bool grow(struct oddi_ids *ids)
{
    size_t size = ids->size ? 2 * ids->size : FIRST_SIZE;
    uint32_t *slot = oddi_calloc_array(size, sizeof *slot);

    if (!slot)
        return false;
    free(ids->slot);
    ids->slot = slot;
    ids->size = size;
    for (size_t k = 0; k < ids->n; k++)
        slot[find(ids, ids->key[k])] = (uint32_t)k + 1;
    return true;
}

bool oddi_ids_add(struct oddi_ids *ids, uint64_t key, uint32_t *id)
{
    uint32_t found = oddi_ids_find(ids, key);

    if (found != ODDI_NO_ID) {
        *id = found;
        return true;
    }
    if (ids->n >= ODDI_NO_ID - 1 || !oddi_grow(&ids->key, &ids->cap, ids->n + 1, sizeof *ids->key))
        return false;
    if (2 * (ids->n + 1) > ids->size && !grow(ids))
        return false;
    ids->key[ids->n++] = key;
    *id = (uint32_t)ids->n - 1;
    ids->slot[find(ids, key)] = (uint32_t)ids->n;
    return true;
}

uint32_t oddi_ids_find(const struct oddi_ids *ids, uint64_t key)
{
    uint32_t slot;

    if (ids->n == 0)
        return ODDI_NO_ID;
    slot = ids->slot[find(ids, key)];
    return slot ? slot - 1 : ODDI_NO_ID;
}

void oddi_ids_clear(struct oddi_ids *ids)
{
    /* Backwards, so that what stands before a key in its chain is still there when it is looked for. */
    for (size_t k = ids->n; k > 0; k--)
        ids->slot[find(ids, ids->key[k - 1])] = 0;
    ids->n = 0;
}

void oddi_ids_free(struct oddi_ids *ids)
{
    free(ids->key);
    free(ids->slot);
    *ids = (struct oddi_ids){0};
}
