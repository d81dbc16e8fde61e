#include "detect/normals.h"

#include <math.h>
#include <string.h>

#define ODD_SCORE 75
#define MAX_STEPS 20000

bool oddi_is_normal(const struct oddi_tail *t, double raw)
{
    return oddi_tail_score(t, raw) < ODD_SCORE;
}

bool oddi_normals_keep(struct oddi_normals *s, struct oddi_tail *t, const struct oddi_matrix *z,
                       const double *raw)
{
    uint32_t *row;
    double *x;

    s->n = 0;
    s->d = z->d;
    s->built = false;
    if (!oddi_room(&s->x, z->n * z->d, sizeof *x) || !oddi_room(&s->row, z->n, sizeof *row))
        return false;
    x = s->x.at;
    row = s->row.at;
    for (size_t i = 0; i < z->n; i++) {
        oddi_tail_among(t, ODDI_TAIL_NONE, (uint32_t)i);
        if (!oddi_is_normal(t, raw[i]))
            continue;
        memcpy(x + s->n * z->d, z->x + i * z->d, z->d * sizeof *x);
        row[s->n++] = (uint32_t)i;
    }
    return true;
}

void oddi_normals_free(struct oddi_normals *s)
{
    oddi_room_free(&s->x);
    oddi_room_free(&s->row);
    oddi_nearest_free(&s->near);
    *s = (struct oddi_normals){0};
}

enum odd_status oddi_normals_nearest(struct oddi_normals *s, const double *x, struct oddi_why *why,
                                     struct odd_error *err)
{
    struct oddi_matrix m = {.x = s->x.at, .n = s->n, .d = s->d};
    const uint32_t *number = s->row.at;
    size_t n, i = 0;

    if (!s->built && !oddi_nearest_build(&s->near, &m, 2, false))
        return oddi_fail_memory(err);
    s->built = true;
    n = oddi_nearest_find(&s->near, x, s->n < 2 ? s->n : 2, ODDI_KD_NONE, ODDI_KD_NONE);
    if (n > 0 && why->self && number[s->near.found[0].row] == *why->self)
        i = 1;
    if (i == n)
        return ODD_END;
    why->nearest = number[s->near.found[i].row];
    why->distance = sqrt(s->near.found[i].d2);
    return ODD_OK;
}

/* One way along one feature. */
struct way {
    oddi_gap_fn fn;
    void *ctx;
    double *x;
    size_t j;
    double own, least;
};

static double gap_at(const struct way *w, double v)
{
    w->x[w->j] = v;
    return w->fn(w->ctx, w->x);
}

/* The border between a normal value and one that is not: the last normal one. */
static double border(const struct way *w, double in, double out)
{
    for (;;) {
        double mid = out / 2 + in / 2;

        if (!(fmin(out, in) < mid && mid < fmax(out, in)))
            return in;
        if (gap_at(w, mid) > 0)
            out = mid;
        else
            in = mid;
    }
}

/* The first normal value from the row's own to `end`, at most `within` away; NaN if there is none. */
static double walk(const struct way *w, double gap, double end, double within)
{
    double sign = end < w->own ? -1 : 1, v = w->own, last = v;

    for (int step = 0; step < MAX_STEPS && v != end; step++) {
        v = w->own + sign * (fabs(v - w->own) + fmax(gap, w->least));
        v = sign * v > sign * end ? end : v;
        if (v == last || fabs(last - w->own) > within)
            return NAN; /* steps too small to count beside such values */
        gap = gap_at(w, v);
        if (!(gap > 0))
            return border(w, v, last);
        last = v;
    }
    return NAN;
}

double oddi_normal_at(oddi_gap_fn fn, void *ctx, double *x, size_t j, double low, double high, double least)
{
    struct way w = {.fn = fn, .ctx = ctx, .x = x, .j = j, .own = x[j], .least = least};
    double gap = fn(ctx, x), down = NAN, up = NAN;

    if (!(gap > 0))
        return w.own;
    if (low < w.own)
        down = walk(&w, gap, low, INFINITY);
    if (high > w.own)
        up = walk(&w, gap, high, isnan(down) ? INFINITY : w.own - down);
    x[j] = w.own;
    if (isnan(down) || up - w.own < w.own - down)
        return up;
    return down;
}
