#include "baseline/ical_time.h"

#include "flow/time.h"

#define LONGEST (INT64_C(3660) * 86400)

static bool digits(const char *s, size_t n, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *out = 10 * *out + (s[i] - '0');
    }
    return true;
}

bool oddi_ical_time_parse(const char *s, size_t n, struct oddi_ical_time *out)
{
    int64_t year, month, day, hour = 0, minute = 0, second = 0, back_year;
    unsigned back_month, back_day;

    if ((n != 8 && n != 15 && n != 16) || !digits(s, 4, &year) || !digits(s + 4, 2, &month) ||
        !digits(s + 6, 2, &day) || year < 1700 || year > 2200 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    *out = (struct oddi_ical_time){
        .local = oddi_days_from_civil(year, (unsigned)month, (unsigned)day), .date = n == 8, .utc = n == 16};
    oddi_civil_from_days(out->local, &back_year, &back_month, &back_day);
    if (back_day != (unsigned)day)
        return false;
    if (n > 8 && (s[8] != 'T' || !digits(s + 9, 2, &hour) || !digits(s + 11, 2, &minute) ||
                  !digits(s + 13, 2, &second) || hour > 23 || minute > 59 || second > 60))
        return false;
    if (n == 16 && s[15] != 'Z')
        return false;
    out->local = out->local * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* "15M": a number and its unit at s[*at]. */
static bool part(const char *s, size_t n, size_t *at, int64_t *value, char *unit)
{
    size_t from = *at;

    while (*at < n && s[*at] >= '0' && s[*at] <= '9')
        ++*at;
    if (*at == from || *at - from > 9 || *at == n)
        return false;
    *unit = s[(*at)++];
    return digits(s + from, *at - 1 - from, value);
}

bool oddi_ical_duration_parse(const char *s, size_t n, int64_t *seconds)
{
    size_t at = n > 0 && *s == '+';
    bool time = false, any = false;

    *seconds = 0;
    if (at == n || s[at++] != 'P')
        return false;
    while (at < n) {
        int64_t v, of;
        char unit;

        if (!time && s[at] == 'T') {
            time = true;
            any = false;
            at++;
            continue;
        }
        if (!part(s, n, &at, &v, &unit))
            return false;
        of = unit == 'W' && !time   ? 7 * 86400
             : unit == 'D' && !time ? 86400
             : unit == 'H' && time  ? 3600
             : unit == 'M' && time  ? 60
             : unit == 'S' && time  ? 1
                                    : 0;
        *seconds += v * of;
        any = true;
        if (of == 0 || *seconds > LONGEST)
            return false;
    }
    return any;
}
