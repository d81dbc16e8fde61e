/* Programs over rows: fields and columns in, values out. */
#include "expr/program.h"

#include "base/mem.h"

static const struct oddi_expr_need *need_of(const struct oddi_expr *e, uint32_t i, struct oddi_expr_need *out)
{
    const struct oddi_node *n = oddi_node(&e->tree, i);

    *out = (struct oddi_expr_need){.field = ODDI_NO_FIELD, .name = oddi_node_text(&e->tree, n)};
    if (n->kind == ODDI_NODE_FIELD) {
        out->field = (enum oddi_field)n->fn;
        out->type = oddi_field_row(out->field)->type;
        out->optional = n->flags & ODDI_FLAG_OPTIONAL;
        out->end = n->flags & ODDI_FLAG_END;
    } else {
        out->type = n->type == ODDI_EXPR_NUMBER ? ODDI_TYPE_NUMBER : ODDI_TYPE_TEXT;
    }
    return out;
}

/* Adds a need unless it is there; its index, UINT32_MAX when memory ends. */
static uint32_t add_need(struct oddi_expr_need **needs, size_t *n, size_t *cap,
                         const struct oddi_expr_need *more)
{
    for (size_t i = 0; i < *n; i++) {
        struct oddi_expr_need *have = &(*needs)[i];

        if (have->field != more->field || have->end != more->end ||
            (more->field == ODDI_NO_FIELD &&
             (have->type != more->type || strcmp(have->name, more->name) != 0)))
            continue;
        have->optional = have->optional && more->optional;
        return (uint32_t)i;
    }
    if (!oddi_grow(needs, cap, *n + 1, sizeof **needs))
        return UINT32_MAX;
    (*needs)[*n] = *more;
    return (uint32_t)(*n)++;
}

bool oddi_needs_collect(struct oddi_expr *e)
{
    size_t cap = 0;
    struct oddi_expr_need need;

    for (uint32_t i = 1; i < e->tree.n; i++) {
        const struct oddi_node *n = oddi_node(&e->tree, i);

        if ((n->kind == ODDI_NODE_FIELD || n->kind == ODDI_NODE_COLUMN) &&
            add_need(&e->needs, &e->n_needs, &cap, need_of(e, i, &need)) == UINT32_MAX)
            return false;
    }
    return true;
}

static enum oddi_expr_type type_of_need(const struct oddi_expr_need *n)
{
    switch (n->type) {
    case ODDI_TYPE_TIME:
        return ODDI_EXPR_TIME;
    case ODDI_TYPE_NUMBER:
        return ODDI_EXPR_NUMBER;
    case ODDI_TYPE_PROTO:
        return ODDI_EXPR_PROTO;
    case ODDI_TYPE_ADDR:
        return ODDI_EXPR_ADDR;
    case ODDI_TYPE_PORT:
        return ODDI_EXPR_PORT;
    case ODDI_TYPE_TEXT:
        break;
    }
    return ODDI_EXPR_TEXT;
}

uint32_t oddi_program_leaf(void *ctx, const struct oddi_expr *e, uint32_t i)
{
    struct oddi_program *p = ctx;
    const struct oddi_node *n = oddi_node(&e->tree, i);
    struct oddi_expr_need need;
    uint32_t index, reg;

    if (n->kind != ODDI_NODE_FIELD && n->kind != ODDI_NODE_COLUMN)
        return UINT32_MAX;
    index = add_need(&p->needs, &p->n_needs, &p->cap_needs, need_of(e, i, &need));
    reg = index == UINT32_MAX ? UINT32_MAX : oddi_code_input(&p->code, type_of_need(&need), index);
    return reg == UINT32_MAX ? ODDI_LEAF_FAILED : reg;
}

uint32_t oddi_program_field(struct oddi_program *p, enum oddi_field field)
{
    const struct oddi_field_row *row = oddi_field_row(field);
    struct oddi_expr_need need = {field, row->name, row->type, false, false};
    uint32_t index = add_need(&p->needs, &p->n_needs, &p->cap_needs, &need);

    return index == UINT32_MAX ? UINT32_MAX : oddi_code_input(&p->code, type_of_need(&need), index);
}

enum odd_status oddi_program_new(const struct oddi_expr *const *exprs, size_t n, struct oddi_program **out,
                                 struct odd_error *err)
{
    struct oddi_program *p = oddi_calloc_array(1, sizeof *p);
    enum odd_status status = p ? ODD_OK : oddi_fail_memory(err);
    uint32_t reg;

    for (size_t i = 0; i < n && status == ODD_OK; i++) {
        status = oddi_code_node(&p->code, exprs[i], exprs[i]->tree.root, oddi_program_leaf, p, &reg, err);
        if (status == ODD_ERR_MEMORY || (status == ODD_OK && !oddi_code_output(&p->code, reg)))
            status = oddi_fail_memory(err);
    }
    if (status == ODD_OK && !oddi_code_finish(&p->code))
        status = oddi_fail_memory(err);
    if (status != ODD_OK) {
        oddi_program_free(p);
        return status;
    }
    *out = p;
    return ODD_OK;
}

void oddi_program_free(struct oddi_program *p)
{
    if (!p)
        return;
    oddi_code_clear(&p->code);
    free(p->needs);
    free(p);
}

size_t oddi_program_needs(const struct oddi_program *p, const struct oddi_expr_need **needs)
{
    *needs = p->needs;
    return p->n_needs;
}
