#include "run/by.h"

#include <string.h>

#include "base/mem.h"

/* What is looked at when the user says only by what to group. */
#define DEFAULT_FEATURES                                                                                     \
    "log1p(count()), log1p(distinct(dst_ip)), log1p(distinct(service)), log1p(sum(bytes)), "                 \
    "log1p(count(failed))"
#define DEFAULT_END_FEATURES                                                                                 \
    "log1p(count()), log1p(distinct(peer)), log1p(distinct(service)), log1p(sum(sent)), "                    \
    "log1p(sum(received)), log1p(count(failed and as_source))"

/* ---- Texts into expressions -------------------------------------------------------------------------------- */

static enum odd_status parse(const char *what, const char *text, size_t n,
                             const struct oddi_expr_options *options, struct oddi_expr **out,
                             struct odd_error *err)
{
    struct oddi_expr_error fault;
    enum odd_status status = oddi_expr_new(text, n, options, out, &fault);
    char message[sizeof err->message];

    if (status == ODD_OK)
        return ODD_OK;
    status = oddi_expr_fail(err, status, text, n, &fault);
    if (err) {
        memcpy(message, err->message, sizeof message);
        return oddi_fail(err, status, "--%s %.*s: %.300s", what, n < 60 ? (int)n : 60, text, message);
    }
    return status;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *n)
{
    while (*n > 0 && is_blank((*text)[*n - 1]))
        --*n;
    while (*n > 0 && is_blank(**text)) {
        ++*text;
        --*n;
    }
}

/* Calls `each` with every item of a comma-separated list. */
typedef enum odd_status (*item_fn)(struct oddi_by *by, const struct oddi_expr_options *options,
                                   const char *text, size_t n, struct odd_error *err);

static enum odd_status each_item(struct oddi_by *by, const struct oddi_expr_options *options,
                                 const char *list, item_fn each, struct odd_error *err)
{
    size_t left = list ? strlen(list) : 0;

    while (left > 0) {
        size_t n = oddi_expr_item_end(list, left), item = n;
        const char *text = list;

        trim(&text, &item);
        ODDI_TRY(each(by, options, text, item, err));
        n += n < left; /* the comma */
        list += n;
        left -= n;
    }
    return ODD_OK;
}

static bool is_of_end(const struct oddi_expr *e)
{
    const struct oddi_expr_need *needs;
    size_t n = oddi_expr_needs(e, &needs);

    for (size_t i = 0; i < n; i++)
        if (needs[i].end)
            return true;
    return false;
}

static enum odd_status add_key(struct oddi_by *by, const struct oddi_expr_options *options, const char *text,
                               size_t n, struct odd_error *err)
{
    struct oddi_expr_options o = *options;
    size_t cap = by->n_keys, cap_names = by->n_keys;

    o.want = ODDI_WANT_KEY;
    if (!oddi_grow(&by->keys, &cap, by->n_keys + 1, sizeof *by->keys) ||
        !oddi_grow(&by->key_names, &cap_names, by->n_keys + 1, sizeof *by->key_names))
        return oddi_fail_memory(err);
    o.host = ODDI_HOST_END;
    ODDI_TRY(parse("by", text, n, &o, &by->keys[by->n_keys], err));
    by->key_names[by->n_keys] = oddi_expr_text(by->keys[by->n_keys]);
    by->ends = by->ends || is_of_end(by->keys[by->n_keys]);
    by->n_keys++;
    return ODD_OK;
}

/* What is shown of a session beside its entity. */
static enum odd_status name_session(struct oddi_by *by, struct odd_error *err)
{
    size_t cap = by->n_keys;

    by->n_shown = by->n_keys;
    if (!by->gap || !by->n_keys)
        return ODD_OK;
    if (!oddi_grow(&by->key_names, &cap, by->n_keys + 1, sizeof *by->key_names))
        return oddi_fail_memory(err);
    by->key_names[by->n_shown++] = "session";
    return ODD_OK;
}

/* The keys once more, spelt out for each end. */
static enum odd_status add_end_keys(struct oddi_by *by, const struct oddi_expr_options *options,
                                    struct odd_error *err)
{
    struct oddi_expr_options o = *options;

    o.want = ODDI_WANT_KEY;
    for (int end = 0; end < ODDI_N_ENDS && by->ends; end++) {
        o.host = end == ODDI_END_SRC ? ODDI_HOST_SRC : ODDI_HOST_DST;
        by->end_keys[end] = oddi_calloc_array(by->n_keys, sizeof *by->end_keys[end]);
        if (!by->end_keys[end])
            return oddi_fail_memory(err);
        for (size_t k = 0; k < by->n_keys; k++)
            ODDI_TRY(parse("by", by->key_names[k], strlen(by->key_names[k]), &o, &by->end_keys[end][k], err));
    }
    return ODD_OK;
}

/* ---- Features ------------------------------------------------------------------------------------------------ */

/* The argument of a canonical text that is one call of log1p(); 0 bytes if it is not. */
static size_t inside_log1p(const char *text)
{
    size_t n = strlen(text), inner = 6;
    int depth = 1;
    char quote = 0;

    if (strncmp(text, "log1p(", 6) != 0)
        return 0;
    for (; inner < n && depth > 0; inner++) {
        char c = text[inner];

        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"' || c == '`')
            quote = c;
        else
            depth += (c == '(') - (c == ')');
    }
    return depth == 0 && inner == n ? n - 7 : 0;
}

/* KEY of max_over(KEY, ...), bare or in log1p(). */
static size_t witness_key(const char *canonical, const char **key)
{
    size_t inner = inside_log1p(canonical);
    const char *text = inner ? canonical + 6 : canonical;

    if (strncmp(text, "max_over(", 9) != 0 && strncmp(text, "min_over(", 9) != 0)
        return 0;
    *key = text + 9;
    return oddi_expr_item_end(*key, strlen(*key));
}

static enum odd_status add_witness(struct oddi_by_feature *f, const struct oddi_expr_options *options,
                                   struct odd_error *err)
{
    struct oddi_expr_options o = *options;
    const char *key;
    size_t n = witness_key(oddi_expr_text(f->expr), &key);

    if (n == 0 || options->want != ODDI_WANT_AGGREGATE)
        return ODD_OK;
    o.want = ODDI_WANT_KEY;
    o.n_by = 0;
    ODDI_TRY(parse("feature", key, n, &o, &f->witness, err));
    return oddi_program_new((const struct oddi_expr *const *)&f->witness, 1, &f->witness_program, err);
}

static char *copy(const char *text, size_t n)
{
    char *s = oddi_malloc_array(n + 1, 1);

    if (s) {
        memcpy(s, text, n);
        s[n] = '\0';
    }
    return s;
}

static enum odd_status add_named(struct oddi_by *by, const struct oddi_expr_options *options,
                                 const char *name, size_t name_size, const char *text, size_t n,
                                 struct odd_error *err)
{
    size_t cap = by->n_features, inner;
    struct oddi_by_feature *f;
    const char *canonical;

    if (!oddi_grow(&by->features, &cap, by->n_features + 1, sizeof *by->features))
        return oddi_fail_memory(err);
    f = &by->features[by->n_features];
    memset(f, 0, sizeof *f);
    ODDI_TRY(parse(name_size ? "feature" : "features", text, n, options, &f->expr, err));
    by->n_features++;
    canonical = oddi_expr_text(f->expr);
    inner = inside_log1p(canonical);
    f->logarithm = inner > 0;
    f->whole = oddi_expr_counts(f->expr);
    f->name = name_size ? copy(name, name_size) : copy(canonical, strlen(canonical));
    f->shown = name_size ? copy(name, name_size)
               : inner   ? copy(canonical + 6, inner)
                         : copy(canonical, strlen(canonical));
    if (!f->name || !f->shown)
        return oddi_fail_memory(err);
    return add_witness(f, options, err);
}

static enum odd_status add_listed(struct oddi_by *by, const struct oddi_expr_options *options,
                                  const char *text, size_t n, struct odd_error *err)
{
    return add_named(by, options, NULL, 0, text, n, err);
}

static enum odd_status add_line(struct oddi_by *by, const struct oddi_expr_options *options, const char *line,
                                size_t n, struct odd_error *err)
{
    const char *equals = memchr(line, '=', n), *text;
    size_t name, rest;

    if (!equals || equals == line)
        return oddi_fail(err, ODD_ERR_USAGE, "--feature must be NAME=EXPR, not '%.*s'", n < 80 ? (int)n : 80,
                         line);
    name = (size_t)(equals - line);
    rest = n - name - 1;
    text = equals + 1;
    trim(&line, &name);
    trim(&text, &rest);
    for (size_t j = 0; j < by->n_features; j++)
        if (strlen(by->features[j].name) == name && memcmp(by->features[j].name, line, name) == 0)
            return oddi_fail(err, ODD_ERR_USAGE, "there are two features called '%.*s'", (int)name, line);
    return add_named(by, options, line, name, text, rest, err);
}

static enum odd_status each_line(struct oddi_by *by, const struct oddi_expr_options *options,
                                 const char *lines, item_fn each, struct odd_error *err)
{
    while (lines && *lines) {
        size_t n = strcspn(lines, "\n");

        ODDI_TRY(each(by, options, lines, n, err));
        lines += n + (lines[n] == '\n');
    }
    return ODD_OK;
}

static enum odd_status say_line(struct oddi_by *by, const struct oddi_expr_options *options, const char *line,
                                size_t n, struct odd_error *err)
{
    const char *equals = memchr(line, '=', n), *text = equals ? equals + 1 : NULL;
    size_t name = equals ? (size_t)(equals - line) : 0, rest = equals ? n - name - 1 : 0;

    (void)options;
    if (name == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "--say must be NAME=TEXT, not '%.*s'", n < 80 ? (int)n : 80,
                         line);
    trim(&line, &name);
    trim(&text, &rest);
    for (size_t j = 0; j < by->n_features; j++) {
        struct oddi_by_feature *f = &by->features[j];

        if (strlen(f->name) != name || memcmp(f->name, line, name) != 0)
            continue;
        free(f->phrase);
        f->phrase = copy(text, rest);
        return f->phrase ? ODD_OK : oddi_fail_memory(err);
    }
    return oddi_fail(err, ODD_ERR_USAGE, "--say: there is no feature called '%.*s'",
                     name < 80 ? (int)name : 80, line);
}

/* ---- Programs -------------------------------------------------------------------------------------------------- */

static enum odd_status compile(struct oddi_by *by, struct odd_error *err)
{
    const struct oddi_expr **exprs = oddi_calloc_array(by->n_features, sizeof *exprs);
    enum odd_status status;

    if (!exprs)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < by->n_features; j++)
        exprs[j] = by->features[j].expr;
    if (by->n_keys)
        status = oddi_group_plan_new(exprs, by->n_features, &by->plan, err);
    else
        status = oddi_program_new(exprs, by->n_features, &by->feature_program, err);
    free(exprs);
    ODDI_TRY(status);
    if (!by->n_keys) {
        by->row_program = by->feature_program;
        by->n_slots = by->held = by->n_features;
        return ODD_OK;
    }
    by->row_program = oddi_group_rows(by->plan);
    by->n_slots = oddi_group_slots(by->plan, &by->slots);
    by->held = 1 + by->n_slots + (by->gap > 0);
    return oddi_program_new((const struct oddi_expr *const *)by->keys, by->n_keys, &by->key_program, err);
}

static enum odd_status make_evaluators(struct oddi_by *by, unsigned threads, struct odd_error *err)
{
    by->key_evaluator = oddi_calloc_array(threads, sizeof *by->key_evaluator);
    by->row_evaluator = oddi_calloc_array(threads, sizeof *by->row_evaluator);
    if (!by->key_evaluator || !by->row_evaluator)
        return oddi_fail_memory(err);
    by->n_threads = threads;
    for (unsigned i = 0; i < threads; i++) {
        if (by->key_program)
            ODDI_TRY(oddi_evaluator_new(by->key_program, &by->key_evaluator[i], err));
        ODDI_TRY(oddi_evaluator_new(by->row_program, &by->row_evaluator[i], err));
    }
    return ODD_OK;
}

static enum odd_status fill(struct oddi_by *by, const struct oddi_by_options *o, struct odd_error *err)
{
    struct oddi_expr_options options = {
        .any_column = true, .zone = o->zone, .home = o->home, .n_home = o->n_home};

    by->zone = o->zone;
    by->gap = o->gap;
    ODDI_TRY(each_item(by, &options, o->by, add_key, err));
    ODDI_TRY(name_session(by, err));
    ODDI_TRY(add_end_keys(by, &options, err));
    options.host = by->ends ? ODDI_HOST_END : ODDI_HOST_NONE;
    options.want = by->n_keys ? ODDI_WANT_AGGREGATE : ODDI_WANT_NUMBER;
    options.by = by->key_names;
    options.n_by = by->n_keys;
    ODDI_TRY(each_item(by, &options, o->list, add_listed, err));
    ODDI_TRY(each_line(by, &options, o->features, add_line, err));
    if (by->n_features == 0)
        ODDI_TRY(
            each_item(by, &options, by->ends ? DEFAULT_END_FEATURES : DEFAULT_FEATURES, add_listed, err));
    ODDI_TRY(each_line(by, &options, o->phrases, say_line, err));
    by->n_hidden = by->n_features;
    ODDI_TRY(each_item(by, &options, o->hidden, add_listed, err));
    by->n_hidden = by->n_features - by->n_hidden;
    ODDI_TRY(compile(by, err));
    return make_evaluators(by, o->threads, err);
}

enum odd_status oddi_by_new(const struct oddi_by_options *options, struct oddi_by **out,
                            struct odd_error *err)
{
    struct oddi_by *by = oddi_calloc_array(1, sizeof *by);
    enum odd_status status = by ? fill(by, options, err) : oddi_fail_memory(err);

    if (status != ODD_OK) {
        oddi_by_free(by);
        return status;
    }
    *out = by;
    return ODD_OK;
}

void oddi_by_free(struct oddi_by *by)
{
    if (!by)
        return;
    for (unsigned i = 0; i < by->n_threads; i++) {
        oddi_evaluator_free(by->key_evaluator[i]);
        oddi_evaluator_free(by->row_evaluator[i]);
    }
    free(by->key_evaluator);
    free(by->row_evaluator);
    oddi_program_free(by->key_program);
    oddi_program_free(by->feature_program);
    oddi_group_plan_free(by->plan);
    for (size_t j = 0; j < by->n_features; j++) {
        oddi_expr_free(by->features[j].expr);
        free(by->features[j].name);
        free(by->features[j].shown);
        free(by->features[j].phrase);
        oddi_program_free(by->features[j].witness_program);
        oddi_expr_free(by->features[j].witness);
    }
    free(by->features);
    for (size_t i = 0; i < by->n_keys; i++) {
        oddi_expr_free(by->keys[i]);
        for (int end = 0; end < ODDI_N_ENDS && by->ends; end++)
            oddi_expr_free(by->end_keys[end] ? by->end_keys[end][i] : NULL);
    }
    for (int end = 0; end < ODDI_N_ENDS; end++)
        free(by->end_keys[end]);
    free(by->keys);
    free(by->key_names);
    free(by);
}

/* ---- Inputs ------------------------------------------------------------------------------------------------------- */

enum odd_status oddi_by_bind(const struct oddi_by *by, struct oddi_bound *b, const struct oddi_schema *schema,
                             struct oddi_by_bound *out, struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    memset(out, 0, sizeof *out);
    for (int end = 0; end < (by->ends ? ODDI_N_ENDS : 1) && status == ODD_OK; end++) {
        if (by->key_program)
            status = oddi_bound_add(b, by->key_program, schema, (enum oddi_end)end, &out->keys[end], err);
        if (status == ODD_OK)
            status = oddi_bound_add(b, by->row_program, schema, (enum oddi_end)end, &out->rows[end], err);
    }
    if (status != ODD_OK)
        oddi_by_unbind(out);
    return status;
}

void oddi_by_unbind(struct oddi_by_bound *b)
{
    for (int end = 0; end < ODDI_N_ENDS; end++) {
        free(b->keys[end]);
        free(b->rows[end]);
    }
    memset(b, 0, sizeof *b);
}

/* ---- Rows ----------------------------------------------------------------------------------------------------------- */

static void put_keys(const struct oddi_by *by, const struct oddi_evaluator *e, size_t n, uint64_t *out)
{
    uint64_t more[ODDI_EXPR_BLOCK];

    oddi_keys(oddi_expr_type(by->keys[0]), oddi_evaluator_result(e, 0), n, out);
    for (size_t k = 1; k < by->n_keys; k++) {
        oddi_keys(oddi_expr_type(by->keys[k]), oddi_evaluator_result(e, k), n, more);
        oddi_keys_join(out, more, n);
    }
}

/* Widens values of a type to 8 bytes. */
static void put_slot(enum oddi_expr_type type, const void *values, size_t n, uint64_t *out)
{
    if (oddi_expr_value_size(type) == 8) {
        memcpy(out, values, n * 8);
    } else if (type == ODDI_EXPR_BOOL) {
        const uint8_t *v = values;

        for (size_t i = 0; i < n; i++)
            out[i] = v[i];
    } else {
        const uint32_t *v = values;

        for (size_t i = 0; i < n; i++)
            out[i] = v[i];
    }
}

uint64_t oddi_by_key(const struct oddi_by *by, const struct oddi_evaluator *e)
{
    uint64_t key;

    put_keys(by, e, 1, &key);
    return key;
}

void oddi_by_rows(const struct oddi_by *by, const struct oddi_by_bound *bound, enum oddi_end end,
                  unsigned worker, const struct oddi_batch *batch, size_t first, const char *text,
                  uint64_t *const *out)
{
    struct oddi_expr_input in = {
        .columns = batch->columns + first, .text = text, .window_start = ODDI_NO_TIME};
    size_t slots = by->n_keys ? 1 : 0;

    for (size_t from = 0; from < batch->n; from += ODDI_EXPR_BLOCK) {
        size_t n = batch->n - from < ODDI_EXPR_BLOCK ? batch->n - from : ODDI_EXPR_BLOCK;

        if (by->key_program) {
            in.map = bound->keys[end];
            oddi_evaluate(by->key_evaluator[worker], &in, from, n);
            put_keys(by, by->key_evaluator[worker], n, out[0] + from);
        }
        if (by->gap && by->n_keys)
            memcpy(out[by->held - 1] + from, batch->ts + from, n * sizeof *batch->ts);
        in.map = bound->rows[end];
        oddi_evaluate(by->row_evaluator[worker], &in, from, n);
        for (size_t s = 0; s < by->n_slots; s++)
            put_slot(by->slots ? by->slots[s] : ODDI_EXPR_NUMBER,
                     oddi_evaluator_result(by->row_evaluator[worker], s), n, out[slots + s] + from);
    }
}
