#include "expr/code.h"

#include "base/mem.h"

/* Results further back are not looked for again: a long program must not take a quadratic time to compile. */
#define LOOK_BACK 256

void oddi_code_clear(struct oddi_code *code)
{
    free(code->op);
    free(code->reg);
    free(code->out);
    free(code->slot);
    free(code->seen);
    for (size_t i = 0; i < code->n_owned; i++)
        free(code->owned[i]);
    free(code->owned);
    *code = (struct oddi_code){0};
}

static uint32_t add_reg(struct oddi_code *code, enum oddi_reg_kind kind, enum oddi_expr_type type)
{
    if (!oddi_grow(&code->reg, &code->reg_cap, code->n_reg + 1, sizeof *code->reg))
        return UINT32_MAX;
    memset(&code->reg[code->n_reg], 0, sizeof *code->reg);
    code->reg[code->n_reg].kind = (uint8_t)kind;
    code->reg[code->n_reg].type = (uint8_t)type;
    return (uint32_t)code->n_reg++;
}

uint32_t oddi_code_input(struct oddi_code *code, enum oddi_expr_type type, uint32_t index)
{
    uint32_t r;

    for (r = 0; r < code->n_reg; r++)
        if (code->reg[r].kind == ODDI_REG_INPUT && code->reg[r].index == index)
            return r;
    r = add_reg(code, ODDI_REG_INPUT, type);
    if (r == UINT32_MAX)
        return r;
    code->reg[r].index = index;
    if (index >= code->n_inputs)
        code->n_inputs = index + 1;
    return r;
}

bool oddi_code_output(struct oddi_code *code, uint32_t reg)
{
    if (!oddi_grow(&code->out, &code->out_cap, code->n_out + 1, sizeof *code->out))
        return false;
    code->out[code->n_out++] = reg;
    return true;
}

/* ---- operations --------------------------------------------------------------------------------------------------- */

struct compiler {
    struct oddi_code *code;
    const struct oddi_expr *e;
    oddi_leaf_fn leaf;
    void *ctx;
    struct odd_error *err;
};

static enum odd_status emit(struct compiler *c, const struct oddi_op *op)
{
    struct oddi_code *code = c->code;

    if (!oddi_grow(&code->op, &code->op_cap, code->n_op + 1, sizeof *code->op))
        return oddi_fail_memory(c->err);
    code->op[code->n_op++] = *op;
    return ODD_OK;
}

static bool same_op(const struct oddi_op *a, const struct oddi_op *b)
{
    return a->kind == b->kind && a->kernel == b->kernel && a->data == b->data && a->n_in == b->n_in &&
           memcmp(a->in, b->in, sizeof a->in) == 0 &&
           (a->expr == b->expr || (a->expr->zone == b->expr->zone && a->expr->home == b->expr->home));
}

/* Emits an operation with a result of its own, unless the same was done before. */
static enum odd_status result(struct compiler *c, struct oddi_op *op, enum oddi_expr_type type, uint32_t *reg)
{
    struct oddi_code *code = c->code;

    op->expr = c->e;
    for (size_t i = code->n_seen; i-- > 0 && code->n_seen - i <= LOOK_BACK;)
        if (same_op(&code->op[code->seen[i]], op)) {
            *reg = code->op[code->seen[i]].out;
            return ODD_OK;
        }
    for (uint8_t i = 0; i < op->n_in; i++)
        op->constant |= (uint8_t)((code->reg[op->in[i]].kind == ODDI_REG_CONST) << i);
    op->out = *reg = add_reg(code, ODDI_REG_TEMP, type);
    if (*reg == UINT32_MAX || !oddi_grow(&code->seen, &code->seen_cap, code->n_seen + 1, sizeof *code->seen))
        return oddi_fail_memory(c->err);
    code->seen[code->n_seen++] = (uint32_t)code->n_op;
    return emit(c, op);
}

static enum odd_status constant(struct compiler *c, const struct oddi_reg *value, uint32_t *reg)
{
    struct oddi_code *code = c->code;

    for (size_t r = code->n_reg; r-- > 0 && code->n_reg - r <= LOOK_BACK;)
        if (code->reg[r].kind == ODDI_REG_CONST && code->reg[r].type == value->type &&
            memcmp(&code->reg[r].value, &value->value, sizeof value->value) == 0) {
            *reg = (uint32_t)r;
            return ODD_OK;
        }
    *reg = add_reg(code, ODDI_REG_CONST, (enum oddi_expr_type)value->type);
    if (*reg == UINT32_MAX)
        return oddi_fail_memory(c->err);
    code->reg[*reg].value = value->value;
    return ODD_OK;
}

static enum odd_status null_constant(struct compiler *c, enum oddi_expr_type type, uint32_t *reg)
{
    struct oddi_reg r;

    memset(&r, 0, sizeof r);
    r.type = (uint8_t)type;
    oddi_fill_null(type, &r.value, 1);
    return constant(c, &r, reg);
}

static enum odd_status literal(struct compiler *c, const struct oddi_node *n, uint32_t *reg)
{
    struct oddi_reg r;

    memset(&r, 0, sizeof r); /* constants are compared as bytes */
    r.type = n->type;
    switch (n->kind) {
    case ODDI_NODE_NUMBER:
        r.value.number = n->u.number;
        break;
    case ODDI_NODE_TEXT:
        r.value.text.s = oddi_node_text(&c->e->tree, n);
        r.value.text.n = n->u.text.n;
        break;
    case ODDI_NODE_ADDR:
        r.value.addr = n->u.net.addr;
        break;
    case ODDI_NODE_TIME:
        r.value.time = n->u.time;
        break;
    default:
        r.value.code = n->u.code;
        break;
    }
    return constant(c, &r, reg);
}

static enum odd_status compile(struct compiler *c, uint32_t i, uint32_t *reg);

/* ---- calls -------------------------------------------------------------------------------------------------------- */

/* T = first; then for each other: leave if T says all, T = T op it. What is computed after a jump may not be computed
 * at all, and is therefore not used again outside. */
static enum odd_status chain(struct compiler *c, const struct oddi_node *n, const struct oddi_function *f,
                             uint32_t *reg)
{
    bool is_and = strcmp(f->name, "and") == 0;
    struct oddi_op copy = {.kind = ODDI_OP_COPY, .n_in = 1, .expr = c->e};
    size_t seen = 0, first_jump = c->code->n_op;
    uint32_t child = n->first, r;

    ODDI_TRY(compile(c, child, &copy.in[0]));
    *reg = copy.out = add_reg(c->code, ODDI_REG_TEMP, ODDI_EXPR_BOOL);
    if (*reg == UINT32_MAX)
        return oddi_fail_memory(c->err);
    first_jump = c->code->n_op;
    ODDI_TRY(emit(c, &copy));
    seen = c->code->n_seen;
    while ((child = oddi_node(&c->e->tree, child)->next) != ODDI_NO_NODE) {
        struct oddi_op jump = {.kind = is_and ? ODDI_OP_JUMP_ALL_FALSE : ODDI_OP_JUMP_ALL_TRUE,
                               .n_in = 1,
                               .in = {*reg},
                               .target = UINT32_MAX,
                               .expr = c->e};
        struct oddi_op join = {.kernel = f->kernel, .n_in = 2, .out = *reg, .in = {*reg}, .expr = c->e};

        ODDI_TRY(emit(c, &jump));
        ODDI_TRY(compile(c, child, &r));
        join.in[1] = r;
        ODDI_TRY(emit(c, &join));
    }
    c->code->n_seen = seen;
    for (size_t i = first_jump; i < c->code->n_op; i++)
        if (c->code->op[i].target == UINT32_MAX && c->code->op[i].in[0] == *reg &&
            (c->code->op[i].kind == ODDI_OP_JUMP_ALL_FALSE || c->code->op[i].kind == ODDI_OP_JUMP_ALL_TRUE))
            c->code->op[i].target = (uint32_t)c->code->n_op;
    return ODD_OK;
}

/* min(a, b, c) is min(min(a, b), c). */
static enum odd_status folded(struct compiler *c, const struct oddi_node *n, const struct oddi_function *f,
                              uint32_t *reg)
{
    ODDI_TRY(compile(c, n->first, reg));
    for (uint32_t a = oddi_node(&c->e->tree, n->first)->next; a != ODDI_NO_NODE;
         a = oddi_node(&c->e->tree, a)->next) {
        struct oddi_op op = {.kernel = f->kernel, .n_in = 2, .in = {*reg}};

        ODDI_TRY(compile(c, a, &op.in[1]));
        ODDI_TRY(result(c, &op, oddi_type_of_letter(f->result), reg));
    }
    return ODD_OK;
}

static enum odd_status arguments(struct compiler *c, const struct oddi_node *n, const struct oddi_function *f,
                                 struct oddi_op *op)
{
    uint32_t a = n->first;

    for (const char *letter = f->args; *letter; letter++) {
        if (*letter == '?')
            continue;
        if (a != ODDI_NO_NODE) {
            ODDI_TRY(compile(c, a, &op->in[op->n_in]));
            a = oddi_node(&c->e->tree, a)->next;
        } else {
            ODDI_TRY(null_constant(c, oddi_type_of_letter(*letter), &op->in[op->n_in]));
        }
        op->n_in++;
    }
    return ODD_OK;
}

static enum odd_status call(struct compiler *c, uint32_t i, uint32_t *reg)
{
    const struct oddi_node *n = oddi_node(&c->e->tree, i);
    const struct oddi_function *f = oddi_function(n->fn);
    struct oddi_op op = {.kernel = f->kernel};

    if (strcmp(f->args, "b*") == 0)
        return chain(c, n, f, reg);
    if (strcmp(f->args, "n*") == 0)
        return folded(c, n, f, reg);
    if (!f->kernel)
        return oddi_fail(c->err, ODD_ERR_USAGE, "%s() looks at a whole window, and this is about one flow",
                         f->name);
    if (strcmp(f->name, "in") == 0) {
        op.n_in = 1;
        ODDI_TRY(compile(c, n->first, &op.in[0]));
        op.data = oddi_code_set(c->code, c->e, i);
        if (!op.data)
            return oddi_fail_memory(c->err);
    } else {
        ODDI_TRY(arguments(c, n, f, &op));
    }
    return result(c, &op, oddi_type_of_letter(f->result), reg);
}

static enum odd_status compile(struct compiler *c, uint32_t i, uint32_t *reg)
{
    const struct oddi_node *n = oddi_node(&c->e->tree, i);

    if (c->leaf) {
        *reg = c->leaf(c->ctx, c->e, i);
        if (*reg != UINT32_MAX)
            return *reg == ODDI_LEAF_FAILED ? ODD_ERR_MEMORY : ODD_OK;
    }
    switch (n->kind) {
    case ODDI_NODE_NUMBER:
    case ODDI_NODE_TEXT:
    case ODDI_NODE_ADDR:
    case ODDI_NODE_TIME:
    case ODDI_NODE_CODE:
        return literal(c, n, reg);
    case ODDI_NODE_CALL:
        return call(c, i, reg);
    default:
        return oddi_fail(c->err, ODD_ERR_USAGE, "an aggregate is about a group, and this is about one flow");
    }
}

enum odd_status oddi_code_node(struct oddi_code *code, const struct oddi_expr *e, uint32_t i,
                               oddi_leaf_fn leaf, void *ctx, uint32_t *reg, struct odd_error *err)
{
    struct compiler c = {code, e, leaf, ctx, err};

    return compile(&c, i, reg);
}

enum odd_status oddi_code_key(struct oddi_code *code, const struct oddi_expr *e, uint32_t first, size_t n,
                              oddi_leaf_fn leaf, void *ctx, uint32_t *reg, struct odd_error *err)
{
    struct compiler c = {code, e, leaf, ctx, err};
    uint32_t key;

    for (size_t k = 0; k < n; k++, first = oddi_node(&e->tree, first)->next) {
        struct oddi_op op = {.kind = ODDI_OP_KEY, .n_in = 1}, join = {.kind = ODDI_OP_JOIN, .n_in = 2};

        ODDI_TRY(compile(&c, first, &op.in[0]));
        ODDI_TRY(result(&c, &op, ODDI_EXPR_KEY, &key));
        if (k > 0) {
            join.in[0] = *reg;
            join.in[1] = key;
            ODDI_TRY(result(&c, &join, ODDI_EXPR_KEY, &key));
        }
        *reg = key;
    }
    return ODD_OK;
}

/* ---- slots -------------------------------------------------------------------------------------------------------- */

/* Last touch of each temporary; results are touched at the end. */
static void find_ends(struct oddi_code *code)
{
    for (size_t i = 0; i < code->n_op; i++) {
        const struct oddi_op *op = &code->op[i];

        for (uint8_t k = 0; k < op->n_in; k++)
            code->reg[op->in[k]].last = (uint32_t)i;
        if (op->kind != ODDI_OP_JUMP_ALL_FALSE && op->kind != ODDI_OP_JUMP_ALL_TRUE &&
            code->reg[op->out].last < i)
            code->reg[op->out].last = (uint32_t)i;
    }
    for (size_t i = 0; i < code->n_out; i++)
        code->reg[code->out[i]].last = UINT32_MAX;
}

/* A slot for values of `size` bytes that is free before operation i. until[s] is the last operation that holds slot s. */
static bool take_slot(struct oddi_code *code, uint32_t **until, size_t *until_cap, size_t i,
                      struct oddi_reg *r)
{
    uint32_t size = (uint32_t)oddi_expr_value_size((enum oddi_expr_type)r->type);
    size_t s = 0;

    while (s < code->n_slot && (code->slot[s] != size || (*until)[s] >= i))
        s++;
    if (s == code->n_slot) {
        if (!oddi_grow(&code->slot, &code->slot_cap, s + 1, sizeof *code->slot) ||
            !oddi_grow(until, until_cap, s + 1, sizeof **until))
            return false;
        code->slot[code->n_slot++] = size;
    }
    (*until)[s] = r->last;
    r->index = (uint32_t)s;
    return true;
}

bool oddi_code_finish(struct oddi_code *code)
{
    uint32_t *until = NULL;
    size_t cap = 0;
    uint8_t *done = oddi_calloc_array(code->n_reg + 1, 1);
    bool ok = done != NULL;

    find_ends(code);
    for (size_t i = 0; ok && i < code->n_op; i++) {
        const struct oddi_op *op = &code->op[i];

        if (op->kind == ODDI_OP_JUMP_ALL_FALSE || op->kind == ODDI_OP_JUMP_ALL_TRUE || done[op->out])
            continue;
        done[op->out] = 1;
        ok = take_slot(code, &until, &cap, i, &code->reg[op->out]);
    }
    free(done);
    free(until);
    free(code->seen);
    code->seen = NULL;
    code->n_seen = code->seen_cap = 0;
    return ok;
}
