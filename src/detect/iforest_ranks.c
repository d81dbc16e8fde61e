#include "detect/iforest_ranks.h"

#include <math.h>
#include <string.h>

#include "detect/iforest_narrow.h"

#define MOST_FEATURES 8          /* values of a row that fit registers; the feature has 3 bits of a node */
#define MOST_RANK     0x1fffffff /* of a node's other bits; a threshold of infinity */
#define WORTH_ROWS    16384
#define BLOCK         ODDI_RANKS_BLOCK
#define TOGETHER      4
#define PADDING       128 /* nodes are loaded eight and more at a time, whether a tree has them or not */
#define DEFAULT_DEPTH 8   /* of trees of 256 rows */

bool oddi_ranks_worth(const struct oddi_forest *f, size_t n)
{
#if defined(__x86_64__)
    return n >= WORTH_ROWS && f->d <= MOST_FEATURES && f->n_trees < MOST_RANK / f->n_nodes &&
           __builtin_cpu_supports("avx2");
#else
    (void)f;
    (void)n;
    return false;
#endif
}

/* The ranks of one feature's thresholds, whose nodes are given; returns how many are different. */
static size_t rank_feature(uint32_t *word, uint32_t feature, const double *sorted, const uint32_t *order,
                           const uint32_t *node, size_t n, double *cut)
{
    size_t n_cuts = 0;

    for (size_t i = 0; i < n; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1])
            cut[n_cuts++] = sorted[i];
        word[node[order[i]]] = feature << 29 | (uint32_t)(n_cuts - 1);
    }
    return n_cuts;
}

static size_t thresholds_of(const struct oddi_forest *f, uint32_t feature, double *value, uint32_t *node)
{
    const double *threshold = f->threshold.at;
    const uint32_t *of = f->feature.at;
    size_t n = 0;

    for (size_t i = 0; i < f->n_trees * f->n_nodes; i++) {
        if (of[i] != feature || isinf(threshold[i]))
            continue;
        value[n] = threshold[i];
        node[n++] = (uint32_t)i;
    }
    return n;
}

bool oddi_ranks_make(struct oddi_forest *f)
{
    size_t all = f->n_trees * f->n_nodes, from = 0, *cut_from;
    uint32_t *word;

    if (!oddi_room(&f->word, all + PADDING, sizeof *word) || !oddi_room(&f->cut, all, sizeof(double)) ||
        !oddi_room(&f->cut_from, f->d + 1, sizeof *cut_from) ||
        !oddi_room(&f->rank_value, 2 * all, sizeof(double)) ||
        !oddi_room(&f->rank_node, 2 * all, sizeof(uint32_t)))
        return false;
    word = f->word.at;
    cut_from = f->cut_from.at;
    for (size_t i = 0; i < all + PADDING; i++)
        word[i] = MOST_RANK;
    for (uint32_t j = 0; j < f->d; j++) {
        double *value = f->rank_value.at, *sorted = value + all;
        uint32_t *node = f->rank_node.at, *order = node + all;
        size_t n = thresholds_of(f, j, value, node);

        if (!oddi_sort_rows(&f->sort, value, n, 1, sorted, order))
            return false;
        cut_from[j] = from;
        from += rank_feature(word, j, sorted, order, node, n, (double *)f->cut.at + from);
    }
    cut_from[f->d] = from;
    return oddi_narrow_make(f);
}

#if defined(__x86_64__)
#include <immintrin.h>

/* rank[i] = how many of n ascending cuts are below x[i * d]; all rows take each step of the search together. */
static void rank_values(const double *cut, size_t n, const double *x, size_t d, size_t rows, uint32_t *rank)
{
    double value[BLOCK];

    for (size_t i = 0; i < rows; i++) {
        value[i] = x[i * d];
        rank[i] = 0;
    }
    for (; n > 1; n -= n / 2) {
        size_t half = n / 2;

        for (size_t i = 0; i < rows; i++)
            rank[i] += cut[rank[i] + half - 1] < value[i] ? (uint32_t)half : 0;
    }
    for (size_t i = 0; n == 1 && i < rows; i++)
        rank[i] += cut[rank[i]] < value[i];
}

#define AVX2          __attribute__((target("avx2")))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

AVX2 ALWAYS_INLINE __m256i pick(__m256i a, __m256i b, __m256i sign)
{
    return _mm256_castps_si256(
        _mm256_blendv_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), _mm256_castsi256_ps(sign)));
}

/* The children of eight nodes: the feature is in the upper bits, and picks among the ranks of eight rows. */
AVX2 ALWAYS_INLINE __m256i step(__m256i node, __m256i word, const __m256i *v, int features)
{
    __m256i bit0 = _mm256_slli_epi32(word, 2), bit1 = _mm256_slli_epi32(word, 1), x = v[0];

    if (features > 1)
        x = pick(v[0], v[1], bit0);
    if (features > 2)
        x = pick(x, pick(v[2], v[3], bit0), bit1);
    if (features > 4)
        x = pick(x, pick(pick(v[4], v[5], bit0), pick(v[6], v[7], bit0), bit1), word);
    word = _mm256_and_si256(word, _mm256_set1_epi32(MOST_RANK));
    return _mm256_sub_epi32(_mm256_add_epi32(node, node), _mm256_cmpgt_epi32(x, word));
}

/* The words of eight nodes among the 8 << more that begin at `word`, by the lower bits of the nodes' numbers: looked up in
 * registers of eight, then picked by one bit after the other. (A gather costs as much as looking up in sixteen.) */
AVX2 ALWAYS_INLINE __m256i words_of(const uint32_t *word, __m256i node, int more)
{
    __m256i w[8];

    for (int k = 0; k < 1 << more; k++)
        w[k] = _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(word + 8 * k)),
                                           node);
    for (int bit = 0; bit < more; bit++)
        for (int k = 0; k < 1 << (more - 1 - bit); k++)
            w[k] = pick(w[2 * k], w[2 * k + 1], _mm256_slli_epi32(node, 28 - bit));
    return w[0];
}

AVX2 ALWAYS_INLINE __m256i words_at(const uint32_t *word, __m256i node, unsigned level)
{
    switch (level) {
    case 0:
    case 1:
    case 2:
        return words_of(word, node, 0);
    case 3:
        return words_of(word + 8, node, 0);
    case 4:
        return words_of(word + 16, node, 1);
    case 5:
        return words_of(word + 32, node, 2);
    case 6:
        return words_of(word + 64, node, 3);
    default:
        return _mm256_i32gather_epi32((const int *)word, node, 4);
    }
}

AVX2 ALWAYS_INLINE void add_leaves(const double *value, __m256i leaf, double *sum)
{
    int32_t at[8];

    _mm256_storeu_si256((__m256i *)(void *)at, leaf);
    for (int r = 0; r < 8; r++)
        sum[r] += value[at[r]];
}

/* TOGETHER times eight rows at a time: the steps of one do not wait for those of another. */
AVX2 ALWAYS_INLINE void walk(const uint32_t *word, const double *value, unsigned depth, const uint32_t *rank,
                             double *sum, int features)
{
    for (size_t i = 0; i < BLOCK; i += TOGETHER * 8) {
        __m256i node[TOGETHER];

        for (size_t g = 0; g < TOGETHER; g++)
            node[g] = _mm256_set1_epi32(1);
        for (unsigned level = 0; level < depth; level++)
            for (size_t g = 0; g < TOGETHER; g++) {
                __m256i v[MOST_FEATURES];

                for (int j = 0; j < features; j++)
                    v[j] = _mm256_loadu_si256(
                        (const __m256i *)(const void *)(rank + (size_t)j * BLOCK + i + 8 * g));
                node[g] = step(node[g], words_at(word, node[g], level), v, features);
            }
        for (size_t g = 0; g < TOGETHER; g++)
            add_leaves(value, _mm256_sub_epi32(node[g], _mm256_set1_epi32(1 << depth)), sum + i + 8 * g);
    }
}

AVX2 static void walk_all(const struct oddi_forest *f, const uint32_t *rank, double *sum)
{
    const uint32_t *word = f->word.at;
    const double *value = f->value.at;

    for (size_t t = 0; t < f->n_trees; t++, word += f->n_nodes, value += f->n_nodes) {
        if (f->d <= 4 && f->depth == DEFAULT_DEPTH) /* unrolled */
            walk(word, value, DEFAULT_DEPTH, rank, sum, 4);
        else if (f->d <= 4)
            walk(word, value, f->depth, rank, sum, 4);
        else if (f->depth == DEFAULT_DEPTH)
            walk(word, value, DEFAULT_DEPTH, rank, sum, 8);
        else
            walk(word, value, f->depth, rank, sum, 8);
    }
}

void oddi_ranks_lengths(const struct oddi_forest *f, const double *x, size_t n, double *sum)
{
    const size_t *from = f->cut_from.at;
    uint32_t rank[MOST_FEATURES * BLOCK] = {0};
    double total[BLOCK];

    for (size_t i = 0; i < n; i += BLOCK) {
        size_t rows = n - i < BLOCK ? n - i : BLOCK;

        for (size_t j = 0; j < f->d; j++)
            rank_values((const double *)f->cut.at + from[j], from[j + 1] - from[j], x + i * f->d + j, f->d,
                        rows, rank + j * BLOCK);
        memset(total, 0, sizeof total);
        if (f->narrowed)
            oddi_narrow_walk(f, rank, total);
        else
            walk_all(f, rank, total);
        memcpy(sum + i, total, rows * sizeof *sum);
    }
}
#else
void oddi_ranks_lengths(const struct oddi_forest *f, const double *x, size_t n, double *sum)
{
    oddi_forest_lengths_portable(f, x, n, sum);
}
#endif
