/* The nightly game of the housing: one port, a few servers of the world and one in a room, the same hours every night. */
#include "synth/campus/day.h"

#define PLAYERS        86  /* rooms that play at all */
#define ROOM_PRIME     241 /* the least prime above the number of rooms */
#define PLAY_PER_MILLE 790 /* of the players on a night */

/* A night has the number of the day on which it begins. */
bool oddi_game_plays(const struct oddi_day *d, uint32_t slot)
{
    uint32_t within;
    if (oddi_site_net(slot, &within) != ODDI_NET_HOUSING)
        return false;
    uint64_t h = oddi_site_hash(d->site, ODDI_FOR_PLAYER, 0, 0);
    uint32_t step = 1 + (uint32_t)(h >> 32) % (ROOM_PRIME - 1), place = within * step % ROOM_PRIME;
    return place < PLAYERS &&
           oddi_chance(oddi_site_hash(d->site, ODDI_FOR_PLAYER, slot + 1, d->day), PLAY_PER_MILLE);
}

int64_t oddi_game_begin(const struct oddi_day *d)
{
    return d->start + (int64_t)d->site->game_hour * ODDI_CAMPUS_HOUR;
}

int64_t oddi_game_length(const struct oddi_day *d)
{
    return (int64_t)d->site->game_hours * ODDI_CAMPUS_HOUR;
}

/* A third of the players keep to the server in the first player's room. */
static uint32_t server(const struct oddi_day *d, uint32_t addr, struct oddi_rng *rng)
{
    uint64_t h = oddi_site_hash(d->site, ODDI_FOR_GAME, addr, 0);
    uint32_t host = 0;
    while (host < ODDI_N_HOUSING - 1 &&
           oddi_site_hash(d->site, ODDI_FOR_PLAYER, host, UINT64_MAX) >> 32 > UINT32_MAX / 20)
        host++;
    uint32_t room = d->residents[ODDI_N_OFFICE + host].addr;
    if (h % 6 == 0 && room != addr)
        return room;
    uint32_t rank = oddi_rng_below(rng, 4) ? (uint32_t)(h >> 8) % 4 : (uint32_t)oddi_rng_below(rng, 4);
    return oddi_site_world(d->site, ODDI_WORLD_GAMES, 100000 + rank);
}

void oddi_game_play(struct oddi_day *d, uint32_t addr, bool all_night, uint32_t label, struct oddi_rng *rng)
{
    int64_t length = oddi_game_length(d), from = 0, to = length;
    if (!all_night) {
        /* Late comers and early leavers: the hours in the middle have nearly all of them. */
        from = (int64_t)oddi_rng_below(rng, (uint64_t)length * 45 / 100);
        to = length - (int64_t)oddi_rng_below(rng, (uint64_t)length * 45 / 100);
    }
    struct oddi_visit v = {.src = addr, .label = label};
    for (int64_t t = from; t < to; t += 10 * ODDI_CAMPUS_MINUTE) {
        uint64_t what = oddi_rng_below(rng, 10);
        v.talk = what < 4 || t == from ? ODDI_TALK_GAME : ODDI_TALK_GAME_PING;
        v.time = oddi_game_begin(d) + t + (int64_t)oddi_rng_below(rng, 10 * (uint64_t)ODDI_CAMPUS_MINUTE);
        v.dst = server(d, addr, rng);
        if (what < 8 && v.time < oddi_game_begin(d) + length)
            oddi_visit(d->visits, &v, rng);
    }
}

void oddi_game_run(struct oddi_day *d)
{
    for (uint32_t i = 0; i < ODDI_N_HOUSING; i++) {
        const struct oddi_resident *r = &d->residents[ODDI_N_OFFICE + i];
        struct oddi_rng rng;
        if (!oddi_game_plays(d, r->slot))
            continue;
        oddi_site_rng(d->site, ODDI_FOR_GAME, d->day, r->slot + 1, &rng);
        oddi_game_play(d, r->addr, false, ODDI_LABEL_GAME, &rng);
    }
}
