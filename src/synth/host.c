#include "synth/host.h"

#include <stddef.h>

#define CAMPUS ODDI_IP(147, 32, 84, 0)

static const uint32_t named_hosts[] = {
    ODDI_IP_GATEWAY, ODDI_IP_SUPER, ODDI_IP_RESOLVER, ODDI_IP_P2P,      ODDI_IP_FTP,
    ODDI_IP_WEB,     ODDI_IP_GRILL, ODDI_IP_JIST,     ODDI_IP_STRIBREK,
};

/* Last octets in 147.32.84.0/24. */
static const uint8_t bot_octets[ODDI_N_BOTS] = {165, 191, 192, 193, 204, 205, 206, 207, 208, 209};

/* First octets given out for ordinary use in 2011, popular ones repeated. */
static const uint8_t first_octets[64] = {
    24,  41,  46,  58,  59,  60,  61,  62,  64,  65,  66,  67,  68,  69,  70,  71,
    72,  74,  75,  76,  77,  78,  79,  80,  81,  82,  83,  84,  85,  86,  87,  88,
    89,  90,  91,  92,  93,  94,  95,  96,  98,  109, 110, 112, 114, 117, 118, 121,
    122, 124, 151, 173, 174, 178, 186, 189, 190, 193, 195, 200, 201, 209, 212, 217,
};

static const struct {
    uint32_t ranks, offset; /* offset: how many ranks at the top are about equal */
} pools[ODDI_N_POOLS] = {
    [ODDI_POOL_LOCAL] = {ODDI_N_LOCAL, 4}, [ODDI_POOL_SERVERS] = {ODDI_N_SERVERS, 2},
    [ODDI_POOL_WEB] = {3000, 12},          [ODDI_POOL_PEERS] = {200000, 20000},
    [ODDI_POOL_ROUTERS] = {60, 4},
};

static uint32_t mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

static bool is_reserved(uint32_t addr)
{
    for (size_t i = 0; i < sizeof named_hosts / sizeof *named_hosts; i++)
        if (named_hosts[i] == addr)
            return true;
    for (size_t i = 0; i < ODDI_N_BOTS; i++)
        if (oddi_host_bot((uint32_t)i) == addr)
            return true;
    return false;
}

void oddi_hosts_init(struct oddi_hosts *h, const struct oddi_sample *s)
{
    /* 397 has no divisor in common with 4 * 254, so that no address comes twice. */
    for (uint32_t n = 0, i = 1; n < ODDI_N_LOCAL; i++) {
        uint32_t slot = i * 397 % (4 * 254), addr = CAMPUS + ((slot % 4) << 8) + 1 + slot / 4;
        if (!is_reserved(addr))
            h->local[n++] = addr;
    }
    for (int i = 0; i < ODDI_N_POOLS; i++) {
        h->low[i] = oddi_log2(s, pools[i].offset);
        h->high[i] = oddi_log2(s, pools[i].offset + pools[i].ranks);
    }
}

uint32_t oddi_host_draw(const struct oddi_hosts *h, const struct oddi_sample *s, enum oddi_pool pool,
                        struct oddi_rng *rng)
{
    uint32_t log = h->low[pool] + (uint32_t)oddi_rng_below(rng, h->high[pool] - h->low[pool]);
    uint32_t rank = (uint32_t)(oddi_exp2(s, log) >> 16) - pools[pool].offset;
    switch (pool) {
    case ODDI_POOL_LOCAL:
        return h->local[rank];
    case ODDI_POOL_SERVERS:
        return h->local[ODDI_N_LOCAL - 1 - rank];
    case ODDI_POOL_ROUTERS:
        return ODDI_IP(147, 32, 87, 1 + rank);
    default:
        return oddi_host_world(rank, pool);
    }
}

uint32_t oddi_host_world(uint32_t rank, uint32_t salt)
{
    uint32_t h = mix(rank * 2654435761u + salt * 40503u + 1);
    return (uint32_t)first_octets[h >> 26] << 24 | (h & 0xffff00) | (1 + mix(h) % 254);
}

uint32_t oddi_host_bot(uint32_t i)
{
    return CAMPUS + bot_octets[i];
}

bool oddi_host_is_campus(uint32_t addr)
{
    return addr >> 11 == ODDI_IP(147, 32, 80, 0) >> 11;
}

uint32_t oddi_host_port(uint32_t addr)
{
    return 1025 + mix(addr) % 64000;
}

uint32_t oddi_client_port(struct oddi_rng *rng)
{
    uint64_t r = oddi_rng_next(rng);
    uint32_t u = (uint32_t)(r >> 32);
    switch (r & 3) {
    case 0:
        return 1025 + (uint32_t)(((uint64_t)u * 3975) >> 32);
    case 1:
        return 32768 + (uint32_t)(((uint64_t)u * 28232) >> 32);
    default:
        return 49152 + (uint32_t)(((uint64_t)u * 16384) >> 32);
    }
}
