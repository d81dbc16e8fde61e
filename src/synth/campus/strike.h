/* The campus's attacks: rows of a table (strike_table.c) that strikes.c deals out over hosts and days. */
#ifndef ODDFLOW_SYNTH_CAMPUS_STRIKE_H
#define ODDFLOW_SYNTH_CAMPUS_STRIKE_H

#include "synth/campus/day.h"

struct oddi_strike_kind;

/* One attack. */
struct oddi_strike {
    struct oddi_day *day;
    const struct oddi_resident *host;
    const struct oddi_strike_kind *kind;
    uint32_t number; /* from 1: its label ends in it */
    uint32_t label;
    struct oddi_rng rng;
};

struct oddi_strike_kind {
    const char *name; /* as in the label: flow=From-Attack-NAME-NUMBER */
    unsigned who;     /* ODDI_WHO() of the nets whose hosts are struck */
    uint8_t cards;    /* how often it is in the deck */
    bool game;        /* needs a night with the game */
    bool player;      /* strikes a room that plays tonight */
    bool quiet;       /* keeps to the hours in which its host is used */
    uint32_t
        count[2]; /* least and most of what `make` counts: targets, flows; seconds between two for a beacon */
    uint32_t minutes[2]; /* least and most from first to last */
    uint32_t megabytes[2];
    uint32_t jitter; /* per cent */
    void (*make)(struct oddi_strike *s, int64_t begin, int64_t length);
};

/* NULL past the end. */
const struct oddi_strike_kind *oddi_strike_kind_at(uint32_t i);

/* State of the deck over the days; zero-initialised. */
struct oddi_deck {
    uint32_t dealt;  /* cards so far */
    uint32_t number; /* attacks so far */
};

/* Adds the day's attacks, each on a host of its own, and their labels after ODDI_LABEL_ATTACK. */
void oddi_strikes_run(struct oddi_day *d, struct oddi_deck *deck, uint32_t per_day, bool game,
                      struct oddi_label *labels);

#endif
