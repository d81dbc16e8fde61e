/*
 * DBSCAN of several features over a kd-tree (Ester, Kriegel, Sander and Xu 1996), exact, in O(n) memory.
 *
 * dbscan_kd.c    the fit: narrows the tree to core points; labels and scores
 * dbscan_core.c  finds the core points
 * dbscan_join.c  joins core points within eps of each other to clusters
 * dbscan_near.c  what is near a point: the nearest core point, the least label, the nearest normal value
 *
 * A node of the tree that is left whole (kdtree.h) is all core without a distance computed. Once the core points are
 * known the tree is narrowed to them; its positions then stand for core points alone.
 */
#ifndef ODDFLOW_DETECT_DBSCAN_KD_H
#define ODDFLOW_DETECT_DBSCAN_KD_H

#include "detect/dbscan_rule.h"
#include "stats/kdtree.h"

#define ODDI_DBSCAN_BATCH  32                      /* points that are looked for together */
#define ODDI_DBSCAN_POINTS (ODDI_DBSCAN_BATCH + 2) /* and their box */

/* Zero-initialised; reused. */
struct oddi_dbscan_kd {
    struct oddi_kd tree; /* node.mark: see each phase; ODDI_KD_NONE in nodes without a core point */
    size_t n_core;
    /* By position. While clusters are joined: union-find, the parent of the core point (the core points of a whole
     * node share the element of its first position, node.mark). Then the label (of a whole node: node.mark). */
    uint32_t *up;
    uint32_t *other; /* positions of the rows that are not core, n_other of them */
    size_t n_other;
    uint32_t *lowest, *name; /* scratch of n elements each */
    double *point;           /* scratch of ODDI_DBSCAN_POINTS * d values */
    struct oddi_room up_room, point_room;
};

/* False when memory ends. m->n >= 1. */
bool oddi_dbscan_kd_fit(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule,
                        const struct oddi_matrix *m, struct oddi_judged *out) ODD_MUST_CHECK;
void oddi_dbscan_kd_free(struct oddi_dbscan_kd *s);

/* Which points of a leaf that is not whole are core: flag[i] = 1 for the i-th, else 0; returns how many are. */
uint32_t oddi_dbscan_core(struct oddi_dbscan_kd *s, uint32_t leaf, size_t min_samples, uint8_t *flag);

/* Joins clusters; node.mark = position of one of the node's core points. Afterwards oddi_dbscan_root() tells them
 * apart. */
void oddi_dbscan_join(struct oddi_dbscan_kd *s);
uint32_t oddi_dbscan_root(struct oddi_dbscan_kd *s, uint32_t element);

/* A core point near q. */
struct oddi_dbscan_found {
    double d2;
    uint32_t pos, node;
};

/* The nearest core point to q, of equally near ones the lowest row (n_core >= 1). */
struct oddi_dbscan_found oddi_dbscan_nearest(struct oddi_dbscan_kd *s, const double *q);
/* The label of a core point, once labels are set. */
uint32_t oddi_dbscan_label(const struct oddi_dbscan_kd *s, const struct oddi_dbscan_found *f);
/* The least of `label` and the labels of all core points within eps of q. */
uint32_t oddi_dbscan_least_label(struct oddi_dbscan_kd *s, const double *q, uint32_t label);
/* As oddi_detector.explain (n_core >= 1). */
void oddi_dbscan_kd_explain(struct oddi_dbscan_kd *s, const struct oddi_dbscan_rule *rule, const double *row,
                            struct oddi_why *why);

#endif
