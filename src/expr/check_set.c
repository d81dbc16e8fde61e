/* `in`: sets, ranges and networks. */
#include "expr/check.h"

static bool is_literal(const struct oddi_node *n)
{
    return n->kind == ODDI_NODE_NUMBER || n->kind == ODDI_NODE_TEXT || n->kind == ODDI_NODE_ADDR ||
           n->kind == ODDI_NODE_NET || n->kind == ODDI_NODE_CODE || n->kind == ODDI_NODE_TIME;
}

/* hour(), weekday() and hour_of_week() go round: 22..6 is the night. */
static bool is_cyclic(const struct oddi_check *c, uint32_t x)
{
    const struct oddi_node *n = oddi_node(c->tree, x);
    const char *name = n->kind == ODDI_NODE_CALL ? oddi_node_text(c->tree, n) : "";

    return strcmp(name, "hour") == 0 || strcmp(name, "weekday") == 0 || strcmp(name, "hour_of_week") == 0;
}

static char letter_of(const struct oddi_check *c, uint32_t x, uint32_t members)
{
    static const char letters[ODDI_EXPR_N_TYPES] = {0, 'n', 't', 'a', 's', 'p', 'o', 'v', 0};
    const struct oddi_node *n = oddi_node(c->tree, x), *m = oddi_node(c->tree, members);

    if (n->type >= ODDI_EXPR_N_TYPES)
        return 0;
    if (n->kind != ODDI_NODE_COLUMN || n->type != ODDI_EXPR_KEY)
        return letters[n->type];
    if (m->kind == ODDI_NODE_SET)
        m = oddi_node(c->tree, m->first);
    return m->kind == ODDI_NODE_TEXT ? 's' : 'n';
}

static enum odd_status check_member(struct oddi_check *c, uint32_t x, uint32_t m, char letter)
{
    const struct oddi_node *node;

    ODDI_TRY(oddi_check_row(c, m));
    node = oddi_node(c->tree, m);
    if (node->kind == ODDI_NODE_NET && letter == 'a')
        return ODD_OK;
    if (!oddi_check_fits(c, m, letter))
        return oddi_fault(c->fault, node->at, node->len, "this is %s, and %s is looked for",
                          oddi_check_noun(c, m), oddi_check_noun(c, x));
    ODDI_TRY(oddi_check_convert(c, m, letter));
    node = oddi_node(c->tree, m);
    if (!is_literal(node))
        return oddi_fault(c->fault, node->at, node->len, "the members of a set are plain values");
    return ODD_OK;
}

static bool is_backwards(const struct oddi_node *low, const struct oddi_node *high, char letter)
{
    return letter == 'n'   ? low->u.number > high->u.number
           : letter == 't' ? low->u.time > high->u.time
                           : low->u.code > high->u.code;
}

static enum odd_status check_range(struct oddi_check *c, uint32_t x, uint32_t m, char letter)
{
    const struct oddi_node *range = oddi_node(c->tree, m);
    uint32_t low = range->first, high = oddi_node(c->tree, low)->next;

    if (letter != 'n' && letter != 'o' && letter != 't')
        return oddi_fault(c->fault, range->at, range->len, "%s has no ranges", oddi_check_noun(c, x));
    ODDI_TRY(check_member(c, x, low, letter));
    ODDI_TRY(check_member(c, x, high, letter));
    range = oddi_node(c->tree, m);
    if (is_backwards(oddi_node(c->tree, low), oddi_node(c->tree, high), letter) && !is_cyclic(c, x))
        return oddi_fault(c->fault, range->at, range->len,
                          "the range is empty: its first value is above its last");
    return ODD_OK;
}

static enum odd_status check_one(struct oddi_check *c, uint32_t x, uint32_t m, char letter)
{
    if (oddi_node(c->tree, m)->kind == ODDI_NODE_RANGE)
        return check_range(c, x, m, letter);
    return check_member(c, x, m, letter);
}

enum odd_status oddi_check_in(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    uint32_t x = node->first, members = oddi_node(c->tree, x)->next;
    char letter = members == ODDI_NO_NODE ? 0 : letter_of(c, x, members), args[2] = {0};
    uint16_t id = oddi_function_find("in", 2);

    if (letter == 0)
        return oddi_fault(c->fault, node->at, node->len, "'in' does not look for %s", oddi_check_noun(c, x));
    ODDI_TRY(oddi_check_convert(c, x, letter));
    if (oddi_node(c->tree, members)->kind == ODDI_NODE_SET)
        for (uint32_t m = oddi_node(c->tree, members)->first; m != ODDI_NO_NODE;
             m = oddi_node(c->tree, m)->next)
            ODDI_TRY(check_one(c, x, m, letter));
    else
        ODDI_TRY(check_one(c, x, members, letter));
    args[0] = letter;
    while (strcmp(oddi_function(id)->args, args) != 0)
        id = oddi_function_next(id);
    node = oddi_node(c->tree, i);
    node->fn = id;
    node->type = ODDI_EXPR_BOOL;
    node->flags |= ODDI_FLAG_CHECKED;
    return ODD_OK;
}
