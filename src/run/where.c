#include "run/where.h"

#include <string.h>

#include "base/mem.h"

static enum odd_status parse(struct oddi_where *w, const char *text, const struct oddi_zone *zone,
                             struct odd_error *err)
{
    struct oddi_expr_options options = {.want = ODDI_WANT_CONDITION, .any_column = true, .zone = zone};
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

enum odd_status oddi_where_init(struct oddi_where *w, const char *text, const struct oddi_zone *zone,
                                unsigned threads, struct odd_error *err)
{
    enum odd_status status;

    memset(w, 0, sizeof *w);
    status = parse(w, text, zone, err);
    if (status == ODD_OK)
        status = make_evaluators(w, threads, err);
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

/* The recipe of a need; *absent if the input lacks it and it may be. */
static enum odd_status find_recipe(const struct oddi_expr_need *need, const struct oddi_schema *schema,
                                   struct oddi_recipe *out, bool *absent, struct odd_error *err)
{
    *absent = false;
    if (need->field != ODDI_NO_FIELD) {
        *out = schema->recipes[need->field];
        if (out->how != ODDI_ABSENT)
            return ODD_OK;
        *absent = need->optional;
        if (need->optional)
            return ODD_OK;
    }
    ODDI_TRY(oddi_schema_resolve(schema, need->name, out, NULL, err));
    if (need->field == ODDI_NO_FIELD)
        out->type = need->type;
    return ODD_OK;
}

enum odd_status oddi_where_bind(const struct oddi_where *w, const struct oddi_schema *schema,
                                struct oddi_where_bound *out, struct odd_error *err)
{
    const struct oddi_expr_need *needs;
    enum odd_status status = ODD_OK;

    memset(out, 0, sizeof *out);
    out->n_needs = oddi_program_needs(w->program, &needs);
    out->recipes = oddi_calloc_array(out->n_needs + 1, sizeof *out->recipes);
    out->map = oddi_calloc_array(out->n_needs + 1, sizeof *out->map);
    if (!out->recipes || !out->map)
        status = oddi_fail_memory(err);
    for (size_t i = 0; status == ODD_OK && i < out->n_needs; i++) {
        bool absent;

        status = find_recipe(&needs[i], schema, &out->recipes[out->n], &absent, err);
        out->map[i] = absent ? UINT32_MAX : (uint32_t)out->n++;
    }
    if (status != ODD_OK)
        oddi_where_bound_clear(out);
    return status;
}

void oddi_where_bound_clear(struct oddi_where_bound *b)
{
    free(b->recipes);
    free(b->map);
    memset(b, 0, sizeof *b);
}

size_t oddi_where_rows(const struct oddi_where *w, const struct oddi_where_bound *b, unsigned worker,
                       const struct oddi_batch *batch, size_t first, const char *text, uint32_t *rows)
{
    struct oddi_expr_input in = {
        .columns = batch->columns + first, .map = b->map, .text = text, .window_start = ODDI_NO_TIME};

    return oddi_filter(w->evaluators[worker], &in, batch->n, rows);
}
