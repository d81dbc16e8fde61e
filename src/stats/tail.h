/*
 * Raw scores made comparable: how rare a score is within a population of scores, and the same on a scale of 0 to 100.
 *
 * The population is n raw scores, higher = odder. Its 95 % point is u, the least of its scores that at least 95 % do not
 * exceed; m scores exceed it.
 *   Up to u the tail probability of x is the smoothed empirical share of scores at least as high,
 *       p(x) = (number above x + half the number equal to x + 1/2) / (n + 1).
 *   Beyond u it is a generalised Pareto tail (Pickands 1975),
 *       p(x) = p_u (1 + xi (x - u) / beta)^(-1/xi), p_u = (m + 1/2) / (n + 1).
 *   With q2 and q8 the median and the 7/8 quantile of the exceedances, xi is that of the Pareto tail with their ratio
 *   (log2 of the positive root y of y y + y + 1 = q8 / q2, kept within -1 and 1), shrunk with the weight of 100
 *   exceedances to 1/4, and not below 1 / (m + 5), which is what not knowing the scale exactly costs. The scale is the
 *   one that gives the mean of the exceedances, those above q8 counted as q8: the oddest rows, which are what is looked
 *   for, do not stretch the scale that they are measured with. It is smoothed by five pseudo-exceedances of one
 *   deviation sd of all n scores: beta = (m scale + 5 sd) / (m + 5).
 *   So a score that stands alone above a population that is mostly one value (hosts without any failure) is rare but
 *   not infinitely so, and beyond u the probability falls without end, where an empirical share would stop at 1/n.
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

/* Starts zero-initialised; oddi_tail_fit may be called again and again. */
struct oddi_tail {
    size_t n;
    const double *at; /* the population, ascending */
    double u, xi, beta;
    double s_u; /* -ln p_u */
    double s75;
    struct oddi_room value, row, copy;
    struct oddi_sort sort;
};

/* The population: n <= UINT32_MAX raw scores (no NaN), which are copied. False when memory ends. */
bool oddi_tail_fit(struct oddi_tail *t, const double *raw, size_t n) ODD_MUST_CHECK;
void oddi_tail_free(struct oddi_tail *t);

/* -ln of the tail probability of a raw score of the population or a new one: never negative, never falling as raw
 * rises, infinite only above a population without deviation. NaN if n < 2: there is nothing to compare with. */
double oddi_tail_surprise(const struct oddi_tail *t, double raw);
/* The same as 0..100. */
double oddi_tail_score(const struct oddi_tail *t, double raw);
/* The raw score at which the score passes 75, to rounding (above all scores of most populations); NaN if n < 2. */
double oddi_tail_border(const struct oddi_tail *t);

#endif
