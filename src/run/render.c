#include "run/render.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/worker.h"

/* ---- Which rows, and where they came from ---------------------------------------------------------- */

/* A walk over the rows of a window in order. */
struct walk {
    const struct oddi_strand *strand;
    struct oddi_chunk *chunk;
    size_t before; /* rows before the chunk */
};

static void walk_start(struct walk *k, const struct oddi_window *win)
{
    k->strand = win->strands;
    k->chunk = k->strand ? k->strand->head : NULL;
    k->before = 0;
}

/* The place of row i; rows must be asked for in order. */
static struct oddi_place walk_to(struct walk *k, size_t i, size_t d)
{
    size_t at;

    while (i - k->before >= k->chunk->n) {
        k->before += k->chunk->n;
        k->chunk = k->chunk->next;
        if (!k->chunk) {
            k->strand = k->strand->next;
            k->chunk = k->strand->head;
        }
    }
    at = i - k->before;
    return (struct oddi_place){k->strand->source, oddi_chunk_record(k->chunk, d, at),
                               k->chunk->offset + oddi_chunk_offsets(k->chunk, d)[at]};
}

struct oddi_place oddi_window_place(const struct oddi_window *win, size_t i, size_t held)
{
    struct walk k;

    walk_start(&k, win);
    return walk_to(&k, i, held);
}

struct oddi_place oddi_place_of(const struct oddi_judged_window *j, size_t i)
{
    return oddi_window_place(j->window, i, j->shared->plan->windows.d);
}

static bool reserve_order(struct oddi_worker *w, size_t n)
{
    size_t cap;

    if (n <= w->cap_order)
        return true;
    cap = n + n / 8 + 16;
    free(w->order);
    w->order = oddi_malloc_array(cap, sizeof *w->order);
    w->cap_order = w->order ? cap : 0;
    return w->order != NULL;
}

static bool reserve_places(struct oddi_worker *w, size_t n)
{
    size_t cap;

    if (n <= w->cap_places)
        return true;
    cap = n + n / 8 + 16;
    free(w->places);
    w->places = oddi_malloc_array(cap, sizeof *w->places);
    w->cap_places = w->places ? cap : 0;
    return w->places != NULL;
}

/* Oddest first; no score last; ties in row order. */
struct ranking {
    double score;
    size_t row;
};

static int by_rank(const void *pa, const void *pb)
{
    const struct ranking *a = pa, *b = pb;
    bool na = isnan(a->score), nb = isnan(b->score);

    if (na != nb)
        return na ? 1 : -1;
    if (!na && a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static bool rank(struct oddi_worker *w, size_t n)
{
    struct ranking *r = oddi_malloc_array(n, sizeof *r);

    if (!r)
        return false;
    for (size_t i = 0; i < n; i++)
        r[i] = (struct ranking){w->score[w->order[i]], w->order[i]};
    qsort(r, n, sizeof *r, by_rank);
    for (size_t i = 0; i < n; i++)
        w->order[i] = r[i].row;
    free(r);
    return true;
}

/* How many of the ranked odd rows are written. */
static size_t most_rows(const struct oddi_judged_window *j, size_t total)
{
    const struct oddi_plan *plan = j->shared->plan;
    size_t most = ODDI_TABLE_ROWS;

    if (plan->top > 0)
        most = plan->top;
    else if (plan->steps)
        most = ODDI_STEPS_ODD;
    else if (plan->write.all || plan->write.verbose || !(plan->writer->caps & ODDI_WRITE_RANKED))
        return total;
    else if (j->result.alone)
        most = 0; /* the window's own line says it all */
    return total < most ? total : most;
}

/* The teaching mode shows its first rows and its odd rows twice: as read, and scaled. */
static bool double_up(const struct oddi_judged_window *j, struct oddi_worker *w, size_t *n)
{
    size_t head = j->result.n_rows < ODDI_STEPS_HEAD ? j->result.n_rows : ODDI_STEPS_HEAD, odd = *n;

    if (2 * (head + odd) > w->cap_order)
        return false;
    memmove(w->order + 2 * head, w->order, odd * sizeof *w->order);
    memcpy(w->order + 2 * head + odd, w->order + 2 * head, odd * sizeof *w->order);
    for (size_t i = 0; i < head; i++)
        w->order[i] = w->order[head + i] = i;
    *n = 2 * (head + odd);
    return true;
}

/* Fills w->order with the rows to write. */
static enum odd_status choose_rows(struct oddi_judged_window *j, struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;
    bool all = plan->write.all;
    bool ranked = plan->top > 0 || plan->steps || (plan->writer->caps & ODDI_WRITE_RANKED);
    size_t total = 0;

    if (!reserve_order(w, (all ? j->result.n_rows : j->result.n_outliers) +
                              2 * (ODDI_STEPS_HEAD + ODDI_STEPS_ODD)))
        return oddi_fail_memory(&j->error);
    for (size_t i = 0; i < j->result.n_rows; i++)
        if (all || w->label[i] == ODDI_NOISE)
            w->order[total++] = i;
    if (ranked && !rank(w, total))
        return oddi_fail_memory(&j->error);
    w->n_order = most_rows(j, total);
    if (plan->steps && !double_up(j, w, &w->n_order))
        return oddi_fail(&j->error, ODD_ERR_INTERNAL, "too little room for the rows of --steps");
    return ODD_OK;
}

/* w->places for n rows of w->order, in one walk when they are in row order. */
static void find_places(const struct oddi_judged_window *j, struct oddi_worker *w, const size_t *order,
                        size_t n)
{
    size_t d = j->shared->plan->windows.d, last = 0;
    struct walk k;

    walk_start(&k, j->window);
    for (size_t i = 0; i < n; i++) {
        size_t row = oddi_first_row(j, order[i]);

        if (row < last)
            walk_start(&k, j->window);
        last = row;
        w->places[i] = walk_to(&k, last, d);
    }
}

/* ---- Reasons ---------------------------------------------------------------------------------------- */

static enum odd_status explain_row(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                   struct oddi_reason *reasons, size_t *nearest)
{
    const struct oddi_plan *plan = j->shared->plan;
    struct oddi_matrix x = {.x = w->x, .n = j->result.n_rows, .d = plan->d};
    struct oddi_explain_context c = {.detector = plan->detector,
                                     .state = w->detector,
                                     .x = &x,
                                     .location = w->location,
                                     .scale = w->scale,
                                     .whole = plan->whole_features,
                                     .low = w->low,
                                     .high = w->high};

    if (!(plan->detector->caps & ODDI_DETECT_EXPLAIN))
        return ODD_END;
    return oddi_explain(&c, i, w->explain, reasons, nearest, &j->error);
}

enum odd_status oddi_make_verdict(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                  const struct oddi_place *place, struct oddi_verdict *v,
                                  struct oddi_entity *entity)
{
    size_t nearest = 0;
    enum odd_status status = ODD_END;

    *v = (struct oddi_verdict){.source = place->source,
                               .row = place->record,
                               .kind = w->label[i] == ODDI_NOISE ? ODDI_OUTLIER : ODDI_NORMAL,
                               .cluster = w->label[i],
                               .score = w->score[i]};
    if (v->kind != ODDI_NORMAL && !j->result.alone)
        status = explain_row(j, w, i, w->reasons, &nearest);
    if (status == ODD_OK) {
        struct oddi_place near = oddi_place_of(j, oddi_first_row(j, nearest));

        v->reasons = w->reasons;
        v->nearest_row = near.record;
        v->nearest_source = near.source;
    }
    if (j->shared->plan->entities && (status == ODD_OK || status == ODD_END)) {
        bool command = v->kind != ODDI_NORMAL || (j->shared->plan->writer->caps & ODDI_WRITE_COMMAND);

        v->entity = entity;
        return oddi_entity_row(j, w, i, place, status == ODD_OK ? &nearest : NULL, command, entity,
                               &j->error);
    }
    return status == ODD_END ? ODD_OK : status;
}

/* ---- Output ------------------------------------------------------------------------------------------ */

/* Text and flow of a row, as far as the writer wants them and there are any. */
static enum odd_status fetch(struct oddi_judged_window *j, struct oddi_worker *w,
                             const struct oddi_place *place, struct oddi_write_row *row,
                             struct oddi_flow *flow)
{
    const struct oddi_judge_shared *s = j->shared;
    const struct oddi_source *source = s->sources[place->source];
    unsigned caps = s->plan->writer->caps;
    struct oddi_block text;

    if (!source || !(caps & (ODDI_WRITE_TEXT | ODDI_WRITE_FLOW)) || s->plan->entities)
        return ODD_OK;
    ODDI_TRY(oddi_source_text(source, place->offset, &w->text, &text, &j->error));
    row->text = text.data;
    row->text_size = text.size;
    if (caps & ODDI_WRITE_FLOW) {
        ODDI_TRY(oddi_flow_decode(&w->decoder, source, place->source, s->n_sources, &text, flow, &j->error));
        row->flow = flow;
    }
    return ODD_OK;
}

static enum odd_status write_row(struct oddi_judged_window *j, struct oddi_worker *w, const void *state,
                                 size_t i, const struct oddi_place *place, size_t shown,
                                 struct oddi_flow *flow)
{
    struct oddi_verdict v;
    struct oddi_entity entity;
    struct oddi_write_row row = {
        .window = &j->result, .verdict = &v, .values = w->x + i * j->shared->plan->d, .shown = shown};

    ODDI_TRY(oddi_make_verdict(j, w, i, place, &v, &entity));
    ODDI_TRY(fetch(j, w, place, &row, flow));
    j->shared->plan->writer->row(state, &row, &j->out);
    return oddi_buf_ok(&j->out) ? ODD_OK : oddi_fail_memory(&j->error);
}

static enum odd_status rank_row(struct oddi_judged_window *j, double score, const struct oddi_place *place,
                                size_t off)
{
    if (!oddi_grow(&j->ranked, &j->cap_ranked, j->n_ranked + 1, sizeof *j->ranked))
        return oddi_fail_memory(&j->error);
    j->ranked[j->n_ranked++] = (struct oddi_ranked_row){
        .score = score, .start = j->result.start, .place = *place, .off = off, .size = j->out.size - off};
    return ODD_OK;
}

/* Writes the chosen rows [from, to). */
static enum odd_status write_rows(struct oddi_judged_window *j, struct oddi_worker *w, size_t from, size_t to)
{
    const void *state = j->shared->writer_state;
    struct oddi_flow flow;

    if (!reserve_places(w, to - from))
        return oddi_fail_memory(&j->error);
    find_places(j, w, w->order + from, to - from);
    for (size_t i = from; i < to; i++) {
        const struct oddi_place *place = &w->places[i - from];
        size_t off = j->out.size;

        ODDI_TRY(write_row(j, w, state, w->order[i], place, i, &flow));
        if (j->shared->plan->top > 0)
            ODDI_TRY(rank_row(j, w->score[w->order[i]], place, off));
    }
    return ODD_OK;
}

enum odd_status oddi_render_window(struct oddi_judged_window *j, struct oddi_worker *w)
{
    const struct oddi_plan *plan = j->shared->plan;
    const void *state = j->shared->writer_state;
    bool framed = plan->top == 0;

    if (framed)
        plan->writer->window_begin(state, &j->result, &j->out);
    if (!plan->write.windows_only) {
        ODDI_TRY(choose_rows(j, w));
        ODDI_TRY(write_rows(j, w, 0, w->n_order));
    }
    if (framed)
        plan->writer->window_end(state, &j->result, &j->out);
    return oddi_buf_ok(&j->out) ? ODD_OK : oddi_fail_memory(&j->error);
}

enum odd_status oddi_render_slice(struct oddi_judged_window *j)
{
    const struct oddi_writer *writer = j->shared->plan->writer;
    const void *state = j->shared->writer_state;
    struct oddi_worker *w = j->kept;
    size_t from = j->n_written, to;

    oddi_buf_clear(&j->out);
    if (from == 0) {
        ODDI_TRY(choose_rows(j, w));
        writer->window_begin(state, &j->result, &j->out);
    } else if (from == w->n_order) {
        return ODD_END;
    }
    to = w->n_order - from > ODDI_SLICE_ROWS ? from + ODDI_SLICE_ROWS : w->n_order;
    ODDI_TRY(write_rows(j, w, from, to));
    j->n_written = to;
    if (to == w->n_order)
        writer->window_end(state, &j->result, &j->out);
    return oddi_buf_ok(&j->out) ? ODD_OK : oddi_fail_memory(&j->error);
}

/* ---- Columns ------------------------------------------------------------------------------------------ */

static bool reserve_columns(struct oddi_judged_window *j, size_t n)
{
    if (n <= j->cap_rows)
        return true;
    free(j->label);
    free(j->score);
    free(j->source);
    free(j->record);
    j->label = oddi_malloc_array(n, sizeof *j->label);
    j->score = oddi_malloc_array(n, sizeof *j->score);
    j->source = oddi_malloc_array(n, sizeof *j->source);
    j->record = oddi_malloc_array(n, sizeof *j->record);
    j->cap_rows = j->label && j->score && j->source && j->record ? n : 0;
    return j->cap_rows > 0;
}

static bool reserve_reasons(struct oddi_judged_window *j, size_t n, size_t d)
{
    if (n <= j->cap_odd)
        return true;
    free(j->odd);
    free(j->nearest);
    free(j->reasons);
    j->odd = oddi_malloc_array(n, sizeof *j->odd);
    j->nearest = oddi_malloc_array(n, sizeof *j->nearest);
    j->reasons = oddi_malloc_array(n, d * sizeof *j->reasons);
    j->cap_odd = j->odd && j->nearest && j->reasons ? n : 0;
    return j->cap_odd > 0;
}

static enum odd_status explain_odd(struct oddi_judged_window *j, struct oddi_worker *w)
{
    size_t d = j->shared->plan->d;

    if (j->result.n_outliers == 0 || j->result.alone)
        return ODD_OK;
    if (!reserve_reasons(j, j->result.n_outliers, d))
        return oddi_fail_memory(&j->error);
    for (size_t i = 0; i < j->result.n_rows; i++) {
        enum odd_status status;

        if (w->label[i] != ODDI_NOISE)
            continue;
        status = explain_row(j, w, i, j->reasons + j->n_odd * d, &j->nearest[j->n_odd]);
        if (status == ODD_END)
            continue;
        ODDI_TRY(status);
        j->odd[j->n_odd++] = i;
    }
    return ODD_OK;
}

static enum odd_status name_entities(struct oddi_judged_window *j, struct oddi_worker *w)
{
    size_t n = j->result.n_rows;
    struct oddi_entity e;

    if (!oddi_grow(&j->entity_at, &j->cap_entities, n + 1, sizeof *j->entity_at))
        return oddi_fail_memory(&j->error);
    oddi_buf_clear(&j->entity_text);
    for (size_t i = 0; i < n; i++) {
        struct oddi_place place = oddi_place_of(j, oddi_first_row(j, i));

        ODDI_TRY(oddi_entity_row(j, w, i, &place, NULL, false, &e, &j->error));
        j->entity_at[i] = j->entity_text.size;
        for (size_t k = 0; k < j->shared->plan->by->n_shown; k++) {
            if (k)
                oddi_buf_char(&j->entity_text, ' ');
            oddi_buf_str(&j->entity_text, e.values[k]);
        }
        oddi_buf_char(&j->entity_text, '\0');
    }
    return oddi_buf_ok(&j->entity_text) ? ODD_OK : oddi_fail_memory(&j->error);
}

enum odd_status oddi_render_columns(struct oddi_judged_window *j, struct oddi_worker *w)
{
    size_t n = j->result.n_rows, d = j->shared->plan->windows.d;
    struct walk k;

    if (!reserve_columns(j, n))
        return oddi_fail_memory(&j->error);
    memcpy(j->label, w->label, n * sizeof *j->label);
    memcpy(j->score, w->score, n * sizeof *j->score);
    walk_start(&k, j->window);
    for (size_t i = 0; i < n; i++) {
        struct oddi_place p = walk_to(&k, oddi_first_row(j, i), d);

        j->source[i] = p.source;
        j->record[i] = p.record;
    }
    if (j->shared->plan->entities)
        ODDI_TRY(name_entities(j, w));
    return explain_odd(j, w);
}
