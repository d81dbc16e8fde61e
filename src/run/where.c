#include "run/where.h"

#include <string.h>

#include "base/mem.h"

static enum odd_status parse(struct oddi_where *w, const char *text, const struct oddi_where_options *o,
                             struct odd_error *err)
{
    struct oddi_expr_options options = {.want = ODDI_WANT_CONDITION,
                                        .any_column = true,
                                        .flow_time = true,
                                        .zone = o->zone,
                                        .home = o->home,
                                        .n_home = o->n_home};
    struct oddi_expr_error fault;
    enum odd_status status = oddi_expr_new(text, strlen(text), &options, &w->expr, &fault);

    if (status != ODD_OK)
        return oddi_expr_fail(err, status, text, strlen(text), &fault);
    return oddi_program_new((const struct oddi_expr *const *)&w->expr, 1, &w->program, err);
}

static enum odd_status make_evaluators(struct oddi_where *w, unsigned threads, struct odd_error *err)
{
    w->evaluators = oddi_calloc_array(threads, sizeof *w->evaluators);
    if (!w->evaluators)
        return oddi_fail_memory(err);
    for (; w->n_evaluators < threads; w->n_evaluators++)
        ODDI_TRY(oddi_evaluator_new(w->program, &w->evaluators[w->n_evaluators], err));
    return ODD_OK;
}

enum odd_status oddi_where_init(struct oddi_where *w, const char *text,
                                const struct oddi_where_options *options, struct odd_error *err)
{
    enum odd_status status;

    memset(w, 0, sizeof *w);
    status = parse(w, text, options, err);
    if (status == ODD_OK)
        status = make_evaluators(w, options->threads, err);
    if (status != ODD_OK)
        oddi_where_clear(w);
    return status;
}

void oddi_where_clear(struct oddi_where *w)
{
    for (unsigned i = 0; i < w->n_evaluators; i++)
        oddi_evaluator_free(w->evaluators[i]);
    free(w->evaluators);
    oddi_program_free(w->program);
    oddi_expr_free(w->expr);
    memset(w, 0, sizeof *w);
}

size_t oddi_where_rows(const struct oddi_where *w, const uint32_t *map, unsigned worker,
                       const struct oddi_batch *batch, size_t first, const char *text, uint32_t *rows)
{
    struct oddi_expr_input in = {
        .columns = batch->columns + first, .map = map, .text = text, .window_start = ODDI_NO_TIME};

    return oddi_filter(w->evaluators[worker], &in, batch->n, rows);
}
