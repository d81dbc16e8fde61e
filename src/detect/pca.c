/*
 * Distances to the eigenvectors of the correlation matrix, weighted by eigenvalue (Shyu, Chen, Sarinnapakorn and Chang
 * 2003), with the answers of PyOD's PCA (pyod/models/pca.py): with z the standardised row, v_k the unit eigenvectors and
 * w_k their share of the variance, the raw score is the sum over k of |z - v_k| / w_k.
 *
 * An eigenvector's sign is not determined by the data; here, as in scikit-learn, its element of greatest magnitude is
 * positive (of equal ones the first, where scikit-learn leaves it to rounding). Components whose share of the variance
 * is below 1e-12 (constant features, copies of features, fewer rows than features) are left out: PyOD divides by what
 * rounding has left of their eigenvalue. If none is left, the raw score is |z|.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "detect/rated.h"
#include "detect/standard.h"
#include "stats/eigen.h"

#define LEAST_SHARE 1e-12

struct pca {
    struct oddi_rated rated;
    size_t n_components, n_selected; /* 0 = all */
    bool weighted, standardization;
    size_t kept; /* components that count */
    /* Per feature location and scale; covariance and its partial sums; eigenvalues; eigenvectors (rows); a row's z. */
    struct oddi_room location, covariance, value, vector, row;
};

enum { N_COMPONENTS, N_SELECTED, WEIGHTED, STANDARDIZATION };

static const struct odd_param params[] = {
    [N_COMPONENTS] = {.name = "n_components",
                      .type = ODD_PARAM_INT,
                      .default_value = "0",
                      .min = 0,
                      .max = 1e6,
                      .unit = "components",
                      .placeholder = "N",
                      .help = "components to compute, greatest eigenvalues first; 0 = all"},
    [N_SELECTED] = {.name = "n_selected_components",
                    .type = ODD_PARAM_INT,
                    .default_value = "0",
                    .min = 0,
                    .max = 1e6,
                    .unit = "components",
                    .placeholder = "N",
                    .help = "how many of these count, smallest eigenvalues first; 0 = all"},
    [WEIGHTED] = {.name = "weighted",
                  .type = ODD_PARAM_BOOL,
                  .default_value = "yes",
                  .unit = "yes or no",
                  .placeholder = "BOOL",
                  .help = "divide each distance by its component's share of the variance"},
    [STANDARDIZATION] = {.name = "standardization",
                         .type = ODD_PARAM_BOOL,
                         .default_value = "yes",
                         .unit = "yes or no",
                         .placeholder = "BOOL",
                         .help = "bring each feature to mean 0 and deviation 1 first"},
};

static enum odd_status pca_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct pca *s = state;

    if (values[N_COMPONENTS].i < 0 || values[N_SELECTED].i < 0)
        return oddi_fail(err, ODD_ERR_USAGE, "pca: a number of components cannot be negative");
    s->n_components = (size_t)values[N_COMPONENTS].i;
    s->n_selected = (size_t)values[N_SELECTED].i;
    s->weighted = values[WEIGHTED].flag;
    s->standardization = values[STANDARDIZATION].flag;
    return ODD_OK;
}

/* ---- Learning ------------------------------------------------------------------------------------- */

static const double *scale_of(const struct pca *s, size_t d)
{
    return (const double *)s->location.at + d;
}

/* What distances are measured from: the standardised row, or the row as it is (not centred, as in PyOD). */
static const double *seen(const struct pca *s, const double *x, size_t d, double *z)
{
    if (!s->standardization)
        return x;
    oddi_standard_row(s->location.at, scale_of(s, d), x, d, z);
    return z;
}

/* Turns eigenvalues into the weights of the components that count and moves those to the front. */
static void select_components(struct pca *s, size_t n, size_t d)
{
    double *value = s->value.at, *vector = s->vector.at, sum = 0;
    size_t most = n < d ? n : d, have = 0, first;

    for (size_t k = 0; k < d; k++)
        sum += value[k] > 0 ? value[k] : 0;
    most = s->n_components > 0 && s->n_components < most ? s->n_components : most;
    while (have < most && value[have] > LEAST_SHARE * sum)
        have++;
    s->kept = s->n_selected > 0 && s->n_selected < have ? s->n_selected : have;
    first = have - s->kept;
    for (size_t k = 0; k < s->kept; k++) {
        value[k] = s->weighted ? value[first + k] / sum : 1;
        memmove(vector + k * d, vector + (first + k) * d, d * sizeof *vector);
    }
}

/* ---- Rating --------------------------------------------------------------------------------------- */

static double distance(const double *z, const double *v, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double difference = z[j] - (v ? v[j] : 0);

        sum += difference * difference;
    }
    return sqrt(sum);
}

static double rate_seen(const struct pca *s, const double *z, size_t d)
{
    const double *weight = s->value.at, *vector = s->vector.at;
    double sum = 0;

    if (s->kept == 0)
        return distance(z, NULL, d);
    for (size_t k = 0; k < s->kept; k++)
        sum += distance(z, vector + k * d, d) / weight[k];
    return sum;
}

static void rate_rows(const struct pca *s, const double *x, size_t n, size_t d, double *raw)
{
    for (size_t i = 0; i < n; i++) {
        raw[i] = rate_seen(s, seen(s, x + i * d, d, s->row.at), d);
        if (!(raw[i] < DBL_MAX))
            raw[i] = DBL_MAX;
    }
}

static bool pca_rate(void *state, const double *x, size_t n, double *raw)
{
    struct pca *s = state;

    rate_rows(s, x, n, s->rated.d, raw);
    return true;
}

static bool pca_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct pca *s = state;
    size_t d = z->d, square;

    if (__builtin_mul_overflow(d, d, &square) || square > SIZE_MAX / 2 ||
        !oddi_room(&s->location, 2 * d, sizeof(double)) ||
        !oddi_room(&s->covariance, 2 * square, sizeof(double)) || !oddi_room(&s->value, d, sizeof(double)) ||
        !oddi_room(&s->vector, square, sizeof(double)) || !oddi_room(&s->row, 2 * d, sizeof(double)))
        return false;
    oddi_standard_fit(z, s->location.at, (double *)s->location.at + d);
    if (!s->standardization)
        for (size_t j = 0; j < d; j++)
            ((double *)s->location.at)[d + j] = 1;
    oddi_standard_covariance(z, s->location.at, scale_of(s, d), s->row.at, s->covariance.at);
    oddi_eigen_symmetric(s->covariance.at, d, s->value.at, s->vector.at);
    select_components(s, z->n, d);
    rate_rows(s, z->x, z->n, d, raw);
    return true;
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

/* Feature j's part of each distance is (z_j - v_j)^2 / distance, so the parts add up to the raw score exactly. */
static double share_of(const struct pca *s, const double *z, size_t d, size_t j)
{
    const double *weight = s->value.at, *vector = s->vector.at;
    double sum = 0;

    for (size_t k = 0; k < s->kept; k++) {
        const double *v = vector + k * d;
        double whole = distance(z, v, d);

        if (whole > 0)
            sum += (z[j] - v[j]) / whole * (z[j] - v[j]) / weight[k];
    }
    return s->kept == 0 ? fabs(z[j]) : sum;
}

/* A row of which one value is tried out. */
struct probe {
    const struct pca *s;
    double *x, *z; /* the row, and room for what is seen of it */
    size_t d, j;
};

static bool normal_value(const void *ctx, double v)
{
    const struct probe *p = ctx;
    double raw;

    p->x[p->j] = v;
    raw = rate_seen(p->s, seen(p->s, p->x, p->d, p->z), p->d);
    return oddi_rated_normal(&p->s->rated, raw < DBL_MAX ? raw : DBL_MAX);
}

/* The derivative of the raw score by z_j. It never falls, as the score is a sum of distances. */
static double slope(const struct probe *p, double v)
{
    const double *weight = p->s->value.at, *vector = p->s->vector.at, *z;
    double sum = 0;

    p->x[p->j] = v;
    z = seen(p->s, p->x, p->d, p->z);
    for (size_t k = 0; k < p->s->kept; k++) {
        const double *of = vector + k * p->d;
        double whole = distance(z, of, p->d);

        if (whole > 0)
            sum += (z[p->j] - of[p->j]) / whole / weight[k];
    }
    return p->s->kept == 0 ? z[p->j] : sum;
}

static bool falls(const void *ctx, double v)
{
    return slope(ctx, v) <= 0;
}

/* In z, elements of eigenvectors lie in [-1, 1], and so does the least score; the rows that a score is normal for lie in
 * one interval around it. */
static double normal_at(struct probe *p, double own)
{
    const double *location = p->s->location.at, *scale = location + p->d;
    bool z = p->s->standardization;
    double low = z ? location[p->j] - 2 * scale[p->j] : -2, high = z ? location[p->j] + 2 * scale[p->j] : 2,
           least, found = NAN;

    if (normal_value(p, own))
        found = own;
    else if (falls(p, low) && !falls(p, high)) {
        least = oddi_rated_edge(low, high, falls, p);
        if (normal_value(p, least))
            found = oddi_rated_edge(least, own, normal_value, p);
    }
    p->x[p->j] = own;
    return found;
}

static bool pca_reason(void *state, const double *row, struct oddi_why *why)
{
    struct pca *s = state;
    size_t d = s->rated.d;
    struct probe p = {.s = s, .z = s->row.at, .x = (double *)s->row.at + d, .d = d};
    const double *z = seen(s, row, d, s->row.at);

    for (size_t j = 0; j < d; j++)
        why->share[j] = share_of(s, z, d, j);
    memcpy(p.x, row, d * sizeof *row);
    for (p.j = 0; p.j < d; p.j++)
        why->normal_at[p.j] = normal_at(&p, row[p.j]);
    return true;
}

static void pca_clear(void *state)
{
    struct pca *s = state;

    oddi_rated_clear(&s->rated);
    oddi_room_free(&s->location);
    oddi_room_free(&s->covariance);
    oddi_room_free(&s->value);
    oddi_room_free(&s->vector);
    oddi_room_free(&s->row);
}

static const struct oddi_method method = {
    .name = "pca",
    .tail = {.seen = ODDI_SEEN_ROOT, .shape = 0.15, .alone = 0.25, .many = 0.9},
    .learn = pca_learn,
    .rate = pca_rate,
    .reason = pca_reason};

ODDI_RATED_FUNCTIONS(pca, &method)

const struct oddi_detector oddi_detector_pca = {
    .name = "pca",
    .summary = "distance to the principal components; those of little variance count most",
    .details =
        "The raw score of a row is PyOD's PCA: the sum of its distances to the unit eigenvectors of the "
        "correlation matrix, each divided by its share of the variance. So a row is odd that breaks the "
        "relations between features. Components without variance (constant or copied features) do not "
        "count.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct pca),
    .init = pca_init,
    .fit = pca_fit,
    .score = pca_score,
    .explain = pca_explain,
    .clear = pca_clear,
};
