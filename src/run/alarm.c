#include "run/alarm.h"

#include <stdio.h>

#include "base/mem.h"
#include "run/render.h"
#include "run/worker.h"
#include "write/reason.h"

const char *const oddi_flow_keys[ODDI_FLOW_KEYS] = {"src_ip", "dst_ip", "service"};

void oddi_alarms_init(struct oddi_alarms *a)
{
    memset(a, 0, sizeof *a);
    oddi_buf_init(&a->text, 0);
}

void oddi_alarms_clear(struct oddi_alarms *a)
{
    a->n = 0;
    oddi_buf_clear(&a->text);
}

void oddi_alarms_free(struct oddi_alarms *a)
{
    free(a->at);
    free(a->reasons);
    oddi_buf_free(&a->text);
    oddi_alarms_init(a);
}

/* ---- One row ------------------------------------------------------------------------------------------------------ */

static void add_who(struct oddi_alarms *a, struct oddi_alarm *x, const char *const *values, size_t n,
                    const char *otherwise)
{
    bool any = false;

    x->values = a->text.size;
    for (size_t k = 0; k < n; k++) {
        any = any || *values[k];
        oddi_buf_add(&a->text, values[k], strlen(values[k]) + 1);
    }
    x->key = a->text.size;
    if (!any)
        oddi_buf_str(&a->text, otherwise);
    for (size_t k = 0; any && k < n; k++) {
        if (k)
            oddi_buf_char(&a->text, ' ');
        oddi_buf_str(&a->text, values[k]);
    }
    x->key_size = a->text.size - x->key;
}

enum odd_status oddi_alarms_add(struct oddi_alarms *a, const struct oddi_write_options *o,
                                const struct oddi_window_result *w, const struct oddi_verdict *v,
                                const char *const *values, size_t n, const char *otherwise,
                                struct odd_error *err)
{
    struct oddi_alarm *x;
    size_t d = o->n_features;

    if (!oddi_grow(&a->at, &a->cap, a->n + 1, sizeof *a->at) ||
        !oddi_grow(&a->reasons, &a->cap_reasons, (a->n + 1) * d, sizeof *a->reasons))
        return oddi_fail_memory(err);
    x = &a->at[a->n];
    *x = (struct oddi_alarm){.score = v->score, .explained = v->reasons != NULL};
    for (size_t j = 0; v->reasons && j < d; j++)
        a->reasons[a->n * d + j] = oddi_reason_shown(o, &v->reasons[j], j);
    add_who(a, x, values, n, otherwise);
    x->sentence = a->text.size;
    oddi_write_reason(&a->text, o, w, v);
    x->sentence_size = a->text.size - x->sentence;
    x->command = a->text.size;
    if (v->entity && v->entity->command)
        oddi_buf_str(&a->text, v->entity->command);
    x->command_size = a->text.size - x->command;
    a->n++;
    return oddi_buf_ok(&a->text) ? ODD_OK : oddi_fail_memory(err);
}

/* ---- The rows of a judged window ----------------------------------------------------------------------------------- */

static enum odd_status record_of(struct oddi_judged_window *j, struct oddi_worker *w,
                                 const struct oddi_place *place, struct oddi_block *text, bool *found)
{
    const struct oddi_source *source = j->shared->sources[place->source];

    *found = source != NULL;
    return source ? oddi_source_text(source, place->offset, &w->text, text, &j->error) : ODD_OK;
}

/* The ends and the service of a flow, as --by src_ip,dst_ip,service would spell them. */
static enum odd_status name_flow(struct oddi_judged_window *j, struct oddi_worker *w,
                                 const struct oddi_place *place,
                                 char values[ODDI_FLOW_KEYS][ODDI_ADDR_TEXT_MAX])
{
    const struct oddi_judge_shared *s = j->shared;
    uint32_t service, proto, port;
    struct oddi_block text;
    struct oddi_flow flow;
    bool found;

    memset(values, 0, ODDI_FLOW_KEYS * sizeof *values);
    ODDI_TRY(record_of(j, w, place, &text, &found));
    if (!found)
        return ODD_OK;
    ODDI_TRY(oddi_flow_decode(&w->decoder, s->sources[place->source], place->source, s->n_sources, &text,
                              &flow, &j->error));
    proto = flow.code[ODDI_PROTO];
    port = flow.code[ODDI_DST_PORT];
    service = proto == ODDI_PROTO_NONE ? UINT32_MAX : proto << 17 | (port == UINT32_MAX ? 0 : port + 1);
    oddi_expr_format(ODDI_EXPR_ADDR, &flow.addr[ODDI_SRC_IP], NULL, values[0], sizeof values[0]);
    oddi_expr_format(ODDI_EXPR_ADDR, &flow.addr[ODDI_DST_IP], NULL, values[1], sizeof values[1]);
    oddi_expr_format(ODDI_EXPR_SERVICE, &service, NULL, values[2], sizeof values[2]);
    return ODD_OK;
}

static enum odd_status add_row(struct oddi_judged_window *j, struct oddi_worker *w, size_t i)
{
    const struct oddi_write_options *o = &j->shared->plan->write;
    struct oddi_place place = oddi_place_of(j, oddi_first_row(j, i));
    char flow[ODDI_FLOW_KEYS][ODDI_ADDR_TEXT_MAX], row[400];
    const char *values[ODDI_FLOW_KEYS] = {flow[0], flow[1], flow[2]};
    struct oddi_entity entity;
    struct oddi_verdict v;

    ODDI_TRY(oddi_make_verdict(j, w, i, &place, &v, &entity));
    if (v.entity)
        return oddi_alarms_add(&j->alarms, o, &j->result, &v, entity.values, j->shared->plan->by->n_keys, "",
                               &j->error);
    ODDI_TRY(name_flow(j, w, &place, flow));
    snprintf(row, sizeof row, "%s%srow %llu", o->n_sources > 1 ? o->sources[place.source] : "",
             o->n_sources > 1 ? " " : "", (unsigned long long)place.record);
    return oddi_alarms_add(&j->alarms, o, &j->result, &v, values, ODDI_FLOW_KEYS, row, &j->error);
}

enum odd_status oddi_alarms_of(struct oddi_judged_window *j, struct oddi_worker *w)
{
    oddi_alarms_clear(&j->alarms);
    if (!j->shared->alarms || j->result.alone)
        return ODD_OK;
    for (size_t i = 0; i < j->result.n_rows; i++)
        if (w->label[i] == ODDI_NOISE)
            ODDI_TRY(add_row(j, w, i));
    return ODD_OK;
}

/* ---- Mute rules --------------------------------------------------------------------------------------------------- */

static enum odd_status ask(struct oddi_judged_window *j, struct oddi_worker *w, size_t i, bool *muted)
{
    struct oddi_place place = oddi_place_of(j, oddi_first_row(j, i));
    struct oddi_muter_row row = {.window_start = j->result.start,
                                 .score = w->score[i],
                                 .x = w->x + i * j->shared->plan->d,
                                 .source = place.source};
    struct oddi_entity entity;
    struct oddi_block text;
    bool found;

    if (j->shared->plan->entities) {
        ODDI_TRY(oddi_entity_row(j, w, i, &place, NULL, false, &entity, &j->error));
        row.values = entity.values;
        row.flows = entity.flows;
        return oddi_muter_ask(w->muter, &row, muted, &j->error);
    }
    ODDI_TRY(record_of(j, w, &place, &text, &found));
    row.text = found ? &text : NULL;
    return oddi_muter_ask(w->muter, &row, muted, &j->error);
}

enum odd_status oddi_mute_window(struct oddi_judged_window *j, struct oddi_worker *w)
{
    j->n_muted = 0;
    for (size_t i = 0; w->muter && i < j->result.n_rows; i++) {
        bool muted = false;

        if (w->label[i] != ODDI_NOISE)
            continue;
        ODDI_TRY(ask(j, w, i, &muted));
        if (!muted)
            continue;
        w->label[i] = ODDI_MUTED;
        j->n_muted++;
    }
    j->result.n_outliers -= j->n_muted;
    return ODD_OK;
}
