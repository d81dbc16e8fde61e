/*
 * A growable byte buffer with a cap and a sticky failure.
 *
 * Appends may be chained without checks: after the first failure (memory, or the cap) every append is a
 * no-op and oddi_buf_ok() is false. `data` is never NUL-terminated unless oddi_buf_cstr() is called.
 */
#ifndef ODDFLOW_BASE_BUF_H
#define ODDFLOW_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

struct oddi_buf {
    char *data;
    size_t size, capacity;
    size_t max; /* cap in bytes; 0 = none */
    bool failed;
};

void oddi_buf_init(struct oddi_buf *b, size_t max);
void oddi_buf_free(struct oddi_buf *b);  /* frees and re-initialises */
void oddi_buf_clear(struct oddi_buf *b); /* size 0 and failure forgotten; memory kept */

/* Makes room for n more bytes; NULL on failure, else where they go. The caller adds to b->size itself. */
char *oddi_buf_reserve(struct oddi_buf *b, size_t n);
void oddi_buf_add(struct oddi_buf *b, const void *bytes, size_t n);
void oddi_buf_str(struct oddi_buf *b, const char *s);
void oddi_buf_printf(struct oddi_buf *b, const char *fmt, ...) ODDI_PRINTF(2, 3);
const char *oddi_buf_cstr(struct oddi_buf *b); /* NUL-terminates; "" on failure */

static inline bool oddi_buf_ok(const struct oddi_buf *b)
{
    return !b->failed;
}

static inline void oddi_buf_char(struct oddi_buf *b, char c)
{
    if (b->size < b->capacity && !b->failed)
        b->data[b->size++] = c;
    else
        oddi_buf_add(b, &c, 1);
}

#endif
