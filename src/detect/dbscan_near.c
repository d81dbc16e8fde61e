#include "detect/dbscan_kd.h"

#include <math.h>

struct todo {
    double bound;
    uint32_t node;
};

/* Depth-first, the better child first: a stack never holds more than one node a level. */
struct todo_stack {
    struct todo at[ODDI_KD_DEPTH + 2];
    size_t top;
};

static void push(struct todo_stack *st, uint32_t node, double bound)
{
    st->at[st->top++] = (struct todo){bound, node};
}

/* The children of a node, made if it is a large whole leaf; 0 if it is looked at as a leaf. */
static uint32_t children(struct oddi_dbscan_kd *s, uint32_t node)
{
    const struct oddi_kd_node *nd = &s->tree.node[node];

    if (!nd->child && (nd->flags & ODDI_KD_WHOLE) && oddi_kd_split(&s->tree, node))
        nd = &s->tree.node[node];
    return nd->child;
}

/* Equal points in row order: the first will do. */
static uint32_t end_of(const struct oddi_kd_node *nd)
{
    return nd->flags & ODDI_KD_POINT ? nd->start + 1 : nd->end;
}

static double near2_of(const struct oddi_kd *kd, const double *q, uint32_t node)
{
    return kd->node[node].mark == ODDI_KD_NONE
               ? INFINITY
               : oddi_kd_near2(q, oddi_kd_lo(kd, node), oddi_kd_hi(kd, node), kd->d);
}

static void push_children(const struct oddi_kd *kd, struct todo_stack *st, uint32_t child, double a, double b,
                          double limit)
{
    uint32_t first = b < a;
    double near = first ? b : a, far = first ? a : b;

    if (far <= limit && kd->node[child + 1 - first].mark != ODDI_KD_NONE)
        push(st, child + 1 - first, far);
    if (near <= limit && kd->node[child + first].mark != ODDI_KD_NONE)
        push(st, child + first, near);
}

/* ---- The nearest core point ---- */

static void nearest_in_leaf(const struct oddi_kd *kd, const double *q, uint32_t leaf,
                            struct oddi_dbscan_found *f)
{
    const struct oddi_kd_node *nd = &kd->node[leaf];
    const uint32_t end = end_of(nd);
    double d2[ODDI_KD_CHUNK];

    for (uint32_t from = nd->start; from < end; from += ODDI_KD_CHUNK) {
        uint32_t n = end - from < ODDI_KD_CHUNK ? end - from : ODDI_KD_CHUNK;

        oddi_kd_dist2(kd, q, from, from + n, d2);
        for (uint32_t i = 0; i < n; i++) {
            if (d2[i] > f->d2 ||
                (d2[i] == f->d2 && f->pos != ODDI_KD_NONE && kd->row[from + i] > kd->row[f->pos]))
                continue;
            *f = (struct oddi_dbscan_found){.d2 = d2[i], .pos = from + i, .node = leaf};
        }
    }
}

struct oddi_dbscan_found oddi_dbscan_nearest(struct oddi_dbscan_kd *s, const double *q)
{
    struct oddi_kd *kd = &s->tree;
    struct oddi_dbscan_found f = {.d2 = INFINITY, .pos = ODDI_KD_NONE};
    struct todo_stack st;

    st.top = 0;
    push(&st, 0, 0);
    while (st.top > 0) {
        struct todo t = st.at[--st.top];
        uint32_t child;

        if (t.bound > f.d2)
            continue;
        child = children(s, t.node);
        if (child)
            push_children(kd, &st, child, near2_of(kd, q, child), near2_of(kd, q, child + 1), f.d2);
        else
            nearest_in_leaf(kd, q, t.node, &f);
    }
    return f;
}

/* ---- Labels ---- */

uint32_t oddi_dbscan_label(const struct oddi_dbscan_kd *s, const struct oddi_dbscan_found *f)
{
    const struct oddi_kd_node *nd = &s->tree.node[f->node];

    return nd->flags & ODDI_KD_WHOLE ? nd->mark : s->up[f->pos];
}

static uint32_t least_in_leaf(struct oddi_dbscan_kd *s, const double *q, uint32_t leaf, uint32_t label)
{
    const struct oddi_kd_node *nd = &s->tree.node[leaf];
    double d2[ODDI_KD_CHUNK];

    if (nd->flags & ODDI_KD_WHOLE)
        return oddi_kd_count(&s->tree, q, nd->start, end_of(nd), 1) ? nd->mark : label;
    for (uint32_t from = nd->start; from < nd->end; from += ODDI_KD_CHUNK) {
        uint32_t n = nd->end - from < ODDI_KD_CHUNK ? nd->end - from : ODDI_KD_CHUNK;

        oddi_kd_dist2(&s->tree, q, from, from + n, d2);
        for (uint32_t i = 0; i < n; i++) {
            if (d2[i] <= s->tree.radius2 && s->up[from + i] < label)
                label = s->up[from + i];
        }
    }
    return label;
}

uint32_t oddi_dbscan_least_label(struct oddi_dbscan_kd *s, const double *q, uint32_t label)
{
    struct oddi_kd *kd = &s->tree;
    struct todo_stack st = {.top = 0};

    push(&st, 0, 0);
    while (st.top > 0) {
        uint32_t node = st.at[--st.top].node, child;

        if (kd->node[node].mark >= label)
            continue;
        if (oddi_kd_far2(q, oddi_kd_lo(kd, node), oddi_kd_hi(kd, node), kd->d) <= kd->radius2) {
            label = kd->node[node].mark;
            continue;
        }
        child = children(s, node);
        if (child)
            push_children(kd, &st, child, near2_of(kd, q, child), near2_of(kd, q, child + 1), kd->radius2);
        else
            label = least_in_leaf(s, q, node, label);
    }
    return label;
}
