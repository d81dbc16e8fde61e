#include "baseline/propose_rule.h"

#include <string.h>

#include "baseline/scope_where.h"

static bool in_cycle(uint8_t v, uint8_t from, uint8_t to)
{
    return from <= to ? v >= from && v <= to : v >= from || v <= to;
}

bool oddi_rule_holds(const struct oddi_rule *r, const struct oddi_row_key *key)
{
    return (!r->has_net || oddi_net_holds(&r->net, &key->addr)) &&
           (r->service == ODDI_NO_SERVICE || key->service == r->service) &&
           (!r->has_hours || in_cycle(key->hour, r->hour_from, r->hour_to)) &&
           (!r->has_weekdays || in_cycle(key->weekday, r->weekday_from, r->weekday_to));
}

static bool same_net(const struct oddi_net *a, const struct oddi_net *b)
{
    return a->bits == b->bits && a->addr.kind == b->addr.kind &&
           memcmp(a->addr.bytes, b->addr.bytes, sizeof a->addr.bytes) == 0;
}

bool oddi_rule_same(const struct oddi_rule *a, const struct oddi_rule *b)
{
    return a->has_net == b->has_net && a->has_hours == b->has_hours && a->has_weekdays == b->has_weekdays &&
           a->service == b->service && (!a->has_net || same_net(&a->net, &b->net)) &&
           (!a->has_hours || (a->hour_from == b->hour_from && a->hour_to == b->hour_to)) &&
           (!a->has_weekdays || (a->weekday_from == b->weekday_from && a->weekday_to == b->weekday_to));
}

/* As a tree of scopes, whose text there is already: one cut a condition, what is inside of all is model 1. */
struct chain {
    struct oddi_scope_tree tree;
    struct oddi_scope_node node[9];
};

static void chain_add(struct chain *c, const struct oddi_cut *cut)
{
    uint32_t last = (uint32_t)c->tree.n_nodes - 1;

    c->node[last].cut = *cut;
    c->node[last].inside = last + 2;
    c->node[last].outside = last + 1;
    c->node[last].model = ODDI_NO_NODE;
    for (uint32_t k = 1; k <= 2; k++)
        c->node[last + k] = (struct oddi_scope_node){
            .parent = last, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 2};
    c->node[last + 2].model = 1;
    c->tree.n_nodes += 2;
}

void oddi_rule_expression(const struct oddi_rule *r, const struct oddi_scope_names *names,
                          struct oddi_buf *out)
{
    struct chain c = {.tree = {.nodes = c.node, .n_nodes = 1, .n_models = 3}};

    c.node[0] = (struct oddi_scope_node){
        .parent = ODDI_NO_NODE, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1};
    if (r->has_net)
        chain_add(&c, &(struct oddi_cut){.kind = ODDI_CUT_NET, .net = r->net});
    if (r->service != ODDI_NO_SERVICE)
        chain_add(&c, &(struct oddi_cut){.kind = ODDI_CUT_SERVICE, .service = r->service});
    if (r->has_weekdays)
        chain_add(
            &c, &(struct oddi_cut){.kind = ODDI_CUT_WEEKDAYS, .from = r->weekday_from, .to = r->weekday_to});
    if (r->has_hours)
        chain_add(&c, &(struct oddi_cut){.kind = ODDI_CUT_HOURS, .from = r->hour_from, .to = r->hour_to});
    oddi_scope_expression(&c.tree, 1, names, out);
}
