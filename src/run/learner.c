#include "run/learner.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/render.h"

#define SEED     0x6f6464666c6f7721u
#define MOST_IDS ((size_t)1 << 20) /* entities that are remembered; then they are asked again */

enum odd_status oddi_learner_init(struct oddi_learner *l, const struct oddi_plan *plan,
                                  struct oddi_source *const *sources, size_t n_sources,
                                  const struct oddi_learner_caps *caps, struct odd_error *err)
{
    memset(l, 0, sizeof *l);
    l->plan = plan;
    l->sources = sources;
    l->n_sources = n_sources;
    l->cap = caps->rows;
    l->max_bytes = caps->bytes;
    l->limit = (struct oddi_draw){UINT64_MAX, UINT64_MAX};
    l->first = INT64_MAX;
    l->last = INT64_MIN;
    l->values = oddi_calloc_array(plan->by->n_keys + 1, ODDI_ENTITY_VALUE_MAX);
    if (!l->values)
        return oddi_fail_memory(err);
    return oddi_learner_memory_init(&l->memory, plan->by, caps->keys, err);
}

void oddi_learner_clear(struct oddi_learner *l)
{
    for (size_t i = 0; l->kept && i < l->n; i++)
        oddi_learner_memory_drop(&l->memory, &l->kept[i]);
    free(l->kept);
    oddi_learner_memory_clear(&l->memory);
    free(l->x);
    free(l->blind);
    free(l->key);
    free(l->who);
    free(l->of_group);
    free(l->matrix);
    free(l->values);
    oddi_row_dims_free(l->dims);
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

/* ---- The draw -------------------------------------------------------------------------------------------------------- */

/* Not the hash of the group itself, by whose first bit rows are halved. */
static struct oddi_draw draw_of(const struct oddi_row_key *key)
{
    return (struct oddi_draw){mix(oddi_row_group(key) + SEED), key->hash};
}

static bool is_below(struct oddi_draw a, struct oddi_draw b)
{
    return a.day != b.day ? a.day < b.day : a.row < b.row;
}

static int ascending(const void *pa, const void *pb)
{
    const struct oddi_draw *a = pa, *b = pb;

    return is_below(*a, *b) ? -1 : is_below(*b, *a);
}

/* From n > cap draws: the one from which on the sample is too large. Whole days, unless that leaves less than half of what there
 * is room for: a host's day may have more rows than the sample. */
static struct oddi_draw limit_of(struct oddi_draw *draw, size_t n, size_t cap)
{
    size_t whole = cap;

    qsort(draw, n, sizeof *draw, ascending);
    while (whole > 0 && draw[whole - 1].day == draw[cap].day)
        whole--;
    return whole < cap / 2 ? draw[cap] : (struct oddi_draw){draw[cap].day, 0};
}

/* Leaves the rows of at most `cap` that are drawn first, in their order. */
static enum odd_status prune(struct oddi_learner *l, struct odd_error *err)
{
    size_t d = l->plan->d, kept = 0;
    struct oddi_draw *draw;

    if (l->n <= l->cap)
        return ODD_OK;
    draw = oddi_malloc_array(l->n, sizeof *draw);
    if (!draw)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < l->n; i++)
        draw[i] = draw_of(&l->key[i]);
    l->limit = limit_of(draw, l->n, l->cap);
    free(draw);
    for (size_t i = 0; i < l->n; i++) {
        if (!is_below(draw_of(&l->key[i]), l->limit)) {
            if (l->kept)
                oddi_learner_memory_drop(&l->memory, &l->kept[i]);
            continue;
        }
        if (l->kept)
            l->kept[kept] = l->kept[i];
        l->key[kept] = l->key[i];
        memmove(l->x + kept++ * d, l->x + i * d, d * sizeof *l->x);
    }
    l->n = kept;
    return ODD_OK;
}

uint64_t oddi_learner_limit(const struct oddi_learner *l)
{
    /* A day that is cut in two counts. */
    return l->limit.day < UINT64_MAX ? l->limit.day + (l->limit.row > 0) : UINT64_MAX;
}

size_t oddi_rows_drawn_below(struct oddi_row_key *key, double *held, size_t n, uint64_t limit)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (draw_of(&key[i]).day >= limit)
            continue;
        key[kept] = key[i];
        held[kept++] = held[i];
    }
    return kept;
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
                                l->grouped.key[group], l->values, err));
    oddi_entity_who(&l->decoder, l->plan->by, out);
    return ODD_OK;
}

/* Who all groups of the window are. */
static enum odd_status name_groups(struct oddi_learner *l, const struct oddi_window *win,
                                   struct odd_error *err)
{
    if (l->ids.n >= MOST_IDS)
        oddi_ids_clear(&l->ids);
    if (!oddi_grow(&l->of_group, &l->cap_of_group, l->grouped.n_groups, sizeof *l->of_group))
        return oddi_fail_memory(err);
    for (uint32_t g = 0; g < l->grouped.n_groups; g++) {
        size_t known = l->ids.n;
        uint32_t id;

        if (!oddi_ids_add(&l->ids, l->grouped.key[g], &id) ||
            !oddi_grow(&l->who, &l->cap_who, l->ids.n, sizeof *l->who))
            return oddi_fail_memory(err);
        if (l->ids.n > known)
            ODDI_TRY(ask_who(l, win, g, &l->who[id], err));
        l->of_group[g] = id;
    }
    return ODD_OK;
}

static enum odd_status add_row(struct oddi_learner *l, const struct oddi_window *win, size_t i,
                               struct odd_error *err)
{
    size_t d = l->plan->d, n = l->n;
    uint32_t group = l->grouped.entity[i];
    const struct oddi_entity_who *who = &l->who[l->of_group[group]];
    struct oddi_row_key key = oddi_row_key(who, l->grouped.key[group], win->start, l->plan->zone);

    if (!is_below(draw_of(&key), l->limit))
        return ODD_OK;
    if (!oddi_grow(&l->x, &l->cap_x, (n + 1) * d, sizeof *l->x) ||
        !oddi_grow(&l->key, &l->cap_key, n + 1, sizeof *l->key))
        return oddi_fail_memory(err);
    key.flows = l->grouped.off[group + 1] - l->grouped.off[group];
    if (l->dims)
        ODDI_TRY(oddi_row_dims_of(l->dims, l->sources, &l->cache, win, l->grouped.first[group],
                                  l->grouped.key[group], key.dim, err));
    l->key[n] = key;
    if (l->memory.recall.n == 0)
        memcpy(l->x + n * d, l->matrix + i * l->plan->by->n_features, d * sizeof *l->x);
    if (l->memory.recall.n > 0) {
        if (!oddi_grow(&l->kept, &l->cap_kept, n + 1, sizeof *l->kept))
            return oddi_fail_memory(err);
        ODDI_TRY(oddi_learner_memory_keep(&l->memory, &l->grouped, group, win, &l->kept[n], err));
    }
    l->n++;
    return ODD_OK;
}

static enum odd_status make_matrix(struct oddi_learner *l, const struct oddi_window *win,
                                   struct odd_error *err)
{
    const struct oddi_plan *plan = l->plan;
    size_t need;

    ODDI_TRY(oddi_group_rows_of(plan->by, win, NULL, &l->scratch, &l->grouped, err));
    if (l->memory.recall.n > 0 && plan->zero)
        return oddi_group_features(plan->by, win, plan->min_flows, true, SIZE_MAX, &l->scratch, &l->grouped,
                                   NULL, err);
    if (l->memory.recall.n > 0)
        ODDI_TRY(oddi_recall_nothing(&l->memory.recall, &l->grouped, err));
    need = l->grouped.n_groups * plan->by->n_features + 1;
    if (need > l->cap_matrix) {
        free(l->matrix);
        l->matrix = oddi_malloc_array(need + need / 4, sizeof *l->matrix);
        l->cap_matrix = l->matrix ? need + need / 4 : 0;
    }
    if (!l->matrix)
        return oddi_fail_memory(err);
    return oddi_group_features(plan->by, win, plan->min_flows, plan->zero, SIZE_MAX, &l->scratch, &l->grouped,
                               l->matrix, err);
}

/* Flows take too much room: a smaller sample does. */
static enum odd_status shrink(struct oddi_learner *l, struct odd_error *err)
{
    size_t least = 1000, cap = l->n / 4 * 3;

    if (l->n <= least)
        return ODD_OK;
    l->cap = cap < least ? least : cap < l->cap ? cap : l->cap;
    return prune(l, err);
}

/* All groups of the window, whether they are kept or not. */
static enum odd_status remember(struct oddi_learner *l, const struct oddi_window *win, struct odd_error *err)
{
    const struct oddi_entity_who nobody = {0};
    int32_t day = oddi_row_key(&nobody, 0, win->start, l->plan->zone).day;

    ODDI_TRY(oddi_recall_hosts(&l->memory.recall, l->grouped.n_groups, err));
    for (uint32_t g = 0; g < l->grouped.n_groups; g++)
        l->memory.recall.host[g] = l->who[l->of_group[g]].host;
    return oddi_learner_memory_met(&l->memory, &l->grouped, l->memory.recall.host, day, err);
}

enum odd_status oddi_learner_add(struct oddi_learner *l, const struct oddi_window *win, struct odd_error *err)
{
    ODDI_TRY(make_matrix(l, win, err));
    ODDI_TRY(name_groups(l, win, err));
    if (l->memory.recall.n > 0)
        ODDI_TRY(remember(l, win, err));
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
        if (l->memory.bytes > l->max_bytes)
            ODDI_TRY(shrink(l, err));
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

/* The rows in the order of (start, hash). */
static enum odd_status sort_rows(struct oddi_learner *l, struct odd_error *err)
{
    size_t d = l->plan->d, n = l->n;
    uint32_t *order = oddi_malloc_array(n + 1, sizeof *order);
    double *x = oddi_malloc_array(n * d + 1, sizeof *x);
    struct oddi_row_key *key = oddi_malloc_array(n + 1, sizeof *key);
    struct oddi_kept_flows *kept = oddi_malloc_array(n + 1, sizeof *kept);

    if (!order || !x || !key || !kept) {
        free(order);
        free(x);
        free(key);
        free(kept);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, n, sizeof *order, by_time, l->key);
    for (size_t i = 0; i < n; i++) {
        key[i] = l->key[order[i]];
        memcpy(x + i * d, l->x + order[i] * d, d * sizeof *x);
        if (l->kept)
            kept[i] = l->kept[order[i]];
    }
    free(order);
    free(l->x);
    free(l->key);
    l->x = x;
    l->key = key;
    if (l->kept) {
        free(l->kept);
        l->kept = kept;
    } else {
        free(kept);
    }
    return ODD_OK;
}

static bool is_whole(const double *x, size_t d, bool zero)
{
    for (size_t j = 0; j < d && !zero; j++)
        if (isnan(x[j]))
            return false;
    return true;
}

/* Features of the rows whose hosts are known, in their order. */
static enum odd_status evaluate_known(struct oddi_learner *l, double *x, struct odd_error *err)
{
    struct oddi_kept_flows *known = oddi_malloc_array(l->n, sizeof *known);
    enum odd_status status;
    size_t n = 0;

    if (!known)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < l->n; i++)
        if (l->key[i].known)
            known[n++] = l->kept[i];
    status = oddi_learner_memory_features(&l->memory, known, n, false, x, err);
    free(known);
    return status;
}

/* Both views of row i, of all features each, to place `to`; false if one lacks a value. */
static bool place_row(struct oddi_learner *l, size_t i, const double *x, const double *blind, size_t to)
{
    size_t d = l->plan->d;

    if (!is_whole(x, d, l->plan->zero) || !is_whole(blind, d, l->plan->zero))
        return false;
    l->key[to] = l->key[i];
    for (size_t j = 0; j < d; j++) {
        l->x[to * d + j] = isnan(x[j]) ? 0 : x[j];
        l->blind[to * d + j] = isnan(blind[j]) ? 0 : blind[j];
    }
    return true;
}

/* Features of both views from the flows, of a host that is not known twice those in which all is new; rows that lack one in
 * either are left out. */
static enum odd_status evaluate(struct oddi_learner *l, struct odd_error *err)
{
    size_t d = l->plan->d, all = l->plan->by->n_features, n = l->n, whole = 0;
    double *with = oddi_malloc_array(n * all + 1, sizeof *with), *next = with;
    double *without = oddi_malloc_array(n * all + 1, sizeof *without);
    enum odd_status status = ODD_OK;

    for (size_t i = 0; i < n; i++)
        l->key[i].known = oddi_learner_memory_knows(&l->memory, &l->key[i]);
    l->blind = oddi_malloc_array(n * d + 1, sizeof *l->blind);
    if (!with || !without || !l->blind)
        status = oddi_fail_memory(err);
    if (status == ODD_OK)
        status = evaluate_known(l, with, err);
    if (status == ODD_OK)
        status = oddi_learner_memory_features(&l->memory, l->kept, n, true, without, err);
    for (size_t i = 0; status == ODD_OK && i < n; i++) {
        bool known = l->key[i].known;

        oddi_learner_memory_drop(&l->memory, &l->kept[i]);
        whole += place_row(l, i, known ? next : without + i * all, without + i * all, whole);
        next += known ? all : 0;
    }
    free(with);
    free(without);
    if (status != ODD_OK)
        return status;
    free(l->kept);
    l->kept = NULL;
    l->n = whole;
    return ODD_OK;
}

enum odd_status oddi_learner_end(struct oddi_learner *l, struct oddi_rows_view *rows, const double **blind,
                                 struct odd_error *err)
{
    ODDI_TRY(prune(l, err));
    ODDI_TRY(sort_rows(l, err));
    if (l->memory.recall.n > 0 && l->n > 0)
        ODDI_TRY(evaluate(l, err));
    *rows = (struct oddi_rows_view){l->n, l->plan->d, l->x, l->key};
    *blind = l->blind;
    return ODD_OK;
}
