/* Values: their sizes and their texts. */

#include "expr/function.h"

#include <math.h>

#include "base/num.h"

size_t oddi_expr_value_size(enum oddi_expr_type type)
{
    switch (type) {
    case ODDI_EXPR_BOOL:
        return sizeof(uint8_t);
    case ODDI_EXPR_NUMBER:
        return sizeof(double);
    case ODDI_EXPR_TIME:
        return sizeof(int64_t);
    case ODDI_EXPR_ADDR:
        return sizeof(struct oddi_addr);
    case ODDI_EXPR_TEXT:
        return sizeof(struct oddi_text);
    case ODDI_EXPR_KEY:
        return sizeof(uint64_t);
    default:
        return sizeof(uint32_t);
    }
}

static size_t put(char *out, size_t size, const char *s, size_t n)
{
    if (size == 0)
        return 0;
    if (n > size - 1)
        n = size - 1;
    if (n > 0) /* s may be NULL */
        memcpy(out, s, n);
    out[n] = '\0';
    return n;
}

static size_t format_proto(char *out, uint32_t proto)
{
    const char *name = proto == ODDI_PROTO_NONE ? "" : oddi_proto_name(proto);

    if (!name)
        return oddi_format_u64(out, proto);
    memcpy(out, name, strlen(name));
    return strlen(name);
}

static size_t format_service(char *out, uint32_t service)
{
    uint32_t port = service & 0x1ffff;
    size_t n;

    if (service == UINT32_MAX)
        return 0;
    n = format_proto(out, service >> 17);
    if (port == 0)
        return n;
    out[n++] = '/';
    return n + oddi_format_u64(out + n, port - 1);
}

static size_t format_number(char *out, double x)
{
    double back;
    size_t n = 0;

    if (isnan(x))
        return 0;
    if (fabs(x) < 1e15 && x == rint(x))
        return oddi_format_i64(out, (int64_t)x);
    for (int digits = 15; digits <= 17; digits++) {
        n = oddi_format_double(out, x, digits);
        if (oddi_parse_double(out, n, &back) && back == x)
            break;
    }
    return n;
}

size_t oddi_expr_format(enum oddi_expr_type type, const void *value, const struct oddi_zone *zone, char *out,
                        size_t size)
{
    static const struct oddi_text truths[] = {{"false", 5}, {"", 0}, {"true", 4}};
    char text[128];
    uint64_t key;
    uint32_t code = 0;
    size_t n = 0;

    if (type == ODDI_EXPR_PROTO || type == ODDI_EXPR_PORT || type == ODDI_EXPR_SERVICE)
        memcpy(&code, value, sizeof code);
    switch (type) {
    case ODDI_EXPR_BOOL:
        return put(out, size, truths[*(const uint8_t *)value].s, truths[*(const uint8_t *)value].n);
    case ODDI_EXPR_TEXT:
        return put(out, size, ((const struct oddi_text *)value)->s, ((const struct oddi_text *)value)->n);
    case ODDI_EXPR_NUMBER:
        n = format_number(text, *(const double *)value);
        break;
    case ODDI_EXPR_TIME:
        if (*(const int64_t *)value != ODDI_NO_TIME)
            n = oddi_format_time(text, *(const int64_t *)value, zone);
        break;
    case ODDI_EXPR_ADDR:
        n = oddi_format_addr(text, value);
        break;
    case ODDI_EXPR_PROTO:
        n = format_proto(text, code);
        break;
    case ODDI_EXPR_PORT:
        n = code == UINT32_MAX ? 0 : oddi_format_u64(text, code);
        break;
    case ODDI_EXPR_SERVICE:
        n = format_service(text, code);
        break;
    default:
        memcpy(&key, value, sizeof key);
        n = oddi_format_u64(text, key);
        break;
    }
    return put(out, size, text, n);
}
