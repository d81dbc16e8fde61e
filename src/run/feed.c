#include "run/feed.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct oddi_feed {
    size_t d;
    const enum oddi_function *functions;
    const struct oddi_where *where;
    uint32_t *where_map;
    const struct oddi_lane *lanes;
    struct oddi_lane_bound *lane_bounds;
    size_t n_lanes;
    size_t n_bound; /* columns of the condition and the lanes, behind the d of the features */
    struct oddi_source *source;
    struct oddi_pool *pool;
    struct oddi_fed *slots;
    size_t n_slots, head, used;
    bool begun; /* its first block is used up */
    bool ended;
    enum odd_status end_status; /* ODD_END, or why reading stopped */
    struct odd_error end_error;
    uint64_t records, lines, bytes;
};

/* ---- Decoding, on any thread ------------------------------------------------------------------- */

static bool reserve_converted(struct oddi_fed *f, size_t d, size_t n)
{
    if (n <= f->converted_cap)
        return true;
    for (size_t j = 0; j < d; j++) {
        double *p = oddi_realloc_array(f->converted[j], n, sizeof *p);

        if (!p)
            return false;
        f->converted[j] = p;
    }
    f->converted_cap = n;
    return true;
}

/* Ports are decoded as codes; as features they are numbers. */
static enum odd_status convert_codes(struct oddi_fed *f, size_t d)
{
    for (size_t j = 0; j < d; j++) {
        const struct oddi_column *c = &f->batch.columns[j];

        if (c->recipe.type == ODDI_TYPE_NUMBER)
            continue;
        if (!reserve_converted(f, d, f->batch.n))
            return oddi_fail_memory(&f->error);
        for (size_t i = 0; i < f->batch.n; i++)
            f->converted[j][i] = c->u.code[i] == UINT32_MAX ? NAN : c->u.code[i];
    }
    return ODD_OK;
}

static void make_features(struct oddi_fed *f, const enum oddi_function *functions, size_t d)
{
    for (size_t j = 0; j < d; j++) {
        struct oddi_column *c = &f->batch.columns[j];
        double *x = c->recipe.type == ODDI_TYPE_NUMBER ? c->u.number : f->converted[j];

        oddi_function_apply(functions[j], x, f->batch.n);
        f->feature[j] = x;
    }
}

static bool reserve_kept(struct oddi_fed *f)
{
    if (f->batch.n <= f->kept_cap)
        return true;
    free(f->kept);
    f->kept = oddi_malloc_array(f->batch.n, sizeof *f->kept);
    f->kept_cap = f->kept ? f->batch.n : 0;
    return f->kept != NULL;
}

static void keep_rows(struct oddi_fed *f, size_t n, size_t d, bool features)
{
    struct oddi_batch *b = &f->batch;

    for (size_t i = 0; i < n; i++) {
        size_t from = f->kept[i];

        b->record[i] = b->record[from];
        b->off[i] = b->off[from];
        if (b->ts)
            b->ts[i] = b->ts[from];
    }
    for (size_t j = 0; features && j < d; j++) {
        double *x = (double *)f->feature[j]; /* ours: a column of the batch or a converted one */

        for (size_t i = 0; i < n; i++)
            x[i] = x[f->kept[i]];
    }
    f->filtered = b->n - n;
    b->n = n;
}

static enum odd_status apply_where(struct oddi_fed *f, const struct oddi_feed *feed, unsigned worker)
{
    size_t n;

    if (!reserve_kept(f))
        return oddi_fail_memory(&f->error);
    n = oddi_where_rows(feed->where, feed->where_map, worker, &f->batch, feed->d, f->block->block.data,
                        f->kept);
    if (n < f->batch.n)
        keep_rows(f, n, feed->d, feed->functions != NULL);
    return ODD_OK;
}

static void decode_job(struct oddi_job *job, unsigned worker)
{
    struct oddi_fed *f = (struct oddi_fed *)(void *)job;
    const struct oddi_feed *feed = f->feed;

    oddi_batch_reset(&f->batch);
    f->filtered = 0;
    f->status = oddi_source_decode(feed->source, &f->block->block, &f->batch, &f->error);
    if (f->status == ODD_OK && feed->functions)
        f->status = convert_codes(f, feed->d);
    if (f->status == ODD_OK && feed->functions)
        make_features(f, feed->functions, feed->d);
    if (f->status == ODD_OK && feed->where)
        f->status = apply_where(f, feed, worker);
    for (size_t l = 0; l < feed->n_lanes && f->status == ODD_OK; l++)
        f->status = oddi_lane_take(&feed->lanes[l], &feed->lane_bounds[l], worker, &f->batch, feed->d,
                                   f->block->block.data, &f->lanes[l], &f->error);
}

/* ---- The ring of blocks --------------------------------------------------------------------------- */

static enum odd_status init_slot(struct oddi_feed *feed, const struct oddi_recipe *recipes, bool has_ts,
                                 struct oddi_fed *f, struct odd_error *err)
{
    f->feed = feed;
    f->feature = oddi_calloc_array(feed->d + 1, sizeof *f->feature);
    f->converted = oddi_calloc_array(feed->d + 1, sizeof *f->converted);
    f->lanes = oddi_calloc_array(feed->n_lanes + 1, sizeof *f->lanes);
    if (!f->feature || !f->converted || !f->lanes)
        return oddi_fail_memory(err);
    return oddi_batch_init(&f->batch, recipes, feed->d + feed->n_bound, has_ts, err);
}

static enum odd_status bind(struct oddi_feed *feed, struct oddi_bound *bound, struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(feed->source);

    if (feed->where)
        ODDI_TRY(oddi_bound_add(bound, feed->where->program, schema, ODDI_END_SRC, &feed->where_map, err));
    feed->lane_bounds = oddi_calloc_array(feed->n_lanes + 1, sizeof *feed->lane_bounds);
    if (!feed->lane_bounds)
        return oddi_fail_memory(err);
    for (size_t l = 0; l < feed->n_lanes; l++)
        ODDI_TRY(oddi_lane_bind(&feed->lanes[l], bound, schema, &feed->lane_bounds[l], err));
    feed->n_bound = bound->n;
    return ODD_OK;
}

/* The recipes of the features, and behind them those of the condition and the lanes. */
static enum odd_status init_slots(struct oddi_feed *feed, const struct oddi_feed_config *config,
                                  struct odd_error *err)
{
    struct oddi_bound bound = {0};
    struct oddi_recipe *recipes = NULL;
    enum odd_status status = bind(feed, &bound, err);

    if (status == ODD_OK && !(recipes = oddi_calloc_array(feed->d + bound.n + 1, sizeof *recipes)))
        status = oddi_fail_memory(err);
    for (size_t i = 0; status == ODD_OK && i < feed->d; i++)
        recipes[i] = config->recipes[i];
    for (size_t i = 0; status == ODD_OK && i < bound.n; i++)
        recipes[feed->d + i] = bound.recipes[i];
    for (size_t i = 0; i < feed->n_slots && status == ODD_OK; i++)
        status = init_slot(feed, recipes, config->has_ts, &feed->slots[i], err);
    free(recipes);
    oddi_bound_clear(&bound);
    return status;
}

enum odd_status oddi_feed_new(const struct oddi_feed_config *config, struct oddi_source *source,
                              struct oddi_pool *pool, size_t depth, struct oddi_feed **out,
                              struct odd_error *err)
{
    struct oddi_feed *feed = oddi_calloc_array(1, sizeof *feed);
    enum odd_status status;

    if (feed)
        feed->slots = oddi_calloc_array(depth, sizeof *feed->slots);
    if (!feed || !feed->slots) {
        free(feed);
        oddi_source_close(source);
        return oddi_fail_memory(err);
    }
    feed->d = config->n;
    feed->functions = config->functions;
    feed->where = config->where;
    feed->lanes = config->lanes;
    feed->n_lanes = config->n_lanes;
    feed->source = source;
    feed->pool = pool;
    feed->n_slots = depth;
    feed->lines = oddi_source_header_lines(source);
    status = init_slots(feed, config, err);
    if (status != ODD_OK) {
        oddi_feed_free(feed);
        return status;
    }
    *out = feed;
    return ODD_OK;
}

void oddi_feed_drain(struct oddi_feed *feed)
{
    for (; feed->used > 0; feed->used--) {
        struct oddi_fed *f = &feed->slots[feed->head];

        if (!f->block->too_long)
            oddi_pool_finish(feed->pool, &f->job);
        oddi_source_release(feed->source, f->block);
        feed->head = (feed->head + 1) % feed->n_slots;
    }
    feed->ended = true;
    feed->end_status = ODD_END;
}

static void free_slots(struct oddi_feed *feed)
{
    for (size_t i = 0; i < feed->n_slots; i++) {
        struct oddi_fed *f = &feed->slots[i];

        for (size_t j = 0; f->converted && j < feed->d; j++)
            free(f->converted[j]);
        free(f->converted);
        free(f->feature);
        free(f->kept);
        for (size_t l = 0; f->lanes && l < feed->n_lanes; l++)
            oddi_lane_rows_clear(&f->lanes[l]);
        free(f->lanes);
        oddi_batch_clear(&f->batch);
    }
    free(feed->slots);
    feed->slots = NULL;
    feed->n_slots = 0;
}

void oddi_feed_free(struct oddi_feed *feed)
{
    if (!feed)
        return;
    free_slots(feed);
    free(feed->where_map);
    for (size_t l = 0; feed->lane_bounds && l < feed->n_lanes; l++)
        oddi_lane_unbind(&feed->lane_bounds[l]);
    free(feed->lane_bounds);
    oddi_source_close(feed->source);
    free(feed);
}

static void fill(struct oddi_feed *feed)
{
    /* An input whose time has not come holds one block, however many inputs there are. */
    while (!feed->ended && feed->used < (feed->begun ? feed->n_slots : 1)) {
        struct oddi_fed *f = &feed->slots[(feed->head + feed->used) % feed->n_slots];
        enum odd_status status;

        /* What is there comes first: a slow writer must not keep it back. */
        if (feed->used > 0 && oddi_source_waits(feed->source))
            return;
        status = oddi_source_next(feed->source, &f->block, &feed->end_error);

        if (status != ODD_OK) {
            feed->ended = true;
            feed->end_status = status;
            return;
        }
        f->cursor = 0;
        f->told = false;
        f->filtered = 0;
        f->status = ODD_OK;
        if (f->block->too_long) {
            oddi_batch_reset(&f->batch);
            for (size_t l = 0; l < feed->n_lanes; l++)
                f->lanes[l].n = f->lanes[l].filtered = f->lanes[l].cursor = 0;
        } else {
            f->job.run = decode_job;
            oddi_pool_submit(feed->pool, &f->job);
        }
        feed->used++;
    }
}

enum odd_status oddi_feed_head(struct oddi_feed *feed, struct oddi_fed **out, struct odd_error *err)
{
    struct oddi_fed *f;

    fill(feed);
    if (feed->used == 0) {
        free_slots(feed);
        if (feed->end_status != ODD_END && err)
            *err = feed->end_error;
        return feed->end_status;
    }
    f = &feed->slots[feed->head];
    if (!f->block->too_long)
        oddi_pool_finish(feed->pool, &f->job);
    if (f->status != ODD_OK && err)
        *err = f->error;
    *out = f;
    return f->status;
}

void oddi_feed_advance(struct oddi_feed *feed)
{
    struct oddi_fed *f = &feed->slots[feed->head];

    feed->records += f->block->too_long ? 1 : f->batch.n_records;
    feed->lines += f->block->too_long ? f->block->lines : f->batch.n_lines;
    feed->bytes += f->block->too_long ? f->block->skipped : f->block->block.size;
    oddi_source_release(feed->source, f->block);
    feed->head = (feed->head + 1) % feed->n_slots;
    feed->used--;
    feed->begun = true;
}

bool oddi_feed_waits(const struct oddi_feed *feed)
{
    return feed->used == 0 && !feed->ended && oddi_source_waits(feed->source);
}

struct oddi_source *oddi_feed_source(const struct oddi_feed *feed)
{
    return feed->source;
}

bool oddi_feed_reads(const struct oddi_feed *feed, uint32_t column)
{
    const struct oddi_batch *b = &feed->slots[0].batch;

    for (size_t i = 0; feed->slots && i < b->n_columns; i++) {
        const struct oddi_recipe *r = &b->columns[i].recipe;

        if (r->a == column ||
            ((r->how == ODDI_SUM || r->how == ODDI_DIFFERENCE || r->how == ODDI_ELAPSED) && r->b == column))
            return true;
    }
    return false;
}

uint64_t oddi_feed_records(const struct oddi_feed *feed)
{
    return feed->records;
}
uint64_t oddi_feed_lines(const struct oddi_feed *feed)
{
    return feed->lines;
}
uint64_t oddi_feed_bytes(const struct oddi_feed *feed)
{
    return feed->bytes;
}
