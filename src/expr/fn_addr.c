#include "expr/function.h"

#include <math.h>

/* ---- kinds of address --------------------------------------------------------------------------------------------- */

struct prefix {
    uint8_t bytes[16];
    uint8_t kind, bits;
};

/* RFC 1918, RFC 6598 is not private: it is the carrier's; RFC 4193; link-local (RFC 3927, RFC 4291) and loopback. */
static const struct prefix private_nets[] = {
    {{10}, ODDI_ADDR_V4, 8},          {{172, 16}, ODDI_ADDR_V4, 12},   {{192, 168}, ODDI_ADDR_V4, 16},
    {{169, 254}, ODDI_ADDR_V4, 16},   {{127}, ODDI_ADDR_V4, 8},        {{0xfc}, ODDI_ADDR_V6, 7},
    {{0xfe, 0x80}, ODDI_ADDR_V6, 10}, {{[15] = 1}, ODDI_ADDR_V6, 128},
};
static const struct prefix multicast_nets[] = {{{224}, ODDI_ADDR_V4, 4}, {{0xff}, ODDI_ADDR_V6, 8}};
static const struct prefix broadcast_nets[] = {{{255, 255, 255, 255}, ODDI_ADDR_V4, 32}};

static bool within(const struct oddi_addr *a, const uint8_t *bytes, uint8_t kind, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (a->kind != kind || memcmp(a->bytes, bytes, whole) != 0)
        return false;
    return rest == 0 || ((a->bytes[whole] ^ bytes[whole]) & (0xff00u >> rest) & 0xff) == 0;
}

static bool any(const struct prefix *p, size_t n, const struct oddi_addr *a)
{
    for (size_t i = 0; i < n; i++)
        if (within(a, p[i].bytes, p[i].kind, p[i].bits))
            return true;
    return false;
}

#define IS(name, nets)                                                                                       \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        const struct oddi_addr *a = k->in[0];                                                                \
        uint8_t *out = k->out;                                                                               \
                                                                                                             \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = !a[i].kind                                       ? ODDI_UNKNOWN                         \
                     : any(nets, sizeof nets / sizeof nets[0], &a[i]) ? ODDI_TRUE                            \
                                                                      : ODDI_FALSE;                          \
    }

IS(is_private, private_nets)
IS(is_multicast, multicast_nets)
IS(is_broadcast, broadcast_nets)

#define IS_KIND(name, wanted)                                                                                \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        const struct oddi_addr *a = k->in[0];                                                                \
        uint8_t *out = k->out;                                                                               \
                                                                                                             \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = !a[i].kind ? ODDI_UNKNOWN : a[i].kind == (wanted) ? ODDI_TRUE : ODDI_FALSE;             \
    }

IS_KIND(is_ipv4, ODDI_ADDR_V4)
IS_KIND(is_ipv6, ODDI_ADDR_V6)

static bool at_home(const struct oddi_expr *e, const struct oddi_addr *a)
{
    if (e->n_home == 0)
        return any(private_nets, sizeof private_nets / sizeof private_nets[0], a);
    for (size_t i = 0; i < e->n_home; i++)
        if (within(a, e->home[i].addr.bytes, e->home[i].addr.kind, e->home[i].bits))
            return true;
    return false;
}

static void in_home(const struct oddi_kernel_args *k)
{
    const struct oddi_addr *a = k->in[0];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = !a[i].kind ? ODDI_UNKNOWN : at_home(k->expr, &a[i]) ? ODDI_TRUE : ODDI_FALSE;
}

static void direction(const struct oddi_kernel_args *k)
{
    static const struct oddi_text words[] = {{"external", 8}, {"in", 2}, {"out", 3}, {"internal", 8}};
    const struct oddi_addr *a = k->in[0], *b = k->in[1];
    struct oddi_text *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = !a[i].kind || !b[i].kind ? (struct oddi_text){NULL, 0}
                                          : words[2 * at_home(k->expr, &a[i]) + at_home(k->expr, &b[i])];
}

/* ---- networks ----------------------------------------------------------------------------------------------------- */

static struct oddi_addr masked(struct oddi_addr a, double bits4, double bits6)
{
    double bits = a.kind == ODDI_ADDR_V4 ? bits4 : bits6;

    if (a.kind != ODDI_ADDR_V4 && a.kind != ODDI_ADDR_V6)
        return a;
    if (!(bits >= 0))
        return (struct oddi_addr){.kind = ODDI_ADDR_NONE};
    for (unsigned i = 0; i < 16; i++) {
        double kept = bits - 8.0 * i;

        a.bytes[i] &= kept >= 8 ? 0xff : kept <= 0 ? 0 : (uint8_t)(0xff00u >> (unsigned)kept);
    }
    return a;
}

static void net(const struct oddi_kernel_args *k)
{
    const struct oddi_addr *a = k->in[0];
    const double *bits4 = k->in[1], *bits6 = k->in[2];
    struct oddi_addr *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = masked(a[i], bits4[i], isnan(bits6[i]) ? 64 : bits6[i]);
}

static void service(const struct oddi_kernel_args *k)
{
    const uint32_t *proto = k->in[0], *port = k->in[1];
    uint32_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = oddi_service(proto[i], port[i]);
}

#define CALL(name, args, result, kernel, help)                                                               \
    {                                                                                                        \
        name, args, result, ODDI_FORM_CALL, ODDI_BINDS_ATOM, 0, kernel, help                                 \
    }

static const struct oddi_function rows[] = {
    CALL("direction", "aa", 's', direction,
         "'in', 'out', 'internal' or 'external' by where the two are; `direction` alone is that of the flow"),
    CALL("in_home", "a", 'b', in_home, "inside the networks of --home"),
    CALL("is_broadcast", "a", 'b', is_broadcast, "255.255.255.255"),
    CALL("is_ipv4", "a", 'b', is_ipv4, "an IPv4 address"),
    CALL("is_ipv6", "a", 'b', is_ipv6, "an IPv6 address"),
    CALL("is_multicast", "a", 'b', is_multicast, "224.0.0.0/4 or ff00::/8"),
    CALL("is_private", "a", 'b', is_private, "private, link-local or loopback (RFC 1918, 3927, 4193, 4291)"),
    CALL("net", "an?n", 'a', net, "the network of so many bits; of an IPv6 address the third number, or 64"),
    CALL("service", "po", 'v', service,
         "protocol and port, as in tcp/25; `service` alone is that of the responder"),
};

const struct oddi_function_family oddi_functions_addr = {"addresses", rows, sizeof rows / sizeof rows[0]};
