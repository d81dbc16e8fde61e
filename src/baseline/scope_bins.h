/* Features as histogram bins, numbered through over all features (scope_search.h says where they are cut). */
#ifndef ODDFLOW_BASELINE_SCOPE_BINS_H
#define ODDFLOW_BASELINE_SCOPE_BINS_H

#include "base/error.h"
#include "baseline/row.h"

struct oddi_scope_bins {
    uint16_t *code; /* n x n_features, row-major: the number of the bin */
    size_t n_codes;
    size_t n_features;
};

/* ODD_ERR_MEMORY. */
enum odd_status oddi_scope_bins_make(const struct oddi_rows_view *rows, struct oddi_scope_bins *out,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_scope_bins_free(struct oddi_scope_bins *bins);

/* hist[bin] += 1 for each bin of a row. */
static inline void oddi_scope_bins_add(const struct oddi_scope_bins *bins, size_t row, uint32_t *hist)
{
    const uint16_t *code = bins->code + row * bins->n_features;

    for (size_t j = 0; j < bins->n_features; j++)
        hist[code[j]]++;
}

#endif
