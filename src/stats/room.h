/* Scratch memory that only grows, so that matrix after matrix is worked on without an allocation. */
#ifndef ODDFLOW_STATS_ROOM_H
#define ODDFLOW_STATS_ROOM_H

#include "base/mem.h"

/* Zero-initialised; `at` is aligned to 64 bytes. */
struct oddi_room {
    void *at;
    size_t bytes;
};

/* Room for n elements of `size` bytes. What was in it is lost when it grows. False (and the old room kept) when
 * memory ends. */
bool oddi_room(struct oddi_room *room, size_t n, size_t size);
void oddi_room_free(struct oddi_room *room);

#endif
