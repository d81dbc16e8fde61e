/* POSIX TZ strings as TZif footers hold them: "CET-1CEST,M3.5.0,M10.5.0/3" (IEEE Std 1003.1, 8.3; RFC 8536, 3.3). */
#include "flow/zone.h"

/* ---- parsing -------------------------------------------------------------------------------------------------- */

struct scan {
    const char *p, *end;
};

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Three or more letters, or anything of [A-Za-z0-9+-] in <>. */
static bool skip_name(struct scan *s)
{
    const char *start = s->p;

    if (!take(s, '<')) {
        while (s->p < s->end && is_letter(*s->p))
            s->p++;
        return s->p - start >= 3;
    }
    while (s->p < s->end && (is_letter(*s->p) || is_digit(*s->p) || *s->p == '+' || *s->p == '-'))
        s->p++;
    return s->p - start >= 4 && take(s, '>');
}

/* One to three digits, at most `max`. */
static bool take_number(struct scan *s, int max, int *out)
{
    const char *start = s->p;
    int v = 0;

    while (s->p < s->end && is_digit(*s->p) && s->p - start < 3)
        v = v * 10 + (*s->p++ - '0');
    *out = v;
    return s->p > start && v <= max;
}

/* [+-] hours [: minutes [: seconds]] in seconds. */
static bool take_time(struct scan *s, int max_hours, int32_t *out)
{
    bool negative = take(s, '-');
    int hours, minutes = 0, seconds = 0;

    if (!negative)
        take(s, '+');
    if (!take_number(s, max_hours, &hours))
        return false;
    if (take(s, ':')) {
        if (!take_number(s, 59, &minutes))
            return false;
        if (take(s, ':') && !take_number(s, 59, &seconds))
            return false;
    }
    *out = hours * 3600 + minutes * 60 + seconds;
    if (negative)
        *out = -*out;
    return true;
}

static bool take_date(struct scan *s, struct oddi_tz_date *d)
{
    int month, week, day;

    *d = (struct oddi_tz_date){ODDI_TZ_ZERO_BASED, 0, 0, 0, 2 * 3600};
    if (take(s, 'M')) {
        if (!take_number(s, 12, &month) || month < 1 || !take(s, '.') || !take_number(s, 5, &week) ||
            week < 1 || !take(s, '.') || !take_number(s, 6, &day))
            return false;
        d->form = ODDI_TZ_MONTH_WEEK_DAY;
        d->month = (int8_t)month;
        d->week = (int8_t)week;
    } else if (take(s, 'J')) {
        if (!take_number(s, 365, &day) || day < 1)
            return false;
        d->form = ODDI_TZ_JULIAN;
    } else if (!take_number(s, 365, &day)) {
        return false;
    }
    d->day = (int16_t)day;
    return !take(s, '/') || take_time(s, 167, &d->time);
}

bool oddi_tz_rule_parse(const char *text, size_t n, struct oddi_tz_rule *out)
{
    struct scan s = {text, text + n};
    struct oddi_tz_rule r = {.known = true};

    if (!skip_name(&s) || !take_time(&s, 24, &r.std_offset))
        return false;
    r.std_offset = -r.std_offset; /* POSIX counts west of Greenwich */
    if (s.p < s.end) {
        r.has_dst = true;
        r.dst_offset = r.std_offset + 3600;
        if (!skip_name(&s))
            return false;
        if (s.p < s.end && *s.p != ',') {
            if (!take_time(&s, 24, &r.dst_offset))
                return false;
            r.dst_offset = -r.dst_offset;
        }
        if (!take(&s, ',') || !take_date(&s, &r.start) || !take(&s, ',') || !take_date(&s, &r.end))
            return false;
    }
    if (s.p != s.end)
        return false;
    *out = r;
    return true;
}

/* ---- when it changes -------------------------------------------------------------------------------------------- */

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since the epoch of the first `weekday` (0 = Sunday) of a month, `week` - 1 weeks on; week 5 = the last. */
static int64_t month_week_day(int64_t year, int month, int week, int weekday)
{
    int64_t first = oddi_days_from_civil(year, (unsigned)month, 1);
    int64_t next = month == 12 ? oddi_days_from_civil(year + 1, 1, 1)
                               : oddi_days_from_civil(year, (unsigned)month + 1, 1);
    int64_t first_weekday = ((first + 4) % 7 + 7) % 7; /* the epoch was a Thursday */
    int64_t day = first + (weekday - first_weekday + 7) % 7 + 7 * (week - 1);

    return day < next ? day : day - 7;
}

/* Local seconds of a change in `year`. */
static int64_t local_change(const struct oddi_tz_date *d, int64_t year)
{
    int64_t day = oddi_days_from_civil(year, 1, 1);

    switch (d->form) {
    case ODDI_TZ_JULIAN: /* 29 February is not counted */
        day += d->day - 1 + (is_leap(year) && d->day >= 60);
        break;
    case ODDI_TZ_ZERO_BASED:
        day += d->day;
        break;
    case ODDI_TZ_MONTH_WEEK_DAY:
        day = month_week_day(year, d->month, d->week, d->day);
        break;
    }
    return day * 86400 + d->time;
}

/* Of two changes at one instant the start of daylight saving time comes last and so prevails: that is how a rule says
 * "daylight saving time all year". */
static void insert(struct oddi_transition *out, size_t n, struct oddi_transition t, bool is_start)
{
    for (; n && (out[n - 1].at > t.at || (out[n - 1].at == t.at && !is_start)); n--)
        out[n] = out[n - 1];
    out[n] = t;
}

size_t oddi_tz_rule_around(const struct oddi_tz_rule *rule, int64_t t,
                           struct oddi_transition out[ODDI_TZ_RULE_MAX])
{
    int64_t year, days = t / 86400 - (t % 86400 < 0);
    unsigned month, day;
    size_t n = 0;

    if (!rule->has_dst)
        return 0;
    oddi_civil_from_days(days, &year, &month, &day);
    for (int64_t y = year - 2; y <= year + 1; y++) {
        struct oddi_transition start = {local_change(&rule->start, y) - rule->std_offset, rule->dst_offset};
        struct oddi_transition end = {local_change(&rule->end, y) - rule->dst_offset, rule->std_offset};

        insert(out, n++, start, true);
        insert(out, n++, end, false);
    }
    return n;
}

int32_t oddi_tz_rule_offset(const struct oddi_tz_rule *rule, int64_t t)
{
    struct oddi_transition changes[ODDI_TZ_RULE_MAX];
    size_t n = oddi_tz_rule_around(rule, t, changes);
    int32_t offset = rule->std_offset;

    for (size_t i = 0; i < n && changes[i].at <= t; i++)
        offset = changes[i].offset;
    return offset;
}
