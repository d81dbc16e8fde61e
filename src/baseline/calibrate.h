/*
 * Calibration: from a score to the probability that a normal row has one as high (split-conformal: Vovk, Gammerman, Shafer
 * 2005; inductive p-values of Papadopoulos et al. 2002).
 *
 * The calibration set is n scores of normal rows that the model was not fitted on. Of a new score s, with k of them >= s,
 *   p(s) = (k + 1) / (n + 1)
 * which is valid as it stands if the new row is exchangeable with those: P(p <= a) = floor(a (n + 1)) / (n + 1).
 * Beyond the greatest of them, c, where that would stop at 1/(n + 1), a tail goes on continuously:
 *   ln p(s) = ln S(s - u) - ln S(c - u) - ln(n + 1)
 * S is a generalised Pareto tail (Pickands 1975) over the top tenth of the scores (at least 20, at most 500 and n / 4), fitted by
 * probability-weighted moments (Hosking & Wallis 1987) with its shape kept within 0 and 1/2. Such values are extrapolated: they
 * order what is odd and promise nothing.
 */
#ifndef ODDFLOW_BASELINE_CALIBRATE_H
#define ODDFLOW_BASELINE_CALIBRATE_H

#include <stdbool.h>

#include "base/error.h"

/* The greatest 512 scores are kept, and below them every (k / 256)-th, k being how many are greater: k of a score between two
 * kept ones is taken too high by up to 1 in 256, never too low. So many are kept at most, for any n below 2^32. */
#define ODDI_CALIBRATION_MAX ((size_t)4608)

struct oddi_calibration {
    uint64_t n;        /* scores */
    size_t n_kept;     /* 0: no calibration */
    double *score;     /* n_kept, ascending, distinct */
    uint64_t *greater; /* n_kept: how many of the n are greater */
    double u, xi,
        sigma; /* the tail beyond u; S(x) = (1 + xi x / sigma)^(-1 / xi), exp(-x / sigma) for xi = 0 */
};

/* From n >= 1 finite scores, which this call sorts. */
enum odd_status oddi_calibrate(struct oddi_calibration *c, double *score, size_t n,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_calibration_clear(struct oddi_calibration *c);

/* ln p of a score (n_kept > 0); *extrapolated: it is beyond the calibration. Never rises with the score. */
double oddi_calibration_ln_p(const struct oddi_calibration *c, double score, bool *extrapolated);
/* ln p of one of the n calibration scores among the n - 1 others: ln(k / n), k of all n being >= it (n_kept > 0). */
double oddi_calibration_ln_own(const struct oddi_calibration *c, double score);
/* What scores are ordered by: as ln p, but falling between the scores of the calibration too, down to what ln p is above the next
 * of them, where p has steps. At most ln p, equal to it where extrapolated. */
double oddi_calibration_ln_rank(const struct oddi_calibration *c, double score);
/* The least score at which ln p is at most `ln_p` (< 0), to rounding. */
double oddi_calibration_score(const struct oddi_calibration *c, double ln_p);

#endif
