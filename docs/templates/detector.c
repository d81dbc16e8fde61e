#include "detect/detect.h"

#include <math.h>

#include "base/mem.h"

static const struct odd_param params[] = {
    {.name = "distance",
     .type = ODD_PARAM_FLOAT,
     .default_value = "3",
     .min = 1e-300,
     .max = 1e300,
     .unit = "scaled units",
     .placeholder = "X",
     .help = "distance from the mean of all rows beyond which a row is odd"},
};

struct state {
    double limit;
    double *mean;
    size_t d, capacity;
};

static enum odd_status init(void *state, const union oddi_value *values, struct odd_error *err)
{
    struct state *s = state;

    (void)err;
    s->limit = values[0].f;
    return ODD_OK;
}

static double distance(const struct state *s, const double *row)
{
    double sum = 0;

    for (size_t j = 0; j < s->d; j++)
        sum += (row[j] - s->mean[j]) * (row[j] - s->mean[j]);
    return sqrt(sum);
}

/* 75 at the limit and 100 at infinity, as of the clustering detectors. */
static double score_of(const struct state *s, double distance)
{
    return distance <= s->limit ? 75 * distance / s->limit : 100 - 25 * s->limit / distance;
}

static enum odd_status fit(void *state, const struct oddi_matrix *z, struct oddi_judged *out,
                           struct odd_error *err)
{
    struct state *s = state;

    if (!oddi_grow(&s->mean, &s->capacity, z->d, sizeof *s->mean))
        return oddi_fail_memory(err);
    s->d = z->d;
    for (size_t j = 0; j < z->d; j++) {
        double sum = 0;
        for (size_t i = 0; i < z->n; i++)
            sum += z->x[i * z->d + j];
        s->mean[j] = z->n ? sum / (double)z->n : 0;
    }
    out->n_clusters = z->n > 0;
    out->n_noise = 0;
    for (size_t i = 0; i < z->n; i++) {
        double d = distance(s, z->x + i * z->d);
        out->n_noise += d > s->limit;
        if (out->label)
            out->label[i] = d > s->limit ? -1 : 0;
        if (out->score)
            out->score[i] = score_of(s, d);
        if (out->raw)
            out->raw[i] = d;
    }
    return ODD_OK;
}

static enum odd_status score(void *state, const struct oddi_matrix *z, double *out, double *raw,
                             struct odd_error *err)
{
    (void)err;
    for (size_t i = 0; i < z->n; i++) {
        double d = distance(state, z->x + i * z->d);

        out[i] = score_of(state, d);
        if (raw)
            raw[i] = d;
    }
    return ODD_OK;
}

static void clear(void *state)
{
    struct state *s = state;

    free(s->mean);
    s->mean = NULL;
    s->capacity = 0;
}

extern const struct oddi_detector oddi_detector_template;
const struct oddi_detector oddi_detector_template = {
    .name = "template",
    .summary = "distance from the mean of all rows",
    .details = "a row is odd when it is farther than `distance` from the mean of its matrix",
    .caps = ODDI_DETECT_WINDOW | ODDI_DETECT_NOVELTY,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .state_size = sizeof(struct state),
    .init = init,
    .fit = fit,
    .score = score,
    .clear = clear,
};
