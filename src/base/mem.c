#include "base/mem.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

/* At least 1, so that NULL always means failure. False if n * size overflows. */
static bool total(size_t n, size_t size, size_t *bytes)
{
    if (__builtin_mul_overflow(n, size, bytes) || *bytes > PTRDIFF_MAX)
        return false;
    if (*bytes == 0)
        *bytes = 1;
    return true;
}

void *oddi_malloc_array(size_t n, size_t size)
{
    size_t bytes;
    return total(n, size, &bytes) ? malloc(bytes) : NULL;
}

void *oddi_realloc_array(void *old, size_t n, size_t size)
{
    size_t bytes;
    return total(n, size, &bytes) ? realloc(old, bytes) : NULL;
}

void *oddi_calloc_array(size_t n, size_t size)
{
    size_t bytes;
    return total(n, size, &bytes) ? calloc(1, bytes) : NULL;
}

void *oddi_malloc_big(size_t bytes)
{
    bool huge = bytes >= HUGE_PAGE;
    size_t align = huge ? HUGE_PAGE : 64;
    if (bytes > PTRDIFF_MAX - HUGE_PAGE)
        return NULL;
    bytes = ((bytes ? bytes : 1) + align - 1) & ~(align - 1);
    void *p = aligned_alloc(align, bytes);
    if (p && huge)
        (void)madvise(p, bytes, MADV_HUGEPAGE); /* advice: a kernel without huge pages may refuse it */
    return p;
}

bool oddi_grow(void *p_pointer, size_t *cap, size_t need, size_t size)
{
    void *p;
    if (need <= *cap)
        return true;
    size_t larger = *cap + *cap / 2;
    if (larger < need)
        larger = need;
    if (larger < 16 && size < 64)
        larger = 16;
    /* memcpy: the caller's pointer has a type of its own, which void ** must not alias. */
    __builtin_memcpy(&p, p_pointer, sizeof p);
    void *moved = oddi_realloc_array(p, larger, size);
    if (!moved)
        return false;
    __builtin_memcpy(p_pointer, &moved, sizeof moved);
    *cap = larger;
    return true;
}
