#include "read/wire/delim_index.h"

#include "read/wire/delim_bits.h"
#include "read/wire/delim_quotes.h"

/* The eight 0x80 flags as eight bits. */
static unsigned gather_bits(uint64_t flags)
{
    return (unsigned)(((flags >> 7) * UINT64_C(0x0102040810204080)) >> 56);
}

/* How many they are: without an instruction for it, the library's popcount is a slow call. */
static unsigned count_bits(uint64_t flags)
{
    return (unsigned)(((flags >> 7) * UINT64_C(0x0101010101010101)) >> 56);
}

/* The same of 8 bits. */
static unsigned count_byte(unsigned bits)
{
    bits = (bits & 0x55) + (bits >> 1 & 0x55);
    bits = (bits & 0x33) + (bits >> 2 & 0x33);
    return (bits & 15) + (bits >> 4);
}

static uint32_t *add_positions(uint32_t *pos, unsigned bits, uint32_t base)
{
    for (unsigned k = 0; k < 8; k++)
        pos[k] = base + oddi_byte_bits[bits][k];
    return pos + count_byte(bits);
}

static void index_portable(const char *data, size_t from, size_t n, char delimiter,
                           struct oddi_delim_index *out)
{
    uint64_t quotes = 0, nuls = 0;
    uint32_t *pos = out->pos;
    size_t newlines = 0;

    for (size_t i = 0; i < n; i += 8) {
        uint64_t v = oddi_load8(data + from + i);
        uint64_t keep = n - i >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * (n - i))) - 1;
        uint64_t newline = oddi_equal_bytes(v, '\n') & keep;
        uint64_t ends = (oddi_equal_bytes(v, delimiter) & keep) | newline;

        quotes |= oddi_equal_bytes(v, '"') & keep;
        nuls |= oddi_equal_bytes(v, 0) & keep;
        newlines += count_bits(newline);
        pos = add_positions(pos, gather_bits(ends), (uint32_t)(from + i));
    }
    out->n = (size_t)(pos - out->pos);
    out->newlines = newlines;
    out->quotes = quotes != 0;
    out->nuls = nuls != 0;
}

/* Masks of 64 bytes at p, those from n on left out. */
static struct oddi_quote_masks masks_64(const char *p, size_t n, char delimiter, uint64_t *nuls)
{
    struct oddi_quote_masks m = {.keep = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1};

    for (unsigned i = 0; i < 64 && i < n; i += 8) {
        uint64_t v = oddi_load8(p + i);
        uint64_t keep = n - i >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * (n - i))) - 1;
        uint64_t newlines = oddi_equal_bytes(v, '\n') & keep;

        m.newlines |= (uint64_t)gather_bits(newlines) << i;
        m.ends |= (uint64_t)gather_bits((oddi_equal_bytes(v, delimiter) & keep) | newlines) << i;
        m.quotes |= (uint64_t)gather_bits(oddi_equal_bytes(v, '"') & keep) << i;
        m.returns |= (uint64_t)gather_bits(oddi_equal_bytes(v, '\r') & keep) << i;
        *nuls |= oddi_equal_bytes(v, 0) & keep;
    }
    return m;
}

static bool quoted_portable(const char *data, size_t from, size_t n, char delimiter,
                            struct oddi_delim_index *out)
{
    struct oddi_quote_state state = {.after_end = 1};
    uint64_t quotes = 0, nuls = 0;
    uint32_t *pos = out->pos;

    out->newlines = 0;
    for (size_t i = 0; i < n; i += 64) {
        struct oddi_quote_masks m = masks_64(data + from + i, n - i, delimiter, &nuls);
        uint64_t ends = oddi_unquoted_ends(&m, &state);

        quotes |= m.quotes;
        for (unsigned k = 0; k < 64; k += 8) {
            out->newlines += count_byte(m.newlines >> k & 255);
            if (pos)
                pos = add_positions(pos, ends >> k & 255, (uint32_t)(from + i + k));
        }
    }
    out->n = pos ? (size_t)(pos - out->pos) : 0;
    out->quotes = quotes != 0;
    out->nuls = nuls != 0;
    return !state.wrong && !nuls;
}

bool oddi_simd_available(enum oddi_simd level)
{
    switch (level) {
    case ODDI_SIMD_PORTABLE:
        return true;
#if ODDI_HAVE_X86_SIMD
    case ODDI_SIMD_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
    case ODDI_SIMD_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("popcnt");
#endif
    default:
        return false;
    }
}

enum oddi_simd oddi_simd_best(void)
{
    enum oddi_simd level = ODDI_SIMD_AVX512;

    while (!oddi_simd_available(level))
        level--;
    return level;
}

oddi_delim_quoted_fn oddi_delim_quoted_at(enum oddi_simd level)
{
    switch (level) {
#if ODDI_HAVE_X86_SIMD
    case ODDI_SIMD_AVX2:
        return oddi_delim_quoted_avx2;
    case ODDI_SIMD_AVX512:
        return oddi_delim_quoted_avx512;
#endif
    default:
        return quoted_portable;
    }
}

oddi_delim_index_fn oddi_delim_index_at(enum oddi_simd level)
{
    switch (level) {
#if ODDI_HAVE_X86_SIMD
    case ODDI_SIMD_AVX2:
        return oddi_delim_index_avx2;
    case ODDI_SIMD_AVX512:
        return oddi_delim_index_avx512;
#endif
    default:
        return index_portable;
    }
}
