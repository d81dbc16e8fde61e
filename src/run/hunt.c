#include "run/hunt.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "base/num.h"
#include "run/bad.h"
#include "run/beside.h"
#include "run/learn_dims.h"
#include "run/novel.h"
#include "run/population_alarm.h"
#include "run/preset.h"

/* ---- Lanes ----------------------------------------------------------------------------------------------------- */

static enum odd_status add_lane(struct oddi_hunt *hunt, size_t *cap, struct oddi_hunt_lane **out,
                                struct odd_error *err)
{
    if (!oddi_grow(&hunt->lanes, cap, hunt->n_lanes + 1, sizeof *hunt->lanes))
        return oddi_fail_memory(err);
    *out = &hunt->lanes[hunt->n_lanes++];
    memset(*out, 0, sizeof **out);
    return ODD_OK;
}

/* Whether a preset may be one of several. */
static enum odd_status check_lane(const struct oddi_hunt *hunt, const odd_options *opt, const char *name,
                                  struct odd_error *err)
{
    bool entities = oddi_options_value(opt, "by")->text != NULL;

    if (hunt->report == ODDI_HUNT_HOSTS && !entities)
        return oddi_fail(err, ODD_ERR_USAGE, "preset '%s' judges flows, and hunt ranks hosts", name);
    if (hunt->report == ODDI_HUNT_AGAINST && !entities)
        return oddi_fail(err, ODD_ERR_USAGE, "preset '%s' judges flows: it runs by itself", name);
    if (hunt->report == ODDI_HUNT_AGAINST && oddi_options_value(opt, "against")->i != 1)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "preset '%s' compares with its window: several presets at once compare with the run",
                         name);
    return ODD_OK;
}

static enum odd_status add_presets(struct oddi_hunt *hunt, const odd_options *opt, struct odd_error *err)
{
    const char *list = oddi_options_value(opt, "preset")->text;
    char name[64];
    size_t cap = 0;

    while ((list = oddi_preset_next(list, name))) {
        struct oddi_hunt_lane *lane = NULL;

        for (size_t l = 0; l < hunt->n_lanes; l++)
            if (strcmp(hunt->lanes[l].name, name) == 0)
                return oddi_fail(err, ODD_ERR_USAGE, "--preset names '%s' twice", name);
        if (hunt->n_lanes == ODDI_MAX_LANES)
            return oddi_fail(err, ODD_ERR_LIMIT, "at most %d presets at once", ODDI_MAX_LANES);
        ODDI_TRY(add_lane(hunt, &cap, &lane, err));
        lane->name = "";
        ODDI_TRY(oddi_preset_options(name, opt, &lane->options, err));
        ODDI_TRY(check_lane(hunt, lane->options, name, err));
        lane->name = oddi_preset_find(name)->name;
    }
    if (hunt->n_lanes == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "--preset names no preset ('oddflow presets' lists them)");
    return ODD_OK;
}

/* With a baseline there is a hunt already, which holds it. */
enum odd_status oddi_hunt_new(struct odd_run *run, struct odd_error *err)
{
    if (!run->hunt)
        run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    run->hunt->report = ODDI_HUNT_HOSTS;
    ODDI_TRY(add_presets(run->hunt, run->options, err));
    return oddi_options_given(run->options, "baseline") ? oddi_novel_join(run, err) : ODD_OK;
}

enum odd_status oddi_presets_new(struct odd_run *run, struct odd_error *err)
{
    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    run->hunt->report = ODDI_HUNT_AGAINST;
    return add_presets(run->hunt, run->options, err);
}

enum odd_status oddi_against_new(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt_lane *lane = NULL;
    size_t cap = 0;

    if (!run->plan.entities)
        return oddi_fail(err, ODD_ERR_USAGE, "--against run compares entities: say of what with --by");
    run->hunt = oddi_calloc_array(1, sizeof *run->hunt);
    if (!run->hunt)
        return oddi_fail_memory(err);
    ODDI_TRY(add_lane(run->hunt, &cap, &lane, err));
    lane->name = oddi_run_preset_name(run) ? oddi_run_preset_name(run) : "";
    lane->plan = &run->plan;
    return ODD_OK;
}

void oddi_hunt_free(struct oddi_hunt *hunt)
{
    if (!hunt)
        return;
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        struct oddi_hunt_lane *lane = &hunt->lanes[l];

        oddi_beside_free(lane->beside); /* before the rows that it looks at */
        oddi_population_clear(&lane->rows);
        if (lane->learner)
            oddi_learner_clear(lane->learner);
        free(lane->learner);
        oddi_muter_free(lane->muter);
        oddi_windows_free(lane->windows);
        if (lane->plan == &lane->own)
            oddi_plan_clear(&lane->own);
        odd_options_free(lane->options);
        free(lane->own_name);
    }
    oddi_baseline_clear(&hunt->baseline);
    for (size_t i = 0; hunt->fresh && i < hunt->n_fresh; i++)
        oddi_accepted_clear(&hunt->fresh[i]);
    free(hunt->fresh);
    oddi_scope_dims_free(hunt->dims);
    oddi_calendar_free(hunt->calendar);
    free(hunt->lanes);
    free(hunt->taken);
    free(hunt->marks);
    free(hunt->next);
    free(hunt->mark);
    for (size_t j = 0; hunt->names && j < hunt->write.n_features; j++)
        free(hunt->names[j]);
    free(hunt->names);
    free(hunt);
}

/* ---- Start ------------------------------------------------------------------------------------------------------- */

/* A detect of one preset has guessed before; the lanes' plans are made with the guess. */
static enum odd_status guess_home(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;

    if (hunt->report == ODDI_HUNT_NOVEL || hunt->report == ODDI_HUNT_ROWS || hunt->baseline.n_plans > 0 ||
        (hunt->report == ODDI_HUNT_AGAINST && !hunt->lanes[0].options))
        return ODD_OK;
    return oddi_run_guess_home(run, hunt->home, err);
}

static void keep_block(void *ctx, uint32_t source, void *block)
{
    const struct oddi_hunt_lane *lane = ctx;

    oddi_source_retain(lane->run->sources[source], block);
}

/* A detect that tries a scope has no such options. */
static struct oddi_learner_caps learner_caps(const struct odd_run *run, const struct oddi_hunt_lane *lane)
{
    size_t rows = (size_t)oddi_options_value(run->options, "sample")->i;
    size_t pairs = (size_t)oddi_options_value(run->options, "pairs-mem")->u;

    return (struct oddi_learner_caps){.rows = rows ? rows : (size_t)128 << 10,
                                      .bytes = lane->plan->windows.max_bytes,
                                      .keys = (pairs ? pairs : (size_t)16 << 20) / 8 / run->hunt->n_lanes};
}

/* What takes the lane's windows. */
static enum odd_status start_rows(struct odd_run *run, struct oddi_hunt_lane *lane, struct odd_error *err)
{
    size_t row;

    if (run->hunt->report == ODDI_HUNT_LEARN || (lane->accepted && !lane->learnt)) {
        const struct oddi_learner_caps caps = learner_caps(run, lane);

        lane->learner = oddi_calloc_array(1, sizeof *lane->learner);
        if (!lane->learner)
            return oddi_fail_memory(err);
        ODDI_TRY(oddi_learner_init(lane->learner, lane->plan, run->sources, run->n_inputs, &caps, err));
        return oddi_learn_dims_start(lane, err);
    }
    ODDI_TRY(oddi_population_init(&lane->rows, lane->plan, run->sources, run->n_inputs, err));
    lane->rows.wants_who = run->hunt->report == ODDI_HUNT_ROWS;
    if (lane->learnt)
        ODDI_TRY(oddi_novel_start(lane, err));
    row = sizeof(double) * lane->plan->by->n_features + 64 + 4 * lane->rows.n_witness;
    lane->rows.max_rows = lane->plan->windows.max_bytes / row + 1;
    return ODD_OK;
}

static enum odd_status start_lane(struct odd_run *run, struct oddi_hunt_lane *lane, struct odd_error *err)
{
    struct oddi_windows_config *config;

    if (lane->options) {
        if (run->hunt->home[0] && !lane->learnt)
            ODDI_TRY(odd_options_set(lane->options, "home", run->hunt->home, err));
        ODDI_TRY(oddi_plan_init(&lane->own, lane->options, err));
        lane->plan = &lane->own;
    }
    ODDI_TRY(oddi_plan_bind_by(lane->plan, err));
    if (lane->plan->windows.timeless)
        return oddi_fail(err, ODD_ERR_USAGE, "--against run and hunt need windows: leave --no-window out");
    config = &lane->plan->windows;
    config->n_sources = run->n_inputs;
    config->hold /= run->hunt->n_lanes;
    config->max_bytes /= 2 * run->hunt->n_lanes;
    ODDI_TRY(oddi_windows_new(config, &lane->windows, err));
    oddi_windows_on_keep(lane->windows, keep_block, lane);
    return start_rows(run, lane, err);
}

static enum odd_status start_feed(struct odd_run *run, struct oddi_run_input *in, size_t depth,
                                  struct odd_error *err)
{
    struct oddi_source *source = in->source;
    struct oddi_feed_config config = {
        .has_ts = true, .lanes = run->hunt->taken, .n_lanes = run->hunt->n_lanes};

    ODDI_TRY(oddi_plan_check_source(&run->plan, in->name, oddi_source_schema(source), err));
    in->source = NULL;
    return oddi_feed_new(&config, source, run->pool, depth, &in->feed, err);
}

/* With --also-outliers a lane's novelties are one preset of the alerts and its outliers the next. */
static size_t alerts_per_lane(const struct odd_run *run)
{
    return oddi_options_value(run->options, "also-outliers")->flag ? 2 : 1;
}

static enum odd_status start_alerts(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    size_t per = alerts_per_lane(run);

    if (run->alert)
        ODDI_TRY(oddi_alerting_new(per * hunt->n_lanes, run->alert, run->alert_ctx, run->plan.zone,
                                   &run->alerting, err));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        struct oddi_hunt_lane *lane = &hunt->lanes[l];
        const char *name = lane->name[0] ? lane->name : "detect";

        if (run->alerting)
            ODDI_TRY(oddi_alerting_preset(run->alerting, l * per, name, lane->plan,
                                          lane->learnt ? ODDI_NOVELTY : ODDI_OUTLIER, err));
        if (run->alerting && per > 1)
            ODDI_TRY(oddi_alerting_preset(run->alerting, l * per + 1, name, lane->plan, ODDI_OUTLIER, err));
        if (run->muting.text)
            ODDI_TRY(oddi_muter_new(&run->muting, lane->plan, name, run->sources, run->n_inputs, &lane->muter,
                                    err));
    }
    return ODD_OK;
}

enum odd_status oddi_hunt_start(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    size_t depth = run->plan.threads == 1 ? 1 : run->n_inputs > 4 ? 2 : 2 * run->plan.threads;

    ODDI_TRY(guess_home(run, err));
    hunt->taken = oddi_calloc_array(hunt->n_lanes, sizeof *hunt->taken);
    hunt->marks = oddi_calloc_array(run->n_inputs, sizeof *hunt->marks);
    hunt->next = oddi_calloc_array(run->n_inputs, sizeof *hunt->next);
    if (!hunt->taken || !hunt->marks || !hunt->next)
        return oddi_fail_memory(err);
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        hunt->lanes[l].run = run;
        ODDI_TRY(start_lane(run, &hunt->lanes[l], err));
        hunt->taken[l] = hunt->lanes[l].plan->lane;
    }
    for (size_t i = 0; i < run->n_inputs; i++) {
        oddi_watermark_init(&hunt->marks[i]);
        ODDI_TRY(start_feed(run, &run->inputs[i], depth, err));
    }
    return start_alerts(run, err);
}

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

static enum odd_status take_windows(struct odd_run *run, struct oddi_hunt_lane *lane, struct odd_error *err)
{
    while (oddi_windows_due(lane->windows)) {
        struct oddi_window *win = oddi_windows_take(lane->windows);
        enum odd_status status = lane->learner ? oddi_learner_add(lane->learner, win, err)
                                               : oddi_population_add(&lane->rows, win, err);

        oddi_run_give_back(run, lane->windows, win);
        ODDI_TRY(status);
    }
    return ODD_OK;
}

/* The input whose time has come least far, ties: the first; how far the next one has come. */
static size_t choose_input(const struct odd_run *run, int64_t *bound)
{
    size_t best = run->n_inputs;

    *bound = INT64_MAX;
    for (size_t i = 0; i < run->n_inputs; i++) {
        int64_t t = run->hunt->marks[i].value;

        if (run->inputs[i].ended)
            continue;
        if (best == run->n_inputs || t < run->hunt->marks[best].value) {
            if (best < run->n_inputs)
                *bound = run->hunt->marks[best].value;
            best = i;
        } else if (t < *bound) {
            *bound = t;
        }
    }
    return best;
}

/* The rows [next, *to) of the head block that come before those of other inputs. */
static void find_turn(struct oddi_hunt *hunt, size_t input, const struct oddi_batch *batch, int64_t bound,
                      size_t *to)
{
    size_t i = hunt->next[input];

    while (i < batch->n) {
        oddi_watermark_see(&hunt->marks[input], batch->ts[i++]);
        if (hunt->marks[input].value > bound)
            break;
    }
    *to = i;
}

/* The rows of a lane that are among the first `to` of the batch. */
static size_t lane_turn(const struct oddi_lane_rows *rows, const struct oddi_batch *batch, size_t to)
{
    size_t low = rows->cursor, high = rows->n;

    if (to == batch->n)
        return rows->n;
    if (!rows->picked)
        return to;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (rows->kept[middle] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum odd_status feed_lane(struct odd_run *run, struct oddi_hunt_lane *lane, size_t l, size_t input,
                                 struct oddi_fed *fed, size_t to, struct odd_error *err)
{
    struct oddi_feed *feed = run->inputs[input].feed;
    struct oddi_lane_rows *taken = &fed->lanes[l];
    struct oddi_rows rows = {.feature = taken->rows,
                             .record = taken->record,
                             .offset = taken->off,
                             .record_base = oddi_feed_records(feed),
                             .offset_base = fed->block->block.offset};
    void *block = oddi_source_seekable(oddi_feed_source(feed)) ? NULL : fed->block;
    size_t end = lane_turn(taken, &fed->batch, to);

    while (taken->cursor < end) {
        ODDI_TRY(oddi_windows_add(lane->windows, (uint32_t)input, &rows, taken->ts, &taken->cursor, end,
                                  INT64_MAX, block, err));
        ODDI_TRY(take_windows(run, lane, err));
    }
    return ODD_OK;
}

static void mark_taken(uint8_t *taken, const struct oddi_lane_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        taken[rows->kept[i]] = 1;
}

/* A record is filtered if no lane takes it, or if it is outside --since and --until. */
static enum odd_status count_filtered(struct odd_run *run, const struct oddi_fed *fed, struct odd_error *err)
{
    const struct oddi_windows_config *config = &run->plan.windows;
    struct oddi_hunt *hunt = run->hunt;
    size_t n = fed->batch.n;
    bool all = false;

    if (n > hunt->cap_mark && !oddi_grow(&hunt->mark, &hunt->cap_mark, n, 1))
        return oddi_fail_memory(err);
    for (size_t l = 0; l < hunt->n_lanes; l++)
        all = all || fed->lanes[l].filtered == 0;
    if (n)
        memset(hunt->mark, all, n);
    for (size_t l = 0; l < hunt->n_lanes && !all; l++)
        mark_taken(hunt->mark, &fed->lanes[l]);
    for (size_t i = 0; i < n; i++)
        hunt->filtered +=
            !hunt->mark[i] || fed->batch.ts[i] < config->since || fed->batch.ts[i] >= config->until;
    return ODD_OK;
}

static enum odd_status end_input(struct odd_run *run, size_t input, enum odd_status status,
                                 struct odd_error *error, struct odd_error *err)
{
    run->inputs[input].ended = true;
    for (size_t l = 0; l < run->hunt->n_lanes; l++)
        oddi_windows_source_ended(run->hunt->lanes[l].windows, (uint32_t)input);
    if (status == ODD_END)
        return ODD_OK;
    if (status != ODD_ERR_MEMORY && run->deferred.status == ODD_OK) {
        run->deferred = *error;
        run->deferred.status = status;
        return ODD_OK;
    }
    if (err)
        *err = *error;
    return status;
}

static void add_to_hash(struct oddi_run_input *in, const struct oddi_fed *fed)
{
    in->crc = oddi_crc32c_more(in->crc, fed->block->block.data, fed->block->block.size);
    in->hashed += fed->block->block.size;
}

static enum odd_status take_rows(struct odd_run *run, size_t input, int64_t bound, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    struct oddi_feed *feed = run->inputs[input].feed;
    struct odd_error local = ODD_ERROR_INIT;
    struct oddi_fed *fed;
    size_t to;
    enum odd_status status = oddi_feed_head(feed, &fed, &local);

    if (status != ODD_OK)
        return end_input(run, input, status, &local, err);
    if (!fed->told) {
        fed->told = true;
        hunt->next[input] = 0;
        if (hunt->report == ODDI_HUNT_LEARN)
            add_to_hash(&run->inputs[input], fed);
        ODDI_TRY(count_filtered(run, fed, err));
        ODDI_TRY(oddi_run_told(run, feed, fed, err));
    }
    find_turn(hunt, input, &fed->batch, bound, &to);
    hunt->next[input] = to;
    for (size_t l = 0; l < hunt->n_lanes; l++)
        ODDI_TRY(feed_lane(run, &hunt->lanes[l], l, input, fed, to, err));
    if (to == fed->batch.n)
        oddi_feed_advance(feed);
    return ODD_OK;
}

/* The account of one lane where there is one; of several, what the lane that took most lost: a record that some preset
 * judged is scored, whatever others made of it. */
static void settle_ledger(struct odd_run *run)
{
    struct odd_ledger *l = &run->ledger;
    const struct oddi_hunt_lane *best = &run->hunt->lanes[0];
    const struct oddi_windows_count *c;

    for (size_t i = 1; i < run->hunt->n_lanes; i++)
        if (oddi_windows_count(run->hunt->lanes[i].windows)->opened >
            oddi_windows_count(best->windows)->opened)
            best = &run->hunt->lanes[i];
    c = oddi_windows_count(best->windows);
    l->late = c->late;
    l->shed = c->shed + best->rows.refused;
    l->windows = c->opened;
    l->empty = c->empty;
    l->lateness_needed = c->lateness_needed;
    l->filtered = run->hunt->filtered;
    if (run->hunt->report != ODDI_HUNT_HOSTS) {
        l->thin = best->rows.thin;
        l->missing = c->missing + best->rows.missing;
    }
    l->scored = l->read - l->bad - l->late - l->filtered - l->shed - l->thin - l->missing;
}

static enum odd_status end_lane(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    if (lane->learnt)
        return oddi_novel_judge(lane, err);
    if (lane->run->hunt->report == ODDI_HUNT_ROWS)
        return ODD_OK;
    if (!lane->learner)
        return oddi_population_judge(&lane->rows, err);
    lane->rows.thin = lane->learner->thin; /* where the account looks */
    lane->rows.missing = lane->learner->missing;
    return ODD_OK;
}

enum odd_status oddi_hunt_read(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    int64_t bound;

    for (size_t input; (input = choose_input(run, &bound)) < run->n_inputs;)
        ODDI_TRY(take_rows(run, input, bound, err));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        oddi_windows_flush(hunt->lanes[l].windows);
        ODDI_TRY(take_windows(run, &hunt->lanes[l], err));
        ODDI_TRY(end_lane(&hunt->lanes[l], err));
    }
    ODDI_TRY(oddi_novel_score(run, err));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        if (hunt->lanes[l].muter)
            ODDI_TRY(oddi_population_mute(&hunt->lanes[l].rows, hunt->lanes[l].muter,
                                          hunt->report == ODDI_HUNT_HOSTS, err));
        if (alerts_per_lane(run) > 1)
            ODDI_TRY(oddi_beside_new(&hunt->lanes[l], &hunt->lanes[l].beside, err));
    }
    settle_ledger(run);
    return ODD_OK;
}
