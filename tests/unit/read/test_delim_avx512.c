/* The AVX-512 level on machines without it: the same source, over intrinsics written out in C, against the portable one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "read/wire/delim_bits.h"

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

struct vector {
    uint8_t byte[64];
};

static struct vector set_bytes(char c)
{
    struct vector v;

    memset(v.byte, c, sizeof v);
    return v;
}

static struct vector load(const void *p)
{
    struct vector v;

    memcpy(v.byte, p, sizeof v);
    return v;
}

static void store(void *p, struct vector v)
{
    memcpy(p, v.byte, sizeof v);
}

static uint64_t equal_bytes(struct vector a, struct vector b)
{
    uint64_t mask = 0;

    for (int i = 0; i < 64; i++)
        mask |= (uint64_t)(a.byte[i] == b.byte[i]) << i;
    return mask;
}

static struct vector set_numbers(int32_t x)
{
    int32_t lane[16];

    for (int i = 0; i < 16; i++)
        lane[i] = x;
    return load(lane);
}

static struct vector add_numbers(struct vector a, struct vector b)
{
    uint32_t x[16], y[16];

    store(x, a);
    store(y, b);
    for (int i = 0; i < 16; i++)
        x[i] += y[i];
    return load(x);
}

static struct vector compress(uint16_t mask, struct vector v)
{
    uint32_t in[16], out[16] = {0};
    int n = 0;

    store(in, v);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1)
            out[n++] = in[i];
    return load(out);
}

#undef _mm512_cmpeq_epi8_mask
#undef _mm512_setr_epi32
#define AVX512
#define __m512i                           struct vector
#define _mm512_set1_epi8(c)               set_bytes(c)
#define _mm512_setzero_si512()            set_bytes(0)
#define _mm512_loadu_si512(p)             load(p)
#define _mm512_storeu_si512(p, v)         store(p, v)
#define _mm512_cmpeq_epi8_mask(a, b)      equal_bytes(a, b)
#define _mm512_set1_epi32(x)              set_numbers(x)
#define _mm512_add_epi32(a, b)            add_numbers(a, b)
#define _mm512_maskz_compress_epi32(m, v) compress(m, v)
#define _mm512_setr_epi32(...)            load((const int32_t[16]){__VA_ARGS__})
#define oddi_delim_index_avx512           emulated_avx512
#define oddi_delim_quoted_avx512          emulated_quoted_avx512
void emulated_avx512(const char *data, size_t from, size_t n, char delimiter, struct oddi_delim_index *out);
bool emulated_quoted_avx512(const char *data, size_t from, size_t n, char delimiter,
                            struct oddi_delim_index *out);
#include "read/wire/delim_avx512.c"

static void test_emulated(void **state)
{
    static uint32_t want_pos[5000 + ODDI_INDEX_SLACK], got_pos[5000 + ODDI_INDEX_SLACK];
    static char data[5000 + 64];
    struct oddi_rng rng;

    (void)state;
    oddi_rng_seed(&rng, 9);
    for (int round = 0; round < 3000; round++) {
        struct oddi_delim_index want = {.pos = want_pos}, got = {.pos = got_pos};
        size_t n = (size_t)oddi_rng_below(&rng, round % 20 ? 300 : 4900),
               from = (size_t)oddi_rng_below(&rng, 100);
        uint64_t dense = 2 + oddi_rng_below(&rng, 60), quotes = round % 2 ? 20 : 4000;

        for (size_t i = 0; i < from + n + 64; i++)
            data[i] = oddi_rng_below(&rng, dense) < 2     ? ",\n"[i & 1]
                      : oddi_rng_below(&rng, quotes) == 0 ? "\"\0\"\r"[i & 3]
                                                          : (char)('a' + oddi_rng_below(&rng, 20));
        oddi_delim_index_at(ODDI_SIMD_PORTABLE)(data, from, n, ',', &want);
        emulated_avx512(data, from, n, ',', &got);
        assert_int_equal(got.n, want.n);
        assert_int_equal(got.newlines, want.newlines);
        assert_int_equal(got.quotes, want.quotes);
        assert_int_equal(got.nuls, want.nuls);
        assert_memory_equal(got_pos, want_pos, want.n * sizeof *want_pos);
        assert_int_equal(oddi_delim_quoted_at(ODDI_SIMD_PORTABLE)(data, from, n, ',', &want),
                         emulated_quoted_avx512(data, from, n, ',', &got));
        assert_int_equal(got.n, want.n);
        assert_int_equal(got.newlines, want.newlines);
        assert_memory_equal(got_pos, want_pos, want.n * sizeof *want_pos);
    }
}
#else
static void test_emulated(void **state)
{
    (void)state;
    print_message("SKIP: not an x86-64 machine\n");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_emulated)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
