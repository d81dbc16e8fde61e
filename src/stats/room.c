#include "stats/room.h"

#include <stdint.h>

bool oddi_room(struct oddi_room *room, size_t n, size_t size)
{
    size_t need;
    void *at;

    if (__builtin_mul_overflow(n, size, &need))
        return false;
    if (room->at && need <= room->bytes)
        return true;
    if (need < room->bytes + room->bytes / 2)
        need = room->bytes + room->bytes / 2;
    at = oddi_malloc_big(need);
    if (!at)
        return false;
    free(room->at);
    room->at = at;
    room->bytes = need;
    return true;
}

void oddi_room_free(struct oddi_room *room)
{
    free(room->at);
    *room = (struct oddi_room){0};
}
