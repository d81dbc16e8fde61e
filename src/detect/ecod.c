/*
 * Empirical cumulative distributions (Li, Zhao, Hu, Botta, Ionescu and Chen 2022), with the answers of PyOD's ECOD
 * (pyod/models/ecod.py) on the matrix it is fitted on.
 *
 * A feature rates a value by how few of the n rows have one at most as great, U_l = -ln(share), and at least as great,
 * U_r; U_s is U_r where the feature's skewness is above 0, U_l where it is below, and their sum where it is 0. What
 * counts is the greatest of the three, summed over features.
 *
 * PyOD appends new rows to the old ones and counts them in, so that a row's score depends on the company it comes in.
 * Here new rows are compared with the fitted ones alone; beyond all of them the share is 1/(n + 1).
 */
#include "detect/detect.h"

#include <math.h>
#include <string.h>

#include "detect/rated.h"
#include "stats/moments.h"

struct ecod {
    struct oddi_rated rated;
    struct oddi_sort sort;
    struct oddi_room value; /* n values ascending per feature */
    struct oddi_room row;
    struct oddi_room skew, why; /* sign of the skewness per feature; a row's ratings */
    size_t n;                   /* rows learnt from */
};

static enum odd_status ecod_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    (void)state;
    (void)values;
    (void)err;
    return ODD_OK;
}

/* The sign of the third moment; 0 where the values are equal to rounding (scipy.stats.skew's rule). */
static double skew_sign(const double *x, size_t n)
{
    struct oddi_matrix one = {.x = (double *)x, .n = n, .d = 1};
    double mean, var, third = 0;

    oddi_moments(&one, &mean, &var);
    if (!(var > 1e-15 * mean * (1e-15 * mean)))
        return 0;
    for (size_t i = 0; i < n; i++)
        third += (x[i] - mean) * (x[i] - mean) * (x[i] - mean);
    return third > 0 ? 1 : third < 0 ? -1 : 0;
}

/* -ln of `count` of n rows; none is less than one row would be among n + 1. */
static double rarity(size_t count, size_t n)
{
    return count > 0 ? -log((double)count / (double)n) : log((double)n + 1);
}

/* Of a value that `below` of n rows are less than, and `at_most` at most. */
static double rate_count(size_t below, size_t at_most, size_t n, double skew)
{
    double left = rarity(at_most, n), right = rarity(n - below, n);
    double skewed = skew > 0 ? right : skew < 0 ? left : left + right;
    double most = left > right ? left : right;

    return skewed > most ? skewed : most;
}

/* Number of values less than v, or at most v. */
static size_t count_below(const double *value, size_t n, double v, bool or_equal)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (value[middle] < v || (or_equal && value[middle] == v))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double rate_one(const struct ecod *s, size_t j, double v)
{
    const double *value = (const double *)s->value.at + j * s->n;

    return rate_count(count_below(value, s->n, v, false), count_below(value, s->n, v, true), s->n,
                      ((const double *)s->skew.at)[j]);
}

/* Adds feature j to the raw scores of the rows that were learnt from, run of equal values by run. */
static void rate_column(const struct ecod *s, size_t j, double *raw)
{
    const double *value = (const double *)s->value.at + j * s->n;
    const uint32_t *row = s->row.at;

    for (size_t start = 0, end; start < s->n; start = end) {
        double rate;

        for (end = start + 1; end < s->n && value[end] == value[start];)
            end++;
        rate = rate_count(start, end, s->n, ((const double *)s->skew.at)[j]);
        for (size_t i = start; i < end; i++)
            raw[row[i]] += rate;
    }
}

static bool ecod_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct ecod *s = state;
    size_t cells;

    if (__builtin_mul_overflow(z->n, z->d, &cells) || !oddi_room(&s->value, cells, sizeof(double)) ||
        !oddi_room(&s->row, z->n, sizeof(uint32_t)) || !oddi_room(&s->skew, z->d, sizeof(double)) ||
        !oddi_room(&s->why, z->d, sizeof(double)))
        return false;
    s->n = z->n;
    memset(raw, 0, z->n * sizeof *raw);
    for (size_t j = 0; j < z->d; j++) {
        double *value = (double *)s->value.at + j * z->n;

        /* The moments must not see the order of the rows change: they are taken from the sorted values. */
        if (!oddi_sort_rows(&s->sort, z->x + j, z->n, z->d, value, s->row.at))
            return false;
        ((double *)s->skew.at)[j] = skew_sign(value, z->n);
        rate_column(s, j, raw);
    }
    return true;
}

static bool ecod_rate(void *state, const double *x, size_t n, double *raw)
{
    struct ecod *s = state;
    size_t d = s->rated.d;

    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < d; j++)
            sum += rate_one(s, j, x[i * d + j]);
        raw[i] = sum;
    }
    return true;
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

/* Whether a row with these ratings but `rate` for feature j is normal; summed as the raw scores are. */
static bool normal_with(const struct ecod *s, size_t j, double rate)
{
    const double *rates = s->why.at;
    double sum = 0;

    for (size_t k = 0; k < s->rated.d; k++)
        sum += k == j ? rate : rates[k];
    return oddi_rated_normal(&s->rated, sum);
}

/*
 * A value that rows have is never rated odder than the values around it that none has, up to the next one: it is
 * counted in on both sides. So the nearest normal value is one that a row has (or the row's own).
 */
static double normal_at(const struct ecod *s, double own, size_t j)
{
    const double *value = (const double *)s->value.at + j * s->n;
    double down = -INFINITY, up = INFINITY;

    if (normal_with(s, j, ((const double *)s->why.at)[j]))
        return own;
    for (size_t i = count_below(value, s->n, own, false); i > 0; i--)
        if ((i == 1 || value[i - 2] != value[i - 1]) && normal_with(s, j, rate_one(s, j, value[i - 1]))) {
            down = value[i - 1];
            break;
        }
    for (size_t i = count_below(value, s->n, own, true); i < s->n; i++)
        if ((i + 1 == s->n || value[i] != value[i + 1]) && normal_with(s, j, rate_one(s, j, value[i]))) {
            up = value[i];
            break;
        }
    return oddi_rated_nearer(own, down, up);
}

static bool ecod_reason(void *state, const double *row, struct oddi_why *why)
{
    struct ecod *s = state;
    double *rates = s->why.at;

    for (size_t j = 0; j < s->rated.d; j++)
        why->share[j] = rates[j] = rate_one(s, j, row[j]);
    for (size_t j = 0; j < s->rated.d; j++)
        why->normal_at[j] = normal_at(s, row[j], j);
    return true;
}

static void ecod_clear(void *state)
{
    struct ecod *s = state;

    oddi_rated_clear(&s->rated);
    oddi_sort_free(&s->sort);
    oddi_room_free(&s->value);
    oddi_room_free(&s->row);
    oddi_room_free(&s->skew);
    oddi_room_free(&s->why);
    s->n = 0;
}

static const struct oddi_method method = {.name = "ecod",
                                          .tail = {.shape = 0.173, .many = 1.13},
                                          .learn = ecod_learn,
                                          .rate = ecod_rate,
                                          .reason = ecod_reason};

ODDI_RATED_FUNCTIONS(ecod, &method)

const struct oddi_detector oddi_detector_ecod = {
    .name = "ecod",
    .summary = "how few rows have values as low or as high, summed over features",
    .details =
        "The raw score of a row is PyOD's ECOD: per feature the greatest of -ln(share of rows at most as "
        "great), -ln(share at least as great) and the one of the two that the feature's skewness points "
        "to, summed over the features. It has no parameter. It knows ranks alone: beyond all other rows, "
        "farther is not odder, and a row must stand out in several features to be odd.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN,
    .state_size = sizeof(struct ecod),
    .init = ecod_init,
    .fit = ecod_fit,
    .score = ecod_score,
    .explain = ecod_explain,
    .clear = ecod_clear,
};
