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
        status = oddi_bound_add(b, lane->where->program, schema, &out->where, err);
    if (status == ODD_OK)
        status = oddi_by_bind(lane->by, b, schema, &out->by, err);
    if (status != ODD_OK)
        oddi_lane_unbind(out);
    return status;
}

void oddi_lane_unbind(struct oddi_lane_bound *b)
{
    free(b->where);
    oddi_by_unbind(&b->by);
    b->where = NULL;
}

void oddi_lane_rows_clear(struct oddi_lane_rows *r)
{
    for (size_t c = 0; r->column && c < r->held; c++)
        free(r->column[c]);
    free(r->column);
    free(r->rows);
    free(r->own);
    free(r->own_ts);
    free(r->kept);
    memset(r, 0, sizeof *r);
}

static bool reserve(struct oddi_lane_rows *r, size_t held, size_t n)
{
    if (r->column && n <= r->cap)
        return true;
    oddi_lane_rows_clear(r);
    r->column = oddi_calloc_array(held, sizeof *r->column);
    r->rows = oddi_calloc_array(held, sizeof *r->rows);
    r->own = oddi_malloc_array(2 * n, sizeof *r->own);
    r->own_ts = oddi_malloc_array(n, sizeof *r->own_ts);
    r->kept = oddi_malloc_array(n, sizeof *r->kept);
    r->held = held;
    if (!r->column || !r->rows || !r->own || !r->own_ts || !r->kept)
        return false;
    for (size_t c = 0; c < held; c++) {
        r->column[c] = oddi_malloc_array(n, sizeof **r->column);
        if (!r->column[c])
            return false;
        r->rows[c] = (const double *)(const void *)r->column[c];
    }
    r->cap = n;
    return true;
}

/* Moves the kept rows to the front and gives them places of their own. */
static void leave_out(struct oddi_lane_rows *r, const struct oddi_batch *batch, size_t n)
{
    r->record = r->own;
    r->off = r->own + r->cap;
    r->ts = batch->ts ? r->own_ts : NULL;
    for (size_t i = 0; i < n; i++) {
        uint32_t from = r->kept[i];

        r->record[i] = batch->record[from];
        r->off[i] = batch->off[from];
        if (batch->ts)
            r->ts[i] = batch->ts[from];
    }
    for (size_t c = 0; c < r->held; c++)
        for (size_t i = 0; i < n; i++)
            r->column[c][i] = r->column[c][r->kept[i]];
    r->filtered = batch->n - n;
    r->n = n;
}

enum odd_status oddi_lane_take(const struct oddi_lane *lane, const struct oddi_lane_bound *bound,
                               unsigned worker, const struct oddi_batch *batch, size_t first,
                               const char *text, struct oddi_lane_rows *out, struct odd_error *err)
{
    size_t n;

    if (!reserve(out, lane->by->held, batch->n))
        return oddi_fail_memory(err);
    out->n = batch->n;
    out->filtered = out->cursor = 0;
    out->record = batch->record;
    out->off = batch->off;
    out->ts = batch->ts;
    if (batch->n == 0)
        return ODD_OK;
    n = batch->n;
    if (lane->where)
        n = oddi_where_rows(lane->where, bound->where, worker, batch, first, text, out->kept);
    if (n > 0)
        oddi_by_rows(lane->by, &bound->by, worker, batch, first, text, out->column);
    if (n < batch->n)
        leave_out(out, batch, n);
    return ODD_OK;
}
