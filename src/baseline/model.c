#include "baseline/model.h"

#include <string.h>

#include "base/mem.h"

static bool in_net(const struct oddi_net *net, const struct oddi_addr *a)
{
    unsigned whole = net->bits / 8, rest = net->bits % 8;

    if (a->kind != net->addr.kind || memcmp(a->bytes, net->addr.bytes, whole) != 0)
        return false;
    return rest == 0 || (a->bytes[whole] ^ net->addr.bytes[whole]) >> (8 - rest) == 0;
}

static bool in_cycle(uint8_t from, uint8_t to, uint8_t v)
{
    return from <= to ? v >= from && v <= to : v >= from || v <= to;
}

bool oddi_cut_holds(const struct oddi_cut *cut, const struct oddi_row_key *key)
{
    switch (cut->kind) {
    case ODDI_CUT_NET:
        return in_net(&cut->net, &key->addr);
    case ODDI_CUT_SERVICE:
        return key->service != ODDI_NO_SERVICE && key->service == cut->service;
    case ODDI_CUT_HOURS:
        return in_cycle(cut->from, cut->to, key->hour);
    case ODDI_CUT_WEEKDAYS:
        return in_cycle(cut->from, cut->to, key->weekday);
    case ODDI_CUT_DIM:
        return key->dim[cut->from] == cut->value;
    case ODDI_CUT_EVENT:
        return key->events >> cut->service & 1;
    default:
        return false;
    }
}

uint32_t oddi_scope_find(const struct oddi_scope_tree *tree, const struct oddi_row_key *key)
{
    const struct oddi_scope_node *node = tree->nodes;

    while (node->cut.kind != ODDI_CUT_NONE)
        node = tree->nodes + (oddi_cut_holds(&node->cut, key) ? node->inside : node->outside);
    return node->model;
}

enum odd_status oddi_scope_none(struct oddi_scope_tree *tree, struct odd_error *err)
{
    memset(tree, 0, sizeof *tree);
    tree->nodes = oddi_calloc_array(1, sizeof *tree->nodes);
    tree->parent = oddi_calloc_array(1, sizeof *tree->parent);
    if (!tree->nodes || !tree->parent) {
        oddi_scope_tree_clear(tree);
        return oddi_fail_memory(err);
    }
    tree->nodes[0].parent = tree->nodes[0].inside = tree->nodes[0].outside = ODDI_NO_NODE;
    tree->parent[0] = ODDI_NO_NODE;
    tree->n_nodes = tree->n_models = 1;
    return ODD_OK;
}

void oddi_scope_tree_clear(struct oddi_scope_tree *tree)
{
    free(tree->nodes);
    free(tree->parent);
    memset(tree, 0, sizeof *tree);
}
