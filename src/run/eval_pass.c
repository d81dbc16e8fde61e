#include "run/eval.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

const char *oddi_eval_host_key(const struct oddi_by *by)
{
    for (size_t k = 0; by && k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == ODDI_EXPR_ADDR)
            return by->ends && strcmp(by->key_names[k], "host") == 0 ? "src_ip" : by->key_names[k];
    return NULL;
}

/* ---- Lanes ------------------------------------------------------------------------------------------------------- */

static size_t find_kind(const struct oddi_ground *t, const struct oddi_plan *plan)
{
    const char *key = plan->entities ? oddi_eval_host_key(plan->by) : "src_ip";

    for (size_t k = 0; key && k < t->n_kinds; k++)
        if (!t->kinds[k].absent && strcmp(t->kinds[k].key, key) == 0)
            return k;
    return SIZE_MAX;
}

/* Windows that a time can be in. */
static size_t slots_of(const struct oddi_windows_config *w)
{
    return w->span ? (size_t)((w->span - 1) / w->align.length) + 1 : 1;
}

static enum odd_status init_lane(struct oddi_eval_lane *lane, const struct oddi_ground *t,
                                 const struct oddi_plan *plan, struct odd_error *err)
{
    lane->kind = find_kind(t, plan);
    lane->entities = plan->entities;
    lane->of_hosts = plan->entities && plan->by->n_keys == 1 && lane->kind != SIZE_MAX;
    lane->align = plan->windows.align;
    lane->slots = slots_of(&plan->windows);
    lane->row_of = oddi_malloc_array(t->n + 1, lane->slots * sizeof *lane->row_of);
    if (!lane->row_of)
        return oddi_fail_memory(err);
    memset(lane->row_of, 0xff, (t->n + 1) * lane->slots * sizeof *lane->row_of);
    return ODD_OK;
}

static enum odd_status init_lanes(struct oddi_eval_pass *p, struct odd_error *err)
{
    const struct oddi_hunt *hunt = p->run->hunt;
    size_t n = hunt ? hunt->n_lanes : 1;

    p->lanes = oddi_calloc_array(n, sizeof *p->lanes);
    if (!p->lanes)
        return oddi_fail_memory(err);
    p->n_lanes = n;
    for (size_t l = 0; l < n; l++)
        ODDI_TRY(init_lane(&p->lanes[l], p->truth, hunt ? hunt->lanes[l].plan : &p->run->plan, err));
    return ODD_OK;
}

void oddi_eval_pass_clear(struct oddi_eval_pass *p)
{
    for (size_t l = 0; l < p->n_lanes; l++) {
        free(p->lanes[l].row_of);
        free(p->lanes[l].score);
        free(p->lanes[l].surprise);
        free(p->lanes[l].said);
        free(p->lanes[l].record);
    }
    free(p->lanes);
    p->lanes = NULL;
    p->n_lanes = 0;
}

static bool reserve(struct oddi_eval_lane *lane, size_t n)
{
    return oddi_grow(&lane->score, &lane->cap_score, n, sizeof *lane->score) &&
           oddi_grow(&lane->surprise, &lane->cap_surprise, n, sizeof *lane->surprise) &&
           oddi_grow(&lane->said, &lane->cap_said, n, sizeof *lane->said);
}

/* ---- Which records a window's rows are ------------------------------------------------------------------------------ */

static enum odd_status find_records(struct oddi_eval_lane *lane, const struct oddi_ground *t,
                                    const struct oddi_window *win, size_t held, struct odd_error *err)
{
    size_t n = 0;

    if (!oddi_grow(&lane->record, &lane->cap_record, win->n_rows, sizeof *lane->record))
        return oddi_fail_memory(err);
    for (const struct oddi_strand *s = win->strands; s; s = s->next)
        for (struct oddi_chunk *c = s->head; c; c = c->next)
            for (uint32_t i = 0; i < c->n; i++)
                lane->record[n++] = oddi_ground_at(t, s->source, c->record + oddi_chunk_records(c, held)[i]);
    return ODD_OK;
}

static void went_into(struct oddi_eval_lane *lane, size_t record, size_t row)
{
    uint32_t *of = record == SIZE_MAX ? NULL : lane->row_of + record * lane->slots;

    for (size_t k = 0; of && k < lane->slots; k++)
        if (of[k] == ODDI_NO_ROW) {
            of[k] = (uint32_t)row;
            return;
        }
}

/* Row i of a window is about the end of its record that did not start it: of two rows of a record the second. */
static bool is_other_end(const struct oddi_eval_lane *lane, uint32_t i)
{
    return i > 0 && lane->record[i] != SIZE_MAX && lane->record[i] == lane->record[i - 1];
}

static void group_went_into(struct oddi_eval_lane *lane, const struct oddi_grouped *g, size_t i, size_t row)
{
    uint32_t group = g->entity[i];

    for (uint32_t k = g->off[group]; k < g->off[group + 1]; k++)
        if (!is_other_end(lane, g->row_of[k]))
            went_into(lane, lane->record[g->row_of[k]], row);
}

/* ---- Windows judged by themselves ----------------------------------------------------------------------------------- */

static enum odd_status take_window(struct oddi_eval_pass *p, const odd_window *win, struct odd_error *err)
{
    struct oddi_eval_lane *lane = &p->lanes[0];
    const struct oddi_judged_window *j = win->judged;
    size_t n = j->result.n_rows, from = lane->n;

    if (from + n >= ODDI_NO_ROW)
        return oddi_fail(err, ODD_ERR_LIMIT, "more than 4 billion rows");
    if (!reserve(lane, from + n))
        return oddi_fail_memory(err);
    ODDI_TRY(find_records(lane, p->truth, j->window, win->plan->windows.d, err));
    for (size_t i = 0; i < n; i++) {
        lane->score[from + i] = j->score[i];
        lane->surprise[from + i] = oddi_score_surprise(j->score[i], n);
        lane->said[from + i] = j->label[i] == -1;
        if (lane->entities)
            group_went_into(lane, &j->grouped, i, from + i);
        else
            went_into(lane, lane->record[i], from + i);
    }
    lane->n += n;
    return ODD_OK;
}

static enum odd_status take_windows(struct oddi_eval_pass *p, struct odd_error *err)
{
    const odd_window *win;
    enum odd_status status;

    while ((status = odd_run_next(p->run, &win, err)) == ODD_OK)
        ODDI_TRY(take_window(p, win, err));
    return status == ODD_END ? ODD_OK : status;
}

/* ---- Windows judged against the run ----------------------------------------------------------------------------------- */

struct watch {
    struct oddi_eval_lane *lane;
    const struct oddi_ground *truth;
};

/* Called while the population takes a window: its rows [first, first + n) are the window's first n entities. */
static enum odd_status watch_window(void *ctx, const struct oddi_window *win, size_t held,
                                    const struct oddi_grouped *g, size_t first, size_t n,
                                    struct odd_error *err)
{
    const struct watch *w = ctx;

    ODDI_TRY(find_records(w->lane, w->truth, win, held, err));
    for (size_t i = 0; i < n; i++)
        group_went_into(w->lane, g, i, first + i);
    return ODD_OK;
}

/* Rows that a baseline judged have their ln p as raw score. */
static enum odd_status take_population(struct oddi_eval_lane *lane, const struct oddi_hunt_lane *from,
                                       struct odd_error *err)
{
    const struct oddi_population *p = &from->rows;

    if (!reserve(lane, p->n + 1))
        return oddi_fail_memory(err);
    for (size_t i = 0; i < p->n; i++) {
        lane->score[i] = p->score[i];
        lane->surprise[i] = from->learnt ? -p->raw[i] : p->surprise[i];
        lane->said[i] = oddi_population_odd(p, i);
    }
    lane->n = p->n;
    return ODD_OK;
}

static enum odd_status take_run(struct oddi_eval_pass *p, struct odd_error *err)
{
    struct oddi_hunt *hunt = p->run->hunt;
    struct watch *watch = oddi_calloc_array(hunt->n_lanes, sizeof *watch);
    enum odd_status status = watch ? ODD_OK : oddi_fail_memory(err);

    for (size_t l = 0; watch && l < hunt->n_lanes; l++) {
        watch[l] = (struct watch){&p->lanes[l], p->truth};
        hunt->lanes[l].rows.watch = watch_window;
        hunt->lanes[l].rows.watch_ctx = &watch[l];
    }
    if (status == ODD_OK)
        status = oddi_hunt_read(p->run, err);
    for (size_t l = 0; status == ODD_OK && l < hunt->n_lanes; l++)
        status = take_population(&p->lanes[l], &hunt->lanes[l], err);
    free(watch);
    return status == ODD_OK ? oddi_run_conclude(p->run, err) : status;
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

static void tell_from(struct oddi_eval_pass *p)
{
    for (size_t l = 0; l < p->n_lanes; l++)
        for (size_t i = 0; i < p->lanes[l].n; i++)
            p->lanes[l].said[i] = p->lanes[l].score[i] >= p->threshold;
}

enum odd_status oddi_eval_pass(struct oddi_eval_pass *p, struct odd_error *err)
{
    for (size_t i = 0; i < p->n_paths; i++)
        ODDI_TRY(odd_run_add_file(p->run, p->paths[i], err));
    ODDI_TRY(oddi_run_start(p->run, err));
    for (size_t i = 0; i < p->run->n_inputs; i++)
        ODDI_TRY(oddi_ground_check(p->truth, i, p->run->inputs[i].feed, p->config, err));
    ODDI_TRY(init_lanes(p, err));
    ODDI_TRY(p->run->hunt ? take_run(p, err) : take_windows(p, err));
    if (!isnan(p->threshold))
        tell_from(p);
    return ODD_OK;
}
