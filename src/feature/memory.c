#include "feature/memory.h"

#include <string.h>

#include "base/mem.h"
#include "feature/group.h"

#define FIRST_SIZE 1024

void oddi_memory_init(struct oddi_memory *m, size_t cap)
{
    *m = (struct oddi_memory){.cap = cap};
}

void oddi_memory_free(struct oddi_memory *m)
{
    free(m->slot);
    *m = (struct oddi_memory){0};
}

/* The pair as one key that is not 0. The multiplier is odd, hence a bijection of the entity's key. */
static uint64_t pair(const uint64_t *entity, size_t g, uint64_t key)
{
    uint64_t z = key;

    if (entity)
        z ^= entity[g] * 0x9e3779b97f4a7c15u + 0x7f4a7c15u;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93u;
    z ^= z >> 32;
    return z ? z : 1;
}

/* Where the key is, or the free slot where it would be. The table always has one. */
static size_t find(const uint64_t *slot, size_t size, uint64_t key)
{
    size_t i = (size_t)(key >> 3) & (size - 1);

    while (slot[i] != 0 && slot[i] != key)
        i = (i + 1) & (size - 1);
    return i;
}

static bool grow(struct oddi_memory *m)
{
    size_t size = m->size ? 2 * m->size : FIRST_SIZE;
    uint64_t *slot = oddi_calloc_array(size, sizeof *slot);

    if (!slot)
        return false;
    for (size_t i = 0; i < m->size; i++)
        if (m->slot[i])
            slot[find(slot, size, m->slot[i])] = m->slot[i];
    free(m->slot);
    m->slot = slot;
    m->size = size;
    return true;
}

void oddi_memory_look(const struct oddi_memory *m, const struct oddi_groups *groups, const uint64_t *entity,
                      const uint64_t *key, bool warm_up, uint8_t *out)
{
    for (size_t g = 0; g < groups->n; g++)
        for (uint32_t i = groups->off[g]; i < groups->off[g + 1]; i++) {
            uint32_t r = oddi_member(groups, i);

            if (key[r] == 0 || warm_up)
                out[r] = 1;
            else if (m->size == 0)
                out[r] = ODDI_IS_TRUE;
            else
                out[r] = m->slot[find(m->slot, m->size, pair(entity, g, key[r]))] ? 0 : ODDI_IS_TRUE;
        }
}

static bool learn(struct oddi_memory *m, uint64_t key)
{
    size_t i;

    if (4 * (m->n + 1) > 3 * m->size && !grow(m))
        return false;
    i = find(m->slot, m->size, key);
    if (m->slot[i])
        return true;
    if (m->n >= m->cap) {
        m->refused++;
        return true;
    }
    m->slot[i] = key;
    m->n++;
    return true;
}

bool oddi_memory_learn(struct oddi_memory *m, const struct oddi_groups *groups, const uint64_t *entity,
                       const uint64_t *key)
{
    for (size_t g = 0; g < groups->n; g++)
        for (uint32_t i = groups->off[g]; i < groups->off[g + 1]; i++) {
            uint32_t r = oddi_member(groups, i);

            if (key[r] != 0 && !learn(m, pair(entity, g, key[r])))
                return false;
        }
    return true;
}
