#include "window/rows.h"

#include <string.h>

#include "base/mem.h"

/* Rows per chunk: small first, so that a million windows of one row stay small; 1024 bounds what a window wastes. */
static const uint32_t class_rows[5] = {8, 32, 128, 512, 1024};

#define SLAB_SIZE ((size_t)2 << 20) /* one huge page */
#define LINK_SIZE 64                /* keeps chunks on cache lines behind the slab's link */

void oddi_chunk_pool_init(struct oddi_chunk_pool *p, size_t d)
{
    memset(p, 0, sizeof *p);
    p->d = d;
}

void oddi_chunk_pool_clear(struct oddi_chunk_pool *p)
{
    char *slab = p->slab;

    while (slab) {
        char *next;

        memcpy(&next, slab, sizeof next);
        free(slab);
        slab = next;
    }
    oddi_chunk_pool_init(p, p->d);
}

static size_t chunk_bytes(size_t d, uint32_t capacity)
{
    size_t bytes = sizeof(struct oddi_chunk) + capacity * (d * sizeof(double) + 2 * sizeof(uint32_t));

    return (bytes + 15) & ~(size_t)15;
}

static bool new_slab(struct oddi_chunk_pool *p, size_t need)
{
    size_t size = need + LINK_SIZE > SLAB_SIZE ? need + LINK_SIZE : SLAB_SIZE;
    char *slab = oddi_malloc_big(size);

    if (!slab)
        return false;
    memcpy(slab, &p->slab, sizeof p->slab);
    p->slab = slab;
    p->slab_used = LINK_SIZE;
    p->slab_size = size;
    p->bytes += size;
    return true;
}

struct oddi_chunk *oddi_chunk_new(struct oddi_chunk_pool *p, const struct oddi_chunk *previous)
{
    uint32_t class = !previous ? 0 : previous->class < 4 ? previous->class + 1 : 4;
    struct oddi_chunk *c = p->free[class];

    if (c) {
        p->free[class] = c->next;
    } else {
        size_t bytes = chunk_bytes(p->d, class_rows[class]);

        if ((!p->slab || p->slab_size - p->slab_used < bytes) && !new_slab(p, bytes))
            return NULL;
        c = (struct oddi_chunk *)(void *)(p->slab + p->slab_used);
        p->slab_used += bytes;
    }
    c->next = NULL;
    c->n = 0;
    c->capacity = class_rows[class];
    c->class = class;
    c->record = c->offset = 0;
    return c;
}

void oddi_chunk_recycle(struct oddi_chunk_pool *p, struct oddi_chunk *list)
{
    while (list) {
        struct oddi_chunk *next = list->next;

        list->next = p->free[list->class];
        p->free[list->class] = list;
        list = next;
    }
}

/* The tail with room for a row at this place, or a new one: also when the differences would not fit. */
static struct oddi_chunk *tail_for(struct oddi_strand *s, struct oddi_chunk_pool *p, uint64_t record,
                                   uint64_t offset)
{
    struct oddi_chunk *c = s->tail;

    if (c && c->n < c->capacity && record - c->record < ODDI_ROW_AGAIN && offset - c->offset <= UINT32_MAX)
        return c;
    c = oddi_chunk_new(p, c);
    if (!c)
        return NULL;
    c->record = record;
    c->offset = offset;
    if (s->tail)
        s->tail->next = c;
    else
        s->head = c;
    s->tail = c;
    return c;
}

static void append_places(uint32_t *to, const uint32_t *from, size_t n, uint32_t shift)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] + shift;
}

/* How many of the rows from `from` on fit behind c's first row with differences so small. */
static size_t fitting(const struct oddi_chunk *c, const struct oddi_rows *r, size_t from, size_t n)
{
    while (n > 1 && (r->record_base + r->record[from + n - 1] - c->record >= ODDI_ROW_AGAIN ||
                     r->offset_base + r->offset[from + n - 1] - c->offset > UINT32_MAX))
        n--;
    return n;
}

bool oddi_strand_append(struct oddi_strand *s, struct oddi_chunk_pool *p, const struct oddi_rows *r,
                        size_t from, size_t to)
{
    while (from < to) {
        struct oddi_chunk *c =
            tail_for(s, p, r->record_base + r->record[from], r->offset_base + r->offset[from]);
        size_t n;

        if (!c)
            return false;
        n = c->capacity - c->n < to - from ? c->capacity - c->n : to - from;
        n = fitting(c, r, from, n);
        for (size_t j = 0; j < p->d; j++)
            memcpy(oddi_chunk_feature(c, j) + c->n, r->feature[j] + from, n * sizeof(double));
        /* Differences modulo 2^32 are right because the sums are known to fit. */
        append_places(oddi_chunk_records(c, p->d) + c->n, r->record + from, n,
                      (uint32_t)(r->record_base - c->record));
        append_places(oddi_chunk_offsets(c, p->d) + c->n, r->offset + from, n,
                      (uint32_t)(r->offset_base - c->offset));
        for (size_t i = 0; i < n && r->again; i++)
            oddi_chunk_records(c, p->d)[c->n + i] |= ODDI_ROW_AGAIN;
        c->n += (uint32_t)n;
        from += n;
    }
    return true;
}
