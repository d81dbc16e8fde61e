#include "baseline/scope_bins.h"

#include <math.h>

#include "base/mem.h"
#include "stats/sort.h"

#define N_QUANTILES 6
#define MAX_EDGES   (N_QUANTILES + 1)

static const double quantiles[N_QUANTILES] = {.25, .5, .75, .9, .97, .995};

/* One feature at a time. */
struct column {
    double *x, *sorted;
    uint32_t *row;
    struct oddi_sort sort;
};

/* Upper ends of the bins, the last bin has none. `x` ascending, n > 0. */
static size_t find_edges(const double *x, size_t n, double *edge)
{
    size_t n_edges = 0, at_least = 0;

    while (at_least < n && x[at_least] == x[0])
        at_least++;
    if ((double)at_least > 0.02 * (double)n && at_least < n)
        edge[n_edges++] = x[0];
    for (size_t k = 0; k < N_QUANTILES; k++) {
        double q = x[(size_t)fmax(ceil(quantiles[k] * (double)n) - 1, 0)];

        if (q < x[n - 1] && (n_edges == 0 || q > edge[n_edges - 1]))
            edge[n_edges++] = q;
    }
    return n_edges;
}

static bool sort_column(const struct oddi_rows_view *rows, size_t j, struct column *c, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        double x = rows->x[i * rows->d + j];

        if (!isnan(x))
            c->x[(*n)++] = x;
    }
    return oddi_sort_rows(&c->sort, c->x, *n, 1, c->sorted, c->row);
}

/* Codes of feature j; returns the number of its bins, 0 when memory ends. */
static size_t code_column(const struct oddi_rows_view *rows, size_t j, struct column *c,
                          struct oddi_scope_bins *bins)
{
    double edge[MAX_EDGES];
    size_t n, n_edges = 0;

    if (!sort_column(rows, j, c, &n))
        return 0;
    if (n > 0)
        n_edges = find_edges(c->sorted, n, edge);
    for (size_t i = 0; i < rows->n; i++) {
        double x = rows->x[i * rows->d + j];
        size_t bin = 0;

        if (isnan(x))
            bin = n_edges + 1;
        else
            while (bin < n_edges && x > edge[bin])
                bin++;
        bins->code[i * rows->d + j] = (uint16_t)(bins->n_codes + bin);
    }
    return n_edges + 1 + (n < rows->n);
}

enum odd_status oddi_scope_bins_make(const struct oddi_rows_view *rows, struct oddi_scope_bins *out,
                                     struct odd_error *err)
{
    struct column c = {.x = oddi_malloc_array(rows->n, sizeof(double)),
                       .sorted = oddi_malloc_array(rows->n, sizeof(double)),
                       .row = oddi_malloc_array(rows->n, sizeof(uint32_t))};
    bool ok;

    *out = (struct oddi_scope_bins){.n_features = rows->d};
    out->code = oddi_malloc_array(rows->n, rows->d * sizeof(uint16_t));
    ok = c.x && c.sorted && c.row && out->code;
    for (size_t j = 0; ok && j < rows->d; j++) {
        size_t n_bins = code_column(rows, j, &c, out);

        ok = n_bins > 0;
        out->n_codes += n_bins;
    }
    free(c.x);
    free(c.sorted);
    free(c.row);
    oddi_sort_free(&c.sort);
    if (ok)
        return ODD_OK;
    oddi_scope_bins_free(out);
    return oddi_fail_memory(err);
}

void oddi_scope_bins_free(struct oddi_scope_bins *bins)
{
    free(bins->code);
    *bins = (struct oddi_scope_bins){0};
}
