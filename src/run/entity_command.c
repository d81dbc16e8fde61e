#include "run/entity_command.h"

#include <string.h>

#include "run/entity.h"

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

static void add_keys(struct oddi_buf *out, const struct oddi_by *by, struct oddi_expr *const *keys,
                     const char *const *values)
{
    for (size_t k = 0; k < by->n_keys; k++) {
        if (k)
            oddi_buf_str(out, " and ");
        add_shell(out, oddi_expr_text(keys[k]));
        oddi_buf_str(out, " == ");
        add_literal(out, oddi_expr_type(keys[k]), values[k]);
    }
}

static void add_condition(struct oddi_buf *out, const struct oddi_plan *plan, const char *const *values)
{
    const struct oddi_by *by = plan->by;

    if (plan->where_text) {
        oddi_buf_char(out, '(');
        add_shell(out, oddi_expr_text(plan->where.expr));
        oddi_buf_str(out, ") and ");
    }
    if (!by->ends) {
        add_keys(out, by, by->keys, values);
        return;
    }
    oddi_buf_str(out, plan->where_text || plan->spreads ? "((" : "(");
    add_keys(out, by, by->end_keys[ODDI_END_SRC], values);
    oddi_buf_str(out, ") or (");
    add_keys(out, by, by->end_keys[ODDI_END_DST], values);
    oddi_buf_str(out, plan->where_text || plan->spreads ? "))" : ")");
}

/* Flows that were under way, whenever they began. */
static void add_span(struct oddi_buf *out, const struct oddi_plan *plan, int64_t start, int64_t end)
{
    char text[ODDI_TIME_TEXT_MAX + 1];

    text[oddi_format_time(text, end, plan->zone)] = '\0';
    oddi_buf_printf(out, " and ts_start < \"%s\"", text);
    text[oddi_format_time(text, start, plan->zone)] = '\0';
    oddi_buf_printf(out, " and (ts_start >= \"%s\" or " ODDI_SPREAD_END " > \"%s\")", text, text);
}

static void add_option(struct oddi_buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    oddi_buf_printf(out, " --%s", name);
    add_word(out, value);
}

static void add_times(struct oddi_buf *out, const struct oddi_plan *plan, int64_t start, int64_t end)
{
    char text[ODDI_TIME_TEXT_MAX + 1];

    if (plan->windows.timeless)
        return;
    /* Flows that --since and --until left out of the window were not counted. */
    start = start < plan->windows.since ? plan->windows.since : start;
    end = end > plan->windows.until ? plan->windows.until : end;
    text[oddi_format_time(text, start, plan->zone)] = '\0';
    oddi_buf_printf(out, " --since %s", text);
    text[oddi_format_time(text, end, plan->zone)] = '\0';
    oddi_buf_printf(out, " --until %s", text);
}

/* What --since and --until left out. */
static void add_bounds(struct oddi_buf *out, const struct oddi_plan *plan)
{
    char text[ODDI_TIME_TEXT_MAX + 1];

    text[oddi_format_time(text, plan->windows.since, plan->zone)] = '\0';
    if (plan->windows.since != INT64_MIN)
        oddi_buf_printf(out, " --since %s", text);
    text[oddi_format_time(text, plan->windows.until, plan->zone)] = '\0';
    if (plan->windows.until != INT64_MAX)
        oddi_buf_printf(out, " --until %s", text);
}

void oddi_command_begin(struct oddi_buf *out)
{
    oddi_buf_clear(out);
    oddi_buf_str(out, "oddflow flows");
}

void oddi_command_input(struct oddi_buf *out, const char *name)
{
    struct oddi_buf path;

    if (strcmp(name, "stdin") == 0) { /* what a pipe held is to be piped in again */
        oddi_buf_str(out, " -");
        return;
    }
    if (name[0] != '-') {
        add_word(out, name);
        return;
    }
    oddi_buf_init(&path, 0);
    oddi_buf_str(&path, "./");
    oddi_buf_str(&path, name);
    add_word(out, oddi_buf_cstr(&path));
    if (!oddi_buf_ok(&path))
        out->failed = true;
    oddi_buf_free(&path);
}

/* A value that was cut, or that a terminal and a shell would not carry unchanged, cannot be asked for. */
static bool can_ask(const char *value)
{
    size_t n = strlen(value);

    if (n + 1 >= ODDI_ENTITY_VALUE_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)value[i] < 0x20 || (unsigned char)value[i] >= 0x7f)
            return false;
    return true;
}

static void add_maps(struct oddi_buf *out, const struct oddi_plan *plan)
{
    for (size_t i = 0; i < plan->reader.n_maps; i++)
        add_option(out, "map", plan->maps[i]);
    if (plan->format && strcmp(plan->format, "auto") != 0)
        add_option(out, "format", plan->format);
}

void oddi_command_end(struct oddi_buf *out, const struct oddi_plan *plan, const char *const *values,
                      int64_t start, int64_t end)
{
    for (size_t k = 0; k < plan->by->n_keys; k++)
        if (!can_ask(values[k])) {
            oddi_buf_clear(out);
            return;
        }
    add_maps(out, plan);
    add_option(out, "tz", plan->tz_text);
    add_option(out, "home", plan->home_text);
    oddi_buf_str(out, " --where '");
    add_condition(out, plan, values);
    if (plan->spreads)
        add_span(out, plan, start, end);
    oddi_buf_char(out, '\'');
    if (plan->spreads)
        add_bounds(out, plan);
    else
        add_times(out, plan, start, end);
}
