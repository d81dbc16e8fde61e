#include "run/home.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static bool parse_net(const char *text, size_t n, struct oddi_net *out)
{
    const char *slash = memchr(text, '/', n);
    size_t size = slash ? (size_t)(slash - text) : n;
    uint64_t bits, most;

    if (!oddi_parse_addr(text, size, &out->addr) ||
        (out->addr.kind != ODDI_ADDR_V4 && out->addr.kind != ODDI_ADDR_V6))
        return false;
    most = out->addr.kind == ODDI_ADDR_V4 ? 32 : 128;
    bits = most;
    if (slash && (!oddi_parse_u64(slash + 1, n - size - 1, &bits) || bits > most))
        return false;
    out->bits = (uint8_t)bits;
    return true;
}

static enum odd_status forget(struct oddi_net **nets, size_t *n, enum odd_status status)
{
    free(*nets);
    *nets = NULL;
    *n = 0;
    return status;
}

enum odd_status oddi_home_parse(const char *option, const char *text, struct oddi_net **nets, size_t *n,
                                struct odd_error *err)
{
    size_t cap = 0;

    *nets = NULL;
    *n = 0;
    while (*text) {
        size_t size, skip;

        text += strspn(text, " \t,");
        size = strcspn(text, " \t,");
        skip = size;
        if (size == 0)
            break;
        if (!oddi_grow(nets, &cap, *n + 1, sizeof **nets)) {
            return forget(nets, n, oddi_fail_memory(err));
        }
        if (!parse_net(text, size, &(*nets)[(*n)++])) {
            return forget(nets, n,
                          oddi_fail(err, ODD_ERR_USAGE,
                                    "--%s must be networks such as 10.0.0.0/8,2001:db8::/32, not '%.*s'",
                                    option, size < 80 ? (int)size : 80, text));
        }
        text += skip;
    }
    if (*n > 0)
        return ODD_OK;
    return forget(nets, n, oddi_fail(err, ODD_ERR_USAGE, "--%s names no network", option));
}
