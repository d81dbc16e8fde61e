/* The bytes of a baseline file into a baseline; nothing in them is believed. */
#include "baseline/file.h"

#include <math.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/cursor.h"
#include "base/mem.h"

/* Everything below returns ODD_ERR_FORMAT without a sentence for what cannot be: the caller says it once. */
struct in {
    struct oddi_cursor c;
    struct odd_error *err;
};

static enum odd_status wrong(void)
{
    return ODD_ERR_FORMAT;
}

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return wrong();                                                                                  \
    } while (0)

/* Room for n things of which each takes at least `least` bytes of what is left. */
static enum odd_status room(struct in *in, size_t n, size_t least, size_t size, void *p_pointer)
{
    void *p;

    CHECK(!in->c.bad && n <= oddi_cursor_left(&in->c) / least);
    p = oddi_calloc_array(n + 1, size);
    if (!p)
        return oddi_fail_memory(in->err);
    memcpy(p_pointer, &p, sizeof p);
    return ODD_OK;
}

static enum odd_status get_text(struct in *in, char **out)
{
    size_t n = oddi_cursor_u16(&in->c);
    const uint8_t *bytes = oddi_cursor_bytes(&in->c, n);

    CHECK(bytes && !memchr(bytes, 0, n));
    *out = oddi_malloc_array(n + 1, 1);
    if (!*out)
        return oddi_fail_memory(in->err);
    memcpy(*out, bytes, n);
    (*out)[n] = '\0';
    return ODD_OK;
}

static enum odd_status get_addr(struct in *in, struct oddi_addr *a)
{
    const uint8_t *bytes;

    a->kind = oddi_cursor_u8(&in->c);
    bytes = oddi_cursor_bytes(&in->c, sizeof a->bytes);
    CHECK(bytes && a->kind <= ODDI_ADDR_MAC);
    memcpy(a->bytes, bytes, sizeof a->bytes);
    return ODD_OK;
}

static enum odd_status get_doubles(struct in *in, double *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = oddi_cursor_f64(&in->c);
        CHECK(isfinite(v[i]));
    }
    CHECK(!in->c.bad);
    return ODD_OK;
}

/* ---- The head ------------------------------------------------------------------------------------------------------ */

static enum odd_status get_inputs(struct in *in, struct oddi_base_input **out, size_t *n_out)
{
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(n <= ODDI_BASE_MAX_INPUTS);
    ODDI_TRY(room(in, n, 14, sizeof **out, out));
    *n_out = n;
    for (size_t i = 0; i < n; i++) {
        ODDI_TRY(get_text(in, &(*out)[i].name));
        (*out)[i].bytes = oddi_cursor_u64(&in->c);
        (*out)[i].crc = oddi_cursor_u32(&in->c);
    }
    CHECK(!in->c.bad);
    return ODD_OK;
}

static enum odd_status get_head(struct in *in, struct oddi_baseline *b)
{
    struct odd_ledger *l = &b->ledger;
    uint64_t *const counts[] = {&l->read,     &l->scored,  &l->late, &l->bad,
                                &l->filtered, &l->missing, &l->thin, &l->shed};

    ODDI_TRY(get_text(in, &b->program));
    ODDI_TRY(get_text(in, &b->command));
    b->kappa = oddi_cursor_f64(&in->c);
    CHECK(b->kappa >= 0 && b->kappa <= 1e9);
    b->first = (int64_t)oddi_cursor_u64(&in->c);
    b->last = (int64_t)oddi_cursor_u64(&in->c);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        *counts[i] = oddi_cursor_u64(&in->c);
    return get_inputs(in, &b->inputs, &b->n_inputs);
}

/* ---- The tree --------------------------------------------------------------------------------------------------------- */

static enum odd_status get_cut(struct in *in, struct oddi_cut *cut)
{
    uint8_t kind = oddi_cursor_u8(&in->c);
    unsigned most;

    CHECK(kind < ODDI_N_CUTS);
    cut->kind = (enum oddi_cut_kind)kind;
    ODDI_TRY(get_addr(in, &cut->net.addr));
    cut->net.bits = oddi_cursor_u8(&in->c);
    cut->service = oddi_cursor_u32(&in->c);
    cut->from = oddi_cursor_u8(&in->c);
    cut->to = oddi_cursor_u8(&in->c);
    most = kind == ODDI_CUT_WEEKDAYS ? 6 : 23;
    CHECK(cut->from <= most && cut->to <= most);
    CHECK(cut->net.bits <= (cut->net.addr.kind == ODDI_ADDR_V6 ? 128 : 32));
    return ODD_OK;
}

/* A leaf names a model; an inner node two nodes after it, whose parent it is. */
static bool is_sound(const struct oddi_scope_tree *t, size_t i, size_t n_models)
{
    const struct oddi_scope_node *n = &t->nodes[i];

    if (i == 0 ? n->parent != ODDI_NO_NODE : n->parent >= i)
        return false;
    if (n->cut.kind == ODDI_CUT_NONE)
        return n->inside == ODDI_NO_NODE && n->outside == ODDI_NO_NODE && n->model < n_models;
    return n->model == ODDI_NO_NODE && n->inside > i && n->outside > i && n->inside != n->outside &&
           n->inside < t->n_nodes && n->outside < t->n_nodes && t->nodes[n->inside].parent == i &&
           t->nodes[n->outside].parent == i;
}

static enum odd_status get_tree(struct in *in, struct oddi_scope_tree *t)
{
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(n > 0 && n <= ODDI_BASE_MAX_NODES);
    ODDI_TRY(room(in, n, 41, sizeof *t->nodes, &t->nodes));
    t->n_nodes = n;
    for (size_t i = 0; i < n; i++) {
        ODDI_TRY(get_cut(in, &t->nodes[i].cut));
        t->nodes[i].parent = oddi_cursor_u32(&in->c);
        t->nodes[i].inside = oddi_cursor_u32(&in->c);
        t->nodes[i].outside = oddi_cursor_u32(&in->c);
        t->nodes[i].model = oddi_cursor_u32(&in->c);
    }
    n = oddi_cursor_u32(&in->c);
    CHECK(n > 0 && n <= ODDI_BASE_MAX_NODES);
    ODDI_TRY(room(in, n, 4, sizeof *t->parent, &t->parent));
    t->n_models = n;
    for (size_t m = 0; m < n; m++) {
        t->parent[m] = oddi_cursor_u32(&in->c);
        CHECK(m == 0 ? t->parent[m] == ODDI_NO_NODE : t->parent[m] < m);
    }
    for (size_t i = 0; i < t->n_nodes; i++)
        CHECK(is_sound(t, i, n));
    return ODD_OK;
}

#define MOST_SCORE 1e301 /* of a calibration; differences of scores are numbers */

/* ---- Models ------------------------------------------------------------------------------------------------------------ */

static bool is_calibration(const struct oddi_calibration *c)
{
    size_t last = c->n_kept - 1;

    for (size_t i = 0; i < last; i++)
        if (!(c->score[i] < c->score[i + 1]) || c->greater[i] <= c->greater[i + 1])
            return false;
    return c->score[0] >= -MOST_SCORE && c->score[last] <= MOST_SCORE && c->u >= -MOST_SCORE &&
           c->greater[0] < c->n && c->greater[last] == 0 && c->u <= c->score[last] && c->xi >= 0 &&
           c->xi <= 1 && c->sigma > 0;
}

static enum odd_status get_calibration(struct in *in, struct oddi_calibration *c)
{
    uint64_t n = oddi_cursor_u64(&in->c);
    size_t kept = oddi_cursor_u32(&in->c);
    double tail[3];

    CHECK(n < UINT64_MAX / 2 && (kept == 0) == (n == 0) && kept <= n && kept <= ODDI_CALIBRATION_MAX);
    if (kept == 0)
        return ODD_OK;
    ODDI_TRY(get_doubles(in, tail, 3));
    ODDI_TRY(room(in, kept, 16, sizeof *c->score, &c->score));
    ODDI_TRY(room(in, kept, 16, sizeof *c->greater, &c->greater));
    c->n = n;
    c->n_kept = kept;
    c->u = tail[0];
    c->xi = tail[1];
    c->sigma = tail[2];
    ODDI_TRY(get_doubles(in, c->score, kept));
    for (size_t i = 0; i < kept; i++)
        c->greater[i] = oddi_cursor_u64(&in->c);
    CHECK(!in->c.bad && is_calibration(c));
    return ODD_OK;
}

static enum odd_status get_model(struct in *in, size_t d, struct oddi_model *m)
{
    m->support.rows = oddi_cursor_u64(&in->c);
    m->support.hosts = oddi_cursor_u32(&in->c);
    m->support.days = oddi_cursor_u32(&in->c);
    m->support.first = (int64_t)oddi_cursor_u64(&in->c);
    m->support.last = (int64_t)oddi_cursor_u64(&in->c);
    CHECK(d <= oddi_cursor_left(&in->c) / 32);
    ODDI_TRY(oddi_model_room(m, d, in->err));
    ODDI_TRY(get_doubles(in, m->location, 4 * d));
    ODDI_TRY(get_calibration(in, &m->cal));
    for (size_t j = 0; j < d && m->cal.n_kept > 0; j++)
        CHECK(m->scale[j] > 0 && m->low[j] <= m->high[j]);
    return ODD_OK;
}

/* ---- Plans ------------------------------------------------------------------------------------------------------------- */

static enum odd_status get_options(struct in *in, struct oddi_base_plan *p)
{
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(n <= ODDI_BASE_MAX_OPTIONS);
    ODDI_TRY(room(in, n, 4, sizeof *p->options, &p->options));
    p->n_options = n;
    for (size_t i = 0; i < n; i++) {
        ODDI_TRY(get_text(in, &p->options[i].name));
        ODDI_TRY(get_text(in, &p->options[i].value));
    }
    return ODD_OK;
}

static enum odd_status get_key(struct in *in, struct oddi_row_key *k)
{
    k->host = oddi_cursor_u64(&in->c);
    k->hash = oddi_cursor_u64(&in->c);
    k->start = (int64_t)oddi_cursor_u64(&in->c);
    ODDI_TRY(get_addr(in, &k->addr));
    k->service = oddi_cursor_u32(&in->c);
    k->flows = oddi_cursor_u32(&in->c);
    k->day = (int32_t)oddi_cursor_u32(&in->c);
    k->hour = oddi_cursor_u8(&in->c);
    k->weekday = oddi_cursor_u8(&in->c);
    CHECK(!in->c.bad && k->hour < 24 && k->weekday < 7);
    return ODD_OK;
}

static enum odd_status get_sample(struct in *in, struct oddi_base_plan *p)
{
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(n <= ODDI_BASE_MAX_SAMPLE);
    ODDI_TRY(room(in, n, 55 + 8 * p->d, sizeof *p->key, &p->key));
    p->x = oddi_malloc_array(n * p->d + 1, sizeof *p->x);
    if (!p->x)
        return oddi_fail_memory(in->err);
    p->n_sample = n;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(get_key(in, &p->key[i]));
    return get_doubles(in, p->x, n * p->d);
}

/* Keys are ascending and none is there twice, with or without its lowest bit. */
static enum odd_status get_known(struct in *in, struct oddi_known *k)
{
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(!in->c.bad && n <= oddi_cursor_left(&in->c) / sizeof *k->key);
    k->key = oddi_malloc_big((n + 1) * sizeof *k->key);
    if (!k->key)
        return oddi_fail_memory(in->err);
    k->n = n;
    for (size_t i = 0; i < n; i++) {
        k->key[i] = oddi_cursor_u64(&in->c);
        CHECK(k->key[i] > 1 && (i == 0 || k->key[i - 1] >> 1 < k->key[i] >> 1));
    }
    CHECK(!in->c.bad && n < UINT32_MAX);
    return oddi_known_index(k, in->err);
}

static enum odd_status get_models(struct in *in, const struct oddi_base_plan *p, struct oddi_model **out)
{
    ODDI_TRY(room(in, p->tree.n_models, 44, sizeof **out, out));
    for (size_t m = 0; m < p->tree.n_models; m++)
        ODDI_TRY(get_model(in, p->d, &(*out)[m]));
    return ODD_OK;
}

static enum odd_status get_memory(struct in *in, struct oddi_base_plan *p)
{
    struct oddi_base_memory *m = &p->memory;
    size_t n = oddi_cursor_u32(&in->c);

    CHECK(!in->c.bad && n <= ODDI_MEMORY_MAX_KINDS);
    if (n == 0)
        return ODD_OK;
    m->text = oddi_calloc_array(n, sizeof *m->text);
    m->kinds = oddi_calloc_array(n, sizeof *m->kinds);
    m->n_kinds = n;
    if (!m->text || !m->kinds)
        return oddi_fail_memory(in->err);
    for (size_t i = 0; i < n; i++) {
        ODDI_TRY(get_text(in, &m->text[i]));
        ODDI_TRY(get_known(in, &m->kinds[i]));
    }
    ODDI_TRY(get_known(in, &m->hosts));
    ODDI_TRY(get_models(in, p, &p->blind));
    CHECK(p->blind[0].cal.n_kept > 0);
    return ODD_OK;
}

static enum odd_status get_plan(struct in *in, struct oddi_base_plan *p)
{
    ODDI_TRY(get_text(in, &p->name));
    ODDI_TRY(get_options(in, p));
    p->d = oddi_cursor_u32(&in->c);
    p->rows = oddi_cursor_u64(&in->c);
    p->windows = oddi_cursor_u64(&in->c);
    CHECK(p->d > 0 && p->d <= ODDI_BASE_MAX_FEATURES);
    ODDI_TRY(get_tree(in, &p->tree));
    ODDI_TRY(get_models(in, p, &p->model));
    ODDI_TRY(get_memory(in, p));
    CHECK(p->blind || p->model[0].cal.n_kept > 0);
    return get_sample(in, p);
}

/* The surprises of days are not negative. */
static bool is_of_days(const struct oddi_calibration *c)
{
    return c->n_kept == 0 || c->score[0] >= 0;
}

static enum odd_status get_stage(struct in *in, struct oddi_baseline *b)
{
    struct oddi_day_stage *s = &b->stage;

    ODDI_TRY(get_doubles(in, &s->per_day, 1));
    ODDI_TRY(get_calibration(in, &s->joint));
    CHECK(s->per_day >= 0 && is_of_days(&s->joint));
    if (s->joint.n_kept == 0)
        return ODD_OK;
    CHECK(s->per_day > 0);
    s->plan = oddi_calloc_array(b->n_plans, sizeof *s->plan);
    if (!s->plan)
        return oddi_fail_memory(in->err);
    s->n_plans = b->n_plans;
    for (size_t j = 0; j < b->n_plans; j++) {
        ODDI_TRY(get_calibration(in, &s->plan[j]));
        CHECK(is_of_days(&s->plan[j]));
    }
    return ODD_OK;
}

/* ---- Scopes that were accepted, and changes ------------------------------------------------------------------------- */

/* One scope, no options. */
static enum odd_status get_accepted_plan(struct in *in, const struct oddi_accepted *a,
                                         struct oddi_base_plan *p)
{
    ODDI_TRY(get_plan(in, p));
    CHECK(p->n_options == 0 && p->tree.n_models == 1 && p->tree.n_nodes == 1);
    CHECK(oddi_base_find(a->plans, (size_t)(p - a->plans), p->name) == NULL);
    return ODD_OK;
}

static enum odd_status get_accepted(struct in *in, struct oddi_accepted *a)
{
    size_t n;

    a->id = oddi_cursor_u32(&in->c);
    ODDI_TRY(get_text(in, &a->name));
    ODDI_TRY(get_text(in, &a->expression));
    ODDI_TRY(get_text(in, &a->owner));
    ODDI_TRY(get_text(in, &a->reason));
    a->when = (int64_t)oddi_cursor_u64(&in->c);
    a->expires = (int64_t)oddi_cursor_u64(&in->c);
    ODDI_TRY(get_text(in, &a->command));
    ODDI_TRY(get_inputs(in, &a->inputs, &a->n_inputs));
    n = oddi_cursor_u32(&in->c);
    CHECK(a->id > 0 && a->expression[0] && n <= ODDI_BASE_MAX_PLANS);
    ODDI_TRY(room(in, n, 32, sizeof *a->plans, &a->plans));
    a->n_plans = n;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(get_accepted_plan(in, a, &a->plans[i]));
    return ODD_OK;
}

/* By id; each plan is one of the baseline. */
static enum odd_status get_scopes(struct in *in, struct oddi_baseline *b)
{
    size_t n;

    b->last_id = oddi_cursor_u32(&in->c);
    n = oddi_cursor_u32(&in->c);
    CHECK(n <= ODDI_BASE_MAX_ACCEPTED);
    ODDI_TRY(room(in, n, 38, sizeof *b->accepted, &b->accepted));
    b->n_accepted = n;
    for (size_t i = 0; i < n; i++) {
        const struct oddi_accepted *a = &b->accepted[i];

        ODDI_TRY(get_accepted(in, &b->accepted[i]));
        CHECK(a->id <= b->last_id && (i == 0 || b->accepted[i - 1].id < a->id));
        for (size_t j = 0; j < a->n_plans; j++) {
            const struct oddi_base_plan *p = oddi_base_find(b->plans, b->n_plans, a->plans[j].name);

            CHECK(p && p->d == a->plans[j].d && p->memory.n_kinds == a->plans[j].memory.n_kinds);
        }
    }
    return ODD_OK;
}

static enum odd_status get_change(struct in *in, struct oddi_change *c)
{
    uint8_t undo;

    c->number = oddi_cursor_u32(&in->c);
    c->when = (int64_t)oddi_cursor_u64(&in->c);
    ODDI_TRY(get_text(in, &c->command));
    ODDI_TRY(get_text(in, &c->what));
    ODDI_TRY(get_text(in, &c->owner));
    ODDI_TRY(get_text(in, &c->reason));
    undo = oddi_cursor_u8(&in->c);
    CHECK(undo < ODDI_N_UNDOS);
    c->id = oddi_cursor_u32(&in->c);
    c->before_crc = oddi_cursor_u32(&in->c);
    c->before_size = oddi_cursor_u64(&in->c);
    c->undone_by = oddi_cursor_u32(&in->c);
    if (undo == ODDI_UNDO_RESTORE) {
        c->scope = oddi_calloc_array(1, sizeof *c->scope);
        if (!c->scope)
            return oddi_fail_memory(in->err);
        ODDI_TRY(get_accepted(in, c->scope));
        CHECK(c->scope->id == c->id);
    }
    c->undo = (enum oddi_undo)undo;
    return ODD_OK;
}

static enum odd_status get_changes(struct in *in, struct oddi_baseline *b)
{
    size_t n;

    ODDI_TRY(get_scopes(in, b));
    n = oddi_cursor_u32(&in->c);
    CHECK(n <= ODDI_BASE_MAX_CHANGES);
    ODDI_TRY(room(in, n, 41, sizeof *b->changes, &b->changes));
    b->n_changes = n;
    for (size_t i = 0; i < n; i++) {
        const struct oddi_change *c = &b->changes[i];

        ODDI_TRY(get_change(in, &b->changes[i]));
        CHECK(c->number > 0 && c->number < UINT32_MAX &&
              (i == 0 || c->number == b->changes[i - 1].number + 1));
        CHECK(c->id <= b->last_id);
    }
    return ODD_OK;
}

/* ---- Dimensions of users, and the calendar --------------------------------------------------------------------------- */

static enum odd_status get_event(struct in *in, struct oddi_event *e)
{
    size_t n;

    ODDI_TRY(get_text(in, &e->name));
    n = oddi_cursor_u32(&in->c);
    CHECK(n <= ODDI_MAX_EVENT_SPANS);
    ODDI_TRY(room(in, n, 16, sizeof *e->span, &e->span));
    e->n = n;
    for (size_t i = 0; i < n; i++) {
        e->span[i].from = (int64_t)oddi_cursor_u64(&in->c);
        e->span[i].to = (int64_t)oddi_cursor_u64(&in->c);
        CHECK(e->span[i].from < e->span[i].to && (i == 0 || e->span[i - 1].to < e->span[i].from));
    }
    return ODD_OK;
}

static enum odd_status get_calendar(struct in *in, struct oddi_baseline *b)
{
    uint8_t is = oddi_cursor_u8(&in->c);
    struct oddi_calendar *c;
    size_t n;

    CHECK(!in->c.bad && is <= 1);
    if (!is)
        return ODD_OK;
    b->calendar = c = oddi_calloc_array(1, sizeof *c);
    if (!c)
        return oddi_fail_memory(in->err);
    ODDI_TRY(get_text(in, &c->file));
    c->until = (int64_t)oddi_cursor_u64(&in->c);
    n = oddi_cursor_u32(&in->c);
    CHECK(n > 0 && n <= ODDI_MAX_EVENTS);
    ODDI_TRY(room(in, n, 6, sizeof *c->event, &c->event));
    c->n = n;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(get_event(in, &c->event[i]));
    return ODD_OK;
}

static enum odd_status get_dim(struct in *in, struct oddi_scope_dim *d)
{
    uint8_t truth;
    size_t n;

    ODDI_TRY(get_text(in, &d->name));
    ODDI_TRY(get_text(in, &d->expression));
    truth = oddi_cursor_u8(&in->c);
    n = oddi_cursor_u32(&in->c);
    CHECK(!in->c.bad && truth <= 1 && d->name[0] && d->expression[0]);
    d->truth = truth;
    ODDI_TRY(room(in, n, 10, sizeof *d->value, &d->value));
    d->n_values = n;
    for (size_t v = 0; v < n; v++) {
        d->value[v].key = oddi_cursor_u64(&in->c);
        ODDI_TRY(get_text(in, &d->value[v].text));
        CHECK(d->value[v].key != 0);
    }
    return ODD_OK;
}

static enum odd_status get_dims(struct in *in, struct oddi_baseline *b, struct oddi_base_plan *p)
{
    size_t n = oddi_cursor_u32(&in->c);
    uint8_t events;

    CHECK(!in->c.bad && n <= ODDI_MAX_DIMS);
    if (n > 0) {
        p->tree.dims = p->dims = oddi_calloc_array(1, sizeof *p->dims);
        if (!p->dims)
            return oddi_fail_memory(in->err);
    }
    for (size_t i = 0; i < n; i++) {
        p->dims->n++;
        ODDI_TRY(get_dim(in, &p->dims->dim[i]));
    }
    for (size_t i = 0; i < p->n_sample; i++)
        for (size_t k = 0; k < n; k++)
            p->key[i].dim[k] = oddi_cursor_u64(&in->c);
    events = oddi_cursor_u8(&in->c);
    CHECK(!in->c.bad && events <= 1 && (!events || b->calendar));
    if (events)
        p->tree.calendar = b->calendar;
    for (size_t i = 0; events && i < p->n_sample; i++)
        p->key[i].events = oddi_cursor_u64(&in->c);
    CHECK(!in->c.bad);
    return ODD_OK;
}

/* What the cuts of a tree speak of is there. */
static enum odd_status find_asked(struct oddi_base_plan *p)
{
    for (size_t i = 0; i < p->tree.n_nodes; i++) {
        struct oddi_cut *c = &p->tree.nodes[i].cut;

        if (c->kind == ODDI_CUT_EVENT)
            CHECK(p->tree.calendar && c->service < p->tree.calendar->n);
        if (c->kind != ODDI_CUT_DIM)
            continue;
        CHECK(p->dims && c->from < p->dims->n && c->service < p->dims->dim[c->from].n_values);
        c->value = p->dims->dim[c->from].value[c->service].key;
    }
    return ODD_OK;
}

static enum odd_status get_asked(struct in *in, struct oddi_baseline *b)
{
    if (b->file_version >= 2) {
        ODDI_TRY(get_calendar(in, b));
        for (size_t i = 0; i < b->n_plans; i++)
            ODDI_TRY(get_dims(in, b, &b->plans[i]));
    }
    for (size_t i = 0; i < b->n_plans; i++)
        ODDI_TRY(find_asked(&b->plans[i]));
    return ODD_OK;
}

static enum odd_status get_body(struct in *in, struct oddi_baseline *b)
{
    size_t n;

    ODDI_TRY(get_head(in, b));
    n = oddi_cursor_u32(&in->c);
    CHECK(n > 0 && n <= ODDI_BASE_MAX_PLANS);
    ODDI_TRY(room(in, n, 32, sizeof *b->plans, &b->plans));
    b->n_plans = n;
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(get_plan(in, &b->plans[i]));
    ODDI_TRY(get_stage(in, b));
    if (b->file_version >= 2)
        ODDI_TRY(get_changes(in, b));
    ODDI_TRY(get_asked(in, b));
    CHECK(!in->c.bad && oddi_cursor_left(&in->c) == 0);
    return ODD_OK;
}

static enum odd_status refuse(struct odd_error *err, const char *name, const char *what)
{
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION, "%s", what);
}

enum odd_status oddi_baseline_read(struct oddi_baseline *b, const char *name, const void *bytes, size_t n,
                                   struct odd_error *err)
{
    struct in in = {{bytes, (const uint8_t *)bytes + n, false}, err};
    const uint8_t *magic = oddi_cursor_bytes(&in.c, 8);
    uint32_t version = oddi_cursor_u32(&in.c), crc = oddi_cursor_u32(&in.c);
    uint64_t size = oddi_cursor_u64(&in.c);
    enum odd_status status;

    memset(b, 0, sizeof *b);
    if (!magic || memcmp(magic, ODDI_BASE_MAGIC, 8) != 0)
        return refuse(err, name, "is not a baseline of oddflow ('oddflow learn' makes one)");
    if (!in.c.bad && version > ODDI_BASE_VERSION)
        return oddi_fail_at(
            err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
            "is a baseline of format %u, and this oddflow reads formats up to %u: it was written by a "
            "newer one",
            version, ODDI_BASE_VERSION);
    if (in.c.bad || version == 0 || size > oddi_cursor_left(&in.c))
        return refuse(err, name, "is a baseline that was cut short");
    if (size < oddi_cursor_left(&in.c))
        return refuse(err, name, "is a baseline with something behind its end");
    if (oddi_crc32c(in.c.p, (size_t)size) != crc)
        return refuse(err, name, "is a damaged baseline: its checksum does not fit");
    b->file_version = version;
    b->file_crc = crc;
    b->file_size = size;
    status = get_body(&in, b);
    if (status == ODD_OK)
        return ODD_OK;
    oddi_baseline_clear(b);
    if (status == ODD_ERR_FORMAT)
        return refuse(err, name, "is a baseline with values that no baseline has");
    return status;
}
