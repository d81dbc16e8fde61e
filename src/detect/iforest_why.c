#include "detect/iforest_forest.h"

#include <math.h>

static double expected_at(const struct oddi_forest *f, size_t tree, size_t node)
{
    const double *of = node < f->n_nodes ? f->mean.at : f->value.at;

    return of[tree * f->n_nodes + (node < f->n_nodes ? node : node - f->n_nodes)];
}

static bool goes_right(const struct oddi_forest *f, size_t tree, size_t node, const double *row)
{
    size_t at = tree * f->n_nodes + node;

    return row[((const uint32_t *)f->feature.at)[at]] > ((const double *)f->threshold.at)[at];
}

void oddi_forest_shorter(const struct oddi_forest *f, const double *row, double *shorter)
{
    const uint32_t *feature = f->feature.at;

    for (size_t j = 0; j < f->d; j++)
        shorter[j] = 0;
    for (size_t t = 0; t < f->n_trees; t++) {
        double here = expected_at(f, t, 1), next;

        for (size_t node = 1; node < f->n_nodes; here = next) {
            uint32_t asked = feature[t * f->n_nodes + node];

            node = 2 * node + goes_right(f, t, node, row);
            next = expected_at(f, t, node);
            shorter[asked] += here - next;
        }
    }
    for (size_t j = 0; j < f->d; j++)
        shorter[j] /= (double)f->n_trees;
}

double oddi_forest_base(const struct oddi_forest *f)
{
    double sum = 0;

    for (size_t t = 0; t < f->n_trees; t++)
        sum += expected_at(f, t, 1);
    return sum / (double)f->n_trees;
}

/* ---- The score as a function of one feature -------------------------------------------------------- */

/*
 * With all other features held, the path length in a tree is a step function of feature j: a walk that takes both ways
 * at the nodes that ask j meets its pieces from left to right. Its jumps, over all trees, are sorted by where they are;
 * because path lengths add up exactly, the sum of all jumps up to a value is exactly the sum that a row there has.
 */
struct steps {
    const struct oddi_forest *f;
    const double *row;
    size_t j, tree;
    double *at, *jump; /* jump[k]: what the sum gains for values above at[k] */
    size_t n;
    double first; /* the sum below the first jump */
    double last;  /* path length of the piece met last */
    bool any;     /* a piece of this tree was met */
};

/* `above`: the piece that comes next holds for values above it. */
static void walk_both(struct steps *s, size_t node, double above)
{
    const struct oddi_forest *f = s->f;
    size_t at = s->tree * f->n_nodes + node;

    if (node >= f->n_nodes) {
        double length = expected_at(f, s->tree, node);

        if (s->any) {
            s->at[s->n] = above;
            s->jump[s->n++] = length - s->last;
        } else {
            s->first += length;
        }
        s->any = true;
        s->last = length;
    } else if (((const uint32_t *)f->feature.at)[at] == s->j &&
               !isinf(((const double *)f->threshold.at)[at])) {
        double threshold = ((const double *)f->threshold.at)[at];

        walk_both(s, 2 * node, above);
        walk_both(s, 2 * node + 1, threshold);
    } else {
        walk_both(s, 2 * node + goes_right(f, s->tree, node, s->row), above);
    }
}

/* All jumps in ascending order, into at[] and jump[]. */
static bool collect(struct oddi_forest *f, struct steps *s)
{
    size_t all = f->n_trees * f->n_nodes;
    double *sorted;
    uint32_t *from;

    if (all > UINT32_MAX || !oddi_room(&f->events, 2 * all, sizeof(double)) ||
        !oddi_room(&f->sorted, 2 * all, sizeof(double)) || !oddi_room(&f->sorted_row, all, sizeof(uint32_t)))
        return false;
    s->at = f->events.at;
    s->jump = s->at + all;
    for (s->tree = 0; s->tree < f->n_trees; s->tree++) {
        s->any = false;
        walk_both(s, 1, -INFINITY);
    }
    sorted = f->sorted.at;
    from = f->sorted_row.at;
    if (!oddi_sort_rows(&f->sort, s->at, s->n, 1, sorted, from))
        return false;
    for (size_t k = 0; k < s->n; k++)
        sorted[all + k] = s->jump[from[k]];
    s->at = sorted;
    s->jump = sorted + all;
    return true;
}

struct search {
    const struct oddi_forest *f;
    bool (*normal)(const void *ctx, double score);
    const void *ctx;
};

static bool is_normal(const struct search *q, double sum)
{
    return q->normal(q->ctx, oddi_forest_score(q->f, sum));
}

/* From piece k (between jumps k - 1 and k) downwards: the upper end of the first normal one. */
static double search_down(const struct search *q, const struct steps *s, size_t k, double sum)
{
    while (k > 0) {
        double end = s->at[k - 1];

        for (; k > 0 && s->at[k - 1] == end; k--)
            sum -= s->jump[k - 1];
        if (is_normal(q, sum))
            return end;
    }
    return -INFINITY;
}

static double search_up(const struct search *q, const struct steps *s, size_t k, double sum)
{
    while (k < s->n) {
        double end = s->at[k];

        for (; k < s->n && s->at[k] == end; k++)
            sum += s->jump[k];
        if (is_normal(q, sum))
            return nextafter(end, INFINITY);
    }
    return INFINITY;
}

bool oddi_forest_normal_at(struct oddi_forest *f, const double *row, size_t j,
                           bool (*normal)(const void *ctx, double score), const void *ctx, double *normal_at)
{
    struct steps s = {.f = f, .row = row, .j = j};
    struct search q = {.f = f, .normal = normal, .ctx = ctx};
    double sum, down, up;
    size_t k = 0;

    if (!collect(f, &s))
        return false;
    for (sum = s.first; k < s.n && row[j] > s.at[k]; k++)
        sum += s.jump[k];
    *normal_at = row[j];
    if (is_normal(&q, sum))
        return true;
    down = search_down(&q, &s, k, sum);
    up = search_up(&q, &s, k, sum);
    if (isinf(down) && isinf(up))
        *normal_at = NAN;
    else
        *normal_at = row[j] - down <= up - row[j] ? down : up;
    return true;
}
