/* odd_check: every field of every record decoded, nothing judged. */
#include "run/bad.h"

#include <string.h>

#include "base/mem.h"
#include "run/plan.h"

struct check {
    struct oddi_zone *zone;
    struct oddi_reader_options reader;
    const char **maps;
    char *map_text;
    struct oddi_pool *pool;
    struct oddi_feed *feed;
    odd_bad_fn fn;
    void *ctx;
    bool strict, has_ts;
    struct odd_check_report *report;
};

static enum odd_status tell(void *ctx, const struct odd_bad *bad, struct odd_error *err)
{
    struct check *c = ctx;

    c->report->bad++;
    if (c->fn)
        c->fn(c->ctx, bad);
    if (!c->strict)
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_FORMAT, bad->source, bad->line, bad->offset, "%s%s%s", bad->field,
                        bad->field[0] ? ": " : "", bad->reason);
}

/* Every field that the input has, as its own type. The start time once, as what a row cannot do without. */
static enum odd_status start_feed(struct check *c, struct oddi_source *source, unsigned threads,
                                  struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(source);
    struct oddi_recipe recipes[ODDI_N_FIELDS];
    struct oddi_feed_config config = {.recipes = recipes};

    for (size_t i = 0; i < ODDI_N_FIELDS; i++)
        if (schema->recipes[i].how == ODDI_COLUMN && i != ODDI_TS_START)
            recipes[config.n++] = schema->recipes[i];
    config.has_ts = c->has_ts = schema->recipes[ODDI_TS_START].how != ODDI_ABSENT;
    return oddi_feed_new(&config, source, c->pool, threads == 1 ? 1 : 2 * threads, &c->feed, err);
}

static enum odd_status open_check(struct check *c, const odd_options *opt, const char *path,
                                  struct odd_error *err)
{
    unsigned threads = oddi_plan_threads(oddi_options_value(opt, "threads")->i);
    const char *format = oddi_options_value(opt, "format")->text;
    struct oddi_input *in;
    struct oddi_source *source;

    c->strict = oddi_options_value(opt, "strict")->flag;
    ODDI_TRY(oddi_plan_zone(oddi_options_value(opt, "tz")->text, &c->zone, err));
    ODDI_TRY(
        oddi_plan_maps(oddi_options_value(opt, "map")->text, &c->maps, &c->map_text, &c->reader.n_maps, err));
    c->reader.maps = c->maps;
    c->reader.zone = c->zone;
    c->reader.portable = oddi_options_value(opt, "portable")->flag;
    ODDI_TRY(oddi_pool_new(threads, &c->pool, err));
    ODDI_TRY(oddi_input_open(path, &in, err));
    ODDI_TRY(
        oddi_source_open(in, format, oddi_options_value(opt, "block-size")->u, &c->reader, &source, err));
    strncpy(c->report->format, oddi_source_reader(source)->name, sizeof c->report->format - 1);
    return start_feed(c, source, threads, err);
}

static void see_times(struct check *c, const struct oddi_batch *b)
{
    for (size_t i = 0; c->has_ts && i < b->n; i++) {
        if (b->ts[i] < c->report->first)
            c->report->first = b->ts[i];
        if (b->ts[i] > c->report->last)
            c->report->last = b->ts[i];
    }
}

static enum odd_status run_check(struct check *c, struct odd_error *err)
{
    const char *name = oddi_source_name(oddi_feed_source(c->feed));
    struct oddi_fed *fed;
    enum odd_status status;

    while ((status = oddi_feed_head(c->feed, &fed, err)) == ODD_OK) {
        c->report->read += oddi_fed_records(fed);
        c->report->bytes = fed->block->block.offset + oddi_fed_bytes(fed); /* the header included */
        ODDI_TRY(oddi_tell_bad(c->feed, fed, tell, c, err));
        see_times(c, &fed->batch);
        oddi_feed_advance(c->feed);
    }
    if (status != ODD_END)
        return status;
    return c->report->read > c->report->bad ? ODD_OK : oddi_no_good_record(name, c->report->read, NULL, err);
}

enum odd_status odd_check(const odd_options *opt, const char *path, odd_bad_fn fn, void *ctx,
                          struct odd_check_report *report, struct odd_error *err)
{
    struct check c = {.fn = fn, .ctx = ctx, .report = report};
    enum odd_status status;

    if (report->struct_size < sizeof *report)
        return oddi_fail(err, ODD_ERR_USAGE, "report->struct_size is not set");
    *report =
        (struct odd_check_report){.struct_size = report->struct_size, .first = INT64_MAX, .last = INT64_MIN};
    status = open_check(&c, opt, path, err);
    if (status == ODD_OK)
        status = run_check(&c, err);
    if (c.feed)
        oddi_feed_drain(c.feed);
    oddi_feed_free(c.feed);
    oddi_pool_free(c.pool);
    oddi_zone_free(c.zone);
    free(c.maps);
    free(c.map_text);
    return status;
}
