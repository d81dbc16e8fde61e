/*
 * The models of one plan: fitted on the rows of their scopes, asked about new rows.
 *
 * A model's score is the sum over features of z squared, z = (x - location) / scale: location is the mean of the scope's rows,
 * scale^2 = (n var + 50 var_0) / (n + 200) with var_0 that of all rows of the plan, and scale at least 0.05 sd_0 + 0.001, so that a
 * feature which never varied in a small scope does not make everything odd. (Mahalanobis distance and nearest neighbours did no
 * better where this was measured; what decides is the scope and the calibration.)
 *
 * Calibration (baseline/calibrate.h) wants scores of normal rows from a model that has not seen them. A row of it is scored by the
 * model fitted on all rows of the scope but those of its own host and day (the leave-one-out scores of the jackknife+ of Barber,
 * Candes, Ramdas and Tibshirani 2021, by groups): so every row is fitted on, where two halves would make a model of few hosts
 * depend on which of them it got. The rows of a scope that the search found are calibrated on the half that the search did not
 * see (oddi_row_half); model 0, which no search made, on all.
 *
 * A row's p is shrunk to that of the model's parent,
 *   p = (n p_own + kappa p_parent) / (n + kappa)
 * with n the model's calibration rows. Everything stays in logarithms.
 */
#ifndef ODDFLOW_BASELINE_FIT_H
#define ODDFLOW_BASELINE_FIT_H

#include "baseline/calibrate.h"
#include "baseline/model.h"

/* Rows that the calibration of a scope needs, and twice as many in all; with fewer, the parent judges. */
#define ODDI_LEAST_HALF ((size_t)60)

struct oddi_model {
    struct oddi_support support;
    double *location, *scale;    /* d; one block with the next two */
    double *low, *high;          /* d: 1st and 99th percentile of its rows, original units */
    struct oddi_calibration cal; /* n_kept == 0: too few rows */
};

/* model[tree->n_models] from the rows. Scopes with too few rows are left without calibration; model 0 too, which the caller must
 * look at before it uses them. The result does not depend on the order of the rows if that is that of (start, hash).
 * held (may be NULL) gets for each row the ln p that it would have had as a new one, by the models without its host and day and
 * by the calibration without itself, shrunk by kappa: what a threshold for whole days is to be set by. Clears what it made when
 * it fails. */
enum odd_status oddi_models_fit(const struct oddi_rows_view *rows, const struct oddi_scope_tree *tree,
                                double kappa, struct oddi_model *model, double *held,
                                struct odd_error *err) ODD_MUST_CHECK;
/* The same for rows that are a part of others, of which within[d] are the deviations (the scale of a model of them): sd_0 is these. */
enum odd_status oddi_models_fit_within(const struct oddi_rows_view *rows, const struct oddi_scope_tree *tree,
                                       const double *within, double kappa, struct oddi_model *model,
                                       double *held, struct odd_error *err) ODD_MUST_CHECK;
void oddi_models_clear(struct oddi_model *model, size_t n);

/* Room for d features, zeroed; the first of the four rows is location. */
enum odd_status oddi_model_room(struct oddi_model *m, size_t d, struct odd_error *err) ODD_MUST_CHECK;

/* The raw score of a row of d features, and the share of each feature in it (`share` may be NULL). */
double oddi_model_score(const struct oddi_model *m, const double *x, size_t d, double *share);

struct oddi_judgement {
    uint32_t model; /* that judged: the row's, or the first of its parents with enough rows */
    double score;   /* raw */
    double ln_p;
    double ln_rank;    /* what rows are ordered by: as ln p without its steps (oddi_calibration_ln_rank) */
    bool extrapolated; /* beyond the calibration of `model` */
};

/* model[0] must be calibrated. kappa >= 0. */
void oddi_models_judge(const struct oddi_model *model, const struct oddi_scope_tree *tree, size_t d,
                       double kappa, const struct oddi_row_key *key, const double *x,
                       struct oddi_judgement *out);

#endif
