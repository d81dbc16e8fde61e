/*
 * The contract of an attack: a const struct in a file of its own, listed in synth_table.c.
 *
 * An attack says how many flows over how long it makes at each loudness, and fills in one flow after another; when
 * each starts and how attacks and ordinary traffic are merged is the scheduler's business (schedule.h).
 */
#ifndef ODDFLOW_SYNTH_ATTACK_H
#define ODDFLOW_SYNTH_ATTACK_H

#include "synth/host.h"
#include "synth/row.h"

#define ODDI_LOUDNESS_KNOTS 5

/* One outbreak. Filled by the scheduler, const to the attack. */
struct oddi_episode {
    uint32_t flows;     /* how many it has */
    uint32_t loudness;  /* 0 to 1000 */
    uint32_t bot;       /* address of the infected host */
    uint32_t first_bot; /* its number, for attacks by many */
    uint64_t seed;      /* the same for every flow of the outbreak: picks the victim, port, ... */
};

enum oddi_outcome { ODDI_ATTEMPT, ODDI_ESTABLISHED };

struct oddi_attack {
    struct odd_entry entry; /* what users see; its one parameter is the loudness */
    /* At loudness 0, 1/4, 1/2, 3/4 and 1, linear between: flows, and seconds from the first to the last. */
    uint32_t flows[ODDI_LOUDNESS_KNOTS];
    uint32_t seconds[ODDI_LOUDNESS_KNOTS];
    /* Seconds between two flows instead, for as long as the traffic lasts; `flows` and `seconds` are then unused. */
    uint32_t interval[ODDI_LOUDNESS_KNOTS];
    uint32_t jitter; /* per mille of the time between two flows by which a flow may come later */
    /* Fills in flow i < e->flows, all but time and label; the outcome says which label it gets. src.addr, both
     * texts, dir "   ->" and proto tcp are set beforehand. */
    enum oddi_outcome (*make)(const struct oddi_episode *e, uint32_t i, struct oddi_rng *rng,
                              struct oddi_row *row);
};

/* Attack i of synth_table.c, NULL past the end; sorted by name. */
const struct oddi_attack *oddi_attack_row(size_t i);

/* `knots` at `loudness` (0 to 1000). */
uint32_t oddi_at_loudness(const uint32_t knots[ODDI_LOUDNESS_KNOTS], uint32_t loudness);
/* The parameter that every attack has. */
extern const struct odd_param oddi_loudness_param[1];

/* Ends of a TCP connection that attacks have in common. */

/* SYNs that nobody answers: 1 to 3 packets of 62 bytes. */
enum oddi_outcome oddi_tcp_silence(struct oddi_rng *rng, struct oddi_row *row);
/* A SYN answered by a reset, `turns` times. */
enum oddi_outcome oddi_tcp_refusal(uint32_t turns, struct oddi_rng *rng, struct oddi_row *row);
/* A whole conversation. Each range is [least, most], drawn in this order: the order in which a compiler evaluates
 * arguments is its own, so draws never stand side by side in one call. */
struct oddi_talk {
    uint32_t sent[2], received[2]; /* bytes without headers */
    uint32_t ms[2];                /* from the first packet to the last */
};
/* Packets carry at most 1448 bytes of payload and every other one is acknowledged. */
enum oddi_outcome oddi_tcp_talk(const struct oddi_talk *talk, struct oddi_rng *rng, struct oddi_row *row);

#endif
