#include "run/component.h"

#include <string.h>

#include "base/buf.h"

#define MAX_NAMES 64

/* Names of a table, then the words of `extra`, whose text is put in `words`. */
static size_t known_names(enum odd_table table, const char *extra, char *words, size_t room,
                          const char *names[MAX_NAMES])
{
    size_t n = 0, size = extra ? strlen(extra) : 0;
    struct odd_entry entry;

    for (size_t i = 0; n < MAX_NAMES && odd_table_entry(table, i, &entry); i++)
        names[n++] = entry.name;
    if (!extra || size >= room)
        return n;
    memcpy(words, extra, size + 1);
    for (char *p = words; p && n < MAX_NAMES;) {
        char *bar = strchr(p, '|');

        names[n++] = p;
        if (bar)
            *bar++ = '\0';
        p = bar;
    }
    return n;
}

static enum odd_status unknown(const char *kind, const char *name, const char *const *names, size_t n,
                               struct odd_error *err)
{
    const char *near = odd_suggest(name, names, n);
    struct oddi_buf list;
    enum odd_status st;

    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "unknown %s '%s'; did you mean '%s'?", kind, name, near);
    oddi_buf_init(&list, 256);
    for (size_t i = 0; i < n; i++)
        oddi_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    st = oddi_fail(err, ODD_ERR_USAGE, "unknown %s '%s'; there is %s", kind, name, oddi_buf_cstr(&list));
    oddi_buf_free(&list);
    return st;
}

enum odd_status oddi_component_check(enum odd_table table, const char *kind, const char *extra,
                                     const char *name, struct odd_error *err)
{
    const char *names[MAX_NAMES];
    char words[256];
    size_t n = known_names(table, extra, words, sizeof words, names);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return ODD_OK;
    }
    return unknown(kind, name, names, n, err);
}

/* The name of a spec; an empty or endless one is told as unknown. */
static enum odd_status spec_name(enum odd_table table, const char *kind, const char *text, char name[64],
                                 struct odd_error *err)
{
    if (!oddi_spec_name(text, name))
        return oddi_fail(err, ODD_ERR_USAGE, "a %s begins with its name, but '%.80s' does not", kind, text);
    return oddi_component_check(table, kind, NULL, name, err);
}

enum odd_status oddi_component_scaler(const char *text, const struct oddi_scaler **out,
                                      struct oddi_spec *spec, struct odd_error *err)
{
    char name[64];

    ODDI_TRY(spec_name(ODD_TABLE_SCALERS, "scaler", text, name, err));
    *out = oddi_scaler_find(name);
    if (!*out)
        return oddi_fail(err, ODD_ERR_INTERNAL, "scaler '%s' is listed but cannot be found", name);
    return oddi_spec_parse("scaler", text, (*out)->params, (*out)->n_params, spec, err);
}

enum odd_status oddi_component_detector(const char *text, const struct oddi_detector **out,
                                        struct oddi_spec *spec, struct odd_error *err)
{
    char name[64];

    ODDI_TRY(spec_name(ODD_TABLE_DETECTORS, "detector", text, name, err));
    *out = oddi_detector_find(name);
    if (!*out)
        return oddi_fail(err, ODD_ERR_INTERNAL, "detector '%s' is listed but cannot be found", name);
    return oddi_spec_parse("detector", text, (*out)->params, (*out)->n_params, spec, err);
}
