#include "run/run.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "run/home_guess.h"
#include "run/hunt.h"
#include "run/accept.h"
#include "run/learn.h"
#include "run/novel.h"
#include "run/preset.h"

/* ---- Life ----------------------------------------------------------------------------------------------- */

const char *oddi_run_preset_name(const struct odd_run *run)
{
    const char *list = oddi_options_value(run->options, "preset")->text;
    const struct oddi_preset *preset;
    char name[64], more[64];

    if (!list || !(list = oddi_preset_next(list, name)) || oddi_preset_next(list, more))
        return NULL;
    preset = oddi_preset_find(name);
    return preset && strcmp(oddi_options_command(run->options), "detect") == 0 ? preset->name : NULL;
}

static bool names_several(const char *list)
{
    char name[64];

    if (list)
        list = oddi_preset_next(list, name);
    return list && oddi_preset_next(list, name);
}

/* Several presets at once: each has a plan of its own. */
static bool runs_presets(const struct odd_run *run)
{
    return strcmp(oddi_options_command(run->options), "detect") == 0 &&
           names_several(oddi_options_value(run->options, "preset")->text);
}

/* What only rows judged by a baseline are judged by would be accepted and ignored without one. */
static enum odd_status check_novelty(const odd_options *opt, struct odd_error *err)
{
    static const char *const names[] = {"plan", "fpr", "budget", "fdr", "fdr-span", "also-outliers"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (oddi_options_given(opt, names[i]))
            return oddi_fail(err, ODD_ERR_USAGE, "--%s needs --baseline: it says what a baseline judges",
                             names[i]);
    return ODD_OK;
}

/* A hunt, and what learns, reads as its options say, but judges by those of its presets; a preset's options lie under those given. */
static enum odd_status make_plan(struct odd_run *run, struct odd_error *err)
{
    const char *preset = oddi_options_value(run->options, "preset")->text;
    bool lanes = strcmp(oddi_options_command(run->options), "detect") != 0 || runs_presets(run);

    if (strcmp(oddi_options_command(run->options), "accept") == 0)
        return oddi_accept_plan(run, err);
    if (oddi_options_given(run->options, "baseline")) {
        if (strcmp(oddi_options_command(run->options), "hunt") != 0)
            return oddi_novel_plan(run, err);
        ODDI_TRY(oddi_novel_load(run, err));
    }
    ODDI_TRY(check_novelty(run->options, err));
    if (!lanes && !preset)
        return oddi_plan_init(&run->plan, run->options, err);
    if (lanes) {
        ODDI_TRY(odd_options_new("detect", &run->base, err));
        ODDI_TRY(oddi_options_overlay(run->base, run->options, err));
    } else {
        char name[64];

        ODDI_TRY(oddi_preset_options(oddi_preset_next(preset, name) ? name : preset, run->options, &run->base,
                                     err));
    }
    return oddi_plan_init(&run->plan, run->base, err);
}

enum odd_status odd_run_new(const odd_options *opt, odd_run **out, struct odd_error *err)
{
    struct odd_run *run = oddi_calloc_array(1, sizeof *run);
    enum odd_status status;

    if (!run)
        return oddi_fail_memory(err);
    oddi_buf_init(&run->out, 0);
    oddi_buf_init(&run->alone, 0);
    status = oddi_options_copy(opt, &run->options, err);
    if (status == ODD_OK)
        status = make_plan(run, err);
    if (status == ODD_OK && strcmp(oddi_options_command(opt), "hunt") == 0)
        status = oddi_hunt_new(run, err);
    else if (status == ODD_OK && strcmp(oddi_options_command(opt), "learn") == 0)
        status = oddi_learn_new(run, err);
    else if (status == ODD_OK && strcmp(oddi_options_command(opt), "accept") == 0)
        status = oddi_accept_new(run, err);
    else if (status == ODD_OK && oddi_options_given(run->options, "baseline"))
        status = oddi_novel_new(run, err);
    else if (status == ODD_OK && runs_presets(run))
        status = oddi_presets_new(run, err);
    else if (status == ODD_OK && oddi_options_value(run->base ? run->base : run->options, "against")->i == 1)
        status = oddi_against_new(run, err);
    if (status != ODD_OK) {
        odd_run_free(run);
        return status;
    }
    *out = run;
    return ODD_OK;
}

static void free_jobs(struct odd_run *run)
{
    while (run->jobs_used > 0) {
        oddi_pool_finish(run->pool, &run->jobs[run->jobs_head]->job);
        oddi_run_pop(run);
    }
    for (size_t i = 0; i < run->n_jobs; i++) {
        if (!run->jobs[i])
            continue;
        oddi_judged_window_clear(run->jobs[i]);
        free(run->jobs[i]);
    }
    free(run->jobs);
}

static void free_inputs(struct odd_run *run)
{
    for (size_t i = 0; i < run->n_inputs; i++) {
        oddi_source_close(run->inputs[i].source);
        oddi_feed_free(run->inputs[i].feed);
        free(run->inputs[i].numeric);
    }
    free(run->inputs);
    free(run->source_names);
    free(run->sources);
}

static void free_pushed(struct odd_run *run)
{
    for (size_t j = 0; run->push_feature && j < run->plan.d; j++)
        free(run->push_feature[j]);
    free(run->push_feature);
    free(run->push_ts);
    free(run->push_place);
}

void odd_run_free(odd_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->n_inputs; i++)
        if (run->inputs[i].feed)
            oddi_feed_drain(run->inputs[i].feed);
    free_jobs(run);
    oddi_pool_free(run->pool);
    oddi_hunt_free(run->hunt);
    oddi_windows_free(run->windows); /* before the sources: open windows keep their blocks */
    free_inputs(run);
    if (run->writer_open)
        run->plan.writer->close(run->writer_state);
    free(run->writer_state);
    free_pushed(run);
    oddi_workers_free(run->shared.workers, run->plan.threads);
    oddi_run_free_alerts(run);
    oddi_run_memory_clear(&run->memory);
    oddi_group_scratch_clear(&run->group);
    for (size_t i = 0; i < run->n_notes; i++)
        free(run->notes[i]);
    free(run->notes);
    for (size_t i = 0; i < run->n_top; i++)
        free(run->top[i].bytes);
    free(run->top);
    free(run->first_bad);
    oddi_buf_free(&run->out);
    oddi_buf_free(&run->alone);
    oddi_plan_clear(&run->plan);
    odd_options_free(run->base);
    odd_options_free(run->options);
    free(run);
}

/* ---- Inputs ------------------------------------------------------------------------------------------------ */

/* A column is numeric if none of its first values is anything else and at least one is a number. */
static enum odd_status is_numeric(const struct oddi_source *source, const struct oddi_block *block,
                                  size_t column, bool *numeric, struct odd_error *err)
{
    struct oddi_recipe recipe = {ODDI_COLUMN, ODDI_TYPE_NUMBER, (uint32_t)column, 0, 1, 1};
    struct oddi_batch batch;
    enum odd_status status;
    bool number = false;

    ODDI_TRY(oddi_batch_init(&batch, &recipe, 1, false, err));
    status = oddi_source_decode(source, block, &batch, err);
    for (size_t i = 0; status == ODD_OK && i < batch.n; i++)
        number = number || !isnan(batch.columns[0].u.number[i]);
    *numeric = number;
    for (size_t i = 0; status == ODD_OK && i < batch.n_bad; i++)
        if (batch.bad[i].reason == ODDI_BAD_VALUE)
            *numeric = false;
    oddi_batch_clear(&batch);
    return status;
}

static enum odd_status find_numeric(struct oddi_run_input *in, struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(in->source);
    struct oddi_block head;

    in->numeric = oddi_calloc_array(schema->n_columns + 1, sizeof *in->numeric);
    if (!in->numeric)
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_source_look(in->source, &head, err));
    for (size_t c = 0; c < schema->n_columns; c++)
        ODDI_TRY(is_numeric(in->source, &head, c, &in->numeric[c], err));
    return ODD_OK;
}

/* Takes over `opened`. */
static enum odd_status add_input(struct odd_run *run, struct oddi_input *opened, struct odd_error *err)
{
    struct oddi_run_input in = {0};
    enum odd_status status;

    if (!oddi_grow(&run->inputs, &run->cap_inputs, run->n_inputs + 1, sizeof *run->inputs)) {
        oddi_input_close(opened);
        return oddi_fail_memory(err);
    }
    status =
        oddi_source_open(opened, run->plan.format, run->plan.block_size, &run->plan.reader, &in.source, err);
    if (status != ODD_OK)
        return status;
    in.name = oddi_source_name(in.source);
    if (run->plan.all_features) {
        status = find_numeric(&in, err);
        if (status != ODD_OK) {
            free(in.numeric);
            oddi_source_close(in.source);
            return status;
        }
    }
    run->inputs[run->n_inputs++] = in;
    return ODD_OK;
}

/* One empty file among others is told, not fatal: collectors rotate empty files. */
static enum odd_status added(struct odd_run *run, enum odd_status status, struct odd_error *error,
                             struct odd_error *err)
{
    if (status == ODD_ERR_NO_DATA) {
        if (run->n_empty++ == 0)
            run->empty_error = *error;
        return oddi_run_note(run, err, "%s %s: nothing read from it", error->source, error->message);
    }
    if (status != ODD_OK && err)
        *err = *error;
    return status;
}

static enum odd_status may_add(const struct odd_run *run, struct odd_error *err)
{
    if (run->stage != ODDI_RUN_ADDING || run->pushed)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "inputs are added before the run starts, and not to a run that is pushed to");
    return ODD_OK;
}

enum odd_status odd_run_add_file(odd_run *run, const char *path, struct odd_error *err)
{
    struct odd_error local = ODD_ERROR_INIT;
    struct oddi_input *in = NULL;
    enum odd_status status;

    ODDI_TRY(may_add(run, err));
    status = oddi_input_open(path, &in, &local);
    if (status == ODD_OK)
        status = add_input(run, in, &local);
    return added(run, status, &local, err);
}

enum odd_status odd_run_add_fd(odd_run *run, int fd, const char *name, struct odd_error *err)
{
    struct odd_error local = ODD_ERROR_INIT;
    struct oddi_input *in = NULL;
    enum odd_status status;

    ODDI_TRY(may_add(run, err));
    status = oddi_input_open_fd(fd, name, &in, &local);
    if (status == ODD_OK)
        status = add_input(run, in, &local);
    return added(run, status, &local, err);
}

/* ---- Start --------------------------------------------------------------------------------------------------- */

/* csv output repeats the input's header: several inputs must have the same one. */
static enum odd_status check_headers(struct odd_run *run, struct odd_error *err)
{
    const char *first = NULL;
    size_t first_size = 0;
    char delimiter = ',';

    for (size_t i = 0; i < run->n_inputs; i++) {
        size_t n = 0;
        char dl = ',';
        const char *header = oddi_source_header(run->inputs[i].source, &n, &dl);

        if (i == 0) {
            first = header;
            first_size = n;
            delimiter = dl;
        } else if ((run->plan.writer->caps & ODDI_WRITE_TEXT) && !run->plan.entities &&
                   !run->plan.write.windows_only && (n != first_size || memcmp(header, first, n) != 0)) {
            return oddi_fail_at(
                err, ODD_ERR_USAGE, run->inputs[i].name, ODD_NO_POSITION, ODD_NO_POSITION,
                "its columns differ from those of %s, so that the rows of both do not fit under one "
                "header: use -o ndjson",
                run->inputs[0].name);
        }
    }
    run->plan.write.header = first ? first : "";
    run->plan.write.header_size = first_size;
    run->plan.write.delimiter = delimiter;
    return ODD_OK;
}

static enum odd_status make_tables(struct odd_run *run, struct odd_error *err)
{
    run->source_names = oddi_calloc_array(run->n_inputs, sizeof *run->source_names);
    run->sources = oddi_calloc_array(run->n_inputs, sizeof *run->sources);
    if (!run->source_names || !run->sources)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < run->n_inputs; i++) {
        run->source_names[i] = run->inputs[i].name ? run->inputs[i].name : "pushed";
        run->sources[i] = run->inputs[i].source;
    }
    run->shared = (struct oddi_judge_shared){
        .plan = &run->plan, .sources = run->sources, .n_sources = run->n_inputs, .pull = !run->writing};
    return ODD_OK;
}

static enum odd_status start_feeds(struct odd_run *run, struct odd_error *err)
{
    size_t depth = run->plan.threads == 1 ? 1 : run->n_inputs > 4 ? 2 : 2 * run->plan.threads;

    for (size_t i = 0; i < run->n_inputs; i++) {
        struct oddi_run_input *in = &run->inputs[i];
        struct oddi_source *source = in->source;
        struct oddi_intake intake;
        struct oddi_feed_config config = {.has_ts = !run->plan.windows.timeless};
        enum odd_status status;

        if (!source)
            continue;
        ODDI_TRY(oddi_plan_bind(&run->plan, in->name, oddi_source_schema(source), in->numeric, &intake, err));
        if (run->plan.by) {
            config.lanes = &run->plan.lane;
            config.n_lanes = 1;
        } else {
            config.recipes = intake.recipes;
            config.n = run->plan.d;
            config.functions = run->plan.functions;
            config.where = run->plan.where_text ? &run->plan.where : NULL;
        }
        in->source = NULL;
        status = oddi_feed_new(&config, source, run->pool, depth, &in->feed, err);
        oddi_intake_clear(&intake);
        ODDI_TRY(status);
    }
    return ODD_OK;
}

enum odd_status oddi_run_open_writer(struct odd_run *run, const struct oddi_write_options *w,
                                     struct odd_error *err)
{
    run->writer_state = oddi_calloc_array(1, run->plan.writer->state_size + 1);
    if (!run->writer_state)
        return oddi_fail_memory(err);
    ODDI_TRY(run->plan.writer->open(run->writer_state, w, err));
    run->writer_open = true;
    run->shared.writer_state = run->writer_state;
    return ODD_OK;
}

void oddi_run_write_options(const struct odd_run *run, const struct oddi_plan *plan,
                            struct oddi_write_options *w)
{

    w->n_features = plan->d;
    w->features = (const char *const *)plan->names;
    w->whole = plan->whole;
    if (plan->by) {
        w->shown = plan->shown;
        w->logarithm = plan->logarithm;
        w->phrases = plan->phrases;
        w->n_keys = plan->by->n_shown;
        w->keys = plan->by->key_names;
        if (plan->entities) /* no column of theirs is the input's */
            w->delimiter = ',';
    }
    w->scaler = plan->scaler_text;
    w->detector = plan->detector_text;
    w->n_sources = run->n_inputs;
    w->sources = run->source_names;
}

enum odd_status oddi_run_guess_home(struct odd_run *run, char home[ODDI_HOME_MAX], struct odd_error *err)
{
    struct oddi_net net;
    bool found = false;
    size_t n;

    home[0] = '\0';
    if (run->pushed || oddi_options_given(run->options, "home"))
        return ODD_OK;
    ODDI_TRY(oddi_home_guess(run->sources, run->n_inputs, &net, &found, err));
    if (!found)
        return ODD_OK;
    n = oddi_format_addr(home, &net.addr);
    home[n++] = '/';
    home[n + oddi_format_u64(home + n, net.bits)] = '\0';
    return oddi_run_note(
        run, err,
        "home is taken to be %s, which most of the first flows have an end in; --home says otherwise", home);
}

static bool speaks_of_home(const odd_options *opt, const char *name)
{
    const char *text = oddi_options_value(opt, name)->text;

    return text && (strstr(text, "in_home") || strstr(text, "direction"));
}

/* A preset that speaks of home gets the one that the traffic points to. */
static enum odd_status guess_home(struct odd_run *run, struct odd_error *err)
{
    char home[ODDI_HOME_MAX];

    if (!oddi_run_preset_name(run) || !run->base ||
        !(speaks_of_home(run->base, "where") || speaks_of_home(run->base, "feature") ||
          speaks_of_home(run->base, "by")))
        return ODD_OK;
    ODDI_TRY(oddi_run_guess_home(run, home, err));
    if (!home[0])
        return ODD_OK;
    ODDI_TRY(odd_options_set(run->base, "home", home, err));
    return oddi_plan_set_home(&run->plan, run->base, err);
}

static enum odd_status start_writer(struct odd_run *run, struct odd_error *err)
{
    oddi_run_write_options(run, &run->plan, &run->plan.write);
    run->plan.write.preset = oddi_run_preset_name(run);
    return run->writing ? oddi_run_open_writer(run, &run->plan.write, err) : ODD_OK;
}

static void keep_block(void *ctx, uint32_t source, void *block)
{
    struct odd_run *run = ctx;

    oddi_source_retain(run->sources[source], block);
}

enum odd_status oddi_run_start(struct odd_run *run, struct odd_error *err)
{
    size_t ring = run->plan.threads == 1 ? 1 : 2 * run->plan.threads + 2;

    if (run->n_inputs == 0) {
        if (err && run->n_empty)
            *err = run->empty_error;
        return run->n_empty ? ODD_ERR_NO_DATA : oddi_fail(err, ODD_ERR_USAGE, "there is no input");
    }
    ODDI_TRY(oddi_pool_new(run->plan.threads, &run->pool, err));
    if (!run->pushed)
        ODDI_TRY(check_headers(run, err));
    ODDI_TRY(make_tables(run, err));
    ODDI_TRY(guess_home(run, err));
    if (run->hunt) {
        run->stage = ODDI_RUN_READING;
        return oddi_hunt_start(run, err);
    }
    ODDI_TRY(start_feeds(run, err));
    ODDI_TRY(start_writer(run, err));
    ODDI_TRY(oddi_run_memory_init(&run->memory, run->plan.by, run->plan.memory_keys, err));
    ODDI_TRY(oddi_workers_new(&run->plan, run->plan.threads, run->n_inputs, &run->shared.workers, err));
    run->plan.windows.n_sources = run->n_inputs;
    ODDI_TRY(oddi_windows_new(&run->plan.windows, &run->windows, err));
    oddi_windows_on_keep(run->windows, keep_block, run);
    ODDI_TRY(oddi_run_start_alerts(run, err));
    run->jobs = oddi_calloc_array(ring, sizeof *run->jobs);
    if (!run->jobs)
        return oddi_fail_memory(err);
    run->n_jobs = ring;
    run->stage = ODDI_RUN_READING;
    return ODD_OK;
}

/* ---- Pulling windows -------------------------------------------------------------------------------------------- */

static enum odd_status lend_head(struct odd_run *run, const odd_window **win, struct odd_error *err)
{
    struct oddi_judged_window *j;

    ODDI_TRY(oddi_run_head(run, &j, err));
    run->lent = (struct odd_window){j, &run->plan};
    run->lending = true;
    *win = &run->lent;
    return ODD_OK;
}

enum odd_status odd_run_next(odd_run *run, const odd_window **win, struct odd_error *err)
{
    *win = NULL;
    if (run->hunt)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "a hunt and a run against the run are written with odd_run_write");
    if (run->writing)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_run_next and odd_run_write exclude each other");
    if (run->stage == ODDI_RUN_ENDED)
        return ODD_END;
    if (run->stage == ODDI_RUN_ADDING) {
        if (run->pushed)
            return ODD_AGAIN;
        ODDI_TRY(oddi_run_start(run, err));
    }
    if (run->lending) {
        run->lending = false;
        oddi_run_pop(run);
    }
    for (;;) {
        enum odd_status status = oddi_run_step(run, err);

        if (status == ODD_OK && oddi_run_ready(run))
            return lend_head(run, win, err);
        if (status == ODD_OK)
            continue;
        if (status != ODD_AGAIN && status != ODD_END)
            return status;
        if (run->jobs_used > 0)
            return lend_head(run, win, err);
        if (status == ODD_AGAIN)
            return ODD_AGAIN;
        status = oddi_run_conclude(run, err);
        return status == ODD_OK ? ODD_END : status;
    }
}

/* ---- Account -------------------------------------------------------------------------------------------------------- */

void odd_run_ledger(const odd_run *run, struct odd_ledger *ledger)
{
    *ledger = run->ledger;
}

void odd_run_set_progress(odd_run *run, odd_progress_fn fn, void *ctx)
{
    run->progress = fn;
    run->progress_ctx = ctx;
}

void odd_run_set_bad(odd_run *run, odd_bad_fn fn, void *ctx)
{
    run->bad = fn;
    run->bad_ctx = ctx;
}

size_t odd_run_notes(const odd_run *run)
{
    return run->n_notes;
}

const char *odd_run_note(const odd_run *run, size_t i)
{
    return i < run->n_notes ? run->notes[i] : NULL;
}

enum odd_status oddi_run_note(struct odd_run *run, struct odd_error *err, const char *fmt, ...)
{
    char text[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!oddi_grow(&run->notes, &run->cap_notes, run->n_notes + 1, sizeof *run->notes))
        return oddi_fail_memory(err);
    run->notes[run->n_notes] = strdup(text);
    if (!run->notes[run->n_notes])
        return oddi_fail_memory(err);
    run->n_notes++;
    return ODD_OK;
}
