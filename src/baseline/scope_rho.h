/* How alike the rows of one host are. */
#ifndef ODDFLOW_BASELINE_SCOPE_RHO_H
#define ODDFLOW_BASELINE_SCOPE_RHO_H

#include "baseline/scope_bins.h"

/* Intraclass correlation of the bin indicators within hosts, by one-way analysis of variance, pooled over all bins
 * (Donner & Koval 1980): with k hosts of m_i rows, MSB and MSW the mean squares between and within hosts,
 * m0 = (n - sum m_i^2 / n)/(k - 1) and s = max(0, (MSB - MSW)/m0), rho = sum s / sum (s + MSW). Within 0 and 1; 0 where
 * there is nothing to estimate it from (one host, or one row a host). host[i] < n_hosts. False when memory ends. */
bool oddi_scope_rho(const struct oddi_scope_bins *bins, size_t n, const uint32_t *host, size_t n_hosts,
                    double *rho) ODD_MUST_CHECK;

#endif
