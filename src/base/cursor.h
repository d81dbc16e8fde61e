/*
 * The bounded cursor: outside bytes are read through it and through nothing else.
 *
 * Little-endian, whatever the machine. Failure is sticky: what would read past the end gives 0 (NULL for bytes) and sets
 * `bad`, so that a whole record may be read before the one check.
 */
#ifndef ODDFLOW_BASE_CURSOR_H
#define ODDFLOW_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct oddi_cursor {
    const uint8_t *p, *end;
    bool bad;
};

static inline size_t oddi_cursor_left(const struct oddi_cursor *c)
{
    return (size_t)(c->end - c->p);
}

/* The next n bytes, which stay where they are; NULL if there are fewer. */
static inline const uint8_t *oddi_cursor_bytes(struct oddi_cursor *c, size_t n)
{
    const uint8_t *at = c->p;

    if (c->bad || n > oddi_cursor_left(c)) {
        c->bad = true;
        return NULL;
    }
    c->p += n;
    return at;
}

static inline uint64_t oddi_cursor_uint(struct oddi_cursor *c, size_t n)
{
    const uint8_t *at = oddi_cursor_bytes(c, n);
    uint64_t v = 0;

    for (size_t i = 0; at && i < n; i++)
        v |= (uint64_t)at[i] << (8 * i);
    return v;
}

static inline uint8_t oddi_cursor_u8(struct oddi_cursor *c)
{
    return (uint8_t)oddi_cursor_uint(c, 1);
}

static inline uint16_t oddi_cursor_u16(struct oddi_cursor *c)
{
    return (uint16_t)oddi_cursor_uint(c, 2);
}

static inline uint32_t oddi_cursor_u32(struct oddi_cursor *c)
{
    return (uint32_t)oddi_cursor_uint(c, 4);
}

static inline uint64_t oddi_cursor_u64(struct oddi_cursor *c)
{
    return oddi_cursor_uint(c, 8);
}

static inline double oddi_cursor_f64(struct oddi_cursor *c)
{
    uint64_t bits = oddi_cursor_uint(c, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

#endif
