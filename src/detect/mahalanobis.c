/*
 * Distance from the mean in the units of the covariance (Mahalanobis 1936): the root of what
 * sklearn.covariance.EmpiricalCovariance.mahalanobis answers (sklearn/covariance/_empirical_covariance.py).
 *
 * With z the standardised row and R = sum of l_k v_k v_k' the correlation matrix, the raw score is the root of the sum of
 * (v_k . z)^2 / l_k. A relation between features that holds exactly (one is a sum of others, or a copy) has l_k = 0: no
 * fitted row breaks it, so it adds nothing to their scores, as scikit-learn's pseudo-inverse; a new row that breaks it is
 * measured with l_k = 1e-6, a thousandth of a deviation, where scikit-learn ignores the breach. A constant feature
 * stands beside the others with the deviation 1.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "detect/rated.h"
#include "detect/standard.h"
#include "stats/eigen.h"

#define EXACT 1e-12 /* variance, of d in all, that rounding leaves of an exact relation */
#define RIDGE 1e-6

struct mahalanobis {
    struct oddi_rated rated;
    size_t d;
    /* Per feature location and scale; covariance and room for its sums; eigenvalues; eigenvectors (rows); a row, its
     * standardised values and its parts. */
    struct oddi_room location, covariance, value, vector, row;
};

static enum odd_status mahalanobis_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    (void)state;
    (void)values;
    (void)err;
    return ODD_OK;
}

static const double *scale_of(const struct mahalanobis *s)
{
    return (const double *)s->location.at + s->d;
}

/* v_k . z */
static double along(const struct mahalanobis *s, size_t k, const double *z)
{
    const double *v = (const double *)s->vector.at + k * s->d;
    double sum = 0;

    for (size_t j = 0; j < s->d; j++)
        sum += v[j] * z[j];
    return sum;
}

static double rate_one(const struct mahalanobis *s, const double *x, double *z)
{
    const double *value = s->value.at;
    double sum = 0;

    oddi_standard_row(s->location.at, scale_of(s), x, s->d, z);
    for (size_t k = 0; k < s->d; k++) {
        double y = along(s, k, z);

        sum += y * y / value[k];
    }
    return sqrt(sum < DBL_MAX ? sum : DBL_MAX);
}

static bool mahalanobis_rate(void *state, const double *x, size_t n, double *raw)
{
    const struct mahalanobis *s = state;

    for (size_t i = 0; i < n; i++)
        raw[i] = rate_one(s, x + i * s->d, s->row.at);
    return true;
}

static void decompose(struct mahalanobis *s, const struct oddi_matrix *z)
{
    size_t d = z->d;
    double *location = s->location.at, *covariance = s->covariance.at, *value = s->value.at;

    oddi_standard_fit(z, location, location + d);
    oddi_standard_covariance(z, location, location + d, s->row.at, covariance);
    for (size_t j = 0; j < d; j++) {
        if (covariance[j * d + j] > 0.5)
            continue;
        for (size_t k = 0; k < d; k++) /* constant: what rounding left of it says nothing */
            covariance[j * d + k] = covariance[k * d + j] = j == k;
    }
    oddi_eigen_symmetric(covariance, d, value, s->vector.at);
    for (size_t k = 0; k < d; k++)
        value[k] = value[k] > EXACT ? value[k] : RIDGE;
}

static bool mahalanobis_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct mahalanobis *s = state;
    size_t d = z->d, square;

    if (__builtin_mul_overflow(d, d, &square) || square > SIZE_MAX / 2 ||
        !oddi_room(&s->location, 2 * d, sizeof(double)) ||
        !oddi_room(&s->covariance, 2 * square, sizeof(double)) || !oddi_room(&s->value, d, sizeof(double)) ||
        !oddi_room(&s->vector, square, sizeof(double)) || !oddi_room(&s->row, 2 * d, sizeof(double)))
        return false;
    s->d = d;
    decompose(s, z);
    return mahalanobis_rate(state, z->x, z->n, raw);
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

/* Feature j of R^(-1/2) z: the squares of these add up to that of the distance, and each is the feature that it is most
 * correlated with (the corr-max transformation of Garthwaite and Koch 2016). */
static double part_of(const struct mahalanobis *s, const double *z, size_t j)
{
    const double *value = s->value.at, *vector = s->vector.at;
    double sum = 0;

    for (size_t k = 0; k < s->d; k++)
        sum += vector[k * s->d + j] * (along(s, k, z) / sqrt(value[k]));
    return sum;
}

struct probe {
    const struct mahalanobis *s;
    double *x, *z;
    size_t j;
};

static bool normal_value(const void *ctx, double v)
{
    const struct probe *p = ctx;

    p->x[p->j] = v;
    return oddi_rated_normal(&p->s->rated, rate_one(p->s, p->x, p->z));
}

/* Where the distance is least when feature j alone changes; it grows from there to both sides. */
static double least_at(const struct probe *p, double own)
{
    const struct mahalanobis *s = p->s;
    const double *value = s->value.at, *vector = s->vector.at;
    double slope = 0, bend = 0;

    oddi_standard_row(s->location.at, scale_of(s), p->x, s->d, p->z);
    for (size_t k = 0; k < s->d; k++) {
        double v = vector[k * s->d + p->j];

        slope += v * along(s, k, p->z) / value[k];
        bend += v * v / value[k];
    }
    return own - slope / bend * scale_of(s)[p->j];
}

static double normal_at(struct probe *p, double own)
{
    double least = least_at(p, own), found = NAN;

    if (normal_value(p, own))
        found = own;
    else if (isfinite(least) && normal_value(p, least))
        found = oddi_rated_edge(least, own, normal_value, p);
    p->x[p->j] = own;
    return found;
}

static bool mahalanobis_reason(void *state, const double *row, struct oddi_why *why)
{
    struct mahalanobis *s = state;
    size_t d = s->d;
    struct probe p = {.s = s, .z = s->row.at, .x = (double *)s->row.at + d};
    double most = 0;

    oddi_standard_row(s->location.at, scale_of(s), row, d, p.z);
    for (size_t j = 0; j < d; j++) {
        why->share[j] = fmin(fabs(part_of(s, p.z, j)), DBL_MAX);
        most = fmax(most, why->share[j]);
    }
    for (size_t j = 0; j < d && most > 0; j++)
        why->share[j] = why->share[j] / most * (why->share[j] / most);
    memcpy(p.x, row, d * sizeof *row);
    for (p.j = 0; p.j < d; p.j++)
        why->normal_at[p.j] = normal_at(&p, row[p.j]);
    return true;
}

static void mahalanobis_clear(void *state)
{
    struct mahalanobis *s = state;

    oddi_rated_clear(&s->rated);
    oddi_room_free(&s->location);
    oddi_room_free(&s->covariance);
    oddi_room_free(&s->value);
    oddi_room_free(&s->vector);
    oddi_room_free(&s->row);
}

static const struct oddi_method method = {.name = "mahalanobis",
                                          .tail = {.shape = 0.18, .alone = 0.2, .many = 0.96},
                                          .learn = mahalanobis_learn,
                                          .rate = mahalanobis_rate,
                                          .reason = mahalanobis_reason};

ODDI_RATED_FUNCTIONS(mahalanobis, &method)

const struct oddi_detector oddi_detector_mahalanobis = {
    .name = "mahalanobis",
    .summary = "distance from the mean in the units of the covariance",
    .details =
        "The raw score of a row is its Mahalanobis distance from the mean of all rows, the root of what "
        "scikit-learn's EmpiricalCovariance answers: a row is odd that is far out, or that breaks the "
        "relations between features. It does not depend on the scaler. Many odd rows that are odd in the "
        "same way widen the covariance and hide each other.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .state_size = sizeof(struct mahalanobis),
    .init = mahalanobis_init,
    .fit = mahalanobis_fit,
    .score = mahalanobis_score,
    .explain = mahalanobis_explain,
    .clear = mahalanobis_clear,
};
