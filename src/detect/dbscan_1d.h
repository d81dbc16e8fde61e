/* DBSCAN of one feature: sort, then sweep. O(n) after the sort, whatever eps. */
#ifndef ODDFLOW_DETECT_DBSCAN_1D_H
#define ODDFLOW_DETECT_DBSCAN_1D_H

#include "detect/dbscan_rule.h"
#include "stats/sort.h"

/* Zero-initialised; reused. */
struct oddi_dbscan_1d {
    double *core; /* the core points, ascending; equal ones in row order */
    uint32_t *core_row;
    size_t n_core;
    struct oddi_sort sort;
    struct oddi_room value, row, mark;
};

/* False when memory ends. n >= 1. */
bool oddi_dbscan_1d_fit(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, const double *x,
                        size_t n, struct oddi_judged *out) ODD_MUST_CHECK;
/* Squared distance to the nearest core point; n_core >= 1. */
double oddi_dbscan_1d_near2(const struct oddi_dbscan_1d *s, double x);
void oddi_dbscan_1d_explain(const struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x,
                            struct oddi_why *why);
void oddi_dbscan_1d_free(struct oddi_dbscan_1d *s);

#endif
