#include "baseline/memory.h"

#include <string.h>

#include "base/mem.h"

#define FIRST_SIZE 1024
#define AHEAD      12 /* keys that are looked for while their slots are on the way from memory */

uint64_t oddi_memory_key(uint64_t entity, uint64_t value)
{
    uint64_t z = value + entity * 0x9e3779b97f4a7c15u;

    if (value == 0)
        return 0;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z = (z ^ (z >> 31)) & ~(uint64_t)1;
    return z ? z : 2;
}

/* ---- While learning ------------------------------------------------------------------------------------------------ */

static size_t home_of(const struct oddi_days *d, uint64_t key)
{
    return (size_t)(key >> 1) & (d->size - 1);
}

/* Where the key is, or the free slot where it would be. The table always has one. */
static struct oddi_met *find(const struct oddi_days *d, uint64_t key)
{
    size_t i = home_of(d, key);

    while (d->slot[i].key != 0 && d->slot[i].key != key)
        i = (i + 1) & (d->size - 1);
    return &d->slot[i];
}

static bool grow(struct oddi_days *d)
{
    struct oddi_days next = *d;

    next.size = d->size ? 2 * d->size : FIRST_SIZE;
    next.slot = oddi_calloc_array(next.size, sizeof *next.slot);
    if (!next.slot)
        return false;
    for (size_t i = 0; i < d->size; i++)
        if (d->slot[i].key != 0)
            *find(&next, d->slot[i].key) = d->slot[i];
    free(d->slot);
    *d = next;
    return true;
}

bool oddi_days_add(struct oddi_days *d, uint64_t key, int32_t day)
{
    struct oddi_met *m;

    if (3 * (d->n + 1) > 2 * d->size && !grow(d))
        return false;
    m = find(d, key);
    if (m->key == key) {
        m->days += m->day != day;
        m->day = day;
        return true;
    }
    if (d->n >= d->cap) {
        d->refused++;
        return true;
    }
    *m = (struct oddi_met){key, day, 1};
    d->n++;
    return true;
}

bool oddi_days_add_all(struct oddi_days *d, const uint64_t *key, size_t n, int32_t day)
{
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n && d->size > 0)
            __builtin_prefetch(&d->slot[home_of(d, key[i + AHEAD])]);
        if (key[i] != 0 && !oddi_days_add(d, key[i], day))
            return false;
    }
    return true;
}

unsigned oddi_days_count(const struct oddi_days *d, uint64_t key)
{
    const struct oddi_met *m = d->size && key ? find(d, key) : NULL;

    return m && m->key ? m->days : 0;
}

void oddi_days_count_all(const struct oddi_days *d, const uint64_t *key, size_t n, uint8_t *days)
{
    for (size_t i = 0; i < n; i++) {
        unsigned count;

        if (i + AHEAD < n && d->size > 0)
            __builtin_prefetch(&d->slot[home_of(d, key[i + AHEAD])]);
        count = oddi_days_count(d, key[i]);
        days[i] = count < UINT8_MAX ? (uint8_t)count : UINT8_MAX;
    }
}

void oddi_days_free(struct oddi_days *d)
{
    free(d->slot);
    *d = (struct oddi_days){.cap = d->cap};
}

/* ---- When learnt ---------------------------------------------------------------------------------------------------- */

static int ascending(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

    return a < b ? -1 : a > b;
}

enum odd_status oddi_known_make(struct oddi_known *k, const struct oddi_days *d, struct odd_error *err)
{
    k->n = 0;
    k->key = oddi_malloc_array(d->n + 1, sizeof *k->key);
    if (!k->key)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < d->size; i++)
        if (d->slot[i].key)
            k->key[k->n++] = d->slot[i].key | (d->slot[i].days > 1);
    qsort(k->key, k->n, sizeof *k->key, ascending);
    return oddi_known_index(k, err);
}

/* About one key a part: hashes lie evenly, and where those of a made-up file do not, a search within the part is still one by
 * halves. */
enum odd_status oddi_known_index(struct oddi_known *k, struct odd_error *err)
{
    unsigned bits = 0;
    size_t parts, i = 0;

    while (bits < 24 && ((size_t)2 << bits) <= k->n)
        bits++;
    if (bits < 4)
        return ODD_OK;
    parts = (size_t)1 << bits;
    k->start = oddi_malloc_big((parts + 1) * sizeof *k->start);
    if (!k->start)
        return oddi_fail_memory(err);
    k->shift = 64 - bits;
    for (size_t part = 0; part < parts; part++) {
        while (i < k->n && k->key[i] >> k->shift < part)
            i++;
        k->start[part] = (uint32_t)i;
    }
    k->start[parts] = (uint32_t)k->n;
    return ODD_OK;
}

unsigned oddi_known_count(const struct oddi_known *k, uint64_t key)
{
    size_t low = k->start ? k->start[key >> k->shift] : 0,
           high = k->start ? k->start[(key >> k->shift) + 1] : k->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (k->key[middle] >> 1 == key >> 1)
            return k->key[middle] & 1 ? 2 : 1;
        if (k->key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* In two steps, as the part of a key says where the key is. */
static void fetch(const struct oddi_known *k, const uint64_t *key, size_t n, size_t i)
{
    if (!k->start)
        return;
    if (i + 2 * AHEAD < n)
        __builtin_prefetch(&k->start[key[i + 2 * AHEAD] >> k->shift]);
    if (i + AHEAD < n)
        __builtin_prefetch(k->key + k->start[key[i + AHEAD] >> k->shift]);
}

void oddi_known_count_all(const struct oddi_known *k, const uint64_t *key, size_t n, uint8_t *days)
{
    for (size_t i = 0; i < n; i++) {
        fetch(k, key, n, i);
        days[i] = (uint8_t)oddi_known_count(k, key[i]);
    }
}

void oddi_known_free(struct oddi_known *k)
{
    free(k->key);
    free(k->start);
    *k = (struct oddi_known){0};
}

void oddi_base_memory_clear(struct oddi_base_memory *m)
{
    for (size_t i = 0; i < m->n_kinds; i++) {
        if (m->text)
            free(m->text[i]);
        if (m->kinds)
            oddi_known_free(&m->kinds[i]);
    }
    free(m->text);
    free(m->kinds);
    oddi_known_free(&m->hosts);
    memset(m, 0, sizeof *m);
}
