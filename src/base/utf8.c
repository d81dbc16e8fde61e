#include "base/utf8.h"

#include <string.h>

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

unsigned oddi_utf8_decode(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] < 0x80) {
        *cp = u[0];
        return 1;
    }
    if (u[0] >= 0xc2 && u[0] <= 0xdf && n >= 2 && is_tail(u[1])) {
        *cp = (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
        return 2;
    }
    if ((u[0] & 0xf0) == 0xe0 && n >= 3 && is_tail(u[1]) && is_tail(u[2])) {
        uint32_t c = (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
        *cp = c;
        return c >= 0x800 && (c < 0xd800 || c > 0xdfff) ? 3 : 0;
    }
    if (u[0] >= 0xf0 && u[0] <= 0xf4 && n >= 4 && is_tail(u[1]) && is_tail(u[2]) && is_tail(u[3])) {
        uint32_t c = (u[0] & 0x07u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu);
        *cp = c;
        return c >= 0x10000 && c <= 0x10ffff ? 4 : 0;
    }
    return 0;
}

bool oddi_is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

size_t oddi_terminal_char(const char *s, size_t n, char out[ODDI_TERMINAL_MAX], size_t *used)
{
    static const char hex[] = "0123456789ABCDEF";
    uint32_t cp;
    unsigned bytes = oddi_utf8_decode(s, n, &cp);
    *used = bytes ? bytes : 1;
    if (bytes && !oddi_is_control(cp)) {
        memcpy(out, s, bytes);
        return bytes;
    }
    for (size_t i = 0; i < *used; i++) {
        unsigned char c = (unsigned char)s[i];
        out[4 * i] = '\\';
        out[4 * i + 1] = 'x';
        out[4 * i + 2] = hex[c >> 4];
        out[4 * i + 3] = hex[c & 15];
    }
    return 4 * *used;
}
