/* What the levels of the structural index share: loading, the table of set bits, and their names. */
#ifndef ODDFLOW_READ_WIRE_DELIM_BITS_H
#define ODDFLOW_READ_WIRE_DELIM_BITS_H

#include <string.h>

#include "read/wire/delim_index.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define ODDI_HAVE_X86_SIMD 1
#else
#define ODDI_HAVE_X86_SIMD 0
#endif

/* Eight bytes, the first in the low bits on every machine. */
static inline uint64_t oddi_load8(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* 0x80 in each byte of v that equals c. Exact: no carry crosses bytes. */
static inline uint64_t oddi_equal_bytes(uint64_t v, char c)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), low7 = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t x = v ^ (ones * (unsigned char)c);

    return ~(((x & low7) + low7) | x | low7);
}

/* oddi_byte_bits[m] = the numbers of the set bits of m, ascending, then zeros. */
extern const uint8_t oddi_byte_bits[256][8];

#if ODDI_HAVE_X86_SIMD
void oddi_delim_index_avx2(const char *data, size_t from, size_t n, char delimiter,
                           struct oddi_delim_index *out);
bool oddi_delim_quoted_avx2(const char *data, size_t from, size_t n, char delimiter,
                            struct oddi_delim_index *out);
void oddi_delim_index_avx512(const char *data, size_t from, size_t n, char delimiter,
                             struct oddi_delim_index *out);
bool oddi_delim_quoted_avx512(const char *data, size_t from, size_t n, char delimiter,
                              struct oddi_delim_index *out);
#endif

#endif
