/* The loop: rows of the inputs into windows, due windows to the pool, results back in order. */
#include "run/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "run/bad.h"

/* ---- The ring of windows being judged ---------------------------------------------------------------- */

static enum odd_status grow_ring(struct odd_run *run, struct odd_error *err)
{
    size_t n = run->n_jobs ? run->n_jobs * 2 : 8;
    struct oddi_judged_window **jobs = oddi_calloc_array(n, sizeof *jobs);

    if (!jobs)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < run->n_jobs; i++)
        jobs[i] = run->jobs[(run->jobs_head + i) % run->n_jobs];
    free(run->jobs);
    run->jobs = jobs;
    run->n_jobs = n;
    run->jobs_head = 0;
    return ODD_OK;
}

static enum odd_status free_job(struct odd_run *run, struct oddi_judged_window **out, struct odd_error *err)
{
    struct oddi_judged_window **slot;

    if (run->jobs_used == run->n_jobs)
        ODDI_TRY(grow_ring(run, err));
    slot = &run->jobs[(run->jobs_head + run->jobs_used) % run->n_jobs];
    if (!*slot) {
        struct oddi_judged_window *j = oddi_malloc_array(1, sizeof *j);
        enum odd_status status = j ? oddi_judged_window_init(j, &run->shared, err) : oddi_fail_memory(err);

        if (status != ODD_OK) {
            free(j);
            return status;
        }
        *slot = j;
    }
    *out = *slot;
    return ODD_OK;
}

static bool ring_full(const struct odd_run *run)
{
    return !run->pushed && run->n_jobs > 0 && run->jobs_used == run->n_jobs;
}

void oddi_run_give_back(struct odd_run *run, struct oddi_windows *windows, struct oddi_window *win)
{
    for (struct oddi_strand *s = win->strands; s; s = s->next)
        for (size_t i = 0; i < s->n_blocks; i++)
            oddi_source_release(run->sources[s->source], s->blocks[i]);
    oddi_windows_recycle(windows, win);
}

static enum odd_status submit(struct odd_run *run, struct odd_error *err)
{
    struct oddi_judged_window *j;

    ODDI_TRY(free_job(run, &j, err));
    j->window = oddi_windows_take(run->windows);
    j->job.run = oddi_judge_job;
    j->is_grouped = run->memory.n > 0;
    if (j->is_grouped) {
        enum odd_status status =
            oddi_group_rows_of(run->plan.by, j->window, &run->memory, &run->group, &j->grouped, err);

        if (status != ODD_OK) {
            oddi_run_give_back(run, run->windows, j->window);
            j->window = NULL;
            return status;
        }
    }
    run->jobs_used++;
    oddi_pool_submit(run->pool, &j->job);
    return ODD_OK;
}

enum odd_status oddi_run_submit_due(struct odd_run *run, struct odd_error *err)
{
    while (oddi_windows_due(run->windows)) {
        if (ring_full(run))
            return ODD_AGAIN;
        ODDI_TRY(submit(run, err));
    }
    return ODD_OK;
}

enum odd_status oddi_run_head(struct odd_run *run, struct oddi_judged_window **out, struct odd_error *err)
{
    struct oddi_judged_window *j = run->jobs[run->jobs_head];

    oddi_pool_finish(run->pool, &j->job);
    if (j->status != ODD_OK) {
        if (err)
            *err = j->error;
        return j->status;
    }
    *out = j;
    if (run->alerting)
        return oddi_alerting_window(run->alerting, 0, j->result.start, j->result.end, &j->alarms, err);
    return ODD_OK;
}

bool oddi_run_ready(const struct odd_run *run)
{
    if (run->jobs_used == 0)
        return false;
    if (run->plan.threads == 1 || oddi_job_done(&run->jobs[run->jobs_head]->job))
        return true;
    for (size_t i = 0; i < run->n_inputs; i++)
        if (run->inputs[i].feed && oddi_feed_waits(run->inputs[i].feed))
            return true;
    return false;
}

void oddi_run_pop(struct odd_run *run)
{
    struct oddi_judged_window *j = run->jobs[run->jobs_head];

    if (j->status == ODD_OK) {
        run->ledger.scored += j->n_scored;
        run->ledger.thin += j->grouped.n_thin;
        run->valueless += j->grouped.n_missing;
        run->ledger.outliers += j->result.n_outliers;
        run->ledger.muted += j->n_muted;
        run->ledger.odd_windows += j->result.n_outliers > 0 && !j->result.alone;
        if (j->result.alone)
            run->ledger.alone += j->result.n_outliers;
    }
    oddi_run_give_back(run, run->windows, j->window);
    j->window = NULL;
    run->jobs_head = (run->jobs_head + 1) % run->n_jobs;
    run->jobs_used--;
}

/* ---- Bad records ----------------------------------------------------------------------------------------- */

static enum odd_status tell_one(void *ctx, const struct odd_bad *bad, struct odd_error *err)
{
    struct odd_run *run = ctx;
    char text[640];

    run->ledger.bad++;
    if (run->bad)
        run->bad(run->bad_ctx, bad);
    if (run->plan.strict)
        return oddi_fail_at(err, ODD_ERR_FORMAT, bad->source, bad->line, bad->offset, "%s%s%s", bad->field,
                            bad->field[0] ? ": " : "", bad->reason);
    if (run->first_bad)
        return ODD_OK;
    snprintf(text, sizeof text, "line %llu: %s%s%s", (unsigned long long)bad->line, bad->field,
             bad->field[0] ? ": " : "", bad->reason);
    run->first_bad = strdup(text);
    return run->first_bad ? ODD_OK : oddi_fail_memory(err);
}

/* ---- Rows of the inputs ------------------------------------------------------------------------------------ */

/* The input whose time has come least far; ties: the first. *bound = how far the next one has come. NULL: all ended. */
static struct oddi_run_input *choose_input(struct odd_run *run, uint32_t *index, int64_t *bound)
{
    struct oddi_run_input *best = NULL;
    int64_t least = INT64_MAX;

    *bound = INT64_MAX;
    for (size_t i = 0; i < run->n_inputs; i++) {
        int64_t t;

        if (run->inputs[i].ended)
            continue;
        t = oddi_windows_source_time(run->windows, (uint32_t)i);
        if (!best || t < least) {
            if (best)
                *bound = least;
            best = &run->inputs[i];
            least = t;
            *index = (uint32_t)i;
        } else if (t < *bound) {
            *bound = t;
        }
    }
    return best;
}

static int64_t monotonic_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static enum odd_status tell_progress(struct odd_run *run, struct odd_error *err)
{
    uint64_t done = 0, total = 0;
    bool known = true;
    int64_t now;

    if (!run->progress || (now = monotonic_now()) - run->progress_at < 100 * 1000000)
        return ODD_OK;
    run->progress_at = now;
    for (size_t i = 0; i < run->n_inputs; i++) {
        uint64_t d, t;

        if (!run->inputs[i].feed)
            continue;
        oddi_source_progress(oddi_feed_source(run->inputs[i].feed), &d, &t);
        done += d;
        total += t;
        known = known && t > 0;
    }
    if (run->progress(run->progress_ctx, done, known ? total : 0, run->ledger.read))
        return oddi_fail(err, ODD_ERR_CANCELED, "stopped");
    return ODD_OK;
}

enum odd_status oddi_run_told(struct odd_run *run, struct oddi_feed *feed, struct oddi_fed *fed,
                              struct odd_error *err)
{
    run->ledger.read += oddi_fed_records(fed);
    run->ledger.bytes += oddi_fed_bytes(fed);
    ODDI_TRY(oddi_tell_bad(feed, fed, tell_one, run, err));
    return tell_progress(run, err);
}

static enum odd_status input_ended(struct odd_run *run, uint32_t index, enum odd_status status,
                                   struct odd_error *error)
{
    run->inputs[index].ended = true;
    oddi_windows_source_ended(run->windows, index);
    if (status == ODD_ERR_MEMORY)
        return status;
    if (status == ODD_END)
        return ODD_OK;
    if (run->deferred.status != ODD_OK)
        return oddi_run_note(run, error, "%s: %s", error->source, error->message);
    run->deferred = *error;
    run->deferred.status = status;
    return ODD_OK;
}

/* Under --missing error: which row it is, and the first feature that it lacks. */
static enum odd_status missing_error(const struct odd_run *run, const struct oddi_run_input *in,
                                     const struct oddi_rows *rows, size_t i, struct odd_error *err)
{
    size_t j = 0;

    if (run->plan.entities)
        return oddi_fail_at(err, ODD_ERR_FORMAT, in->name, ODD_NO_POSITION,
                            rows->offset_base + rows->offset[i], "row %llu has no value for %s",
                            (unsigned long long)(rows->record_base + rows->record[i]),
                            run->plan.by->key_names[0]);
    while (j + 1 < run->plan.d && !isnan(rows->feature[j][i]))
        j++;
    return oddi_fail_at(err, ODD_ERR_FORMAT, in->name, ODD_NO_POSITION, rows->offset_base + rows->offset[i],
                        "row %llu has no value for %s",
                        (unsigned long long)(rows->record_base + rows->record[i]), run->plan.names[j]);
}

/* What the run takes of a block: its rows as they are, or what its lane made of them. */
static struct oddi_rows rows_of(const struct odd_run *run, const struct oddi_run_input *in,
                                const struct oddi_fed *fed)
{
    struct oddi_rows rows = {.feature = fed->feature,
                             .record = fed->batch.record,
                             .offset = fed->batch.off,
                             .record_base = oddi_feed_records(in->feed),
                             .offset_base = fed->block->block.offset};

    if (run->plan.by) {
        rows.feature = fed->lanes[0].rows;
        rows.record = fed->lanes[0].record;
        rows.offset = fed->lanes[0].off;
    }
    return rows;
}

static size_t rows_in(const struct odd_run *run, const struct oddi_fed *fed)
{
    return run->plan.by ? fed->lanes[0].n : fed->batch.n;
}

static enum odd_status add_rows(struct odd_run *run, struct oddi_run_input *in, uint32_t index, int64_t bound,
                                struct oddi_fed *fed, struct odd_error *err)
{
    struct oddi_rows rows = rows_of(run, in, fed);
    const int64_t *ts = run->plan.by ? fed->lanes[0].ts : fed->batch.ts;
    void *block = oddi_source_seekable(oddi_feed_source(in->feed)) ? NULL : fed->block;
    enum odd_status status;

    status =
        oddi_windows_add(run->windows, index, &rows, ts, &fed->cursor, rows_in(run, fed), bound, block, err);
    return status == ODD_ERR_FORMAT ? missing_error(run, in, &rows, fed->cursor, err) : status;
}

/* Takes rows from one input until a window is due, another input is behind, or its block is used up. */
static enum odd_status take_rows(struct odd_run *run, struct odd_error *err)
{
    struct odd_error local = ODD_ERROR_INIT;
    struct oddi_fed *fed;
    uint32_t index = 0;
    int64_t bound;
    struct oddi_run_input *in = choose_input(run, &index, &bound);
    enum odd_status status;

    if (!in) {
        oddi_windows_flush(run->windows);
        run->stage = ODDI_RUN_CLOSING;
        return ODD_OK;
    }
    status = oddi_feed_head(in->feed, &fed, &local);
    if (status != ODD_OK) {
        status = input_ended(run, index, status, &local);
        if (status != ODD_OK && err)
            *err = local;
        return status;
    }
    if (!fed->told) {
        fed->told = true;
        run->left_out += run->plan.by ? fed->lanes[0].filtered : fed->filtered;
        ODDI_TRY(oddi_run_told(run, in->feed, fed, err));
    }
    if (fed->cursor < rows_in(run, fed))
        ODDI_TRY(add_rows(run, in, index, bound, fed, err));
    if (fed->cursor == rows_in(run, fed))
        oddi_feed_advance(in->feed);
    return ODD_OK;
}

enum odd_status oddi_run_step(struct odd_run *run, struct odd_error *err)
{
    ODDI_TRY(oddi_run_submit_due(run, err));
    if (run->stage == ODDI_RUN_CLOSING)
        return ODD_END;
    if (run->pushed)
        return ODD_AGAIN;
    return oddi_run_ready(run) ? ODD_OK : take_rows(run, err);
}

/* ---- The end -------------------------------------------------------------------------------------------------- */

static enum odd_status note_late(struct odd_run *run, struct odd_error *err)
{
    const int64_t minute = INT64_C(60000000000), second = INT64_C(1000000000);
    char text[ODDI_NUM_MAX], rows[ODDI_NUM_MAX];
    int64_t need = run->ledger.lateness_needed, unit = need > minute ? minute : second;

    need = need > INT64_MAX - unit ? need : (need + unit - 1) / unit * unit;
    text[oddi_format_duration(text, need)] = '\0';
    rows[oddi_format_u64_grouped(rows, run->ledger.late)] = '\0';
    if (run->ledger.late == 1)
        return oddi_run_note(
            run, err, "1 row was late: its window had been emitted; --lateness %s would have kept it", text);
    return oddi_run_note(
        run, err, "%s rows were late: their windows had been emitted; --lateness %s would have kept them",
        rows, text);
}

static void settle_ledger(struct odd_run *run)
{
    const struct oddi_windows_count *c = oddi_windows_count(run->windows);

    run->ledger.late = c->late;
    run->ledger.filtered = c->filtered + run->left_out;
    run->ledger.missing = c->missing + run->valueless;
    run->ledger.shed = c->shed;
    run->ledger.windows = c->opened;
    run->ledger.empty = c->empty;
    run->ledger.lateness_needed = c->lateness_needed;
}

enum odd_status oddi_run_conclude(struct odd_run *run, struct odd_error *err)
{
    char rows[ODDI_NUM_MAX];

    if (!run->hunt)
        settle_ledger(run);
    run->stage = ODDI_RUN_ENDED;
    if (run->ledger.shed) {
        rows[oddi_format_u64_grouped(rows, run->ledger.shed)] = '\0';
        ODDI_TRY(oddi_run_note(run, err,
                               "%s row%s shed at the memory limit: raise --mem-limit or take shorter windows",
                               rows, run->ledger.shed == 1 ? " was" : "s were"));
    }
    if (run->ledger.late)
        ODDI_TRY(note_late(run, err));
    ODDI_TRY(oddi_run_end_alerts(run, err));
    ODDI_TRY(oddi_run_note_muted(run, err));
    if (run->deferred.status != ODD_OK) {
        if (err)
            *err = run->deferred;
        return run->deferred.status;
    }
    if (run->pushed || run->ledger.read > run->ledger.bad)
        return ODD_OK;
    return oddi_no_good_record(run->n_inputs == 1 ? run->inputs[0].name : NULL, run->ledger.read,
                               run->first_bad, err);
}
