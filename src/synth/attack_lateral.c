/* Lateral movement: administration ports of the neighbours tried, some entered. */
#include "synth/attack.h"

static const struct oddi_talk session = {{800, 4000}, {900, 5000}, {20, 1500}};
static const struct oddi_talk copy = {{60000, 600000}, {2000, 9000}, {300, 6000}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    static const uint16_t ports[6] = {445, 135, 139, 3389, 5985, 22};
    uint32_t net = ODDI_IP(147, 32, 84, 0) + ((uint32_t)(e->seed >> 8) % 4 << 8);
    uint32_t answer = (uint32_t)oddi_rng_below(rng, 100);
    row->src.port = oddi_client_port(rng);
    row->dst.addr = net + 1 + ((uint32_t)(e->seed >> 16) % 254 + i / 2 * 37) % 254;
    row->dst.port = i % 2 ? ports[oddi_rng_below(rng, 6)] : ports[0];
    if (answer < 25)
        return oddi_tcp_silence(rng, row);
    if (answer < 50)
        return oddi_tcp_refusal(oddi_draw_between(rng, 1, 3), rng, row);
    if (answer < 92)
        return oddi_tcp_talk(&session, rng, row);
    /* A tool copied over and started. */
    return oddi_tcp_talk(&copy, rng, row);
}

const struct oddi_attack oddi_attack_lateral = {
    .entry = {"lateral", "administration ports of campus neighbours tried and entered", NULL,
              oddi_loudness_param, 1},
    .flows = {8, 25, 80, 200, 400},
    .seconds = {3600, 2400, 1200, 600, 240},
    .jitter = 900,
    .make = make,
};
