#include "base/sha1.h"

#include <string.h>

static uint32_t rotate(uint32_t v, unsigned bits)
{
    return v << bits | v >> (32 - bits);
}

static uint32_t load_be(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_be(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* RFC 3174, section 5: the function and the constant of round t. */
static uint32_t mix(int t, const uint32_t s[5])
{
    if (t < 20)
        return ((s[1] & s[2]) | (~s[1] & s[3])) + UINT32_C(0x5a827999);
    if (t < 40)
        return (s[1] ^ s[2] ^ s[3]) + UINT32_C(0x6ed9eba1);
    if (t < 60)
        return ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + UINT32_C(0x8f1bbcdc);
    return (s[1] ^ s[2] ^ s[3]) + UINT32_C(0xca62c1d6);
}

static void add_block(uint32_t h[5], const uint8_t block[64])
{
    uint32_t w[80], s[5];

    for (int t = 0; t < 16; t++)
        w[t] = load_be(block + 4 * t);
    for (int t = 16; t < 80; t++)
        w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    memcpy(s, h, sizeof s);
    for (int t = 0; t < 80; t++) {
        uint32_t next = rotate(s[0], 5) + mix(t, s) + s[4] + w[t];

        s[4] = s[3];
        s[3] = s[2];
        s[2] = rotate(s[1], 30);
        s[1] = s[0];
        s[0] = next;
    }
    for (int i = 0; i < 5; i++)
        h[i] += s[i];
}

void oddi_sha1(const void *data, size_t n, uint8_t out[ODDI_SHA1_SIZE])
{
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t tail[128] = {0};
    const uint8_t *p = data;
    size_t rest = n % 64, size = rest < 56 ? 64 : 128;
    uint64_t bits = (uint64_t)n * 8;

    for (size_t i = 0; i + 64 <= n; i += 64)
        add_block(h, p + i);
    if (rest)
        memcpy(tail, p + (n - rest), rest);
    tail[rest] = 0x80;
    store_be(tail + size - 8, (uint32_t)(bits >> 32));
    store_be(tail + size - 4, (uint32_t)bits);
    for (size_t i = 0; i < size; i += 64)
        add_block(h, tail + i);
    for (int i = 0; i < 5; i++)
        store_be(out + 4 * i, h[i]);
}

size_t oddi_base64(char *out, const uint8_t *data, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = 0;

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)data[i] << 16 | (i + 1 < n ? (uint32_t)data[i + 1] << 8 : 0) |
                     (i + 2 < n ? data[i + 2] : 0);

        for (size_t k = 0; k < 4; k++)
            out[size++] = i + k > n ? '=' : digits[v >> (18 - 6 * k) & 63];
    }
    return size;
}
