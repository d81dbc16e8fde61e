#include "detect/dbscan_kd.h"

#include <math.h>
#include <string.h>

/*
 * The value of feature j nearest to a row's own at which the row would be within eps of a core point. On the side of
 * greater values (`up`) and of smaller ones apart: the best value so far is improved by whichever core point makes
 * the row normal at the next double towards the row; a box that cannot hold such a point is passed by.
 */
struct normal {
    struct oddi_dbscan_kd *s;
    struct oddi_dbscan_edge e;
    bool up;
    double best; /* +-INFINITY: none yet */
};

/* Greatest lower bound of the computed squared distance between the row at feature j = v, or at any value between
 * its own and v, and the points of a box; INFINITY if they all lie on the other side of the row. */
static double bound2(const struct normal *a, uint32_t node, double v)
{
    const struct oddi_kd *kd = &a->s->tree;
    const double *lo = oddi_kd_lo(kd, node), *hi = oddi_kd_hi(kd, node), *x = a->e.row;
    double sum = 0;

    if (kd->node[node].mark == ODDI_KD_NONE || (a->up ? hi[a->e.j] < x[a->e.j] : lo[a->e.j] > x[a->e.j]))
        return INFINITY;
    for (size_t k = 0; k < kd->d; k++) {
        double q = k == a->e.j ? v : x[k], below = lo[k] - q, above = q - hi[k], t;

        if (k == a->e.j)
            t = a->up ? below : above; /* a core point between the row and v makes v unneeded */
        else
            t = below > above ? below : above;
        t = t > 0 ? t : 0;
        sum += t * t;
    }
    return sum;
}

/* The next double from the best value so far towards the row. */
static double target(const struct normal *a)
{
    return nextafter(a->best, a->e.row[a->e.j]);
}

static void try_point(struct normal *a, uint32_t pos)
{
    const struct oddi_kd *kd = &a->s->tree;
    double *core = a->s->point, x = a->e.row[a->e.j], v = target(a), c = kd->col[a->e.j * kd->stride + pos];

    if (a->up ? c < x : c > x)
        return;
    if (a->up ? c < v : c > v)
        v = c;
    oddi_kd_point(kd, pos, core);
    a->e.core = core;
    if (oddi_dbscan_within(&a->e, v))
        a->best = oddi_dbscan_edge(&a->e, x, v);
}

static void search(struct normal *a, uint32_t node)
{
    struct oddi_kd *kd = &a->s->tree;
    const struct oddi_kd_node *nd = &kd->node[node];

    if (!nd->child && (nd->flags & ODDI_KD_WHOLE) && oddi_kd_split(kd, node))
        nd = &kd->node[node];
    if (nd->child) {
        uint32_t child = nd->child;
        uint32_t first = bound2(a, child + 1, a->e.row[a->e.j]) < bound2(a, child, a->e.row[a->e.j]);

        for (uint32_t i = 0; i < 2; i++) {
            uint32_t next = child + (i ^ first);

            if (bound2(a, next, target(a)) <= kd->radius2)
                search(a, next);
        }
        return;
    }
    for (uint32_t pos = nd->start, end = nd->flags & ODDI_KD_POINT ? pos + 1 : nd->end; pos < end; pos++)
        try_point(a, pos);
}

static double normal_at(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule, const double *row,
                        size_t j)
{
    double found[2];

    for (int up = 0; up < 2; up++) {
        struct normal a = {.s = s,
                           .e = {.eps2 = rule->eps2, .row = row, .j = j, .d = s->tree.d},
                           .up = up,
                           .best = up ? INFINITY : -INFINITY};

        search(&a, 0);
        found[up] = a.best;
    }
    if (isinf(found[0]) && isinf(found[1]))
        return NAN;
    return row[j] - found[0] <= found[1] - row[j] ? found[0] : found[1];
}

void oddi_dbscan_kd_explain(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule, const double *row,
                            struct oddi_why *why)
{
    struct oddi_dbscan_found f = oddi_dbscan_nearest(s, row);

    why->nearest = s->tree.row[f.pos];
    oddi_kd_point(&s->tree, f.pos, s->point);
    oddi_dbscan_shares(row, s->point, s->tree.d, f.d2, why);
    if (f.d2 <= rule->eps2) {
        memcpy(why->normal_at, row, s->tree.d * sizeof *row);
        return;
    }
    for (size_t j = 0; j < s->tree.d; j++)
        why->normal_at[j] = normal_at(s, rule, row, j);
}
