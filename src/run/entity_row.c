#include "run/entity_row.h"

#include <string.h>

#include "base/mem.h"
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
    size_t n = 2 * by->n_keys + by->n_features;

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
                                 const struct oddi_place *place, char *values, struct odd_error *err)
{
    const struct oddi_judge_shared *s = j->shared;
    struct oddi_block text;

    ODDI_TRY(text_at(j, w, place, &text, err));
    return oddi_entity_values(&w->entity, s->plan->by, s->sources[place->source], place->source, s->n_sources,
                              &text, values, err);
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
                               s->n_sources, &text, value, err);
}

/* ---- The command ----------------------------------------------------------------------------------------------- */

/* Inside single quotes of a shell. */
static void add_shell(struct oddi_buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            oddi_buf_str(out, "'\\''");
        else
            oddi_buf_char(out, *s);
    }
}

static bool is_plain_word(const char *s)
{
    return *s &&
           s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._+-,:=@%")] == '\0';
}

static void add_word(struct oddi_buf *out, const char *s)
{
    oddi_buf_char(out, ' ');
    if (is_plain_word(s)) {
        oddi_buf_str(out, s);
        return;
    }
    oddi_buf_char(out, '\'');
    add_shell(out, s);
    oddi_buf_char(out, '\'');
}

/* A value as a literal: texts and times in double quotes, within which a backslash takes the next one as it is. */
static void add_literal(struct oddi_buf *out, enum oddi_expr_type type, const char *value)
{
    char one[2] = {0};

    if (type != ODDI_EXPR_TEXT && type != ODDI_EXPR_TIME) {
        oddi_buf_str(out, value);
        return;
    }
    oddi_buf_char(out, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            oddi_buf_char(out, '\\');
        one[0] = *value;
        add_shell(out, one);
    }
    oddi_buf_char(out, '"');
}

static void add_condition(struct oddi_buf *out, const struct oddi_plan *plan, const char *const *values)
{
    const struct oddi_by *by = plan->by;

    if (plan->where_text) {
        oddi_buf_char(out, '(');
        add_shell(out, oddi_expr_text(plan->where.expr));
        oddi_buf_str(out, ") and ");
    }
    for (size_t k = 0; k < by->n_keys; k++) {
        if (k)
            oddi_buf_str(out, " and ");
        add_shell(out, by->key_names[k]);
        oddi_buf_str(out, " == ");
        add_literal(out, oddi_expr_type(by->keys[k]), values[k]);
    }
}

static void add_option(struct oddi_buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    oddi_buf_printf(out, " --%s", name);
    add_word(out, value);
}

static void add_times(struct oddi_buf *out, const struct oddi_judged_window *j)
{
    const struct oddi_plan *plan = j->shared->plan;
    char text[ODDI_TIME_TEXT_MAX + 1];

    if (plan->windows.timeless)
        return;
    text[oddi_format_time(text, j->result.start, plan->zone)] = '\0';
    oddi_buf_printf(out, " --since %s", text);
    text[oddi_format_time(text, j->result.end, plan->zone)] = '\0';
    oddi_buf_printf(out, " --until %s", text);
}

/* Only inputs with rows in the window can have flows of the entity. */
static bool add_inputs(struct oddi_buf *out, const struct oddi_judged_window *j)
{
    for (const struct oddi_strand *s = j->window->strands; s; s = s->next) {
        const struct oddi_source *source = j->shared->sources[s->source];
        const char *name = source ? oddi_source_name(source) : NULL;

        if (!name)
            return false;
        add_word(out, name);
    }
    return true;
}

static const char *command_of(const struct oddi_judged_window *j, struct oddi_worker *w,
                              const char *const *values)
{
    const struct oddi_plan *plan = j->shared->plan;
    struct oddi_buf *out = &w->said.command;

    oddi_buf_clear(out);
    oddi_buf_str(out, "oddflow flows");
    if (!add_inputs(out, j))
        return NULL;
    add_option(out, "tz", plan->tz_text);
    add_option(out, "home", plan->home_text);
    oddi_buf_str(out, " --where '");
    add_condition(out, plan, values);
    oddi_buf_char(out, '\'');
    add_times(out, j);
    return oddi_buf_cstr(out);
}

/* ---- The whole --------------------------------------------------------------------------------------------------- */

enum odd_status oddi_entity_row(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                const struct oddi_place *place, const size_t *nearest,
                                struct oddi_entity *out, struct odd_error *err)
{
    const struct oddi_by *by = j->shared->plan->by;
    uint32_t group = j->grouped.entity[i];
    struct oddi_entity_said *s = &w->said;
    char *near, *witness;

    ODDI_TRY(reserve(s, by, err));
    near = s->values + by->n_keys * ODDI_ENTITY_VALUE_MAX;
    witness = near + by->n_keys * ODDI_ENTITY_VALUE_MAX;
    ODDI_TRY(values_at(j, w, place, s->values, err));
    *out = (struct oddi_entity){.values = s->pointer,
                                .flows = j->grouped.off[group + 1] - j->grouped.off[group]};
    out->command = command_of(j, w, s->pointer);
    if (!oddi_buf_ok(&s->command))
        return oddi_fail_memory(err);
    if (!nearest)
        return ODD_OK;
    if (*nearest < j->result.n_rows) {
        struct oddi_place at = oddi_place_of(j, oddi_first_row(j, *nearest));

        ODDI_TRY(values_at(j, w, &at, near, err));
        out->nearest = s->pointer + by->n_keys;
    }
    for (size_t f = 0; f < by->n_features; f++)
        ODDI_TRY(witness_of(j, w, i, f, witness + f * ODDI_ENTITY_VALUE_MAX, err));
    out->witness = s->pointer + 2 * by->n_keys;
    return ODD_OK;
}
