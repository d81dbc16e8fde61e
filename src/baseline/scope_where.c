#include "baseline/scope_where.h"

#include <string.h>

bool oddi_net_holds(const struct oddi_net *net, const struct oddi_addr *addr)
{
    size_t whole = net->bits / 8, rest = net->bits % 8;

    if (addr->kind != net->addr.kind || memcmp(addr->bytes, net->addr.bytes, whole) != 0)
        return false;
    return rest == 0 || (addr->bytes[whole] ^ net->addr.bytes[whole]) >> (8 - rest) == 0;
}

bool oddi_net_covers(const struct oddi_net *a, const struct oddi_net *b)
{
    return a->bits <= b->bits && oddi_net_holds(a, &b->addr);
}

static void narrow_net(struct oddi_scope_where *w, const struct oddi_net *net, bool inside)
{
    if (!inside) {
        w->not_in[w->n_not_in++] = net;
        return;
    }
    w->never = w->never || (w->in && !oddi_net_covers(w->in, net) && !oddi_net_covers(net, w->in));
    if (!w->in || net->bits > w->in->bits)
        w->in = net;
}

static uint32_t set_of(const struct oddi_cut *c, uint8_t period)
{
    uint32_t set = 1u << c->to;

    for (uint8_t v = c->from; v != c->to; v = (uint8_t)((v + 1) % period))
        set |= 1u << v;
    return set;
}

static void narrow(struct oddi_scope_where *w, const struct oddi_cut *c, bool inside)
{
    switch (c->kind) {
    case ODDI_CUT_NET:
        narrow_net(w, &c->net, inside);
        break;
    case ODDI_CUT_SERVICE:
        w->never = w->never || (inside && w->service && *w->service != c->service);
        if (inside)
            w->service = &c->service;
        else
            w->not_service[w->n_not_service++] = c->service;
        break;
    case ODDI_CUT_HOURS:
        w->hours &= inside ? set_of(c, 24) : ~set_of(c, 24);
        break;
    case ODDI_CUT_WEEKDAYS:
        w->weekdays &= inside ? set_of(c, 7) : ~set_of(c, 7);
        break;
    case ODDI_CUT_DIM:
    case ODDI_CUT_EVENT:
        w->asked[w->n_asked++] = (struct oddi_scope_asked){c, inside};
        break;
    default:
        break;
    }
}

/* Of one dimension: kind, and number. */
static bool same_dimension(const struct oddi_cut *a, const struct oddi_cut *b)
{
    return a->kind == b->kind && (a->kind == ODDI_CUT_DIM ? a->from == b->from : a->service == b->service);
}

/* By kind, number and value. */
static int order_asked(const struct oddi_cut *a, const struct oddi_cut *b)
{
    uint32_t x = a->kind == ODDI_CUT_DIM ? a->from : a->service,
             y = b->kind == ODDI_CUT_DIM ? b->from : b->service;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (x != y)
        return x < y ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

/* Whether asked[i] says nothing that another one does not: it is there twice, or denies a value where another is the one. */
static bool is_idle(const struct oddi_scope_where *w, size_t i)
{
    const struct oddi_scope_asked *a = &w->asked[i];

    for (size_t k = 0; k < w->n_asked; k++) {
        const struct oddi_scope_asked *b = &w->asked[k];

        if (k == i || !same_dimension(a->cut, b->cut))
            continue;
        if (a->cut->value == b->cut->value && a->inside == b->inside && k < i)
            return true;
        if (!a->inside && b->inside && a->cut->value != b->cut->value)
            return true;
    }
    return false;
}

static void settle_asked(struct oddi_scope_where *w)
{
    bool idle[ODDI_SCOPE_MAX_SCOPES];
    size_t n = 0;

    for (size_t i = 0; i < w->n_asked; i++)
        for (size_t k = 0; k < i; k++) {
            const struct oddi_scope_asked *a = &w->asked[i], *b = &w->asked[k];
            bool same = same_dimension(a->cut, b->cut) && a->cut->value == b->cut->value;

            w->never = w->never || (same ? a->inside != b->inside
                                         : same_dimension(a->cut, b->cut) && a->inside && b->inside);
        }
    for (size_t i = 0; i < w->n_asked; i++)
        idle[i] = is_idle(w, i);
    for (size_t i = 0; i < w->n_asked; i++)
        if (!idle[i])
            w->asked[n++] = w->asked[i];
    w->n_asked = n;
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && order_asked(w->asked[k].cut, w->asked[k - 1].cut) < 0; k--) {
            struct oddi_scope_asked held = w->asked[k];

            w->asked[k] = w->asked[k - 1];
            w->asked[k - 1] = held;
        }
}

static void find_contradictions(struct oddi_scope_where *w)
{
    for (size_t i = 0; i < w->n_not_in; i++)
        w->never = w->never || (w->in && oddi_net_covers(w->not_in[i], w->in));
    for (size_t i = 0; i < w->n_not_service; i++)
        w->never = w->never || (w->service && w->not_service[i] == *w->service);
    w->never = w->never || !w->hours || !w->weekdays;
}

/* Drops the exclusions that say nothing: outside of `in`, or within another one. */
static void drop_idle(struct oddi_scope_where *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n_not_in; i++) {
        bool idle = w->in && !oddi_net_covers(w->in, w->not_in[i]);

        for (size_t k = 0; k < w->n_not_in && !idle; k++)
            idle = k != i && oddi_net_covers(w->not_in[k], w->not_in[i]) &&
                   (w->not_in[k]->bits < w->not_in[i]->bits || k < i);
        if (!idle)
            w->not_in[n++] = w->not_in[i];
    }
    w->n_not_in = n;
}

static bool net_before(const struct oddi_net *a, const struct oddi_net *b)
{
    if (a->addr.kind != b->addr.kind)
        return a->addr.kind < b->addr.kind;
    return memcmp(a->addr.bytes, b->addr.bytes, sizeof a->addr.bytes) < 0;
}

static void sort_lists(struct oddi_scope_where *w)
{
    for (size_t i = 1; i < w->n_not_in; i++)
        for (size_t k = i; k > 0 && net_before(w->not_in[k], w->not_in[k - 1]); k--) {
            const struct oddi_net *held = w->not_in[k];

            w->not_in[k] = w->not_in[k - 1];
            w->not_in[k - 1] = held;
        }
    for (size_t i = 1; i < w->n_not_service; i++)
        for (size_t k = i; k > 0 && w->not_service[k] < w->not_service[k - 1]; k--) {
            uint32_t held = w->not_service[k];

            w->not_service[k] = w->not_service[k - 1];
            w->not_service[k - 1] = held;
        }
}

void oddi_scope_where(const struct oddi_scope_tree *tree, uint32_t node, struct oddi_scope_where *out)
{
    uint32_t path[2 * ODDI_SCOPE_MAX_SCOPES];
    size_t depth = 0;

    memset(out, 0, sizeof *out);
    out->hours = ODDI_SCOPE_ALL_HOURS;
    out->weekdays = ODDI_SCOPE_ALL_WEEKDAYS;
    for (; node != 0; node = tree->nodes[node].parent)
        path[depth++] = node;
    while (depth > 0) {
        uint32_t child = path[--depth];
        const struct oddi_scope_node *parent = &tree->nodes[tree->nodes[child].parent];

        narrow(out, &parent->cut, parent->inside == child);
    }
    find_contradictions(out);
    if (out->service)
        out->n_not_service = 0;
    settle_asked(out);
    drop_idle(out);
    sort_lists(out);
}

static bool same_net(const struct oddi_net *a, const struct oddi_net *b)
{
    return a == b || (a && b && a->bits == b->bits && oddi_net_holds(a, &b->addr));
}

static bool same_places(const struct oddi_scope_where *a, const struct oddi_scope_where *b)
{
    bool same = same_net(a->in, b->in) && a->n_not_in == b->n_not_in &&
                a->n_not_service == b->n_not_service && !a->never && !b->never &&
                !a->service == !b->service && (!a->service || *a->service == *b->service);

    for (size_t i = 0; same && i < a->n_not_in; i++)
        same = same_net(a->not_in[i], b->not_in[i]);
    for (size_t i = 0; same && i < a->n_not_service; i++)
        same = a->not_service[i] == b->not_service[i];
    same = same && a->n_asked == b->n_asked;
    for (size_t i = 0; same && i < a->n_asked; i++)
        same = a->asked[i].inside == b->asked[i].inside && order_asked(a->asked[i].cut, b->asked[i].cut) == 0;
    return same;
}

bool oddi_scope_unite(struct oddi_scope_where *a, const struct oddi_scope_where *b)
{
    if (!same_places(a, b) || (a->hours != b->hours && a->weekdays != b->weekdays))
        return false;
    a->hours |= b->hours;
    a->weekdays |= b->weekdays;
    return true;
}

static bool leaf(const struct oddi_scope_node *node)
{
    return node->cut.kind == ODDI_CUT_NONE;
}

size_t oddi_scope_tops(const struct oddi_scope_tree *tree, uint32_t s, uint32_t *node)
{
    bool whole[2 * ODDI_SCOPE_MAX_SCOPES];
    uint32_t stack[ODDI_SCOPE_MAX_SCOPES + 1];
    size_t depth = 1, n = 0;

    for (size_t i = tree->n_nodes; i-- > 0;) {
        const struct oddi_scope_node *t = &tree->nodes[i];

        whole[i] = leaf(t) ? s == 0 || t->model == s : whole[t->inside] && whole[t->outside];
    }
    stack[0] = 0;
    while (depth > 0) {
        uint32_t at = stack[--depth];

        if (whole[at]) {
            node[n++] = at;
        } else if (!leaf(&tree->nodes[at])) {
            stack[depth++] = tree->nodes[at].outside;
            stack[depth++] = tree->nodes[at].inside;
        }
    }
    return n;
}

size_t oddi_scope_runs(uint32_t set, uint8_t period, struct oddi_scope_run *run)
{
    size_t n = 0;

    for (uint8_t v = 0; v < period; v++) {
        uint8_t before = (uint8_t)((v + period - 1) % period), last = v;

        if (!(set >> v & 1) || (set >> before & 1))
            continue;
        while (set >> ((last + 1) % period) & 1)
            last = (uint8_t)((last + 1) % period);
        run[n++] = (struct oddi_scope_run){v, last};
    }
    return n;
}
