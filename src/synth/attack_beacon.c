/* Command and control: a small exchange with one host, as regular as a clock. */
#include "synth/attack.h"

static const struct oddi_talk call = {{210, 225}, {3980, 4040}, {380, 520}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    static const uint16_t ports[4] = {443, 5678, 6667, 8443};
    (void)i;
    row->src.port = oddi_client_port(rng);
    row->dst.addr = oddi_host_world((uint32_t)(e->seed >> 16), 105);
    row->dst.port = ports[e->seed % 4];
    if (oddi_rng_below(rng, 40) == 0)
        return oddi_tcp_silence(rng, row);
    return oddi_tcp_talk(&call, rng, row);
}

const struct oddi_attack oddi_attack_beacon = {
    .entry = {"beacon", "regular calls to a command and control host", NULL, oddi_loudness_param, 1},
    .interval = {900, 300, 120, 60, 20},
    .jitter = 60,
    .make = make,
};
