#include "detect/standard.h"

#include <math.h>
#include <string.h>

#include "stats/moments.h"

#define SUM_BLOCK 128 /* rows whose products are added up before they join the total */

void oddi_standard_fit(const struct oddi_matrix *z, double *location, double *scale)
{
    oddi_moments(z, location, scale);
    for (size_t j = 0; j < z->d; j++)
        scale[j] = oddi_is_constant(location[j], scale[j], z->n) ? 1 : sqrt(scale[j]);
}

void oddi_standard_row(const double *location, const double *scale, const double *x, size_t d, double *out)
{
    for (size_t j = 0; j < d; j++)
        out[j] = (x[j] - location[j]) / scale[j];
}

/* Upper triangle of the sums of products of the standardised rows start..end. */
static void add_products(const struct oddi_matrix *m, const double *location, const double *scale,
                         size_t start, size_t end, double *row, double *products)
{
    size_t d = m->d;

    memset(products, 0, d * d * sizeof *products);
    for (size_t i = start; i < end; i++) {
        oddi_standard_row(location, scale, m->x + i * d, d, row);
        for (size_t j = 0; j < d; j++)
            for (size_t k = j; k < d; k++)
                products[j * d + k] += row[j] * row[k];
    }
}

void oddi_standard_covariance(const struct oddi_matrix *z, const double *location, const double *scale,
                              double *row, double *covariance)
{
    size_t d = z->d;
    double *total = covariance, *part = total + d * d;

    memset(total, 0, d * d * sizeof *total);
    for (size_t start = 0; start < z->n; start += SUM_BLOCK) {
        size_t end = z->n - start < SUM_BLOCK ? z->n : start + SUM_BLOCK;

        add_products(z, location, scale, start, end, row, part);
        for (size_t i = 0; i < d * d; i++)
            total[i] += part[i];
    }
    for (size_t j = 0; j < d; j++)
        for (size_t k = j; k < d; k++)
            total[j * d + k] = total[k * d + j] = total[j * d + k] / (double)z->n;
}
