#include "run/learn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/replace.h"
#include "baseline/file.h"
#include "baseline/scope_search.h"
#include "run/learn_dims.h"
#include "run/learn_scopes.h"
#include "run/plan_options.h"
#include "run/preset.h"

#define EXAMPLES ((size_t)4096) /* rows of a plan that the file keeps */

/* ---- Lanes -------------------------------------------------------------------------------------------------------- */

static enum odd_status add_own(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt_lane *lane = &run->hunt->lanes[0];

    lane->name = "own";
    run->hunt->n_lanes = 1;
    ODDI_TRY(odd_options_new("detect", &lane->options, err));
    return oddi_options_overlay(lane->options, run->options, err);
}

static enum odd_status add_presets(struct odd_run *run, const char *list, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    char name[64];

    while ((list = oddi_preset_next(list, name))) {
        struct oddi_hunt_lane *lane = &hunt->lanes[hunt->n_lanes];

        for (size_t l = 0; l < hunt->n_lanes; l++)
            if (strcmp(hunt->lanes[l].name, name) == 0)
                return oddi_fail(err, ODD_ERR_USAGE, "--preset names '%s' twice", name);
        if (hunt->n_lanes == ODDI_MAX_LANES)
            return oddi_fail(err, ODD_ERR_LIMIT, "at most %d presets at once", ODDI_MAX_LANES);
        hunt->n_lanes++;
        lane->name = "";
        ODDI_TRY(oddi_preset_options(name, run->options, &lane->options, err));
        if (!oddi_options_value(lane->options, "by")->text)
            return oddi_fail(err, ODD_ERR_USAGE, "preset '%s' judges flows, and a baseline is of entities",
                             name);
        lane->name = oddi_preset_find(name)->name;
    }
    if (hunt->n_lanes == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "--preset names no preset ('oddflow presets' lists them)");
    return ODD_OK;
}

enum odd_status oddi_learn_new(struct odd_run *run, struct odd_error *err)
{
    bool own = oddi_options_given(run->options, "by"), preset = oddi_options_given(run->options, "preset");
    const char *list = oddi_options_value(run->options, "preset")->text;

    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    run->hunt->report = ODDI_HUNT_LEARN;
    run->hunt->lanes = oddi_calloc_array(ODDI_MAX_LANES, sizeof *run->hunt->lanes);
    if (!run->hunt->lanes)
        return oddi_fail_memory(err);
    if (own && preset)
        return oddi_fail(err, ODD_ERR_USAGE, "--by and --preset exclude each other: both say what is learnt");
    ODDI_TRY(own ? add_own(run, err) : add_presets(run, list, err));
    ODDI_TRY(oddi_learn_dims_new(run, err));
    return oddi_learn_scopes_new(run, err);
}

/* ---- Plans ---------------------------------------------------------------------------------------------------------- */

static enum odd_status too_little(const struct oddi_hunt_lane *lane, const struct oddi_model *m,
                                  struct odd_error *err)
{
    const struct oddi_support *s = &m->support;

    return oddi_fail(
        err, ODD_ERR_NO_DATA,
        "too little to learn '%s' from: %llu row%s (one is an entity in a window) of %u host%s on %u day%s, "
        "and %zu rows are needed%s",
        lane->name, (unsigned long long)s->rows, s->rows == 1 ? "" : "s", s->hosts, s->hosts == 1 ? "" : "s",
        s->days, s->days == 1 ? "" : "s", 2 * ODDI_LEAST_HALF,
        lane->run->hunt->n_fresh ? " of what is in none of the scopes: leave out the one that holds the rest"
                                 : "");
}

static int ascending(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

    return a < b ? -1 : a > b;
}

/* The `most`-th least hash. */
static enum odd_status hash_limit(const struct oddi_rows_view *rows, size_t most, uint64_t *out,
                                  struct odd_error *err)
{
    uint64_t *hash;

    *out = UINT64_MAX;
    if (rows->n <= most)
        return ODD_OK;
    hash = oddi_malloc_array(rows->n, sizeof *hash);
    if (!hash)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < rows->n; i++)
        hash[i] = rows->key[i].hash;
    qsort(hash, rows->n, sizeof *hash, ascending);
    *out = hash[most - 1];
    free(hash);
    return ODD_OK;
}

/* The rows with the smallest hashes, as examples of what is normal. */
static enum odd_status keep_sample(struct oddi_base_plan *p, const struct oddi_rows_view *rows,
                                   size_t examples, struct odd_error *err)
{
    size_t d = rows->d, most = rows->n < examples ? rows->n : examples;
    uint64_t limit;

    ODDI_TRY(hash_limit(rows, most, &limit, err));
    p->x = oddi_malloc_array(most * d + 1, sizeof *p->x);
    p->key = oddi_malloc_array(most + 1, sizeof *p->key);
    if (!p->x || !p->key)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < rows->n && p->n_sample < most; i++) {
        if (rows->key[i].hash > limit)
            continue;
        p->key[p->n_sample] = rows->key[i];
        memcpy(p->x + p->n_sample++ * d, rows->x + i * d, d * sizeof *p->x);
    }
    return ODD_OK;
}

static bool is_searched(const struct oddi_row_key *key)
{
    return oddi_row_half(key) == 0;
}

static bool is_of_known(const struct oddi_row_key *key)
{
    return key->known;
}

static enum odd_status some_rows(const struct oddi_rows_view *rows,
                                 bool (*takes)(const struct oddi_row_key *), struct oddi_rows_view *out,
                                 struct odd_error *err)
{
    size_t d = rows->d, n = 0;
    double *x = oddi_malloc_array(rows->n * d + 1, sizeof *x);
    struct oddi_row_key *key = oddi_malloc_array(rows->n + 1, sizeof *key);

    *out = (struct oddi_rows_view){0, d, x, key};
    if (!x || !key)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < rows->n; i++) {
        if (!takes(&rows->key[i]))
            continue;
        key[n] = rows->key[i];
        memcpy(x + n++ * d, rows->x + i * d, d * sizeof *x);
    }
    out->n = n;
    return ODD_OK;
}

static void free_rows(struct oddi_rows_view *rows)
{
    free((void *)(uintptr_t)rows->x);
    free((void *)(uintptr_t)rows->key);
}

/* Supports are asked of all rows; the search sees half of them. Without options there is one scope. */
static enum odd_status find_scopes(const odd_options *opt, const struct oddi_rows_view *rows,
                                   struct oddi_scope_tree *tree, struct odd_error *err)
{
    struct oddi_scope_options options = ODDI_SCOPE_DEFAULTS;
    struct oddi_rows_view half;
    enum odd_status status;

    if (!opt || !oddi_learn_scopes_searched(opt))
        return oddi_scope_none(tree, err);
    options.max_scopes = (size_t)oddi_options_value(opt, "max-scopes")->i;
    options.min_rows /= 2;
    status = some_rows(rows, is_searched, &half, err); /* those that will not calibrate */
    if (status == ODD_OK)
        status = oddi_scope_search(&half, &options, tree, NULL, err);
    free_rows(&half);
    return status;
}

/* Deviations of all rows of the plan that a scope is a part of, with or without memory; NULL where there is no such plan. */
static const double *within(const struct oddi_base_plan *of, bool blind)
{
    if (!of)
        return NULL;
    return of->blind && (blind || of->model[0].cal.n_kept == 0) ? of->blind[0].scale : of->model[0].scale;
}

/* With memory: the models of hosts that it knows, and of all rows as if it knew none. Scopes are searched where there are rows of
 * hosts that it knows, if there are enough. */
static enum odd_status fit_both(const odd_options *opt, const struct oddi_base_plan *of,
                                const struct oddi_rows_view *rows, const double *blind, double kappa,
                                struct oddi_base_plan *p, double *held, struct odd_error *err)
{
    struct oddi_rows_view known = {0}, all = *rows;
    enum odd_status status = some_rows(rows, is_of_known, &known, err);
    double *of_known = oddi_malloc_array(known.n + 1, sizeof *of_known);

    all.x = blind;
    if (status == ODD_OK)
        status = find_scopes(opt, known.n >= 2 * ODDI_LEAST_HALF ? &known : &all, &p->tree, err);
    if (status == ODD_OK) {
        p->model = oddi_calloc_array(p->tree.n_models, sizeof *p->model);
        p->blind = oddi_calloc_array(p->tree.n_models, sizeof *p->blind);
        status = p->model && p->blind ? ODD_OK : oddi_fail_memory(err);
    }
    if (status == ODD_OK && !of_known)
        status = oddi_fail_memory(err);
    if (status == ODD_OK)
        status = oddi_models_fit_within(&known, &p->tree, within(of, false), kappa, p->model, of_known, err);
    if (status == ODD_OK)
        status = oddi_models_fit_within(&all, &p->tree, within(of, true), kappa, p->blind, held, err);
    for (size_t i = 0, k = 0; status == ODD_OK && i < rows->n && p->model[0].cal.n_kept > 0; i++)
        if (is_of_known(&rows->key[i]))
            held[i] = of_known[k++];
    free_rows(&known);
    free(of_known);
    return status;
}

static enum odd_status fit_one(const odd_options *opt, const struct oddi_base_plan *of,
                               const struct oddi_rows_view *rows, double kappa, struct oddi_base_plan *p,
                               double *held, struct odd_error *err)
{
    ODDI_TRY(find_scopes(opt, rows, &p->tree, err));
    p->model = oddi_calloc_array(p->tree.n_models, sizeof *p->model);
    if (!p->model)
        return oddi_fail_memory(err);
    return oddi_models_fit_within(rows, &p->tree, within(of, false), kappa, p->model, held, err);
}

/* of: the plan that the rows are a scope of, or NULL. */
static enum odd_status fit(const odd_options *opt, const struct oddi_base_plan *of,
                           const struct oddi_rows_view *rows, const double *blind, double kappa,
                           struct oddi_base_plan *p, struct oddi_day_rows *day, struct odd_error *err)
{
    double *held = oddi_malloc_array(rows->n + 1, sizeof *held);

    if (!held)
        return oddi_fail_memory(err);
    *day = (struct oddi_day_rows){rows->n, rows->key, held};
    return blind ? fit_both(opt, of, rows, blind, kappa, p, held, err)
                 : fit_one(opt, of, rows, kappa, p, held, err);
}

enum odd_status oddi_learn_scope(struct oddi_hunt_lane *lane, const struct oddi_base_plan *of,
                                 struct oddi_day_rows *day, struct odd_error *err)
{
    struct oddi_base_plan *p = &lane->accepted->plans[lane->accepted->n_plans];
    struct oddi_rows_view rows;
    const double *blind;

    ODDI_TRY(oddi_learner_end(lane->learner, &rows, &blind, err));
    if (rows.n < 2 * ODDI_LEAST_HALF)
        return ODD_OK;
    lane->accepted->n_plans++;
    p->name = strdup(of->name);
    p->options = oddi_calloc_array(1, sizeof *p->options);
    if (!p->name || !p->options)
        return oddi_fail_memory(err);
    p->d = rows.d;
    p->rows = lane->learner->rows;
    p->windows = lane->learner->windows;
    ODDI_TRY(fit(NULL, of, &rows, blind, 0, p, day, err));
    if (blind)
        ODDI_TRY(oddi_learner_memory_give(&lane->learner->memory, &p->memory, err));
    return keep_sample(p, &rows, ODDI_SCOPE_EXAMPLES, err);
}

/* The rows stay the learner's; *day gets them and what is freed by the caller: how odd each would have been as a new one. */
static enum odd_status learn_plan(struct oddi_hunt_lane *lane, double kappa, struct oddi_base_plan *p,
                                  struct oddi_day_rows *day, struct odd_error *err)
{
    const odd_options *opt = lane->run->options;
    struct oddi_rows_view rows;
    const double *blind;
    const struct oddi_model *all;

    ODDI_TRY(oddi_learner_end(lane->learner, &rows, &blind, err));
    oddi_learn_dims_rows(lane);
    p->name = strdup(lane->name);
    if (!p->name)
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_plan_options_keep(lane->plan, lane->options, lane->name, p, err));
    p->d = rows.d;
    p->rows = lane->learner->rows;
    p->windows = lane->learner->windows;
    ODDI_TRY(fit(opt, NULL, &rows, blind, kappa, p, day, err));
    all = blind ? p->blind : p->model;
    if (all->cal.n_kept == 0)
        return too_little(lane, all, err);
    if (blind)
        ODDI_TRY(oddi_learner_memory_give(&lane->learner->memory, &p->memory, err));
    ODDI_TRY(oddi_learn_dims_give(lane, p, err));
    return keep_sample(p, &rows, EXAMPLES, err);
}

/* ---- The baseline ------------------------------------------------------------------------------------------------------ */

enum odd_status oddi_learn_inputs(const struct odd_run *run, struct oddi_base_input **out, size_t *n,
                                  struct odd_error *err)
{
    *out = oddi_calloc_array(run->n_inputs + 1, sizeof **out);
    if (!*out)
        return oddi_fail_memory(err);
    for (; *n < run->n_inputs; ++*n) {
        const struct oddi_run_input *in = &run->inputs[*n];

        (*out)[*n] = (struct oddi_base_input){strdup(run->source_names[*n]), in->hashed, in->crc};
        if (!(*out)[*n].name)
            return oddi_fail_memory(err);
    }
    return ODD_OK;
}

static enum odd_status keep_head(const struct odd_run *run, struct oddi_baseline *b, struct odd_error *err)
{
    struct oddi_buf command;

    oddi_buf_init(&command, 0);
    oddi_options_show(run->options, &command);
    b->program = strdup(ODD_VERSION);
    b->command = oddi_buf_ok(&command) ? strdup(oddi_buf_cstr(&command)) : NULL;
    oddi_buf_free(&command);
    if (!b->program || !b->command)
        return oddi_fail_memory(err);
    b->kappa = oddi_options_value(run->options, "kappa")->f;
    b->ledger = run->ledger;
    b->first = INT64_MAX;
    b->last = INT64_MIN;
    for (size_t l = 0; l < run->hunt->n_lanes; l++) {
        const struct oddi_learner *learner = run->hunt->lanes[l].learner;

        b->first = learner->first < b->first ? learner->first : b->first;
        b->last = learner->last > b->last ? learner->last : b->last;
    }
    return oddi_learn_inputs(run, &b->inputs, &b->n_inputs, err);
}

/* Rows in which scopes were searched are not as new ones. If there are any, those of the same half of all plans are left out,
 * so that the shares of the plans in a day are those of the traffic. */
static void drop_searched(const struct oddi_baseline *b, const struct oddi_day_rows *days, size_t n)
{
    bool searched = false;

    for (size_t j = 0; j < b->n_plans; j++)
        searched = searched || b->plans[j].tree.n_models > 1;
    for (size_t j = 0; j < n && searched; j++)
        for (size_t i = 0; i < days[j].n; i++)
            if (is_searched(&days[j].key[i]))
                ((double *)(uintptr_t)days[j].ln_p)[i] = NAN;
}

/* Each plan's sample is of the hosts' days that were drawn first, of some plans fewer: those of all plans are what a day can
 * be told from. Returns how many they are of all days, as a share. */
static double drop_undrawn(const struct oddi_hunt *hunt, struct oddi_day_rows *days)
{
    uint64_t limit = UINT64_MAX;

    for (size_t j = 0; j < hunt->n_lanes; j++) {
        uint64_t own = oddi_learner_limit(hunt->lanes[j].learner);

        limit = own < limit ? own : limit;
    }
    if (limit == UINT64_MAX)
        return 1;
    for (size_t j = 0; j < hunt->n_lanes; j++)
        days[j].n = oddi_rows_drawn_below(hunt->lanes[j].learner->key, (double *)(uintptr_t)days[j].ln_p,
                                          days[j].n, limit);
    return (double)limit * 0x1p-64;
}

/* The lanes of the plans come before those of the scopes. */
static enum odd_status learn_plans(struct odd_run *run, struct oddi_baseline *b, struct oddi_day_rows *days,
                                   struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    double share;

    for (size_t l = 0; l < hunt->n_lanes; l++) {
        struct oddi_hunt_lane *lane = &hunt->lanes[l];

        if (lane->accepted) {
            ODDI_TRY(oddi_learn_scope(lane, &b->plans[lane->plan_index], &days[l], err));
            continue;
        }
        b->n_plans++;
        ODDI_TRY(learn_plan(lane, b->kappa, &b->plans[l], &days[l], err));
    }
    share = drop_undrawn(hunt, days);
    drop_searched(b, days, hunt->n_lanes);
    ODDI_TRY(oddi_learn_scopes_stage(hunt, days, b->n_plans, &b->stage, err));
    b->stage.per_day /= share;
    return oddi_learn_scopes_give(run, b, err);
}

static enum odd_status fill(struct odd_run *run, struct oddi_baseline *b, struct odd_error *err)
{
    size_t n = run->hunt->n_lanes;
    struct oddi_day_rows *days = oddi_calloc_array(n, sizeof *days);
    enum odd_status status = keep_head(run, b, err);

    b->plans = oddi_calloc_array(n, sizeof *b->plans);
    if (status == ODD_OK && (!b->plans || !days))
        status = oddi_fail_memory(err);
    if (status == ODD_OK)
        status = oddi_learn_calendar(run, b->first, b->last, err);
    if (status == ODD_OK)
        status = learn_plans(run, b, days, err);
    if (status == ODD_OK)
        status = oddi_learn_dims_end(run, b, err);
    for (size_t i = 0; days && i < n; i++)
        free((void *)(uintptr_t)days[i].ln_p);
    free(days);
    return status;
}

static enum odd_status tell_memory(struct odd_run *run, size_t lane, const struct oddi_base_plan *p,
                                   struct odd_error *err)
{
    uint64_t refused = oddi_learner_memory_refused(&run->hunt->lanes[lane].learner->memory);
    char keys[ODDI_NUM_MAX];
    size_t n = p->memory.hosts.n;

    if (!p->blind)
        return ODD_OK;
    if (p->model[0].cal.n_kept == 0)
        ODDI_TRY(oddi_run_note(
            run, err,
            "%s: what is new to a host says something after three days with it; here every host is judged "
            "as if it were new itself",
            p->name));
    for (size_t i = 0; i < p->memory.n_kinds; i++)
        n += p->memory.kinds[i].n;
    keys[oddi_format_u64_grouped(keys, n)] = '\0';
    ODDI_TRY(oddi_run_note(run, err, "%s: remembers %s things that were met", p->name, keys));
    keys[oddi_format_u64_grouped(keys, refused)] = '\0';
    return refused == 0
               ? ODD_OK
               : oddi_run_note(run, err,
                               "%s: %s times --pairs-mem had no room for what was met, which stays new",
                               p->name, keys);
}

static enum odd_status tell(struct odd_run *run, const struct oddi_baseline *b, const char *path,
                            size_t bytes, struct odd_error *err)
{
    char rows[ODDI_NUM_MAX], size[ODDI_NUM_MAX], scopes[ODDI_NUM_MAX], from[ODDI_TIME_TEXT_MAX],
        to[ODDI_TIME_TEXT_MAX];

    for (size_t i = 0; i < b->n_plans; i++) {
        const struct oddi_base_plan *p = &b->plans[i];
        const struct oddi_support *s = p->blind ? &p->blind[0].support : &p->model[0].support;
        const struct oddi_zone *zone = run->hunt->lanes[i].plan->zone;

        rows[oddi_format_u64_grouped(rows, p->rows)] = '\0';
        from[oddi_format_time_plain(from, s->first, zone)] = '\0';
        to[oddi_format_time_plain(to, s->last, zone)] = '\0';
        snprintf(scopes, sizeof scopes, "%zu scopes", p->tree.n_models - 1);
        ODDI_TRY(oddi_run_note(run, err,
                               "learnt %s: %s, %s rows of %u hosts on %u day%s, windows from %s to %s",
                               p->name, p->tree.n_models > 1 ? scopes : "one scope", rows, s->hosts, s->days,
                               s->days == 1 ? "" : "s", from, to));
        ODDI_TRY(tell_memory(run, i, p, err));
    }
    for (size_t i = 0; i < b->n_accepted; i++)
        ODDI_TRY(oddi_learn_tell_scope(run, b, &b->accepted[i], err));
    size[oddi_format_u64_grouped(size, bytes)] = '\0';
    return oddi_run_note(run, err, "wrote %s, %s bytes", path, size);
}

static enum odd_status save(struct odd_run *run, const char *path, struct odd_error *err)
{
    struct oddi_baseline b = {0};
    struct oddi_buf file;
    enum odd_status status;

    oddi_buf_init(&file, 0);
    status = fill(run, &b, err);
    if (status == ODD_OK)
        status = oddi_baseline_write(&b, &file, err);
    if (status == ODD_OK)
        status = oddi_replace_file(path, file.data, file.size, err);
    if (status == ODD_OK)
        status = tell(run, &b, path, file.size, err);
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
    return status;
}

enum odd_status odd_run_learn(odd_run *run, const char *path, struct odd_error *err)
{
    if (!run->hunt || run->hunt->report != ODDI_HUNT_LEARN)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_run_learn needs a run with the options of command 'learn'");
    if (run->stage != ODDI_RUN_ADDING)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_run_learn runs a run from its start, once");
    ODDI_TRY(oddi_run_start(run, err));
    ODDI_TRY(oddi_learn_dims_started(run, err));
    ODDI_TRY(oddi_hunt_read(run, err));
    ODDI_TRY(oddi_run_conclude(run, err));
    return save(run, path, err);
}
