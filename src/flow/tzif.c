/* TZif files, versions 1 to 4 (RFC 8536 and RFC 9636), from hostile bytes. */
#include "flow/zone.h"

#include <string.h>

#include "base/mem.h"

struct cursor {
    const uint8_t *p, *end;
};

static size_t left(const struct cursor *c)
{
    return (size_t)(c->end - c->p);
}

static uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get_time(const uint8_t *p, size_t width)
{
    if (width == 4)
        return (int32_t)get_u32(p);
    return (int64_t)((uint64_t)get_u32(p) << 32 | get_u32(p + 4));
}

struct header {
    uint8_t version;
    uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

#define HEADER_SIZE 44

static bool read_header(struct cursor *c, struct header *h)
{
    const uint8_t *p = c->p;

    if (left(c) < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
        return false;
    h->version = p[4];
    h->isutcnt = get_u32(p + 20);
    h->isstdcnt = get_u32(p + 24);
    h->leapcnt = get_u32(p + 28);
    h->timecnt = get_u32(p + 32);
    h->typecnt = get_u32(p + 36);
    h->charcnt = get_u32(p + 40);
    c->p += HEADER_SIZE;
    return true;
}

/* Bytes of the data block; in 64 bits no sum of 32-bit counts overflows. */
static uint64_t block_size(const struct header *h, size_t width)
{
    return (uint64_t)h->timecnt * (width + 1) + (uint64_t)h->typecnt * 6 + h->charcnt +
           (uint64_t)h->leapcnt * (width + 4) + h->isstdcnt + h->isutcnt;
}

/* Widest offsets that RFC 8536 section 3.2 expects: -25 h to 26 h, exclusive. */
#define OFFSET_MIN (-89999)
#define OFFSET_MAX 93599

static bool read_types(const uint8_t *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        int32_t offset = (int32_t)get_u32(types + 6 * i);

        if (offset < OFFSET_MIN || offset > OFFSET_MAX)
            return false;
    }
    return n > 0;
}

static bool read_transitions(const uint8_t *times, const uint8_t *indexes, const uint8_t *types,
                             const struct header *h, size_t width, struct oddi_transition *out)
{
    for (uint32_t i = 0; i < h->timecnt; i++) {
        if (indexes[i] >= h->typecnt)
            return false;
        out[i].at = get_time(times + i * width, width);
        out[i].offset = (int32_t)get_u32(types + 6 * (size_t)indexes[i]);
        if (i && out[i].at <= out[i - 1].at)
            return false;
    }
    return true;
}

static enum odd_status bad(struct odd_error *err, const char *why)
{
    return oddi_fail(err, ODD_ERR_FORMAT, "the time zone data %s", why);
}

static enum odd_status read_block(struct cursor *c, const struct header *h, size_t width,
                                  struct oddi_zone *zone, struct odd_error *err)
{
    const uint8_t *times = c->p, *indexes, *types;

    if (block_size(h, width) > left(c))
        return bad(err, "ends too early");
    if (h->leapcnt)
        return bad(err, "counts leap seconds; use a zone that does not");
    indexes = times + (size_t)h->timecnt * width;
    types = indexes + h->timecnt;
    if (!read_types(types, h->typecnt))
        return bad(err, "has an impossible offset");
    zone->transitions = oddi_malloc_array(h->timecnt, sizeof *zone->transitions);
    if (!zone->transitions)
        return oddi_fail_memory(err);
    if (!read_transitions(times, indexes, types, h, width, zone->transitions))
        return bad(err, "has transitions that are out of order or of an unknown kind");
    zone->n = h->timecnt;
    zone->first_offset = (int32_t)get_u32(types);
    c->p += block_size(h, width);
    return ODD_OK;
}

static enum odd_status read_footer(const struct cursor *c, struct oddi_zone *zone, struct odd_error *err)
{
    const uint8_t *start = c->p + 1, *end;

    if (left(c) < 2 || *c->p != '\n' || !(end = memchr(start, '\n', left(c) - 1)))
        return bad(err, "ends before its footer");
    if (end == start) /* no rule: the last offset stays */
        return ODD_OK;
    if (!oddi_tz_rule_parse((const char *)start, (size_t)(end - start), &zone->rule))
        return bad(err, "has a footer that is no POSIX TZ string");
    /* The rule holds from the last transition on; where the two disagree, so that there is one answer. */
    if (zone->n)
        zone->transitions[zone->n - 1].offset =
            oddi_tz_rule_offset(&zone->rule, zone->transitions[zone->n - 1].at);
    return ODD_OK;
}

enum odd_status oddi_tzif_parse(const uint8_t *data, size_t n, struct oddi_zone *zone, struct odd_error *err)
{
    struct cursor c = {data, data + n};
    struct header h;

    if (!read_header(&c, &h))
        return bad(err, "is not a TZif file");
    if (h.version < '2')
        return read_block(&c, &h, 4, zone, err);
    if (block_size(&h, 4) > left(&c))
        return bad(err, "ends too early");
    c.p += block_size(&h, 4);
    if (!read_header(&c, &h))
        return bad(err, "lacks its 64-bit part");
    ODDI_TRY(read_block(&c, &h, 8, zone, err));
    return read_footer(&c, zone, err);
}
