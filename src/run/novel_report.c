/* The rows that a baseline has judged: written window by window in the order of time, or oddest first. */
#include "run/novel.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "run/beside.h"
#include "run/novel_budget.h"
#include "run/novel_fdr.h"
#include "run/novel_row.h"
#include "run/population_alarm.h"

/* What writes the novelties, or the outliers, of one lane. */
struct view {
    struct oddi_hunt_lane *lane;
    const struct oddi_beside *beside; /* NULL: novelties */
    struct oddi_write_options write;
    void *writer_state;
    bool open;
    uint64_t odd;
    struct oddi_novel_teller teller;
};

/* A window of a view. */
struct place {
    int64_t start;
    uint32_t view, window;
};

/* A row of a view. */
struct ranked {
    double score;
    uint32_t view, row;
};

struct report {
    struct odd_run *run;
    struct oddi_hunt *hunt;
    const struct oddi_writer *writer;
    struct view *views; /* of each lane its novelties, then its outliers if they are asked for */
    size_t n_views, per_lane;
    struct place *places;
    size_t n_places;
    struct ranked *rows;
    double *moments;
    int64_t odd_start; /* of the last window with a novelty */
    struct oddi_buf out;
    struct odd_error *err;
};

/* ---- Rows ----------------------------------------------------------------------------------------------------------- */

/* The rows that those of a window were judged with; the number of a row of the lane in it is less by *shift. */
static struct oddi_population *judged_rows(const struct view *v, size_t window, size_t *shift)
{
    *shift = 0;
    return v->beside ? oddi_beside_part(v->beside, &v->lane->rows, window, shift) : &v->lane->rows;
}

static bool is_odd(const struct view *v, size_t row)
{
    size_t shift;
    const struct oddi_population *p = judged_rows(v, v->lane->rows.window[row], &shift);

    return v->beside ? oddi_beside_odd(p, row - shift) : oddi_population_odd(p, row);
}

static double score_of(const struct view *v, size_t row)
{
    size_t shift;
    const struct oddi_population *p = judged_rows(v, v->lane->rows.window[row], &shift);

    return p->score[row - shift];
}

/* Why an outlier is one: by the rows that it was compared with. */
static enum odd_status explain_outlier(struct oddi_novel_teller *t, struct oddi_population *p, size_t row,
                                       struct oddi_novel_row *x, struct odd_error *err)
{
    size_t nearest = 0;
    enum odd_status status = oddi_population_explain(p, row, t->reasons, &nearest, err);

    if (status != ODD_OK && status != ODD_END)
        return status;
    if (status == ODD_OK) {
        x->verdict.reasons = t->reasons;
        x->entity.witness = t->witness;
        oddi_population_entity(p, nearest, t->nearest, NULL);
        x->entity.nearest = t->nearest;
    }
    oddi_population_command(p, row, &t->command);
    x->entity.command = t->command.size ? oddi_buf_cstr(&t->command) : NULL;
    return oddi_buf_ok(&t->command) ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status make_outlier(struct view *v, size_t lane_row, struct oddi_novel_row *x,
                                    struct odd_error *err)
{
    struct oddi_novel_teller *t = &v->teller;
    size_t shift, row;
    struct oddi_population *p = judged_rows(v, v->lane->rows.window[lane_row], &shift);
    bool odd, muted;

    row = lane_row - shift;
    odd = oddi_beside_odd(p, row);
    muted = p->muted && p->muted[row];
    x->entity = (struct oddi_entity){.values = t->values, .flows = p->flows[row]};
    x->verdict = (struct oddi_verdict){.kind = odd ? ODDI_OUTLIER : ODDI_NORMAL,
                                       .cluster = muted ? ODDI_MUTED
                                                  : odd ? ODDI_NOISE
                                                        : 0,
                                       .score = p->score[row],
                                       .entity = &x->entity};
    oddi_population_entity(p, row, t->values, t->witness);
    return odd ? explain_outlier(t, p, row, x, err) : ODD_OK;
}

static enum odd_status make_row(struct report *r, uint32_t view, size_t row, struct oddi_novel_row *x)
{
    struct view *v = &r->views[view];

    return v->beside ? make_outlier(v, row, x, r->err) : oddi_novel_row(&v->teller, row, false, x, r->err);
}

static enum odd_status write_row(struct report *r, uint32_t view, const struct oddi_window_result *w,
                                 size_t row, size_t shown)
{
    const struct view *v = &r->views[view];
    struct oddi_novel_row x;
    struct oddi_write_row out = {.window = w,
                                 .verdict = &x.verdict,
                                 .values = v->lane->rows.x + row * v->lane->learnt->d,
                                 .shown = shown};

    ODDI_TRY(make_row(r, view, row, &x));
    r->writer->row(v->writer_state, &out, &r->out);
    return oddi_buf_ok(&r->out) ? ODD_OK : oddi_fail_memory(r->err);
}

static enum odd_status put(struct report *r)
{
    enum odd_status status = oddi_run_put(r->run, r->out.data, r->out.size, r->err);

    oddi_buf_clear(&r->out);
    return status;
}

/* ---- Windows --------------------------------------------------------------------------------------------------------- */

static struct oddi_window_result result_of(struct report *r, uint32_t view, size_t window)
{
    const struct view *v = &r->views[view];
    const struct oddi_population *p = &v->lane->rows;
    size_t from = p->first[window], n = p->first[window + 1] - from, d = v->lane->plan->d;
    struct oddi_window_result w = {.start = p->start[window],
                                   .end = p->end[window],
                                   .n_rows = n,
                                   .n_flows = p->n_flows[window],
                                   .n_features = d,
                                   .mean = r->moments,
                                   .std = r->moments + d,
                                   .eps = NAN};

    oddi_population_moments(p, d, from, n, r->moments);
    for (size_t i = 0; i < n; i++)
        w.n_outliers += is_odd(v, from + i);
    w.n_clusters = w.n_outliers < n;
    return w;
}

/* Novelties before outliers, each oddest first. */
static int by_score(const void *pa, const void *pb, void *ctx)
{
    const struct ranked *a = pa, *b = pb;
    const struct report *r = ctx;
    uint32_t kind_a = a->view % (uint32_t)r->per_lane, kind_b = b->view % (uint32_t)r->per_lane;

    if (kind_a != kind_b)
        return kind_a < kind_b ? -1 : 1;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->view != b->view)
        return a->view < b->view ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The rows to write of a window, behind the n that are in r->rows. All rows are those of the baseline's verdicts alone. */
static size_t choose(struct report *r, const struct place *at, size_t n)
{
    const struct view *v = &r->views[at->view];
    const struct oddi_population *p = &v->lane->rows;
    bool all = r->run->plan.write.all && !v->beside;

    for (size_t i = p->first[at->window]; i < p->first[at->window + 1]; i++)
        if (all || is_odd(v, i))
            r->rows[n++] = (struct ranked){score_of(v, i), at->view, (uint32_t)i};
    return n;
}

/* Windows come in the order of time: those of several plans that start together count once. */
static void count(struct report *r, uint32_t view, const struct oddi_window_result *w)
{
    struct odd_ledger *l = &r->run->ledger;

    r->views[view].odd += w->n_outliers;
    l->outliers += w->n_outliers;
    if (r->views[view].beside)
        return;
    l->novelties += w->n_outliers;
    if (w->n_outliers > 0 && (l->odd_windows == 0 || w->start != r->odd_start)) {
        l->odd_windows++;
        r->odd_start = w->start;
    }
}

static enum odd_status write_window(struct report *r, const struct place *at)
{
    const struct view *v = &r->views[at->view];
    struct oddi_window_result w = result_of(r, at->view, at->window);
    bool ranked = r->writer->caps & ODDI_WRITE_RANKED;
    size_t n = 0;

    count(r, at->view, &w);
    r->writer->window_begin(v->writer_state, &w, &r->out);
    if (!v->write.windows_only)
        n = choose(r, at, 0);
    if (ranked)
        qsort_r(r->rows, n, sizeof *r->rows, by_score, r);
    if (ranked && !v->write.all && !v->write.verbose && n > ODDI_TABLE_ROWS)
        n = ODDI_TABLE_ROWS;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(write_row(r, at->view, &w, r->rows[i].row, i));
    r->writer->window_end(v->writer_state, &w, &r->out);
    return put(r);
}

/* So many of each kind. */
static enum odd_status write_top(struct report *r)
{
    size_t n = 0, shown[2] = {0, 0};

    for (size_t i = 0; i < r->n_places; i++) {
        struct oddi_window_result w = result_of(r, r->places[i].view, r->places[i].window);

        count(r, r->places[i].view, &w);
        n = choose(r, &r->places[i], n);
    }
    qsort_r(r->rows, n, sizeof *r->rows, by_score, r);
    for (size_t i = 0; i < n; i++) {
        const struct ranked *row = &r->rows[i];
        const struct view *v = &r->views[row->view];
        struct oddi_window_result w;

        if (shown[v->beside != NULL] == r->run->plan.top)
            continue;
        w = result_of(r, row->view, v->lane->rows.window[row->row]);
        ODDI_TRY(write_row(r, row->view, &w, row->row, shown[v->beside != NULL]++));
        ODDI_TRY(put(r));
    }
    return ODD_OK;
}

/* ---- Alerts ------------------------------------------------------------------------------------------------------------ */

static enum odd_status alert_window(struct report *r, const struct place *at, struct oddi_alarms *alarms)
{
    const struct view *v = &r->views[at->view];
    const struct oddi_population *p = &v->lane->rows;
    struct oddi_window_result w = result_of(r, at->view, at->window);
    struct oddi_novel_row x;

    oddi_alarms_clear(alarms);
    for (size_t row = p->first[at->window]; row < p->first[at->window + 1]; row++) {
        if (!is_odd(v, row))
            continue;
        ODDI_TRY(make_row(r, at->view, row, &x));
        ODDI_TRY(oddi_alarms_add(alarms, &v->write, &w, &x.verdict, v->teller.values,
                                 v->lane->plan->by->n_keys, "", r->err));
    }
    return oddi_alerting_window(r->run->alerting, at->view, w.start, w.end, alarms, r->err);
}

static uint64_t muted_rows(const struct view *v)
{
    uint64_t n = v->beside ? 0 : v->lane->rows.n_muted;

    for (size_t i = 0; v->beside && i < v->beside->n; i++)
        n += v->beside->part[i].n_muted;
    return n;
}

static enum odd_status alert(struct report *r)
{
    struct oddi_alarms alarms;
    enum odd_status status = ODD_OK;

    oddi_alarms_init(&alarms);
    for (size_t v = 0; v < r->n_views; v++)
        r->run->ledger.muted += muted_rows(&r->views[v]);
    for (size_t i = 0; status == ODD_OK && r->run->alerting && i < r->n_places; i++)
        status = alert_window(r, &r->places[i], &alarms);
    oddi_alarms_free(&alarms);
    return status;
}

/* ---- The report --------------------------------------------------------------------------------------------------------- */

static int by_start(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->view != b->view)
        return a->view < b->view ? -1 : 1;
    return a->window < b->window ? -1 : a->window > b->window;
}

static enum odd_status find_places(struct report *r)
{
    size_t n = 0, rows = 0;

    for (size_t v = 0; v < r->n_views; v++) {
        n += r->views[v].lane->rows.n_windows;
        rows += r->views[v].lane->rows.n;
    }
    r->places = oddi_malloc_array(n + 1, sizeof *r->places);
    r->rows = oddi_malloc_array(rows + 1, sizeof *r->rows);
    if (!r->places || !r->rows)
        return oddi_fail_memory(r->err);
    for (uint32_t v = 0; v < r->n_views; v++)
        for (uint32_t w = 0; w < r->views[v].lane->rows.n_windows; w++)
            r->places[r->n_places++] = (struct place){r->views[v].lane->rows.start[w], v, w};
    qsort(r->places, r->n_places, sizeof *r->places, by_start);
    return ODD_OK;
}

static void set_write(struct report *r, struct view *v)
{
    bool columns = r->writer->caps & ODDI_WRITE_TEXT; /* one header for both kinds */

    v->write = r->run->plan.write;
    oddi_run_write_options(r->run, v->lane->plan, &v->write);
    v->write.zone = v->lane->plan->zone;
    v->write.novelty = !v->beside || columns;
    v->write.kinds = r->per_lane > 1;
    v->write.plan = r->hunt->n_chosen > 1 ? v->lane->learnt->name : NULL;
    v->write.scaler = v->write.detector = NULL;
}

/* The run keeps the writer of the first view, which also writes the end. */
static enum odd_status open_view(struct report *r, size_t i)
{
    struct view *v = &r->views[i];

    v->lane = &r->hunt->lanes[i / r->per_lane];
    v->beside = i % r->per_lane ? v->lane->beside : NULL;
    ODDI_TRY(oddi_novel_teller_init(&v->teller, v->lane, r->err));
    set_write(r, v);
    if (i == 0) {
        r->hunt->write = v->write;
        ODDI_TRY(oddi_run_open_writer(r->run, &r->hunt->write, r->err));
        v->writer_state = r->run->writer_state;
        return ODD_OK;
    }
    v->writer_state = oddi_calloc_array(1, r->writer->state_size + 1);
    if (!v->writer_state)
        return oddi_fail_memory(r->err);
    ODDI_TRY(r->writer->open(v->writer_state, &v->write, r->err));
    v->open = true;
    return ODD_OK;
}

static enum odd_status prepare(struct report *r)
{
    size_t d = 0;

    r->per_lane = r->hunt->lanes[0].beside ? 2 : 1;
    r->views = oddi_calloc_array(r->per_lane * r->hunt->n_lanes, sizeof *r->views);
    if (!r->views)
        return oddi_fail_memory(r->err);
    r->n_views = r->per_lane * r->hunt->n_lanes;
    for (size_t v = 0; v < r->n_views; v++) {
        ODDI_TRY(open_view(r, v));
        d = r->views[v].lane->plan->d > d ? r->views[v].lane->plan->d : d;
    }
    r->moments = oddi_calloc_array(2 * d, sizeof *r->moments);
    return r->moments ? find_places(r) : oddi_fail_memory(r->err);
}

/* With --fdr the limit differs from span to span: the share of rows that it is of all is not known beforehand. */
static enum odd_status tell_novelties(const struct report *r, size_t l)
{
    const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    double expected = ceil(exp(lane->ln_fpr) * (double)lane->rows.n);
    char rows[ODDI_NUM_MAX], normal[ODDI_NUM_MAX], odd[ODDI_NUM_MAX];

    rows[oddi_format_u64_grouped(rows, lane->rows.n)] = '\0';
    odd[oddi_format_u64_grouped(odd, r->views[l * r->per_lane].odd)] = '\0';
    normal[oddi_format_quantity(normal, expected)] = '\0';
    if (oddi_options_given(r->run->options, "fdr"))
        return oddi_run_note(r->run, r->err, "%s: %s rows judged, %s novel", lane->name, rows, odd);
    return oddi_run_note(r->run, r->err, "%s: %s rows judged, %s novel; about %s would be if all were normal",
                         lane->name, rows, odd, normal);
}

static enum odd_status tell_resolution(const struct report *r, size_t l)
{
    const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    const struct oddi_base_plan *p = lane->learnt;
    const struct oddi_calibration *c = p->model[0].cal.n_kept ? &p->model[0].cal : &p->blind[0].cal;

    if (oddi_options_value(r->run->options, "budget")->text || oddi_options_given(r->run->options, "fdr") ||
        exp(lane->ln_fpr) * ((double)c->n + 1) >= 1)
        return ODD_OK;
    return oddi_run_note(r->run, r->err,
                         "%s: --fpr is beyond what %llu calibration rows can tell, 1 in %llu: p is "
                         "extrapolated there",
                         lane->name, (unsigned long long)c->n, (unsigned long long)c->n + 1);
}

static enum odd_status tell_outliers(const struct report *r, size_t l)
{
    const struct view *v = &r->views[l * r->per_lane + 1];
    char odd[ODDI_NUM_MAX];

    odd[oddi_format_u64_grouped(odd, v->odd)] = '\0';
    return oddi_run_note(r->run, r->err, "%s: %s outlier%s beside, by %s, compared with %s", v->lane->name,
                         odd, v->odd == 1 ? "" : "s", v->lane->plan->detector_text,
                         v->beside->by_window ? "their window" : "the run");
}

/* The end of the last window of all. */
static int64_t last_end(const struct report *r)
{
    int64_t end = INT64_MIN;

    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        const struct oddi_population *p = &r->hunt->lanes[l].rows;

        if (p->n_windows > 0 && p->end[p->n_windows - 1] > end)
            end = p->end[p->n_windows - 1];
    }
    return end;
}

static enum odd_status tell_expired(const struct report *r)
{
    const struct oddi_baseline *b = &r->hunt->baseline;
    int64_t end = last_end(r);
    char day[ODDI_TIME_TEXT_MAX];

    for (size_t i = 0; i < b->n_accepted; i++) {
        const struct oddi_accepted *a = &b->accepted[i];

        if (a->expires >= end)
            continue;
        day[oddi_format_time_plain(day, a->expires, r->hunt->lanes[0].plan->zone)] = '\0';
        ODDI_TRY(
            oddi_run_note(r->run, r->err,
                          "accepted scope %u expired %s and is not used from then on: accept it again or "
                          "take it out with 'oddflow reject'",
                          a->id, day));
    }
    return ODD_OK;
}

static enum odd_status tell(const struct report *r)
{
    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        ODDI_TRY(tell_novelties(r, l));
        ODDI_TRY(tell_resolution(r, l));
        if (r->per_lane > 1)
            ODDI_TRY(tell_outliers(r, l));
    }
    ODDI_TRY(tell_expired(r));
    ODDI_TRY(oddi_novel_tell_budget(r->run, r->err));
    return oddi_novel_tell_fdr(r->run, r->err);
}

static void clear(struct report *r)
{
    for (size_t i = 0; i < r->n_views; i++) {
        struct view *v = &r->views[i];

        if (v->open)
            r->writer->close(v->writer_state);
        if (i > 0)
            free(v->writer_state);
        oddi_novel_teller_clear(&v->teller);
    }
    free(r->views);
    free(r->places);
    free(r->rows);
    free(r->moments);
    oddi_buf_free(&r->out);
}

enum odd_status oddi_novel_report(struct odd_run *run, struct odd_error *err)
{
    struct report r = {.run = run, .hunt = run->hunt, .writer = run->plan.writer, .err = err};
    enum odd_status status = prepare(&r);

    if (status == ODD_OK) {
        r.writer->begin(run->writer_state, &run->out);
        if (run->plan.top)
            status = write_top(&r);
        for (size_t i = 0; status == ODD_OK && !run->plan.top && i < r.n_places; i++)
            status = write_window(&r, &r.places[i]);
    }
    if (status == ODD_OK)
        status = alert(&r);
    if (status == ODD_OK)
        status = tell(&r);
    clear(&r);
    return status;
}
