/* For tests of raw scores: a detector by its spec, and matrices with and without ties. */
#ifndef ODDFLOW_TEST_RAW_H
#define ODDFLOW_TEST_RAW_H

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "detect/detect.h"

struct raw_detector {
    const struct oddi_detector *det;
    void *state;
};

static inline struct raw_detector raw_new(const char *text)
{
    struct oddi_spec spec;
    struct raw_detector r = {0};
    char name[64];

    assert_true(oddi_spec_name(text, name));
    r.det = oddi_detector_find(name);
    assert_non_null(r.det);
    r.state = calloc(1, r.det->state_size);
    assert_non_null(r.state);
    assert_int_equal(oddi_spec_parse("detector", text, r.det->params, r.det->n_params, &spec, NULL), ODD_OK);
    assert_int_equal(r.det->init(r.state, spec.values, NULL), ODD_OK);
    oddi_spec_clear(&spec);
    return r;
}

static inline void raw_free(struct raw_detector *r)
{
    r->det->clear(r->state);
    free(r->state);
}

static inline void raw_fit(struct raw_detector *r, const struct oddi_matrix *z, int32_t *label, double *score,
                           double *raw)
{
    struct oddi_judged out = {.label = label, .score = score, .raw = raw};

    assert_int_equal(r->det->fit(r->state, z, &out, NULL), ODD_OK);
}

static inline double raw_normal(struct oddi_rng *r)
{
    double u = oddi_rng_double(r), v = oddi_rng_double(r);

    return sqrt(-2 * log1p(-u)) * cos(2 * 3.141592653589793 * v);
}

enum { RAW_CLOUD, RAW_COUNTS, RAW_GRID, RAW_ZEROS, RAW_FAR, RAW_KINDS };

static inline void raw_fill(struct oddi_rng *r, double *x, size_t n, size_t d, int kind)
{
    for (size_t i = 0; i < n * d; i++) {
        double v = raw_normal(r);

        switch (kind) {
        case RAW_COUNTS:
            v = log1p(floor(exp(v * 1.5)));
            break;
        case RAW_GRID:
            v = floor(v * 2);
            break;
        case RAW_ZEROS:
            v = i % d == 0 ? 0 : v < 1.5 ? 0 : v;
            break;
        case RAW_FAR:
            v = i / d % 17 == 0 ? v * 30 : v;
            break;
        default:
            break;
        }
        x[i] = v;
    }
}

static inline bool raw_close(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

#endif
