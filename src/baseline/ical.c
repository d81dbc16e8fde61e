#include "baseline/ical.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "baseline/ical_line.h"
#include "baseline/ical_rule.h"
#include "baseline/ical_time.h"

#define DEEPEST    16                      /* components within each other */
#define MOST_WORK  20000000u               /* days that recurrences look at, in all */
#define LONGEST    (INT64_C(3660) * 86400) /* seconds of an event */
#define LAST       INT64_C(7258118400)     /* 2200-01-01: no event begins later */
#define MOST_DATES 1000                    /* EXDATE and RDATE of one event, each */

struct moment {
    int64_t local; /* in the zone of the event's start */
    bool date;
};

struct event {
    uint64_t line; /* of BEGIN:VEVENT */
    struct oddi_ical_time start, end;
    const struct oddi_zone *zone, *end_zone;
    bool has_start, has_end, has_duration, has_rule, has_until, cancelled;
    int64_t duration; /* seconds */
    struct oddi_ical_rule rule;
    struct oddi_ical_time until;
    char name[ODDI_ICAL_MAX_NAME + 1];
    struct moment *except, *more;
    size_t n_except, n_more, cap_except, cap_more;
};

/* A span before its name has a number. */
struct named {
    int64_t from, to;
    size_t name; /* offset in names */
};

struct reader {
    const struct oddi_ical_options *o;
    struct oddi_ical_lines lines;
    struct oddi_ical *out;
    struct event e;
    struct oddi_buf names;
    struct named *span;
    size_t n_spans, cap_spans;
    size_t name; /* of the event at hand in `names`; SIZE_MAX: not there yet */
    uint64_t work;
    bool memory, full; /* expanding failed */
    struct odd_error *err;
};

static bool is_utf8(const char *s, size_t n)
{
    uint32_t cp;
    unsigned used = 1;

    for (size_t i = 0; i < n && used; i += used)
        used = oddi_utf8_decode(s + i, n - i, &cp);
    return used != 0;
}

/* ---- Values ---------------------------------------------------------------------------------------------------------- */

static enum odd_status read_zone(struct reader *r, const struct oddi_ical_prop *p,
                                 const struct oddi_zone **zone)
{
    struct odd_error fault = ODD_ERROR_INIT;
    const char *value;
    char name[100];
    size_t n;
    enum odd_status status;

    *zone = r->o->zone;
    if (!oddi_ical_param(p, "TZID", &value, &n))
        return ODD_OK;
    if (n == 0 || n >= sizeof name)
        return oddi_ical_fail(&r->lines, r->err, "TZID is no name of a zone such as Europe/Prague");
    memcpy(name, value, n);
    name[n] = '\0';
    status = r->o->find_zone(r->o->ctx, name, zone, &fault);
    if (status == ODD_ERR_MEMORY)
        return oddi_fail_memory(r->err);
    return status == ODD_OK
               ? ODD_OK
               : oddi_ical_fail(&r->lines, r->err,
                                "TZID '%s' is no zone that is known here, and VTIMEZONE is not read", name);
}

static enum odd_status read_time(struct reader *r, const struct oddi_ical_prop *p, const char *s, size_t n,
                                 struct oddi_ical_time *out)
{
    const char *kind;
    size_t n_kind;
    bool date = oddi_ical_param(p, "VALUE", &kind, &n_kind) && n_kind == 4 && memcmp(kind, "DATE", 4) == 0;

    if (!oddi_ical_time_parse(s, n, out) || (date && !out->date))
        return oddi_ical_fail(&r->lines, r->err, "%s is no date or time such as 20250901 or 20250901T080000",
                              p->name);
    return ODD_OK;
}

static int64_t to_utc(const struct oddi_zone *zone, int64_t local)
{
    return oddi_zone_to_utc(zone, local * ODDI_SECOND);
}

/* The same moment as local time of the event's start. */
static int64_t local_of(const struct event *e, const struct oddi_ical_time *t, const struct oddi_zone *zone)
{
    int64_t at;

    if (t->date || (!t->utc && zone == e->zone && !e->start.utc) || (t->utc && e->start.utc))
        return t->local;
    at = t->utc ? t->local * ODDI_SECOND : to_utc(zone, t->local);
    if (e->start.utc)
        return at / ODDI_SECOND;
    return at / ODDI_SECOND + oddi_zone_offset(e->zone, at);
}

/* ---- Properties of an event -------------------------------------------------------------------------------------------- */

static enum odd_status once(struct reader *r, const struct oddi_ical_prop *p, bool *has)
{
    if (*has)
        return oddi_ical_fail(&r->lines, r->err, "%s is there twice in one event", p->name);
    *has = true;
    return ODD_OK;
}

static enum odd_status take_start(struct reader *r, const struct oddi_ical_prop *p)
{
    ODDI_TRY(once(r, p, &r->e.has_start));
    ODDI_TRY(read_zone(r, p, &r->e.zone));
    return read_time(r, p, p->value, p->n_value, &r->e.start);
}

static enum odd_status take_end(struct reader *r, const struct oddi_ical_prop *p)
{
    ODDI_TRY(once(r, p, &r->e.has_end));
    ODDI_TRY(read_zone(r, p, &r->e.end_zone));
    return read_time(r, p, p->value, p->n_value, &r->e.end);
}

static enum odd_status take_duration(struct reader *r, const struct oddi_ical_prop *p)
{
    ODDI_TRY(once(r, p, &r->e.has_duration));
    if (!oddi_ical_duration_parse(p->value, p->n_value, &r->e.duration))
        return oddi_ical_fail(&r->lines, r->err,
                              "DURATION is no time such as PT90M or P1D, of ten years at most");
    return ODD_OK;
}

static enum odd_status take_rule(struct reader *r, const struct oddi_ical_prop *p)
{
    const char *until, *wrong;
    size_t n;

    if (r->e.has_rule)
        return oddi_ical_fail(&r->lines, r->err, "a second RRULE of one event is not read");
    r->e.has_rule = true;
    wrong = oddi_ical_rule_parse(p->value, p->n_value, &r->e.rule, &until, &n);
    if (wrong)
        return oddi_ical_fail(&r->lines, r->err, "%s", wrong);
    r->e.has_until = until != NULL;
    return until ? read_time(r, p, until, n, &r->e.until) : ODD_OK;
}

/* "\n" "\," "\;" "\\" undone, blanks of any kind made one; cut at a character. */
static enum odd_status take_summary(struct reader *r, const struct oddi_ical_prop *p)
{
    char *name = r->e.name;
    size_t n = 0;

    if (!is_utf8(p->value, p->n_value))
        return oddi_ical_fail(&r->lines, r->err, "SUMMARY is not UTF-8");
    for (size_t i = 0; i < p->n_value && n < ODDI_ICAL_MAX_NAME; i++) {
        char c = p->value[i];

        if (c == '\\' && i + 1 < p->n_value) {
            c = p->value[++i];
            c = c == 'n' || c == 'N' ? ' ' : c;
        }
        c = c == '\t' ? ' ' : c;
        if (c != ' ' || (n > 0 && name[n - 1] != ' '))
            name[n++] = c;
    }
    while (n > 0 && !is_utf8(name, n))
        n--;
    while (n > 0 && name[n - 1] == ' ')
        n--;
    name[n] = '\0';
    return ODD_OK;
}

static enum odd_status take_dates(struct reader *r, const struct oddi_ical_prop *p, struct moment **list,
                                  size_t *n_list, size_t *cap)
{
    const struct oddi_zone *zone = NULL;

    if (!r->e.has_start)
        return oddi_ical_fail(&r->lines, r->err, "%s is read behind DTSTART", p->name);
    ODDI_TRY(read_zone(r, p, &zone));
    for (size_t from = 0; from <= p->n_value;) {
        const char *comma = memchr(p->value + from, ',', p->n_value - from);
        size_t end = comma ? (size_t)(comma - p->value) : p->n_value;
        struct oddi_ical_time t;

        ODDI_TRY(read_time(r, p, p->value + from, end - from, &t));
        if (*n_list == MOST_DATES)
            return oddi_ical_fail(&r->lines, r->err, "an event has more than %d of %s", MOST_DATES, p->name);
        if (!oddi_grow(list, cap, *n_list + 1, sizeof **list))
            return oddi_fail_memory(r->err);
        (*list)[(*n_list)++] = (struct moment){local_of(&r->e, &t, zone), t.date};
        from = end + 1;
    }
    return ODD_OK;
}

static enum odd_status take_property(struct reader *r, const struct oddi_ical_prop *p)
{
    struct event *e = &r->e;

    if (strcmp(p->name, "DTSTART") == 0)
        return take_start(r, p);
    if (strcmp(p->name, "DTEND") == 0)
        return take_end(r, p);
    if (strcmp(p->name, "DURATION") == 0)
        return take_duration(r, p);
    if (strcmp(p->name, "SUMMARY") == 0)
        return take_summary(r, p);
    if (strcmp(p->name, "RRULE") == 0)
        return take_rule(r, p);
    if (strcmp(p->name, "EXDATE") == 0)
        return take_dates(r, p, &e->except, &e->n_except, &e->cap_except);
    if (strcmp(p->name, "RDATE") == 0)
        return take_dates(r, p, &e->more, &e->n_more, &e->cap_more);
    if (strcmp(p->name, "STATUS") == 0)
        e->cancelled = p->n_value == 9 && memcmp(p->value, "CANCELLED", 9) == 0;
    if (strcmp(p->name, "RECURRENCE-ID") == 0 || strcmp(p->name, "EXRULE") == 0)
        return oddi_ical_fail(&r->lines, r->err, "%s is not read: it changes when an event that recurs is on",
                              p->name);
    return ODD_OK;
}

/* ---- When an event is on ------------------------------------------------------------------------------------------------ */

static bool is_excepted(const struct event *e, int64_t local)
{
    for (size_t i = 0; i < e->n_except; i++) {
        const struct moment *m = &e->except[i];

        if (m->date ? local >= m->local && local < m->local + 86400 : local == m->local)
            return true;
    }
    return false;
}

static bool name_event(struct reader *r)
{
    if (r->name != SIZE_MAX)
        return true;
    r->name = r->names.size;
    oddi_buf_str(&r->names, r->e.name[0] ? r->e.name : "event");
    oddi_buf_char(&r->names, '\0');
    return oddi_buf_ok(&r->names);
}

static bool take_occurrence(void *ctx, int64_t local)
{
    struct reader *r = ctx;
    const struct event *e = &r->e;
    int64_t from = e->start.utc ? local * ODDI_SECOND : to_utc(e->zone, local);
    int64_t to = e->start.utc ? (local + e->duration) * ODDI_SECOND : to_utc(e->zone, local + e->duration);

    if (is_excepted(e, local) || to <= r->o->from || from >= r->o->to || to <= from)
        return true;
    r->full = r->n_spans == ODDI_ICAL_MAX_SPANS;
    r->memory = !name_event(r) || !oddi_grow(&r->span, &r->cap_spans, r->n_spans + 1, sizeof *r->span);
    if (r->full || r->memory)
        return false;
    r->span[r->n_spans++] = (struct named){from, to, r->name};
    return true;
}

static enum odd_status find_duration(struct reader *r)
{
    struct event *e = &r->e;

    if (e->has_end && e->has_duration)
        return oddi_ical_fail(&r->lines, r->err, "an event has either DTEND or DURATION");
    if (e->has_end && e->end.date != e->start.date)
        return oddi_ical_fail(&r->lines, r->err, "DTSTART and DTEND are either both dates or both times");
    if (e->has_end)
        e->duration = local_of(e, &e->end, e->end_zone) - e->start.local;
    else if (!e->has_duration)
        e->duration = e->start.date ? 86400 : 0;
    if (e->duration < 0)
        return oddi_ical_fail(&r->lines, r->err, "DTEND is before DTSTART");
    if (e->duration > LONGEST)
        return oddi_ical_fail(&r->lines, r->err, "an event lasts longer than ten years");
    return ODD_OK;
}

static enum odd_status end_event(struct reader *r)
{
    struct event *e = &r->e;
    int64_t last = r->o->to / ODDI_SECOND + 2 * 86400; /* local time is at most a day off */

    last = last < LAST ? last : LAST;
    r->lines.line = e->line;
    if (!e->has_start)
        return oddi_ical_fail(&r->lines, r->err, "an event has no DTSTART");
    if (++r->out->events > ODDI_ICAL_MAX_EVENTS)
        return oddi_fail_at(r->err, ODD_ERR_LIMIT, r->lines.source, e->line, ODD_NO_POSITION,
                            "more than %zu events", ODDI_ICAL_MAX_EVENTS);
    ODDI_TRY(find_duration(r));
    r->out->cancelled += e->cancelled;
    r->out->instants += !e->cancelled && e->duration == 0;
    if (e->cancelled || e->duration == 0)
        return ODD_OK;
    r->name = SIZE_MAX;
    e->rule.has_until = e->has_until;
    if (e->has_until)
        e->rule.until = e->until.date ? e->until.local + 86399 : local_of(e, &e->until, e->zone);
    if (!oddi_ical_rule_expand(&e->rule, e->start.local, last, &r->work, take_occurrence, r))
        return oddi_fail_at(r->err, ODD_ERR_LIMIT, r->lines.source, e->line, ODD_NO_POSITION,
                            "the events recur too often to be followed");
    for (size_t i = 0; i < e->n_more && !r->full && !r->memory; i++)
        (void)take_occurrence(r, e->more[i].local);
    if (r->full)
        return oddi_fail_at(r->err, ODD_ERR_LIMIT, r->lines.source, e->line, ODD_NO_POSITION,
                            "events are on more than %zu times", ODDI_ICAL_MAX_SPANS);
    return r->memory ? oddi_fail_memory(r->err) : ODD_OK;
}

/* ---- Components -------------------------------------------------------------------------------------------------------- */

static void begin_event(struct reader *r)
{
    struct event *e = &r->e;
    struct moment *except = e->except, *more = e->more;
    size_t cap_except = e->cap_except, cap_more = e->cap_more;

    *e = (struct event){.line = r->lines.line,
                        .except = except,
                        .more = more,
                        .cap_except = cap_except,
                        .cap_more = cap_more};
}

/* Where the reader is: the names of the components that it is in. */
struct place {
    char name[DEEPEST][32];
    size_t depth;
};

static enum odd_status begin(struct reader *r, struct place *at, const struct oddi_ical_prop *p)
{
    if (at->depth == DEEPEST || p->n_value == 0 || p->n_value >= sizeof at->name[0])
        return oddi_ical_fail(&r->lines, r->err, "BEGIN names no component that a calendar has");
    memset(at->name[at->depth], 0, sizeof at->name[0]);
    for (size_t i = 0; i < p->n_value; i++) {
        char c = p->value[i];

        at->name[at->depth][i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    if (at->depth == 0 && strcmp(at->name[0], "VCALENDAR") != 0)
        return oddi_ical_fail(&r->lines, r->err, "is no calendar: it begins with BEGIN:VCALENDAR");
    at->depth++;
    if (at->depth == 2 && strcmp(at->name[1], "VEVENT") == 0)
        begin_event(r);
    return ODD_OK;
}

static enum odd_status end(struct reader *r, struct place *at, const struct oddi_ical_prop *p)
{
    const char *name = at->depth > 0 ? at->name[at->depth - 1] : "";

    if (strlen(name) != p->n_value || strncasecmp(name, p->value, p->n_value) != 0)
        return oddi_ical_fail(&r->lines, r->err, "END is of no component that is open");
    at->depth--;
    return at->depth == 1 && strcmp(name, "VEVENT") == 0 ? end_event(r) : ODD_OK;
}

static enum odd_status read_lines(struct reader *r)
{
    struct place at = {.depth = 0};
    struct oddi_ical_prop p;
    enum odd_status status;

    while ((status = oddi_ical_next(&r->lines, &p, r->err)) == ODD_OK) {
        if (strcmp(p.name, "BEGIN") == 0)
            status = begin(r, &at, &p);
        else if (at.depth == 0)
            status = oddi_ical_fail(&r->lines, r->err, "is no calendar: it begins with BEGIN:VCALENDAR");
        else if (strcmp(p.name, "END") == 0)
            status = end(r, &at, &p);
        else if (at.depth == 2 && strcmp(at.name[1], "VEVENT") == 0)
            status = take_property(r, &p);
        if (status != ODD_OK)
            return status;
    }
    if (status != ODD_END)
        return status;
    if (r->lines.line == 0)
        return oddi_ical_fail(&r->lines, r->err, "is empty, and no calendar");
    return at.depth ? oddi_ical_fail(&r->lines, r->err, "ends within %s", at.name[at.depth - 1]) : ODD_OK;
}

/* ---- Names and spans --------------------------------------------------------------------------------------------------- */

static int by_name(const void *pa, const void *pb, void *ctx)
{
    const struct named *a = pa, *b = pb;
    const char *names = ctx;
    int order = a->name == b->name ? 0 : strcmp(names + a->name, names + b->name);

    if (order != 0)
        return order;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static bool add_name(struct oddi_ical *out, size_t *cap, const char *name)
{
    if (out->n_names > 0 && strcmp(out->name[out->n_names - 1], name) == 0)
        return true;
    if (!oddi_grow(&out->name, cap, out->n_names + 1, sizeof *out->name))
        return false;
    out->name[out->n_names] = strdup(name);
    return out->name[out->n_names] && ++out->n_names;
}

static enum odd_status settle(struct reader *r)
{
    struct oddi_ical *out = r->out;
    size_t cap = 0;

    if (r->n_spans == 0)
        return ODD_OK;
    qsort_r(r->span, r->n_spans, sizeof *r->span, by_name, r->names.data);
    out->span = oddi_malloc_array(r->n_spans, sizeof *out->span);
    if (!out->span)
        return oddi_fail_memory(r->err);
    for (size_t i = 0; i < r->n_spans; i++) {
        const struct named *s = &r->span[i];
        struct oddi_ical_span *last = out->n_spans ? &out->span[out->n_spans - 1] : NULL;

        if (!add_name(out, &cap, r->names.data + s->name))
            return oddi_fail_memory(r->err);
        if (last && last->name == out->n_names - 1 && s->from <= last->to)
            last->to = s->to > last->to ? s->to : last->to;
        else
            out->span[out->n_spans++] = (struct oddi_ical_span){s->from, s->to, (uint32_t)(out->n_names - 1)};
    }
    return ODD_OK;
}

enum odd_status oddi_ical_read(const char *text, size_t n, const char *source,
                               const struct oddi_ical_options *options, struct oddi_ical *out,
                               struct odd_error *err)
{
    struct reader r = {.o = options, .out = out, .work = MOST_WORK, .err = err};
    enum odd_status status;

    memset(out, 0, sizeof *out);
    if (n > ODDI_ICAL_MAX_BYTES)
        return oddi_fail_at(err, ODD_ERR_LIMIT, source, ODD_NO_POSITION, ODD_NO_POSITION,
                            "is larger than %zu bytes, as no calendar is read", ODDI_ICAL_MAX_BYTES);
    oddi_ical_lines_init(&r.lines, text, n, source);
    oddi_buf_init(&r.names, 0);
    status = read_lines(&r);
    if (status == ODD_OK)
        status = settle(&r);
    oddi_ical_lines_free(&r.lines);
    oddi_buf_free(&r.names);
    free(r.e.except);
    free(r.e.more);
    free(r.span);
    return status;
}

void oddi_ical_clear(struct oddi_ical *c)
{
    for (size_t i = 0; i < c->n_names; i++)
        free(c->name[i]);
    free(c->name);
    free(c->span);
    memset(c, 0, sizeof *c);
}
