/* Random numbers as pure functions of a seed: the same on every machine. Not for secrets. */
#ifndef ODDFLOW_BASE_RNG_H
#define ODDFLOW_BASE_RNG_H

#include <stdint.h>

/* xoshiro256++ (Blackman & Vigna 2019), seeded by splitmix64. */
struct oddi_rng {
    uint64_t s[4];
};

static inline uint64_t oddi_splitmix64(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void oddi_rng_seed(struct oddi_rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = oddi_splitmix64(&seed);
}

static inline uint64_t oddi_rng_next(struct oddi_rng *r)
{
    uint64_t *s = r->s, a = s[0] + s[3], result = ((a << 23) | (a >> 41)) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* Uniform in [0, 1), 53 bits. */
static inline double oddi_rng_double(struct oddi_rng *r)
{
    return (double)(oddi_rng_next(r) >> 11) * 0x1.0p-53;
}

/* Uniform in [0, n), n > 0 (Lemire 2019 without the rejection: bias below n / 2^64). */
static inline uint64_t oddi_rng_below(struct oddi_rng *r, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)oddi_rng_next(r) * n) >> 64);
}

#endif
