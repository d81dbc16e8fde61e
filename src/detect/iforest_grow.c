#include "detect/iforest_forest.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "detect/iforest_ranks.h"

#define EULER_GAMMA 0.57721566490153286

double oddi_forest_c(size_t n)
{
    double m = (double)n;

    if (n <= 1)
        return 0;
    if (n == 2)
        return 1;
    return 2 * (log(m - 1) + EULER_GAMMA) - 2 * (m - 1) / m;
}

/* ---- Layout --------------------------------------------------------------------------------------- */

/* As many binary places as keep a sum over all trees within the 53 bits of a double. */
static unsigned exact_bits(size_t n_trees, unsigned depth, size_t rows)
{
    double most = (double)n_trees * (depth + oddi_forest_c(rows) + 1);
    int used;

    frexp(most, &used);
    return (unsigned)(52 - used);
}

bool oddi_forest_room(struct oddi_forest *f, size_t n_trees, unsigned depth, size_t d, size_t rows)
{
    size_t n_nodes = (size_t)1 << depth, all;

    if (__builtin_mul_overflow(n_trees, n_nodes, &all) || !oddi_room(&f->threshold, all, sizeof(double)) ||
        !oddi_room(&f->feature, all, sizeof(uint32_t)) || !oddi_room(&f->mean, all, sizeof(double)) ||
        !oddi_room(&f->value, all, sizeof(double)))
        return false;
    f->d = d;
    f->n_trees = n_trees;
    f->n_nodes = n_nodes;
    f->depth = depth;
    f->bits = exact_bits(n_trees, depth, rows);
    f->norm = (double)n_trees * oddi_forest_c(rows);
    f->ranked = false;
    for (size_t i = 0; i < all; i++)
        ((double *)f->threshold.at)[i] = INFINITY;
    memset(f->feature.at, 0, all * sizeof(uint32_t));
    memset(f->mean.at, 0, all * sizeof(double));
    memset(f->value.at, 0, all * sizeof(double));
    return true;
}

void oddi_forest_set_split(struct oddi_forest *f, size_t tree, size_t node, uint32_t feature,
                           double threshold)
{
    size_t at = tree * f->n_nodes + node;

    ((double *)f->threshold.at)[at] = threshold;
    ((uint32_t *)f->feature.at)[at] = feature;
}

static unsigned level_of(size_t node)
{
    return 63 - (unsigned)__builtin_clzll(node);
}

static double leaf_length(const struct oddi_forest *f, size_t node, size_t rows)
{
    double one = ldexp(1, (int)f->bits);

    return rint((level_of(node) + oddi_forest_c(rows)) * one) / one;
}

void oddi_forest_set_leaf(struct oddi_forest *f, size_t tree, size_t node, size_t rows)
{
    double length = leaf_length(f, node, rows);

    for (; node < f->n_nodes; node *= 2) {
        oddi_forest_set_split(f, tree, node, 0, INFINITY);
        ((double *)f->mean.at)[tree * f->n_nodes + node] = length;
    }
    ((double *)f->value.at)[tree * f->n_nodes + node - f->n_nodes] = length;
}

/* ---- Growing -------------------------------------------------------------------------------------- */

struct growth {
    struct oddi_forest *f;
    struct oddi_rng rng;
    size_t tree, rows, n_features;
    double *sample;  /* the tree's rows, by column */
    uint32_t *order; /* positions in the sample; a node has a range of them */
    uint32_t *features;
};

static bool range_of(const struct growth *g, uint32_t feature, size_t start, size_t end, double *lo,
                     double *hi)
{
    const double *x = g->sample + feature * g->rows;

    *lo = *hi = x[g->order[start]];
    for (size_t i = start + 1; i < end; i++) {
        double v = x[g->order[i]];

        *lo = v < *lo ? v : *lo;
        *hi = v > *hi ? v : *hi;
    }
    return *lo < *hi;
}

/* A feature that is not constant in the node, each as likely, and a threshold in [lo, hi): false if there is none. */
static bool choose(struct growth *g, size_t start, size_t end, uint32_t *feature, double *threshold)
{
    for (size_t left = g->n_features; left > 0; left--) {
        size_t pick = (size_t)oddi_rng_below(&g->rng, left);
        double lo, hi, u;

        *feature = g->features[pick];
        g->features[pick] = g->features[left - 1];
        g->features[left - 1] = *feature;
        if (!range_of(g, *feature, start, end, &lo, &hi))
            continue;
        u = oddi_rng_double(&g->rng);
        *threshold = lo * (1 - u) + hi * u;
        if (!(*threshold >= lo && *threshold < hi))
            *threshold = lo;
        return true;
    }
    return false;
}

static size_t partition(struct growth *g, size_t start, size_t end, uint32_t feature, double threshold)
{
    const double *x = g->sample + feature * g->rows;

    while (start < end) {
        uint32_t row = g->order[start];

        if (x[row] <= threshold) {
            start++;
        } else {
            g->order[start] = g->order[--end];
            g->order[end] = row;
        }
    }
    return start;
}

/* Returns the mean path length of the node's rows. */
static double grow(struct growth *g, size_t node, size_t start, size_t end)
{
    struct oddi_forest *f = g->f;
    size_t rows = end - start, middle;
    uint32_t feature;
    double threshold, left, right, *mean = &((double *)f->mean.at)[g->tree * f->n_nodes + node];

    if (rows < 2 || node >= f->n_nodes || !choose(g, start, end, &feature, &threshold)) {
        oddi_forest_set_leaf(f, g->tree, node, rows);
        return leaf_length(f, node, rows);
    }
    oddi_forest_set_split(f, g->tree, node, feature, threshold);
    middle = partition(g, start, end, feature, threshold);
    left = grow(g, 2 * node, start, middle);
    right = grow(g, 2 * node + 1, middle, end);
    *mean = (left * (double)(middle - start) + right * (double)(end - middle)) / (double)rows;
    return *mean;
}

/* ---- Drawing rows --------------------------------------------------------------------------------- */

/* Adds to a set of numbers below UINT32_MAX (open addressing; UINT32_MAX = free); false if it is in there. */
static bool add_new(uint32_t *set, size_t mask, uint32_t number)
{
    uint64_t h = number * 0x9e3779b97f4a7c15u;

    for (size_t at = (size_t)(h >> 32) & mask;; at = (at + 1) & mask) {
        if (set[at] == number)
            return false;
        if (set[at] == UINT32_MAX) {
            set[at] = number;
            return true;
        }
    }
}

/* Few of many: draws until there are enough different ones. */
static void draw_few(struct growth *g, size_t n, uint32_t *set, size_t mask)
{
    memset(set, 0xff, (mask + 1) * sizeof *set);
    for (size_t k = 0; k < g->rows;) {
        uint32_t row = (uint32_t)oddi_rng_below(&g->rng, n);

        if (add_new(set, mask, row))
            g->order[k++] = row;
    }
}

/* Most of them: one decision per row (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S). */
static void draw_most(struct growth *g, size_t n)
{
    for (size_t row = 0, k = 0; k < g->rows; row++)
        if (oddi_rng_below(&g->rng, n - row) < g->rows - k)
            g->order[k++] = (uint32_t)row;
}

static void draw(struct growth *g, const struct oddi_forest_rule *rule, const struct oddi_matrix *z,
                 uint32_t *set, size_t mask)
{
    if (rule->bootstrap)
        for (size_t k = 0; k < g->rows; k++)
            g->order[k] = (uint32_t)oddi_rng_below(&g->rng, z->n);
    else if (g->rows > z->n / 2)
        draw_most(g, z->n);
    else
        draw_few(g, z->n, set, mask);
    for (size_t k = 0; k < g->rows; k++) {
        for (size_t j = 0; j < z->d; j++)
            g->sample[j * g->rows + k] = z->x[g->order[k] * z->d + j];
        g->order[k] = (uint32_t)k;
    }
}

/* The features that the tree may use come first. */
static void draw_features(struct growth *g, size_t d)
{
    for (size_t j = 0; j < d; j++)
        g->features[j] = (uint32_t)j;
    for (size_t j = 0; j < g->n_features && g->n_features < d; j++) {
        size_t pick = j + (size_t)oddi_rng_below(&g->rng, d - j);
        uint32_t feature = g->features[pick];

        g->features[pick] = g->features[j];
        g->features[j] = feature;
    }
}

static unsigned depth_for(size_t rows)
{
    return rows <= 2 ? 1 : level_of(rows - 1) + 1;
}

/* Fit sizes: `order` holds rows and features, `picked` the set of drawn rows. */
static bool scratch(struct oddi_forest *f, size_t rows, size_t d, size_t *mask)
{
    size_t cells;

    *mask = ((size_t)4 << level_of(rows)) - 1;
    return !__builtin_mul_overflow(rows, d, &cells) && oddi_room(&f->sample, cells, sizeof(double)) &&
           oddi_room(&f->order, rows + d, sizeof(uint32_t)) &&
           oddi_room(&f->picked, *mask + 1, sizeof(uint32_t));
}

bool oddi_forest_grow(struct oddi_forest *f, const struct oddi_forest_rule *rule, const struct oddi_matrix *z)
{
    size_t rows = rule->rows, mask;
    struct growth g = {.f = f, .rows = rows, .n_features = rule->n_features};

    if (!oddi_forest_room(f, rule->n_trees, depth_for(rows), z->d, rows) || !scratch(f, rows, z->d, &mask))
        return false;
    g.sample = f->sample.at;
    g.order = f->order.at;
    g.features = g.order + rows;
    for (g.tree = 0; g.tree < rule->n_trees; g.tree++) {
        uint64_t mixed = rule->seed;

        oddi_rng_seed(&g.rng, oddi_splitmix64(&mixed) + g.tree);
        draw_features(&g, z->d);
        draw(&g, rule, z, f->picked.at, mask);
        grow(&g, 1, 0, rows);
    }
    f->ranked = oddi_ranks_worth(f, z->n);
    return !f->ranked || oddi_ranks_make(f);
}

void oddi_forest_free(struct oddi_forest *f)
{
    struct oddi_room *rooms[] = {&f->threshold, &f->feature,    &f->mean,      &f->value,
                                 &f->sample,    &f->picked,     &f->order,     &f->events,
                                 &f->sorted,    &f->sorted_row, &f->word,      &f->cut,
                                 &f->cut_from,  &f->rank_value, &f->rank_node, &f->narrow};

    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        oddi_room_free(rooms[i]);
    oddi_sort_free(&f->sort);
}
