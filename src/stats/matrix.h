/* A matrix as every scaler and detector sees it: n rows of d features, row-major, packed, finite. */
#ifndef ODDFLOW_STATS_MATRIX_H
#define ODDFLOW_STATS_MATRIX_H

#include <stddef.h>

struct oddi_matrix {
    double *x;
    size_t n, d;
};

#endif
