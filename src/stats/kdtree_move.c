#include "stats/kdtree.h"

#include <string.h>

void oddi_kd_range_portable(const double *x, size_t n, double *lo, double *hi)
{
    double lo0 = x[0], lo1 = x[0], hi0 = x[0], hi1 = x[0];

    for (size_t i = 0; i + 1 < n; i += 2) {
        lo0 = x[i] < lo0 ? x[i] : lo0;
        lo1 = x[i + 1] < lo1 ? x[i + 1] : lo1;
        hi0 = x[i] > hi0 ? x[i] : hi0;
        hi1 = x[i + 1] > hi1 ? x[i + 1] : hi1;
    }
    lo0 = x[n - 1] < lo0 ? x[n - 1] : lo0;
    hi0 = x[n - 1] > hi0 ? x[n - 1] : hi0;
    *lo = lo1 < lo0 ? lo1 : lo0;
    *hi = hi1 > hi0 ? hi1 : hi0;
}

void oddi_kd_pack_portable(double *x, const uint8_t *flag, size_t n, double *spare)
{
    size_t l = 0, r = 0;

    for (size_t i = 0; i < n; i++) {
        double v = x[i];

        x[l] = v;
        spare[r] = v;
        l += flag[i];
        r += !flag[i];
    }
    memcpy(x + l, spare, r * sizeof *x);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Two of each: a minimum waits for the one before it. */
AVX2 static void range_avx2(const double *x, size_t n, double *lo, double *hi)
{
    __m256d lo0 = _mm256_loadu_pd(x), lo1 = lo0, hi0 = lo0, hi1 = lo0, last = _mm256_loadu_pd(x + n - 4);
    double low[4], high[4];

    for (size_t i = 4; i + 8 <= n; i += 8) {
        __m256d a = _mm256_loadu_pd(x + i), b = _mm256_loadu_pd(x + i + 4);

        lo0 = _mm256_min_pd(a, lo0);
        lo1 = _mm256_min_pd(b, lo1);
        hi0 = _mm256_max_pd(a, hi0);
        hi1 = _mm256_max_pd(b, hi1);
    }
    if ((n - 4) % 8 >= 4) { /* the four before the last, which overlap what was seen by less than four */
        __m256d a = _mm256_loadu_pd(x + n - 8);

        lo1 = _mm256_min_pd(a, lo1);
        hi1 = _mm256_max_pd(a, hi1);
    }
    _mm256_storeu_pd(low, _mm256_min_pd(last, _mm256_min_pd(lo1, lo0)));
    _mm256_storeu_pd(high, _mm256_max_pd(last, _mm256_max_pd(hi1, hi0)));
    oddi_kd_range_portable(low, 4, lo, &low[0]);
    oddi_kd_range_portable(high, 4, &high[0], hi);
}

/* The words of the doubles whose bit is set in the index, those of the others behind them. */
static const int32_t packed[16][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7}, {2, 3, 0, 1, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {4, 5, 0, 1, 2, 3, 6, 7}, {0, 1, 4, 5, 2, 3, 6, 7}, {2, 3, 4, 5, 0, 1, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {6, 7, 0, 1, 2, 3, 4, 5}, {0, 1, 6, 7, 2, 3, 4, 5}, {2, 3, 6, 7, 0, 1, 4, 5}, {0, 1, 2, 3, 6, 7, 4, 5},
    {4, 5, 6, 7, 0, 1, 2, 3}, {0, 1, 4, 5, 6, 7, 2, 3}, {2, 3, 4, 5, 6, 7, 0, 1}, {0, 1, 2, 3, 4, 5, 6, 7},
};

AVX2 static inline __m256d take(__m256d v, unsigned bits)
{
    __m256i order = _mm256_loadu_si256((const __m256i *)(const void *)packed[bits]);

    return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(v), order));
}

/* What is written past the values of a side is written over by its next ones: x is read before, and both have room. */
AVX2 static void pack_avx2(double *x, const uint8_t *flag, size_t n, double *spare)
{
    size_t l = 0, r = 0, i = 0;

    for (; i + 4 <= n; i += 4) {
        __m256d v = _mm256_loadu_pd(x + i);
        uint32_t flags;
        unsigned bits, ones;

        memcpy(&flags, flag + i, sizeof flags);
        bits = flags * 0x10204080u >> 28; /* byte k, which is 0 or 1, becomes bit k */
        ones = flags * 0x01010101u >> 24;
        _mm256_storeu_pd(x + l, take(v, bits));
        _mm256_storeu_pd(spare + r, take(v, bits ^ 15));
        l += ones;
        r += 4 - ones;
    }
    for (; i < n; i++) {
        double v = x[i];

        x[l] = v;
        spare[r] = v;
        l += flag[i];
        r += !flag[i];
    }
    memcpy(x + l, spare, r * sizeof *x);
}
#endif

void oddi_kd_range(const double *x, size_t n, double *lo, double *hi)
{
#if defined(__x86_64__)
    if (n >= 4 && __builtin_cpu_supports("avx2")) {
        range_avx2(x, n, lo, hi);
        return;
    }
#endif
    oddi_kd_range_portable(x, n, lo, hi);
}

void oddi_kd_pack(double *x, const uint8_t *flag, size_t n, double *spare)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        pack_avx2(x, flag, n, spare);
        return;
    }
#endif
    oddi_kd_pack_portable(x, flag, n, spare);
}
