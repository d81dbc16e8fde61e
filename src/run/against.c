/* The entities of all windows, judged against the run: written window by window, or oddest first. */
#include "run/hunt.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/entity_command.h"

struct against {
    struct odd_run *run;
    struct oddi_population *p;
    const struct oddi_plan *plan;
    struct oddi_buf out, command;
    const char **values, **nearest, **witness;
    struct oddi_reason *reasons;
    double *moments;
    uint32_t *order; /* rows to write */
    struct odd_error *err;
};

void oddi_population_entity(const struct oddi_population *p, size_t row, const char **values,
                            const char **witness)
{
    for (size_t k = 0; k < p->plan->by->n_keys; k++)
        values[k] = oddi_population_value(p, p->entity[row], k);
    for (size_t j = 0; witness && j < p->plan->d; j++)
        witness[j] = oddi_population_witness(p, row, j);
}

void oddi_population_command(const struct oddi_population *p, size_t row, struct oddi_buf *out)
{
    size_t n = p->plan->by->n_keys;
    const char *values[16];

    if (n > 16)
        return;
    for (size_t k = 0; k < n; k++)
        values[k] = oddi_population_value(p, p->entity[row], k);
    oddi_command_begin(out);
    for (size_t i = 0; i < p->n_sources; i++)
        oddi_command_input(out, oddi_source_name(p->sources[i]));
    oddi_command_end(out, p->plan, values, p->start[p->window[row]], p->end[p->window[row]]);
}

/* ---- Rows ----------------------------------------------------------------------------------------------------- */

static enum odd_status write_row(struct against *a, const struct oddi_window_result *w, size_t row,
                                 size_t shown)
{
    struct oddi_population *p = a->p;
    struct oddi_entity entity = {.values = a->values, .flows = p->flows[row]};
    struct oddi_verdict v = {.kind = oddi_population_odd(p, row) ? ODDI_OUTLIER : ODDI_NORMAL,
                             .cluster = oddi_population_odd(p, row) ? -1 : 0,
                             .score = p->score[row],
                             .entity = &entity};
    struct oddi_write_row out = {
        .window = w, .verdict = &v, .values = p->x + row * a->plan->d, .shown = shown};

    oddi_population_entity(p, row, a->values, a->witness);
    if (v.kind == ODDI_OUTLIER) {
        size_t nearest = 0;
        enum odd_status status = oddi_population_explain(p, row, a->reasons, &nearest, a->err);

        if (status != ODD_OK && status != ODD_END)
            return status;
        if (status == ODD_OK) {
            v.reasons = a->reasons;
            entity.witness = a->witness;
            oddi_population_entity(p, nearest, a->nearest, NULL);
            entity.nearest = a->nearest;
        }
        oddi_population_command(p, row, &a->command);
        entity.command = a->command.size ? oddi_buf_cstr(&a->command) : NULL;
    }
    a->plan->writer->row(a->run->writer_state, &out, &a->out);
    return oddi_buf_ok(&a->out) && oddi_buf_ok(&a->command) ? ODD_OK : oddi_fail_memory(a->err);
}

static enum odd_status put(struct against *a)
{
    enum odd_status status = oddi_run_put(a->run, a->out.data, a->out.size, a->err);

    oddi_buf_clear(&a->out);
    return status;
}

/* ---- Windows -------------------------------------------------------------------------------------------------- */

static void add_moments(const struct against *a, size_t from, size_t n)
{
    size_t d = a->plan->d;

    for (size_t j = 0; j < d; j++) {
        double mean = 0, square = 0;

        for (size_t i = 0; i < n; i++)
            mean += a->p->x[(from + i) * d + j];
        mean = n ? mean / (double)n : NAN;
        for (size_t i = 0; i < n; i++) {
            double off = a->p->x[(from + i) * d + j] - mean;

            square += off * off;
        }
        a->moments[j] = mean;
        a->moments[d + j] = n ? sqrt(square / (double)n) : NAN;
    }
}

static struct oddi_window_result result_of(const struct against *a, size_t window)
{
    const struct oddi_population *p = a->p;
    size_t from = p->first[window], n = p->first[window + 1] - from;
    struct oddi_window_result w = {.start = p->start[window],
                                   .end = p->end[window],
                                   .n_rows = n,
                                   .n_flows = p->n_flows[window],
                                   .alone = p->alone,
                                   .n_features = a->plan->d,
                                   .mean = a->moments,
                                   .std = a->moments + a->plan->d,
                                   .eps = NAN};

    add_moments(a, from, n);
    for (size_t i = 0; i < n; i++)
        w.n_outliers += oddi_population_odd(p, from + i);
    w.n_clusters = w.n_outliers < n;
    return w;
}

static int by_score(const void *pa, const void *pb, void *ctx)
{
    const double *score = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

    if (score[a] != score[b] && !isnan(score[a]) && !isnan(score[b]))
        return score[a] > score[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* The rows to write of [from, to), into a->order; oddest first where the output is for people. */
static size_t choose(struct against *a, size_t from, size_t to, bool ranked)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++)
        if (a->plan->write.all || oddi_population_odd(a->p, i))
            a->order[n++] = (uint32_t)i;
    if (ranked)
        qsort_r(a->order, n, sizeof *a->order, by_score, a->p->score);
    return n;
}

static enum odd_status write_window(struct against *a, size_t window)
{
    const struct oddi_writer *writer = a->plan->writer;
    struct oddi_window_result w = result_of(a, window);
    bool ranked = writer->caps & ODDI_WRITE_RANKED;
    size_t n = 0;

    a->run->ledger.outliers += w.n_outliers;
    a->run->ledger.odd_windows += w.n_outliers > 0 && !w.alone;
    if (w.alone)
        a->run->ledger.alone += w.n_outliers;
    writer->window_begin(a->run->writer_state, &w, &a->out);
    if (!a->plan->write.windows_only)
        n = choose(a, a->p->first[window], a->p->first[window + 1], ranked);
    if (ranked && !a->plan->write.all && !a->plan->write.verbose && n > ODDI_TABLE_ROWS)
        n = ODDI_TABLE_ROWS;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(write_row(a, &w, a->order[i], i));
    writer->window_end(a->run->writer_state, &w, &a->out);
    return put(a);
}

static enum odd_status write_windows(struct against *a)
{
    for (size_t i = 0; i < a->p->n_windows; i++)
        ODDI_TRY(write_window(a, i));
    return ODD_OK;
}

static enum odd_status write_top(struct against *a)
{
    size_t n = choose(a, 0, a->p->n, true);

    for (size_t i = 0; i < a->p->n_windows; i++) {
        struct oddi_window_result w = result_of(a, i);

        a->run->ledger.outliers += w.n_outliers;
        a->run->ledger.odd_windows += w.n_outliers > 0 && !w.alone;
        if (w.alone)
            a->run->ledger.alone += w.n_outliers;
    }
    for (size_t i = 0; i < n && i < a->plan->top; i++) {
        struct oddi_window_result w = result_of(a, a->p->window[a->order[i]]);

        ODDI_TRY(write_row(a, &w, a->order[i], i));
        ODDI_TRY(put(a));
    }
    return ODD_OK;
}

enum odd_status oddi_against_report(struct odd_run *run, struct odd_error *err)
{
    struct oddi_population *p = &run->hunt->lanes[0].rows;
    size_t d = run->plan.d, keys = run->plan.by->n_keys;
    struct against a = {.run = run, .p = p, .plan = &run->plan, .err = err};
    enum odd_status status = ODD_OK;

    oddi_buf_init(&a.out, 0);
    oddi_buf_init(&a.command, 0);
    a.values = oddi_calloc_array(2 * keys + d, sizeof *a.values);
    a.reasons = oddi_calloc_array(d, sizeof *a.reasons);
    a.moments = oddi_calloc_array(2 * d, sizeof *a.moments);
    a.order = oddi_malloc_array(p->n + 1, sizeof *a.order);
    if (!a.values || !a.reasons || !a.moments || !a.order)
        status = oddi_fail_memory(err);
    if (status == ODD_OK) {
        a.nearest = a.values + keys;
        a.witness = a.nearest + keys;
        oddi_run_write_options(run, &run->plan, &run->plan.write);
        status = oddi_run_open_writer(run, &run->plan.write, err);
    }
    if (status == ODD_OK) {
        run->plan.writer->begin(run->writer_state, &run->out);
        status = run->plan.top ? write_top(&a) : write_windows(&a);
    }
    free(a.values);
    free(a.reasons);
    free(a.moments);
    free(a.order);
    oddi_buf_free(&a.out);
    oddi_buf_free(&a.command);
    return status;
}
