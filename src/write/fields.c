#include "write/write.h"

#include <math.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "flow/community_id.h"
#include "write/record.h"
#include "write/trim.h"

/* The output of --fields: the columns that the user chose, as csv or ndjson. */

enum what {
    FIELD,
    FEATURE,
    KEY,
    WINDOW,
    WINDOW_END,
    FILE_NAME,
    ROW,
    KIND,
    SCORE,
    CLUSTER,
    REASON,
    FLOWS,
    P,
    PLAN,
    PRESET,
    SCOPE,
    CONDITION,
    LEARNT_ROWS,
    LEARNT_HOSTS,
    LEARNT_DAYS,
    COMMAND,
    COMMUNITY
};

static const struct {
    const char *name;
    enum what what;
} ours[] = {
    {"window", WINDOW},
    {"window_end", WINDOW_END},
    {"file", FILE_NAME},
    {"row", ROW},
    {"kind", KIND},
    {"score", SCORE},
    {"cluster", CLUSTER},
    {"reason", REASON},
    {"flows", FLOWS},
    {"p", P},
    {"plan", PLAN},
    {"preset", PRESET},
    {"scope", SCOPE},
    {"community_id", COMMUNITY},
    {"condition", CONDITION},
    {"learnt_rows", LEARNT_ROWS},
    {"learnt_hosts", LEARNT_HOSTS},
    {"learnt_days", LEARNT_DAYS},
    {"command", COMMAND},
};

#define N_OURS (sizeof ours / sizeof *ours)

struct column {
    enum what what;
    size_t index;     /* of the feature, key or field */
    const char *name; /* canonical; the table's or the options' */
};

struct fields {
    struct oddi_record r; /* first: what the JSON helpers take */
    struct column *columns;
    size_t n;
};

/* ---- names --------------------------------------------------------------------------------------------------------- */

struct word {
    const char *s;
    size_t n;
};

/* The next name of a list; commas within brackets are part of one, as in quantile(bytes, 0.95). */
static struct word next_word(const char **list)
{
    struct word w = {*list, 0};
    int depth = 0;

    for (; w.s[w.n] && (w.s[w.n] != ',' || depth > 0); w.n++)
        depth += (w.s[w.n] == '(') - (w.s[w.n] == ')');
    *list = w.s[w.n] ? w.s + w.n + 1 : NULL;
    while (w.n && w.s[0] == ' ')
        w.s++, w.n--;
    while (w.n && w.s[w.n - 1] == ' ')
        w.n--;
    return w;
}

static bool is_word(struct word w, const char *name)
{
    return strlen(name) == w.n && !memcmp(name, w.s, w.n);
}

static bool find_text(struct word w, const char *const *names, size_t n, enum what what, struct column *out)
{
    for (size_t i = 0; i < n; i++)
        if (is_word(w, names[i])) {
            *out = (struct column){what, i, names[i]};
            return true;
        }
    return false;
}

static bool find_column(const struct oddi_write_options *o, struct word w, struct column *out)
{
    enum oddi_field id;

    for (size_t i = 0; i < N_OURS; i++)
        if (is_word(w, ours[i].name)) {
            *out = (struct column){ours[i].what, 0, ours[i].name};
            return true;
        }
    if (find_text(w, o->keys, o->n_keys, KEY, out))
        return true;
    id = oddi_field_find(w.s, w.n, NULL);
    if (id != ODDI_NO_FIELD && o->n_keys == 0) {
        *out = (struct column){FIELD, id, oddi_field_row(id)->name};
        return true;
    }
    return find_text(w, o->features, o->n_features, FEATURE, out);
}

static enum odd_status unknown(const struct oddi_write_options *o, struct word w, struct odd_error *err)
{
    const char *names[N_OURS + ODDI_N_FIELDS], *near;
    char typed[64];
    size_t n = 0;

    for (; n < N_OURS; n++)
        names[n] = ours[n].name;
    for (size_t i = 0; i < ODDI_N_FIELDS && o->n_keys == 0; i++)
        names[n++] = oddi_field_row((enum oddi_field)i)->name;
    w.n = w.n < sizeof typed ? w.n : sizeof typed - 1;
    memcpy(typed, w.s, w.n);
    typed[w.n] = 0;
    near = oddi_suggest(typed, names, n);
    return oddi_fail(err, ODD_ERR_USAGE, "--fields: there is no column '%s'%s%s%s", typed,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum odd_status add_column(struct fields *f, struct word w, struct odd_error *err)
{
    struct column c;

    if (!find_column(f->r.o, w, &c))
        return unknown(f->r.o, w, err);
    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->columns[i].name, c.name))
            return oddi_fail(err, ODD_ERR_USAGE, "--fields: '%s' is named twice", c.name);
    f->columns[f->n++] = c;
    return ODD_OK;
}

static void fields_close(void *state)
{
    struct fields *f = state;

    free(f->columns);
    f->columns = NULL;
    oddi_record_close(&f->r);
}

static enum odd_status fields_open(void *state, const struct oddi_write_options *options,
                                   struct odd_error *err)
{
    struct fields *f = state;
    const char *list = options->fields ? options->fields : "";
    enum odd_status status = ODD_OK;
    size_t most = 1;

    *f = (struct fields){0};
    for (const char *p = list; *p; p++)
        most += *p == ',';
    ODDI_TRY(oddi_record_open(&f->r, options, err));
    f->columns = oddi_calloc_array(most, sizeof *f->columns);
    if (!f->columns)
        status = oddi_fail_memory(err);
    while (status == ODD_OK && list && *list) {
        struct word w = next_word(&list);

        status = add_column(f, w, err);
    }
    if (status != ODD_OK)
        fields_close(f);
    return status;
}

/* ---- values -------------------------------------------------------------------------------------------------------- */

enum form { MISSING, NUMBER, TEXT };

static enum form put_number(struct oddi_buf *out, double v)
{
    struct oddi_json j;

    if (!isfinite(v))
        return MISSING;
    oddi_json_init(&j, out);
    oddi_record_double(&j, v);
    return NUMBER;
}

static enum form put_count(struct oddi_buf *out, uint64_t v)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64(text, v));
    return NUMBER;
}

static enum form put_text(struct oddi_buf *out, const char *s, size_t n)
{
    oddi_buf_add(out, s, n);
    return n ? TEXT : MISSING;
}

static enum form put_time(const struct fields *f, struct oddi_buf *out, int64_t ts)
{
    char text[ODDI_TIME_TEXT_MAX];

    if (ts == ODDI_NO_TIME || ts == INT64_MAX)
        return MISSING;
    return put_text(out, text, oddi_format_time(text, ts, f->r.o->zone));
}

static enum form put_proto(struct oddi_buf *out, const struct oddi_flow *flow)
{
    uint32_t code = flow->code[ODDI_PROTO];
    const char *name = oddi_proto_name(code);

    if (code == ODDI_PROTO_NONE)
        return MISSING;
    if (name)
        return put_text(out, name, strlen(name));
    if (flow->text[ODDI_PROTO].s)
        return put_text(out, flow->text[ODDI_PROTO].s, flow->text[ODDI_PROTO].n);
    return put_count(out, code);
}

static enum form put_field(const struct fields *f, struct oddi_buf *out, const struct oddi_flow *flow,
                           enum oddi_field id)
{
    char text[ODDI_ADDR_TEXT_MAX];
    struct oddi_text trimmed;

    switch (oddi_field_row(id)->type) {
    case ODDI_TYPE_TIME:
        return put_time(f, out, flow->time[id]);
    case ODDI_TYPE_NUMBER:
        return put_number(out, flow->number[id]);
    case ODDI_TYPE_PROTO:
        return put_proto(out, flow);
    case ODDI_TYPE_ADDR:
        return put_text(out, text, oddi_format_addr(text, &flow->addr[id]));
    case ODDI_TYPE_PORT:
        return flow->code[id] == UINT32_MAX ? MISSING : put_count(out, flow->code[id]);
    case ODDI_TYPE_TEXT:
        break;
    }
    trimmed = oddi_trim(flow->text[id]);
    return trimmed.s ? put_text(out, trimmed.s, trimmed.n) : MISSING;
}

static enum form put_community_id(const struct fields *f, struct oddi_buf *out, const struct oddi_flow *flow)
{
    char id[ODDI_COMMUNITY_ID_MAX];

    return put_text(out, id, oddi_community_id(id, flow, f->r.o->community_seed));
}

static enum form put_score(struct oddi_buf *out, double score)
{
    char text[ODDI_NUM_MAX];

    if (isnan(score))
        return MISSING;
    oddi_buf_add(out, text, oddi_format_score(text, score));
    return NUMBER;
}

static enum form put_ours(const struct fields *f, struct oddi_buf *out, const struct column *c,
                          const struct oddi_write_row *row)
{
    const struct oddi_write_options *o = f->r.o;
    const struct oddi_verdict *v = row->verdict;
    char text[ODDI_NUM_MAX];

    switch (c->what) {
    case WINDOW:
        return o->no_window ? MISSING : put_time(f, out, row->window->start);
    case WINDOW_END:
        return o->no_window ? MISSING : put_time(f, out, row->window->end);
    case FILE_NAME:
        return v->source < o->n_sources ? put_text(out, o->sources[v->source], strlen(o->sources[v->source]))
                                        : MISSING;
    case ROW:
        return v->entity ? MISSING : put_count(out, v->row);
    case KIND:
        return put_text(out, oddi_kind_name(v->kind), strlen(oddi_kind_name(v->kind)));
    case SCORE:
        return put_score(out, v->score);
    case CLUSTER:
        oddi_buf_add(out, text, oddi_format_i64(text, v->cluster));
        return NUMBER;
    case P:
        return v->novelty ? put_number(out, exp(v->novelty->ln_p)) : MISSING;
    case PLAN:
        return v->novelty ? put_text(out, v->novelty->plan, strlen(v->novelty->plan)) : MISSING;
    case PRESET:
        return o->preset ? put_text(out, o->preset, strlen(o->preset)) : MISSING;
    case SCOPE:
        return v->novelty ? put_text(out, v->novelty->scope, strlen(v->novelty->scope)) : MISSING;
    case CONDITION:
        return v->novelty ? put_text(out, v->novelty->condition, strlen(v->novelty->condition)) : MISSING;
    case LEARNT_ROWS:
        return v->novelty ? put_count(out, v->novelty->rows) : MISSING;
    case LEARNT_HOSTS:
        return v->novelty ? put_count(out, v->novelty->hosts) : MISSING;
    case LEARNT_DAYS:
        return v->novelty ? put_count(out, v->novelty->days) : MISSING;
    case COMMAND:
        return v->entity && v->entity->command ? put_text(out, v->entity->command, strlen(v->entity->command))
                                               : MISSING;
    case FLOWS:
        return put_count(out, v->entity ? v->entity->flows : 1);
    default:
        oddi_write_reason(out, o, row->window, v);
        return out->size ? TEXT : MISSING;
    }
}

static enum form put_value(const struct fields *f, struct oddi_buf *out, const struct column *c,
                           const struct oddi_write_row *row)
{
    const struct oddi_entity *e = row->verdict->entity;

    if (c->what == FIELD)
        return row->flow ? put_field(f, out, row->flow, (enum oddi_field)c->index) : MISSING;
    if (c->what == COMMUNITY)
        return row->flow ? put_community_id(f, out, row->flow) : MISSING;
    if (c->what == FEATURE)
        return put_number(out, row->values[c->index]);
    if (c->what == KEY)
        return e ? put_text(out, e->values[c->index], strlen(e->values[c->index])) : MISSING;
    return put_ours(f, out, c, row);
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

/* RFC 4180. */
static void add_cell(struct oddi_buf *out, const char *s, size_t n)
{
    bool quoted = n && (memchr(s, '"', n) || memchr(s, ',', n) || memchr(s, '\n', n) || memchr(s, '\r', n));

    if (quoted)
        oddi_buf_char(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (quoted && s[i] == '"')
            oddi_buf_char(out, '"');
        oddi_buf_char(out, s[i]);
    }
    if (quoted)
        oddi_buf_char(out, '"');
}

static void fields_begin(const void *state, struct oddi_buf *out)
{
    const struct fields *f = state;

    if (f->r.o->fields_json || !f->n)
        return;
    for (size_t i = 0; i < f->n; i++) {
        if (i)
            oddi_buf_char(out, ',');
        add_cell(out, f->columns[i].name, strlen(f->columns[i].name));
    }
    oddi_buf_char(out, '\n');
}

/* A member; nothing for what is missing. */
static void add_member(struct oddi_json *j, const struct column *c, enum form form,
                       const struct oddi_buf *value)
{
    if (form == MISSING)
        return;
    oddi_record_key(j, c->name);
    if (form == TEXT) {
        oddi_json_str(j, value->data, value->size);
        return;
    }
    oddi_buf_add(j->out, value->data, value->size);
    j->comma = true;
}

static void fields_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct fields *f = state;
    bool json = f->r.o->fields_json;
    struct oddi_buf value;
    struct oddi_json j;

    if (!f->n)
        return;
    oddi_buf_init(&value, 0);
    oddi_json_init(&j, out);
    if (json)
        oddi_json_begin_object(&j);
    for (size_t i = 0; i < f->n; i++) {
        enum form form;

        oddi_buf_clear(&value);
        form = put_value(f, &value, &f->columns[i], row);
        if (json) {
            add_member(&j, &f->columns[i], form, &value);
            continue;
        }
        if (i)
            oddi_buf_char(out, ',');
        add_cell(out, value.data, value.size);
    }
    if (json)
        oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
    if (!oddi_buf_ok(&value))
        out->failed = true;
    oddi_buf_free(&value);
}

const struct oddi_writer oddi_writer_fields = {
    .name = "fields",
    .summary = "the columns of --fields, as csv or ndjson",
    .details = "Chosen by --fields, never by name.",
    .caps = ODDI_WRITE_FLOW | ODDI_WRITE_COMMAND,
    .state_size = sizeof(struct fields),
    .open = fields_open,
    .begin = fields_begin,
    .window_begin = oddi_record_window_end,
    .row = fields_row,
    .window_end = oddi_record_window_end,
    .end = oddi_record_end,
    .close = fields_close,
};
