/*
 * Distance to the k-th nearest neighbour (Ramaswamy, Rastogi and Shim 2000), with the names, defaults and answers of
 * PyOD's KNN (pyod/models/knn.py): largest, mean or median of the distances to the k nearest other rows.
 *
 * With `others` each other entity counts once, by its nearest row, so that an entity with many rows (an infected host,
 * window after window) cannot vouch for itself.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "detect/nearest.h"
#include "detect/normals.h"

#define MAX_ROWS   INT32_MAX
#define SLACK      1e-9 /* for what rounding makes of distances and of the border */
#define LEAST_STEP 1e-3 /* of the search for a normal value, in distances at which rows begin to be odd */

enum { LARGEST, MEAN, MEDIAN };

struct knn {
    size_t wanted, k; /* asked for, and what there is */
    int method;
    bool others;
    size_t d;
    struct oddi_nearest near;
    struct oddi_tail tail;
    struct oddi_normals normals;
    struct oddi_room raw, row;
    uint32_t self, own; /* of the row that is being explained */
};

enum { N_NEIGHBORS, METHOD, OTHERS };

static const struct odd_param params[] = {
    [N_NEIGHBORS] = {.name = "n_neighbors",
                     .type = ODD_PARAM_INT,
                     .default_value = "5",
                     .min = 1,
                     .max = 1e9,
                     .unit = "rows, or entities with others",
                     .placeholder = "N",
                     .help = "neighbours that a row is compared with, itself left out"},
    [METHOD] = {.name = "method",
                .type = ODD_PARAM_CHOICE,
                .choices = "largest|mean|median",
                .default_value = "largest",
                .unit = "",
                .placeholder = "METHOD",
                .help = "which of the distances to the neighbours is the score"},
    [OTHERS] = {.name = "others",
                .type = ODD_PARAM_BOOL,
                .default_value = "no",
                .unit = "",
                .placeholder = "YES",
                .help = "count each other entity once, by its nearest row"},
};

static enum odd_status knn_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct knn *s = state;

    if (values[N_NEIGHBORS].i < 1)
        return oddi_fail(err, ODD_ERR_USAGE, "knn: n_neighbors must be at least 1");
    s->wanted = (size_t)values[N_NEIGHBORS].i;
    s->method = (int)values[METHOD].i;
    s->others = values[OTHERS].flag;
    return ODD_OK;
}

/* Weight of neighbour i of n in the score. */
static double weight(const struct knn *s, size_t i, size_t n)
{
    switch (s->method) {
    case LARGEST:
        return i + 1 == n;
    case MEAN:
        return 1 / (double)n;
    default:
        return i == (n - 1) / 2 && i == n / 2 ? 1 : i == (n - 1) / 2 || i == n / 2 ? 0.5 : 0;
    }
}

static double raw_of(struct knn *s, const double *q, uint32_t self, uint32_t own)
{
    const struct oddi_near *f = s->near.found;
    size_t n = oddi_nearest_find(&s->near, q, s->k, self, own);
    double sum = 0;

    if (s->method == LARGEST)
        return n > 0 ? oddi_near_distance(f[n - 1].d2) : 0;
    for (size_t i = 0; i < n; i++)
        if (weight(s, i, n) > 0)
            sum += oddi_near_distance(f[i].d2) * (s->method == MEAN ? 1 : weight(s, i, n));
    return s->method == MEAN && n > 0 ? sum / (double)n : sum;
}

static const struct oddi_tail_rule rule = {
    .seen = ODDI_SEEN_ROOT, .shape = 0.16, .alone = 0.18, .many = 0.86};

static enum odd_status knn_fit(void *state, const struct oddi_matrix *z, struct oddi_judged *out,
                               struct odd_error *err)
{
    struct knn *s = state;
    double *raw;

    s->d = z->d;
    s->tail.n = 0;
    if (z->d == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "knn: the matrix has no column");
    if (z->n > MAX_ROWS)
        return oddi_fail(err, ODD_ERR_LIMIT, "knn: %zu rows at once are more than %d", z->n, MAX_ROWS);
    if (!oddi_nearest_build(&s->near, z, s->wanted, s->others) || !oddi_room(&s->raw, z->n, sizeof *raw) ||
        !oddi_room(&s->row, z->d, sizeof(double)))
        return oddi_fail_memory(err);
    raw = s->raw.at;
    s->k = oddi_nearest_others(&s->near);
    s->k = s->wanted < s->k ? s->wanted : s->k;
    if (s->k == 0) {
        oddi_by_tail_none(&s->tail, z->n, out);
        return ODD_OK;
    }
    for (size_t p = 0; p < z->n; p++) {
        uint32_t i = s->near.order[p], own = s->near.entity ? s->near.entity[i] : ODDI_KD_NONE;

        raw[i] = raw_of(s, z->x + i * z->d, i, own);
    }
    if (!oddi_by_tail_judge(&s->tail, &rule, raw, z, out) ||
        !oddi_normals_keep(&s->normals, &s->tail, z, raw))
        return oddi_fail_memory(err);
    return ODD_OK;
}

static enum odd_status knn_score(void *state, const struct oddi_matrix *z, double *score, double *raw,
                                 struct odd_error *err)
{
    struct knn *s = state;

    if (!oddi_by_tail_alone(&s->tail) && z->n > 0 && z->d != s->d)
        return oddi_fail(err, ODD_ERR_USAGE, "knn: fitted on %zu columns, but asked about %zu", s->d, z->d);
    for (size_t i = 0; i < z->n; i++) {
        double own = NAN;

        if (!oddi_by_tail_alone(&s->tail))
            own = raw_of(s, z->x + i * z->d, oddi_nearest_self(z, i), oddi_nearest_own(&s->near, z, i));
        if (raw)
            raw[i] = own;
        oddi_by_tail_among(&s->tail, z, i);
        score[i] = oddi_tail_score(&s->tail, own);
    }
    return ODD_OK;
}

/* No feature can change a distance, or a mean of the least ones, by more than it changes itself. */
static double gap(void *ctx, const double *x)
{
    struct knn *s = ctx;
    double raw = raw_of(s, x, s->self, s->own), border = oddi_tail_border(&s->tail);

    return oddi_is_normal(&s->tail, raw) ? 0 : fmax((raw - border) * (1 - SLACK), DBL_MIN);
}

/* A distance is the sum over the features of squared difference / distance: the score's parts, exactly. */
static void shares(struct knn *s, const double *row, double *share)
{
    size_t n = oddi_nearest_find(&s->near, row, s->k, s->self, s->own);

    memset(share, 0, s->d * sizeof *share);
    for (size_t i = 0; i < n; i++) {
        const struct oddi_near *f = &s->near.found[i];
        double w = weight(s, i, n) * oddi_near_distance(f->d2);

        if (w > 0)
            oddi_nearest_parts(&s->near, row, f->pos, w, share);
    }
    oddi_nearest_whole(share, s->d);
}

static enum odd_status knn_explain(void *state, const double *row, struct oddi_why *why,
                                   struct odd_error *err)
{
    struct knn *s = state;
    struct oddi_matrix z = {.n = 1, .d = s->d, .entity = why->entity, .self = why->self};
    const struct oddi_kd *kd = &s->near.tree;
    double *x = s->row.at;

    if (oddi_by_tail_alone(&s->tail))
        return ODD_END;
    ODDI_TRY(oddi_normals_nearest(&s->normals, row, why, err));
    s->self = oddi_nearest_self(&z, 0);
    s->own = oddi_nearest_own(&s->near, &z, 0);
    oddi_by_tail_among(&s->tail, &z, 0);
    memcpy(x, row, s->d * sizeof *x);
    shares(s, x, why->share);
    for (size_t j = 0; j < s->d; j++)
        why->normal_at[j] = oddi_normal_at(gap, s, x, j, oddi_kd_lo(kd, 0)[j], oddi_kd_hi(kd, 0)[j],
                                           fmax(LEAST_STEP * oddi_tail_border(&s->tail), DBL_MIN));
    return ODD_OK;
}

static void knn_clear(void *state)
{
    struct knn *s = state;

    oddi_nearest_free(&s->near);
    oddi_tail_free(&s->tail);
    oddi_normals_free(&s->normals);
    oddi_room_free(&s->raw);
    oddi_room_free(&s->row);
    s->d = s->k = 0;
}

extern const struct oddi_detector oddi_detector_knn;
const struct oddi_detector oddi_detector_knn = {
    .name = "knn",
    .summary = "distance to the k-th nearest neighbour",
    .details = "The raw score is the distance to the n_neighbors-th nearest other row (method=largest), or "
               "the mean or "
               "median distance to that many; all other rows are neighbours if there are fewer. It is that "
               "of PyOD's KNN. "
               "With others, as in knn:others, each other entity counts once, by its nearest row, so that a "
               "host with many "
               "rows cannot vouch for itself. The score of 0 to 100 says how rare the raw score is within "
               "the matrix.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN | ODDI_DETECT_FAR,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct knn),
    .init = knn_init,
    .fit = knn_fit,
    .score = knn_score,
    .explain = knn_explain,
    .clear = knn_clear,
};
