/* Guessing passwords over ssh: one connection after another, all of nearly one size. */
#include "synth/attack.h"

static const struct oddi_talk login = {{1150, 1400}, {1600, 1900}, {1700, 4200}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    (void)i;
    row->src.port = oddi_client_port(rng);
    row->dst.addr = oddi_host_world((uint32_t)(e->seed >> 16), 102);
    row->dst.port = 22;
    if (oddi_rng_below(rng, 50) == 0)
        return oddi_tcp_refusal(oddi_draw_between(rng, 1, 3), rng, row);
    return oddi_tcp_talk(&login, rng, row);
}

const struct oddi_attack oddi_attack_bruteforce = {
    .entry = {"bruteforce", "ssh password guessing against one server", NULL, oddi_loudness_param, 1},
    .flows = {20, 80, 300, 700, 1500},
    .seconds = {5000, 3000, 1800, 1200, 600},
    .jitter = 600,
    .make = make,
};
