/* Allocation with overflow checks. All return NULL on failure; free with free(). */
#ifndef ODDFLOW_BASE_MEM_H
#define ODDFLOW_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* n * size bytes, not zeroed; n * size == 0 gives a valid pointer. */
void *oddi_malloc_array(size_t n, size_t size);
/* As realloc, for n * size bytes; on failure the old block is untouched. */
void *oddi_realloc_array(void *old, size_t n, size_t size);
/* Zeroed. */
void *oddi_calloc_array(size_t n, size_t size);
/* For big reused arenas: aligned to 2 MiB and advised to use huge pages when bytes >= 2 MiB, else to 64
 * bytes (fresh 4 KiB pages are dear on virtual machines: DESIGN section 8). */
void *oddi_malloc_big(size_t bytes);

/* Makes room for at least `need` elements of `size` bytes in *p (capacity *cap), growing by half. Returns
 * false and leaves both untouched when memory or the size_t range ends. */
bool oddi_grow(void *p_pointer, size_t *cap, size_t need, size_t size);

#endif
