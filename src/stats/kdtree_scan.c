#include "stats/kdtree.h"

/* Four lanes in GCC's vector extension: one instruction with AVX2, two with SSE2, plain code elsewhere. Each lane is
 * one point and adds its squares in column order, so the bits are those of the scalar sum. */
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t mask __attribute__((vector_size(32)));

#define LANES 4
#define STEP  (2 * LANES)

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void dist2_body(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                              double *out)
{
    for (uint32_t i = start; i < end; i += STEP, out += STEP) {
        const double *col = kd->col + i;
        lanes a = {0}, b = {0};

        for (size_t j = 0; j < kd->d; j++, col += kd->stride) {
            lanes u = *(const lanes *)col - q[j], v = *(const lanes *)(col + LANES) - q[j];

            a += u * u;
            b += v * v;
        }
        *(lanes *)out = a;
        *(lanes *)(out + LANES) = b;
    }
}

ALWAYS_INLINE uint32_t count_body(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                                  uint32_t enough)
{
    uint32_t n = 0;
    const lanes r2 = kd->radius2 - (lanes){0};

    for (uint32_t i = start; i < end && n < enough; i += STEP) {
        const double *col = kd->col + i;
        const int64_t left = (int64_t)(end - i);
        lanes a = {0}, b = {0};
        mask m;

        for (size_t j = 0; j < kd->d; j++, col += kd->stride) {
            lanes u = *(const lanes *)col - q[j], v = *(const lanes *)(col + LANES) - q[j];

            a += u * u;
            b += v * v;
        }
        m = ((mask)(a <= r2) & ((mask){0, 1, 2, 3} < left)) + ((mask)(b <= r2) & ((mask){4, 5, 6, 7} < left));
        n += (uint32_t) - (m[0] + m[1] + m[2] + m[3]);
    }
    return n;
}

void oddi_kd_dist2_portable(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                            double *out)
{
    dist2_body(kd, q, start, end, out);
}

uint32_t oddi_kd_count_portable(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                                uint32_t enough)
{
    return count_body(kd, q, start, end, enough);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void dist2_avx2(const struct oddi_kd *kd, const double *q,
                                                       uint32_t start, uint32_t end, double *out)
{
    dist2_body(kd, q, start, end, out);
}

__attribute__((target("avx2"))) static uint32_t count_avx2(const struct oddi_kd *kd, const double *q,
                                                           uint32_t start, uint32_t end, uint32_t enough)
{
    return count_body(kd, q, start, end, enough);
}
#endif

void oddi_kd_dist2(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end, double *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        dist2_avx2(kd, q, start, end, out);
        return;
    }
#endif
    dist2_body(kd, q, start, end, out);
}

uint32_t oddi_kd_count(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                       uint32_t enough)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return count_avx2(kd, q, start, end, enough);
#endif
    return count_body(kd, q, start, end, enough);
}
