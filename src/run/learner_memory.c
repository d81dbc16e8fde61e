#include "run/learner_memory.h"

#include <string.h>

#include "base/mem.h"

/* ---- Life --------------------------------------------------------------------------------------------------------- */

/* Functions of the whole window, of which only some rows are kept. */
static const char *asks_window(const struct oddi_by *by)
{
    static const char *const calls[] = {"users(", "users_in(", "entities(", "entities_in("};

    for (size_t j = 0; j < by->n_features; j++)
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            if (strstr(oddi_expr_text(by->features[j].expr), calls[i]))
                return by->features[j].name;
    return NULL;
}

enum odd_status oddi_learner_memory_init(struct oddi_learner_memory *m, const struct oddi_by *by, size_t keys,
                                         struct odd_error *err)
{
    const char *window = asks_window(by);

    memset(m, 0, sizeof *m);
    m->by = by;
    ODDI_TRY(oddi_recall_init(&m->recall, by, err));
    if (m->recall.n == 0)
        return ODD_OK;
    if (window)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "a baseline cannot learn both what is new (%s) and what the whole window does (feature '%.60s')",
            m->recall.kinds[0].text, window);
    m->met = oddi_calloc_array(m->recall.n, sizeof *m->met);
    if (!m->met)
        return oddi_fail_memory(err);
    m->hosts.cap = m->working.cap = keys / (m->recall.n + 1);
    for (size_t i = 0; i < m->recall.n; i++)
        m->met[i].cap = keys / (m->recall.n + 1);
    return ODD_OK;
}

void oddi_learner_memory_clear(struct oddi_learner_memory *m)
{
    for (size_t i = 0; m->met && i < m->recall.n; i++)
        oddi_days_free(&m->met[i]);
    free(m->met);
    free(m->key);
    oddi_days_free(&m->hosts);
    oddi_days_free(&m->working);
    oddi_recall_clear(&m->recall);
    memset(m, 0, sizeof *m);
}

/* ---- While windows close --------------------------------------------------------------------------------------------- */

static bool is_working(int32_t day)
{
    return ((day + 3) % 7 + 7) % 7 < 5; /* 1970-01-01 was a Thursday */
}

static bool meet_host(struct oddi_learner_memory *m, uint64_t key, int32_t day)
{
    if (!oddi_days_add(&m->hosts, key, day))
        return false;
    if (!is_working(day))
        return true;
    m->n_working += m->n_working == 0 || day != m->last_working;
    m->last_working = day;
    return oddi_days_add(&m->working, key, day);
}

enum odd_status oddi_learner_memory_met(struct oddi_learner_memory *m, const struct oddi_grouped *g,
                                        const uint64_t *host, int32_t day, struct odd_error *err)
{
    bool ok = true;

    if (!oddi_grow(&m->key, &m->cap_key, g->n_rows, sizeof *m->key))
        return oddi_fail_memory(err);
    for (size_t k = 0; ok && k < g->n_groups; k++)
        ok = host[k] == 0 || meet_host(m, oddi_memory_key(0, host[k]), day);
    for (size_t i = 0; ok && i < m->recall.n; i++) {
        oddi_recall_keys(&m->recall.kinds[i], g->n_groups, g->off, g->key, g->slots[m->recall.kinds[i].key],
                         m->key);
        ok = oddi_days_add_all(&m->met[i], m->key, g->n_rows, day);
    }
    return ok ? ODD_OK : oddi_fail_memory(err);
}

/* Columns begin at multiples of 8. */
static size_t column_bytes(enum oddi_expr_type type, size_t n)
{
    return (n * oddi_expr_value_size(type) + 7) / 8 * 8;
}

static size_t slot_bytes(const struct oddi_by *by, size_t n)
{
    size_t sum = 0;

    for (size_t s = 0; s < by->n_slots; s++)
        sum += column_bytes(by->slots[s], n);
    return sum;
}

enum odd_status oddi_learner_memory_keep(struct oddi_learner_memory *m, const struct oddi_grouped *g,
                                         size_t k, const struct oddi_window *win, struct oddi_kept_flows *out,
                                         struct odd_error *err)
{
    uint32_t n = g->off[k + 1] - g->off[k];
    uint8_t *to = oddi_malloc_array(slot_bytes(m->by, n) + 8, 1);

    *out = (struct oddi_kept_flows){
        .entity = g->key[k], .start = win->start, .end = win->end, .n = n, .slots = to};
    if (!to)
        return oddi_fail_memory(err);
    m->bytes += slot_bytes(m->by, n) + sizeof *out;
    for (size_t s = 0; s < m->by->n_slots; s++) {
        size_t size = oddi_expr_value_size(m->by->slots[s]);

        memcpy(to, (const uint8_t *)g->slots[s] + g->off[k] * size, n * size);
        to += column_bytes(m->by->slots[s], n);
    }
    return ODD_OK;
}

void oddi_learner_memory_drop(struct oddi_learner_memory *m, struct oddi_kept_flows *kept)
{
    if (kept->slots)
        m->bytes -= slot_bytes(m->by, kept->n) + sizeof *kept;
    free(kept->slots);
    kept->slots = NULL;
}

/* ---- Features --------------------------------------------------------------------------------------------------------- */

/* Rows of one window, put together again. */
struct again {
    const struct oddi_learner_memory *m;
    struct oddi_group_evaluator *evaluator;
    size_t n_rows, n_groups;
    uint32_t *off;
    uint64_t *entity; /* per group */
    uint64_t *key;    /* scratch: per row */
    uint8_t *flat;    /* the slots' columns */
    const void **slots;
    uint8_t *memory;
    const uint8_t *memories[ODDI_MEMORY_MAX_KINDS];
};

static void again_clear(struct again *a)
{
    free(a->off);
    free(a->entity);
    free(a->key);
    free(a->flat);
    free((void *)a->slots);
    free(a->memory);
    *a = (struct again){.m = a->m, .evaluator = a->evaluator};
}

static bool gather(struct again *a, const struct oddi_kept_flows *kept, size_t n)
{
    const struct oddi_by *by = a->m->by;
    uint8_t *to;

    a->n_rows = 0;
    a->n_groups = n;
    a->off = oddi_malloc_array(n + 1, sizeof *a->off);
    a->entity = oddi_malloc_array(n, sizeof *a->entity);
    for (size_t g = 0; a->off && a->entity && g < n; g++) {
        a->off[g] = (uint32_t)a->n_rows;
        a->entity[g] = kept[g].entity;
        a->n_rows += kept[g].n;
        a->off[g + 1] = (uint32_t)a->n_rows;
    }
    a->flat = oddi_malloc_array(slot_bytes(by, a->n_rows) + 8, 1);
    a->slots = oddi_malloc_array(by->n_slots + 1, sizeof *a->slots);
    a->memory = oddi_malloc_array(a->n_rows * a->m->recall.n + 1, 1);
    a->key = oddi_malloc_array(a->n_rows, sizeof *a->key);
    if (!a->off || !a->entity || !a->key || !a->flat || !a->slots || !a->memory)
        return false;
    to = a->flat;
    for (size_t s = 0; s < by->n_slots; s++) {
        size_t size = oddi_expr_value_size(by->slots[s]);

        a->slots[s] = to;
        for (size_t g = 0; g < n; g++) {
            const uint8_t *from = kept[g].slots;

            for (size_t before = 0; before < s; before++)
                from += column_bytes(by->slots[before], kept[g].n);
            memcpy(to + a->off[g] * size, from, kept[g].n * size);
        }
        to += column_bytes(by->slots[s], a->n_rows);
    }
    return true;
}

static void remember(struct again *a, bool blind)
{
    const struct oddi_recall *r = &a->m->recall;

    for (size_t i = 0; i < r->n; i++) {
        uint8_t *to = a->memory + i * a->n_rows;
        bool all = blind && r->of_host[i];

        a->memories[i] = to;
        oddi_recall_keys(&r->kinds[i], a->n_groups, a->off, a->entity, a->slots[r->kinds[i].key], a->key);
        if (!all)
            oddi_days_count_all(&a->m->met[i], a->key, a->n_rows, to);
        for (size_t row = 0; row < a->n_rows; row++)
            to[row] = a->key[row] == 0 ? ODDI_UNKNOWN : all || to[row] <= 1 ? ODDI_TRUE : ODDI_FALSE;
    }
}

static enum odd_status evaluate(struct again *a, const struct oddi_kept_flows *kept, size_t n, bool blind,
                                double *x, struct odd_error *err)
{
    struct oddi_group_input in = {.n_groups = n, .window_start = kept->start, .window_end = kept->end};
    enum odd_status status;

    if (!gather(a, kept, n)) {
        again_clear(a);
        return oddi_fail_memory(err);
    }
    remember(a, blind);
    in.n_rows = a->n_rows;
    in.off = a->off;
    in.slots = a->slots;
    in.memory = a->memories;
    status = oddi_group_evaluate(a->evaluator, &in, x, a->m->by->n_features, NULL, err);
    again_clear(a);
    return status;
}

enum odd_status oddi_learner_memory_features(const struct oddi_learner_memory *m,
                                             const struct oddi_kept_flows *kept, size_t n, bool blind,
                                             double *x, struct odd_error *err)
{
    struct again a = {.m = m};
    enum odd_status status = oddi_group_evaluator_new(m->by->plan, &a.evaluator, err);

    for (size_t from = 0, to; status == ODD_OK && from < n; from = to) {
        for (to = from + 1; to < n && kept[to].start == kept[from].start;)
            to++;
        status = evaluate(&a, kept + from, to - from, blind, x + from * m->by->n_features, err);
    }
    oddi_group_evaluator_free(a.evaluator);
    return status;
}

/* ---- What is kept ------------------------------------------------------------------------------------------------------- */

/* Whether a host was met on a working day beside `own` of its days, where training has three. */
static bool has_worked(const struct oddi_learner_memory *m, uint64_t key, unsigned own)
{
    return m->n_working < 3 || oddi_days_count(&m->working, key) > own;
}

static enum odd_status give_hosts(const struct oddi_learner_memory *m, struct oddi_known *out,
                                  struct odd_error *err)
{
    ODDI_TRY(oddi_known_make(out, &m->hosts, err));
    for (size_t i = 0; i < out->n; i++)
        if (!has_worked(m, out->key[i] & ~(uint64_t)1, 0))
            out->key[i] &= ~(uint64_t)1;
    return ODD_OK;
}

enum odd_status oddi_learner_memory_give(const struct oddi_learner_memory *m, struct oddi_base_memory *out,
                                         struct odd_error *err)
{
    out->text = oddi_calloc_array(m->recall.n, sizeof *out->text);
    out->kinds = oddi_calloc_array(m->recall.n, sizeof *out->kinds);
    out->n_kinds = m->recall.n;
    if (!out->text || !out->kinds)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < m->recall.n; i++) {
        out->text[i] = strdup(m->recall.kinds[i].text);
        if (!out->text[i])
            return oddi_fail_memory(err);
        ODDI_TRY(oddi_known_make(&out->kinds[i], &m->met[i], err));
    }
    return give_hosts(m, &out->hosts, err);
}

bool oddi_learner_memory_knows(const struct oddi_learner_memory *m, const struct oddi_row_key *key)
{
    uint64_t host = oddi_memory_key(0, key->host);

    return key->host == 0 ||
           (oddi_days_count(&m->hosts, host) > 2 && has_worked(m, host, is_working(key->day)));
}

uint64_t oddi_learner_memory_refused(const struct oddi_learner_memory *m)
{
    uint64_t n = m->hosts.refused;

    for (size_t i = 0; i < m->recall.n; i++)
        n += m->met[i].refused;
    return n;
}
