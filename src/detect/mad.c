/*
 * Distance from the median in median absolute deviations (Iglewicz and Hoaglin 1993), with the answers of PyOD's MAD
 * (pyod/models/mad.py) on one feature: 0.6745 |x - median| / MAD. Of several features the greatest counts.
 *
 * More than half of the values equal make MAD 0, where PyOD calls every other value infinitely odd. There the standard
 * deviation stands in for MAD / 0.6745, so that one host with a failure among many without is odd, but not beyond
 * measure. A constant feature rates 0, and another value in a new row its plain difference, as if the deviation were 1.
 */
#include "detect/detect.h"

#include <float.h>
#include <math.h>

#include "detect/rated.h"
#include "stats/moments.h"

#define NORMAL_QUARTILE 0.6745 /* as PyOD rounds it */

struct spread {
    double median, scale; /* scale: what one unit of the raw score is */
};

struct mad {
    struct oddi_rated rated;
    struct oddi_room spread, column;
};

static enum odd_status mad_init(void *state, const union oddi_value *values, struct odd_error *err)
{
    (void)state;
    (void)values;
    (void)err;
    return ODD_OK;
}

static double rate_one(const struct spread *s, double x)
{
    double away = fabs(x - s->median), rate;

    if (!(away > 0))
        return 0;
    rate = NORMAL_QUARTILE * away / s->scale;
    return rate < DBL_MAX ? rate : DBL_MAX;
}

static double rate_row(const struct spread *s, const double *row, size_t d, size_t *winner)
{
    double most = -1;

    for (size_t j = 0; j < d; j++) {
        double rate = rate_one(&s[j], row[j]);

        if (rate > most) {
            most = rate;
            *winner = j;
        }
    }
    return most;
}

static bool mad_rate(void *state, const double *x, size_t n, double *raw)
{
    struct mad *s = state;
    size_t d = s->rated.d, winner;

    for (size_t i = 0; i < n; i++)
        raw[i] = rate_row(s->spread.at, x + i * d, d, &winner);
    return true;
}

static struct spread spread_of(const struct oddi_matrix *z, size_t j, double *column)
{
    struct oddi_matrix one = {.x = column, .n = z->n, .d = 1};
    struct spread s;
    double mean, var;

    for (size_t i = 0; i < z->n; i++)
        column[i] = z->x[i * z->d + j];
    oddi_moments(&one, &mean, &var);
    s.median = oddi_quantile(column, z->n, 0.5);
    for (size_t i = 0; i < z->n; i++)
        column[i] = fabs(column[i] - s.median);
    s.scale = oddi_quantile(column, z->n, 0.5);
    if (!(s.scale > 0))
        s.scale = NORMAL_QUARTILE * (oddi_is_constant(mean, var, z->n) ? 1 : sqrt(var));
    return s;
}

static bool mad_learn(void *state, const struct oddi_matrix *z, double *raw)
{
    struct mad *s = state;
    size_t winner;

    if (!oddi_room(&s->spread, z->d, sizeof(struct spread)) || !oddi_room(&s->column, z->n, sizeof(double)))
        return false;
    for (size_t j = 0; j < z->d; j++)
        ((struct spread *)s->spread.at)[j] = spread_of(z, j, s->column.at);
    for (size_t i = 0; i < z->n; i++)
        raw[i] = rate_row(s->spread.at, z->x + i * z->d, z->d, &winner);
    return true;
}

struct probe {
    const struct mad *s;
    size_t j;
};

static bool normal_value(const void *ctx, double v)
{
    const struct probe *p = ctx;

    return oddi_rated_normal(&p->s->rated, rate_one((const struct spread *)p->s->spread.at + p->j, v));
}

static double normal_at(const struct mad *s, const double *row, size_t j, bool others_normal)
{
    struct probe p = {.s = s, .j = j};
    double median = ((const struct spread *)s->spread.at)[j].median;

    if (!others_normal)
        return NAN;
    if (normal_value(&p, row[j]))
        return row[j];
    if (!normal_value(&p, median))
        return NAN;
    return oddi_rated_edge(median, row[j], normal_value, &p);
}

static bool mad_reason(void *state, const double *row, struct oddi_why *why)
{
    struct mad *s = state;
    size_t d = s->rated.d, winner = 0, n_odd = 0;

    rate_row(s->spread.at, row, d, &winner);
    for (size_t j = 0; j < d; j++) {
        struct probe p = {.s = s, .j = j};

        why->share[j] = j == winner;
        why->normal_at[j] = normal_value(&p, row[j]);
        n_odd += why->normal_at[j] == 0;
    }
    for (size_t j = 0; j < d; j++)
        why->normal_at[j] = normal_at(s, row, j, n_odd == (why->normal_at[j] == 0));
    return true;
}

static void mad_clear(void *state)
{
    struct mad *s = state;

    oddi_rated_clear(&s->rated);
    oddi_room_free(&s->spread);
    oddi_room_free(&s->column);
}

static const struct oddi_method method = {.name = "mad",
                                          .tail = {.shape = 0.235, .alone = 0.1, .many = 0.95},
                                          .learn = mad_learn,
                                          .rate = mad_rate,
                                          .reason = mad_reason};

ODDI_RATED_FUNCTIONS(mad, &method)

const struct oddi_detector oddi_detector_mad = {
    .name = "mad",
    .summary = "median absolute deviations from the median of the worst feature",
    .details =
        "The raw score of a row is the greatest of 0.6745 |x - median| / MAD over its features: PyOD's "
        "MAD where there is one feature. Where more than half of the values of a feature are equal, so "
        "that MAD is 0, the standard deviation takes the place of MAD / 0.6745.",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY | ODDI_DETECT_EXPLAIN | ODDI_DETECT_FAR,
    .state_size = sizeof(struct mad),
    .init = mad_init,
    .fit = mad_fit,
    .score = mad_score,
    .explain = mad_explain,
    .clear = mad_clear,
};
