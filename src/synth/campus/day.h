/* One day of the campus: who lives where and is there, and the flows that the makers add to it. */
#ifndef ODDFLOW_SYNTH_CAMPUS_DAY_H
#define ODDFLOW_SYNTH_CAMPUS_DAY_H

#include "synth/campus/visits.h"

/* One host on one day. */
struct oddi_resident {
    uint32_t slot, within, group, addr;
    enum oddi_net net;
    uint64_t id;       /* the same as long as the host lives in the slot */
    bool user;         /* its user is there today */
    bool machine;      /* it is switched on at some time of today */
    bool always_on;    /* through the night, too */
    int32_t shift;     /* minutes by which its user lives later than others */
    int32_t level;     /* log2 of how much more it does today than others, 16.16 fixed point */
    int32_t day_level; /* the campus's share of that */
};

struct oddi_day {
    const struct oddi_site *site;
    struct oddi_visits *visits;
    uint32_t day;     /* number, from 0 */
    uint32_t weekday; /* 0 is Monday */
    bool free;        /* a weekend or a holiday */
    int64_t start;    /* microseconds since the campus began */
    struct oddi_resident residents[ODDI_N_SLOTS];
    uint16_t tenant[ODDI_N_SLOTS]; /* how often the host of a slot has been replaced */
};

/* Goes to day number `day`; days must be gone to in order from 0, each once. `first_weekday` is day 0's. */
void oddi_day_begin(struct oddi_day *d, uint32_t day, uint32_t first_weekday);

/* How likely a user of this net is to be busy in each hour of the day; the numbers have no unit. */
const uint8_t *oddi_rhythm(enum oddi_net net);
/* A time of the day by the rhythm of the host's user (or evenly if `any`), as microseconds since the campus began. */
int64_t oddi_draw_time(const struct oddi_day *d, const struct oddi_resident *r, bool any,
                       struct oddi_rng *rng);
/* Poisson-distributed, of mean `thousandths` / 1000 times 2^level. */
uint32_t oddi_draw_count(const struct oddi_day *d, uint32_t thousandths, int32_t level, struct oddi_rng *rng);

/* What adds flows to a day; in files of their own. */
void oddi_errands_run(struct oddi_day *d);  /* ordinary work and leisure of every host */
void oddi_visitors_run(struct oddi_day *d); /* the world at the campus's servers, scanners */
void oddi_game_run(struct oddi_day *d);     /* the nightly game in housing */
bool oddi_game_plays(const struct oddi_day *d, uint32_t slot); /* tonight */
/* The game's flows of one player for the whole of tonight's hours, or for a stretch of them as players do. */
void oddi_game_play(struct oddi_day *d, uint32_t addr, bool all_night, uint32_t label, struct oddi_rng *rng);
/* Beginning and length of tonight's game in microseconds. */
int64_t oddi_game_begin(const struct oddi_day *d);
int64_t oddi_game_length(const struct oddi_day *d);

/* Labels of ordinary traffic; attacks have those after them. */
enum oddi_campus_label {
    ODDI_LABEL_WORK,
    ODDI_LABEL_WEB,
    ODDI_LABEL_MACHINE,
    ODDI_LABEL_BACKUP,
    ODDI_LABEL_ADMIN,
    ODDI_LABEL_P2P,
    ODDI_LABEL_SERVER,
    ODDI_LABEL_VISITOR,
    ODDI_LABEL_SCANNER,
    ODDI_LABEL_GAME,
    ODDI_LABEL_ATTACK, /* first of ODDI_LABELS_OF_ATTACKS */
};
#define ODDI_LABELS_OF_ATTACKS 128 /* more than two days can have */

#endif
