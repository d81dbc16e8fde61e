#include "detect/rated.h"

#include <math.h>
#include <string.h>

#define ODD_SCORE 75

/* ---- Fit ------------------------------------------------------------------------------------------ */

static enum odd_status check(const struct oddi_method *m, const struct oddi_matrix *z, struct odd_error *err)
{
    if (z->d == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "%s: the matrix has no column", m->name);
    if (z->n > UINT32_MAX)
        return oddi_fail(err, ODD_ERR_LIMIT, "%s: %zu rows at once are more than %u", m->name, z->n,
                         UINT32_MAX);
    return ODD_OK;
}

static bool keep(struct oddi_rated *r, const struct oddi_matrix *z)
{
    size_t cells;

    if (__builtin_mul_overflow(z->n, z->d, &cells) || !oddi_room(&r->x, cells, sizeof(double)) ||
        !oddi_room(&r->raw, z->n, sizeof(double)) || !oddi_room(&r->label, z->n, sizeof(int32_t)))
        return false;
    if (cells > 0)
        memcpy(r->x.at, z->x, cells * sizeof(double));
    return true;
}

enum odd_status oddi_rated_fit(const struct oddi_method *m, void *state, const struct oddi_matrix *z,
                               struct oddi_judged *out, struct odd_error *err)
{
    struct oddi_rated *r = state;
    struct oddi_judged own = *out;

    r->d = 0;
    ODDI_TRY(check(m, z, err));
    if (!keep(r, z) || (z->n > 0 && !m->learn(state, z, r->raw.at)))
        return oddi_fail_memory(err);
    own.label = r->label.at;
    if (!oddi_by_tail_judge(&r->tail, &m->tail, r->raw.at, z, &own))
        return oddi_fail_memory(err);
    if (out->label && z->n > 0)
        memcpy(out->label, own.label, z->n * sizeof *own.label);
    out->n_clusters = own.n_clusters;
    out->n_noise = own.n_noise;
    r->n = z->n;
    r->d = z->d;
    return ODD_OK;
}

/* ---- New rows ------------------------------------------------------------------------------------- */

static bool alone(const struct oddi_rated *r)
{
    return r->d == 0 || oddi_by_tail_alone(&r->tail);
}

enum odd_status oddi_rated_score(const struct oddi_method *m, void *state, const struct oddi_matrix *z,
                                 double *score, double *raw, struct odd_error *err)
{
    struct oddi_rated *r = state;

    if (!raw)
        raw = score;
    if (alone(r)) {
        for (size_t i = 0; i < z->n; i++)
            score[i] = raw[i] = NAN;
        return ODD_OK;
    }
    if (z->n > 0 && z->d != r->d)
        return oddi_fail(err, ODD_ERR_USAGE, "%s: fitted on %zu columns, but asked about %zu", m->name, r->d,
                         z->d);
    if (z->n > 0 && !m->rate(state, z->x, z->n, raw))
        return oddi_fail_memory(err);
    oddi_by_tail_score(&r->tail, z, raw, score);
    return ODD_OK;
}

/* ---- Reasons -------------------------------------------------------------------------------------- */

static void find_nearest(const struct oddi_rated *r, const double *row, struct oddi_why *why)
{
    const int32_t *label = r->label.at;
    double least = INFINITY;

    why->nearest = SIZE_MAX;
    for (size_t i = 0; i < r->n; i++) {
        const double *x = (const double *)r->x.at + i * r->d;
        double sum = 0;

        if (label[i] < 0 || (why->self && *why->self == i))
            continue;
        for (size_t j = 0; j < r->d; j++)
            sum += (row[j] - x[j]) * (row[j] - x[j]);
        if (sum < least || why->nearest == SIZE_MAX) {
            least = sum;
            why->nearest = i;
        }
    }
    why->distance = sqrt(least);
}

static void scale_shares(double *share, size_t d)
{
    double most = 0, sum = 0;

    for (size_t j = 0; j < d; j++)
        most = share[j] > most ? share[j] : most;
    for (size_t j = 0; j < d; j++) {
        share[j] = !(most > 0) ? 1 : share[j] > 0 ? share[j] / most : 0;
        sum += share[j];
    }
    for (size_t j = 0; j < d; j++)
        share[j] /= sum;
}

enum odd_status oddi_rated_explain(const struct oddi_method *m, void *state, const double *row,
                                   struct oddi_why *why, struct odd_error *err)
{
    struct oddi_rated *r = state;

    if (alone(r))
        return ODD_END;
    find_nearest(r, row, why);
    if (why->nearest == SIZE_MAX)
        return ODD_END;
    oddi_by_tail_among(&r->tail, &(struct oddi_matrix){.n = 1, .entity = why->entity, .self = why->self}, 0);
    if (!m->reason(state, row, why))
        return oddi_fail_memory(err);
    scale_shares(why->share, r->d);
    return ODD_OK;
}

bool oddi_rated_normal(const struct oddi_rated *r, double raw)
{
    return oddi_tail_score(&r->tail, raw) < ODD_SCORE;
}

/* Doubles as integers in the same order, neighbours one apart. */
static int64_t to_ordinal(double v)
{
    int64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits >= 0 ? bits : INT64_MIN - bits;
}

static double from_ordinal(int64_t k)
{
    int64_t bits = k >= 0 ? k : INT64_MIN - k;
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

double oddi_rated_edge(double in, double out, bool (*normal)(const void *ctx, double v), const void *ctx)
{
    int64_t good = to_ordinal(in), bad = to_ordinal(out);

    for (;;) {
        int64_t middle = (int64_t)(((__int128)good + bad) / 2);

        if (middle == good || middle == bad)
            return from_ordinal(good);
        if (normal(ctx, from_ordinal(middle)))
            good = middle;
        else
            bad = middle;
    }
}

double oddi_rated_nearer(double own, double down, double up)
{
    if (isinf(down) || isinf(up))
        return isinf(down) && isinf(up) ? NAN : isinf(down) ? up : down;
    return own / 2 - down / 2 <= up / 2 - own / 2 ? down : up; /* halves: differences may be too great */
}

void oddi_rated_clear(struct oddi_rated *r)
{
    oddi_tail_free(&r->tail);
    oddi_room_free(&r->x);
    oddi_room_free(&r->raw);
    oddi_room_free(&r->label);
    r->n = r->d = 0;
}
