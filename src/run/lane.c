#include "run/lane.h"

#include <string.h>

#include "base/mem.h"

enum odd_status oddi_lane_bind(const struct oddi_lane *lane, struct oddi_bound *b,
                               const struct oddi_schema *schema, struct oddi_lane_bound *out,
                               struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    memset(out, 0, sizeof *out);
    if (lane->where)
        status = oddi_bound_add(b, lane->where->program, schema, ODDI_END_SRC, &out->where, err);
    if (status == ODD_OK)
        status = oddi_by_bind(lane->by, b, schema, &out->by, err);
    if (status == ODD_OK && lane->spread)
        status = oddi_spread_bind(lane->spread, b, schema, &out->spread, err);
    if (status != ODD_OK)
        oddi_lane_unbind(out);
    return status;
}

void oddi_lane_unbind(struct oddi_lane_bound *b)
{
    free(b->where);
    oddi_by_unbind(&b->by);
    oddi_spread_unbind(&b->spread);
    b->where = NULL;
}

static void clear_rows(struct oddi_lane_rows *r)
{
    struct oddi_parts parts = r->parts;

    for (size_t c = 0; r->column && c < r->held; c++)
        free(r->column[c]);
    free(r->column);
    free(r->rows);
    free(r->own);
    free(r->own_ts);
    free(r->kept);
    memset(r, 0, sizeof *r);
    r->parts = parts;
}

void oddi_lane_rows_clear(struct oddi_lane_rows *r)
{
    clear_rows(r);
    oddi_parts_clear(&r->parts);
}

/* With `ends` a row of the batch may become two, and the values of both ends are there before they are picked from. */
static bool reserve(struct oddi_lane_rows *r, size_t held, size_t n, bool ends)
{
    size_t most = ends ? 2 * n : n;

    if (r->column && n <= r->cap)
        return true;
    clear_rows(r);
    r->column = oddi_calloc_array(2 * held, sizeof *r->column);
    r->rows = oddi_calloc_array(held, sizeof *r->rows);
    r->own = oddi_malloc_array(2 * most, sizeof *r->own);
    r->own_ts = oddi_malloc_array(most, sizeof *r->own_ts);
    r->kept = oddi_malloc_array(ends ? 2 * most : most, sizeof *r->kept);
    r->held = held;
    if (!r->column || !r->rows || !r->own || !r->own_ts || !r->kept)
        return false;
    for (size_t c = 0; c < held; c++) {
        r->column[c] = oddi_malloc_array(ends ? 2 * most : most, sizeof **r->column);
        if (!r->column[c])
            return false;
        r->column[held + c] = r->column[c] + n;
        r->rows[c] = (const double *)(const void *)(r->column[c] + (ends ? most : 0));
    }
    r->cap = n;
    return true;
}

/* Gives the n kept rows places of their own. */
static void place(struct oddi_lane_rows *r, const struct oddi_batch *batch, size_t n, size_t most)
{
    r->record = r->own;
    r->off = r->own + most;
    r->ts = batch->ts ? r->own_ts : NULL;
    r->picked = true;
    r->n = n;
    for (size_t i = 0; i < n; i++) {
        uint32_t from = r->kept[i];

        r->record[i] = batch->record[from];
        r->off[i] = batch->off[from];
        if (batch->ts)
            r->ts[i] = batch->ts[from];
    }
}

/* Moves the kept rows to the front. */
static void leave_out(struct oddi_lane_rows *r, const struct oddi_batch *batch, size_t n)
{
    place(r, batch, n, r->cap);
    for (size_t c = 0; c < r->held; c++)
        for (size_t i = 0; i < n; i++)
            r->column[c][i] = r->column[c][r->kept[i]];
}

/* Of each of the n rows at `taken`, one row about its source and one about its destination, next to each other: only one
 * where both are the same entity, or where the key of an end is null. */
static void pick_ends(struct oddi_lane_rows *r, const struct oddi_batch *batch, const uint32_t *taken,
                      size_t n)
{
    size_t most = 2 * r->cap, m = 0;
    uint32_t *from = r->own; /* until `place` needs it */

    for (size_t i = 0; i < n; i++) {
        uint32_t row = taken ? taken[i] : (uint32_t)i, other = row + (uint32_t)r->cap;
        uint64_t src = r->column[0][row], dst = r->column[0][other];

        if (src || !dst) {
            r->kept[m] = row;
            from[m++] = row;
        }
        if (dst && dst != src) {
            r->kept[m] = row;
            from[m++] = other;
        }
    }
    for (size_t c = 0; c < r->held; c++)
        for (size_t i = 0; i < m; i++)
            r->column[c][most + i] = r->column[c][from[i]];
    place(r, batch, m, most);
}

static void make_rows(const struct oddi_lane *lane, const struct oddi_lane_bound *bound, unsigned worker,
                      const struct oddi_batch *batch, size_t first, const char *text,
                      struct oddi_lane_rows *out)
{
    oddi_by_rows(lane->by, &bound->by, ODDI_END_SRC, worker, batch, first, text, out->column);
    if (lane->by->ends)
        oddi_by_rows(lane->by, &bound->by, ODDI_END_DST, worker, batch, first, text, out->column + out->held);
}

/* The parts of the taken rows as the rows of the lane. */
static enum odd_status take_parts(const struct oddi_lane *lane, const struct oddi_lane_bound *bound,
                                  unsigned worker, const struct oddi_batch *batch, size_t first,
                                  const char *text, const uint32_t *taken, size_t n,
                                  struct oddi_lane_rows *out, struct odd_error *err)
{
    struct oddi_parts *p = &out->parts;
    bool ends = lane->by->ends;

    ODDI_TRY(oddi_spread_rows(lane->spread, &bound->spread, worker, batch, first, text, taken, n, p, err));
    if (!reserve(out, lane->by->held, p->batch.n, ends))
        return oddi_fail_memory(err);
    out->n = 0;
    if (p->batch.n > 0)
        make_rows(lane, bound, worker, &p->batch, 0, text, out);
    if (ends) {
        pick_ends(out, &p->batch, NULL, p->batch.n);
    } else {
        for (size_t i = 0; i < p->batch.n; i++)
            out->kept[i] = (uint32_t)i;
        place(out, &p->batch, p->batch.n, out->cap);
    }
    for (size_t i = 0; i < out->n; i++)
        out->kept[i] = p->row[out->kept[i]];
    return ODD_OK;
}

enum odd_status oddi_lane_take(const struct oddi_lane *lane, const struct oddi_lane_bound *bound,
                               unsigned worker, const struct oddi_batch *batch, size_t first,
                               const char *text, struct oddi_lane_rows *out, struct odd_error *err)
{
    bool ends = lane->by->ends;
    uint32_t *taken = NULL;
    size_t n = batch->n;

    if (!reserve(out, lane->by->held, batch->n, ends))
        return oddi_fail_memory(err);
    out->n = batch->n;
    out->filtered = out->cursor = 0;
    out->picked = false;
    out->record = batch->record;
    out->off = batch->off;
    out->ts = batch->ts;
    if (batch->n == 0)
        return ODD_OK;
    if (lane->where) {
        taken = out->kept + (ends ? 2 * out->cap : 0);
        n = oddi_where_rows(lane->where, bound->where, worker, batch, first, text, taken);
    }
    out->filtered = batch->n - n;
    if (lane->spread)
        return take_parts(lane, bound, worker, batch, first, text, taken, n, out, err);
    if (n > 0)
        make_rows(lane, bound, worker, batch, first, text, out);
    if (ends)
        pick_ends(out, batch, taken, n);
    else if (n < batch->n)
        leave_out(out, batch, n);
    return ODD_OK;
}
