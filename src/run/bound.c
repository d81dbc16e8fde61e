#include "run/bound.h"

#include <string.h>

#include "base/mem.h"

/* The recipe of a need; *absent if the input lacks it and it may be. */
static enum odd_status find_recipe(const struct oddi_expr_need *need, const struct oddi_schema *schema,
                                   enum oddi_end end, struct oddi_recipe *out, bool *absent,
                                   struct odd_error *err)
{
    *absent = false;
    if (need->end)
        return oddi_schema_resolve(schema, end == ODDI_END_SRC ? "src_ip" : "dst_ip", out, NULL, err);
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

static bool same(const struct oddi_recipe *x, const struct oddi_recipe *y)
{
    return x->how == y->how && x->type == y->type && x->a == y->a && x->b == y->b && x->div_a == y->div_a &&
           x->div_b == y->div_b;
}

/* The column of a recipe, added if it is new. False for want of memory. */
static bool column_of(struct oddi_bound *b, const struct oddi_recipe *recipe, uint32_t *column)
{
    size_t i = 0;

    while (i < b->n && !same(&b->recipes[i], recipe))
        i++;
    if (i == b->n) {
        if (!oddi_grow(&b->recipes, &b->cap, b->n + 1, sizeof *b->recipes))
            return false;
        b->recipes[b->n++] = *recipe;
    }
    *column = (uint32_t)i;
    return true;
}

enum odd_status oddi_bound_need(struct oddi_bound *b, const struct oddi_expr_need *need,
                                const struct oddi_schema *schema, enum oddi_end end, uint32_t *column,
                                struct odd_error *err)
{
    struct oddi_recipe recipe;
    bool absent;

    ODDI_TRY(find_recipe(need, schema, end, &recipe, &absent, err));
    if (absent)
        *column = UINT32_MAX;
    else if (!column_of(b, &recipe, column))
        return oddi_fail_memory(err);
    return ODD_OK;
}

enum odd_status oddi_bound_add(struct oddi_bound *b, const struct oddi_program *program,
                               const struct oddi_schema *schema, enum oddi_end end, uint32_t **map,
                               struct odd_error *err)
{
    const struct oddi_expr_need *needs;
    size_t n = oddi_program_needs(program, &needs);
    enum odd_status status = ODD_OK;

    *map = oddi_calloc_array(n + 1, sizeof **map);
    if (!*map)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < n && status == ODD_OK; i++)
        status = oddi_bound_need(b, &needs[i], schema, end, &(*map)[i], err);
    if (status != ODD_OK) {
        free(*map);
        *map = NULL;
    }
    return status;
}

void oddi_bound_clear(struct oddi_bound *b)
{
    free(b->recipes);
    memset(b, 0, sizeof *b);
}
