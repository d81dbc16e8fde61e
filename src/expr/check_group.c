/* Expressions about a group of rows: aggregates, and aggregates over inner groups. */
#include "expr/check.h"

#include "feature/feature.h"

#define MAX_OVER 8 /* inner groups within inner groups */

static const char *name_of(const struct oddi_check *c, uint32_t i)
{
    return oddi_node_text(c->tree, oddi_node(c->tree, i));
}

/* The aggregate that a name says, with or without "_over". */
static uint16_t aggregate_of(const struct oddi_check *c, uint32_t i, bool *over)
{
    const char *name = name_of(c, i);
    size_t n = oddi_node(c->tree, i)->u.text.n;

    *over = n > 5 && memcmp(name + n - 5, "_over", 5) == 0;
    return oddi_aggregate_find(name, *over ? n - 5 : n);
}

static bool is_macro(const struct oddi_check *c, uint32_t i)
{
    return strcmp(name_of(c, i), "new_count") == 0 || strcmp(name_of(c, i), "new_share") == 0;
}

/* How many arguments, and the condition if there is one. */
static size_t count_args(const struct oddi_check *c, uint32_t i, uint32_t *where)
{
    size_t n = 0;

    *where = ODDI_NO_NODE;
    for (uint32_t a = oddi_node(c->tree, i)->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next) {
        if (oddi_node(c->tree, a)->flags & ODDI_FLAG_WHERE)
            *where = a;
        else
            n++;
    }
    return n;
}

bool oddi_check_is_aggregate(const struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    uint32_t where;
    size_t n;
    bool over;

    if (node->kind != ODDI_NODE_CALL || (node->flags & ODDI_FLAG_CHECKED))
        return false;
    if (is_macro(c, i))
        return true;
    if (aggregate_of(c, i, &over) == UINT16_MAX)
        return false;
    n = count_args(c, i, &where);
    /* min(a, b) is about two numbers, min(a) about all a */
    return oddi_function_find(name_of(c, i), node->u.text.n) == UINT16_MAX || n == 1 || where != ODDI_NO_NODE;
}

static bool has_aggregate(const struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    if (node->kind == ODDI_NODE_AGG || node->kind == ODDI_NODE_OVER || oddi_check_is_aggregate(c, i))
        return true;
    for (uint32_t a = node->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next)
        if (has_aggregate(c, a))
            return true;
    return false;
}

/* ---- the same in every row ---------------------------------------------------------------------------------------- */

static bool is_pure(const struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    if (node->kind == ODDI_NODE_FIELD || node->kind == ODDI_NODE_COLUMN)
        return false;
    for (uint32_t a = node->first; a != ODDI_NO_NODE; a = oddi_node(c->tree, a)->next)
        if (!is_pure(c, a))
            return false;
    return true;
}

static enum odd_status is_key(struct oddi_check *c, uint32_t i, bool *yes)
{
    struct oddi_buf text;

    oddi_buf_init(&text, 0);
    oddi_tree_print(c->tree, i, &text);
    if (!oddi_buf_ok(&text)) {
        oddi_buf_free(&text);
        return oddi_fault_memory(c->fault);
    }
    *yes = false;
    for (const struct oddi_key_scope *k = c->keys; k && !*yes; k = k->outer)
        *yes = strcmp(k->text, oddi_buf_cstr(&text)) == 0;
    oddi_buf_free(&text);
    return ODD_OK;
}

static enum odd_status is_constant(struct oddi_check *c, uint32_t i, bool *yes)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    *yes = is_pure(c, i);
    if (!*yes)
        ODDI_TRY(is_key(c, i, yes));
    if (*yes || node->kind != ODDI_NODE_CALL)
        return ODD_OK;
    *yes = true;
    for (uint32_t a = node->first; a != ODDI_NO_NODE && *yes; a = oddi_node(c->tree, a)->next)
        if (oddi_node(c->tree, a)->kind != ODDI_NODE_SET && oddi_node(c->tree, a)->kind != ODDI_NODE_RANGE)
            ODDI_TRY(is_constant(c, a, yes));
    return ODD_OK;
}

static enum odd_status differs(struct oddi_check *c, const struct oddi_node *node)
{
    const char *name = node->kind == ODDI_NODE_COLUMN ? oddi_node_text(c->tree, node) : NULL;

    if (name && (oddi_function_find(name, node->u.text.n) != UINT16_MAX ||
                 oddi_aggregate_find(name, node->u.text.n) != UINT16_MAX))
        return oddi_fault(c->fault, node->at, node->len,
                          "'%.60s' is a function: what it is about goes in brackets, %.60s()", name, name);
    return oddi_fault(
        c->fault, node->at, node->len,
        "the flows of a group differ in this; say which is meant: sum(), mean(), max(), first() ...");
}

/* A value of the rows in the place of one of the group: allowed where all rows have the same. */
static enum odd_status check_constant(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);
    const char *name;
    bool constant;

    ODDI_TRY(is_constant(c, i, &constant));
    if (!constant)
        return differs(c, node);
    if (is_pure(c, i))
        return ODD_OK;
    if (!oddi_check_fits(c, i, 'N'))
        return oddi_fault(c->fault, node->at, node->len,
                          "this is %s; of a group numbers and conditions are asked", oddi_check_noun(c, i));
    if (node->type != ODDI_EXPR_BOOL)
        ODDI_TRY(oddi_check_convert(c, i, 'n'));
    name = oddi_node(c->tree, i)->type == ODDI_EXPR_BOOL ? "first_truth" : "first";
    ODDI_TRY(oddi_check_wrap(c, i, name, ODDI_FLAG_IMPLICIT));
    oddi_node(c->tree, i)->kind = ODDI_NODE_AGG;
    oddi_node(c->tree, i)->fn = oddi_aggregate_find(name, strlen(name));
    oddi_node(c->tree, i)->type = oddi_node(c->tree, oddi_node(c->tree, i)->first)->type;
    return ODD_OK;
}

/* ---- aggregates --------------------------------------------------------------------------------------------------- */

static enum odd_status wrong_args(struct oddi_check *c, uint32_t i, const struct oddi_aggregate *a)
{
    const char *wants = strcmp(a->args, "") == 0     ? "nothing in its brackets but a 'where'"
                        : strcmp(a->args, "?b") == 0 ? "nothing or one condition"
                        : strcmp(a->args, "b") == 0  ? "one condition"
                        : strcmp(a->args, "k") == 0  ? "values, for example dst_ip"
                        : a->parameter               ? "a number and a share from 0 to 1"
                                                     : "one number";

    return oddi_fault(c->fault, oddi_node(c->tree, i)->at, oddi_node(c->tree, i)->len, "%s() takes %s",
                      a->name, wants);
}

static enum odd_status check_arg(struct oddi_check *c, uint32_t i, const struct oddi_aggregate *a,
                                 uint32_t arg)
{
    char letter = a->args[0] == '?' ? a->args[1] : a->args[0];

    ODDI_TRY(oddi_check_row(c, arg));
    letter = letter == 'n' ? 'N' : letter;
    if (!oddi_check_fits(c, arg, letter))
        return wrong_args(c, i, a);
    return oddi_check_convert(c, arg, letter);
}

static enum odd_status check_aggregate(struct oddi_check *c, uint32_t i, const struct oddi_aggregate *a)
{
    uint32_t where, arg = oddi_node(c->tree, i)->first, p;
    size_t n = count_args(c, i, &where), most = a->args[0] == '\0' ? 0 : a->args[0] == 'k' ? n : 1;
    size_t least = a->args[0] == '\0' || a->args[0] == '?' ? 0 : 1;

    if (n > most + a->parameter || n < least + a->parameter)
        return wrong_args(c, i, a);
    for (size_t k = 0; k < n - a->parameter; k++, arg = oddi_node(c->tree, arg)->next)
        ODDI_TRY(check_arg(c, i, a, arg));
    if (a->parameter) {
        p = arg;
        ODDI_TRY(oddi_check_row(c, p));
        if (oddi_node(c->tree, p)->kind != ODDI_NODE_NUMBER || !(oddi_node(c->tree, p)->u.number >= 0) ||
            oddi_node(c->tree, p)->u.number > 1)
            return wrong_args(c, i, a);
    }
    oddi_node(c->tree, i)->kind = ODDI_NODE_AGG;
    return ODD_OK;
}

/* The keys from `key` on, each added to the scope, then the inner expression. Recursive for the sake of the scope. */
static enum odd_status check_inner(struct oddi_check *c, uint32_t i, uint32_t key, size_t keys,
                                   const struct oddi_aggregate *a)
{
    const struct oddi_key_scope *outer = c->keys;
    struct oddi_key_scope scope = {NULL, outer};
    struct oddi_buf text;
    enum odd_status status;
    char letter = a->args[0] == '?' ? 'b' : a->args[0] == 'n' ? 'N' : a->args[0];

    if (keys == 0) {
        c->group = true;
        ODDI_TRY(oddi_check_group(c, key));
        c->group = false;
        if (!oddi_check_fits(c, key, letter))
            return oddi_fault(c->fault, oddi_node(c->tree, key)->at, oddi_node(c->tree, key)->len,
                              "%s_over() is over %s, and this is %s", a->name,
                              letter == 'b' ? "conditions" : "numbers", oddi_check_noun(c, key));
        return oddi_check_convert(c, key, letter);
    }
    ODDI_TRY(oddi_check_row(c, key));
    if (!oddi_check_fits(c, key, 'k'))
        return oddi_fault(c->fault, oddi_node(c->tree, key)->at, oddi_node(c->tree, key)->len,
                          "this is %s, and no value to group by", oddi_check_noun(c, key));
    ODDI_TRY(oddi_check_convert(c, key, 'k'));
    oddi_buf_init(&text, 0);
    oddi_tree_print(c->tree, key, &text);
    status = oddi_buf_ok(&text) ? ODD_OK : oddi_fault_memory(c->fault);
    if (status == ODD_OK) {
        scope.text = oddi_buf_cstr(&text);
        c->keys = &scope;
        status = oddi_buf_ok(&text) ? check_inner(c, i, oddi_node(c->tree, key)->next, keys - 1, a)
                                    : oddi_fault_memory(c->fault);
        c->keys = outer;
    }
    oddi_buf_free(&text);
    return status;
}

static enum odd_status check_over(struct oddi_check *c, uint32_t i, const struct oddi_aggregate *a)
{
    uint32_t where;
    size_t n = count_args(c, i, &where);
    const struct oddi_node *node = oddi_node(c->tree, i);

    if (n < 2 || a->parameter || a->needs_ts || a->args[0] == 'k' || a->args[0] == '\0')
        return oddi_fault(c->fault, node->at, node->len, "%s",
                          n < 2 ? "this takes what to group by, and then what is said of each group"
                                : "there is no such function over inner groups");
    if (n > 9)
        return oddi_fault(c->fault, node->at, node->len, "at most 8 values to group by");
    oddi_node(c->tree, i)->kind = ODDI_NODE_OVER;
    return check_inner(c, i, node->first, n - 1, a);
}

static enum odd_status check_call(struct oddi_check *c, uint32_t i)
{
    uint32_t where;
    bool over;
    uint16_t id = aggregate_of(c, i, &over);
    const struct oddi_aggregate *a = oddi_aggregate_at(id);

    if (++c->over > MAX_OVER)
        return oddi_fault(c->fault, oddi_node(c->tree, i)->at, oddi_node(c->tree, i)->len,
                          "groups are nested more than %d deep", MAX_OVER);
    c->group = false;
    ODDI_TRY(over ? check_over(c, i, a) : check_aggregate(c, i, a));
    (void)count_args(c, i, &where);
    if (where != ODDI_NO_NODE) {
        ODDI_TRY(oddi_check_row(c, where));
        if (!oddi_check_fits(c, where, 'b'))
            return oddi_fault(c->fault, oddi_node(c->tree, where)->at, oddi_node(c->tree, where)->len,
                              "this is %s; a condition is wanted after 'where'", oddi_check_noun(c, where));
        ODDI_TRY(oddi_check_convert(c, where, 'b'));
    }
    c->group = true;
    c->over--;
    oddi_node(c->tree, i)->fn = id;
    oddi_node(c->tree, i)->type = (uint8_t)oddi_type_of_letter(a->result);
    return ODD_OK;
}

/* ---- new_count(x), new_share(x) ----------------------------------------------------------------------------------- */

static enum odd_status rename_call(struct oddi_check *c, uint32_t i, const char *name)
{
    size_t off = oddi_tree_string(c->tree, name, strlen(name));

    if (off == SIZE_MAX)
        return oddi_fault_memory(c->fault);
    oddi_node(c->tree, i)->u.text.off = (uint32_t)off;
    oddi_node(c->tree, i)->u.text.n = (uint32_t)strlen(name);
    return ODD_OK;
}

/* distinct(keys where c) becomes distinct(keys where is_new(keys) and c). */
static enum odd_status add_is_new(struct oddi_check *c, uint32_t i)
{
    uint32_t where, is_new = oddi_tree_copy(c->tree, i), inside;

    if (is_new == ODDI_NO_NODE)
        return oddi_check_memory(c);
    oddi_node(c->tree, is_new)->next = ODDI_NO_NODE;
    ODDI_TRY(rename_call(c, is_new, "is_new"));
    (void)count_args(c, is_new, &inside);
    if (inside != ODDI_NO_NODE) { /* always the last */
        uint32_t *link = &oddi_node(c->tree, is_new)->first;

        while (*link != inside)
            link = &oddi_node(c->tree, *link)->next;
        *link = ODDI_NO_NODE;
    }
    (void)count_args(c, i, &where);
    if (where == ODDI_NO_NODE) {
        oddi_node(c->tree, is_new)->flags |= ODDI_FLAG_WHERE;
        oddi_tree_append(c->tree, i, is_new);
        return ODD_OK;
    }
    ODDI_TRY(oddi_check_wrap(c, where, "and", 0));
    oddi_node(c->tree, is_new)->next = oddi_node(c->tree, where)->first;
    oddi_node(c->tree, where)->first = is_new;
    return ODD_OK;
}

static enum odd_status expand_macro(struct oddi_check *c, uint32_t i)
{
    bool share = strcmp(name_of(c, i), "new_share") == 0;
    uint32_t where, whole = ODDI_NO_NODE;

    if (count_args(c, i, &where) == 0)
        return oddi_fault(c->fault, oddi_node(c->tree, i)->at, oddi_node(c->tree, i)->len,
                          "%s() takes values, for example dst_ip", name_of(c, i));
    ODDI_TRY(rename_call(c, i, "distinct"));
    if (share) {
        whole = oddi_tree_copy(c->tree, i);
        if (whole == ODDI_NO_NODE)
            return oddi_check_memory(c);
        oddi_node(c->tree, whole)->next = ODDI_NO_NODE;
        oddi_node(c->tree, whole)->flags &= (uint8_t)~ODDI_FLAG_WHERE;
    }
    ODDI_TRY(add_is_new(c, i));
    if (!share)
        return ODD_OK;
    ODDI_TRY(oddi_check_wrap(c, i, "/", 0));
    oddi_tree_append(c->tree, i, whole);
    return ODD_OK;
}

static enum odd_status check_group_node(struct oddi_check *c, uint32_t i)
{
    enum odd_status status;

    if (oddi_node(c->tree, i)->kind == ODDI_NODE_CALL && is_macro(c, i))
        ODDI_TRY(expand_macro(c, i));
    if (oddi_check_is_aggregate(c, i))
        return check_call(c, i);
    if (has_aggregate(c, i))
        return oddi_check_function(c, i);
    c->group = false;
    status = oddi_check_row(c, i);
    c->group = true;
    return status == ODD_OK && oddi_node(c->tree, i)->type != ODDI_TYPE_WORD ? check_constant(c, i) : status;
}

enum odd_status oddi_check_group(struct oddi_check *c, uint32_t i)
{
    enum odd_status status;

    if (++c->depth > 4 * ODDI_EXPR_MAX_DEPTH)
        return oddi_fault(c->fault, oddi_node(c->tree, i)->at, oddi_node(c->tree, i)->len,
                          "the expression is nested too deep");
    status = check_group_node(c, i);
    c->depth--;
    return status;
}
