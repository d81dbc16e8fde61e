/*
 * Isolation forest (Liu, Ting and Zhou 2008) with the parameters, defaults and scores of scikit-learn's IsolationForest
 * (sklearn/ensemble/_iforest.py): 2^(-mean path length / c(max_samples)), higher = odder, scikit-learn's score_samples
 * with its sign turned.
 *
 * The trees are random in the same way (a feature that is not constant in the node, each as likely; a threshold
 * anywhere between its least and greatest value), but not the same trees: the random stream is our own. Values are
 * compared as doubles, where scikit-learn rounds them to floats and calls a range of 1e-7 constant.
 */
#include "detect/detect.h"

#include <string.h>

#include "base/num.h"
#include "detect/iforest_forest.h"
#include "detect/rated.h"

#define AUTO_SAMPLES 256

/* A number of things, or a share of them. */
struct amount {
    size_t count; /* 0: share */
    double share;
};

struct iforest {
    struct oddi_rated rated;
    struct oddi_forest forest;
    struct oddi_forest_rule rule;
    struct amount samples, features;
};

enum { N_ESTIMATORS, MAX_SAMPLES, MAX_FEATURES, BOOTSTRAP, SEED, RANDOM_STATE };

static const struct odd_param params[] = {
    [N_ESTIMATORS] = {.name = "n_estimators",
                      .type = ODD_PARAM_INT,
                      .default_value = "100",
                      .min = 1,
                      .max = ODDI_FOREST_MAX_TREES,
                      .unit = "trees",
                      .placeholder = "N",
                      .help = "trees in the forest"},
    [MAX_SAMPLES] =
        {.name = "max_samples",
         .type = ODD_PARAM_STRING,
         .default_value = "auto",
         .unit = "rows",
         .placeholder = "N|SHARE|auto",
         .help = "rows that each tree is grown on: a number, a share such as 0.1, or auto: 256, all if "
                 "there are fewer"},
    [MAX_FEATURES] = {.name = "max_features",
                      .type = ODD_PARAM_STRING,
                      .default_value = "1.0",
                      .unit = "features",
                      .placeholder = "N|SHARE",
                      .help = "features that each tree may use: a number, or a share such as 0.5"},
    [BOOTSTRAP] = {.name = "bootstrap",
                   .type = ODD_PARAM_BOOL,
                   .default_value = "no",
                   .unit = "yes or no",
                   .placeholder = "BOOL",
                   .help = "draw the rows of a tree with replacement"},
    [SEED] = {.name = "seed",
              .type = ODD_PARAM_INT,
              .default_value = "0",
              .min = 0,
              .max = 9e18,
              .unit = "seed",
              .placeholder = "N",
              .help = "of the random choices: the same seed gives the same forest, on every machine"},
    [RANDOM_STATE] = {.name = "random_state",
                      .type = ODD_PARAM_STRING,
                      .default_value = "seed",
                      .unit = "seed",
                      .placeholder = "N",
                      .help = "scikit-learn's name for seed; if given, it counts"},
};

/* ---- Parameters ----------------------------------------------------------------------------------- */

/* "12" = 12 of them; "0.5" or "1.0" = a share. */
static bool parse_amount(const char *text, struct amount *out)
{
    size_t n = strlen(text);
    uint64_t count;
    double share;

    if (oddi_parse_u64(text, n, &count)) {
        *out = (struct amount){.count = count};
        return count > 0 && count <= ODDI_FOREST_MAX_SAMPLES;
    }
    if (!oddi_parse_double(text, n, &share) || !(share > 0 && share <= 1))
        return false;
    *out = (struct amount){.share = share};
    return true;
}

static enum odd_status parse_seed(struct iforest *s, const union oddi_value *values, struct odd_error *err)
{
    const char *text = values[RANDOM_STATE].text;

    s->rule.seed = (uint64_t)values[SEED].i;
    if (strcmp(text, "seed") != 0 && !oddi_parse_u64(text, strlen(text), &s->rule.seed))
        return oddi_fail(err, ODD_ERR_USAGE, "iforest: random_state must be a whole number, not '%.40s'",
                         text);
    return ODD_OK;
}

static enum odd_status iforest_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct iforest *s = state;
    const char *samples = values[MAX_SAMPLES].text, *features = values[MAX_FEATURES].text;

    if (values[N_ESTIMATORS].i < 1 || values[N_ESTIMATORS].i > ODDI_FOREST_MAX_TREES)
        return oddi_fail(err, ODD_ERR_USAGE, "iforest: n_estimators must be from 1 to %d",
                         ODDI_FOREST_MAX_TREES);
    s->rule.n_trees = (size_t)values[N_ESTIMATORS].i;
    s->rule.bootstrap = values[BOOTSTRAP].flag;
    s->samples = (struct amount){.count = AUTO_SAMPLES};
    if (strcmp(samples, "auto") != 0 && !parse_amount(samples, &s->samples))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "iforest: max_samples must be auto, a whole number from 1 to %d or a share above 0 "
                         "and up to 1.0, not '%.40s'",
                         ODDI_FOREST_MAX_SAMPLES, samples);
    if (!parse_amount(features, &s->features))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "iforest: max_features must be a whole number or a share above 0 and up to 1.0, not "
                         "'%.40s'",
                         features);
    return parse_seed(s, values, err);
}

/* At least 1, at most all of them; a share is rounded down, as scikit-learn's int(). */
static size_t amount_of(const struct amount *a, size_t all)
{
    size_t count = a->count > 0 ? a->count : (size_t)(a->share * (double)all);

    return count > all ? all : count < 1 ? 1 : count;
}

/* ---- Learning and rating --------------------------------------------------------------------------- */

static void rate(const struct iforest *s, const double *x, size_t n, double *raw)
{
    oddi_forest_lengths(&s->forest, x, n, raw);
    for (size_t i = 0; i < n; i++)
        raw[i] = oddi_forest_score(&s->forest, raw[i]);
}

static bool iforest_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct iforest *s = state;

    s->rule.rows = amount_of(&s->samples, z->n);
    if (s->rule.rows > ODDI_FOREST_MAX_SAMPLES)
        s->rule.rows = ODDI_FOREST_MAX_SAMPLES;
    s->rule.n_features = amount_of(&s->features, z->d);
    if (!oddi_forest_grow(&s->forest, &s->rule, z))
        return false;
    rate(s, z->x, z->n, raw);
    return true;
}

static bool iforest_rate(void *state, const double *x, size_t n, double *raw)
{
    rate(state, x, n, raw);
    return true;
}

static bool normal_score(const void *ctx, double score)
{
    return oddi_rated_normal(ctx, score);
}

static bool iforest_reason(void *state, const double *row, struct oddi_why *why)
{
    struct iforest *s = state;

    oddi_forest_shorter(&s->forest, row, why->share);
    for (size_t j = 0; j < s->forest.d; j++)
        if (!oddi_forest_normal_at(&s->forest, row, j, normal_score, &s->rated, &why->normal_at[j]))
            return false;
    return true;
}

static void iforest_clear(void *state)
{
    struct iforest *s = state;

    oddi_rated_clear(&s->rated);
    oddi_forest_free(&s->forest);
}

static const struct oddi_method method = {
    .name = "iforest",
    .tail = {.seen = ODDI_SEEN_LENGTH, .shape = 0.31, .alone = 0.31, .many = 0.96},
    .learn = iforest_learn,
    .rate = iforest_rate,
    .reason = iforest_reason};

ODDI_RATED_FUNCTIONS(iforest, &method)

const struct oddi_detector oddi_detector_iforest = {
    .name = "iforest",
    .summary = "isolation forest: rows that few random cuts set apart are odd",
    .details =
        "The raw score of a row is scikit-learn's IsolationForest: 2^(-mean path length / c(max_samples)) "
        "over random trees, from the forest of a seed. Its share of a feature is how much that feature "
        "shortens the row's paths against the mean path. Two seeds differ: before trusting a single row, "
        "try several.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct iforest),
    .init = iforest_init,
    .fit = iforest_fit,
    .score = iforest_score,
    .explain = iforest_explain,
    .clear = iforest_clear,
};
