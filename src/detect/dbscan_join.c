#include "detect/dbscan_kd.h"

/*
 * Joins by walking pairs of nodes. A node is `joined` (node.user) once all its core points are known to be in one
 * cluster; two joined nodes of one cluster have nothing to tell each other, and of two joined nodes of different
 * clusters one pair of points within eps is enough. So nearly all pairs of nodes are passed by.
 */

uint32_t oddi_dbscan_root(struct oddi_dbscan_kd *s, uint32_t element)
{
    uint32_t *up = s->up;

    while (up[element] != element) {
        up[element] = up[up[element]];
        element = up[element];
    }
    return element;
}

/* The lower position becomes the root: the result does not depend on the order of unions. */
static void unite(struct oddi_dbscan_kd *s, uint32_t a, uint32_t b)
{
    a = oddi_dbscan_root(s, a);
    b = oddi_dbscan_root(s, b);
    if (a < b)
        s->up[b] = a;
    else
        s->up[a] = b;
}

static uint32_t element_of(const struct oddi_kd_node *nd, uint32_t pos)
{
    return nd->flags & ODDI_KD_WHOLE ? nd->mark : pos;
}

/* The end of the points of a leaf that need looking at: equal points need one look. */
static uint32_t end_of(const struct oddi_kd_node *nd)
{
    return nd->flags & ODDI_KD_POINT ? nd->start + 1 : nd->end;
}

/* Unites point pos with the points start..end-1 of leaf nd that are within eps. */
static void unite_near(struct oddi_dbscan_kd *s, uint32_t element, const double *q,
                       const struct oddi_kd_node *nd, uint32_t start)
{
    double d2[ODDI_KD_CHUNK];
    const uint32_t end = end_of(nd);

    for (uint32_t from = start; from < end; from += ODDI_KD_CHUNK) {
        uint32_t n = end - from < ODDI_KD_CHUNK ? end - from : ODDI_KD_CHUNK;

        oddi_kd_dist2(&s->tree, q, from, from + n, d2);
        for (uint32_t i = 0; i < n; i++) {
            if (d2[i] <= s->tree.radius2)
                unite(s, element, element_of(nd, from + i));
        }
    }
}

/* Joins the core points of a leaf. */
static void join_leaf(struct oddi_dbscan_kd *s, uint32_t leaf)
{
    struct oddi_kd_node *nd = &s->tree.node[leaf];

    for (uint32_t pos = nd->start; pos < (nd->flags & ODDI_KD_WHOLE ? nd->start + 1 : nd->end); pos++)
        s->up[pos] = nd->flags & ODDI_KD_BALL ? nd->start : pos;
    nd->user = (nd->flags & ODDI_KD_BALL) != 0;
    if (nd->user)
        return;
    for (uint32_t pos = nd->start; pos + 1 < nd->end; pos++) {
        oddi_kd_point(&s->tree, pos, s->point);
        unite_near(s, pos, s->point, nd, pos + 1);
    }
}

static bool same_cluster(struct oddi_dbscan_kd *s, uint32_t a, uint32_t b)
{
    return oddi_dbscan_root(s, s->tree.node[a].mark) == oddi_dbscan_root(s, s->tree.node[b].mark);
}

/* Finds out which nodes at and below this one are joined by now. */
static bool find_joined(struct oddi_dbscan_kd *s, uint32_t node)
{
    struct oddi_kd_node *nd = &s->tree.node[node];
    bool joined = true;

    if (nd->user || nd->mark == ODDI_KD_NONE)
        return true;
    if (nd->child) {
        bool a = find_joined(s, nd->child), b = find_joined(s, nd->child + 1);

        joined =
            a && b &&
            (s->tree.node[nd->child].mark == ODDI_KD_NONE ||
             s->tree.node[nd->child + 1].mark == ODDI_KD_NONE || same_cluster(s, nd->child, nd->child + 1));
    } else {
        for (uint32_t pos = nd->start + 1; pos < nd->end && joined; pos++)
            joined = oddi_dbscan_root(s, pos) == oddi_dbscan_root(s, nd->start);
    }
    nd->user = joined;
    return joined;
}

static double gap2(const struct oddi_kd *kd, uint32_t a, uint32_t b)
{
    return oddi_kd_box_near2(oddi_kd_lo(kd, a), oddi_kd_hi(kd, a), oddi_kd_lo(kd, b), oddi_kd_hi(kd, b),
                             kd->d);
}

static double reach2(const struct oddi_kd *kd, uint32_t a, uint32_t b)
{
    return oddi_kd_box_far2(oddi_kd_lo(kd, a), oddi_kd_hi(kd, a), oddi_kd_lo(kd, b), oddi_kd_hi(kd, b),
                            kd->d);
}

static void cross_leaves(struct oddi_dbscan_kd *s, uint32_t a, uint32_t b, bool joined)
{
    const struct oddi_kd *kd = &s->tree;
    const struct oddi_kd_node *na = &kd->node[a], *nb = &kd->node[b];

    for (uint32_t pos = na->start; pos < end_of(na); pos++) {
        oddi_kd_point(kd, pos, s->point);
        if (oddi_kd_near2(s->point, oddi_kd_lo(kd, b), oddi_kd_hi(kd, b), kd->d) > kd->radius2)
            continue;
        if (!joined) {
            unite_near(s, element_of(na, pos), s->point, nb, nb->start);
        } else if (oddi_kd_count(kd, s->point, nb->start, end_of(nb), 1)) {
            unite(s, na->mark, nb->mark);
            return;
        }
    }
}

/* Children of a node, made if need be; false for a leaf that stays one. */
static bool has_children(struct oddi_dbscan_kd *s, uint32_t node)
{
    const struct oddi_kd_node *nd = &s->tree.node[node];

    return nd->child || ((nd->flags & ODDI_KD_WHOLE) && oddi_kd_split(&s->tree, node));
}

/* Joins what is within eps between two nodes. */
static void cross(struct oddi_dbscan_kd *s, uint32_t a, uint32_t b)
{
    struct oddi_kd *kd = &s->tree;
    bool joined = kd->node[a].user && kd->node[b].user, split_a, split_b;
    uint32_t child, other;

    if (kd->node[a].mark == ODDI_KD_NONE || kd->node[b].mark == ODDI_KD_NONE ||
        (joined && same_cluster(s, a, b)) || gap2(kd, a, b) > kd->radius2)
        return;
    if (joined && reach2(kd, a, b) <= kd->radius2) {
        unite(s, kd->node[a].mark, kd->node[b].mark);
        return;
    }
    split_a = has_children(s, a);
    split_b = has_children(s, b);
    if (!split_a && !split_b) {
        cross_leaves(s, a, b, joined);
        return;
    }
    if (split_a && split_b) /* the larger one is split first */
        split_a = kd->node[a].end - kd->node[a].start >= kd->node[b].end - kd->node[b].start;
    child = kd->node[split_a ? a : b].child;
    other = split_a ? b : a;
    if (gap2(kd, child + 1, other) < gap2(kd, child, other)) {
        cross(s, child + 1, other);
        cross(s, child, other);
    } else {
        cross(s, child, other);
        cross(s, child + 1, other);
    }
}

void oddi_dbscan_join(struct oddi_dbscan_kd *s)
{
    struct oddi_kd *kd = &s->tree;
    const uint32_t n_nodes = (uint32_t)kd->n_nodes; /* nodes made by splits below are parts of joined ones */

    /* Children have greater numbers than their parents: backwards is bottom up. */
    for (uint32_t i = n_nodes; i-- > 0;) {
        struct oddi_kd_node *nd = &kd->node[i];

        if (nd->mark == ODDI_KD_NONE)
            continue;
        if (!nd->child) {
            join_leaf(s, i);
            continue;
        }
        nd->user = 0;
        cross(s, nd->child, nd->child + 1);
        (void)find_joined(s, i);
    }
}
