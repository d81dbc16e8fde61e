/*
 * Local outlier factor (Breunig, Kriegel, Ng and Sander 2000) with the names, defaults and answers of scikit-learn's
 * LocalOutlierFactor (sklearn/neighbors/_lof.py), negated so that higher is odder: 1 = as dense as its neighbours.
 *
 * Among neighbours that are equally far the lowest rows are taken (scikit-learn's choice depends on its version).
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "detect/nearest.h"
#include "detect/normals.h"

#define MAX_ROWS   INT32_MAX
#define LEAST_STEP 0.01  /* of the search for a normal value, in mean reaches */
#define SOFT       1e-10 /* _lof.py: "1e-10 to avoid `nan' when nb of duplicates > n_neighbors_" */

struct lof {
    size_t wanted, k; /* asked for, and what there is */
    bool distinct;
    size_t d;
    struct oddi_nearest near;
    struct oddi_tail tail;
    struct oddi_normals normals;
    double *kdist, *lrd; /* by position in the tree */
    uint32_t *point;     /* distinct: fitted row -> row of the tree */
    struct oddi_room neighbor, kdist_room, lrd_room, raw, row, point_room, points, judged;
    uint32_t self; /* of the row that is being explained */
};

/* Beside a plateau of duplicates the factor explodes (to 1e7 and beyond). */
static const struct oddi_tail_rule rule = {.seen = ODDI_SEEN_BENT, .shape = 0.42, .alone = 0.1, .many = 1.45};

enum { N_NEIGHBORS, DUPLICATES };

static const struct odd_param params[] = {
    [N_NEIGHBORS] = {.name = "n_neighbors",
                     .type = ODD_PARAM_INT,
                     .default_value = "20",
                     .min = 1,
                     .max = 1e9,
                     .unit = "rows",
                     .placeholder = "N",
                     .help = "neighbours whose density a row's is compared with, itself left out"},
    [DUPLICATES] = {.name = "duplicates",
                    .type = ODD_PARAM_CHOICE,
                    .choices = "counted|distinct",
                    .default_value = "counted",
                    .unit = "",
                    .placeholder = "HOW",
                    .help = "whether equal rows are neighbours one by one, or count as one point"},
};

static enum odd_status lof_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct lof *s = state;

    if (values[N_NEIGHBORS].i < 1)
        return oddi_fail(err, ODD_ERR_USAGE, "lof: n_neighbors must be at least 1");
    s->wanted = (size_t)values[N_NEIGHBORS].i;
    s->distinct = values[DUPLICATES].i == 1;
    return ODD_OK;
}

/* ---- Distinct points -------------------------------------------------------------------------------- */

static bool equal(const struct oddi_kd *kd, uint32_t a, uint32_t b)
{
    for (size_t j = 0; j < kd->d; j++)
        if (kd->col[j * kd->stride + a] != kd->col[j * kd->stride + b])
            return false;
    return true;
}

/* point[row] = the lowest row that is equal. Equal rows are in one leaf, in ascending order. */
static void first_of_equals(const struct oddi_kd *kd, uint32_t *point)
{
    for (size_t i = 0; i < kd->n_nodes; i++) {
        const struct oddi_kd_node *nd = &kd->node[i];

        for (uint32_t pos = nd->start; !nd->child && pos < nd->end; pos++) {
            uint32_t first = nd->start;

            while (first < pos && !equal(kd, first, pos))
                first++;
            point[kd->row[pos]] = kd->row[first];
        }
    }
}

/* The tree of the distinct rows of z, in the order of their first appearance. */
static bool build_distinct(struct lof *s, const struct oddi_matrix *z)
{
    struct oddi_matrix m = {.d = z->d};

    if (!oddi_nearest_build(&s->near, z, 1, false) || !oddi_room(&s->point_room, z->n, sizeof *s->point) ||
        !oddi_room(&s->points, z->n * z->d, sizeof *m.x))
        return false;
    s->point = s->point_room.at;
    m.x = s->points.at;
    first_of_equals(&s->near.tree, s->point);
    for (size_t i = 0; i < z->n; i++) {
        if (s->point[i] < i) {
            s->point[i] = s->point[s->point[i]];
            continue;
        }
        memcpy(m.x + m.n * m.d, z->x + i * m.d, m.d * sizeof *m.x);
        s->point[i] = (uint32_t)m.n++;
    }
    return oddi_nearest_build(&s->near, &m, s->wanted, false);
}

/* ---- The factor ------------------------------------------------------------------------------------- */

static double distance(const struct oddi_kd *kd, const double *q, uint32_t pos)
{
    double sum = 0;

    for (size_t j = 0; j < kd->d; j++) {
        double t = kd->col[j * kd->stride + pos] - q[j];

        sum += t * t;
    }
    return oddi_near_distance(sum);
}

static double density(const struct lof *s, double sum_of_reach)
{
    return 1 / (sum_of_reach / (double)s->k + SOFT);
}

static void find_neighbors(struct lof *s)
{
    const struct oddi_kd *kd = &s->near.tree;
    uint32_t *neighbor = s->neighbor.at;
    double *q = s->row.at;

    for (uint32_t p = 0; p < kd->n; p++) {
        oddi_kd_point(kd, p, q);
        oddi_nearest_find(&s->near, q, s->k, kd->row[p], ODDI_KD_NONE);
        for (size_t i = 0; i < s->k; i++)
            neighbor[p * s->k + i] = s->near.found[i].pos;
        s->kdist[p] = oddi_near_distance(s->near.found[s->k - 1].d2);
    }
}

static void find_densities(struct lof *s)
{
    const uint32_t *neighbor = s->neighbor.at;
    double *q = s->row.at;

    for (uint32_t p = 0; p < s->near.tree.n; p++) {
        double sum = 0;

        oddi_kd_point(&s->near.tree, p, q);
        for (size_t i = 0; i < s->k; i++) {
            uint32_t b = neighbor[p * s->k + i];
            double t = distance(&s->near.tree, q, b);

            sum += t > s->kdist[b] ? t : s->kdist[b];
        }
        s->lrd[p] = density(s, sum);
    }
}

static void find_factors(struct lof *s, double *raw)
{
    const uint32_t *neighbor = s->neighbor.at;

    for (uint32_t p = 0; p < s->near.tree.n; p++) {
        double sum = 0;

        for (size_t i = 0; i < s->k; i++)
            sum += s->lrd[neighbor[p * s->k + i]] / s->lrd[p];
        raw[s->near.tree.row[p]] = sum / (double)s->k;
    }
}

/* The factor of any row, compared with the fitted rows except `self` (of the tree); *mean_reach = 1 / its density. */
static double raw_of(struct lof *s, const double *q, uint32_t self, double *mean_reach)
{
    const struct oddi_near *f = s->near.found;
    double reach = 0, sum = 0, lrd;

    oddi_nearest_find(&s->near, q, s->k, self, ODDI_KD_NONE);
    for (size_t i = 0; i < s->k; i++) {
        double t = oddi_near_distance(f[i].d2);

        reach += t > s->kdist[f[i].pos] ? t : s->kdist[f[i].pos];
    }
    lrd = density(s, reach);
    for (size_t i = 0; i < s->k; i++)
        sum += s->lrd[f[i].pos] / lrd;
    *mean_reach = 1 / lrd;
    return sum / (double)s->k;
}

/* ---- The contract ----------------------------------------------------------------------------------- */

static bool reserve(struct lof *s)
{
    size_t n = s->near.tree.n, size;

    if (__builtin_mul_overflow(n, s->k, &size) || !oddi_room(&s->neighbor, size, sizeof(uint32_t)) ||
        !oddi_room(&s->kdist_room, n, sizeof(double)) || !oddi_room(&s->lrd_room, n, sizeof(double)) ||
        !oddi_room(&s->raw, n, sizeof(double)))
        return false;
    s->kdist = s->kdist_room.at;
    s->lrd = s->lrd_room.at;
    return true;
}

/* Raw scores by row of z, from those by row of the tree. NULL when memory ends. */
static const double *by_row(struct lof *s, size_t n)
{
    const double *raw = s->raw.at;
    double *out;

    if (!s->distinct)
        return raw;
    if (!oddi_room(&s->judged, n, sizeof *out))
        return NULL;
    out = s->judged.at;
    for (size_t i = 0; i < n; i++)
        out[i] = raw[s->point[i]];
    return out;
}

static enum odd_status judge(struct lof *s, const struct oddi_matrix *z, struct oddi_judged *out,
                             struct odd_error *err)
{
    const double *raw;

    if (!reserve(s))
        return oddi_fail_memory(err);
    find_neighbors(s);
    find_densities(s);
    find_factors(s, s->raw.at);
    raw = by_row(s, z->n);
    if (!raw || !oddi_by_tail_judge(&s->tail, &rule, raw, z, out) ||
        !oddi_normals_keep(&s->normals, &s->tail, z, raw))
        return oddi_fail_memory(err);
    return ODD_OK;
}

static enum odd_status lof_fit(void *state, const struct oddi_matrix *z, struct oddi_judged *out,
                               struct odd_error *err)
{
    struct lof *s = state;
    size_t others;

    s->d = z->d;
    s->tail.n = 0;
    if (z->d == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "lof: the matrix has no column");
    if (z->n > MAX_ROWS)
        return oddi_fail(err, ODD_ERR_LIMIT, "lof: %zu rows at once are more than %d", z->n, MAX_ROWS);
    if (!(s->distinct ? build_distinct(s, z) : oddi_nearest_build(&s->near, z, s->wanted, false)) ||
        !oddi_room(&s->row, z->d, sizeof(double)))
        return oddi_fail_memory(err);
    others = oddi_nearest_others(&s->near);
    s->k = s->wanted < others ? s->wanted : others;
    if (s->k > 0)
        return judge(s, z, out, err);
    oddi_by_tail_none(&s->tail, z->n, out);
    return ODD_OK;
}

/* The row of the tree that row i of z is. */
static uint32_t self_of(const struct lof *s, const struct oddi_matrix *z, size_t i)
{
    uint32_t self = oddi_nearest_self(z, i);

    return s->distinct && self != ODDI_KD_NONE ? s->point[self] : self;
}

static enum odd_status lof_score(void *state, const struct oddi_matrix *z, double *score, double *raw,
                                 struct odd_error *err)
{
    struct lof *s = state;

    if (!oddi_by_tail_alone(&s->tail) && z->n > 0 && z->d != s->d)
        return oddi_fail(err, ODD_ERR_USAGE, "lof: fitted on %zu columns, but asked about %zu", s->d, z->d);
    for (size_t i = 0; i < z->n; i++) {
        double own = NAN, reach;

        if (!oddi_by_tail_alone(&s->tail))
            own = raw_of(s, z->x + i * z->d, self_of(s, z, i), &reach);
        if (raw)
            raw[i] = own;
        oddi_by_tail_among(&s->tail, z, i);
        score[i] = oddi_tail_score(&s->tail, own);
    }
    return ODD_OK;
}

/* As long as a row keeps its neighbours its factor is in proportion to the mean reach, which no feature can change by more
 * than it changes itself. Where it comes to denser or sparser neighbours the factor jumps: hence the least step. */
static double gap(void *ctx, const double *x)
{
    struct lof *s = ctx;
    double reach, raw = raw_of(s, x, s->self, &reach);

    if (oddi_is_normal(&s->tail, raw))
        return 0;
    return fmax(reach * fmax(1 - oddi_tail_border(&s->tail) / raw, LEAST_STEP), DBL_MIN);
}

/* The factor is in proportion to the mean reach; each neighbour's part of it goes to the features as their squares. */
static void shares(struct lof *s, const double *row, double *share)
{
    oddi_nearest_find(&s->near, row, s->k, s->self, ODDI_KD_NONE);
    memset(share, 0, s->d * sizeof *share);
    for (size_t i = 0; i < s->k; i++) {
        const struct oddi_near *f = &s->near.found[i];
        double t = oddi_near_distance(f->d2), reach = t > s->kdist[f->pos] ? t : s->kdist[f->pos];

        if (t > 0)
            oddi_nearest_parts(&s->near, row, f->pos, reach, share);
    }
    oddi_nearest_whole(share, s->d);
}

static enum odd_status lof_explain(void *state, const double *row, struct oddi_why *why,
                                   struct odd_error *err)
{
    struct lof *s = state;
    struct oddi_matrix z = {.n = 1, .d = s->d, .entity = why->entity, .self = why->self};
    const struct oddi_kd *kd = &s->near.tree;
    double *x = s->row.at;

    if (oddi_by_tail_alone(&s->tail))
        return ODD_END;
    ODDI_TRY(oddi_normals_nearest(&s->normals, row, why, err));
    s->self = self_of(s, &z, 0);
    oddi_by_tail_among(&s->tail, &z, 0);
    memcpy(x, row, s->d * sizeof *x);
    shares(s, x, why->share);
    for (size_t j = 0; j < s->d; j++)
        why->normal_at[j] = oddi_normal_at(gap, s, x, j, oddi_kd_lo(kd, 0)[j], oddi_kd_hi(kd, 0)[j], DBL_MIN);
    return ODD_OK;
}

static void lof_clear(void *state)
{
    struct lof *s = state;
    struct oddi_room *rooms[] = {&s->neighbor, &s->kdist_room, &s->lrd_room, &s->raw,
                                 &s->row,      &s->point_room, &s->points,   &s->judged};

    oddi_nearest_free(&s->near);
    oddi_tail_free(&s->tail);
    oddi_normals_free(&s->normals);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        oddi_room_free(rooms[i]);
    s->d = s->k = 0;
}

extern const struct oddi_detector oddi_detector_lof;
const struct oddi_detector oddi_detector_lof = {
    .name = "lof",
    .summary = "local outlier factor: density compared with that of the neighbours",
    .details =
        "The raw score is scikit-learn's LocalOutlierFactor, negated: about 1 where a row lies as densely as "
        "its "
        "n_neighbors nearest other rows, higher where it lies more sparsely. Next to more than n_neighbors "
        "equal "
        "rows it becomes very great; duplicates=distinct counts equal rows as one point. The score of 0 to "
        "100 says "
        "how rare the raw score is within the matrix. Memory is in proportion to rows times n_neighbors.",
    .caps =
        ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN | ODDI_DETECT_FAR | ODDI_DETECT_ROUGH,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct lof),
    .init = lof_init,
    .fit = lof_fit,
    .score = lof_score,
    .explain = lof_explain,
    .clear = lof_clear,
};
