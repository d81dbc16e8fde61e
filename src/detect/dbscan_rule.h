/*
 * What is the same for DBSCAN in one and in many dimensions: the score, and how near to the edge of a neighbourhood a
 * number can be.
 */
#ifndef ODDFLOW_DETECT_DBSCAN_RULE_H
#define ODDFLOW_DETECT_DBSCAN_RULE_H

#include "detect/detect.h"

struct oddi_dbscan_rule {
    double eps, eps2; /* eps2 = eps * eps, rounded; neighbours have a squared distance of at most eps2 */
    size_t min_samples;
};

/* Score of a row whose nearest core point is at squared distance d2: 0 to 75 within eps, else above 75 up to 100. */
double oddi_dbscan_score(const struct oddi_dbscan_rule *rule, double d2);

/* The verdict on a matrix without a core point: all n rows are noise without a score. */
void oddi_dbscan_alone(struct oddi_judged *out, size_t n);

/* Fills share and distance from a row of d values and its nearest core point. */
void oddi_dbscan_shares(const double *row, const double *core, size_t d, double d2, struct oddi_why *why);

/* A row and a core point of d values each; feature j of the row may change. */
struct oddi_dbscan_edge {
    double eps2;
    const double *row, *core;
    size_t j, d;
};

/* Whether the row with feature j = v is within eps of the core point. */
bool oddi_dbscan_within(const struct oddi_dbscan_edge *e, double v);
/* The value nearest to `out` (not within) from there to `in` (within) that is within; exact, by the computed
 * distance. */
double oddi_dbscan_edge(const struct oddi_dbscan_edge *e, double out, double in);

#endif
