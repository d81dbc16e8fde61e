#include "baseline/scope_search.h"

#include <string.h>

#include "base/mem.h"
#include "baseline/scope_merge.h"

/* A tree that grows. node[i] holds rows row[span[i].from .. span[i].to - 1]. */
struct growth {
    const struct oddi_scope_options *options;
    struct oddi_scope_data data;
    struct oddi_scope_work work;
    struct oddi_scope_tree tree;
    struct oddi_scope_found *found;
    uint32_t *row, *side; /* rows in order of the leaves; scratch of the same size */
    struct span {
        size_t from, to;
        struct oddi_scope_best best;
    } * span;
};

static enum odd_status check(const struct oddi_rows_view *rows, const struct oddi_scope_options *o,
                             struct odd_error *err)
{
    if (rows->n > UINT32_MAX / 2)
        return oddi_fail(err, ODD_ERR_LIMIT, "more than %u rows to find scopes in", UINT32_MAX / 2);
    if (rows->d > ODDI_SCOPE_MAX_FEATURES)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d features to find scopes by",
                         ODDI_SCOPE_MAX_FEATURES);
    if (o->max_scopes < 1 || o->max_scopes > ODDI_SCOPE_MAX_SCOPES || o->min_rows < 1 || o->min_hosts < 1 ||
        o->min_days < 1)
        return oddi_fail(err, ODD_ERR_USAGE, "scopes: 1 to %d, with at least 1 row, host and day",
                         ODDI_SCOPE_MAX_SCOPES);
    return ODD_OK;
}

static enum odd_status start(struct growth *g, const struct oddi_rows_view *rows, struct odd_error *err)
{
    size_t max_nodes = 2 * g->options->max_scopes - 1;

    ODDI_TRY(oddi_scope_data_make(rows, &g->data, err));
    ODDI_TRY(oddi_scope_work_make(&g->data, g->options, &g->work, err));
    g->row = oddi_malloc_array(rows->n, sizeof *g->row);
    g->side = oddi_malloc_array(rows->n, sizeof *g->side);
    g->span = oddi_calloc_array(max_nodes, sizeof *g->span);
    g->found = oddi_calloc_array(max_nodes, sizeof *g->found);
    g->tree.nodes = oddi_calloc_array(max_nodes, sizeof *g->tree.nodes);
    if (!g->row || !g->side || !g->span || !g->found || !g->tree.nodes)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < rows->n; i++)
        g->row[i] = (uint32_t)i;
    g->tree.n_nodes = 1;
    return ODD_OK;
}

static void look_at(struct growth *g, uint32_t node, uint32_t parent, size_t from, size_t to)
{
    struct span *s = &g->span[node];

    s->from = from;
    s->to = to;
    oddi_scope_best(&g->work, g->row + from, to - from, &s->best);
    g->tree.nodes[node] =
        (struct oddi_scope_node){.parent = parent, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE};
    g->found[node] = (struct oddi_scope_found){
        .rows = s->best.rows, .hosts = s->best.hosts, .days = s->best.days, .candidates = s->best.candidates};
}

static struct oddi_cut cut_of(const struct oddi_scope_data *data, const struct oddi_scope_choice *choice)
{
    const struct oddi_scope_values *v = &data->values[choice->values];
    struct oddi_cut cut = {.kind = choice->dim};

    if (choice->dim == ODDI_CUT_NET) {
        cut.net = oddi_scope_net(v, choice->value);
    } else if (choice->dim == ODDI_CUT_SERVICE) {
        cut.service = (uint32_t)v->id.key[choice->value];
    } else if (choice->dim == ODDI_CUT_DIM) {
        cut.from = (uint8_t)v->which;
        cut.value = v->id.key[choice->value];
    } else if (choice->dim == ODDI_CUT_EVENT) {
        cut.service = (uint32_t)v->which;
    } else {
        cut.from = choice->first;
        cut.to = choice->last;
    }
    return cut;
}

/* Puts the rows of a node that are inside first, keeping their order; where the outside begins. */
static size_t part(struct growth *g, const struct span *s)
{
    size_t inside = s->from, outside = 0;

    for (size_t i = s->from; i < s->to; i++) {
        if (oddi_scope_choice_inside(&g->data, &s->best.choice, g->row[i]))
            g->row[inside++] = g->row[i];
        else
            g->side[outside++] = g->row[i];
    }
    memcpy(g->row + inside, g->side, outside * sizeof *g->row);
    return inside;
}

static void split(struct growth *g, uint32_t node)
{
    struct oddi_scope_node *n = &g->tree.nodes[node];
    const struct span *s = &g->span[node];
    size_t middle = part(g, s);

    n->cut = cut_of(&g->data, &s->best.choice);
    n->model = ODDI_NO_NODE;
    g->found[node].gain = s->best.gain;
    n->inside = (uint32_t)g->tree.n_nodes++;
    n->outside = (uint32_t)g->tree.n_nodes++;
    look_at(g, n->inside, node, s->from, middle);
    look_at(g, n->outside, node, middle, s->to);
}

static bool is_leaf(const struct oddi_scope_node *node)
{
    return node->cut.kind == ODDI_CUT_NONE;
}

/* The leaf whose cut has the highest priority; false if no leaf has one. */
static bool next_leaf(const struct growth *g, uint32_t *node)
{
    double highest = 0;

    for (size_t i = 0; i < g->tree.n_nodes; i++)
        if (is_leaf(&g->tree.nodes[i]) && g->span[i].best.priority > highest) {
            highest = g->span[i].best.priority;
            *node = (uint32_t)i;
        }
    return highest > 0;
}

/* The leaves in order of the tree, inside first. */
static size_t list_leaves(const struct growth *g, struct oddi_scope_leaf *leaf)
{
    uint32_t stack[ODDI_SCOPE_MAX_SCOPES + 1];
    size_t depth = 1, n = 0;

    stack[0] = 0;
    while (depth > 0) {
        uint32_t at = stack[--depth];
        const struct oddi_scope_node *node = &g->tree.nodes[at];

        if (!is_leaf(node)) {
            stack[depth++] = node->outside;
            stack[depth++] = node->inside;
        } else {
            leaf[n++] = (struct oddi_scope_leaf){at, g->span[at].from, g->span[at].to};
        }
    }
    return n;
}

/* One scope only: the tree is one leaf, whatever was cut. */
static enum odd_status make_scopes(struct growth *g, struct odd_error *err)
{
    struct oddi_scope_leaf leaf[ODDI_SCOPE_MAX_SCOPES];
    uint32_t group[ODDI_SCOPE_MAX_SCOPES], model[ODDI_SCOPE_MAX_SCOPES];
    size_t n = list_leaves(g, leaf);

    ODDI_TRY(oddi_scope_merge(&g->data, &g->tree, g->found, g->row, leaf, n, g->options->lambda, group, err));
    g->tree.n_models = 1;
    for (size_t i = 0; i < n; i++) {
        if (group[i] == i)
            model[i] = (uint32_t)g->tree.n_models++;
        g->tree.nodes[leaf[i].node].model = model[group[i]];
    }
    if (g->tree.n_models == 2) {
        g->tree.nodes[0] =
            (struct oddi_scope_node){.parent = ODDI_NO_NODE, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE};
        g->found[0].gain = 0;
        g->tree.n_nodes = g->tree.n_models = 1;
    }
    g->tree.parent = oddi_calloc_array(g->tree.n_models, sizeof *g->tree.parent);
    if (!g->tree.parent)
        return oddi_fail_memory(err);
    g->tree.parent[0] = ODDI_NO_NODE;
    return ODD_OK;
}

static enum odd_status grow_tree(struct growth *g, const struct oddi_rows_view *rows, struct odd_error *err)
{
    uint32_t node;

    ODDI_TRY(start(g, rows, err));
    look_at(g, 0, ODDI_NO_NODE, 0, rows->n);
    while ((g->tree.n_nodes + 1) / 2 < g->options->max_scopes && next_leaf(g, &node))
        split(g, node);
    return make_scopes(g, err);
}

enum odd_status oddi_scope_search(const struct oddi_rows_view *rows, const struct oddi_scope_options *options,
                                  struct oddi_scope_tree *out, struct oddi_scope_found *found,
                                  struct odd_error *err)
{
    struct growth g = {.options = options};
    enum odd_status status;

    *out = (struct oddi_scope_tree){0};
    ODDI_TRY(check(rows, options, err));
    status = grow_tree(&g, rows, err);
    oddi_scope_work_free(&g.work);
    oddi_scope_data_free(&g.data);
    free(g.row);
    free(g.side);
    free(g.span);
    if (status == ODD_OK) {
        *out = g.tree;
        if (found)
            memcpy(found, g.found, out->n_nodes * sizeof *found);
    }
    free(g.found);
    if (status != ODD_OK)
        oddi_scope_tree_clear(&g.tree);
    return status;
}
