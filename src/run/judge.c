#include "run/judge.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/render.h"
#include "run/worker.h"
#include "stats/moments.h"

/* ---- Scratch ------------------------------------------------------------------------------------ */

static enum odd_status init_worker(struct oddi_worker *w, const struct oddi_plan *plan, struct odd_error *err)
{
    size_t d = plan->d;
    double *vectors = oddi_calloc_array(7 * d, sizeof *vectors);

    w->plan = plan;
    w->location = vectors;
    w->reasons = oddi_calloc_array(d, sizeof *w->reasons);
    w->detector = oddi_calloc_array(1, plan->detector->state_size);
    if (!vectors || !w->reasons || !w->detector) {
        free(w->detector);
        w->detector = NULL;
        return oddi_fail_memory(err);
    }
    w->scale = vectors + d;
    w->low = vectors + 2 * d;
    w->high = vectors + 3 * d;
    w->explain = vectors + 4 * d;
    return plan->detector->init(w->detector, plan->detector_spec.values, err);
}

enum odd_status oddi_workers_new(const struct oddi_plan *plan, unsigned n, size_t n_sources,
                                 struct oddi_worker **out, struct odd_error *err)
{
    struct oddi_worker *workers = oddi_calloc_array(n, sizeof *workers);
    enum odd_status status = ODD_OK;

    (void)n_sources;
    if (!workers)
        return oddi_fail_memory(err);
    for (unsigned i = 0; i < n && status == ODD_OK; i++)
        status = init_worker(&workers[i], plan, err);
    if (status != ODD_OK) {
        oddi_workers_free(workers, n);
        return status;
    }
    *out = workers;
    return ODD_OK;
}

void oddi_workers_free(struct oddi_worker *workers, unsigned n)
{
    for (unsigned i = 0; workers && i < n; i++) {
        struct oddi_worker *w = &workers[i];

        if (w->detector)
            w->plan->detector->clear(w->detector);
        free(w->detector);
        free(w->x);
        free(w->z);
        free(w->score);
        free(w->label);
        free(w->location);
        free(w->order);
        free(w->places);
        free(w->reasons);
        oddi_text_cache_clear(&w->text);
        oddi_flow_decoder_clear(&w->decoder);
        oddi_group_scratch_clear(&w->group);
        oddi_entity_decoder_clear(&w->entity);
        oddi_entity_said_clear(&w->said);
    }
    free(workers);
}

static bool reserve(struct oddi_worker *w, size_t n, size_t d)
{
    size_t cap;

    if (n <= w->cap_rows)
        return true;
    cap = n + n / 4;
    free(w->x);
    free(w->z);
    free(w->score);
    free(w->label);
    w->x = cap < SIZE_MAX / 8 / d ? oddi_malloc_big(cap * d * sizeof(double)) : NULL;
    w->z = w->x ? oddi_malloc_big(cap * d * sizeof(double)) : NULL;
    w->score = w->z ? oddi_malloc_big(cap * sizeof(double)) : NULL;
    w->label = w->score ? oddi_malloc_big(cap * sizeof(int32_t)) : NULL;
    w->cap_rows = w->label ? cap : 0;
    return w->label != NULL;
}

enum odd_status oddi_judged_window_init(struct oddi_judged_window *j, const struct oddi_judge_shared *shared,
                                        struct odd_error *err)
{
    memset(j, 0, sizeof *j);
    j->shared = shared;
    oddi_buf_init(&j->out, 0);
    oddi_buf_init(&j->entity_text, 0);
    oddi_alarms_init(&j->alarms);
    j->moments = oddi_calloc_array(2 * shared->plan->d, sizeof *j->moments);
    return j->moments ? ODD_OK : oddi_fail_memory(err);
}

void oddi_judged_window_release(struct oddi_judged_window *j)
{
    oddi_workers_free(j->kept, 1);
    j->kept = NULL;
}

void oddi_judged_window_clear(struct oddi_judged_window *j)
{
    oddi_judged_window_release(j);
    oddi_buf_free(&j->out);
    free(j->moments);
    free(j->ranked);
    free(j->label);
    free(j->score);
    free(j->source);
    free(j->record);
    free(j->odd);
    free(j->nearest);
    free(j->reasons);
    free(j->entity_at);
    oddi_buf_free(&j->entity_text);
    oddi_alarms_free(&j->alarms);
    oddi_grouped_clear(&j->grouped);
}

/* ---- Rows to matrix ------------------------------------------------------------------------------- */

static void gather_chunk(struct oddi_chunk *c, size_t d, double *to)
{
    if (d == 1) {
        memcpy(to, oddi_chunk_feature(c, 0), c->n * sizeof *to);
        return;
    }
    for (size_t j = 0; j < d; j++) {
        const double *from = oddi_chunk_feature(c, j);

        for (uint32_t i = 0; i < c->n; i++)
            to[i * d + j] = from[i];
    }
}

static void gather(const struct oddi_window *win, size_t d, double *x)
{
    for (const struct oddi_strand *s = win->strands; s; s = s->next)
        for (struct oddi_chunk *c = s->head; c; c = c->next) {
            gather_chunk(c, d, x);
            x += c->n * d;
        }
}

/* ---- Judging ---------------------------------------------------------------------------------------- */

static bool wants_moments(const struct oddi_judge_shared *s)
{
    return s->pull || s->plan->write.windows_only || s->plan->steps;
}

static enum odd_status scale_and_detect(struct oddi_judged_window *j, struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;
    struct oddi_matrix x = {.x = w->x, .n = j->result.n_rows, .d = plan->d},
                       z = {.x = w->z, .n = x.n, .d = x.d};
    struct oddi_judged judged = {.label = w->label, .score = w->score, .eps = NAN};

    if (wants_moments(j->shared)) {
        double *std = j->moments + x.d;

        oddi_moments(&x, j->moments, std);
        for (size_t k = 0; k < x.d; k++)
            std[k] = sqrt(std[k]);
    }
    ODDI_TRY(plan->scaler->fit(plan->scaler_spec.values, &x, w->location, w->scale, &j->error));
    oddi_scale_apply(&x, w->location, w->scale, z.x);
    ODDI_TRY(plan->detector->fit(w->detector, &z, &judged, &j->error));
    j->result.n_clusters = judged.n_clusters;
    j->result.n_outliers = judged.n_noise;
    j->result.eps = judged.eps;
    j->result.eps_chosen = judged.eps_chosen;
    /* A detector gives either every row a score or none. */
    j->result.alone = isnan(w->score[0]);
    oddi_expected_range(&x, w->label, w->low, w->high);
    return ODD_OK;
}

/* What the teaching mode tells beside the verdicts. */
static void add_steps(struct oddi_judged_window *j, const struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;

    if (!plan->steps)
        return;
    j->result.location = w->location;
    j->result.scale = w->scale;
    j->result.scaler = plan->scaler_text;
    j->result.detector = plan->detector_text;
}

/* The whole output of a window is built in memory, but for those where that is most of what a run needs. */
static bool comes_in_slices(const struct oddi_judged_window *j)
{
    const struct oddi_plan *plan = j->shared->plan;

    return !j->shared->pull && plan->write.all && !plan->steps && j->result.n_rows > 2 * ODDI_SLICE_ROWS;
}

/* Takes the scratch away from the thread, which gets a fresh one. */
static enum odd_status keep_scratch(struct oddi_judged_window *j, struct oddi_worker *w)
{
    struct oddi_worker judged = *w;

    j->n_written = 0;
    ODDI_TRY(oddi_workers_new(j->shared->plan, 1, j->shared->n_sources, &j->kept, &j->error));
    *w = *j->kept;
    *j->kept = judged;
    return ODD_OK;
}

/* The window's rows, or what its entities are, as w->x. */
static enum odd_status make_matrix(struct oddi_judged_window *j, struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;
    const struct oddi_window *win = j->window;
    struct oddi_grouped *g = &j->grouped;

    if (!plan->entities) {
        if (!reserve(w, win->n_rows, plan->d))
            return oddi_fail_memory(&j->error);
        gather(win, plan->d, w->x);
        return ODD_OK;
    }
    if (!j->is_grouped)
        ODDI_TRY(oddi_group_rows_of(plan->by, win, NULL, &w->group, g, &j->error));
    if (!reserve(w, g->n_groups, plan->d))
        return oddi_fail_memory(&j->error);
    ODDI_TRY(oddi_group_features(plan->by, win, plan->min_flows, plan->zero, SIZE_MAX, &w->group, g, w->x,
                                 &j->error));
    j->result.n_rows = g->n_entities;
    j->result.n_flows = g->n_flows;
    j->n_scored = g->n_scored;
    return ODD_OK;
}

static enum odd_status judge(struct oddi_judged_window *j, struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;
    const struct oddi_window *win = j->window;

    j->n_ranked = j->n_odd = 0;
    j->n_scored = win->n_rows - win->n_again;
    oddi_buf_clear(&j->out);
    j->result = (struct oddi_window_result){.start = win->start,
                                            .end = win->end,
                                            .n_rows = win->n_rows,
                                            .n_flows = win->n_rows,
                                            .n_features = plan->d,
                                            .mean = j->moments,
                                            .std = j->moments + plan->d,
                                            .eps = NAN};
    j->result.start_text = j->start_text;
    j->result.start_size = oddi_format_time(j->start_text, win->start, plan->zone);
    ODDI_TRY(make_matrix(j, w));
    if (j->result.n_rows > 0)
        ODDI_TRY(scale_and_detect(j, w));
    else /* no entity was large enough */
        for (size_t k = 0; k < 2 * plan->d; k++)
            j->moments[k] = NAN;
    ODDI_TRY(oddi_mute_window(j, w));
    ODDI_TRY(oddi_alarms_of(j, w));
    add_steps(j, w);
    if (comes_in_slices(j))
        return keep_scratch(j, w);
    return j->shared->pull ? oddi_render_columns(j, w) : oddi_render_window(j, w);
}

void oddi_judge_job(struct oddi_job *job, unsigned worker)
{
    struct oddi_judged_window *j = (struct oddi_judged_window *)(void *)job;

    j->shared->workers[worker].muter = j->shared->muters ? j->shared->muters[worker] : NULL;
    j->status = judge(j, &j->shared->workers[worker]);
}
