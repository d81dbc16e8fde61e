#include "run/group.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "feature/group.h"

/* ---- Memory of what was met --------------------------------------------------------------------------------- */

enum odd_status oddi_run_memory_init(struct oddi_run_memory *m, const struct oddi_by *by, size_t cap,
                                     struct odd_error *err)
{
    memset(m, 0, sizeof *m);
    if (!by || !by->plan)
        return ODD_OK;
    m->n = oddi_group_memories(by->plan, &m->kinds);
    if (m->n > ODDI_MAX_MEMORIES)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d kinds of memory: is_new(), unseen(), new_share()",
                         ODDI_MAX_MEMORIES);
    m->sets = oddi_calloc_array(m->n + 1, sizeof *m->sets);
    if (!m->sets)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < m->n; i++)
        oddi_memory_init(&m->sets[i], cap);
    return ODD_OK;
}

void oddi_run_memory_clear(struct oddi_run_memory *m)
{
    for (size_t i = 0; m->sets && i < m->n; i++)
        oddi_memory_free(&m->sets[i]);
    free(m->sets);
    memset(m, 0, sizeof *m);
}

static enum odd_status remember(struct oddi_run_memory *m, struct oddi_grouped *g, struct odd_error *err)
{
    struct oddi_groups groups = {.n = g->n_groups, .off = g->off};

    if (g->n_rows * m->n > g->cap_memory) {
        free(g->memory);
        g->cap_memory = g->n_rows * m->n;
        g->memory = oddi_malloc_array(g->cap_memory, 1);
        if (!g->memory) {
            g->cap_memory = 0;
            return oddi_fail_memory(err);
        }
    }
    for (size_t i = 0; i < m->n; i++) {
        const uint64_t *entity = m->kinds[i].scope == ODDI_MEMORY_ENTITY ? g->key : NULL;
        const uint64_t *key = g->slots[m->kinds[i].key];

        oddi_memory_look(&m->sets[i], &groups, entity, key, !m->warm, g->memory + i * g->n_rows);
        if (!oddi_memory_learn(&m->sets[i], &groups, entity, key))
            return oddi_fail_memory(err);
    }
    m->warm = true;
    return ODD_OK;
}

/* ---- Room ----------------------------------------------------------------------------------------------------- */

void oddi_group_scratch_clear(struct oddi_group_scratch *s)
{
    oddi_group_evaluator_free(s->evaluator);
    free(s->key);
    free(s->group);
    free(s->place);
    free(s->table);
    free(s->ids);
    free(s->fates);
    free(s->timed);
    memset(s, 0, sizeof *s);
}

void oddi_grouped_clear(struct oddi_grouped *g)
{
    free(g->off);
    free(g->first);
    free(g->key);
    free(g->start);
    free(g->last);
    free(g->flat);
    free(g->slots);
    free(g->memory);
    free(g->row_of);
    free(g->entity);
    free(g->approx);
    memset(g, 0, sizeof *g);
}

static bool reserve_scratch(struct oddi_group_scratch *s, size_t n)
{
    size_t size = s->table_size ? s->table_size : 1024;

    if (n > s->cap_rows) {
        size_t cap = n + n / 4;

        free(s->key);
        free(s->group);
        free(s->place);
        s->key = oddi_malloc_array(cap, sizeof *s->key);
        s->group = oddi_malloc_array(cap, sizeof *s->group);
        s->place = oddi_malloc_array(cap, sizeof *s->place);
        s->cap_rows = s->key && s->group && s->place ? cap : 0;
        if (!s->cap_rows)
            return false;
    }
    while (size < 2 * n)
        size *= 2;
    if (size == s->table_size)
        return true;
    free(s->table);
    free(s->ids);
    s->table = oddi_malloc_array(size, sizeof *s->table);
    s->ids = oddi_malloc_array(size, sizeof *s->ids);
    s->table_size = s->table && s->ids ? size : 0;
    return s->table_size > 0;
}

static bool reserve_groups(struct oddi_grouped *g, size_t n_groups)
{
    size_t cap = n_groups + n_groups / 4 + 1;

    if (n_groups + 1 <= g->cap_groups)
        return true;
    free(g->off);
    free(g->first);
    free(g->key);
    free(g->entity);
    free(g->start);
    free(g->last);
    g->off = oddi_malloc_array(cap, sizeof *g->off);
    g->first = oddi_malloc_array(cap, sizeof *g->first);
    g->key = oddi_malloc_array(cap, sizeof *g->key);
    g->entity = oddi_malloc_array(cap, sizeof *g->entity);
    g->start = oddi_malloc_array(cap, sizeof *g->start);
    g->last = oddi_malloc_array(cap, sizeof *g->last);
    g->cap_groups = g->off && g->first && g->key && g->entity && g->start && g->last ? cap : 0;
    return g->cap_groups > 0;
}

static bool reserve_rows(const struct oddi_by *by, struct oddi_grouped *g, size_t n)
{
    size_t flat = by->n_slots * (n + 1);

    if (!g->slots && !(g->slots = oddi_calloc_array(by->n_slots + 1, sizeof *g->slots)))
        return false;
    if (n > g->cap_rows) {
        free(g->row_of);
        g->row_of = oddi_malloc_array(n + n / 4, sizeof *g->row_of);
        g->cap_rows = g->row_of ? n + n / 4 : 0;
    }
    if (flat > g->cap_flat) {
        free(g->flat);
        g->flat = oddi_malloc_array(flat + flat / 4, sizeof *g->flat);
        g->cap_flat = g->flat ? flat + flat / 4 : 0;
    }
    return n <= g->cap_rows && flat <= g->cap_flat;
}

/* ---- Rows into groups -------------------------------------------------------------------------------------------- */

static void gather_keys(const struct oddi_window *win, uint64_t *key)
{
    for (const struct oddi_strand *s = win->strands; s; s = s->next)
        for (struct oddi_chunk *c = s->head; c; c = c->next) {
            memcpy(key, oddi_chunk_feature(c, 0), c->n * sizeof *key);
            key += c->n;
        }
}

/* The group of each row, numbered in the order of first appearance, which no hash shows through. */
static size_t number_groups(struct oddi_group_scratch *s, size_t n)
{
    struct oddi_numbering t = {.key = s->table, .id = s->ids, .mask = 0, .n = 0};
    size_t size = 64;

    while (size < 2 * n)
        size *= 2;
    t.mask = size - 1;
    memset(t.key, 0, size * sizeof *t.key);
    for (size_t i = 0; i < n; i++)
        s->group[i] = oddi_number_key(&t, s->key[i]);
    return t.n;
}

/* ---- Sessions --------------------------------------------------------------------------------------------------- */

struct oddi_session_row {
    int64_t ts;
    uint32_t group, row;
};

static int by_entity_and_time(const void *pa, const void *pb)
{
    const struct oddi_session_row *a = pa, *b = pb;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->ts != b->ts)
        return a->ts < b->ts ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void gather_times(const struct oddi_window *win, size_t column, const uint32_t *group,
                         struct oddi_session_row *out)
{
    uint32_t row = 0;

    for (const struct oddi_strand *s = win->strands; s; s = s->next)
        for (struct oddi_chunk *c = s->head; c; c = c->next) {
            const int64_t *ts = (const int64_t *)(const void *)oddi_chunk_feature(c, column);

            for (size_t i = 0; i < c->n; i++, row++)
                out[row] = (struct oddi_session_row){ts[i], group[row], row};
        }
}

static int64_t since(int64_t ts, int64_t before)
{
    int64_t gap;

    return __builtin_sub_overflow(ts, before, &gap) ? INT64_MAX : gap;
}

/* Makes a group of every session of an entity, numbered in the order of first appearance again; false for want of memory. */
static bool part_sessions(const struct oddi_by *by, const struct oddi_window *win,
                          struct oddi_group_scratch *s, size_t n, size_t *n_groups)
{
    uint32_t session = 0, next = 0, *number = s->place; /* until sort_rows needs it */

    if (!oddi_grow(&s->timed, &s->cap_timed, n, sizeof *s->timed))
        return false;
    gather_times(win, by->held - 1, s->group, s->timed);
    if (n)
        qsort(s->timed, n, sizeof *s->timed, by_entity_and_time);
    for (size_t i = 0; i < n; i++) {
        const struct oddi_session_row *r = &s->timed[i];

        session += i > 0 && (r->group != r[-1].group || since(r->ts, r[-1].ts) >= by->gap);
        s->group[r->row] = session;
    }
    for (size_t i = 0; i < n; i++)
        number[i] = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t *to = &number[s->group[i]];

        if (*to == UINT32_MAX)
            *to = next++;
        s->group[i] = *to;
    }
    *n_groups = next;
    return true;
}

static void time_sessions(const struct oddi_group_scratch *s, struct oddi_grouped *g)
{
    for (size_t k = 0; k < g->n_groups; k++) {
        g->start[k] = INT64_MAX;
        g->last[k] = INT64_MIN;
    }
    for (size_t i = 0; i < g->n_rows; i++) {
        uint32_t k = s->group[s->timed[i].row];
        int64_t ts = s->timed[i].ts;

        g->start[k] = ts < g->start[k] ? ts : g->start[k];
        g->last[k] = ts > g->last[k] ? ts : g->last[k];
    }
}

/* Counting sort: off, first and key of each group, the place of each row. */
static void sort_rows(struct oddi_group_scratch *s, struct oddi_grouped *g)
{
    memset(g->off, 0, (g->n_groups + 1) * sizeof *g->off);
    for (size_t i = 0; i < g->n_rows; i++) {
        uint32_t k = s->group[i];

        if (g->off[k + 1]++ == 0) {
            g->first[k] = (uint32_t)i;
            g->key[k] = s->key[i];
        }
    }
    for (size_t k = 0; k < g->n_groups; k++)
        g->off[k + 1] += g->off[k];
    for (size_t i = 0; i < g->n_rows; i++) {
        uint32_t k = s->group[i], at = g->off[k]++;

        s->place[i] = at;
        g->row_of[at] = (uint32_t)i;
    }
    for (size_t k = g->n_groups; k > 0; k--)
        g->off[k] = g->off[k - 1];
    g->off[0] = 0;
}

/* Slot values of one chunk to their sorted places. */
static void scatter(enum oddi_expr_type type, const uint64_t *from, size_t n, const uint32_t *place, void *to)
{
    if (oddi_expr_value_size(type) == 8) {
        for (size_t i = 0; i < n; i++)
            ((uint64_t *)to)[place[i]] = from[i];
    } else if (type == ODDI_EXPR_BOOL) {
        for (size_t i = 0; i < n; i++)
            ((uint8_t *)to)[place[i]] = (uint8_t)from[i];
    } else {
        for (size_t i = 0; i < n; i++)
            ((uint32_t *)to)[place[i]] = (uint32_t)from[i];
    }
}

static void gather_slots(const struct oddi_by *by, const struct oddi_window *win, const uint32_t *place,
                         struct oddi_grouped *g)
{
    size_t row = 0;

    for (size_t s = 0; s < by->n_slots; s++)
        g->slots[s] = g->flat + s * (g->n_rows + 1);
    for (const struct oddi_strand *strand = win->strands; strand; strand = strand->next)
        for (struct oddi_chunk *c = strand->head; c; row += c->n, c = c->next)
            for (size_t s = 0; s < by->n_slots; s++)
                scatter(by->slots[s], (const uint64_t *)(const void *)oddi_chunk_feature(c, 1 + s), c->n,
                        place + row, g->slots[s]);
}

enum odd_status oddi_group_rows_of(const struct oddi_by *by, const struct oddi_window *win,
                                   struct oddi_run_memory *memory, struct oddi_group_scratch *s,
                                   struct oddi_grouped *g, struct odd_error *err)
{
    g->n_rows = win->n_rows;
    if (win->n_rows >= UINT32_MAX)
        return oddi_fail(err, ODD_ERR_LIMIT, "a window of more than 2^32 - 2 flows cannot be grouped");
    if (!reserve_scratch(s, g->n_rows) || !reserve_rows(by, g, g->n_rows))
        return oddi_fail_memory(err);
    gather_keys(win, s->key);
    g->n_groups = number_groups(s, g->n_rows);
    if (by->gap && !part_sessions(by, win, s, g->n_rows, &g->n_groups))
        return oddi_fail_memory(err);
    if (!reserve_groups(g, g->n_groups))
        return oddi_fail_memory(err);
    sort_rows(s, g);
    if (by->gap)
        time_sessions(s, g);
    gather_slots(by, win, s->place, g);
    return memory && memory->n ? remember(memory, g, err) : ODD_OK;
}

/* ---- Groups into features ------------------------------------------------------------------------------------------ */

static enum odd_status evaluate(const struct oddi_by *by, const struct oddi_window *win,
                                struct oddi_group_scratch *s, struct oddi_grouped *g, double *x,
                                struct odd_error *err)
{
    const struct oddi_group_memory *kinds;
    bool remembers = oddi_group_memories(by->plan, &kinds) > 0;
    size_t n = g->n_groups * by->n_features;
    const uint8_t *memories[ODDI_MAX_MEMORIES];
    struct oddi_group_input in = {.n_rows = g->n_rows,
                                  .n_groups = g->n_groups,
                                  .off = g->off,
                                  .slots = (const void *const *)g->slots,
                                  .memory = remembers ? memories : NULL,
                                  .window_start = win->start,
                                  .window_end = win->end};

    if (n > g->cap_approx) {
        free(g->approx);
        g->approx = oddi_malloc_array(n + n / 4, 1);
        g->cap_approx = g->approx ? n + n / 4 : 0;
    }
    if (!g->approx)
        return oddi_fail_memory(err);
    for (size_t i = 0; remembers && i < oddi_group_memories(by->plan, &kinds); i++)
        memories[i] = g->memory + i * g->n_rows;
    if (!s->evaluator)
        ODDI_TRY(oddi_group_evaluator_new(by->plan, &s->evaluator, err));
    return oddi_group_evaluate(s->evaluator, &in, x, by->n_features, g->approx, err);
}

static bool has_all(const double *x, size_t d)
{
    for (size_t j = 0; j < d; j++)
        if (isnan(x[j]))
            return false;
    return true;
}

enum fate { FATE_JUDGED, FATE_REFUSED, FATE_MISSING, FATE_THIN };

/* Moves the rows of entities that are judged to the front of x (NULL: there are none). */
static void select_entities(const struct oddi_by *by, uint64_t min_flows, bool zero, size_t most,
                            struct oddi_grouped *g, double *x, uint8_t *fates)
{
    size_t d = by->n_features;

    g->n_entities = 0;
    g->n_flows = g->n_refused = g->n_missing = g->n_thin = 0;
    for (size_t k = 0; k < g->n_groups; k++) {
        uint32_t flows = g->off[k + 1] - g->off[k];
        enum fate fate = FATE_JUDGED;

        if (flows < min_flows) {
            g->n_thin += flows;
            fate = FATE_THIN;
        } else if (!zero && !has_all(x + k * d, d)) {
            g->n_missing += flows;
            fate = FATE_MISSING;
        } else if (g->n_entities == most) {
            g->n_refused += flows;
            fate = FATE_REFUSED;
        } else {
            for (size_t j = 0; x && j < d; j++)
                x[g->n_entities * d + j] = isnan(x[k * d + j]) ? 0 : x[k * d + j];
            g->entity[g->n_entities++] = (uint32_t)k;
            g->n_flows += flows;
        }
        for (uint32_t i = g->off[k]; fates && i < g->off[k + 1]; i++)
            fates[g->row_of[i]] = (uint8_t)fate;
    }
    g->n_scored = g->n_flows;
}

static void count_record(struct oddi_grouped *g, enum fate fate, bool again)
{
    g->n_flows += fate == FATE_JUDGED;
    if (again)
        return;
    g->n_scored += fate == FATE_JUDGED;
    g->n_refused += fate == FATE_REFUSED;
    g->n_missing += fate == FATE_MISSING;
    g->n_thin += fate == FATE_THIN;
}

/* Rows of one record are next to each other: the best that befell one of them is what befell the record. `fates`: of the
 * strand's rows; returns how many there are. */
static size_t count_records(const struct oddi_strand *strand, size_t held, const uint8_t *fates,
                            struct oddi_grouped *g)
{
    uint64_t last = 0;
    size_t row = 0;
    uint8_t best = FATE_THIN;
    bool again = false;

    for (struct oddi_chunk *c = strand->head; c; c = c->next) {
        for (size_t i = 0; i < c->n; i++, row++) {
            uint64_t record = oddi_chunk_record(c, held, i);

            if (row > 0 && record != last) {
                count_record(g, best, again);
                best = FATE_THIN;
            }
            best = fates[row] < best ? fates[row] : best;
            again = oddi_chunk_again(c, held, i);
            last = record;
        }
    }
    if (row > 0)
        count_record(g, best, again);
    return row;
}

enum odd_status oddi_group_features(const struct oddi_by *by, const struct oddi_window *win,
                                    uint64_t min_flows, bool zero, size_t most, struct oddi_group_scratch *s,
                                    struct oddi_grouped *g, double *x, struct odd_error *err)
{
    bool by_record = by->ends || win->n_again > 0;
    size_t row = 0;

    if (x)
        ODDI_TRY(evaluate(by, win, s, g, x, err));
    if (by_record && !oddi_grow(&s->fates, &s->cap_fates, g->n_rows, 1))
        return oddi_fail_memory(err);
    select_entities(by, min_flows, zero, most, g, x, by_record ? s->fates : NULL);
    if (!by_record)
        return ODD_OK;
    g->n_flows = g->n_scored = g->n_refused = g->n_missing = g->n_thin = 0;
    for (const struct oddi_strand *strand = win->strands; strand; strand = strand->next)
        row += count_records(strand, by->held, s->fates + row, g);
    return ODD_OK;
}
