#include "run/novel_budget.h"

#include <math.h>
#include <string.h>

#include "base/ids.h"
#include "base/num.h"
#include "run/novel.h"

#define ALL (-1e-300) /* every row but those of p = 1 */

/* ---- Limits ------------------------------------------------------------------------------------------------------ */

/* "10", "10/day", "2.5/d" */
static bool parse_budget(const char *text, double *per_day)
{
    size_t n = strcspn(text, "/");

    if (text[n] != '\0' && strcmp(text + n, "/day") != 0 && strcmp(text + n, "/d") != 0)
        return false;
    return oddi_parse_double(text, n, per_day) && *per_day > 0 && *per_day <= 1e9;
}

size_t oddi_novel_stage_plan(const struct oddi_hunt *hunt, size_t lane)
{
    return hunt->n_chosen == hunt->baseline.n_plans ? hunt->lanes[lane].plan_index : 0;
}

struct oddi_day_stage oddi_novel_stage(const struct oddi_hunt *hunt)
{
    const struct oddi_day_stage *all = &hunt->baseline.stage;
    struct oddi_day_stage one = {.n_plans = 1};

    if (hunt->n_chosen == hunt->baseline.n_plans || all->joint.n_kept == 0)
        return *all;
    one.plan = &all->plan[hunt->lanes[0].plan_index];
    one.joint = *one.plan;
    one.per_day = all->per_day * (double)one.joint.n / (double)all->joint.n;
    return one;
}

static void limit_lanes(struct oddi_hunt *hunt, double ln_fpr)
{
    for (size_t l = 0; l < hunt->n_lanes; l++)
        hunt->lanes[l].ln_fpr = ln_fpr;
}

/* The joint calibration of one plan is of the rows' surprises themselves. */
static void limit_one(struct oddi_hunt *hunt, double per_day)
{
    struct oddi_day_stage one = oddi_novel_stage(hunt);

    hunt->budget = (struct oddi_budget){.per_day = 0};
    limit_lanes(hunt, -INFINITY);
    if (one.joint.n_kept == 0)
        return;
    oddi_budget_rate(&one, per_day, &hunt->budget);
    limit_lanes(hunt, hunt->budget.ln_p < 0 ? hunt->budget.ln_p : ALL);
}

static void limit_all(struct oddi_hunt *hunt, double per_day)
{
    const struct oddi_day_stage *stage = &hunt->baseline.stage;

    oddi_budget_rate(stage, per_day, &hunt->budget);
    for (size_t l = 0; l < hunt->n_lanes; l++)
        hunt->lanes[l].ln_fpr =
            hunt->budget.ln_p < 0
                ? -oddi_day_row_surprise(stage, hunt->lanes[l].plan_index, hunt->budget.ln_p)
                : ALL;
}

enum odd_status oddi_novel_limits(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const char *text = oddi_options_value(run->options, "budget")->text;
    double per_day;

    if (!text) {
        for (size_t l = 0; l < hunt->n_lanes; l++)
            hunt->lanes[l].ln_fpr = log(oddi_options_value(run->options, "fpr")->f);
        return ODD_OK;
    }
    if (oddi_options_given(run->options, "fpr"))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--budget and --fpr exclude each other: both say how odd a novelty must be");
    if (!parse_budget(text, &per_day))
        return oddi_fail(err, ODD_ERR_USAGE, "--budget must be alerts a day, such as 10/day, not '%s'", text);
    if (hunt->baseline.stage.joint.n_kept == 0)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "the baseline does not say how odd a host's day is: it has no --budget");
    if (hunt->n_chosen < hunt->baseline.n_plans)
        limit_one(hunt, per_day);
    else
        limit_all(hunt, per_day);
    return ODD_OK;
}

/* ---- The account --------------------------------------------------------------------------------------------------- */

/* Days that were judged, and units' days with a novelty. */
struct spent {
    struct oddi_ids units, days, alerts;
};

static bool count_row(struct spent *s, const struct oddi_row_key *key, bool odd)
{
    uint32_t unit, day, alert;

    return oddi_ids_add(&s->days, (uint64_t)(int64_t)key->day, &day) &&
           oddi_ids_add(&s->units, oddi_row_unit(key), &unit) &&
           (!odd || oddi_ids_add(&s->alerts, (uint64_t)unit << 32 | day, &alert));
}

static bool count_lane(struct spent *s, const struct oddi_hunt_lane *lane)
{
    for (size_t i = 0; i < lane->rows.n; i++) {
        struct oddi_row_key key = oddi_novel_key(lane, i);

        if (!count_row(s, &key, lane->rows.raw[i] <= lane->ln_fpr))
            return false;
    }
    return true;
}

static enum odd_status tell(struct odd_run *run, const struct spent *s, struct odd_error *err)
{
    const struct oddi_budget *b = &run->hunt->budget;
    char alerts[ODDI_NUM_MAX], each[ODDI_NUM_MAX], normal[ODDI_NUM_MAX];

    if (s->days.n == 0)
        return ODD_OK;
    alerts[oddi_format_u64_grouped(alerts, s->alerts.n)] = '\0';
    each[oddi_format_double(each, (double)s->alerts.n / (double)s->days.n, 3)] = '\0';
    normal[oddi_format_double(normal, b->per_day, 3)] = '\0';
    return oddi_run_note(
        run, err,
        "budget: %s alert%s (a host on a day) on %zu day%s, %s a day; traffic as it was learnt would "
        "give about %s a day%s",
        alerts, s->alerts.n == 1 ? "" : "s", s->days.n, s->days.n == 1 ? "" : "s", each, normal,
        b->extrapolated ? ", which is extrapolated: less than one of the days it was learnt from" : "");
}

enum odd_status oddi_novel_tell_budget(struct odd_run *run, struct odd_error *err)
{
    struct spent s = {.units = {0}};
    enum odd_status status = ODD_OK;

    if (!oddi_options_value(run->options, "budget")->text)
        return ODD_OK;
    for (size_t l = 0; l < run->hunt->n_lanes && status == ODD_OK; l++)
        if (!count_lane(&s, &run->hunt->lanes[l]))
            status = oddi_fail_memory(err);
    if (status == ODD_OK)
        status = tell(run, &s, err);
    oddi_ids_free(&s.units);
    oddi_ids_free(&s.days);
    oddi_ids_free(&s.alerts);
    return status;
}
