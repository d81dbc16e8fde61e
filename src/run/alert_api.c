/* Alerts and mute rules of a run: set by the caller, started with the run, accounted for at its end. */
#include "run/run.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "run/hunt.h"

void odd_run_set_alerts(odd_run *run, odd_write_fn write, void *ctx)
{
    run->alert = write;
    run->alert_ctx = ctx;
}

const char *oddi_run_preset(const struct odd_run *run)
{
    const char *preset = oddi_run_preset_name(run);

    return preset ? preset : "detect";
}

/* ---- What rules may speak of ------------------------------------------------------------------------------------- */

static enum odd_status add_name(struct oddi_muting *m, size_t *cap, const char *name, struct odd_error *err)
{
    for (size_t i = 0; i < m->n_names; i++)
        if (strcmp(m->names[i], name) == 0)
            return ODD_OK;
    if (!oddi_grow(&m->names, cap, m->n_names + 1, sizeof *m->names))
        return oddi_fail_memory(err);
    m->names[m->n_names] = strdup(name);
    if (!m->names[m->n_names])
        return oddi_fail_memory(err);
    m->n_names++;
    return ODD_OK;
}

static enum odd_status add_features(struct oddi_muting *m, size_t *cap, const struct oddi_plan *plan,
                                    struct odd_error *err)
{
    for (size_t j = 0; plan->by && j < plan->by->n_features - plan->by->n_hidden; j++)
        ODDI_TRY(add_name(m, cap, plan->by->features[j].name, err));
    return plan->entities ? add_name(m, cap, "flows", err) : ODD_OK;
}

/* The plan of a lane is made when the run starts: here it is made to be looked at. */
static enum odd_status add_lane(struct oddi_muting *m, size_t *cap, const struct oddi_hunt_lane *lane,
                                struct odd_error *err)
{
    struct oddi_plan plan;
    enum odd_status status;

    if (!lane->options)
        return add_features(m, cap, lane->plan, err);
    ODDI_TRY(oddi_plan_init(&plan, lane->options, err));
    status = add_features(m, cap, &plan, err);
    oddi_plan_clear(&plan);
    return status;
}

static enum odd_status add_columns(struct odd_run *run, size_t *cap, struct odd_error *err)
{
    for (size_t i = 0; i < run->n_inputs; i++) {
        const struct oddi_schema *schema = oddi_source_schema(run->inputs[i].source);

        for (size_t c = 0; c < schema->n_columns; c++)
            ODDI_TRY(add_name(&run->muting, cap, schema->names[c], err));
    }
    return ODD_OK;
}

static enum odd_status find_names(struct odd_run *run, struct odd_error *err)
{
    struct oddi_muting *m = &run->muting;
    size_t cap = 0;

    ODDI_TRY(add_name(m, &cap, "score", err));
    if (run->hunt) {
        for (size_t l = 0; l < run->hunt->n_lanes; l++)
            ODDI_TRY(add_lane(m, &cap, &run->hunt->lanes[l], err));
        return ODD_OK;
    }
    ODDI_TRY(add_features(m, &cap, &run->plan, err));
    return run->plan.entities ? ODD_OK : add_columns(run, &cap, err);
}

static enum odd_status check_rules(struct odd_run *run, char *show, size_t show_size, struct odd_error *err)
{
    const struct oddi_muting *m = &run->muting;
    struct oddi_mute_options options = {
        .name = m->name, .zone = run->plan.zone, .names = m->names, .n_names = m->n_names};
    struct oddi_mute *rules;

    ODDI_TRY(oddi_mute_new(m->text, m->size, &options, &rules, show, show_size, err));
    oddi_mute_free(rules);
    return ODD_OK;
}

enum odd_status odd_run_set_mute(odd_run *run, const char *text, const char *name, char *show,
                                 size_t show_size, struct odd_error *err)
{
    struct oddi_muting *m = &run->muting;

    if (show && show_size)
        show[0] = '\0';
    if (run->stage != ODDI_RUN_ADDING || m->text || run->pushed)
        return oddi_fail(err, ODD_ERR_USAGE, "mute rules are set once, before the run starts");
    m->size = strlen(text);
    m->text = strdup(text);
    m->name = strdup(name ? name : "");
    if (!m->text || !m->name)
        return oddi_fail_memory(err);
    ODDI_TRY(find_names(run, err));
    return check_rules(run, show, show_size, err);
}

/* ---- Start and end ------------------------------------------------------------------------------------------------- */

static enum odd_status start_muters(struct odd_run *run, struct odd_error *err)
{
    run->muters = oddi_calloc_array(run->plan.threads, sizeof *run->muters);
    if (!run->muters)
        return oddi_fail_memory(err);
    for (unsigned i = 0; i < run->plan.threads; i++)
        ODDI_TRY(oddi_muter_new(&run->muting, &run->plan, oddi_run_preset(run), run->sources, run->n_inputs,
                                &run->muters[i], err));
    run->shared.muters = run->muters;
    return ODD_OK;
}

enum odd_status oddi_run_start_alerts(struct odd_run *run, struct odd_error *err)
{
    if (run->muting.text)
        ODDI_TRY(start_muters(run, err));
    if (!run->alert)
        return ODD_OK;
    run->shared.alarms = true;
    ODDI_TRY(oddi_alerting_new(1, run->alert, run->alert_ctx, run->plan.zone, &run->alerting, err));
    return oddi_alerting_preset(run->alerting, 0, oddi_run_preset(run), &run->plan, ODDI_OUTLIER, err);
}

enum odd_status oddi_run_end_alerts(struct odd_run *run, struct odd_error *err)
{
    uint64_t refused;

    if (!run->alerting)
        return ODD_OK;
    ODDI_TRY(oddi_alerting_end(run->alerting, err));
    refused = oddi_alerting_refused(run->alerting);
    if (refused)
        return oddi_run_note(run, err,
                             "%llu odd rows are in no alert: more than %zu alerts were open at once",
                             (unsigned long long)refused, ODDI_MAX_OPEN_ALERTS);
    return ODD_OK;
}

/* What rule i did, over all threads and presets. */
static struct oddi_mute_count sum_counts(const struct oddi_muting *m, size_t i)
{
    struct oddi_mute_count sum = {0};

    for (size_t k = 0; k < m->n; k++) {
        const struct oddi_mute_count *c = oddi_mute_count(oddi_muter_rules(m->all[k]), i);

        sum.muted += c->muted;
        sum.expired += c->expired;
    }
    return sum;
}

static enum odd_status note_rule(struct odd_run *run, const struct oddi_mute_rule *rule,
                                 const struct oddi_mute_count *count, struct odd_error *err)
{
    char muted[ODDI_NUM_MAX], expired[ODDI_NUM_MAX], day[ODDI_TIME_TEXT_MAX + 1];

    muted[oddi_format_u64_grouped(muted, count->muted)] = '\0';
    expired[oddi_format_u64_grouped(expired, count->expired)] = '\0';
    day[oddi_format_time_plain(day, rule->expires, run->plan.zone)] = '\0';
    ODDI_TRY(oddi_run_note(run, err, "%s:%llu: muted %s (%.80s: %.160s)", run->muting.name,
                           (unsigned long long)rule->line, muted, rule->owner, rule->reason));
    if (count->expired)
        return oddi_run_note(run, err,
                             "%s:%llu: expired %s and muted %s no more: renew the rule or take it out",
                             run->muting.name, (unsigned long long)rule->line, day, expired);
    return ODD_OK;
}

enum odd_status oddi_run_note_muted(struct odd_run *run, struct odd_error *err)
{
    const struct oddi_muting *m = &run->muting;
    const struct oddi_mute *rules = m->n ? oddi_muter_rules(m->all[0]) : NULL;

    for (size_t i = 0; rules && i < oddi_mute_size(rules); i++) {
        struct oddi_mute_count count = sum_counts(m, i);

        ODDI_TRY(note_rule(run, oddi_mute_rule(rules, i), &count, err));
    }
    return ODD_OK;
}

void oddi_run_free_alerts(struct odd_run *run)
{
    struct oddi_muting *m = &run->muting;

    for (unsigned i = 0; run->muters && i < run->plan.threads; i++)
        oddi_muter_free(run->muters[i]);
    free(run->muters);
    for (size_t i = 0; i < m->n_names; i++)
        free((void *)(uintptr_t)m->names[i]);
    free(m->names);
    free(m->all);
    free(m->text);
    free(m->name);
    oddi_alerting_free(run->alerting);
}
