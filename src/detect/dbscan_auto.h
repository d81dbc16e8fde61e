/*
 * eps from the data: the knee of the k-distance curve (Ester, Kriegel, Sander and Xu 1996, section 4.2).
 *
 * The curve is the distance of each row to its (min_samples - 1)-th nearest other row (the nearest, if min_samples is 1),
 * ascending. With both axes scaled to 0..1, the knee is the row farthest below the straight line from the first to the
 * last (Satopaa, Albrecht, Irwin and Raghavan 2011, Kneedle, without smoothing; ties: the first). eps is the distance
 * there; the least distance above 0 if that is 0; 1 if all are 0. Rounded up so that eps * eps is not below the square.
 */
#ifndef ODDFLOW_DETECT_DBSCAN_AUTO_H
#define ODDFLOW_DETECT_DBSCAN_AUTO_H

#include "detect/nearest.h"
#include "stats/sort.h"

/* Zero-initialised; reused. */
struct oddi_dbscan_auto {
    struct oddi_nearest near;
    struct oddi_room distance, sorted, row;
    struct oddi_sort sort;
};

/* *eps for z (n >= 2 rows, n > min_samples - 1, d >= 1). False when memory ends. */
bool oddi_dbscan_auto(struct oddi_dbscan_auto *s, const struct oddi_matrix *z, size_t min_samples,
                      double *eps) ODD_MUST_CHECK;
void oddi_dbscan_auto_free(struct oddi_dbscan_auto *s);

#endif
