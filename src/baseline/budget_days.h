/*
 * From rows of several plans to one p of a host's day.
 *
 * A unit (a host; where rows have none a service or an entity) on one day is what an alert is about. In plan j it counts with
 * the greatest surprise S_j = max over its rows of -ln p. p_j is the rank of S_j among those of the calibration's units and
 * days (baseline/calibrate.h, with its tail beyond them), whose rows were judged as new ones: ranked against the set
 * that it belongs to, a row is never beyond its maximum, and new rows are. Plans may be about different units, of which there are
 * more or fewer: with w_j the share of all units' days that are in plan j, w_j p_j is the same number of alerts a day for each plan.
 * Over J plans p = min(1, J min_j w_j p_j). What p really is, plans being dependent, is again a rank: that of -ln p among the
 * calibration's units and days. Budgets are spent by that rank.
 */
#ifndef ODDFLOW_BASELINE_BUDGET_DAYS_H
#define ODDFLOW_BASELINE_BUDGET_DAYS_H

#include "baseline/calibrate.h"
#include "baseline/row.h"

struct oddi_day_stage {
    size_t n_plans;
    struct oddi_calibration *plan; /* of S_j; n_kept == 0: no row of the plan calibrates */
    struct oddi_calibration joint; /* of -ln p */
    double per_day;                /* units a day in the traffic that was learnt from */
};

/* The rows of one plan that were learnt from. */
struct oddi_day_rows {
    size_t n;
    const struct oddi_row_key *key;
    /* As of a new row: by models and calibrations without it. NaN: it does not calibrate and only counts for per_day. */
    const double *ln_p;
};

/* Zeroes *out first; clear it in any case but failure. ODD_ERR_NO_DATA if nothing calibrates; ODD_ERR_MEMORY. */
enum odd_status oddi_day_stage_make(const struct oddi_day_rows *rows, size_t n_plans,
                                    struct oddi_day_stage *out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_day_stage_clear(struct oddi_day_stage *stage);

/* ln(w_j p_j) of a unit's day whose greatest surprise in plan j is `surprise`; 0 if the plan is not calibrated. */
double oddi_day_ln_p(const struct oddi_day_stage *stage, size_t plan, double surprise);
/* ln p over all plans; least = the least of oddi_day_ln_p(). */
double oddi_day_join(const struct oddi_day_stage *stage, double least);

/* The contrary: the surprise of a row of plan j from which on its unit's day has ln p at most `ln_p` < 0. Infinite if the plan
 * is not calibrated. */
double oddi_day_row_surprise(const struct oddi_day_stage *stage, size_t plan, double ln_p);

/* ---- Budgets ------------------------------------------------------------------------------------------------------- */

struct oddi_budget {
    double ln_p;       /* units' days at or below it are alerts */
    double share;      /* of the units' days of calibration traffic that are: what the false-alarm rate is */
    double per_day;    /* the same as alerts a day; attacks come on top */
    bool extrapolated; /* less often than once in the calibration was asked for: an estimate of the tail */
};

/* The threshold at which calibration traffic gives at most `alerts` > 0 alerts a day. */
void oddi_budget_rate(const struct oddi_day_stage *stage, double alerts, struct oddi_budget *out);
/* The threshold at which at most this share of the units' days are alerts, 0 < share < 1. */
void oddi_budget_share(const struct oddi_day_stage *stage, double share, struct oddi_budget *out);

/* Benjamini & Hochberg (1995) over the ln p of m units' days, which this call sorts; 0 < q < 1. */
struct oddi_fdr {
    size_t found;      /* so many least p are alerts */
    double ln_p;       /* the greatest of them; -INFINITY: none */
    bool beyond;       /* 1/(n + 1) > q/m: no single day could be found within the calibration of n */
    bool extrapolated; /* some that were found are beyond it: then q is not guaranteed */
};
void oddi_fdr(const struct oddi_day_stage *stage, double *ln_p, size_t m, double q, struct oddi_fdr *out);

#endif
