#include "detect/dbscan_auto.h"

#include <float.h>
#include <math.h>

static void k_distances(struct oddi_dbscan_auto *s, const struct oddi_matrix *z, size_t k, double *d2)
{
    for (size_t p = 0; p < z->n; p++) {
        uint32_t i = s->near.order[p];
        size_t found = oddi_nearest_find(&s->near, z->x + i * z->d, k, i, ODDI_KD_NONE);

        d2[i] = s->near.found[found - 1].d2;
    }
}

static size_t knee_of(const double *d2, size_t n)
{
    double first = oddi_near_distance(d2[0]), range = oddi_near_distance(d2[n - 1]) - first, most = -1;
    size_t knee = 0;

    for (size_t i = 0; i < n; i++) {
        double below =
            (double)i / (double)(n - 1) - (range > 0 ? (oddi_near_distance(d2[i]) - first) / range : 0);

        if (below > most) {
            most = below;
            knee = i;
        }
    }
    return knee;
}

/* The least eps whose square is not below d2. */
static double reach(double d2)
{
    double eps = oddi_near_distance(d2);

    while (eps * eps < d2 && eps < DBL_MAX)
        eps = nextafter(eps, INFINITY);
    return eps;
}

bool oddi_dbscan_auto(struct oddi_dbscan_auto *s, const struct oddi_matrix *z, size_t min_samples,
                      double *eps)
{
    size_t k = min_samples > 2 ? min_samples - 1 : 1, knee;
    double *sorted;

    if (!oddi_nearest_build(&s->near, z, k, false) || !oddi_room(&s->distance, z->n, sizeof(double)) ||
        !oddi_room(&s->sorted, z->n, sizeof(double)) || !oddi_room(&s->row, z->n, sizeof(uint32_t)))
        return false;
    k_distances(s, z, k, s->distance.at);
    sorted = s->sorted.at;
    if (!oddi_sort_rows(&s->sort, s->distance.at, z->n, 1, sorted, s->row.at))
        return false;
    knee = knee_of(sorted, z->n);
    while (knee + 1 < z->n && !(sorted[knee] > 0))
        knee++;
    *eps = sorted[knee] > 0 ? reach(sorted[knee]) : 1;
    return true;
}

void oddi_dbscan_auto_free(struct oddi_dbscan_auto *s)
{
    oddi_nearest_free(&s->near);
    oddi_room_free(&s->distance);
    oddi_room_free(&s->sorted);
    oddi_room_free(&s->row);
    oddi_sort_free(&s->sort);
}
