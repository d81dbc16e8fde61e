/*
 * DBSCAN (Ester, Kriegel, Sander and Xu 1996) with the answers of scikit-learn's DBSCAN(algorithm="kd_tree")
 * (sklearn/cluster/_dbscan.py, sklearn/neighbors/_binary_tree.pxi.tp).
 *
 * Neighbours are rows whose sum of squared differences (features in order, doubles) is at most eps * eps; min_samples
 * counts the point itself; clusters are numbered by their lowest core row; a border point takes the least label among
 * its core neighbours; noise is -1.
 */
#include "detect/detect.h"

#include <math.h>

#include "detect/dbscan_1d.h"
#include "detect/dbscan_auto.h"
#include "detect/dbscan_kd.h"

#define MAX_ROWS INT32_MAX /* labels are int32_t */

struct dbscan {
    struct oddi_dbscan_rule rule;
    size_t d;      /* features of the last fit; 0 = none yet */
    bool has_core; /* the last fit found core points */
    struct oddi_dbscan_1d one;
    struct oddi_dbscan_kd many;
    bool chooses; /* eps=auto */
    struct oddi_dbscan_auto chosen;
};

enum { EPS, MIN_SAMPLES };

static const struct odd_param params[] = {
    [EPS] = {.name = "eps",
             .type = ODD_PARAM_FLOAT,
             .choices = "auto",
             .default_value = "2.5",
             .min = 0x1p-1022,
             .max = 0x1.fffffffffffffp+1023,
             .unit = "units of the scaled features",
             .placeholder = "X|auto",
             .help = "greatest distance at which two rows are neighbours, above 0; auto chooses one for each "
                     "window, at the knee of the distances to the min_samples-th neighbour, and says it"},
    [MIN_SAMPLES] = {.name = "min_samples",
                     .type = ODD_PARAM_INT,
                     .default_value = "5",
                     .min = 1,
                     .max = 1e9,
                     .unit = "rows",
                     .placeholder = "N",
                     .help = "neighbours, itself included, that make a row a core point"},
};

static enum odd_status dbscan_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct dbscan *s = state;
    double eps = isnan(values[EPS].f) ? 1 : values[EPS].f;

    s->chooses = isnan(values[EPS].f);
    if (!(eps > 0) || isinf(eps))
        return oddi_fail(err, ODD_ERR_USAGE, "dbscan: eps must be auto or a number above 0");
    if (values[MIN_SAMPLES].i < 1)
        return oddi_fail(err, ODD_ERR_USAGE, "dbscan: min_samples must be at least 1");
    s->rule = (struct oddi_dbscan_rule){
        .eps = eps, .eps2 = eps * eps, .min_samples = (size_t)values[MIN_SAMPLES].i};
    return ODD_OK;
}

static bool near2(struct dbscan *s, const double *row, double *d2)
{
    if (s->d == 1)
        return oddi_dbscan_1d_near2(&s->one, &s->rule, *row, d2);
    *d2 = oddi_dbscan_nearest(&s->many, row).d2;
    return true;
}

/* Distance of each row to the nearest core point. */
static enum odd_status raw_scores(struct dbscan *s, const struct oddi_matrix *z, double *raw,
                                  struct odd_error *err)
{
    for (size_t i = 0; i < z->n; i++) {
        raw[i] = NAN;
        if (!s->has_core)
            continue;
        if (!near2(s, z->x + i * z->d, &raw[i]))
            return oddi_fail_memory(err);
        raw[i] = sqrt(raw[i]);
    }
    return ODD_OK;
}

static enum odd_status dbscan_fit(void *state, const struct oddi_matrix *z, struct oddi_judged *out,
                                  struct odd_error *err)
{
    struct dbscan *s = state;
    bool ok;

    s->has_core = false;
    s->d = z->d;
    out->eps_chosen = false;
    if (!s->chooses)
        out->eps = s->rule.eps;
    if (z->d == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "dbscan: the matrix has no column");
    if (z->n > MAX_ROWS)
        return oddi_fail(err, ODD_ERR_LIMIT, "dbscan: %zu rows at once are more than %d", z->n, MAX_ROWS);
    if (z->n < s->rule.min_samples) {
        oddi_dbscan_alone(out, z->n);
        return out->raw ? raw_scores(s, z, out->raw, err) : ODD_OK;
    }
    if (s->chooses) {
        s->rule.eps = 1;
        if (z->n > 1 && !oddi_dbscan_auto(&s->chosen, z, s->rule.min_samples, &s->rule.eps))
            return oddi_fail_memory(err);
        s->rule.eps2 = s->rule.eps * s->rule.eps;
    }
    out->eps = s->rule.eps;
    out->eps_chosen = s->chooses;
    ok = z->d == 1 ? oddi_dbscan_1d_fit(&s->one, &s->rule, z->x, z->n, out)
                   : oddi_dbscan_kd_fit(&s->many, &s->rule, z, out);
    if (!ok)
        return oddi_fail_memory(err);
    s->has_core = (z->d == 1 ? s->one.n_core : s->many.n_core) > 0;
    return out->raw ? raw_scores(s, z, out->raw, err) : ODD_OK;
}

static enum odd_status dbscan_score(void *state, const struct oddi_matrix *z, double *score, double *raw,
                                    struct odd_error *err)
{
    struct dbscan *s = state;

    if (!s->has_core) {
        for (size_t i = 0; i < z->n; i++)
            score[i] = NAN;
        return raw ? raw_scores(s, z, raw, err) : ODD_OK;
    }
    if (z->n > 0 && z->d != s->d)
        return oddi_fail(err, ODD_ERR_USAGE, "dbscan: fitted on %zu columns, but asked about %zu", s->d,
                         z->d);
    for (size_t i = 0; i < z->n; i++) {
        double d2;

        if (!near2(s, z->x + i * z->d, &d2))
            return oddi_fail_memory(err);
        score[i] = oddi_dbscan_score(&s->rule, d2);
        if (raw)
            raw[i] = sqrt(d2);
    }
    return ODD_OK;
}

static enum odd_status dbscan_explain(void *state, const double *row, struct oddi_why *why,
                                      struct odd_error *err)
{
    struct dbscan *s = state;

    if (!s->has_core)
        return ODD_END;
    if (s->d > 1)
        oddi_dbscan_kd_explain(&s->many, &s->rule, row, why);
    else if (!oddi_dbscan_1d_explain(&s->one, &s->rule, *row, why))
        return oddi_fail_memory(err);
    return ODD_OK;
}

static void dbscan_clear(void *state)
{
    struct dbscan *s = state;

    oddi_dbscan_1d_free(&s->one);
    oddi_dbscan_kd_free(&s->many);
    oddi_dbscan_auto_free(&s->chosen);
    s->d = 0;
    s->has_core = false;
}

const struct oddi_detector oddi_detector_dbscan = {
    .name = "dbscan",
    .summary = "density clusters; rows that belong to none are odd",
    .details =
        "Rows with at least min_samples rows within eps are normal (core points), and so is what is within "
        "eps "
        "of them. With d the distance to the nearest core point the score is 75 d/eps for clustered rows and "
        "100 - 25 eps/d for noise. Labels are those of scikit-learn's DBSCAN(algorithm=\"kd_tree\"), exact "
        "in "
        "any number of features, in memory proportional to the number of rows.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN | ODDI_DETECT_CLUSTER |
            ODDI_DETECT_FAR,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct dbscan),
    .init = dbscan_init,
    .fit = dbscan_fit,
    .score = dbscan_score,
    .explain = dbscan_explain,
    .clear = dbscan_clear,
};
