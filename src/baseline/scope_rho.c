#include "baseline/scope_rho.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* Rows of host h: row[start[h]] .. row[start[h + 1] - 1], in order. */
struct by_host {
    uint32_t *row, *start;
};

static bool group_by_host(size_t n, const uint32_t *host, size_t n_hosts, struct by_host *g)
{
    g->row = oddi_malloc_array(n, sizeof(uint32_t));
    g->start = oddi_calloc_array(n_hosts + 2, sizeof(uint32_t));
    if (!g->row || !g->start)
        return false;
    for (size_t i = 0; i < n; i++)
        g->start[host[i] + 2]++;
    for (size_t h = 1; h <= n_hosts; h++)
        g->start[h + 1] += g->start[h];
    for (size_t i = 0; i < n; i++)
        g->row[g->start[host[i] + 1]++] = (uint32_t)i;
    return true;
}

/* total[b] = rows in bin b; within[b] = sum over hosts of (rows of the host in b)^2 / rows of the host. */
static void sum_squares(const struct oddi_scope_bins *bins, const struct by_host *g, size_t n_hosts,
                        uint32_t *hist, double *total, double *within)
{
    for (size_t h = 0; h < n_hosts; h++) {
        double m = g->start[h + 1] - g->start[h];

        memset(hist, 0, bins->n_codes * sizeof *hist);
        for (uint32_t k = g->start[h]; k < g->start[h + 1]; k++)
            oddi_scope_bins_add(bins, g->row[k], hist);
        for (size_t b = 0; b < bins->n_codes; b++) {
            total[b] += hist[b];
            within[b] += (double)hist[b] * hist[b] / m;
        }
    }
}

static double pooled(const struct oddi_scope_bins *bins, const struct by_host *g, size_t n_hosts,
                     const double *total, const double *within)
{
    double n = g->start[n_hosts], k = (double)n_hosts, squares = 0, m0, between = 0, all = 0;

    for (size_t h = 0; h < n_hosts; h++) {
        double m = g->start[h + 1] - g->start[h];

        squares += m * m;
    }
    m0 = (n - squares / n) / (k - 1);
    for (size_t b = 0; b < bins->n_codes; b++) {
        double msb = (within[b] - total[b] * total[b] / n) / (k - 1);
        double msw = (total[b] - within[b]) / (n - k), s = fmax(0, (msb - msw) / m0);

        between += s;
        all += s + msw;
    }
    return all > 0 ? between / all : 0;
}

bool oddi_scope_rho(const struct oddi_scope_bins *bins, size_t n, const uint32_t *host, size_t n_hosts,
                    double *rho)
{
    struct by_host g = {0};
    uint32_t *hist;
    double *total, *within;
    bool ok;

    *rho = 0;
    if (n_hosts < 2 || n == n_hosts)
        return true;
    hist = oddi_malloc_array(bins->n_codes, sizeof *hist);
    total = oddi_calloc_array(bins->n_codes, sizeof *total);
    within = oddi_calloc_array(bins->n_codes, sizeof *within);
    ok = group_by_host(n, host, n_hosts, &g) && hist && total && within;
    if (ok) {
        sum_squares(bins, &g, n_hosts, hist, total, within);
        *rho = pooled(bins, &g, n_hosts, total, within);
    }
    free(g.row);
    free(g.start);
    free(hist);
    free(total);
    free(within);
    return ok;
}
