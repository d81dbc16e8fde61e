#include "write/write.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

struct csv {
    const struct oddi_write_options *o;
    size_t n_columns; /* of the input; 0: rows without text, the features stand for them */
};

/* RFC 4180, with the input's delimiter. */
static void add_field(struct oddi_buf *out, const char *s, size_t n, char delimiter)
{
    const char quoted[] = {'"', '\r', '\n', delimiter};
    bool plain = true;

    for (size_t k = 0; k < sizeof quoted && plain; k++)
        plain = !n || !memchr(s, quoted[k], n);
    if (plain) {
        oddi_buf_add(out, s, n);
        return;
    }
    oddi_buf_char(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            oddi_buf_char(out, '"');
        oddi_buf_char(out, s[i]);
    }
    oddi_buf_char(out, '"');
}

static size_t count_columns(const char *s, size_t n, char delimiter)
{
    bool quoted = false;
    size_t k = n > 0;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            quoted = !quoted;
        k += s[i] == delimiter && !quoted;
    }
    return k;
}

static enum odd_status csv_open(void *state, const struct oddi_write_options *options, struct odd_error *err)
{
    struct csv *c = state;

    (void)err;
    c->o = options;
    c->n_columns = count_columns(options->header, options->header_size, options->delimiter);
    return ODD_OK;
}

/* ---- windows only ----------------------------------------------------------------------------------------- */

static void add_windows_header(const struct oddi_write_options *o, struct oddi_buf *out)
{
    if (o->preset)
        oddi_buf_str(out, "preset,");
    oddi_buf_str(out, o->n_keys ? "window_start,flows,entities,clusters,outliers"
                                : "window_start,flows,clusters,outliers");
    for (size_t j = 0; j < o->n_features; j++) {
        static const char *const suffixes[] = {"_mean", "_std"};

        for (int k = 0; k < 2; k++) {
            struct oddi_buf name;

            oddi_buf_init(&name, 0);
            oddi_buf_str(&name, o->features[j]);
            oddi_buf_str(&name, suffixes[k]);
            oddi_buf_char(out, ',');
            add_field(out, name.data, name.size, ',');
            if (!oddi_buf_ok(&name))
                out->failed = true;
            oddi_buf_free(&name);
        }
    }
    oddi_buf_char(out, '\n');
}

static void add_number(struct oddi_buf *out, double v)
{
    char text[ODDI_NUM_MAX];

    if (!isnan(v))
        oddi_buf_add(out, text, oddi_format_double17(text, v));
}

static void csv_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct csv *)state)->o;
    const uint64_t counts[] = {w->n_flows, w->n_rows, w->n_clusters, w->n_outliers};
    char text[ODDI_TIME_TEXT_MAX + ODDI_NUM_MAX];

    if (!o->windows_only)
        return;
    if (o->preset) {
        oddi_buf_str(out, o->preset);
        oddi_buf_char(out, ',');
    }
    if (!o->no_window)
        oddi_buf_add(out, text, oddi_format_time(text, w->start, o->zone));
    for (int k = o->n_keys ? 0 : 1; k < 4; k++) {
        oddi_buf_char(out, ',');
        oddi_buf_add(out, text, oddi_format_u64(text, counts[k]));
    }
    for (size_t j = 0; j < o->n_features; j++) {
        oddi_buf_char(out, ',');
        add_number(out, w->mean[j]);
        oddi_buf_char(out, ',');
        add_number(out, w->std[j]);
    }
    oddi_buf_char(out, '\n');
}

/* ---- rows ------------------------------------------------------------------------------------------------- */

/* The columns of an entity: its keys, how many flows, its features. */
static void add_entity_header(const struct oddi_write_options *o, struct oddi_buf *out)
{
    for (size_t k = 0; k < o->n_keys; k++) {
        add_field(out, o->keys[k], strlen(o->keys[k]), o->delimiter);
        oddi_buf_char(out, o->delimiter);
    }
    oddi_buf_str(out, "flows");
    for (size_t j = 0; j < o->n_features; j++) {
        oddi_buf_char(out, o->delimiter);
        add_field(out, o->features[j], strlen(o->features[j]), o->delimiter);
    }
    for (size_t k = 0; k < 8; k++) {
        static const char *const ours[] = {"preset",  "window", "kind",  "score",
                                           "cluster", "p",      "scope", "reason"};

        if (((k == 5 || k == 6) && !o->novelty) || (k == 0 && !o->preset))
            continue;
        oddi_buf_char(out, o->delimiter);
        oddi_buf_str(out, ours[k]);
    }
    oddi_buf_char(out, '\n');
}

static void add_entity(const struct oddi_write_options *o, const struct oddi_write_row *row,
                       struct oddi_buf *out)
{
    const struct oddi_entity *e = row->verdict->entity;
    char text[ODDI_NUM_MAX];

    for (size_t k = 0; k < o->n_keys; k++) {
        add_field(out, e->values[k], strlen(e->values[k]), o->delimiter);
        oddi_buf_char(out, o->delimiter);
    }
    oddi_buf_add(out, text, oddi_format_u64(text, e->flows));
    oddi_buf_char(out, o->delimiter);
    for (size_t j = 0; j < o->n_features; j++) {
        add_number(out, row->values[j]);
        oddi_buf_char(out, o->delimiter);
    }
}

static void csv_begin(const void *state, struct oddi_buf *out)
{
    static const char *const ours[] = {"file", "row",   "preset",  "window",
                                       "kind", "score", "cluster", "reason"};
    const struct csv *c = state;
    const struct oddi_write_options *o = c->o;
    bool first = c->n_columns == 0 && o->n_features == 0;

    if (o->windows_only) {
        add_windows_header(o, out);
        return;
    }
    if (o->n_keys) {
        add_entity_header(o, out);
        return;
    }
    oddi_buf_add(out, o->header, o->header_size);
    for (size_t j = 0; c->n_columns == 0 && j < o->n_features; j++) {
        if (j)
            oddi_buf_char(out, o->delimiter);
        add_field(out, o->features[j], strlen(o->features[j]), o->delimiter);
    }
    for (size_t k = o->n_sources > 1 ? 0 : 1; k < sizeof ours / sizeof *ours; k++) {
        if (k == 2 && !o->preset)
            continue;
        if (!first)
            oddi_buf_char(out, o->delimiter);
        first = false;
        oddi_buf_str(out, ours[k]);
    }
    oddi_buf_char(out, '\n');
}

/* Rows without text in an output that has input columns get empty ones. */
static void add_input(const struct csv *c, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_write_options *o = c->o;

    if (c->n_columns == 0) {
        for (size_t j = 0; j < o->n_features; j++) {
            add_number(out, row->values[j]);
            oddi_buf_char(out, o->delimiter);
        }
        return;
    }
    if (row->text)
        oddi_buf_add(out, row->text, row->text_size);
    else
        for (size_t k = 1; k < c->n_columns; k++)
            oddi_buf_char(out, o->delimiter);
    oddi_buf_char(out, o->delimiter);
}

static size_t put_start(char *to, const struct oddi_write_options *o, const struct oddi_window_result *w)
{
    if (o->no_window)
        return 0;
    if (!w->start_text || w->start_size > ODDI_TIME_TEXT_MAX)
        return oddi_format_time(to, w->start, o->zone);
    memcpy(to, w->start_text, w->start_size);
    return w->start_size;
}

/* The columns from `row` to `cluster`, each with the delimiter that follows. */
static void add_verdict(const struct oddi_write_options *o, const struct oddi_write_row *row,
                        struct oddi_buf *out)
{
    const struct oddi_verdict *v = row->verdict;
    size_t named = o->preset ? strlen(o->preset) : 0;
    char *start = oddi_buf_reserve(out, 4 * ODDI_NUM_MAX + ODDI_TIME_TEXT_MAX + named), *p = start;

    if (!start)
        return;
    if (!v->entity) {
        p += oddi_format_u64(p, v->row);
        *p++ = o->delimiter;
    }
    if (named) {
        memcpy(p, o->preset, named);
        p += named;
        *p++ = o->delimiter;
    }
    p += put_start(p, o, row->window);
    *p++ = o->delimiter;
    if (v->kind != ODDI_NORMAL) {
        const char *kind = oddi_kind_name(v->kind);
        size_t n = strlen(kind);

        memcpy(p, kind, n);
        p += n;
    }
    *p++ = o->delimiter;
    if (!isnan(v->score))
        p += oddi_format_score(p, v->score);
    *p++ = o->delimiter;
    p += oddi_format_i64(p, v->cluster);
    *p++ = o->delimiter;
    out->size += (size_t)(p - start);
}

static void add_reason(const struct oddi_write_options *o, const struct oddi_write_row *row,
                       struct oddi_buf *out)
{
    struct oddi_buf raw;

    oddi_buf_init(&raw, 0);
    oddi_write_reason(&raw, o, row->window, row->verdict);
    add_field(out, raw.data, raw.size, o->delimiter);
    if (!oddi_buf_ok(&raw))
        out->failed = true;
    oddi_buf_free(&raw);
}

/* Empty for an outlier beside novelties (n == NULL). */
static void add_novelty(const struct oddi_write_options *o, const struct oddi_novelty *n,
                        struct oddi_buf *out)
{
    if (n)
        add_number(out, exp(n->ln_p));
    oddi_buf_char(out, o->delimiter);
    if (n)
        add_field(out, n->scope, strlen(n->scope), o->delimiter);
    oddi_buf_char(out, o->delimiter);
}

static void csv_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct csv *c = state;
    const struct oddi_write_options *o = c->o;

    if (o->windows_only)
        return;
    if (row->verdict->entity)
        add_entity(o, row, out);
    else
        add_input(c, row, out);
    if (o->n_sources > 1 && !row->verdict->entity) {
        const char *name = row->verdict->source < o->n_sources ? o->sources[row->verdict->source] : "";

        add_field(out, name, strlen(name), o->delimiter);
        oddi_buf_char(out, o->delimiter);
    }
    add_verdict(o, row, out);
    if (o->novelty)
        add_novelty(o, row->verdict->novelty, out);
    if (row->verdict->kind != ODDI_NORMAL)
        add_reason(o, row, out);
    oddi_buf_char(out, '\n');
}

static void csv_window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    (void)state;
    (void)w;
    (void)out;
}

static void csv_end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out)
{
    (void)state;
    (void)ledger;
    (void)out;
}

static void csv_close(void *state)
{
    (void)state;
}

const struct oddi_writer oddi_writer_csv = {
    .name = "csv",
    .summary = "the input's columns unchanged, then row, window, kind, score, cluster and reason",
    .details = "The delimiter is the input's. With --baseline the columns p and scope come before reason. "
               "With several inputs the column file comes before row. Fields "
               "are as read: for a "
               "spreadsheet, mind those that begin with = + - or @.",
    .caps = ODDI_WRITE_TEXT,
    .state_size = sizeof(struct csv),
    .open = csv_open,
    .begin = csv_begin,
    .window_begin = csv_window_begin,
    .row = csv_row,
    .window_end = csv_window_end,
    .end = csv_end,
    .close = csv_close,
};
