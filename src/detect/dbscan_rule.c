#include "detect/dbscan_rule.h"

#include <math.h>
#include <string.h>

double oddi_dbscan_score(const struct oddi_dbscan_rule *rule, double d2)
{
    double d = sqrt(d2), score;

    if (d2 <= rule->eps2) {
        score = 75 * d / rule->eps;
        return score < 75 ? score : 75; /* eps2 may have over- or underflowed */
    }
    score = 100 - 25 * (rule->eps / d);
    return score > 75 ? score : nextafter(75, 100); /* just beyond eps: rounding must not make it clustered */
}

void oddi_dbscan_alone(struct oddi_judged *out, size_t n)
{
    out->n_clusters = 0;
    out->n_noise = n;
    for (size_t i = 0; out->label && i < n; i++)
        out->label[i] = -1;
    for (size_t i = 0; out->score && i < n; i++)
        out->score[i] = NAN;
}

/* Shares relative to the greatest difference, for squares that are 0 or infinite though the differences are not. */
static void shares_of_extremes(const double *row, const double *core, size_t d, double *share)
{
    double most = 0, sum = 0;

    for (size_t j = 0; j < d; j++)
        most = fmax(most, fabs(row[j] / 2 - core[j] / 2));
    for (size_t j = 0; j < d; j++) {
        double t = most > 0 ? (row[j] / 2 - core[j] / 2) / most : 0;

        share[j] = t * t;
        sum += share[j];
    }
    for (size_t j = 0; j < d; j++)
        share[j] = sum > 0 ? share[j] / sum : 0;
}

void oddi_dbscan_shares(const double *row, const double *core, size_t d, double d2, struct oddi_why *why)
{
    why->distance = sqrt(d2);
    if (!(d2 > 0) || isinf(d2)) {
        shares_of_extremes(row, core, d, why->share);
        return;
    }
    for (size_t j = 0; j < d; j++) {
        double t = row[j] - core[j];

        why->share[j] = t * t / d2;
    }
}

bool oddi_dbscan_within(const struct oddi_dbscan_edge *e, double v)
{
    double sum = 0;

    for (size_t k = 0; k < e->d; k++) {
        double t = (k == e->j ? v : e->row[k]) - e->core[k];

        sum += t * t;
    }
    return sum <= e->eps2;
}

/* Doubles in ascending order, numbered without gaps (-0 and 0 have numbers of their own). */
static int64_t number_of(double v)
{
    int64_t i;

    memcpy(&i, &v, sizeof i);
    return i < 0 ? INT64_MIN - i - 1 : i;
}

static double double_of(int64_t i)
{
    double v;

    i = i < 0 ? INT64_MIN - i - 1 : i;
    memcpy(&v, &i, sizeof v);
    return v;
}

/* The doubles from `out` (step 0) to `in` (step `last`). */
struct walk {
    const struct oddi_dbscan_edge *e;
    int64_t first;
    bool down;
    uint64_t last;
};

static double at_step(const struct walk *w, uint64_t k)
{
    return double_of((int64_t)(w->down ? (uint64_t)w->first - k : (uint64_t)w->first + k));
}

static bool within_at(const struct walk *w, uint64_t k)
{
    return oddi_dbscan_within(w->e, at_step(w, k));
}

/* The step of the edge as real numbers would have it; it is a few steps off. */
static uint64_t guess(const struct walk *w, double in)
{
    const struct oddi_dbscan_edge *e = w->e;
    double rest = 0, h, v;
    uint64_t k;

    for (size_t i = 0; i < e->d; i++) {
        double t = i == e->j ? 0 : e->row[i] - e->core[i];

        rest += t * t;
    }
    h = e->eps2 > rest ? sqrt(e->eps2 - rest) : 0;
    v = w->down ? e->core[e->j] + h : e->core[e->j] - h;
    if (w->down ? !(v >= in && v <= at_step(w, 0)) : !(v <= in && v >= at_step(w, 0)))
        return w->last / 2;
    k = w->down ? (uint64_t)w->first - (uint64_t)number_of(v) : (uint64_t)number_of(v) - (uint64_t)w->first;
    return k < w->last ? k : w->last;
}

double oddi_dbscan_edge(const struct oddi_dbscan_edge *e, double out, double in)
{
    struct walk w = {.e = e, .first = number_of(out), .down = in < out};
    uint64_t lo = 0, hi, k, step;

    hi = w.down ? (uint64_t)w.first - (uint64_t)number_of(in) : (uint64_t)number_of(in) - (uint64_t)w.first;
    w.last = hi;
    k = guess(&w, in);
    if (k > lo && k < hi) {
        bool inside = within_at(&w, k);

        *(inside ? &hi : &lo) = k;
        for (step = 1; step < hi - lo; step *= 2) {
            k = inside ? hi - step : lo + step;
            if (within_at(&w, k) != inside) {
                *(inside ? &lo : &hi) = k;
                break;
            }
            *(inside ? &hi : &lo) = k;
        }
    }
    while (hi - lo > 1) { /* step lo is not within, step hi is */
        k = lo + (hi - lo) / 2;
        *(within_at(&w, k) ? &hi : &lo) = k;
    }
    return at_step(&w, hi);
}
