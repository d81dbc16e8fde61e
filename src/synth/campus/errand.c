#include "synth/campus/errand.h"

#define SITES_KNOWN  2000 /* sites that many people know */
#define SITES        4000000
#define N_FAVOURITES 20
#define N_CHARGES    12

static uint32_t pick(uint64_t hash, uint32_t n)
{
    return (uint32_t)(((hash >> 32) * n) >> 32);
}

static uint32_t own(const struct oddi_day *d, const struct oddi_resident *r, uint32_t habit, uint32_t i)
{
    return (uint32_t)(oddi_site_hash(d->site, ODDI_FOR_PEER, r->id, ((uint64_t)habit << 32) + i) >> 32);
}

static uint32_t site_rank(const struct oddi_day *d, const struct oddi_resident *r, struct oddi_rng *rng)
{
    const struct oddi_sample *s = &d->site->sample;
    uint64_t kind = oddi_rng_below(rng, 100), draw = oddi_rng_next(rng);
    if (kind < 75) { /* the first favourites more than the last */
        uint32_t i = pick(draw, N_FAVOURITES), j = pick(draw << 32, N_FAVOURITES);
        return oddi_draw_rank(s, 0, 3 * SITES_KNOWN,
                              (uint64_t)own(d, r, ODDI_PEER_SITES, i < j ? i : j) << 32);
    }
    if (kind < 94)
        return oddi_draw_rank(s, 0, SITES_KNOWN, draw);
    return oddi_draw_rank(s, SITES_KNOWN, SITES, draw);
}

static uint32_t far_peer(const struct oddi_day *d, const struct oddi_resident *r, enum oddi_peer peer,
                         struct oddi_rng *rng)
{
    const struct oddi_site *site = d->site;
    uint64_t draw = oddi_rng_next(rng);
    uint32_t mine = own(d, r, peer, 0);
    switch (peer) {
    case ODDI_PEER_POPULAR:
        return oddi_site_world(site, ODDI_WORLD_SITES, oddi_draw_rank(&site->sample, 0, 60, draw));
    case ODDI_PEER_CLOUD:
        return oddi_site_world(site, ODDI_WORLD_CLOUD, mine % 64);
    case ODDI_PEER_AGENTS:
        return oddi_site_world(site, ODDI_WORLD_AGENTS, mine % 6);
    case ODDI_PEER_CHAT:
        return oddi_site_world(site, ODDI_WORLD_CHAT, mine % 30);
    case ODDI_PEER_STRANGERS:
        return oddi_site_world(site, ODDI_WORLD_PEERS, pick(draw, 300000));
    case ODDI_PEER_MAIL:
        return oddi_site_world(site, ODDI_WORLD_MAIL, oddi_draw_rank(&site->sample, 0, 30000, draw));
    case ODDI_PEER_DOWNLOADS:
        return oddi_site_world(site, ODDI_WORLD_DOWNLOADS, pick(draw, 40));
    case ODDI_PEER_GAMES:
        return oddi_site_world(site, ODDI_WORLD_GAMES, oddi_draw_rank(&site->sample, 0, 200, draw));
    case ODDI_PEER_NAMES:
        return oddi_site_world(site, ODDI_WORLD_NAMES, oddi_draw_rank(&site->sample, 0, 20000, draw));
    case ODDI_PEER_CLOCKS:
        return oddi_site_world(site, ODDI_WORLD_CLOCKS, mine % 8);
    default:
        return oddi_site_world(site, ODDI_WORLD_SITES, site_rank(d, r, rng));
    }
}

/* Machines of a host's charge are servers and, for one in three, somebody's in the offices. */
static uint32_t charge(const struct oddi_day *d, const struct oddi_resident *r, uint64_t draw, bool known)
{
    uint32_t which = known ? own(d, r, ODDI_PEER_CHARGES, pick(draw, N_CHARGES)) : (uint32_t)(draw >> 32);
    bool server = known ? which % 3 != 0 : which % 6 == 0;
    if (server)
        return d->residents[ODDI_N_OFFICE + ODDI_N_HOUSING + which / 6 % ODDI_N_SITE_SERV].addr;
    return d->residents[which / 6 % ODDI_N_OFFICE].addr;
}

static uint32_t peer_addr(const struct oddi_day *d, const struct oddi_resident *r,
                          const struct oddi_errand *e, uint32_t turn, struct oddi_rng *rng)
{
    const struct oddi_site *site = d->site;
    switch (e->peer) {
    case ODDI_PEER_SERVER:
        return oddi_site_server(site, e->server);
    case ODDI_PEER_FILES:
        return oddi_site_server(site, (enum oddi_server)(ODDI_SERVER_FILES_A + r->group / 2 % 4));
    case ODDI_PEER_ANY_SERVER:
        return oddi_site_server(site, (enum oddi_server)(turn % ODDI_N_SITE_SERV));
    case ODDI_PEER_CHARGES:
        return charge(d, r, oddi_rng_next(rng), true);
    case ODDI_PEER_NEW_CHARGE:
        return charge(d, r, oddi_rng_next(rng), false);
    case ODDI_PEER_ROOM:
        return d->residents[ODDI_N_OFFICE + oddi_rng_below(rng, ODDI_N_HOUSING)].addr;
    case ODDI_PEER_DEAD: /* the last address of a /24 is nobody's */
        return site->group[ODDI_NET_OFFICE][own(d, r, e->peer, 0) % site->groups[ODDI_NET_OFFICE]] + 254;
    default:
        return far_peer(d, r, e->peer, rng);
    }
}

/* A resolver of the site, nearly always the same one. */
static void look_up(const struct oddi_day *d, const struct oddi_resident *r, int64_t time,
                    struct oddi_rng *rng)
{
    bool second = (own(d, r, ODDI_PEER_NAMES, 0) ^ (oddi_rng_below(rng, 20) == 0)) & 1;
    struct oddi_visit v = {.time = time - 20000 - (int64_t)oddi_rng_below(rng, 180000),
                           .src = r->addr,
                           .dst = oddi_site_server(d->site, second ? ODDI_SERVER_DNS_B : ODDI_SERVER_DNS_A),
                           .talk = ODDI_TALK_DNS,
                           .label = ODDI_LABEL_MACHINE};
    if (v.time < d->start)
        v.time = d->start;
    if (v.src != v.dst)
        oddi_visit(d->visits, &v, rng);
}

static void session(const struct oddi_day *d, const struct oddi_resident *r, const struct oddi_errand *e,
                    int64_t time, uint32_t turn, struct oddi_rng *rng)
{
    uint32_t lookups = oddi_draw_between(rng, 0, e->lookups);
    uint32_t flows = oddi_draw_between(rng, e->flows[0], e->flows[1]);
    struct oddi_visit v = {.src = r->addr, .talk = e->talk, .label = e->label};
    if (e->peer == ODDI_PEER_DEAD)
        v.answer = ODDI_ANSWER_SILENCE;
    for (uint32_t i = 0; i < lookups; i++)
        look_up(d, r, time, rng);
    for (uint32_t i = 0; i < flows; i++) {
        if (i == 0 || !e->same_peer)
            v.dst = peer_addr(d, r, e, turn, rng);
        v.time = time;
        if (i > 0)
            v.time += (int64_t)oddi_rng_below(rng, (uint64_t)e->seconds * 1000000 + 1);
        if (v.dst != v.src)
            oddi_visit(d->visits, &v, rng);
    }
}

/* ---- When ---- */

static bool has_habit(const struct oddi_day *d, const struct oddi_resident *r, const struct oddi_errand *e,
                      uint32_t i)
{
    bool it = r->net == ODDI_NET_OFFICE && r->group == 0 && e->it_part;
    if (!(e->who & ODDI_WHO(r->net)) || (e->only && (uint32_t)e->only_server != r->within))
        return false;
    return oddi_chance(oddi_site_hash(d->site, ODDI_FOR_HABIT, r->id, i + 1), it ? e->it_part : e->part);
}

static void sessions(const struct oddi_day *d, const struct oddi_resident *r, const struct oddi_errand *e,
                     struct oddi_rng *rng)
{
    bool by_user = e->when == ODDI_WHEN_USER;
    /* A server's flows follow the campus's day, not one of its own. */
    int32_t level = by_user ? r->level : r->day_level;
    uint32_t a_day = d->free && e->free_percent ? e->a_day / 100 * e->free_percent : e->a_day;
    uint32_t n = oddi_draw_count(d, a_day, level, rng);
    for (uint32_t i = 0; i < n; i++) {
        int64_t time;
        if (e->when == ODDI_WHEN_NIGHT)
            time = d->start + ODDI_CAMPUS_HOUR + (int64_t)oddi_rng_below(rng, 4 * (uint64_t)ODDI_CAMPUS_HOUR);
        else
            time = oddi_draw_time(d, r, !by_user && r->always_on, rng);
        session(d, r, e, time, i, rng);
    }
}

/* A machine that is not always on is on in the busier half of its user's hours. */
static bool is_on(const struct oddi_day *d, const struct oddi_resident *r, int64_t time)
{
    int64_t hour =
        (time - d->start - r->shift * ODDI_CAMPUS_MINUTE + ODDI_CAMPUS_DAY) / ODDI_CAMPUS_HOUR % 24;
    return r->always_on || oddi_rhythm(r->net)[hour] >= 5;
}

static void ticks(const struct oddi_day *d, const struct oddi_resident *r, const struct oddi_errand *e,
                  uint32_t i, struct oddi_rng *rng)
{
    int64_t step = e->minutes * ODDI_CAMPUS_MINUTE;
    int64_t phase =
        (int64_t)pick(oddi_site_hash(d->site, ODDI_FOR_HABIT, r->id, i + 1001), (uint32_t)(step / 1000));
    uint32_t turn = 0;
    for (int64_t t = phase * 1000; t < ODDI_CAMPUS_DAY; t += step, turn++) {
        int64_t late = (int64_t)oddi_rng_below(rng, (uint64_t)(step / 100 * e->jitter) + 1);
        if (is_on(d, r, d->start + t) && t + late < ODDI_CAMPUS_DAY)
            session(d, r, e, d->start + t + late, turn, rng);
    }
}

static void run(const struct oddi_day *d, const struct oddi_resident *r, const struct oddi_errand *e,
                uint32_t i)
{
    struct oddi_rng rng;
    bool there = e->when == ODDI_WHEN_USER ? r->user : e->when == ODDI_WHEN_NIGHT ? r->always_on : r->machine;
    if (!there && r->net != ODDI_NET_SERVERS)
        return;
    oddi_site_rng(d->site, ODDI_FOR_ERRAND, (uint64_t)d->day << 32 | r->slot, i, &rng);
    if (e->when == ODDI_WHEN_TICK)
        ticks(d, r, e, i, &rng);
    else
        sessions(d, r, e, &rng);
}

void oddi_errands_run(struct oddi_day *d)
{
    const struct oddi_errand *e;
    for (uint32_t slot = 0; slot < ODDI_N_SLOTS; slot++)
        for (uint32_t i = 0; (e = oddi_errand_at(i)) != NULL; i++)
            if (has_habit(d, &d->residents[slot], e, i))
                run(d, &d->residents[slot], e, i);
}
