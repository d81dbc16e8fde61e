#include "read/wire/delim_quad.h"

#include "read/wire/delim_bits.h"
#include "read/wire/delim_field.h"

static size_t quads_portable(const struct oddi_delim_rows *rows, size_t r, uint32_t k, struct oddi_addr *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);

    for (; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_field(&cursor);

        if (!oddi_parse_addr(f.s, f.n, &out[r]))
            break;
    }
    return r;
}

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Where the four numbers of a text of n <= 15 bytes end, one in each byte; 0 if it has not three points. */
AVX2 static inline uint32_t number_ends(__m128i text, size_t n)
{
    uint32_t points =
        (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.'))) & ((UINT32_C(1) << n) - 1);
    uint32_t second = points & (points - 1), third = second & (second - 1);

    if (!third || (third & (third - 1)))
        return 0;
    return (uint32_t)__builtin_ctz(points) | (uint32_t)__builtin_ctz(second) << 8 |
           (uint32_t)__builtin_ctz(third) << 16 | (uint32_t)n << 24;
}

/* Puts number i of the text, right-aligned, into the 32-bit lane i, and sums its digits up with their weights. */
AVX2 static inline bool quad(struct oddi_field_text f, struct oddi_addr *out)
{
    const __m128i lanes = _mm_setr_epi8(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m128i before = _mm_set1_epi32(0x01020304), weights = _mm_set1_epi32(0x010a6400);
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)f.s), from, at, outside, digits, sums;
    uint32_t ends = f.n <= 15 ? number_ends(text, f.n) : 0, bytes;
    unsigned outsides, zeros;

    if (!ends)
        return false;
    at = _mm_sub_epi8(_mm_shuffle_epi8(_mm_cvtsi32_si128((int)ends), lanes), before);
    from = _mm_shuffle_epi8(_mm_cvtsi32_si128((int)((ends << 8) + 0x01010100)), lanes);
    outside = _mm_cmpgt_epi8(from, at);
    digits = _mm_sub_epi8(_mm_shuffle_epi8(text, at), _mm_set1_epi8('0'));
    digits = _mm_andnot_si128(outside, digits);
    /* One to three digits each, and a first of several is not 0. */
    outsides = (unsigned)_mm_movemask_epi8(outside);
    zeros = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(digits, _mm_setzero_si128()));
    if ((outsides & 0x9999) != 0x1111 || (zeros & ~outsides & outsides << 1 & 0x6666))
        return false;
    sums = _mm_madd_epi16(_mm_maddubs_epi16(digits, weights), _mm_set1_epi16(1));
    /* A byte that is not a digit is above 9; sums above 255 do not survive packing unchanged. */
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digits, _mm_set1_epi8(9)), _mm_set1_epi8(9))) !=
            0xffff ||
        _mm_movemask_epi8(_mm_cmpgt_epi32(sums, _mm_set1_epi32(255))))
        return false;
    sums = _mm_packus_epi16(_mm_packs_epi32(sums, sums), sums);
    bytes = (uint32_t)_mm_cvtsi128_si32(sums);
    memset(out, 0, sizeof *out);
    memcpy(out->bytes, &bytes, sizeof bytes);
    out->kind = ODDI_ADDR_V4;
    return true;
}

AVX2 static size_t quads_avx2(const struct oddi_delim_rows *rows, size_t r, uint32_t k, struct oddi_addr *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);

    while (r < rows->n && quad(oddi_next_field(&cursor), &out[r]))
        r++;
    return r;
}
#endif

oddi_quads_fn oddi_quads_at(enum oddi_simd level)
{
#if ODDI_HAVE_X86_SIMD
    if (level >= ODDI_SIMD_AVX2)
        return quads_avx2;
#endif
    (void)level;
    return quads_portable;
}
