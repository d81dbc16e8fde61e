/* Four rows with every field: a TCP flow, a UDP one, one of IPv6, and one of nulls. */
#ifndef TEST_EXPR_SAMPLE_H
#define TEST_EXPR_SAMPLE_H

#include <math.h>
#include <string.h>

#include "expr/expr.h"

#define SAMPLE_ROWS 4
#define SAMPLE_MORE 2 /* columns that are no field: `Flow IAT Mean` (number), `app proto` (text) */

struct sample {
    char text[256];
    double number[ODDI_N_FIELDS + SAMPLE_MORE][SAMPLE_ROWS];
    int64_t time[ODDI_N_FIELDS][SAMPLE_ROWS];
    uint32_t code[ODDI_N_FIELDS][SAMPLE_ROWS];
    struct oddi_addr addr[ODDI_N_FIELDS][SAMPLE_ROWS];
    struct oddi_span span[ODDI_N_FIELDS + SAMPLE_MORE][SAMPLE_ROWS];
    struct oddi_column columns[ODDI_N_FIELDS + SAMPLE_MORE];
};

static void sample_span(struct sample *s, size_t field, size_t row, const char *text)
{
    size_t at = strlen(s->text);

    memcpy(s->text + at, text, strlen(text) + 1);
    s->span[field][row] = (struct oddi_span){(uint32_t)at, (uint32_t)strlen(text)};
}

static void sample_addr(struct sample *s, size_t field, size_t row, const char *text)
{
    (void)!oddi_parse_addr(text, strlen(text), &s->addr[field][row]);
}

static void sample_nulls(struct sample *s)
{
    memset(s, 0, sizeof *s);
    for (size_t f = 0; f < ODDI_N_FIELDS + SAMPLE_MORE; f++)
        for (size_t i = 0; i < SAMPLE_ROWS; i++) {
            s->number[f][i] = NAN;
            s->span[f][i].len = UINT32_MAX;
            if (f < ODDI_N_FIELDS) {
                s->time[f][i] = ODDI_NO_TIME;
                s->code[f][i] = UINT32_MAX;
            }
        }
}

static void sample_make(struct sample *s)
{
    static const struct {
        enum oddi_field field;
        double value[3];
    } numbers[] = {
        {ODDI_DURATION, {2.5, 0.001, 0}}, {ODDI_SRC_BYTES, {1000, 60, 12e6}},
        {ODDI_DST_BYTES, {4000, 0, NAN}}, {ODDI_BYTES, {5000, 60, 12e6}},
        {ODDI_SRC_PKTS, {10, 1, 9000}},   {ODDI_DST_PKTS, {8, 0, NAN}},
        {ODDI_PKTS, {18, 1, 9000}},       {ODDI_SRC_TOS, {0, 16, 0}},
        {ODDI_DST_TOS, {0, 0, NAN}},
    };

    sample_nulls(s);
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
        memcpy(s->number[numbers[k].field], numbers[k].value, sizeof numbers[k].value);
    for (size_t i = 0; i < 3; i++) { /* 2011-08-10 (a Wednesday) 09:46:53.5Z and a minute, two later */
        s->time[ODDI_TS_START][i] = 1312969613500000000 + (int64_t)i * ODDI_MINUTE;
        s->time[ODDI_TS_END][i] = s->time[ODDI_TS_START][i] + 2500000000;
        sample_addr(s, ODDI_EXPORTER, i, "192.0.2.1");
    }
    memcpy(s->code[ODDI_PROTO], (uint32_t[]){6, 17, 6}, 12);
    memcpy(s->code[ODDI_SRC_PORT], (uint32_t[]){50000, 53000, 443}, 12);
    memcpy(s->code[ODDI_DST_PORT], (uint32_t[]){80, 53, 50001}, 12);
    sample_addr(s, ODDI_SRC_IP, 0, "10.1.2.3");
    sample_addr(s, ODDI_DST_IP, 0, "93.184.216.34");
    sample_addr(s, ODDI_SRC_IP, 1, "192.168.0.7");
    sample_addr(s, ODDI_DST_IP, 1, "10.0.0.53");
    sample_addr(s, ODDI_SRC_IP, 2, "2001:db8::1");
    sample_addr(s, ODDI_DST_IP, 2, "fe80::2");
    sample_span(s, ODDI_STATE, 0, "FSPA_FSPA");
    sample_span(s, ODDI_STATE, 1, "INT");
    sample_span(s, ODDI_STATE, 2, "S_RA");
    sample_span(s, ODDI_DIR, 0, "   ->");
    sample_span(s, ODDI_TCP_FLAGS, 0, "...AP.SF");
    sample_span(s, ODDI_TCP_FLAGS, 2, "0x02");
    sample_span(s, ODDI_LABEL, 0, "flow=From-Botnet-V44-TCP");
    sample_span(s, ODDI_LABEL, 1, "flow=Background");
    s->number[ODDI_N_FIELDS][0] = 0.25;
    s->number[ODDI_N_FIELDS][1] = 7;
    sample_span(s, ODDI_N_FIELDS + 1, 0, "http");
    sample_span(s, ODDI_N_FIELDS + 1, 1, "it's `dns`");
}

/* The columns for a program's needs, and the map: need i is column i. */
static void sample_bind(struct sample *s, const struct oddi_expr_need *needs, size_t n,
                        struct oddi_expr_input *in, uint32_t *map)
{
    for (size_t i = 0; i < n; i++) {
        size_t f = needs[i].field;

        if (needs[i].field == ODDI_NO_FIELD)
            f = ODDI_N_FIELDS + (needs[i].type == ODDI_TYPE_TEXT);
        memset(&s->columns[i], 0, sizeof s->columns[i]);
        s->columns[i].recipe.type = needs[i].type;
        s->columns[i].u.any = needs[i].type == ODDI_TYPE_NUMBER ? (void *)s->number[f]
                              : needs[i].type == ODDI_TYPE_TIME ? (void *)s->time[f]
                              : needs[i].type == ODDI_TYPE_ADDR ? (void *)s->addr[f]
                              : needs[i].type == ODDI_TYPE_TEXT ? (void *)s->span[f]
                                                                : (void *)s->code[f];
        map[i] = (uint32_t)i;
    }
    in->columns = s->columns;
    in->map = map;
    in->text = s->text;
    in->window_start = 1312969560000000000; /* 09:46 */
}

#endif
