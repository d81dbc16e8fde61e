/*
 * Distance from the centre of the scaler: the Euclidean norm of the scaled row.
 *
 * The scaler says what the centre and the units are, so it is half of this detector: with robust:floor (median, floored
 * interquartile range) it keeps how far a row is beyond the rest in one feature, which ranks lose, and counts are not
 * blown up where most of them are 0.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>

#include "detect/rated.h"

struct l2 {
    struct oddi_rated rated;
};

static enum odd_status l2_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    (void)state;
    (void)values;
    (void)err;
    return ODD_OK;
}

/* The norm of a row whose feature j (d: none) is v instead. Rounding is monotone, and so is this in the size of v. */
static double norm_with(const double *row, size_t d, size_t j, double v)
{
    double sum = 0;

    for (size_t k = 0; k < d; k++) {
        double t = k == j ? v : row[k];

        sum += t * t;
    }
    return sqrt(sum < DBL_MAX ? sum : DBL_MAX);
}

static void rate_rows(const double *x, size_t n, size_t d, double *raw)
{
    for (size_t i = 0; i < n; i++)
        raw[i] = norm_with(x + i * d, d, d, 0);
}

static bool l2_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    (void)state;
    rate_rows(z->x, z->n, z->d, raw);
    return true;
}

static bool l2_rate(void *state, const double *x, size_t n, double *raw)
{
    rate_rows(x, n, ((const struct l2 *)state)->rated.d, raw);
    return true;
}

struct probe {
    const struct l2 *s;
    const double *row;
    size_t j;
};

static bool normal_value(const void *ctx, double v)
{
    const struct probe *p = ctx;

    return oddi_rated_normal(&p->s->rated, norm_with(p->row, p->s->rated.d, p->j, v));
}

static double normal_at(const struct probe *p)
{
    double own = p->row[p->j];

    if (normal_value(p, own))
        return own;
    return normal_value(p, 0) ? oddi_rated_edge(0, own, normal_value, p) : NAN;
}

/* The squares add up to that of the norm. They are counted in the greatest, which no double need hold the square of. */
static bool l2_reason(void *state, const double *row, struct oddi_why *why)
{
    const struct l2 *s = state;
    double most = 0;

    for (size_t j = 0; j < s->rated.d; j++)
        most = fmax(most, fabs(row[j]));
    for (size_t j = 0; j < s->rated.d; j++) {
        struct probe p = {.s = s, .row = row, .j = j};
        double t = most > 0 ? row[j] / most : 0;

        why->share[j] = t * t;
        why->normal_at[j] = normal_at(&p);
    }
    return true;
}

static void l2_clear(void *state)
{
    oddi_rated_clear(&((struct l2 *)state)->rated);
}

static const struct oddi_method method = {.name = "l2",
                                          .tail = {.shape = 0.2, .alone = 0.12, .many = 1.1},
                                          .learn = l2_learn,
                                          .rate = l2_rate,
                                          .reason = l2_reason};

ODDI_RATED_FUNCTIONS(l2, &method)

const struct oddi_detector oddi_detector_l2 = {
    .name = "l2",
    .summary = "distance from the centre: the root of the sum of the squared scaled features",
    .details = "The raw score of a row is the Euclidean norm of its scaled features, so the scaler decides "
               "what the centre is and what counts as far: robust:floor suits counts, most of which are 0. "
               "It is the fastest detector and keeps how far a row is beyond the rest. Its share of a "
               "feature is that feature's square.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN | ODDI_DETECT_FAR,
    .state_size = sizeof(struct l2),
    .init = l2_init,
    .fit = l2_fit,
    .score = l2_score,
    .explain = l2_explain,
    .clear = l2_clear,
};
