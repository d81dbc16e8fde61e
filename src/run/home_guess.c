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
    uint64_t *flows; /* by prefix */
    size_t cap;
    uint64_t n, in_private;
};

static bool count(struct census *c, uint64_t prefix)
{
    size_t known = c->ids.n;
    uint32_t id;

    if (prefix == 0)
        return true;
    if (!oddi_ids_add(&c->ids, prefix, &id) || !oddi_grow(&c->flows, &c->cap, c->ids.n, sizeof *c->flows))
        return false;
    if (c->ids.n > known)
        c->flows[id] = 0;
    c->flows[id]++;
    return true;
}

static enum odd_status take(struct census *c, const struct oddi_batch *b, struct odd_error *err)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct oddi_addr *src = &b->columns[0].u.addr[i], *dst = &b->columns[1].u.addr[i];
        uint64_t one = prefix_of(src), other = prefix_of(dst);

        c->n++;
        c->in_private += is_private(src) || is_private(dst);
        if (!count(c, one) || (other != one && !count(c, other)))
            return oddi_fail_memory(err);
    }
    return ODD_OK;
}

static void choose(const struct census *c, struct oddi_net *net, bool *found)
{
    size_t best = 0;

    if (c->ids.n == 0 || 2 * c->in_private >= c->n)
        return;
    for (size_t i = 1; i < c->ids.n; i++)
        if (c->flows[i] > c->flows[best] ||
            (c->flows[i] == c->flows[best] && c->ids.key[i] < c->ids.key[best]))
            best = i;
    if (2 * c->flows[best] < c->n)
        return;
    memset(net, 0, sizeof *net);
    net->addr.kind = ODDI_ADDR_V4;
    net->addr.bytes[0] = (uint8_t)((c->ids.key[best] - 1) >> 8);
    net->addr.bytes[1] = (uint8_t)(c->ids.key[best] - 1);
    net->bits = PREFIX_BITS;
    *found = true;
}

enum odd_status oddi_home_guess(struct oddi_source *source, struct oddi_net *net, bool *found,
                                struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(source);
    const struct oddi_recipe recipes[2] = {schema->recipes[ODDI_SRC_IP], schema->recipes[ODDI_DST_IP]};
    struct census c = {0};
    struct oddi_batch batch;
    struct oddi_block head;
    enum odd_status status;

    *found = false;
    if (recipes[0].how == ODDI_ABSENT || recipes[1].how == ODDI_ABSENT)
        return ODD_OK;
    ODDI_TRY(oddi_source_look(source, &head, err));
    ODDI_TRY(oddi_batch_init(&batch, recipes, 2, false, err));
    status = oddi_source_decode(source, &head, &batch, err);
    if (status == ODD_OK)
        status = take(&c, &batch, err);
    if (status == ODD_OK)
        choose(&c, net, found);
    oddi_batch_clear(&batch);
    oddi_ids_free(&c.ids);
    free(c.flows);
    return status;
}
