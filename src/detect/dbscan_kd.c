#include "detect/dbscan_kd.h"

#include <math.h>
#include <string.h>

/* ---- From all points to core points ---- */

/* Narrows a leaf to its core points: they come first, and the rest is noted in s->other. */
static void narrow_leaf(struct oddi_dbscan_kd *s, uint32_t leaf, const uint8_t *flag, uint32_t found)
{
    struct oddi_kd_node *nd = &s->tree.node[leaf];
    uint32_t n = nd->end - nd->start;

    if (found < n && found > 0)
        oddi_kd_part(&s->tree, leaf, flag, found);
    for (uint32_t pos = nd->start + found; pos < nd->end; pos++)
        s->other[s->n_other++] = pos;
    nd->end = nd->start + found;
    if (found < n && found > 0)
        oddi_kd_fit_box(&s->tree, leaf);
}

/* The box and mark of an inner node from those of its children. */
static void narrow_inner(struct oddi_kd *kd, uint32_t node)
{
    const uint32_t child = kd->node[node].child;
    double *box = kd->box + 2 * kd->d * node;
    const double *a = kd->box + 2 * kd->d * child, *b = a + 2 * kd->d;
    uint32_t mark_a = kd->node[child].mark, mark_b = kd->node[child + 1].mark;

    kd->node[node].mark = mark_a != ODDI_KD_NONE ? mark_a : mark_b;
    if (mark_a == ODDI_KD_NONE || mark_b == ODDI_KD_NONE) {
        memcpy(box, mark_a == ODDI_KD_NONE ? b : a, 2 * kd->d * sizeof *box);
        return;
    }
    for (size_t j = 0; j < kd->d; j++) {
        box[j] = a[j] < b[j] ? a[j] : b[j];
        box[kd->d + j] = a[kd->d + j] > b[kd->d + j] ? a[kd->d + j] : b[kd->d + j];
    }
}

/* Counting looks at points that are not core too, so that no leaf is narrowed before all are counted. */
static void find_all_core(struct oddi_dbscan_kd *s, size_t min_samples)
{
    struct oddi_kd *kd = &s->tree;
    uint8_t *flag = (uint8_t *)s->lowest; /* not needed yet */

    s->n_other = 0;
    for (uint32_t i = 0; i < kd->n_nodes; i++) {
        struct oddi_kd_node *nd = &kd->node[i];

        if (!nd->child && !(nd->flags & ODDI_KD_WHOLE))
            nd->mark = oddi_dbscan_core(s, i, min_samples, flag + nd->start);
    }
    for (uint32_t i = (uint32_t)kd->n_nodes; i-- > 0;) {
        struct oddi_kd_node *nd = &kd->node[i];

        if (nd->child) {
            narrow_inner(kd, i);
            continue;
        }
        if (!(nd->flags & ODDI_KD_WHOLE))
            narrow_leaf(s, i, flag + nd->start, nd->mark);
        nd->mark = nd->end > nd->start ? nd->start : ODDI_KD_NONE;
    }
    s->n_core = kd->n - s->n_other;
}

/* ---- Labels and scores ---- */

static uint32_t element_of(const struct oddi_kd_node *nd, uint32_t pos)
{
    return nd->flags & ODDI_KD_WHOLE ? nd->mark : pos;
}

/* Numbers the clusters by their lowest core row: afterwards s->lowest is the label of each root. */
static size_t number_clusters(struct oddi_dbscan_kd *s)
{
    struct oddi_kd *kd = &s->tree;
    uint32_t *lowest = s->lowest, *name = s->name, label = 0;

    memset(lowest, 0xff, kd->n * sizeof *lowest);
    memset(name, 0xff, kd->n * sizeof *name);
    for (uint32_t i = 0; i < kd->n_nodes; i++) {
        const struct oddi_kd_node *nd = &kd->node[i];

        for (uint32_t pos = nd->start; !nd->child && pos < nd->end; pos++) {
            uint32_t root = oddi_dbscan_root(s, element_of(nd, pos));

            if (kd->row[pos] < lowest[root])
                lowest[root] = kd->row[pos];
            if (nd->flags & ODDI_KD_WHOLE)
                break; /* the rows of a leaf ascend, and all have one root */
        }
    }
    for (uint32_t pos = 0; pos < kd->n; pos++) {
        if (lowest[pos] != ODDI_KD_NONE)
            name[lowest[pos]] = pos;
    }
    for (size_t r = 0; r < kd->n; r++) {
        if (name[r] != ODDI_KD_NONE)
            lowest[name[r]] = label++;
    }
    return label;
}

/* Replaces marks and union-find parents by labels. */
static void set_labels(struct oddi_dbscan_kd *s)
{
    struct oddi_kd *kd = &s->tree;
    uint32_t *by_pos = s->name;

    for (uint32_t i = (uint32_t)kd->n_nodes; i-- > 0;) {
        struct oddi_kd_node *nd = &kd->node[i];
        uint32_t least = ODDI_KD_NONE;

        if (nd->child) {
            uint32_t a = kd->node[nd->child].mark, b = kd->node[nd->child + 1].mark;

            nd->mark = a < b ? a : b;
            continue;
        }
        for (uint32_t pos = nd->start; pos < nd->end; pos++) {
            by_pos[pos] = s->lowest[oddi_dbscan_root(s, element_of(nd, pos))];
            if (by_pos[pos] < least)
                least = by_pos[pos];
            if (nd->flags & ODDI_KD_WHOLE)
                break;
        }
        nd->mark = least;
    }
    memcpy(s->up, by_pos, kd->n * sizeof *by_pos);
}

/* The labels of a leaf's core points; label 0 is there already. */
static void judge_core(const struct oddi_dbscan_kd *s, const struct oddi_kd_node *nd, int32_t *label)
{
    for (uint32_t pos = nd->start; pos < nd->end; pos++)
        label[s->tree.row[pos]] = (int32_t)(nd->flags & ODDI_KD_WHOLE ? nd->mark : s->up[pos]);
}

static void judge_other(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule, uint32_t pos,
                        struct oddi_judged *out)
{
    struct oddi_dbscan_found near;
    uint32_t row = s->tree.row[pos];
    int32_t label = -1;

    oddi_kd_point(&s->tree, pos, s->point);
    near = oddi_dbscan_nearest(s, s->point);
    if (near.d2 <= rule->eps2)
        label = (int32_t)oddi_dbscan_least_label(s, s->point, oddi_dbscan_label(s, &near));
    out->n_noise += label == -1;
    if (out->score)
        out->score[row] = oddi_dbscan_score(rule, near.d2);
    if (out->label)
        out->label[row] = label;
}

static void judge(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule, struct oddi_judged *out)
{
    const struct oddi_kd *kd = &s->tree;

    /* Nearly all rows are core points of cluster 0: these are written at the speed of memory. */
    if (out->label)
        memset(out->label, 0, kd->n * sizeof *out->label);
    if (out->score)
        memset(out->score, 0, kd->n * sizeof *out->score);
    for (uint32_t i = 0; out->label && out->n_clusters > 1 && i < kd->n_nodes; i++) {
        const struct oddi_kd_node *nd = &kd->node[i];

        if (!nd->child && nd->mark != ODDI_KD_NONE && (nd->mark > 0 || !(nd->flags & ODDI_KD_WHOLE)))
            judge_core(s, &kd->node[i], out->label);
    }
    out->n_noise = 0;
    for (size_t i = 0; i < s->n_other; i++)
        judge_other(s, rule, s->other[i], out);
}

static bool reserve(struct oddi_dbscan_kd *s, const struct oddi_matrix *m)
{
    if (!oddi_room(&s->up_room, m->n, 4 * sizeof(uint32_t)) ||
        !oddi_room(&s->point_room, ODDI_DBSCAN_POINTS * m->d, sizeof(double)))
        return false;
    s->up = s->up_room.at;
    s->other = s->up + m->n;
    s->lowest = s->other + m->n;
    s->name = s->lowest + m->n;
    s->point = s->point_room.at;
    return true;
}

bool oddi_dbscan_kd_fit(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule,
                        const struct oddi_matrix *m, struct oddi_judged *out)
{
    s->n_core = 0;
    if (m->n < rule->min_samples) {
        oddi_dbscan_alone(out, m->n);
        return true;
    }
    if (!reserve(s, m) || !oddi_kd_build(&s->tree, m, rule->eps, rule->min_samples))
        return false;
    find_all_core(s, rule->min_samples);
    if (s->n_core == 0) {
        oddi_dbscan_alone(out, m->n);
        return true;
    }
    oddi_dbscan_join(s);
    out->n_clusters = number_clusters(s);
    set_labels(s);
    judge(s, rule, out);
    return true;
}

void oddi_dbscan_kd_free(struct oddi_dbscan_kd *s)
{
    oddi_kd_free(&s->tree);
    oddi_room_free(&s->up_room);
    oddi_room_free(&s->point_room);
    *s = (struct oddi_dbscan_kd){0};
}
