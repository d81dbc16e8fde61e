/*
 * Smoothed exponential tails: how far each feature of a row lies beyond the rest, on a scale that neither saturates, as
 * ranks do, nor explodes on counts most of which are 0, as multiples of a median deviation do.
 *
 * Per feature u is the least of the fitted values that at least 95 % do not exceed, m values exceed it, and
 *     s(x) = -ln(share of values >= x) up to u, and beyond it -ln((m + 1/2) / (n + 1)) + (x - u) / beta,
 *     beta = (sum of exceedances + 5 sd) / (m + 5),
 * with the deviation sd of all n values (1 for a constant feature). So a value is measured with five pseudo-exceedances of
 * a deviation beside the real ones. Only high values are odd: features are counts and sizes.
 * The raw score is the greatest s (fits few features), or the sum of the three greatest (fits many).
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "detect/rated.h"
#include "stats/moments.h"

#define SHARE  0.95
#define PSEUDO 5

enum { MAX, TOP3 };

struct feature {
    const double *value; /* the fitted values, ascending */
    double u, s_u, beta;
};

struct tail {
    struct oddi_rated rated;
    int agg;
    struct oddi_sort sort;
    struct oddi_room feature, value, row, moments, rates;
};

enum { AGG };

static const struct odd_param params[] = {
    [AGG] = {.name = "agg",
             .type = ODD_PARAM_CHOICE,
             .choices = "max|top3",
             .default_value = "max",
             .unit = "",
             .placeholder = "HOW",
             .help = "the greatest feature counts, or the sum of the three greatest"},
};

static enum odd_status tail_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    (void)err;
    ((struct tail *)state)->agg = (int)values[AGG].i;
    return ODD_OK;
}

/* ---- One feature ---------------------------------------------------------------------------------- */

/* How many of n ascending values are below v. */
static size_t count_below(const double *value, size_t n, double v)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (value[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct feature learn_feature(const double *value, size_t n, double mean, double var)
{
    struct feature f = {.value = value, .u = value[(size_t)ceil(SHARE * (double)n) - 1]};
    double sd = oddi_is_constant(mean, var, n) ? 1 : sqrt(var), sum = 0;
    size_t m = 0;

    while (m < n && value[n - 1 - m] > f.u)
        m++;
    for (size_t i = n - m; i < n; i++)
        sum += value[i] / 2 - f.u / 2; /* half: the difference of doubles need not be one */
    f.beta = fmin((sum / ((double)m + PSEUDO) + PSEUDO * (sd / 2) / ((double)m + PSEUDO)) * 2, DBL_MAX);
    f.s_u = -log(((double)m + 0.5) / ((double)n + 1));
    return f;
}

static double surprise(const struct feature *f, size_t n, double v)
{
    if (v > f->u)
        return fmin(f->s_u + fmin(v - f->u, DBL_MAX) / f->beta, DBL_MAX / 4);
    return log((double)n / (double)(n - count_below(f->value, n, v)));
}

/* ---- Rows ----------------------------------------------------------------------------------------- */

/* The greatest of d rates, or the sum of the three greatest, added up from the greatest. */
static double combine(const struct tail *s, const double *rates, size_t d)
{
    double top[3] = {0};

    for (size_t j = 0; j < d; j++) {
        double r = rates[j];

        for (int i = 0; i < 3; i++)
            if (r > top[i]) {
                double t = top[i];

                top[i] = r;
                r = t;
            }
    }
    return s->agg == MAX ? top[0] : top[0] + top[1] + top[2];
}

static void rate_features(const struct tail *s, const double *row, size_t n, size_t d)
{
    const struct feature *f = s->feature.at;
    double *rates = s->rates.at;

    for (size_t j = 0; j < d; j++)
        rates[j] = surprise(&f[j], n, row[j]);
}

static void rate_rows(const struct tail *s, const double *x, size_t rows, size_t n, size_t d, double *raw)
{
    for (size_t i = 0; i < rows; i++) {
        rate_features(s, x + i * d, n, d);
        raw[i] = combine(s, s->rates.at, d);
    }
}

static bool tail_rate(void *state, const double *x, size_t n, double *raw)
{
    const struct tail *s = state;

    rate_rows(s, x, n, s->rated.n, s->rated.d, raw);
    return true;
}

static bool tail_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct tail *s = state;
    double *mean, *var, *value;
    size_t cells;

    if (__builtin_mul_overflow(z->n, z->d, &cells) || !oddi_room(&s->value, cells, sizeof(double)) ||
        !oddi_room(&s->row, z->n, sizeof(uint32_t)) || !oddi_room(&s->moments, 2 * z->d, sizeof(double)) ||
        !oddi_room(&s->rates, z->d, sizeof(double)) || !oddi_room(&s->feature, z->d, sizeof(struct feature)))
        return false;
    mean = s->moments.at;
    var = mean + z->d;
    oddi_moments(z, mean, var);
    for (size_t j = 0; j < z->d; j++) {
        value = (double *)s->value.at + j * z->n;
        if (!oddi_sort_rows(&s->sort, z->x + j, z->n, z->d, value, s->row.at))
            return false;
        ((struct feature *)s->feature.at)[j] = learn_feature(value, z->n, mean[j], var[j]);
    }
    rate_rows(s, z->x, z->n, z->n, z->d, raw);
    return true;
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

struct probe {
    const struct tail *s;
    double *rates; /* of the row; that of feature j is tried out */
    size_t j;
};

static bool normal_value(const void *ctx, double v)
{
    const struct probe *p = ctx;
    const struct oddi_rated *r = &p->s->rated;

    p->rates[p->j] = surprise((const struct feature *)p->s->feature.at + p->j, r->n, v);
    return oddi_rated_normal(r, combine(p->s, p->rates, r->d));
}

/* No value is less odd than the least of the fitted ones. */
static double normal_at(const struct probe *p, double own)
{
    double rate = p->rates[p->j], least = ((const struct feature *)p->s->feature.at)[p->j].value[0],
           found = NAN;

    if (normal_value(p, own))
        found = own;
    else if (own > least && normal_value(p, least))
        found = oddi_rated_edge(least, own, normal_value, p);
    p->rates[p->j] = rate;
    return found;
}

/* Those features share the score that make it: one, or three. */
static void shares(const struct tail *s, const double *rates, double *share)
{
    size_t d = s->rated.d;

    memset(share, 0, d * sizeof *share);
    for (int taken = 0; taken < (s->agg == MAX ? 1 : 3); taken++) {
        size_t winner = d;

        for (size_t j = 0; j < d; j++)
            if (!(share[j] > 0) && rates[j] > 0 && (winner == d || rates[j] > rates[winner]))
                winner = j;
        if (winner < d)
            share[winner] = rates[winner];
    }
}

static bool tail_reason(void *state, const double *row, struct oddi_why *why)
{
    struct tail *s = state;
    struct probe p = {.s = s, .rates = s->rates.at};

    rate_features(s, row, s->rated.n, s->rated.d);
    shares(s, p.rates, why->share);
    for (p.j = 0; p.j < s->rated.d; p.j++)
        why->normal_at[p.j] = normal_at(&p, row[p.j]);
    return true;
}

static void tail_clear(void *state)
{
    struct tail *s = state;

    oddi_rated_clear(&s->rated);
    oddi_sort_free(&s->sort);
    oddi_room_free(&s->feature);
    oddi_room_free(&s->value);
    oddi_room_free(&s->row);
    oddi_room_free(&s->moments);
    oddi_room_free(&s->rates);
}

static const struct oddi_method method = {.name = "tail",
                                          .tail = {.shape = 0.115, .alone = 0.2, .many = 1.12},
                                          .learn = tail_learn,
                                          .rate = tail_rate,
                                          .reason = tail_reason};

ODDI_RATED_FUNCTIONS(tail, &method)

const struct oddi_detector oddi_detector_tail = {
    .name = "tail",
    .summary = "how far beyond the rest the highest feature is, by a smoothed exponential tail",
    .details =
        "Per feature -ln(share of rows with a value at least as high) up to the 95 % point u, and beyond it "
        "-ln(share above u) + (x - u) / beta, with beta = (sum of exceedances + 5 deviations) / (m + 5) of "
        "the m rows above u. Unlike ranks it grows without limit, and it does not explode on counts most of "
        "which are 0. The raw score is the greatest of the features, which is the reason (few features), or "
        "with agg=top3 the sum of the three greatest (many). Low values are never odd.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct tail),
    .init = tail_init,
    .fit = tail_fit,
    .score = tail_score,
    .explain = tail_explain,
    .clear = tail_clear,
};
