/*
 * A kd-tree over the rows of a matrix, split only where it helps (Bentley 1975; the boxes are tight, as in
 * sklearn/neighbors/_binary_tree.pxi.tp).
 *
 * The points of a node are a contiguous range of positions; coordinates are kept by column in that order, so that a
 * leaf is scanned with vector instructions. A node whose points are all within `radius` of each other and number at
 * least `whole` is left whole: whoever needs its inside asks oddi_kd_split() for it. Splits keep the order of rows, so
 * the points of every leaf are in ascending row order.
 *
 * Squared distances are sums of squared differences in the order of the columns. Because rounding is monotone, the
 * bounds that a box gives (oddi_kd_near2, oddi_kd_far2) hold exactly for the computed distances of its points.
 */
#ifndef ODDFLOW_STATS_KDTREE_H
#define ODDFLOW_STATS_KDTREE_H

#include <stdint.h>

#include "oddflow/oddflow.h"
#include "stats/matrix.h"
#include "stats/room.h"

#define ODDI_KD_LEAF  24  /* a leaf that can be split has at most so many points */
#define ODDI_KD_DEPTH 200 /* nodes deeper than this are not split */
#define ODDI_KD_NONE  UINT32_MAX

enum {
    ODDI_KD_BALL = 1,  /* all its points are within the radius of each other */
    ODDI_KD_POINT = 2, /* all its points are equal */
    ODDI_KD_WHOLE = 4, /* a BALL of at least `whole` points, or part of one */
};

struct oddi_kd_node {
    uint32_t start, end; /* positions of its points */
    uint32_t child; /* the two children are child and child + 1; 0 = leaf. Always greater than the node */
    uint32_t mark;  /* the user's; oddi_kd_split copies it and `user` to the children */
    uint16_t depth;
    uint8_t flags;
    uint8_t user;
};

struct oddi_kd {
    size_t n, d;
    size_t stride; /* doubles from one column to the next: at least n, padded by some zeros */
    double *col;
    uint32_t *row; /* position -> row */
    struct oddi_kd_node *node;
    double *box; /* node i: d lower bounds at box + 2 * d * i, then d upper bounds */
    size_t n_nodes;

    double radius2, side;
    size_t whole;
    size_t node_cap, box_cap;
    struct oddi_room col_room, row_room, spare;
    uint32_t *at; /* in spare: positions of the few */
};

/* Builds the tree of m (n <= UINT32_MAX rows, finite) over whatever kd held before; kd starts zero-initialised. */
bool oddi_kd_build(struct oddi_kd *kd, const struct oddi_matrix *m, double radius,
                   size_t whole) ODD_MUST_CHECK;
void oddi_kd_free(struct oddi_kd *kd);

/* Splits a leaf; moves the points of its range, and the nodes (kd->node, kd->box) in memory. False if it cannot be
 * split or should not: few points, all equal, too deep, or memory has ended. */
bool oddi_kd_split(struct oddi_kd *kd, uint32_t node);

/* Moves the points of a leaf whose flag is 1, of which there are `ones`, before those whose flag is 0, each in order. Its
 * box must hold. */
void oddi_kd_part(struct oddi_kd *kd, uint32_t node, const uint8_t *flag, size_t ones);
/* Sets the box of a leaf (of at least one point) to that of its points; the user may have taken some out by moving
 * the end of the range. */
void oddi_kd_fit_box(struct oddi_kd *kd, uint32_t node);

static inline const double *oddi_kd_lo(const struct oddi_kd *kd, uint32_t node)
{
    return kd->box + 2 * kd->d * node;
}

static inline const double *oddi_kd_hi(const struct oddi_kd *kd, uint32_t node)
{
    return kd->box + 2 * kd->d * node + kd->d;
}

/* Least computed squared distance from q to any point that the box may hold. */
static inline double oddi_kd_near2(const double *q, const double *lo, const double *hi, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double below = lo[j] - q[j], above = q[j] - hi[j];
        double t = below > above ? below : above;

        t = t > 0 ? t : 0;
        sum += t * t;
    }
    return sum;
}

/* Greatest. */
static inline double oddi_kd_far2(const double *q, const double *lo, const double *hi, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double below = q[j] - lo[j], above = hi[j] - q[j];
        double t = below > above ? below : above;

        sum += t * t;
    }
    return sum;
}

/* The same between the points of two boxes. */
static inline double oddi_kd_box_near2(const double *lo, const double *hi, const double *lo2,
                                       const double *hi2, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double below = lo2[j] - hi[j], above = lo[j] - hi2[j];
        double t = below > above ? below : above;

        t = t > 0 ? t : 0;
        sum += t * t;
    }
    return sum;
}

static inline double oddi_kd_box_far2(const double *lo, const double *hi, const double *lo2,
                                      const double *hi2, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double below = hi2[j] - lo[j], above = hi[j] - lo2[j];
        double t = below > above ? below : above;

        sum += t * t;
    }
    return sum;
}

/* Coordinates of the point at a position. */
static inline void oddi_kd_point(const struct oddi_kd *kd, uint32_t pos, double *out)
{
    for (size_t j = 0; j < kd->d; j++)
        out[j] = kd->col[j * kd->stride + pos];
}

/* ---- kdtree_scan.c: the inner loops, with AVX2 where the processor has it; the same bits either way ---- */

#define ODDI_KD_CHUNK 32

/* Squared distances from q to the points at start..end-1, at most ODDI_KD_CHUNK of them. `out` has room for
 * ODDI_KD_CHUNK; values past the last point are undefined. */
void oddi_kd_dist2(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end, double *out);
/* How many of the points at start..end-1 are within radius2 of q; may stop counting at `enough`. */
uint32_t oddi_kd_count(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                       uint32_t enough);

/* The portable bodies, for the tests. */
void oddi_kd_dist2_portable(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                            double *out);
uint32_t oddi_kd_count_portable(const struct oddi_kd *kd, const double *q, uint32_t start, uint32_t end,
                                uint32_t enough);

/* ---- kdtree_move.c: the inner loops of building it, likewise ---- */

/* Least and greatest of n >= 1 values, no NaN and no -0 among them. */
void oddi_kd_range(const double *x, size_t n, double *lo, double *hi);
/* Moves the values whose flag is 1 to the front of x and the others, whose flag is 0, behind them, each in order. `spare`
 * has room for n. */
void oddi_kd_pack(double *x, const uint8_t *flag, size_t n, double *spare);

void oddi_kd_range_portable(const double *x, size_t n, double *lo, double *hi);
void oddi_kd_pack_portable(double *x, const uint8_t *flag, size_t n, double *spare);

#endif
