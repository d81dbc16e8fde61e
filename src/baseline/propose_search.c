#include "baseline/propose_search.h"

#include <math.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "baseline/scope_where.h"

#define DEPTH         3
#define N_LENGTHS     5
#define LONGEST_HOURS 12
#define N_HOUR_RANGES (24 * LONGEST_HOURS)

static const uint8_t lengths[2][N_LENGTHS] = {{16, 18, 20, 22, 24}, {32, 40, 48, 56, 64}};

/* Conditions of one kind "is this value": prefixes of one length, or services. Values of dismissed alerts only. */
struct values {
    struct oddi_ids ids;
    uint32_t *of;         /* of each row (dismissed, then confirmed, then other), or ODDI_NO_ID */
    uint64_t *hit, *miss; /* by value: rows of dismissed alerts, of all others */
};

struct search {
    const struct oddi_propose_rows *rows;
    size_t n;     /* rows */
    size_t other; /* of them, confirmed alerts with their weight */
    struct values values[N_LENGTHS + 1];
    double bits[3]; /* lb of the number of conditions: nets, services, hours */
    struct oddi_found_rule beam[ODDI_BEAM], next[ODDI_BEAM], *found;
    size_t n_beam, n_next, *n_found;
    uint64_t hit[24], miss[24];
};

double oddi_rule_quality(size_t covered, size_t dismissed, size_t covered_other, size_t other, double bits)
{
    double p = (double)covered / (double)dismissed, q = ((double)covered_other + 1) / ((double)other + 1),
           gain;

    if (p <= q)
        return -bits;
    gain = p * log2(p / q);
    if (p < 1)
        gain += (1 - p) * log2((1 - p) / (1 - q));
    return (double)dismissed * gain - bits;
}

static const struct oddi_row_key *row_at(const struct search *s, size_t i)
{
    const struct oddi_propose_rows *r = s->rows;

    if (i < r->n_dismissed)
        return &r->dismissed[i];
    i -= r->n_dismissed;
    return i < r->n_confirmed ? &r->confirmed[i] : &r->other[i - r->n_confirmed];
}

/* ---- Numbering -------------------------------------------------------------------------------------------------------- */

static bool net_of(const struct oddi_addr *a, size_t length, struct oddi_net *net)
{
    if (a->kind != ODDI_ADDR_V4 && a->kind != ODDI_ADDR_V6)
        return false;
    *net = (struct oddi_net){.addr = *a, .bits = lengths[a->kind == ODDI_ADDR_V6][length]};
    for (unsigned b = net->bits; b < 128; b++)
        net->addr.bytes[b / 8] &= (uint8_t) ~(0x80u >> b % 8);
    return true;
}

/* All prefixes are within 64 bits; those of IPv4 get a key in the reserved ::/32. */
static bool value_of(const struct oddi_row_key *k, size_t dimension, uint64_t *key)
{
    struct oddi_net net;

    *key = k->service;
    if (dimension == N_LENGTHS)
        return k->service != ODDI_NO_SERVICE;
    if (!net_of(&k->addr, dimension, &net))
        return false;
    *key = 0;
    for (size_t i = 0; i < (net.addr.kind == ODDI_ADDR_V4 ? 4u : 8u); i++)
        *key = *key << 8 | net.addr.bytes[i];
    return net.addr.kind == ODDI_ADDR_V4 || *key > UINT32_MAX;
}

static bool number(struct search *s, size_t dimension)
{
    struct values *v = &s->values[dimension];

    v->of = oddi_malloc_array(s->n, sizeof *v->of);
    if (!v->of)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        uint64_t key;

        if (!value_of(row_at(s, i), dimension, &key))
            v->of[i] = ODDI_NO_ID;
        else if (i >= s->rows->n_dismissed)
            v->of[i] = oddi_ids_find(&v->ids, key);
        else if (!oddi_ids_add(&v->ids, key, &v->of[i]))
            return false;
    }
    v->hit = oddi_malloc_array(v->ids.n, sizeof *v->hit);
    v->miss = oddi_malloc_array(v->ids.n, sizeof *v->miss);
    return v->hit && v->miss;
}

static bool start(struct search *s)
{
    size_t nets = 0;

    for (size_t d = 0; d <= N_LENGTHS; d++) {
        if (!number(s, d))
            return false;
        nets += d < N_LENGTHS ? s->values[d].ids.n : 0;
    }
    s->bits[0] = log2((double)nets + 1);
    s->bits[1] = log2((double)s->values[N_LENGTHS].ids.n + 1);
    s->bits[2] = log2(N_HOUR_RANGES);
    s->beam[0] = (struct oddi_found_rule){.rule.service = ODDI_NO_SERVICE};
    s->n_beam = 1;
    return true;
}

/* ---- The beam ---------------------------------------------------------------------------------------------------------- */

/* Into a list of the best, behind those that are as good; a rule that is there already is not taken again. */
static void keep(struct oddi_found_rule *list, size_t *n, const struct oddi_found_rule *f)
{
    size_t k = *n;

    for (size_t i = 0; i < *n; i++)
        if (oddi_rule_same(&list[i].rule, &f->rule))
            return;
    while (k > 0 && list[k - 1].quality < f->quality)
        k--;
    if (k == ODDI_BEAM)
        return;
    *n += *n < ODDI_BEAM;
    memmove(&list[k + 1], &list[k], (*n - k - 1) * sizeof *list);
    list[k] = *f;
}

static void consider(struct search *s, const struct oddi_found_rule *from, const struct oddi_rule *rule,
                     double bits, uint64_t hit, uint64_t miss)
{
    struct oddi_found_rule f = {.rule = *rule, .bits = from->bits + bits};

    f.quality = oddi_rule_quality(hit, s->rows->n_dismissed, miss, s->other, f.bits);
    if (hit == 0)
        return;
    keep(s->next, &s->n_next, &f);
    if (f.quality > 0)
        keep(s->found, s->n_found, &f);
}

/* Counts the rows that a rule holds, by the values of every further condition. */
static void count(struct search *s, const struct oddi_rule *rule)
{
    for (size_t d = 0; d <= N_LENGTHS; d++) {
        memset(s->values[d].hit, 0, s->values[d].ids.n * sizeof *s->values[d].hit);
        memset(s->values[d].miss, 0, s->values[d].ids.n * sizeof *s->values[d].miss);
    }
    memset(s->hit, 0, sizeof s->hit);
    memset(s->miss, 0, sizeof s->miss);
    for (size_t i = 0; i < s->n; i++) {
        const struct oddi_row_key *key = row_at(s, i);
        bool dismissed = i < s->rows->n_dismissed;
        bool confirmed = !dismissed && i - s->rows->n_dismissed < s->rows->n_confirmed;
        uint64_t weight = confirmed ? oddi_confirmed_weight(s->rows) : 1;

        if (!oddi_rule_holds(rule, key))
            continue;
        (dismissed ? s->hit : s->miss)[key->hour] += weight;
        for (size_t d = 0; d <= N_LENGTHS; d++)
            if (s->values[d].of[i] != ODDI_NO_ID)
                (dismissed ? s->values[d].hit : s->values[d].miss)[s->values[d].of[i]] += weight;
    }
}

static void add_values(struct search *s, const struct oddi_found_rule *from, size_t dimension)
{
    const struct values *v = &s->values[dimension];
    bool net = dimension < N_LENGTHS;

    if (net ? from->rule.has_net : from->rule.service != ODDI_NO_SERVICE)
        return;
    for (size_t i = 0; i < s->rows->n_dismissed; i++) {
        uint32_t id = v->of[i];
        struct oddi_rule rule = from->rule;

        if (id == ODDI_NO_ID || v->hit[id] == 0)
            continue;
        if (net)
            rule.has_net = net_of(&s->rows->dismissed[i].addr, dimension, &rule.net);
        else
            rule.service = s->rows->dismissed[i].service;
        consider(s, from, &rule, s->bits[net ? 0 : 1], v->hit[id], v->miss[id]);
        v->hit[id] = 0; /* once */
    }
}

static void add_hours(struct search *s, const struct oddi_found_rule *from)
{
    for (uint8_t first = 0; !from->rule.has_hours && first < 24; first++) {
        struct oddi_rule rule = from->rule;
        uint64_t hit = 0, miss = 0;

        rule.has_hours = true;
        rule.hour_from = first;
        for (uint8_t k = 0; k < LONGEST_HOURS; k++) {
            rule.hour_to = (uint8_t)((first + k) % 24);
            hit += s->hit[rule.hour_to];
            miss += s->miss[rule.hour_to];
            consider(s, from, &rule, s->bits[2], hit, miss);
        }
    }
}

static void deepen(struct search *s)
{
    s->n_next = 0;
    for (size_t k = 0; k < s->n_beam; k++) {
        count(s, &s->beam[k].rule);
        for (size_t d = 0; d <= N_LENGTHS; d++)
            add_values(s, &s->beam[k], d);
        add_hours(s, &s->beam[k]);
    }
    memcpy(s->beam, s->next, sizeof s->beam);
    s->n_beam = s->n_next;
}

enum odd_status oddi_propose_search(const struct oddi_propose_rows *rows,
                                    struct oddi_found_rule found[ODDI_BEAM], size_t *n, struct odd_error *err)
{
    struct search s = {.rows = rows,
                       .n = rows->n_dismissed + rows->n_confirmed + rows->n_other,
                       .found = found,
                       .n_found = n};
    bool ok;

    *n = 0;
    s.other = rows->n_confirmed * oddi_confirmed_weight(rows) + rows->n_other;
    ok = start(&s);
    for (int depth = 0; ok && depth < DEPTH; depth++)
        deepen(&s);
    for (size_t d = 0; d <= N_LENGTHS; d++) {
        oddi_ids_free(&s.values[d].ids);
        free(s.values[d].of);
        free(s.values[d].hit);
        free(s.values[d].miss);
    }
    return ok ? ODD_OK : oddi_fail_memory(err);
}
