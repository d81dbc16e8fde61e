/* The set of open windows: found by start (hash map), taken oldest first (binary heap). */
#ifndef ODDFLOW_WINDOW_OPEN_SET_H
#define ODDFLOW_WINDOW_OPEN_SET_H

#include "window/windows.h"

struct oddi_open_set {
    struct oddi_window **heap;
    size_t n, heap_cap;
    struct oddi_window **slots; /* open addressing, linear probing, power of two */
    size_t n_slots;
    uint64_t key; /* keeps chosen times from colliding */
};

void oddi_open_set_init(struct oddi_open_set *s, uint64_t key);
void oddi_open_set_clear(struct oddi_open_set *s); /* not the windows themselves */
struct oddi_window *oddi_open_set_find(const struct oddi_open_set *s, int64_t start);
bool oddi_open_set_add(struct oddi_open_set *s, struct oddi_window *w); /* false: memory */
static inline struct oddi_window *oddi_open_set_oldest(const struct oddi_open_set *s)
{
    return s->n ? s->heap[0] : NULL;
}
void oddi_open_set_remove_oldest(struct oddi_open_set *s);

#endif
