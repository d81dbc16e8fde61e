#include "expr/function.h"

/* A bijection of 64 bits (splitmix64's): what goes in different comes out different. */
static inline uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 stands for null. */
static inline uint64_t not_zero(uint64_t h)
{
    return h ? h : 1;
}

static inline uint64_t key_u64(uint64_t v)
{
    return not_zero(mix(v + 0x9e3779b97f4a7c15u));
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 m = (unsigned __int128)a * b;

    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t key_bytes(const char *s, size_t n, uint64_t seed)
{
    uint64_t h = mix(seed ^ n);

    for (size_t i = 0; i < n; i += 8) {
        uint64_t w = 0;

        memcpy(&w, s + i, n - i < 8 ? n - i : 8);
        h = fold(h ^ w ^ 0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu ^ h);
    }
    return not_zero(mix(h));
}

static uint64_t key_addr(const struct oddi_addr *a)
{
    uint32_t v4;

    if (a->kind == ODDI_ADDR_NONE)
        return 0;
    if (a->kind != ODDI_ADDR_V4)
        return key_bytes((const char *)a->bytes, 16, a->kind);
    memcpy(&v4, a->bytes, 4);
    return key_u64(v4);
}

static uint64_t key_number(double x)
{
    uint64_t bits;

    if (x != x)
        return 0;
    x += 0.0; /* -0 is 0 */
    memcpy(&bits, &x, 8);
    return key_u64(bits);
}

static uint64_t key_text(const struct oddi_text *t)
{
    return t->s ? key_bytes(t->s, t->n, 4) : 0;
}

#define EACH(T, value)                                                                                       \
    do {                                                                                                     \
        const T *v = values;                                                                                 \
        for (size_t i = 0; i < n; i++)                                                                       \
            out[i] = value;                                                                                  \
    } while (0)

void oddi_keys(enum oddi_expr_type type, const void *values, size_t n, uint64_t *out)
{
    switch (type) {
    case ODDI_EXPR_BOOL:
        EACH(uint8_t, v[i] == ODDI_UNKNOWN ? 0 : key_u64(v[i]));
        return;
    case ODDI_EXPR_NUMBER:
        EACH(double, key_number(v[i]));
        return;
    case ODDI_EXPR_TIME:
        EACH(int64_t, v[i] == ODDI_NO_TIME ? 0 : key_u64((uint64_t)v[i]));
        return;
    case ODDI_EXPR_ADDR:
        EACH(struct oddi_addr, key_addr(&v[i]));
        return;
    case ODDI_EXPR_TEXT:
        EACH(struct oddi_text, key_text(&v[i]));
        return;
    case ODDI_EXPR_PROTO:
    case ODDI_EXPR_PORT:
    case ODDI_EXPR_SERVICE:
        EACH(uint32_t, v[i] == UINT32_MAX ? 0 : key_u64(v[i]));
        return;
    default:
        EACH(uint64_t, v[i]);
    }
}

uint64_t oddi_key(enum oddi_expr_type type, const void *value)
{
    uint64_t out;

    oddi_keys(type, value, 1, &out);
    return out;
}

void oddi_keys_join(uint64_t *out, const uint64_t *more, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] && more[i] ? not_zero(mix(fold(out[i], 0xa0761d6478bd642fu) ^ more[i])) : 0;
}
