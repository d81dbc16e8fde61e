/* Whether an expression gives whole numbers: counts, and sums or extremes of what is counted. */
#include "expr/tree.h"

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

static bool counts(const struct oddi_tree *t, uint32_t i)
{
    static const char *const counting[] = {"count", "distinct", NULL};
    static const char *const keeping[] = {"sum", "min", "max", "first", "last", NULL};
    const struct oddi_node *n;

    for (; i != ODDI_NO_NODE; i = last_argument(t, i)) {
        n = oddi_node(t, i);
        if (n->kind == ODDI_NODE_FIELD)
            return is_whole_field(n->fn);
        if (n->kind == ODDI_NODE_CALL) {
            const char *name = oddi_function(n->fn)->name;

            if (strcmp(name, "users") == 0 || strcmp(name, "entities") == 0)
                return true;
            if (strcmp(name, "log1p") != 0)
                return false;
        } else if (n->kind != ODDI_NODE_AGG && n->kind != ODDI_NODE_OVER) {
            return false;
        } else if (is_one_of(oddi_aggregate_at(n->fn)->name, counting)) {
            return true;
        } else if (!is_one_of(oddi_aggregate_at(n->fn)->name, keeping)) {
            return false;
        }
    }
    return false;
}

bool oddi_expr_counts(const struct oddi_expr *e)
{
    return counts(&e->tree, e->tree.root);
}
