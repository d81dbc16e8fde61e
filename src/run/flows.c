/* odd_flows: the rows that a condition keeps, as they were read. */
#include "run/home.h"
#include "run/bad.h"

#include <string.h>

#include "base/mem.h"
#include "run/plan.h"

#define FLUSH_AT ((size_t)256 << 10)

struct flows {
    struct oddi_zone *zone;
    struct oddi_reader_options reader;
    const char **maps;
    char *map_text;
    const char *format;
    size_t block_size;
    unsigned threads;
    struct oddi_pool *pool;
    struct oddi_where where;
    struct oddi_net *home;
    size_t n_home;
    bool filtering, timed, strict, header;
    int64_t since, until;
    uint64_t left; /* flows that may still be written */

    odd_write_fn write;
    void *write_ctx;
    odd_bad_fn bad;
    void *bad_ctx;
    struct oddi_buf out, first_header;
    struct oddi_text_cache text;
    struct odd_ledger ledger;
};

/* ---- Output ------------------------------------------------------------------------------------------- */

static enum odd_status flush(struct flows *f, struct odd_error *err)
{
    int e;

    if (!oddi_buf_ok(&f->out))
        return oddi_fail_memory(err);
    e = f->out.size ? f->write(f->write_ctx, f->out.data, f->out.size) : 0;
    oddi_buf_clear(&f->out);
    return e ? oddi_fail_errno(err, NULL, "write the output", e) : ODD_OK;
}

static enum odd_status write_row(struct flows *f, const struct oddi_source *source, uint64_t offset,
                                 struct odd_error *err)
{
    struct oddi_block text;

    ODDI_TRY(oddi_source_text(source, offset, &f->text, &text, err));
    oddi_buf_add(&f->out, text.data, text.size);
    oddi_buf_char(&f->out, '\n');
    f->ledger.scored++;
    f->left--;
    return f->out.size >= FLUSH_AT ? flush(f, err) : ODD_OK;
}

/* The header of the first input, which those of the others must equal. */
static enum odd_status take_header(struct flows *f, const struct oddi_source *source, bool first,
                                   struct odd_error *err)
{
    size_t n = 0;
    char delimiter;
    const char *header = oddi_source_header(source, &n, &delimiter);

    if (!first) {
        if (n == f->first_header.size && memcmp(header, f->first_header.data, n) == 0)
            return ODD_OK;
        return oddi_fail_at(err, ODD_ERR_USAGE, oddi_source_name(source), ODD_NO_POSITION, ODD_NO_POSITION,
                            "its columns differ from those of the input before");
    }
    oddi_buf_add(&f->first_header, header, n);
    if (!oddi_buf_ok(&f->first_header))
        return oddi_fail_memory(err);
    if (f->header && n) {
        oddi_buf_add(&f->out, header, n);
        oddi_buf_char(&f->out, '\n');
    }
    return ODD_OK;
}

/* ---- Rows ------------------------------------------------------------------------------------------------ */

static enum odd_status tell(void *ctx, const struct odd_bad *bad, struct odd_error *err)
{
    struct flows *f = ctx;

    f->ledger.bad++;
    if (f->bad)
        f->bad(f->bad_ctx, bad);
    if (!f->strict)
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_FORMAT, bad->source, bad->line, bad->offset, "%s%s%s", bad->field,
                        bad->field[0] ? ": " : "", bad->reason);
}

static bool in_time(const struct flows *f, const struct oddi_batch *b, size_t i)
{
    return !f->timed || (b->ts[i] >= f->since && b->ts[i] < f->until);
}

/* Takes what follows the last row that --top wants out of the block: where it ends must not show. */
static void cut_block(const struct flows *f, struct oddi_fed *fed)
{
    struct oddi_batch *b = &fed->batch;
    uint64_t left = f->left;
    size_t n = 0;

    while (n < b->n && left > 0)
        left -= in_time(f, b, n++);
    if (left > 0 || fed->block->too_long)
        return;
    b->n = n;
    b->n_records = b->record[n - 1] + 1;
    while (b->n_bad > 0 && b->bad[b->n_bad - 1].record >= b->n_records)
        b->n_bad--;
    fed->filtered = b->n_records - b->n_bad - n;
}

static enum odd_status write_block(struct flows *f, const struct oddi_source *source,
                                   const struct oddi_fed *fed, struct odd_error *err)
{
    const struct oddi_batch *b = &fed->batch;

    f->ledger.read += oddi_fed_records(fed);
    f->ledger.bytes += oddi_fed_bytes(fed);
    f->ledger.filtered += fed->filtered;
    for (size_t i = 0; i < b->n; i++) {
        if (!in_time(f, b, i))
            f->ledger.filtered++;
        else
            ODDI_TRY(write_row(f, source, fed->block->block.offset + b->off[i], err));
    }
    return ODD_OK;
}

static enum odd_status write_blocks(struct flows *f, struct oddi_feed *feed, struct odd_error *err)
{
    struct oddi_fed *fed;
    enum odd_status status;

    while (f->left > 0 && (status = oddi_feed_head(feed, &fed, err)) == ODD_OK) {
        cut_block(f, fed);
        ODDI_TRY(oddi_tell_bad(feed, fed, tell, f, err));
        ODDI_TRY(write_block(f, oddi_feed_source(feed), fed, err));
        oddi_feed_advance(feed);
        if (oddi_feed_waits(feed))
            ODDI_TRY(flush(f, err));
    }
    return f->left == 0 || status == ODD_END ? ODD_OK : status;
}

static enum odd_status write_source(struct flows *f, struct oddi_source *source, bool first,
                                    struct odd_error *err)
{
    struct oddi_feed_config config = {.has_ts = f->timed, .where = f->filtering ? &f->where : NULL};
    struct oddi_feed *feed = NULL;
    enum odd_status status = take_header(f, source, first, err);

    if (status == ODD_OK && f->timed && oddi_source_schema(source)->recipes[ODDI_TS_START].how == ODDI_ABSENT)
        status = oddi_fail_at(err, ODD_ERR_USAGE, oddi_source_name(source), ODD_NO_POSITION, ODD_NO_POSITION,
                              "has no start time, which --since and --until need");
    if (status != ODD_OK) {
        oddi_source_close(source);
        return status;
    }
    ODDI_TRY(oddi_feed_new(&config, source, f->pool, f->threads == 1 ? 1 : 2 * f->threads, &feed, err));
    status = write_blocks(f, feed, err);
    oddi_feed_drain(feed);
    oddi_text_cache_clear(&f->text);
    oddi_feed_free(feed);
    return status;
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

static enum odd_status time_of(const odd_options *opt, const char *name, struct flows *f, int64_t *out,
                               struct odd_error *err)
{
    const char *text = oddi_options_value(opt, name)->text;

    if (!text)
        return ODD_OK;
    f->timed = true;
    if (oddi_parse_time(text, strlen(text), f->zone, out))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE, "--%s must be a time such as 2011-08-10T09:46:00Z, not '%s'", name,
                     text);
}

static enum odd_status prepare(struct flows *f, const odd_options *opt, struct odd_error *err)
{
    const char *where = oddi_options_value(opt, "where")->text;
    int64_t top = oddi_options_value(opt, "top")->i;

    f->format = oddi_options_value(opt, "format")->text;
    f->block_size = oddi_options_value(opt, "block-size")->u;
    f->threads = oddi_plan_threads(oddi_options_value(opt, "threads")->i);
    f->strict = oddi_options_value(opt, "strict")->flag;
    f->header = !oddi_options_value(opt, "no-header")->flag;
    f->left = top > 0 ? (uint64_t)top : UINT64_MAX;
    f->since = INT64_MIN;
    f->until = INT64_MAX;
    ODDI_TRY(oddi_plan_zone(oddi_options_value(opt, "tz")->text, &f->zone, err));
    ODDI_TRY(
        oddi_plan_maps(oddi_options_value(opt, "map")->text, &f->maps, &f->map_text, &f->reader.n_maps, err));
    f->reader.maps = f->maps;
    f->reader.zone = f->zone;
    f->reader.portable = oddi_options_value(opt, "portable")->flag;
    ODDI_TRY(time_of(opt, "since", f, &f->since, err));
    ODDI_TRY(time_of(opt, "until", f, &f->until, err));
    if (where) {
        struct oddi_where_options o = {.zone = f->zone, .threads = f->threads};
        const char *home = oddi_options_value(opt, "home")->text;

        if (home)
            ODDI_TRY(oddi_home_parse("home", home, &f->home, &f->n_home, err));
        o.home = f->home;
        o.n_home = f->n_home;
        ODDI_TRY(oddi_where_init(&f->where, where, &o, err));
        f->filtering = true;
    }
    return oddi_pool_new(f->threads, &f->pool, err);
}

static enum odd_status write_paths(struct flows *f, const char *const *paths, size_t n, struct odd_error *err)
{
    for (size_t i = 0; i < n && f->left > 0; i++) {
        struct oddi_input *in;
        struct oddi_source *source;

        ODDI_TRY(oddi_input_open(paths[i], &in, err));
        ODDI_TRY(oddi_source_open(in, f->format, f->block_size, &f->reader, &source, err));
        ODDI_TRY(write_source(f, source, i == 0, err));
    }
    return flush(f, err);
}

enum odd_status odd_flows(const odd_options *opt, const char *const *paths, size_t n_paths,
                          odd_write_fn write, void *ctx, odd_bad_fn fn, void *bad_ctx,
                          struct odd_ledger *ledger, struct odd_error *err)
{
    struct flows f = {.write = write, .write_ctx = ctx, .bad = fn, .bad_ctx = bad_ctx};
    enum odd_status status;

    oddi_buf_init(&f.out, 0);
    oddi_buf_init(&f.first_header, 0);
    status = prepare(&f, opt, err);
    if (status == ODD_OK)
        status = write_paths(&f, paths, n_paths, err);
    if (ledger)
        *ledger = f.ledger;
    oddi_pool_free(f.pool);
    if (f.filtering)
        oddi_where_clear(&f.where);
    oddi_text_cache_clear(&f.text);
    oddi_buf_free(&f.out);
    oddi_buf_free(&f.first_header);
    free(f.home);
    oddi_zone_free(f.zone);
    free(f.maps);
    free(f.map_text);
    return status;
}

enum odd_status odd_explain_filter(const char *text, char *out, size_t size, char *show, size_t show_size,
                                   struct odd_error *err)
{
    struct oddi_expr_options options = {.want = ODDI_WANT_CONDITION, .any_column = true, .flow_time = true};
    struct oddi_expr_error fault;
    struct oddi_expr *expr;
    enum odd_status status = oddi_expr_new(text, strlen(text), &options, &expr, &fault);
    const char *canonical;
    size_t n;

    if (status != ODD_OK) {
        if (show && show_size)
            oddi_expr_error_show(text, strlen(text), &fault, show, show_size);
        return oddi_expr_fail(err, status, text, strlen(text), &fault);
    }
    canonical = oddi_expr_text(expr);
    n = strlen(canonical);
    if (size) {
        n = n < size ? n : size - 1;
        memcpy(out, canonical, n);
        out[n] = '\0';
    }
    oddi_expr_free(expr);
    return ODD_OK;
}
