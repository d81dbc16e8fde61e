#include "expr/parse.h"

#include <strings.h>

enum odd_status oddi_parser_next(struct oddi_parser *p)
{
    p->end = p->token.at + p->token.len;
    return oddi_lex(p->tree, p->text, p->n, p->end, &p->token, p->fault);
}

bool oddi_parser_is(const struct oddi_parser *p, enum oddi_punct punct)
{
    return p->token.kind == ODDI_TOKEN_PUNCT && p->token.u.punct == punct;
}

bool oddi_parser_word(const struct oddi_parser *p, const char *word)
{
    return p->token.kind == ODDI_TOKEN_NAME && strlen(word) == p->token.len &&
           strncasecmp(p->text + p->token.at, word, p->token.len) == 0;
}

enum odd_status oddi_parser_peek(struct oddi_parser *p, struct oddi_token *out)
{
    size_t strings = p->tree->strings.size;

    ODDI_TRY(oddi_lex(p->tree, p->text, p->n, p->token.at + p->token.len, out, p->fault));
    p->tree->strings.size = strings;
    return ODD_OK;
}

static int shown(uint32_t len)
{
    return (int)(len > 40 ? 40 : len);
}

enum odd_status oddi_parser_fail(struct oddi_parser *p, const char *expected)
{
    const struct oddi_token *t = &p->token;

    if (t->kind == ODDI_TOKEN_END)
        return oddi_fault(p->fault, p->n, 0, "the text ends where %s is expected", expected);
    return oddi_fault(p->fault, t->at, t->len, "%s is expected here, not '%.*s'", expected, shown(t->len),
                      p->text + t->at);
}

static enum odd_status too_big(struct oddi_parser *p)
{
    if (p->tree->n >= ODDI_EXPR_MAX_NODES)
        return oddi_fault(p->fault, 0, 0, "the expression is too long: it has more than %u parts",
                          ODDI_EXPR_MAX_NODES);
    return oddi_fault_memory(p->fault);
}

static enum odd_status enter(struct oddi_parser *p)
{
    if (p->depth >= ODDI_EXPR_MAX_DEPTH)
        return oddi_fault(p->fault, p->token.at, p->token.len, "the expression is nested more than %u deep",
                          ODDI_EXPR_MAX_DEPTH);
    p->depth++;
    return ODD_OK;
}

/* ---- nodes -------------------------------------------------------------------------------------------------------- */

static enum odd_status add(struct oddi_parser *p, enum oddi_node_kind kind, size_t at, size_t len,
                           uint32_t *out)
{
    *out = oddi_tree_add(p->tree, kind, (uint32_t)at, (uint32_t)len);
    return *out == ODDI_NO_NODE ? too_big(p) : ODD_OK;
}

enum odd_status oddi_parser_name(struct oddi_parser *p, enum oddi_node_kind kind, const char *name, size_t n,
                                 uint32_t at, uint32_t len, uint32_t *out)
{
    size_t off = oddi_tree_string(p->tree, name, n);

    if (off == SIZE_MAX)
        return oddi_fault_memory(p->fault);
    ODDI_TRY(add(p, kind, at, len, out));
    oddi_node(p->tree, *out)->u.text.off = (uint32_t)off;
    oddi_node(p->tree, *out)->u.text.n = (uint32_t)n;
    return ODD_OK;
}

enum odd_status oddi_parser_call(struct oddi_parser *p, const char *name, uint32_t a, uint32_t b, uint32_t at,
                                 uint32_t *out)
{
    uint32_t end = (uint32_t)p->end;

    ODDI_TRY(oddi_parser_name(p, ODDI_NODE_CALL, name, strlen(name), at, end > at ? end - at : 0, out));
    if (a != ODDI_NO_NODE)
        oddi_tree_append(p->tree, *out, a);
    if (b != ODDI_NO_NODE)
        oddi_tree_append(p->tree, *out, b);
    return ODD_OK;
}

static enum odd_status parse_or(struct oddi_parser *p, uint32_t *out);

/* ---- atoms -------------------------------------------------------------------------------------------------------- */

/* [arg {, arg}] [where condition] ) */
static enum odd_status parse_arguments(struct oddi_parser *p, uint32_t call)
{
    bool where = false;

    while (!oddi_parser_is(p, ODDI_P_CLOSE)) {
        uint32_t arg;

        if (oddi_parser_word(p, "where") && !where) {
            where = true;
            ODDI_TRY(oddi_parser_next(p));
            ODDI_TRY(parse_or(p, &arg));
            oddi_node(p->tree, arg)->flags |= ODDI_FLAG_WHERE;
        } else {
            ODDI_TRY(parse_or(p, &arg));
        }
        oddi_tree_append(p->tree, call, arg);
        if (oddi_parser_is(p, ODDI_P_COMMA) && !where) {
            ODDI_TRY(oddi_parser_next(p));
            if (oddi_parser_is(p, ODDI_P_CLOSE))
                return oddi_parser_fail(p, "a value");
        } else if (!oddi_parser_is(p, ODDI_P_CLOSE) && !(oddi_parser_word(p, "where") && !where)) {
            return oddi_parser_fail(p, where ? "')'" : "',' or ')'");
        }
    }
    return oddi_parser_next(p);
}

static enum odd_status parse_name(struct oddi_parser *p, uint32_t *out)
{
    struct oddi_token name = p->token;
    enum oddi_node_kind kind = ODDI_NODE_NAME;

    ODDI_TRY(oddi_parser_next(p));
    if (oddi_parser_is(p, ODDI_P_OPEN))
        kind = ODDI_NODE_CALL;
    ODDI_TRY(oddi_parser_name(p, kind, p->text + name.at, name.len, name.at, name.len, out));
    if (kind == ODDI_NODE_NAME)
        return ODD_OK;
    ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(parse_arguments(p, *out));
    oddi_node(p->tree, *out)->len = (uint32_t)(p->end - name.at);
    return ODD_OK;
}

static enum odd_status parse_literal(struct oddi_parser *p, uint32_t *out)
{
    static const enum oddi_node_kind kinds[] = {
        [ODDI_TOKEN_NUMBER] = ODDI_NODE_NUMBER, [ODDI_TOKEN_TEXT] = ODDI_NODE_TEXT,
        [ODDI_TOKEN_ADDR] = ODDI_NODE_ADDR,     [ODDI_TOKEN_NET] = ODDI_NODE_NET,
        [ODDI_TOKEN_QUOTED] = ODDI_NODE_NAME,
    };
    struct oddi_token t = p->token;
    struct oddi_node *node;

    ODDI_TRY(add(p, kinds[t.kind], t.at, t.len, out));
    node = oddi_node(p->tree, *out);
    if (t.kind == ODDI_TOKEN_NUMBER) {
        node->u.number = t.u.number;
        node->flags |= t.duration ? ODDI_FLAG_DURATION : 0;
    } else if (t.kind == ODDI_TOKEN_ADDR || t.kind == ODDI_TOKEN_NET) {
        node->u.net = t.u.net;
    } else {
        node->u.text.off = t.u.text.off;
        node->u.text.n = t.u.text.n;
        node->flags |= t.kind == ODDI_TOKEN_QUOTED ? ODDI_FLAG_QUOTED : t.twice ? ODDI_FLAG_DOUBLE : 0;
    }
    return oddi_parser_next(p);
}

static bool is_keyword(const struct oddi_parser *p)
{
    static const char *const words[] = {"and", "or", "in", "like", "is", "where"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (oddi_parser_word(p, words[i]))
            return true;
    return false;
}

static enum odd_status parse_atom(struct oddi_parser *p, uint32_t *out)
{
    if (p->token.kind == ODDI_TOKEN_NAME) {
        if (is_keyword(p))
            return oddi_parser_fail(p, "a value");
        ODDI_TRY(enter(p));
        ODDI_TRY(oddi_parse_filter_term(p, out));
        p->depth--;
        return *out != ODDI_NO_NODE ? ODD_OK : parse_name(p, out);
    }
    if (oddi_parser_is(p, ODDI_P_OPEN)) {
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(parse_or(p, out));
        if (!oddi_parser_is(p, ODDI_P_CLOSE))
            return oddi_parser_fail(p, "')'");
        return oddi_parser_next(p);
    }
    if (p->token.kind == ODDI_TOKEN_END || p->token.kind == ODDI_TOKEN_PUNCT)
        return oddi_parser_fail(p, "a value");
    return parse_literal(p, out);
}

static enum odd_status parse_unary(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, x;

    if (!oddi_parser_is(p, ODDI_P_MINUS))
        return parse_atom(p, out);
    ODDI_TRY(enter(p));
    ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(parse_unary(p, &x));
    p->depth--;
    return oddi_parser_call(p, "neg", x, ODDI_NO_NODE, at, out);
}

/* ---- operators ---------------------------------------------------------------------------------------------------- */

static enum odd_status parse_product(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, right;
    unsigned depth = p->depth;

    ODDI_TRY(parse_unary(p, out));
    for (;;) {
        const char *op = oddi_parser_is(p, ODDI_P_TIMES)    ? "*"
                         : oddi_parser_is(p, ODDI_P_DIVIDE) ? "/"
                         : oddi_parser_is(p, ODDI_P_MODULO) ? "%"
                                                            : NULL;
        if (!op)
            break;
        ODDI_TRY(enter(p)); /* a chain is as deep as it is long */
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(parse_unary(p, &right));
        ODDI_TRY(oddi_parser_call(p, op, *out, right, at, out));
    }
    p->depth = depth;
    return ODD_OK;
}

enum odd_status oddi_parse_sum(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, right;
    unsigned depth = p->depth;

    ODDI_TRY(parse_product(p, out));
    for (;;) {
        const char *op = oddi_parser_is(p, ODDI_P_PLUS) ? "+" : oddi_parser_is(p, ODDI_P_MINUS) ? "-" : NULL;

        if (!op)
            break;
        ODDI_TRY(enter(p));
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(parse_product(p, &right));
        ODDI_TRY(oddi_parser_call(p, op, *out, right, at, out));
    }
    p->depth = depth;
    return ODD_OK;
}

/* a or a..b */
static enum odd_status parse_member(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, low, high;

    ODDI_TRY(oddi_parse_sum(p, &low));
    *out = low;
    if (!oddi_parser_is(p, ODDI_P_RANGE))
        return ODD_OK;
    ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(oddi_parse_sum(p, &high));
    ODDI_TRY(add(p, ODDI_NODE_RANGE, at, p->end - at, out));
    oddi_tree_append(p->tree, *out, low);
    oddi_tree_append(p->tree, *out, high);
    return ODD_OK;
}

enum odd_status oddi_parse_members(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, last = ODDI_NO_NODE, member;

    if (!oddi_parser_is(p, ODDI_P_SET))
        return parse_member(p, out);
    ODDI_TRY(add(p, ODDI_NODE_SET, at, 0, out));
    ODDI_TRY(oddi_parser_next(p));
    while (!oddi_parser_is(p, ODDI_P_SET_END)) {
        ODDI_TRY(parse_member(p, &member));
        if (last == ODDI_NO_NODE)
            oddi_node(p->tree, *out)->first = member;
        else
            oddi_node(p->tree, last)->next = member;
        last = member;
        if (oddi_parser_is(p, ODDI_P_COMMA)) /* nfdump has blanks in their place */
            ODDI_TRY(oddi_parser_next(p));
        else if (p->token.kind == ODDI_TOKEN_END)
            return oddi_parser_fail(p, "'}'");
    }
    ODDI_TRY(oddi_parser_next(p));
    oddi_node(p->tree, *out)->len = (uint32_t)(p->end - at);
    return last == ODDI_NO_NODE ? oddi_fault(p->fault, at, p->end - at, "the set is empty") : ODD_OK;
}

const char *oddi_parser_comparison(const struct oddi_parser *p)
{
    static const char *const names[] = {
        [ODDI_P_EQ] = "==", [ODDI_P_NE] = "!=", [ODDI_P_LT] = "<",
        [ODDI_P_LE] = "<=", [ODDI_P_GT] = ">",  [ODDI_P_GE] = ">=",
    };

    if (p->token.kind != ODDI_TOKEN_PUNCT || p->token.u.punct < ODDI_P_EQ || p->token.u.punct > ODDI_P_GE)
        return NULL;
    return names[p->token.u.punct];
}

/* nfdump's "bytes 100", "proto tcp": a field and its value side by side mean equal. */
static bool side_by_side(const struct oddi_parser *p, uint32_t left)
{
    const struct oddi_node *n = oddi_node(p->tree, left);
    enum oddi_token_kind kind = p->token.kind;

    if (n->kind != ODDI_NODE_NAME || n->at + n->len != p->end)
        return false;
    if (kind == ODDI_TOKEN_NUMBER || kind == ODDI_TOKEN_ADDR || kind == ODDI_TOKEN_NET ||
        kind == ODDI_TOKEN_TEXT)
        return true;
    return kind == ODDI_TOKEN_NAME && !is_keyword(p) && !oddi_parser_word(p, "not") &&
           oddi_field_find(oddi_node_text(p->tree, n), n->u.text.n, NULL) == ODDI_PROTO;
}

static enum odd_status parse_null(struct oddi_parser *p, uint32_t at, uint32_t *out, bool *negated)
{
    ODDI_TRY(oddi_parser_next(p));
    if (oddi_parser_word(p, "not")) {
        *negated = true;
        ODDI_TRY(oddi_parser_next(p));
    }
    if (!oddi_parser_word(p, "null"))
        return oddi_parser_fail(p, "'null'");
    ODDI_TRY(oddi_parser_next(p));
    return oddi_parser_call(p, "missing", *out, ODDI_NO_NODE, at, out);
}

/* What may follow a sum: one of `in`, `like`, `is null`, with or without `not`. */
static enum odd_status parse_word_operator(struct oddi_parser *p, uint32_t at, uint32_t *out)
{
    struct oddi_token after;
    bool negated = false;
    uint32_t right;

    if (oddi_parser_word(p, "not")) {
        ODDI_TRY(oddi_parser_peek(p, &after));
        if (after.kind != ODDI_TOKEN_NAME || (strncasecmp(p->text + after.at, "in", 2) != 0 &&
                                              strncasecmp(p->text + after.at, "like", 4) != 0))
            return ODD_OK;
        negated = true;
        ODDI_TRY(oddi_parser_next(p));
    }
    if (oddi_parser_word(p, "in")) {
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(oddi_parse_members(p, &right));
        ODDI_TRY(oddi_parser_call(p, "in", *out, right, at, out));
    } else if (oddi_parser_word(p, "like")) {
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(oddi_parse_sum(p, &right));
        ODDI_TRY(oddi_parser_call(p, "like", *out, right, at, out));
    } else if (oddi_parser_word(p, "is") && !negated) {
        ODDI_TRY(parse_null(p, at, out, &negated));
    } else if (negated) {
        return oddi_parser_fail(p, "'in' or 'like'");
    }
    return negated ? oddi_parser_call(p, "not", *out, ODDI_NO_NODE, at, out) : ODD_OK;
}

static enum odd_status parse_comparison(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, right;
    const char *op;

    ODDI_TRY(oddi_parse_sum(p, out));
    op = oddi_parser_comparison(p);
    if (op)
        ODDI_TRY(oddi_parser_next(p));
    else if (side_by_side(p, *out))
        op = "==";
    else
        return parse_word_operator(p, at, out);
    ODDI_TRY(oddi_parse_sum(p, &right));
    ODDI_TRY(oddi_parser_call(p, op, *out, right, at, out));
    if (oddi_parser_comparison(p))
        return oddi_fault(p->fault, p->token.at, p->token.len,
                          "comparisons do not chain; write a < b and b < c, or b in a..c");
    return ODD_OK;
}

static enum odd_status parse_not(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, x;

    if (!oddi_parser_word(p, "not") && !oddi_parser_is(p, ODDI_P_NOT))
        return parse_comparison(p, out);
    ODDI_TRY(enter(p));
    ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(parse_not(p, &x));
    p->depth--;
    return oddi_parser_call(p, "not", x, ODDI_NO_NODE, at, out);
}

/* Chains of `and` and of `or` are one node, so that long ones are not deep. */
static enum odd_status parse_chain(struct oddi_parser *p, const char *word, enum oddi_punct punct,
                                   enum odd_status (*operand)(struct oddi_parser *, uint32_t *),
                                   uint32_t *out)
{
    uint32_t at = p->token.at, last, right;

    ODDI_TRY(operand(p, out));
    if (!oddi_parser_word(p, word) && !oddi_parser_is(p, punct))
        return ODD_OK;
    last = *out;
    ODDI_TRY(oddi_parser_call(p, word, *out, ODDI_NO_NODE, at, out));
    while (oddi_parser_word(p, word) || oddi_parser_is(p, punct)) {
        ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(operand(p, &right));
        oddi_node(p->tree, last)->next = right;
        last = right;
    }
    oddi_node(p->tree, *out)->len = (uint32_t)p->end - at;
    return ODD_OK;
}

static enum odd_status parse_and(struct oddi_parser *p, uint32_t *out)
{
    return parse_chain(p, "and", ODDI_P_AND, parse_not, out);
}

static enum odd_status parse_or(struct oddi_parser *p, uint32_t *out)
{
    ODDI_TRY(enter(p));
    ODDI_TRY(parse_chain(p, "or", ODDI_P_OR, parse_and, out));
    p->depth--;
    return ODD_OK;
}

static enum odd_status parse_all(struct oddi_parser *p, uint32_t *root)
{
    ODDI_TRY(oddi_parser_next(p));
    if (p->token.kind == ODDI_TOKEN_END)
        return oddi_fault(p->fault, 0, 0, "the expression is empty");
    ODDI_TRY(parse_or(p, root));
    if (p->token.kind != ODDI_TOKEN_END)
        return oddi_parser_fail(p, "an operator or the end");
    return ODD_OK;
}

enum odd_status oddi_expr_parse(struct oddi_tree *t, const char *text, size_t n,
                                struct oddi_expr_error *fault)
{
    struct oddi_parser p = {.tree = t, .text = text, .n = n, .fault = fault};
    const char *nul;

    if (n > ODDI_EXPR_MAX_TEXT)
        return oddi_fault(fault, 0, 0, "the expression is longer than %u bytes", ODDI_EXPR_MAX_TEXT);
    nul = n ? memchr(text, '\0', n) : NULL;
    if (nul)
        return oddi_fault(fault, (size_t)(nul - text), 1, "a NUL byte has no place in an expression");
    return parse_all(&p, &t->root);
}

enum odd_status oddi_expr_parse_alias(struct oddi_tree *t, const char *text, uint32_t at, uint32_t len,
                                      uint32_t *root, struct oddi_expr_error *fault)
{
    struct oddi_parser p = {.tree = t, .text = text, .n = strlen(text), .fault = fault};
    size_t before = t->n;

    ODDI_TRY(parse_all(&p, root));
    for (size_t i = before; i < t->n; i++) {
        t->node[i].at = at;
        t->node[i].len = len;
    }
    return ODD_OK;
}
