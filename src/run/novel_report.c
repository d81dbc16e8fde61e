/* The rows that a baseline has judged: written window by window in the order of time, or oddest first. */
#include "run/novel.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "baseline/scope_text.h"
#include "run/novel_budget.h"
#include "run/population_alarm.h"

/* What writes the rows of one lane. */
struct view {
    struct oddi_hunt_lane *lane;
    struct oddi_write_options write;
    void *writer_state;
    bool open;
    uint64_t odd;
    char **words, **conditions; /* of each model, once they are asked for */
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

struct report {
    struct odd_run *run;
    struct oddi_hunt *hunt;
    const struct oddi_writer *writer;
    struct view *views; /* by lane */
    struct place *places;
    size_t n_places;
    struct ranked *rows;
    const char **values, **nearest, **witness;
    struct oddi_reason *reasons;
    double *moments;
    int64_t odd_start; /* of the last window with a novelty */
    struct oddi_buf out, command, near;
    struct odd_error *err;
};

static bool is_odd(const struct report *r, size_t lane, size_t row)
{
    return oddi_population_odd(&r->hunt->lanes[lane].rows, row);
}

/* ---- Rows ----------------------------------------------------------------------------------------------------------- */

/* The key of a type as the user wrote it; NULL if the entities have none. */
static const char *key_of(const struct oddi_by *by, enum oddi_expr_type type)
{
    for (size_t k = 0; k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == type)
            return by->key_names[k];
    return NULL;
}

static char *text_of(struct oddi_buf *b)
{
    char *text = oddi_buf_ok(b) ? strdup(oddi_buf_cstr(b)) : NULL;

    oddi_buf_free(b);
    return text;
}

/* Once for each model: its words are looked for in the sample. */
static bool name_scope(const struct view *v, uint32_t model)
{
    const struct oddi_base_plan *p = v->lane->learnt;
    struct oddi_scope_names names = {key_of(v->lane->plan->by, ODDI_EXPR_ADDR),
                                     key_of(v->lane->plan->by, ODDI_EXPR_SERVICE)};
    struct oddi_buf words, condition;

    if (v->words[model] && v->conditions[model])
        return true;
    names.addr = names.addr ? names.addr : "src_ip";
    names.service = names.service ? names.service : "service";
    oddi_buf_init(&words, 0);
    oddi_buf_init(&condition, 0);
    oddi_scope_words(&p->tree, model, p->key, p->n_sample, &words);
    oddi_scope_expression(&p->tree, model, &names, &condition);
    free(v->words[model]);
    free(v->conditions[model]);
    v->words[model] = text_of(&words);
    v->conditions[model] = text_of(&condition);
    return v->words[model] && v->conditions[model];
}

static void clear_names(struct view *v)
{
    size_t n = v->lane ? v->lane->learnt->tree.n_models : 0;

    for (size_t m = 0; m < n; m++) {
        if (v->words)
            free(v->words[m]);
        if (v->conditions)
            free(v->conditions[m]);
    }
    free(v->words);
    free(v->conditions);
}

/* Who the nearest row is of, where its address and service say it all. */
static const char *const *name_nearest(struct report *r, const struct view *v, size_t at)
{
    const struct oddi_by *by = v->lane->plan->by;
    const struct oddi_row_key *key = &v->lane->learnt->key[at];
    bool addr = false, service = false;
    char text[ODDI_ENTITY_VALUE_MAX];

    oddi_buf_clear(&r->near);
    for (size_t k = 0; k < by->n_keys; k++) {
        enum oddi_expr_type type = oddi_expr_type(by->keys[k]);
        bool *seen = type == ODDI_EXPR_ADDR ? &addr : &service;

        if ((type != ODDI_EXPR_ADDR && type != ODDI_EXPR_SERVICE) || *seen)
            return NULL;
        *seen = true;
        r->nearest[k] = NULL;
        (void)oddi_expr_format(
            type, type == ODDI_EXPR_ADDR ? (const void *)&key->addr : (const void *)&key->service, NULL, text,
            sizeof text);
        oddi_buf_add(&r->near, text, strlen(text) + 1);
    }
    if (!oddi_buf_ok(&r->near))
        return NULL;
    for (size_t k = 0, from = 0; k < by->n_keys; from += strlen(r->near.data + from) + 1)
        r->nearest[k++] = r->near.data + from;
    return r->nearest;
}

static void fill_novelty(const struct view *v, const struct oddi_row_key *key, const struct oddi_judgement *j,
                         struct oddi_novelty *out)
{
    const struct oddi_base_plan *p = v->lane->learnt;
    const struct oddi_support *s = &oddi_base_models(p, key)[j->model].support;

    *out = (struct oddi_novelty){.plan = v->lane->name,
                                 .ln_p = j->ln_p,
                                 .extrapolated = j->extrapolated,
                                 .scope = v->words[j->model],
                                 .condition = v->conditions[j->model],
                                 .rows = s->rows,
                                 .hosts = s->hosts,
                                 .days = s->days};
}

/* A row as the writers and the alerts see it. */
struct shown_row {
    struct oddi_novelty novelty;
    struct oddi_entity entity;
    struct oddi_verdict verdict;
};

static enum odd_status make_row(struct report *r, uint32_t lane, size_t row, struct shown_row *x)
{
    struct view *v = &r->views[lane];
    const struct oddi_base_plan *learnt = v->lane->learnt;
    struct oddi_population *p = &v->lane->rows;
    struct oddi_row_key key = oddi_novel_key(v->lane, row);
    bool odd = is_odd(r, lane, row);
    struct oddi_judgement judged;
    size_t nearest = 0;

    x->entity = (struct oddi_entity){.values = r->values, .flows = p->flows[row]};
    x->verdict = (struct oddi_verdict){.kind = odd ? ODDI_NOVELTY : ODDI_NORMAL,
                                       .cluster = p->muted && p->muted[row] ? ODDI_MUTED
                                                  : odd                     ? -1
                                                                            : 0,
                                       .score = p->score[row],
                                       .entity = &x->entity,
                                       .novelty = &x->novelty};
    oddi_base_judge(learnt, r->hunt->baseline.kappa, &key, p->x + row * learnt->d, &judged);
    if (!name_scope(v, judged.model))
        return oddi_fail_memory(r->err);
    fill_novelty(v, &key, &judged, &x->novelty);
    oddi_population_entity(p, row, r->values, r->witness);
    if (odd) {
        oddi_novel_explain(v->lane, r->hunt->baseline.kappa, row, &judged, r->reasons, &nearest);
        x->verdict.reasons = r->reasons;
        x->entity.witness = r->witness;
        x->entity.nearest = nearest < learnt->n_sample ? name_nearest(r, v, nearest) : NULL;
        oddi_population_command(p, row, &r->command);
        x->entity.command = r->command.size ? oddi_buf_cstr(&r->command) : NULL;
    }
    if (oddi_buf_ok(&r->command))
        return ODD_OK;
    return oddi_fail_memory(r->err);
}

static enum odd_status write_row(struct report *r, uint32_t lane, const struct oddi_window_result *w,
                                 size_t row, size_t shown)
{
    const struct view *v = &r->views[lane];
    struct shown_row x;
    struct oddi_write_row out = {.window = w,
                                 .verdict = &x.verdict,
                                 .values = v->lane->rows.x + row * v->lane->learnt->d,
                                 .shown = shown};

    ODDI_TRY(make_row(r, lane, row, &x));
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

static struct oddi_window_result result_of(struct report *r, uint32_t lane, size_t window)
{
    const struct oddi_population *p = &r->hunt->lanes[lane].rows;
    size_t from = p->first[window], n = p->first[window + 1] - from, d = r->hunt->lanes[lane].plan->d;
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
        w.n_outliers += is_odd(r, lane, from + i);
    w.n_clusters = w.n_outliers < n;
    return w;
}

static int by_score(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->lane != b->lane)
        return a->lane < b->lane ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The rows to write of [from, to) of a lane, into r->rows. */
static size_t choose(struct report *r, uint32_t lane, size_t from, size_t to, size_t n)
{
    for (size_t i = from; i < to; i++)
        if (r->run->plan.write.all || is_odd(r, lane, i))
            r->rows[n++] = (struct ranked){r->hunt->lanes[lane].rows.score[i], lane, (uint32_t)i};
    return n;
}

/* Windows come in the order of time: those of several plans that start together count once. */
static void count(struct report *r, uint32_t lane, const struct oddi_window_result *w)
{
    r->run->ledger.outliers += w->n_outliers;
    if (w->n_outliers > 0 && (r->run->ledger.odd_windows == 0 || w->start != r->odd_start)) {
        r->run->ledger.odd_windows++;
        r->odd_start = w->start;
    }
    r->views[lane].odd += w->n_outliers;
}

static enum odd_status write_window(struct report *r, const struct place *at)
{
    const struct view *v = &r->views[at->lane];
    const struct oddi_population *p = &v->lane->rows;
    struct oddi_window_result w = result_of(r, at->lane, at->window);
    bool ranked = r->writer->caps & ODDI_WRITE_RANKED;
    size_t n = 0;

    count(r, at->lane, &w);
    r->writer->window_begin(v->writer_state, &w, &r->out);
    if (!v->write.windows_only)
        n = choose(r, at->lane, p->first[at->window], p->first[at->window + 1], 0);
    if (ranked)
        qsort(r->rows, n, sizeof *r->rows, by_score);
    if (ranked && !v->write.all && !v->write.verbose && n > ODDI_TABLE_ROWS)
        n = ODDI_TABLE_ROWS;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(write_row(r, at->lane, &w, r->rows[i].row, i));
    r->writer->window_end(v->writer_state, &w, &r->out);
    return put(r);
}

static enum odd_status write_top(struct report *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_places; i++) {
        const struct place *at = &r->places[i];
        const struct oddi_population *p = &r->hunt->lanes[at->lane].rows;
        struct oddi_window_result w = result_of(r, at->lane, at->window);

        count(r, at->lane, &w);
        n = choose(r, at->lane, p->first[at->window], p->first[at->window + 1], n);
    }
    qsort(r->rows, n, sizeof *r->rows, by_score);
    for (size_t i = 0; i < n && i < r->run->plan.top; i++) {
        const struct ranked *row = &r->rows[i];
        struct oddi_window_result w =
            result_of(r, row->lane, r->hunt->lanes[row->lane].rows.window[row->row]);

        ODDI_TRY(write_row(r, row->lane, &w, row->row, i));
        ODDI_TRY(put(r));
    }
    return ODD_OK;
}

/* ---- Alerts ------------------------------------------------------------------------------------------------------------ */

static enum odd_status alert_window(struct report *r, const struct place *at, struct oddi_alarms *alarms)
{
    const struct view *v = &r->views[at->lane];
    const struct oddi_population *p = &v->lane->rows;
    struct oddi_window_result w = result_of(r, at->lane, at->window);
    struct shown_row x;

    oddi_alarms_clear(alarms);
    for (size_t row = p->first[at->window]; row < p->first[at->window + 1]; row++) {
        if (!is_odd(r, at->lane, row))
            continue;
        ODDI_TRY(make_row(r, at->lane, row, &x));
        ODDI_TRY(oddi_alarms_add(alarms, &v->write, &w, &x.verdict, r->values, v->lane->plan->by->n_keys, "",
                                 r->err));
    }
    return oddi_alerting_window(r->run->alerting, at->lane, w.start, w.end, alarms, r->err);
}

static enum odd_status alert(struct report *r)
{
    struct oddi_alarms alarms;
    enum odd_status status = ODD_OK;

    oddi_alarms_init(&alarms);
    for (size_t l = 0; l < r->hunt->n_lanes; l++)
        r->run->ledger.muted += r->hunt->lanes[l].rows.n_muted;
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
    if (a->lane != b->lane)
        return a->lane < b->lane ? -1 : 1;
    return a->window < b->window ? -1 : a->window > b->window;
}

static enum odd_status find_places(struct report *r)
{
    size_t n = 0, rows = 0;

    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        n += r->hunt->lanes[l].rows.n_windows;
        rows += r->hunt->lanes[l].rows.n;
    }
    r->places = oddi_malloc_array(n + 1, sizeof *r->places);
    r->rows = oddi_malloc_array(rows + 1, sizeof *r->rows);
    if (!r->places || !r->rows)
        return oddi_fail_memory(r->err);
    for (uint32_t l = 0; l < r->hunt->n_lanes; l++)
        for (uint32_t w = 0; w < r->hunt->lanes[l].rows.n_windows; w++)
            r->places[r->n_places++] = (struct place){r->hunt->lanes[l].rows.start[w], l, w};
    qsort(r->places, r->n_places, sizeof *r->places, by_start);
    return ODD_OK;
}

/* The run keeps the writer of the first lane, which also writes the end. */
static enum odd_status open_view(struct report *r, size_t l)
{
    struct view *v = &r->views[l];
    struct oddi_hunt_lane *lane = &r->hunt->lanes[l];

    v->lane = lane;
    v->words = oddi_calloc_array(lane->learnt->tree.n_models, sizeof *v->words);
    v->conditions = oddi_calloc_array(lane->learnt->tree.n_models, sizeof *v->conditions);
    if (!v->words || !v->conditions)
        return oddi_fail_memory(r->err);
    v->write = r->run->plan.write;
    oddi_run_write_options(r->run, lane->plan, &v->write);
    v->write.zone = lane->plan->zone;
    v->write.novelty = true;
    v->write.plan = r->hunt->n_lanes > 1 ? lane->name : NULL;
    v->write.scaler = v->write.detector = NULL;
    if (l == 0) {
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
    size_t keys = 0, d = 0;

    r->views = oddi_calloc_array(r->hunt->n_lanes, sizeof *r->views);
    if (!r->views)
        return oddi_fail_memory(r->err);
    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        const struct oddi_plan *plan = r->hunt->lanes[l].plan;

        ODDI_TRY(open_view(r, l));
        keys = plan->by->n_keys > keys ? plan->by->n_keys : keys;
        d = plan->d > d ? plan->d : d;
    }
    r->values = oddi_calloc_array(2 * keys + d, sizeof *r->values);
    r->reasons = oddi_calloc_array(d, sizeof *r->reasons);
    r->moments = oddi_calloc_array(2 * d, sizeof *r->moments);
    if (!r->values || !r->reasons || !r->moments)
        return oddi_fail_memory(r->err);
    r->nearest = r->values + keys;
    r->witness = r->nearest + keys;
    return find_places(r);
}

static enum odd_status tell(const struct report *r)
{
    bool budget = oddi_options_value(r->run->options, "budget")->text;

    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
        const struct oddi_base_plan *p = lane->learnt;
        const struct oddi_calibration *c = p->model[0].cal.n_kept ? &p->model[0].cal : &p->blind[0].cal;
        double fpr = exp(lane->ln_fpr);
        char rows[ODDI_NUM_MAX], expected[ODDI_NUM_MAX], odd[ODDI_NUM_MAX];

        rows[oddi_format_u64_grouped(rows, lane->rows.n)] = '\0';
        odd[oddi_format_u64_grouped(odd, r->views[l].odd)] = '\0';
        expected[oddi_format_quantity(expected, ceil(fpr * (double)lane->rows.n))] = '\0';
        ODDI_TRY(oddi_run_note(r->run, r->err,
                               "%s: %s rows judged, %s novel; about %s would be if all were normal",
                               lane->name, rows, odd, expected));
        if (!budget && fpr * ((double)c->n + 1) < 1)
            ODDI_TRY(oddi_run_note(r->run, r->err,
                                   "%s: --fpr is beyond what %llu calibration rows can tell, 1 in %llu: p is "
                                   "extrapolated there",
                                   lane->name, (unsigned long long)c->n, (unsigned long long)c->n + 1));
    }
    return oddi_novel_tell_budget(r->run, r->err);
}

static void clear(struct report *r)
{
    for (size_t l = 0; r->views && l < r->hunt->n_lanes; l++) {
        if (r->views[l].open)
            r->writer->close(r->views[l].writer_state);
        if (l > 0)
            free(r->views[l].writer_state);
        clear_names(&r->views[l]);
    }
    free(r->views);
    free(r->places);
    free(r->rows);
    free(r->values);
    free(r->reasons);
    free(r->moments);
    oddi_buf_free(&r->out);
    oddi_buf_free(&r->command);

    oddi_buf_free(&r->near);
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
