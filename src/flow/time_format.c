/* Printing times; the reverse of time.c. */
#include "flow/time.h"

#include "flow/zone.h"

/* A time taken apart in a zone, on a whole minute of offset. */
struct parts {
    int64_t year;
    unsigned month, day, hour, minute, second;
    uint32_t ns;
    int32_t offset; /* s */
};

static struct parts take_apart(int64_t ts, const struct oddi_zone *zone)
{
    struct parts p;
    int64_t seconds = ts / ODDI_SECOND, ns = ts % ODDI_SECOND, days, rest;

    if (ns < 0) {
        ns += ODDI_SECOND;
        seconds--;
    }
    /* RFC 3339 has no seconds of offset (local mean times before zones had them): the nearest minute towards zero is
     * used for both halves, so that the instant stays. */
    p.offset = oddi_zone_offset(zone, ts) / 60 * 60;
    seconds += p.offset;
    days = seconds / 86400 - (seconds % 86400 < 0);
    rest = seconds - days * 86400;
    oddi_civil_from_days(days, &p.year, &p.month, &p.day);
    p.hour = (unsigned)(rest / 3600);
    p.minute = (unsigned)(rest / 60 % 60);
    p.second = (unsigned)(rest % 60);
    p.ns = (uint32_t)ns;
    return p;
}

static char *put_digits(char *out, unsigned v, int n)
{
    for (int i = n; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
    return out + n;
}

static char *put_date(char *out, const struct parts *p)
{
    out = put_digits(out, (unsigned)p->year, 4);
    *out++ = '-';
    out = put_digits(out, p->month, 2);
    *out++ = '-';
    return put_digits(out, p->day, 2);
}

static char *put_minutes(char *out, const struct parts *p)
{
    out = put_digits(out, p->hour, 2);
    *out++ = ':';
    return put_digits(out, p->minute, 2);
}

static char *put_second(char *out, const struct parts *p)
{
    *out++ = ':';
    return put_digits(out, p->second, 2);
}

/* The shortest of 0, 3, 6 and 9 decimals that is exact. */
static char *put_fraction(char *out, uint32_t ns)
{
    if (ns == 0)
        return out;
    *out++ = '.';
    if (ns % 1000000 == 0)
        return put_digits(out, ns / 1000000, 3);
    if (ns % 1000 == 0)
        return put_digits(out, ns / 1000, 6);
    return put_digits(out, ns, 9);
}

static char *put_offset(char *out, int32_t offset, const char *colon)
{
    unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;

    *out++ = offset < 0 ? '-' : '+';
    out = put_digits(out, minutes / 60, 2);
    if (*colon)
        *out++ = *colon;
    return put_digits(out, minutes % 60, 2);
}

static bool is_utc(const struct oddi_zone *zone)
{
    return !zone || zone->is_utc;
}

size_t oddi_format_time(char *out, int64_t ts, const struct oddi_zone *zone)
{
    struct parts p;
    char *end = out;

    if (ts == ODDI_NO_TIME)
        return 0;
    p = take_apart(ts, zone);
    end = put_date(end, &p);
    *end++ = 'T';
    end = put_second(put_minutes(end, &p), &p);
    end = put_fraction(end, p.ns);
    if (is_utc(zone))
        *end++ = 'Z';
    else
        end = put_offset(end, p.offset, ":");
    return (size_t)(end - out);
}

size_t oddi_format_time_eve(char *out, int64_t ts, const struct oddi_zone *zone)
{
    struct parts p;
    char *end = out;

    if (ts == ODDI_NO_TIME)
        return 0;
    p = take_apart(ts, zone);
    end = put_date(end, &p);
    *end++ = 'T';
    end = put_second(put_minutes(end, &p), &p);
    *end++ = '.';
    end = put_offset(put_digits(end, p.ns / 1000, 6), p.offset, "");
    return (size_t)(end - out);
}

size_t oddi_format_time_plain(char *out, int64_t ts, const struct oddi_zone *zone)
{
    struct parts p;
    char *end = out;

    if (ts == ODDI_NO_TIME)
        return 0;
    p = take_apart(ts, zone);
    end = put_date(end, &p);
    *end++ = ' ';
    end = put_minutes(end, &p);
    if (p.second || p.ns)
        end = put_fraction(put_second(end, &p), p.ns);
    return (size_t)(end - out);
}
