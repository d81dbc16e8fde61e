#include "baseline/propose_rule.h"

#include <string.h>

#include "base/mem.h"
#include "baseline/scope_where.h"

#define SHARE            0.98
#define LONGEST_HOURS    20
#define LONGEST_WEEKDAYS 5

static bool enough(size_t some, size_t all)
{
    return (double)some >= SHARE * (double)all;
}

/* ---- Nets --------------------------------------------------------------------------------------------------------- */

static int by_address(const void *pa, const void *pb)
{
    const struct oddi_addr *a = pa, *b = pb;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static struct oddi_net net_of(const struct oddi_addr *a, unsigned bits)
{
    struct oddi_net net = {.addr = *a, .bits = (uint8_t)bits};

    for (unsigned b = bits; b < 128; b++)
        net.addr.bytes[b / 8] &= (uint8_t) ~(0x80u >> b % 8);
    return net;
}

/* Of the prefixes of so many bits the one with most of the sorted addresses; how many. */
static size_t fullest(const struct oddi_addr *a, size_t n, unsigned bits, struct oddi_net *out)
{
    size_t most = 0;

    for (size_t from = 0, to; from < n; from = to) {
        struct oddi_net net = net_of(&a[from], bits);

        for (to = from + 1; to < n && oddi_net_holds(&net, &a[to]);)
            to++;
        if (to - from > most) {
            most = to - from;
            *out = net;
        }
    }
    return most;
}

/* The addresses of one family, sorted, hold at least 98 % of n rows, or there is no net. */
static bool close_net(const struct oddi_row_key *key, size_t n, struct oddi_addr *a, struct oddi_rule *out)
{
    static const struct {
        uint8_t kind;
        unsigned longest, shortest;
    } families[] = {{ODDI_ADDR_V4, 32, 8}, {ODDI_ADDR_V6, 128, 16}};

    for (size_t f = 0; f < 2; f++) {
        size_t m = 0;

        for (size_t i = 0; i < n; i++)
            if (key[i].addr.kind == families[f].kind)
                a[m++] = key[i].addr;
        if (!enough(m, n))
            continue;
        qsort(a, m, sizeof *a, by_address);
        for (unsigned bits = families[f].longest; bits >= families[f].shortest; bits--)
            if (enough(fullest(a, m, bits, &out->net), n))
                return true;
    }
    return false;
}

/* ---- Service, hours, weekdays -------------------------------------------------------------------------------------- */

/* By voting (Boyer & Moore 1991): more than half have it, or none does that counts here. */
static uint32_t close_service(const struct oddi_row_key *key, size_t n)
{
    uint32_t candidate = ODDI_NO_SERVICE;
    size_t votes = 0, have = 0;

    for (size_t i = 0; i < n; i++) {
        if (votes == 0)
            candidate = key[i].service;
        if (key[i].service == candidate)
            votes++;
        else
            votes--;
    }
    for (size_t i = 0; i < n; i++)
        have += key[i].service == candidate;
    return enough(have, n) ? candidate : ODDI_NO_SERVICE;
}

/* The shortest cyclic range that holds enough of the rows, the first of equal ones; its length. */
static unsigned close_cycle(const size_t *rows_at, unsigned period, size_t n, uint8_t *from, uint8_t *to)
{
    for (unsigned length = 1; length < period; length++)
        for (unsigned first = 0; first < period; first++) {
            size_t held = 0;

            for (unsigned k = 0; k < length; k++)
                held += rows_at[(first + k) % period];
            if (!enough(held, n))
                continue;
            *from = (uint8_t)first;
            *to = (uint8_t)((first + length - 1) % period);
            return length;
        }
    return period;
}

/* Whether each weekday of the range was seen on two dates. */
static bool seen_twice(const struct oddi_row_key *key, size_t n, const struct oddi_rule *r)
{
    int32_t first[7], last[7];

    for (int d = 0; d < 7; d++) {
        first[d] = INT32_MAX;
        last[d] = INT32_MIN;
    }
    for (size_t i = 0; i < n; i++) {
        first[key[i].weekday] = key[i].day < first[key[i].weekday] ? key[i].day : first[key[i].weekday];
        last[key[i].weekday] = key[i].day > last[key[i].weekday] ? key[i].day : last[key[i].weekday];
    }
    for (unsigned d = r->weekday_from;; d = (d + 1) % 7) {
        if (first[d] >= last[d])
            return false;
        if (d == r->weekday_to)
            return true;
    }
}

bool oddi_rule_close(const struct oddi_row_key *key, size_t n, struct oddi_rule *out)
{
    struct oddi_addr *a = oddi_malloc_array(n, sizeof *a);
    size_t hours[24] = {0}, weekdays[7] = {0};

    *out = (struct oddi_rule){.service = close_service(key, n)};
    if (!a)
        return false;
    out->has_net = close_net(key, n, a, out);
    free(a);
    for (size_t i = 0; i < n; i++) {
        hours[key[i].hour]++;
        weekdays[key[i].weekday]++;
    }
    out->has_hours = close_cycle(hours, 24, n, &out->hour_from, &out->hour_to) <= LONGEST_HOURS;
    out->has_weekdays =
        close_cycle(weekdays, 7, n, &out->weekday_from, &out->weekday_to) <= LONGEST_WEEKDAYS &&
        seen_twice(key, n, out);
    return true;
}
