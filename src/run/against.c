/* The entities of all windows, judged against the run: written in the order of time, or oddest first. Several presets
 * (detect --preset A,B) have a lane each. */
#include "run/hunt.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/entity_command.h"
#include "run/population_alarm.h"

/* What writes the rows of one lane. */
struct view {
    struct oddi_population *p;
    const struct oddi_plan *plan;
    struct oddi_write_options words; /* of its reasons */
    struct oddi_write_options write; /* the same, but for columns that several presets share */
    void *writer_state;
    bool open;
};

/* A window of a lane. */
struct place {
    int64_t start;
    uint32_t lane, window;
};

/* A row of a lane. */
struct ranked {
    double score;
    uint32_t lane, row;
};

struct against {
    struct odd_run *run;
    const struct oddi_writer *writer;
    struct view *views; /* by lane */
    size_t n_lanes;
    struct place *places;
    size_t n_places;
    struct ranked *rows; /* to write */
    struct oddi_buf out, command, said, who;
    const char **values, **nearest, **witness;
    struct oddi_reason *reasons;
    double *moments;
    int64_t odd_start; /* of the last window with odd rows */
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

static int32_t cluster_of(const struct oddi_population *p, size_t row)
{
    if (p->muted && p->muted[row])
        return ODDI_MUTED;
    return oddi_population_odd(p, row) ? ODDI_NOISE : 0;
}

static enum odd_status explain(struct against *a, struct oddi_population *p, size_t row,
                               struct oddi_verdict *v, struct oddi_entity *entity)
{
    size_t nearest = 0;
    enum odd_status status = oddi_population_explain(p, row, a->reasons, &nearest, a->err);

    if (status != ODD_OK && status != ODD_END)
        return status;
    if (status == ODD_OK) {
        v->reasons = a->reasons;
        entity->witness = a->witness;
        oddi_population_entity(p, nearest, a->nearest, NULL);
        entity->nearest = a->nearest;
    }
    oddi_population_command(p, row, &a->command);
    entity->command = a->command.size ? oddi_buf_cstr(&a->command) : NULL;
    return ODD_OK;
}

/* Columns that several presets share: who, in one text, and why, in words. */
static void share_columns(struct against *a, const struct view *view, const struct oddi_window_result *w,
                          struct oddi_verdict *v)
{
    oddi_buf_clear(&a->said);
    oddi_write_reason(&a->said, &view->words, w, v);
    v->said = oddi_buf_cstr(&a->said);
    oddi_buf_clear(&a->who);
    for (size_t k = 0; k < view->words.n_keys; k++)
        oddi_buf_printf(&a->who, "%s%s", k ? " " : "", a->values[k]);
    a->values[0] = oddi_buf_cstr(&a->who);
    v->reasons = NULL;
}

static enum odd_status write_row(struct against *a, uint32_t lane, const struct oddi_window_result *w,
                                 size_t row, size_t shown)
{
    const struct view *view = &a->views[lane];
    struct oddi_population *p = view->p;
    struct oddi_entity entity = {.values = a->values, .flows = p->flows[row]};
    struct oddi_verdict v = {.kind = oddi_population_odd(p, row) ? ODDI_OUTLIER : ODDI_NORMAL,
                             .cluster = cluster_of(p, row),
                             .score = p->score[row],
                             .entity = &entity};
    struct oddi_write_row out = {
        .window = w, .verdict = &v, .values = p->x + row * view->plan->d, .shown = shown};

    oddi_population_entity(p, row, a->values, a->witness);
    if (v.kind == ODDI_OUTLIER)
        ODDI_TRY(explain(a, p, row, &v, &entity));
    if (view->write.n_features == 0)
        share_columns(a, view, w, &v);
    a->writer->row(view->writer_state, &out, &a->out);
    return oddi_buf_ok(&a->out) && oddi_buf_ok(&a->command) && oddi_buf_ok(&a->said) && oddi_buf_ok(&a->who)
               ? ODD_OK
               : oddi_fail_memory(a->err);
}

static enum odd_status put(struct against *a)
{
    enum odd_status status = oddi_run_put(a->run, a->out.data, a->out.size, a->err);

    oddi_buf_clear(&a->out);
    return status;
}

/* ---- Windows -------------------------------------------------------------------------------------------------- */

static struct oddi_window_result result_of(struct against *a, uint32_t lane, size_t window)
{
    const struct oddi_population *p = a->views[lane].p;
    size_t from = p->first[window], n = p->first[window + 1] - from, d = a->views[lane].plan->d;
    struct oddi_window_result w = {.start = p->start[window],
                                   .end = p->end[window],
                                   .n_rows = n,
                                   .n_flows = p->n_flows[window],
                                   .alone = p->alone,
                                   .n_features = a->views[lane].write.n_features,
                                   .mean = a->moments,
                                   .std = a->moments + d,
                                   .eps = NAN};

    oddi_population_moments(p, d, from, n, a->moments);
    for (size_t i = 0; i < n; i++)
        w.n_outliers += oddi_population_odd(p, from + i);
    w.n_clusters = w.n_outliers < n;
    return w;
}

static int by_score(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;

    if (a->score != b->score && !isnan(a->score) && !isnan(b->score))
        return a->score > b->score ? -1 : 1;
    if (a->lane != b->lane)
        return a->lane < b->lane ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The rows to write of a window, behind the n that are in a->rows. */
static size_t choose(struct against *a, const struct place *at, size_t n)
{
    const struct oddi_population *p = a->views[at->lane].p;

    for (size_t i = p->first[at->window]; i < p->first[at->window + 1]; i++)
        if (a->run->plan.write.all || oddi_population_odd(p, i))
            a->rows[n++] = (struct ranked){p->score[i], at->lane, (uint32_t)i};
    return n;
}

/* Windows come in the order of time: those of several presets that start together count once. */
static void count(struct against *a, const struct oddi_window_result *w)
{
    a->run->ledger.outliers += w->n_outliers;
    if (w->n_outliers > 0 && !w->alone && (a->run->ledger.odd_windows == 0 || w->start != a->odd_start)) {
        a->run->ledger.odd_windows++;
        a->odd_start = w->start;
    }
    if (w->alone)
        a->run->ledger.alone += w->n_outliers;
}

static enum odd_status write_window(struct against *a, const struct place *at)
{
    const struct view *view = &a->views[at->lane];
    struct oddi_window_result w = result_of(a, at->lane, at->window);
    bool ranked = a->writer->caps & ODDI_WRITE_RANKED;
    size_t n = 0;

    count(a, &w);
    a->writer->window_begin(view->writer_state, &w, &a->out);
    if (!view->write.windows_only)
        n = choose(a, at, 0);
    if (ranked && n)
        qsort(a->rows, n, sizeof *a->rows, by_score);
    if (ranked && !view->write.all && !view->write.verbose && n > ODDI_TABLE_ROWS)
        n = ODDI_TABLE_ROWS;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(write_row(a, at->lane, &w, a->rows[i].row, i));
    a->writer->window_end(view->writer_state, &w, &a->out);
    return put(a);
}

static enum odd_status write_windows(struct against *a)
{
    for (size_t i = 0; i < a->n_places; i++)
        ODDI_TRY(write_window(a, &a->places[i]));
    return ODD_OK;
}

static enum odd_status write_top(struct against *a)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_places; i++) {
        struct oddi_window_result w = result_of(a, a->places[i].lane, a->places[i].window);

        count(a, &w);
        n = choose(a, &a->places[i], n);
    }
    if (n)
        qsort(a->rows, n, sizeof *a->rows, by_score);
    for (size_t i = 0; i < n && i < a->run->plan.top; i++) {
        const struct ranked *x = &a->rows[i];
        struct oddi_window_result w = result_of(a, x->lane, a->views[x->lane].p->window[x->row]);

        ODDI_TRY(write_row(a, x->lane, &w, x->row, i));
        ODDI_TRY(put(a));
    }
    return ODD_OK;
}

/* ---- Alerts --------------------------------------------------------------------------------------------------- */

static enum odd_status alert_window(struct against *a, const struct place *at, struct oddi_alarms *alarms)
{
    const struct view *view = &a->views[at->lane];
    struct oddi_population *p = view->p;

    oddi_alarms_clear(alarms);
    for (size_t row = p->first[at->window]; row < p->first[at->window + 1] && !p->alone; row++)
        if (oddi_population_odd(p, row))
            ODDI_TRY(oddi_population_alarm(p, row, &view->words, alarms, a->err));
    return oddi_alerting_window(a->run->alerting, at->lane, p->start[at->window], p->end[at->window], alarms,
                                a->err);
}

static enum odd_status alert(struct against *a)
{
    struct oddi_alarms alarms;
    enum odd_status status = ODD_OK;

    oddi_alarms_init(&alarms);
    for (size_t i = 0; i < a->n_places && a->run->alerting && status == ODD_OK; i++)
        status = alert_window(a, &a->places[i], &alarms);
    oddi_alarms_free(&alarms);
    return status;
}

/* ---- The report ------------------------------------------------------------------------------------------------- */

static int by_start(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->lane != b->lane)
        return a->lane < b->lane ? -1 : 1;
    return a->window < b->window ? -1 : a->window > b->window;
}

static enum odd_status find_places(struct against *a)
{
    size_t n = 0, rows = 0;

    for (size_t l = 0; l < a->n_lanes; l++) {
        n += a->views[l].p->n_windows;
        rows += a->views[l].p->n;
    }
    a->places = oddi_malloc_array(n + 1, sizeof *a->places);
    a->rows = oddi_malloc_array(rows + 1, sizeof *a->rows);
    if (!a->places || !a->rows)
        return oddi_fail_memory(a->err);
    for (uint32_t l = 0; l < a->n_lanes; l++)
        for (uint32_t w = 0; w < a->views[l].p->n_windows; w++)
            a->places[a->n_places++] = (struct place){a->views[l].p->start[w], l, w};
    if (n)
        qsort(a->places, n, sizeof *a->places, by_start);
    return ODD_OK;
}

/* The columns of csv are the same for all presets: with features there would be a header for each. */
static void share_header(struct oddi_write_options *w)
{
    static const char *const who[] = {"entity"};

    w->n_features = 0;
    w->n_keys = 1;
    w->keys = who;
}

/* The run keeps the writer of the first lane, which also writes the beginning and the end. */
static enum odd_status open_view(struct against *a, size_t l)
{
    struct oddi_hunt_lane *lane = &a->run->hunt->lanes[l];
    struct view *v = &a->views[l];

    v->p = &lane->rows;
    v->plan = lane->plan;
    v->words = a->run->plan.write;
    oddi_run_write_options(a->run, lane->plan, &v->words);
    v->words.preset = lane->name[0] ? lane->name : NULL;
    v->words.plan = a->n_lanes > 1 ? lane->name : NULL;
    v->write = v->words;
    if (a->n_lanes > 1 && strcmp(a->writer->name, "csv") == 0)
        share_header(&v->write);
    if (l == 0) {
        a->run->hunt->write = v->write;
        ODDI_TRY(oddi_run_open_writer(a->run, &a->run->hunt->write, a->err));
        v->writer_state = a->run->writer_state;
        return ODD_OK;
    }
    v->writer_state = oddi_calloc_array(1, a->writer->state_size + 1);
    if (!v->writer_state)
        return oddi_fail_memory(a->err);
    ODDI_TRY(a->writer->open(v->writer_state, &v->write, a->err));
    v->open = true;
    return ODD_OK;
}

static enum odd_status prepare(struct against *a)
{
    size_t keys = 0, d = 0;

    a->views = oddi_calloc_array(a->n_lanes, sizeof *a->views);
    if (!a->views)
        return oddi_fail_memory(a->err);
    for (size_t l = 0; l < a->n_lanes; l++) {
        ODDI_TRY(open_view(a, l));
        keys = a->views[l].words.n_keys > keys ? a->views[l].words.n_keys : keys;
        d = a->views[l].plan->d > d ? a->views[l].plan->d : d;
    }
    a->values = oddi_calloc_array(2 * keys + d, sizeof *a->values);
    a->reasons = oddi_calloc_array(d, sizeof *a->reasons);
    a->moments = oddi_calloc_array(2 * d, sizeof *a->moments);
    if (!a->values || !a->reasons || !a->moments)
        return oddi_fail_memory(a->err);
    a->nearest = a->values + keys;
    a->witness = a->nearest + keys;
    return find_places(a);
}

static void clear(struct against *a)
{
    for (size_t l = 1; a->views && l < a->n_lanes; l++) {
        if (a->views[l].open)
            a->writer->close(a->views[l].writer_state);
        free(a->views[l].writer_state);
    }
    free(a->views);
    free(a->places);
    free(a->rows);
    free(a->values);
    free(a->reasons);
    free(a->moments);
    oddi_buf_free(&a->out);
    oddi_buf_free(&a->command);
    oddi_buf_free(&a->said);
    oddi_buf_free(&a->who);
}

enum odd_status oddi_against_report(struct odd_run *run, struct odd_error *err)
{
    struct against a = {.run = run, .writer = run->plan.writer, .n_lanes = run->hunt->n_lanes, .err = err};
    enum odd_status status = prepare(&a);

    if (status == ODD_OK) {
        a.writer->begin(run->writer_state, &run->out);
        status = run->plan.top ? write_top(&a) : write_windows(&a);
    }
    for (size_t l = 0; l < a.n_lanes; l++)
        run->ledger.muted += run->hunt->lanes[l].rows.n_muted;
    if (status == ODD_OK)
        status = alert(&a);
    clear(&a);
    return status;
}
