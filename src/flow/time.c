#include "flow/time.h"

#include <string.h>

#include "base/num.h"
#include "flow/zone.h"

/* ---- calendar --------------------------------------------------------------------------------------------------- */

int64_t oddi_days_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2); /* years from March: the leap day is the last */
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void oddi_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (unsigned)(month == 2 && leap);
}

/* ---- pieces ------------------------------------------------------------------------------------------------------- */

struct scan {
    const char *p, *end;
};

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

/* Exactly n digits. */
static bool take_fixed(struct scan *s, int n, unsigned *out)
{
    unsigned v = 0;

    if (s->end - s->p < n)
        return false;
    for (int i = 0; i < n; i++) {
        if (!is_digit(s->p[i]))
            return false;
        v = v * 10 + (unsigned)(s->p[i] - '0');
    }
    s->p += n;
    *out = v;
    return true;
}

/* One or two digits. */
static bool take_short(struct scan *s, unsigned *out)
{
    bool two = s->end - s->p >= 2 && is_digit(s->p[1]);

    return take_fixed(s, two ? 2 : 1, out);
}

/* [. digits] in nanoseconds, cut beyond the ninth; a point needs a digit. */
static bool take_fraction(struct scan *s, int64_t *ns)
{
    const char *start;
    int64_t v = 0;
    int digits = 0;

    *ns = 0;
    if (!take(s, '.'))
        return true;
    for (start = s->p; s->p < s->end && is_digit(*s->p); s->p++) {
        if (digits < 9) {
            v = v * 10 + (*s->p - '0');
            digits++;
        }
    }
    if (s->p == start)
        return false;
    for (; digits < 9; digits++)
        v *= 10;
    *ns = v;
    return true;
}

/* A wall clock as read. */
struct clock {
    unsigned year, month, day, hour, minute, second;
    int64_t fraction; /* ns */
    bool has_offset;
    int32_t offset; /* s */
};

static bool date_is_valid(const struct clock *c)
{
    return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days_in_month(c->year, c->month);
}

/* hh : mm [: ss [fraction]], two digits each. 60 is a leap second and means the next minute. */
static bool take_clock(struct scan *s, struct clock *c)
{
    c->second = 0;
    c->fraction = 0;
    if (!take_fixed(s, 2, &c->hour) || !take(s, ':') || !take_fixed(s, 2, &c->minute))
        return false;
    if (take(s, ':') && (!take_fixed(s, 2, &c->second) || !take_fraction(s, &c->fraction)))
        return false;
    return c->hour < 24 && c->minute < 60 && c->second <= 60;
}

/* The instant as if local time were UTC; false outside int64 nanoseconds. */
static bool to_local(const struct clock *c, int64_t *out)
{
    int64_t days = oddi_days_from_civil(c->year, c->month, c->day);
    int64_t seconds = days * 86400 + c->hour * 3600 + c->minute * 60 + c->second;

    /* One second of slack, so that the product of a time before 1970 and its fraction both fit. */
    if (seconds < INT64_MIN / ODDI_SECOND + 1 || seconds >= INT64_MAX / ODDI_SECOND)
        return false;
    *out = seconds * ODDI_SECOND + c->fraction;
    return true;
}

static bool to_instant(const struct clock *c, const struct oddi_zone *zone, int64_t *out)
{
    int64_t local, utc;

    if (!to_local(c, &local))
        return false;
    if (!c->has_offset) {
        utc = oddi_zone_to_utc(zone, local);
        if (utc == INT64_MAX || utc == INT64_MIN + 1) /* kept in range by force */
            return false;
        *out = utc;
        return true;
    }
    return !__builtin_sub_overflow(local, c->offset * ODDI_SECOND, out);
}

/* ---- forms ---------------------------------------------------------------------------------------------------------- */

/* [Z | +hh:mm | +hhmm | +hh] to the end. */
static bool take_offset(struct scan *s, struct clock *c)
{
    c->has_offset = s->p < s->end;
    c->offset = 0;
    if (!c->has_offset)
        return true;
    if (s->end - s->p == 1 && (*s->p == 'Z' || *s->p == 'z'))
        return true;
    return oddi_parse_offset(s->p, (size_t)(s->end - s->p), &c->offset);
}

/* What may stand between date and time: a blank; T after '-'; a point or nothing after '/'. */
static bool take_date_end(struct scan *s, char separator)
{
    if (take(s, ' '))
        return true;
    if (separator == '-')
        return take(s, 'T') || take(s, 't');
    return take(s, '.') || (s->p < s->end && is_digit(*s->p));
}

/* yyyy/mm/dd or yyyy-mm-dd, then a time and an offset. */
static bool parse_year_first(struct scan s, struct clock *c)
{
    char separator = s.p[4];

    *c = (struct clock){0};
    if (!take_fixed(&s, 4, &c->year) || !take(&s, separator) || !take_fixed(&s, 2, &c->month) ||
        !take(&s, separator) || !take_fixed(&s, 2, &c->day) || !date_is_valid(c))
        return false;
    if (s.p == s.end)
        return true;
    return take_date_end(&s, separator) && take_clock(&s, c) && take_offset(&s, c);
}

/* [AM|PM] to the end, after a blank. */
static bool take_half_day(struct scan *s, struct clock *c)
{
    char first;

    if (s->p == s->end)
        return true;
    if (!take(s, ' ') || s->end - s->p != 2 || (s->p[1] | 0x20) != 'm' || c->hour < 1 || c->hour > 12)
        return false;
    first = (char)(s->p[0] | 0x20);
    if (first != 'a' && first != 'p')
        return false;
    c->hour = c->hour % 12 + (first == 'p' ? 12 : 0);
    return true;
}

/* d/m/yyyy, then h:mm[:ss[.f]] [AM|PM]. */
static bool parse_day_first(struct scan s, struct clock *c)
{
    *c = (struct clock){0};
    if (!take_short(&s, &c->day) || !take(&s, '/') || !take_short(&s, &c->month) || !take(&s, '/') ||
        !take_fixed(&s, 4, &c->year) || !date_is_valid(c))
        return false;
    if (s.p == s.end)
        return true;
    if (!take(&s, ' ') || !take_short(&s, &c->hour) || !take(&s, ':') || !take_fixed(&s, 2, &c->minute))
        return false;
    if (take(&s, ':') && (!take_fixed(&s, 2, &c->second) || !take_fraction(&s, &c->fraction)))
        return false;
    return c->hour < 24 && c->minute < 60 && c->second <= 60 && take_half_day(&s, c);
}

/* Nanoseconds of one unit of an epoch time: told by its size, as every unit's times since 1973 have their own. */
static int64_t epoch_unit(uint64_t whole)
{
    if (whole < UINT64_C(100000000000))
        return ODDI_SECOND;
    if (whole < UINT64_C(100000000000000))
        return 1000000;
    return whole < UINT64_C(100000000000000000) ? 1000 : 1;
}

/* [-] digits [. digits] */
static bool parse_epoch(struct scan s, int64_t *out)
{
    bool negative = take(&s, '-');
    const char *start = s.p;
    uint64_t whole;
    int64_t unit, ns, fraction;

    while (s.p < s.end && is_digit(*s.p))
        s.p++;
    if (!oddi_parse_u64(start, (size_t)(s.p - start), &whole) || !take_fraction(&s, &fraction) ||
        s.p != s.end)
        return false;
    unit = epoch_unit(whole);
    if (whole > INT64_MAX || __builtin_mul_overflow((int64_t)whole, unit, &ns) ||
        __builtin_add_overflow(ns, fraction / (ODDI_SECOND / unit), &ns))
        return false;
    *out = negative ? -ns : ns;
    return true;
}

/* "1.458298072364e+15", as pandas may write a column of epoch times. */
static bool parse_epoch_float(struct scan s, int64_t *out)
{
    double v, unit;

    if (!memchr(s.p, 'e', (size_t)(s.end - s.p)) && !memchr(s.p, 'E', (size_t)(s.end - s.p)))
        return false;
    if (!oddi_parse_double(s.p, (size_t)(s.end - s.p), &v) || !(v < 9.2e18 && v > -9.2e18))
        return false;
    unit = (double)epoch_unit((uint64_t)(v < 0 ? -v : v));
    v *= unit;
    if (!(v < 9.2e18 && v > -9.2e18))
        return false;
    *out = (int64_t)v;
    return true;
}

static struct scan trim(const char *s, size_t n)
{
    struct scan t = {s, s + n};

    while (t.p < t.end && *t.p == ' ')
        t.p++;
    while (t.p < t.end && t.end[-1] == ' ')
        t.end--;
    return t;
}

bool oddi_parse_time(const char *s, size_t n, const struct oddi_zone *zone, int64_t *out)
{
    struct scan t = trim(s, n);
    size_t size = (size_t)(t.end - t.p);
    struct clock c;

    if (size >= 10 && (t.p[4] == '/' || t.p[4] == '-'))
        return parse_year_first(t, &c) && to_instant(&c, zone, out);
    if (size >= 8 && (t.p[1] == '/' || t.p[2] == '/'))
        return parse_day_first(t, &c) && to_instant(&c, zone, out);
    return parse_epoch(t, out) || parse_epoch_float(t, out);
}

/* ---- the fast path --------------------------------------------------------------------------------------------------- */

static uint64_t load_8(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* The digits of eight bytes, the first in the lowest byte, where `pattern` has '0' for a digit and itself elsewhere;
 * false if the text does not fit the pattern (no byte may then be above 9, and none but a digit above 0). */
static bool match_digits(const char *p, uint64_t pattern, uint64_t digit_mask, uint64_t *digits)
{
    uint64_t x = load_8(p) ^ pattern;

    *digits = x;
    return ((x | ((x & digit_mask) + (UINT64_C(0x0606060606060606) & digit_mask))) &
            ~(digit_mask & UINT64_C(0x0f0f0f0f0f0f0f0f))) == 0;
}

/* "HH:MM:SS" in seconds. */
static bool match_clock(const char *p, int64_t *seconds, int32_t *hour)
{
    uint64_t x;
    unsigned h, m, s;

    if (!match_digits(p, UINT64_C(0x30303a30303a3030), UINT64_C(0xffff00ffff00ffff), &x))
        return false;
    x = x * 10 + (x >> 8); /* each pair of digits is now a number in the byte of its first */
    h = x & 0xff;
    m = x >> 24 & 0xff;
    s = x >> 48 & 0xff;
    *hour = (int32_t)h;
    *seconds = h * 3600 + m * 60 + s;
    return h < 24 && m < 60 && s < 60;
}

/* The six digits after "S." at p, in nanoseconds. */
static bool match_micros(const char *p, int64_t *ns)
{
    uint64_t x;

    /* the byte before the point is a digit that the clock has checked */
    if (!match_digits(p, UINT64_C(0x3030303030302e30), UINT64_C(0xffffffffffff00ff), &x))
        return false;
    x &= ~UINT64_C(0xff);
    x = x * 10 + (x >> 8);
    x = (((x & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064)) +
         ((x >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001))) >>
        32;
    *ns = (int64_t)(uint32_t)x * 1000;
    return true;
}

/* The wall clock of a text that has the shape "date?HH:MM:SS[.f]" with the cached date; false if it is anything else. */
static bool match_cached(const struct scan *t, const struct oddi_time_cache *cache, int64_t *of_day,
                         int32_t *hour)
{
    size_t n = (size_t)(t->end - t->p);
    int64_t seconds, ns = 0;

    if (n < 19 || !cache->date[0] || memcmp(t->p, cache->date, 11) != 0 ||
        !match_clock(t->p + 11, &seconds, hour))
        return false;
    if (n == 26) {
        if (!match_micros(t->p + 18, &ns))
            return false;
    } else if (n > 19) {
        struct scan rest = {t->p + 19, t->end};

        if (!take_fraction(&rest, &ns) || rest.p != rest.end)
            return false;
    }
    *of_day = seconds * ODDI_SECOND + ns;
    return true;
}

/* Remembers the date of a text that match_cached could take next time, and of its hour the way to UTC. */
static void remember(struct oddi_time_cache *cache, const char *p, const struct clock *c,
                     const struct oddi_zone *zone)
{
    struct clock date = {.year = c->year, .month = c->month, .day = c->day};
    int64_t shift;

    cache->date[0] = 0;
    cache->hour = -1;
    /* Far from the ends of the range no sum below can overflow. */
    if (c->year < 1679 || c->year > 2260 || !to_local(&date, &cache->midnight))
        return;
    memcpy(cache->date, p, 11);
    cache->date[11] = 0;
    if (!oddi_zone_hour(zone, cache->midnight / ODDI_SECOND + c->hour * 3600, &shift))
        return;
    cache->hour = (int32_t)c->hour;
    cache->base = cache->midnight + shift * ODDI_SECOND;
}

static bool parse_uncached(struct scan t, const struct oddi_zone *zone, struct oddi_time_cache *cache,
                           int64_t *out)
{
    size_t n = (size_t)(t.end - t.p);
    struct clock c;

    if (n < 19 || (t.p[4] != '/' && t.p[4] != '-'))
        return oddi_parse_time(t.p, n, zone, out);
    if (!parse_year_first(t, &c) || !to_instant(&c, zone, out))
        return false;
    if (!c.has_offset && !is_digit(t.p[10]))
        remember(cache, t.p, &c, zone);
    return true;
}

bool oddi_parse_time_cached(const char *s, size_t n, const struct oddi_zone *zone,
                            struct oddi_time_cache *cache, int64_t *out)
{
    struct scan t = trim(s, n);
    int64_t of_day;
    int32_t hour;

    if (match_cached(&t, cache, &of_day, &hour) && hour == cache->hour) {
        *out = cache->base + of_day;
        return true;
    }
    return parse_uncached(t, zone, cache, out);
}
