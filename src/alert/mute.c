#include "alert/mute.h"

#include <stdio.h>
#include <string.h>

#include "alert/mute_read.h"
#include "base/mem.h"

struct oddi_mute {
    struct oddi_mute_file file;
    struct oddi_mute_count *counts;
    struct oddi_program *program; /* NULL without rules */
    struct oddi_evaluator *evaluator;
};

static enum odd_status compile(struct oddi_mute *m, struct odd_error *err)
{
    m->counts = oddi_calloc_array(m->file.n, sizeof *m->counts);
    if (!m->counts)
        return oddi_fail_memory(err);
    if (m->file.n == 0)
        return ODD_OK;
    ODDI_TRY(oddi_program_new((const struct oddi_expr *const *)m->file.exprs, m->file.n, &m->program, err));
    return oddi_evaluator_new(m->program, &m->evaluator, err);
}

enum odd_status oddi_mute_new(const char *text, size_t n, const struct oddi_mute_options *options,
                              struct oddi_mute **out, char *show, size_t show_size, struct odd_error *err)
{
    struct oddi_mute *m = oddi_calloc_array(1, sizeof *m);
    enum odd_status status;

    if (show && show_size)
        show[0] = '\0';
    if (!m)
        return oddi_fail_memory(err);
    status = oddi_mute_read(text, n, options, &m->file, show, show_size, err);
    if (status == ODD_OK)
        status = compile(m, err);
    if (status != ODD_OK) {
        oddi_mute_free(m);
        return status;
    }
    *out = m;
    return ODD_OK;
}

void oddi_mute_free(struct oddi_mute *m)
{
    if (!m)
        return;
    oddi_evaluator_free(m->evaluator);
    oddi_program_free(m->program);
    free(m->counts);
    oddi_mute_file_clear(&m->file);
    free(m);
}

size_t oddi_mute_size(const struct oddi_mute *m)
{
    return m->file.n;
}

const struct oddi_mute_rule *oddi_mute_rule(const struct oddi_mute *m, size_t i)
{
    return &m->file.rules[i];
}

const struct oddi_mute_count *oddi_mute_count(const struct oddi_mute *m, size_t i)
{
    return &m->counts[i];
}

size_t oddi_mute_needs(const struct oddi_mute *m, const struct oddi_expr_need **needs)
{
    if (m->program)
        return oddi_program_needs(m->program, needs);
    *needs = NULL;
    return 0;
}

/* ---- Rows ----------------------------------------------------------------------------------------------- */

/* Whether "a,b , c" names the preset. */
static bool lists(const char *presets, const char *preset)
{
    size_t want = strlen(preset);

    for (const char *p = presets; *p;) {
        size_t n, end = strcspn(p, ",");

        p += strspn(p, " \t,");
        end = strcspn(p, ",");
        for (n = end; n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'); n--)
            ;
        if (n > 0 && n == want && memcmp(p, preset, n) == 0)
            return true;
        p += end;
    }
    return false;
}

/* One block: rules in force first, so that an expired one counts only what none of them mutes. */
static void match_block(struct oddi_mute *m, const char *preset, int64_t window_start, bool expired, size_t n,
                        bool *muted)
{
    for (size_t k = 0; k < m->file.n; k++) {
        const struct oddi_mute_rule *rule = &m->file.rules[k];
        const uint8_t *truth = oddi_evaluator_result(m->evaluator, k);

        if ((window_start >= rule->expires) != expired || (rule->presets && !lists(rule->presets, preset)))
            continue;
        for (size_t i = 0; i < n; i++) {
            if (muted[i] || truth[i] != ODDI_TRUE)
                continue;
            if (expired) {
                m->counts[k].expired++;
            } else {
                m->counts[k].muted++;
                muted[i] = true;
            }
        }
    }
}

void oddi_mute_rows(struct oddi_mute *m, const char *preset, int64_t window_start,
                    const struct oddi_expr_input *in, size_t n, bool *muted)
{
    for (size_t i = 0; i < n; i++)
        muted[i] = false;
    if (!m->program)
        return;
    for (size_t from = 0; from < n; from += ODDI_EXPR_BLOCK) {
        size_t size = n - from < ODDI_EXPR_BLOCK ? n - from : ODDI_EXPR_BLOCK;

        oddi_evaluate(m->evaluator, in, from, size);
        match_block(m, preset, window_start, false, size, muted + from);
        match_block(m, preset, window_start, true, size, muted + from);
    }
}
