/*
 * A row that a baseline has judged, as writers and alerts take it: its p, the scope that judged in words and as a condition, what
 * that stands on, and for novel rows the reasons, the nearest normal example and the command that prints its flows.
 */
#ifndef ODDFLOW_RUN_NOVEL_ROW_H
#define ODDFLOW_RUN_NOVEL_ROW_H

#include "run/hunt.h"

/* Tells the rows of one lane, one after the other. */
struct oddi_novel_teller {
    const struct oddi_hunt_lane *lane;
    char **words, **conditions; /* of each model, once they are asked for */
    const char **values, **nearest, **witness;
    struct oddi_reason *reasons;
    struct oddi_buf near, command;
};

/* Zeroes *t first; clear it in any case. The lane's plan is bound. */
enum odd_status oddi_novel_teller_init(struct oddi_novel_teller *t, const struct oddi_hunt_lane *lane,
                                       struct odd_error *err) ODD_MUST_CHECK;
void oddi_novel_teller_clear(struct oddi_novel_teller *t);

/* The verdict points into the row, and both into the teller, until it tells the next. */
struct oddi_novel_row {
    struct oddi_novelty novelty;
    struct oddi_entity entity;
    struct oddi_verdict verdict;
};

/* Whether it is a novelty follows from the limit of its lane, or with `odd` it is explained as one in any case. */
enum odd_status oddi_novel_row(struct oddi_novel_teller *t, size_t row, bool odd, struct oddi_novel_row *out,
                               struct odd_error *err) ODD_MUST_CHECK;

#endif
