#include "baseline/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- Making ---------------------------------------------------------------------------------------------------------- */

/* How long a name is on within the range, and which one it is. */
struct held {
    int64_t time;
    uint32_t name;
};

static int longest_first(const void *pa, const void *pb)
{
    const struct held *a = pa, *b = pb;

    if (a->time != b->time)
        return a->time > b->time ? -1 : 1;
    return a->name < b->name ? -1 : a->name > b->name;
}

static int by_name(const void *pa, const void *pb)
{
    const struct held *a = pa, *b = pb;

    return a->name < b->name ? -1 : a->name > b->name;
}

static int by_start(const void *pa, const void *pb)
{
    const struct oddi_time_span *a = pa, *b = pb;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static int64_t overlap(const struct oddi_ical_span *s, int64_t first, int64_t last)
{
    int64_t from = s->from > first ? s->from : first, to = s->to < last + 1 ? s->to : last + 1;

    return to > from ? to - from : 0;
}

/* The names that are on in the range, at most ODDI_MAX_EVENTS - 1, ascending. */
static struct held *choose(const struct oddi_ical *c, int64_t first, int64_t last, size_t *n)
{
    struct held *all = oddi_calloc_array(c->n_names + 1, sizeof *all);
    size_t kept = 0;

    if (!all)
        return NULL;
    for (uint32_t i = 0; i < c->n_names; i++)
        all[i].name = i;
    for (size_t i = 0; i < c->n_spans; i++)
        all[c->span[i].name].time += overlap(&c->span[i], first, last);
    qsort(all, c->n_names, sizeof *all, longest_first);
    while (kept < c->n_names && kept + 1 < ODDI_MAX_EVENTS && all[kept].time > 0)
        kept++;
    qsort(all, kept, sizeof *all, by_name);
    *n = kept;
    return all;
}

/* The spans of one name, or of all (UINT32_MAX), joined. */
static bool fill(const struct oddi_ical *c, uint32_t name, struct oddi_event *e)
{
    size_t n = 0;

    e->name = strdup(name == UINT32_MAX ? "" : c->name[name]);
    e->span = oddi_malloc_array(c->n_spans + 1, sizeof *e->span);
    if (!e->name || !e->span)
        return false;
    for (size_t i = 0; i < c->n_spans; i++)
        if (name == UINT32_MAX || c->span[i].name == name)
            e->span[n++] = (struct oddi_time_span){c->span[i].from, c->span[i].to};
    qsort(e->span, n, sizeof *e->span, by_start);
    for (size_t i = 0; i < n; i++) {
        struct oddi_time_span *last = e->n ? &e->span[e->n - 1] : NULL;

        if (last && e->span[i].from <= last->to)
            last->to = e->span[i].to > last->to ? e->span[i].to : last->to;
        else
            e->span[e->n++] = e->span[i];
    }
    return true;
}

/* What is on very often would make conditions of its times that nobody reads: hours and weekdays find it. */
static void drop_frequent(struct oddi_calendar *c)
{
    size_t n = 1;

    for (size_t i = 0; i < c->n; i++) {
        struct oddi_event *e = &c->event[i];
        bool frequent = e->n > ODDI_MAX_EVENT_SPANS;

        c->frequent += i > 0 && frequent;
        if (i == 0) {
            e->n = frequent ? 0 : e->n;
        } else if (frequent) {
            free(e->name);
            free(e->span);
        } else {
            c->event[n++] = *e;
        }
    }
    c->n = n;
}

enum odd_status oddi_calendar_make(const struct oddi_ical *c, const char *file, int64_t first, int64_t last,
                                   int64_t until, struct oddi_calendar *out, struct odd_error *err)
{
    size_t n = 0;
    struct held *held = choose(c, first, last, &n);
    bool ok;

    *out = (struct oddi_calendar){.file = strdup(file), .until = until};
    out->event = oddi_calloc_array(n + 1, sizeof *out->event);
    ok = held && out->file && out->event;
    for (size_t i = 0; ok && i <= n; i++) {
        out->n = i + 1;
        ok = fill(c, i == 0 ? UINT32_MAX : held[i - 1].name, &out->event[i]);
    }
    free(held);
    if (ok)
        drop_frequent(out);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

void oddi_calendar_clear(struct oddi_calendar *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->event[i].name);
        free(c->event[i].span);
    }
    free(c->event);
    free(c->file);
    memset(c, 0, sizeof *c);
}

void oddi_calendar_free(struct oddi_calendar *c)
{
    if (c)
        oddi_calendar_clear(c);
    free(c);
}

/* ---- Asking ---------------------------------------------------------------------------------------------------------- */

static bool is_on(const struct oddi_event *e, int64_t t)
{
    size_t low = 0, high = e->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (e->span[middle].to <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low < e->n && e->span[low].from <= t;
}

uint64_t oddi_calendar_at(const struct oddi_calendar *c, int64_t t)
{
    uint64_t set = 0;

    for (size_t i = 0; c && i < c->n; i++)
        set |= (uint64_t)is_on(&c->event[i], t) << i;
    return set;
}
