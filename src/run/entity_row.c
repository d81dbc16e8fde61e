#include "run/entity_row.h"

#include <string.h>

#include "base/mem.h"
#include "run/entity_command.h"
#include "run/render.h"
#include "run/worker.h"

void oddi_entity_said_clear(struct oddi_entity_said *s)
{
    free(s->values);
    free(s->pointer);
    oddi_buf_free(&s->command);
    memset(s, 0, sizeof *s);
}

static enum odd_status reserve(struct oddi_entity_said *s, const struct oddi_by *by, struct odd_error *err)
{
    size_t n = 2 * by->n_shown + by->n_features;

    if (s->values)
        return ODD_OK;
    s->values = oddi_calloc_array(n, ODDI_ENTITY_VALUE_MAX);
    s->pointer = oddi_calloc_array(n, sizeof *s->pointer);
    oddi_buf_init(&s->command, 0);
    if (!s->values || !s->pointer)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        s->pointer[i] = s->values + i * ODDI_ENTITY_VALUE_MAX;
    return ODD_OK;
}

static enum odd_status text_at(struct oddi_judged_window *j, struct oddi_worker *w,
                               const struct oddi_place *place, struct oddi_block *text, struct odd_error *err)
{
    return oddi_source_text(j->shared->sources[place->source], place->offset, &w->text, text, err);
}

static enum odd_status values_at(struct oddi_judged_window *j, struct oddi_worker *w,
                                 const struct oddi_place *place, uint64_t key, char *values,
                                 struct odd_error *err)
{
    const struct oddi_judge_shared *s = j->shared;
    struct oddi_block text;

    ODDI_TRY(text_at(j, w, place, &text, err));
    return oddi_entity_values(&w->entity, s->plan->by, s->sources[place->source], place->source, s->n_sources,
                              &text, key, values, err);
}

static enum odd_status witness_of(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                  size_t feature, char *value, struct odd_error *err)
{
    const struct oddi_judge_shared *s = j->shared;
    uint32_t row;
    struct oddi_place place;
    struct oddi_block text;

    value[0] = '\0';
    if (!s->plan->by->features[feature].witness)
        return ODD_OK;
    row = oddi_group_witness(w->group.evaluator, j->grouped.entity[i], feature);
    if (row == UINT32_MAX)
        return ODD_OK;
    place = oddi_place_of(j, j->grouped.row_of[row]);
    ODDI_TRY(text_at(j, w, &place, &text, err));
    return oddi_entity_witness(&w->entity, s->plan->by, feature, s->sources[place.source], place.source,
                               s->n_sources, &text, j->grouped.key[j->grouped.entity[i]], value, err);
}

/* Only inputs with rows in the window can have flows of the entity; those of a session are all that it has meanwhile. */
static const char *command_of(const struct oddi_judged_window *j, struct oddi_worker *w, uint32_t group,
                              const char *const *values)
{
    const struct oddi_grouped *g = &j->grouped;
    bool session = j->shared->plan->by->gap > 0;
    int64_t start = session ? g->start[group] : j->result.start;
    int64_t end = session ? g->last[group] + (g->last[group] < INT64_MAX) : j->result.end;
    struct oddi_buf *out = &w->said.command;

    oddi_command_begin(out);
    for (const struct oddi_strand *s = j->window->strands; s; s = s->next)
        oddi_command_input(out, oddi_source_name(j->shared->sources[s->source]));
    oddi_command_end(out, j->shared->plan, values, start, end);
    return oddi_buf_cstr(out);
}

/* When a session began and when its last flow did, as ISO 8601 spells an interval. */
static void add_session(const struct oddi_judged_window *j, uint32_t group, char *values)
{
    const struct oddi_plan *plan = j->shared->plan;
    char *to = values + plan->by->n_keys * ODDI_ENTITY_VALUE_MAX;
    size_t n;

    if (!plan->by->gap)
        return;
    n = oddi_format_time(to, j->grouped.start[group], plan->zone);
    to[n++] = '/';
    n += oddi_format_time(to + n, j->grouped.last[group], plan->zone);
    to[n] = '\0';
}

/* ---- The whole --------------------------------------------------------------------------------------------------- */

enum odd_status oddi_entity_row(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                const struct oddi_place *place, const size_t *nearest, bool command,
                                struct oddi_entity *out, struct odd_error *err)
{
    const struct oddi_by *by = j->shared->plan->by;
    uint32_t group = j->grouped.entity[i];
    struct oddi_entity_said *s = &w->said;
    char *near, *witness;

    ODDI_TRY(reserve(s, by, err));
    near = s->values + by->n_shown * ODDI_ENTITY_VALUE_MAX;
    witness = near + by->n_shown * ODDI_ENTITY_VALUE_MAX;
    ODDI_TRY(values_at(j, w, place, j->grouped.key[group], s->values, err));
    add_session(j, group, s->values);
    *out = (struct oddi_entity){.values = s->pointer,
                                .flows = j->grouped.off[group + 1] - j->grouped.off[group]};
    if (command) {
        out->command = command_of(j, w, group, s->pointer);
        if (s->command.size == 0)
            out->command = NULL;
        if (!oddi_buf_ok(&s->command))
            return oddi_fail_memory(err);
    }
    if (!nearest)
        return ODD_OK;
    if (*nearest < j->result.n_rows) {
        struct oddi_place at = oddi_place_of(j, oddi_first_row(j, *nearest));

        ODDI_TRY(values_at(j, w, &at, j->grouped.key[j->grouped.entity[*nearest]], near, err));
        add_session(j, j->grouped.entity[*nearest], near);
        out->nearest = s->pointer + by->n_shown;
    }
    for (size_t f = 0; f < by->n_features; f++)
        ODDI_TRY(witness_of(j, w, i, f, witness + f * ODDI_ENTITY_VALUE_MAX, err));
    out->witness = s->pointer + 2 * by->n_shown;
    return ODD_OK;
}
