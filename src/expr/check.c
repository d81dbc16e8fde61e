#include "expr/check.h"

#include <math.h>

#include "base/param.h"
#include "feature/feature.h"

enum odd_status oddi_check_memory(struct oddi_check *c)
{
    if (c->tree->n >= ODDI_EXPR_MAX_NODES)
        return oddi_fault(c->fault, 0, 0, "the expression is too long: it has more than %u parts",
                          ODDI_EXPR_MAX_NODES);
    return oddi_fault_memory(c->fault);
}

void oddi_check_move(struct oddi_check *c, uint32_t to, uint32_t from)
{
    struct oddi_node *node = oddi_node(c->tree, to);
    uint32_t next = node->next;
    uint8_t where = node->flags & ODDI_FLAG_WHERE;

    *node = *oddi_node(c->tree, from);
    node->next = next;
    node->flags |= where;
}

/* ---- functions that are not there --------------------------------------------------------------------------------- */

#define MAX_NAMES 200

static size_t all_names(const char *names[MAX_NAMES])
{
    const struct oddi_function *f;
    const struct oddi_aggregate *a;
    const char *group;
    size_t n = 0;

    for (size_t i = 0; n < MAX_NAMES && (f = oddi_function_at(i, &group)); i++)
        if (f->form == ODDI_FORM_CALL)
            names[n++] = f->name;
    for (size_t i = 0; n < MAX_NAMES && (a = oddi_aggregate_at(i)); i++)
        names[n++] = a->name;
    return n;
}

static enum odd_status unknown_function(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    const char *name = oddi_node_text(c->tree, node), *names[MAX_NAMES];
    const char *near = oddi_suggest(name, names, all_names(names));
    size_t n = node->u.text.n;

    if (n > 5 && memcmp(name + n - 5, "_over", 5) == 0 && oddi_aggregate_find(name, n - 5) != UINT16_MAX)
        return oddi_fault(c->fault, node->at, n, "%s() is about the rows of a group and has no meaning here",
                          name);
    return oddi_fault(c->fault, node->at, n, "there is no function '%.60s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- choosing a row of the function table ------------------------------------------------------------------------- */

/* Steps through the letters of `args`: the letter for the next argument, 0 when no more may come. */
static char next_letter(const char **args)
{
    const char *a = *args;
    char letter;

    if (*a == '?')
        a++;
    letter = *a;
    if (letter && a[1] != '*')
        *args = a + 1;
    else
        *args = a;
    return letter;
}

/* True if nothing more is needed after `given` arguments have taken `args` that far. */
static bool may_end(const char *start, const char *args, size_t given)
{
    const char *optional = strchr(start, '?');

    if (*args == '\0' || (optional && args >= optional))
        return true;
    return args[1] == '*' && given > (size_t)(args - start);
}

static bool row_fits(struct oddi_check *c, uint32_t i, const struct oddi_function *f)
{
    const char *args = f->args;
    size_t given = 0;

    for (uint32_t a = oddi_node(c->tree, i)->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next) {
        char letter = next_letter(&args);

        if (!letter || !oddi_check_fits(c, a, letter))
            return false;
        given++;
    }
    return may_end(f->args, args, given);
}

struct line {
    char s[200];
    size_t n;
};

static void put(struct line *l, const char *s)
{
    while (*s && l->n + 1 < sizeof l->s)
        l->s[l->n++] = *s++;
    l->s[l->n] = '\0';
}

/* "(number, number) or (time, number)" */
static void put_rows(struct line *l, uint16_t id)
{
    static const char *const any[] = {"nothing", "one value", "two values of one type",
                                      "a condition and two values of one type"};
    size_t rows = 0;

    for (uint16_t k = id; k != UINT16_MAX; k = oddi_function_next(k))
        rows++;
    if (rows > 3) { /* a function of all types */
        put(l, any[strlen(oddi_function(id)->args)]);
        return;
    }
    for (int k = 0; id != UINT16_MAX; id = oddi_function_next(id), k++) {
        const char *comma = "";

        put(l, k ? " or " : "");
        put(l, "(");
        for (const char *a = oddi_function(id)->args; *a; a++) {
            put(l, *a == '*' ? ", ..." : *a == '?' ? "" : comma);
            put(l, *a == '*' || *a == '?' ? "" : oddi_type_name(oddi_type_of_letter(*a)));
            comma = ", ";
        }
        put(l, ")");
    }
}

static enum odd_status no_row_fits(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    const char *name = oddi_node_text(c->tree, node), *comma = "";
    struct line takes = {"", 0}, given = {"", 0};

    put_rows(&takes, oddi_function_find(name, node->u.text.n));
    for (uint32_t a = node->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next) {
        const char *noun = oddi_check_noun(c, a);

        put(&given, comma);
        put(&given, strchr(noun, ' ') + 1); /* without its article */
        comma = ", ";
    }
    return oddi_fault(c->fault, node->at, node->len, "'%s' takes %s, not (%.80s)",
                      strcmp(name, "neg") == 0 ? "-" : name, takes.s, given.s);
}

/* 10m is ten minutes; whoever compares bytes with it meant 10M. */
static enum odd_status check_units(struct oddi_check *c, uint32_t i)
{
    uint32_t a = oddi_tree_child(c->tree, i, 0), b = oddi_tree_child(c->tree, i, 1);

    for (int turn = 0; turn < 2; turn++) {
        const struct oddi_node *x = oddi_node(c->tree, turn ? b : a), *y = oddi_node(c->tree, turn ? a : b);

        if (x->kind == ODDI_NODE_FIELD && y->kind == ODDI_NODE_NUMBER && (y->flags & ODDI_FLAG_DURATION)) {
            const struct oddi_field_row *row = oddi_field_row((enum oddi_field)x->fn);

            if (strcmp(row->unit, "s") != 0)
                return oddi_fault(c->fault, y->at, y->len,
                                  "this is a duration, and %s is not; millions are written 10M", row->name);
        }
    }
    return ODD_OK;
}

static enum odd_status take_row(struct oddi_check *c, uint32_t i, uint16_t id)
{
    const struct oddi_function *f = oddi_function(id);
    const char *args = f->args;

    if (f->form == ODDI_FORM_INFIX && f->precedence == ODDI_BINDS_COMPARE && f->args[1] == 'n')
        ODDI_TRY(check_units(c, i));
    for (uint32_t a = oddi_node(c->tree, i)->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next)
        ODDI_TRY(oddi_check_convert(c, a, next_letter(&args)));
    oddi_node(c->tree, i)->fn = id;
    oddi_node(c->tree, i)->type = (uint8_t)oddi_type_of_letter(f->result);
    oddi_node(c->tree, i)->flags |= ODDI_FLAG_CHECKED;
    return ODD_OK;
}

static bool named(const struct oddi_check *c, uint32_t i, const char *name)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    return node->kind == ODDI_NODE_CALL && strcmp(oddi_node_text(c->tree, node), name) == 0;
}

/* -5 is a number, not an operation. */
static bool fold_sign(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i), *x = oddi_node(c->tree, node->first);
    uint8_t where = node->flags & ODDI_FLAG_WHERE;
    uint32_t next = node->next, at = node->at, len = node->len;

    if (!named(c, i, "neg") || node->first == ODDI_NO_NODE || x->kind != ODDI_NODE_NUMBER ||
        (x->flags & ODDI_FLAG_DURATION) || signbit(x->u.number) || x->next != ODDI_NO_NODE)
        return false;
    *node = *x;
    node->u.number = -node->u.number;
    node->next = next;
    node->at = at;
    node->len = len;
    node->flags |= where;
    return true;
}

/* src_ip == 10.0.0.0/8 means in. */
static enum odd_status net_equality(struct oddi_check *c, uint32_t i)
{
    uint32_t a = oddi_tree_child(c->tree, i, 0), b = oddi_tree_child(c->tree, i, 1);
    bool differs = named(c, i, "!=");
    size_t off;

    if ((!differs && !named(c, i, "==")) || b == ODDI_NO_NODE ||
        oddi_node(c->tree, b)->kind != ODDI_NODE_NET || oddi_node(c->tree, a)->kind == ODDI_NODE_NET)
        return ODD_OK;
    off = oddi_tree_string(c->tree, "in", 2);
    if (off == SIZE_MAX)
        return oddi_check_memory(c);
    oddi_node(c->tree, i)->u.text.off = (uint32_t)off;
    oddi_node(c->tree, i)->u.text.n = 2;
    return differs ? oddi_check_wrap(c, i, "not", 0) : ODD_OK;
}

/* "Flow IAT Mean" > 5: what stands left of a comparison in double quotes is a column. */
static void left_column(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *left = oddi_node(c->tree, oddi_tree_child(c->tree, i, 0));
    uint16_t id =
        oddi_function_find(oddi_node_text(c->tree, oddi_node(c->tree, i)), oddi_node(c->tree, i)->u.text.n);

    if (id != UINT16_MAX && oddi_function(id)->precedence == ODDI_BINDS_COMPARE &&
        left->kind == ODDI_NODE_TEXT && (left->flags & ODDI_FLAG_DOUBLE)) {
        left->kind = ODDI_NODE_NAME;
        left->flags |= ODDI_FLAG_QUOTED;
    }
}

/* service(proto, dst_port) is what `service` means: one spelling for one thing. */
static enum odd_status name_alias(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    uint8_t alias = oddi_alias_find(oddi_node_text(c->tree, node), node->u.text.n);
    struct oddi_buf text;

    if (alias == 0 || oddi_alias_at(alias - 1u)->optional || node->alias)
        return ODD_OK;
    oddi_buf_init(&text, 0);
    oddi_tree_print(c->tree, i, &text);
    if (!oddi_buf_ok(&text)) {
        oddi_buf_free(&text);
        return oddi_fault_memory(c->fault);
    }
    if (strcmp(oddi_buf_cstr(&text), oddi_alias_at(alias - 1u)->text) == 0)
        node->alias = alias;
    oddi_buf_free(&text);
    return ODD_OK;
}

enum odd_status oddi_check_call(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    uint16_t id;

    if (fold_sign(c, i))
        return ODD_OK;
    id = oddi_function_find(oddi_node_text(c->tree, node), node->u.text.n);
    for (; id != UINT16_MAX; id = oddi_function_next(id))
        if (row_fits(c, i, oddi_function(id))) {
            ODDI_TRY(take_row(c, i, id));
            return name_alias(c, i);
        }
    return no_row_fits(c, i);
}

static enum odd_status check_stage(struct oddi_check *c, uint32_t i, uint16_t id)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    if (oddi_function(id)->stage == ODDI_STAGE_WINDOW && c->options->want != ODDI_WANT_AGGREGATE)
        return oddi_fault(c->fault, node->at, node->len,
                          "%s() looks at a whole window, and this is about one flow",
                          oddi_function(id)->name);
    return ODD_OK;
}

enum odd_status oddi_check_function(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    uint16_t id = oddi_function_find(oddi_node_text(c->tree, node), node->u.text.n);

    if (!c->group && id == UINT16_MAX && oddi_check_is_aggregate(c, i))
        return oddi_fault(c->fault, node->at, node->u.text.n,
                          "%s() is about the rows of a group and has no meaning for one flow",
                          oddi_node_text(c->tree, node));
    if (id == UINT16_MAX)
        return unknown_function(c, i);
    ODDI_TRY(check_stage(c, i, id));
    left_column(c, i);
    for (uint32_t a = oddi_node(c->tree, i)->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next) {
        if (oddi_node(c->tree, a)->flags & ODDI_FLAG_WHERE)
            return oddi_fault(c->fault, oddi_node(c->tree, a)->at, oddi_node(c->tree, a)->len,
                              "only aggregates take a 'where', and %s() is none here",
                              oddi_function(id)->name);
        if (oddi_node(c->tree, a)->kind != ODDI_NODE_SET && oddi_node(c->tree, a)->kind != ODDI_NODE_RANGE)
            ODDI_TRY(c->group ? oddi_check_group(c, a) : oddi_check_row(c, a));
    }
    if (oddi_check_service(c, i))
        return ODD_OK;
    ODDI_TRY(net_equality(c, i));
    if (named(c, i, "not") && named(c, oddi_node(c->tree, i)->first, "in"))
        ODDI_TRY(oddi_check_in(c, oddi_node(c->tree, i)->first));
    if (named(c, i, "in"))
        return oddi_check_in(c, i);
    return oddi_check_call(c, i);
}

enum odd_status oddi_check_row(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    enum odd_status status = ODD_OK;

    if (++c->depth > 4 * ODDI_EXPR_MAX_DEPTH)
        return oddi_fault(c->fault, node->at, node->len, "the expression is nested too deep");
    switch (node->kind) {
    case ODDI_NODE_NUMBER:
        node->type = ODDI_EXPR_NUMBER;
        break;
    case ODDI_NODE_TEXT:
        node->type = ODDI_EXPR_TEXT;
        break;
    case ODDI_NODE_ADDR:
        node->type = ODDI_EXPR_ADDR;
        break;
    case ODDI_NODE_NET:
        node->type = ODDI_EXPR_KEY; /* fits nowhere: only `in` and == know it */
        break;
    case ODDI_NODE_NAME:
        status = oddi_check_name(c, i);
        break;
    case ODDI_NODE_CALL:
        if (!(node->flags & ODDI_FLAG_CHECKED))
            status = oddi_check_function(c, i);
        break;
    default:
        break;
    }
    c->depth--;
    return status;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

static enum odd_status refuse(struct oddi_check *c, uint32_t i, const char *wanted)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    return oddi_fault(c->fault, node->at, node->len, "this is %s; %s", oddi_check_noun(c, i), wanted);
}

static enum odd_status check_wanted(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    switch (c->options->want) {
    case ODDI_WANT_CONDITION:
        if (!oddi_check_fits(c, i, 'b'))
            return refuse(c, i, "a condition is wanted, for example bytes > 0");
        return oddi_check_convert(c, i, 'b');
    case ODDI_WANT_KEY:
        if (!oddi_check_fits(c, i, 'k') || node->type == ODDI_EXPR_BOOL)
            return refuse(c, i, "a value is wanted by which flows are grouped, for example src_ip");
        return oddi_check_convert(c, i, 'k');
    case ODDI_WANT_VALUE:
        if (oddi_check_fits(c, i, 'b'))
            return oddi_check_convert(c, i, 'b');
        if (!oddi_check_fits(c, i, 'k'))
            return refuse(c, i, "a value is wanted, for example bytes");
        return oddi_check_convert(c, i, 'k');
    default:
        if (!oddi_check_fits(c, i, 'N'))
            return refuse(c, i, "a number is wanted, for example log1p(bytes)");
        return oddi_check_convert(c, i, 'N');
    }
}

enum odd_status oddi_expr_check(struct oddi_tree *t, const struct oddi_expr_options *options,
                                struct oddi_expr_error *fault)
{
    struct oddi_check c = {.tree = t, .options = options, .fault = fault};
    struct oddi_key_scope keys[16];
    size_t n_keys = options->n_by < 16 ? options->n_by : 16;

    for (size_t i = 0; i < n_keys; i++) {
        keys[i] = (struct oddi_key_scope){options->by[i], c.keys};
        c.keys = &keys[i];
    }
    c.group = options->want == ODDI_WANT_AGGREGATE;
    if (oddi_node(t, t->root)->kind == ODDI_NODE_SET || oddi_node(t, t->root)->kind == ODDI_NODE_RANGE)
        return oddi_fault(fault, 0, 0, "a set is not a value");
    ODDI_TRY(c.group ? oddi_check_group(&c, t->root) : oddi_check_row(&c, t->root));
    return check_wanted(&c, t->root);
}
