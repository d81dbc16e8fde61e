#include "read/wire/delim_bits.h"

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

#include "read/wire/delim_quotes.h"

#ifndef AVX512 /* tests compile this file with the intrinsics emulated */
#define AVX512 __attribute__((target("avx512f,avx512bw,popcnt")))
#endif

AVX512 static inline uint32_t *add_positions(uint32_t *pos, uint64_t mask, uint32_t base)
{
    const __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    for (int k = 0; k < 4; k++) {
        __mmask16 bits = (__mmask16)(mask >> (16 * k));
        __m512i offset = _mm512_add_epi32(numbers, _mm512_set1_epi32((int)(base + 16u * (unsigned)k)));

        /* To a register and then whole: compressing into memory is slow on AMD's Zen 4. */
        _mm512_storeu_si512(pos, _mm512_maskz_compress_epi32(bits, offset));
        pos += __builtin_popcount((unsigned)bits);
    }
    return pos;
}

AVX512 void oddi_delim_index_avx512(const char *data, size_t from, size_t n, char delimiter,
                                    struct oddi_delim_index *out)
{
    const __m512i want = _mm512_set1_epi8(delimiter), lf = _mm512_set1_epi8('\n');
    const __m512i quote = _mm512_set1_epi8('"'), zero = _mm512_setzero_si512();
    const char *p = data + from;
    uint32_t *pos = out->pos;
    uint64_t quotes = 0, nuls = 0;
    size_t newlines = 0;

    for (size_t i = 0; i < n; i += 64) {
        uint64_t keep = n - i >= 64 ? UINT64_MAX : (UINT64_C(1) << (n - i)) - 1;
        __m512i v = _mm512_loadu_si512(p + i);
        uint64_t line_ends = _mm512_cmpeq_epi8_mask(v, lf) & keep;
        uint64_t ends = (_mm512_cmpeq_epi8_mask(v, want) & keep) | line_ends;

        quotes |= _mm512_cmpeq_epi8_mask(v, quote) & keep;
        nuls |= _mm512_cmpeq_epi8_mask(v, zero) & keep;
        newlines += (size_t)__builtin_popcountll(line_ends);
        pos = add_positions(pos, ends, (uint32_t)(from + i));
    }
    out->n = (size_t)(pos - out->pos);
    out->newlines = newlines;
    out->quotes = quotes != 0;
    out->nuls = nuls != 0;
}

AVX512 bool oddi_delim_quoted_avx512(const char *data, size_t from, size_t n, char delimiter,
                                     struct oddi_delim_index *out)
{
    const __m512i want = _mm512_set1_epi8(delimiter), lf = _mm512_set1_epi8('\n'),
                  cr = _mm512_set1_epi8('\r');
    const __m512i quote = _mm512_set1_epi8('"'), zero = _mm512_setzero_si512();
    struct oddi_quote_state state = {.after_end = 1};
    const char *p = data + from;
    uint64_t quotes = 0, nuls = 0;
    uint32_t *pos = out->pos;
    size_t newlines = 0;

    for (size_t i = 0; i < n; i += 64) {
        uint64_t keep = n - i >= 64 ? UINT64_MAX : (UINT64_C(1) << (n - i)) - 1, ends;
        __m512i v = _mm512_loadu_si512(p + i);
        struct oddi_quote_masks m = {.keep = keep};

        m.newlines = _mm512_cmpeq_epi8_mask(v, lf) & keep;
        m.ends = (_mm512_cmpeq_epi8_mask(v, want) & keep) | m.newlines;
        m.quotes = _mm512_cmpeq_epi8_mask(v, quote) & keep;
        m.returns = _mm512_cmpeq_epi8_mask(v, cr) & keep;
        nuls |= _mm512_cmpeq_epi8_mask(v, zero) & keep;
        quotes |= m.quotes;
        newlines += (size_t)__builtin_popcountll(m.newlines);
        ends = oddi_unquoted_ends(&m, &state);
        if (pos)
            pos = add_positions(pos, ends, (uint32_t)(from + i));
    }
    out->n = pos ? (size_t)(pos - out->pos) : 0;
    out->newlines = newlines;
    out->quotes = quotes != 0;
    out->nuls = nuls != 0;
    return !state.wrong && !nuls;
}
#else
typedef int oddi_no_avx512;
#endif
