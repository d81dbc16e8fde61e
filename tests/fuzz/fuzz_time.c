/* Times: the cached parser, warmed by a line of its own, agrees with the plain one; what is printed reads back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_round_trip(int64_t ts, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];
    int64_t back;
    size_t n = oddi_format_time(text, ts, zone);

    require(n <= sizeof text);
    /* In a zone ahead of UTC the last hours of the range have a local time beyond it. */
    if (ts < INT64_MAX - ODDI_DAY && ts > INT64_MIN + ODDI_DAY)
        require(oddi_parse_time(text, n, NULL, &back) && back == ts);
    require(oddi_format_time_plain(text, ts, zone) <= sizeof text);
    require(oddi_format_time_eve(text, ts, zone) <= sizeof text);
}

static void check_text(const char *s, size_t n, const struct oddi_zone *zone, struct oddi_time_cache *cache)
{
    char *exact = calloc(n + !n, 1);
    int64_t plain = 1, cached = 1;
    bool ok;

    if (!exact)
        return;
    if (n)
        memcpy(exact, s, n);
    ok = oddi_parse_time(exact, n, zone, &plain);
    require(oddi_parse_time_cached(exact, n, zone, cache, &cached) == ok);
    if (ok) {
        require(plain == cached && plain != ODDI_NO_TIME);
        check_round_trip(plain, zone);
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"UTC", "+05:45", "-09:30"};
    struct oddi_time_cache cache = {0};
    struct oddi_zone *zone = NULL;
    const char *p = (const char *)data, *end = p + size;

    if (size == 0 || oddi_zone_new(names[data[0] % 3], NULL, 0, &zone, NULL) != ODD_OK)
        return 0;
    for (p++; p <= end;) {
        const char *line = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        const char *stop = line ? line : end;

        check_text(p, (size_t)(stop - p), zone, &cache);
        p = stop + 1;
    }
    oddi_zone_free(zone);
    return 0;
}
