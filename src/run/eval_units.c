#include "run/eval.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* The greatest value that the record's rows have in any lane; NaN if it was not judged. */
static double greatest(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record, bool surprise)
{
    double best = NAN;

    for (size_t l = 0; l < n_lanes; l++) {
        const struct oddi_eval_lane *lane = &lanes[l];
        const double *value = surprise ? lane->surprise : lane->score;
        const uint32_t *row = lane->row_of + record * lane->slots;

        for (size_t k = 0; k < lane->slots && row[k] != ODDI_NO_ROW; k++)
            best = fmax(best, value[row[k]]);
    }
    return best;
}

double oddi_eval_score(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record)
{
    return greatest(lanes, n_lanes, record, false);
}

static double surprise_of(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record)
{
    return greatest(lanes, n_lanes, record, true);
}

bool oddi_eval_said(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record)
{
    for (size_t l = 0; l < n_lanes; l++) {
        const uint32_t *row = lanes[l].row_of + record * lanes[l].slots;

        for (size_t k = 0; k < lanes[l].slots && row[k] != ODDI_NO_ROW; k++)
            if (lanes[l].said[row[k]])
                return true;
    }
    return false;
}

const struct oddi_eval_lane *oddi_eval_base(const struct oddi_eval_lane *lanes, size_t n_lanes)
{
    const struct oddi_eval_lane *base = lanes;

    for (size_t l = 1; l < n_lanes; l++)
        if (base->kind == SIZE_MAX ||
            (lanes[l].kind != SIZE_MAX && lanes[l].align.length < base->align.length))
            base = &lanes[l];
    return base;
}

/* ---- Windows ------------------------------------------------------------------------------------------------------ */

struct start {
    int64_t start, end;
    uint32_t id; /* in order of appearance */
};

struct making {
    struct oddi_eval_units *u;
    const struct oddi_ground *t;
    const struct oddi_eval_lane *lanes;
    size_t n_lanes;
    const uint32_t *host_of; /* by record */
    struct oddi_align align;
    struct oddi_ids windows, units;
    struct start *starts;
    size_t cap_starts;
    uint32_t *window_of; /* by record, in order of appearance */
    size_t cap_units[6];
};

static int by_start(const void *pa, const void *pb)
{
    int64_t a = ((const struct start *)pa)->start, b = ((const struct start *)pb)->start;

    return a < b ? -1 : a > b;
}

static bool is_there(const struct making *m, size_t r)
{
    return m->t->label[r] != ODDI_GROUND_ABSENT;
}

static enum odd_status find_windows(struct making *m, struct odd_error *err)
{
    int64_t start = 0, end = 0, first = INT64_MAX;
    uint32_t id = 0;

    for (size_t r = 0; r < m->t->n; r++)
        if (is_there(m, r) && m->t->ts[r] < first)
            first = m->t->ts[r];
    oddi_align_first(&m->align, first);
    m->window_of = oddi_malloc_array(m->t->n + 1, sizeof *m->window_of);
    if (!m->window_of)
        return oddi_fail_memory(err);
    for (size_t r = 0; r < m->t->n; r++) {
        int64_t ts = m->t->ts[r];

        if (!is_there(m, r))
            continue;
        if (ts < start || ts >= end) {
            size_t known = m->windows.n;

            oddi_align_window(&m->align, ts, &start, &end);
            if (!oddi_ids_add(&m->windows, (uint64_t)start, &id) ||
                !oddi_grow(&m->starts, &m->cap_starts, m->windows.n, sizeof *m->starts))
                return oddi_fail_memory(err);
            if (m->windows.n > known)
                m->starts[id] = (struct start){start, end, id};
        }
        m->window_of[r] = id;
    }
    return ODD_OK;
}

/* Windows get numbers in time order. */
static enum odd_status sort_windows(struct making *m, struct odd_error *err)
{
    struct oddi_eval_units *u = m->u;
    size_t n = u->n_windows = m->windows.n;
    uint32_t *place = oddi_malloc_array(n + 1, sizeof *place);

    u->start = oddi_malloc_array(n + 1, sizeof *u->start);
    u->end = oddi_malloc_array(n + 1, sizeof *u->end);
    if (!place || !u->start || !u->end) {
        free(place);
        return oddi_fail_memory(err);
    }
    if (n > 0)
        qsort(m->starts, n, sizeof *m->starts, by_start);
    for (size_t w = 0; w < n; w++) {
        place[m->starts[w].id] = (uint32_t)w;
        u->start[w] = m->starts[w].start;
        u->end[w] = m->starts[w].end;
    }
    for (size_t r = 0; r < m->t->n; r++)
        if (is_there(m, r))
            m->window_of[r] = place[m->window_of[r]];
    free(place);
    return ODD_OK;
}

/* ---- Units ---------------------------------------------------------------------------------------------------------- */

static enum odd_status unit_of(struct making *m, size_t r, uint32_t *id, struct odd_error *err)
{
    struct oddi_eval_units *u = m->u;
    uint32_t host = m->host_of[r], window = m->window_of[r];
    size_t n = m->units.n;

    if (!oddi_ids_add(&m->units, (uint64_t)host << 32 | window, id))
        return oddi_fail_memory(err);
    if (m->units.n == n)
        return ODD_OK;
    if (!oddi_grow(&u->host, &m->cap_units[0], n + 1, sizeof *u->host) ||
        !oddi_grow(&u->window, &m->cap_units[1], n + 1, sizeof *u->window) ||
        !oddi_grow(&u->score, &m->cap_units[2], n + 1, sizeof *u->score) ||
        !oddi_grow(&u->surprise, &m->cap_units[3], n + 1, sizeof *u->surprise) ||
        !oddi_grow(&u->label, &m->cap_units[4], n + 1, 1) || !oddi_grow(&u->said, &m->cap_units[5], n + 1, 1))
        return oddi_fail_memory(err);
    u->host[n] = host;
    u->window[n] = window;
    u->score[n] = u->surprise[n] = NAN;
    u->label[n] = u->said[n] = 0;
    u->n = n + 1;
    return ODD_OK;
}

static enum odd_status add_record(struct making *m, size_t r, struct odd_error *err)
{
    struct oddi_eval_units *u = m->u;
    uint32_t id;

    if (!is_there(m, r) || m->host_of[r] == ODDI_NO_HOST)
        return ODD_OK;
    ODDI_TRY(unit_of(m, r, &id, err));
    if (m->t->label[r] > u->label[id])
        u->label[id] = m->t->label[r];
    u->score[id] = fmax(u->score[id], oddi_eval_score(m->lanes, m->n_lanes, r));
    u->surprise[id] = fmax(u->surprise[id], surprise_of(m->lanes, m->n_lanes, r));
    u->said[id] |= oddi_eval_said(m->lanes, m->n_lanes, r);
    return ODD_OK;
}

/* ---- Into the order of windows ----------------------------------------------------------------------------------------- */

static bool permute(void *column, size_t size, const uint32_t *order, size_t n)
{
    char *old = oddi_malloc_array(n, size), *now = column;

    if (!old)
        return false;
    memcpy(old, now, n * size);
    for (size_t i = 0; i < n; i++)
        memcpy(now + i * size, old + order[i] * size, size);
    free(old);
    return true;
}

static enum odd_status sort_units(struct oddi_eval_units *u, struct odd_error *err)
{
    uint32_t *order = oddi_malloc_array(u->n + 1, sizeof *order);
    bool ok;

    u->first = oddi_calloc_array(u->n_windows + 2, sizeof *u->first);
    if (!order || !u->first) {
        free(order);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < u->n; i++)
        u->first[u->window[i] + 2]++;
    for (size_t w = 2; w < u->n_windows + 2; w++)
        u->first[w] += u->first[w - 1];
    for (size_t i = 0; i < u->n; i++)
        order[u->first[u->window[i] + 1]++] = (uint32_t)i;
    ok = permute(u->host, sizeof *u->host, order, u->n) &&
         permute(u->window, sizeof *u->window, order, u->n) &&
         permute(u->score, sizeof *u->score, order, u->n) &&
         permute(u->surprise, sizeof *u->surprise, order, u->n) && permute(u->label, 1, order, u->n) &&
         permute(u->said, 1, order, u->n);
    free(order);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

enum odd_status oddi_eval_units_make(struct oddi_eval_units *u, const struct oddi_ground *t,
                                     const struct oddi_eval_lane *lanes, size_t n_lanes,
                                     struct odd_error *err)
{
    const struct oddi_eval_lane *base = oddi_eval_base(lanes, n_lanes);
    struct making m = {.u = u,
                       .t = t,
                       .lanes = lanes,
                       .n_lanes = n_lanes,
                       .host_of = t->kinds[base->kind].host,
                       .align = base->align};
    enum odd_status status;

    memset(u, 0, sizeof *u);
    u->n_hosts = t->ids.n;
    status = find_windows(&m, err);
    if (status == ODD_OK)
        status = sort_windows(&m, err);
    for (size_t r = 0; r < t->n && status == ODD_OK; r++)
        status = add_record(&m, r, err);
    if (status == ODD_OK && u->n > 0)
        status = sort_units(u, err);
    else if (status == ODD_OK && !(u->first = oddi_calloc_array(u->n_windows + 2, sizeof *u->first)))
        status = oddi_fail_memory(err);
    oddi_ids_free(&m.windows);
    oddi_ids_free(&m.units);
    free(m.starts);
    free(m.window_of);
    return status;
}

void oddi_eval_units_clear(struct oddi_eval_units *u)
{
    void *const blocks[] = {u->host, u->window, u->score, u->surprise, u->label,
                            u->said, u->start,  u->end,   u->first};

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    memset(u, 0, sizeof *u);
}
