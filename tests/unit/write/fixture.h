/* Judged windows for the tests of the outputs: the first window of CTU-13 scenario 1 in small, and pieces to build others. */
#ifndef ODDFLOW_TEST_WRITE_FIXTURE_H
#define ODDFLOW_TEST_WRITE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "flow/time.h"
#include "write/write.h"

enum { FIXTURE_MAX_FEATURES = 8, FIXTURE_MAX_ROWS = 64, FIXTURE_MAX_WINDOWS = 4 };

#define FIXTURE_START INT64_C(1312969560000000000) /* 2011-08-10T09:46:00Z */
#define FIXTURE_HEADER                                                                                       \
    "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label"

/* A window and the rows of it that are handed to the writer. */
struct scene_window {
    struct oddi_window_result result;
    double mean[FIXTURE_MAX_FEATURES], std[FIXTURE_MAX_FEATURES];
    double location[FIXTURE_MAX_FEATURES], scale[FIXTURE_MAX_FEATURES];
    struct oddi_verdict verdicts[FIXTURE_MAX_ROWS];
    struct oddi_reason reasons[FIXTURE_MAX_ROWS][FIXTURE_MAX_FEATURES];
    struct oddi_flow flows[FIXTURE_MAX_ROWS];
    double values[FIXTURE_MAX_ROWS][FIXTURE_MAX_FEATURES];
    struct oddi_write_row rows[FIXTURE_MAX_ROWS];
    size_t n_rows;
};

struct scene {
    struct oddi_write_options o;
    const char *features[FIXTURE_MAX_FEATURES];
    bool whole[FIXTURE_MAX_FEATURES];
    const char *sources[4];
    struct scene_window windows[FIXTURE_MAX_WINDOWS];
    size_t n_windows;
    struct odd_ledger ledger;
};

static inline void flow_clear(struct oddi_flow *f)
{
    memset(f, 0, sizeof *f);
    for (int id = 0; id < ODDI_N_FIELDS; id++) {
        f->number[id] = NAN;
        f->time[id] = ODDI_NO_TIME;
        f->code[id] = UINT32_MAX;
    }
}

static inline struct oddi_text text_of(const char *s)
{
    return (struct oddi_text){s, strlen(s)};
}

static inline struct oddi_addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (struct oddi_addr){.bytes = {a, b, c, d}, .kind = ODDI_ADDR_V4};
}

static inline struct oddi_addr v6(uint8_t fill)
{
    struct oddi_addr a = {.kind = ODDI_ADDR_V6};

    memset(a.bytes, fill, sizeof a.bytes);
    return a;
}

static inline struct oddi_addr mac(uint8_t fill)
{
    struct oddi_addr a = {.kind = ODDI_ADDR_MAC};

    memset(a.bytes, fill, 6);
    return a;
}

#define FIXTURE_TEXT                                                                                         \
    "2011/08/10 09:46:53.709666,3599.047607,tcp,195.250.146.6,554,  <?>,147.32.84.59,49375,PA_PA,0,0,55068," \
    "61164753,60334389,flow=Background-Established-cmpgw-CVUT"

/* The flow of FIXTURE_TEXT. */
static inline void flow_ctu(struct oddi_flow *f)
{
    flow_clear(f);
    f->time[ODDI_TS_START] = FIXTURE_START + INT64_C(53709666000);
    f->number[ODDI_DURATION] = 3599.047607;
    f->code[ODDI_PROTO] = 6;
    f->text[ODDI_PROTO] = text_of("tcp");
    f->addr[ODDI_SRC_IP] = v4(195, 250, 146, 6);
    f->code[ODDI_SRC_PORT] = 554;
    f->text[ODDI_DIR] = text_of("  <?>");
    f->addr[ODDI_DST_IP] = v4(147, 32, 84, 59);
    f->code[ODDI_DST_PORT] = 49375;
    f->text[ODDI_STATE] = text_of("PA_PA");
    f->number[ODDI_SRC_TOS] = f->number[ODDI_DST_TOS] = 0;
    f->number[ODDI_PKTS] = 55068;
    f->number[ODDI_BYTES] = 61164753;
    f->number[ODDI_SRC_BYTES] = 60334389;
    f->number[ODDI_DST_BYTES] = 61164753 - 60334389;
    f->text[ODDI_LABEL] = text_of("flow=Background-Established-cmpgw-CVUT");
}

static inline struct scene *scene_new(void)
{
    struct scene *s = calloc(1, sizeof *s);

    assert_non_null(s);
    s->features[0] = "bytes";
    s->whole[0] = true;
    s->sources[0] = "capture.binetflow";
    s->sources[1] = "other \"file\",2.csv";
    s->o = (struct oddi_write_options){.n_features = 1,
                                       .features = s->features,
                                       .whole = s->whole,
                                       .n_sources = 1,
                                       .sources = s->sources,
                                       .header = FIXTURE_HEADER,
                                       .header_size = strlen(FIXTURE_HEADER),
                                       .delimiter = ',',
                                       .width = 80,
                                       .fields = "score,src_ip,community_id,bytes,label,reason",
                                       .version = "0.1.0",
                                       .scaler = "standard",
                                       .detector = "dbscan:eps=2.5,min_samples=5"};
    return s;
}

static inline struct scene_window *scene_add(struct scene *s, size_t n_rows, size_t n_clusters,
                                             size_t n_outliers)
{
    struct scene_window *w = s->windows + s->n_windows;

    assert_true(s->n_windows < FIXTURE_MAX_WINDOWS);
    w->result = (struct oddi_window_result){.start = FIXTURE_START + (int64_t)s->n_windows * ODDI_MINUTE,
                                            .n_rows = n_rows,
                                            .n_clusters = n_clusters,
                                            .n_outliers = n_outliers,
                                            .n_features = s->o.n_features,
                                            .mean = w->mean,
                                            .std = w->std,
                                            .location = w->location,
                                            .scale = w->scale,
                                            .scaler = "standard",
                                            .detector = "dbscan:eps=2.5,min_samples=5",
                                            .eps = 2.5};
    w->result.end = w->result.start + ODDI_MINUTE;
    for (size_t j = 0; j < s->o.n_features; j++) {
        w->mean[j] = w->location[j] = 356000.125;
        w->std[j] = w->scale[j] = 7555000.5;
    }
    s->n_windows++;
    return w;
}

/* A normal row: the flow of FIXTURE_TEXT with other numbers. */
static inline struct oddi_write_row *scene_row(struct scene_window *w, uint64_t number, double value,
                                               double score)
{
    size_t i = w->n_rows++;

    assert_true(i < FIXTURE_MAX_ROWS);
    w->verdicts[i] = (struct oddi_verdict){.row = number, .cluster = 0, .score = score};
    flow_ctu(w->flows + i);
    for (size_t j = 0; j < FIXTURE_MAX_FEATURES; j++)
        w->values[i][j] = value;
    w->rows[i] = (struct oddi_write_row){.window = &w->result,
                                         .verdict = w->verdicts + i,
                                         .text = FIXTURE_TEXT,
                                         .text_size = strlen(FIXTURE_TEXT),
                                         .flow = w->flows + i,
                                         .values = w->values[i],
                                         .shown = i};
    return w->rows + i;
}

/* An odd one. */
static inline struct oddi_verdict *scene_odd(struct scene_window *w, uint64_t number, double value,
                                             double score)
{
    size_t i = w->n_rows;

    scene_row(w, number, value, score);
    w->verdicts[i].kind = ODDI_OUTLIER;
    w->verdicts[i].cluster = -1;
    w->verdicts[i].nearest_row = 2;
    if (!w->result.alone)
        w->verdicts[i].reasons = w->reasons[i];
    for (size_t j = 0; j < FIXTURE_MAX_FEATURES; j++)
        w->reasons[i][j] = (struct oddi_reason){.value = value,
                                                .nearest_value = 40186221,
                                                .expected_low = 60,
                                                .expected_high = 40186221,
                                                .share = j == 0,
                                                .normal_at = j == 0 ? 40211003 : (double)NAN};
    return w->verdicts + i;
}

/* The whole life of a writer, everything into one buffer. */
static inline enum odd_status scene_write(const struct scene *s, const struct oddi_writer *writer,
                                          struct oddi_buf *out)
{
    void *state = calloc(1, writer->state_size + 1);
    enum odd_status status;

    assert_non_null(state);
    status = writer->open(state, &s->o, NULL);
    if (status == ODD_OK) {
        writer->begin(state, out);
        for (size_t k = 0; k < s->n_windows; k++) {
            const struct scene_window *w = s->windows + k;

            if (!s->o.top)
                writer->window_begin(state, &w->result, out);
            for (size_t i = 0; i < w->n_rows; i++)
                writer->row(state, w->rows + i, out);
            if (!s->o.top)
                writer->window_end(state, &w->result, out);
        }
        writer->end(state, &s->ledger, out);
        writer->close(state);
    }
    free(state);
    return status;
}

static inline void scene_expect(const struct scene *s, const char *writer, const char *expected)
{
    struct oddi_buf out;

    oddi_buf_init(&out, 0);
    assert_int_equal(scene_write(s, oddi_writer_find(writer), &out), ODD_OK);
    assert_true(oddi_buf_ok(&out));
    assert_string_equal(oddi_buf_cstr(&out), expected);
    oddi_buf_free(&out);
}

#endif
