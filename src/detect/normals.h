/*
 * What detectors with scores by tail (by_tail.h) explain with: the normal rows of the fitted matrix, and the value at
 * which a row would be normal.
 */
#ifndef ODDFLOW_DETECT_NORMALS_H
#define ODDFLOW_DETECT_NORMALS_H

#include "detect/by_tail.h"
#include "detect/nearest.h"

/* Zero-initialised. */
struct oddi_normals {
    size_t n, d; /* rows kept */
    bool built;  /* the tree is only made when the first row is explained */
    struct oddi_room x, row;
    struct oddi_nearest near;
};

/* Keeps a copy of the rows of z whose raw scores are normal by the tail that was fitted on them. */
bool oddi_normals_keep(struct oddi_normals *s, struct oddi_tail *t, const struct oddi_matrix *z,
                       const double *raw) ODD_MUST_CHECK;
void oddi_normals_free(struct oddi_normals *s);

/* Fills why->nearest and distance: the nearest normal row that is not the row itself (why->self). ODD_END if
 * there is none. */
enum odd_status oddi_normals_nearest(struct oddi_normals *s, const double *x, struct oddi_why *why,
                                     struct odd_error *err);

/* Whether a raw score is normal, to whom it is asked about (oddi_tail_among). */
bool oddi_is_normal(const struct oddi_tail *t, double raw);

/* How far the row x is from normal: 0 if it is normal, else a distance by which any feature may change without the row
 * becoming normal. */
typedef double (*oddi_gap_fn)(void *ctx, const double *x);

/* The value of feature j nearest to x[j], from `low` to `high` (and x[j]), at which the row is normal, others held; x[j]
 * itself if the row is normal, NaN if it is so nowhere. Walks from x[j] both ways in steps of the gap, but of at least
 * `least` > 0, so that a stretch of normal values narrower than that can be passed over; then by bisection, right to a
 * double. The gap function sees x with feature j changed; x is restored. */
double oddi_normal_at(oddi_gap_fn fn, void *ctx, double *x, size_t j, double low, double high, double least);

#endif
