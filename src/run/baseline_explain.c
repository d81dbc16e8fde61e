/* odd_baseline_explain: which scope judges a row, and why. */
#include "run/baseline_load.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "baseline/scope_text.h"
#include "run/baseline_about.h"
#include "run/baseline_bind.h"
#include "run/baseline_text.h"

#define MOST_LEVELS 64 /* scopes from the row's to that of all rows */
#define MOST_SHOWN  ((size_t)6)

struct explain {
    const char *path;
    struct oddi_baseline base;
    struct oddi_zone *zone;
    struct oddi_about about;
    bool json, any;
    struct oddi_buf out, words, condition;
    struct odd_error *err;
};

/* A model that has a part in the p of the row. */
struct level {
    uint32_t model;
    double weight, score, ln_p;
};

/* One plan's answer. */
struct answer {
    struct explain *e;
    struct oddi_about about; /* what of it the plan's rows have */
    const struct oddi_base_plan *plan;
    const struct oddi_model *models;
    struct oddi_bound_plan bound;
    struct oddi_scope_names names;
    struct oddi_row_key key;
    struct oddi_judgement judged;
    struct level level[MOST_LEVELS];
    size_t n_levels, n_told; /* n_told: features that were told */
    double *x, *share;
    bool *told;
};

/* ---- The row --------------------------------------------------------------------------------------------------------- */

static const char *key_of(const struct oddi_by *by, enum oddi_expr_type type)
{
    for (size_t k = 0; k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == type)
            return by->key_names[k];
    return NULL;
}

/* In the units of reasons; the feature itself may be a logarithm. */
static double from_shown(const struct oddi_by_feature *f, double v)
{
    return f->logarithm ? log1p(v) : v;
}

static double to_shown(const struct oddi_by_feature *f, double v)
{
    return f->logarithm ? expm1(v) : v;
}

/* Which features were told. */
static void mark_told(struct answer *a)
{
    const struct oddi_by *by = a->bound.plan.by;
    struct oddi_about *about = &a->e->about;

    for (size_t i = 0; i < about->n; i++)
        for (size_t j = 0; j < a->plan->d; j++) {
            const char *name = by->features[j].name;

            if (strlen(name) != about->feature[i].size ||
                memcmp(name, about->feature[i].name, about->feature[i].size) != 0)
                continue;
            a->x[j] = from_shown(&by->features[j], about->feature[i].value);
            a->n_told += !a->told[j];
            a->told[j] = true;
            about->feature[i].used = true;
        }
}

/* What is not told is as it usually is in the scope. */
static void fill_row(struct answer *a)
{
    const double *usual = a->models[a->judged.model].location;

    for (size_t j = 0; j < a->plan->d; j++)
        if (!a->told[j])
            a->x[j] = usual[j];
}

/* As oddi_models_judge() mixes them. */
static void find_levels(struct answer *a)
{
    const struct oddi_scope_tree *tree = &a->plan->tree;
    double weight = 1, kappa = a->e->base.kappa;

    for (uint32_t m = a->judged.model; m != ODDI_NO_NODE && a->n_levels < MOST_LEVELS; m = tree->parent[m]) {
        const struct oddi_model *model = &a->models[m];
        double n = (double)model->cal.n, part = tree->parent[m] == ODDI_NO_NODE ? 1 : n / (n + kappa);
        struct level *l = &a->level[a->n_levels];
        bool beyond;

        if (model->cal.n_kept == 0)
            continue;
        l->model = m;
        l->weight = weight * part;
        l->score = oddi_model_score(model, a->x, a->plan->d, NULL);
        l->ln_p = oddi_calibration_ln_p(&model->cal, l->score, &beyond);
        weight -= l->weight;
        a->n_levels++;
    }
}

static void judge(struct answer *a)
{
    oddi_base_judge(a->plan, a->e->base.kappa, &a->key, a->x, &a->judged);
    fill_row(a);
    oddi_base_judge(a->plan, a->e->base.kappa, &a->key, a->x, &a->judged);
    (void)oddi_model_score(&a->models[a->judged.model], a->x, a->plan->d, a->share);
    find_levels(a);
}

/* ---- The path --------------------------------------------------------------------------------------------------------- */

/* The condition of one cut: that of the inside of a tree of one cut. */
static void cut_condition(const struct answer *a, const struct oddi_cut *cut)
{
    struct oddi_scope_node nodes[3] = {
        {.cut = *cut, .parent = ODDI_NO_NODE, .inside = 1, .outside = 2, .model = ODDI_NO_NODE},
        {.inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1},
        {.inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 2}};
    uint32_t parent[3] = {ODDI_NO_NODE, 0, 0};
    const struct oddi_scope_tree tree = {.n_nodes = 3,
                                         .nodes = nodes,
                                         .n_models = 3,
                                         .parent = parent,
                                         .dims = a->plan->tree.dims,
                                         .calendar = a->plan->tree.calendar};

    oddi_buf_clear(&a->e->condition);
    oddi_scope_expression(&tree, 1, &a->names, &a->e->condition);
}

static void text_path(const struct answer *a)
{
    const struct oddi_scope_node *node = a->plan->tree.nodes;

    while (node->cut.kind != ODDI_CUT_NONE) {
        bool holds = oddi_cut_holds(&node->cut, &a->key);

        cut_condition(a, &node->cut);
        oddi_buf_printf(&a->e->out, "  %s: %s\n", oddi_buf_cstr(&a->e->condition), holds ? "yes" : "no");
        node = a->plan->tree.nodes + (holds ? node->inside : node->outside);
    }
}

static void json_path(const struct answer *a, struct oddi_json *j)
{
    const struct oddi_scope_node *node = a->plan->tree.nodes;

    oddi_json_key(j, "path");
    oddi_json_begin_array(j);
    while (node->cut.kind != ODDI_CUT_NONE) {
        bool holds = oddi_cut_holds(&node->cut, &a->key);

        cut_condition(a, &node->cut);
        oddi_json_begin_object(j);
        oddi_json_member_text(j, "condition", oddi_buf_cstr(&a->e->condition));
        oddi_json_key(j, "holds");
        oddi_json_bool(j, holds);
        oddi_json_end_object(j);
        node = a->plan->tree.nodes + (holds ? node->inside : node->outside);
    }
    oddi_json_end_array(j);
}

/* ---- For people ------------------------------------------------------------------------------------------------------- */

static void text_who(const struct answer *a)
{
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    struct oddi_buf *out = &a->e->out;
    const struct oddi_about *about = &a->about;
    char text[ODDI_ADDR_TEXT_MAX + 64];

    oddi_buf_printf(out, "%splan %s: a row", out->size ? "\n" : "", a->plan->name);
    if (about->has_addr) {
        oddi_buf_str(out, " of ");
        oddi_buf_add(out, text, oddi_format_addr(text, &about->addr));
    }
    if (about->has_service) {
        oddi_buf_char(out, ' ');
        oddi_buf_add(out, text,
                     oddi_expr_format(ODDI_EXPR_SERVICE, &about->service, NULL, text, sizeof text));
    }
    if (about->has_time || about->has_hour)
        oddi_buf_printf(out, " at %02u:00", a->key.hour);
    if (about->has_time || about->has_weekday)
        oddi_buf_printf(out, " on a %s", days[a->key.weekday]);
    oddi_buf_char(out, '\n');
}

static void text_scope(const struct answer *a)
{
    struct oddi_buf *out = &a->e->out;
    const struct oddi_support *s = &a->models[a->judged.model].support;
    uint32_t found = oddi_scope_find(&a->plan->tree, &a->key);

    if (found != a->judged.model)
        oddi_buf_printf(out, "  scope %u has too few rows for a model of its own\n", found);
    oddi_base_scope_text(a->plan, a->judged.model, &a->e->words, &a->e->condition);
    oddi_buf_printf(out, "  judged by scope %u: %s, ", a->judged.model, oddi_buf_cstr(&a->e->words));
    oddi_show_count(out, s->rows, "row");
    oddi_buf_str(out, " of ");
    oddi_show_count(out, s->hosts, "host");
    oddi_buf_str(out, " on ");
    oddi_show_count(out, s->days, "day");
    oddi_buf_char(out, '\n');
    if (!a->plan->blind || a->key.host == 0)
        return;
    oddi_buf_str(out, a->models == a->plan->model
                          ? "  its host was met on two days: what is new to it says something\n"
                          : "  its host was not met on two days: judged as if all were new to it\n");
}

static void text_p(struct oddi_buf *out, double ln_p)
{
    oddi_show_number(out, exp(ln_p), 2);
}

static void text_levels(const struct answer *a)
{
    struct oddi_buf *out = &a->e->out;

    for (size_t i = 0; i < a->n_levels; i++) {
        const struct level *l = &a->level[i];

        if (l->model == 0)
            oddi_buf_str(out, "  all traffic: ");
        else
            oddi_buf_printf(out, "  scope %u: ", l->model);
        oddi_show_count(out, a->models[l->model].cal.n, "row");
        oddi_buf_printf(out, " of calibration, counts %.1f %%", 100 * l->weight);
        if (a->n_told > 0) {
            oddi_buf_str(out, "; score ");
            oddi_show_number(out, l->score, 4);
            oddi_buf_str(out, ", p ");
            text_p(out, l->ln_p);
        }
        oddi_buf_char(out, '\n');
    }
}

/* Features that were told, and those with a share, greatest first. */
static size_t next_feature(const struct answer *a, const bool *done)
{
    size_t best = a->plan->d;

    for (size_t j = 0; j < a->plan->d; j++)
        if (!done[j] && a->told[j] && (best == a->plan->d || a->share[j] > a->share[best]))
            best = j;
    return best;
}

static void text_quantity(struct oddi_buf *out, double v)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_quantity(text, v));
}

static void text_feature(const struct answer *a, size_t j)
{
    const struct oddi_by_feature *f = &a->bound.plan.by->features[j];
    const struct oddi_model *m = &a->models[a->judged.model];
    struct oddi_buf *out = &a->e->out;

    oddi_buf_printf(out, "  %s ", f->name);
    text_quantity(out, to_shown(f, a->x[j]));
    oddi_buf_printf(out, ": %+.1f deviations, %.0f %% of the score; 98 %% of the scope's rows have ",
                    (a->x[j] - m->location[j]) / m->scale[j], 100 * a->share[j]);
    text_quantity(out, to_shown(f, m->low[j]));
    oddi_buf_str(out, " to ");
    text_quantity(out, to_shown(f, m->high[j]));
    oddi_buf_char(out, '\n');
}

static enum odd_status text_answer(const struct answer *a)
{
    struct oddi_buf *out = &a->e->out;
    bool *done = oddi_calloc_array(a->plan->d + 1, sizeof *done);

    if (!done)
        return oddi_fail_memory(a->e->err);
    text_who(a);
    text_path(a);
    text_scope(a);
    text_levels(a);
    if (a->n_told > 0) {
        oddi_buf_str(out, "  p ");
        text_p(out, a->judged.ln_p);
        oddi_buf_str(out, a->judged.extrapolated ? ", extrapolated" : "");
        oddi_buf_str(out, a->n_told < a->plan->d ? "; what was not told is taken as usual\n" : "\n");
    }
    for (size_t n = 0, j; n < MOST_SHOWN && (j = next_feature(a, done)) < a->plan->d; n++) {
        text_feature(a, j);
        done[j] = true;
    }
    free(done);
    return ODD_OK;
}

/* ---- As NDJSON ----------------------------------------------------------------------------------------------------------- */

static void json_levels(const struct answer *a, struct oddi_json *j)
{
    oddi_json_key(j, "models");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < a->n_levels; i++) {
        oddi_json_begin_object(j);
        oddi_json_member_count(j, "scope", a->level[i].model);
        oddi_json_member_count(j, "calibrated", a->models[a->level[i].model].cal.n);
        oddi_json_member_number(j, "weight", a->level[i].weight);
        oddi_json_member_number(j, "score", a->level[i].score);
        oddi_json_member_number(j, "ln_p", a->level[i].ln_p);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static void json_features(const struct answer *a, struct oddi_json *j)
{
    const struct oddi_model *m = &a->models[a->judged.model];

    oddi_json_key(j, "features");
    oddi_json_begin_array(j);
    for (size_t f = 0; f < a->plan->d; f++) {
        const struct oddi_by_feature *of = &a->bound.plan.by->features[f];

        oddi_json_begin_object(j);
        oddi_json_member_text(j, "feature", of->name);
        oddi_json_member_number(j, "value", to_shown(of, a->x[f]));
        oddi_json_key(j, "told");
        oddi_json_bool(j, a->told[f]);
        oddi_json_member_number(j, "deviations", (a->x[f] - m->location[f]) / m->scale[f]);
        oddi_json_member_number(j, "expected_low", to_shown(of, m->low[f]));
        oddi_json_member_number(j, "expected_high", to_shown(of, m->high[f]));
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static enum odd_status json_answer(const struct answer *a)
{
    struct oddi_json j;

    oddi_json_init(&j, &a->e->out);
    oddi_json_begin_object(&j);
    oddi_json_member_text(&j, "plan", a->plan->name);
    json_path(a, &j);
    oddi_base_scope_text(a->plan, a->judged.model, &a->e->words, &a->e->condition);
    oddi_json_member_count(&j, "scope", a->judged.model);
    oddi_json_member_text(&j, "words", oddi_buf_cstr(&a->e->words));
    oddi_json_member_text(&j, "condition", oddi_buf_cstr(&a->e->condition));
    oddi_json_key(&j, "known");
    oddi_json_bool(&j, a->models == a->plan->model);
    json_levels(a, &j);
    oddi_json_member_number(&j, "score", a->judged.score);
    oddi_json_member_number(&j, "ln_p", a->judged.ln_p);
    oddi_json_key(&j, "extrapolated");
    oddi_json_bool(&j, a->judged.extrapolated);
    json_features(a, &j);
    oddi_json_end_object(&j);
    oddi_buf_char(&a->e->out, '\n');
    return ODD_OK;
}

/* ---- The whole ------------------------------------------------------------------------------------------------------------ */

/* What the plan's cuts ask and the arguments do not tell; NULL: nothing. */
static const char *lacking(const struct answer *a)
{
    const struct oddi_about *about = &a->about;
    const struct oddi_scope_tree *t = &a->plan->tree;

    for (size_t i = 0; i < t->n_nodes; i++) {
        switch (t->nodes[i].cut.kind) {
        case ODDI_CUT_NET:
            if (!about->has_addr)
                return "host=ADDRESS";
            break;
        case ODDI_CUT_SERVICE:
            if (!about->has_service)
                return "service=PROTO/PORT";
            break;
        case ODDI_CUT_HOURS:
            if (!about->has_time && !about->has_hour)
                return "time=TIME or hour=HOUR";
            break;
        case ODDI_CUT_WEEKDAYS:
            if (!about->has_time && !about->has_weekday)
                return "time=TIME or weekday=DAY";
            break;
        case ODDI_CUT_EVENT:
            if (!about->has_time)
                return "time=TIME";
            break;
        case ODDI_CUT_DIM: /* its value is that of an expression over flows */
            return "the value of --scope-dim, for which there is no NAME=VALUE yet";
        default:
            break;
        }
    }
    return NULL;
}

static void text_lacking(struct answer *a, const char *what)
{
    struct oddi_buf *out = &a->e->out;

    oddi_buf_printf(out, "%splan %s: its scopes ask for more: tell %s\n", out->size ? "\n" : "",
                    a->plan->name, what);
}

static enum odd_status answer(struct answer *a)
{
    const struct oddi_by *by = a->bound.plan.by;
    const char *addr = key_of(by, ODDI_EXPR_ADDR), *service = key_of(by, ODDI_EXPR_SERVICE);
    const char *more;

    a->names = (struct oddi_scope_names){addr ? addr : "src_ip", service ? service : "service"};
    a->about = a->e->about;
    a->about.has_addr = a->about.has_addr && addr;
    a->about.has_service = a->about.has_service && service;
    a->key = oddi_about_key(&a->about, a->plan, a->e->zone);
    if (a->about.has_time)
        a->key.events = oddi_calendar_at(a->plan->tree.calendar, a->key.start);
    a->models = oddi_base_models(a->plan, &a->key);
    mark_told(a);
    more = lacking(a);
    if (more && a->e->about.plan)
        return oddi_fail(a->e->err, ODD_ERR_USAGE, "the scopes of plan '%s' ask for more: tell %s",
                         a->plan->name, more);
    if (more) {
        if (!a->e->json)
            text_lacking(a, more);
        return ODD_OK;
    }
    a->e->any = true;
    judge(a);
    return a->e->json ? json_answer(a) : text_answer(a);
}

static enum odd_status explain_plan(struct explain *e, const struct oddi_base_plan *p)
{
    struct answer a = {.e = e, .plan = p};
    enum odd_status status;

    a.x = oddi_calloc_array(2 * p->d + 1, sizeof *a.x);
    a.told = oddi_calloc_array(p->d + 1, sizeof *a.told);
    a.share = a.x ? a.x + p->d : NULL;
    status = a.x && a.told ? oddi_bound_plan_make(p, e->path, &a.bound, e->err) : oddi_fail_memory(e->err);
    if (status == ODD_OK)
        status = answer(&a);
    oddi_bound_plan_clear(&a.bound);
    free(a.x);
    free(a.told);
    return status;
}

static enum odd_status check_used(struct explain *e)
{
    if (!e->any && e->about.plan)
        return oddi_fail(e->err, ODD_ERR_USAGE,
                         "the baseline has no plan '%s' ('oddflow baseline show' lists them)", e->about.plan);
    for (size_t i = 0; i < e->about.n; i++)
        if (!e->about.feature[i].used)
            return oddi_fail(
                e->err, ODD_ERR_USAGE,
                "no plan of the baseline has a feature '%.*s' ('oddflow baseline show' lists them)",
                (int)e->about.feature[i].size, e->about.feature[i].name);
    return ODD_OK;
}

static enum odd_status explain_all(struct explain *e, const char *const *args, size_t n)
{
    ODDI_TRY(oddi_base_zone(&e->base, &e->zone, e->err));
    ODDI_TRY(oddi_about_parse(args, n, e->zone, &e->about, e->err));
    for (size_t i = 0; i < e->base.n_plans; i++)
        if (!e->about.plan || strcmp(e->about.plan, e->base.plans[i].name) == 0)
            ODDI_TRY(explain_plan(e, &e->base.plans[i]));
    ODDI_TRY(check_used(e));
    return oddi_buf_ok(&e->out) && oddi_buf_ok(&e->words) && oddi_buf_ok(&e->condition)
               ? ODD_OK
               : oddi_fail_memory(e->err);
}

enum odd_status odd_baseline_explain(const char *path, const char *const *about, size_t n, int json,
                                     odd_write_fn write, void *ctx, struct odd_error *err)
{
    struct explain e = {.path = path, .json = json != 0, .err = err};
    enum odd_status status;
    int failed;

    ODDI_TRY(oddi_baseline_load(&e.base, path, err));
    oddi_buf_init(&e.out, 0);
    oddi_buf_init(&e.words, 0);
    oddi_buf_init(&e.condition, 0);
    status = explain_all(&e, about, n);
    if (status == ODD_OK && (failed = write(ctx, e.out.data, e.out.size)) != 0)
        status = oddi_fail_errno(err, NULL, "write the output", failed);
    oddi_buf_free(&e.out);
    oddi_buf_free(&e.words);
    oddi_buf_free(&e.condition);
    oddi_zone_free(e.zone);
    oddi_baseline_clear(&e.base);
    return status;
}
