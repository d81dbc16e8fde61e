#include "run/options.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "run/option_check.h"
#include "run/option_table.h"

#define MAX_ROWS 64

/* text: as given, NULL where the default holds. value.text points into it or into the row. */
struct slot {
    char *text;
    union oddi_value value;
};

struct odd_options {
    const char *command;
    const struct odd_param *rows;
    size_t n;
    struct slot *slots; /* one a row */
};

static const union oddi_value no_value;

static enum odd_status unknown_command(const char *command, struct odd_error *err)
{
    static const char *const names[] = {"check", "detect", "synth"};
    const char *near = odd_suggest(command, names, sizeof names / sizeof *names);

    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "unknown command '%.80s'; did you mean '%s'?", command, near);
    return oddi_fail(err, ODD_ERR_USAGE, "unknown command '%.80s'", command);
}

static enum odd_status set_defaults(odd_options *opt, struct odd_error *err)
{
    for (size_t i = 0; i < opt->n; i++) {
        const struct odd_param *row = &opt->rows[i];

        if (row->default_value)
            ODDI_TRY(oddi_param_parse(row, row->default_value, true, &opt->slots[i].value, err));
    }
    return ODD_OK;
}

enum odd_status odd_options_new(const char *command, odd_options **out, struct odd_error *err)
{
    size_t n;
    const struct odd_param *rows = oddi_option_table(command, &n);
    odd_options *opt;
    enum odd_status st;

    *out = NULL;
    if (!rows)
        return unknown_command(command, err);
    opt = oddi_calloc_array(1, sizeof *opt);
    if (!opt)
        return oddi_fail_memory(err);
    *opt = (odd_options){oddi_option_command(command), rows, n, oddi_calloc_array(n, sizeof *opt->slots)};
    st = opt->slots ? set_defaults(opt, err) : oddi_fail_memory(err);
    if (st) {
        odd_options_free(opt);
        return st;
    }
    *out = opt;
    return ODD_OK;
}

void odd_options_free(odd_options *opt)
{
    if (!opt)
        return;
    for (size_t i = 0; opt->slots && i < opt->n; i++)
        free(opt->slots[i].text);
    free(opt->slots);
    free(opt);
}

static enum odd_status unknown_option(const odd_options *opt, const char *name, struct odd_error *err)
{
    const char *names[MAX_ROWS], *near;
    size_t n = opt->n < MAX_ROWS ? opt->n : MAX_ROWS;

    for (size_t i = 0; i < n; i++)
        names[i] = opt->rows[i].name;
    near = odd_suggest(name, names, n);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "unknown option '--%.80s'; did you mean '--%s'?", name, near);
    return oddi_fail(err, ODD_ERR_USAGE, "unknown option '--%.80s'; 'oddflow %s --help' shows them all", name,
                     opt->command);
}

/* The text to keep: `value`, for a LIST behind what was given before. NULL for want of memory. */
static char *new_text(const struct odd_param *row, const char *old, const char *value)
{
    size_t kept = old && row->type == ODD_PARAM_LIST ? strlen(old) : 0, size = strlen(value);
    char *text = oddi_malloc_array(kept + size + 2, 1);

    if (!text)
        return NULL;
    if (kept) {
        memcpy(text, old, kept);
        text[kept++] = '\n';
    }
    memcpy(text + kept, value, size + 1);
    return text;
}

static enum odd_status check_value(const struct odd_param *row, const char *value, struct odd_error *err)
{
    if (row->type == ODD_PARAM_LIST && strchr(value, '\n'))
        return oddi_fail(err, ODD_ERR_USAGE, "--%s must be one line", row->name);
    return oddi_option_check(row->name, value, err);
}

enum odd_status odd_options_set(odd_options *opt, const char *name, const char *value, struct odd_error *err)
{
    int i = oddi_param_find(opt->rows, opt->n, name);
    const struct odd_param *row;
    union oddi_value parsed;
    char *text;

    if (i < 0)
        return unknown_option(opt, name, err);
    row = &opt->rows[i];
    if (row->type == ODD_PARAM_BOOL && (!value || !*value))
        value = "yes";
    if (!value)
        return oddi_fail(err, ODD_ERR_USAGE, "--%s needs a value", row->name);
    ODDI_TRY(oddi_param_parse(row, value, true, &parsed, err));
    ODDI_TRY(check_value(row, value, err));
    if (row->type == ODD_PARAM_BOOL)
        value = parsed.flag ? "yes" : "no";
    text = new_text(row, opt->slots[i].text, value);
    if (!text)
        return oddi_fail_memory(err);
    free(opt->slots[i].text);
    opt->slots[i].text = text;
    /* Again, so that texts point into the copy. */
    return oddi_param_parse(row, text, true, &opt->slots[i].value, err);
}

/* A list, line by line. */
static enum odd_status overlay_lines(odd_options *to, const char *name, const char *text,
                                     struct odd_error *err)
{
    struct oddi_buf line;
    enum odd_status status = ODD_OK;

    oddi_buf_init(&line, 0);
    while (status == ODD_OK && *text) {
        size_t n = strcspn(text, "\n");

        oddi_buf_clear(&line);
        oddi_buf_add(&line, text, n);
        status = odd_options_set(to, name, oddi_buf_cstr(&line), err);
        text += n + (text[n] == '\n');
    }
    oddi_buf_free(&line);
    return status;
}

enum odd_status oddi_options_overlay(odd_options *to, const odd_options *from, struct odd_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const char *name = from->rows[i].name, *text = from->slots[i].text;

        if (!text || oddi_param_find(to->rows, to->n, name) < 0)
            continue;
        if (from->rows[i].type == ODD_PARAM_LIST)
            ODDI_TRY(overlay_lines(to, name, text, err));
        else
            ODDI_TRY(odd_options_set(to, name, text, err));
    }
    return ODD_OK;
}

const char *odd_options_get(const odd_options *opt, const char *name)
{
    int i = oddi_param_find(opt->rows, opt->n, name);

    if (i < 0)
        return NULL;
    return opt->slots[i].text ? opt->slots[i].text : opt->rows[i].default_value;
}

const char *oddi_options_command(const odd_options *opt)
{
    return opt->command;
}

const union oddi_value *oddi_options_value(const odd_options *opt, const char *name)
{
    int i = oddi_param_find(opt->rows, opt->n, name);

    return i < 0 ? &no_value : &opt->slots[i].value;
}

bool oddi_options_given(const odd_options *opt, const char *name)
{
    int i = oddi_param_find(opt->rows, opt->n, name);

    return i >= 0 && opt->slots[i].text;
}

static enum odd_status copy_slot(odd_options *to, const odd_options *from, size_t i, struct odd_error *err)
{
    const char *text = from->slots[i].text;

    if (!text)
        return ODD_OK;
    to->slots[i].text = new_text(&from->rows[i], NULL, text);
    if (!to->slots[i].text)
        return oddi_fail_memory(err);
    return oddi_param_parse(&to->rows[i], to->slots[i].text, true, &to->slots[i].value, err);
}

enum odd_status oddi_options_copy(const odd_options *opt, odd_options **out, struct odd_error *err)
{
    enum odd_status st = odd_options_new(opt->command, out, err);

    for (size_t i = 0; !st && i < opt->n; i++)
        st = copy_slot(*out, opt, i, err);
    if (st) {
        odd_options_free(*out);
        *out = NULL;
    }
    return st;
}

enum odd_status oddi_options_narrow(odd_options *opt, const char *where, struct odd_error *err)
{
    const char *own = odd_options_get(opt, "where");
    struct oddi_buf both;
    enum odd_status status;

    if (!where)
        return ODD_OK;
    oddi_buf_init(&both, 0);
    if (own)
        oddi_buf_printf(&both, "(%s) and (%s)", own, where);
    else
        oddi_buf_str(&both, where);
    status = odd_options_set(opt, "where", oddi_buf_cstr(&both), err);
    oddi_buf_free(&both);
    return status;
}
