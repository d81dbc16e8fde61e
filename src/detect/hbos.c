/*
 * Histogram-based outlier score (Goldstein and Dengel 2012), with the answers of PyOD's HBOS (pyod/models/hbos.py):
 * the sum over features of -log2(density of the value's bin + alpha).
 *
 * Bins are numpy.histogram's, equally wide from the least to the greatest value; they are counted as [a, b) but looked
 * up as (a, b], as PyOD does. A constant feature's bins span 1 around it; so do those of a feature whose range is too
 * narrow for doubles to be cut, where numpy gives up. The number of bins is fixed or, with "auto", chosen per feature by
 * Birge and Rozenholc (2006), at most the square root of the number of rows.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "detect/rated.h"

#define MAX_BINS 100000

struct histogram {
    size_t bins;
    size_t at;    /* bins + 1 edges and bins rates begin here */
    double most;  /* the odder rate of an empty bin, or of the emptiest one */
    double least; /* the least rate that a fitted row has */
};

struct hbos {
    struct oddi_rated rated;
    size_t bins; /* 0 = auto */
    double alpha, tol;
    struct oddi_sort sort;
    struct oddi_room histogram, edge, rate, value, row, why;
};

enum { N_BINS, ALPHA, TOL };

static const struct odd_param params[] = {
    [N_BINS] = {.name = "n_bins",
                .type = ODD_PARAM_STRING,
                .default_value = "10",
                .unit = "bins",
                .placeholder = "N|auto",
                .help = "bins per feature, from 2 to 100000; auto chooses their number per feature"},
    [ALPHA] = {.name = "alpha",
               .type = ODD_PARAM_FLOAT,
               .default_value = "0.1",
               .min = 1e-300,
               .max = 1,
               .unit = "density",
               .placeholder = "X",
               .help = "added to every density, so that empty bins are not infinitely odd"},
    [TOL] = {.name = "tol",
             .type = ODD_PARAM_FLOAT,
             .default_value = "0.5",
             .min = 0,
             .max = 1,
             .unit = "bin widths",
             .placeholder = "X",
             .help = "how far outside the histogram a new value still counts as in its outermost bin"},
};

static enum odd_status hbos_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct hbos *s = state;
    const char *text = values[N_BINS].text;
    int64_t bins = 0;

    if (strcmp(text, "auto") != 0 &&
        (!oddi_parse_i64(text, strlen(text), &bins) || bins < 2 || bins > MAX_BINS))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "hbos: n_bins must be auto or a whole number from 2 to %d, not '%.40s'", MAX_BINS,
                         text);
    s->bins = (size_t)bins;
    s->alpha = values[ALPHA].f;
    s->tol = values[TOL].f;
    return ODD_OK;
}

/* ---- Histograms ----------------------------------------------------------------------------------- */

static bool cut(double low, double high, size_t bins, double *edge)
{
    double step = (high - low) / (double)bins;

    for (size_t b = 0; b < bins; b++)
        edge[b] = (double)b * step + low;
    edge[bins] = high;
    for (size_t b = 0; b < bins; b++)
        if (!(edge[b] < edge[b + 1]))
            return false;
    return true;
}

/* numpy.linspace(low, high, bins + 1), or around `low` where that cannot be cut. */
static void cut_range(double low, double high, size_t bins, double *edge)
{
    double half = 0.5;

    if (cut(low, high, bins, edge))
        return;
    while (!cut(low - half, low + half, bins, edge))
        half *= 2;
}

/* How many of n ascending values lie in each bin [a, b), the last one [a, b]. */
static void count(const double *value, size_t n, const double *edge, size_t bins, double *counts)
{
    size_t before = 0;

    for (size_t b = 0; b < bins; b++) {
        size_t low = before, high = n;

        while (b + 1 < bins && low < high) {
            size_t middle = low + (high - low) / 2;

            if (value[middle] < edge[b + 1])
                low = middle + 1;
            else
                high = middle;
        }
        low = b + 1 < bins ? low : n;
        counts[b] = (double)(low - before);
        before = low;
    }
}

/* Penalised log-likelihood of a histogram, as PyOD writes it: the penalty is taken once per bin. */
static double likelihood(const double *counts, size_t bins, size_t n)
{
    double b = (double)bins, sum = 0, penalty = b - 1 + pow(log(b), 2.5);

    for (size_t k = 0; k < bins; k++)
        sum += counts[k] * log(b * counts[k] / (double)n + 1) - penalty;
    return sum;
}

static size_t most_auto(size_t n)
{
    size_t root = (size_t)sqrt((double)n);

    root = root > MAX_BINS ? MAX_BINS : root;
    return root > 2 ? root - 1 : 1;
}

static size_t choose_bins(const double *value, size_t n, double *edge, double *counts)
{
    size_t best = 1;
    double most = -INFINITY;

    for (size_t bins = 1; bins <= most_auto(n); bins++) {
        double l;

        cut_range(value[0], value[n - 1], bins, edge);
        count(value, n, edge, bins, counts);
        l = likelihood(counts, bins, n);
        if (l > most) {
            most = l;
            best = bins;
        }
    }
    return best;
}

/* Turns counts into rates, -log2(density + alpha). */
static void rate_bins(const struct hbos *s, struct histogram *h, size_t n)
{
    double *edge = (double *)s->edge.at + h->at, *rate = (double *)s->rate.at + h->at;

    h->most = -INFINITY;
    for (size_t b = 0; b < h->bins; b++) {
        rate[b] = -log2(fmin(rate[b] / (edge[b + 1] - edge[b]) / (double)n, DBL_MAX) + s->alpha);
        h->most = rate[b] > h->most ? rate[b] : h->most;
    }
}

/* Not that of the fullest bin: where all values lie on an edge, they are counted in one bin and looked up in another. */
static double least_rate(const struct hbos *s, const struct histogram *h, const double *value, size_t n)
{
    const double *edge = (const double *)s->edge.at + h->at, *rate = (const double *)s->rate.at + h->at;
    double least = INFINITY;
    size_t i = 0;

    for (size_t b = 0; b < h->bins && i < n; b++) {
        bool any = value[i] <= edge[b + 1] || b + 1 == h->bins;

        least = any && rate[b] < least ? rate[b] : least;
        while (i < n && value[i] <= edge[b + 1])
            i++;
    }
    return least;
}

static bool learn_column(struct hbos *s, const struct oddi_matrix *z, size_t j, size_t at)
{
    struct histogram *h = (struct histogram *)s->histogram.at + j;
    double *value = s->value.at, *edge = (double *)s->edge.at + at, *rate = (double *)s->rate.at + at;

    if (!oddi_sort_rows(&s->sort, z->x + j, z->n, z->d, value, s->row.at))
        return false;
    h->at = at;
    h->bins = s->bins ? s->bins : choose_bins(value, z->n, edge, rate);
    cut_range(value[0], value[z->n - 1], h->bins, edge);
    count(value, z->n, edge, h->bins, rate);
    rate_bins(s, h, z->n);
    h->least = least_rate(s, h, value, z->n);
    return true;
}

/* ---- Rating --------------------------------------------------------------------------------------- */

/* The rate of a value: its bin is (a, b]; outside, the outermost bin's up to `tol` of its width away, else the odder. */
static double rate_one(const struct hbos *s, size_t j, double v)
{
    const struct histogram *h = (const struct histogram *)s->histogram.at + j;
    const double *edge = (const double *)s->edge.at + h->at, *rate = (const double *)s->rate.at + h->at;
    size_t last = h->bins, low = 0, high = last;

    if (v <= edge[0])
        return edge[0] - v <= (edge[1] - edge[0]) * s->tol ? rate[0] : h->most;
    if (v > edge[last])
        return v - edge[last] <= (edge[last] - edge[last - 1]) * s->tol ? rate[last - 1] : h->most;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (v <= edge[middle])
            high = middle;
        else
            low = middle;
    }
    return rate[low];
}

static void rate_rows(const struct hbos *s, const double *x, size_t n, size_t d, double *raw)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < d; j++)
            sum += rate_one(s, j, x[i * d + j]);
        raw[i] = sum;
    }
}

static bool hbos_rate(void *state, const double *x, size_t n, double *raw)
{
    struct hbos *s = state;

    rate_rows(s, x, n, s->rated.d, raw);
    return true;
}

static bool hbos_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct hbos *s = state;
    size_t most = s->bins ? s->bins : most_auto(z->n), all;

    if (__builtin_mul_overflow(most + 1, z->d, &all) || !oddi_room(&s->edge, all, sizeof(double)) ||
        !oddi_room(&s->rate, all, sizeof(double)) || !oddi_room(&s->value, z->n, sizeof(double)) ||
        !oddi_room(&s->row, z->n, sizeof(uint32_t)) ||
        !oddi_room(&s->histogram, z->d, sizeof(struct histogram)) ||
        !oddi_room(&s->why, z->d, sizeof(double)))
        return false;
    for (size_t j = 0; j < z->d; j++)
        if (!learn_column(s, z, j, j * (most + 1)))
            return false;
    rate_rows(s, z->x, z->n, z->d, raw);
    return true;
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

/* Whether a row with these rates but `rate` for feature j is normal; summed as the raw scores are. */
static bool normal_with(const struct hbos *s, size_t j, double rate)
{
    const double *rates = s->why.at;
    double sum = 0;

    for (size_t k = 0; k < s->rated.d; k++)
        sum += k == j ? rate : rates[k];
    return oddi_rated_normal(&s->rated, sum);
}

struct outside {
    const struct hbos *s;
    size_t j;
};

static bool in_outermost(const void *ctx, double v)
{
    const struct outside *o = ctx;
    const struct histogram *h = (const struct histogram *)o->s->histogram.at + o->j;
    const double *edge = (const double *)o->s->edge.at + h->at;
    size_t last = h->bins;

    return v < edge[1] ? edge[0] - v <= (edge[1] - edge[0]) * o->s->tol
                       : v - edge[last] <= (edge[last] - edge[last - 1]) * o->s->tol;
}

/* The nearest value in bin b to one of another bin that lies below or above it. */
static double into_bin(const struct hbos *s, size_t j, size_t b, double own)
{
    const struct histogram *h = (const struct histogram *)s->histogram.at + j;
    const double *edge = (const double *)s->edge.at + h->at;
    struct outside o = {.s = s, .j = j};

    if (own <= edge[b])
        return b > 0 ? nextafter(edge[b], INFINITY) : oddi_rated_edge(edge[0], own, in_outermost, &o);
    return b + 1 < h->bins ? edge[b + 1] : oddi_rated_edge(edge[b + 1], own, in_outermost, &o);
}

static double normal_at(const struct hbos *s, double own, size_t j)
{
    const struct histogram *h = (const struct histogram *)s->histogram.at + j;
    const double *rate = (const double *)s->rate.at + h->at;
    double down = -INFINITY, up = INFINITY;

    if (normal_with(s, j, ((const double *)s->why.at)[j]))
        return own;
    for (size_t b = 0; b < h->bins; b++) {
        double v;

        if (!normal_with(s, j, rate[b]))
            continue;
        v = into_bin(s, j, b, own);
        if (v < own)
            down = v;
        else if (isinf(up))
            up = v;
    }
    return oddi_rated_nearer(own, down, up);
}

/* Shares count from the least rate that a fitted row has, so that a constant feature has none:
 * sum over features of (rate - least) = raw score - sum of least. */
static bool hbos_reason(void *state, const double *row, struct oddi_why *why)
{
    struct hbos *s = state;
    double *rates = s->why.at;

    for (size_t j = 0; j < s->rated.d; j++) {
        rates[j] = rate_one(s, j, row[j]);
        why->share[j] = rates[j] - ((const struct histogram *)s->histogram.at)[j].least;
    }
    for (size_t j = 0; j < s->rated.d; j++)
        why->normal_at[j] = normal_at(s, row[j], j);
    return true;
}

static void hbos_clear(void *state)
{
    struct hbos *s = state;

    oddi_rated_clear(&s->rated);
    oddi_room_free(&s->histogram);
    oddi_room_free(&s->edge);
    oddi_room_free(&s->rate);
    oddi_room_free(&s->value);
    oddi_room_free(&s->row);
    oddi_sort_free(&s->sort);
    oddi_room_free(&s->why);
}

static const struct oddi_method method = {.name = "hbos",
                                          .tail = {.shape = 0.18, .many = 0.6},
                                          .learn = hbos_learn,
                                          .rate = hbos_rate,
                                          .reason = hbos_reason};

ODDI_RATED_FUNCTIONS(hbos, &method)

const struct oddi_detector oddi_detector_hbos = {
    .name = "hbos",
    .summary = "how empty the histogram is where a row's values are, summed over features",
    .details = "The raw score of a row is PyOD's HBOS: the sum over features of -log2(density + alpha), the "
               "density being that of the bin, of n_bins equal ones, that the value falls into. n_bins=auto "
               "chooses the number per feature (Birge and Rozenholc). Like ecod it cannot tell far from "
               "farther, and one far value makes the bins of all others wide: scale with care.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct hbos),
    .init = hbos_init,
    .fit = hbos_fit,
    .score = hbos_score,
    .explain = hbos_explain,
    .clear = hbos_clear,
};
