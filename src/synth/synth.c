#include "synth/synth.h"

#include <math.h>

#include "base/mem.h"
#include "flow/time.h"
#include "synth/background.h"
#include "synth/plan.h"
#include "synth/row.h"
#include "synth/schedule.h"

#define MAX_RATE 1e12 /* flows a minute */

/* Everything of one call. Times count in ns times 2^16, so that fast traffic does not lose the fraction. */
struct synth {
    struct oddi_sample sample;
    struct oddi_row_writer writer;
    struct oddi_background *background;
    struct oddi_schedule *schedule;
    uint64_t ordinary; /* background flows still to come */
    uint64_t mean_gap; /* 2^-16 ns */
    unsigned __int128 elapsed;
    int64_t start;
};

static enum odd_status check(const struct oddi_synth_options *o, int64_t *span, struct odd_error *err)
{
    if (!(o->rate > 0) || o->rate > MAX_RATE)
        return oddi_fail(err, ODD_ERR_USAGE, "the rate must be more than 0 and at most %g flows a minute",
                         MAX_RATE);
    double ns = (double)o->flows / o->rate * (double)ODDI_MINUTE;
    /* Gaps are random: twice the span is beyond what they can add up to, but for a handful of flows. */
    if (ns > 4e18 || (double)o->start + 2 * ns + 100 / o->rate * (double)ODDI_MINUTE > 9.2e18)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "%llu flows at this rate would end after the year 2262; ask for fewer or a higher rate",
            (unsigned long long)o->flows);
    *span = (int64_t)ns;
    return ODD_OK;
}

static enum odd_status prepare(struct synth *s, const struct oddi_synth_options *o, struct odd_error *err)
{
    struct oddi_plan plan;
    int64_t span = 0;
    uint64_t attacks;

    ODDI_TRY(check(o, &span, err));
    ODDI_TRY(oddi_plan_parse(o->attacks, &plan, err));
    oddi_sample_init(&s->sample);
    s->background = oddi_background_new(&s->sample, o->seed);
    s->schedule = oddi_schedule_new(&plan, o->flows, o->start, span, o->seed);
    if (!s->background || !s->schedule)
        return oddi_fail_memory(err);
    attacks = oddi_schedule_flows(s->schedule);
    s->ordinary = o->flows - attacks;
    s->mean_gap = s->ordinary ? (uint64_t)((double)span / (double)s->ordinary * 65536) : 0;
    s->start = o->start;
    return ODD_OK;
}

static int64_t next_ordinary(struct synth *s, struct oddi_rng *rng)
{
    if (s->ordinary == 0)
        return INT64_MAX;
    s->elapsed += ((unsigned __int128)oddi_draw_gap(&s->sample, rng) * s->mean_gap) >> 24;
    return s->start + (int64_t)(s->elapsed >> 16);
}

static enum odd_status generate(struct synth *s, const struct oddi_synth_options *o, struct odd_error *err)
{
    struct oddi_rng gaps;
    struct oddi_row row = {0};

    oddi_rng_seed(&gaps, o->seed ^ UINT64_C(0x9e3779b97f4a7c15));
    int64_t ordinary = next_ordinary(s, &gaps), attack = oddi_schedule_time(s->schedule);
    while (ordinary != INT64_MAX || attack != INT64_MAX) {
        if (ordinary <= attack) {
            oddi_background_next(s->background, &row);
            row.time = ordinary;
            s->ordinary--;
            ordinary = next_ordinary(s, &gaps);
        } else {
            oddi_schedule_next(s->schedule, &row);
            attack = oddi_schedule_time(s->schedule);
        }
        ODDI_TRY(oddi_row_write(&s->writer, &row, err));
    }
    return oddi_row_flush(&s->writer, err);
}

enum odd_status oddi_synth(const struct oddi_synth_options *options, odd_write_fn write, void *ctx,
                           struct odd_error *err)
{
    enum odd_status status;
    struct synth *s = oddi_calloc_array(1, sizeof *s);
    if (!s)
        return oddi_fail_memory(err);
    status = prepare(s, options, err);
    if (status == ODD_OK) {
        oddi_row_writer_init(&s->writer, write, ctx);
        if (options->header)
            status = oddi_row_header(&s->writer, err);
    }
    if (status == ODD_OK)
        status = generate(s, options, err);
    oddi_schedule_free(s->schedule);
    oddi_background_free(s->background);
    free(s);
    return status;
}
