#include "flow/addr.h"

#include <string.h>

#include "base/num.h"

/* ---- parsing -------------------------------------------------------------------------------------------------- */

/* Dotted IPv4 into four bytes; whole text. */
static bool parse_v4(const char *s, size_t n, uint8_t out[4])
{
    const char *p = s, *end = s + n;

    for (int i = 0; i < 4; i++) {
        unsigned v = 0;
        const char *start = p;

        if (i && (p == end || *p++ != '.'))
            return false;
        start = p;
        while (p < end && p - start < 3 && *p >= '0' && *p <= '9')
            v = v * 10 + (unsigned)(*p++ - '0');
        if (p == start || v > 255 || (p - start > 1 && *start == '0'))
            return false;
        out[i] = (uint8_t)v;
    }
    return p == end;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hexadecimal digits; returns their end or NULL. */
static const char *scan_group(const char *p, const char *end, unsigned *out)
{
    const char *start = p;
    unsigned v = 0;

    for (; p < end && hex_value(*p) >= 0; p++) {
        if (p - start == 4)
            return NULL;
        v = v << 4 | (unsigned)hex_value(*p);
    }
    *out = v;
    return p > start ? p : NULL;
}

/* Groups of an IPv6 text: `n` of them, with "::" before group `gap` (-1: none). */
struct groups {
    uint16_t value[8];
    int n, gap;
};

static bool add_v4_tail(struct groups *g, const char *p, const char *end)
{
    uint8_t tail[4];

    if (g->n > 6 || !parse_v4(p, (size_t)(end - p), tail))
        return false;
    g->value[g->n++] = (uint16_t)(tail[0] << 8 | tail[1]);
    g->value[g->n++] = (uint16_t)(tail[2] << 8 | tail[3]);
    return true;
}

static bool scan_groups(const char *p, const char *end, struct groups *g)
{
    g->n = 0;
    g->gap = -1;
    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        g->gap = 0;
        p += 2;
    }
    while (p < end) {
        unsigned v;
        const char *next = scan_group(p, end, &v);

        if (next && next < end && *next == '.')
            return add_v4_tail(g, p, end);
        if (!next || g->n == 8)
            return false;
        g->value[g->n++] = (uint16_t)v;
        p = next;
        if (p == end)
            return true;
        if (*p++ != ':' || p == end)
            return false;
        if (*p != ':')
            continue;
        if (g->gap >= 0)
            return false;
        g->gap = g->n;
        p++;
    }
    return true;
}

static bool parse_v6(const char *s, size_t n, uint8_t out[16])
{
    const char *zone = memchr(s, '%', n);
    const char *end = zone ? zone : s + n;
    struct groups g;
    int zeros, k = 0;

    if (zone && zone + 1 == s + n)
        return false;
    if (!scan_groups(s, end, &g) || (g.gap < 0 ? g.n != 8 : g.n == 8))
        return false;
    zeros = 8 - g.n;
    for (int i = 0; i <= g.n; i++) {
        if (i == g.gap)
            for (; zeros; zeros--, k += 2)
                out[k] = out[k + 1] = 0;
        if (i == g.n)
            break;
        out[k++] = (uint8_t)(g.value[i] >> 8);
        out[k++] = (uint8_t)g.value[i];
    }
    return true;
}

static bool parse_mac(const char *s, size_t n, uint8_t out[6])
{
    if (n != 17 || (s[2] != ':' && s[2] != '-'))
        return false;
    for (size_t i = 0; i < 6; i++) {
        int high = hex_value(s[3 * i]), low = hex_value(s[3 * i + 1]);

        if (high < 0 || low < 0 || (i < 5 && s[3 * i + 2] != s[2]))
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool parse_decimal(const char *s, size_t n, uint8_t out[4])
{
    uint64_t v;

    if (!oddi_parse_u64(s, n, &v) || v > UINT32_MAX)
        return false;
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(v >> (24 - 8 * i));
    return true;
}

bool oddi_parse_addr(const char *s, size_t n, struct oddi_addr *out)
{
    struct oddi_addr a = {{0}, ODDI_ADDR_NONE};

    if (n == 0)
        return false;
    if (memchr(s, ':', n))
        a.kind = parse_mac(s, n, a.bytes)  ? ODDI_ADDR_MAC
                 : parse_v6(s, n, a.bytes) ? ODDI_ADDR_V6
                                           : ODDI_ADDR_NONE;
    else if (parse_v4(s, n, a.bytes) || parse_decimal(s, n, a.bytes))
        a.kind = ODDI_ADDR_V4;
    else if (parse_mac(s, n, a.bytes))
        a.kind = ODDI_ADDR_MAC;
    if (a.kind == ODDI_ADDR_NONE)
        return false;
    *out = a;
    return true;
}

/* A float of integral value, as pandas writes integers of a column that has gaps. */
static bool parse_integral(const char *s, size_t n, uint64_t *out)
{
    const char *dot = memchr(s, '.', n);
    size_t whole = dot ? (size_t)(dot - s) : n;

    if (dot && whole + 1 == n)
        return false;
    for (size_t i = whole + 1; i < n; i++)
        if (s[i] != '0')
            return false;
    return oddi_parse_u64(s, whole, out);
}

bool oddi_parse_port(const char *s, size_t n, uint32_t *out)
{
    uint64_t v;
    bool hex = n > 2 && s[0] == '0' && (s[1] | 0x20) == 'x';

    if (n == 0 || !(hex ? oddi_parse_hex(s, n, &v) : parse_integral(s, n, &v)) || v > 65535)
        return false;
    *out = (uint32_t)v;
    return true;
}

/* ---- printing --------------------------------------------------------------------------------------------------- */

static size_t format_v4(char *out, const uint8_t b[4])
{
    size_t n = 0;

    for (int i = 0; i < 4; i++) {
        if (i)
            out[n++] = '.';
        n += oddi_format_u64(out + n, b[i]);
    }
    return n;
}

static const char hex_digits[] = "0123456789abcdef";

static size_t format_group(char *out, unsigned v)
{
    size_t n = 0;

    for (int shift = 12; shift >= 0; shift -= 4)
        if (v >> shift || shift == 0)
            out[n++] = hex_digits[v >> shift & 15];
    return n;
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952, 4.2). */
static void find_zero_run(const unsigned group[8], int *start, int *length)
{
    *start = 8;
    *length = 1;
    for (int i = 0; i < 8; i++) {
        int j = i;

        while (j < 8 && group[j] == 0)
            j++;
        if (j - i > *length) {
            *start = i;
            *length = j - i;
        }
        i = j > i ? j - 1 : i;
    }
}

static size_t format_v6(char *out, const uint8_t b[16])
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    unsigned group[8];
    int start, length;
    size_t n = 0;

    if (memcmp(b, mapped, sizeof mapped) == 0) {
        memcpy(out, "::ffff:", 7);
        return 7 + format_v4(out + 7, b + 12);
    }
    for (int i = 0; i < 8; i++)
        group[i] = (unsigned)b[2 * i] << 8 | b[2 * i + 1];
    find_zero_run(group, &start, &length);
    for (int i = 0; i < 8; i++) {
        if (i == start) {
            out[n++] = ':';
            i += length - 1;
            if (i == 7)
                out[n++] = ':';
            continue;
        }
        if (i)
            out[n++] = ':';
        n += format_group(out + n, group[i]);
    }
    return n;
}

static size_t format_mac(char *out, const uint8_t b[6])
{
    size_t n = 0;

    for (int i = 0; i < 6; i++) {
        if (i)
            out[n++] = ':';
        out[n++] = hex_digits[b[i] >> 4];
        out[n++] = hex_digits[b[i] & 15];
    }
    return n;
}

size_t oddi_format_addr(char *out, const struct oddi_addr *a)
{
    switch (a->kind) {
    case ODDI_ADDR_V4:
        return format_v4(out, a->bytes);
    case ODDI_ADDR_V6:
        return format_v6(out, a->bytes);
    case ODDI_ADDR_MAC:
        return format_mac(out, a->bytes);
    default:
        return 0;
    }
}
