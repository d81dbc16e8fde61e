/*
 * The forest of an isolation forest (Liu, Ting and Zhou 2008; sklearn/ensemble/_iforest.py): growing it, the path
 * lengths of rows, what each feature adds to one, and where a feature would have to be.
 *
 * A tree is laid out as a perfect binary tree of `depth` levels: node 1 is the root, the children of node i are 2 i
 * (x <= threshold) and 2 i + 1, the leaves are nodes 2^depth and up. A leaf that lies higher is carried down along left
 * children with a threshold of infinity. So every row takes the same number of steps, and no step is a branch.
 *
 * The path length at a leaf is its depth plus c(rows in it), rounded to a multiple of 2^-bits such that the sum over all
 * trees is exact: the order of the trees, the block of rows and the instruction set cannot show in the result.
 */
#ifndef ODDFLOW_DETECT_IFOREST_FOREST_H
#define ODDFLOW_DETECT_IFOREST_FOREST_H

#include <stdint.h>

#include "oddflow/oddflow.h"
#include "stats/matrix.h"
#include "stats/room.h"
#include "stats/sort.h"

#define ODDI_FOREST_MAX_TREES   100000
#define ODDI_FOREST_MAX_SAMPLES 0x1000000 /* rows per tree */

struct oddi_forest_rule {
    size_t n_trees;    /* 1 to the limit above */
    size_t rows;       /* per tree: 1 to the limit above, and at most z->n */
    size_t n_features; /* that a tree may use: 1 to z->d */
    bool bootstrap;    /* draw the rows of a tree with replacement */
    uint64_t seed;
};

/* Zero-initialised; rooms only grow. */
struct oddi_forest {
    size_t d, n_trees,
        n_nodes; /* nodes 0..n_nodes-1 of a tree are inner ones (0 is unused); so many leaves */
    unsigned depth, bits;
    double norm; /* n_trees * c(rows per tree); 0 where that is 0 */
    /* One entry per inner node, n_nodes per tree; `mean` is the mean path length over the tree's own rows that pass. */
    struct oddi_room threshold, feature, mean; /* double, uint32_t, double */
    struct oddi_room value;                    /* double, per leaf: its path length */
    /* detect/iforest_ranks.h, if it was asked for: per inner node feature << 29 | rank of the threshold; the thresholds of
     * each feature, ascending and different; where each feature's begin; scratch. */
    bool ranked;
    struct oddi_room word, cut, cut_from, rank_value, rank_node;
    bool narrowed; /* detect/iforest_narrow.h: the words in 16 bits each */
    struct oddi_room narrow;
    struct oddi_room sample, picked, order, events, sorted, sorted_row;
    struct oddi_sort sort;
};

/* c(n): the mean path length of an unsuccessful search in a binary search tree of n keys. */
double oddi_forest_c(size_t n);

/* Makes room for n_trees trees of `depth` levels over d features, trained on `rows` rows each, and sets norm and bits.
 * Every node is a leaf of path length 0 until it is set. False when memory ends. */
bool oddi_forest_room(struct oddi_forest *f, size_t n_trees, unsigned depth, size_t d, size_t rows);
/* Writes a split, or a leaf at any level (and all below it) with `rows` rows in it. */
void oddi_forest_set_split(struct oddi_forest *f, size_t tree, size_t node, uint32_t feature,
                           double threshold);
void oddi_forest_set_leaf(struct oddi_forest *f, size_t tree, size_t node, size_t rows);

/* Grows the forest on the rows of z (n >= 1, d >= 1, n <= UINT32_MAX). Tree t depends on the rule, the seed, t and z alone.
 * False when memory ends. */
bool oddi_forest_grow(struct oddi_forest *f, const struct oddi_forest_rule *rule,
                      const struct oddi_matrix *z) ODD_MUST_CHECK;

/* sum[i] = path length of row i, summed over all trees (exact). */
void oddi_forest_lengths(const struct oddi_forest *f, const double *x, size_t n, double *sum);
/* The same in plain C, whatever the processor. */
void oddi_forest_lengths_portable(const struct oddi_forest *f, const double *x, size_t n, double *sum);
/* 2^(-sum / norm): higher = odder; 0.5 where norm is 0, as scikit-learn. */
double oddi_forest_score(const struct oddi_forest *f, double sum);

/*
 * How much each feature shortens the path of a row. A step of a path from a node to a child changes the expected path
 * length from the node's mean to the child's; the change belongs to the feature that was asked. So, exactly,
 *     sum over features of shorter[j] = mean path length over all trees' own rows - path length of the row,
 * both averaged over the trees. shorter has room for d values.
 */
void oddi_forest_shorter(const struct oddi_forest *f, const double *row, double *shorter);
/* The first term of that identity. */
double oddi_forest_base(const struct oddi_forest *f);

/* The value nearest to row[j] at which normal(ctx, score) holds, all other features held (ties: the lower one); NaN if
 * there is none. False when memory ends. */
bool oddi_forest_normal_at(struct oddi_forest *f, const double *row, size_t j,
                           bool (*normal)(const void *ctx, double score), const void *ctx,
                           double *normal_at) ODD_MUST_CHECK;

void oddi_forest_free(struct oddi_forest *f);

#endif
