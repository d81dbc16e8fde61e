#include "run/preset.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

const struct oddi_preset *oddi_preset_at(size_t i)
{
    return i < oddi_n_preset_files ? &oddi_preset_files[i] : NULL;
}

const struct oddi_preset *oddi_preset_find(const char *name)
{
    for (size_t i = 0; i < oddi_n_preset_files; i++)
        if (strcmp(oddi_preset_files[i].name, name) == 0)
            return &oddi_preset_files[i];
    return NULL;
}

static enum odd_status unknown(const char *name, struct odd_error *err)
{
    const char *names[64], *near;
    size_t n = 0;

    for (; n < oddi_n_preset_files && n < 64; n++)
        names[n] = oddi_preset_files[n].name;
    near = odd_suggest(name, names, n);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "there is no preset '%s'; did you mean '%s'?", name, near);
    return oddi_fail(err, ODD_ERR_USAGE, "there is no preset '%s' ('oddflow presets' lists them)", name);
}

static enum odd_status apply(const char *name, odd_options *opt, struct odd_error *err)
{
    const struct oddi_preset *preset = oddi_preset_find(name);

    return preset ? odd_options_read(opt, preset->text, preset->name, err) : unknown(name, err);
}

/* The options of a preset, over them those of the user, and both conditions. */
enum odd_status oddi_preset_options(const char *preset, const odd_options *given, odd_options **out,
                                    struct odd_error *err)
{
    const char *where = odd_options_get(given, "where");
    odd_options *opt;
    char *own = NULL;
    enum odd_status status;

    ODDI_TRY(odd_options_new("detect", &opt, err));
    status = apply(preset, opt, err);
    if (status == ODD_OK && odd_options_get(opt, "where") && !(own = strdup(odd_options_get(opt, "where"))))
        status = oddi_fail_memory(err);
    if (status == ODD_OK)
        status = oddi_options_overlay(opt, given, err);
    if (status == ODD_OK && own)
        status = odd_options_set(opt, "where", own, err);
    if (status == ODD_OK && own)
        status = oddi_options_narrow(opt, where, err);
    free(own);
    if (status != ODD_OK) {
        odd_options_free(opt);
        return status;
    }
    *out = opt;
    return ODD_OK;
}

const char *oddi_preset_next(const char *list, char name[64])
{
    size_t n;

    list += strspn(list, " ,");
    n = strcspn(list, " ,");
    if (n == 0)
        return NULL;
    memset(name, 0, 64);
    memcpy(name, list, n < 63 ? n : 63);
    return list + n;
}
