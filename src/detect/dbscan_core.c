#include "detect/dbscan_kd.h"

#include <math.h>
#include <string.h>

/*
 * Points of one leaf that still lack neighbours go through the tree together: most boxes are too far from all of them,
 * or hold enough points within eps of all of them.
 */
struct batch {
    const struct oddi_kd *kd;
    uint32_t leaf; /* where they are; their neighbours in it are counted already */
    size_t min_samples;
    uint32_t n;
    uint32_t index[ODDI_DBSCAN_BATCH]; /* of each in the leaf */
    size_t count[ODDI_DBSCAN_BATCH];   /* neighbours so far */
    double *q;                         /* n points of d values */
    double *lo, *hi;                   /* their box */
    uint8_t *flag;                     /* by index: set once it is core */
};

static void fit_box(struct batch *b)
{
    const size_t d = b->kd->d;

    memcpy(b->lo, b->q, d * sizeof *b->lo);
    memcpy(b->hi, b->q, d * sizeof *b->hi);
    for (uint32_t i = 1; i < b->n; i++) {
        const double *q = b->q + i * d;

        for (size_t j = 0; j < d; j++) {
            b->lo[j] = q[j] < b->lo[j] ? q[j] : b->lo[j];
            b->hi[j] = q[j] > b->hi[j] ? q[j] : b->hi[j];
        }
    }
}

/* Takes out the points that have enough neighbours by now. */
static void settle(struct batch *b)
{
    const uint32_t before = b->n;
    const size_t d = b->kd->d;

    for (uint32_t i = 0; i < b->n;) {
        if (b->count[i] < b->min_samples) {
            i++;
            continue;
        }
        b->flag[b->index[i]] = 1;
        b->n--;
        b->index[i] = b->index[b->n];
        b->count[i] = b->count[b->n];
        memmove(b->q + i * d, b->q + b->n * d, d * sizeof *b->q);
    }
    if (b->n > 0 && b->n < before)
        fit_box(b);
}

/* Adds a node's points to the counts of all. */
static void count_whole(struct batch *b, const struct oddi_kd_node *nd)
{
    const struct oddi_kd_node *own = &b->kd->node[b->leaf];
    size_t n = nd->end - nd->start;

    if (nd->start <= own->start && own->end <= nd->end)
        n -= own->end - own->start;
    for (uint32_t i = 0; i < b->n; i++)
        b->count[i] += n;
}

static void count_in_leaf(struct batch *b, uint32_t leaf)
{
    const struct oddi_kd *kd = b->kd;
    const struct oddi_kd_node *nd = &kd->node[leaf];
    const double *lo = oddi_kd_lo(kd, leaf), *hi = oddi_kd_hi(kd, leaf);

    for (uint32_t i = 0; i < b->n; i++) {
        const double *q = b->q + i * kd->d;
        size_t missing = b->min_samples - b->count[i];

        if (oddi_kd_near2(q, lo, hi, kd->d) > kd->radius2)
            continue;
        if (nd->end - nd->start > ODDI_KD_LEAF && oddi_kd_far2(q, lo, hi, kd->d) <= kd->radius2)
            b->count[i] += nd->end - nd->start;
        else
            b->count[i] += oddi_kd_count(kd, q, nd->start, nd->end,
                                         missing < UINT32_MAX ? (uint32_t)missing : UINT32_MAX);
    }
}

/* Least squared distance between the batch and a node, or INFINITY if there is nothing in it to look at: too far, or
 * within eps of all, which is counted. */
static double visit(struct batch *b, uint32_t node)
{
    const struct oddi_kd *kd = b->kd;
    const double *lo = oddi_kd_lo(kd, node), *hi = oddi_kd_hi(kd, node);
    double near2 = oddi_kd_box_near2(b->lo, b->hi, lo, hi, kd->d);

    if (near2 > kd->radius2)
        return INFINITY;
    if (oddi_kd_box_far2(b->lo, b->hi, lo, hi, kd->d) > kd->radius2)
        return near2;
    count_whole(b, &kd->node[node]);
    return INFINITY;
}

/* Counts neighbours outside the leaf until all points have enough or no more are to be found. */
static void search(struct batch *b)
{
    uint32_t stack[ODDI_KD_DEPTH + 2];
    size_t top = 0;

    fit_box(b);
    stack[top++] = 0;
    while (top > 0 && b->n > 0) {
        const struct oddi_kd_node *nd = &b->kd->node[stack[--top]];
        double first, second;
        uint32_t swap;

        if (!nd->child) {
            if ((uint32_t)(nd - b->kd->node) != b->leaf)
                count_in_leaf(b, (uint32_t)(nd - b->kd->node));
            settle(b);
            continue;
        }
        first = visit(b, nd->child);
        second = visit(b, nd->child + 1);
        swap = second < first;
        if ((swap ? first : second) <
            INFINITY) /* the nearer one goes on top: it is the likelier to be enough */
            stack[top++] = nd->child + 1 - swap;
        if ((swap ? second : first) < INFINITY)
            stack[top++] = nd->child + swap;
        if (first == INFINITY || second == INFINITY)
            settle(b);
    }
}

/* Takes the points from..to-1 of the leaf into the batch, with their neighbours in it. */
static void take(struct batch *b, uint32_t from, uint32_t to)
{
    const struct oddi_kd *kd = b->kd;
    const struct oddi_kd_node *nd = &kd->node[b->leaf];
    const uint32_t enough = b->min_samples < UINT32_MAX ? (uint32_t)b->min_samples : UINT32_MAX;

    b->n = to - from;
    for (uint32_t i = 0; i < b->n; i++) {
        double *q = b->q + i * kd->d;

        oddi_kd_point(kd, nd->start + from + i, q);
        b->index[i] = from + i;
        b->count[i] =
            nd->flags & ODDI_KD_BALL ? nd->end - nd->start : oddi_kd_count(kd, q, nd->start, nd->end, enough);
    }
    settle(b);
}

uint32_t oddi_dbscan_core(struct oddi_dbscan_kd *s, uint32_t leaf, size_t min_samples, uint8_t *flag)
{
    const struct oddi_kd_node *nd = &s->tree.node[leaf];
    const size_t d = s->tree.d;
    const uint32_t n = nd->end - nd->start,
                   look = nd->flags & ODDI_KD_POINT ? 1 : n; /* equal points need one look */
    struct batch b = {.kd = &s->tree, .leaf = leaf, .min_samples = min_samples, .flag = flag};
    uint32_t found = 0;

    b.q = s->point;
    b.lo = b.q + ODDI_DBSCAN_BATCH * d;
    b.hi = b.lo + d;
    memset(flag, 0, n);
    for (uint32_t from = 0; from < look; from += ODDI_DBSCAN_BATCH) {
        take(&b, from, look - from < ODDI_DBSCAN_BATCH ? look : from + ODDI_DBSCAN_BATCH);
        if (b.n > 0)
            search(&b);
    }
    if (nd->flags & ODDI_KD_POINT)
        memset(flag, flag[0], n);
    for (uint32_t i = 0; i < n; i++)
        found += flag[i];
    return found;
}
