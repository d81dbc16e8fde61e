/*
 * What a seed decides for good: the four networks and their /24s, where each host lives, the game's port and hours.
 *
 * Nothing is drawn in order: a question about the campus is a hash of the seed, a purpose and a number, so that no
 * answer depends on what was asked before.
 */
#ifndef ODDFLOW_SYNTH_CAMPUS_SITE_H
#define ODDFLOW_SYNTH_CAMPUS_SITE_H

#include <stdbool.h>

#include "synth/sample.h"

enum oddi_net { ODDI_NET_OFFICE, ODDI_NET_HOUSING, ODDI_NET_SERVERS, ODDI_NET_WIFI, ODDI_N_NETS };
#define ODDI_WHO(net) (1u << (net)) /* sets of nets */

/* Places in the office, rooms in housing, servers, wireless devices; each is a slot, in this order. */
#define ODDI_N_OFFICE    310
#define ODDI_N_HOUSING   240
#define ODDI_N_SITE_SERV 22
#define ODDI_N_WIFI      270
#define ODDI_N_SLOTS     (ODDI_N_OFFICE + ODDI_N_HOUSING + ODDI_N_SITE_SERV + ODDI_N_WIFI)
#define ODDI_MAX_GROUPS  8

/* What the servers are for, by their number. */
enum oddi_server {
    ODDI_SERVER_DNS_A,
    ODDI_SERVER_DNS_B,
    ODDI_SERVER_MAIL_A,
    ODDI_SERVER_MAIL_B,
    ODDI_SERVER_FILES_A, /* four of them, two departments each */
    ODDI_SERVER_FILES_D = ODDI_SERVER_FILES_A + 3,
    ODDI_SERVER_DIRECTORY_A,
    ODDI_SERVER_DIRECTORY_B,
    ODDI_SERVER_BACKUP,
    ODDI_SERVER_PRINT,
    ODDI_SERVER_MONITOR,
    ODDI_SERVER_WEB,
    ODDI_SERVER_INTRANET,
    ODDI_SERVER_VPN,
    ODDI_SERVER_DATABASE,
    ODDI_SERVER_APPLICATION,
    ODDI_SERVER_UPDATES,
    ODDI_SERVER_RADIUS,
    ODDI_SERVER_GIT,
    ODDI_SERVER_LOGS,
};

/* What a hash or a stream of random numbers is for. */
enum oddi_purpose {
    ODDI_FOR_SITE = 1,
    ODDI_FOR_HOST,
    ODDI_FOR_TENANT,
    ODDI_FOR_DAY,
    ODDI_FOR_PRESENCE,
    ODDI_FOR_LEVEL,
    ODDI_FOR_HABIT,
    ODDI_FOR_PEER,
    ODDI_FOR_ERRAND,
    ODDI_FOR_VISITORS,
    ODDI_FOR_SCANNER,
    ODDI_FOR_PLAYER,
    ODDI_FOR_GAME,
    ODDI_FOR_DECK,
    ODDI_FOR_ATTACK,
};

/* Families of addresses in the world. */
enum oddi_world {
    ODDI_WORLD_SITES = 1,
    ODDI_WORLD_CLOUD,
    ODDI_WORLD_AGENTS,
    ODDI_WORLD_CHAT,
    ODDI_WORLD_PEERS,
    ODDI_WORLD_MAIL,
    ODDI_WORLD_DOWNLOADS,
    ODDI_WORLD_GAMES,
    ODDI_WORLD_NAMES,
    ODDI_WORLD_CLOCKS,
    ODDI_WORLD_VISITORS,
    ODDI_WORLD_SCANNERS,
    ODDI_WORLD_ATTACKERS,
};

struct oddi_site {
    struct oddi_sample sample;
    uint64_t seed;
    uint32_t world;            /* tells the world of one seed from that of another */
    uint32_t net[ODDI_N_NETS]; /* first address */
    uint32_t prefix;           /* length of each net, 16 or 20 */
    uint32_t groups[ODDI_N_NETS];
    uint32_t group[ODDI_N_NETS][ODDI_MAX_GROUPS]; /* first address of each /24 in use */
    uint32_t game_port, game_hour, game_hours;    /* hours may pass midnight */
};

void oddi_site_init(struct oddi_site *site, uint64_t seed);

/* 64 even bits for a purpose and two numbers. */
uint64_t oddi_site_hash(const struct oddi_site *site, enum oddi_purpose purpose, uint64_t a, uint64_t b);
/* A stream of its own for a purpose and two numbers. */
void oddi_site_rng(const struct oddi_site *site, enum oddi_purpose purpose, uint64_t a, uint64_t b,
                   struct oddi_rng *rng);
/* True for `per_mille` of the hashes. */
static inline bool oddi_chance(uint64_t hash, uint32_t per_mille)
{
    return (uint32_t)(((hash >> 32) * 1000) >> 32) < per_mille;
}

/* The net of a slot, and the slot's number within it. */
enum oddi_net oddi_site_net(uint32_t slot, uint32_t *within);
/* The /24 (by number) that a slot's host lives in; wireless devices change it, so 0 for them. */
uint32_t oddi_site_group(const struct oddi_site *site, uint32_t slot);
/* Address of the `tenant`-th host of a slot; a wireless device has another address every day. */
uint32_t oddi_site_addr(const struct oddi_site *site, uint32_t slot, uint32_t tenant, uint32_t day);
uint32_t oddi_site_server(const struct oddi_site *site, enum oddi_server server);
/* Any address of the /24s in use, whether or not somebody lives there; half of the draws are in net `near`. */
uint32_t oddi_site_any(const struct oddi_site *site, enum oddi_net near, struct oddi_rng *rng);
/* Address number `rank` of a family of the world. */
uint32_t oddi_site_world(const struct oddi_site *site, enum oddi_world family, uint32_t rank);
/* Rank from `low` to below `high`, each order of magnitude as likely as another: few are popular, most are not. */
uint32_t oddi_draw_rank(const struct oddi_sample *s, uint32_t low, uint32_t high, uint64_t draw);
/* Close to a normal variable of mean 0 and standard deviation 1, in 16.16 fixed point: a sum of four uniforms. */
int32_t oddi_draw_normal(uint64_t draw);

#endif
