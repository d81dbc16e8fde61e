#include "flow/community_id.h"

#include <string.h>

#include "base/sha1.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMP6 = 58, SCTP = 132 };

/* ICMP's types that answer each other: the one stands for the other's port. */
static const uint8_t pairs4[][2] = {{8, 0}, {9, 10}, {13, 14}, {15, 16}, {17, 18}};
static const uint8_t pairs6[][2] = {{128, 129}, {130, 131}, {133, 134}, {135, 136}, {139, 140}, {144, 145}};

struct tuple {
    const uint8_t *src, *dst;
    size_t size; /* of an address */
    uint32_t ports[2];
    bool has_ports;
    bool one_way; /* nothing answers it: its ends are not exchanged */
};

static bool find_pair(const uint8_t (*pairs)[2], size_t n, uint32_t type, uint32_t *answer)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            if (pairs[i][k] == type) {
                *answer = pairs[i][1 - k];
                return true;
            }
    return false;
}

static bool set_icmp(struct tuple *t, bool version6)
{
    if (t->ports[0] > 255 || t->ports[1] > 255)
        return false;
    t->one_way = !(version6 ? find_pair(pairs6, sizeof pairs6 / sizeof *pairs6, t->ports[0], &t->ports[1])
                            : find_pair(pairs4, sizeof pairs4 / sizeof *pairs4, t->ports[0], &t->ports[1]));
    return true;
}

/* Zeek calls ICMPv6 icmp: the addresses tell. */
static uint32_t protocol(const struct oddi_flow *f)
{
    uint32_t proto = f->code[ODDI_PROTO];

    return proto == ICMP && f->addr[ODDI_SRC_IP].kind == ODDI_ADDR_V6 ? ICMP6 : proto;
}

static bool make_tuple(const struct oddi_flow *f, uint32_t proto, struct tuple *t)
{
    const struct oddi_addr *src = &f->addr[ODDI_SRC_IP], *dst = &f->addr[ODDI_DST_IP];

    if (src->kind != dst->kind || (src->kind != ODDI_ADDR_V4 && src->kind != ODDI_ADDR_V6) || proto > 255)
        return false;
    *t = (struct tuple){.src = src->bytes,
                        .dst = dst->bytes,
                        .size = src->kind == ODDI_ADDR_V4 ? 4 : 16,
                        .ports = {f->code[ODDI_SRC_PORT], f->code[ODDI_DST_PORT]}};
    t->has_ports = proto == ICMP || proto == TCP || proto == UDP || proto == ICMP6 || proto == SCTP;
    if (proto == ICMP || proto == ICMP6)
        return set_icmp(t, proto == ICMP6);
    return !t->has_ports || (t->ports[0] <= 65535 && t->ports[1] <= 65535);
}

/* The smaller end first, so that both directions have one name. */
static void order(struct tuple *t)
{
    int c = memcmp(t->src, t->dst, t->size);
    const uint8_t *src = t->src;
    uint32_t port = t->ports[0];

    if (t->one_way || c < 0 || (c == 0 && (!t->has_ports || t->ports[0] <= t->ports[1])))
        return;
    t->src = t->dst;
    t->dst = src;
    t->ports[0] = t->ports[1];
    t->ports[1] = port;
}

size_t oddi_community_id(char out[ODDI_COMMUNITY_ID_MAX], const struct oddi_flow *f, uint16_t seed)
{
    uint32_t proto = protocol(f);
    uint8_t data[2 + 32 + 2 + 4], digest[ODDI_SHA1_SIZE];
    struct tuple t;
    size_t n = 0;

    if (!make_tuple(f, proto, &t))
        return 0;
    order(&t);
    data[n++] = (uint8_t)(seed >> 8);
    data[n++] = (uint8_t)seed;
    memcpy(data + n, t.src, t.size);
    memcpy(data + n + t.size, t.dst, t.size);
    n += 2 * t.size;
    data[n++] = (uint8_t)proto;
    data[n++] = 0;
    for (int i = 0; t.has_ports && i < 2; i++) {
        data[n++] = (uint8_t)(t.ports[i] >> 8);
        data[n++] = (uint8_t)t.ports[i];
    }
    oddi_sha1(data, n, digest);
    out[0] = '1';
    out[1] = ':';
    return 2 + oddi_base64(out + 2, digest, sizeof digest);
}
