/* Numbers with units: durations, sizes and counts, all in exact integers. */
#include "base/num.h"

#include <string.h>

#include "base/num_big.h"

/* A non-negative decimal: (whole * scale + part) / scale. */
struct amount {
    uint64_t whole, part, scale;
};

/* Longest prefix "digits [. digits]"; returns its end or NULL. */
static const char *scan_amount(const char *p, const char *end, struct amount *a)
{
    const char *start = p, *dot = NULL;

    while (p < end && *p >= '0' && *p <= '9')
        p++;
    if (!oddi_parse_u64(start, (size_t)(p - start), &a->whole))
        return NULL;
    a->part = 0;
    a->scale = 1;
    if (p == end || *p != '.')
        return p;
    for (dot = ++p; p < end && *p >= '0' && *p <= '9'; p++) {
        if (p - dot >= 18)
            return NULL;
        a->part = a->part * 10 + (unsigned)(*p - '0');
        a->scale *= 10;
    }
    return p > dot ? p : NULL;
}

/* *total += a * unit; false if that is no whole number, or beyond `limit`. */
static bool add_amount(const struct amount *a, uint64_t unit, uint64_t limit, uint64_t *total)
{
    oddi_u128 sum = (oddi_u128)a->whole * unit;
    oddi_u128 part = (oddi_u128)a->part * unit;

    if (part % a->scale)
        return false;
    sum += part / a->scale + *total;
    if (sum > limit)
        return false;
    *total = (uint64_t)sum;
    return true;
}

struct unit {
    char name[3];
    uint64_t ns;
};

static const struct unit time_units[] = {
    {"w", UINT64_C(604800000000000)}, {"d", UINT64_C(86400000000000)},
    {"h", UINT64_C(3600000000000)},   {"m", UINT64_C(60000000000)},
    {"s", UINT64_C(1000000000)},      {"ms", UINT64_C(1000000)},
    {"us", UINT64_C(1000)},           {"ns", UINT64_C(1)},
};

static uint64_t find_time_unit(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof time_units / sizeof time_units[0]; i++)
        if (strlen(time_units[i].name) == n && memcmp(time_units[i].name, s, n) == 0)
            return time_units[i].ns;
    return 0;
}

bool oddi_parse_duration(const char *s, size_t n, int64_t *ns)
{
    const char *p = s, *end = s + n;
    uint64_t total = 0;

    do {
        struct amount a;
        bool first = p == s;
        const char *unit = scan_amount(p, end, &a);
        uint64_t factor;

        if (!unit)
            return false;
        for (p = unit; p < end && *p >= 'a' && *p <= 'z';)
            p++;
        factor =
            p == unit && first && p == end ? UINT64_C(1000000000) : find_time_unit(unit, (size_t)(p - unit));
        if (factor == 0 || !add_amount(&a, factor, INT64_MAX, &total))
            return false;
    } while (p < end);
    *ns = (int64_t)total;
    return true;
}

/* Factor of a suffix k M G T in powers of `base`, any case; 0 if it is none. */
static uint64_t find_multiplier(char c, uint64_t base)
{
    switch (c | 0x20) {
    case 'k':
        return base;
    case 'm':
        return base * base;
    case 'g':
        return base * base * base;
    case 't':
        return base * base * base * base;
    default:
        return 0;
    }
}

bool oddi_parse_size(const char *s, size_t n, uint64_t *bytes)
{
    const char *end = s + n;
    struct amount a;
    const char *p = scan_amount(s, end, &a);
    uint64_t factor = 1, total = 0;

    if (!p)
        return false;
    if (p < end && *p != 'B') {
        factor = find_multiplier(*p++, 1024);
        if (end - p == 2 && p[0] == 'i' && p[1] == 'B')
            p++;
    }
    if (p < end && *p == 'B')
        p++;
    if (p != end || factor == 0 || !add_amount(&a, factor, UINT64_MAX, &total))
        return false;
    *bytes = total;
    return true;
}

bool oddi_parse_count(const char *s, size_t n, uint64_t *count)
{
    const char *end = s + n;
    struct amount a;
    const char *p = scan_amount(s, end, &a);
    uint64_t factor = 1, total = 0;

    if (!p)
        return false;
    if (p < end) {
        factor = (*p | 0x20) == 't' ? 0 : find_multiplier(*p, 1000);
        p++;
    }
    if (p != end || factor == 0 || !add_amount(&a, factor, UINT64_MAX, &total))
        return false;
    *count = total;
    return true;
}

/* v / unit with up to `places` decimals, trailing zeros cut. */
static size_t put_decimal(char *out, uint64_t v, uint64_t unit, int places)
{
    size_t n = oddi_format_u64(out, v / unit);
    uint64_t rest = v % unit;

    if (rest == 0)
        return n;
    out[n++] = '.';
    for (; places > 0 && rest; places--) {
        unit /= 10;
        out[n++] = (char)('0' + rest / unit);
        rest %= unit;
    }
    return n;
}

/* Below a second: in the largest unit that is not above it. */
static size_t put_short_duration(char *out, uint64_t ns)
{
    size_t i = ns >= 1000000 ? 5 : ns >= 1000 ? 6 : 7;
    size_t n = put_decimal(out, ns, time_units[i].ns, 6);

    memcpy(out + n, time_units[i].name, 2);
    return n + 2;
}

size_t oddi_format_duration(char *out, int64_t ns)
{
    uint64_t v = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    size_t n = 0;

    if (ns < 0)
        out[n++] = '-';
    if (v == 0) {
        memcpy(out, "0s", 2);
        return 2;
    }
    if (v < UINT64_C(1000000000))
        return n + put_short_duration(out + n, v);
    for (size_t i = 1; i <= 3; i++) { /* days, hours, minutes */
        if (v < time_units[i].ns)
            continue;
        n += oddi_format_u64(out + n, v / time_units[i].ns);
        out[n++] = time_units[i].name[0];
        v %= time_units[i].ns;
    }
    if (v == 0)
        return n;
    n += put_decimal(out + n, v, UINT64_C(1000000000), 9);
    out[n++] = 's';
    return n;
}
