/*
 * Quotes in 64 bytes at a time: which delimiters and newlines are outside of them, for text whose quoting is simple.
 *
 * The number of quotes before a byte tells whether it is inside (as in simdjson and its forebears), which is what RFC
 * 4180 says as long as each field is either quoted from its first to its last byte or has no quote at all. Whether that
 * is so is checked; where it is not, or a field has a line end, delim_record.h has the word.
 */
#ifndef ODDFLOW_READ_WIRE_DELIM_QUOTES_H
#define ODDFLOW_READ_WIRE_DELIM_QUOTES_H

#include <stdint.h>

/* Of 64 bytes, the first in bit 0. */
struct oddi_quote_masks {
    uint64_t ends, newlines, quotes, returns; /* ends: delimiters and newlines */
    uint64_t keep;                            /* bytes of the text; the other masks are within it */
};

/* What the bytes before mean for these. */
struct oddi_quote_state {
    uint64_t inside;                               /* all ones: a quoted field is open */
    uint64_t after_end, after_quote, after_return; /* 1: the byte before ended a field, closed a quote, ... */
    uint64_t wrong;                                /* not 0: not that simple */
};

/* Bit i = the parity of bits 0 to i. */
static inline uint64_t oddi_prefix_xor(uint64_t x)
{
    x ^= x << 1;
    x ^= x << 2;
    x ^= x << 4;
    x ^= x << 8;
    x ^= x << 16;
    return x ^ x << 32;
}

/* Those of m->ends that end fields. */
static inline uint64_t oddi_unquoted_ends(const struct oddi_quote_masks *m, struct oddi_quote_state *s)
{
    uint64_t inside =
        oddi_prefix_xor(m->quotes) ^ s->inside; /* from the opening quote to before the closing one */
    uint64_t ends = m->ends & ~inside;
    uint64_t opening = m->quotes & inside, closing = m->quotes & ~inside;
    uint64_t first = ends << 1 | s->after_end, behind = closing << 1 | s->after_quote;
    uint64_t returns = behind & m->returns;

    /* A quote opens at the start of a field or, as the second of two, goes on in one. */
    uint64_t wrong = opening & ~(first | behind);

    wrong |= behind & ~(m->ends | m->quotes | m->returns);
    wrong |= (returns << 1 | s->after_return) & ~m->newlines;
    wrong |= m->newlines & inside;
    s->wrong |= wrong & m->keep;
    s->inside = 0 - (inside >> 63);
    s->after_end = ends >> 63;
    s->after_quote = closing >> 63;
    s->after_return = returns >> 63;
    return ends;
}

#endif
