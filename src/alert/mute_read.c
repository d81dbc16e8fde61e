#include "alert/mute_read.h"

#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/param.h"

struct reading {
    struct oddi_mute_file *file;
    const struct oddi_mute_options *options;
    uint64_t line;
    char *show;
    size_t show_size;
    struct odd_error *err;
};

#define NO_EXPIRY INT64_MIN

/* ---- Rules -------------------------------------------------------------------------------------------------- */

/* The fault with its line, and where it stands in the condition. */
static enum odd_status bad_condition(struct reading *r, enum odd_status status, const char *text,
                                     const struct oddi_expr_error *fault)
{
    if (status != ODD_ERR_MEMORY && r->show && r->show_size)
        oddi_expr_error_show(text, strlen(text), fault, r->show, r->show_size);
    return oddi_expr_fail(r->err, status, text, strlen(text), fault);
}

/* The first name that a condition reads and nobody knows; NULL: there is none. */
static const char *unknown_name(const struct oddi_mute_options *o, const struct oddi_expr *e)
{
    const struct oddi_expr_need *needs;
    size_t n = oddi_expr_needs(e, &needs);

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (needs[i].field == ODDI_NO_FIELD && k < o->n_names && strcmp(o->names[k], needs[i].name) != 0)
            k++;
        if (needs[i].field == ODDI_NO_FIELD && k == o->n_names)
            return needs[i].name;
    }
    return NULL;
}

/* Whether the fault is that a name is no field, though the caller knows it. */
static bool is_known(const struct oddi_mute_options *o, const char *text, const struct oddi_expr_error *fault)
{
    for (size_t k = 0; k < o->n_names; k++)
        if (strlen(o->names[k]) == fault->len && memcmp(o->names[k], text + fault->at, fault->len) == 0)
            return true;
    return false;
}

static bool is_word(char c)
{
    return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where a name stands as a whole word; NULL: nowhere (it was quoted). */
static const char *find_word(const char *text, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = text; (at = strstr(at, name)) != NULL; at++)
        if ((at == text || !is_word(at[-1])) && !is_word(at[n]))
            return at;
    return NULL;
}

static void blame_name(const struct oddi_mute_options *o, const char *text, const char *name,
                       struct oddi_expr_error *fault)
{
    const char *at = find_word(text, name), *near = oddi_suggest(name, o->names, o->n_names);

    *fault = (struct oddi_expr_error){.at = at ? (size_t)(at - text) : 0, .len = at ? strlen(name) : 0};
    snprintf(fault->message, sizeof fault->message, "there is no field, key or feature of this name%s%s%s",
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A condition over fields or, if that fails, over fields and the caller's names. */
static enum odd_status parse(struct reading *r, const char *text, struct oddi_expr **out)
{
    const struct oddi_mute_options *o = r->options;
    struct oddi_expr_options options = {
        .want = ODDI_WANT_CONDITION, .zone = o->zone, .home = o->home, .n_home = o->n_home};
    struct oddi_expr_error fault, second;
    enum odd_status status = oddi_expr_new(text, strlen(text), &options, out, &fault);
    const char *name;

    if (status == ODD_OK || status == ODD_ERR_MEMORY || o->n_names == 0)
        return status == ODD_OK ? status : bad_condition(r, status, text, &fault);
    options.any_column = true;
    status = oddi_expr_new(text, strlen(text), &options, out, &second);
    if (status != ODD_OK)
        return bad_condition(r, status, text, is_known(o, text, &fault) ? &second : &fault);
    name = unknown_name(o, *out);
    if (!name)
        return ODD_OK;
    if (is_known(o, text, &fault) || oddi_suggest(name, o->names, o->n_names))
        blame_name(o, text, name, &fault);
    oddi_expr_free(*out);
    return bad_condition(r, ODD_ERR_USAGE, text, &fault);
}

static enum odd_status begin_rule(struct reading *r, char *text)
{
    struct oddi_mute_file *f = r->file;

    if (f->n == ODDI_MUTE_RULES_MAX)
        return oddi_fail(r->err, ODD_ERR_USAGE, "more than %d rules", ODDI_MUTE_RULES_MAX);
    if (!oddi_grow(&f->rules, &f->cap_rules, f->n + 1, sizeof *f->rules) ||
        !oddi_grow(&f->exprs, &f->cap_exprs, f->n + 1, sizeof *f->exprs))
        return oddi_fail_memory(r->err);
    ODDI_TRY(parse(r, text, &f->exprs[f->n]));
    f->rules[f->n] = (struct oddi_mute_rule){
        .condition = oddi_expr_text(f->exprs[f->n]), .expires = NO_EXPIRY, .line = r->line};
    f->n++;
    return ODD_OK;
}

/* Whether the last rule has all that it must have. */
static enum odd_status end_rule(struct reading *r)
{
    const struct oddi_mute_rule *rule = r->file->n ? &r->file->rules[r->file->n - 1] : NULL;
    const char *lacks;

    if (!rule)
        return ODD_OK;
    lacks = !rule->owner ? "owner" : !rule->reason ? "reason" : rule->expires == NO_EXPIRY ? "expires" : NULL;
    if (!lacks)
        return ODD_OK;
    r->line = rule->line;
    return oddi_fail(r->err, ODD_ERR_USAGE,
                     "the rule has no '%s': a mute rule has an owner, a reason and the day it expires",
                     lacks);
}

static enum odd_status set_text(struct reading *r, const char **to, const char *name, const char *value)
{
    if (*to)
        return oddi_fail(r->err, ODD_ERR_USAGE, "'%s' is there twice in one rule", name);
    if (!*value)
        return oddi_fail(r->err, ODD_ERR_USAGE, "'%s' is empty", name);
    *to = value;
    return ODD_OK;
}

static enum odd_status set_expiry(struct reading *r, struct oddi_mute_rule *rule, const char *value)
{
    if (rule->expires != NO_EXPIRY)
        return oddi_fail(r->err, ODD_ERR_USAGE, "'expires' is there twice in one rule");
    if (oddi_parse_time(value, strlen(value), r->options->zone, &rule->expires) && rule->expires != NO_EXPIRY)
        return ODD_OK;
    return oddi_fail(r->err, ODD_ERR_USAGE, "'expires' must be a day or a time such as 2026-12-31, not '%s'",
                     value);
}

static enum odd_status unknown(struct reading *r, const char *name)
{
    static const char *const names[] = {"mute", "owner", "reason", "expires", "preset"};
    const char *near = oddi_suggest(name, names, sizeof names / sizeof *names);

    if (near)
        return oddi_fail(r->err, ODD_ERR_USAGE, "unknown '%.60s'; did you mean '%s'?", name, near);
    return oddi_fail(r->err, ODD_ERR_USAGE,
                     "unknown '%.60s': a rule is made of mute, owner, reason, expires and preset", name);
}

static enum odd_status set(struct reading *r, const char *name, char *value)
{
    struct oddi_mute_rule *rule = r->file->n ? &r->file->rules[r->file->n - 1] : NULL;

    if (strcmp(name, "mute") == 0) {
        ODDI_TRY(end_rule(r));
        return begin_rule(r, value);
    }
    if (!rule && (strcmp(name, "owner") == 0 || strcmp(name, "reason") == 0 || strcmp(name, "expires") == 0 ||
                  strcmp(name, "preset") == 0))
        return oddi_fail(r->err, ODD_ERR_USAGE, "'%s' before any 'mute = CONDITION', which begins a rule",
                         name);
    if (strcmp(name, "owner") == 0)
        return set_text(r, &rule->owner, name, value);
    if (strcmp(name, "reason") == 0)
        return set_text(r, &rule->reason, name, value);
    if (strcmp(name, "preset") == 0)
        return set_text(r, &rule->presets, name, value);
    if (strcmp(name, "expires") == 0)
        return set_expiry(r, rule, value);
    return unknown(r, name);
}

static enum odd_status read_line(struct reading *r, char *line)
{
    char *equals;

    oddi_line_cut_comment(line);
    line = oddi_line_trim(line);
    if (!*line)
        return ODD_OK;
    equals = strchr(line, '=');
    if (!equals || equals == line)
        return oddi_fail(r->err, ODD_ERR_USAGE,
                         "a line must be 'mute = CONDITION' or 'owner = NAME', not '%.80s'", line);
    *equals = '\0';
    return set(r, oddi_line_trim(line), oddi_line_trim(equals + 1));
}

/* ---- The file ------------------------------------------------------------------------------------------------- */

static enum odd_status read_lines(struct reading *r, char *line)
{
    enum odd_status status = ODD_OK;

    for (char *next; status == ODD_OK && line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        r->line++;
        status = read_line(r, line);
    }
    return status == ODD_OK ? end_rule(r) : status;
}

enum odd_status oddi_mute_read(const char *text, size_t n, const struct oddi_mute_options *options,
                               struct oddi_mute_file *out, char *show, size_t show_size,
                               struct odd_error *err)
{
    struct reading r = {.file = out, .options = options, .show = show, .show_size = show_size, .err = err};
    enum odd_status status;

    *out = (struct oddi_mute_file){.text = oddi_malloc_array(n + 1, 1)};
    if (!out->text)
        return oddi_fail_memory(err);
    if (n)
        memcpy(out->text, text, n);
    out->text[n] = '\0';
    if (memchr(out->text, '\0', n) != NULL)
        status = oddi_fail(err, ODD_ERR_USAGE, "has a NUL byte: this is no text of mute rules");
    else
        status = read_lines(&r, strncmp(out->text, "\xef\xbb\xbf", 3) == 0 ? out->text + 3 : out->text);
    if (status != ODD_OK && status != ODD_ERR_MEMORY && err) {
        err->line = r.line ? r.line : ODD_NO_POSITION;
        snprintf(err->source, sizeof err->source, "%s", options->name ? options->name : "");
    }
    return status;
}

void oddi_mute_file_clear(struct oddi_mute_file *f)
{
    for (size_t i = 0; i < f->n; i++)
        oddi_expr_free(f->exprs[i]);
    free(f->exprs);
    free(f->rules);
    free(f->text);
    *f = (struct oddi_mute_file){0};
}
