#include "run/baseline_log.h"

#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "flow/time.h"

static void put_time(struct oddi_buf *out, int64_t t, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_buf_add(out, text, oddi_format_time_plain(text, t, zone));
}

static void put_text(struct oddi_buf *out, const char *before, const char *text)
{
    if (!text[0])
        return;
    oddi_buf_str(out, before);
    oddi_terminal_escape(out, text, strlen(text));
}

static void put_count(struct oddi_buf *out, uint64_t n, const char *what)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
    oddi_buf_printf(out, " %s%s", what, n == 1 ? "" : "s");
}

/* That of all rows. */
static const struct oddi_model *model_of(const struct oddi_base_plan *p)
{
    return p->blind ? p->blind : p->model;
}

/* ---- Scopes, for people --------------------------------------------------------------------------------------------- */

static void text_plan(const struct oddi_baseline *b, const struct oddi_accepted *a, size_t i,
                      struct oddi_buf *out)
{
    const struct oddi_base_plan *p = oddi_base_find(a->plans, a->n_plans, b->plans[i].name);

    oddi_buf_printf(out, "    %s: ", b->plans[i].name);
    if (!p) {
        oddi_buf_str(out, "too few rows for a model: it does not judge these flows\n");
        return;
    }
    put_count(out, p->rows, "row");
    oddi_buf_str(out, " of ");
    put_count(out, model_of(p)->support.hosts, "host");
    oddi_buf_str(out, " on ");
    put_count(out, model_of(p)->support.days, "day");
    oddi_buf_str(out, ", calibrated by ");
    put_count(out, model_of(p)->cal.n, "row");
    oddi_buf_char(out, '\n');
}

static void text_accepted(const struct oddi_baseline *b, const struct oddi_accepted *a,
                          const struct oddi_zone *zone, struct oddi_buf *out)
{
    oddi_buf_printf(out, "accepted scope %u", a->id);
    put_text(out, ", ", a->name);
    put_text(out, "\n    ", a->expression);
    oddi_buf_char(out, '\n');
    if (a->when != ODDI_BASE_NEVER) {
        oddi_buf_str(out, "    accepted ");
        put_time(out, a->when, zone);
        put_text(out, " by ", a->owner);
        put_text(out, ": ", a->reason);
        oddi_buf_char(out, '\n');
    }
    if (a->expires != ODDI_BASE_NEVER) {
        oddi_buf_str(out, "    expires ");
        put_time(out, a->expires, zone);
        oddi_buf_char(out, '\n');
    }
    for (size_t i = 0; i < a->n_inputs; i++) {
        put_text(out, i ? ", " : "    learnt from ", a->inputs[i].name);
        if (i + 1 == a->n_inputs) {
            put_text(out, " ", a->command);
            oddi_buf_char(out, '\n');
        }
    }
    for (size_t i = 0; i < b->n_plans; i++)
        text_plan(b, a, i, out);
}

/* ---- Scopes, as NDJSON ------------------------------------------------------------------------------------------------ */

static void json_text(struct oddi_json *j, const char *key, const char *text)
{
    if (!text[0])
        return;
    oddi_json_key(j, key);
    oddi_json_cstr(j, text);
}

static void json_time(struct oddi_json *j, const char *key, int64_t t, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];

    if (t == ODDI_BASE_NEVER)
        return;
    oddi_json_key(j, key);
    oddi_json_str(j, text, oddi_format_time(text, t, zone));
}

static void json_count(struct oddi_json *j, const char *key, uint64_t n)
{
    oddi_json_key(j, key);
    oddi_json_u64(j, n);
}

static void json_plans(struct oddi_json *j, const struct oddi_accepted *a)
{
    oddi_json_key(j, "plans");
    oddi_json_begin_array(j);
    for (size_t i = 0; i < a->n_plans; i++) {
        const struct oddi_model *m = model_of(&a->plans[i]);

        oddi_json_begin_object(j);
        oddi_json_key(j, "plan");
        oddi_json_cstr(j, a->plans[i].name);
        json_count(j, "rows", a->plans[i].rows);
        json_count(j, "hosts", m->support.hosts);
        json_count(j, "days", m->support.days);
        json_count(j, "calibrated", m->cal.n);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static void json_accepted(const struct oddi_accepted *a, const struct oddi_zone *zone, struct oddi_buf *out)
{
    struct oddi_json j;

    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    json_count(&j, "accepted", a->id);
    json_text(&j, "words", a->name);
    json_text(&j, "condition", a->expression);
    json_time(&j, "when", a->when, zone);
    json_text(&j, "owner", a->owner);
    json_text(&j, "reason", a->reason);
    json_time(&j, "expires", a->expires, zone);
    json_text(&j, "command", a->command);
    if (a->n_inputs > 0) {
        oddi_json_key(&j, "inputs");
        oddi_json_begin_array(&j);
        for (size_t i = 0; i < a->n_inputs; i++)
            oddi_json_cstr(&j, a->inputs[i].name);
        oddi_json_end_array(&j);
    }
    json_plans(&j, a);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

void oddi_baseline_put_accepted(const struct oddi_baseline *b, bool json, const struct oddi_zone *zone,
                                struct oddi_buf *out)
{
    for (size_t i = b->n_accepted; i-- > 0;) {
        if (json) {
            json_accepted(&b->accepted[i], zone, out);
            continue;
        }
        text_accepted(b, &b->accepted[i], zone, out);
        oddi_buf_char(out, '\n');
    }
}

/* ---- The log ------------------------------------------------------------------------------------------------------------ */

static void text_change(const struct oddi_change *c, const struct oddi_zone *zone, struct oddi_buf *out)
{
    oddi_buf_printf(out, "%u  ", c->number);
    put_time(out, c->when, zone);
    put_text(out, "  ", c->what);
    if (c->undone_by)
        oddi_buf_printf(out, " (undone by change %u)", c->undone_by);
    oddi_buf_char(out, '\n');
    if (c->owner[0] || c->reason[0]) {
        oddi_buf_str(out, "   ");
        put_text(out, " by ", c->owner);
        put_text(out, c->owner[0] ? ": " : " ", c->reason);
        oddi_buf_char(out, '\n');
    }
    put_text(out, "    oddflow ", c->command);
    oddi_buf_char(out, '\n');
}

static const char *undo_name(enum oddi_undo undo)
{
    switch (undo) {
    case ODDI_UNDO_REMOVE:
        return "remove";
    case ODDI_UNDO_RESTORE:
        return "restore";
    case ODDI_UNDO_FILE:
        return "previous file";
    default:
        return "nothing";
    }
}

static void json_change(const struct oddi_change *c, const struct oddi_zone *zone, struct oddi_buf *out)
{
    struct oddi_json j;

    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    json_count(&j, "change", c->number);
    json_time(&j, "when", c->when, zone);
    json_text(&j, "what", c->what);
    json_text(&j, "command", c->command);
    json_text(&j, "owner", c->owner);
    json_text(&j, "reason", c->reason);
    json_text(&j, "undo", undo_name(c->undo));
    if (c->id)
        json_count(&j, "scope", c->id);
    if (c->undone_by)
        json_count(&j, "undone_by", c->undone_by);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

void oddi_baseline_put_log(const struct oddi_baseline *b, bool json, const struct oddi_zone *zone,
                           struct oddi_buf *out)
{
    if (b->n_changes == 0 && !json)
        oddi_buf_str(out, "no change since it was learnt\n");
    for (size_t i = 0; i < b->n_changes; i++)
        (json ? json_change : text_change)(&b->changes[i], zone, out);
}
