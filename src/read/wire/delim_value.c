#include "read/wire/delim_value.h"

#include <math.h>

#include "base/num.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_word(struct oddi_field_text f, const char *word)
{
    size_t i = 0;

    while (i < f.n && word[i] && lower(f.s[i]) == word[i])
        i++;
    return i == f.n && !word[i];
}

static bool is_missing(struct oddi_field_text f)
{
    return f.n == 0 || (f.n == 1 && f.s[0] == '-') || is_word(f, "nan") || is_word(f, "null");
}

static bool is_infinity(struct oddi_field_text f)
{
    if (f.n && (f.s[0] == '-' || f.s[0] == '+'))
        f.s++, f.n--;
    return is_word(f, "inf") || is_word(f, "infinity");
}

bool oddi_number_value(struct oddi_field_text raw, double *out)
{
    struct oddi_field_text f = oddi_trim(raw);

    if (oddi_parse_double(f.s, f.n, out))
        return true;
    *out = NAN;
    return is_missing(f) || is_infinity(f);
}

bool oddi_addr_value(struct oddi_field_text raw, struct oddi_addr *out)
{
    struct oddi_field_text f = oddi_trim(raw);

    if (oddi_parse_addr(f.s, f.n, out))
        return true;
    memset(out, 0, sizeof *out);
    return is_missing(f);
}

/* Argus writes an IPsec flow's security parameter index, 32 bits in hexadecimal, where others have the port. */
static bool is_spi(struct oddi_field_text f)
{
    uint64_t v;

    return f.n > 2 && f.s[0] == '0' && lower(f.s[1]) == 'x' && oddi_parse_hex(f.s, f.n, &v) &&
           v <= UINT32_MAX;
}

bool oddi_port_value(struct oddi_field_text raw, uint32_t *out)
{
    struct oddi_field_text f = oddi_trim(raw);

    if (oddi_parse_port(f.s, f.n, out))
        return true;
    *out = UINT32_MAX;
    return is_missing(f) || is_spi(f);
}

bool oddi_proto_value(struct oddi_field_text raw, uint32_t *out)
{
    struct oddi_field_text f = oddi_trim(raw);

    if (is_missing(f)) {
        *out = ODDI_PROTO_NONE;
        return true;
    }
    return oddi_parse_proto(f.s, f.n, out);
}

bool oddi_time_value(struct oddi_field_text raw, const struct oddi_zone *zone, struct oddi_time_cache *cache,
                     int64_t *out)
{
    struct oddi_field_text f = oddi_trim(raw);

    if (oddi_parse_time_cached(f.s, f.n, zone, cache, out))
        return true;
    *out = ODDI_NO_TIME;
    return is_missing(f);
}
