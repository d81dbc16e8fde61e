/* Eigenvalues and eigenvectors of small symmetric matrices. */
#ifndef ODDFLOW_STATS_EIGEN_H
#define ODDFLOW_STATS_EIGEN_H

#include <stddef.h>

/*
 * Cyclic Jacobi rotations (Jacobi 1846; Rutishauser 1966) on the d x d symmetric matrix a, which is destroyed: its
 * off-diagonal elements go to 0. value[d] gets the eigenvalues in descending order (ties: as the diagonal was), and
 * row k of vector (d x d, row-major) the unit eigenvector of value[k], signed so that its element of greatest magnitude is
 * positive (of those within 1e-9 of it, the first). O(d^3) for each of some ten sweeps. Entries must be finite.
 */
void oddi_eigen_symmetric(double *a, size_t d, double *value, double *vector);

#endif
