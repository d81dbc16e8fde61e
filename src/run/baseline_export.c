/* odd_baseline_export: all that a baseline holds of its plans and scopes, as NDJSON (docs/schemas/baseline.schema.json). */
#include "run/baseline_load.h"

#include <math.h>
#include <string.h>

#include "run/baseline_bind.h"
#include "run/baseline_text.h"

struct export
{
    const char *path;
    struct oddi_baseline base;
    struct oddi_zone *zone;
    struct oddi_buf out, words, condition;
    odd_write_fn write;
    void *ctx;
    struct odd_error *err;
};

/* Objects leave one by one: a baseline may hold thousands of numbers a scope. */
static enum odd_status put_line(struct export *x)
{
    int e = 0;

    oddi_buf_char(&x->out, '\n');
    if (!oddi_buf_ok(&x->out) || !oddi_buf_ok(&x->words) || !oddi_buf_ok(&x->condition))
        return oddi_fail_memory(x->err);
    e = x->write(x->ctx, x->out.data, x->out.size);
    oddi_buf_clear(&x->out);
    return e ? oddi_fail_errno(x->err, NULL, "write the output", e) : ODD_OK;
}

static void begin(struct export *x, struct oddi_json *j, const char *type, const char *plan)
{
    oddi_json_init(j, &x->out);
    oddi_json_begin_object(j);
    oddi_json_member_text(j, "type", type);
    if (plan)
        oddi_json_member_text(j, "plan", plan);
}

/* ---- The file --------------------------------------------------------------------------------------------------------- */

static void put_ledger(struct oddi_json *j, const struct odd_ledger *l)
{
    oddi_json_key(j, "ledger");
    oddi_json_begin_object(j);
    oddi_json_member_count(j, "read", l->read);
    oddi_json_member_count(j, "learnt_from", l->scored);
    oddi_json_member_count(j, "late", l->late);
    oddi_json_member_count(j, "bad", l->bad);
    oddi_json_member_count(j, "filtered", l->filtered);
    oddi_json_member_count(j, "missing", l->missing);
    oddi_json_member_count(j, "thin", l->thin);
    oddi_json_member_count(j, "shed", l->shed);
    oddi_json_end_object(j);
}

static void put_inputs(struct oddi_json *j, const struct oddi_baseline *b)
{
    oddi_json_key(j, "inputs");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < b->n_inputs; i++) {
        oddi_json_begin_object(j);
        oddi_json_member_text(j, "name", b->inputs[i].name);
        oddi_json_member_count(j, "bytes", b->inputs[i].bytes);
        oddi_json_member_count(j, "crc32c", b->inputs[i].crc);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static enum odd_status put_head(struct export *x)
{
    const struct oddi_baseline *b = &x->base;
    struct oddi_json j;

    begin(x, &j, "baseline", NULL);
    oddi_json_member_text(&j, "program", b->program);
    oddi_json_member_text(&j, "options", b->command);
    oddi_json_member_number(&j, "kappa", b->kappa);
    oddi_json_member_time(&j, "first", b->first, x->zone);
    oddi_json_member_time(&j, "last", b->last, x->zone);
    oddi_json_member_number(&j, "units_a_day", b->stage.per_day);
    put_ledger(&j, &b->ledger);
    put_inputs(&j, b);
    oddi_json_end_object(&j);
    return put_line(x);
}

/* ---- Plans -------------------------------------------------------------------------------------------------------------- */

static void put_options(struct oddi_json *j, const struct oddi_base_plan *p)
{
    oddi_json_key(j, "options");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < p->n_options; i++) {
        oddi_json_begin_array(j);
        oddi_json_cstr(j, p->options[i].name);
        oddi_json_cstr(j, p->options[i].value);
        oddi_json_end_array(j);
    }
    oddi_json_end_array(j);
}

static void put_features(struct oddi_json *j, const struct oddi_by *by, size_t d)
{
    oddi_json_key(j, "features");
    oddi_json_begin_array(j);
    for (size_t f = 0; f < d; f++) {
        oddi_json_begin_object(j);
        oddi_json_member_text(j, "name", by->features[f].name);
        oddi_json_member_text(j, "expression", oddi_expr_text(by->features[f].expr));
        oddi_json_member_text(j, "words", by->features[f].phrase);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static enum odd_status put_plan(struct export *x, const struct oddi_base_plan *p, const struct oddi_by *by)
{
    struct oddi_json j;

    begin(x, &j, "plan", p->name);
    oddi_json_member_count(&j, "rows", p->rows);
    oddi_json_member_count(&j, "windows", p->windows);
    oddi_json_member_count(&j, "scopes", oddi_base_scopes(p));
    oddi_json_member_count(&j, "examples", p->n_sample);
    put_options(&j, p);
    put_features(&j, by, p->d);
    oddi_json_end_object(&j);
    return put_line(x);
}

static enum odd_status put_known(struct export *x, const struct oddi_base_plan *p, const char *what,
                                 const struct oddi_known *k)
{
    struct oddi_json j;
    uint64_t twice = 0;

    for (size_t i = 0; i < k->n; i++)
        twice += k->key[i] & 1;
    begin(x, &j, "memory", p->name);
    oddi_json_member_text(&j, "of", what);
    oddi_json_member_count(&j, "things", k->n);
    oddi_json_member_count(&j, "on_two_days", twice);
    oddi_json_end_object(&j);
    return put_line(x);
}

static enum odd_status put_memory(struct export *x, const struct oddi_base_plan *p)
{
    for (size_t i = 0; i < p->memory.n_kinds; i++)
        ODDI_TRY(put_known(x, p, p->memory.text[i], &p->memory.kinds[i]));
    return p->memory.n_kinds ? put_known(x, p, "hosts", &p->memory.hosts) : ODD_OK;
}

/* ---- Scopes --------------------------------------------------------------------------------------------------------------- */

static void put_calibration(struct oddi_json *j, const struct oddi_calibration *c)
{
    oddi_json_key(j, "calibration");
    if (c->n_kept == 0) {
        oddi_json_null(j);
        return;
    }
    oddi_json_begin_object(j);
    oddi_json_member_count(j, "n", c->n);
    oddi_json_member_number(j, "tail_from", c->u);
    oddi_json_member_number(j, "tail_shape", c->xi);
    oddi_json_member_number(j, "tail_scale", c->sigma);
    oddi_json_key(j, "score");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < c->n_kept; i++)
        oddi_json_exact(j, c->score[i]);
    oddi_json_end_array(j);
    oddi_json_key(j, "greater");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < c->n_kept; i++)
        oddi_json_u64(j, c->greater[i]);
    oddi_json_end_array(j);
    oddi_json_end_object(j);
}

static void put_moments(struct oddi_json *j, const struct oddi_model *m, const struct oddi_by *by, size_t d)
{
    oddi_json_key(j, "features");
    if (m->scale[0] == 0) { /* too few rows for a model */
        oddi_json_null(j);
        return;
    }
    oddi_json_begin_array(j);
    for (size_t f = 0; f < d; f++) {
        oddi_json_begin_object(j);
        oddi_json_member_text(j, "name", by->features[f].name);
        oddi_json_member_number(j, "centre", m->location[f]);
        oddi_json_member_number(j, "width", m->scale[f]);
        oddi_json_member_number(j, "low", m->low[f]);
        oddi_json_member_number(j, "high", m->high[f]);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static enum odd_status put_scope(struct export *x, const struct oddi_base_plan *p, const struct oddi_by *by,
                                 const struct oddi_model *models, uint32_t m)
{
    const struct oddi_model *model = &models[m];
    struct oddi_json j;

    oddi_base_scope_text(p, m, &x->words, &x->condition);
    begin(x, &j, "scope", p->name);
    oddi_json_member_count(&j, "scope", m);
    oddi_json_member_text(&j, "words", oddi_buf_cstr(&x->words));
    oddi_json_member_text(&j, "condition", oddi_buf_cstr(&x->condition));
    oddi_json_member_text(&j, "hosts_are", !p->blind ? "all" : models == p->model ? "known" : "new");
    oddi_json_key(&j, "parent");
    if (p->tree.parent[m] == ODDI_NO_NODE)
        oddi_json_null(&j);
    else
        oddi_json_u64(&j, p->tree.parent[m]);
    oddi_json_member_count(&j, "rows", model->support.rows);
    oddi_json_member_count(&j, "hosts", model->support.hosts);
    oddi_json_member_count(&j, "days", model->support.days);
    oddi_json_member_time(&j, "first", model->support.first, x->zone);
    oddi_json_member_time(&j, "last", model->support.last, x->zone);
    put_moments(&j, model, by, p->d);
    put_calibration(&j, &model->cal);
    oddi_json_end_object(&j);
    return put_line(x);
}

static enum odd_status put_models(struct export *x, const struct oddi_base_plan *p, const struct oddi_by *by,
                                  const struct oddi_model *models)
{
    for (uint32_t m = 0; m < p->tree.n_models; m++)
        ODDI_TRY(put_scope(x, p, by, models, m));
    return ODD_OK;
}

static enum odd_status put_whole_plan(struct export *x, const struct oddi_base_plan *p)
{
    struct oddi_bound_plan bound;
    enum odd_status status;

    ODDI_TRY(oddi_bound_plan_make(p, x->path, &bound, x->err));
    status = put_plan(x, p, bound.plan.by);
    if (status == ODD_OK)
        status = put_memory(x, p);
    if (status == ODD_OK)
        status = put_models(x, p, bound.plan.by, p->model);
    if (status == ODD_OK && p->blind)
        status = put_models(x, p, bound.plan.by, p->blind);
    oddi_bound_plan_clear(&bound);
    return status;
}

/* ---- The whole -------------------------------------------------------------------------------------------------------------- */

static enum odd_status put_all(struct export *x)
{
    ODDI_TRY(oddi_base_zone(&x->base, &x->zone, x->err));
    ODDI_TRY(put_head(x));
    for (size_t i = 0; i < x->base.n_plans; i++)
        ODDI_TRY(put_whole_plan(x, &x->base.plans[i]));
    return ODD_OK;
}

enum odd_status odd_baseline_export(const char *path, odd_write_fn write, void *ctx, struct odd_error *err)
{
    struct export x = {.path = path, .write = write, .ctx = ctx, .err = err};
    enum odd_status status;

    ODDI_TRY(oddi_baseline_load(&x.base, path, err));
    oddi_buf_init(&x.out, 0);
    oddi_buf_init(&x.words, 0);
    oddi_buf_init(&x.condition, 0);
    status = put_all(&x);
    oddi_buf_free(&x.out);
    oddi_buf_free(&x.words);
    oddi_buf_free(&x.condition);
    oddi_zone_free(x.zone);
    oddi_baseline_clear(&x.base);
    return status;
}
