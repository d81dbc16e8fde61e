#include "baseline/fit.h"

#include <math.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "stats/moments.h"
#include "stats/sort.h"

#define ROOT_WEIGHT 50 /* rows that the variance of all rows counts as */
#define SHRINK      200
#define LEAST_SHARE 0.05 /* of the deviation of all rows */
#define LEAST_SCALE 1e-3
#define MOST_SCORE  1e300 /* so that no score is infinite */
#define MARGIN      0.01  /* of the rows beyond the expected range, on either side */

enum odd_status oddi_model_room(struct oddi_model *m, size_t d, struct odd_error *err)
{
    m->location = oddi_calloc_array(4 * d + 1, sizeof *m->location);
    if (!m->location)
        return oddi_fail_memory(err);
    m->scale = m->location + d;
    m->low = m->location + 2 * d;
    m->high = m->location + 3 * d;
    return ODD_OK;
}

void oddi_models_clear(struct oddi_model *model, size_t n)
{
    for (size_t m = 0; m < n; m++) {
        free(model[m].location);
        oddi_calibration_clear(&model[m].cal);
        memset(&model[m], 0, sizeof model[m]);
    }
}

/* ln(exp(a) + exp(b)) */
static double ln_sum(double a, double b)
{
    double top = a > b ? a : b, other = a > b ? b : a;

    return top + log1p(exp(other - top));
}

/* ---- Fitting ----------------------------------------------------------------------------------------------------- */

struct keyed {
    uint64_t group;
    uint32_t row;
};

/* What all models of a fit share. */
struct fit {
    const struct oddi_rows_view *rows;
    uint32_t *scope;      /* per row: its model */
    struct oddi_matrix x; /* scratch: the rows of a scope */
    uint32_t *row;        /* ... which they are; then sorted by group */
    uint32_t *place;      /* scratch: n */
    struct keyed *keyed;  /* scratch: n */
    double *column;       /* scratch: n */
    double *held[2];      /* per row: its score by model 0, and by its own, without its host and day */
    const double *within; /* d deviations of the rows around all of these; NULL: there are none */
    double *root_var;     /* d; then scratch: mean, var, sum and sum of squares of all and of a group */
    struct odd_error *err;
};

static enum odd_status count_support(const struct fit *f, struct oddi_support *s)
{
    struct oddi_ids hosts = {0}, days = {0};
    bool ok = true;

    *s = (struct oddi_support){.rows = f->x.n, .first = INT64_MAX, .last = INT64_MIN};
    for (size_t i = 0; ok && i < f->x.n; i++) {
        const struct oddi_row_key *k = &f->rows->key[f->row[i]];
        uint32_t id;

        s->first = k->start < s->first ? k->start : s->first;
        s->last = k->start > s->last ? k->start : s->last;
        ok = oddi_ids_add(&days, (uint64_t)(int64_t)k->day, &id) &&
             (k->host == 0 || oddi_ids_add(&hosts, k->host, &id));
    }
    s->hosts = (uint32_t)hosts.n;
    s->days = (uint32_t)days.n;
    if (s->rows == 0)
        s->first = s->last = 0;
    oddi_ids_free(&hosts);
    oddi_ids_free(&days);
    return ok ? ODD_OK : oddi_fail_memory(f->err);
}

static void gather(struct fit *f, uint32_t m)
{
    size_t d = f->rows->d;

    f->x.n = 0;
    for (size_t i = 0; i < f->rows->n; i++) {
        if (m != 0 && f->scope[i] != m)
            continue;
        f->row[f->x.n] = (uint32_t)i;
        memcpy(f->x.x + f->x.n++ * d, f->rows->x + i * d, d * sizeof(double));
    }
}

static double scale_of(double n, double var, double root_var)
{
    double least = LEAST_SHARE * sqrt(root_var) + LEAST_SCALE;
    double sd = sqrt((n * var + ROOT_WEIGHT * root_var) / (n + SHRINK));

    return sd > least ? sd : least;
}

static void fit_scale(struct fit *f, uint32_t m, struct oddi_model *model)
{
    size_t d = f->rows->d;
    double *var = f->root_var + d;

    oddi_moments(&f->x, model->location, var);
    for (size_t j = 0; m == 0 && j < d; j++)
        f->root_var[j] = f->within ? f->within[j] * f->within[j] : var[j];
    for (size_t j = 0; j < d; j++)
        model->scale[j] = scale_of((double)f->x.n, var[j], f->root_var[j]);
}

/* Values that rows have, not ones between them: nobody expects 10.2 peers. */
static enum odd_status fit_range(struct fit *f, struct oddi_model *model)
{
    size_t d = f->rows->d, n = f->x.n, beyond = (size_t)(MARGIN * (double)n);

    struct oddi_sort sort = {0};
    bool ok = true;

    for (size_t j = 0; ok && j < d; j++) {
        ok = oddi_sort_rows(&sort, f->x.x + j, n, d, f->column, f->place);
        if (ok) {
            model->low[j] = f->column[beyond];
            model->high[j] = f->column[n - 1 - beyond];
        }
    }
    oddi_sort_free(&sort);
    return ok ? ODD_OK : oddi_fail_memory(f->err);
}

static int by_group(const void *pa, const void *pb)
{
    const struct keyed *a = pa, *b = pb;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void sort_by_group(struct fit *f)
{
    for (size_t i = 0; i < f->x.n; i++)
        f->keyed[i] = (struct keyed){oddi_row_group(&f->rows->key[f->row[i]]), f->row[i]};
    qsort(f->keyed, f->x.n, sizeof *f->keyed, by_group);
    for (size_t i = 0; i < f->x.n; i++)
        f->row[i] = f->keyed[i].row;
}

/* Sum and sum of squares of rows [from, to) of f->row, about the model's location. */
static void add_moments(const struct fit *f, const struct oddi_model *m, size_t from, size_t to, double *sum,
                        double *square)
{
    size_t d = f->rows->d;

    memset(sum, 0, d * sizeof *sum);
    memset(square, 0, d * sizeof *square);
    for (size_t i = from; i < to; i++)
        for (size_t j = 0; j < d; j++) {
            double off = f->rows->x[f->row[i] * d + j] - m->location[j];

            sum[j] += off;
            square[j] += off * off;
        }
}

/* The model without a group: `out` gets location and scale. */
static void leave_out(const struct fit *f, const struct oddi_model *m, size_t left, const double *all,
                      const double *group, bool root, struct oddi_model *out)
{
    size_t d = f->rows->d;
    double n = (double)left;

    for (size_t j = 0; j < d; j++) {
        double shift = left ? (all[j] - group[j]) / n : 0;
        double var = left ? (all[d + j] - group[d + j]) / n - shift * shift : 0;

        var = var > 0 ? var : 0;
        out->location[j] = m->location[j] + shift;
        out->scale[j] = scale_of(n, var, root ? var : f->root_var[j]);
    }
}

static bool calibrates(const struct fit *f, size_t row, uint32_t m)
{
    return m == 0 || oddi_row_half(&f->rows->key[row]) == 1;
}

static enum odd_status calibrate(struct fit *f, uint32_t m, struct oddi_model *model)
{
    size_t d = f->rows->d, n = f->x.n, scores = 0;
    double *all = f->root_var + 2 * d, *group = all + 2 * d;
    struct oddi_model without = {.location = group + 2 * d, .scale = group + 3 * d};

    sort_by_group(f);
    add_moments(f, model, 0, n, all, all + d);
    for (size_t from = 0, to; from < n; from = to) {
        uint64_t g = oddi_row_group(&f->rows->key[f->row[from]]);

        for (to = from; to < n && oddi_row_group(&f->rows->key[f->row[to]]) == g;)
            to++;
        add_moments(f, model, from, to, group, group + d);
        leave_out(f, model, n - (to - from), all, group, m == 0 && !f->within, &without);
        for (size_t i = from; i < to; i++) {
            double score = oddi_model_score(&without, f->rows->x + f->row[i] * d, d, NULL);

            f->held[m != 0][f->row[i]] = score;
            if (calibrates(f, f->row[i], m))
                f->column[scores++] = score;
        }
    }
    return scores < ODDI_LEAST_HALF ? ODD_OK : oddi_calibrate(&model->cal, f->column, scores, f->err);
}

static enum odd_status fit_model(struct fit *f, uint32_t m, struct oddi_model *model)
{
    ODDI_TRY(oddi_model_room(model, f->rows->d, f->err));
    gather(f, m);
    ODDI_TRY(count_support(f, &model->support));
    if (f->x.n < 2 * ODDI_LEAST_HALF)
        return ODD_OK;
    fit_scale(f, m, model);
    ODDI_TRY(fit_range(f, model));
    return calibrate(f, m, model);
}

/* ln p of a row by model m as a new one. */
static double ln_held(const struct fit *f, const struct oddi_model *model, size_t row, uint32_t m)
{
    double score = f->held[m != 0][row];
    bool beyond;

    return calibrates(f, row, m) ? oddi_calibration_ln_own(&model[m].cal, score)
                                 : oddi_calibration_ln_p(&model[m].cal, score, &beyond);
}

/* Scopes that the search made are children of model 0. */
static void fill_held(const struct fit *f, const struct oddi_model *model, double kappa, double *held)
{
    for (size_t i = 0; i < f->rows->n; i++) {
        uint32_t m = f->scope[i];
        double root = model[0].cal.n_kept ? ln_held(f, model, i, 0) : 0, n = (double)model[m].cal.n;

        held[i] = root;
        if (m != 0 && model[m].cal.n_kept)
            held[i] = kappa > 0 ? ln_sum(ln_held(f, model, i, m) + log(n / (n + kappa)),
                                         root + log(kappa / (n + kappa)))
                                : ln_held(f, model, i, m);
    }
}

enum odd_status oddi_models_fit(const struct oddi_rows_view *rows, const struct oddi_scope_tree *tree,
                                double kappa, struct oddi_model *model, double *held, struct odd_error *err)
{
    return oddi_models_fit_within(rows, tree, NULL, kappa, model, held, err);
}

enum odd_status oddi_models_fit_within(const struct oddi_rows_view *rows, const struct oddi_scope_tree *tree,
                                       const double *within, double kappa, struct oddi_model *model,
                                       double *held, struct odd_error *err)
{
    size_t n = rows->n, d = rows->d;
    struct fit f = {.rows = rows, .x = {.d = d}, .within = within, .err = err};
    enum odd_status status = ODD_OK;

    memset(model, 0, tree->n_models * sizeof *model);
    f.scope = oddi_malloc_array(3 * n + 1, sizeof *f.scope);
    f.row = f.scope ? f.scope + n : NULL;
    f.place = f.scope ? f.scope + 2 * n : NULL;
    f.keyed = oddi_malloc_array(n + 1, sizeof *f.keyed);
    f.x.x = oddi_malloc_array(n * d + 1, sizeof(double));
    f.column = oddi_malloc_array(3 * n + 1, sizeof *f.column);
    f.held[0] = f.column ? f.column + n : NULL;
    f.held[1] = f.column ? f.column + 2 * n : NULL;
    f.root_var = oddi_calloc_array(8 * d + 1, sizeof *f.root_var);
    if (!f.scope || !f.keyed || !f.x.x || !f.column || !f.root_var)
        status = oddi_fail_memory(err);
    for (size_t i = 0; status == ODD_OK && i < n; i++)
        f.scope[i] = oddi_scope_find(tree, &rows->key[i]);
    for (uint32_t m = 0; status == ODD_OK && m < tree->n_models; m++)
        status = fit_model(&f, m, &model[m]);
    if (status == ODD_OK && held)
        fill_held(&f, model, kappa, held);
    free(f.scope);
    free(f.keyed);
    free(f.x.x);
    free(f.column);
    free(f.root_var);
    if (status != ODD_OK)
        oddi_models_clear(model, tree->n_models);
    return status;
}

/* ---- Judging ------------------------------------------------------------------------------------------------------- */

/* Below it a deviation is the rounding of the mean: rows that are all alike are as odd as each other. */
#define LEAST_Z 1e-6

double oddi_model_score(const struct oddi_model *m, const double *x, size_t d, double *share)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double z = (x[j] - m->location[j]) / m->scale[j], square = fabs(z) < LEAST_Z ? 0 : z * z;

        sum += square;
        if (share)
            share[j] = square;
    }
    for (size_t j = 0; share && j < d; j++)
        share[j] = sum > 0 && sum <= MOST_SCORE ? share[j] / sum : 1 / (double)d;
    return sum <= MOST_SCORE ? sum : MOST_SCORE;
}

/* Score, ln p and rank by the calibrated model m, the last two shrunk to its parents. */
static void judge_shrunk(const struct oddi_model *model, const struct oddi_scope_tree *tree, size_t d,
                         double kappa, uint32_t m, const double *x, struct oddi_judgement *out)
{
    double weight = 1;
    bool first = true;

    for (; m != ODDI_NO_NODE && weight > 0; m = tree->parent[m]) {
        const struct oddi_model *own = &model[m];
        double n = (double)own->cal.n, part = 1, score, ln_p, ln_rank;
        bool beyond;

        if (own->cal.n_kept == 0)
            continue;
        if (tree->parent[m] != ODDI_NO_NODE)
            part = n / (n + kappa);
        score = oddi_model_score(own, x, d, NULL);
        ln_p = oddi_calibration_ln_p(&own->cal, score, &beyond) + log(weight * part);
        ln_rank = oddi_calibration_ln_rank(&own->cal, score) + log(weight * part);
        if (first) {
            out->score = score;
            out->extrapolated = beyond;
        }
        out->ln_p = first ? ln_p : ln_sum(out->ln_p, ln_p);
        out->ln_rank = first ? ln_rank : ln_sum(out->ln_rank, ln_rank);
        weight *= 1 - part;
        first = false;
    }
}

void oddi_models_judge(const struct oddi_model *model, const struct oddi_scope_tree *tree, size_t d,
                       double kappa, const struct oddi_row_key *key, const double *x,
                       struct oddi_judgement *out)
{
    uint32_t m = oddi_scope_find(tree, key);

    while (model[m].cal.n_kept == 0 && tree->parent[m] != ODDI_NO_NODE)
        m = tree->parent[m];
    out->model = m;
    judge_shrunk(model, tree, d, kappa, m, x, out);
}
