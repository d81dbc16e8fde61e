/* Vertical scan: many ports of one server. */
#include "synth/attack.h"

static const struct oddi_talk probe = {{0, 0}, {0, 200}, {1, 40}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    uint32_t answer = (uint32_t)oddi_rng_below(rng, 100);
    row->src.port = 30000 + (uint32_t)(e->seed % 30000);
    row->dst.addr = ODDI_IP(147, 32, 87, 2) + (uint32_t)(e->seed >> 32) % 60;
    /* 1021 is prime: every port below 1024 once in scattered order, then the higher ones. */
    row->dst.port = i < 1021 ? 1 + i * 389 % 1021 : 1 + i;
    if (answer < 88)
        return oddi_tcp_refusal(1, rng, row);
    if (answer < 97)
        return oddi_tcp_silence(rng, row);
    return oddi_tcp_talk(&probe, rng, row);
}

const struct oddi_attack oddi_attack_portscan = {
    .entry = {"portscan", "vertical scan: many ports of one campus server", NULL, oddi_loudness_param, 1},
    .flows = {40, 200, 700, 1500, 3000},
    .seconds = {3600, 1200, 300, 90, 30},
    .jitter = 900,
    .make = make,
};
