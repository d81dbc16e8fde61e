#include "run/home_guess.h"

#include <string.h>

#include "base/ids.h"
#include "base/mem.h"

#define PREFIX_BITS 16

static bool is_private(const struct oddi_addr *a)
{
    const uint8_t *b = a->bytes;

    if (a->kind == ODDI_ADDR_V4)
        return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
               (b[0] == 169 && b[1] == 254) || b[0] == 127;
    return a->kind == ODDI_ADDR_V6 && ((b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80));
}

static uint64_t prefix_of(const struct oddi_addr *a)
{
    return a->kind == ODDI_ADDR_V4 ? 1u + ((unsigned)a->bytes[0] << 8 | a->bytes[1]) : 0;
}

struct census {
    struct oddi_ids ids;
    struct {
        uint64_t ends, starts; /* flows with an end in it; flows from it */
    } * flows;                 /* by prefix */
    size_t cap;
    uint64_t n, in_private;
};

static bool count(struct census *c, uint64_t prefix, bool start)
{
    size_t known = c->ids.n;
    uint32_t id;

    if (prefix == 0)
        return true;
    if (!oddi_ids_add(&c->ids, prefix, &id) || !oddi_grow(&c->flows, &c->cap, c->ids.n, sizeof *c->flows))
        return false;
    if (c->ids.n > known)
        c->flows[id].ends = c->flows[id].starts = 0;
    c->flows[id].ends++;
    c->flows[id].starts += start;
    return true;
}

static enum odd_status take(struct census *c, const struct oddi_batch *b, struct odd_error *err)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct oddi_addr *src = &b->columns[0].u.addr[i], *dst = &b->columns[1].u.addr[i];
        uint64_t one = prefix_of(src), other = prefix_of(dst);

        c->n++;
        c->in_private += is_private(src) || is_private(dst);
        if (!count(c, one, true) || (other != one && !count(c, other, false)))
            return oddi_fail_memory(err);
    }
    return ODD_OK;
}

static void choose(const struct census *c, struct oddi_net *net, bool *found)
{
    size_t best = c->ids.n;

    if (2 * c->in_private >= c->n)
        return;
    for (size_t i = 0; i < c->ids.n; i++) {
        if (2 * c->flows[i].ends < c->n || c->flows[i].starts == 0)
            continue;
        if (best == c->ids.n || c->flows[i].starts > c->flows[best].starts ||
            (c->flows[i].starts == c->flows[best].starts && c->ids.key[i] < c->ids.key[best]))
            best = i;
    }
    if (best == c->ids.n)
        return;
    memset(net, 0, sizeof *net);
    net->addr.kind = ODDI_ADDR_V4;
    net->addr.bytes[0] = (uint8_t)((c->ids.key[best] - 1) >> 8);
    net->addr.bytes[1] = (uint8_t)(c->ids.key[best] - 1);
    net->bits = PREFIX_BITS;
    *found = true;
}

static enum odd_status look(struct census *c, struct oddi_source *source, struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(source);
    const struct oddi_recipe recipes[2] = {schema->recipes[ODDI_SRC_IP], schema->recipes[ODDI_DST_IP]};
    struct oddi_batch batch;
    struct oddi_block head;
    enum odd_status status;

    if (recipes[0].how == ODDI_ABSENT || recipes[1].how == ODDI_ABSENT)
        return ODD_OK;
    ODDI_TRY(oddi_source_look(source, &head, err));
    ODDI_TRY(oddi_batch_init(&batch, recipes, 2, false, err));
    status = oddi_source_decode(source, &head, &batch, err);
    if (status == ODD_OK)
        status = take(c, &batch, err);
    oddi_batch_clear(&batch);
    return status;
}

enum odd_status oddi_home_guess(struct oddi_source *const *sources, size_t n, struct oddi_net *net,
                                bool *found, struct odd_error *err)
{
    struct census c = {0};
    enum odd_status status = ODD_OK;

    *found = false;
    for (size_t i = 0; i < n && status == ODD_OK; i++)
        status = look(&c, sources[i], err);
    if (status == ODD_OK)
        choose(&c, net, found);
    oddi_ids_free(&c.ids);
    free(c.flows);
    return status;
}
