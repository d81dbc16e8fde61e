#include "detect/iforest_forest.h"

#include <math.h>
#include <string.h>

#include "detect/iforest_ranks.h"

/* Rows that walk a tree together, so that their steps overlap. */
#define TOGETHER 8

/* A block of rows stays in the first-level cache while all trees pass over it. */
#define BLOCK_BYTES 16384

struct tree {
    const double *threshold, *value;
    const uint32_t *feature;
    unsigned depth;
    size_t n_nodes, d;
};

static struct tree tree_of(const struct oddi_forest *f, size_t t)
{
    size_t at = t * f->n_nodes;

    return (struct tree){.threshold = (const double *)f->threshold.at + at,
                         .value = (const double *)f->value.at + at,
                         .feature = (const uint32_t *)f->feature.at + at,
                         .depth = f->depth,
                         .n_nodes = f->n_nodes,
                         .d = f->d};
}

static void walk(const struct tree *t, const double *x, double *sum)
{
    size_t node[TOGETHER];

    for (int r = 0; r < TOGETHER; r++)
        node[r] = 1;
    for (unsigned level = 0; level < t->depth; level++)
        for (int r = 0; r < TOGETHER; r++)
            node[r] = 2 * node[r] + (x[(size_t)r * t->d + t->feature[node[r]]] > t->threshold[node[r]]);
    for (int r = 0; r < TOGETHER; r++)
        sum[r] += t->value[node[r] - t->n_nodes];
}

static void walk_one(const struct tree *t, const double *x, double *sum)
{
    size_t node = 1;

    for (unsigned level = 0; level < t->depth; level++)
        node = 2 * node + (x[t->feature[node]] > t->threshold[node]);
    *sum += t->value[node - t->n_nodes];
}

static void lengths_of_block(const struct oddi_forest *f, const double *x, size_t n, double *sum)
{
    memset(sum, 0, n * sizeof *sum);
    for (size_t t = 0; t < f->n_trees; t++) {
        struct tree tree = tree_of(f, t);
        size_t i = 0;

        for (; i + TOGETHER <= n; i += TOGETHER)
            walk(&tree, x + i * f->d, sum + i);
        for (; i < n; i++)
            walk_one(&tree, x + i * f->d, sum + i);
    }
}

void oddi_forest_lengths_portable(const struct oddi_forest *f, const double *x, size_t n, double *sum)
{
    size_t block = BLOCK_BYTES / sizeof(double) / f->d;

    block = block < TOGETHER ? TOGETHER : block;
    for (size_t i = 0; i < n; i += block)
        lengths_of_block(f, x + i * f->d, n - i < block ? n - i : block, sum + i);
}

void oddi_forest_lengths(const struct oddi_forest *f, const double *x, size_t n, double *sum)
{
    if (f->ranked && oddi_ranks_worth(f, n))
        oddi_ranks_lengths(f, x, n, sum);
    else
        oddi_forest_lengths_portable(f, x, n, sum);
}

double oddi_forest_score(const struct oddi_forest *f, double sum)
{
    return exp2(f->norm > 0 ? -sum / f->norm : -1);
}
