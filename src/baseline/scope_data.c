#include "baseline/scope_data.h"

#include <math.h>

#include "base/mem.h"
#include "baseline/scope_rho.h"

static const uint8_t lengths[2][ODDI_SCOPE_N_LENGTHS] = {{16, 18, 20, 22, 24}, {32, 40, 48, 56, 64}};

static uint64_t read_big(const uint8_t *p, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

#define NOT_SEEN (UINT32_MAX - 1)

/* The first 64 bits of a prefix; those of IPv4 take the place of ::/32, which is reserved (RFC 4291, 2.5). False for an
 * address in no prefix. */
static bool net_key(const struct oddi_addr *a, size_t which, uint64_t *key)
{
    if (a->kind == ODDI_ADDR_V4) {
        *key = read_big(a->bytes, 4) & (UINT32_MAX << (32 - lengths[0][which]));
        return true;
    }
    if (a->kind != ODDI_ADDR_V6 || read_big(a->bytes, 4) == 0)
        return false;
    *key = read_big(a->bytes, 8) & (UINT64_MAX << (64 - lengths[1][which]));
    return true;
}

struct oddi_net oddi_scope_net(const struct oddi_scope_values *values, uint32_t value)
{
    uint64_t key = values->id.key[value];
    bool v4 = key <= UINT32_MAX;
    struct oddi_net net = {.addr = {.kind = v4 ? ODDI_ADDR_V4 : ODDI_ADDR_V6},
                           .bits = lengths[v4 ? 0 : 1][values->which]};
    size_t n = v4 ? 4 : 8;

    for (size_t i = 0; i < n; i++)
        net.addr.bytes[i] = (uint8_t)(key >> 8 * (n - 1 - i));
    return net;
}

/* The key of a row's value; false if it has none. */
static bool value_key(const struct oddi_rows_view *rows, const struct oddi_scope_values *v, size_t row,
                      uint64_t *key)
{
    if (v->dim == ODDI_CUT_NET)
        return net_key(&rows->key[row].addr, v->which, key);
    if (v->dim == ODDI_CUT_DIM) {
        *key = rows->key[row].dim[v->which];
        return *key != 0;
    }
    if (v->dim == ODDI_CUT_EVENT) {
        *key = 1;
        return rows->key[row].events >> v->which & 1;
    }
    *key = rows->key[row].service;
    return rows->key[row].service != ODDI_NO_SERVICE;
}

static bool number_values(struct oddi_scope_data *data, struct oddi_scope_values *v)
{
    size_t n = data->rows->n;

    v->value = oddi_malloc_array(n, sizeof(uint32_t));
    if (!v->value)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint64_t key;

        if (!value_key(data->rows, v, i, &key))
            v->value[i] = ODDI_NO_ID;
        else if (!oddi_ids_add(&v->id, key, &v->value[i]))
            return false;
    }
    return true;
}

/* Whether no host has rows of two values, or with and without one. */
static bool is_of_host(const struct oddi_scope_data *data, const struct oddi_scope_values *v, uint32_t *of)
{
    for (size_t h = 0; h < data->n_hosts; h++)
        of[h] = NOT_SEEN;
    for (size_t i = 0; i < data->rows->n; i++) {
        uint32_t *seen = &of[data->host[i]];

        if (*seen != NOT_SEEN && *seen != v->value[i])
            return false;
        *seen = v->value[i];
    }
    return true;
}

static bool add_dimension(struct oddi_scope_data *data, enum oddi_cut_kind dim, size_t which, uint32_t *of)
{
    struct oddi_scope_values *v = &data->values[data->n_values++];

    v->dim = dim;
    v->which = which;
    if (!number_values(data, v))
        return false;
    v->of_host = dim == ODDI_CUT_NET || (dim == ODDI_CUT_DIM && is_of_host(data, v, of));
    return true;
}

/* Events without a row have no number: of those that no row is in there is nothing to cut. */
static bool number_dimensions(struct oddi_scope_data *data)
{
    uint32_t *of = oddi_malloc_array(data->n_hosts + 1, sizeof *of);
    uint64_t events = 0, dims = 0;
    bool ok = of != NULL;

    for (size_t i = 0; i < data->rows->n; i++) {
        events |= data->rows->key[i].events;
        for (size_t d = 0; d < ODDI_MAX_DIMS; d++)
            dims |= (uint64_t)(data->rows->key[i].dim[d] != 0) << d;
    }
    for (size_t d = 0; ok && d < ODDI_SCOPE_N_LENGTHS; d++)
        ok = add_dimension(data, ODDI_CUT_NET, d, of);
    ok = ok && add_dimension(data, ODDI_CUT_SERVICE, 0, of);
    for (size_t d = 0; ok && d < ODDI_MAX_DIMS; d++)
        ok = !(dims >> d & 1) || add_dimension(data, ODDI_CUT_DIM, d, of);
    for (size_t d = 1; ok && d <= ODDI_MAX_EVENTS; d++) {
        size_t event = d % ODDI_MAX_EVENTS; /* any event last: of equal cuts the one with a name is taken */

        ok = !(events >> event & 1) || add_dimension(data, ODDI_CUT_EVENT, event, of);
    }
    free(of);
    return ok;
}

/* Hosts, days, and both together. */
static bool number_units(struct oddi_scope_data *data)
{
    struct oddi_ids hosts = {0}, days = {0}, both = {0};
    size_t n = data->rows->n;
    bool ok = true;

    data->host = oddi_malloc_array(n, sizeof(uint32_t));
    data->day = oddi_malloc_array(n, sizeof(uint32_t));
    data->host_day = oddi_malloc_array(n, sizeof(uint32_t));
    ok = data->host && data->day && data->host_day;
    for (size_t i = 0; ok && i < n; i++)
        ok = oddi_ids_add(&hosts, data->rows->key[i].host, &data->host[i]) &&
             oddi_ids_add(&days, (uint64_t)(int64_t)data->rows->key[i].day, &data->day[i]) &&
             oddi_ids_add(&both, (uint64_t)data->host[i] << 32 | data->day[i], &data->host_day[i]);
    data->n_hosts = hosts.n;
    data->n_days = days.n;
    data->n_host_days = both.n;
    oddi_ids_free(&hosts);
    oddi_ids_free(&days);
    oddi_ids_free(&both);
    return ok;
}

static bool tabulate_entropy(struct oddi_scope_data *data)
{
    data->entropy = oddi_malloc_array(data->rows->n + 1, sizeof(double));
    if (!data->entropy)
        return false;
    data->entropy[0] = 0;
    for (size_t c = 1; c <= data->rows->n; c++)
        data->entropy[c] = (double)c * log((double)c);
    return true;
}

enum odd_status oddi_scope_data_make(const struct oddi_rows_view *rows, struct oddi_scope_data *out,
                                     struct odd_error *err)
{
    *out = (struct oddi_scope_data){.rows = rows};
    ODDI_TRY(oddi_scope_bins_make(rows, &out->bins, err));
    if (!number_units(out) || !number_dimensions(out) || !tabulate_entropy(out) ||
        !oddi_scope_rho(&out->bins, rows->n, out->host, out->n_hosts, &out->rho))
        return oddi_fail_memory(err);
    return ODD_OK;
}

void oddi_scope_data_free(struct oddi_scope_data *data)
{
    oddi_scope_bins_free(&data->bins);
    free(data->host);
    free(data->day);
    free(data->host_day);
    free(data->entropy);
    for (size_t d = 0; d < data->n_values; d++) {
        free(data->values[d].value);
        oddi_ids_free(&data->values[d].id);
    }
    *data = (struct oddi_scope_data){0};
}
