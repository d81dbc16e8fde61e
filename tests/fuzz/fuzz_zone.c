/* TZif data of any kind: whatever zone comes out must be one consistent function. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/time.h"
#include "flow/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* The local time of an instant leads back to an instant with that local time, never a later one. */
static void check_instant(const struct oddi_zone *zone, int64_t seconds)
{
    int64_t ts = seconds * ODDI_SECOND;
    int64_t local = ts + oddi_zone_offset(zone, ts) * ODDI_SECOND;
    int64_t utc = oddi_zone_to_utc(zone, local), shift;
    int64_t hour = local / ODDI_HOUR * 3600;

    require(utc <= ts && utc + oddi_zone_offset(zone, utc) * ODDI_SECOND == local);
    require(oddi_zone_midnight(zone, ts) > ts - 3 * ODDI_DAY);
    if (local >= 0 && oddi_zone_hour(zone, hour, &shift))
        for (int64_t t = hour; t < hour + 3600; t += 599)
            require(oddi_zone_to_utc(zone, t * ODDI_SECOND) == (t + shift) * ODDI_SECOND);
}

static void check_zone(const struct oddi_zone *zone)
{
    for (int64_t t = -4000000000; t < 5000000000; t += 86400 * 401 + 12345)
        check_instant(zone, t);
    for (size_t i = 0; i < zone->n && i < 64; i++) {
        int64_t at = zone->transitions[i].at;

        if (at > -8000000000 && at < 8000000000)
            for (int64_t t = at - 7200; t <= at + 7200; t += 1800)
                check_instant(zone, t);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *exact = calloc(size + !size, 1);
    struct oddi_zone *zone = NULL;
    struct oddi_tz_rule rule;
    struct odd_error err = ODD_ERROR_INIT;

    if (!exact)
        return 0;
    if (size)
        memcpy(exact, data, size);
    if (oddi_zone_new("Fuzz/Zone", exact, size, &zone, &err) == ODD_OK)
        check_zone(zone);
    else
        require(err.message[0] != 0);
    oddi_zone_free(zone);
    (void)oddi_tz_rule_parse((const char *)exact, size, &rule);
    free(exact);
    return 0;
}
