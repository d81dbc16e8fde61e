/*
 * `oddflow detect --baseline`: the plans of a baseline over one reading of the input, their rows judged by what was learnt.
 */
#ifndef ODDFLOW_RUN_NOVEL_H
#define ODDFLOW_RUN_NOVEL_H

#include "run/hunt.h"

/* The run's own plan, which says how the inputs are read: the options, and the zone of the baseline. */
enum odd_status oddi_novel_plan(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Lanes of the baseline's plans, after oddi_novel_plan. `run` keeps them. */
enum odd_status oddi_novel_new(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

/* `oddflow hunt --baseline`: loads the baseline, whose zone, and home if none was given, are those of the hunt. Makes run->hunt; before
 * the run's plan is made. */
enum odd_status oddi_novel_load(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Adds lanes of those plans of it that are about hosts to the lanes of the presets. */
enum odd_status oddi_novel_join(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

/* Hands the memory of the lane's plan to its rows; ODD_ERR_FORMAT if it is that of another plan (novel_memory.c). */
enum odd_status oddi_novel_remember(struct oddi_hunt_lane *lane, struct odd_error *err) ODD_MUST_CHECK;

/* A lane whose plan has been bound: whether it fits what was learnt. */
enum odd_status oddi_novel_start(struct oddi_hunt_lane *lane, struct odd_error *err) ODD_MUST_CHECK;
/* After the last window: raw (ln p) and surprise (as -ln p, without its steps) of every row. */
enum odd_status oddi_novel_judge(struct oddi_hunt_lane *lane, struct odd_error *err) ODD_MUST_CHECK;
/* After all lanes are judged: their limits, and the score of every row. */
enum odd_status oddi_novel_score(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Writes the rows of each window, or the oddest of all. */
enum odd_status oddi_novel_report(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

/* The key of a row of a lane by which its scope is found. */
struct oddi_row_key oddi_novel_key(const struct oddi_hunt_lane *lane, size_t row);
/* Why a row is odd: reasons[d]; *nearest = a row of the plan's sample, or n_sample if it has none. */
void oddi_novel_explain(const struct oddi_hunt_lane *lane, double kappa, size_t row,
                        const struct oddi_judgement *judged, struct oddi_reason *reasons, size_t *nearest);

#endif
