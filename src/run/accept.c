#include "run/accept.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/replace.h"
#include "baseline/change.h"
#include "baseline/file.h"
#include "run/accepted.h"
#include "run/baseline_load.h"
#include "run/learn.h"
#include "run/plan_options.h"

#define LEAST_SPAN    (20 * ODDI_HOUR) /* two nights are further apart, one is shorter */
#define MOST_OF_FLOWS 0.5

static const char *path_of(const struct odd_run *run)
{
    return odd_options_get(run->options, "baseline");
}

/* ---- Making the run ------------------------------------------------------------------------------------------------- */

enum odd_status oddi_accept_plan(struct odd_run *run, struct odd_error *err)
{
    const char *tz;

    if (!path_of(run))
        return oddi_fail(err, ODD_ERR_USAGE, "say which baseline is to be changed");
    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    run->hunt->report = ODDI_HUNT_LEARN;
    ODDI_TRY(oddi_baseline_load(&run->hunt->baseline, path_of(run), err));
    ODDI_TRY(odd_options_new("detect", &run->base, err));
    ODDI_TRY(oddi_options_overlay(run->base, run->options, err));
    tz = oddi_base_option(&run->hunt->baseline.plans[0], "tz");
    if (tz)
        ODDI_TRY(odd_options_set(run->base, "tz", tz, err));
    return oddi_plan_init(&run->plan, run->base, err);
}

/* A copy of an option's text, "" without. */
static char *text_of(const struct odd_run *run, const char *name)
{
    const char *text = odd_options_get(run->options, name);

    return strdup(text ? text : "");
}

static enum odd_status time_of(const struct odd_run *run, const char *name, int64_t none, int64_t *out,
                               struct odd_error *err)
{
    const char *text = oddi_options_value(run->options, name)->text;

    *out = none;
    if (!text || (oddi_parse_time(text, strlen(text), run->plan.zone, out) && *out != ODDI_NO_TIME))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE, "--%s must be a time such as 2025-03-20, not '%.60s'", name, text);
}

/* What the flows were chosen by, which a scope keeps: its expression is told apart. */
static char *choice_of(const struct odd_run *run)
{
    static const char *const names[] = {"where", "since", "until"};
    struct oddi_buf out;
    char *text;

    oddi_buf_init(&out, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (oddi_options_given(run->options, names[i]))
            oddi_buf_printf(&out, "%s--%s '%s'", out.size ? " " : "", names[i],
                            odd_options_get(run->options, names[i]));
    text = oddi_buf_ok(&out) ? strdup(oddi_buf_cstr(&out)) : NULL;
    oddi_buf_free(&out);
    return text;
}

static enum odd_status check_new(const struct odd_run *run, const struct oddi_accepted *a,
                                 struct odd_error *err)
{
    const struct oddi_baseline *b = &run->hunt->baseline;

    ODDI_TRY(oddi_accepted_check(a->expression, err));
    ODDI_TRY(oddi_accepted_sound(b->accepted, b->n_accepted, path_of(run), err));
    for (size_t i = 0; i < b->n_accepted; i++)
        if (strcmp(b->accepted[i].expression, a->expression) == 0)
            return oddi_fail(err, ODD_ERR_USAGE,
                             "scope %u is this scope: take it out first with 'oddflow reject', or word it "
                             "otherwise",
                             b->accepted[i].id);
    if (a->expires <= a->when)
        return oddi_fail(err, ODD_ERR_USAGE, "--expires is in the past");
    return ODD_OK;
}

static enum odd_status make_scope(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    struct oddi_accepted *a;

    if (!oddi_options_value(run->options, "scope")->text)
        return oddi_fail(err, ODD_ERR_USAGE, "say with --scope EXPR which flows make the scope");
    if (!oddi_options_value(run->options, "time")->text)
        return oddi_fail(err, ODD_ERR_USAGE, "say with --time when that was decided");
    hunt->fresh = oddi_calloc_array(1, sizeof *hunt->fresh);
    if (!hunt->fresh)
        return oddi_fail_memory(err);
    hunt->n_fresh = 1;
    a = hunt->fresh;
    *a = (struct oddi_accepted){.id = hunt->baseline.last_id + 1,
                                .name = text_of(run, "name"),
                                .expression = text_of(run, "scope"),
                                .owner = text_of(run, "owner"),
                                .reason = text_of(run, "reason"),
                                .command = choice_of(run),
                                .plans = oddi_calloc_array(hunt->baseline.n_plans, sizeof *a->plans)};
    if (!a->name || !a->expression || !a->owner || !a->reason || !a->command || !a->plans)
        return oddi_fail_memory(err);
    ODDI_TRY(time_of(run, "time", 0, &a->when, err));
    ODDI_TRY(time_of(run, "expires", ODDI_BASE_NEVER, &a->expires, err));
    return check_new(run, a, err);
}

enum odd_status oddi_accept_new(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;

    ODDI_TRY(make_scope(run, err));
    hunt->lanes = oddi_calloc_array(hunt->baseline.n_plans, sizeof *hunt->lanes);
    if (!hunt->lanes)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < hunt->baseline.n_plans; i++) {
        struct oddi_hunt_lane *lane = &hunt->lanes[hunt->n_lanes++];

        lane->name = hunt->baseline.plans[i].name;
        lane->plan_index = i;
        lane->accepted = hunt->fresh;
        ODDI_TRY(oddi_plan_options_make(&hunt->baseline.plans[i], run->options, path_of(run), &lane->options,
                                        err));
        ODDI_TRY(oddi_accepted_narrow(hunt->fresh, 1, 0, lane->options, err));
    }
    return ODD_OK;
}

/* ---- What speaks against it -------------------------------------------------------------------------------------------- */

/* The shortest time that the rows of a plan span: windows of a day make a night two days long. */
static int64_t span_of(const struct oddi_accepted *a)
{
    int64_t span = INT64_MAX;

    for (size_t i = 0; i < a->n_plans; i++) {
        const struct oddi_base_plan *p = &a->plans[i];
        const struct oddi_support *s = p->blind ? &p->blind[0].support : &p->model[0].support;

        span = s->last - s->first < span ? s->last - s->first : span;
    }
    return span;
}

static enum odd_status object(const struct odd_run *run, const struct oddi_accepted *a, struct odd_error *err)
{
    const struct odd_ledger *l = &run->ledger;
    double taken = (double)(l->read - l->bad - l->filtered), all = (double)(l->read - l->bad);

    if (taken == 0)
        return oddi_fail(err, ODD_ERR_NO_DATA, "no flow is in the scope: nothing can be learnt from none");
    if (oddi_options_value(run->options, "force")->flag)
        return ODD_OK;
    if (a->n_plans == 0)
        return oddi_fail(
            err, ODD_ERR_NO_DATA,
            "too little to learn the scope from: no plan has %zu rows of it, so that nothing would "
            "judge its flows; --force accepts it all the same",
            2 * ODDI_LEAST_HALF);
    if (span_of(a) < LEAST_SPAN)
        return oddi_fail(err, ODD_ERR_NO_DATA,
                         "the flows of the scope are of less than a day: what two nights have in common is a "
                         "habit, what one has is not; --force accepts it all the same");
    if (taken > MOST_OF_FLOWS * all)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "the scope takes %.0f %% of all flows: word it more narrowly, or learn anew; --force "
            "accepts it all the same",
            100 * taken / all);
    return ODD_OK;
}

/* ---- Accepting ------------------------------------------------------------------------------------------------------------ */

static enum odd_status learn(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    struct oddi_accepted *a = hunt->fresh;

    ODDI_TRY(oddi_learn_inputs(run, &a->inputs, &a->n_inputs, err));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        struct oddi_day_rows day = {0};
        enum odd_status status = oddi_learn_scope(&hunt->lanes[l], &hunt->baseline.plans[l], &day, err);

        free((void *)(uintptr_t)day.ln_p);
        ODDI_TRY(status);
    }
    return object(run, a, err);
}

static enum odd_status note_change(struct odd_run *run, struct oddi_buf *command, struct oddi_buf *what,
                                   struct odd_error *err)
{
    struct oddi_baseline *b = &run->hunt->baseline;
    struct oddi_accepted *a = run->hunt->fresh;
    struct oddi_change_note note = {.when = a->when, .owner = a->owner, .reason = a->reason};

    oddi_buf_str(command, "accept");
    oddi_options_show(run->options, command);
    oddi_buf_printf(what, "accepted scope %u: %s", a->id, a->expression);
    if (!oddi_buf_ok(command) || !oddi_buf_ok(what))
        return oddi_fail_memory(err);
    note.command = oddi_buf_cstr(command);
    note.what = oddi_buf_cstr(what);
    return oddi_base_accept(b, a, &note, err);
}

static enum odd_status add(struct odd_run *run, struct odd_error *err)
{
    struct oddi_buf command, what;
    enum odd_status status;

    oddi_buf_init(&command, 0);
    oddi_buf_init(&what, 0);
    status = note_change(run, &command, &what, err);
    oddi_buf_free(&command);
    oddi_buf_free(&what);
    return status;
}

static enum odd_status save(struct odd_run *run, struct odd_error *err)
{
    char size[ODDI_NUM_MAX];
    struct oddi_buf file;
    enum odd_status status;

    oddi_buf_init(&file, 0);
    status = oddi_baseline_write(&run->hunt->baseline, &file, err);
    if (status == ODD_OK)
        status = oddi_replace_file(path_of(run), file.data, file.size, err);
    size[oddi_format_u64_grouped(size, file.size)] = '\0';
    oddi_buf_free(&file);
    return status == ODD_OK ? oddi_run_note(run, err, "wrote %s, %s bytes", path_of(run), size) : status;
}

enum odd_status odd_run_accept(odd_run *run, struct odd_error *err)
{
    if (!run->hunt || run->hunt->report != ODDI_HUNT_LEARN || run->hunt->baseline.n_plans == 0)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "odd_run_accept needs a run with the options of command 'accept'");
    if (run->stage != ODDI_RUN_ADDING)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_run_accept runs a run from its start, once");
    ODDI_TRY(oddi_run_start(run, err));
    ODDI_TRY(oddi_hunt_read(run, err));
    ODDI_TRY(oddi_run_conclude(run, err));
    ODDI_TRY(learn(run, err));
    ODDI_TRY(oddi_learn_tell_scope(run, &run->hunt->baseline, run->hunt->fresh, err));
    if (oddi_options_value(run->options, "dry-run")->flag)
        return oddi_run_note(run, err, "--dry-run: %s is as it was", path_of(run));
    ODDI_TRY(add(run, err));
    return save(run, err);
}
