#include "run/propose_try.h"

#include <string.h>

#include "base/mem.h"
#include "run/accepted.h"
#include "run/learn.h"
#include "run/novel.h"
#include "run/plan_options.h"

/* A row that would be told. */
struct told {
    uint64_t host;
    uint32_t service;
    size_t plan;
    int64_t start, end;
};

struct trial {
    const struct oddi_try *of;
    const struct oddi_evidence *e;
    struct odd_run *run;
    struct told *told;
    size_t n_told, cap_told;
    struct odd_error *err;
};

/* ---- Lanes --------------------------------------------------------------------------------------------------------- */

static enum odd_status make_scope(struct trial *t)
{
    struct oddi_hunt *hunt = t->run->hunt;
    struct oddi_accepted *a = oddi_calloc_array(1, sizeof *a);

    hunt->fresh = a;
    if (!a)
        return oddi_fail_memory(t->err);
    hunt->n_fresh = 1;
    *a = (struct oddi_accepted){.id = hunt->baseline.last_id + 1,
                                .expression = strdup(t->of->expression),
                                .when = ODDI_BASE_NEVER,
                                .expires = ODDI_BASE_NEVER,
                                .plans = oddi_calloc_array(hunt->baseline.n_plans, sizeof *a->plans)};
    return a->expression && a->plans ? ODD_OK : oddi_fail_memory(t->err);
}

/* Behind the lanes that judge, which lose the flows: one for each plan that learns from them. */
static enum odd_status add_lanes(struct trial *t)
{
    struct oddi_hunt *hunt = t->run->hunt;
    size_t judging = hunt->n_lanes, chosen = hunt->n_chosen;
    struct oddi_hunt_lane *more = oddi_realloc_array(hunt->lanes, judging + chosen, sizeof *more);

    if (!more)
        return oddi_fail_memory(t->err);
    hunt->lanes = more;
    for (size_t l = 0; l < chosen; l++) {
        struct oddi_hunt_lane *lane = &more[hunt->n_lanes++];

        *lane = (struct oddi_hunt_lane){.name = more[l].name,
                                        .plan_index = more[l].plan_index,
                                        .accepted = hunt->fresh,
                                        .ln_fpr = more[l].ln_fpr};
        ODDI_TRY(oddi_plan_options_make(&hunt->baseline.plans[lane->plan_index], t->run->options,
                                        odd_options_get(t->of->options, "baseline"), &lane->options, t->err));
        ODDI_TRY(oddi_accepted_narrow(hunt->fresh, 1, 0, lane->options, t->err));
    }
    for (size_t l = 0; l < judging; l++)
        ODDI_TRY(oddi_accepted_narrow(hunt->fresh, 1, 1, more[l].options, t->err));
    return ODD_OK;
}

static enum odd_status start(struct trial *t)
{
    odd_options *opt = NULL;
    enum odd_status status = odd_options_new("detect", &opt, t->err);

    if (status == ODD_OK)
        status = oddi_options_overlay(opt, t->of->options, t->err);
    if (status == ODD_OK)
        status = odd_run_new(opt, &t->run, t->err);
    odd_options_free(opt);
    ODDI_TRY(status);
    ODDI_TRY(make_scope(t));
    ODDI_TRY(add_lanes(t));
    for (size_t i = 0; i < t->of->n_paths; i++)
        ODDI_TRY(odd_run_add_file(t->run, t->of->paths[i], t->err));
    ODDI_TRY(oddi_run_start(t->run, t->err));
    ODDI_TRY(oddi_hunt_read(t->run, t->err));
    return oddi_run_conclude(t->run, t->err);
}

/* ---- What is told ---------------------------------------------------------------------------------------------------- */

static enum odd_status tell(struct trial *t, const struct oddi_hunt_lane *lane,
                            const struct oddi_row_key *key, int64_t end)
{
    if (!oddi_grow(&t->told, &t->cap_told, t->n_told + 1, sizeof *t->told))
        return oddi_fail_memory(t->err);
    t->told[t->n_told++] = (struct told){key->host, key->service, lane->plan_index, key->start, end};
    return ODD_OK;
}

static enum odd_status tell_judged(struct trial *t, const struct oddi_hunt_lane *lane)
{
    const struct oddi_population *p = &lane->rows;

    for (size_t i = 0; i < p->n; i++) {
        struct oddi_row_key key;

        if (!oddi_population_odd(p, i))
            continue;
        key = oddi_novel_key(lane, i);
        ODDI_TRY(tell(t, lane, &key, p->end[p->window[i]]));
    }
    return ODD_OK;
}

static enum odd_status tell_learnt(struct trial *t, struct oddi_hunt_lane *lane)
{
    struct oddi_day_rows day = {0};
    int64_t length = lane->plan->windows.align.length;
    enum odd_status status =
        oddi_learn_scope(lane, &t->run->hunt->baseline.plans[lane->plan_index], &day, t->err);

    for (size_t i = 0; status == ODD_OK && i < day.n; i++)
        if (day.ln_p[i] <= lane->ln_fpr)
            status = tell(t, lane, &day.key[i], day.key[i].start + length);
    free((void *)(uintptr_t)day.ln_p);
    return status;
}

static enum odd_status find_told(struct trial *t)
{
    struct oddi_hunt *hunt = t->run->hunt;

    for (size_t l = 0; l < hunt->n_lanes; l++)
        ODDI_TRY(hunt->lanes[l].learner ? tell_learnt(t, &hunt->lanes[l]) : tell_judged(t, &hunt->lanes[l]));
    return ODD_OK;
}

/* ---- Alerts -------------------------------------------------------------------------------------------------------------- */

static bool is_of_plan(const struct trial *t, const struct told *row, const char *preset)
{
    const char *name = t->run->hunt->baseline.plans[row->plan].name;
    size_t n = strcspn(preset, ":");

    return strlen(name) == n && memcmp(name, preset, n) == 0;
}

/* Whether a row is about an alert: who or what it names, in time that overlaps; of a dismissed one also the same plan, as what else is odd
 * about a host is another alert. */
static bool is_about(const struct trial *t, const struct told *row, const struct oddi_evidence_alert *a)
{
    if (row->start >= a->end || row->end <= a->start)
        return false;
    if (a->status == ODDI_ALERT_DISMISSED && !is_of_plan(t, row, a->preset))
        return false;
    if (a->host)
        return row->host == a->host && (a->service == ODDI_NO_SERVICE || row->service == ODDI_NO_SERVICE ||
                                        row->service == a->service);
    return row->host == 0 && row->service == a->service;
}

static bool is_told(const struct trial *t, const struct oddi_evidence_alert *a)
{
    for (size_t i = 0; i < t->n_told; i++)
        if (is_about(t, &t->told[i], a))
            return true;
    return false;
}

static void count(const struct trial *t, struct oddi_tried *out)
{
    out->judged = t->run->hunt->fresh->n_plans > 0;
    out->kept = out->hidden = 0;
    for (size_t k = 0; k < t->e->n_alerts; k++) {
        const struct oddi_evidence_alert *a = &t->e->alert[k];

        if (a->foreign || a->rows == 0)
            continue;
        if (a->status == ODDI_ALERT_DISMISSED && !a->told && oddi_evidence_covers(a))
            out->kept += is_told(t, a);
        if (a->status == ODDI_ALERT_CONFIRMED && oddi_evidence_touches(t->e, a, t->of->rule))
            out->hidden += !is_told(t, a);
    }
}

enum odd_status oddi_propose_try(const struct oddi_try *of, const struct oddi_evidence *e,
                                 struct oddi_tried *out, struct odd_error *err)
{
    struct trial t = {.of = of, .e = e, .err = err};
    enum odd_status status = start(&t);

    if (status == ODD_OK)
        status = find_told(&t);
    if (status == ODD_OK)
        count(&t, out);
    free(t.told);
    odd_run_free(t.run);
    return status;
}
