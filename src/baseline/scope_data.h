/*
 * The rows made ready for the search: bins, and hosts, days, host-days, prefixes, services and values numbered from 0.
 */
#ifndef ODDFLOW_BASELINE_SCOPE_DATA_H
#define ODDFLOW_BASELINE_SCOPE_DATA_H

#include "base/ids.h"
#include "baseline/scope_bins.h"
#include "baseline/model.h"

#define ODDI_SCOPE_N_LENGTHS 5
#define ODDI_SCOPE_HOURS     24
#define ODDI_SCOPE_WEEKDAYS  7

/* A dimension of the kind "this value against the rest". */
struct oddi_scope_values {
    enum oddi_cut_kind dim;
    size_t which;       /* NET: of the lengths; DIM, EVENT: its number */
    bool of_host;       /* each host has one value only: evidence is counted in hosts */
    uint32_t *value;    /* of each row, or ODDI_NO_ID */
    struct oddi_ids id; /* the key of each value; ties are broken by it */
};

#define ODDI_SCOPE_N_VALUES (ODDI_SCOPE_N_LENGTHS + 1 + ODDI_MAX_DIMS + ODDI_MAX_EVENTS)

struct oddi_scope_data {
    const struct oddi_rows_view *rows;
    struct oddi_scope_bins bins;
    uint32_t *host, *day, *host_day; /* of each row */
    size_t n_hosts, n_days, n_host_days;
    struct oddi_scope_values
        values[ODDI_SCOPE_N_VALUES]; /* the lengths, coarsest first, services, dimensions, events */
    size_t n_values;
    double *entropy; /* entropy[c] = c ln c, c = 0 .. rows->n */
    double rho;
};

/* ODD_ERR_MEMORY. Free it in any case. */
enum odd_status oddi_scope_data_make(const struct oddi_rows_view *rows, struct oddi_scope_data *out,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_scope_data_free(struct oddi_scope_data *data);

/* The prefix of number `value` of a NET dimension. */
struct oddi_net oddi_scope_net(const struct oddi_scope_values *values, uint32_t value);

/* Rows that a host with m of them is worth (Kish's design effect). */
static inline double oddi_scope_effective(double rho, uint32_t m)
{
    return m / (1 + (m - 1.0) * rho);
}

#endif
