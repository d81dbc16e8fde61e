#include "synth/sample.h"

/* 2^(1/256) and ln 2 in 1.63 fixed point, rounded to nearest. */
#define ROOT_256 UINT64_C(9248379135337035441)
#define LN_2     UINT64_C(6393154322601327830)

static uint64_t times(uint64_t a, uint64_t b)
{
    return (uint64_t)(((unsigned __int128)a * b) >> 63);
}

static void fill_mantissa(struct oddi_sample *s)
{
    uint64_t m = UINT64_C(1) << 63;
    for (int i = 0; i < ODDI_LOG_STEPS; i++) {
        s->mantissa[i] = (uint32_t)(m >> 33);
        m = times(m, ROOT_256);
    }
    s->mantissa[ODDI_LOG_STEPS] = UINT32_C(1) << 31;
}

static void fill_gap(struct oddi_sample *s)
{
    for (uint32_t i = 0; i < ODDI_LOG_STEPS; i++) {
        uint64_t log = (UINT64_C(8) << 16) - oddi_log2(s, ODDI_LOG_STEPS - i);
        s->gap[i] = (uint32_t)(times(log << 16, LN_2) >> 8);
    }
    s->gap[ODDI_LOG_STEPS] = s->gap[ODDI_LOG_STEPS - 1];
}

void oddi_sample_init(struct oddi_sample *s)
{
    fill_mantissa(s);
    fill_gap(s);
}

uint32_t oddi_log2(const struct oddi_sample *s, uint64_t value)
{
    uint32_t low = 0, high = UINT32_C(48) << 16;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (oddi_exp2(s, mid) >= value << 16)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}
