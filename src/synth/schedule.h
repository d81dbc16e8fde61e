/*
 * When the planted attacks happen: their flows in time order, in memory that does not grow with the traffic.
 *
 * The traffic is divided into equal rounds of about six hours, or is one round if shorter; every round sees every
 * planted attack once, in the order of the plan.
 */
#ifndef ODDFLOW_SYNTH_SCHEDULE_H
#define ODDFLOW_SYNTH_SCHEDULE_H

#include "synth/plan.h"

struct oddi_schedule;

/* `flows` in all, from `start` on for `span` ns. Attacks are made smaller where they would be more than a twentieth of
 * all flows, but every one keeps a flow as long as that is no more than half. NULL if memory ends. */
struct oddi_schedule *oddi_schedule_new(const struct oddi_plan *plan, uint64_t flows, int64_t start,
                                        int64_t span, uint64_t seed);
void oddi_schedule_free(struct oddi_schedule *s); /* NULL is allowed */
/* How many flows the attacks have in all; at most half of `flows`. */
uint64_t oddi_schedule_flows(const struct oddi_schedule *s);
/* Time of the next flow, INT64_MAX after the last. */
int64_t oddi_schedule_time(const struct oddi_schedule *s);
/* Fills in the next flow, time included; there must be one. Texts of `row` live until the next call. */
void oddi_schedule_next(struct oddi_schedule *s, struct oddi_row *row);

#endif
