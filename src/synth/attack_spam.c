/* Spam: mail servers all over the world tried in turn; few of them answer. */
#include "synth/attack.h"

static const struct oddi_talk mail = {{2500, 40000}, {400, 900}, {900, 12000}};

static enum oddi_outcome make(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row)
{
    (void)i;
    row->src.port = 1025 + (uint32_t)oddi_rng_below(rng, 3976);
    row->dst.addr = oddi_host_world((uint32_t)(e->seed >> 20) + (uint32_t)oddi_rng_below(rng, 1500), 106);
    row->dst.port = 25;
    if (oddi_rng_below(rng, 100) < 93)
        return oddi_tcp_silence(rng, row);
    return oddi_tcp_talk(&mail, rng, row);
}

const struct oddi_attack oddi_attack_spam = {
    .entry = {"spam", "mail sent to hundreds of outside mail servers", NULL, oddi_loudness_param, 1},
    .flows = {40, 150, 600, 1500, 3000},
    .seconds = {3600, 2700, 1800, 900, 600},
    .jitter = 900,
    .make = make,
};
