/* Taking the steps of a group plan over one window. */
#include "expr/group_steps.h"

#include <math.h>

#include "base/mem.h"
#include "feature/level.h"

struct oddi_group_evaluator {
    const struct oddi_group_plan *plan;
    struct oddi_level *levels;     /* [0] is not used: the entities are the caller's */
    struct oddi_room *values;      /* per column */
    struct oddi_room *approx;      /* per column, where an estimate may be behind it */
    struct oddi_room *witness;     /* per step */
    struct oddi_machine *machines; /* per step */
    const void **input;            /* of the code at hand */
    const void **at;               /* per column: where its values are */
    struct oddi_feature_scratch scratch;
    struct oddi_groups entities;
};

static bool make_machines(struct oddi_group_evaluator *e)
{
    size_t most = 1;

    for (size_t s = 0; s < e->plan->n_steps; s++) {
        const struct oddi_step *step = &e->plan->steps[s];

        if (step->kind != ODDI_STEP_CODE)
            continue;
        if (!oddi_machine_init(&e->machines[s], &step->code))
            return false;
        most = step->n_in > most ? step->n_in : most;
    }
    e->input = oddi_malloc_array(most, sizeof *e->input);
    return e->input != NULL;
}

enum odd_status oddi_group_evaluator_new(const struct oddi_group_plan *plan,
                                         struct oddi_group_evaluator **out, struct odd_error *err)
{
    struct oddi_group_evaluator *e = oddi_calloc_array(1, sizeof *e);

    if (!e)
        return oddi_fail_memory(err);
    e->plan = plan;
    e->levels = oddi_calloc_array(plan->n_levels, sizeof *e->levels);
    e->values = oddi_calloc_array(plan->n_columns + 1, sizeof *e->values);
    e->approx = oddi_calloc_array(plan->n_columns + 1, sizeof *e->approx);
    e->at = oddi_calloc_array(plan->n_columns + 1, sizeof *e->at);
    e->witness = oddi_calloc_array(plan->n_steps + 1, sizeof *e->witness);
    e->machines = oddi_calloc_array(plan->n_steps + 1, sizeof *e->machines);
    if (!e->levels || !e->values || !e->approx || !e->at || !e->witness || !e->machines ||
        !make_machines(e)) {
        oddi_group_evaluator_free(e);
        return oddi_fail_memory(err);
    }
    *out = e;
    return ODD_OK;
}

void oddi_group_evaluator_free(struct oddi_group_evaluator *e)
{
    if (!e)
        return;
    for (size_t k = 0; e->levels && k < e->plan->n_levels; k++)
        oddi_level_free(&e->levels[k]);
    for (size_t c = 0; c < e->plan->n_columns; c++) {
        if (e->values)
            oddi_room_free(&e->values[c]);
        if (e->approx)
            oddi_room_free(&e->approx[c]);
    }
    for (size_t s = 0; s < e->plan->n_steps; s++) {
        if (e->witness)
            oddi_room_free(&e->witness[s]);
        if (e->machines)
            oddi_machine_clear(&e->machines[s]);
    }
    free(e->levels);
    free(e->values);
    free(e->approx);
    free(e->at);
    free(e->witness);
    free(e->machines);
    free(e->input);
    oddi_feature_scratch_free(&e->scratch);
    free(e);
}

/* ---- steps -------------------------------------------------------------------------------------------------------- */

static const struct oddi_groups *groups_of(const struct oddi_group_evaluator *e, uint32_t level)
{
    return level == 0 ? &e->entities : &e->levels[level].groups;
}

/* Room for a column's n values. NULL when memory ends. */
static void *make_column(struct oddi_group_evaluator *e, uint32_t column, size_t n)
{
    size_t size = oddi_expr_value_size((enum oddi_expr_type)e->plan->columns[column].type);

    if (!oddi_room(&e->values[column], n + 1, size))
        return NULL;
    e->at[column] = e->values[column].at;
    if (e->plan->columns[column].may_approx) {
        if (!oddi_room(&e->approx[column], n + 1, 1))
            return NULL;
        memset(e->approx[column].at, 0, n);
    }
    return e->values[column].at;
}

static uint8_t *approx_of(const struct oddi_group_evaluator *e, uint32_t column)
{
    return e->plan->columns[column].may_approx ? e->approx[column].at : NULL;
}

static bool take_code(struct oddi_group_evaluator *e, size_t s, const struct oddi_group_input *in)
{
    const struct oddi_step *step = &e->plan->steps[s];
    size_t n = step->level == ODDI_ROWS ? in->n_rows : groups_of(e, step->level)->n;
    size_t size = oddi_expr_value_size((enum oddi_expr_type)e->plan->columns[step->out].type);
    char *out = make_column(e, step->out, n);
    uint8_t *approx;

    if (!out)
        return false;
    for (size_t from = 0; from < n; from += ODDI_EXPR_BLOCK) {
        size_t m = n - from < ODDI_EXPR_BLOCK ? n - from : ODDI_EXPR_BLOCK;

        for (size_t k = 0; k < step->n_in; k++) {
            enum oddi_expr_type type = (enum oddi_expr_type)e->plan->columns[step->in[k]].type;

            e->input[k] = (const char *)e->at[step->in[k]] + from * oddi_expr_value_size(type);
        }
        oddi_machine_run(&e->machines[s], e->input, m, in->window_start, (double)in->n_groups);
        memcpy(out + from * size, oddi_machine_out(&e->machines[s], 0), m * size);
    }
    approx = approx_of(e, step->out);
    for (size_t k = 0; approx && k < step->n_in; k++) {
        const uint8_t *from = approx_of(e, step->in[k]);

        for (size_t g = 0; from && g < n; g++)
            approx[g] |= from[g];
    }
    return true;
}

static const void *column_at(const struct oddi_group_evaluator *e, uint32_t column)
{
    return column == ODDI_NO_COLUMN ? NULL : e->at[column];
}

/* An estimate of an inner group is one of its outer group. */
static void spread_approx(struct oddi_group_evaluator *e, const struct oddi_step *step,
                          const struct oddi_groups *g)
{
    uint8_t *out = approx_of(e, step->out);
    const uint8_t *from = step->inner ? approx_of(e, step->x) : NULL;

    for (size_t i = 0; out && from && i < g->n; i++)
        for (uint32_t k = g->off[i]; k < g->off[i + 1]; k++)
            out[i] |= from[k];
}

static bool take_aggregate(struct oddi_group_evaluator *e, size_t s, const struct oddi_group_input *in)
{
    const struct oddi_step *step = &e->plan->steps[s];
    const struct oddi_aggregate *a = oddi_aggregate_at(step->aggregate);
    struct oddi_aggregate_args args = {
        .groups = *groups_of(e, step->level),
        .x = column_at(e, step->x),
        .where = column_at(e, step->where),
        .ts = column_at(e, step->ts),
        .parameter = step->parameter,
        .seconds = NAN,
        .scratch = &e->scratch,
    };

    if (in->window_start != ODDI_NO_TIME && in->window_end != ODDI_NO_TIME)
        args.seconds = ((double)in->window_end - (double)in->window_start) / 1e9;
    if (step->inner)
        args.groups = (struct oddi_groups){args.groups.n, e->levels[step->inner].outer, NULL};
    args.out = make_column(e, step->out, args.groups.n);
    if (!args.out)
        return false;
    if (!step->inner)
        args.approx = approx_of(e, step->out);
    if (step->witness) {
        if (!oddi_room(&e->witness[s], args.groups.n + 1, sizeof *args.witness))
            return false;
        args.witness = e->witness[s].at;
    }
    if (!a->eval(&args))
        return false;
    spread_approx(e, step, &args.groups);
    return true;
}

static bool take_step(struct oddi_group_evaluator *e, size_t s, const struct oddi_group_input *in)
{
    const struct oddi_step *step = &e->plan->steps[s];

    switch (step->kind) {
    case ODDI_STEP_USERS:
        return make_column(e, step->out, in->n_rows) &&
               oddi_users(&e->entities, in->n_rows, e->at[step->key], e->values[step->out].at, &e->scratch);
    case ODDI_STEP_CODE:
        return take_code(e, s, in);
    case ODDI_STEP_LEVEL:
        return oddi_level_build(&e->levels[step->made], groups_of(e, step->level), e->at[step->key],
                                column_at(e, step->where), &e->scratch);
    case ODDI_STEP_AGGREGATE:
        break;
    }
    return take_aggregate(e, s, in);
}

static double value_of(const struct oddi_group_evaluator *e, uint32_t column, size_t g)
{
    if (e->plan->columns[column].type == ODDI_EXPR_NUMBER)
        return ((const double *)e->at[column])[g];
    switch (((const uint8_t *)e->at[column])[g]) {
    case ODDI_FALSE:
        return 0;
    case ODDI_TRUE:
        return 1;
    default:
        return NAN;
    }
}

enum odd_status oddi_group_evaluate(struct oddi_group_evaluator *e, const struct oddi_group_input *in,
                                    double *out, size_t stride, uint8_t *approx, struct odd_error *err)
{
    const struct oddi_group_plan *plan = e->plan;

    e->entities = (struct oddi_groups){in->n_groups, in->off, NULL};
    for (size_t c = 0; c < plan->n_columns; c++)
        e->at[c] = plan->columns[c].slot != ODDI_NO_COLUMN     ? in->slots[plan->columns[c].slot]
                   : plan->columns[c].memory != ODDI_NO_COLUMN ? in->memory[plan->columns[c].memory]
                                                               : NULL;
    for (size_t s = 0; s < plan->n_steps; s++)
        if (!take_step(e, s, in))
            return oddi_fail_memory(err);
    for (size_t j = 0; j < plan->n; j++) {
        const uint8_t *from = approx_of(e, plan->out[j]);

        for (size_t g = 0; g < in->n_groups; g++) {
            out[g * stride + j] = value_of(e, plan->out[j], g);
            if (approx)
                approx[g * plan->n + j] = from ? from[g] : 0;
        }
    }
    return ODD_OK;
}

uint32_t oddi_group_witness(const struct oddi_group_evaluator *e, size_t g, size_t j)
{
    uint32_t s = e->plan->witness_step[j], k;
    const struct oddi_groups *inner;

    if (s == ODDI_NO_COLUMN)
        return UINT32_MAX;
    k = ((const uint32_t *)e->witness[s].at)[g];
    inner = groups_of(e, e->plan->steps[s].inner);
    return k == UINT32_MAX ? UINT32_MAX : inner->row[inner->off[k]];
}
