#include "run/population.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "eval/hosts.h"
#include "run/render.h"

#define SEED 0x6f6464666c6f7721u

enum odd_status oddi_population_init(struct oddi_population *p, const struct oddi_plan *plan,
                                     struct oddi_source *const *sources, size_t n_sources,
                                     struct odd_error *err)
{
    memset(p, 0, sizeof *p);
    if (plan->by->gap)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "sessions (--gap) are compared within their window: leave --against run out");
    p->plan = plan;
    p->sources = sources;
    p->n_sources = n_sources;
    oddi_buf_init(&p->text, 0);
    oddi_buf_init(&p->witness_text, UINT32_MAX - 1);
    p->n_hidden = plan->by->n_features - plan->d;
    for (size_t j = 0; j < plan->d; j++)
        p->n_witness += plan->by->features[j].witness != NULL;
    p->values = oddi_calloc_array(plan->by->n_keys + 1, ODDI_ENTITY_VALUE_MAX);
    if (!p->values)
        return oddi_fail_memory(err);
    return oddi_run_memory_init(&p->memory, plan->by, plan->memory_keys, err);
}

void oddi_population_clear(struct oddi_population *p)
{
    void *const blocks[] = {p->text_at,    p->host,     p->who,      p->start,
                            p->end,        p->first,    p->n_flows,  p->entity,
                            p->window,     p->flows,    p->x,        p->hidden,
                            p->witness,    p->raw,      p->score,    p->surprise,
                            p->sample,     p->scaled,   p->order,    p->muted,
                            p->witness_at, p->matrix,   p->values,   p->location,
                            p->dim,        p->ln_limit, p->fitted.x, (void *)(uintptr_t)p->fitted.entity};

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    if (p->detector)
        p->plan->detector->clear(p->detector);
    free(p->detector);
    oddi_row_dims_free(p->dims);
    oddi_ids_free(&p->ids);
    oddi_ids_free(&p->witness_ids);
    oddi_buf_free(&p->text);
    oddi_buf_free(&p->witness_text);
    oddi_group_scratch_clear(&p->scratch);
    oddi_grouped_clear(&p->grouped);
    oddi_run_memory_clear(&p->memory);
    oddi_recall_clear(&p->recall);
    oddi_entity_decoder_clear(&p->decoder);
    oddi_text_cache_clear(&p->cache);
    memset(p, 0, sizeof *p);
}

/* ---- Names ---------------------------------------------------------------------------------------------------- */

static enum odd_status text_at(struct oddi_population *p, const struct oddi_window *win, size_t row,
                               struct oddi_place *place, struct oddi_block *text, struct odd_error *err)
{
    *place = oddi_window_place(win, row, p->plan->windows.d);
    return oddi_source_text(p->sources[place->source], place->offset, &p->cache, text, err);
}

/* The number of a group's entity; a new one is named from its first record. */
static enum odd_status entity_of(struct oddi_population *p, const struct oddi_window *win, uint32_t group,
                                 uint32_t *id, struct odd_error *err)
{
    const struct oddi_by *by = p->plan->by;
    size_t known = p->ids.n;
    struct oddi_place place;
    struct oddi_block text;

    if (!oddi_ids_add(&p->ids, p->grouped.key[group], id))
        return oddi_fail_memory(err);
    if (p->ids.n == known)
        return ODD_OK;
    if (!oddi_grow(&p->text_at, &p->cap_text, p->ids.n, sizeof *p->text_at) ||
        !oddi_grow(&p->host, &p->cap_host, p->ids.n, sizeof *p->host))
        return oddi_fail_memory(err);
    p->text_at[*id] = p->text.size;
    ODDI_TRY(text_at(p, win, p->grouped.first[group], &place, &text, err));
    ODDI_TRY(oddi_entity_values(&p->decoder, by, p->sources[place.source], place.source, p->n_sources, &text,
                                p->grouped.key[group], p->values, err));
    p->host[*id] = oddi_entity_host(&p->decoder, by);
    if (p->wants_who) {
        if (!oddi_grow(&p->who, &p->cap_who, p->ids.n, sizeof *p->who))
            return oddi_fail_memory(err);
        oddi_entity_who(&p->decoder, by, &p->who[*id]);
    }
    for (size_t k = 0; k < by->n_keys; k++)
        oddi_buf_add(&p->text, p->values + k * ODDI_ENTITY_VALUE_MAX,
                     strlen(p->values + k * ODDI_ENTITY_VALUE_MAX) + 1);
    return oddi_buf_ok(&p->text) ? ODD_OK : oddi_fail_memory(err);
}

const char *oddi_population_value(const struct oddi_population *p, uint32_t entity, size_t k)
{
    const char *text = p->text.data + p->text_at[entity];

    while (k-- > 0)
        text += strlen(text) + 1;
    return text;
}

static uint64_t hash_text(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *s; s++)
        h = (h ^ (uint8_t)*s) * 0x100000001b3u;
    return h ^ (h >> 29);
}

static enum odd_status intern(struct oddi_population *p, const char *value, uint32_t *out,
                              struct odd_error *err)
{
    size_t known = p->witness_ids.n;
    uint32_t id;

    *out = 0;
    if (!*value)
        return ODD_OK;
    if (!oddi_ids_add(&p->witness_ids, hash_text(value), &id))
        return oddi_fail_memory(err);
    if (p->witness_ids.n > known) {
        if (!oddi_grow(&p->witness_at, &p->cap_witness_at, p->witness_ids.n, sizeof *p->witness_at))
            return oddi_fail_memory(err);
        p->witness_at[id] = (uint32_t)p->witness_text.size;
        oddi_buf_add(&p->witness_text, value, strlen(value) + 1);
        if (!oddi_buf_ok(&p->witness_text))
            return oddi_fail_memory(err);
    }
    *out = p->witness_at[id] + 1;
    return ODD_OK;
}

static enum odd_status witnesses_of(struct oddi_population *p, const struct oddi_window *win, uint32_t group,
                                    uint32_t *out, struct odd_error *err)
{
    char value[ODDI_ENTITY_VALUE_MAX];
    struct oddi_place place;
    struct oddi_block text;

    for (size_t j = 0; j < p->plan->d; j++) {
        uint32_t row;

        if (!p->plan->by->features[j].witness)
            continue;
        *out = 0;
        row = oddi_group_witness(p->scratch.evaluator, group, j);
        if (row != UINT32_MAX) {
            ODDI_TRY(text_at(p, win, p->grouped.row_of[row], &place, &text, err));
            ODDI_TRY(oddi_entity_witness(&p->decoder, p->plan->by, j, p->sources[place.source], place.source,
                                         p->n_sources, &text, p->grouped.key[group], value, err));
            ODDI_TRY(intern(p, value, out, err));
        }
        out++;
    }
    return ODD_OK;
}

const char *oddi_population_witness(const struct oddi_population *p, size_t row, size_t j)
{
    size_t w = 0;
    uint32_t at;

    if (!p->plan->by->features[j].witness)
        return "";
    for (size_t k = 0; k < j; k++)
        w += p->plan->by->features[k].witness != NULL;
    at = p->witness[row * p->n_witness + w];
    return at ? p->witness_text.data + at - 1 : "";
}

/* ---- Rows ------------------------------------------------------------------------------------------------------- */

static bool reserve(struct oddi_population *p, size_t n)
{
    return oddi_grow(&p->entity, &p->cap_entity, n, sizeof *p->entity) &&
           oddi_grow(&p->window, &p->cap_window, n, sizeof *p->window) &&
           oddi_grow(&p->flows, &p->cap_flows, n, sizeof *p->flows) &&
           oddi_grow(&p->x, &p->cap_x, n * p->plan->d, sizeof *p->x) &&
           (!p->dims || oddi_grow(&p->dim, &p->cap_dim, n * ODDI_MAX_DIMS + 1, sizeof *p->dim)) &&
           oddi_grow(&p->hidden, &p->cap_hidden, n * p->n_hidden + 1, sizeof *p->hidden) &&
           oddi_grow(&p->witness, &p->cap_witness, n * p->n_witness + 1, sizeof *p->witness);
}

static enum odd_status add_dims(struct oddi_population *p, const struct oddi_window *win, uint32_t group,
                                uint64_t *keys, struct odd_error *err)
{
    memset(keys, 0, ODDI_MAX_DIMS * sizeof *keys);
    return oddi_row_dims_of(p->dims, p->sources, &p->cache, win, p->grouped.first[group],
                            p->grouped.key[group], keys, err);
}

static enum odd_status add_row(struct oddi_population *p, const struct oddi_window *win, size_t i,
                               struct odd_error *err)
{
    size_t d = p->plan->d, all = p->plan->by->n_features, n = p->n;
    uint32_t group = p->grouped.entity[i];
    const double *x = p->matrix + i * all;

    ODDI_TRY(entity_of(p, win, group, &p->entity[n], err));
    ODDI_TRY(witnesses_of(p, win, group, p->witness + n * p->n_witness, err));
    if (p->dims)
        ODDI_TRY(add_dims(p, win, group, p->dim + n * ODDI_MAX_DIMS, err));
    p->window[n] = (uint32_t)p->n_windows;
    p->flows[n] = p->grouped.off[group + 1] - p->grouped.off[group];
    memcpy(p->x + n * d, x, d * sizeof *x);
    memcpy(p->hidden + n * p->n_hidden, x + d, p->n_hidden * sizeof *x);
    p->n++;
    return ODD_OK;
}

static enum odd_status add_rows(struct oddi_population *p, const struct oddi_window *win,
                                struct odd_error *err)
{
    size_t n = p->grouped.n_entities;

    if (!reserve(p, p->n + n))
        return oddi_fail_memory(err);
    if (p->watch)
        ODDI_TRY(p->watch(p->watch_ctx, win, p->plan->windows.d, &p->grouped, p->n, n, err));
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(add_row(p, win, i, err));
    return ODD_OK;
}

/* Whose a group is decides what is new to it: all are named. */
static enum odd_status recall(struct oddi_population *p, const struct oddi_window *win, struct odd_error *err)
{
    ODDI_TRY(oddi_recall_hosts(&p->recall, p->grouped.n_groups, err));
    for (uint32_t g = 0; g < p->grouped.n_groups; g++) {
        uint32_t id;

        ODDI_TRY(entity_of(p, win, g, &id, err));
        p->recall.host[g] = p->host[id];
    }
    return oddi_recall_known(&p->recall, p->known, &p->grouped, err);
}

static enum odd_status group(struct oddi_population *p, const struct oddi_window *win, struct odd_error *err)
{
    const struct oddi_plan *plan = p->plan;
    size_t need;

    ODDI_TRY(oddi_group_rows_of(plan->by, win, p->known ? NULL : &p->memory, &p->scratch, &p->grouped, err));
    if (p->known)
        ODDI_TRY(recall(p, win, err));
    need = p->grouped.n_groups * plan->by->n_features + 1;
    if (need > p->cap_matrix) {
        free(p->matrix);
        p->matrix = oddi_malloc_array(need + need / 4, sizeof *p->matrix);
        p->cap_matrix = p->matrix ? need + need / 4 : 0;
    }
    if (!p->matrix)
        return oddi_fail_memory(err);
    return oddi_group_features(plan->by, win, plan->min_flows, plan->zero,
                               p->max_rows ? p->max_rows - p->n : SIZE_MAX, &p->scratch, &p->grouped,
                               p->matrix, err);
}

enum odd_status oddi_population_add(struct oddi_population *p, const struct oddi_window *win,
                                    struct odd_error *err)
{
    if (!oddi_grow(&p->start, &p->cap_start, p->n_windows + 1, sizeof *p->start) ||
        !oddi_grow(&p->end, &p->cap_end, p->n_windows + 1, sizeof *p->end) ||
        !oddi_grow(&p->n_flows, &p->cap_n_flows, p->n_windows + 1, sizeof *p->n_flows) ||
        !oddi_grow(&p->first, &p->cap_first, p->n_windows + 2, sizeof *p->first))
        return oddi_fail_memory(err);
    p->start[p->n_windows] = win->start;
    p->end[p->n_windows] = win->end;
    p->first[p->n_windows] = p->n;
    ODDI_TRY(group(p, win, err));
    p->thin += p->grouped.n_thin;
    p->missing += p->grouped.n_missing;
    p->refused += p->grouped.n_refused;
    p->n_flows[p->n_windows] = p->grouped.n_flows;
    ODDI_TRY(add_rows(p, win, err));
    p->first[++p->n_windows] = p->n;
    return ODD_OK;
}

/* ---- Judging -------------------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct drawn {
    uint64_t hash;
    uint32_t row;
};

static int by_hash(const void *pa, const void *pb)
{
    const struct drawn *a = pa, *b = pb;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int by_row(const void *pa, const void *pb)
{
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

    return a < b ? -1 : a > b;
}

static enum odd_status draw(struct oddi_population *p, struct odd_error *err)
{
    struct drawn *all = oddi_malloc_array(p->n + 1, sizeof *all);
    size_t most = p->sample_max ? p->sample_max : ODDI_SAMPLE;

    p->n_sample = p->n < most ? p->n : most;
    p->sample = oddi_malloc_array(p->n_sample + 1, sizeof *p->sample);
    if (!all || !p->sample) {
        free(all);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < p->n; i++)
        all[i] = (struct drawn){mix(mix(p->ids.key[p->entity[i]] ^ SEED) + (uint64_t)p->start[p->window[i]]),
                                (uint32_t)i};
    if (p->n > p->n_sample)
        qsort(all, p->n, sizeof *all, by_hash);
    for (size_t i = 0; i < p->n_sample; i++)
        p->sample[i] = all[i].row;
    qsort(p->sample, p->n_sample, sizeof *p->sample, by_row);
    free(all);
    return ODD_OK;
}

static enum odd_status make_sample(struct oddi_population *p, struct odd_error *err)
{
    size_t d = p->plan->d, n = p->n_sample;
    uint32_t *entity = oddi_malloc_array(n + 1, sizeof *entity);

    p->fitted = (struct oddi_matrix){.x = oddi_malloc_array(n * d + 1, sizeof(double)), .n = n, .d = d};
    p->fitted.entity = entity;
    p->scaled = oddi_malloc_array(n * d + 1, sizeof *p->scaled);
    p->location = oddi_malloc_array(5 * d, sizeof *p->location);
    p->raw = oddi_malloc_array(p->n + 1, sizeof *p->raw);
    p->score = oddi_malloc_array(p->n + 1, sizeof *p->score);
    p->surprise = oddi_malloc_array(p->n + 1, sizeof *p->surprise);
    p->detector = oddi_calloc_array(1, p->plan->detector->state_size);
    if (!p->fitted.x || !entity || !p->scaled || !p->location || !p->raw || !p->score || !p->surprise ||
        !p->detector) {
        free(p->detector);
        p->detector = NULL;
        return oddi_fail_memory(err);
    }
    p->scale = p->location + d;
    for (size_t i = 0; i < n; i++) {
        memcpy(p->fitted.x + i * d, p->x + p->sample[i] * d, d * sizeof(double));
        entity[i] = p->entity[p->sample[i]];
    }
    return ODD_OK;
}

/* Scores of the sample, at the places of its rows. */
static enum odd_status fit(struct oddi_population *p, struct odd_error *err)
{
    const struct oddi_plan *plan = p->plan;
    size_t n = p->n_sample;
    double *raw = oddi_malloc_array(2 * n + 1, sizeof *raw), *score = raw ? raw + n : NULL;
    struct oddi_judged judged = {.raw = raw, .score = score};
    struct oddi_matrix z = p->fitted;
    enum odd_status status;

    if (!raw)
        return oddi_fail_memory(err);
    z.x = p->scaled;
    status = plan->detector->init(p->detector, plan->detector_spec.values, err);
    if (status == ODD_OK)
        status = plan->scaler->fit(plan->scaler_spec.values, &p->fitted, p->location, p->scale, err);
    if (status == ODD_OK) {
        oddi_scale_apply(&p->fitted, p->location, p->scale, z.x);
        status = plan->detector->fit(p->detector, &z, &judged, err);
    }
    for (size_t i = 0; status == ODD_OK && i < n; i++) {
        p->raw[p->sample[i]] = raw[i];
        p->score[p->sample[i]] = score[i];
    }
    p->alone = n == 0 || (status == ODD_OK && isnan(score[0]));
    free(raw);
    return status;
}

/* Rows [from, to), none of the sample, as new rows. */
static enum odd_status score_run(struct oddi_population *p, size_t from, size_t to, double *z,
                                 struct odd_error *err)
{
    size_t d = p->plan->d;
    struct oddi_matrix rows = {.x = p->x + from * d, .n = to - from, .d = d};

    oddi_scale_apply(&rows, p->location, p->scale, z);
    rows.x = z;
    rows.entity = p->entity + from;
    return p->plan->detector->score(p->detector, &rows, p->score + from, p->raw + from, err);
}

static enum odd_status score_rest(struct oddi_population *p, struct odd_error *err)
{
    size_t d = p->plan->d, next = 0;
    double *z;
    enum odd_status status = ODD_OK;

    if (p->n == p->n_sample)
        return ODD_OK;
    if (!p->plan->detector->score)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "%s cannot score rows beside its sample of %zu, as --against run needs",
                         p->plan->detector->name, ODDI_SAMPLE);
    z = oddi_malloc_array(1024 * d, sizeof *z);
    if (!z)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < p->n && status == ODD_OK;) {
        size_t stop = next < p->n_sample ? p->sample[next] : p->n, to = i + 1024 < stop ? i + 1024 : stop;

        if (i == stop) {
            i++;
            next++;
            continue;
        }
        status = score_run(p, i, to, z, err);
        i = to;
    }
    free(z);
    return status;
}

/* Whether a window has a row for each host and no other: the rows of one host (its services, its peers) are not as many
 * independent chances of a false alarm, nor are they alike. */
static bool of_hosts(const struct oddi_by *by)
{
    return by->n_keys == 1 && oddi_expr_type(by->keys[0]) == ODDI_EXPR_ADDR;
}

/* Sets at_once, and whether the detector must know of windows: one is a population like any other. */
static void count_at_once(struct oddi_population *p)
{
    size_t windows = 1;

    for (size_t i = 1; i < p->n; i++)
        windows += p->window[i] != p->window[i - 1];
    p->fitted.at_once = windows > 1 && of_hosts(p->plan->by) ? (p->n + windows - 1) / windows : 0;
    if (p->fitted.at_once == 1)
        p->fitted.at_once = 2; /* among one there is nothing to be rare among */
    p->at_once = p->fitted.at_once ? p->fitted.at_once : p->n_sample;
}

enum odd_status oddi_population_judge(struct oddi_population *p, struct odd_error *err)
{
    ODDI_TRY(draw(p, err));
    ODDI_TRY(make_sample(p, err));
    if (p->n == 0) {
        p->alone = true;
        return ODD_OK;
    }
    count_at_once(p);
    ODDI_TRY(fit(p, err));
    ODDI_TRY(score_rest(p, err));
    for (size_t i = 0; i < p->n; i++)
        p->surprise[i] = p->alone ? NAN : oddi_score_surprise(p->score[i], p->at_once);
    return ODD_OK;
}

bool oddi_population_odd(const struct oddi_population *p, size_t row)
{
    if (p->muted && p->muted[row])
        return false;
    return p->novel ? p->raw[row] <= oddi_population_limit(p, row) : p->alone || p->score[row] >= 75;
}

double oddi_population_limit(const struct oddi_population *p, size_t row)
{
    return p->ln_limit ? p->ln_limit[p->window[row]] : p->ln_fpr;
}

void oddi_population_moments(const struct oddi_population *p, size_t d, size_t from, size_t n,
                             double *moments)
{
    for (size_t j = 0; j < d; j++) {
        double mean = 0, square = 0;

        for (size_t i = 0; i < n; i++)
            mean += p->x[(from + i) * d + j];
        mean = n ? mean / (double)n : NAN;
        for (size_t i = 0; i < n; i++) {
            double off = p->x[(from + i) * d + j] - mean;

            square += off * off;
        }
        moments[j] = mean;
        moments[d + j] = n ? sqrt(square / (double)n) : NAN;
    }
}
