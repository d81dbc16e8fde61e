#include "run/entity_command.h"

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

static void add_times(struct oddi_buf *out, const struct oddi_plan *plan, int64_t start, int64_t end)
{
    char text[ODDI_TIME_TEXT_MAX + 1];

    if (plan->windows.timeless)
        return;
    text[oddi_format_time(text, start, plan->zone)] = '\0';
    oddi_buf_printf(out, " --since %s", text);
    text[oddi_format_time(text, end, plan->zone)] = '\0';
    oddi_buf_printf(out, " --until %s", text);
}

void oddi_command_begin(struct oddi_buf *out)
{
    oddi_buf_clear(out);
    oddi_buf_str(out, "oddflow flows");
}

void oddi_command_input(struct oddi_buf *out, const char *name)
{
    add_word(out, name);
}

void oddi_command_end(struct oddi_buf *out, const struct oddi_plan *plan, const char *const *values,
                      int64_t start, int64_t end)
{
    add_option(out, "tz", plan->tz_text);
    add_option(out, "home", plan->home_text);
    oddi_buf_str(out, " --where '");
    add_condition(out, plan, values);
    oddi_buf_char(out, '\'');
    add_times(out, plan, start, end);
}
