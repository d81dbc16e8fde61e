/* One field of one row: its bytes, and the common shapes of values decoded without a call. */
#ifndef ODDFLOW_READ_WIRE_DELIM_FIELD_H
#define ODDFLOW_READ_WIRE_DELIM_FIELD_H

#include <string.h>

#include "read/wire/delim_bits.h"
#include "read/wire/delim_rows.h"

struct oddi_field_text {
    const char *s;
    size_t n;
};

/* Walks down one field of the rows. */
struct oddi_field_cursor {
    const char *data;
    const uint32_t *before, *end; /* what stands before the field, and where it ends */
    size_t step_before, step_end;
    uint32_t gap; /* from what stands before to the field: 1 behind a delimiter */
    bool last;    /* the last of the row: may have the '\r' of a CRLF */
    bool quotes;
};

static inline struct oddi_field_cursor oddi_field_cursor(const struct oddi_delim_rows *rows, size_t r,
                                                         uint32_t k)
{
    struct oddi_field_cursor c = {.data = rows->data, .step_end = rows->stride, .quotes = rows->quotes};

    c.end = rows->pos + r * rows->stride + (rows->slot ? rows->slot[k] : k);
    c.before = k ? c.end - 1 : rows->off + r;
    c.step_before = k ? c.step_end : 1;
    c.gap = k != 0;
    c.last = k + 1 == rows->n_columns;
    return c;
}

/* The field as it stands, without the '\r' of a CRLF; the cursor goes to the next row. */
static inline struct oddi_field_text oddi_next_field(struct oddi_field_cursor *c)
{
    uint32_t from = *c->before + c->gap, to = *c->end;

    if (c->last && to > from && c->data[to - 1] == '\r')
        to--;
    c->before += c->step_before;
    c->end += c->step_end;
    return (struct oddi_field_text){c->data + from, to - from};
}

/* The same without the quotes around it. For types whose values have none: what has quotes within is no such value. */
static inline struct oddi_field_text oddi_next_value(struct oddi_field_cursor *c)
{
    struct oddi_field_text f = oddi_next_field(c);

    if (c->quotes && f.n >= 2 && f.s[0] == '"' && f.s[f.n - 1] == '"') {
        f.s++;
        f.n -= 2;
    }
    return f;
}

static inline struct oddi_field_text oddi_raw_field(const struct oddi_delim_rows *rows, size_t r, uint32_t k)
{
    struct oddi_field_cursor c = oddi_field_cursor(rows, r, k);

    return oddi_next_field(&c);
}

static inline bool oddi_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without blanks around it, then without the quotes around it, then without blanks inside these. */
static inline struct oddi_field_text oddi_trim(struct oddi_field_text f)
{
    for (int pass = 0; pass < 2; pass++) {
        while (f.n && oddi_is_blank(f.s[f.n - 1]))
            f.n--;
        while (f.n && oddi_is_blank(f.s[0]))
            f.s++, f.n--;
        if (pass == 0 && f.n >= 2 && f.s[0] == '"' && f.s[f.n - 1] == '"')
            f.s++, f.n -= 2;
    }
    return f;
}

/* Eight bytes of text as digits: false if one is not. The first byte is the most significant digit. */
static inline bool oddi_eight_digits(uint64_t v, uint64_t *out)
{
    const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0);

    /* A byte is '0'..'9' if its high nibble is 3, and still is after adding 6. */
    if (((v & high) | (((v + UINT64_C(0x0606060606060606)) & high) >> 4)) != UINT64_C(0x3333333333333333))
        return false;
    v -= UINT64_C(0x3030303030303030);
    v = v * 10 + (v >> 8); /* pairs, in the even bytes */
    *out = (((v & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064)) +
            (((v >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001))) >>
           32;
    return true;
}

/* 1 to 8 digits at s; 8 bytes are readable there. The rest of the eight is filled up with leading zeros. For n up to 15
 * the result is defined, but says nothing. */
static inline bool oddi_short_digits(const char *s, size_t n, uint64_t *out)
{
    uint64_t zeros = UINT64_C(0x0303030303030303) >> ((8 * n - 4) & 63);

    return oddi_eight_digits(oddi_load8(s) << ((64 - 8 * n) & 63) | zeros, out);
}

/* 1 to 15 digits: below 2^53. */
static inline bool oddi_digits(const char *s, size_t n, uint64_t *out)
{
    uint64_t high, low;

    if (n <= 8)
        return n && oddi_short_digits(s, n, out);
    if (n > 15 || !oddi_short_digits(s, n - 8, &high) || !oddi_short_digits(s + n - 8, 8, &low))
        return false;
    *out = high * 100000000 + low;
    return true;
}

#endif
