/* odd_baseline_show: what a baseline file holds, for people and as NDJSON. */
#include "run/baseline_load.h"

#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "baseline/scope_text.h"
#include "run/baseline_log.h"
#include "run/plan.h"

struct show {
    const struct oddi_baseline *b;
    bool json, scopes, log;
    struct oddi_zone *zone; /* of the plans, which were learnt in one reading; NULL: UTC */
    struct oddi_buf out;
};

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static bool is_of_type(const char *text, size_t n, enum oddi_expr_type type)
{
    const struct oddi_expr_options o = {.want = ODDI_WANT_KEY, .any_column = true};
    struct oddi_expr_error fault;
    struct oddi_expr *e;
    bool is;

    if (oddi_expr_new(text, n, &o, &e, &fault) != ODD_OK)
        return false;
    is = oddi_expr_type(e) == type;
    oddi_expr_free(e);
    return is;
}

/* The plan's key of a type, as it was written; `other` if it has none. */
static const char *key_name(const struct oddi_base_plan *p, enum oddi_expr_type type, const char *other,
                            char name[128])
{
    const char *text = oddi_base_option(p, "by");
    size_t n = text ? strlen(text) : 0;

    for (size_t from = 0, end; from < n; from = end + 1) {
        while (text[from] == ' ')
            from++;
        end = from + oddi_expr_item_end(text + from, n - from);
        if (end - from >= 128 || !is_of_type(text + from, end - from, type))
            continue;
        memcpy(name, text + from, end - from);
        name[end - from] = '\0';
        return name;
    }
    return other;
}

/* Those that judge: with memory and one or two days of training the models without it. */
static const struct oddi_model *models_of(const struct oddi_base_plan *p)
{
    return p->blind && p->model[0].cal.n_kept == 0 ? p->blind : p->model;
}

static void scope_text(const struct oddi_base_plan *p, uint32_t m, struct oddi_buf *words,
                       struct oddi_buf *condition)
{
    char addr[128], service[128];
    const struct oddi_scope_names names = {key_name(p, ODDI_EXPR_ADDR, "src_ip", addr),
                                           key_name(p, ODDI_EXPR_SERVICE, "service", service)};

    oddi_buf_clear(words);
    oddi_buf_clear(condition);
    oddi_scope_words(&p->tree, m, p->key, p->n_sample, words);
    oddi_scope_expression(&p->tree, m, &names, condition);
}

/* ---- For people ---------------------------------------------------------------------------------------------------- */

static void put_grouped(struct oddi_buf *out, uint64_t n)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
}

static void put_count(struct oddi_buf *out, uint64_t n, const char *what)
{
    put_grouped(out, n);
    oddi_buf_printf(out, " %s%s", what, n == 1 ? "" : "s");
}

static void put_time(const struct show *s, struct oddi_buf *out, int64_t t)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_buf_add(out, text, oddi_format_time_plain(text, t, s->zone));
}

static void put_support(struct show *s, const struct oddi_support *support)
{
    put_count(&s->out, support->rows, "row");
    oddi_buf_str(&s->out, " of ");
    put_count(&s->out, support->hosts, "host");
    oddi_buf_str(&s->out, " on ");
    put_count(&s->out, support->days, "day");
    oddi_buf_str(&s->out, ", ");
    put_time(s, &s->out, support->first);
    oddi_buf_str(&s->out, " to ");
    put_time(s, &s->out, support->last);
}

static void put_calibration(struct show *s, const struct oddi_model *m)
{
    oddi_buf_str(&s->out, "    ");
    if (m->cal.n_kept == 0) {
        oddi_buf_str(&s->out, "too few rows for a model of its own: judged by that of all traffic\n");
        return;
    }
    oddi_buf_str(&s->out, "calibrated by ");
    put_count(&s->out, m->cal.n, "row");
    oddi_buf_str(&s->out, ": p down to 1 in ");
    put_grouped(&s->out, m->cal.n + 1);
    oddi_buf_str(&s->out, ", extrapolated beyond\n");
}

static void text_plan(struct show *s, const struct oddi_base_plan *p)
{
    bool apart = s->out.size > 1 && s->out.data[s->out.size - 2] != '\n';

    oddi_buf_printf(&s->out, "%splan %s: ", apart ? "\n" : "", p->name);
    put_count(&s->out, p->rows, "row");
    oddi_buf_str(&s->out, " in ");
    put_count(&s->out, p->windows, "window");
    oddi_buf_str(&s->out, ", ");
    put_count(&s->out, p->tree.n_models > 1 ? p->tree.n_models - 1 : 1, "scope");
    oddi_buf_char(&s->out, '\n');
    for (size_t i = 0; !s->scopes && i < p->n_options; i++) {
        oddi_buf_printf(&s->out, "  %s = ", p->options[i].name);
        oddi_terminal_escape(&s->out, p->options[i].value, strlen(p->options[i].value));
        oddi_buf_char(&s->out, '\n');
    }
    for (size_t i = 0; !s->scopes && p->dims && i < p->dims->n; i++) {
        oddi_buf_printf(&s->out, "  scope-dim = %s = ", p->dims->dim[i].name);
        oddi_terminal_escape(&s->out, p->dims->dim[i].expression, strlen(p->dims->dim[i].expression));
        oddi_buf_char(&s->out, '\n');
    }
    for (size_t i = 0; !s->scopes && p->tree.calendar && i < p->tree.calendar->n; i++) {
        const char *name = p->tree.calendar->event[i].name;

        oddi_buf_str(&s->out, *name ? "  event = " : "  calendar = ");
        name = *name ? name : p->tree.calendar->file;
        oddi_terminal_escape(&s->out, name, strlen(name));
        oddi_buf_char(&s->out, '\n');
    }
}

/* Shares are of the sample that the scopes were found in. */
static void text_scope(struct show *s, const struct oddi_base_plan *p, uint32_t m, const char *words,
                       const char *condition)
{
    const struct oddi_model *model = &models_of(p)[m];
    double share = models_of(p)->support.rows
                       ? 100 * (double)model->support.rows / (double)models_of(p)->support.rows
                       : 0;

    oddi_buf_printf(&s->out, "  %u  %s\n    %s\n    %.1f %%: ", m, words, condition, share);
    put_support(s, &model->support);
    oddi_buf_char(&s->out, '\n');
    put_calibration(s, model);
}

static void text_head(struct show *s)
{
    const struct oddi_baseline *b = s->b;

    oddi_buf_printf(&s->out, "written by oddflow %s\nlearnt ", b->program);
    put_time(s, &s->out, b->first);
    oddi_buf_str(&s->out, " to ");
    put_time(s, &s->out, b->last);
    oddi_buf_str(&s->out, " from ");
    put_count(&s->out, b->ledger.read, "flow");
    oddi_buf_str(&s->out, "\noptions: ");
    oddi_terminal_escape(&s->out, b->command, strlen(b->command));
    oddi_buf_char(&s->out, '\n');
    for (size_t i = 0; i < b->n_inputs; i++) {
        oddi_buf_str(&s->out, "input: ");
        oddi_terminal_escape(&s->out, b->inputs[i].name, strlen(b->inputs[i].name));
        oddi_buf_str(&s->out, ", ");
        put_count(&s->out, b->inputs[i].bytes, "byte");
        oddi_buf_printf(&s->out, ", CRC-32C %08x\n", b->inputs[i].crc);
    }
}

/* ---- As NDJSON ------------------------------------------------------------------------------------------------------- */

static void json_time(struct show *s, struct oddi_json *j, const char *key, int64_t t)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_json_key(j, key);
    oddi_json_str(j, text, oddi_format_time(text, t, s->zone));
}

static void json_count(struct oddi_json *j, const char *key, uint64_t n)
{
    oddi_json_key(j, key);
    oddi_json_u64(j, n);
}

static void json_head(struct show *s)
{
    struct oddi_json j;

    oddi_json_init(&j, &s->out);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "program");
    oddi_json_cstr(&j, s->b->program);
    oddi_json_key(&j, "options");
    oddi_json_cstr(&j, s->b->command);
    json_time(s, &j, "first", s->b->first);
    json_time(s, &j, "last", s->b->last);
    json_count(&j, "flows", s->b->ledger.read);
    oddi_json_key(&j, "inputs");
    oddi_json_begin_array(&j);
    for (size_t i = 0; i < s->b->n_inputs; i++) {
        oddi_json_begin_object(&j);
        oddi_json_key(&j, "name");
        oddi_json_cstr(&j, s->b->inputs[i].name);
        json_count(&j, "bytes", s->b->inputs[i].bytes);
        json_count(&j, "crc32c", s->b->inputs[i].crc);
        oddi_json_end_object(&j);
    }
    oddi_json_end_array(&j);
    oddi_json_end_object(&j);
    oddi_buf_char(&s->out, '\n');
}

static void json_plan(struct show *s, const struct oddi_base_plan *p)
{
    struct oddi_json j;

    oddi_json_init(&j, &s->out);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "plan");
    oddi_json_cstr(&j, p->name);
    json_count(&j, "rows", p->rows);
    json_count(&j, "windows", p->windows);
    json_count(&j, "scopes", p->tree.n_models > 1 ? p->tree.n_models - 1 : 1);
    oddi_json_key(&j, "options");
    oddi_json_begin_array(&j);
    for (size_t i = 0; i < p->n_options; i++) {
        oddi_json_begin_array(&j);
        oddi_json_cstr(&j, p->options[i].name);
        oddi_json_cstr(&j, p->options[i].value);
        oddi_json_end_array(&j);
    }
    oddi_json_end_array(&j);
    oddi_json_end_object(&j);
    oddi_buf_char(&s->out, '\n');
}

static void json_scope(struct show *s, const struct oddi_base_plan *p, uint32_t m, const char *words,
                       const char *condition)
{
    const struct oddi_model *model = &models_of(p)[m];
    struct oddi_json j;

    oddi_json_init(&j, &s->out);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "plan");
    oddi_json_cstr(&j, p->name);
    json_count(&j, "scope", m);
    oddi_json_key(&j, "words");
    oddi_json_cstr(&j, words);
    oddi_json_key(&j, "condition");
    oddi_json_cstr(&j, condition);
    json_count(&j, "rows", model->support.rows);
    json_count(&j, "hosts", model->support.hosts);
    json_count(&j, "days", model->support.days);
    json_time(s, &j, "first", model->support.first);
    json_time(s, &j, "last", model->support.last);
    json_count(&j, "calibrated", model->cal.n);
    oddi_json_end_object(&j);
    oddi_buf_char(&s->out, '\n');
}

/* ---- The whole ------------------------------------------------------------------------------------------------------- */

static bool put_scopes(struct show *s, const struct oddi_base_plan *p)
{
    struct oddi_buf words, condition;
    bool ok = true;

    oddi_buf_init(&words, 0);
    oddi_buf_init(&condition, 0);
    for (uint32_t m = p->tree.n_models > 1; m < p->tree.n_models && ok; m++) {
        scope_text(p, m, &words, &condition);
        (s->json ? json_scope : text_scope)(s, p, m, oddi_buf_cstr(&words), oddi_buf_cstr(&condition));
        ok = oddi_buf_ok(&words) && oddi_buf_ok(&condition);
    }
    oddi_buf_free(&words);
    oddi_buf_free(&condition);
    return ok;
}

static bool put_all(struct show *s)
{
    bool ok = true;

    if (s->log) {
        oddi_baseline_put_log(s->b, s->json, s->zone, &s->out);
        return oddi_buf_ok(&s->out);
    }
    if (!s->scopes)
        (s->json ? json_head : text_head)(s);
    else
        oddi_baseline_put_accepted(s->b, s->json, s->zone, &s->out);
    for (size_t i = 0; i < s->b->n_plans && ok; i++) {
        if (!s->scopes || !s->json)
            (s->json ? json_plan : text_plan)(s, &s->b->plans[i]);
        if (s->scopes)
            ok = put_scopes(s, &s->b->plans[i]);
    }
    return ok && oddi_buf_ok(&s->out);
}

static enum odd_status show(struct show *s, odd_write_fn write, void *ctx, struct odd_error *err)
{
    const char *tz = oddi_base_option(&s->b->plans[0], "tz");
    int e;

    if (tz)
        ODDI_TRY(oddi_plan_zone(tz, &s->zone, err));
    if (!put_all(s))
        return oddi_fail_memory(err);
    e = write(ctx, s->out.data, s->out.size);
    return e ? oddi_fail_errno(err, NULL, "write the output", e) : ODD_OK;
}

enum odd_status odd_baseline_show(const char *path, const char *what, int json, odd_write_fn write, void *ctx,
                                  struct odd_error *err)
{
    struct oddi_baseline b;
    struct show s = {
        .b = &b, .json = json != 0, .scopes = strcmp(what, "scopes") == 0, .log = strcmp(what, "log") == 0};
    enum odd_status status;

    if (!s.scopes && !s.log && strcmp(what, "show") != 0)
        return oddi_fail(err, ODD_ERR_USAGE, "of a baseline 'show', 'scopes' or 'log' can be seen, not '%s'",
                         what);
    ODDI_TRY(oddi_baseline_load(&b, path, err));
    oddi_buf_init(&s.out, 0);
    status = show(&s, write, ctx, err);
    oddi_zone_free(s.zone);
    oddi_buf_free(&s.out);
    oddi_baseline_clear(&b);
    return status;
}
