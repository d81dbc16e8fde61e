#include "synth/row.h"

#include <string.h>

#include "flow/time.h"

static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static char *put_pair(char *p, uint32_t v)
{
    memcpy(p, digit_pairs + 2 * v, 2);
    return p + 2;
}

static char *put_six(char *p, uint32_t v)
{
    p = put_pair(p, v / 10000);
    p = put_pair(p, v / 100 % 100);
    return put_pair(p, v % 100);
}

static char *put_number(char *p, uint64_t v)
{
    char text[20];
    size_t at = sizeof text;
    while (v >= 100) {
        memcpy(text + (at -= 2), digit_pairs + 2 * (v % 100), 2);
        v /= 100;
    }
    memcpy(text + (at -= 2), digit_pairs + 2 * v, 2);
    at += v < 10;
    memcpy(p, text + at, sizeof text - at);
    return p + (sizeof text - at);
}

static char *put_word(char *p, const struct oddi_word *w)
{
    memcpy(p, w->s, sizeof w->s);
    p[w->n] = ',';
    return p + w->n + 1;
}

static char *put_addr(const struct oddi_row_writer *w, char *p, const struct oddi_end *end)
{
    if (end->text) {
        size_t n = strlen(end->text);
        memcpy(p, end->text, n);
        p += n;
    } else {
        for (int shift = 24; shift >= 0; shift -= 8) {
            uint32_t octet = (end->addr >> shift) & 255;
            memcpy(p, w->octet[octet], 4);
            p += w->octet_n[octet];
        }
        p--; /* every octet brings its dot */
    }
    *p = ',';
    return p + 1;
}

static char *put_port(char *p, uint32_t port)
{
    static const char hex[] = "0123456789abcdef";
    if (port != ODDI_NO_PORT) {
        if (port & ODDI_HEX) {
            *p++ = '0';
            *p++ = 'x';
            for (int shift = 12; shift >= 0; shift -= 4)
                *p++ = hex[(port >> shift) & 15];
        } else {
            p = put_number(p, port);
        }
    }
    *p = ',';
    return p + 1;
}

/* Floor division: times before 1970 are in the minute before, too. */
static void set_minute(struct oddi_row_writer *w, int64_t time)
{
    int64_t days = time / ODDI_DAY - (time % ODDI_DAY < 0), of_day = time - days * ODDI_DAY, year;
    unsigned month, day;
    char *p = w->prefix;
    oddi_civil_from_days(days, &year, &month, &day);
    p = put_pair(p, (uint32_t)year / 100);
    p = put_pair(p, (uint32_t)year % 100);
    *p++ = '/';
    p = put_pair(p, month);
    *p++ = '/';
    p = put_pair(p, day);
    *p++ = ' ';
    p = put_pair(p, (uint32_t)(of_day / ODDI_HOUR));
    *p++ = ':';
    p = put_pair(p, (uint32_t)(of_day % ODDI_HOUR / ODDI_MINUTE));
    *p++ = ':';
    w->prefix_n = (uint8_t)(p - w->prefix);
    w->minute = time - of_day % ODDI_MINUTE;
}

static char *put_time(struct oddi_row_writer *w, char *p, int64_t time)
{
    if (!w->prefix_n || time < w->minute || time >= w->minute + ODDI_MINUTE)
        set_minute(w, time);
    memcpy(p, w->prefix, sizeof w->prefix);
    p += w->prefix_n;
    uint32_t us = (uint32_t)((time - w->minute) / 1000);
    p = put_pair(p, us / 1000000);
    *p++ = '.';
    p = put_six(p, us % 1000000);
    *p = ',';
    return p + 1;
}

static char *put_duration(char *p, uint64_t us)
{
    p = put_number(p, us / 1000000);
    *p++ = '.';
    p = put_six(p, (uint32_t)(us % 1000000));
    *p = ',';
    return p + 1;
}

static char *put_sizes(char *p, const struct oddi_row *row)
{
    static const struct oddi_word tos[] = {
        [ODDI_BOTH_WAYS] = ODDI_WORD("0,0"),
        [ODDI_ONE_WAY] = ODDI_WORD("0,"),
        [ODDI_REPLY_ONLY] = ODDI_WORD(",0"),
        [ODDI_NO_TOS] = ODDI_WORD(","),
    };
    p = put_word(p, &tos[row->way]);
    p = put_number(p, row->pkts);
    *p++ = ',';
    p = put_number(p, row->bytes);
    *p++ = ',';
    p = put_number(p, row->src_bytes);
    *p = ',';
    return p + 1;
}

void oddi_row_writer_init(struct oddi_row_writer *w, odd_write_fn write, void *ctx)
{
    w->write = write;
    w->ctx = ctx;
    w->size = 0;
    w->prefix_n = 0;
    w->minute = 0;
    memset(w->prefix, 0, sizeof w->prefix);
    for (uint32_t i = 0; i < 256; i++) {
        char text[24];
        size_t n = (size_t)(put_number(text, i) - text);
        text[n] = '.';
        memcpy(w->octet[i], text, 4);
        w->octet_n[i] = (uint8_t)(n + 1);
    }
}

enum odd_status oddi_row_flush(struct oddi_row_writer *w, struct odd_error *err)
{
    int errnum = w->size ? w->write(w->ctx, w->data, w->size) : 0;
    w->size = 0;
    return errnum ? oddi_fail_errno(err, NULL, "write the generated flows", errnum) : ODD_OK;
}

enum odd_status oddi_row_header(struct oddi_row_writer *w, struct odd_error *err)
{
    static const char names[] = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,"
                                "TotBytes,SrcBytes,Label\n";
    if (w->size >= ODDI_ROW_BUFFER)
        ODDI_TRY(oddi_row_flush(w, err));
    memcpy(w->data + w->size, names, sizeof names - 1);
    w->size += sizeof names - 1;
    return ODD_OK;
}

enum odd_status oddi_row_write(struct oddi_row_writer *w, const struct oddi_row *row, struct odd_error *err)
{
    if (w->size >= ODDI_ROW_BUFFER)
        ODDI_TRY(oddi_row_flush(w, err));
    char *p = w->data + w->size;
    p = put_time(w, p, row->time);
    p = put_duration(p, row->duration);
    p = put_word(p, row->proto);
    p = put_addr(w, p, &row->src);
    p = put_port(p, row->src.port);
    p = put_word(p, row->dir);
    p = put_addr(w, p, &row->dst);
    p = put_port(p, row->dst.port);
    p = put_word(p, row->state);
    p = put_sizes(p, row);
    memcpy(p, row->label->s, sizeof row->label->s);
    p += row->label->n;
    *p++ = '\n';
    w->size = (size_t)(p - w->data);
    return ODD_OK;
}
