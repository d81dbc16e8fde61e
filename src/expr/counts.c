/* Whether an expression gives whole numbers: counts, and sums or extremes of what is counted. */
#include "expr/tree.h"

#include <math.h>
#include <string.h>

#include "expr/function.h"
#include "feature/feature.h"

static bool is_whole_field(uint16_t field)
{
    switch ((enum oddi_field)field) {
    case ODDI_SRC_BYTES:
    case ODDI_DST_BYTES:
    case ODDI_BYTES:
    case ODDI_SRC_PKTS:
    case ODDI_DST_PKTS:
    case ODDI_PKTS:
        return true;
    default:
        return false;
    }
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* The last argument that is not a condition after `where`. */
static uint32_t last_argument(const struct oddi_tree *t, uint32_t i)
{
    uint32_t last = ODDI_NO_NODE;

    for (uint32_t a = oddi_node(t, i)->first; a != ODDI_NO_NODE; a = oddi_node(t, a)->next)
        if (!(oddi_node(t, a)->flags & ODDI_FLAG_WHERE))
            last = a;
    return last;
}

static bool counts(const struct oddi_tree *t, uint32_t i);

/* Whether arguments from the k-th on are whole. */
static bool arguments_count(const struct oddi_tree *t, uint32_t i, size_t k)
{
    for (uint32_t a = oddi_tree_child(t, i, k); a != ODDI_NO_NODE; a = oddi_node(t, a)->next)
        if (!counts(t, a))
            return false;
    return true;
}

static bool call_counts(const struct oddi_tree *t, uint32_t i)
{
    static const char *const counting[] = {"users", "entities", NULL};
    const char *name = oddi_function(oddi_node(t, i)->fn)->name;

    if (strcmp(name, "if") == 0)
        return arguments_count(t, i, 1);
    if (strcmp(name, "coalesce") == 0 || strcmp(name, "log1p") == 0)
        return arguments_count(t, i, 0);
    return is_one_of(name, counting);
}

static bool counts(const struct oddi_tree *t, uint32_t i)
{
    static const char *const counting[] = {"count", "distinct", NULL};
    static const char *const keeping[] = {"sum", "min", "max", "first", "last", NULL};
    const struct oddi_node *n = oddi_node(t, i);

    switch (n->kind) {
    case ODDI_NODE_NUMBER:
        return n->u.number == rint(n->u.number);
    case ODDI_NODE_FIELD:
        return is_whole_field(n->fn);
    case ODDI_NODE_CALL:
        return call_counts(t, i);
    case ODDI_NODE_AGG:
    case ODDI_NODE_OVER:
        if (is_one_of(oddi_aggregate_at(n->fn)->name, counting))
            return true;
        return is_one_of(oddi_aggregate_at(n->fn)->name, keeping) && last_argument(t, i) != ODDI_NO_NODE &&
               counts(t, last_argument(t, i));
    default:
        return false;
    }
}

bool oddi_expr_counts(const struct oddi_expr *e)
{
    return counts(&e->tree, e->tree.root);
}
