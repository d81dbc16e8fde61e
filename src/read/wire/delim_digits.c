#include "read/wire/delim_digits.h"

#include <math.h>

#include "read/wire/delim_bits.h"
#include "read/wire/delim_field.h"

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Exact in a double, and so are 15 digits: their quotient is rounded once, as a correctly rounded parser would (Clinger
 * 1990). */
static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

/* The 16 bytes at n are the places of n digits, right-aligned behind places that give a zero. */
static const int8_t places[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                  0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15};

/* The value of 16 digits, the first in the lowest byte. */
AVX2 static inline uint64_t value_of(__m128i digits)
{
    const __m128i tens = _mm_set1_epi16(0x010a), hundreds = _mm_set1_epi32(0x00010064);
    const __m128i myriads = _mm_set1_epi32(0x00012710);
    __m128i fours = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
    uint64_t eights = (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(_mm_packus_epi32(fours, fours), myriads));

    return (eights & UINT32_MAX) * 100000000 + (eights >> 32);
}

/* False if the field is no such number. */
AVX2 static inline bool decimal(struct oddi_field_text f, double *out)
{
    const __m128i nine = _mm_set1_epi8(9);
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)f.s), order, digits;
    uint32_t points = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.'))) &
                      ((UINT32_C(1) << (f.n & 31)) - 1);
    size_t point = points ? (size_t)__builtin_ctz(points) : f.n, n = f.n - (points != 0);

    /* A second point is no digit. */
    if (n - 1 > 14 || f.n > 16 || (points && (point == 0 || point == n)))
        return false;
    order = _mm_loadu_si128((const __m128i *)(const void *)(places + n));
    order = _mm_sub_epi8(order, _mm_cmpgt_epi8(order, _mm_set1_epi8((char)(point - 1))));
    digits = _mm_shuffle_epi8(_mm_sub_epi8(text, _mm_set1_epi8('0')), order);
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digits, nine), nine)) != 0xffff)
        return false;
    *out = (double)(int64_t)value_of(digits);
    if (points)
        *out /= powers[n - point];
    return true;
}

AVX2 static size_t decimals_avx2(const struct oddi_delim_rows *rows, size_t r, uint32_t k, double *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);

    for (; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_value(&cursor);

        if (!f.n)
            out[r] = NAN;
        else if (!decimal(f, &out[r]))
            break;
    }
    return r;
}

/* The last 16 of the 26 bytes: ten of them belong to the second, six are digits. */
AVX2 static inline bool micros(__m128i text, __m128i second, uint64_t *out)
{
    const __m128i nine = _mm_set1_epi8(9);
    const __m128i order = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 10, 11, 12, 13, 14, 15);
    __m128i digits = _mm_shuffle_epi8(_mm_sub_epi8(text, _mm_set1_epi8('0')), order);
    unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, second));
    unsigned right = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digits, nine), nine));

    *out = value_of(digits);
    return (same & 0x3ff) == 0x3ff && right == 0xffff;
}

AVX2 static size_t same_second_avx2(const struct oddi_delim_rows *rows, size_t r, uint32_t k,
                                    const struct oddi_second *second, int64_t *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);
    __m128i first = _mm_loadu_si128((const __m128i *)(const void *)second->text);
    /* Bytes 4 to 19, so that 10 to 19 stand first. */
    __m128i last = _mm_bsrli_si128(_mm_loadu_si128((const __m128i *)(const void *)(second->text + 4)), 6);

    for (; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_value(&cursor);
        __m128i text = _mm_loadu_si128((const __m128i *)(const void *)f.s);
        uint64_t micro;

        if (f.n != ODDI_MICRO_SIZE || _mm_movemask_epi8(_mm_cmpeq_epi8(text, first)) != 0xffff ||
            !micros(_mm_loadu_si128((const __m128i *)(const void *)(f.s + 10)), last, &micro))
            break;
        out[r] = second->ts + (int64_t)micro * 1000;
    }
    return r;
}
#endif

static size_t same_second_portable(const struct oddi_delim_rows *rows, size_t r, uint32_t k,
                                   const struct oddi_second *second, int64_t *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);

    for (; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_value(&cursor);
        uint64_t micro;

        if (f.n != ODDI_MICRO_SIZE || memcmp(f.s, second->text, sizeof second->text) != 0 ||
            !oddi_short_digits(f.s + 20, 6, &micro))
            break;
        out[r] = second->ts + (int64_t)micro * 1000;
    }
    return r;
}

oddi_same_second_fn oddi_same_second_at(enum oddi_simd level)
{
#if ODDI_HAVE_X86_SIMD
    if (level >= ODDI_SIMD_AVX2)
        return same_second_avx2;
#endif
    (void)level;
    return same_second_portable;
}

oddi_decimals_fn oddi_decimals_at(enum oddi_simd level)
{
#if ODDI_HAVE_X86_SIMD
    if (level >= ODDI_SIMD_AVX2)
        return decimals_avx2;
#endif
    (void)level;
    return NULL;
}
