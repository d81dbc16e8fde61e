#include "run/muter.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum from { NOWHERE, RECORD, KEY, SERVICE_KEY, FEATURE, FLOWS, SCORE };

struct binding {
    enum from from;
    size_t index; /* of the key or the feature */
};

/* One value of any type. */
union cell {
    double number;
    int64_t time;
    uint32_t code;
    struct oddi_addr addr;
    struct oddi_span span;
};

/* An input: its records decoded for the rules. */
struct slot {
    struct oddi_batch batch;
    uint32_t *map; /* by need */
    bool ready;
};

struct oddi_muter {
    struct oddi_mute *rules;
    const struct oddi_plan *plan;
    const char *preset;
    struct oddi_source *const *sources;
    size_t n_sources;
    size_t n;
    const struct oddi_expr_need *needs;
    struct binding *bindings;
    struct oddi_column *columns; /* what the rules are asked over */
    union cell *cells;
    uint32_t *map;
    struct slot *slots; /* n_sources, made when first needed */
    struct oddi_buf text;
};

/* ---- What a name stands for ------------------------------------------------------------------------------------- */

static bool find_feature(const struct oddi_plan *plan, const char *name, size_t *index)
{
    const struct oddi_by *by = plan->by;

    for (size_t j = 0; by && j < by->n_features - by->n_hidden; j++)
        if (strcmp(by->features[j].name, name) == 0) {
            *index = j;
            return true;
        }
    return false;
}

static bool type_of_key(enum oddi_expr_type type, enum oddi_type *out)
{
    static const struct {
        enum oddi_expr_type key;
        enum oddi_type field;
    } same[] = {{ODDI_EXPR_NUMBER, ODDI_TYPE_NUMBER}, {ODDI_EXPR_TIME, ODDI_TYPE_TIME},
                {ODDI_EXPR_ADDR, ODDI_TYPE_ADDR},     {ODDI_EXPR_TEXT, ODDI_TYPE_TEXT},
                {ODDI_EXPR_PROTO, ODDI_TYPE_PROTO},   {ODDI_EXPR_PORT, ODDI_TYPE_PORT}};

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (same[i].key == type) {
            *out = same[i].field;
            return true;
        }
    return false;
}

static bool is_same_need(const struct oddi_expr_need *a, const struct oddi_expr_need *b)
{
    return a->field == b->field && (a->field != ODDI_NO_FIELD || strcmp(a->name, b->name) == 0);
}

static bool stands_for(const struct oddi_expr *key, const struct oddi_expr_need *need, enum from *from)
{
    const struct oddi_expr_need *reads;
    size_t n = oddi_expr_needs(key, &reads);
    enum oddi_type type;

    if (oddi_expr_type(key) == ODDI_EXPR_SERVICE && n == 2) {
        *from = SERVICE_KEY;
        return (reads[0].field == ODDI_PROTO || reads[0].field == ODDI_DST_PORT) &&
               (reads[1].field == ODDI_PROTO || reads[1].field == ODDI_DST_PORT) &&
               (need->field == ODDI_PROTO || need->field == ODDI_DST_PORT);
    }
    *from = KEY;
    return n == 1 && is_same_need(&reads[0], need) && type_of_key(oddi_expr_type(key), &type) &&
           type == need->type;
}

static struct binding bind_entity(const struct oddi_plan *plan, const struct oddi_expr_need *need)
{
    struct binding b = {FEATURE, 0};

    if (need->type == ODDI_TYPE_NUMBER && find_feature(plan, need->name, &b.index))
        return b;
    if (need->field == ODDI_NO_FIELD && strcmp(need->name, "flows") == 0)
        return (struct binding){FLOWS, 0};
    for (; b.index < plan->by->n_keys; b.index++)
        if (stands_for(plan->by->keys[b.index], need, &b.from))
            return b;
    return (struct binding){NOWHERE, 0};
}

static struct binding bind_flow(const struct oddi_plan *plan, const struct oddi_expr_need *need)
{
    struct binding b = {FEATURE, 0};

    if (need->field == ODDI_NO_FIELD && find_feature(plan, need->name, &b.index))
        return b;
    return (struct binding){RECORD, 0};
}

static struct binding bind_need(const struct oddi_plan *plan, const struct oddi_expr_need *need)
{
    if (need->field == ODDI_NO_FIELD && strcmp(need->name, "score") == 0)
        return (struct binding){SCORE, 0};
    return plan->entities ? bind_entity(plan, need) : bind_flow(plan, need);
}

/* ---- Life ------------------------------------------------------------------------------------------------------------ */

static enum odd_status allocate(struct oddi_muter *m, struct odd_error *err)
{
    m->n = oddi_mute_needs(m->rules, &m->needs);
    m->bindings = oddi_calloc_array(m->n + 1, sizeof *m->bindings);
    m->columns = oddi_calloc_array(m->n + 1, sizeof *m->columns);
    m->cells = oddi_calloc_array(m->n + 1, sizeof *m->cells);
    m->map = oddi_calloc_array(m->n + 1, sizeof *m->map);
    m->slots = oddi_calloc_array(m->n_sources + 1, sizeof *m->slots);
    if (!m->bindings || !m->columns || !m->cells || !m->map || !m->slots)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < m->n; i++)
        m->bindings[i] = bind_need(m->plan, &m->needs[i]);
    return ODD_OK;
}

enum odd_status oddi_muter_new(struct oddi_muting *muting, const struct oddi_plan *plan, const char *preset,
                               struct oddi_source *const *sources, size_t n_sources, struct oddi_muter **out,
                               struct odd_error *err)
{
    struct oddi_mute_options options = {.name = muting->name,
                                        .zone = plan->zone,
                                        .home = plan->home,
                                        .n_home = plan->n_home,
                                        .names = muting->names,
                                        .n_names = muting->n_names};
    struct oddi_muter *m = oddi_calloc_array(1, sizeof *m);
    enum odd_status status;

    if (!m)
        return oddi_fail_memory(err);
    m->plan = plan;
    m->preset = preset;
    m->sources = sources;
    m->n_sources = n_sources;
    oddi_buf_init(&m->text, UINT32_MAX);
    status = oddi_mute_new(muting->text, muting->size, &options, &m->rules, NULL, 0, err);
    if (status == ODD_OK)
        status = allocate(m, err);
    if (status == ODD_OK && !oddi_grow(&muting->all, &muting->cap, muting->n + 1, sizeof *muting->all))
        status = oddi_fail_memory(err);
    if (status != ODD_OK) {
        oddi_muter_free(m);
        return status;
    }
    muting->all[muting->n++] = m;
    *out = m;
    return ODD_OK;
}

void oddi_muter_free(struct oddi_muter *m)
{
    if (!m)
        return;
    for (size_t i = 0; m->slots && i < m->n_sources; i++) {
        if (m->slots[i].ready)
            oddi_batch_clear(&m->slots[i].batch);
        free(m->slots[i].map);
    }
    free(m->slots);
    free(m->bindings);
    free(m->columns);
    free(m->cells);
    free(m->map);
    oddi_buf_free(&m->text);
    oddi_mute_free(m->rules);
    free(m);
}

const struct oddi_mute *oddi_muter_rules(const struct oddi_muter *m)
{
    return m->rules;
}

/* ---- The record of a flow ---------------------------------------------------------------------------------------- */

/* What an input lacks is null. */
static enum odd_status make_slot(struct oddi_muter *m, struct slot *s, const struct oddi_source *source,
                                 struct odd_error *err)
{
    struct oddi_bound bound = {0};
    enum odd_status status = ODD_OK;

    if (!s->map)
        s->map = oddi_calloc_array(m->n + 1, sizeof *s->map);
    if (!s->map)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < m->n && status != ODD_ERR_MEMORY; i++) {
        s->map[i] = UINT32_MAX;
        if (m->bindings[i].from != RECORD)
            continue;
        status =
            oddi_bound_need(&bound, &m->needs[i], oddi_source_schema(source), ODDI_END_SRC, &s->map[i], NULL);
        if (status != ODD_OK)
            s->map[i] = UINT32_MAX;
    }
    status = status == ODD_ERR_MEMORY ? oddi_fail_memory(err)
                                      : oddi_batch_init(&s->batch, bound.recipes, bound.n, false, err);
    s->ready = status == ODD_OK;
    oddi_bound_clear(&bound);
    return status;
}

static enum odd_status decode(struct oddi_muter *m, const struct oddi_muter_row *row, struct odd_error *err)
{
    struct slot *s = &m->slots[row->source];
    const struct oddi_source *source = m->sources[row->source];

    if (!s->ready)
        ODDI_TRY(make_slot(m, s, source, err));
    oddi_batch_reset(&s->batch);
    ODDI_TRY(oddi_source_decode(source, row->text, &s->batch, err));
    for (size_t i = 0; i < m->n; i++) {
        if (m->bindings[i].from != RECORD || s->map[i] == UINT32_MAX || s->batch.n == 0)
            continue;
        m->columns[i] = s->batch.columns[s->map[i]];
        m->map[i] = (uint32_t)i;
    }
    return ODD_OK;
}

/* ---- The keys of an entity ------------------------------------------------------------------------------------------ */

/* "tcp/25" into its protocol and its port. */
static bool parse_service(const char *value, enum oddi_field field, uint32_t *out)
{
    const char *slash = strrchr(value, '/');
    size_t n = slash ? (size_t)(slash - value) : strlen(value);

    if (field == ODDI_PROTO)
        return oddi_parse_proto(value, n, out);
    return slash && oddi_parse_port(slash + 1, strlen(slash + 1), out);
}

static bool parse_value(struct oddi_muter *m, const char *value, enum oddi_type type, union cell *to)
{
    size_t n = strlen(value);

    switch (type) {
    case ODDI_TYPE_NUMBER:
        return oddi_parse_double(value, n, &to->number);
    case ODDI_TYPE_TIME:
        return oddi_parse_time(value, n, m->plan->zone, &to->time);
    case ODDI_TYPE_ADDR:
        return oddi_parse_addr(value, n, &to->addr);
    case ODDI_TYPE_PROTO:
        return oddi_parse_proto(value, n, &to->code);
    case ODDI_TYPE_PORT:
        return oddi_parse_port(value, n, &to->code);
    case ODDI_TYPE_TEXT:
        to->span = (struct oddi_span){(uint32_t)m->text.size, (uint32_t)n};
        oddi_buf_add(&m->text, value, n);
        return n > 0;
    }
    return false;
}

/* ---- Rows --------------------------------------------------------------------------------------------------------------- */

static double shown_feature(const struct oddi_plan *plan, const double *x, size_t j)
{
    double v = plan->logarithm[j] ? expm1(x[j]) : x[j];

    return plan->whole[j] ? nearbyint(v) : v;
}

static bool find_value(struct oddi_muter *m, const struct oddi_muter_row *row, size_t i)
{
    const struct binding *b = &m->bindings[i];
    union cell *to = &m->cells[i];

    switch (b->from) {
    case KEY:
        return parse_value(m, row->values[b->index], m->needs[i].type, to);
    case SERVICE_KEY:
        return parse_service(row->values[b->index], m->needs[i].field, &to->code);
    case FEATURE:
        to->number = shown_feature(m->plan, row->x, b->index);
        return true;
    case FLOWS:
        to->number = (double)row->flows;
        return true;
    case SCORE:
        to->number = row->score;
        return true;
    default:
        return false;
    }
}

static void fill(struct oddi_muter *m, const struct oddi_muter_row *row)
{
    oddi_buf_clear(&m->text);
    for (size_t i = 0; i < m->n; i++) {
        struct oddi_column *c = &m->columns[i];

        m->map[i] = UINT32_MAX;
        if (!find_value(m, row, i))
            continue;
        *c = (struct oddi_column){.recipe.type = m->needs[i].type, .u.any = &m->cells[i]};
        m->map[i] = (uint32_t)i;
    }
}

enum odd_status oddi_muter_ask(struct oddi_muter *m, const struct oddi_muter_row *row, bool *muted,
                               struct odd_error *err)
{
    struct oddi_expr_input in = {.columns = m->columns, .map = m->map, .window_start = row->window_start};

    fill(m, row);
    if (row->text)
        ODDI_TRY(decode(m, row, err));
    if (!oddi_buf_ok(&m->text))
        return oddi_fail_memory(err);
    in.text = row->text ? row->text->data : m->text.data;
    oddi_mute_rows(m->rules, m->preset, row->window_start, &in, 1, muted);
    return ODD_OK;
}
