#include "eval/events.h"

#include <math.h>

#include "base/mem.h"
#include "stats/moments.h"

#define DAY    86400.0
#define SECOND 1e9

struct oddi_event_entity {
    bool alerted;  /* its latest alert may go on */
    uint8_t truth; /* of the latest alert */
    bool infected, found;
    int64_t alert_end; /* end of its latest positive prediction */
    int64_t infected_at, found_at;
};

void oddi_events_init(struct oddi_events *e, uint64_t gap)
{
    *e = (struct oddi_events){.gap = gap, .first = INT64_MAX, .last = INT64_MIN};
}

void oddi_events_free(struct oddi_events *e)
{
    free(e->entity);
    oddi_events_init(e, e->gap);
}

static double seconds(int64_t from, int64_t to)
{
    return ((double)to - (double)from) / SECOND;
}

static bool make_room(struct oddi_events *e, uint32_t entity)
{
    if (entity < e->n)
        return true;
    if (!oddi_grow(&e->entity, &e->cap, (size_t)entity + 1, sizeof *e->entity))
        return false;
    for (; e->n <= entity; e->n++)
        e->entity[e->n] = (struct oddi_event_entity){0};
    return true;
}

/* Whether the window [start, end) goes on with an alert whose last window ended at `last`. */
static bool goes_on(uint64_t gap, int64_t last, int64_t start, int64_t end)
{
    uint64_t width = (uint64_t)end - (uint64_t)start, between, most;

    if (start <= last)
        return true;
    between = (uint64_t)start - (uint64_t)last;
    return __builtin_mul_overflow(gap, width, &most) || between <= most;
}

static void alarm(struct oddi_events *e, struct oddi_event_entity *x, int64_t start, int64_t end,
                  unsigned label)
{
    if (x->alerted && !goes_on(e->gap, x->alert_end, start, end)) {
        e->alerts[x->truth]++;
        x->alerted = false;
    }
    if (!x->alerted || label > x->truth)
        x->truth = (uint8_t)label;
    x->alerted = true;
    x->alert_end = end;
    if (x->infected && !x->found) {
        x->found = true;
        x->found_at = end;
    }
}

bool oddi_events_add(struct oddi_events *e, uint32_t entity, int64_t start, int64_t end, unsigned label,
                     bool said)
{
    struct oddi_event_entity *x;

    if (!make_room(e, entity))
        return false;
    x = &e->entity[entity];
    if (start < e->first)
        e->first = start;
    if (end > e->last)
        e->last = end;
    if (label == ODDI_LABEL_POSITIVE && !x->infected) {
        x->infected = true;
        x->infected_at = start;
    }
    if (said)
        alarm(e, x, start, end, label);
    return true;
}

double oddi_events_delay(const struct oddi_events *e, uint32_t entity)
{
    const struct oddi_event_entity *x = entity < e->n ? &e->entity[entity] : NULL;

    return x && x->found ? seconds(x->infected_at, x->found_at) : NAN;
}

static bool add_delays(const struct oddi_events *e, struct oddi_event_measures *out)
{
    double *delay = oddi_malloc_array(out->found, sizeof *delay);
    size_t n = 0;

    out->median_delay = out->max_delay = NAN;
    if (!delay)
        return false;
    for (uint32_t i = 0; i < e->n; i++)
        if (e->entity[i].found)
            delay[n++] = oddi_events_delay(e, i);
    if (n > 0) {
        out->median_delay = oddi_quantile(delay, n, 0.5);
        out->max_delay = oddi_quantile(delay, n, 1);
    }
    free(delay);
    return true;
}

bool oddi_events_result(const struct oddi_events *e, struct oddi_event_measures *out)
{
    uint64_t alerts[3] = {e->alerts[0], e->alerts[1], e->alerts[2]};

    *out = (struct oddi_event_measures){.entities = e->n};
    for (size_t i = 0; i < e->n; i++) {
        alerts[e->entity[i].truth] += e->entity[i].alerted;
        out->infected += e->entity[i].infected;
        out->found += e->entity[i].found;
    }
    out->true_alerts = alerts[ODDI_LABEL_POSITIVE];
    out->false_alerts = alerts[ODDI_LABEL_NEGATIVE];
    out->alerts = alerts[ODDI_LABEL_IGNORE] + out->true_alerts + out->false_alerts;
    out->days = e->n ? seconds(e->first, e->last) / DAY : 0;
    out->alerts_per_day = out->days > 0 ? (double)out->alerts / out->days : NAN;
    out->false_per_day = out->days > 0 ? (double)out->false_alerts / out->days : NAN;
    out->false_per_day_per_1000 = out->false_per_day / ((double)e->n / 1000);
    return add_delays(e, out);
}
