/*
 * The contract of a detector: a matrix in, a score (higher = odder) and, where it clusters, a label per row out.
 *
 * A detector knows matrices, never flows. Its state is reused for matrix after matrix (buffers only grow), is fitted by
 * one thread at a time, and holds everything that it needs to score new rows and to explain: it never keeps a pointer to
 * the matrix it was fitted on. A detector without a threshold of its own has the scores and labels of detect/by_tail.h.
 * Adding one: docs/adding-a-detector.md.
 */
#ifndef ODDFLOW_DETECT_DETECT_H
#define ODDFLOW_DETECT_DETECT_H

#include "base/param.h"
#include "stats/matrix.h"

enum {
    ODDI_DETECT_WINDOW = 1,  /* judges the rows of the matrix it was fitted on */
    ODDI_DETECT_NOVELTY = 2, /* scores new rows after a fit */
    ODDI_DETECT_EXPLAIN = 4,
    ODDI_DETECT_CLUSTER = 8, /* labels are clusters, -1 = noise */
    ODDI_DETECT_FAR =
        16, /* a row that moves away from all others never becomes less odd, and is odd in the end */
    ODDI_DETECT_ROUGH = 32, /* normal_at is at the border of normal values, but maybe not at the nearest */
};

/* Where a fit puts its verdicts on the n rows it was given. Caller-owned; any pointer may be NULL. */
struct oddi_judged {
    int32_t *label;    /* -1 = odd; else the cluster or, without CLUSTER, 0 */
    double *score;     /* 0..100; NaN for every row if there is nothing to compare with */
    double *raw;       /* the method's own number, higher = odder; NaN wherever the score is */
    size_t n_clusters; /* without CLUSTER: 1, or 0 if every row is odd */
    size_t n_noise;    /* rows labelled -1 */
    double eps;        /* dbscan: its radius, in the units of the matrix; others leave it as it was */
    bool eps_chosen;   /* and whether it was chosen for this matrix */
};

/* Why a row is odd, in the units of the matrix. `share` and `normal_at` have room for d values. */
struct oddi_why {
    const uint32_t *self;   /* in: the row of the fitted matrix that this one is; NULL = a new row */
    const uint32_t *entity; /* in: whose row a new one is (matrix.h); NULL = nobody's of the fitted matrix */
    size_t nearest;         /* row of the nearest normal point (core point); ties: lowest row */
    double distance;        /* to it */
    double *share;          /* per feature, sums to 1 */
    double *
        normal_at; /* per feature: the value nearest to the row's own at which, all other features held, the row
                          would be normal; NaN if there is none (ROUGH: if none was found) */
};

struct oddi_detector {
    const char *name, *summary, *details;
    unsigned caps;
    const struct odd_param *params;
    size_t n_params;
    size_t state_size;

    /* `state` is zeroed, state_size bytes, aligned for any type. */
    enum odd_status (*init)(void *state, const union oddi_value *values, struct odd_error *err);
    enum odd_status (*fit)(void *state, const struct oddi_matrix *z, struct oddi_judged *out,
                           struct odd_error *err);
    /* NOVELTY: scores of new rows (NaN when there is nothing to compare with), and raw ones if `raw` is not NULL. Rows
     * of the fitted matrix that are said to be so (z->self) get the scores of the fit. */
    enum odd_status (*score)(void *state, const struct oddi_matrix *z, double *score, double *raw,
                             struct odd_error *err);
    /* EXPLAIN: the d values of a row (of the fitted matrix, see why->self, or new). ODD_END if there is nothing to
     * compare with. */
    enum odd_status (*explain)(void *state, const double *row, struct oddi_why *why, struct odd_error *err);
    void (*clear)(void *state); /* frees what state holds */
};

/* detect_table.c: sorted by name; NULL past the end. */
const struct oddi_detector *oddi_detector_at(size_t i);
const struct oddi_detector *oddi_detector_find(const char *name);

#endif
