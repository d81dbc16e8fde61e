/* What the tests of the generator share: generated text in memory, its rows as columns, quantiles, a checksum. */
#ifndef TEST_SYNTH_MADE_H
#define TEST_SYNTH_MADE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "synth/synth.h"

#define START INT64_C(1313488800000000000) /* 2011-08-16 10:00:00 UTC */

static inline struct oddi_synth_options made_options(uint64_t flows, const char *attacks)
{
    return (struct oddi_synth_options){flows, 1, 7600, START, attacks, true};
}

static inline int made_write(void *ctx, const void *bytes, size_t n)
{
    struct oddi_buf *b = ctx;
    oddi_buf_add(b, bytes, n);
    return oddi_buf_ok(b) ? 0 : ENOSPC;
}

/* Generated text, NUL-terminated; oddi_buf_free() it. Stops the test program on failure. */
static inline struct oddi_buf made_text(const struct oddi_synth_options *o)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf b;
    oddi_buf_init(&b, 0);
    if (oddi_synth(o, made_write, &b, &err) != ODD_OK) {
        fprintf(stderr, "the generator failed: %s\n", err.message);
        abort();
    }
    oddi_buf_cstr(&b);
    return b;
}

#define N_COLUMNS 15
enum { TIME, DUR, PROTO, SRC, SPORT, DIR, DST, DPORT, STATE, STOS, DTOS, PKTS, BYTES, SRC_BYTES, LABEL };

struct made_row {
    const char *field[N_COLUMNS];
    size_t n[N_COLUMNS];
    size_t columns; /* as found */
};

/* Splits the line at *p and moves *p behind it; false at the end. */
static inline bool made_next(const char **p, struct made_row *r)
{
    r->columns = 0;
    if (!**p)
        return false;
    for (;;) {
        size_t n = strcspn(*p, ",\n");
        if (r->columns < N_COLUMNS) {
            r->field[r->columns] = *p;
            r->n[r->columns] = n;
        }
        r->columns++;
        *p += n;
        if (**p != ',')
            break;
        ++*p;
    }
    *p += **p == '\n';
    return true;
}

static inline bool made_is(const struct made_row *r, int column, const char *text)
{
    return r->n[column] == strlen(text) && memcmp(r->field[column], text, r->n[column]) == 0;
}

static inline bool made_starts(const struct made_row *r, int column, const char *text)
{
    return r->n[column] >= strlen(text) && memcmp(r->field[column], text, strlen(text)) == 0;
}

static inline double made_number(const struct made_row *r, int column)
{
    double v;
    if (!oddi_parse_double(r->field[column], r->n[column], &v)) {
        fprintf(stderr, "not a number: '%.*s'\n", (int)r->n[column], r->field[column]);
        abort();
    }
    return v;
}

/* Microseconds since midnight of the first of August 2011, enough to compare and to bin by. */
static inline int64_t made_time(const struct made_row *r)
{
    const char *s = r->field[TIME];
#define DIGITS(at) ((s[at] - '0') * 10 + s[(at) + 1] - '0')
    int64_t day = DIGITS(8) - 1, second = ((day * 24 + DIGITS(11)) * 60 + DIGITS(14)) * 60 + DIGITS(17);
    return ((second * 100 + DIGITS(20)) * 100 + DIGITS(22)) * 100 + DIGITS(24);
#undef DIGITS
}

static inline int made_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* CRC-32 (IEEE 802.3), bit by bit. */
static inline uint32_t made_crc(const char *s, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= (uint8_t)s[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

#endif
