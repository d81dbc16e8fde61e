/* A baseline into the bytes of its file. */
#include "baseline/file.h"

#include <string.h>

#include "base/crc32c.h"

static void put_uint(struct oddi_buf *b, uint64_t v, size_t n)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(v >> (8 * i));
    oddi_buf_add(b, bytes, n);
}

static void put_f64(struct oddi_buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put_uint(b, bits, 8);
}

static void put_doubles(struct oddi_buf *b, const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_f64(b, v[i]);
}

static void put_text(struct oddi_buf *b, const char *s)
{
    size_t n = strlen(s);

    if (n > ODDI_BASE_MAX_TEXT)
        n = ODDI_BASE_MAX_TEXT;
    put_uint(b, n, 2);
    oddi_buf_add(b, s, n);
}

static void put_addr(struct oddi_buf *b, const struct oddi_addr *a)
{
    put_uint(b, a->kind, 1);
    oddi_buf_add(b, a->bytes, sizeof a->bytes);
}

static void put_inputs(struct oddi_buf *b, const struct oddi_base_input *inputs, size_t n)
{
    put_uint(b, n, 4);
    for (size_t i = 0; i < n; i++) {
        put_text(b, inputs[i].name);
        put_uint(b, inputs[i].bytes, 8);
        put_uint(b, inputs[i].crc, 4);
    }
}

static void put_head(struct oddi_buf *b, const struct oddi_baseline *base)
{
    const struct odd_ledger *l = &base->ledger;
    const uint64_t counts[] = {l->read,     l->scored,  l->late, l->bad,
                               l->filtered, l->missing, l->thin, l->shed};

    put_text(b, base->program);
    put_text(b, base->command);
    put_f64(b, base->kappa);
    put_uint(b, (uint64_t)base->first, 8);
    put_uint(b, (uint64_t)base->last, 8);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        put_uint(b, counts[i], 8);
    put_inputs(b, base->inputs, base->n_inputs);
    put_uint(b, base->n_plans, 4);
}

static void put_tree(struct oddi_buf *b, const struct oddi_scope_tree *t)
{
    put_uint(b, t->n_nodes, 4);
    for (size_t i = 0; i < t->n_nodes; i++) {
        const struct oddi_scope_node *n = &t->nodes[i];

        put_uint(b, (uint64_t)n->cut.kind, 1);
        put_addr(b, &n->cut.net.addr);
        put_uint(b, n->cut.net.bits, 1);
        put_uint(b, n->cut.service, 4);
        put_uint(b, n->cut.from, 1);
        put_uint(b, n->cut.to, 1);
        put_uint(b, n->parent, 4);
        put_uint(b, n->inside, 4);
        put_uint(b, n->outside, 4);
        put_uint(b, n->model, 4);
    }
    put_uint(b, t->n_models, 4);
    for (size_t m = 0; m < t->n_models; m++)
        put_uint(b, t->parent[m], 4);
}

static void put_calibration(struct oddi_buf *b, const struct oddi_calibration *c)
{
    put_uint(b, c->n_kept ? c->n : 0, 8);
    put_uint(b, c->n_kept, 4);
    if (c->n_kept == 0)
        return;
    put_f64(b, c->u);
    put_f64(b, c->xi);
    put_f64(b, c->sigma);
    put_doubles(b, c->score, c->n_kept);
    for (size_t i = 0; i < c->n_kept; i++)
        put_uint(b, c->greater[i], 8);
}

static void put_model(struct oddi_buf *b, const struct oddi_model *m, size_t d)
{
    put_uint(b, m->support.rows, 8);
    put_uint(b, m->support.hosts, 4);
    put_uint(b, m->support.days, 4);
    put_uint(b, (uint64_t)m->support.first, 8);
    put_uint(b, (uint64_t)m->support.last, 8);
    put_doubles(b, m->location, 4 * d);
    put_calibration(b, &m->cal);
}

static void put_sample(struct oddi_buf *b, const struct oddi_base_plan *p)
{
    put_uint(b, p->n_sample, 4);
    for (size_t i = 0; i < p->n_sample; i++) {
        const struct oddi_row_key *k = &p->key[i];

        put_uint(b, k->host, 8);
        put_uint(b, k->hash, 8);
        put_uint(b, (uint64_t)k->start, 8);
        put_addr(b, &k->addr);
        put_uint(b, k->service, 4);
        put_uint(b, k->flows, 4);
        put_uint(b, (uint32_t)k->day, 4);
        put_uint(b, k->hour, 1);
        put_uint(b, k->weekday, 1);
    }
    put_doubles(b, p->x, p->n_sample * p->d);
}

static void put_known(struct oddi_buf *b, const struct oddi_known *k)
{
    put_uint(b, k->n, 4);
    for (size_t i = 0; i < k->n; i++)
        put_uint(b, k->key[i], 8);
}

static void put_memory(struct oddi_buf *b, const struct oddi_base_plan *p)
{
    const struct oddi_base_memory *m = &p->memory;

    put_uint(b, m->n_kinds, 4);
    if (m->n_kinds == 0)
        return;
    for (size_t i = 0; i < m->n_kinds; i++) {
        put_text(b, m->text[i]);
        put_known(b, &m->kinds[i]);
    }
    put_known(b, &m->hosts);
    for (size_t i = 0; i < p->tree.n_models; i++)
        put_model(b, &p->blind[i], p->d);
}

static void put_plan(struct oddi_buf *b, const struct oddi_base_plan *p)
{
    put_text(b, p->name);
    put_uint(b, p->n_options, 4);
    for (size_t i = 0; i < p->n_options; i++) {
        put_text(b, p->options[i].name);
        put_text(b, p->options[i].value);
    }
    put_uint(b, p->d, 4);
    put_uint(b, p->rows, 8);
    put_uint(b, p->windows, 8);
    put_tree(b, &p->tree);
    for (size_t m = 0; m < p->tree.n_models; m++)
        put_model(b, &p->model[m], p->d);
    put_memory(b, p);
    put_sample(b, p);
}

static void put_stage(struct oddi_buf *b, const struct oddi_day_stage *s)
{
    put_f64(b, s->per_day);
    put_calibration(b, &s->joint);
    for (size_t j = 0; s->joint.n_kept > 0 && j < s->n_plans; j++)
        put_calibration(b, &s->plan[j]);
}

static void put_accepted(struct oddi_buf *b, const struct oddi_accepted *a)
{
    put_uint(b, a->id, 4);
    put_text(b, a->name);
    put_text(b, a->expression);
    put_text(b, a->owner);
    put_text(b, a->reason);
    put_uint(b, (uint64_t)a->when, 8);
    put_uint(b, (uint64_t)a->expires, 8);
    put_text(b, a->command);
    put_inputs(b, a->inputs, a->n_inputs);
    put_uint(b, a->n_plans, 4);
    for (size_t i = 0; i < a->n_plans; i++)
        put_plan(b, &a->plans[i]);
}

static void put_change(struct oddi_buf *b, const struct oddi_change *c)
{
    put_uint(b, c->number, 4);
    put_uint(b, (uint64_t)c->when, 8);
    put_text(b, c->command);
    put_text(b, c->what);
    put_text(b, c->owner);
    put_text(b, c->reason);
    put_uint(b, (uint64_t)c->undo, 1);
    put_uint(b, c->id, 4);
    put_uint(b, c->before_crc, 4);
    put_uint(b, c->before_size, 8);
    put_uint(b, c->undone_by, 4);
    if (c->undo == ODDI_UNDO_RESTORE)
        put_accepted(b, c->scope);
}

static void put_changes(struct oddi_buf *b, const struct oddi_baseline *base)
{
    put_uint(b, base->last_id, 4);
    put_uint(b, base->n_accepted, 4);
    for (size_t i = 0; i < base->n_accepted; i++)
        put_accepted(b, &base->accepted[i]);
    put_uint(b, base->n_changes, 4);
    for (size_t i = 0; i < base->n_changes; i++)
        put_change(b, &base->changes[i]);
}

static void put_calendar(struct oddi_buf *b, const struct oddi_calendar *c)
{
    put_uint(b, c != NULL, 1);
    if (!c)
        return;
    put_text(b, c->file);
    put_uint(b, (uint64_t)c->until, 8);
    put_uint(b, c->n, 4);
    for (size_t i = 0; i < c->n; i++) {
        put_text(b, c->event[i].name);
        put_uint(b, c->event[i].n, 4);
        for (size_t k = 0; k < c->event[i].n; k++) {
            put_uint(b, (uint64_t)c->event[i].span[k].from, 8);
            put_uint(b, (uint64_t)c->event[i].span[k].to, 8);
        }
    }
}

static void put_dim(struct oddi_buf *b, const struct oddi_scope_dim *d)
{
    put_text(b, d->name);
    put_text(b, d->expression);
    put_uint(b, d->truth, 1);
    put_uint(b, d->n_values, 4);
    for (size_t v = 0; v < d->n_values; v++) {
        put_uint(b, d->value[v].key, 8);
        put_text(b, d->value[v].text);
    }
}

/* Of each plan its own dimensions, then what its examples have in them and in the calendar. */
static void put_dims(struct oddi_buf *b, const struct oddi_base_plan *p)
{
    size_t n = p->dims ? p->dims->n : 0;

    put_uint(b, n, 4);
    for (size_t i = 0; i < n; i++)
        put_dim(b, &p->dims->dim[i]);
    for (size_t i = 0; i < p->n_sample; i++)
        for (size_t k = 0; k < n; k++)
            put_uint(b, p->key[i].dim[k], 8);
    put_uint(b, p->tree.calendar != NULL, 1);
    for (size_t i = 0; p->tree.calendar && i < p->n_sample; i++)
        put_uint(b, p->key[i].events, 8);
}

static bool plans_fit(const struct oddi_base_plan *plans, size_t n)
{
    bool ok = n <= ODDI_BASE_MAX_PLANS;

    for (size_t i = 0; i < n && ok; i++) {
        const struct oddi_base_plan *p = &plans[i];

        ok = p->n_options <= ODDI_BASE_MAX_OPTIONS && p->d <= ODDI_BASE_MAX_FEATURES &&
             p->tree.n_nodes <= ODDI_BASE_MAX_NODES && p->n_sample <= ODDI_BASE_MAX_SAMPLE &&
             p->memory.n_kinds <= ODDI_MEMORY_MAX_KINDS;
        for (size_t j = 0; ok && j < p->n_options; j++)
            ok = strlen(p->options[j].value) <= ODDI_BASE_MAX_TEXT;
    }
    return ok;
}

static bool accepted_fits(const struct oddi_accepted *a)
{
    return a->n_inputs <= ODDI_BASE_MAX_INPUTS && strlen(a->expression) <= ODDI_BASE_MAX_TEXT &&
           plans_fit(a->plans, a->n_plans);
}

static bool fits(const struct oddi_baseline *base)
{
    bool ok = base->n_inputs <= ODDI_BASE_MAX_INPUTS && plans_fit(base->plans, base->n_plans) &&
              base->n_accepted <= ODDI_BASE_MAX_ACCEPTED && base->n_changes <= ODDI_BASE_MAX_CHANGES;

    for (size_t i = 0; ok && i < base->n_accepted; i++)
        ok = accepted_fits(&base->accepted[i]);
    for (size_t i = 0; ok && i < base->n_changes; i++)
        ok = !base->changes[i].scope || accepted_fits(base->changes[i].scope);
    return ok;
}

enum odd_status oddi_baseline_write(const struct oddi_baseline *base, struct oddi_buf *out,
                                    struct odd_error *err)
{
    struct oddi_buf body;
    enum odd_status status = ODD_OK;

    if (!fits(base))
        return oddi_fail(err, ODD_ERR_LIMIT,
                         "the baseline has more plans, inputs, options or features than a file holds");
    oddi_buf_init(&body, 0);
    put_head(&body, base);
    for (size_t i = 0; i < base->n_plans; i++)
        put_plan(&body, &base->plans[i]);
    put_stage(&body, &base->stage);
    put_changes(&body, base);
    put_calendar(&body, base->calendar);
    for (size_t i = 0; i < base->n_plans; i++)
        put_dims(&body, &base->plans[i]);
    if (!oddi_buf_ok(&body))
        status = oddi_fail_memory(err);
    else if (body.size > ODDI_BASE_MAX_FILE - ODDI_BASE_HEADER)
        status = oddi_fail(err, ODD_ERR_LIMIT, "the baseline is larger than a file may be (1 GiB)");
    if (status == ODD_OK) {
        oddi_buf_add(out, ODDI_BASE_MAGIC, 8);
        put_uint(out, ODDI_BASE_VERSION, 4);
        put_uint(out, oddi_crc32c(body.data, body.size), 4);
        put_uint(out, body.size, 8);
        oddi_buf_add(out, body.data, body.size);
        status = oddi_buf_ok(out) ? ODD_OK : oddi_fail_memory(err);
    }
    oddi_buf_free(&body);
    return status;
}
