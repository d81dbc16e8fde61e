/* The files of tests/invalid: what is refused at the header and with which words, and for each bad record its number,
 * line, offset, column and reason. And for each reason: one bad record among n, at every place, costs that one only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "read/source.h"
#include "tmp.h"

struct found {
    uint64_t record, line, offset; /* line as people count: from 1, with the header */
    uint32_t column;
    enum oddi_bad_reason reason;
    size_t len;
};

struct outcome {
    size_t good, n_bad;
    struct found bad[8];
};

/* Every field of the file. ODD_OK or the status of the refusal. */
static enum odd_status read_path(const char *path, size_t block_size, struct outcome *out,
                                 struct odd_error *err)
{
    struct oddi_source_block *b;
    struct oddi_batch batch;
    struct oddi_source *src;
    struct oddi_input *in;
    enum odd_status status = oddi_input_open(path, &in, err);
    uint64_t records = 0, lines;

    memset(out, 0, sizeof *out);
    assert_int_equal(status, ODD_OK);
    status = oddi_source_open(in, NULL, block_size, NULL, &src, err);
    if (status != ODD_OK)
        return status;
    lines = oddi_source_header_lines(src);
    assert_int_equal(oddi_batch_init(&batch, oddi_source_schema(src)->recipes, ODDI_N_FIELDS,
                                     oddi_source_schema(src)->recipes[ODDI_TS_START].how != ODDI_ABSENT, err),
                     ODD_OK);
    while (oddi_source_next(src, &b, err) == ODD_OK) {
        assert_false(b->too_long);
        assert_int_equal(oddi_source_decode(src, &b->block, &batch, err), ODD_OK);
        for (size_t i = 0; i < batch.n_bad && out->n_bad < 8; i++) {
            const struct oddi_bad_record *x = &batch.bad[i];

            out->bad[out->n_bad++] =
                (struct found){records + x->record, lines + x->line + 1, b->block.offset + x->off,
                               x->column,           x->reason,           x->len};
        }
        out->good += batch.n;
        records += batch.n_records;
        lines += batch.n_lines;
        oddi_source_release(src, b);
    }
    oddi_batch_clear(&batch);
    oddi_source_close(src);
    return ODD_OK;
}

static const char *invalid(const char *name)
{
    static char path[2000];

    snprintf(path, sizeof path, "%s", __FILE__);
    *strrchr(path, '/') = 0;
    snprintf(path + strlen(path), sizeof path - strlen(path), "/../../invalid/%s", name);
    return path;
}

/* ---- refused as a whole ------------------------------------------------------------------------------------------ */

static const struct {
    const char *file;
    enum odd_status status;
    const char *message;
} refusals[] = {
    {"empty.csv", ODD_ERR_NO_DATA, "is empty"},
    {"only_blank_lines.csv", ODD_ERR_NO_DATA, "is empty"},
    {"numbers_no_header.csv", ODD_ERR_FORMAT, "the first line holds numbers, not names: add a header line"},
    {"no_header.binetflow", ODD_ERR_FORMAT, "the first line holds values, not names: add a header line"},
    {"utf16.csv", ODD_ERR_FORMAT, "is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8"},
    {"lone_cr.csv", ODD_ERR_FORMAT,
     "ends its lines with carriage returns alone; convert it first: tr '\\r' '\\n'"},
    {"header_open_quote.csv", ODD_ERR_FORMAT, "the header line has a quoted name that does not end"},
    {"header_nul.csv", ODD_ERR_FORMAT,
     "is in no known format (binetflow, csv, tsv, zeek): it starts with 'StartTime,Tot?Bytes...'"},
    {"program.bin", ODD_ERR_FORMAT,
     "is in no known format (binetflow, csv, tsv, zeek): it starts with '?ELF?"
     "?"
     "?"
     "?"
     "?"
     "?"
     "?"
     "?'"},
    {"eve.json", ODD_ERR_FORMAT,
     "is in no known format (binetflow, csv, tsv, zeek): it starts with "
     "'{\"event_type\":\"flow\",\"src_ip\":\"1.2.3.4\"}...'"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct odd_error err = ODD_ERROR_INIT;
        struct outcome out;

        assert_int_equal(read_path(invalid(refusals[i].file), 65536, &out, &err), refusals[i].status);
        assert_string_equal(err.message, refusals[i].message);
        assert_string_equal(err.source, invalid(refusals[i].file));
    }
}

/* ---- bad records --------------------------------------------------------------------------------------------------- */

#define NONE UINT32_MAX

static const struct {
    const char *file;
    struct outcome want;
} readable[] = {
    {"header_only.binetflow", {0, 0, {{0}}}},
    {"no_start_time.csv", {2, 0, {{0}}}},
    {"nul.binetflow", {2, 1, {{1, 3, 224, NONE, ODDI_BAD_NUL, 107}}}},
    {"open_quote.binetflow", {2, 1, {{1, 3, 224, NONE, ODDI_BAD_QUOTE, 119}}}},
    {"after_quote.binetflow", {2, 1, {{1, 3, 224, NONE, ODDI_BAD_QUOTE, 120}}}},
    {"columns.binetflow",
     {2, 2, {{1, 3, 224, NONE, ODDI_BAD_COLUMNS, 102}, {2, 4, 327, NONE, ODDI_BAD_COLUMNS, 120}}}},
    {"header_again.binetflow", {2, 1, {{1, 3, 224, NONE, ODDI_BAD_HEADER_AGAIN, 99}}}},
    {"bad_number.binetflow",
     {2,
      3,
      {{1, 3, 224, 12, ODDI_BAD_VALUE, 119},
       {2, 4, 344, 12, ODDI_BAD_VALUE, 116},
       {3, 5, 461, 12, ODDI_BAD_VALUE, 117}}}},
    {"bad_time.binetflow", {2, 2, {{1, 3, 224, 0, ODDI_BAD_TIME, 118}, {2, 4, 343, 0, ODDI_BAD_TIME, 89}}}},
    {"bad_addr_port_proto.binetflow",
     {2,
      3,
      {{1, 3, 224, 3, ODDI_BAD_VALUE, 118},
       {2, 4, 343, 4, ODDI_BAD_VALUE, 118},
       {3, 5, 462, 2, ODDI_BAD_VALUE, 117}}}},
    {"blank_lines.binetflow", {2, 1, {{1, 5, 227, NONE, ODDI_BAD_COLUMNS, 102}}}},
    {"cut_short.binetflow", {2, 1, {{2, 4, 343, NONE, ODDI_BAD_COLUMNS, 60}}}},
};

static void compare(const char *file, const struct outcome *want, const struct outcome *got)
{
    if (want->good != got->good || want->n_bad != got->n_bad)
        printf("%s\n", file);
    assert_int_equal(want->good, got->good);
    assert_int_equal(want->n_bad, got->n_bad);
    for (size_t i = 0; i < want->n_bad; i++) {
        const struct found *w = &want->bad[i], *g = &got->bad[i];

        if (memcmp(w, g, sizeof *w))
            printf("%s: record %zu line %zu offset %zu column %d reason %d len %zu\n", file,
                   (size_t)g->record, (size_t)g->line, (size_t)g->offset, (int)g->column, g->reason, g->len);
        assert_int_equal(w->record, g->record);
        assert_int_equal(w->line, g->line);
        assert_int_equal(w->offset, g->offset);
        assert_int_equal(w->column, g->column);
        assert_int_equal(w->reason, g->reason);
        assert_int_equal(w->len, g->len);
    }
}

static void test_bad_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        struct odd_error err = ODD_ERROR_INIT;
        struct outcome out;

        assert_int_equal(read_path(invalid(readable[i].file), 65536, &out, &err), ODD_OK);
        compare(readable[i].file, &readable[i].want, &out);
    }
}

/* ---- one among many ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *line; /* a comma stands for the delimiter */
    size_t n;
    enum oddi_bad_reason reason;
} broken[] = {
    {"2011/08/10 09:46:53,1,2,x,y", 27, ODDI_BAD_COLUMNS},
    {"2011/08/10 09:46:53,1,2", 23, ODDI_BAD_COLUMNS},
    {"2011/08/10 09:46:53,1,2,\"x", 26, ODDI_BAD_QUOTE},
    {"\"2011/08/10 09:46:53\" ,1,2,x", 28, ODDI_BAD_QUOTE},
    {"2011/08/10 09:46:53,1,\0"
     "2,x",
     26, ODDI_BAD_NUL},
    {"2011/08/10 09:46:53,1a,2,x", 26, ODDI_BAD_VALUE},
    {"2011/08/10 09:46:53,1,2 2,x", 27, ODDI_BAD_VALUE},
    {"yesterday,1,2,x", 15, ODDI_BAD_TIME},
    {",1,2,x", 6, ODDI_BAD_TIME},
    {"StartTime,Dur,TotBytes,Label", 28, ODDI_BAD_HEADER_AGAIN},
    {"StartTime,Dur,TotBytes,label", 28, ODDI_BAD_TIME},
};

#define ROWS 60

static size_t put_line(char *out, const char *line, size_t n, char delimiter, bool crlf)
{
    for (size_t i = 0; i < n; i++)
        out[i] = line[i] == ',' ? delimiter : line[i];
    memcpy(out + n, crlf ? "\r\n" : "\n", 2);
    return n + 1 + crlf;
}

static void check_one_among_many(size_t kind, size_t place, char delimiter, bool crlf)
{
    static const char header[] = "StartTime,Dur,TotBytes,Label",
                      row[] = "2011/08/10 09:46:53.047277,1.5,200,\"a\"";
    char text[ROWS * 60];
    struct odd_error err = ODD_ERROR_INIT;
    struct outcome out, want = {ROWS - 1, 1, {{0}}};
    size_t n = put_line(text, header, strlen(header), delimiter, crlf);
    const char *path;

    for (size_t i = 0; i < ROWS; i++) {
        if (i != place) {
            n += put_line(text + n, row, strlen(row), delimiter, crlf);
            continue;
        }
        want.bad[0] = (struct found){i, i + 2, n, 0, broken[kind].reason, broken[kind].n};
        n += put_line(text + n, broken[kind].line, broken[kind].n, delimiter, crlf);
    }
    path = tmp_file(text, n);
    for (size_t block_size = 4096; block_size < 100000; block_size *= 16) {
        assert_int_equal(read_path(path, block_size, &out, &err), ODD_OK);
        want.bad[0].column = out.bad[0].column;
        compare(broken[kind].line, &want, &out);
    }
    assert_int_equal(remove(path), 0);
}

static void test_one_among_many(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < sizeof broken / sizeof broken[0]; kind++)
        for (size_t place = 0; place < ROWS; place++)
            check_one_among_many(kind, place, ",\t"[place % 2], place % 3 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_bad_records),
        cmocka_unit_test(test_one_among_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
