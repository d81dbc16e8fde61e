#include "synth/background.h"

#include "base/mem.h"
#include "synth/shape.h"
#include "synth/traffic.h"

#define NO_PAYLOAD 76 /* bytes a packet below which a TCP flow carried none */
#define HOUR_US    UINT64_C(3600000000)

/* A row of a shape with its quantiles as logs. */
struct ready_row {
    uint32_t pkts_low, pkts_high;
    uint32_t per_packet[ODDI_SIZE_SEGMENTS + 1];
    uint32_t duration[ODDI_TIME_SEGMENTS + 1];
};

/* One column of the alias table (Walker 1977, built as Vose 1991): below `cut` the first kind and row, else the
 * second. */
struct alias {
    uint64_t cut; /* 0 to 2^32 */
    uint16_t row[2];
    uint8_t kind[2];
};

struct ready_kind {
    const struct oddi_traffic *t;
    uint32_t src_sum, dst_sum, state_sum, bare_sum; /* of the lists' weights */
};

#define MAX_ROWS  320
#define MAX_ALIAS 1024
struct oddi_background {
    const struct oddi_sample *sample;
    struct oddi_rng rng;
    struct oddi_hosts hosts;
    uint32_t n_alias, n_rows;
    struct ready_kind kinds[ODDI_MAX_TRAFFIC];
    struct ready_row rows[MAX_ROWS];
    struct alias alias[MAX_ALIAS];
};

/* ---- Preparing ---- */

static void ready_row(struct ready_row *r, const struct oddi_shape_row *from, const struct oddi_sample *s)
{
    r->pkts_low = oddi_log2(s, from->pkts_low);
    r->pkts_high = oddi_log2(s, (uint64_t)from->pkts_high + 1);
    for (int i = 0; i <= ODDI_SIZE_SEGMENTS; i++)
        r->per_packet[i] = oddi_log2(s, from->per_packet[i]);
    for (int i = 0; i <= ODDI_TIME_SEGMENTS; i++)
        r->duration[i] = oddi_log2(s, from->duration[i]);
}

static uint32_t sum_picks(const struct oddi_pick *p)
{
    uint32_t sum = 0;
    while (p->weight)
        sum += p++->weight;
    return sum;
}

static uint32_t sum_states(const struct oddi_state *s)
{
    uint32_t sum = 0;
    while (s && s->weight)
        sum += s++->weight;
    return sum;
}

/* The i-th column gets weight[i] of its own; what lacks to an equal share comes from a column that has too much. */
static void fill_cuts(struct alias *a, uint64_t *weight, uint32_t n)
{
    uint16_t poor[MAX_ALIAS] = {0}, rich[MAX_ALIAS] = {0};
    uint32_t n_poor = 0, n_rich = 0;
    uint64_t share = 0;
    for (uint32_t i = 0; i < n; i++)
        share += weight[i];
    for (uint32_t i = 0; i < n; i++) {
        weight[i] *= n; /* now a full column is worth the old sum */
        if (weight[i] < share)
            poor[n_poor++] = (uint16_t)i;
        else
            rich[n_rich++] = (uint16_t)i;
    }
    while (n_poor && n_rich) {
        uint32_t p = poor[--n_poor], r = rich[n_rich - 1];
        a[p].cut = (uint64_t)(((unsigned __int128)weight[p] << 32) / share);
        a[p].row[1] = a[r].row[0];
        a[p].kind[1] = a[r].kind[0];
        weight[r] -= share - weight[p];
        if (weight[r] < share) {
            n_rich--;
            poor[n_poor++] = (uint16_t)r;
        }
    }
}

/* Rows of a shape are stored once and listed for every kind that has it. */
static void fill_rows(struct oddi_background *b)
{
    uint64_t weight[MAX_ALIAS];
    uint32_t first[ODDI_N_SHAPES];
    for (int id = 0; id < ODDI_N_SHAPES; id++) {
        const struct oddi_shape *shape = oddi_shape((enum oddi_shape_id)id);
        first[id] = b->n_rows;
        for (size_t i = 0; i < shape->n && b->n_rows < MAX_ROWS; i++)
            ready_row(&b->rows[b->n_rows++], &shape->rows[i], b->sample);
    }
    for (size_t k = 0; k < ODDI_MAX_TRAFFIC && b->kinds[k].t; k++) {
        const struct oddi_traffic *t = b->kinds[k].t;
        const struct oddi_shape *shape = oddi_shape(t->shape);
        for (size_t i = 0; i < shape->n && b->n_alias < MAX_ALIAS; i++) {
            struct alias *a = &b->alias[b->n_alias];
            weight[b->n_alias++] = (uint64_t)shape->rows[i].weight * t->part;
            a->cut = UINT64_C(1) << 32;
            a->row[0] = a->row[1] = (uint16_t)(first[t->shape] + i);
            a->kind[0] = a->kind[1] = (uint8_t)k;
        }
    }
    fill_cuts(b->alias, weight, b->n_alias);
}

struct oddi_background *oddi_background_new(const struct oddi_sample *sample, uint64_t seed)
{
    struct oddi_background *b = oddi_calloc_array(1, sizeof *b);
    if (!b)
        return NULL;
    b->sample = sample;
    oddi_rng_seed(&b->rng, seed);
    oddi_hosts_init(&b->hosts, sample);
    for (size_t i = 0; i < ODDI_MAX_TRAFFIC && oddi_traffic_at(i); i++) {
        const struct oddi_traffic *t = oddi_traffic_at(i);
        b->kinds[i] = (struct ready_kind){t, sum_picks(t->src), sum_picks(t->dst), sum_states(t->states),
                                          sum_states(t->bare)};
    }
    fill_rows(b);
    return b;
}

void oddi_background_free(struct oddi_background *b)
{
    free(b);
}

/* ---- Drawing ---- */

static uint32_t draw_port(const struct oddi_pick *p, uint32_t addr, struct oddi_rng *rng)
{
    switch ((enum oddi_port_kind)p->port_kind) {
    case ODDI_PORT_FIXED:
        return p->port;
    case ODDI_PORT_CLIENT:
        return oddi_client_port(rng);
    case ODDI_PORT_PEER:
        return oddi_host_port(addr);
    case ODDI_PORT_HEX:
        return ODDI_HEX + p->port;
    case ODDI_PORT_HEX_ANY:
        return ODDI_HEX + (uint32_t)(oddi_rng_next(rng) >> 48);
    case ODDI_PORT_NONE:
        break;
    }
    return ODDI_NO_PORT;
}

/* `src` is the address at the other end; 0 while the source itself is drawn. */
static void draw_end(struct oddi_background *b, const struct oddi_pick *p, uint32_t sum, uint32_t src,
                     struct oddi_end *end)
{
    enum oddi_pool far = oddi_host_is_campus(src) ? ODDI_POOL_PEERS : ODDI_POOL_LOCAL;
    uint32_t at = p[1].weight ? (uint32_t)oddi_rng_below(&b->rng, sum) : 0;
    while (at >= p->weight)
        at -= p++->weight;
    end->text = p->text;
    if (p->host == ODDI_HOST_POOL || p->host == ODDI_HOST_FAR)
        end->addr = oddi_host_draw(&b->hosts, b->sample,
                                   p->host == ODDI_HOST_FAR ? far : (enum oddi_pool)p->addr, &b->rng);
    else
        end->addr = p->addr; /* 0 where there is a text */
    end->port = draw_port(p, end->addr, &b->rng);
}

static const struct oddi_state *draw_state(const struct oddi_state *s, uint32_t sum, uint32_t u)
{
    uint32_t at = (uint32_t)(((uint64_t)u * sum) >> 32);
    while (at >= s->weight)
        at -= s++->weight;
    return s;
}

static void draw_sizes(struct oddi_background *b, const struct ready_row *r, uint32_t u, struct oddi_row *row)
{
    const struct oddi_sample *s = b->sample;
    uint64_t v = oddi_rng_next(&b->rng);
    uint32_t log = r->pkts_low + (uint32_t)(((uint64_t)(r->pkts_high - r->pkts_low) * u) >> 32);
    row->pkts = oddi_exp2(s, log) >> 16;
    uint64_t each = oddi_exp2(s, oddi_quantile_log(r->per_packet, ODDI_SIZE_SEGMENTS, (uint32_t)v));
    row->bytes = (row->pkts * each + 0x8000) >> 16;
    uint32_t time = oddi_quantile_log(r->duration, ODDI_TIME_SEGMENTS, (uint32_t)(v >> 32));
    /* log 0 stands for no time at all, as a flow of one packet has. */
    row->duration = time ? oddi_exp2(s, time) >> 16 : 0;
    if (row->duration > HOUR_US)
        row->duration = HOUR_US;
}

static uint64_t draw_share(const struct oddi_traffic *t, uint64_t bytes, uint32_t u)
{
    uint64_t x = (uint64_t)u * ODDI_SHARE_SEGMENTS;
    const uint16_t *k = &t->share[x >> 32];
    uint64_t v = ((uint64_t)k[0] << 32) + (uint64_t)(k[1] - k[0]) * (uint32_t)x;
    if (t->src_bytes)
        return v >> 32 < bytes ? v >> 32 : bytes;
    return (uint64_t)(((unsigned __int128)v * bytes / 1000) >> 32);
}

static uint64_t source_bytes(const struct oddi_traffic *t, const struct oddi_row *row, uint32_t u)
{
    if (row->way == ODDI_ONE_WAY)
        return row->bytes;
    return row->way == ODDI_REPLY_ONLY ? 0 : draw_share(t, row->bytes, u);
}

void oddi_background_next(struct oddi_background *b, struct oddi_row *row)
{
    uint64_t r = oddi_rng_next(&b->rng), v = oddi_rng_next(&b->rng);
    uint64_t column = (r >> 32) * b->n_alias;
    const struct alias *a = &b->alias[column >> 32];
    int second = (uint32_t)column >= a->cut;
    const struct ready_kind *k = &b->kinds[a->kind[second]];
    const struct oddi_traffic *t = k->t;

    draw_sizes(b, &b->rows[a->row[second]], (uint32_t)r, row);
    draw_end(b, t->src, k->src_sum, 0, &row->src);
    draw_end(b, t->dst, k->dst_sum, row->src.addr, &row->dst);
    bool bare = t->bare && row->bytes < NO_PAYLOAD * row->pkts;
    const struct oddi_state *state =
        draw_state(bare ? t->bare : t->states, bare ? k->bare_sum : k->state_sum, (uint32_t)v);
    row->proto = &t->proto;
    row->dir = &t->dir;
    row->label = &t->label;
    row->state = &state->word;
    row->way = state->way;
    row->src_bytes = source_bytes(t, row, (uint32_t)(v >> 32));
}
