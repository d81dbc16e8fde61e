#include "base/crc32c.h"

#include <string.h>

#define POLYNOMIAL 0x82f63b78u /* reflected */
#define SLICES     8

/* Slice s of byte b: the remainder of b followed by s zero bytes. Built for each call: 8 KiB beside files of megabytes, and
 * the library keeps no globals that change. */
struct table {
    uint32_t of[SLICES][256];
};

static void build(struct table *t)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t r = b;

        for (int i = 0; i < 8; i++)
            r = r & 1 ? r >> 1 ^ POLYNOMIAL : r >> 1;
        t->of[0][b] = r;
    }
    for (int s = 1; s < SLICES; s++)
        for (uint32_t b = 0; b < 256; b++)
            t->of[s][b] = t->of[s - 1][b] >> 8 ^ t->of[0][t->of[s - 1][b] & 0xff];
}

static uint32_t eight(const struct table *t, uint32_t r, const uint8_t *p)
{
    uint32_t low = r ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);

    return t->of[7][low & 0xff] ^ t->of[6][low >> 8 & 0xff] ^ t->of[5][low >> 16 & 0xff] ^
           t->of[4][low >> 24] ^ t->of[3][p[4]] ^ t->of[2][p[5]] ^ t->of[1][p[6]] ^ t->of[0][p[7]];
}

static uint32_t by_table(uint32_t r, const uint8_t *p, size_t n)
{
    struct table t;

    build(&t);
    for (; n >= 8; n -= 8, p += 8)
        r = eight(&t, r, p);
    for (; n > 0; n--, p++)
        r = r >> 8 ^ t.of[0][(r ^ *p) & 0xff];
    return r;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t r, const uint8_t *p, size_t n)
{
    uint64_t wide = r;

    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;

        memcpy(&word, p, sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    r = (uint32_t)wide;
    for (; n > 0; n--, p++)
        r = __builtin_ia32_crc32qi(r, *p);
    return r;
}
#endif

uint32_t oddi_crc32c_portable(uint32_t crc, const void *data, size_t n)
{
    return ~by_table(~crc, data, n);
}

uint32_t oddi_crc32c_more(uint32_t crc, const void *data, size_t n)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2"))
        return ~by_instruction(~crc, data, n);
#endif
    return oddi_crc32c_portable(crc, data, n);
}

uint32_t oddi_crc32c(const void *data, size_t n)
{
    return oddi_crc32c_more(0, data, n);
}
