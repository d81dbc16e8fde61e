/*
 * DBSCAN of one feature: sort, then sweep; O(n) after the sort, whatever eps. Where most points are in dense cells, only
 * what the cells keep is sorted (dbscan_cells.h).
 *
 * dbscan_1d.c       the fit
 * dbscan_1d_near.c  the nearest core point, and the nearest normal value
 */
#ifndef ODDFLOW_DETECT_DBSCAN_1D_H
#define ODDFLOW_DETECT_DBSCAN_1D_H

#include "detect/dbscan_cells.h"
#include "stats/sort.h"

/* Zero-initialised; reused. */
struct oddi_dbscan_1d {
    double *core; /* the core points, ascending; the first of equal ones is the lowest row */
    uint32_t *core_row;
    size_t n_core;
    bool condensed; /* some core points are left out: see oddi_cells_hide() */
    struct oddi_cells cells;
    struct oddi_sort sort;
    struct oddi_room value, row, mark;
};

/* False when memory ends. n >= 1. */
bool oddi_dbscan_1d_fit(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, const double *x,
                        size_t n, struct oddi_judged *out) ODD_MUST_CHECK;
/* Makes `core` complete, for questions about values that the cells hide. False when memory ends: n_core is 0 then. */
bool oddi_dbscan_1d_unfold(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule) ODD_MUST_CHECK;
void oddi_dbscan_1d_free(struct oddi_dbscan_1d *s);

/* Squared distance to the nearest core point; n_core >= 1. False when memory ends. */
bool oddi_dbscan_1d_near2(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x,
                          double *d2) ODD_MUST_CHECK;
/* As oddi_detector.explain; n_core >= 1. False when memory ends. */
bool oddi_dbscan_1d_explain(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x,
                            struct oddi_why *why) ODD_MUST_CHECK;

#endif
