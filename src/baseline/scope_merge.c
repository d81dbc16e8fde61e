#include "baseline/scope_merge.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* Groups of leaves, each at the index of its first leaf. */
struct groups {
    const struct oddi_scope_data *data;
    const struct oddi_scope_tree *tree;
    const struct oddi_scope_found *found;
    const struct oddi_scope_leaf *leaf;
    double lambda;
    size_t n, n_words;
    uint32_t *hist, *host_rows; /* n x bins, n x hosts */
    uint64_t *host_days;        /* n sets of n_words words */
    uint64_t *rows;
    double *gain; /* n x n, of i < j; NaN: one of them is gone */
    uint32_t *of; /* of each leaf */
};

static bool make_groups(struct groups *g, size_t n_leaves)
{
    const struct oddi_scope_data *d = g->data;

    g->n = n_leaves;
    g->n_words = d->n_host_days / 64 + 1;
    g->hist = oddi_calloc_array(n_leaves, d->bins.n_codes * sizeof(uint32_t));
    g->host_rows = oddi_calloc_array(n_leaves, d->n_hosts * sizeof(uint32_t));
    g->host_days = oddi_calloc_array(n_leaves, g->n_words * sizeof(uint64_t));
    g->rows = oddi_calloc_array(n_leaves, sizeof(uint64_t));
    g->gain = oddi_malloc_array(n_leaves * n_leaves, sizeof(double));
    return g->hist && g->host_rows && g->host_days && g->rows && g->gain;
}

static void free_groups(struct groups *g)
{
    free(g->hist);
    free(g->host_rows);
    free(g->host_days);
    free(g->rows);
    free(g->gain);
}

static void fill_group(struct groups *g, size_t i, const uint32_t *row)
{
    const struct oddi_scope_data *d = g->data;

    g->of[i] = (uint32_t)i;
    g->rows[i] = g->leaf[i].to - g->leaf[i].from;
    for (size_t k = g->leaf[i].from; k < g->leaf[i].to; k++) {
        uint32_t host_day = d->host_day[row[k]];

        oddi_scope_bins_add(&d->bins, row[k], g->hist + i * d->bins.n_codes);
        g->host_rows[i * d->n_hosts + d->host[row[k]]]++;
        g->host_days[i * g->n_words + host_day / 64] |= UINT64_C(1) << host_day % 64;
    }
}

/* The node at which the ways to two nodes part: children have greater numbers than their parents. */
static uint32_t parting(const struct oddi_scope_tree *tree, uint32_t a, uint32_t b)
{
    while (a != b) {
        if (a > b)
            a = tree->nodes[a].parent;
        else
            b = tree->nodes[b].parent;
    }
    return a;
}

/* Whether evidence of a cut is counted in hosts. */
static bool of_host(const struct oddi_scope_data *d, const struct oddi_cut *cut)
{
    for (size_t v = 0; cut->kind == ODDI_CUT_DIM && v < d->n_values; v++)
        if (d->values[v].dim == ODDI_CUT_DIM && d->values[v].which == cut->from)
            return d->values[v].of_host;
    return cut->kind == ODDI_CUT_NET;
}

static double effective(const struct groups *g, size_t i, size_t j, const struct oddi_cut *cut)
{
    const struct oddi_scope_data *d = g->data;
    const uint32_t *a = g->host_rows + i * d->n_hosts, *b = g->host_rows + j * d->n_hosts;
    double sum = 0;

    if (!of_host(d, cut)) {
        for (size_t k = 0; k < g->n_words; k++)
            sum += __builtin_popcountll(g->host_days[i * g->n_words + k] | g->host_days[j * g->n_words + k]);
        return sum;
    }
    for (size_t h = 0; h < d->n_hosts; h++)
        if (a[h] + b[h] > 0)
            sum += oddi_scope_effective(d->rho, a[h] + b[h]);
    return sum;
}

/* What it gains to keep two groups apart. */
static double gain_of(const struct groups *g, size_t i, size_t j)
{
    uint32_t node = parting(g->tree, g->leaf[i].node, g->leaf[j].node);
    size_t codes = g->data->bins.n_codes, occupied = 0, features = g->data->bins.n_features;
    const uint32_t *a = g->hist + i * codes, *b = g->hist + j * codes;
    const double *e = g->data->entropy;
    size_t n = g->rows[i] + g->rows[j];
    double saved = (double)features * (e[n] - e[g->rows[i]] - e[g->rows[j]]), bins = 0;

    for (size_t c = 0; c < codes; c++) {
        occupied += a[c] + b[c] > 0;
        bins += e[a[c] + b[c]] - e[a[c]] - e[b[c]];
    }
    return oddi_scope_gain(g->lambda, saved - bins, (double)n, effective(g, i, j, &g->tree->nodes[node].cut),
                           occupied - features, g->found[node].candidates);
}

static void join(struct groups *g, size_t i, size_t j)
{
    const struct oddi_scope_data *d = g->data;

    for (size_t c = 0; c < d->bins.n_codes; c++)
        g->hist[i * d->bins.n_codes + c] += g->hist[j * d->bins.n_codes + c];
    for (size_t h = 0; h < d->n_hosts; h++)
        g->host_rows[i * d->n_hosts + h] += g->host_rows[j * d->n_hosts + h];
    for (size_t k = 0; k < g->n_words; k++)
        g->host_days[i * g->n_words + k] |= g->host_days[j * g->n_words + k];
    g->rows[i] += g->rows[j];
    for (size_t k = 0; k < g->n; k++)
        if (g->of[k] == j)
            g->of[k] = (uint32_t)i;
    for (size_t k = 0; k < g->n; k++) {
        g->gain[k < j ? k * g->n + j : j * g->n + k] = NAN;
        if (k != i && g->of[k] == k)
            g->gain[k < i ? k * g->n + i : i * g->n + k] = k < i ? gain_of(g, k, i) : gain_of(g, i, k);
    }
}

/* The pair with the most negative gain; false if none is negative. */
static bool least(const struct groups *g, size_t *i, size_t *j)
{
    double least = 0;

    for (size_t a = 0; a < g->n; a++)
        for (size_t b = a + 1; b < g->n; b++)
            if (g->gain[a * g->n + b] < least) {
                least = g->gain[a * g->n + b];
                *i = a;
                *j = b;
            }
    return least < 0;
}

enum odd_status oddi_scope_merge(const struct oddi_scope_data *data, const struct oddi_scope_tree *tree,
                                 const struct oddi_scope_found *found, const uint32_t *row,
                                 const struct oddi_scope_leaf *leaf, size_t n_leaves, double lambda,
                                 uint32_t *group, struct odd_error *err)
{
    struct groups g = {
        .data = data, .tree = tree, .found = found, .leaf = leaf, .lambda = lambda, .of = group};
    size_t i = 0, j = 0;

    if (!make_groups(&g, n_leaves)) {
        free_groups(&g);
        return oddi_fail_memory(err);
    }
    for (size_t k = 0; k < n_leaves; k++)
        fill_group(&g, k, row);
    for (size_t a = 0; a < n_leaves; a++)
        for (size_t b = a + 1; b < n_leaves; b++)
            g.gain[a * n_leaves + b] = gain_of(&g, a, b);
    while (least(&g, &i, &j))
        join(&g, i, j);
    free_groups(&g);
    return ODD_OK;
}
