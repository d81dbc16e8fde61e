#include "stats/tail.h"

#include <math.h>
#include <string.h>

#define MOST  1e150 /* squares and their sums stay finite */
#define SHARE 0.95
#define FEW   10 /* rows: so few make quantiles so rough that g doubles */
#define BENT  25

/* ---- Those that count ----------------------------------------------------------------------------------- */

static size_t left_out(const struct oddi_tail_fall *f)
{
    return f->kept < f->n_out ? f->n_out - 1 : f->n_out;
}

/* The j-th place that is left out. */
static size_t place_out(const struct oddi_tail_fall *f, size_t j)
{
    return f->out[j < f->kept ? j : j + 1];
}

/* The i-th least of those that count. */
static double nth(const struct oddi_tail *t, const struct oddi_tail_fall *f, size_t i)
{
    size_t lo = 0, hi = left_out(f);

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (place_out(f, mid) <= i + mid)
            lo = mid + 1;
        else
            hi = mid;
    }
    return t->at[i + lo];
}

/* How many of the first n places are left out. */
static size_t out_before(const struct oddi_tail_fall *f, size_t n)
{
    size_t lo = 0, hi = left_out(f);

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (place_out(f, mid) < n)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Scores of those that count below x (or, if `up_to`, not above it). */
static size_t count_below(const struct oddi_tail *t, const struct oddi_tail_fall *f, double x, bool up_to)
{
    size_t lo = 0, hi = t->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (up_to ? t->at[mid] <= x : t->at[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo - out_before(f, lo);
}

/* ---- As it is seen --------------------------------------------------------------------------------------- */

static double seen(enum oddi_seen how, double raw)
{
    double x = raw > MOST ? MOST : raw < -MOST ? -MOST : raw, length;

    switch (how) {
    case ODDI_SEEN_ROOT:
        return x > 0 ? sqrt(x) : 0;
    case ODDI_SEEN_BENT:
        return x > 0 ? x / (1 + x / BENT) : 0;
    case ODDI_SEEN_LENGTH:
        length = x > 0 ? -log2(x) : MOST;
        return length > 1 / sqrt(MOST) ? 1 / (length * length) : MOST;
    default:
        return x;
    }
}

/* The raw score that is seen as x. */
static double unseen(enum oddi_seen how, double x)
{
    switch (how) {
    case ODDI_SEEN_ROOT:
        return x * x;
    case ODDI_SEEN_BENT:
        return x < BENT ? x / (1 - x / BENT) : INFINITY;
    case ODDI_SEEN_LENGTH:
        return exp2(-1 / sqrt(x));
    default:
        return x;
    }
}

static bool sort_population(struct oddi_tail *t, const double *raw, size_t n)
{
    double *copy;

    if (!oddi_room(&t->value, n, sizeof(double)) || !oddi_room(&t->row, n, sizeof(uint32_t)) ||
        !oddi_room(&t->copy, n, sizeof(double)))
        return false;
    copy = t->copy.at;
    for (size_t i = 0; i < n; i++)
        copy[i] = seen(t->seen, raw[i]);
    return oddi_sort_rows(&t->sort, copy, n, 1, t->value.at, t->row.at);
}

/* ---- Fit --------------------------------------------------------------------------------------------------- */

/* The 95 % point of n >= 2, but never the last position. */
static double high_point(const struct oddi_tail *t, const struct oddi_tail_fall *f)
{
    size_t i = (size_t)ceil(SHARE * (double)f->n) - 1;

    return nth(t, f, i < f->n - 1 ? i : f->n - 2);
}

/* From the m values above u. */
static double width_of(const struct oddi_tail *t, const struct oddi_tail_fall *f, size_t m)
{
    size_t half = f->n / 2;
    double median = f->n % 2 ? nth(t, f, half) : nth(t, f, half - 1) / 2 + nth(t, f, half) / 2;
    double excess = m > 0 ? nth(t, f, f->n - m + (m - 1) / 2) - f->u : 0;

    if (m == 1 && f->u > median)
        return f->u - median;
    return excess > f->u - median ? excess : f->u - median;
}

/* f->n, at least 2, and what is left out are set. */
static void fit_fall(const struct oddi_tail *t, struct oddi_tail_fall *f)
{
    double few = FEW / (double)f->n;
    size_t m;

    f->u = high_point(t, f);
    m = f->n - count_below(t, f, f->u, true);
    f->width = width_of(t, f, m);
    f->g = t->shape * (1 + few * sqrt(few));
    f->s_u = -log(((double)m + 0.5) / ((double)f->n + 1));
}

bool oddi_tail_fit(struct oddi_tail *t, const double *raw, size_t n, enum oddi_seen how, double shape)
{
    t->n = 0;
    t->seen = how;
    t->entity = NULL;
    if (!sort_population(t, raw, n))
        return false;
    t->at = t->value.at;
    t->n = n;
    t->shape = shape;
    t->s75 = log(100 * (double)n);
    t->all = (struct oddi_tail_fall){.n = n};
    if (n >= 2)
        fit_fall(t, &t->all);
    t->now = t->all;
    return true;
}

/* ---- Others ------------------------------------------------------------------------------------------------ */

/* The places of each entity, ascending. */
static void list_places(struct oddi_tail *t)
{
    const uint32_t *row = t->row.at;
    uint32_t *own_place = t->own_place.at;

    memset(t->own, 0, ((size_t)t->n_entities + 2) * sizeof *t->own);
    for (size_t i = 0; i < t->n; i++)
        t->own[(size_t)t->entity[i] + 2]++;
    for (size_t e = 2; e < (size_t)t->n_entities + 2; e++)
        t->own[e] += t->own[e - 1];
    for (size_t i = 0; i < t->n; i++) {
        own_place[t->own[(size_t)t->entity[row[i]] + 1]++] = (uint32_t)i;
        t->place[row[i]] = (uint32_t)i;
    }
}

bool oddi_tail_others(struct oddi_tail *t, const uint32_t *entity, size_t at_once)
{
    size_t most = 0;

    for (size_t i = 0; i < t->n; i++)
        most = entity[i] > most ? entity[i] : most;
    if (!oddi_room(&t->entities, t->n, sizeof *entity) || !oddi_room(&t->places, t->n, sizeof *t->place) ||
        !oddi_room(&t->own_place, t->n, sizeof *t->place) || !oddi_room(&t->owns, most + 3, sizeof *t->own))
        return false;
    if (t->n > 0)
        memcpy(t->entities.at, entity, t->n * sizeof *entity);
    t->entity = t->entities.at;
    t->n_entities = (uint32_t)most + 1;
    t->place = t->places.at;
    t->own = t->owns.at;
    t->s75 = log(100 * (double)at_once);
    list_places(t);
    return true;
}

static size_t place_among(const uint32_t *out, size_t n, uint32_t place)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (out[mid] < place)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void oddi_tail_among(struct oddi_tail *t, uint32_t entity, uint32_t self)
{
    struct oddi_tail_fall f = {.kept = SIZE_MAX};

    t->now = t->all;
    if (!t->entity)
        return;
    if (self != ODDI_TAIL_NONE)
        entity = t->entity[self];
    if (entity >= t->n_entities)
        return;
    f.out = (const uint32_t *)t->own_place.at + t->own[entity];
    f.n_out = t->own[(size_t)entity + 1] - t->own[entity];
    if (self != ODDI_TAIL_NONE)
        f.kept = place_among(f.out, f.n_out, t->place[self]);
    if (left_out(&f) == 0 || t->n - f.n_out < 2)
        return;
    f.n = t->n - left_out(&f);
    fit_fall(t, &f);
    t->now = f;
}

void oddi_tail_free(struct oddi_tail *t)
{
    oddi_room_free(&t->value);
    oddi_room_free(&t->row);
    oddi_room_free(&t->copy);
    oddi_room_free(&t->entities);
    oddi_room_free(&t->places);
    oddi_room_free(&t->owns);
    oddi_room_free(&t->own_place);
    oddi_sort_free(&t->sort);
    *t = (struct oddi_tail){0};
}

/* ---- Scores ------------------------------------------------------------------------------------------------ */

/* Of a value as it is seen, that `below` of those that count are less than and `up_to` not above. */
static double surprise(const struct oddi_tail_fall *f, double x, size_t below, size_t up_to)
{
    double above = (double)(f->n - up_to), equal = (double)f->n - above - (double)below;

    if (x > f->u)
        return f->s_u + log1p((x - f->u) / f->width) / f->g;
    return -log((above + equal / 2 + 0.5) / ((double)f->n + 1));
}

static double surprise_at(const struct oddi_tail *t, double x)
{
    const struct oddi_tail_fall *f = &t->now;

    if (x > f->u)
        return surprise(f, x, f->n, f->n);
    return surprise(f, x, count_below(t, f, x, false), count_below(t, f, x, true));
}

double oddi_tail_surprise(const struct oddi_tail *t, double raw)
{
    return t->n < 2 ? NAN : surprise_at(t, seen(t->seen, raw));
}

static double score_of(const struct oddi_tail *t, double s)
{
    if (s < t->s75)
        return fmin(75 * (s / t->s75), nextafter(75, 0));
    return fmax(100 - 25 * (t->s75 / s), nextafter(75, 100));
}

double oddi_tail_score(const struct oddi_tail *t, double raw)
{
    double s = oddi_tail_surprise(t, raw);

    return isnan(s) ? NAN : score_of(t, s);
}

/* Equal ones at a time. */
static void scores_of_all(const struct oddi_tail *t, double *score)
{
    const uint32_t *row = t->row.at;

    for (size_t start = 0, end; start < t->n; start = end) {
        double own = NAN;

        for (end = start + 1; end < t->n && t->at[end] == t->at[start];)
            end++;
        if (t->n > 1)
            own = score_of(t, surprise(&t->all, t->at[start], start, end));
        for (size_t i = start; i < end; i++)
            score[row[i]] = own;
    }
}

void oddi_tail_scores(struct oddi_tail *t, double *score)
{
    scores_of_all(t, score);
    for (uint32_t i = 0; t->entity && t->n > 1 && i < t->n; i++) {
        oddi_tail_among(t, ODDI_TAIL_NONE, i);
        if (t->now.n < t->n)
            score[i] = score_of(t, surprise_at(t, t->at[t->place[i]]));
    }
    t->now = t->all;
}

double oddi_tail_border(const struct oddi_tail *t)
{
    return t->n < 2 ? NAN
                    : unseen(t->seen, t->now.u + expm1(t->now.g * (t->s75 - t->now.s_u)) * t->now.width);
}
