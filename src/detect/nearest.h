/*
 * Exact k nearest neighbours of rows among the rows of a fitted matrix, for detectors that compare distances.
 *
 * Neighbours are ordered by their squared distance (the sum of squared differences in the order of the columns), then by
 * row. With entities, each entity counts once, by its nearest row.
 */
#ifndef ODDFLOW_DETECT_NEAREST_H
#define ODDFLOW_DETECT_NEAREST_H

#include <float.h>
#include <math.h>

#include "stats/kdtree.h"

struct oddi_near {
    double d2;
    uint32_t row; /* of the fitted matrix */
    uint32_t pos; /* in the tree */
};

/* A distance from its square; finite even where the square is too great for a double. */
static inline double oddi_near_distance(double d2)
{
    return sqrt(d2 < DBL_MAX ? d2 : DBL_MAX);
}

/* Zero-initialised; reused from matrix to matrix. */
struct oddi_nearest {
    struct oddi_kd tree;
    uint32_t *order;  /* the rows in the order of the tree: neighbours are near each other */
    uint32_t *entity; /* by row; NULL: each row counts */
    size_t n_entities;
    struct oddi_room order_room, entity_room, list;
    struct oddi_near *found; /* oddi_nearest_find's answer */
};

/* Takes the rows of m (n <= UINT32_MAX - 1), entities included if `others`, and room for answers of up to k rows. False
 * when memory ends. */
bool oddi_nearest_build(struct oddi_nearest *s, const struct oddi_matrix *m, size_t k,
                        bool others) ODD_MUST_CHECK;
void oddi_nearest_free(struct oddi_nearest *s);

/* How many rows (or entities) there are besides the row's own. */
size_t oddi_nearest_others(const struct oddi_nearest *s);

/* s->found: the k nearest (fewer if there are no more) to q, ascending, except the row `self` and the rows of entity
 * `own` (ODDI_KD_NONE: none is left out). Returns how many. */
size_t oddi_nearest_find(struct oddi_nearest *s, const double *q, size_t k, uint32_t self, uint32_t own);

/* Adds to share[j] for each feature `weight` times its part of the squared distance from q to the point at a position. No
 * part if they are equal. */
void oddi_nearest_parts(const struct oddi_nearest *s, const double *q, uint32_t pos, double weight,
                        double *share);
/* Scales the d shares to the sum 1; equal ones if all are 0. */
void oddi_nearest_whole(double *share, size_t d);

/* Row i of z, to be judged: the fitted row that it is, and its entity; ODDI_KD_NONE where it has none. */
uint32_t oddi_nearest_self(const struct oddi_matrix *z, size_t i);
uint32_t oddi_nearest_own(const struct oddi_nearest *s, const struct oddi_matrix *z, size_t i);

#endif
