#include "read/wire/delim_bits.h"

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

#include "read/wire/delim_quotes.h"

#define AVX2 __attribute__((target("avx2,popcnt")))

/* Appends the numbers of the set bits of `mask`, each plus `base`. */
AVX2 static inline uint32_t *add_positions(uint32_t *pos, uint64_t mask, uint32_t base)
{
    __m256i offset = _mm256_set1_epi32((int)base);
    const __m256i eight = _mm256_set1_epi32(8);

    for (int k = 0; k < 8; k++) {
        unsigned bits = (unsigned)(mask >> (8 * k)) & 255;
        __m128i numbers = _mm_loadl_epi64((const __m128i *)(const void *)oddi_byte_bits[bits]);

        _mm256_storeu_si256((__m256i *)(void *)pos, _mm256_add_epi32(offset, _mm256_cvtepu8_epi32(numbers)));
        pos += __builtin_popcount(bits);
        offset = _mm256_add_epi32(offset, eight);
    }
    return pos;
}

AVX2 static inline uint64_t mask64(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2 static inline __m256i load32(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Quotes and NULs of the last, partial 64 bytes, where the vectors reach past the end. */
static void look_at_tail(const char *p, size_t n, struct oddi_delim_index *out)
{
    for (size_t i = 0; i < n; i++) {
        out->quotes |= p[i] == '"';
        out->nuls |= p[i] == 0;
    }
}

AVX2 void oddi_delim_index_avx2(const char *data, size_t from, size_t n, char delimiter,
                                struct oddi_delim_index *out)
{
    const __m256i want = _mm256_set1_epi8(delimiter), lf = _mm256_set1_epi8('\n');
    const __m256i quote = _mm256_set1_epi8('"');
    __m256i quotes = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1);
    const char *p = data + from;
    uint32_t *pos = out->pos;
    size_t newlines = 0, i = 0;

    for (; i < n; i += 64) {
        __m256i a = load32(p + i), b = load32(p + i + 32);
        __m256i la = _mm256_cmpeq_epi8(a, lf), lb = _mm256_cmpeq_epi8(b, lf);
        uint64_t line_ends = mask64(la, lb);
        uint64_t ends = mask64(_mm256_or_si256(la, _mm256_cmpeq_epi8(a, want)),
                               _mm256_or_si256(lb, _mm256_cmpeq_epi8(b, want)));

        if (n - i < 64) {
            uint64_t keep = (UINT64_C(1) << (n - i)) - 1;

            pos = add_positions(pos, ends & keep, (uint32_t)(from + i));
            newlines += (size_t)__builtin_popcountll(line_ends & keep);
            break;
        }
        quotes = _mm256_or_si256(quotes,
                                 _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote)));
        least = _mm256_min_epu8(least, _mm256_min_epu8(a, b));
        newlines += (size_t)__builtin_popcountll(line_ends);
        pos = add_positions(pos, ends, (uint32_t)(from + i));
    }
    least = _mm256_cmpeq_epi8(least, _mm256_setzero_si256());
    out->n = (size_t)(pos - out->pos);
    out->newlines = newlines;
    out->quotes = !_mm256_testz_si256(quotes, quotes);
    out->nuls = !_mm256_testz_si256(least, least);
    if (i < n)
        look_at_tail(p + i, n - i, out);
}

AVX2 static inline uint64_t equal_mask(__m256i a, __m256i b, char c)
{
    const __m256i want = _mm256_set1_epi8(c);

    return mask64(_mm256_cmpeq_epi8(a, want), _mm256_cmpeq_epi8(b, want));
}

AVX2 bool oddi_delim_quoted_avx2(const char *data, size_t from, size_t n, char delimiter,
                                 struct oddi_delim_index *out)
{
    struct oddi_quote_state state = {.after_end = 1};
    const char *p = data + from;
    uint64_t quotes = 0, nuls = 0;
    uint32_t *pos = out->pos;
    size_t newlines = 0;

    for (size_t i = 0; i < n; i += 64) {
        __m256i a = load32(p + i), b = load32(p + i + 32);
        uint64_t keep = n - i >= 64 ? UINT64_MAX : (UINT64_C(1) << (n - i)) - 1, ends;
        struct oddi_quote_masks m = {.keep = keep};

        m.newlines = equal_mask(a, b, '\n') & keep;
        m.ends = (equal_mask(a, b, delimiter) & keep) | m.newlines;
        m.quotes = equal_mask(a, b, '"') & keep;
        m.returns = equal_mask(a, b, '\r') & keep;
        nuls |= equal_mask(a, b, 0) & keep;
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
typedef int oddi_no_avx2;
#endif
