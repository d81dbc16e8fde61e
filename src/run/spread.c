#include "run/spread.h"

#include <string.h>

#include "base/mem.h"

enum role { AS_IT_IS, SHARED, LENGTH, START, END };

/* ---- What is spread ------------------------------------------------------------------------------------------------ */

enum odd_status oddi_spread_init(struct oddi_spread *s, const struct oddi_align *align, unsigned threads,
                                 struct odd_error *err)
{
    const struct oddi_expr_options o = {.want = ODDI_WANT_VALUE, .zone = align->zone};
    struct oddi_expr_error fault;

    memset(s, 0, sizeof *s);
    s->align = *align;
    if (oddi_expr_new(ODDI_SPREAD_END, strlen(ODDI_SPREAD_END), &o, &s->end, &fault) != ODD_OK)
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_program_new((const struct oddi_expr *const *)&s->end, 1, &s->program, err));
    s->evaluator = oddi_calloc_array(threads, sizeof *s->evaluator);
    if (!s->evaluator)
        return oddi_fail_memory(err);
    s->n_threads = threads;
    for (unsigned i = 0; i < threads; i++)
        ODDI_TRY(oddi_evaluator_new(s->program, &s->evaluator[i], err));
    return ODD_OK;
}

void oddi_spread_clear(struct oddi_spread *s)
{
    for (unsigned i = 0; i < s->n_threads; i++)
        oddi_evaluator_free(s->evaluator[i]);
    free(s->evaluator);
    oddi_program_free(s->program);
    oddi_expr_free(s->end);
    memset(s, 0, sizeof *s);
}

/* ---- Inputs ---------------------------------------------------------------------------------------------------------- */

static bool same(const struct oddi_recipe *x, const struct oddi_recipe *y)
{
    return x->how == y->how && x->type == y->type && x->a == y->a && x->b == y->b && x->div_a == y->div_a &&
           x->div_b == y->div_b;
}

static enum role role_of(const struct oddi_recipe *recipe, const struct oddi_schema *schema)
{
    static const struct {
        enum oddi_field field;
        enum role role;
    } roles[] = {{ODDI_SRC_BYTES, SHARED}, {ODDI_DST_BYTES, SHARED}, {ODDI_BYTES, SHARED},
                 {ODDI_SRC_PKTS, SHARED},  {ODDI_DST_PKTS, SHARED},  {ODDI_PKTS, SHARED},
                 {ODDI_DURATION, LENGTH},  {ODDI_TS_START, START},   {ODDI_TS_END, END}};

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        const struct oddi_recipe *field = &schema->recipes[roles[i].field];

        if (field->how != ODDI_ABSENT && same(recipe, field))
            return roles[i].role;
    }
    return AS_IT_IS;
}

enum odd_status oddi_spread_bind(const struct oddi_spread *s, struct oddi_bound *b,
                                 const struct oddi_schema *schema, struct oddi_spread_bound *out,
                                 struct odd_error *err)
{
    memset(out, 0, sizeof *out);
    ODDI_TRY(oddi_bound_add(b, s->program, schema, ODDI_END_SRC, &out->map, err));
    out->role = oddi_calloc_array(b->n + 1, sizeof *out->role);
    if (!out->role) {
        oddi_spread_unbind(out);
        return oddi_fail_memory(err);
    }
    out->n = b->n;
    for (size_t i = 0; i < b->n; i++)
        out->role[i] = (uint8_t)role_of(&b->recipes[i], schema);
    return ODD_OK;
}

void oddi_spread_unbind(struct oddi_spread_bound *b)
{
    free(b->map);
    free(b->role);
    memset(b, 0, sizeof *b);
}

/* ---- Room -------------------------------------------------------------------------------------------------------------- */

static size_t value_size(enum oddi_type type)
{
    switch (type) {
    case ODDI_TYPE_TIME:
    case ODDI_TYPE_NUMBER:
        return 8;
    case ODDI_TYPE_PROTO:
    case ODDI_TYPE_PORT:
        return sizeof(uint32_t);
    case ODDI_TYPE_ADDR:
        return sizeof(struct oddi_addr);
    case ODDI_TYPE_TEXT:
        break;
    }
    return sizeof(struct oddi_span);
}

void oddi_parts_clear(struct oddi_parts *p)
{
    for (size_t c = 0; p->batch.columns && c < p->n_columns; c++)
        free(p->batch.columns[c].u.any);
    free(p->batch.columns);
    free(p->batch.ts);
    free(p->batch.record);
    free(p->batch.off);
    free(p->row);
    free(p->end);
    free(p->ends);
    memset(p, 0, sizeof *p);
}

/* The columns of the parts come when the rows are known; here what is filled while they are counted. */
static bool reserve(struct oddi_parts *p, size_t n)
{
    size_t cap = n + n / 2, columns = p->n_columns;
    struct oddi_column *kept = p->batch.columns;

    if (n <= p->cap)
        return true;
    if (!oddi_grow(&p->row, &(size_t){p->cap}, cap, sizeof *p->row) ||
        !oddi_grow(&p->end, &(size_t){p->cap}, cap, sizeof *p->end) ||
        !oddi_grow(&p->batch.ts, &(size_t){p->cap}, cap, sizeof *p->batch.ts) ||
        !oddi_grow(&p->batch.record, &(size_t){p->cap}, cap, sizeof *p->batch.record) ||
        !oddi_grow(&p->batch.off, &(size_t){p->cap}, cap, sizeof *p->batch.off))
        return false;
    for (size_t c = 0; c < columns; c++) {
        free(kept[c].u.any);
        kept[c].u.any = NULL;
    }
    p->cap = cap;
    return true;
}

static bool reserve_columns(struct oddi_parts *p, const struct oddi_batch *batch, size_t first, size_t n)
{
    if (!p->batch.columns) {
        p->batch.columns = oddi_calloc_array(n + 1, sizeof *p->batch.columns);
        p->n_columns = p->batch.columns ? n : 0;
    }
    if (!p->batch.columns)
        return false;
    for (size_t c = 0; c < n; c++) {
        struct oddi_column *to = &p->batch.columns[c];

        to->recipe = batch->columns[first + c].recipe;
        if (!to->u.any)
            to->u.any = oddi_malloc_array(p->cap, value_size(to->recipe.type));
        if (!to->u.any)
            return false;
    }
    return true;
}

/* ---- Rows into parts ------------------------------------------------------------------------------------------------------ */

static bool find_ends(const struct oddi_spread *s, const struct oddi_spread_bound *bound, unsigned worker,
                      const struct oddi_batch *batch, size_t first, const char *text, struct oddi_parts *p)
{
    const struct oddi_expr_input in = {
        .columns = batch->columns + first, .map = bound->map, .text = text, .window_start = ODDI_NO_TIME};

    if (!oddi_grow(&p->ends, &p->cap_ends, batch->n, sizeof *p->ends))
        return false;
    for (size_t from = 0; from < batch->n; from += ODDI_EXPR_BLOCK) {
        size_t n = batch->n - from < ODDI_EXPR_BLOCK ? batch->n - from : ODDI_EXPR_BLOCK;

        oddi_evaluate(s->evaluator[worker], &in, from, n);
        memcpy(p->ends + from, oddi_evaluator_result(s->evaluator[worker], 0), n * sizeof *p->ends);
    }
    return true;
}

/* The parts of a row; ends[row] becomes where the last one ends. */
static bool part_row(const struct oddi_spread *s, const struct oddi_batch *batch, uint32_t row,
                     struct oddi_parts *p)
{
    int64_t at = batch->ts[row], end = p->ends[row], start, limit;
    size_t n = 0;

    if (end == ODDI_NO_TIME || end < at)
        end = at;
    do {
        if (!reserve(p, p->batch.n + 1))
            return false;
        oddi_align_window(&s->align, at, &start, &limit);
        limit = limit < end ? limit : end;
        p->row[p->batch.n] = row;
        p->end[p->batch.n] = limit;
        p->batch.ts[p->batch.n] = at;
        p->batch.record[p->batch.n] = batch->record[row];
        p->batch.off[p->batch.n++] = batch->off[row];
        at = limit;
    } while (at < end && ++n < ODDI_MAX_PARTS);
    p->ends[row] = at;
    return true;
}

static void fill_column(const struct oddi_column *from, enum role role, const struct oddi_batch *batch,
                        const struct oddi_parts *p, struct oddi_column *to)
{
    size_t size = value_size(from->recipe.type);

    for (size_t i = 0; i < p->batch.n; i++) {
        uint32_t row = p->row[i];
        int64_t length = p->end[i] - p->batch.ts[i], whole = p->ends[row] - batch->ts[row];

        memcpy((char *)to->u.any + i * size, (const char *)from->u.any + row * size, size);
        if (length == whole)
            continue;
        if (role == SHARED)
            to->u.number[i] = from->u.number[row] * ((double)length / (double)whole);
        else if (role == LENGTH)
            to->u.number[i] = (double)length / (double)ODDI_SECOND;
        else if (role == START)
            to->u.time[i] = p->batch.ts[i];
        else if (role == END)
            to->u.time[i] = p->end[i];
    }
}

enum odd_status oddi_spread_rows(const struct oddi_spread *s, const struct oddi_spread_bound *bound,
                                 unsigned worker, const struct oddi_batch *batch, size_t first,
                                 const char *text, const uint32_t *taken, size_t n, struct oddi_parts *out,
                                 struct odd_error *err)
{
    out->batch.n = 0;
    if (!find_ends(s, bound, worker, batch, first, text, out))
        return oddi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!part_row(s, batch, taken ? taken[i] : (uint32_t)i, out))
            return oddi_fail_memory(err);
    if (!reserve(out, 1) || !reserve_columns(out, batch, first, bound->n))
        return oddi_fail_memory(err);
    for (size_t c = 0; c < bound->n; c++)
        fill_column(&batch->columns[first + c], (enum role)bound->role[c], batch, out,
                    &out->batch.columns[c]);
    return ODD_OK;
}
