#include "write/record.h"

#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "flow/community_id.h"
#include "write/reason.h"
#include "write/trim.h"

/* ---- state ------------------------------------------------------------------------------------------------ */

/* The pointers, then the texts they point to. */
static bool make_keys(struct oddi_record *r, const struct oddi_buf *texts)
{
    size_t n = r->o->n_features;
    char *block = oddi_malloc_array(n * sizeof(char *) + texts->size, 1);
    char *text = block ? block + n * sizeof(char *) : NULL;

    if (!block)
        return false;
    r->keys = (char **)(void *)block;
    if (texts->size)
        memcpy(text, texts->data, texts->size);
    for (size_t j = 0; j < n; j++) {
        r->keys[j] = text;
        text += strlen(text) + 1;
    }
    return true;
}

enum odd_status oddi_record_open(void *state, const struct oddi_write_options *options, struct odd_error *err)
{
    struct oddi_record *r = state;
    struct oddi_buf texts;
    bool ok;

    *r = (struct oddi_record){.o = options};
    oddi_buf_init(&texts, 0);
    for (size_t j = 0; j < options->n_features; j++) {
        oddi_json_escape(&texts, options->features[j], strlen(options->features[j]));
        oddi_buf_char(&texts, '\0');
    }
    ok = oddi_buf_ok(&texts) && make_keys(r, &texts);
    oddi_buf_free(&texts);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

void oddi_record_close(void *state)
{
    struct oddi_record *r = state;

    free(r->keys);
    r->keys = NULL;
}

/* ---- members ---------------------------------------------------------------------------------------------- */

void oddi_record_key(struct oddi_json *j, const char *name)
{
    struct oddi_buf escaped;

    oddi_buf_init(&escaped, 0);
    oddi_json_escape(&escaped, name, strlen(name));
    oddi_json_key(j, oddi_buf_cstr(&escaped));
    if (!oddi_buf_ok(&escaped))
        j->out->failed = true;
    oddi_buf_free(&escaped);
}

void oddi_record_double(struct oddi_json *j, double v)
{
    oddi_json_exact(j, v);
}

void oddi_record_number(struct oddi_json *j, const char *key, double v)
{
    if (isnan(v))
        return;
    oddi_json_key(j, key);
    oddi_record_double(j, v);
}

void oddi_record_text(struct oddi_json *j, const char *key, const struct oddi_text *t)
{
    struct oddi_text text = oddi_trim(*t);

    if (!text.s)
        return;
    oddi_json_key(j, key);
    oddi_json_str(j, text.s, text.n);
}

void oddi_record_addr(struct oddi_json *j, const char *key, const struct oddi_addr *a)
{
    char text[ODDI_ADDR_TEXT_MAX];

    if (a->kind == ODDI_ADDR_NONE)
        return;
    oddi_json_key(j, key);
    oddi_json_str(j, text, oddi_format_addr(text, a));
}

void oddi_record_code(struct oddi_json *j, const char *key, uint32_t v)
{
    if (v == UINT32_MAX)
        return;
    oddi_json_key(j, key);
    oddi_json_u64(j, v);
}

void oddi_record_count(struct oddi_json *j, const char *key, double v)
{
    if (!(v >= 0 && v < 0x1p63))
        return;
    oddi_json_key(j, key);
    oddi_json_u64(j, (uint64_t)v);
}

void oddi_record_community_id(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f)
{
    char id[ODDI_COMMUNITY_ID_MAX];
    size_t n = oddi_community_id(id, f, r->o->community_seed);

    if (!n)
        return;
    oddi_json_key(j, "community_id");
    oddi_json_str(j, id, n);
}

void oddi_record_score(struct oddi_json *j, double score)
{
    if (isnan(score))
        return;
    oddi_json_key(j, "score");
    oddi_json_score(j, score);
}

void oddi_record_source(const struct oddi_record *r, struct oddi_json *j, const char *key, uint32_t source)
{
    if (r->o->n_sources < 2 || source >= r->o->n_sources)
        return;
    oddi_json_key(j, key);
    oddi_json_cstr(j, r->o->sources[source]);
}

void oddi_record_time(const struct oddi_record *r, struct oddi_json *j, const char *key, int64_t ts,
                      oddi_time_format format)
{
    char text[ODDI_TIME_TEXT_MAX];

    if (ts == ODDI_NO_TIME || ts == INT64_MAX)
        return;
    oddi_json_key(j, key);
    oddi_json_str(j, text, format(text, ts, r->o->zone));
}

int64_t oddi_record_flow_end(const struct oddi_flow *f)
{
    int64_t start = f->time[ODDI_TS_START], end;
    double ns = f->number[ODDI_DURATION] * (double)ODDI_SECOND;

    if (f->time[ODDI_TS_END] != ODDI_NO_TIME || start == ODDI_NO_TIME)
        return f->time[ODDI_TS_END];
    if (!(fabs(ns) < 0x1p62) || __builtin_add_overflow(start, (int64_t)nearbyint(ns), &end))
        return ODDI_NO_TIME;
    return end;
}

/* ---- features, windows, reasons --------------------------------------------------------------------------- */

void oddi_record_features(const struct oddi_record *r, struct oddi_json *j, const double *values)
{
    oddi_json_key(j, "features");
    oddi_json_begin_object(j);
    for (size_t k = 0; k < r->o->n_features; k++)
        oddi_record_number(j, r->keys[k], values[k]);
    oddi_json_end_object(j);
}

void oddi_record_preset(const struct oddi_record *r, struct oddi_json *j)
{
    if (!r->o->preset)
        return;
    oddi_json_key(j, "preset");
    oddi_json_cstr(j, r->o->preset);
}

void oddi_record_window(const struct oddi_record *r, struct oddi_json *j, const struct oddi_window_result *w)
{
    oddi_record_preset(r, j);
    oddi_json_key(j, "flows");
    oddi_json_u64(j, r->o->n_keys ? w->n_flows : w->n_rows);
    if (r->o->n_keys) {
        oddi_json_key(j, "entities");
        oddi_json_u64(j, w->n_rows);
    }
    oddi_json_key(j, "clusters");
    oddi_json_u64(j, w->n_clusters);
    oddi_json_key(j, "outliers");
    oddi_json_u64(j, w->n_outliers);
    if (w->alone) {
        oddi_json_key(j, "alone");
        oddi_json_bool(j, true);
    }
    if (w->eps_chosen)
        oddi_record_number(j, "eps", w->eps);
    oddi_json_key(j, "features");
    oddi_json_begin_object(j);
    for (size_t k = 0; k < r->o->n_features; k++) {
        oddi_json_key(j, r->keys[k]);
        oddi_json_begin_object(j);
        oddi_record_number(j, "mean", w->mean[k]);
        oddi_record_number(j, "std", w->std[k]);
        oddi_json_end_object(j);
    }
    oddi_json_end_object(j);
}

static void add_reason(const struct oddi_record *r, struct oddi_json *j, const struct oddi_reason *logged,
                       size_t k)
{
    const char *name = oddi_reason_feature(r->o, k);
    struct oddi_reason shown = oddi_reason_shown(r->o, logged, k);
    const struct oddi_reason *reason = &shown;

    oddi_json_begin_object(j);
    oddi_json_key(j, "feature");
    oddi_json_str(j, name, strlen(name));
    oddi_record_number(j, "value", reason->value);
    oddi_json_key(j, "expected");
    oddi_json_begin_array(j);
    oddi_record_double(j, reason->expected_low);
    oddi_record_double(j, reason->expected_high);
    oddi_json_end_array(j);
    oddi_record_number(j, "share", reason->share);
    oddi_record_number(j, "nearest", reason->nearest_value);
    oddi_record_number(j, "normal_at", reason->normal_at);
    oddi_json_end_object(j);
}

void oddi_record_sentence(const struct oddi_record *r, struct oddi_json *j, const char *key,
                          const struct oddi_write_row *row)
{
    struct oddi_buf raw;

    oddi_buf_init(&raw, 0);
    oddi_write_reason(&raw, r->o, row->window, row->verdict);
    oddi_json_key(j, key);
    oddi_json_str(j, raw.size ? raw.data : "", raw.size);
    if (!oddi_buf_ok(&raw))
        j->out->failed = true;
    oddi_buf_free(&raw);
}

static void add_nearest_row(const struct oddi_record *r, struct oddi_json *j, const struct oddi_verdict *v)
{
    oddi_record_source(r, j, "nearest_file", v->nearest_source);
    oddi_json_key(j, "nearest_row");
    oddi_json_u64(j, v->nearest_row);
}

static void add_keys(const struct oddi_record *r, struct oddi_json *j, const char *name,
                     const char *const *values)
{
    if (!values)
        return;
    oddi_json_key(j, name);
    oddi_json_begin_object(j);
    for (size_t k = 0; k < r->o->n_keys; k++) {
        oddi_record_key(j, r->o->keys[k]);
        oddi_json_cstr(j, values[k]);
    }
    oddi_json_end_object(j);
}

void oddi_record_entity(const struct oddi_record *r, struct oddi_json *j, const struct oddi_entity *e)
{
    add_keys(r, j, "entity", e->values);
    oddi_json_key(j, "flows");
    oddi_json_u64(j, e->flows);
}

void oddi_record_verdict(const struct oddi_record *r, struct oddi_json *j, const struct oddi_verdict *v)
{
    oddi_record_preset(r, j);
    if (v->kind != ODDI_NORMAL) {
        oddi_json_key(j, "kind");
        oddi_json_cstr(j, oddi_kind_name(v->kind));
    }
    oddi_record_score(j, v->score);
    oddi_json_key(j, "cluster");
    oddi_json_i64(j, v->cluster);
    if (v->entity) {
        oddi_record_entity(r, j, v->entity);
        return;
    }
    oddi_record_source(r, j, "file", v->source);
    oddi_json_key(j, "row");
    oddi_json_u64(j, v->row);
}

/* What is less than a double holds is 0: odder than anything is. */
static void add_novelty(struct oddi_json *j, const struct oddi_novelty *n)
{
    oddi_record_number(j, "p", exp(n->ln_p));
    if (n->extrapolated) {
        oddi_json_key(j, "extrapolated");
        oddi_json_bool(j, true);
    }
    oddi_json_key(j, "baseline");
    oddi_json_begin_object(j);
    oddi_json_key(j, "plan");
    oddi_json_cstr(j, n->plan);
    oddi_json_key(j, "scope");
    oddi_json_cstr(j, n->scope);
    oddi_json_key(j, "condition");
    oddi_json_cstr(j, n->condition);
    oddi_json_key(j, "rows");
    oddi_json_u64(j, n->rows);
    oddi_json_key(j, "hosts");
    oddi_json_u64(j, n->hosts);
    oddi_json_key(j, "days");
    oddi_json_u64(j, n->days);
    oddi_json_end_object(j);
}

void oddi_record_reasons(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row)
{
    const struct oddi_verdict *v = row->verdict;

    if (v->novelty)
        add_novelty(j, v->novelty);
    if (v->kind == ODDI_NORMAL)
        return;
    if (v->reasons && !row->window->alone) {
        if (v->entity)
            add_keys(r, j, "nearest", v->entity->nearest);
        else
            add_nearest_row(r, j, v);
        oddi_json_key(j, "reasons");
        oddi_json_begin_array(j);
        for (size_t k = 0; k < r->o->n_features; k++)
            add_reason(r, j, v->reasons + k, k);
        oddi_json_end_array(j);
    }
    oddi_record_sentence(r, j, "reason", row);
    if (v->entity && v->entity->command) {
        oddi_json_key(j, "command");
        oddi_json_cstr(j, v->entity->command);
    }
}

/* ---- nothing to do ---------------------------------------------------------------------------------------- */

void oddi_record_begin(const void *state, struct oddi_buf *out)
{
    (void)state;
    (void)out;
}

void oddi_record_window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    (void)state;
    (void)w;
    (void)out;
}

void oddi_record_end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out)
{
    (void)state;
    (void)ledger;
    (void)out;
}
