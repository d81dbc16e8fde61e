/*
 * Raw scores made comparable: how rare a score is within a population of scores, and the same on a scale of 0 to 100.
 *
 * The population is n raw scores, higher = odder. They are first seen through a function that never falls (enum
 * oddi_seen), x below. Its 95 % point is u, the least of the x that at least 95 % do not exceed, but never the
 * greatest; m exceed it.
 *   Up to u the tail probability of x is the smoothed empirical share of scores at least as high,
 *       p(x) = (number above x + half the number equal to x + 1/2) / (n + 1).
 *   Beyond u it falls as a power of the distance from the median (Pareto's tail; Pickands 1975),
 *       p(x) = p_u (1 + (x - u) / w)^(-1/g), p_u = (m + 1/2) / (n + 1),
 *       w = the greater of u - median and the median exceedance (the lower one of two; of a single one u - median,
 *       unless that is 0),
 *       g = shape (1 + (10/n)^(3/2)).
 *   The width w is measured in the body and in the middle of the tail: the oddest rows, which are what is looked for, do
 *   not stretch the scale that they are measured with. How heavy the tail is (the shape, Hill's index) is given, not
 *   fitted: the few rows above u of one window do not tell it, and a fit to them would take the attackers for the tail.
 *   The last factor is what the rough quantiles of few rows cost.
 * So a score that stands alone above a population that is mostly one value (hosts without any failure) is rare but
 * not infinitely so, and beyond u the probability falls without end, where an empirical share would stop at 1/n.
 * Equal scores have equal probabilities. Where all n are equal, they are at p = 1/2 and any higher one is at p = 0.
 *
 * With s = -ln p and s75 = ln(100 n) the score is 75 s / s75 up to s75 and 100 - 25 s75 / s beyond: 75 is a tail
 * probability of 0.01 / n, so that among n exchangeable rows one in a hundred windows has a row that high. A score is
 * never exactly 75, so ">= 75" and "> 75" are the same.
 *
 * Raw scores beyond 1e150 count as 1e150.
 */
#ifndef ODDFLOW_STATS_TAIL_H
#define ODDFLOW_STATS_TAIL_H

#include "stats/sort.h"

enum oddi_seen {
    ODDI_SEEN_PLAIN,
    ODDI_SEEN_ROOT,   /* sqrt(raw), raw >= 0 (below: 0) */
    ODDI_SEEN_BENT,   /* raw / (1 + raw / 25), raw >= 0 (below: 0): ratios that can explode */
    ODDI_SEEN_LENGTH, /* log2(raw)^-2, raw from 0 to 1: 2^-length, seen as the inverse square of the length */
};

/* How the probability falls among those of the population that count. */
struct oddi_tail_fall {
    size_t n;
    double u, width, g;
    double s_u;          /* -ln p_u */
    const uint32_t *out; /* places that do not count, ascending, but for out[kept] */
    size_t n_out, kept;  /* kept >= n_out: no exception */
};

/* Starts zero-initialised; oddi_tail_fit may be called again and again. */
struct oddi_tail {
    size_t n;
    enum oddi_seen seen;
    const double *at; /* the population, ascending, as it is seen */
    double shape, s75;
    struct oddi_tail_fall all, now;
    const uint32_t *entity; /* by row; NULL: all rows count, whoever asks */
    uint32_t n_entities;
    uint32_t *place; /* by row: where it is in `at` */
    size_t *own;     /* by entity: where its places begin in own_place */
    struct oddi_room value, row, copy, entities, places, owns, own_place;
    struct oddi_sort sort;
};

#define ODDI_TAIL_NONE UINT32_MAX

/* The population: n <= UINT32_MAX raw scores (no NaN), which are copied; shape > 0. False when memory ends. */
bool oddi_tail_fit(struct oddi_tail *t, const double *raw, size_t n, enum oddi_seen seen,
                   double shape) ODD_MUST_CHECK;
void oddi_tail_free(struct oddi_tail *t);

/*
 * After oddi_tail_fit, where the population is of many windows: entity[i] says whose raw score i is (numbers from 0 without
 * great gaps; copied), and `at_once` > 0 how many are judged at a time. Then
 * - a score of 75 is a tail probability of 0.01 / at_once: one such time in a hundred has a row that high, as where each time
 *   is a population of its own;
 * - each raw score is compared with those of other entities and itself: what an entity does again and again must not be
 *   what it is measured by. Where others have fewer than 2, all count.
 * False when memory ends.
 */
bool oddi_tail_others(struct oddi_tail *t, const uint32_t *entity, size_t at_once) ODD_MUST_CHECK;
/* Whose raw score is asked about next: leaves out those of `entity` but that of row `self` of the population
 * (ODDI_TAIL_NONE: a new one; with `self` the entity is that row's). Until then, and where none of it is in the population, all
 * count. Nothing changes without oddi_tail_others. */
void oddi_tail_among(struct oddi_tail *t, uint32_t entity, uint32_t self);

/* -ln of the tail probability of a raw score of the population or a new one: never negative, never falling as raw
 * rises, infinite only above a population without deviation. NaN if n < 2: there is nothing to compare with. */
double oddi_tail_surprise(const struct oddi_tail *t, double raw);
/* The same as 0..100. */
double oddi_tail_score(const struct oddi_tail *t, double raw);
/* The scores of the n fitted raw scores, in their order: the same as one by one, in one pass over the population. */
void oddi_tail_scores(struct oddi_tail *t, double *score);
/* The raw score at which the score passes 75, to rounding (above all scores of most populations; infinite where none is
 * that high); NaN if n < 2. */
double oddi_tail_border(const struct oddi_tail *t);

#endif
