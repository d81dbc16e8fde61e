/* odd_baseline_show: what a baseline file holds, for people and as NDJSON. */
#include "run/baseline_load.h"

#include <string.h>

#include "base/mem.h"
#include "baseline/scope_alike.h"
#include "run/baseline_log.h"
#include "run/baseline_text.h"

struct show {
    const struct oddi_baseline *b;
    bool json, scopes, log;
    struct oddi_zone *zone; /* of the plans, which were learnt in one reading; NULL: UTC */
    struct oddi_buf out;
    struct oddi_alike *alike; /* of the plan that is shown */
    size_t n_alike;
};

/* ---- For people ---------------------------------------------------------------------------------------------------- */

static void put_support(struct show *s, const struct oddi_support *support)
{
    oddi_show_count(&s->out, support->rows, "row");
    oddi_buf_str(&s->out, " of ");
    oddi_show_count(&s->out, support->hosts, "host");
    oddi_buf_str(&s->out, " on ");
    oddi_show_count(&s->out, support->days, "day");
    oddi_buf_str(&s->out, ", ");
    oddi_show_time(&s->out, support->first, s->zone);
    oddi_buf_str(&s->out, " to ");
    oddi_show_time(&s->out, support->last, s->zone);
}

static void put_calibration(struct show *s, const struct oddi_model *m)
{
    oddi_buf_str(&s->out, "    ");
    if (m->cal.n_kept == 0) {
        oddi_buf_str(&s->out, "too few rows for a model of its own: judged by that of all traffic\n");
        return;
    }
    oddi_buf_str(&s->out, "calibrated by ");
    oddi_show_count(&s->out, m->cal.n, "row");
    oddi_buf_str(&s->out, ": p down to 1 in ");
    oddi_show_grouped(&s->out, m->cal.n + 1);
    oddi_buf_str(&s->out, ", extrapolated beyond\n");
}

static void text_plan(struct show *s, const struct oddi_base_plan *p)
{
    bool apart = s->out.size > 1 && s->out.data[s->out.size - 2] != '\n';

    oddi_buf_printf(&s->out, "%splan %s: ", apart ? "\n" : "", p->name);
    oddi_show_count(&s->out, p->rows, "row");
    oddi_buf_str(&s->out, " in ");
    oddi_show_count(&s->out, p->windows, "window");
    oddi_buf_str(&s->out, ", ");
    oddi_show_count(&s->out, oddi_base_scopes(p), "scope");
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

/* Whole days from the last row of a scope to the last window that was learnt from. */
static uint64_t age_of(const struct show *s, const struct oddi_model *m)
{
    return m->support.rows && s->b->last > m->support.last
               ? (uint64_t)(s->b->last - m->support.last) / (uint64_t)ODDI_DAY
               : 0;
}

/* Shares are of the sample that the scopes were found in. */
static void text_scope(struct show *s, const struct oddi_base_plan *p, uint32_t m, const char *words,
                       const char *condition)
{
    const struct oddi_model *model = &oddi_base_judges(p)[m];
    double share = oddi_base_judges(p)->support.rows
                       ? 100 * (double)model->support.rows / (double)oddi_base_judges(p)->support.rows
                       : 0;

    oddi_buf_printf(&s->out, "  %u  %s\n    %s\n    %.1f %%: ", m, words, condition, share);
    put_support(s, &model->support);
    oddi_buf_char(&s->out, '\n');
    put_calibration(s, model);
    if (age_of(s, model) > 0) {
        oddi_buf_str(&s->out, "    no rows in the last ");
        oddi_show_count(&s->out, age_of(s, model), "day");
        oddi_buf_char(&s->out, '\n');
    }
}

static void text_alike(struct show *s)
{
    for (size_t i = 0; i < s->n_alike; i++) {
        const struct oddi_alike *a = &s->alike[i];

        oddi_buf_printf(&s->out,
                        "  scopes %u and %u no longer differ: %.0f %% of the rows of %u have p <= 0.1 by the "
                        "model of %u, and %.0f %% the other way round\n",
                        a->a, a->b, 100 * a->share[0], a->a, a->b, 100 * a->share[1]);
    }
}

static void text_head(struct show *s)
{
    const struct oddi_baseline *b = s->b;

    oddi_buf_printf(&s->out, "written by oddflow %s\nlearnt ", b->program);
    oddi_show_time(&s->out, b->first, s->zone);
    oddi_buf_str(&s->out, " to ");
    oddi_show_time(&s->out, b->last, s->zone);
    oddi_buf_str(&s->out, " from ");
    oddi_show_count(&s->out, b->ledger.read, "flow");
    oddi_buf_str(&s->out, "\noptions: ");
    oddi_terminal_escape(&s->out, b->command, strlen(b->command));
    oddi_buf_char(&s->out, '\n');
    for (size_t i = 0; i < b->n_inputs; i++) {
        oddi_buf_str(&s->out, "input: ");
        oddi_terminal_escape(&s->out, b->inputs[i].name, strlen(b->inputs[i].name));
        oddi_buf_str(&s->out, ", ");
        oddi_show_count(&s->out, b->inputs[i].bytes, "byte");
        oddi_buf_printf(&s->out, ", CRC-32C %08x\n", b->inputs[i].crc);
    }
}

/* ---- As NDJSON ------------------------------------------------------------------------------------------------------- */

static void json_head(struct show *s)
{
    struct oddi_json j;

    oddi_json_init(&j, &s->out);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "program");
    oddi_json_cstr(&j, s->b->program);
    oddi_json_key(&j, "options");
    oddi_json_cstr(&j, s->b->command);
    oddi_json_member_time(&j, "first", s->b->first, s->zone);
    oddi_json_member_time(&j, "last", s->b->last, s->zone);
    oddi_json_member_count(&j, "flows", s->b->ledger.read);
    oddi_json_key(&j, "inputs");
    oddi_json_begin_array(&j);
    for (size_t i = 0; i < s->b->n_inputs; i++) {
        oddi_json_begin_object(&j);
        oddi_json_key(&j, "name");
        oddi_json_cstr(&j, s->b->inputs[i].name);
        oddi_json_member_count(&j, "bytes", s->b->inputs[i].bytes);
        oddi_json_member_count(&j, "crc32c", s->b->inputs[i].crc);
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
    oddi_json_member_count(&j, "rows", p->rows);
    oddi_json_member_count(&j, "windows", p->windows);
    oddi_json_member_count(&j, "scopes", oddi_base_scopes(p));
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

static void json_alike(const struct show *s, uint32_t m, struct oddi_json *j)
{
    oddi_json_key(j, "alike");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < s->n_alike; i++)
        if (s->alike[i].a == m || s->alike[i].b == m)
            oddi_json_u64(j, s->alike[i].a == m ? s->alike[i].b : s->alike[i].a);
    oddi_json_end_array(j);
}

static void json_scope(struct show *s, const struct oddi_base_plan *p, uint32_t m, const char *words,
                       const char *condition)
{
    const struct oddi_model *model = &oddi_base_judges(p)[m];
    struct oddi_json j;

    oddi_json_init(&j, &s->out);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "plan");
    oddi_json_cstr(&j, p->name);
    oddi_json_member_count(&j, "scope", m);
    oddi_json_key(&j, "words");
    oddi_json_cstr(&j, words);
    oddi_json_key(&j, "condition");
    oddi_json_cstr(&j, condition);
    oddi_json_member_count(&j, "rows", model->support.rows);
    oddi_json_member_count(&j, "hosts", model->support.hosts);
    oddi_json_member_count(&j, "days", model->support.days);
    oddi_json_member_time(&j, "first", model->support.first, s->zone);
    oddi_json_member_time(&j, "last", model->support.last, s->zone);
    oddi_json_member_count(&j, "calibrated", model->cal.n);
    oddi_json_key(&j, "coverage");
    oddi_json_double(&j,
                     oddi_base_judges(p)->support.rows
                         ? (double)model->support.rows / (double)oddi_base_judges(p)->support.rows
                         : 0,
                     6);
    oddi_json_member_count(&j, "age_days", age_of(s, model));
    json_alike(s, m, &j);
    oddi_json_end_object(&j);
    oddi_buf_char(&s->out, '\n');
}

/* ---- The whole ------------------------------------------------------------------------------------------------------- */

static enum odd_status put_scopes(struct show *s, const struct oddi_base_plan *p, struct odd_error *err)
{
    struct oddi_buf words, condition;
    bool ok = true;

    ODDI_TRY(oddi_scopes_alike(p, oddi_base_judges(p), &s->alike, &s->n_alike, err));
    oddi_buf_init(&words, 0);
    oddi_buf_init(&condition, 0);
    for (uint32_t m = oddi_base_first_scope(p); m < p->tree.n_models && ok; m++) {
        oddi_base_scope_text(p, m, &words, &condition);
        (s->json ? json_scope : text_scope)(s, p, m, oddi_buf_cstr(&words), oddi_buf_cstr(&condition));
        ok = oddi_buf_ok(&words) && oddi_buf_ok(&condition);
    }
    if (!s->json)
        text_alike(s);
    free(s->alike);
    s->alike = NULL;
    oddi_buf_free(&words);
    oddi_buf_free(&condition);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status put_all(struct show *s, struct odd_error *err)
{
    if (s->log)
        oddi_baseline_put_log(s->b, s->json, s->zone, &s->out);
    else if (!s->scopes)
        (s->json ? json_head : text_head)(s);
    else
        oddi_baseline_put_accepted(s->b, s->json, s->zone, &s->out);
    for (size_t i = 0; i < s->b->n_plans && !s->log; i++) {
        if (!s->scopes || !s->json)
            (s->json ? json_plan : text_plan)(s, &s->b->plans[i]);
        if (s->scopes)
            ODDI_TRY(put_scopes(s, &s->b->plans[i], err));
    }
    return oddi_buf_ok(&s->out) ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status show(struct show *s, odd_write_fn write, void *ctx, struct odd_error *err)
{
    int e;

    ODDI_TRY(oddi_base_zone(s->b, &s->zone, err));
    ODDI_TRY(put_all(s, err));
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
