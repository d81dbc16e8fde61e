#include "read/wire/delim_index.h"

#include "read/wire/delim_bits.h"

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

static void index_portable(const char *data, size_t from, size_t n, char delimiter,
                           struct oddi_delim_index *out)
{
    uint64_t special = 0;
    uint32_t *pos = out->pos;
    size_t newlines = 0;

    for (size_t i = 0; i < n; i += 8) {
        uint64_t v = oddi_load8(data + from + i);
        uint64_t keep = n - i >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * (n - i))) - 1;
        uint64_t newline = oddi_equal_bytes(v, '\n') & keep;
        uint64_t ends = (oddi_equal_bytes(v, delimiter) & keep) | newline;
        const uint8_t *numbers = oddi_byte_bits[gather_bits(ends)];

        special |= (oddi_equal_bytes(v, '"') | oddi_equal_bytes(v, 0)) & keep;
        newlines += count_bits(newline);
        for (unsigned k = 0; k < 8; k++)
            pos[k] = (uint32_t)(from + i) + numbers[k];
        pos += count_bits(ends);
    }
    out->n = (size_t)(pos - out->pos);
    out->newlines = newlines;
    out->special = special != 0;
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
