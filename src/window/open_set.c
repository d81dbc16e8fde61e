#include "window/open_set.h"

#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

void oddi_open_set_init(struct oddi_open_set *s, uint64_t key)
{
    memset(s, 0, sizeof *s);
    s->key = key;
}

void oddi_open_set_clear(struct oddi_open_set *s)
{
    free(s->heap);
    free(s->slots);
    oddi_open_set_init(s, s->key);
}

static size_t home(const struct oddi_open_set *s, int64_t start)
{
    uint64_t x = (uint64_t)start ^ s->key;

    return (size_t)(oddi_splitmix64(&x) & (s->n_slots - 1));
}

struct oddi_window *oddi_open_set_find(const struct oddi_open_set *s, int64_t start)
{
    if (s->n == 0)
        return NULL;
    for (size_t i = home(s, start); s->slots[i]; i = (i + 1) & (s->n_slots - 1))
        if (s->slots[i]->start == start)
            return s->slots[i];
    return NULL;
}

static void put(struct oddi_open_set *s, struct oddi_window *w)
{
    size_t i = home(s, w->start);

    while (s->slots[i])
        i = (i + 1) & (s->n_slots - 1);
    s->slots[i] = w;
}

static bool grow_slots(struct oddi_open_set *s)
{
    struct oddi_window **slots;
    size_t n = s->n_slots ? s->n_slots * 2 : 64;

    if ((s->n + 1) * 4 <= s->n_slots * 3)
        return true;
    slots = oddi_calloc_array(n, sizeof *slots);
    if (!slots)
        return false;
    free(s->slots);
    s->slots = slots;
    s->n_slots = n;
    for (size_t i = 0; i < s->n; i++)
        put(s, s->heap[i]);
    return true;
}

bool oddi_open_set_add(struct oddi_open_set *s, struct oddi_window *w)
{
    size_t i;

    if (!oddi_grow(&s->heap, &s->heap_cap, s->n + 1, sizeof *s->heap) || !grow_slots(s))
        return false;
    put(s, w);
    for (i = s->n++; i > 0 && s->heap[(i - 1) / 2]->start > w->start; i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = w;
    return true;
}

/* Linear probing's removal: what probed past the hole moves up into it (Knuth 6.4 R). */
static void remove_slot(struct oddi_open_set *s, int64_t start)
{
    size_t mask = s->n_slots - 1, hole = home(s, start);

    while (s->slots[hole]->start != start)
        hole = (hole + 1) & mask;
    for (size_t i = (hole + 1) & mask; s->slots[i]; i = (i + 1) & mask) {
        size_t h = home(s, s->slots[i]->start);

        if (((i - h) & mask) >= ((i - hole) & mask)) {
            s->slots[hole] = s->slots[i];
            hole = i;
        }
    }
    s->slots[hole] = NULL;
}

void oddi_open_set_remove_oldest(struct oddi_open_set *s)
{
    struct oddi_window *last;
    size_t i = 0;

    remove_slot(s, s->heap[0]->start);
    last = s->heap[--s->n];
    while (2 * i + 1 < s->n) {
        size_t child = 2 * i + 1;

        if (child + 1 < s->n && s->heap[child + 1]->start < s->heap[child]->start)
            child++;
        if (s->heap[child]->start >= last->start)
            break;
        s->heap[i] = s->heap[child];
        i = child;
    }
    s->heap[i] = last;
}
