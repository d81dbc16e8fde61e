/* odd_baseline_prune: takes out of a baseline file what is not wanted any more. */
#include "run/baseline_load.h"

#include <stdlib.h>
#include <string.h>

#include "run/accepted.h"
#include "run/baseline_save.h"
#include "run/baseline_text.h"
#include "run/options.h"

struct prune {
    struct oddi_baseline base;
    struct oddi_zone *zone;
    const odd_options *opt;
    struct oddi_change_note note;
    bool dry;
    size_t examples, scopes, expired; /* taken out */
    struct oddi_buf out, words, condition;
    struct odd_error *err;
};

/* ---- Examples --------------------------------------------------------------------------------------------------------- */

static void take_examples(struct oddi_base_plan *plans, size_t n, size_t *rows)
{
    for (size_t i = 0; i < n; i++) {
        *rows += plans[i].n_sample;
        plans[i].n_sample = 0;
    }
}

static void prune_examples(struct prune *p)
{
    take_examples(p->base.plans, p->base.n_plans, &p->examples);
    for (size_t i = 0; i < p->base.n_accepted; i++)
        take_examples(p->base.accepted[i].plans, p->base.accepted[i].n_plans, &p->examples);
    if (p->examples == 0)
        return;
    oddi_buf_str(&p->out, "took out ");
    oddi_show_count(&p->out, p->examples, "example");
    oddi_buf_str(&p->out, " of normal rows: verdicts no longer name the nearest one\n");
}

/* ---- Scopes ------------------------------------------------------------------------------------------------------------ */

static uint64_t days_idle(const struct prune *p, const struct oddi_model *m)
{
    return p->base.last > m->support.last ? (uint64_t)(p->base.last - m->support.last) / (uint64_t)ODDI_DAY
                                          : 0;
}

static bool has_model(const struct oddi_base_plan *p, uint32_t m)
{
    return p->model[m].cal.n_kept > 0 || (p->blind && p->blind[m].cal.n_kept > 0);
}

/* A scope without a calibration is judged by the parent of its model. */
static void drop_model(struct prune *p, struct oddi_base_plan *plan, uint32_t m)
{
    const struct oddi_support *s = &oddi_base_judges(plan)[m].support;

    oddi_base_scope_text(plan, m, &p->words, &p->condition);
    oddi_buf_printf(&p->out, "plan %s: scope %u (%s), ", plan->name, m, oddi_buf_cstr(&p->words));
    oddi_show_count(&p->out, s->rows, "row");
    oddi_buf_str(&p->out, ", the last of ");
    oddi_show_time(&p->out, s->last, p->zone);
    oddi_buf_str(&p->out, ": all traffic judges its rows now\n");
    oddi_calibration_clear(&plan->model[m].cal);
    if (plan->blind)
        oddi_calibration_clear(&plan->blind[m].cal);
    p->scopes++;
}

static void prune_scopes(struct prune *p)
{
    bool by_age = oddi_options_given(p->opt, "idle"), by_rows = oddi_options_given(p->opt, "least-rows");
    uint64_t idle = (uint64_t)oddi_options_value(p->opt, "idle")->i,
             rows = (uint64_t)oddi_options_value(p->opt, "least-rows")->i;

    for (size_t i = 0; i < p->base.n_plans; i++) {
        struct oddi_base_plan *plan = &p->base.plans[i];

        for (uint32_t m = 1; m < plan->tree.n_models; m++) {
            const struct oddi_model *model = &oddi_base_judges(plan)[m];

            if (has_model(plan, m) &&
                ((by_age && days_idle(p, model) >= idle) || (by_rows && model->support.rows < rows)))
                drop_model(p, plan, m);
        }
    }
}

/* ---- Expired scopes ---------------------------------------------------------------------------------------------------- */

static const struct oddi_accepted *find_expired(const struct prune *p)
{
    for (size_t i = 0; i < p->base.n_accepted; i++)
        if (p->base.accepted[i].expires <= p->note.when)
            return &p->base.accepted[i];
    return NULL;
}

/* Each is a change of its own, which the log can undo. */
static enum odd_status prune_expired(struct prune *p)
{
    const struct oddi_accepted *a;

    while ((a = find_expired(p))) {
        struct oddi_change_note note = p->note;
        struct oddi_buf what;
        enum odd_status status;

        oddi_buf_init(&what, 0);
        oddi_buf_printf(&what, "took out scope %u, which expired ", a->id);
        oddi_show_time(&what, a->expires, p->zone);
        oddi_buf_printf(&what, ": %s", a->expression);
        note.command = "baseline prune --expired";
        note.what = oddi_buf_cstr(&what);
        oddi_buf_printf(&p->out, "%s\n", note.what);
        status =
            oddi_buf_ok(&what) ? oddi_base_reject(&p->base, a->id, &note, p->err) : oddi_fail_memory(p->err);
        oddi_buf_free(&what);
        ODDI_TRY(status);
        p->expired++;
    }
    return ODD_OK;
}

/* ---- The whole ----------------------------------------------------------------------------------------------------------- */

static enum odd_status keep_log(struct prune *p)
{
    struct oddi_buf command, what;
    enum odd_status status;

    if (p->examples == 0 && p->scopes == 0)
        return ODD_OK;
    oddi_buf_init(&command, 0);
    oddi_buf_init(&what, 0);
    oddi_buf_str(&command, "baseline prune");
    if (p->examples)
        oddi_buf_str(&command, " --samples");
    if (oddi_options_given(p->opt, "idle"))
        oddi_buf_printf(&command, " --idle %s", odd_options_get(p->opt, "idle"));
    if (oddi_options_given(p->opt, "least-rows"))
        oddi_buf_printf(&command, " --least-rows %s", odd_options_get(p->opt, "least-rows"));
    oddi_buf_str(&what, "took out ");
    if (p->examples)
        oddi_show_count(&what, p->examples, "example");
    if (p->examples && p->scopes)
        oddi_buf_str(&what, " and the models of ");
    else if (p->scopes)
        oddi_buf_str(&what, "the models of ");
    if (p->scopes)
        oddi_show_count(&what, p->scopes, "scope");
    p->note.command = oddi_buf_cstr(&command);
    p->note.what = oddi_buf_cstr(&what);
    status = oddi_buf_ok(&command) && oddi_buf_ok(&what) ? oddi_base_log(&p->base, &p->note, p->err)
                                                         : oddi_fail_memory(p->err);
    oddi_buf_free(&command);
    oddi_buf_free(&what);
    return status;
}

static enum odd_status check_asked(const odd_options *opt, struct odd_error *err)
{
    if (oddi_options_value(opt, "samples")->i || oddi_options_value(opt, "expired")->i ||
        oddi_options_given(opt, "idle") || oddi_options_given(opt, "least-rows"))
        return ODD_OK;
    return oddi_fail(
        err, ODD_ERR_USAGE,
        "say what to take out of the baseline: --samples, --expired, --idle DAYS or --least-rows N");
}

static enum odd_status prune(struct prune *p)
{
    ODDI_TRY(check_asked(p->opt, p->err));
    ODDI_TRY(oddi_change_note_fill(p->opt, &p->note, p->err));
    ODDI_TRY(oddi_base_zone(&p->base, &p->zone, p->err));
    if (oddi_options_value(p->opt, "expired")->i)
        ODDI_TRY(prune_expired(p));
    prune_scopes(p);
    /* Last: scopes are told by the prefixes that the examples hold. */
    if (oddi_options_value(p->opt, "samples")->i)
        prune_examples(p);
    ODDI_TRY(keep_log(p));
    return oddi_buf_ok(&p->words) && oddi_buf_ok(&p->condition) ? ODD_OK : oddi_fail_memory(p->err);
}

static enum odd_status finish(struct prune *p, const char *path)
{
    bool any = p->examples || p->scopes || p->expired;

    if (!any)
        oddi_buf_str(&p->out, "there is nothing to take out\n");
    else if (p->dry)
        oddi_buf_str(&p->out, "a dry run: the file is as it was\n");
    else
        ODDI_TRY(oddi_baseline_save(&p->base, path, p->err));
    return ODD_OK;
}

enum odd_status odd_baseline_prune(const char *path, const odd_options *opt, odd_write_fn write, void *ctx,
                                   struct odd_error *err)
{
    struct prune p = {.opt = opt, .err = err, .dry = oddi_options_value(opt, "dry-run")->i};
    enum odd_status status;

    ODDI_TRY(oddi_baseline_load(&p.base, path, err));
    oddi_buf_init(&p.out, 0);
    oddi_buf_init(&p.words, 0);
    oddi_buf_init(&p.condition, 0);
    status = prune(&p);
    if (status == ODD_OK)
        status = finish(&p, path);
    if (status == ODD_OK)
        status = oddi_baseline_tell(&p.out, write, ctx, err);
    oddi_buf_free(&p.out);
    oddi_buf_free(&p.words);
    oddi_buf_free(&p.condition);
    oddi_zone_free(p.zone);
    oddi_baseline_clear(&p.base);
    return status;
}
