#include "expr/check.h"

#include <stdio.h>
#include <strings.h>

#include "base/num.h"

const char *oddi_type_name(enum oddi_expr_type type)
{
    static const char *const names[ODDI_EXPR_N_TYPES] = {"condition", "number", "time",    "address", "text",
                                                         "protocol",  "port",   "service", "value"};
    return type < ODDI_EXPR_N_TYPES ? names[type] : "word";
}

const char *oddi_type_noun(enum oddi_expr_type type)
{
    static const char *const nouns[ODDI_EXPR_N_TYPES] = {"a condition", "a number",  "a time",
                                                         "an address",  "a text",    "a protocol",
                                                         "a port",      "a service", "a value"};
    return type < ODDI_EXPR_N_TYPES ? nouns[type] : "a word";
}

const char *oddi_check_noun(const struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    switch (node->kind) {
    case ODDI_NODE_NET:
        return "a network";
    case ODDI_NODE_SET:
        return "a set";
    case ODDI_NODE_RANGE:
        return "a range";
    case ODDI_NODE_COLUMN:
        return node->type == ODDI_EXPR_KEY ? "a column" : oddi_type_noun((enum oddi_expr_type)node->type);
    case ODDI_NODE_NAME:
        return "a word";
    default:
        return oddi_type_noun((enum oddi_expr_type)node->type);
    }
}

/* ---- literals ----------------------------------------------------------------------------------------------------- */

static bool whole_number(const struct oddi_node *n, uint32_t max, uint32_t *out)
{
    if (n->kind != ODDI_NODE_NUMBER || (n->flags & ODDI_FLAG_DURATION) || !(n->u.number >= 0) ||
        n->u.number > max)
        return false;
    *out = (uint32_t)n->u.number;
    return *out == n->u.number;
}

static bool literal_proto(const struct oddi_check *c, uint32_t i, uint32_t *out)
{
    const struct oddi_node *n = oddi_node(c->tree, i);

    if (oddi_check_proto_word(c, i, out) || whole_number(n, 255, out))
        return true;
    return n->kind == ODDI_NODE_TEXT && oddi_parse_proto(oddi_node_text(c->tree, n), n->u.text.n, out) &&
           *out < ODDI_PROTO_OTHER;
}

static bool text_service(const char *s, size_t n, uint32_t *out)
{
    const char *bar = memchr(s, '/', n);
    size_t left = bar ? (size_t)(bar - s) : n;
    uint32_t proto, port = UINT32_MAX;

    if (!oddi_parse_proto(s, left, &proto) || proto >= ODDI_PROTO_OTHER)
        return false;
    if (bar && !oddi_parse_port(bar + 1, n - left - 1, &port))
        return false;
    *out = oddi_service(proto, port);
    return true;
}

/* 'tcp/25', or tcp alone: a service without a port. */
static bool literal_service(const struct oddi_check *c, uint32_t i, uint32_t *out)
{
    const struct oddi_node *n = oddi_node(c->tree, i);
    uint32_t proto;

    if (n->kind == ODDI_NODE_TEXT)
        return text_service(oddi_node_text(c->tree, n), n->u.text.n, out);
    if (!oddi_check_proto_word(c, i, &proto))
        return false;
    *out = oddi_service(proto, UINT32_MAX);
    return true;
}

static bool literal_time(const struct oddi_check *c, uint32_t i, int64_t *out)
{
    const struct oddi_node *n = oddi_node(c->tree, i);
    double d;

    return n->kind == ODDI_NODE_TEXT && !oddi_parse_double(oddi_node_text(c->tree, n), n->u.text.n, &d) &&
           oddi_parse_time(oddi_node_text(c->tree, n), n->u.text.n, c->options->zone, out) &&
           *out != ODDI_NO_TIME;
}

static bool literal_addr(const struct oddi_check *c, uint32_t i, struct oddi_addr *out)
{
    const struct oddi_node *n = oddi_node(c->tree, i);

    return n->kind == ODDI_NODE_TEXT && oddi_parse_addr(oddi_node_text(c->tree, n), n->u.text.n, out);
}

static bool literal_weekday(const struct oddi_check *c, uint32_t i, double *out)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const struct oddi_node *n = oddi_node(c->tree, i);

    if (n->kind != ODDI_NODE_NAME || n->type != ODDI_TYPE_WORD)
        return false;
    for (unsigned d = 0; d < 7; d++)
        if (n->u.text.n == 3 && strncasecmp(oddi_node_text(c->tree, n), days[d], 3) == 0) {
            *out = d + 1;
            return true;
        }
    return false;
}

/* ---- fits --------------------------------------------------------------------------------------------------------- */

static bool fits_number(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *n = oddi_node(c->tree, i);
    double day;

    switch (n->kind) {
    case ODDI_NODE_CODE:
        return false;
    case ODDI_NODE_COLUMN:
        return n->type == ODDI_EXPR_KEY || n->type == ODDI_EXPR_NUMBER;
    case ODDI_NODE_TEXT: /* the name of a column, in double quotes */
        return (n->flags & ODDI_FLAG_DOUBLE) != 0;
    default:
        return n->type == ODDI_EXPR_NUMBER || n->type == ODDI_EXPR_PORT || literal_weekday(c, i, &day);
    }
}

bool oddi_check_fits(struct oddi_check *c, uint32_t i, char letter)
{
    const struct oddi_node *n = oddi_node(c->tree, i);
    struct oddi_addr addr;
    uint32_t code;
    int64_t time;

    if (n->kind == ODDI_NODE_NET || n->kind == ODDI_NODE_SET || n->kind == ODDI_NODE_RANGE)
        return false;
    switch (letter) {
    case 'b':
        return n->type == ODDI_EXPR_BOOL || oddi_check_proto_word(c, i, &code);
    case 'n':
        return fits_number(c, i);
    case 'N':
        return n->type == ODDI_EXPR_BOOL || fits_number(c, i);
    case 't':
        return n->type == ODDI_EXPR_TIME || literal_time(c, i, &time);
    case 'a':
        return n->type == ODDI_EXPR_ADDR || literal_addr(c, i, &addr);
    case 's':
        return n->type == ODDI_EXPR_TEXT || (n->kind == ODDI_NODE_COLUMN && n->type == ODDI_EXPR_KEY);
    case 'p':
        return n->type == ODDI_EXPR_PROTO || literal_proto(c, i, &code);
    case 'o':
        return n->type == ODDI_EXPR_PORT || whole_number(n, 65535, &code);
    case 'v':
        return n->type == ODDI_EXPR_SERVICE || literal_service(c, i, &code);
    default: /* a word alone is no value */
        return n->kind != ODDI_NODE_NAME;
    }
}

/* ---- convert ------------------------------------------------------------------------------------------------------ */

enum odd_status oddi_check_wrap(struct oddi_check *c, uint32_t i, const char *name, uint8_t flags)
{
    size_t off = oddi_tree_string(c->tree, name, strlen(name));
    struct oddi_node *node;
    uint32_t inner;

    if (off == SIZE_MAX)
        return oddi_fault_memory(c->fault);
    inner = oddi_tree_add(c->tree, ODDI_NODE_CALL, 0, 0);
    if (inner == ODDI_NO_NODE)
        return oddi_check_memory(c);
    node = oddi_node(c->tree, i);
    *oddi_node(c->tree, inner) = *node;
    oddi_node(c->tree, inner)->next = ODDI_NO_NODE;
    oddi_node(c->tree, inner)->flags &= (uint8_t)~ODDI_FLAG_WHERE;
    node->kind = ODDI_NODE_CALL;
    node->type = 0;
    node->fn = 0;
    node->alias = 0;
    node->flags = (uint8_t)((node->flags & ODDI_FLAG_WHERE) | flags);
    node->first = inner;
    node->u.text.off = (uint32_t)off;
    node->u.text.n = (uint32_t)strlen(name);
    return ODD_OK;
}

static void make_code(struct oddi_check *c, uint32_t i, enum oddi_expr_type type, uint32_t code)
{
    struct oddi_node *node = oddi_node(c->tree, i);

    node->kind = ODDI_NODE_CODE;
    node->type = (uint8_t)type;
    node->first = ODDI_NO_NODE;
    node->u.code = code;
}

bool oddi_check_service(struct oddi_check *c, uint32_t i)
{
    const struct oddi_node *n = oddi_node(c->tree, i);
    uint32_t proto, port;

    if (strcmp(oddi_node_text(c->tree, n), "/") != 0 || !oddi_check_proto_word(c, n->first, &proto) ||
        !whole_number(oddi_node(c->tree, oddi_node(c->tree, n->first)->next), 65535, &port))
        return false;
    make_code(c, i, ODDI_EXPR_SERVICE, oddi_service(proto, port));
    return true;
}

/* tcp alone means proto == tcp. */
static enum odd_status proto_condition(struct oddi_check *c, uint32_t i)
{
    size_t off = oddi_tree_string(c->tree, "proto", 5);
    uint32_t field, word;

    if (off == SIZE_MAX)
        return oddi_fault_memory(c->fault);
    ODDI_TRY(oddi_check_wrap(c, i, "==", 0));
    field = oddi_tree_add(c->tree, ODDI_NODE_NAME, oddi_node(c->tree, i)->at, oddi_node(c->tree, i)->len);
    if (field == ODDI_NO_NODE)
        return oddi_check_memory(c);
    oddi_node(c->tree, field)->u.text.off = (uint32_t)off;
    oddi_node(c->tree, field)->u.text.n = 5;
    word = oddi_node(c->tree, i)->first;
    oddi_node(c->tree, i)->first = field;
    oddi_node(c->tree, field)->next = word;
    return oddi_check_row(c, i);
}

static enum odd_status to_number(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    double day;

    if (node->kind == ODDI_NODE_TEXT) {
        node->kind = ODDI_NODE_NAME;
        node->flags |= ODDI_FLAG_QUOTED;
        ODDI_TRY(oddi_check_name(c, i));
    }
    if (literal_weekday(c, i, &day)) {
        node->kind = ODDI_NODE_NUMBER;
        node->type = ODDI_EXPR_NUMBER;
        node->u.number = day;
        return ODD_OK;
    }
    if (node->kind == ODDI_NODE_COLUMN)
        node->type = ODDI_EXPR_NUMBER;
    if (node->type == ODDI_EXPR_NUMBER)
        return ODD_OK;
    ODDI_TRY(oddi_check_wrap(c, i, "number", ODDI_FLAG_IMPLICIT));
    return oddi_check_call(c, i);
}

enum odd_status oddi_check_convert(struct oddi_check *c, uint32_t i, char letter)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    uint32_t code = 0;

    switch (letter) {
    case 'b':
        return node->type == ODDI_EXPR_BOOL ? ODD_OK : proto_condition(c, i);
    case 'n':
    case 'N':
        return to_number(c, i);
    case 't':
        if (node->type != ODDI_EXPR_TIME && literal_time(c, i, &node->u.time)) {
            node->kind = ODDI_NODE_TIME;
            node->type = ODDI_EXPR_TIME;
        }
        return ODD_OK;
    case 'a':
        if (node->type != ODDI_EXPR_ADDR) {
            struct oddi_addr addr;

            (void)literal_addr(c, i, &addr);
            node->kind = ODDI_NODE_ADDR;
            node->type = ODDI_EXPR_ADDR;
            node->u.net = (struct oddi_net){addr, 0};
        }
        return ODD_OK;
    case 'p':
        if (node->type != ODDI_EXPR_PROTO && literal_proto(c, i, &code))
            make_code(c, i, ODDI_EXPR_PROTO, code);
        return ODD_OK;
    case 'o':
        if (node->type != ODDI_EXPR_PORT && whole_number(node, 65535, &code))
            make_code(c, i, ODDI_EXPR_PORT, code);
        return ODD_OK;
    case 'v':
        if (node->type != ODDI_EXPR_SERVICE && literal_service(c, i, &code))
            make_code(c, i, ODDI_EXPR_SERVICE, code);
        return ODD_OK;
    default: /* 's', 'k' */
        if (node->kind == ODDI_NODE_COLUMN && node->type == ODDI_EXPR_KEY)
            node->type = ODDI_EXPR_TEXT;
        return ODD_OK;
    }
}
