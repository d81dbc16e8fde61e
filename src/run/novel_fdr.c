#include "run/novel_fdr.h"

#include <math.h>
#include <stdlib.h>

#include "base/ids.h"
#include "base/mem.h"
#include "base/num.h"
#include "run/novel.h"
#include "run/novel_budget.h"

/* Between two steps of the ranks, as budgets have it (baseline/budget_rate.c): rounding on the way to a row's threshold takes in
 * neither side's days. */
#define BETWEEN 1e-9
/* 1970-01-05 was a Monday: spans are counted from it, so that one of 7 days is a week. */
#define MONDAY 4

/* Units' days numbered in the order of the rows, and the spans that they are in. */
struct found {
    struct oddi_hunt *hunt;
    struct oddi_day_stage stage; /* of the plans that judge; borrows its calibrations */
    bool chosen;                 /* one plan of several: its days are calibrated by the surprise itself */
    int64_t span_days;
    double q;
    struct oddi_ids units, unit_days, spans;
    double *least; /* by unit-day: the least of oddi_day_ln_p() */
    uint32_t *of;  /* by unit-day: its span */
    size_t cap_least, cap_of;
    double *limit; /* by span: what a row's p is compared with, as oddi_day_row_surprise() takes it */
};

/* ---- Days ----------------------------------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool span_of(struct found *f, int32_t day, uint32_t *span)
{
    return oddi_ids_add(&f->spans, (uint64_t)floor_div((int64_t)day - MONDAY, f->span_days), span);
}

static bool add_row(struct found *f, const struct oddi_row_key *key, double ln_p)
{
    uint32_t unit, ud, span;
    size_t known = f->unit_days.n;

    if (!oddi_ids_add(&f->units, oddi_row_unit(key), &unit) ||
        !oddi_ids_add(&f->unit_days, (uint64_t)unit << 32 | (uint32_t)key->day, &ud) ||
        !span_of(f, key->day, &span) ||
        !oddi_grow(&f->least, &f->cap_least, f->unit_days.n, sizeof *f->least) ||
        !oddi_grow(&f->of, &f->cap_of, f->unit_days.n, sizeof *f->of))
        return false;
    if (f->unit_days.n > known) {
        f->least[ud] = 0;
        f->of[ud] = span;
    }
    f->least[ud] = fmin(f->least[ud], ln_p);
    return true;
}

static bool add_lane(struct found *f, size_t l)
{
    const struct oddi_hunt_lane *lane = &f->hunt->lanes[l];

    for (size_t i = 0; i < lane->rows.n; i++) {
        struct oddi_row_key key = oddi_novel_key(lane, i);

        if (!add_row(f, &key,
                     oddi_day_ln_p(&f->stage, oddi_novel_stage_plan(f->hunt, l), -lane->rows.raw[i])))
            return false;
    }
    return true;
}

/* ---- Spans ---------------------------------------------------------------------------------------------------------- */

/* ln p of a unit's day: its rank among the days of the calibration. */
static double final_ln_p(const struct found *f, double least)
{
    double joined = oddi_day_join(&f->stage, least);
    bool beyond;

    return f->chosen ? joined : oddi_calibration_ln_p(&f->stage.joint, -joined, &beyond);
}

/* The contrary, to the safe side of rounding: more of what is at ln_p (slack > 0) or less (slack < 0). */
static double joined_limit(const struct found *f, double ln_p, double slack)
{
    if (f->chosen)
        return ln_p + slack;
    return -oddi_calibration_score(&f->stage.joint, ln_p + slack) + slack;
}

/* ln_p[0 .. m-1] of one span; its limit. Where nothing is found it lies just below what a single day would have needed. */
static double judge_span(struct found *f, double *ln_p, size_t m)
{
    struct oddi_hunt_fdr *out = &f->hunt->fdr;
    double resolution = -log((double)f->stage.joint.n + 1);
    struct oddi_fdr one;

    oddi_fdr(&f->stage, ln_p, m, f->q, &one);
    out->spans++;
    out->days += m;
    out->most = m > out->most ? m : out->most;
    out->found += one.found;
    out->beyond += one.beyond;
    for (size_t i = 0; i < one.found && ln_p[i] < resolution; i++)
        out->extrapolated++;
    return one.found ? joined_limit(f, one.ln_p, BETWEEN)
                     : joined_limit(f, log(f->q) - log((double)m), -BETWEEN);
}

/* The unit-days span after span. */
static enum odd_status judge_spans(struct found *f, struct odd_error *err)
{
    size_t n = f->unit_days.n, n_spans = f->spans.n;
    double *ln_p = oddi_malloc_array(n + 1, sizeof *ln_p);
    size_t *end = oddi_calloc_array(n_spans + 2, sizeof *end);

    f->limit = oddi_malloc_array(n_spans + 1, sizeof *f->limit);
    if (!ln_p || !end || !f->limit) {
        free(ln_p);
        free(end);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < n; i++)
        end[f->of[i] + 2]++;
    for (size_t s = 0; s < n_spans; s++)
        end[s + 2] += end[s + 1];
    for (size_t i = 0; i < n; i++)
        ln_p[end[f->of[i] + 1]++] = final_ln_p(f, f->least[i]);
    for (size_t s = 0; s < n_spans; s++)
        f->limit[s] = judge_span(f, ln_p + end[s], end[s + 1] - end[s]);
    free(ln_p);
    free(end);
    return ODD_OK;
}

/* Windows without rows have no span, and need no limit. */
static enum odd_status limit_lane(struct found *f, size_t l, struct odd_error *err)
{
    struct oddi_hunt_lane *lane = &f->hunt->lanes[l];
    struct oddi_population *p = &lane->rows;

    p->ln_limit = oddi_malloc_array(p->n_windows + 1, sizeof *p->ln_limit);
    if (!p->ln_limit)
        return oddi_fail_memory(err);
    for (size_t w = 0; w < p->n_windows; w++) {
        uint32_t span;

        p->ln_limit[w] = -INFINITY;
        if (p->first[w] == p->first[w + 1])
            continue;
        if (!span_of(f, oddi_novel_key(lane, p->first[w]).day, &span))
            return oddi_fail_memory(err);
        p->ln_limit[w] = -oddi_day_row_surprise(&f->stage, oddi_novel_stage_plan(f->hunt, l), f->limit[span]);
    }
    return ODD_OK;
}

static enum odd_status judge(struct found *f, struct odd_error *err)
{
    for (size_t l = 0; l < f->hunt->n_lanes; l++)
        if (!add_lane(f, l))
            return oddi_fail_memory(err);
    ODDI_TRY(judge_spans(f, err));
    for (size_t l = 0; l < f->hunt->n_lanes; l++)
        ODDI_TRY(limit_lane(f, l, err));
    return ODD_OK;
}

enum odd_status oddi_novel_fdr(struct odd_run *run, struct odd_error *err)
{
    struct found f = {.hunt = run->hunt,
                      .span_days = oddi_options_value(run->options, "fdr-span")->i / ODDI_DAY,
                      .q = oddi_options_value(run->options, "fdr")->f};
    enum odd_status status;

    if (!oddi_options_given(run->options, "fdr"))
        return ODD_OK;
    f.stage = oddi_novel_stage(run->hunt);
    f.chosen = run->hunt->n_chosen < run->hunt->baseline.n_plans;
    run->hunt->fdr = (struct oddi_hunt_fdr){.calibration = f.stage.joint.n};
    status = judge(&f, err);
    oddi_ids_free(&f.units);
    oddi_ids_free(&f.unit_days);
    oddi_ids_free(&f.spans);
    free(f.least);
    free(f.of);
    free(f.limit);
    return status;
}

/* ---- Options --------------------------------------------------------------------------------------------------------- */

enum odd_status oddi_novel_fdr_check(const struct odd_run *run, struct odd_error *err)
{
    const struct oddi_hunt *hunt = run->hunt;
    int64_t span = oddi_options_value(run->options, "fdr-span")->i;

    if (!oddi_options_given(run->options, "fdr")) {
        if (!oddi_options_given(run->options, "fdr-span"))
            return ODD_OK;
        return oddi_fail(err, ODD_ERR_USAGE, "--fdr-span needs --fdr: it says over which days that holds");
    }
    if (oddi_options_given(run->options, "fpr") || oddi_options_given(run->options, "budget"))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--fdr and --%s exclude each other: both say how odd a novelty must be",
                         oddi_options_given(run->options, "fpr") ? "fpr" : "budget");
    if (span % ODDI_DAY != 0)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--fdr-span must be whole days, such as 1d or 7d: what is found is a host's day");
    if (oddi_novel_stage(hunt).joint.n_kept == 0)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "the baseline does not say how odd a host's day is: it has no --fdr");
    return ODD_OK;
}

/* ---- The account ----------------------------------------------------------------------------------------------------- */

static const char *grouped(char out[ODDI_NUM_MAX], uint64_t n)
{
    out[oddi_format_u64_grouped(out, n)] = '\0';
    return out;
}

static enum odd_status tell_found(struct odd_run *run, double q, struct odd_error *err)
{
    const struct oddi_hunt_fdr *f = &run->hunt->fdr;
    char found[ODDI_NUM_MAX], days[ODDI_NUM_MAX], spans[ODDI_NUM_MAX], percent[ODDI_NUM_MAX];

    percent[oddi_format_double(percent, 100 * q, 3)] = '\0';
    return oddi_run_note(
        run, err,
        "fdr: %s alert%s (a host on a day) among %s days of hosts in %s span%s; about %s %% of the "
        "alerts may be false, which is approximate: days of hosts are not independent",
        grouped(found, f->found), f->found == 1 ? "" : "s", grouped(days, f->days), grouped(spans, f->spans),
        f->spans == 1 ? "" : "s", percent);
}

enum odd_status oddi_novel_tell_fdr(struct odd_run *run, struct odd_error *err)
{
    const struct oddi_hunt_fdr *f = &run->hunt->fdr;
    double q = oddi_options_value(run->options, "fdr")->f;
    char a[ODDI_NUM_MAX], b[ODDI_NUM_MAX], c[ODDI_NUM_MAX];

    if (!oddi_options_given(run->options, "fdr") || f->days == 0)
        return ODD_OK;
    ODDI_TRY(tell_found(run, q, err));
    if (f->beyond) {
        c[oddi_format_double(c, q, 3)] = '\0';
        ODDI_TRY(
            oddi_run_note(run, err,
                          "fdr: in %llu of %llu spans no day by itself can be found within the calibration: "
                          "1/(%s + 1) is more than %s/%s",
                          (unsigned long long)f->beyond, (unsigned long long)f->spans,
                          grouped(a, f->calibration), c, grouped(b, f->most)));
    }
    if (f->extrapolated)
        return oddi_run_note(run, err,
                             "fdr: %s of these alerts beyond the %s days of the calibration: there p is "
                             "extrapolated, and --fdr promises nothing",
                             grouped(a, f->extrapolated), grouped(b, f->calibration));
    return ODD_OK;
}
