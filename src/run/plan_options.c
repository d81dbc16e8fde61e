#include "run/plan_options.h"

#include <string.h>

#include "base/mem.h"
#include "run/preset.h"

/* What says what a row is. */
static const char *const kept[] = {"tz",     "home",   "by",        "features", "feature", "say",
                                   "window", "origin", "min-flows", "missing",  "where"};
/* What says how an input is read and results are written. */
static const char *const read_by[] = {"format",   "map",    "strict", "block-size",        "lateness",
                                      "hold",     "since",  "until",  "threads",           "mem-limit",
                                      "portable", "output", "all",    "windows-only",      "top",
                                      "color",    "width",  "fields", "community-id-seed", "verbose"};
/* What a baseline decides. */
static const char *const decided[] = {"tz",     "home",      "by",     "features",  "feature",
                                      "say",    "window",    "origin", "min-flows", "missing",
                                      "preset", "no-window", "scale",  "detector",  "against",
                                      "steps",  "hop",       "gap",    "spread"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Into a plan ------------------------------------------------------------------------------------------------- */

static enum odd_status add(struct oddi_base_plan *to, const char *name, const char *value, size_t n,
                           struct odd_error *err)
{
    struct oddi_base_option *o;
    size_t cap = to->n_options;

    if (!oddi_grow(&to->options, &cap, to->n_options + 1, sizeof *to->options))
        return oddi_fail_memory(err);
    o = &to->options[to->n_options++];
    o->name = strdup(name);
    o->value = strndup(value, n);
    return o->name && o->value ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status add_buf(struct oddi_base_plan *to, const char *name, struct oddi_buf *b,
                               struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    if (!oddi_buf_ok(b))
        status = oddi_fail_memory(err);
    else if (b->size > 0)
        status = add(to, name, b->data, b->size, err);
    oddi_buf_free(b);
    return status;
}

static enum odd_status add_keys(struct oddi_base_plan *to, const struct oddi_by *by, struct odd_error *err)
{
    struct oddi_buf list;

    oddi_buf_init(&list, 0);
    for (size_t k = 0; k < by->n_keys; k++)
        oddi_buf_printf(&list, "%s%s", k ? ", " : "", by->key_names[k]);
    return add_buf(to, "by", &list, err);
}

/* Those that were only listed are named by their text. As they are now: a default may change. */
static bool is_listed(const struct oddi_by_feature *f)
{
    return strcmp(f->name, oddi_expr_text(f->expr)) == 0;
}

static enum odd_status add_features(struct oddi_base_plan *to, const struct oddi_by *by, size_t d,
                                    struct odd_error *err)
{
    struct oddi_buf text;

    oddi_buf_init(&text, 0);
    for (size_t j = 0; j < d; j++)
        if (is_listed(&by->features[j]))
            oddi_buf_printf(&text, "%s%s", text.size ? ", " : "", by->features[j].name);
    ODDI_TRY(add_buf(to, "features", &text, err));
    for (size_t j = 0; j < d; j++) {
        const struct oddi_by_feature *f = &by->features[j];

        if (!is_listed(f)) {
            oddi_buf_printf(&text, "%s = %s", f->name, oddi_expr_text(f->expr));
            ODDI_TRY(add_buf(to, "feature", &text, err));
        }
        if (f->phrase) {
            oddi_buf_printf(&text, "%s = %s", f->name, f->phrase);
            ODDI_TRY(add_buf(to, "say", &text, err));
        }
    }
    return ODD_OK;
}

/* The condition of the preset itself; `own` without a preset has none. */
static enum odd_status add_condition(struct oddi_base_plan *to, const char *preset, struct odd_error *err)
{
    const struct oddi_preset *p = oddi_preset_find(preset);
    odd_options *opt = NULL;
    const char *where;
    enum odd_status status;

    if (!p)
        return ODD_OK;
    ODDI_TRY(odd_options_new("detect", &opt, err));
    status = odd_options_read(opt, p->text, p->name, err);
    where = odd_options_get(opt, "where");
    if (status == ODD_OK && where)
        status = add(to, "where", where, strlen(where), err);
    odd_options_free(opt);
    return status;
}

enum odd_status oddi_plan_options_keep(const struct oddi_plan *plan, const odd_options *opt,
                                       const char *preset, struct oddi_base_plan *to, struct odd_error *err)
{
    static const char *const plain[] = {"tz", "home", "window", "origin", "min-flows", "missing"};

    for (size_t i = 0; i < COUNT(plain); i++) {
        const char *value = oddi_options_given(opt, plain[i]) || strcmp(plain[i], "window") == 0
                                ? odd_options_get(opt, plain[i])
                                : NULL;

        if (value)
            ODDI_TRY(add(to, plain[i], value, strlen(value), err));
    }
    ODDI_TRY(add_keys(to, plan->by, err));
    ODDI_TRY(add_features(to, plan->by, plan->d, err));
    return add_condition(to, preset, err);
}

/* ---- Out of a plan --------------------------------------------------------------------------------------------------- */

static bool is_kept(const char *name)
{
    for (size_t i = 0; i < COUNT(kept); i++)
        if (strcmp(name, kept[i]) == 0)
            return true;
    return false;
}

/* What a file says is never the user's mistake. */
static enum odd_status foreign(const char *name, struct odd_error *err)
{
    char message[sizeof err->message] = "";

    if (err)
        memcpy(message, err->message, sizeof message);
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                        "holds a plan that this oddflow cannot take: %.300s", message);
}

static enum odd_status take_plan(const struct oddi_base_plan *from, const char *name, odd_options *to,
                                 struct odd_error *err)
{
    for (size_t i = 0; i < from->n_options; i++) {
        const struct oddi_base_option *o = &from->options[i];
        enum odd_status status = is_kept(o->name)
                                     ? odd_options_set(to, o->name, o->value, err)
                                     : oddi_fail(err, ODD_ERR_USAGE, "there is no option '%.60s'", o->name);

        if (status != ODD_OK)
            return status == ODD_ERR_MEMORY ? status : foreign(name, err);
    }
    return ODD_OK;
}

static enum odd_status take_lines(odd_options *to, const char *name, const char *text, struct odd_error *err)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        enum odd_status status = line ? odd_options_set(to, name, line, err) : oddi_fail_memory(err);

        free(line);
        ODDI_TRY(status);
        text += n + (text[n] == '\n');
    }
    return ODD_OK;
}

static enum odd_status make(const struct oddi_base_plan *from, const odd_options *given, const char *name,
                            odd_options *to, struct odd_error *err)
{
    ODDI_TRY(take_plan(from, name, to, err));
    for (size_t i = 0; i < COUNT(read_by); i++)
        if (oddi_options_given(given, read_by[i]))
            ODDI_TRY(take_lines(to, read_by[i], odd_options_get(given, read_by[i]), err));
    return oddi_options_narrow(to, odd_options_get(given, "where"), err);
}

enum odd_status oddi_plan_options_make(const struct oddi_base_plan *from, const odd_options *given,
                                       const char *name, odd_options **out, struct odd_error *err)
{
    enum odd_status status;

    ODDI_TRY(odd_options_new("detect", out, err));
    status = make(from, given, name, *out, err);
    if (status != ODD_OK) {
        odd_options_free(*out);
        *out = NULL;
    }
    return status;
}

/* What --also-outliers compares by. */
static bool is_compared_by(const char *name)
{
    return strcmp(name, "scale") == 0 || strcmp(name, "detector") == 0 || strcmp(name, "against") == 0;
}

enum odd_status oddi_plan_options_check(const odd_options *given, struct odd_error *err)
{
    bool outliers = oddi_options_value(given, "also-outliers")->flag;

    for (size_t i = 0; i < COUNT(decided); i++)
        if (oddi_options_given(given, decided[i]) && !(outliers && is_compared_by(decided[i])))
            return oddi_fail(err, ODD_ERR_USAGE,
                             "--%s and --baseline exclude each other: the baseline was learnt with its own",
                             decided[i]);
    return ODD_OK;
}

/* ---- For people ---------------------------------------------------------------------------------------------------------- */

static void show_value(const char *name, const char *value, size_t n, struct oddi_buf *out)
{
    bool plain = n > 0;

    for (size_t i = 0; i < n && plain; i++)
        plain = (value[i] >= '0' && value[i] <= '9') || (value[i] >= 'A' && value[i] <= 'Z') ||
                (value[i] >= 'a' && value[i] <= 'z') || strchr("/._+-,:=@%", value[i]);
    oddi_buf_printf(out, "%s--%s ", out->size ? " " : "", name);
    if (!plain)
        oddi_buf_char(out, '\'');
    for (size_t i = 0; i < n; i++) {
        if (value[i] == '\'')
            oddi_buf_str(out, "'\\''");
        else
            oddi_buf_char(out, value[i]);
    }
    if (!plain)
        oddi_buf_char(out, '\'');
}

void oddi_option_show(const char *name, const char *value, struct oddi_buf *out)
{
    show_value(name, value, strlen(value), out);
}

void oddi_options_show(const odd_options *opt, struct oddi_buf *out)
{
    static const char *const silent[] = {"threads", "block-size", "portable", "quiet", "verbose",
                                         "config",  "out",        "bad",      "time",  "baseline",
                                         "owner",   "reason",     "from"};
    const struct odd_param *rows;
    size_t n;

    rows = odd_option_table(oddi_options_command(opt), &n);
    for (size_t i = 0; i < n; i++) {
        const char *text = oddi_options_given(opt, rows[i].name) ? odd_options_get(opt, rows[i].name) : NULL;
        bool is_silent = !text;

        for (size_t k = 0; k < COUNT(silent); k++)
            is_silent = is_silent || strcmp(rows[i].name, silent[k]) == 0;
        while (!is_silent && *text) {
            size_t line = strcspn(text, "\n");

            show_value(rows[i].name, text, line, out);
            text += line + (text[line] == '\n');
        }
    }
}
