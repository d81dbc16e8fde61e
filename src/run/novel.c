#include "run/novel.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/accepted.h"
#include "run/baseline_load.h"
#include "run/beside.h"
#include "run/novel_budget.h"
#include "run/novel_fdr.h"
#include "run/plan_options.h"

/* ---- Plans ------------------------------------------------------------------------------------------------------- */

/* All plans of a file were learnt in one reading: their zones are the same. */
enum odd_status oddi_novel_plan(struct odd_run *run, struct odd_error *err)
{
    const char *path = odd_options_get(run->options, "baseline"), *tz;

    ODDI_TRY(oddi_plan_options_check(run->options, err));
    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    run->hunt->report = ODDI_HUNT_NOVEL;
    ODDI_TRY(oddi_baseline_load(&run->hunt->baseline, path, err));
    ODDI_TRY(oddi_options_copy(run->options, &run->base, err));
    tz = oddi_base_option(&run->hunt->baseline.plans[0], "tz");
    if (tz)
        ODDI_TRY(odd_options_set(run->base, "tz", tz, err));
    return oddi_plan_init(&run->plan, run->base, err);
}

static bool is_chosen(const odd_options *opt, const struct oddi_base_plan *p)
{
    const char *chosen = oddi_options_value(opt, "plan")->text;

    return !chosen || strcmp(chosen, p->name) == 0;
}

static enum odd_status no_plan(const struct odd_run *run, struct odd_error *err)
{
    const struct oddi_baseline *b = &run->hunt->baseline;
    struct oddi_buf names;
    enum odd_status status;

    oddi_buf_init(&names, 0);
    for (size_t i = 0; i < b->n_plans; i++)
        oddi_buf_printf(&names, "%s%s", i ? ", " : "", b->plans[i].name);
    status = oddi_fail(err, ODD_ERR_USAGE, "the baseline has no plan '%s': it has %.200s",
                       odd_options_get(run->options, "plan"), oddi_buf_cstr(&names));
    oddi_buf_free(&names);
    return status;
}

/* An output of columns has one header. */
static enum odd_status check_output(const struct odd_run *run, struct odd_error *err)
{
    if (oddi_options_value(run->options, "also-outliers")->flag &&
        oddi_options_value(run->options, "windows-only")->flag)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--also-outliers shows rows of two kinds: leave --windows-only out");
    if (run->hunt->n_chosen > 1 &&
        (strcmp(run->plan.writer->name, "csv") == 0 || strcmp(run->plan.writer->name, "fields") == 0))
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "the baseline has several plans, whose columns do not fit under one header: choose one with "
            "--plan, or use -o ndjson");
    return ODD_OK;
}

/* The rows of a plan that the flows of accepted[at] make, or with at == n_accepted those of no scope. */
static enum odd_status add_lane(struct odd_run *run, size_t plan, const struct oddi_base_plan *learnt,
                                size_t at, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;
    struct oddi_hunt_lane *lane = &hunt->lanes[hunt->n_lanes++];

    lane->name = learnt->name;
    lane->learnt = learnt;
    lane->plan_index = plan;
    if (at < b->n_accepted) {
        lane->accepted = &b->accepted[at];
        lane->own_name = oddi_accepted_lane(lane->accepted, learnt->name);
        if (!lane->own_name)
            return oddi_fail_memory(err);
        lane->name = lane->own_name;
    }
    ODDI_TRY(oddi_plan_options_make(&b->plans[plan], run->options, odd_options_get(run->options, "baseline"),
                                    &lane->options, err));
    if (oddi_options_value(run->options, "also-outliers")->flag)
        ODDI_TRY(oddi_beside_options(learnt->name, run->options, lane->options, err));
    return oddi_accepted_narrow(b->accepted, b->n_accepted, at, lane->options, err);
}

/* Newest first. */
static enum odd_status add_scopes(struct odd_run *run, size_t plan, struct odd_error *err)
{
    const struct oddi_baseline *b = &run->hunt->baseline;

    for (size_t i = b->n_accepted; i-- > 0;) {
        const struct oddi_base_plan *p =
            oddi_base_find(b->accepted[i].plans, b->accepted[i].n_plans, b->plans[plan].name);

        if (p)
            ODDI_TRY(add_lane(run, plan, p, i, err));
    }
    return ODD_OK;
}

static enum odd_status add_lanes(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;

    for (size_t i = 0; i < b->n_plans; i++)
        if (is_chosen(run->options, &b->plans[i]))
            ODDI_TRY(add_lane(run, i, &b->plans[i], b->n_accepted, err));
    if (hunt->n_lanes == 0)
        return no_plan(run, err);
    hunt->n_chosen = hunt->n_lanes;
    for (size_t i = 0; i < b->n_plans; i++)
        if (is_chosen(run->options, &b->plans[i]))
            ODDI_TRY(add_scopes(run, i, err));
    return ODD_OK;
}

enum odd_status oddi_novel_new(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;

    hunt->lanes = oddi_calloc_array(b->n_plans * (b->n_accepted + 1), sizeof *hunt->lanes);
    if (!hunt->lanes)
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_accepted_sound(b->accepted, b->n_accepted, odd_options_get(run->options, "baseline"), err));
    ODDI_TRY(add_lanes(run, err));
    ODDI_TRY(oddi_novel_limits(run, err));
    ODDI_TRY(oddi_novel_fdr_check(run, err));
    return check_output(run, err);
}

/* ---- In a hunt ------------------------------------------------------------------------------------------------------- */

enum odd_status oddi_novel_load(struct odd_run *run, struct odd_error *err)
{
    const struct oddi_base_plan *first;
    const char *tz, *home;

    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_baseline_load(&run->hunt->baseline, odd_options_get(run->options, "baseline"), err));
    first = &run->hunt->baseline.plans[0];
    tz = oddi_base_option(first, "tz");
    home = oddi_base_option(first, "home");
    if (oddi_options_given(run->options, "tz"))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--tz and --baseline exclude each other: the baseline was learnt with its own");
    if (tz)
        ODDI_TRY(odd_options_set(run->options, "tz", tz, err));
    return home && !oddi_options_given(run->options, "home")
               ? odd_options_set(run->options, "home", home, err)
               : ODD_OK;
}

static enum odd_status is_about_hosts(const odd_options *opt, bool *out, struct odd_error *err)
{
    struct oddi_plan plan;

    ODDI_TRY(oddi_plan_init(&plan, opt, err));
    *out = false;
    for (size_t k = 0; plan.by && k < plan.by->n_keys; k++)
        *out = *out || oddi_expr_type(plan.by->keys[k]) == ODDI_EXPR_ADDR;
    oddi_plan_clear(&plan);
    return ODD_OK;
}

/* The plan's own threshold is detect's default. */
static void limit_as_detect(struct oddi_hunt *hunt, size_t from)
{
    for (size_t l = from; l < hunt->n_lanes; l++)
        hunt->lanes[l].ln_fpr = log(oddi_options_value(hunt->lanes[l].options, "fpr")->f);
}

static enum odd_status join_plan(struct odd_run *run, size_t plan, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;
    odd_options *options = NULL;
    bool hosts = false;
    enum odd_status status = oddi_plan_options_make(&b->plans[plan], run->options,
                                                    odd_options_get(run->options, "baseline"), &options, err);

    if (status == ODD_OK)
        status = is_about_hosts(options, &hosts, err);
    odd_options_free(options);
    if (status != ODD_OK || !hosts)
        return status;
    ODDI_TRY(add_lane(run, plan, &b->plans[plan], b->n_accepted, err));
    return add_scopes(run, plan, err);
}

enum odd_status oddi_novel_join(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;
    size_t presets = hunt->n_lanes, most = presets + b->n_plans * (b->n_accepted + 1);
    struct oddi_hunt_lane *lanes;

    if (presets + b->n_plans > ODDI_MAX_LANES)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d presets and plans at once", ODDI_MAX_LANES);
    ODDI_TRY(oddi_accepted_sound(b->accepted, b->n_accepted, odd_options_get(run->options, "baseline"), err));
    lanes = oddi_realloc_array(hunt->lanes, most, sizeof *lanes);
    if (!lanes)
        return oddi_fail_memory(err);
    memset(lanes + presets, 0, (most - presets) * sizeof *lanes);
    hunt->lanes = lanes;
    for (size_t i = 0; i < b->n_plans; i++)
        ODDI_TRY(join_plan(run, i, err));
    if (hunt->n_lanes > ODDI_MAX_LANES)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d presets, plans and scopes of plans at once",
                         ODDI_MAX_LANES);
    limit_as_detect(hunt, presets);
    if (hunt->n_lanes == presets)
        return oddi_fail(err, ODD_ERR_USAGE, "no plan of the baseline is about hosts, which hunt ranks");
    return ODD_OK;
}

/* ---- Start ----------------------------------------------------------------------------------------------------------- */

/* What a file says is never the user's mistake. */
static enum odd_status start_dims(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    const struct oddi_scope_dims *dims = lane->learnt->dims;
    const char *path = odd_options_get(lane->run->options, "baseline");
    struct odd_error fault = ODD_ERROR_INIT;
    int which[ODDI_MAX_DIMS];
    enum odd_status status;

    if (!dims)
        return ODD_OK;
    status = oddi_row_dims_new(dims, lane->plan, lane->run->n_inputs, false, which, &lane->rows.dims, &fault);
    for (size_t i = 0; status == ODD_OK && i < dims->n; i++)
        status = which[i] == (int)i ? ODD_OK : ODD_ERR_USAGE;
    if (status == ODD_OK || status == ODD_ERR_MEMORY)
        return status == ODD_OK ? ODD_OK : oddi_fail_memory(err);
    return oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                        "holds a dimension that this oddflow cannot take: %.300s", fault.message);
}

enum odd_status oddi_novel_start(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    if (lane->plan->d != lane->learnt->d || !lane->plan->entities)
        return oddi_fail_at(err, ODD_ERR_FORMAT, odd_options_get(lane->run->options, "baseline"),
                            ODD_NO_POSITION, ODD_NO_POSITION,
                            "holds models of %zu features for a plan that has %zu", lane->learnt->d,
                            lane->plan->d);
    lane->rows.wants_who = true;
    ODDI_TRY(start_dims(lane, err));
    return oddi_novel_remember(lane, err);
}

/* ---- Judging ------------------------------------------------------------------------------------------------------- */

struct oddi_row_key oddi_novel_key(const struct oddi_hunt_lane *lane, size_t row)
{
    const struct oddi_population *p = &lane->rows;
    uint32_t e = p->entity[row];

    struct oddi_row_key key =
        oddi_row_key(&p->who[e], p->ids.key[e], p->start[p->window[row]], lane->plan->zone);

    if (p->dims)
        memcpy(key.dim, p->dim + row * ODDI_MAX_DIMS, sizeof key.dim);
    key.events = oddi_calendar_at(lane->learnt->tree.calendar, key.start);
    key.known = oddi_host_is_known(&lane->learnt->memory, key.host);
    return key;
}

/* 75 at the threshold; 100 is never reached. As stats/tail.h has it. By rank, so that rows of equal p have an order; whether a row
 * is odd is said by p. */
static double score_of(double ln_p, double surprise, double limit)
{
    double s = -surprise / limit, score = s <= 1 ? 75 * s : 100 - 25 / s;

    return ln_p > limit && score >= 75 ? 75 - 1e-6 / s : score;
}

enum odd_status oddi_novel_judge(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    const struct oddi_hunt *hunt = lane->run->hunt;
    const struct oddi_base_plan *learnt = lane->learnt;
    struct oddi_population *p = &lane->rows;

    p->raw = oddi_malloc_array(p->n + 1, sizeof *p->raw);
    p->surprise = oddi_malloc_array(p->n + 1, sizeof *p->surprise);
    if (!p->raw || !p->surprise)
        return oddi_fail_memory(err);
    p->novel = true;
    p->ln_fpr = lane->ln_fpr;
    for (size_t i = 0; i < p->n; i++) {
        struct oddi_row_key key = oddi_novel_key(lane, i);
        struct oddi_judgement j;

        oddi_base_judge(learnt, hunt->baseline.kappa, &key, p->x + i * learnt->d, &j);
        p->raw[i] = j.ln_p;
        p->surprise[i] = -j.ln_rank;
    }
    return ODD_OK;
}

enum odd_status oddi_novel_score(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;

    ODDI_TRY(oddi_novel_fdr(run, err));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        struct oddi_population *p = &hunt->lanes[l].rows;

        if (!hunt->lanes[l].learnt)
            continue;
        p->score = oddi_malloc_array(p->n + 1, sizeof *p->score);
        if (!p->score)
            return oddi_fail_memory(err);
        for (size_t i = 0; i < p->n; i++)
            p->score[i] = score_of(p->raw[i], p->surprise[i], oddi_population_limit(p, i));
    }
    return ODD_OK;
}

/* ---- Explaining ----------------------------------------------------------------------------------------------------- */

/* The sample's row of the same scope that is nearest, features scaled as the model has them. */
static size_t find_nearest(const struct oddi_base_plan *p, const struct oddi_model *m, uint32_t scope,
                           const double *x)
{
    size_t best = p->n_sample;
    double least = INFINITY;

    for (size_t i = 0; i < p->n_sample; i++) {
        double sum = 0;

        if (scope != 0 && oddi_scope_find(&p->tree, &p->key[i]) != scope)
            continue;
        for (size_t j = 0; j < p->d && sum < least; j++) {
            double z = (x[j] - p->x[i * p->d + j]) / m->scale[j];

            sum += z * z;
        }
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

struct change {
    const struct oddi_base_plan *p;
    double kappa, limit;
    const struct oddi_row_key *key;
    double *x; /* d */
};

static bool is_normal(const struct change *c)
{
    struct oddi_judgement j;

    oddi_base_judge(c->p, c->kappa, c->key, c->x, &j);
    return j.ln_p > c->limit;
}

/* The value of feature j between the row's own and the model's location from which on the row is normal, NaN if it is not even
 * there. */
static double normal_at(struct change *c, size_t j, double location, bool whole)
{
    double own = c->x[j], out = own, in = location;

    c->x[j] = in;
    if (!is_normal(c)) {
        c->x[j] = own;
        return NAN;
    }
    for (int i = 0; i < 60; i++) {
        double middle = in + (out - in) / 2;

        c->x[j] = middle;
        if (is_normal(c))
            in = middle;
        else
            out = middle;
    }
    c->x[j] = own;
    return !whole ? in : own > location ? floor(in) : ceil(in);
}

void oddi_novel_explain(const struct oddi_hunt_lane *lane, double kappa, size_t row,
                        const struct oddi_judgement *judged, struct oddi_reason *reasons, size_t *nearest)
{
    const struct oddi_base_plan *p = lane->learnt;
    struct oddi_row_key key = oddi_novel_key(lane, row);
    const struct oddi_model *m = &oddi_base_models(p, &key)[judged->model];
    double *x = lane->rows.x + row * p->d, share[ODDI_BASE_MAX_FEATURES];
    struct change c = {p, kappa, oddi_population_limit(&lane->rows, row), &key, x};

    (void)oddi_model_score(m, x, p->d, share);
    *nearest = find_nearest(p, m, judged->model, x);
    for (size_t j = 0; j < p->d; j++) {
        bool known = *nearest < p->n_sample;

        reasons[j] = (struct oddi_reason){
            .value = x[j],
            .nearest_value = known ? p->x[*nearest * p->d + j] : m->location[j],
            .expected_low = m->low[j],
            .expected_high = m->high[j],
            .share = share[j],
            .normal_at = normal_at(&c, j, m->location[j], lane->plan->whole_features[j])};
    }
}
