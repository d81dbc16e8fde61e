#include "read/wire/delim_pick.h"

#include <string.h>

#include "read/wire/delim_bits.h"

void oddi_delim_pick_init(struct oddi_delim_pick *pick, unsigned n_columns, uint64_t wanted)
{
    unsigned last = n_columns - 1;

    memset(pick, 0, sizeof *pick);
    pick->n_columns = n_columns;
    wanted |= UINT64_C(1) << last;
    for (unsigned i = 0; i < sizeof pick->column; i++)
        pick->column[i] = (uint8_t)(i % n_columns);
    for (unsigned i = 0; i < 64; i++) {
        pick->wanted[0] |= (wanted >> pick->column[i] & 1) << i;
        pick->last[0] |= (uint64_t)(pick->column[i] == last) << i;
    }
    for (unsigned k = 1; k < n_columns; k++) {
        unsigned next = pick->column[k + 63];

        pick->wanted[k] = pick->wanted[k - 1] >> 1 | (wanted >> next & 1) << 63;
        pick->last[k] = pick->last[k - 1] >> 1 | (uint64_t)(next == last) << 63;
    }
    for (unsigned k = 0; k < n_columns; k++)
        if (wanted >> k & 1)
            pick->slot[k] = (uint8_t)pick->n_wanted++;
}

#if ODDI_HAVE_X86_SIMD
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

bool oddi_delim_pick_available(enum oddi_simd level)
{
    /* Zen and Zen 2 have PDEP in microcode, some hundred cycles long. */
    return level >= ODDI_SIMD_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
           !__builtin_cpu_is("znver1") && !__builtin_cpu_is("znver2");
}

AVX2 static inline uint64_t mask64(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* Appends the numbers of the set bits, each plus base. Mostly there are four at most; behind them the rest is written. */
AVX2 static inline uint32_t *add_positions(uint32_t *pos, uint64_t bits, uint32_t base)
{
    uint32_t *end = pos + _mm_popcnt_u64(bits);

    for (int k = 0; k < 4; k++) {
        pos[k] = base + (uint32_t)_tzcnt_u64(bits);
        bits = _blsr_u64(bits);
    }
    for (pos += 4; bits; bits = _blsr_u64(bits))
        *pos++ = base + (uint32_t)_tzcnt_u64(bits);
    return end;
}

struct picker {
    const struct oddi_delim_pick *pick;
    uint32_t *pos;
    unsigned column; /* of the next end */
    uint64_t wrong;
};

AVX2 static inline void take_ends(struct picker *p, uint64_t ends, uint64_t line_ends, uint32_t base)
{
    p->wrong |= _pdep_u64(p->pick->last[p->column], ends) ^ line_ends;
    p->pos = add_positions(p->pos, _pdep_u64(p->pick->wanted[p->column], ends), base);
    p->column = p->pick->column[p->column + (unsigned)_mm_popcnt_u64(ends)];
}

AVX2 bool oddi_delim_pick_rows(const struct oddi_delim_pick *pick, const char *data, size_t from, size_t n,
                               char delimiter, struct oddi_delim_index *out)
{
    const __m256i want = _mm256_set1_epi8(delimiter), lf = _mm256_set1_epi8('\n'),
                  quote = _mm256_set1_epi8('"');
    __m256i quotes = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1);
    struct picker p = {.pick = pick, .pos = out->pos};
    const char *s = data + from;
    size_t i = 0;

    for (; i < n; i += 64) {
        __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(s + i));
        __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(s + i + 32));
        __m256i la = _mm256_cmpeq_epi8(a, lf), lb = _mm256_cmpeq_epi8(b, lf);
        uint64_t line_ends = mask64(la, lb);
        uint64_t ends = mask64(_mm256_or_si256(la, _mm256_cmpeq_epi8(a, want)),
                               _mm256_or_si256(lb, _mm256_cmpeq_epi8(b, want)));

        if (n - i < 64) {
            line_ends &= (UINT64_C(1) << (n - i)) - 1;
            ends &= (UINT64_C(1) << (n - i)) - 1;
            take_ends(&p, ends, line_ends, (uint32_t)(from + i));
            break;
        }
        quotes = _mm256_or_si256(quotes,
                                 _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote)));
        least = _mm256_min_epu8(least, _mm256_min_epu8(a, b));
        take_ends(&p, ends, line_ends, (uint32_t)(from + i));
    }
    out->n = (size_t)(p.pos - out->pos);
    out->newlines = out->n / pick->n_wanted;
    if (p.wrong || !out->newlines || !_mm256_testz_si256(quotes, quotes) ||
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())))
        return false;
    for (; i < n; i++)
        if (s[i] == '"' || s[i] == 0)
            return false;
    out->quotes = out->nuls = false;
    return true;
}
#else
bool oddi_delim_pick_available(enum oddi_simd level)
{
    (void)level;
    return false;
}

bool oddi_delim_pick_rows(const struct oddi_delim_pick *pick, const char *data, size_t from, size_t n,
                          char delimiter, struct oddi_delim_index *out)
{
    (void)pick, (void)data, (void)from, (void)n, (void)delimiter, (void)out;
    return false;
}
#endif
