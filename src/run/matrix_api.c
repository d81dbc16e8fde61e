/* oddflow.h's matrix level: a scaler or a detector on a caller's doubles. */
#include "run/component.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* A packed copy, every value finite. */
static enum odd_status pack(const struct odd_matrix_view *v, struct oddi_matrix *m, struct odd_error *err)
{
    ptrdiff_t stride = v->stride ? v->stride : (ptrdiff_t)(v->cols * sizeof(double));

    if (v->cols == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a matrix needs at least one column");
    *m = (struct oddi_matrix){.n = v->rows, .d = v->cols};
    if (v->rows > SIZE_MAX / sizeof(double) / v->cols ||
        !(m->x = oddi_malloc_array(v->rows * v->cols + 1, sizeof(double))))
        return oddi_fail_memory(err);
    for (size_t i = 0; i < v->rows; i++) {
        memcpy(m->x + i * v->cols, (const char *)v->data + (ptrdiff_t)i * stride, v->cols * sizeof(double));
        for (size_t j = 0; j < v->cols; j++) {
            if (isfinite(m->x[i * v->cols + j]))
                continue;
            free(m->x);
            return oddi_fail(err, ODD_ERR_FORMAT, "row %zu, column %zu is not a finite number", i, j);
        }
    }
    return ODD_OK;
}

static enum odd_status scale(const struct oddi_scaler *scaler, const struct oddi_spec *spec,
                             struct oddi_matrix *m, double *out, double *location, double *scale_out,
                             struct odd_error *err)
{
    double *fitted = oddi_malloc_array(2 * m->d, sizeof *fitted);
    enum odd_status status;

    if (!fitted)
        return oddi_fail_memory(err);
    status = scaler->fit(spec->values, m, fitted, fitted + m->d, err);
    if (status == ODD_OK) {
        if (out)
            oddi_scale_apply(m, fitted, fitted + m->d, out);
        if (location)
            memcpy(location, fitted, m->d * sizeof *fitted);
        if (scale_out)
            memcpy(scale_out, fitted + m->d, m->d * sizeof *fitted);
    }
    free(fitted);
    return status;
}

enum odd_status odd_scale(const char *text, const struct odd_matrix_view *x, double *out, double *location,
                          double *scale_out, struct odd_error *err)
{
    const struct oddi_scaler *scaler;
    struct oddi_spec spec;
    struct oddi_matrix m;
    enum odd_status status;

    if (x->rows == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a scaler needs at least one row");
    ODDI_TRY(oddi_component_scaler(text, &scaler, &spec, err));
    status = pack(x, &m, err);
    if (status == ODD_OK) {
        status = scale(scaler, &spec, &m, out, location, scale_out, err);
        free(m.x);
    }
    oddi_spec_clear(&spec);
    return status;
}

static enum odd_status detect(const struct oddi_detector *detector, const struct oddi_spec *spec,
                              struct oddi_matrix *m, struct oddi_judged *out, struct odd_error *err)
{
    void *state = oddi_calloc_array(1, detector->state_size);
    enum odd_status status;

    if (!state)
        return oddi_fail_memory(err);
    status = detector->init(state, spec->values, err);
    if (status == ODD_OK)
        status = detector->fit(state, m, out, err);
    detector->clear(state);
    free(state);
    return status;
}

enum odd_status odd_detect(const char *text, const struct odd_matrix_view *x, int32_t *labels, double *scores,
                           struct odd_error *err)
{
    const struct oddi_detector *detector;
    struct oddi_judged out = {.label = labels, .score = scores};
    struct oddi_spec spec;
    struct oddi_matrix m;
    enum odd_status status;

    ODDI_TRY(oddi_component_detector(text, &detector, &spec, err));
    status = pack(x, &m, err);
    if (status == ODD_OK) {
        status = detect(detector, &spec, &m, &out, err);
        free(m.x);
    }
    oddi_spec_clear(&spec);
    return status;
}
