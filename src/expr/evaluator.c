/* Running a program over the rows of a batch. */
#include "expr/program.h"

#include "base/mem.h"

struct oddi_evaluator {
    const struct oddi_program *program;
    struct oddi_machine machine;
    const void **input;            /* per need, this block */
    struct oddi_text *text;        /* per TEXT need a block */
    void *null[ODDI_EXPR_N_TYPES]; /* a block of nulls of each type needed */
    size_t n_text;
};

static const enum oddi_expr_type types[] = {
    [ODDI_TYPE_TIME] = ODDI_EXPR_TIME,   [ODDI_TYPE_NUMBER] = ODDI_EXPR_NUMBER,
    [ODDI_TYPE_PROTO] = ODDI_EXPR_PROTO, [ODDI_TYPE_ADDR] = ODDI_EXPR_ADDR,
    [ODDI_TYPE_PORT] = ODDI_EXPR_PORT,   [ODDI_TYPE_TEXT] = ODDI_EXPR_TEXT,
};

static bool make_nulls(struct oddi_evaluator *e, enum oddi_expr_type type)
{
    if (e->null[type])
        return true;
    e->null[type] = oddi_malloc_array(ODDI_EXPR_BLOCK, oddi_expr_value_size(type));
    if (e->null[type])
        oddi_fill_null(type, e->null[type], ODDI_EXPR_BLOCK);
    return e->null[type] != NULL;
}

enum odd_status oddi_evaluator_new(const struct oddi_program *p, struct oddi_evaluator **out,
                                   struct odd_error *err)
{
    struct oddi_evaluator *e = oddi_calloc_array(1, sizeof *e);
    bool ok = e && oddi_machine_init(&e->machine, &p->code);

    if (ok) {
        e->program = p;
        e->input = oddi_calloc_array(p->n_needs + 1, sizeof *e->input);
        ok = e->input != NULL;
    }
    for (size_t i = 0; ok && i < p->n_needs; i++) {
        ok = make_nulls(e, types[p->needs[i].type]);
        e->n_text += p->needs[i].type == ODDI_TYPE_TEXT;
    }
    if (ok && e->n_text) {
        e->text = oddi_malloc_array(e->n_text * ODDI_EXPR_BLOCK, sizeof *e->text);
        ok = e->text != NULL;
    }
    if (!ok) {
        oddi_evaluator_free(e);
        return oddi_fail_memory(err);
    }
    *out = e;
    return ODD_OK;
}

void oddi_evaluator_free(struct oddi_evaluator *e)
{
    if (!e)
        return;
    oddi_machine_clear(&e->machine);
    for (size_t i = 0; i < ODDI_EXPR_N_TYPES; i++)
        free(e->null[i]);
    free(e->input);
    free(e->text);
    free(e);
}

static void load_text(struct oddi_text *out, const struct oddi_span *span, const char *base, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = span[i].len == UINT32_MAX ? (struct oddi_text){NULL, 0}
                                           : (struct oddi_text){base + span[i].off, span[i].len};
}

void oddi_evaluate(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t from, size_t n)
{
    const struct oddi_program *p = e->program;
    struct oddi_text *text = e->text;

    for (size_t i = 0; i < p->n_needs; i++) {
        enum oddi_expr_type type = types[p->needs[i].type];
        const struct oddi_column *column = in->map[i] == UINT32_MAX ? NULL : &in->columns[in->map[i]];

        if (!column || !column->u.any) {
            e->input[i] = e->null[type];
        } else if (type == ODDI_EXPR_TEXT) {
            load_text(text, column->u.span + from, in->text, n);
            e->input[i] = text;
        } else {
            e->input[i] = (const char *)column->u.any + from * oddi_expr_value_size(type);
        }
        if (type == ODDI_EXPR_TEXT)
            text += ODDI_EXPR_BLOCK;
    }
    oddi_machine_run(&e->machine, e->input, n, in->window_start, 0);
}

const void *oddi_evaluator_result(const struct oddi_evaluator *e, size_t i)
{
    return oddi_machine_out(&e->machine, i);
}

/* Adds from + i for each i with truth[i] TRUE. Eight at a time are passed over if none is; else no branch, since which
 * rows are taken cannot be foretold. */
static size_t take_true(const uint8_t *truth, size_t n, uint32_t from, uint32_t *rows)
{
    size_t taken = 0, i = 0;

    for (; i + 8 <= n; i += 8) {
        uint64_t eight;

        memcpy(&eight, truth + i, sizeof eight);
        if ((eight & UINT64_C(0x0202020202020202)) == 0)
            continue;
        for (size_t k = i; k < i + 8; k++) {
            rows[taken] = from + (uint32_t)k;
            taken += truth[k] >> 1;
        }
    }
    for (; i < n; i++) {
        rows[taken] = from + (uint32_t)i;
        taken += truth[i] >> 1;
    }
    return taken;
}

size_t oddi_filter(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t n, uint32_t *rows)
{
    size_t taken = 0;

    for (size_t from = 0; from < n; from += ODDI_EXPR_BLOCK) {
        size_t m = n - from < ODDI_EXPR_BLOCK ? n - from : ODDI_EXPR_BLOCK;

        oddi_evaluate(e, in, from, m);
        taken += take_true(oddi_evaluator_result(e, 0), m, (uint32_t)from, rows + taken);
    }
    return taken;
}

void oddi_evaluate_columns(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t n,
                           void *const *out)
{
    const struct oddi_code *code = &e->program->code;

    for (size_t from = 0; from < n; from += ODDI_EXPR_BLOCK) {
        size_t m = n - from < ODDI_EXPR_BLOCK ? n - from : ODDI_EXPR_BLOCK;

        oddi_evaluate(e, in, from, m);
        for (size_t i = 0; i < code->n_out; i++) {
            size_t size = oddi_expr_value_size((enum oddi_expr_type)code->reg[code->out[i]].type);

            if (out[i])
                memcpy((char *)out[i] + from * size, oddi_evaluator_result(e, i), m * size);
        }
    }
}
