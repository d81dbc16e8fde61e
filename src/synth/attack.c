#include "synth/attack.h"

#define HEADER  66 /* Ethernet, IPv4 and TCP with timestamps */
#define PAYLOAD 1448
#define HOUR_US UINT64_C(3600000000)

const struct odd_param oddi_loudness_param[1] = {{
    .name = "loudness",
    .type = ODD_PARAM_FLOAT,
    .default_value = "0.5",
    .min = 0,
    .max = 1,
    .placeholder = "L",
    .help =
        "how loud: from 0 (few flows, far apart) to 1 (many at once); quiet = 0.1, medium = 0.5, loud = 1",
}};

uint32_t oddi_at_loudness(const uint32_t knots[ODDI_LOUDNESS_KNOTS], uint32_t loudness)
{
    uint32_t x = loudness * (ODDI_LOUDNESS_KNOTS - 1), i = x / 1000, f = x % 1000;
    if (i == ODDI_LOUDNESS_KNOTS - 1)
        return knots[i];
    return (uint32_t)(((uint64_t)knots[i] * (1000 - f) + (uint64_t)knots[i + 1] * f) / 1000);
}

enum oddi_outcome oddi_tcp_silence(struct oddi_rng *rng, struct oddi_row *row)
{
    static const struct oddi_word state = ODDI_WORD("S_");
    /* A client tries again after 3 and after 6 more seconds. */
    static const uint32_t tries_us[4] = {0, 0, 3000000, 9000000};
    uint32_t tries = oddi_draw_between(rng, 1, 3);
    row->state = &state;
    row->way = ODDI_ONE_WAY;
    row->pkts = tries;
    row->bytes = row->src_bytes = 62 * tries;
    row->duration = tries == 1 ? 0 : tries_us[tries] + oddi_draw_between(rng, 0, 60000) - 30000;
    return ODDI_ATTEMPT;
}

enum oddi_outcome oddi_tcp_refusal(uint32_t turns, struct oddi_rng *rng, struct oddi_row *row)
{
    static const struct oddi_word state = ODDI_WORD("S_RA");
    row->state = &state;
    row->way = ODDI_BOTH_WAYS;
    row->pkts = 2 * (uint64_t)turns;
    row->bytes = 122 * (uint64_t)turns;
    row->src_bytes = 62 * (uint64_t)turns;
    row->duration = (turns - 1) * UINT64_C(500000) + oddi_draw_between(rng, 90, 900);
    return ODDI_ATTEMPT;
}

enum oddi_outcome oddi_tcp_talk(const struct oddi_talk *talk, struct oddi_rng *rng, struct oddi_row *row)
{
    static const struct oddi_word full = ODDI_WORD("FSPA_FSPA"), reset = ODDI_WORD("SRPA_FSPA");
    uint64_t sent = oddi_draw_between(rng, talk->sent[0], talk->sent[1]);
    uint64_t received = oddi_draw_between(rng, talk->received[0], talk->received[1]);
    uint64_t ms = oddi_draw_between(rng, talk->ms[0], talk->ms[1]);
    uint64_t out = (sent + PAYLOAD - 1) / PAYLOAD, in = (received + PAYLOAD - 1) / PAYLOAD;
    uint64_t out_pkts = 3 + out + in / 2, in_pkts = 2 + in + out / 2;
    row->state = oddi_rng_below(rng, 10) ? &full : &reset;
    row->way = ODDI_BOTH_WAYS;
    row->pkts = out_pkts + in_pkts;
    row->src_bytes = sent + HEADER * out_pkts;
    row->bytes = row->src_bytes + received + HEADER * in_pkts;
    row->duration = ms * 1000 + oddi_rng_below(rng, 1000);
    if (row->duration > HOUR_US)
        row->duration = HOUR_US;
    return ODDI_ESTABLISHED;
}
