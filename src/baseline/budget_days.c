#include "baseline/budget_days.h"

#include <math.h>

#include "base/ids.h"
#include "base/mem.h"

/* Units and days numbered; surprise[j x n + i] of unit-day i in plan j, negative: no row that calibrates. */
struct days {
    struct oddi_ids units, days, unit_days;
    uint32_t *of; /* unit-day of each row, plan after plan */
    double *surprise, *scratch;
    size_t n;
};

static bool number_rows(struct days *d, const struct oddi_day_rows *rows, uint32_t *of)
{
    for (size_t i = 0; i < rows->n; i++) {
        uint32_t unit, day;

        if (!oddi_ids_add(&d->units, oddi_row_unit(&rows->key[i]), &unit) ||
            !oddi_ids_add(&d->days, (uint64_t)(int64_t)rows->key[i].day, &day) ||
            !oddi_ids_add(&d->unit_days, (uint64_t)unit << 32 | day, &of[i]))
            return false;
    }
    return true;
}

static bool number_days(struct days *d, const struct oddi_day_rows *rows, size_t n_plans)
{
    size_t n = 0, at = 0;

    for (size_t j = 0; j < n_plans; j++)
        n += rows[j].n;
    d->of = oddi_malloc_array(n, sizeof *d->of);
    if (!d->of)
        return false;
    for (size_t j = 0; j < n_plans; at += rows[j++].n)
        if (!number_rows(d, &rows[j], d->of + at))
            return false;
    d->n = d->unit_days.n;
    return true;
}

static bool fill_surprises(struct days *d, const struct oddi_day_rows *rows, size_t n_plans)
{
    const uint32_t *of = d->of;

    d->surprise = oddi_malloc_array(n_plans * d->n, sizeof *d->surprise);
    d->scratch = oddi_malloc_array(d->n, sizeof *d->scratch);
    if (!d->surprise || !d->scratch)
        return false;
    for (size_t k = 0; k < n_plans * d->n; k++)
        d->surprise[k] = -1;
    for (size_t j = 0; j < n_plans; of += rows[j++].n)
        for (size_t i = 0; i < rows[j].n; i++) {
            double *s = &d->surprise[j * d->n + of[i]];

            if (-rows[j].ln_p[i] > *s) /* false for NaN */
                *s = -rows[j].ln_p[i];
        }
    return true;
}

static enum odd_status calibrate_plan(struct days *d, size_t j, struct oddi_calibration *cal,
                                      struct odd_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++)
        if (d->surprise[j * d->n + i] >= 0)
            d->scratch[n++] = d->surprise[j * d->n + i];
    return n == 0 ? ODD_OK : oddi_calibrate(cal, d->scratch, n, err);
}

static bool calibrates(const struct days *d, size_t n_plans, size_t i)
{
    for (size_t j = 0; j < n_plans; j++)
        if (d->surprise[j * d->n + i] >= 0)
            return true;
    return false;
}

/* A unit's day that is in none of a plan's rows has p_j = 1. */
static enum odd_status calibrate_joint(struct days *d, struct oddi_day_stage *stage, struct odd_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++)
        stage->joint.n += calibrates(d, stage->n_plans, i);
    for (size_t i = 0; i < d->n; i++) {
        double least = 0;

        if (!calibrates(d, stage->n_plans, i))
            continue;
        for (size_t j = 0; j < stage->n_plans; j++)
            if (d->surprise[j * d->n + i] >= 0)
                least = fmin(least, oddi_day_ln_p(stage, j, d->surprise[j * d->n + i]));
        d->scratch[n++] = -oddi_day_join(stage, least);
    }
    if (n == 0)
        return oddi_fail(err, ODD_ERR_NO_DATA, "no day of a host to calibrate alerts with");
    return oddi_calibrate(&stage->joint, d->scratch, n, err);
}

static enum odd_status make(struct days *d, const struct oddi_day_rows *rows, struct oddi_day_stage *stage,
                            struct odd_error *err)
{
    stage->plan = oddi_calloc_array(stage->n_plans, sizeof *stage->plan);
    if (!stage->plan || !number_days(d, rows, stage->n_plans) || !fill_surprises(d, rows, stage->n_plans))
        return oddi_fail_memory(err);
    for (size_t j = 0; j < stage->n_plans; j++)
        ODDI_TRY(calibrate_plan(d, j, &stage->plan[j], err));
    ODDI_TRY(calibrate_joint(d, stage, err));
    stage->per_day = (double)d->n / (double)d->days.n;
    return ODD_OK;
}

enum odd_status oddi_day_stage_make(const struct oddi_day_rows *rows, size_t n_plans,
                                    struct oddi_day_stage *out, struct odd_error *err)
{
    struct days d = {.n = 0};
    enum odd_status status;

    *out = (struct oddi_day_stage){.n_plans = n_plans};
    status = make(&d, rows, out, err);
    oddi_ids_free(&d.units);
    oddi_ids_free(&d.days);
    oddi_ids_free(&d.unit_days);
    free(d.of);
    free(d.surprise);
    free(d.scratch);
    if (status != ODD_OK)
        oddi_day_stage_clear(out);
    return status;
}

void oddi_day_stage_clear(struct oddi_day_stage *stage)
{
    for (size_t j = 0; stage->plan && j < stage->n_plans; j++)
        oddi_calibration_clear(&stage->plan[j]);
    free(stage->plan);
    oddi_calibration_clear(&stage->joint);
    *stage = (struct oddi_day_stage){0};
}

/* ---- Judging ------------------------------------------------------------------------------------------------------- */

/* ln w_j */
static double ln_share(const struct oddi_day_stage *stage, size_t plan)
{
    return log((double)stage->plan[plan].n / (double)stage->joint.n);
}

double oddi_day_ln_p(const struct oddi_day_stage *stage, size_t plan, double surprise)
{
    bool beyond;

    if (stage->plan[plan].n_kept == 0)
        return 0;
    return oddi_calibration_ln_p(&stage->plan[plan], surprise, &beyond) + ln_share(stage, plan);
}

double oddi_day_join(const struct oddi_day_stage *stage, double least)
{
    return fmin(0, log((double)stage->n_plans) + least);
}

double oddi_day_row_surprise(const struct oddi_day_stage *stage, size_t plan, double ln_p)
{
    double own;

    if (stage->plan[plan].n_kept == 0)
        return INFINITY;
    own = ln_p - log((double)stage->n_plans) - ln_share(stage, plan);
    return own < 0 ? oddi_calibration_score(&stage->plan[plan], own) : 0;
}
