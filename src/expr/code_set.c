/* Sets as their kernels want them. */
#include "expr/code.h"

#include <math.h>

#include "base/mem.h"

union members {
    void *any;
    struct oddi_number_range *number;
    struct oddi_time_range *time;
    struct oddi_code_range *code;
    struct oddi_net_match *net;
    struct oddi_text *text;
};

static size_t member_size(enum oddi_expr_type type)
{
    switch (type) {
    case ODDI_EXPR_NUMBER:
        return sizeof(struct oddi_number_range);
    case ODDI_EXPR_TIME:
        return sizeof(struct oddi_time_range);
    case ODDI_EXPR_ADDR:
        return sizeof(struct oddi_net_match);
    case ODDI_EXPR_TEXT:
        return sizeof(struct oddi_text);
    default:
        return sizeof(struct oddi_code_range);
    }
}

/* One member, or two: a range that goes round has two ends without a middle. */
static size_t put(const struct oddi_tree *t, uint32_t m, enum oddi_expr_type type, union members at, size_t k)
{
    const struct oddi_node *low = oddi_node(t, m), *high = low;
    struct oddi_net net;

    if (low->kind == ODDI_NODE_RANGE) {
        low = oddi_node(t, low->first);
        high = oddi_node(t, low->next);
    }
    switch (type) {
    case ODDI_EXPR_NUMBER:
        if (low->u.number <= high->u.number) {
            at.number[k] = (struct oddi_number_range){low->u.number, high->u.number};
            return 1;
        }
        at.number[k] = (struct oddi_number_range){low->u.number, INFINITY};
        at.number[k + 1] = (struct oddi_number_range){-INFINITY, high->u.number};
        return 2;
    case ODDI_EXPR_TIME:
        at.time[k] = (struct oddi_time_range){low->u.time, high->u.time};
        return 1;
    case ODDI_EXPR_ADDR:
        net = low->u.net;
        if (low->kind == ODDI_NODE_ADDR)
            net.bits = 128;
        at.net[k] = oddi_net_match(&net);
        return 1;
    case ODDI_EXPR_TEXT:
        at.text[k] = (struct oddi_text){oddi_node_text(t, low), low->u.text.n};
        return 1;
    default:
        at.code[k] = (struct oddi_code_range){low->u.code, high->u.code};
        return 1;
    }
}

static void sift(struct oddi_code_range *r, size_t i, size_t n)
{
    struct oddi_code_range x = r[i];

    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && r[child + 1].low > r[child].low)
            child++;
        if (r[child].low <= x.low)
            break;
        r[i] = r[child];
    }
    r[i] = x;
}

/* Ascending and apart, for the kernel to search. */
static size_t tidy(struct oddi_code_range *r, size_t n)
{
    size_t m = 0;

    for (size_t i = n / 2; i-- > 0;)
        sift(r, i, n);
    for (size_t end = n; end-- > 1;) {
        struct oddi_code_range x = r[0];

        r[0] = r[end];
        r[end] = x;
        sift(r, 0, end);
    }
    for (size_t i = 0; i < n; i++) {
        if (m > 0 && r[i].low <= r[m - 1].high + 1)
            r[m - 1].high = r[i].high > r[m - 1].high ? r[i].high : r[m - 1].high;
        else
            r[m++] = r[i];
    }
    return m;
}

const struct oddi_set *oddi_code_set(struct oddi_code *code, const struct oddi_expr *e, uint32_t i)
{
    const struct oddi_tree *t = &e->tree;
    uint32_t x = oddi_node(t, i)->first, members = oddi_node(t, x)->next;
    enum oddi_expr_type type = (enum oddi_expr_type)oddi_node(t, x)->type;
    bool is_set = oddi_node(t, members)->kind == ODDI_NODE_SET;
    size_t n = is_set ? oddi_tree_children(t, members) : 1, k = 0;
    struct oddi_set *set;
    union members at;

    if (!oddi_grow(&code->owned, &code->owned_cap, code->n_owned + 2, sizeof *code->owned))
        return NULL;
    set = oddi_malloc_array(1, sizeof *set);
    at.any = oddi_malloc_array(2 * n, member_size(type));
    code->owned[code->n_owned++] = set;
    code->owned[code->n_owned++] = at.any;
    if (!set || !at.any)
        return NULL;
    if (is_set)
        for (uint32_t m = oddi_node(t, members)->first; m != ODDI_NO_NODE; m = oddi_node(t, m)->next)
            k += put(t, m, type, at, k);
    else
        k = put(t, members, type, at, 0);
    if (type == ODDI_EXPR_PROTO || type == ODDI_EXPR_PORT || type == ODDI_EXPR_SERVICE)
        k = tidy(at.code, k);
    *set = (struct oddi_set){at.any, k};
    return set;
}
