#include "synth/plan.h"

#include <string.h>

#include "base/num.h"
#include "base/param.h"
#include "synth/synth.h"

#define MAX_KINDS 32

static const struct {
    const char *name;
    uint32_t loudness;
} degrees[] = {{"loud", 1000}, {"medium", 500}, {"quiet", 100}};
#define N_DEGREES (sizeof degrees / sizeof *degrees)
#define MEDIUM    500

static bool same(const char *name, const char *s, size_t n)
{
    return strlen(name) == n && memcmp(name, s, n) == 0;
}

static const struct oddi_attack *find(const char *s, size_t n)
{
    const struct oddi_attack *a;
    for (size_t i = 0; (a = oddi_attack_row(i)) != NULL; i++)
        if (same(a->entry.name, s, n))
            return a;
    return NULL;
}

static enum odd_status unknown_kind(const char *s, size_t n, struct odd_error *err)
{
    const char *names[MAX_KINDS], *near;
    char word[64] = "", list[256] = "";
    size_t n_names = 0, used = 0;

    for (const struct odd_entry *e; n_names < MAX_KINDS - 1 && (e = oddi_attack_at(n_names)) != NULL;)
        names[n_names++] = e->name;
    names[n_names++] = "all";
    memcpy(word, s, n < sizeof word ? n : sizeof word - 1);
    near = oddi_suggest(word, names, n_names);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "unknown attack '%s'; did you mean '%s'?", word, near);
    for (size_t i = 0; i < n_names; i++) {
        size_t len = strlen(names[i]);
        if (used + len + 3 > sizeof list)
            break;
        memcpy(list + used, i ? ", " : "", i ? 2 : 0);
        used += i ? 2 : 0;
        memcpy(list + used, names[i], len);
        used += len;
    }
    return oddi_fail(err, ODD_ERR_USAGE, "unknown attack '%s'; there is %s", word, list);
}

static enum odd_status parse_loudness(const char *s, size_t n, uint32_t *out, struct odd_error *err)
{
    double v;
    for (size_t i = 0; i < N_DEGREES; i++) {
        if (same(degrees[i].name, s, n)) {
            *out = degrees[i].loudness;
            return ODD_OK;
        }
    }
    if (!oddi_parse_double(s, n, &v) || v < 0 || v > 1)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not '%.*s'",
            n < 80 ? (int)n : 80, s);
    *out = (uint32_t)(v * 1000 + 0.5);
    return ODD_OK;
}

static enum odd_status add(struct oddi_plan *plan, const struct oddi_attack *attack, uint32_t loudness,
                           struct odd_error *err)
{
    if (plan->n == ODDI_MAX_PLANTS)
        return oddi_fail(err, ODD_ERR_USAGE, "at most %d attacks can be planted at once", ODDI_MAX_PLANTS);
    plan->plants[plan->n++] = (struct oddi_plant){attack, loudness};
    return ODD_OK;
}

static enum odd_status add_all(struct oddi_plan *plan, uint32_t loudness, struct odd_error *err)
{
    for (size_t i = 0; oddi_attack_row(i); i++)
        ODDI_TRY(add(plan, oddi_attack_row(i), loudness, err));
    return ODD_OK;
}

static enum odd_status add_item(struct oddi_plan *plan, const char *s, size_t n, struct odd_error *err)
{
    const char *colon = memchr(s, ':', n);
    size_t name_n = colon ? (size_t)(colon - s) : n;
    bool all = same("all", s, name_n);
    const struct oddi_attack *attack = find(s, name_n);
    uint32_t loudness = MEDIUM;

    if (n == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "an attack is missing before or after a comma");
    if (same("none", s, name_n))
        return oddi_fail(err, ODD_ERR_USAGE, "'none' must stand alone, without other attacks");
    if (!all && !attack)
        return unknown_kind(s, name_n, err);
    if (colon)
        ODDI_TRY(parse_loudness(colon + 1, n - name_n - 1, &loudness, err));
    if (!all)
        return add(plan, attack, loudness, err);
    if (colon)
        return add_all(plan, loudness, err);
    for (size_t i = 0; i < N_DEGREES; i++)
        ODDI_TRY(add_all(plan, degrees[i].loudness, err));
    return ODD_OK;
}

enum odd_status oddi_plan_parse(const char *text, struct oddi_plan *plan, struct odd_error *err)
{
    plan->n = 0;
    if (!text)
        text = "all";
    if (!*text || strcmp(text, "none") == 0)
        return ODD_OK;
    for (;;) {
        size_t n = strcspn(text, ",");
        ODDI_TRY(add_item(plan, text, n, err));
        if (!text[n])
            return ODD_OK;
        text += n + 1;
    }
}
