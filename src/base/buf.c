#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

void oddi_buf_init(struct oddi_buf *b, size_t max)
{
    *b = (struct oddi_buf){.max = max};
}

void oddi_buf_free(struct oddi_buf *b)
{
    free(b->data);
    oddi_buf_init(b, b->max);
}

void oddi_buf_clear(struct oddi_buf *b)
{
    b->size = 0;
    b->failed = false;
}

char *oddi_buf_reserve(struct oddi_buf *b, size_t n)
{
    if (b->failed)
        return NULL;
    if (b->data && n <= b->capacity - b->size)
        return b->data + b->size;
    size_t need, capacity = b->capacity;
    if (__builtin_add_overflow(b->size, n, &need) || (b->max && need > b->max) ||
        !oddi_grow(&b->data, &capacity, need ? need : 1, 1)) {
        b->failed = true;
        return NULL;
    }
    b->capacity = b->max && capacity > b->max ? b->max : capacity;
    return b->data + b->size;
}

void oddi_buf_add(struct oddi_buf *b, const void *bytes, size_t n)
{
    char *to = oddi_buf_reserve(b, n);
    if (to && n) {
        memcpy(to, bytes, n);
        b->size += n;
    }
}

void oddi_buf_str(struct oddi_buf *b, const char *s)
{
    oddi_buf_add(b, s, strlen(s));
}

void oddi_buf_printf(struct oddi_buf *b, const char *fmt, ...)
{
    va_list args;
    char text[256]; /* nearly every use fits; the NUL that vsnprintf writes must not need room in b */
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0) {
        b->failed = true;
        return;
    }
    if ((size_t)n < sizeof text) {
        oddi_buf_add(b, text, (size_t)n);
        return;
    }
    char *longer = oddi_malloc_array((size_t)n + 1, 1);
    if (!longer) {
        b->failed = true;
        return;
    }
    va_start(args, fmt);
    vsnprintf(longer, (size_t)n + 1, fmt, args);
    va_end(args);
    oddi_buf_add(b, longer, (size_t)n);
    free(longer);
}

const char *oddi_buf_cstr(struct oddi_buf *b)
{
    if (b->failed)
        return "";
    /* The NUL is not part of the content and does not count against the cap. */
    size_t allocated = b->capacity;
    if (!b->data || b->size == allocated) {
        if (!oddi_grow(&b->data, &allocated, b->size + 1, 1)) {
            b->failed = true;
            return "";
        }
        b->capacity = b->max && allocated > b->max ? b->max : allocated;
    }
    b->data[b->size] = '\0';
    return b->data;
}
