#include "detect/iforest_narrow.h"

#define MOST_DEPTH 8  /* a leaf's number is a byte */
#define LANES      16 /* rows in a register */
#define TOGETHER   2

#define WIDE_FEATURE(word) ((word) >> 29) /* see detect/iforest_ranks.h */
#define WIDE_RANK(word)    ((word)&0x1fffffff)

/* Bits of a word that name the feature, above those of the rank. */
static unsigned feature_bits(const struct oddi_forest *f)
{
    return f->d <= 2 ? 1 : f->d <= 4 ? 2 : 3;
}

/* The greatest rank that a word holds: of a threshold of infinity. */
static uint32_t most_rank(const struct oddi_forest *f)
{
    return (1u << (16 - feature_bits(f))) - 1;
}

static bool fits(const struct oddi_forest *f)
{
    const size_t *from = f->cut_from.at;

    if (f->depth > MOST_DEPTH)
        return false;
    for (size_t j = 0; j < f->d; j++)
        if (from[j + 1] - from[j] >= most_rank(f))
            return false;
    return true;
}

bool oddi_narrow_make(struct oddi_forest *f)
{
    size_t all = f->n_trees * f->n_nodes + 8; /* the table of the last tree's root may reach beyond it */
    const uint32_t *wide = f->word.at;
    uint32_t most = most_rank(f);
    uint16_t *word;

    f->narrowed = false;
    if (!fits(f))
        return true;
    if (!oddi_room(&f->narrow, all, sizeof *word))
        return false;
    word = f->narrow.at;
    for (size_t i = 0; i < all; i++) {
        uint32_t rank = WIDE_RANK(wide[i]) < most ? WIDE_RANK(wide[i]) : most;

        word[i] = (uint16_t)(WIDE_FEATURE(wide[i]) << (16 - feature_bits(f)) | rank);
    }
    f->narrowed = true;
    return true;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2          __attribute__((target("avx2")))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Of each byte b where the upper bit of `bit` is set, else a. */
AVX2 ALWAYS_INLINE __m256i pick(__m256i a, __m256i b, __m256i bit)
{
    return _mm256_blendv_epi8(a, b, bit);
}

/* Where sixteen rows are in a level. */
struct seat {
    __m256i place, twice; /* of the node within the level, in both bytes of a lane; the double of it */
    __m256i at;           /* the bytes of its word in a table */
};

/* The words of nodes among the 8, 16, 32, 64 or 128 that begin at `word`: looked up in each table of eight, then picked by one
 * bit of the place after the other. */
AVX2 ALWAYS_INLINE __m256i of_8(const uint16_t *word, const struct seat *s)
{
    const __m128i *table = (const void *)word;

    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(table)), s->at);
}

AVX2 ALWAYS_INLINE __m256i of_16(const uint16_t *word, const struct seat *s)
{
    return pick(of_8(word, s), of_8(word + 8, s), _mm256_slli_epi16(s->place, 4));
}

AVX2 ALWAYS_INLINE __m256i of_32(const uint16_t *word, const struct seat *s)
{
    return pick(of_16(word, s), of_16(word + 16, s), _mm256_slli_epi16(s->place, 3));
}

AVX2 ALWAYS_INLINE __m256i of_64(const uint16_t *word, const struct seat *s)
{
    return pick(of_32(word, s), of_32(word + 32, s), _mm256_slli_epi16(s->place, 2));
}

AVX2 ALWAYS_INLINE __m256i of_128(const uint16_t *word, const struct seat *s)
{
    return pick(of_64(word, s), of_64(word + 64, s), _mm256_slli_epi16(s->place, 1));
}

AVX2 ALWAYS_INLINE __m256i words_at(const uint16_t *word, struct seat *s, unsigned level)
{
    s->at = _mm256_or_si256(s->twice, _mm256_set1_epi16(0x0100)); /* the second byte of a word */
    switch (level) {
    case 0:
    case 1:
    case 2:
        s->at = _mm256_or_si256(s->at, _mm256_set1_epi8((char)(2 << level)));
        return of_8(word, s);
    case 3:
        return of_8(word + 8, s);
    case 4:
        return of_16(word + 16, s);
    case 5:
        return of_32(word + 32, s);
    case 6:
        return of_64(word + 64, s);
    default: /* the upper bit of a byte would make it a zero */
        s->at = _mm256_and_si256(s->at, _mm256_set1_epi8(0x7f));
        return of_128(word + 128, s);
    }
}

/* The ranks of feature j of the sixteen rows whose ranks of feature 0 are at `rank`. */
AVX2 ALWAYS_INLINE __m256i ranks(const uint16_t *rank, int j)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)(rank + (size_t)j * ODDI_RANKS_BLOCK));
}

/* The rank of the feature that each word names. */
AVX2 ALWAYS_INLINE __m256i asked(__m256i word, const uint16_t *rank, int features)
{
    __m256i high = _mm256_srai_epi16(word, 15), next, last;

    if (features <= 2)
        return pick(ranks(rank, 0), ranks(rank, 1), high);
    next = _mm256_srai_epi16(_mm256_slli_epi16(word, 1), 15);
    if (features <= 4)
        return pick(pick(ranks(rank, 0), ranks(rank, 1), next), pick(ranks(rank, 2), ranks(rank, 3), next),
                    high);
    last = _mm256_srai_epi16(_mm256_slli_epi16(word, 2), 15);
    return pick(
        pick(pick(ranks(rank, 0), ranks(rank, 1), last), pick(ranks(rank, 2), ranks(rank, 3), last), next),
        pick(pick(ranks(rank, 4), ranks(rank, 5), last), pick(ranks(rank, 6), ranks(rank, 7), last), next),
        high);
}

/* From `level` to the next, TOGETHER times sixteen rows: the steps of some do not wait for those of others. */
AVX2 ALWAYS_INLINE void step(const uint16_t *word, struct seat *s, unsigned level, const uint16_t *rank,
                             int features)
{
    const __m256i most = _mm256_set1_epi16(features > 4 ? 0x1fff : features > 2 ? 0x3fff : 0x7fff);

    for (int g = 0; g < TOGETHER; g++) {
        __m256i w, above;

        s[g].twice = _mm256_add_epi8(s[g].place, s[g].place);
        w = words_at(word, &s[g], level);
        above = _mm256_cmpgt_epi16(asked(w, rank + LANES * g, features), _mm256_and_si256(w, most));
        s[g].place = _mm256_sub_epi8(s[g].twice, above);
    }
}

/* The leaves of the rows of a block: their numbers in the even bytes. */
AVX2 ALWAYS_INLINE void leaves(const uint16_t *word, unsigned depth, const uint16_t *rank, int features,
                               uint8_t *leaf)
{
    for (size_t i = 0; i < ODDI_RANKS_BLOCK; i += TOGETHER * LANES) {
        struct seat s[TOGETHER];

        for (int g = 0; g < TOGETHER; g++)
            s[g].place = _mm256_setzero_si256();
        if (depth == MOST_DEPTH) { /* known when this is compiled: one run of code */
            step(word, s, 0, rank + i, features);
            step(word, s, 1, rank + i, features);
            step(word, s, 2, rank + i, features);
            step(word, s, 3, rank + i, features);
            step(word, s, 4, rank + i, features);
            step(word, s, 5, rank + i, features);
            step(word, s, 6, rank + i, features);
            step(word, s, 7, rank + i, features);
        } else {
            for (unsigned level = 0; level < depth; level++)
                step(word, s, level, rank + i, features);
        }
        for (int g = 0; g < TOGETHER; g++)
            _mm256_storeu_si256((__m256i *)(void *)(leaf + 2 * (i + (size_t)g * LANES)), s[g].place);
    }
}

/* One tree after the other, all rows of the block: its words and leaves stay in the first-level cache. Two trees are added
 * up at a time (all sums are exact). */
AVX2 ALWAYS_INLINE void walk(const struct oddi_forest *f, unsigned depth, const uint16_t *rank, double *sum,
                             int features)
{
    const uint16_t *word = f->narrow.at;
    const double *value = f->value.at;
    uint8_t one[2 * ODDI_RANKS_BLOCK], two[2 * ODDI_RANKS_BLOCK];
    size_t t = 0;

    for (; t + 2 <= f->n_trees; t += 2, word += 2 * f->n_nodes, value += 2 * f->n_nodes) {
        leaves(word, depth, rank, features, one);
        leaves(word + f->n_nodes, depth, rank, features, two);
        for (size_t r = 0; r < ODDI_RANKS_BLOCK; r++)
            sum[r] += value[one[2 * r]] + value[f->n_nodes + two[2 * r]];
    }
    if (t < f->n_trees) {
        leaves(word, depth, rank, features, one);
        for (size_t r = 0; r < ODDI_RANKS_BLOCK; r++)
            sum[r] += value[one[2 * r]];
    }
}

AVX2 static void walk_2(const struct oddi_forest *f, const uint16_t *rank, double *sum)
{
    walk(f, f->depth, rank, sum, 2);
}

AVX2 static void walk_4(const struct oddi_forest *f, const uint16_t *rank, double *sum)
{
    if (f->depth == MOST_DEPTH) /* unrolled */
        walk(f, MOST_DEPTH, rank, sum, 4);
    else
        walk(f, f->depth, rank, sum, 4);
}

AVX2 static void walk_8(const struct oddi_forest *f, const uint16_t *rank, double *sum)
{
    if (f->depth == MOST_DEPTH)
        walk(f, MOST_DEPTH, rank, sum, 8);
    else
        walk(f, f->depth, rank, sum, 8);
}

void oddi_narrow_walk(const struct oddi_forest *f, const uint32_t *rank, double *sum)
{
    uint16_t narrow[8 * ODDI_RANKS_BLOCK];
    size_t features = (size_t)1 << feature_bits(f);

    for (size_t i = 0; i < features * ODDI_RANKS_BLOCK; i++)
        narrow[i] = (uint16_t)rank[i];
    if (features == 2)
        walk_2(f, narrow, sum);
    else if (features == 4)
        walk_4(f, narrow, sum);
    else
        walk_8(f, narrow, sum);
}
#else
void oddi_narrow_walk(const struct oddi_forest *f, const uint32_t *rank, double *sum)
{
    (void)f;
    (void)rank;
    (void)sum;
}
#endif
