/* The filter terms of nfdump(1) and pcap-filter(7), turned into the trees that our own spelling gives. */
#include "expr/parse.h"

#include <strings.h>

enum kind { NO_KIND, ADDR, PORT };
enum side { SOURCE = 1, DESTINATION = 2, BOTH = 3 };

/* [src|dst|src or dst|src and dst] (ip|host|net|port) [comparison] value */
struct term {
    unsigned sides;
    bool all; /* both ends must match */
    enum kind kind;
    uint32_t at;
};

static const struct {
    const char *word;
    enum kind kind;
} kinds[] = {{"ip", ADDR}, {"host", ADDR}, {"net", ADDR}, {"addr", ADDR}, {"port", PORT}};

static enum kind kind_of(const struct oddi_parser *p, const struct oddi_token *t)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (t->kind == ODDI_TOKEN_NAME && strlen(kinds[i].word) == t->len &&
            strncasecmp(p->text + t->at, kinds[i].word, t->len) == 0)
            return kinds[i].kind;
    return NO_KIND;
}

static unsigned side_of(const struct oddi_parser *p)
{
    return oddi_parser_word(p, "src") ? SOURCE : oddi_parser_word(p, "dst") ? DESTINATION : 0;
}

/* "src or dst", "dst and src" */
static enum odd_status parse_sides(struct oddi_parser *p, struct term *t)
{
    unsigned other;

    t->sides = side_of(p);
    ODDI_TRY(oddi_parser_next(p));
    if (!oddi_parser_word(p, "or") && !oddi_parser_word(p, "and"))
        return ODD_OK;
    t->all = oddi_parser_word(p, "and");
    ODDI_TRY(oddi_parser_next(p));
    other = side_of(p);
    if (other == 0 || other == t->sides)
        return oddi_parser_fail(p, t->sides == SOURCE ? "'dst'" : "'src'");
    t->sides = BOTH;
    return oddi_parser_next(p);
}

static enum odd_status one_side(struct oddi_parser *p, const struct term *t, bool source, const char *op,
                                uint32_t value, uint32_t *out)
{
    const char *name = t->kind == PORT ? (source ? "src_port" : "dst_port") : (source ? "src_ip" : "dst_ip");
    uint32_t field;

    ODDI_TRY(
        oddi_parser_name(p, ODDI_NODE_NAME, name, strlen(name), t->at, (uint32_t)p->end - t->at, &field));
    return oddi_parser_call(p, op, field, value, t->at, out);
}

static enum odd_status build(struct oddi_parser *p, const struct term *t, const char *op, uint32_t value,
                             uint32_t *out)
{
    uint32_t copy, a, b;

    if (t->sides != BOTH)
        return one_side(p, t, t->sides == SOURCE, op, value, out);
    copy = oddi_tree_copy(p->tree, value);
    if (copy == ODDI_NO_NODE)
        return p->tree->n >= ODDI_EXPR_MAX_NODES
                   ? oddi_fault(p->fault, t->at, 0, "the expression is too long: it has more than %u parts",
                                ODDI_EXPR_MAX_NODES)
                   : oddi_fault_memory(p->fault);
    ODDI_TRY(one_side(p, t, true, op, value, &a));
    ODDI_TRY(one_side(p, t, false, op, copy, &b));
    return oddi_parser_call(p, t->all ? "and" : "or", a, b, t->at, out);
}

static enum odd_status parse_value(struct oddi_parser *p, const struct term *t, uint32_t *out)
{
    const char *op = oddi_parser_comparison(p);
    uint32_t value;

    if (oddi_parser_word(p, "in") || oddi_parser_is(p, ODDI_P_SET)) {
        if (oddi_parser_word(p, "in"))
            ODDI_TRY(oddi_parser_next(p));
        ODDI_TRY(oddi_parse_members(p, &value));
        return build(p, t, "in", value, out);
    }
    if (op)
        ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(oddi_parse_members(p, &value));
    if (oddi_node(p->tree, value)->kind == ODDI_NODE_RANGE)
        return build(p, t, "in", value, out);
    return build(p, t, op ? op : "==", value, out);
}

static enum odd_status parse_flags(struct oddi_parser *p, uint32_t *out)
{
    uint32_t at = p->token.at, field, letters;

    ODDI_TRY(oddi_parser_next(p));
    ODDI_TRY(
        oddi_parser_name(p, ODDI_NODE_NAME, "tcp_flags", 9, at, p->token.at + p->token.len - at, &field));
    ODDI_TRY(oddi_parser_name(p, ODDI_NODE_TEXT, p->text + p->token.at, p->token.len, p->token.at,
                              p->token.len, &letters));
    ODDI_TRY(oddi_parser_next(p));
    return oddi_parser_call(p, "has_flags", field, letters, at, out);
}

/* Upper case, as nfdump wants them: else "flags in {...}" would be letters too. */
static bool is_flags(const struct oddi_parser *p, const struct oddi_token *t)
{
    for (uint32_t i = 0; i < t->len; i++)
        if (!memchr("FSRPAUECX", p->text[t->at + i], 9))
            return false;
    return t->kind == ODDI_TOKEN_NAME;
}

enum odd_status oddi_parse_filter_term(struct oddi_parser *p, uint32_t *out)
{
    struct term t = {.sides = BOTH, .at = p->token.at};
    struct oddi_token after;

    *out = ODDI_NO_NODE;
    if (side_of(p) == 0 && kind_of(p, &p->token) == NO_KIND && !oddi_parser_word(p, "flags"))
        return ODD_OK;
    ODDI_TRY(oddi_parser_peek(p, &after));
    if (oddi_parser_word(p, "flags"))
        return is_flags(p, &after) ? parse_flags(p, out) : ODD_OK;
    if (after.kind == ODDI_TOKEN_PUNCT && after.u.punct == ODDI_P_OPEN)
        return ODD_OK; /* net(src_ip, 24) */
    if (p->tree->host && oddi_parser_word(p, "host") && after.kind != ODDI_TOKEN_ADDR)
        return ODD_OK; /* a value; `host 10.0.0.1` is still either end */
    if (side_of(p) != 0)
        ODDI_TRY(parse_sides(p, &t));
    t.kind = kind_of(p, &p->token);
    if (t.kind == NO_KIND)
        return oddi_parser_fail(p, "'ip', 'host', 'net' or 'port'");
    ODDI_TRY(oddi_parser_next(p));
    return parse_value(p, &t, out);
}
