#include "expr/feature_expr.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/param.h"

static const struct {
    const char *name;
    enum oddi_function fn;
} functions[] = {{"log1p", ODDI_FN_LOG1P}};

#define N_FUNCTIONS (sizeof functions / sizeof functions[0])

static const char *skip_blanks(const char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return s;
}

/* End of one item: the next comma outside quotes and parentheses, or the end. */
static const char *item_end(const char *s)
{
    int depth = 0;
    bool quoted = false;

    for (; *s; s++) {
        if (*s == '"')
            quoted = !quoted;
        else if (!quoted && *s == '(')
            depth++;
        else if (!quoted && *s == ')')
            depth--;
        else if (!quoted && depth <= 0 && *s == ',')
            break;
    }
    return s;
}

static char *copy_name(const char *s, size_t n)
{
    char *copy;

    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
        s++;
        n -= 2;
    }
    copy = oddi_malloc_array(n + 1, 1);
    if (copy) {
        memcpy(copy, s, n);
        copy[n] = '\0';
    }
    return copy;
}

static enum odd_status unknown_function(const char *s, size_t n, struct odd_error *err)
{
    const char *names[N_FUNCTIONS];
    char word[32];
    const char *near;

    for (size_t i = 0; i < N_FUNCTIONS; i++)
        names[i] = functions[i].name;
    if (n >= sizeof word)
        n = sizeof word - 1;
    memcpy(word, s, n);
    word[n] = '\0';
    near = oddi_suggest(word, names, N_FUNCTIONS);
    return oddi_fail(err, ODD_ERR_USAGE, "there is no function '%s' for a feature; %s '%s'", word,
                     near ? "did you mean" : "there is", near ? near : names[0]);
}

static size_t find_function(const char *s, size_t n)
{
    size_t i = 0;

    while (i < N_FUNCTIONS && (strlen(functions[i].name) != n || memcmp(functions[i].name, s, n) != 0))
        i++;
    return i;
}

static enum odd_status parse_item(const char *s, const char *end, struct oddi_feature_expr *e,
                                  struct odd_error *err)
{
    const char *open = *s == '"' ? NULL : memchr(s, '(', (size_t)(end - s));
    const char *from = s, *to = end;

    while (to > s && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    e->fn = ODDI_FN_NONE;
    if (open && to[-1] == ')') {
        size_t n = (size_t)(open - s), i = find_function(s, n);

        if (i == N_FUNCTIONS)
            return unknown_function(s, n, err);
        e->fn = functions[i].fn;
        from = open + 1;
        to--;
    }
    if (open && e->fn == ODDI_FN_NONE && find_function(s, (size_t)(open - s)) < N_FUNCTIONS)
        return oddi_fail(err, ODD_ERR_USAGE, "the feature '%.*s' lacks a ')' at its end", (int)(to - s), s);
    e->field = copy_name(from, (size_t)(to - from));
    if (!e->field)
        return oddi_fail_memory(err);
    if (e->field[0] == '\0')
        return oddi_fail(err, ODD_ERR_USAGE,
                         "a feature has no name: write FIELD or log1p(FIELD), separated by commas");
    return ODD_OK;
}

enum odd_status oddi_feature_exprs_parse(const char *text, struct oddi_feature_expr **out, size_t *count,
                                         struct odd_error *err)
{
    struct oddi_feature_expr *exprs = NULL;
    size_t n = 0, cap = 0;
    enum odd_status status = ODD_OK;
    const char *s = skip_blanks(text);

    do {
        const char *end = item_end(s);

        if (!oddi_grow(&exprs, &cap, n + 1, sizeof *exprs)) {
            status = oddi_fail_memory(err);
            break;
        }
        exprs[n] = (struct oddi_feature_expr){ODDI_FN_NONE, NULL};
        n++;
        status = parse_item(s, end, &exprs[n - 1], err);
        s = *end ? skip_blanks(end + 1) : NULL;
    } while (s && status == ODD_OK);
    if (status != ODD_OK) {
        oddi_feature_exprs_free(exprs, n);
        return status;
    }
    *out = exprs;
    *count = n;
    return ODD_OK;
}

void oddi_feature_exprs_free(struct oddi_feature_expr *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(exprs[i].field);
    free(exprs);
}

static enum odd_status make_name(enum oddi_function fn, const char *field, char **name, struct odd_error *err)
{
    const char *f = NULL;
    size_t n = strlen(field), m;

    for (size_t i = 0; i < N_FUNCTIONS; i++)
        if (functions[i].fn == fn)
            f = functions[i].name;
    m = f ? strlen(f) + 1 : 0;
    *name = oddi_malloc_array(m + n + 2, 1);
    if (!*name)
        return oddi_fail_memory(err);
    if (f) {
        memcpy(*name, f, m - 1);
        (*name)[m - 1] = '(';
    }
    memcpy(*name + m, field, n);
    if (f)
        (*name)[m + n++] = ')';
    (*name)[m + n] = '\0';
    return ODD_OK;
}

enum odd_status oddi_feature_expr_bind(const struct oddi_feature_expr *e, const struct oddi_schema *schema,
                                       struct oddi_recipe *recipe, char **name, struct odd_error *err)
{
    const char *canonical = NULL;

    ODDI_TRY(oddi_schema_resolve(schema, e->field, recipe, &canonical, err));
    if (recipe->type != ODDI_TYPE_NUMBER && recipe->type != ODDI_TYPE_PORT)
        return oddi_fail(err, ODD_ERR_USAGE, "'%s' is not a number and cannot be a feature", e->field);
    return make_name(e->fn, canonical, name, err);
}

enum odd_status oddi_feature_expr_name(const struct oddi_feature_expr *e, char **name, struct odd_error *err)
{
    enum oddi_field id = oddi_field_find(e->field, strlen(e->field), NULL);

    return make_name(e->fn, id == ODDI_NO_FIELD ? e->field : oddi_field_row(id)->name, name, err);
}

void oddi_function_apply(enum oddi_function fn, double *x, size_t n)
{
    if (fn != ODDI_FN_LOG1P)
        return;
    for (size_t i = 0; i < n; i++) {
        x[i] = log1p(x[i]);
        if (!isfinite(x[i]))
            x[i] = NAN;
    }
}
