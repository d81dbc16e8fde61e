#include "expr/group_plan.h"

#include "base/mem.h"
#include "expr/group_steps.h"

struct planner {
    struct oddi_group_plan *plan;
    const struct oddi_expr *e;
    struct odd_error *err;
    struct oddi_step *step; /* whose code is being compiled */
    uint32_t level;         /* that it is about; ODDI_ROWS */
    enum odd_status status; /* of what a leaf did */
};

static enum odd_status plan_group(struct planner *p, uint32_t i, uint32_t level, uint32_t *column);

/* ---- columns and steps -------------------------------------------------------------------------------------------- */

static enum odd_status add_column(struct planner *p, uint32_t level, enum oddi_expr_type type,
                                  uint32_t *column)
{
    struct oddi_group_plan *plan = p->plan;

    if (!oddi_grow(&plan->columns, &plan->column_cap, plan->n_columns + 1, sizeof *plan->columns))
        return oddi_fail_memory(p->err);
    plan->columns[plan->n_columns] = (struct oddi_group_column){
        .level = level, .type = (uint8_t)type, .slot = ODDI_NO_COLUMN, .memory = ODDI_NO_COLUMN};
    *column = (uint32_t)plan->n_columns++;
    return ODD_OK;
}

/* Takes the step over, also when memory ends. */
static enum odd_status add_step(struct planner *p, struct oddi_step *step)
{
    struct oddi_group_plan *plan = p->plan;

    if (!oddi_grow(&plan->steps, &plan->step_cap, plan->n_steps + 1, sizeof *plan->steps)) {
        oddi_code_clear(&step->code);
        free(step->in);
        return oddi_fail_memory(p->err);
    }
    plan->steps[plan->n_steps++] = *step;
    return ODD_OK;
}

/* The column of a slot: register `reg` of the row program. */
static enum odd_status slot_column(struct planner *p, uint32_t reg, uint32_t *column)
{
    struct oddi_group_plan *plan = p->plan;
    struct oddi_code *code = &plan->rows->code;
    uint32_t slot = 0;

    while (slot < code->n_out && code->out[slot] != reg)
        slot++;
    for (uint32_t c = 0; c < plan->n_columns; c++)
        if (plan->columns[c].slot == slot) {
            *column = c;
            return ODD_OK;
        }
    if (code->reg[reg].type == ODDI_EXPR_TEXT)
        return oddi_fail(p->err, ODD_ERR_USAGE, "a text cannot be kept until the window ends: %s",
                         oddi_expr_text(p->e));
    if (!oddi_code_output(code, reg))
        return oddi_fail_memory(p->err);
    ODDI_TRY(add_column(p, ODDI_ROWS, (enum oddi_expr_type)code->reg[reg].type, column));
    plan->columns[*column].slot = slot;
    return ODD_OK;
}

/* ---- what was made before ------------------------------------------------------------------------------------------ */

/* A new string: `what`, then the canonical texts of node i and the n - 1 after it. */
static enum odd_status text_of(struct planner *p, const char *what, uint32_t i, size_t n, char **out)
{
    struct oddi_buf text;

    oddi_buf_init(&text, 0);
    oddi_buf_str(&text, what);
    for (size_t k = 0; k < n; k++, i = oddi_node(&p->e->tree, i)->next) {
        /* the type, because a conversion that was not written is not printed */
        oddi_buf_printf(&text, " %u ", oddi_node(&p->e->tree, i)->type);
        oddi_tree_print(&p->e->tree, i, &text);
    }
    oddi_buf_char(&text, '\0');
    if (!oddi_buf_ok(&text)) {
        oddi_buf_free(&text);
        return oddi_fail_memory(p->err);
    }
    *out = text.data;
    return ODD_OK;
}

static bool find_known(const struct oddi_group_plan *plan, const char *text, uint32_t level, uint32_t *column)
{
    for (size_t k = 0; k < plan->n_known; k++)
        if (plan->known[k].level == level && strcmp(plan->known[k].text, text) == 0) {
            *column = plan->known[k].column;
            return true;
        }
    return false;
}

/* Takes the text over, whatever `status` its making had; returns that. */
static enum odd_status remember(struct planner *p, char *text, uint32_t level, uint32_t column,
                                enum odd_status status)
{
    struct oddi_group_plan *plan = p->plan;

    if (status == ODD_OK &&
        !oddi_grow(&plan->known, &plan->known_cap, plan->n_known + 1, sizeof *plan->known))
        status = oddi_fail_memory(p->err);
    if (status != ODD_OK) {
        free(text);
        return status;
    }
    plan->known[plan->n_known++] = (struct oddi_group_known){text, level, column};
    return ODD_OK;
}

/* ---- row values --------------------------------------------------------------------------------------------------- */

static bool needs_window(const struct oddi_expr *e, uint32_t i)
{
    const struct oddi_node *n = oddi_node(&e->tree, i);

    if (n->kind == ODDI_NODE_CALL && oddi_function(n->fn)->stage == ODDI_STAGE_WINDOW)
        return true;
    for (uint32_t a = n->first; a != ODDI_NO_NODE; a = oddi_node(&e->tree, a)->next)
        if (needs_window(e, a))
            return true;
    return false;
}

static bool is_plain(const struct oddi_node *n)
{
    return n->kind != ODDI_NODE_CALL && n->kind != ODDI_NODE_FIELD && n->kind != ODDI_NODE_COLUMN;
}

static enum odd_status plan_row(struct planner *p, uint32_t i, bool key, size_t n_keys, uint32_t *column);

static enum odd_status new_memory(struct planner *p, bool all, uint32_t key, uint32_t *column)
{
    struct oddi_group_plan *plan = p->plan;
    uint32_t slot = plan->columns[key].slot;

    if (slot == ODDI_NO_COLUMN)
        return oddi_fail(p->err, ODD_ERR_USAGE, "what is remembered cannot depend on the window: %s",
                         oddi_expr_text(p->e));
    if (!oddi_grow(&plan->memories, &plan->memory_cap, plan->n_memories + 1, sizeof *plan->memories))
        return oddi_fail_memory(p->err);
    ODDI_TRY(add_column(p, ODDI_ROWS, ODDI_EXPR_BOOL, column));
    plan->memories[plan->n_memories] =
        (struct oddi_group_memory){.scope = all ? ODDI_MEMORY_ALL : ODDI_MEMORY_ENTITY, .key = slot};
    plan->columns[*column].memory = (uint32_t)plan->n_memories++;
    return ODD_OK;
}

static enum odd_status plan_memory(struct planner *p, uint32_t i, uint32_t key, uint32_t *column)
{
    bool all = strcmp(oddi_function(oddi_node(&p->e->tree, i)->fn)->name, "unseen") == 0;
    char *text = NULL;

    ODDI_TRY(text_of(p, "memory", i, 1, &text));
    if (find_known(p->plan, text, ODDI_ROWS, column)) {
        free(text);
        return ODD_OK;
    }
    ODDI_TRY(remember(p, text, ODDI_ROWS, (uint32_t)p->plan->n_columns, new_memory(p, all, key, column)));
    p->plan->memories[p->plan->n_memories - 1].text = strchr(text + strlen("memory "), ' ') + 1;
    return ODD_OK;
}

/* users(), entities_in(), users_in(), is_new(), unseen() */
static enum odd_status plan_window_call(struct planner *p, uint32_t i, uint32_t *column)
{
    const struct oddi_node *n = oddi_node(&p->e->tree, i);
    const char *name = oddi_function(n->fn)->name;
    struct oddi_step step = {.kind = ODDI_STEP_USERS};

    ODDI_TRY(plan_row(p, n->first, true, oddi_tree_children(&p->e->tree, i), &step.key));
    if (strcmp(name, "is_new") == 0 || strcmp(name, "unseen") == 0)
        return plan_memory(p, i, step.key, column);
    for (size_t s = 0; s < p->plan->n_steps; s++)
        if (p->plan->steps[s].kind == ODDI_STEP_USERS && p->plan->steps[s].key == step.key) {
            *column = p->plan->steps[s].out;
            return ODD_OK;
        }
    ODDI_TRY(add_column(p, ODDI_ROWS, ODDI_EXPR_NUMBER, column));
    step.out = *column;
    return add_step(p, &step);
}

static uint32_t step_input(struct planner *p, uint32_t column)
{
    struct oddi_step *s = p->step;
    uint32_t reg;
    size_t k = 0;

    while (k < s->n_in && s->in[k] != column)
        k++;
    if (k == s->n_in) {
        if (!oddi_grow(&s->in, &s->in_cap, k + 1, sizeof *s->in))
            return ODDI_LEAF_FAILED;
        s->in[s->n_in++] = column;
    }
    reg = oddi_code_input(&s->code, (enum oddi_expr_type)p->plan->columns[column].type, (uint32_t)k);
    return reg == UINT32_MAX ? ODDI_LEAF_FAILED : reg;
}

/* A leaf of code over the window's rows: what reading has made is a slot. */
static uint32_t late_leaf(void *ctx, const struct oddi_expr *e, uint32_t i)
{
    struct planner *p = ctx, inner;
    const struct oddi_node *n = oddi_node(&e->tree, i);
    bool window_call = n->kind == ODDI_NODE_CALL && oddi_function(n->fn)->stage == ODDI_STAGE_WINDOW;
    uint32_t column = 0;

    if (p->status != ODD_OK)
        return ODDI_LEAF_FAILED;
    if (is_plain(n) || (window_call && oddi_function(n->fn)->kernel))
        return UINT32_MAX;
    if (!window_call && needs_window(e, i))
        return UINT32_MAX;
    inner = *p;
    p->status = window_call ? plan_window_call(&inner, i, &column) : plan_row(&inner, i, false, 1, &column);
    return p->status == ODD_OK ? step_input(p, column) : ODDI_LEAF_FAILED;
}

/* A leaf of code over groups: aggregates. */
static uint32_t group_leaf(void *ctx, const struct oddi_expr *e, uint32_t i);

static enum odd_status finish_code(struct planner *p, struct oddi_step *step, enum odd_status status,
                                   uint32_t reg)
{
    if (p->status != ODD_OK)
        status = p->status; /* the leaf's failure is the cause, and it has told it */
    else if (status == ODD_ERR_MEMORY)
        status = oddi_fail_memory(p->err);
    if (status == ODD_OK && (!oddi_code_output(&step->code, reg) || !oddi_code_finish(&step->code)))
        status = oddi_fail_memory(p->err);
    if (status == ODD_OK)
        status = add_column(p, step->level, (enum oddi_expr_type)step->code.reg[reg].type, &step->out);
    if (status != ODD_OK) {
        oddi_code_clear(&step->code);
        free(step->in);
        return status;
    }
    for (size_t k = 0; k < step->n_in; k++)
        p->plan->columns[step->out].may_approx |= p->plan->columns[step->in[k]].may_approx;
    return add_step(p, step);
}

static enum odd_status plan_late(struct planner *p, uint32_t i, bool key, size_t n_keys, uint32_t *column)
{
    struct oddi_step step = {.kind = ODDI_STEP_CODE, .level = ODDI_ROWS};
    struct planner inner = {p->plan, p->e, p->err, &step, ODDI_ROWS, ODD_OK};
    enum odd_status status;
    uint32_t reg = 0;

    status = key ? oddi_code_key(&step.code, p->e, i, n_keys, late_leaf, &inner, &reg, p->err)
                 : oddi_code_node(&step.code, p->e, i, late_leaf, &inner, &reg, p->err);
    ODDI_TRY(finish_code(&inner, &step, status, reg));
    *column = p->plan->steps[p->plan->n_steps - 1].out;
    return ODD_OK;
}

static enum odd_status new_row(struct planner *p, uint32_t i, bool key, size_t n_keys, uint32_t *column)
{
    struct oddi_group_plan *plan = p->plan;
    enum odd_status status;
    uint32_t reg, a = i;

    for (size_t k = 0; k < n_keys; k++, a = oddi_node(&p->e->tree, a)->next)
        if (needs_window(p->e, a))
            return plan_late(p, i, key, n_keys, column);
    status =
        key ? oddi_code_key(&plan->rows->code, p->e, i, n_keys, oddi_program_leaf, plan->rows, &reg, p->err)
            : oddi_code_node(&plan->rows->code, p->e, i, oddi_program_leaf, plan->rows, &reg, p->err);
    if (status != ODD_OK)
        return status == ODD_ERR_MEMORY ? oddi_fail_memory(p->err) : status;
    return slot_column(p, reg, column);
}

/* The column of a row value, or of the key of n_keys of them. */
static enum odd_status plan_row(struct planner *p, uint32_t i, bool key, size_t n_keys, uint32_t *column)
{
    char *text = NULL;
    enum odd_status status;

    ODDI_TRY(text_of(p, key ? "key" : "row", i, n_keys, &text));
    if (find_known(p->plan, text, ODDI_ROWS, column)) {
        free(text);
        return ODD_OK;
    }
    status = new_row(p, i, key, n_keys, column);
    return remember(p, text, ODDI_ROWS, status == ODD_OK ? *column : 0, status);
}

/* ---- aggregates --------------------------------------------------------------------------------------------------- */

static enum odd_status plan_ts(struct planner *p, uint32_t *column)
{
    uint32_t reg = oddi_program_field(p->plan->rows, ODDI_TS_START);

    return reg == UINT32_MAX ? oddi_fail_memory(p->err) : slot_column(p, reg, column);
}

static uint32_t where_of(const struct oddi_expr *e, uint32_t i)
{
    for (uint32_t a = oddi_node(&e->tree, i)->first; a != ODDI_NO_NODE; a = oddi_node(&e->tree, a)->next)
        if (oddi_node(&e->tree, a)->flags & ODDI_FLAG_WHERE)
            return a;
    return ODDI_NO_NODE;
}

static enum odd_status plan_aggregate(struct planner *p, uint32_t i, uint32_t level, struct oddi_step *step)
{
    const struct oddi_node *n = oddi_node(&p->e->tree, i);
    const struct oddi_aggregate *a = oddi_aggregate_at(n->fn);
    uint32_t where = where_of(p->e, i);
    size_t args = oddi_tree_children(&p->e->tree, i) - (where != ODDI_NO_NODE);

    *step = (struct oddi_step){.kind = ODDI_STEP_AGGREGATE,
                               .level = level,
                               .aggregate = n->fn,
                               .where = ODDI_NO_COLUMN,
                               .x = ODDI_NO_COLUMN,
                               .ts = ODDI_NO_COLUMN};
    if (a->parameter)
        step->parameter = oddi_node(&p->e->tree, oddi_tree_child(&p->e->tree, i, --args))->u.number;
    if (args > 0)
        ODDI_TRY(plan_row(p, n->first, a->args[0] == 'k', args, &step->x));
    if (where != ODDI_NO_NODE)
        ODDI_TRY(plan_row(p, where, false, 1, &step->where));
    return a->needs_ts ? plan_ts(p, &step->ts) : ODD_OK;
}

static enum odd_status plan_level(struct planner *p, uint32_t outer, uint32_t key, uint32_t where,
                                  uint32_t *made)
{
    struct oddi_step step = {.kind = ODDI_STEP_LEVEL, .level = outer, .key = key, .where = where};

    for (size_t s = 0; s < p->plan->n_steps; s++) {
        const struct oddi_step *have = &p->plan->steps[s];

        if (have->kind == ODDI_STEP_LEVEL && have->level == outer && have->key == key &&
            have->where == where) {
            *made = have->made;
            return ODD_OK;
        }
    }
    step.made = *made = (uint32_t)p->plan->n_levels++;
    return add_step(p, &step);
}

static enum odd_status plan_over(struct planner *p, uint32_t i, uint32_t level, struct oddi_step *step)
{
    const struct oddi_node *n = oddi_node(&p->e->tree, i);
    uint32_t where_node = where_of(p->e, i), key, where = ODDI_NO_COLUMN, made, x;
    size_t args = oddi_tree_children(&p->e->tree, i) - (where_node != ODDI_NO_NODE);
    uint16_t aggregate = n->fn;

    ODDI_TRY(plan_row(p, n->first, true, args - 1, &key));
    if (where_node != ODDI_NO_NODE)
        ODDI_TRY(plan_row(p, where_node, false, 1, &where));
    ODDI_TRY(plan_level(p, level, key, where, &made));
    ODDI_TRY(plan_group(p, oddi_tree_child(&p->e->tree, i, args - 1), made, &x));
    *step = (struct oddi_step){.kind = ODDI_STEP_AGGREGATE,
                               .level = level,
                               .aggregate = aggregate,
                               .inner = made,
                               .where = ODDI_NO_COLUMN,
                               .x = x,
                               .ts = ODDI_NO_COLUMN};
    step->witness = strcmp(oddi_aggregate_at(aggregate)->name, "max") == 0 ||
                    strcmp(oddi_aggregate_at(aggregate)->name, "min") == 0;
    return ODD_OK;
}

static enum odd_status new_aggregate(struct planner *p, uint32_t i, uint32_t level, uint32_t *column)
{
    const struct oddi_node *n = oddi_node(&p->e->tree, i);
    const struct oddi_aggregate *a = oddi_aggregate_at(n->fn);
    struct oddi_step step;

    ODDI_TRY(n->kind == ODDI_NODE_OVER ? plan_over(p, i, level, &step) : plan_aggregate(p, i, level, &step));
    ODDI_TRY(add_column(p, level, oddi_type_of_letter(a->result), column));
    step.out = *column;
    p->plan->columns[*column].may_approx =
        step.inner ? p->plan->columns[step.x].may_approx : strcmp(a->name, "distinct") == 0;
    return add_step(p, &step);
}

static enum odd_status plan_any_aggregate(struct planner *p, uint32_t i, uint32_t level, uint32_t *column)
{
    bool implicit = oddi_node(&p->e->tree, i)->flags & ODDI_FLAG_IMPLICIT;
    enum odd_status status;
    char *text = NULL;

    ODDI_TRY(text_of(p, implicit ? "first" : "group", i, 1, &text));
    if (find_known(p->plan, text, level, column)) {
        free(text);
        return ODD_OK;
    }
    status = new_aggregate(p, i, level, column);
    return remember(p, text, level, status == ODD_OK ? *column : 0, status);
}

static uint32_t group_leaf(void *ctx, const struct oddi_expr *e, uint32_t i)
{
    struct planner *p = ctx, inner;
    const struct oddi_node *n = oddi_node(&e->tree, i);
    uint32_t column = 0;

    if (p->status != ODD_OK)
        return ODDI_LEAF_FAILED;
    if (n->kind != ODDI_NODE_AGG && n->kind != ODDI_NODE_OVER)
        return UINT32_MAX;
    inner = *p;
    p->status = plan_any_aggregate(&inner, i, p->level, &column);
    return p->status == ODD_OK ? step_input(p, column) : ODDI_LEAF_FAILED;
}

static enum odd_status plan_group(struct planner *p, uint32_t i, uint32_t level, uint32_t *column)
{
    const struct oddi_node *n = oddi_node(&p->e->tree, i);
    struct oddi_step step = {.kind = ODDI_STEP_CODE, .level = level};
    struct planner inner = {p->plan, p->e, p->err, &step, level, ODD_OK};
    enum odd_status status;
    uint32_t reg = 0;

    if (n->kind == ODDI_NODE_AGG || n->kind == ODDI_NODE_OVER)
        return plan_any_aggregate(p, i, level, column);
    status = oddi_code_node(&step.code, p->e, i, group_leaf, &inner, &reg, p->err);
    ODDI_TRY(finish_code(&inner, &step, status, reg));
    *column = p->plan->steps[p->plan->n_steps - 1].out;
    return ODD_OK;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* The step behind log1p(max_over(...)), if that is what the expression is. */
static enum odd_status find_witness(struct planner *p, uint32_t *step)
{
    const struct oddi_tree *t = &p->e->tree;
    uint32_t i = t->root, column;
    char *text = NULL;
    bool found;

    *step = ODDI_NO_COLUMN;
    while (oddi_node(t, i)->kind == ODDI_NODE_CALL &&
           strcmp(oddi_function(oddi_node(t, i)->fn)->name, "log1p") == 0)
        i = oddi_node(t, i)->first;
    if (oddi_node(t, i)->kind != ODDI_NODE_OVER)
        return ODD_OK;
    ODDI_TRY(text_of(p, "group", i, 1, &text));
    found = find_known(p->plan, text, 0, &column);
    free(text);
    for (uint32_t s = 0; found && s < p->plan->n_steps; s++)
        if (p->plan->steps[s].kind == ODDI_STEP_AGGREGATE && p->plan->steps[s].out == column &&
            p->plan->steps[s].witness)
            *step = s;
    return ODD_OK;
}

static enum odd_status plan_all(struct oddi_group_plan *plan, const struct oddi_expr *const *exprs, size_t n,
                                struct odd_error *err)
{
    struct oddi_code *rows;

    plan->rows = oddi_calloc_array(1, sizeof *plan->rows);
    plan->out = oddi_malloc_array(n, sizeof *plan->out);
    plan->witness_step = oddi_malloc_array(n, sizeof *plan->witness_step);
    if (!plan->rows || !plan->out || !plan->witness_step)
        return oddi_fail_memory(err);
    plan->n = n;
    plan->n_levels = 1;
    for (size_t j = 0; j < n; j++) {
        struct planner p = {plan, exprs[j], err, NULL, 0, ODD_OK};

        if (exprs[j]->want != ODDI_WANT_AGGREGATE)
            return oddi_fail(err, ODD_ERR_USAGE, "'%s' is not about groups", oddi_expr_text(exprs[j]));
        ODDI_TRY(plan_group(&p, exprs[j]->tree.root, 0, &plan->out[j]));
        ODDI_TRY(find_witness(&p, &plan->witness_step[j]));
    }
    rows = &plan->rows->code;
    plan->slot_types = oddi_malloc_array(rows->n_out, sizeof *plan->slot_types);
    if (!plan->slot_types || !oddi_code_finish(rows))
        return oddi_fail_memory(err);
    for (size_t s = 0; s < rows->n_out; s++)
        plan->slot_types[s] = (enum oddi_expr_type)rows->reg[rows->out[s]].type;
    return ODD_OK;
}

enum odd_status oddi_group_plan_new(const struct oddi_expr *const *exprs, size_t n,
                                    struct oddi_group_plan **out, struct odd_error *err)
{
    struct oddi_group_plan *plan = oddi_calloc_array(1, sizeof *plan);
    enum odd_status status = plan ? plan_all(plan, exprs, n, err) : oddi_fail_memory(err);

    if (status != ODD_OK) {
        oddi_group_plan_free(plan);
        return status;
    }
    *out = plan;
    return ODD_OK;
}

void oddi_group_plan_free(struct oddi_group_plan *plan)
{
    if (!plan)
        return;
    oddi_program_free(plan->rows);
    for (size_t s = 0; s < plan->n_steps; s++) {
        oddi_code_clear(&plan->steps[s].code);
        free(plan->steps[s].in);
    }
    for (size_t k = 0; k < plan->n_known; k++)
        free(plan->known[k].text);
    free(plan->steps);
    free(plan->known);
    free(plan->columns);
    free(plan->memories);
    free(plan->slot_types);
    free(plan->out);
    free(plan->witness_step);
    free(plan);
}

const struct oddi_program *oddi_group_rows(const struct oddi_group_plan *plan)
{
    return plan->rows;
}

size_t oddi_group_slots(const struct oddi_group_plan *plan, const enum oddi_expr_type **types)
{
    *types = plan->slot_types;
    return plan->rows->code.n_out;
}

size_t oddi_group_memories(const struct oddi_group_plan *plan, const struct oddi_group_memory **memories)
{
    *memories = plan->memories;
    return plan->n_memories;
}
