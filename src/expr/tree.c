#include "expr/tree.h"

#include "base/mem.h"

bool oddi_tree_init(struct oddi_tree *t)
{
    *t = (struct oddi_tree){0};
    oddi_buf_init(&t->strings, 0);
    if (!oddi_grow(&t->node, &t->cap, 16, sizeof *t->node))
        return false;
    t->node[0] = (struct oddi_node){0};
    t->n = 1;
    return true;
}

void oddi_tree_clear(struct oddi_tree *t)
{
    free(t->node);
    oddi_buf_free(&t->strings);
    *t = (struct oddi_tree){0};
}

uint32_t oddi_tree_add(struct oddi_tree *t, enum oddi_node_kind kind, uint32_t at, uint32_t len)
{
    if (t->n >= ODDI_EXPR_MAX_NODES || !oddi_grow(&t->node, &t->cap, t->n + 1, sizeof *t->node))
        return ODDI_NO_NODE;
    t->node[t->n] = (struct oddi_node){.kind = (uint8_t)kind, .at = at, .len = len};
    return (uint32_t)t->n++;
}

void oddi_tree_append(struct oddi_tree *t, uint32_t parent, uint32_t child)
{
    uint32_t *link = &t->node[parent].first;

    while (*link != ODDI_NO_NODE)
        link = &t->node[*link].next;
    *link = child;
}

size_t oddi_tree_children(const struct oddi_tree *t, uint32_t i)
{
    size_t n = 0;

    for (uint32_t c = t->node[i].first; c != ODDI_NO_NODE; c = t->node[c].next)
        n++;
    return n;
}

uint32_t oddi_tree_child(const struct oddi_tree *t, uint32_t i, size_t k)
{
    uint32_t c = t->node[i].first;

    while (k-- > 0 && c != ODDI_NO_NODE)
        c = t->node[c].next;
    return c;
}

void oddi_tree_replace(struct oddi_tree *t, uint32_t parent, uint32_t child, uint32_t with)
{
    uint32_t *link = &t->node[parent].first;

    while (*link != child)
        link = &t->node[*link].next;
    t->node[with].next = t->node[child].next;
    *link = with;
}

uint32_t oddi_tree_copy(struct oddi_tree *t, uint32_t i)
{
    uint32_t copy = oddi_tree_add(t, (enum oddi_node_kind)t->node[i].kind, t->node[i].at, t->node[i].len);

    if (copy == ODDI_NO_NODE)
        return ODDI_NO_NODE;
    t->node[copy] = t->node[i];
    t->node[copy].first = ODDI_NO_NODE;
    t->node[copy].next = ODDI_NO_NODE;
    for (uint32_t c = t->node[i].first; c != ODDI_NO_NODE; c = t->node[c].next) {
        uint32_t below = oddi_tree_copy(t, c);

        if (below == ODDI_NO_NODE)
            return ODDI_NO_NODE;
        oddi_tree_append(t, copy, below);
    }
    return copy;
}

size_t oddi_tree_string(struct oddi_tree *t, const char *s, size_t n)
{
    size_t off = t->strings.size;

    oddi_buf_add(&t->strings, s, n);
    oddi_buf_char(&t->strings, '\0');
    return oddi_buf_ok(&t->strings) ? off : SIZE_MAX;
}
