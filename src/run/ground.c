#include "run/ground.h"

#include <string.h>

#include "base/mem.h"
#include "run/bad.h"
#include "run/entity.h"

/* The lanes of the pass: rows that are there, the two conditions, then one a kind of host. */
enum { PRESENT, POSITIVE, NEGATIVE, CONDITIONS };
#define MAX_LANES 16

struct pass {
    struct oddi_ground *t;
    struct oddi_by *any; /* a key that every row has */
    struct oddi_where positive, negative;
    struct oddi_pool *pool;
    struct oddi_lane lane[MAX_LANES];
    int role[MAX_LANES]; /* PRESENT ..., or CONDITIONS + kind */
    size_t n_lanes;
    struct oddi_entity_decoder *decoder; /* by kind */
    struct oddi_text_cache cache;
    uint32_t source;
    size_t n_sources;
    struct odd_error *err;
};

/* ---- Kinds of hosts ---------------------------------------------------------------------------------------------- */

enum odd_status oddi_ground_add_kind(struct oddi_ground *t, const char *key, size_t *kind,
                                     struct odd_error *err)
{
    struct oddi_ground_kind *kinds;

    for (*kind = 0; *kind < t->n_kinds; (*kind)++)
        if (strcmp(t->kinds[*kind].key, key) == 0)
            return ODD_OK;
    if (t->n_kinds + CONDITIONS >= MAX_LANES)
        return oddi_fail(err, ODD_ERR_LIMIT, "the configurations speak of too many kinds of hosts");
    kinds = oddi_realloc_array(t->kinds, t->n_kinds + 1, sizeof *kinds);
    if (!kinds)
        return oddi_fail_memory(err);
    t->kinds = kinds;
    kinds[t->n_kinds] = (struct oddi_ground_kind){.key = strdup(key)};
    return kinds[t->n_kinds++].key ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status key_new(const struct oddi_ground *t, const char *key, struct oddi_by **out,
                               struct odd_error *err)
{
    struct oddi_by_options o = {.by = key,
                                .list = "count()", /* which reads nothing */
                                .zone = t->plan->zone,
                                .home = t->plan->home,
                                .n_home = t->plan->n_home,
                                .threads = t->plan->threads};

    return oddi_by_new(&o, out, err);
}

static void add_lane(struct pass *p, int role, const struct oddi_by *by, const struct oddi_where *where)
{
    p->lane[p->n_lanes] = (struct oddi_lane){by, where, NULL};
    p->role[p->n_lanes++] = role;
}

static enum odd_status make_lanes(struct pass *p)
{
    struct oddi_ground *t = p->t;
    const struct oddi_where *mine = t->plan->where_text ? &t->plan->where : NULL;
    struct oddi_where_options o = {t->plan->zone, t->plan->home, t->plan->n_home, t->plan->threads};

    ODDI_TRY(key_new(t, "ts_start", &p->any, p->err));
    add_lane(p, PRESENT, p->any, mine);
    if (!t->labels) {
        ODDI_TRY(oddi_where_init(&p->positive, t->positive, &o, p->err));
        add_lane(p, POSITIVE, p->any, &p->positive);
        if (t->negative) {
            ODDI_TRY(oddi_where_init(&p->negative, t->negative, &o, p->err));
            add_lane(p, NEGATIVE, p->any, &p->negative);
        }
    }
    for (size_t k = 0; k < t->n_kinds; k++) {
        ODDI_TRY(key_new(t, t->kinds[k].key, &t->kinds[k].by, p->err));
        if (!t->kinds[k].absent)
            add_lane(p, CONDITIONS + (int)k, t->kinds[k].by, mine);
    }
    p->decoder = oddi_calloc_array(t->n_kinds + 1, sizeof *p->decoder);
    return p->decoder ? ODD_OK : oddi_fail_memory(p->err);
}

/* ---- Records ------------------------------------------------------------------------------------------------------- */

static enum odd_status add_records(struct pass *p, size_t n)
{
    struct oddi_ground *t = p->t;
    size_t room = t->max_records - t->n, take = n < room ? n : room;

    t->refused += n - take;
    if (!oddi_grow(&t->label, &t->cap_label, t->n + take, sizeof *t->label) ||
        !oddi_grow(&t->ts, &t->cap_ts, t->n + take, sizeof *t->ts))
        return oddi_fail_memory(p->err);
    memset(t->label + t->n, ODDI_GROUND_ABSENT, take);
    for (size_t k = 0; k < t->n_kinds; k++) {
        struct oddi_ground_kind *kind = &t->kinds[k];

        if (!oddi_grow(&kind->host, &kind->cap, t->n + take, sizeof *kind->host))
            return oddi_fail_memory(p->err);
        memset(kind->host + t->n, 0xff, take * sizeof *kind->host);
    }
    t->n += take;
    return ODD_OK;
}

/* A host that is new gets its name from the record at hand. */
static enum odd_status host_of(struct pass *p, const struct oddi_source *source, size_t k, uint64_t key,
                               uint64_t offset, uint32_t *host)
{
    struct oddi_ground *t = p->t;
    const struct oddi_by *by = t->kinds[k].by;
    char value[ODDI_ENTITY_VALUE_MAX];
    struct oddi_block text;
    size_t known = t->ids.n;

    *host = ODDI_NO_HOST;
    if (key == 0)
        return ODD_OK;
    if (!oddi_ids_add(&t->ids, key, host))
        return oddi_fail_memory(p->err);
    if (t->ids.n == known)
        return ODD_OK;
    if (!oddi_grow(&t->name_at, &t->cap_names, t->ids.n, sizeof *t->name_at))
        return oddi_fail_memory(p->err);
    ODDI_TRY(oddi_source_text(source, offset, &p->cache, &text, p->err));
    ODDI_TRY(
        oddi_entity_values(&p->decoder[k], by, source, p->source, p->n_sources, &text, key, value, p->err));
    t->name_at[*host] = t->names.size;
    oddi_buf_add(&t->names, value, strlen(value) + 1);
    return oddi_buf_ok(&t->names) ? ODD_OK : oddi_fail_memory(p->err);
}

static enum odd_status take_hosts(struct pass *p, const struct oddi_source *source,
                                  const struct oddi_fed *fed, const struct oddi_lane_rows *rows, size_t k,
                                  size_t base)
{
    struct oddi_ground *t = p->t;

    for (size_t i = 0; i < rows->n && base + rows->record[i] < t->n; i++)
        ODDI_TRY(host_of(p, source, k, rows->column[0][i], fed->block->block.offset + rows->off[i],
                         &t->kinds[k].host[base + rows->record[i]]));
    return ODD_OK;
}

static void take_present(struct oddi_ground *t, const struct oddi_lane_rows *rows, size_t base)
{
    for (size_t i = 0; i < rows->n && base + rows->record[i] < t->n; i++) {
        size_t r = base + rows->record[i];

        t->ts[r] = rows->ts[i];
        if (rows->ts[i] >= t->plan->windows.since && rows->ts[i] < t->plan->windows.until)
            t->label[r] = t->labels || t->negative ? ODDI_LABEL_IGNORE : ODDI_LABEL_NEGATIVE;
    }
}

/* Positive beats negative. */
static void take_label(struct oddi_ground *t, const struct oddi_lane_rows *rows, size_t base, uint8_t label)
{
    for (size_t i = 0; i < rows->n && base + rows->record[i] < t->n; i++) {
        uint8_t *old = &t->label[base + rows->record[i]];

        if (*old != ODDI_GROUND_ABSENT && *old < label)
            *old = label;
    }
}

/* The names of addresses in the labels file are those of sources. */
static void take_labels_file(struct oddi_ground *t, size_t base)
{
    for (size_t r = base; t->labels && r < t->n; r++) {
        uint32_t host = t->kinds[0].host[r];

        if (t->label[r] != ODDI_GROUND_ABSENT)
            t->label[r] = oddi_labels_find(t->labels, host == ODDI_NO_HOST ? 0 : t->ids.key[host], t->ts[r]);
    }
}

static enum odd_status take_block(struct pass *p, const struct oddi_feed *feed, const struct oddi_fed *fed)
{
    struct oddi_ground *t = p->t;
    size_t base = t->n;

    ODDI_TRY(add_records(p, oddi_fed_records(fed)));
    for (size_t l = 0; l < p->n_lanes; l++) {
        const struct oddi_lane_rows *rows = &fed->lanes[l];

        if (p->role[l] == PRESENT)
            take_present(t, rows, base);
        else if (p->role[l] < CONDITIONS)
            take_label(t, rows, base, p->role[l] == POSITIVE ? ODDI_LABEL_POSITIVE : ODDI_LABEL_NEGATIVE);
        else
            ODDI_TRY(
                take_hosts(p, oddi_feed_source(feed), fed, rows, (size_t)(p->role[l] - CONDITIONS), base));
    }
    take_labels_file(t, base);
    return ODD_OK;
}

static enum odd_status take_source(struct pass *p, struct oddi_source *source)
{
    struct oddi_feed_config config = {.has_ts = true, .lanes = p->lane, .n_lanes = p->n_lanes};
    struct oddi_feed *feed;
    struct oddi_fed *fed;
    enum odd_status status;

    ODDI_TRY(oddi_feed_new(&config, source, p->pool, p->t->plan->threads == 1 ? 1 : 2 * p->t->plan->threads,
                           &feed, p->err));
    while ((status = oddi_feed_head(feed, &fed, p->err)) == ODD_OK) {
        status = take_block(p, feed, fed);
        oddi_feed_advance(feed);
        if (status != ODD_OK)
            break;
    }
    oddi_feed_drain(feed);
    oddi_text_cache_clear(&p->cache);
    oddi_feed_free(feed);
    return status == ODD_END ? ODD_OK : status;
}

/* ---- What is hidden -------------------------------------------------------------------------------------------------- */

static void hide_needs(const struct oddi_where *w, const struct oddi_schema *schema, bool *hidden)
{
    const struct oddi_expr_need *needs;
    size_t n = w->program ? oddi_program_needs(w->program, &needs) : 0;

    for (size_t i = 0; i < n; i++) {
        struct oddi_recipe recipe;

        /* Fields other than the label are what detectors live on; a column that is no field was made for this. */
        if (needs[i].field == ODDI_NO_FIELD &&
            oddi_schema_resolve(schema, needs[i].name, &recipe, NULL, NULL) == ODD_OK)
            hidden[recipe.a] = true;
    }
}

static enum odd_status hide(struct pass *p, size_t s, const struct oddi_schema *schema)
{
    struct oddi_ground *t = p->t;

    t->n_columns[s] = schema->n_columns;
    t->hidden[s] = oddi_calloc_array(schema->n_columns + 1, sizeof **t->hidden);
    if (!t->hidden[s])
        return oddi_fail_memory(p->err);
    for (size_t c = 0; c < schema->n_columns; c++)
        t->hidden[s][c] = schema->fields[c] == ODDI_LABEL;
    if (schema->recipes[ODDI_LABEL].how != ODDI_ABSENT)
        t->hidden[s][schema->recipes[ODDI_LABEL].a] = true;
    hide_needs(&p->positive, schema, t->hidden[s]);
    hide_needs(&p->negative, schema, t->hidden[s]);
    return ODD_OK;
}

enum odd_status oddi_ground_check(const struct oddi_ground *t, size_t source, const struct oddi_feed *feed,
                                  const char *config, struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(oddi_feed_source(feed));

    for (size_t c = 0; c < t->n_columns[source]; c++)
        if (t->hidden[source][c] && oddi_feed_reads(feed, (uint32_t)c))
            return oddi_fail(err, ODD_ERR_USAGE,
                             "%s reads the column '%s', which says what is true: a detector that sees the "
                             "answer cannot be measured by it",
                             config, schema->names[c]);
    return ODD_OK;
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

struct at {
    int64_t ts;
    size_t record;
};

static int by_time(const void *pa, const void *pb)
{
    const struct at *a = pa, *b = pb;

    if (a->ts != b->ts)
        return a->ts < b->ts ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}

/* The order of present records, unless it is that of their numbers. */
static enum odd_status make_order(struct oddi_ground *t, struct odd_error *err)
{
    struct at *all;
    int64_t last = INT64_MIN;
    bool sorted = true;

    for (size_t i = 0; i < t->n; i++) {
        if (t->label[i] == ODDI_GROUND_ABSENT)
            t->ts[i] = last; /* bad ones have none */
        sorted = sorted && t->ts[i] >= last;
        last = t->ts[i];
    }
    if (sorted)
        return ODD_OK;
    all = oddi_malloc_array(t->n, sizeof *all);
    t->order = oddi_malloc_array(t->n, sizeof *t->order);
    if (!all || !t->order) {
        free(all);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < t->n; i++)
        all[i] = (struct at){t->ts[i], i};
    qsort(all, t->n, sizeof *all, by_time);
    for (size_t i = 0; i < t->n; i++)
        t->order[i] = (uint32_t)all[i].record;
    free(all);
    return ODD_OK;
}

static void count(struct oddi_ground *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->label[i] != ODDI_GROUND_ABSENT) {
            t->flows++;
            t->count[t->label[i]]++;
        }
}

static enum odd_status prepare(struct pass *p, struct oddi_source **sources, size_t n)
{
    struct oddi_ground *t = p->t;

    oddi_buf_init(&t->names, 0);
    t->n_sources = n;
    t->first = oddi_calloc_array(n + 1, sizeof *t->first);
    t->hidden = oddi_calloc_array(n, sizeof *t->hidden);
    t->n_columns = oddi_calloc_array(n, sizeof *t->n_columns);
    if (!t->first || !t->hidden || !t->n_columns)
        return oddi_fail_memory(p->err);
    for (size_t s = 0; s < n && t->n_kinds > 0; s++)
        if (oddi_source_schema(sources[s])->recipes[ODDI_SRC_IP].how == ODDI_ABSENT)
            t->kinds[0].absent = true;
    if (t->labels && t->kinds[0].absent)
        return oddi_fail(p->err, ODD_ERR_USAGE, "--labels names source addresses, which the input lacks");
    ODDI_TRY(make_lanes(p));
    for (size_t s = 0; s < n; s++)
        ODDI_TRY(hide(p, s, oddi_source_schema(sources[s])));
    return oddi_pool_new(t->plan->threads, &p->pool, p->err);
}

enum odd_status oddi_ground_read(struct oddi_ground *t, struct oddi_source **sources, size_t n,
                                 struct odd_error *err)
{
    struct pass p = {.t = t, .n_sources = n, .err = err};
    enum odd_status status = prepare(&p, sources, n);

    for (size_t s = 0; s < n; s++) {
        struct oddi_source *source = sources[s];

        sources[s] = NULL;
        p.source = (uint32_t)s;
        if (status == ODD_OK)
            status = take_source(&p, source);
        else
            oddi_source_close(source);
        if (status == ODD_OK)
            t->first[s + 1] = t->n;
    }
    oddi_pool_free(p.pool);
    for (size_t k = 0; p.decoder && k < t->n_kinds; k++)
        oddi_entity_decoder_clear(&p.decoder[k]);
    free(p.decoder);
    oddi_where_clear(&p.positive);
    oddi_where_clear(&p.negative);
    oddi_by_free(p.any);
    if (status == ODD_OK)
        status = make_order(t, err);
    if (status == ODD_OK)
        count(t);
    return status;
}

const char *oddi_ground_name(const struct oddi_ground *t, uint32_t host)
{
    return t->names.data + t->name_at[host];
}

void oddi_ground_clear(struct oddi_ground *t)
{
    for (size_t k = 0; k < t->n_kinds; k++) {
        free(t->kinds[k].key);
        free(t->kinds[k].host);
        oddi_by_free(t->kinds[k].by);
    }
    for (size_t s = 0; t->hidden && s < t->n_sources; s++)
        free(t->hidden[s]);
    free(t->kinds);
    free(t->hidden);
    free(t->n_columns);
    free(t->first);
    free(t->label);
    free(t->ts);
    free(t->order);
    free(t->name_at);
    oddi_ids_free(&t->ids);
    oddi_buf_free(&t->names);
    memset(t, 0, sizeof *t);
}
