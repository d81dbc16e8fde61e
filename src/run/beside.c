#include "run/beside.h"

#include <string.h>

#include "base/mem.h"
#include "run/population_alarm.h"
#include "run/preset.h"

/* Rows [from, from + n) of a population, not judged. What it holds stays that population's. */
static struct oddi_population view_of(const struct oddi_population *p, size_t from, size_t n)
{
    struct oddi_population v = *p;
    size_t d = p->plan->d;

    v.n = n;
    v.entity += from;
    v.window += from;
    v.flows += from;
    v.x += from * d;
    v.hidden = p->hidden ? p->hidden + from * p->n_hidden : NULL;
    v.witness = p->witness ? p->witness + from * p->n_witness : NULL;
    v.sample_max = n;
    v.novel = false;
    v.ln_limit = v.raw = v.score = v.surprise = v.scaled = v.location = v.scale = NULL;
    v.sample = v.order = NULL;
    v.n_sample = v.n_muted = 0;
    v.fitted = (struct oddi_matrix){.x = NULL};
    v.detector = NULL;
    v.alone = false;
    v.muted = NULL;
    return v;
}

static void clear_view(struct oddi_population *v)
{
    free(v->raw);
    free(v->score);
    free(v->surprise);
    free(v->sample);
    free(v->scaled);
    free(v->location);
    free(v->order);
    free(v->muted);
    free(v->fitted.x);
    free((void *)(uintptr_t)v->fitted.entity);
    if (v->detector)
        v->plan->detector->clear(v->detector);
    free(v->detector);
}

void oddi_beside_free(struct oddi_beside *b)
{
    for (size_t i = 0; b && b->part && i < b->n; i++)
        clear_view(&b->part[i]);
    if (b)
        free(b->part);
    free(b);
}

static enum odd_status judge(const struct oddi_hunt_lane *lane, struct oddi_population *v,
                             struct odd_error *err)
{
    ODDI_TRY(oddi_population_judge(v, err));
    return lane->muter && !v->alone ? oddi_population_mute(v, lane->muter, false, err) : ODD_OK;
}

static enum odd_status judge_all(const struct oddi_hunt_lane *lane, struct oddi_beside *b,
                                 struct odd_error *err)
{
    const struct oddi_population *p = &lane->rows;

    b->n = b->by_window ? p->n_windows : 1;
    b->part = oddi_calloc_array(b->n + 1, sizeof *b->part);
    if (!b->part)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < b->n; i++) {
        size_t from = b->by_window ? p->first[i] : 0, n = b->by_window ? p->first[i + 1] - from : p->n;

        b->part[i] = view_of(p, from, n);
        if (!b->by_window)
            b->part[i].sample_max = 0;
        ODDI_TRY(judge(lane, &b->part[i], err));
    }
    return ODD_OK;
}

enum odd_status oddi_beside_new(struct oddi_hunt_lane *lane, struct oddi_beside **out, struct odd_error *err)
{
    enum odd_status status;

    *out = oddi_calloc_array(1, sizeof **out);
    if (!*out)
        return oddi_fail_memory(err);
    (*out)->by_window = oddi_options_value(lane->options, "against")->i == 0;
    status = judge_all(lane, *out, err);
    if (status != ODD_OK) {
        oddi_beside_free(*out);
        *out = NULL;
    }
    return status;
}

struct oddi_population *oddi_beside_part(const struct oddi_beside *b, const struct oddi_population *rows,
                                         size_t window, size_t *shift)
{
    *shift = b->by_window ? rows->first[window] : 0;
    return &b->part[b->by_window ? window : 0];
}

bool oddi_beside_odd(const struct oddi_population *part, size_t row)
{
    return !part->alone && oddi_population_odd(part, row);
}

/* ---- Options --------------------------------------------------------------------------------------------------------- */

static const char *const names[] = {"scale", "detector", "against"};

static enum odd_status take(odd_options *to, const odd_options *from, struct odd_error *err)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (oddi_options_given(from, names[i]))
            ODDI_TRY(odd_options_set(to, names[i], odd_options_get(from, names[i]), err));
    return ODD_OK;
}

enum odd_status oddi_beside_options(const char *preset, const odd_options *given, odd_options *to,
                                    struct odd_error *err)
{
    const struct oddi_preset *p = oddi_preset_find(preset);
    odd_options *own = NULL;
    enum odd_status status = ODD_OK;

    if (p) {
        ODDI_TRY(odd_options_new("detect", &own, err));
        status = odd_options_read(own, p->text, p->name, err);
        if (status == ODD_OK)
            status = take(to, own, err);
        odd_options_free(own);
    }
    return status == ODD_OK ? take(to, given, err) : status;
}
