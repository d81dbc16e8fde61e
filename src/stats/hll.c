#include "stats/hll.h"

#include <math.h>
#include <string.h>

#define REGISTERS (1u << ODDI_HLL_BITS)
#define MAX_RANK  (64 - ODDI_HLL_BITS)

void oddi_hll_clear(struct oddi_hll *h)
{
    memset(h->reg, 0, sizeof h->reg);
}

void oddi_hll_add(struct oddi_hll *h, uint64_t hash)
{
    uint32_t i = (uint32_t)(hash >> MAX_RANK);
    uint64_t rest = hash << ODDI_HLL_BITS;
    uint8_t rank = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : MAX_RANK + 1;

    if (rank > h->reg[i])
        h->reg[i] = rank;
}

void oddi_hll_merge(struct oddi_hll *h, const struct oddi_hll *more)
{
    for (uint32_t i = 0; i < REGISTERS; i++)
        if (more->reg[i] > h->reg[i])
            h->reg[i] = more->reg[i];
}

/* Both series converge: their terms fall below the last bit of the sum. */
static double sigma(double x)
{
    double y = 1, z = x, before;

    if (x == 1)
        return INFINITY;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

static double tau(double x)
{
    double y = 1, z = 1 - x, before;

    if (x == 0 || x == 1)
        return 0;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

double oddi_hll_estimate(const struct oddi_hll *h)
{
    uint32_t count[MAX_RANK + 2] = {0};
    double m = REGISTERS, z;

    for (uint32_t i = 0; i < REGISTERS; i++)
        count[h->reg[i]]++;
    z = m * tau(1 - count[MAX_RANK + 1] / m);
    for (int k = MAX_RANK; k >= 1; k--)
        z = 0.5 * (z + count[k]);
    z += m * sigma(count[0] / m);
    return m * m / (2 * 0.693147180559945309417 * z);
}
