/*
 * One feature, before it is sorted: most values lie in a few intervals ("cells") narrower than eps that hold many
 * points. All points of such a cell are core points of one cluster, and of the cell's inside nothing can be seen from
 * outside it but its min_samples least and greatest values. So the rest is left out, and only what is kept is sorted.
 *
 * What DBSCAN finds among the kept points is what it finds among all: a point outside a cell counts at most
 * min_samples neighbours in it, the cell stays all core, and its ends are kept.
 */
#ifndef ODDFLOW_DETECT_DBSCAN_CELLS_H
#define ODDFLOW_DETECT_DBSCAN_CELLS_H

#include "detect/dbscan_rule.h"
#include "stats/room.h"

#define ODDI_CELLS_NONE UINT32_MAX

/* A cell of which only the ends are kept. */
struct oddi_cell {
    double *low, *high; /* min_samples values: the least ascending; the greatest descending */
    uint32_t *low_row, *high_row;
    uint32_t first_row; /* lowest row of the cell */
    uint32_t cluster;   /* the user's */
};

/* Zero-initialised; reused. */
struct oddi_cells {
    struct oddi_cell *cell; /* n_cells of them, ascending */
    size_t n_cells;
    size_t ends;  /* how many least and greatest values of a cell are kept: min_samples */
    double *kept; /* n_kept values: in row order those outside the cells, then the ends of cell after cell */
    uint32_t *kept_row;
    size_t n_kept;
    double *all; /* copy of all n values */
    size_t n;
    uint16_t *at;   /* by row: the interval it is in */
    uint32_t *slot; /* by interval: index of its cell, or ODDI_CELLS_NONE */
    int32_t *label; /* by interval; the user's */
    double lo, scale;
    size_t intervals; /* x is in interval (x - lo) * scale, cut to a whole number */
    struct oddi_room all_room, count_room, cell_room, ends_room, kept_room;
};

enum oddi_condensed { ODDI_CONDENSED, ODDI_CONDENSED_NOT_WORTH_IT, ODDI_CONDENSED_NO_MEMORY };

/* Sorts n >= 1 values into cells. NOT_WORTH_IT: too few points would be left out. */
enum oddi_condensed oddi_cells_condense(struct oddi_cells *c, const struct oddi_dbscan_rule *rule,
                                        const double *x, size_t n) ODD_MUST_CHECK;
/* Whether points that were left out may be nearer to x than the kept ones. */
bool oddi_cells_hide(const struct oddi_cells *c, double x);
void oddi_cells_free(struct oddi_cells *c);

#endif
