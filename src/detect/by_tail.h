/*
 * Scores and labels of a detector without a threshold of its own: from its raw scores alone, by how rare each is within
 * the fitted matrix (stats/tail.h). A row is odd (-1) when its score reaches 75; all others have the label 0.
 */
#ifndef ODDFLOW_DETECT_BY_TAIL_H
#define ODDFLOW_DETECT_BY_TAIL_H

#include "detect/detect.h"
#include "stats/tail.h"

/*
 * How the raw scores of a detector fall off: how they are seen (stats/tail.h) and the shape of their tail, shape +
 * alone / d for d features (the values of one feature have a heavier tail than what sums or compares several). Constants
 * of each detector, such that over light and heavy-tailed matrices of independent rows, about one in a hundred has a row
 * at 75 or above (docs/numbers.md, "The score"). In a matrix of many times (at_once, stats/matrix.h) the shape is `many` times
 * that: the tail is then known from thousands of rows, but the same few entities make it time after time.
 */
struct oddi_tail_rule {
    enum oddi_seen seen;
    double shape, alone, many;
};

/* Fits the tail on the raw scores (no NaN) of the rows of the fitted matrix z and fills out->label, score, raw, n_clusters and n_noise;
 * out->raw may be `raw` itself. With n < 2 every row is odd without a score, and oddi_by_tail_alone. False when memory
 * ends. */
bool oddi_by_tail_judge(struct oddi_tail *t, const struct oddi_tail_rule *rule, const double *raw,
                        const struct oddi_matrix *z, struct oddi_judged *out) ODD_MUST_CHECK;
/* The verdict where there is nothing to compare with: all n rows are odd without a score, and the tail is of nothing. */
void oddi_by_tail_none(struct oddi_tail *t, size_t n, struct oddi_judged *out);
/* Whether there is nothing to compare with: no fit, or one of fewer than 2 rows. */
bool oddi_by_tail_alone(const struct oddi_tail *t);
/* Whose rows row i of z is rated against (matrix.h), from now on. */
void oddi_by_tail_among(struct oddi_tail *t, const struct oddi_matrix *z, size_t i);
/* New rows: score[i] from the raw scores, which may be the same array. All NaN if alone (raw is then set to NaN, too). */
void oddi_by_tail_score(struct oddi_tail *t, const struct oddi_matrix *z, double *raw, double *score);

#endif
