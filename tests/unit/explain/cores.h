/* A detector so plain that it can be trusted: DBSCAN's core points by comparing every pair, in the order of the formulas. */
#ifndef ODDFLOW_TEST_CORES_H
#define ODDFLOW_TEST_CORES_H

#include <math.h>
#include <string.h>

#include "detect/detect.h"

struct cores {
    const double *z; /* fitted rows, scaled; kept by the test */
    size_t n, d;
    double eps;
    int min_samples;
    bool core[256];
    int score_calls;
    int fail_at; /* the score call that fails; -1: none */
};

static inline double cores_squared(const double *a, const double *b, size_t d)
{
    double s = 0;

    for (size_t j = 0; j < d; j++)
        s += (a[j] - b[j]) * (a[j] - b[j]);
    return s;
}

static inline void cores_fit(struct cores *s, const double *z, size_t n, size_t d, double eps,
                             int min_samples)
{
    *s = (struct cores){.z = z, .n = n, .d = d, .eps = eps, .min_samples = min_samples, .fail_at = -1};
    for (size_t i = 0; i < n; i++) {
        int close = 0;

        for (size_t k = 0; k < n; k++)
            close += cores_squared(z + i * d, z + k * d, d) <= eps * eps;
        s->core[i] = close >= min_samples;
    }
}

static inline bool cores_normal(const struct cores *s, const double *row)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->core[i] && cores_squared(row, s->z + i * s->d, s->d) <= s->eps * s->eps)
            return true;
    return false;
}

static inline enum odd_status cores_score(void *state, const struct oddi_matrix *z, double *score,
                                          double *raw, struct odd_error *err)
{
    struct cores *s = state;

    (void)raw;
    (void)err;
    if (s->score_calls++ == s->fail_at)
        return ODD_ERR_MEMORY;
    for (size_t i = 0; i < z->n; i++)
        score[i] = cores_normal(s, z->x + i * z->d) ? 30 : 90;
    return ODD_OK;
}

/* The end of a core's interval in feature j that is nearer to the row's value, all else held; NaN without one. */
static inline double cores_edge(const struct cores *s, const double *row, const double *core, size_t j)
{
    double own = row[j] - core[j], rest = cores_squared(row, core, s->d) - own * own;
    double half = s->eps * s->eps - rest;

    if (half < 0)
        return NAN;
    return own > 0 ? core[j] + sqrt(half) : core[j] - sqrt(half);
}

static inline enum odd_status cores_explain(void *state, const double *row, struct oddi_why *why,
                                            struct odd_error *err)
{
    struct cores *s = state;
    double least = INFINITY;

    (void)err;
    for (size_t j = 0; j < s->d; j++)
        why->normal_at[j] = NAN;
    for (size_t i = 0; i < s->n; i++) {
        const double *core = s->z + i * s->d;

        if (!s->core[i])
            continue;
        if (cores_squared(row, core, s->d) < least) {
            least = cores_squared(row, core, s->d);
            why->nearest = i;
        }
        for (size_t j = 0; j < s->d; j++) {
            double edge = cores_edge(s, row, core, j);

            if (!isnan(edge) && !(fabs(edge - row[j]) >= fabs(why->normal_at[j] - row[j])))
                why->normal_at[j] = edge;
        }
    }
    if (isinf(least))
        return ODD_END;
    why->distance = sqrt(least);
    for (size_t j = 0; j < s->d; j++) {
        double part = row[j] - s->z[why->nearest * s->d + j];

        why->share[j] = part * part / least;
    }
    return ODD_OK;
}

static const struct oddi_detector cores_detector = {
    .name = "cores", .score = cores_score, .explain = cores_explain, .state_size = sizeof(struct cores)};

#endif
