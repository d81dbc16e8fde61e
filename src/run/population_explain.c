/* Why a row of a population is odd. */
#include "run/population.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "explain/explain.h"
#include "stats/sort.h"

#define MARGIN 0.01 /* share of the other entities' rows beyond the expected range, on either side */

/* The rows of the sample by each feature, ascending. */
static enum odd_status sort_features(struct oddi_population *p, struct odd_error *err)
{
    size_t n = p->n_sample, d = p->plan->d;
    double *value = oddi_malloc_array(n + 1, sizeof *value);
    struct oddi_sort sort = {0};
    bool ok;

    p->order = oddi_malloc_array(n * d + 1, sizeof *p->order);
    ok = value && p->order;
    for (size_t j = 0; ok && j < d; j++)
        ok = oddi_sort_rows(&sort, p->fitted.x + j, n, d, value, p->order + j * n);
    oddi_sort_free(&sort);
    free(value);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

/* The value that MARGIN of the rows of others lies beyond, from one side. */
static double percentile(const struct oddi_population *p, size_t j, uint32_t entity, size_t others, bool top)
{
    const uint32_t *order = p->order + j * p->n_sample;
    size_t left = (size_t)(MARGIN * (double)others);

    for (size_t i = 0; i < p->n_sample; i++) {
        uint32_t row = order[top ? p->n_sample - 1 - i : i];

        if (p->fitted.entity[row] != entity && left-- == 0)
            return p->fitted.x[row * p->plan->d + j];
    }
    return NAN;
}

static void expected_range(const struct oddi_population *p, uint32_t entity, double *low, double *high)
{
    size_t others = 0;

    for (size_t i = 0; i < p->n_sample; i++)
        others += p->fitted.entity[i] != entity;
    for (size_t j = 0; j < p->plan->d; j++) {
        low[j] = others ? percentile(p, j, entity, others, false) : NAN;
        high[j] = others ? percentile(p, j, entity, others, true) : NAN;
    }
}

/* The row's place in the sample, or n_sample. */
static size_t in_sample(const struct oddi_population *p, size_t row)
{
    size_t low = 0, high = p->n_sample;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (p->sample[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->n_sample && p->sample[low] == row ? low : p->n_sample;
}

enum odd_status oddi_population_explain(struct oddi_population *p, size_t row, struct oddi_reason *reasons,
                                        size_t *nearest, struct odd_error *err)
{
    size_t d = p->plan->d, self = in_sample(p, row);
    double *scratch, *range = p->location + 2 * d; /* low, high and one to spare */
    struct oddi_explain_context c = {.detector = p->plan->detector,
                                     .state = p->detector,
                                     .x = &p->fitted,
                                     .location = p->location,
                                     .scale = p->scale,
                                     .whole = p->plan->whole_features,
                                     .low = range,
                                     .high = range + d};
    enum odd_status status;

    if (p->alone || !(p->plan->detector->caps & ODDI_DETECT_EXPLAIN))
        return ODD_END;
    if (!p->order)
        ODDI_TRY(sort_features(p, err));
    expected_range(p, p->entity[row], range, range + d);
    scratch = oddi_malloc_array(3 * d, sizeof *scratch);
    if (!scratch)
        return oddi_fail_memory(err);
    if (self < p->n_sample)
        status = oddi_explain(&c, self, scratch, reasons, nearest, err);
    else
        status = oddi_explain_new(&c, p->x + row * d, p->entity[row], scratch, reasons, nearest, err);
    free(scratch);
    if (status == ODD_OK)
        *nearest = p->sample[*nearest];
    return status;
}
