#include "baseline/memory.h"

#include <string.h>

#include "base/mem.h"

#define FIRST_SIZE 1024

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

/* Where the key is, or the free slot where it would be. The table always has one. */
static size_t find(const struct oddi_days *d, uint64_t key)
{
    size_t i = (size_t)(key >> 1) & (d->size - 1);

    while (d->key[i] != 0 && d->key[i] != key)
        i = (i + 1) & (d->size - 1);
    return i;
}

static bool grow(struct oddi_days *d)
{
    size_t size = d->size ? 2 * d->size : FIRST_SIZE;
    struct oddi_days next = {.key = oddi_calloc_array(size, sizeof *next.key),
                             .day = oddi_malloc_array(size, sizeof *next.day),
                             .days = oddi_malloc_array(size, sizeof *next.days),
                             .size = size,
                             .n = d->n,
                             .cap = d->cap,
                             .refused = d->refused};

    if (!next.key || !next.day || !next.days) {
        oddi_days_free(&next);
        return false;
    }
    for (size_t i = 0; i < d->size; i++) {
        size_t to;

        if (d->key[i] == 0)
            continue;
        to = find(&next, d->key[i]);
        next.key[to] = d->key[i];
        next.day[to] = d->day[i];
        next.days[to] = d->days[i];
    }
    oddi_days_free(d);
    *d = next;
    return true;
}

bool oddi_days_add(struct oddi_days *d, uint64_t key, int32_t day)
{
    size_t i;

    if (2 * (d->n + 1) > d->size && !grow(d))
        return false;
    i = find(d, key);
    if (d->key[i] == key) {
        d->days[i] = (uint8_t)(d->days[i] + (d->day[i] != day && d->days[i] < UINT8_MAX));
        d->day[i] = day;
        return true;
    }
    if (d->n >= d->cap) {
        d->refused++;
        return true;
    }
    d->key[i] = key;
    d->day[i] = day;
    d->days[i] = 1;
    d->n++;
    return true;
}

unsigned oddi_days_count(const struct oddi_days *d, uint64_t key)
{
    size_t i = d->size ? find(d, key) : 0;

    return d->size == 0 || d->key[i] == 0 ? 0 : d->days[i];
}

void oddi_days_free(struct oddi_days *d)
{
    free(d->key);
    free(d->day);
    free(d->days);
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
        if (d->key[i])
            k->key[k->n++] = d->key[i] | (d->days[i] > 1);
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
    k->start = oddi_malloc_array(parts + 1, sizeof *k->start);
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
