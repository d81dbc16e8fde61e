/*
 * DBSCAN the slow and obvious way, for comparison: every pair, no tree, no shared code with the library.
 */
#ifndef TEST_SUPPORT_DBSCAN_TWIN_H
#define TEST_SUPPORT_DBSCAN_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct twin {
    const double *x; /* n rows of d features, row-major; the caller's */
    size_t n, d;
    double eps;
    size_t min_samples;
    int32_t *label;
    double *score;
    bool *core;
    size_t n_clusters, n_noise, n_core;
};

/* Judges all n rows; twin_free() frees what t then holds. */
void twin_dbscan(struct twin *t, const double *x, size_t n, size_t d, double eps, size_t min_samples);
void twin_free(struct twin *t);
/* Squared distance of a row to its nearest core point (INFINITY if there is none), whose row goes to *nearest. */
double twin_nearest(const struct twin *t, const double *row, size_t *nearest);
/* The value of feature j nearest to the row's own at which it is within eps of a core point; NAN if there is none. */
double twin_normal_at(const struct twin *t, const double *row, size_t j);

#endif
