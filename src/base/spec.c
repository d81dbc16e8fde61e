#include "base/param.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define MAX_SENTENCE 2048

bool oddi_spec_name(const char *spec, char name[64])
{
    size_t n = strcspn(spec, ":");
    if (n == 0 || n >= 64)
        return false;
    memcpy(name, spec, n);
    name[n] = '\0';
    return true;
}

/* Without blanks at either end; cuts `s` itself. */
static char *trim(char *s)
{
    s += strspn(s, " \t");
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    s[n] = '\0';
    return s;
}

static enum odd_status fail_unknown(const char *kind, const char *name, const char *key,
                                    const struct odd_param *rows, size_t n, struct odd_error *err)
{
    const char *names[ODDI_SPEC_MAX], *near;
    struct oddi_buf all;
    if (n == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "%s '%s' has no parameters, but '%.80s' was given", kind, name,
                         key);
    for (size_t i = 0; i < n; i++)
        names[i] = rows[i].name;
    near = oddi_suggest(key, names, n);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "%s '%s' has no parameter '%.80s'; did you mean '%s'?", kind,
                         name, key, near);
    oddi_buf_init(&all, MAX_SENTENCE);
    for (size_t i = 0; i < n; i++)
        oddi_buf_printf(&all, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", names[i]);
    oddi_fail(err, ODD_ERR_USAGE, "%s '%s' has no parameter '%.80s'; it has %s", kind, name, key,
              oddi_buf_cstr(&all));
    oddi_buf_free(&all);
    return ODD_ERR_USAGE;
}

static enum odd_status set_one(const char *kind, char *item, const struct odd_param *rows, size_t n,
                               unsigned *seen, struct oddi_spec *out, struct odd_error *err)
{
    char *value = strchr(item, '=');
    if (value) {
        *value++ = '\0';
        value = trim(value);
    }
    const char *key = trim(item);
    if (!*key)
        return oddi_fail(err, ODD_ERR_USAGE, "%s '%s': a parameter is missing before or after a comma", kind,
                         out->name);
    int i = oddi_param_find(rows, n, key);
    if (i < 0)
        return fail_unknown(kind, out->name, key, rows, n, err);
    if (*seen & 1u << i)
        return oddi_fail(err, ODD_ERR_USAGE, "%s '%s': %s is given twice", kind, out->name, key);
    *seen |= 1u << i;
    if (!value && rows[i].type != ODD_PARAM_BOOL)
        return oddi_fail(err, ODD_ERR_USAGE, "%s '%s': %s needs a value: %s=%s", kind, out->name, key, key,
                         rows[i].placeholder ? rows[i].placeholder : "VALUE");
    enum odd_status status = oddi_param_parse(&rows[i], value, false, &out->values[i], err);
    if (status != ODD_OK && err)
        oddi_fail(err, status, "%s '%s': %s", kind, out->name, err->message);
    return status;
}

static enum odd_status set_defaults(const struct odd_param *rows, size_t n, struct oddi_spec *out,
                                    struct odd_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].default_value) /* without one all bits stay 0, a BOOL too */
            ODDI_TRY(oddi_param_parse(&rows[i], rows[i].default_value, false, &out->values[i], err));
    return ODD_OK;
}

static enum odd_status set_given(const char *kind, const struct odd_param *rows, size_t n,
                                 struct oddi_spec *out, struct odd_error *err)
{
    unsigned seen = 0;
    char *next = out->text;
    do {
        char *item = next, *comma = strchr(item, ',');
        next = comma ? comma + 1 : NULL;
        if (comma)
            *comma = '\0';
        ODDI_TRY(set_one(kind, item, rows, n, &seen, out, err));
    } while (next);
    return ODD_OK;
}

enum odd_status oddi_spec_parse(const char *kind, const char *spec, const struct odd_param *rows, size_t n,
                                struct oddi_spec *out, struct odd_error *err)
{
    struct oddi_spec s;
    enum odd_status status;
    memset(&s, 0, sizeof s);
    if (n > ODDI_SPEC_MAX)
        return oddi_fail(err, ODD_ERR_INTERNAL, "%s with more than %d parameters", kind, ODDI_SPEC_MAX);
    if (!oddi_spec_name(spec, s.name))
        return oddi_fail(err, ODD_ERR_USAGE, "%s has no name: '%.80s'", kind, spec);
    const char *colon = strchr(spec, ':');
    if (colon && !(s.text = strdup(colon + 1)))
        return oddi_fail_memory(err);
    status = set_defaults(rows, n, &s, err);
    if (status == ODD_OK && s.text)
        status = set_given(kind, rows, n, &s, err);
    if (status != ODD_OK) {
        oddi_spec_clear(&s);
        return status;
    }
    *out = s;
    return ODD_OK;
}

void oddi_spec_clear(struct oddi_spec *spec)
{
    free(spec->text);
    memset(spec, 0, sizeof *spec);
}
