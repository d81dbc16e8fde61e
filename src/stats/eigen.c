#include "stats/eigen.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MAX_SWEEPS 60
#define SAME_SIZE  1e-9

/* The rotation in the plane (p, q) that makes a[p][q] zero, on rows and columns of a and on the vectors (as rows). */
static void rotate(double *a, size_t d, size_t p, size_t q, double *vector)
{
    double apq = a[p * d + q], theta = (a[q * d + q] - a[p * d + p]) / (2 * apq);
    double t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1)), c = 1 / sqrt(t * t + 1),
           s = t * c;

    a[p * d + p] -= t * apq;
    a[q * d + q] += t * apq;
    a[p * d + q] = a[q * d + p] = 0;
    for (size_t k = 0; k < d; k++) {
        double vp = vector[p * d + k], vq = vector[q * d + k];

        vector[p * d + k] = c * vp - s * vq;
        vector[q * d + k] = s * vp + c * vq;
        if (k == p || k == q)
            continue;
        vp = a[p * d + k];
        vq = a[q * d + k];
        a[p * d + k] = a[k * d + p] = c * vp - s * vq;
        a[q * d + k] = a[k * d + q] = s * vp + c * vq;
    }
}

/* Too small to change either diagonal element: as good as zero. */
static bool negligible(const double *a, size_t d, size_t p, size_t q)
{
    double apq = fabs(a[p * d + q]), app = fabs(a[p * d + p]), aqq = fabs(a[q * d + q]);

    return apq <= 0x1p-60 * sqrt(app) * sqrt(aqq) || apq < 0x1p-1000;
}

static bool sweep(double *a, size_t d, double *vector)
{
    bool rotated = false;

    for (size_t p = 0; p < d; p++)
        for (size_t q = p + 1; q < d; q++) {
            if (negligible(a, d, p, q)) {
                a[p * d + q] = a[q * d + p] = 0;
                continue;
            }
            rotate(a, d, p, q, vector);
            rotated = true;
        }
    return rotated;
}

static void swap_rows(double *vector, size_t d, size_t i, size_t j)
{
    for (size_t k = 0; k < d; k++) {
        double v = vector[i * d + k];

        vector[i * d + k] = vector[j * d + k];
        vector[j * d + k] = v;
    }
}

/* Insertion sort, stable: d is small. */
static void sort_descending(double *value, double *vector, size_t d)
{
    for (size_t i = 1; i < d; i++)
        for (size_t j = i; j > 0 && value[j] > value[j - 1]; j--) {
            double v = value[j];

            value[j] = value[j - 1];
            value[j - 1] = v;
            swap_rows(vector, d, j, j - 1);
        }
}

static void fix_sign(double *v, size_t d)
{
    double most = 0;
    size_t first = 0;

    for (size_t k = 0; k < d; k++)
        most = fabs(v[k]) > most ? fabs(v[k]) : most;
    while (first + 1 < d && fabs(v[first]) < most * (1 - SAME_SIZE))
        first++;
    if (v[first] < 0)
        for (size_t k = 0; k < d; k++)
            v[k] = -v[k];
}

void oddi_eigen_symmetric(double *a, size_t d, double *value, double *vector)
{
    memset(vector, 0, d * d * sizeof *vector);
    for (size_t k = 0; k < d; k++)
        vector[k * d + k] = 1;
    for (int i = 0; i < MAX_SWEEPS && sweep(a, d, vector); i++)
        ;
    for (size_t k = 0; k < d; k++)
        value[k] = a[k * d + k];
    sort_descending(value, vector, d);
    for (size_t k = 0; k < d; k++)
        fix_sign(vector + k * d, d);
}
