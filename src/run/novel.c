#include "run/novel.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/baseline_load.h"
#include "run/novel_budget.h"
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
    if (run->hunt->n_lanes > 1 &&
        (strcmp(run->plan.writer->name, "csv") == 0 || strcmp(run->plan.writer->name, "fields") == 0))
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "the baseline has several plans, whose columns do not fit under one header: choose one with "
            "--plan, or use -o ndjson");
    return ODD_OK;
}

enum odd_status oddi_novel_new(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const struct oddi_baseline *b = &hunt->baseline;

    hunt->lanes = oddi_calloc_array(b->n_plans, sizeof *hunt->lanes);
    if (!hunt->lanes)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < b->n_plans; i++) {
        struct oddi_hunt_lane *lane = &hunt->lanes[hunt->n_lanes];

        if (!is_chosen(run->options, &b->plans[i]))
            continue;
        hunt->n_lanes++;
        lane->name = b->plans[i].name;
        lane->learnt = &b->plans[i];
        ODDI_TRY(oddi_plan_options_make(lane->learnt, run->options, odd_options_get(run->options, "baseline"),
                                        &lane->options, err));
    }
    if (hunt->n_lanes == 0)
        return no_plan(run, err);
    ODDI_TRY(oddi_novel_limits(run, err));
    return check_output(run, err);
}

enum odd_status oddi_novel_start(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    if (lane->plan->d != lane->learnt->d || !lane->plan->entities)
        return oddi_fail_at(err, ODD_ERR_FORMAT, odd_options_get(lane->run->options, "baseline"),
                            ODD_NO_POSITION, ODD_NO_POSITION,
                            "holds models of %zu features for a plan that has %zu", lane->learnt->d,
                            lane->plan->d);
    lane->rows.wants_who = true;
    return oddi_novel_remember(lane, err);
}

/* ---- Judging ------------------------------------------------------------------------------------------------------- */

struct oddi_row_key oddi_novel_key(const struct oddi_hunt_lane *lane, size_t row)
{
    const struct oddi_population *p = &lane->rows;
    uint32_t e = p->entity[row];

    struct oddi_row_key key =
        oddi_row_key(&p->who[e], p->ids.key[e], p->start[p->window[row]], lane->plan->zone);

    key.known = oddi_host_is_known(&lane->learnt->memory, key.host);
    return key;
}

/* 75 at the threshold; 100 is never reached. As stats/tail.h has it. By rank, so that rows of equal p have an order; whether a row
 * is odd is said by p. */
static double score_of(const struct oddi_judgement *j, double ln_fpr)
{
    double s = j->ln_rank / ln_fpr, score = s <= 1 ? 75 * s : 100 - 25 / s;

    return j->ln_p > ln_fpr && score >= 75 ? 75 - 1e-6 / s : score;
}

enum odd_status oddi_novel_judge(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    const struct oddi_hunt *hunt = lane->run->hunt;
    const struct oddi_base_plan *learnt = lane->learnt;
    struct oddi_population *p = &lane->rows;

    p->raw = oddi_malloc_array(p->n + 1, sizeof *p->raw);
    p->score = oddi_malloc_array(p->n + 1, sizeof *p->score);
    if (!p->raw || !p->score)
        return oddi_fail_memory(err);
    p->novel = true;
    p->ln_fpr = lane->ln_fpr;
    for (size_t i = 0; i < p->n; i++) {
        struct oddi_row_key key = oddi_novel_key(lane, i);
        struct oddi_judgement j;

        oddi_base_judge(learnt, hunt->baseline.kappa, &key, p->x + i * learnt->d, &j);
        p->raw[i] = j.ln_p;
        p->score[i] = score_of(&j, lane->ln_fpr);
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
        for (size_t j = 0; j < p->d; j++) {
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
    double kappa, ln_fpr;
    const struct oddi_row_key *key;
    double *x; /* d */
};

static bool is_normal(const struct change *c)
{
    struct oddi_judgement j;

    oddi_base_judge(c->p, c->kappa, c->key, c->x, &j);
    return j.ln_p > c->ln_fpr;
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
    struct change c = {p, kappa, lane->ln_fpr, &key, x};

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
