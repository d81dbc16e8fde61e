#include "baseline/scope_text.h"

#include <string.h>

#include "baseline/scope_where.h"

#define MAX_SEEN 64

/* Prefixes met so far, with their rows. */
struct seen {
    struct oddi_net net[MAX_SEEN];
    size_t rows[MAX_SEEN], n, refused;
};

static void see(struct seen *s, const struct oddi_addr *addr)
{
    size_t i, keep = addr->kind == ODDI_ADDR_V4 ? 2 : 4;

    if (addr->kind != ODDI_ADDR_V4 && addr->kind != ODDI_ADDR_V6)
        return;
    for (i = 0; i < s->n && !oddi_net_holds(&s->net[i], addr); i++)
        ;
    if (i == MAX_SEEN) {
        s->refused = 1;
        return;
    }
    if (i == s->n) {
        s->net[i] = (struct oddi_net){.addr.kind = addr->kind, .bits = (uint8_t)(8 * keep)};
        memcpy(s->net[i].addr.bytes, addr->bytes, keep);
        s->n++;
    }
    s->rows[i]++;
}

static int by_address(const struct oddi_net *a, const struct oddi_net *b)
{
    if (a->addr.kind != b->addr.kind)
        return a->addr.kind < b->addr.kind ? -1 : 1;
    return memcmp(a->addr.bytes, b->addr.bytes, sizeof a->addr.bytes);
}

/* The one of [from, n) with most rows; of equal ones the first by address. */
static size_t most(const struct seen *s, size_t from)
{
    size_t best = from;

    for (size_t i = from + 1; i < s->n; i++)
        if (s->rows[i] > s->rows[best] ||
            (s->rows[i] == s->rows[best] && by_address(&s->net[i], &s->net[best]) < 0))
            best = i;
    return best;
}

static void insert(struct oddi_held *held, const struct oddi_net *net)
{
    size_t k = held->n++;

    for (; k > 0 && by_address(net, &held->net[k - 1]) < 0; k--)
        held->net[k] = held->net[k - 1];
    held->net[k] = *net;
}

void oddi_scope_held(const struct oddi_scope_tree *tree, uint32_t model, const struct oddi_row_key *sample,
                     size_t n_sample, struct oddi_held *held)
{
    struct seen s = {.n = 0};

    memset(held, 0, sizeof *held);
    for (size_t i = 0; i < n_sample; i++)
        if (model == 0 || oddi_scope_find(tree, &sample[i]) == model)
            see(&s, &sample[i].addr);
    for (size_t k = 0; k < s.n && k < ODDI_MAX_HELD; k++) {
        size_t best = most(&s, k);
        struct oddi_net net = s.net[best];

        s.net[best] = s.net[k];
        s.rows[best] = s.rows[k];
        insert(held, &net);
    }
    held->more = s.n - held->n + s.refused;
}
