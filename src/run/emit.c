/* Results in order to the caller's write function: as they come, oddest first over the run, or what comes last. */
#include "run/run.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/hunt.h"
#include "run/novel.h"
#include "run/render.h"

#define FLUSH_AT    ((size_t)256 << 10)
#define ALONE_SHOWN 20
#define ALONE_LISTED                                                                                         \
    100000 /* with -v; a million windows of one flow would fill the memory with their lines */

static enum odd_status deliver(struct odd_run *run, const char *bytes, size_t n, struct odd_error *err)
{
    int e = n ? run->write(run->write_ctx, bytes, n) : 0;

    return e == 0 ? ODD_OK : oddi_fail_errno(err, NULL, "write the output", e);
}

static enum odd_status flush(struct odd_run *run, struct odd_error *err)
{
    if (!oddi_buf_ok(&run->out))
        return oddi_fail_memory(err);
    ODDI_TRY(deliver(run, run->out.data, run->out.size, err));
    oddi_buf_clear(&run->out);
    return ODD_OK;
}

enum odd_status oddi_run_put(struct odd_run *run, const char *bytes, size_t n, struct odd_error *err)
{
    if (n >= FLUSH_AT / 4) {
        ODDI_TRY(flush(run, err));
        return deliver(run, bytes, n, err);
    }
    oddi_buf_add(&run->out, bytes, n);
    return run->out.size >= FLUSH_AT || !oddi_buf_ok(&run->out) ? flush(run, err) : ODD_OK;
}

/* ---- The oddest of the run ------------------------------------------------------------------------------------ */

static int by_oddness(const void *pa, const void *pb)
{
    const struct oddi_ranked_row *a = &((const struct oddi_top_row *)pa)->key;
    const struct oddi_ranked_row *b = &((const struct oddi_top_row *)pb)->key;
    bool na = isnan(a->score), nb = isnan(b->score);

    if (na != nb)
        return na ? 1 : -1;
    if (!na && a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->place.source != b->place.source)
        return a->place.source < b->place.source ? -1 : 1;
    return a->place.record < b->place.record ? -1 : a->place.record > b->place.record;
}

static void cut_top(struct odd_run *run)
{
    qsort(run->top, run->n_top, sizeof *run->top, by_oddness);
    while (run->n_top > run->plan.top)
        free(run->top[--run->n_top].bytes);
}

/* Kept unsorted up to twice the number wanted, then cut: each row costs O(log n) in the mean. */
static enum odd_status keep_top(struct odd_run *run, const struct oddi_judged_window *j,
                                struct odd_error *err)
{
    for (size_t i = 0; i < j->n_ranked; i++) {
        struct oddi_top_row row = {j->ranked[i], NULL};

        if (!oddi_grow(&run->top, &run->cap_top, run->n_top + 1, sizeof *run->top) ||
            !(row.bytes = oddi_malloc_array(row.key.size, 1)))
            return oddi_fail_memory(err);
        memcpy(row.bytes, j->out.data + row.key.off, row.key.size);
        run->top[run->n_top++] = row;
        if (run->n_top / 2 > run->plan.top && run->n_top > 1024)
            cut_top(run);
    }
    return ODD_OK;
}

static enum odd_status write_top(struct odd_run *run, struct odd_error *err)
{
    if (run->n_top)
        cut_top(run);
    for (size_t i = 0; i < run->n_top; i++)
        ODDI_TRY(oddi_run_put(run, run->top[i].bytes, run->top[i].key.size, err));
    return ODD_OK;
}

/* ---- Windows with nothing to compare with, last ------------------------------------------------------------------ */

static bool comes_last(const struct odd_run *run, const struct oddi_judged_window *j)
{
    return j->result.alone && (run->plan.writer->caps & ODDI_WRITE_RANKED) && !run->plan.write.windows_only &&
           !run->plan.write.all && !run->plan.steps;
}

static void keep_alone(struct odd_run *run, const struct oddi_judged_window *j)
{
    run->n_alone++;
    if (run->n_alone_kept >= (run->plan.write.verbose ? ALONE_LISTED : ALONE_SHOWN))
        return;
    run->n_alone_kept++;
    oddi_buf_add(&run->alone, j->out.data, j->out.size);
}

static enum odd_status write_alone(struct odd_run *run, struct odd_error *err)
{
    if (run->n_alone > run->n_alone_kept)
        oddi_buf_printf(&run->alone, "... and %zu more windows with nothing to compare with%s\n",
                        run->n_alone - run->n_alone_kept, run->plan.write.verbose ? "" : " (-v lists them)");
    if (!oddi_buf_ok(&run->alone))
        return oddi_fail_memory(err);
    return oddi_run_put(run, run->alone.data, run->alone.size, err);
}

/* ---- Windows of very many rows, in slices --------------------------------------------------------------------------- */

static enum odd_status put_slices(struct odd_run *run, struct oddi_judged_window *j, struct odd_error *err)
{
    enum odd_status status;

    while ((status = oddi_render_slice(j)) == ODD_OK)
        ODDI_TRY(oddi_run_put(run, j->out.data, j->out.size, err));
    oddi_judged_window_release(j);
    if (status == ODD_END)
        return ODD_OK;
    if (err)
        *err = j->error;
    return status;
}

/* ---- The whole ----------------------------------------------------------------------------------------------------- */

/* The teaching mode shows the first window that has something to show, or else the first of all, kept in `alone`. */
static enum odd_status step(struct odd_run *run, const struct oddi_judged_window *j, struct odd_error *err)
{
    bool telling = j->result.n_outliers > 0 && !j->result.alone;

    if (run->stepped)
        return ODD_OK;
    if (telling) {
        run->stepped = true;
        oddi_buf_clear(&run->alone);
        return oddi_run_put(run, j->out.data, j->out.size, err);
    }
    if (run->n_stepped++ == 0)
        oddi_buf_add(&run->alone, j->out.data, j->out.size);
    return ODD_OK;
}

static enum odd_status emit_head(struct odd_run *run, struct odd_error *err)
{
    struct oddi_judged_window *j;
    enum odd_status status = ODD_OK;

    ODDI_TRY(oddi_run_head(run, &j, err));
    if (run->plan.steps)
        status = step(run, j, err);
    else if (run->plan.top > 0)
        status = keep_top(run, j, err);
    else if (j->kept)
        status = put_slices(run, j, err);
    else if (comes_last(run, j))
        keep_alone(run, j);
    else
        status = oddi_run_put(run, j->out.data, j->out.size, err);
    oddi_run_pop(run);
    return status;
}

/* A live reader sees each window at once. */
static enum odd_status emit_ready(struct odd_run *run, struct odd_error *err)
{
    while (oddi_run_ready(run)) {
        ODDI_TRY(emit_head(run, err));
        if (run->plan.windows.hold == 0)
            ODDI_TRY(flush(run, err));
    }
    return ODD_OK;
}

static enum odd_status write_all(struct odd_run *run, struct odd_error *err)
{
    enum odd_status status;

    if (run->hunt) {
        if (run->hunt->report == ODDI_HUNT_LEARN)
            return oddi_fail(err, ODD_ERR_USAGE, "what 'learn' makes is written with odd_run_learn");
        ODDI_TRY(oddi_hunt_read(run, err));
        if (run->hunt->report == ODDI_HUNT_NOVEL)
            return oddi_novel_report(run, err);
        return run->hunt->report == ODDI_HUNT_HOSTS ? oddi_hunt_report(run, err)
                                                    : oddi_against_report(run, err);
    }
    run->plan.writer->begin(run->writer_state, &run->out);
    do {
        status = oddi_run_step(run, err);
        if (status == ODD_AGAIN || status == ODD_END) {
            if (run->jobs_used > 0) {
                ODDI_TRY(emit_head(run, err));
                status = ODD_OK;
            }
        } else if (status == ODD_OK) {
            ODDI_TRY(emit_ready(run, err));
        }
    } while (status == ODD_OK);
    return status == ODD_END ? ODD_OK : status;
}

enum odd_status odd_run_write(odd_run *run, odd_write_fn write, void *ctx, struct odd_error *err)
{
    enum odd_status status;

    if (run->stage != ODDI_RUN_ADDING || run->pushed)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "odd_run_write runs a run from its start, once, and not one that is pushed to");
    run->writing = true;
    run->write = write;
    run->write_ctx = ctx;
    ODDI_TRY(oddi_run_start(run, err));
    ODDI_TRY(write_all(run, err));
    ODDI_TRY(write_top(run, err));
    ODDI_TRY(write_alone(run, err));
    /* The results stand even when reading stopped early: they are written before that is told. */
    status = oddi_run_conclude(run, err);
    if (run->writer_open)
        run->plan.writer->end(run->writer_state, &run->ledger, &run->out);
    if (status == ODD_OK)
        return flush(run, err);
    ODDI_TRY(flush(run, NULL));
    return status;
}
