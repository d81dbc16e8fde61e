#include "run/hunt_alerts.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "eval/hosts.h"
#include "run/novel_row.h"
#include "run/population_alarm.h"

#define NOVEL_SCORE 75.0   /* at the threshold of a baseline's lane */
#define LEAST_P     1e-300 /* below it 1 - (1 - p)^tries is tries * p to the last bit */

/* A window in which a host has a row that alerts. */
struct spell {
    uint32_t host;
    int64_t start, end;
};

struct alerts {
    struct odd_run *run;
    const uint32_t *const *host;
    double least;    /* score that alerts */
    uint32_t *tries; /* by host: its rows in the window at hand */
    size_t next[ODDI_MAX_LANES];
    struct oddi_write_options options[ODDI_MAX_LANES];
    struct oddi_novel_teller *tellers; /* by lane; of those that a baseline judges */
    struct oddi_alarms alarms;
    struct spell *spells;
    size_t n, cap;
    struct odd_error *err;
};

/* The lane whose next window starts first, ties: the first; n_lanes at the end. */
static size_t next_lane(const struct alerts *a)
{
    const struct oddi_hunt *hunt = a->run->hunt;
    size_t best = hunt->n_lanes;

    for (size_t l = 0; l < hunt->n_lanes; l++) {
        const struct oddi_population *p = &hunt->lanes[l].rows;

        if (a->next[l] == p->n_windows)
            continue;
        if (best == hunt->n_lanes || p->start[a->next[l]] < hunt->lanes[best].rows.start[a->next[best]])
            best = l;
    }
    return best;
}

static bool is_muted(const struct oddi_population *p, size_t row)
{
    return p->muted && p->muted[row];
}

/* -ln(1 - (1 - p)^tries), p = exp(-surprise). */
static double corrected(double surprise, uint32_t tries)
{
    double p = exp(-surprise);

    if (p < LEAST_P)
        return surprise - log((double)tries);
    return -log(-expm1((double)tries * log1p(-p)));
}

/* The surprise from which on a row alerts. A novelty does where detect would call it one, at a score of 75 or more. */
static double least_surprise(const struct alerts *a, size_t l)
{
    const struct oddi_hunt_lane *lane = &a->run->hunt->lanes[l];

    if (!lane->learnt)
        return oddi_score_surprise(a->least, lane->rows.n_sample);
    return -lane->ln_fpr * (a->least <= NOVEL_SCORE ? 1 : (100 - NOVEL_SCORE) / (100 - a->least));
}

static bool is_loud(const struct alerts *a, size_t l, size_t row)
{
    const struct oddi_population *p = &a->run->hunt->lanes[l].rows;
    uint32_t tries = a->tries[a->host[l][p->entity[row]]];

    return !is_muted(p, row) && corrected(p->surprise[row], tries) >= least_surprise(a, l);
}

/* Counts the rows of each host in a window, or with `step` 0 forgets them. */
static void count_tries(struct alerts *a, size_t l, size_t w, uint32_t step)
{
    const struct oddi_population *p = &a->run->hunt->lanes[l].rows;

    for (size_t row = p->first[w]; row < p->first[w + 1]; row++) {
        uint32_t *tries = &a->tries[a->host[l][p->entity[row]]];

        *tries = step ? *tries + !is_muted(p, row) : 0;
    }
}

static enum odd_status alarm_novelty(struct alerts *a, size_t l, size_t row)
{
    const struct oddi_population *p = &a->run->hunt->lanes[l].rows;
    struct oddi_novel_teller *t = &a->tellers[l];
    struct oddi_window_result w = {
        .start = p->start[p->window[row]], .end = p->end[p->window[row]], .n_rows = p->n};
    struct oddi_novel_row x;

    if (!t->lane)
        ODDI_TRY(oddi_novel_teller_init(t, &a->run->hunt->lanes[l], a->err));
    ODDI_TRY(oddi_novel_row(t, row, true, &x, a->err));
    return oddi_alarms_add(&a->alarms, &a->options[l], &w, &x.verdict, t->values, p->plan->by->n_keys, "",
                           a->err);
}

static enum odd_status add_row(struct alerts *a, size_t l, size_t row)
{
    struct oddi_population *p = &a->run->hunt->lanes[l].rows;
    size_t w = p->window[row];

    if (!oddi_grow(&a->spells, &a->cap, a->n + 1, sizeof *a->spells))
        return oddi_fail_memory(a->err);
    a->spells[a->n++] = (struct spell){a->host[l][p->entity[row]], p->start[w], p->end[w]};
    if (a->run->hunt->lanes[l].learnt)
        return alarm_novelty(a, l, row);
    return oddi_population_alarm(p, row, &a->options[l], &a->alarms, a->err);
}

static enum odd_status add_window(struct alerts *a, size_t l)
{
    struct oddi_population *p = &a->run->hunt->lanes[l].rows;
    size_t w = a->next[l]++;

    oddi_alarms_clear(&a->alarms);
    count_tries(a, l, w, 1);
    for (size_t row = p->first[w]; row < p->first[w + 1] && !p->alone; row++)
        if (is_loud(a, l, row))
            ODDI_TRY(add_row(a, l, row));
    count_tries(a, l, w, 0);
    return oddi_alerting_window(a->run->alerting, l, p->start[w], p->end[w], &a->alarms, a->err);
}

static int by_host_and_start(const void *pa, const void *pb)
{
    const struct spell *a = pa, *b = pb;

    if (a->host != b->host)
        return a->host < b->host ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

static void count(struct alerts *a, uint64_t *alerts)
{
    int64_t end = 0;

    if (a->n)
        qsort(a->spells, a->n, sizeof *a->spells, by_host_and_start);
    for (size_t i = 0; i < a->n; i++) {
        const struct spell *s = &a->spells[i];
        bool first = i == 0 || a->spells[i - 1].host != s->host;

        if (first || s->start > end) {
            alerts[s->host]++;
            end = s->end;
        }
        end = s->end > end ? s->end : end;
    }
}

enum odd_status oddi_hunt_alert(struct odd_run *run, const uint32_t *const *host, size_t n, uint64_t *alerts,
                                struct odd_error *err)
{
    struct alerts a = {.run = run, .host = host, .err = err};
    enum odd_status status = ODD_OK;
    size_t l;

    a.least = oddi_options_value(run->options, "alert-score")->f;
    a.tries = oddi_calloc_array(n + 1, sizeof *a.tries);
    a.tellers = oddi_calloc_array(run->hunt->n_lanes, sizeof *a.tellers);
    if (!a.tries || !a.tellers) {
        free(a.tries);
        free(a.tellers);
        return oddi_fail_memory(err);
    }
    oddi_alarms_init(&a.alarms);
    for (l = 0; l < run->hunt->n_lanes; l++)
        oddi_run_write_options(run, run->hunt->lanes[l].plan, &a.options[l]);
    while (status == ODD_OK && (l = next_lane(&a)) < run->hunt->n_lanes)
        status = add_window(&a, l);
    if (status == ODD_OK)
        count(&a, alerts);
    oddi_alarms_free(&a.alarms);
    for (l = 0; l < run->hunt->n_lanes; l++)
        oddi_novel_teller_clear(&a.tellers[l]);
    free(a.tellers);
    free(a.spells);
    free(a.tries);
    return status;
}
