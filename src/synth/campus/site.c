#include "synth/campus/site.h"

#include "synth/host.h"

#define WIFI_PRIME 1013 /* of the 4 * 254 addresses of the wireless pool */
#define ROOM_PRIME 251  /* of the 254 addresses of a /24 */

uint64_t oddi_site_hash(const struct oddi_site *site, enum oddi_purpose purpose, uint64_t a, uint64_t b)
{
    uint64_t x = site->seed + ((uint64_t)purpose << 56);
    x = oddi_splitmix64(&x) ^ a;
    x = oddi_splitmix64(&x) ^ b;
    return oddi_splitmix64(&x);
}

void oddi_site_rng(const struct oddi_site *site, enum oddi_purpose purpose, uint64_t a, uint64_t b,
                   struct oddi_rng *rng)
{
    oddi_rng_seed(rng, oddi_site_hash(site, purpose, a, b));
}

/* ---- Layout ---- */

/* The four nets: distinct /16s of 10.0.0.0/8 or 172.16.0.0/12, or distinct /20s of one /16. */
static void lay_nets(struct oddi_site *site, struct oddi_rng *rng)
{
    static const struct {
        uint32_t base, prefix, places; /* how many nets of that length there are to choose from */
    } styles[4] = {{ODDI_IP(10, 0, 0, 0), 16, 256},
                   {ODDI_IP(172, 16, 0, 0), 16, 16},
                   {ODDI_IP(10, 0, 0, 0), 20, 16},
                   {ODDI_IP(192, 168, 0, 0), 20, 16}};
    uint32_t style = oddi_draw_between(rng, 0, 3), places = styles[style].places;
    uint32_t base = styles[style].base, first = oddi_draw_between(rng, 0, places - 1);
    /* Odd steps visit all of a power of two before they come back. */
    uint32_t step = 2 * oddi_draw_between(rng, 0, places / 2 - 1) + 1;
    site->prefix = styles[style].prefix;
    if (style == 2)
        base += oddi_draw_between(rng, 0, 255) << 16;
    for (uint32_t i = 0; i < ODDI_N_NETS; i++)
        site->net[i] = base + ((first + i * step) % places << (32 - site->prefix));
}

static void lay_groups(struct oddi_site *site, struct oddi_rng *rng)
{
    static const uint32_t groups[ODDI_N_NETS] = {8, 6, 1, 4};
    uint32_t places = UINT32_C(1) << (24 - site->prefix);
    for (uint32_t i = 0; i < ODDI_N_NETS; i++) {
        uint32_t first = oddi_draw_between(rng, 0, places - 1);
        uint32_t step = 2 * oddi_draw_between(rng, 0, places / 2 - 1) + 1;
        site->groups[i] = groups[i];
        for (uint32_t g = 0; g < groups[i]; g++)
            site->group[i][g] = site->net[i] + ((first + g * step) % places << 8);
    }
}

static void lay_game(struct oddi_site *site, struct oddi_rng *rng)
{
    static const uint16_t ports[3] = {25565, 7777, 27015};
    uint32_t which = oddi_draw_between(rng, 0, 5), high = oddi_draw_between(rng, 20000, 60999);
    site->game_port = which < 3 ? ports[0] : which == 3 ? ports[1] : which == 4 ? ports[2] : high;
    site->game_hour = (21 + oddi_draw_between(rng, 0, 4)) % 24;
    site->game_hours = oddi_draw_between(rng, 3, 4);
}

void oddi_site_init(struct oddi_site *site, uint64_t seed)
{
    struct oddi_rng rng;
    oddi_sample_init(&site->sample);
    site->seed = seed;
    oddi_site_rng(site, ODDI_FOR_SITE, 0, 0, &rng);
    site->world = (uint32_t)(oddi_rng_next(&rng) >> 32);
    lay_nets(site, &rng);
    lay_groups(site, &rng);
    lay_game(site, &rng);
}

/* ---- Addresses ---- */

enum oddi_net oddi_site_net(uint32_t slot, uint32_t *within)
{
    static const uint32_t sizes[ODDI_N_NETS] = {ODDI_N_OFFICE, ODDI_N_HOUSING, ODDI_N_SITE_SERV, ODDI_N_WIFI};
    uint32_t net = 0;
    while (slot >= sizes[net])
        slot -= sizes[net++];
    *within = slot;
    return (enum oddi_net)net;
}

uint32_t oddi_site_group(const struct oddi_site *site, uint32_t slot)
{
    uint32_t within;
    enum oddi_net net = oddi_site_net(slot, &within);
    return net == ODDI_NET_WIFI ? 0 : within % site->groups[net];
}

/* Lends each device one of the pool's addresses: a line modulo a prime meets no address twice in a day. */
static uint32_t wifi_addr(const struct oddi_site *site, uint32_t within, uint32_t day)
{
    uint64_t h = oddi_site_hash(site, ODDI_FOR_DAY, day, 1);
    uint32_t step = 1 + (uint32_t)(h >> 32) % (WIFI_PRIME - 1), first = (uint32_t)h % WIFI_PRIME;
    uint32_t place = (within * step + first) % WIFI_PRIME;
    return site->group[ODDI_NET_WIFI][place / 254] + 1 + place % 254;
}

uint32_t oddi_site_addr(const struct oddi_site *site, uint32_t slot, uint32_t tenant, uint32_t day)
{
    uint32_t within;
    enum oddi_net net = oddi_site_net(slot, &within);
    if (net == ODDI_NET_WIFI)
        return wifi_addr(site, within, day);
    uint32_t groups = site->groups[net], group = within % groups, places = ODDI_N_OFFICE / groups + 2;
    uint64_t h = oddi_site_hash(site, ODDI_FOR_SITE, net, group + 1);
    uint32_t step = 1 + (uint32_t)(h >> 32) % (ROOM_PRIME - 1), first = (uint32_t)h % ROOM_PRIME;
    uint32_t number = within / groups + (uint32_t)((uint64_t)tenant * places % ROOM_PRIME);
    return site->group[net][group] + 2 + (number * step + first) % ROOM_PRIME;
}

uint32_t oddi_site_server(const struct oddi_site *site, enum oddi_server server)
{
    return oddi_site_addr(site, ODDI_N_OFFICE + ODDI_N_HOUSING + (uint32_t)server, 0, 0);
}

uint32_t oddi_site_any(const struct oddi_site *site, enum oddi_net near, struct oddi_rng *rng)
{
    uint64_t r = oddi_rng_next(rng);
    uint32_t net = r & 1 ? (uint32_t)near : (uint32_t)(r >> 1) % ODDI_N_NETS;
    uint32_t group = (uint32_t)((r >> 8) & 0xff) % site->groups[net];
    return site->group[net][group] + 1 + (uint32_t)(r >> 32) % 254;
}

uint32_t oddi_site_world(const struct oddi_site *site, enum oddi_world family, uint32_t rank)
{
    return oddi_host_world(rank, site->world + (uint32_t)family);
}

/* ---- Numbers ---- */

uint32_t oddi_draw_rank(const struct oddi_sample *s, uint32_t low, uint32_t high, uint64_t draw)
{
    uint32_t from = oddi_log2(s, low + 1), to = oddi_log2(s, high);
    uint32_t log = from + (uint32_t)(((draw >> 32) * (to - from)) >> 32);
    uint32_t rank = (uint32_t)(oddi_exp2(s, log) >> 16);
    return rank <= low ? low : rank - 1 < high ? rank - 1 : high - 1;
}

int32_t oddi_draw_normal(uint64_t draw)
{
    int64_t sum = 0;
    for (int i = 0; i < 4; i++)
        sum += (int64_t)((draw >> (16 * i)) & 0xffff);
    /* The sum has mean 4 * 32767.5 and standard deviation 65536 / sqrt(3). */
    return (int32_t)(((sum - 131070) * 113512) >> 16);
}
