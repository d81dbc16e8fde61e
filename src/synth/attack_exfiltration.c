/* Data carried out to one host of the world: the louder, the fewer and the bigger the uploads. */
#include "synth/attack.h"

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    static const uint32_t upload[ODDI_LOUDNESS_KNOTS] = {400000, 4000000, 40000000, 250000000, 900000000};
    uint32_t size = oddi_at_loudness(upload, e->loudness);
    size = oddi_draw_between(rng, size / 4 * 3, size + size / 4);
    uint32_t ms = size / oddi_draw_between(rng, 400, 4000) + 100;
    const struct oddi_talk talk = {{size, size}, {1500, 6000}, {ms, ms}};
    (void)i;
    row->src.port = oddi_client_port(rng);
    row->dst.addr = oddi_host_world((uint32_t)(e->seed >> 16), 104);
    row->dst.port = e->seed % 4 ? 443 : 21;
    return oddi_tcp_talk(&talk, rng, row);
}

const struct oddi_attack oddi_attack_exfiltration = {
    .entry = {"exfiltration", "big uploads to one outside host", NULL, oddi_loudness_param, 1},
    .flows = {40, 24, 12, 6, 4},
    .seconds = {7200, 5400, 3600, 2400, 900},
    .jitter = 900,
    .make = make,
};
