/*
 * Who talks: addresses of the monitored campus (147.32.80.0 to 147.32.87.255, as in CTU-13) and of the world.
 *
 * World addresses are hashes of a rank, so that popular servers stay the same for the whole file and no list is kept.
 */
#ifndef ODDFLOW_SYNTH_HOST_H
#define ODDFLOW_SYNTH_HOST_H

#include <stdbool.h>

#include "synth/sample.h"

#define ODDI_IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* The hosts that CTU-13 names, and others with a part to play. */
#define ODDI_IP_DNS      ODDI_IP(147, 32, 80, 9)
#define ODDI_IP_PROXY    ODDI_IP(147, 32, 80, 13)
#define ODDI_IP_GATEWAY  ODDI_IP(147, 32, 84, 59)  /* "cmpgw": many hosts behind one address */
#define ODDI_IP_SUPER    ODDI_IP(147, 32, 84, 229) /* peer-to-peer supernode on port 13363 */
#define ODDI_IP_RESOLVER ODDI_IP(147, 32, 84, 138)
#define ODDI_IP_P2P      ODDI_IP(147, 32, 84, 94)
#define ODDI_IP_FTP      ODDI_IP(147, 32, 84, 166)
#define ODDI_IP_WEB      ODDI_IP(147, 32, 87, 36)
#define ODDI_IP_GRILL    ODDI_IP(147, 32, 84, 164)
#define ODDI_IP_JIST     ODDI_IP(147, 32, 84, 134)
#define ODDI_IP_STRIBREK ODDI_IP(147, 32, 84, 170)

#define ODDI_N_LOCAL   320
#define ODDI_N_SERVERS 40
#define ODDI_N_BOTS    10

enum oddi_pool {
    ODDI_POOL_LOCAL,   /* campus hosts, a few of them busy */
    ODDI_POOL_SERVERS, /* campus servers */
    ODDI_POOL_WEB,     /* popular servers of the world */
    ODDI_POOL_PEERS,   /* anybody: 200,000 addresses, nearly equal */
    ODDI_POOL_ROUTERS, /* 147.32.87.x */
    ODDI_N_POOLS
};

struct oddi_hosts {
    uint32_t local[ODDI_N_LOCAL];                   /* no bot and no named host among them */
    uint32_t low[ODDI_N_POOLS], high[ODDI_N_POOLS]; /* logs of the ranks' range */
};

void oddi_hosts_init(struct oddi_hosts *h, const struct oddi_sample *s);
/* A host of the pool; low ranks are drawn more often (Zipf-Mandelbrot). */
uint32_t oddi_host_draw(const struct oddi_hosts *h, const struct oddi_sample *s, enum oddi_pool pool,
                        struct oddi_rng *rng);
/* World address number `rank` of a family told apart by `salt`. Never in 147.32.0.0/16 or a reserved block. */
uint32_t oddi_host_world(uint32_t rank, uint32_t salt);
/* Infected host i < ODDI_N_BOTS: the ten addresses that CTU-13 used. They take no part in background traffic. */
uint32_t oddi_host_bot(uint32_t i);
bool oddi_host_is_campus(uint32_t addr);
/* The port that a peer at `addr` listens on, always the same. */
uint32_t oddi_host_port(uint32_t addr);
/* A client's port, by the habits of several operating systems. */
uint32_t oddi_client_port(struct oddi_rng *rng);

#endif
