/* A matrix as every scaler and detector sees it: n rows of d features, row-major, packed, finite. */
#ifndef ODDFLOW_STATS_MATRIX_H
#define ODDFLOW_STATS_MATRIX_H

#include <stddef.h>
#include <stdint.h>

struct oddi_matrix {
    double *x;
    size_t n, d;
    /* n numbers: whose row each is (a host that has a row in every window, say). NULL: each row is its own entity.
     * Matrices that are compared with one another number entities alike, from 0 without great gaps. */
    const uint32_t *entity;
    /* Rows to be judged by what an earlier matrix taught: row i is row self[i] of that matrix, so a detector that
     * compares a row with the others leaves that one out. NULL: new rows. */
    const uint32_t *self;
    /* Rows that are judged at a time, where a matrix holds those of many times (the windows of a run). A score of 75 is then a
     * tail probability of 0.01 / at_once, among the rows of other entities (stats/tail.h). 0: all n at once. */
    size_t at_once;
};

#endif
