/* Horizontal scan: one service looked for on many addresses in a row. */
#include "synth/attack.h"

static const struct oddi_talk banner = {{20, 300}, {60, 900}, {80, 900}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    static const uint16_t ports[8] = {22, 23, 80, 135, 445, 1433, 3389, 5900};
    /* A /16 of the world; 65,536 addresses are more than any outbreak has flows. */
    uint32_t net = oddi_host_world((uint32_t)(e->seed >> 8), 101) & 0xffff0000u;
    uint32_t start = (uint32_t)(e->seed >> 40) & 0xffff, answer = (uint32_t)oddi_rng_below(rng, 100);
    row->src.port = oddi_client_port(rng);
    row->dst.addr = net | ((start + i) & 0xffff);
    row->dst.port = ports[e->seed % 8];
    if (answer < 88)
        return oddi_tcp_silence(rng, row);
    if (answer < 97)
        return oddi_tcp_refusal(1, rng, row);
    return oddi_tcp_talk(&banner, rng, row);
}

const struct oddi_attack oddi_attack_scan = {
    .entry = {"scan", "horizontal scan: one port on many addresses", NULL, oddi_loudness_param, 1},
    .flows = {60, 250, 1000, 2500, 5000},
    .seconds = {3000, 1500, 600, 200, 60},
    .jitter = 900,
    .make = make,
};
