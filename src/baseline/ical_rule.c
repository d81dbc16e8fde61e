#include "baseline/ical_rule.h"

#include <stdlib.h>
#include <string.h>

#include "flow/time.h"

#define DAY 86400

/* ---- Parsing -------------------------------------------------------------------------------------------------------- */

static const char *const weekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static bool is_word(const char *s, size_t n, const char *word)
{
    if (n != strlen(word))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((s[i] >= 'a' && s[i] <= 'z' ? s[i] - 'a' + 'A' : s[i]) != word[i])
            return false;
    return true;
}

/* [+-]digits within [low, high] */
static bool read_int(const char *s, size_t n, int64_t low, int64_t high, int64_t *out)
{
    bool negative = n > 0 && *s == '-';
    size_t i = n > 0 && (*s == '-' || *s == '+');
    int64_t v = 0;

    if (i == n || n - i > 9)
        return false;
    for (; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = 10 * v + (s[i] - '0');
    }
    *out = negative ? -v : v;
    return *out >= low && *out <= high;
}

static const char *add_day(const char *s, size_t n, struct oddi_ical_rule *r)
{
    int64_t nth = 0;

    if (n < 2 || r->n_days == ODDI_ICAL_LIST)
        return "BYDAY lists weekdays such as MO or -1FR";
    if (n > 2 && (!read_int(s, n - 2, -53, 53, &nth) || nth == 0))
        return "BYDAY counts weekdays as in 2TU or -1FR";
    for (uint8_t d = 0; d < 7; d++)
        if (is_word(s + n - 2, 2, weekdays[d])) {
            r->day[r->n_days].nth = (int8_t)nth;
            r->day[r->n_days++].weekday = d;
            return NULL;
        }
    return "BYDAY lists weekdays such as MO or -1FR";
}

static const char *add_month(const char *s, size_t n, struct oddi_ical_rule *r)
{
    int64_t m;

    if (!read_int(s, n, 1, 12, &m))
        return "BYMONTH lists months from 1 to 12";
    r->months |= 1u << m;
    return NULL;
}

static const char *add_month_day(const char *s, size_t n, struct oddi_ical_rule *r)
{
    int64_t d;

    if (!read_int(s, n, -31, 31, &d) || d == 0 || r->n_month_days == ODDI_ICAL_LIST)
        return "BYMONTHDAY lists days from 1 to 31, or from the end -1 to -31";
    r->month_day[r->n_month_days++] = (int8_t)d;
    return NULL;
}

static const char *each(const char *s, size_t n, struct oddi_ical_rule *r,
                        const char *(*add)(const char *, size_t, struct oddi_ical_rule *))
{
    const char *wrong = NULL;

    for (size_t from = 0; from <= n && !wrong;) {
        const char *comma = memchr(s + from, ',', n - from);
        size_t end = comma ? (size_t)(comma - s) : n;

        wrong = add(s + from, end - from, r);
        from = end + 1;
    }
    return wrong;
}

static const char *set_freq(const char *s, size_t n, struct oddi_ical_rule *r)
{
    static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};

    for (unsigned i = 0; i < 4; i++)
        if (is_word(s, n, names[i])) {
            r->freq = ODDI_ICAL_DAILY + i;
            return NULL;
        }
    return "of RRULE, FREQ is read as DAILY, WEEKLY, MONTHLY or YEARLY";
}

static const char *set_wkst(const char *s, size_t n, struct oddi_ical_rule *r)
{
    for (uint8_t d = 0; d < 7; d++)
        if (is_word(s, n, weekdays[d])) {
            r->wkst = d;
            return NULL;
        }
    return "WKST is a weekday such as MO";
}

static const char *set_number(const char *s, size_t n, uint32_t *out)
{
    int64_t v;

    if (!read_int(s, n, 1, 1000000, &v))
        return "COUNT and INTERVAL of RRULE are numbers from 1 to 1000000";
    *out = (uint32_t)v;
    return NULL;
}

static const char *take_part(const char *s, size_t n, struct oddi_ical_rule *r, const char **until,
                             size_t *n_until)
{
    const char *is = memchr(s, '=', n);
    size_t name = is ? (size_t)(is - s) : 0, rest = is ? n - name - 1 : 0;

    if (!is)
        return "RRULE has parts NAME=VALUE with semicolons between";
    is++;
    if (is_word(s, name, "FREQ"))
        return set_freq(is, rest, r);
    if (is_word(s, name, "INTERVAL"))
        return set_number(is, rest, &r->interval);
    if (is_word(s, name, "COUNT"))
        return set_number(is, rest, &r->count);
    if (is_word(s, name, "WKST"))
        return set_wkst(is, rest, r);
    if (is_word(s, name, "BYDAY"))
        return each(is, rest, r, add_day);
    if (is_word(s, name, "BYMONTH"))
        return each(is, rest, r, add_month);
    if (is_word(s, name, "BYMONTHDAY"))
        return each(is, rest, r, add_month_day);
    if (!is_word(s, name, "UNTIL"))
        return "of RRULE, FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH, BYMONTHDAY and WKST are read, and no "
               "other part";
    *until = is;
    *n_until = rest;
    return NULL;
}

/* What of the parts together is not read. */
static const char *check(const struct oddi_ical_rule *r, bool until)
{
    bool counted = false;

    for (size_t i = 0; i < r->n_days; i++)
        counted = counted || r->day[i].nth != 0;
    if (r->freq == ODDI_ICAL_ONCE)
        return "RRULE has no FREQ";
    if (r->count && until)
        return "RRULE has either COUNT or UNTIL";
    if (counted && (r->freq < ODDI_ICAL_MONTHLY || r->n_month_days > 0))
        return "weekdays are counted (2TU) with FREQ=MONTHLY or YEARLY, without BYMONTHDAY";
    if (r->freq == ODDI_ICAL_WEEKLY && r->n_month_days > 0)
        return "BYMONTHDAY and FREQ=WEEKLY do not go together";
    if (r->freq == ODDI_ICAL_YEARLY && r->n_days > 0 && !r->months)
        return "BYDAY with FREQ=YEARLY is read only with BYMONTH";
    return NULL;
}

const char *oddi_ical_rule_parse(const char *s, size_t n, struct oddi_ical_rule *out, const char **until,
                                 size_t *n_until)
{
    const char *wrong = NULL;

    *out = (struct oddi_ical_rule){.interval = 1};
    *until = NULL;
    *n_until = 0;
    for (size_t from = 0; from <= n && !wrong;) {
        const char *next = memchr(s + from, ';', n - from);
        size_t end = next ? (size_t)(next - s) : n;

        wrong = take_part(s + from, end - from, out, until, n_until);
        from = end + 1;
    }
    return wrong ? wrong : check(out, *until != NULL);
}

/* ---- Expanding ------------------------------------------------------------------------------------------------------- */

struct walk {
    const struct oddi_ical_rule *rule;
    int64_t start_day, time, last; /* day and second of the day of the first; local seconds of the end */
    uint32_t seen;
    uint64_t *work;
    oddi_ical_take take;
    void *ctx;
    bool done, spent;
};

static uint8_t weekday_of(int64_t day)
{
    return (uint8_t)(((day + 3) % 7 + 7) % 7);
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    int64_t next =
        month == 12 ? oddi_days_from_civil(year + 1, 1, 1) : oddi_days_from_civil(year, month + 1, 1);

    return (unsigned)(next - oddi_days_from_civil(year, month, 1));
}

/* Whether a day passes the filters of a rule whose days are given one by one. */
static bool passes(const struct oddi_ical_rule *r, int64_t day, bool by_month_day)
{
    int64_t year;
    unsigned month, date;
    bool ok = r->n_days == 0;

    oddi_civil_from_days(day, &year, &month, &date);
    if (r->months && !(r->months >> month & 1))
        return false;
    for (size_t i = 0; i < r->n_days && !ok; i++)
        ok = r->day[i].weekday == weekday_of(day);
    if (!ok || !by_month_day || r->n_month_days == 0)
        return ok;
    for (size_t i = 0; i < r->n_month_days; i++) {
        int d = r->month_day[i] > 0 ? r->month_day[i] : (int)days_in_month(year, month) + 1 + r->month_day[i];

        if (d == (int)date)
            return true;
    }
    return false;
}

static void meet(struct walk *w, int64_t day)
{
    int64_t local = day * DAY + w->time;
    const struct oddi_ical_rule *r = w->rule;

    if (day <= w->start_day || w->done)
        return;
    w->done = local > w->last || (r->has_until && local > r->until) || (r->count && w->seen >= r->count);
    if (w->done)
        return;
    w->seen++;
    w->done = !w->take(w->ctx, local);
}

static bool works(struct walk *w, uint64_t steps)
{
    w->spent = w->spent || *w->work < steps;
    *w->work -= w->spent ? *w->work : steps;
    w->done = w->done || w->spent;
    return !w->done;
}

static void walk_days(struct walk *w)
{
    for (int64_t day = w->start_day; works(w, 1) && day * DAY <= w->last; day += w->rule->interval)
        if (passes(w->rule, day, true))
            meet(w, day);
}

static void walk_weeks(struct walk *w)
{
    const struct oddi_ical_rule *r = w->rule;
    int64_t week = w->start_day - (weekday_of(w->start_day) + 7 - r->wkst) % 7;

    for (; works(w, 7) && week * DAY <= w->last; week += 7 * (int64_t)r->interval)
        for (int64_t day = week; day < week + 7; day++)
            if (r->n_days ? passes(r, day, false)
                          : weekday_of(day) == weekday_of(w->start_day) && passes(r, day, false))
                meet(w, day);
}

/* The days of a month that the rule gives, as bits 1..31. */
static uint32_t month_set(const struct oddi_ical_rule *r, int64_t year, unsigned month, unsigned own)
{
    int64_t first = oddi_days_from_civil(year, month, 1);
    unsigned n = days_in_month(year, month);
    uint32_t set = 0;

    for (unsigned d = 1; d <= n; d++) {
        bool in = false;

        if (r->n_month_days > 0 || r->n_days == 0) {
            in = r->n_month_days > 0 ? passes(r, first + d - 1, true) : d == own;
        } else {
            for (size_t i = 0; i < r->n_days && !in; i++) {
                int nth = r->day[i].nth, from_start = (int)(d - 1) / 7 + 1,
                    from_end = -((int)(n - d) / 7 + 1);

                in = r->day[i].weekday == weekday_of(first + d - 1) &&
                     (nth == 0 || nth == from_start || nth == from_end);
            }
        }
        set |= (uint32_t)in << d;
    }
    return set;
}

static void walk_month(struct walk *w, int64_t year, unsigned month, unsigned own)
{
    uint32_t set = 0;

    if (!w->rule->months || w->rule->months >> month & 1)
        set = month_set(w->rule, year, month, own);
    for (unsigned d = 1; d <= 31; d++)
        if (set >> d & 1)
            meet(w, oddi_days_from_civil(year, month, d));
}

static void walk_months(struct walk *w)
{
    int64_t year, at;
    unsigned month, own;

    oddi_civil_from_days(w->start_day, &year, &month, &own);
    for (at = 12 * year + month - 1; works(w, 31); at += w->rule->interval) {
        if (oddi_days_from_civil(at / 12, (unsigned)(at % 12) + 1, 1) * DAY > w->last)
            return;
        walk_month(w, at / 12, (unsigned)(at % 12) + 1, own);
    }
}

static void walk_years(struct walk *w)
{
    const struct oddi_ical_rule *r = w->rule;
    int64_t year;
    unsigned month, own;

    oddi_civil_from_days(w->start_day, &year, &month, &own);
    for (; works(w, 366) && oddi_days_from_civil(year, 1, 1) * DAY <= w->last; year += r->interval)
        for (unsigned m = 1; m <= 12 && !w->done; m++)
            if (r->months || r->n_month_days > 0 || m == month)
                walk_month(w, year, m, own);
}

bool oddi_ical_rule_expand(const struct oddi_ical_rule *rule, int64_t start, int64_t last, uint64_t *work,
                           oddi_ical_take take, void *ctx)
{
    int64_t day = start / DAY - (start % DAY < 0);
    struct walk w = {.rule = rule,
                     .start_day = day,
                     .time = start - day * DAY,
                     .last = last,
                     .seen = 1,
                     .work = work,
                     .take = take,
                     .ctx = ctx};

    if (start > last || !take(ctx, start))
        return true;
    switch (rule->freq) {
    case ODDI_ICAL_DAILY:
        walk_days(&w);
        break;
    case ODDI_ICAL_WEEKLY:
        walk_weeks(&w);
        break;
    case ODDI_ICAL_MONTHLY:
        walk_months(&w);
        break;
    case ODDI_ICAL_YEARLY:
        walk_years(&w);
        break;
    default:
        break;
    }
    return !w.spent;
}
