#include "run/learner.h"

#include <string.h>

#include "base/mem.h"
#include "run/render.h"

#define SEED     0x6f6464666c6f7721u
#define MOST_IDS ((size_t)1 << 20) /* entities that are remembered; then they are asked again */

enum odd_status oddi_learner_init(struct oddi_learner *l, const struct oddi_plan *plan,
                                  struct oddi_source *const *sources, size_t n_sources, size_t cap,
                                  struct odd_error *err)
{
    memset(l, 0, sizeof *l);
    l->plan = plan;
    l->sources = sources;
    l->n_sources = n_sources;
    l->cap = cap;
    l->limit = UINT64_MAX;
    l->first = INT64_MAX;
    l->last = INT64_MIN;
    l->values = oddi_calloc_array(plan->by->n_keys + 1, ODDI_ENTITY_VALUE_MAX);
    return l->values ? ODD_OK : oddi_fail_memory(err);
}

void oddi_learner_clear(struct oddi_learner *l)
{
    free(l->x);
    free(l->key);
    free(l->who);
    free(l->matrix);
    free(l->values);
    oddi_ids_free(&l->ids);
    oddi_group_scratch_clear(&l->scratch);
    oddi_grouped_clear(&l->grouped);
    oddi_entity_decoder_clear(&l->decoder);
    oddi_text_cache_clear(&l->cache);
    memset(l, 0, sizeof *l);
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t row_hash(uint64_t entity, int64_t start)
{
    return mix(mix(entity ^ SEED) + (uint64_t)start);
}

struct oddi_row_key oddi_row_key(const struct oddi_entity_who *who, uint64_t entity, int64_t start,
                                 const struct oddi_zone *zone)
{
    int64_t local = start + oddi_zone_offset(zone, start) * ODDI_SECOND;
    int64_t day = local / ODDI_DAY - (local % ODDI_DAY < 0);

    return (struct oddi_row_key){.host = who->host,
                                 .hash = row_hash(entity, start),
                                 .start = start,
                                 .addr = who->addr,
                                 .service = who->service,
                                 .day = (int32_t)day,
                                 .hour = (uint8_t)((local - day * ODDI_DAY) / ODDI_HOUR),
                                 .weekday = (uint8_t)(((day + 3) % 7 + 7) % 7)};
}

/* ---- Rows ---------------------------------------------------------------------------------------------------------- */

static enum odd_status ask_who(struct oddi_learner *l, const struct oddi_window *win, uint32_t group,
                               struct oddi_entity_who *out, struct odd_error *err)
{
    struct oddi_place place = oddi_window_place(win, l->grouped.first[group], l->plan->windows.d);
    const struct oddi_source *source = l->sources[place.source];
    struct oddi_block text;

    ODDI_TRY(oddi_source_text(source, place.offset, &l->cache, &text, err));
    ODDI_TRY(oddi_entity_values(&l->decoder, l->plan->by, source, place.source, l->n_sources, &text,
                                l->values, err));
    oddi_entity_who(&l->decoder, l->plan->by, out);
    return ODD_OK;
}

static enum odd_status who_of(struct oddi_learner *l, const struct oddi_window *win, uint32_t group,
                              struct oddi_entity_who *out, struct odd_error *err)
{
    size_t known;
    uint32_t id;

    if (l->ids.n >= MOST_IDS)
        oddi_ids_clear(&l->ids);
    known = l->ids.n;
    if (!oddi_ids_add(&l->ids, l->grouped.key[group], &id) ||
        !oddi_grow(&l->who, &l->cap_who, l->ids.n, sizeof *l->who))
        return oddi_fail_memory(err);
    if (l->ids.n > known)
        ODDI_TRY(ask_who(l, win, group, &l->who[id], err));
    *out = l->who[id];
    return ODD_OK;
}

static enum odd_status add_row(struct oddi_learner *l, const struct oddi_window *win, size_t i,
                               struct odd_error *err)
{
    size_t d = l->plan->d, n = l->n;
    uint32_t group = l->grouped.entity[i];
    struct oddi_entity_who who;

    if (row_hash(l->grouped.key[group], win->start) >= l->limit)
        return ODD_OK;
    if (!oddi_grow(&l->x, &l->cap_x, (n + 1) * d, sizeof *l->x) ||
        !oddi_grow(&l->key, &l->cap_key, n + 1, sizeof *l->key))
        return oddi_fail_memory(err);
    ODDI_TRY(who_of(l, win, group, &who, err));
    l->key[n] = oddi_row_key(&who, l->grouped.key[group], win->start, l->plan->zone);
    l->key[n].flows = l->grouped.off[group + 1] - l->grouped.off[group];
    memcpy(l->x + n * d, l->matrix + i * l->plan->by->n_features, d * sizeof *l->x);
    l->n++;
    return ODD_OK;
}

static int ascending(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

    return a < b ? -1 : a > b;
}

/* Leaves the `cap` rows with the smallest hashes, in their order. */
static enum odd_status prune(struct oddi_learner *l, struct odd_error *err)
{
    size_t d = l->plan->d, kept = 0;
    uint64_t *hash;

    if (l->n <= l->cap)
        return ODD_OK;
    hash = oddi_malloc_array(l->n, sizeof *hash);
    if (!hash)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < l->n; i++)
        hash[i] = l->key[i].hash;
    qsort(hash, l->n, sizeof *hash, ascending);
    l->limit = hash[l->cap];
    free(hash);
    for (size_t i = 0; i < l->n; i++) {
        if (l->key[i].hash >= l->limit)
            continue;
        l->key[kept] = l->key[i];
        memmove(l->x + kept++ * d, l->x + i * d, d * sizeof *l->x);
    }
    l->n = kept;
    return ODD_OK;
}

static enum odd_status make_matrix(struct oddi_learner *l, const struct oddi_window *win,
                                   struct odd_error *err)
{
    const struct oddi_plan *plan = l->plan;
    size_t need;

    ODDI_TRY(oddi_group_rows_of(plan->by, win, NULL, &l->scratch, &l->grouped, err));
    need = l->grouped.n_groups * plan->by->n_features + 1;
    if (need > l->cap_matrix) {
        free(l->matrix);
        l->matrix = oddi_malloc_array(need + need / 4, sizeof *l->matrix);
        l->cap_matrix = l->matrix ? need + need / 4 : 0;
    }
    if (!l->matrix)
        return oddi_fail_memory(err);
    return oddi_group_features(plan->by, win, plan->min_flows, plan->zero, &l->scratch, &l->grouped,
                               l->matrix, err);
}

enum odd_status oddi_learner_add(struct oddi_learner *l, const struct oddi_window *win, struct odd_error *err)
{
    ODDI_TRY(make_matrix(l, win, err));
    l->thin += l->grouped.n_thin;
    l->missing += l->grouped.n_missing;
    l->rows += l->grouped.n_entities;
    l->windows++;
    l->first = win->start < l->first ? win->start : l->first;
    l->last = win->start > l->last ? win->start : l->last;
    for (size_t i = 0; i < l->grouped.n_entities; i++) {
        ODDI_TRY(add_row(l, win, i, err));
        if (l->n >= 2 * l->cap)
            ODDI_TRY(prune(l, err));
    }
    return ODD_OK;
}

/* ---- The end --------------------------------------------------------------------------------------------------------- */

static int by_time(const void *pa, const void *pb, void *ctx)
{
    const struct oddi_row_key *key = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

    if (key[a].start != key[b].start)
        return key[a].start < key[b].start ? -1 : 1;
    if (key[a].hash != key[b].hash)
        return key[a].hash < key[b].hash ? -1 : 1;
    return a < b ? -1 : a > b;
}

enum odd_status oddi_learner_end(struct oddi_learner *l, struct oddi_rows_view *rows, struct odd_error *err)
{
    size_t d = l->plan->d;
    uint32_t *order;
    double *x;
    struct oddi_row_key *key;

    ODDI_TRY(prune(l, err));
    order = oddi_malloc_array(l->n + 1, sizeof *order);
    x = oddi_malloc_array(l->n * d + 1, sizeof *x);
    key = oddi_malloc_array(l->n + 1, sizeof *key);
    if (!order || !x || !key) {
        free(order);
        free(x);
        free(key);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < l->n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, l->n, sizeof *order, by_time, l->key);
    for (size_t i = 0; i < l->n; i++) {
        key[i] = l->key[order[i]];
        memcpy(x + i * d, l->x + order[i] * d, d * sizeof *x);
    }
    free(order);
    free(l->x);
    free(l->key);
    l->x = x;
    l->key = key;
    *rows = (struct oddi_rows_view){l->n, d, x, key};
    return ODD_OK;
}
