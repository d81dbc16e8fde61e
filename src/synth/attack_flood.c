/* Distributed flood: all infected hosts at one server, with SYNs or with UDP. */
#include "synth/attack.h"

static enum oddi_outcome syn_flood(struct oddi_rng *rng, struct oddi_row *row)
{
    enum oddi_outcome outcome = oddi_tcp_silence(rng, row);
    uint32_t pkts = oddi_draw_between(rng, 1, 12);
    row->pkts = pkts;
    row->bytes = row->src_bytes = 62 * pkts;
    row->duration = pkts == 1 ? 0 : oddi_draw_between(rng, 1000, 900000);
    return outcome;
}

static enum oddi_outcome udp_flood(struct oddi_rng *rng, struct oddi_row *row)
{
    static const struct oddi_word udp = ODDI_WORD("udp"), state = ODDI_WORD("INT");
    uint32_t pkts = oddi_draw_between(rng, 3, 60);
    row->proto = &udp;
    row->state = &state;
    row->way = ODDI_ONE_WAY;
    row->pkts = pkts;
    row->bytes = row->src_bytes = 1066 * pkts;
    row->duration = oddi_draw_between(rng, 100000, 3000000);
    return ODDI_ATTEMPT;
}

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    bool udp = e->seed & 1;
    row->src.addr = oddi_host_bot((e->first_bot + i) % ODDI_N_BOTS);
    row->src.port = oddi_client_port(rng);
    row->dst.addr = oddi_host_world((uint32_t)(e->seed >> 16), 103);
    row->dst.port = udp ? oddi_draw_between(rng, 1, 65535) : 80;
    return udp ? udp_flood(rng, row) : syn_flood(rng, row);
}

const struct oddi_attack oddi_attack_flood = {
    .entry = {"flood", "distributed flood of one server, by SYN or by UDP", NULL, oddi_loudness_param, 1},
    .flows = {100, 500, 2000, 5000, 10000},
    .seconds = {240, 180, 120, 60, 30},
    .jitter = 1000,
    .make = make,
};
