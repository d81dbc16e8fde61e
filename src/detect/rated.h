/*
 * What detectors share that rate rows by a raw number of their own and have no threshold (iforest, ecod, hbos, mad, pca):
 * scores and labels by the tail (detect/by_tail.h), the nearest normal row, and the search for the value of a feature
 * at which a row would be normal.
 */
#ifndef ODDFLOW_DETECT_RATED_H
#define ODDFLOW_DETECT_RATED_H

#include "detect/by_tail.h"

/* First member of the detector's state; zero-initialised; rooms only grow. */
struct oddi_rated {
    struct oddi_tail tail;
    size_t n, d; /* of the last fit; d = 0: none yet */
    struct oddi_room x, raw, label;
};

/* A method: `state` is the detector's. Each returns false when memory ends. */
struct oddi_method {
    const char *name;
    struct oddi_tail_rule tail;
    /* Learns from z (n >= 1, d >= 1) and writes the raw score of each of its rows (higher = odder, no NaN). */
    bool (*learn)(void *state, const struct oddi_matrix *z, double *raw);
    /* Raw scores of n rows of d values; the same for the rows that were learnt from. */
    bool (*rate)(void *state, const double *x, size_t n, double *raw);
    /* why->share (need not be scaled: negative parts count as 0) and why->normal_at of a row. */
    bool (*reason)(void *state, const double *row, struct oddi_why *why);
};

/* The contract functions (detect.h) of a method; state starts with a struct oddi_rated. */
enum odd_status oddi_rated_fit(const struct oddi_method *m, void *state, const struct oddi_matrix *z,
                               struct oddi_judged *out, struct odd_error *err);
enum odd_status oddi_rated_score(const struct oddi_method *m, void *state, const struct oddi_matrix *z,
                                 double *score, double *raw, struct odd_error *err);
enum odd_status oddi_rated_explain(const struct oddi_method *m, void *state, const double *row,
                                   struct oddi_why *why, struct odd_error *err);
void oddi_rated_clear(struct oddi_rated *r);

/* Whether a row with this raw score is normal. Falls with raw. */
bool oddi_rated_normal(const struct oddi_rated *r, double raw);

/* The last double from `in` (where normal(ctx, v) holds) towards `out` (where it does not) up to which it holds; it must
 * change once between them. */
double oddi_rated_edge(double in, double out, bool (*normal)(const void *ctx, double v), const void *ctx);

/* Of the normal values below and above a row's own (infinite: none), the nearer; NaN if there is none. */
double oddi_rated_nearer(double own, double down, double up);

/* Defines NAME_fit, NAME_score and NAME_explain for the detector's entry in the table. */
#define ODDI_RATED_FUNCTIONS(name, method)                                                                   \
    static enum odd_status name##_fit(void *state, const struct oddi_matrix *z, struct oddi_judged *out,     \
                                      struct odd_error *err)                                                 \
    {                                                                                                        \
        return oddi_rated_fit(method, state, z, out, err);                                                   \
    }                                                                                                        \
    static enum odd_status name##_score(void *state, const struct oddi_matrix *z, double *score,             \
                                        double *raw, struct odd_error *err)                                  \
    {                                                                                                        \
        return oddi_rated_score(method, state, z, score, raw, err);                                          \
    }                                                                                                        \
    static enum odd_status name##_explain(void *state, const double *row, struct oddi_why *why,              \
                                          struct odd_error *err)                                             \
    {                                                                                                        \
        return oddi_rated_explain(method, state, row, why, err);                                             \
    }

#endif
