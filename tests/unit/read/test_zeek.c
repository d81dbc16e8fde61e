/* needs: failalloc */
/* Zeek's logs: what the lines that describe them mean, rows against a slow twin however the text is cut, IoT-23's last
 * column, logs put together, and what is refused with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <math.h>

#include "base/rng.h"
#include "failalloc.h"
#include "read/source.h"
#include "read/wire/delim.h"
#include "tmp.h"

#define PREAMBLE "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
#define NAMES                                                                                                \
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"   \
    "resp_bytes\tconn_state\torig_pkts\tresp_pkts\ttunnel_parents"
#define TYPES                                                                                                \
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcou" \
    "nt\tset\n"
#define CONN PREAMBLE NAMES "\n" TYPES

/* ---- a log read whole -------------------------------------------------------------------------------------------- */

struct log {
    struct oddi_source *src;
    struct oddi_source_block *block;
    struct oddi_batch batch;
};

static enum odd_status try_open(const char *text, size_t n, const char *format, size_t block_size,
                                struct oddi_source **src, struct odd_error *err)
{
    struct oddi_input *in;
    enum odd_status status = oddi_input_open(tmp_file(text, n), &in, err);

    return status != ODD_OK ? status : oddi_source_open(in, format, block_size, NULL, src, err);
}

/* A short text, read in one block: every field of it. */
static void open_log(struct log *l, const char *text)
{
    struct odd_error err = ODD_ERROR_INIT;

    if (try_open(text, strlen(text), NULL, 1 << 20, &l->src, &err) != ODD_OK)
        fail_msg("%s", err.message);
    assert_string_equal(oddi_source_reader(l->src)->name, "zeek");
    assert_int_equal(oddi_source_next(l->src, &l->block, &err), ODD_OK);
    assert_int_equal(
        oddi_batch_init(&l->batch, oddi_source_schema(l->src)->recipes, ODDI_N_FIELDS, true, &err), ODD_OK);
    assert_int_equal(oddi_source_decode(l->src, &l->block->block, &l->batch, &err), ODD_OK);
}

static void close_log(struct log *l)
{
    struct oddi_source_block *more;

    oddi_batch_clear(&l->batch);
    oddi_source_release(l->src, l->block);
    assert_int_equal(oddi_source_next(l->src, &more, NULL), ODD_END);
    oddi_source_close(l->src);
}

/* The text of a field, "NULL" where it is missing. */
static const char *text_of(const struct log *l, enum oddi_field f, size_t row)
{
    static char out[100];
    struct oddi_span s = l->batch.columns[f].u.span[row];

    if (s.len == UINT32_MAX)
        return "NULL";
    snprintf(out, sizeof out, "%.*s", (int)s.len, l->block->block.data + s.off);
    return out;
}

static double number_of(const struct log *l, enum oddi_field f, size_t row)
{
    return l->batch.columns[f].u.number[row];
}

/* ---- what the lines mean ------------------------------------------------------------------------------------------ */

static void test_conn(void **state)
{
    static const char text[] =
        CONN "1545403816.962094\tCrDn6\t192.168.1.195\t41040\t185.244.25.235\t80\ttcp\thttp\t3.139211\t149\t"
             "128252\tSF\t94\t96\t-\n"
             "19.5\tC\tfe80::1\t143\tff02::16\t0\ticmp\t-\t-\t-\t-\tS0\t1\t0\t(empty)\n"
             "1545403816\tC\t\t-\t-\t-\tunknown_transport\t-\t0.000001\t0\t0\t-\t1\t0\tCa,Cb\n"
             "#close\t2019-03-15-14-50-49\n";
    const struct oddi_schema *schema;
    char addr[ODDI_ADDR_TEXT_MAX];
    struct log l;
    size_t n;
    char delimiter;

    (void)state;
    open_log(&l, text);
    schema = oddi_source_schema(l.src);
    assert_int_equal(schema->n_columns, 15);
    assert_string_equal(schema->names[0], "ts");
    assert_string_equal(schema->names[14], "tunnel_parents");
    assert_int_equal(oddi_source_header_lines(l.src), 7);
    assert_memory_equal(oddi_source_header(l.src, &n, &delimiter), "ts\tuid\tid.orig_h", 16);
    assert_int_equal(n, sizeof NAMES - 1 - strlen("#fields\t"));
    assert_int_equal(delimiter, '\t');

    assert_int_equal(l.batch.n, 3);
    assert_int_equal(l.batch.n_records, 3);
    assert_int_equal(l.batch.n_lines, 4);
    assert_int_equal(l.batch.ts[0], INT64_C(1545403816962094000));
    assert_int_equal(l.batch.ts[1], INT64_C(19500000000));
    assert_int_equal(l.batch.columns[ODDI_PROTO].u.code[0], 6);
    assert_int_equal(l.batch.columns[ODDI_PROTO].u.code[1], 1);
    assert_int_equal(l.batch.columns[ODDI_PROTO].u.code[2], ODDI_PROTO_OTHER);
    assert_int_equal(l.batch.columns[ODDI_SRC_PORT].u.code[0], 41040);
    assert_int_equal(l.batch.columns[ODDI_SRC_PORT].u.code[2], UINT32_MAX);
    addr[oddi_format_addr(addr, &l.batch.columns[ODDI_DST_IP].u.addr[1])] = 0;
    assert_string_equal(addr, "ff02::16");
    assert_int_equal(l.batch.columns[ODDI_SRC_IP].u.addr[2].kind, ODDI_ADDR_NONE);
    assert_true(number_of(&l, ODDI_DURATION, 0) == 3.139211);
    assert_true(isnan(number_of(&l, ODDI_DURATION, 1)));
    assert_true(number_of(&l, ODDI_BYTES, 0) == 128401 && isnan(number_of(&l, ODDI_BYTES, 1)));
    assert_true(number_of(&l, ODDI_BYTES, 2) == 0 && number_of(&l, ODDI_PKTS, 0) == 190);
    assert_string_equal(text_of(&l, ODDI_STATE, 0), "SF");
    assert_string_equal(text_of(&l, ODDI_STATE, 1), "S0");
    assert_string_equal(text_of(&l, ODDI_STATE, 2), "NULL");
    close_log(&l);
}

/* One row below these lines: its bytes, and its state as text. */
static void check_words(const char *header, const char *row, double bytes, const char *conn_state)
{
    char text[500];
    struct log l;

    snprintf(text, sizeof text, "%s\n%s\n", header, row);
    open_log(&l, text);
    assert_int_equal(l.batch.n_bad, 0);
    assert_int_equal(l.batch.n, 1);
    if (isnan(bytes))
        assert_true(isnan(number_of(&l, ODDI_SRC_BYTES, 0)));
    else
        assert_true(number_of(&l, ODDI_SRC_BYTES, 0) == bytes);
    assert_string_equal(text_of(&l, ODDI_STATE, 0), conn_state);
    close_log(&l);
}

static void test_words(void **state)
{
    (void)state;
    check_words("#separator \\x09\n#fields\tts\torig_bytes\tconn_state", "7\t5\tS0", 5, "S0");
    check_words("#fields\tts\torig_bytes\tconn_state", "7\t-\t-", NAN, "NULL");
    check_words("#fields\tts\torig_bytes\tconn_state", "7\t(empty)\t(empty)", NAN, "NULL");
    check_words("#separator \\x2c\n#fields,ts,orig_bytes,conn_state", "7,5,S0", 5, "S0");
    check_words("#separator \\x2C\n#fields,ts,orig_bytes,conn_state", "7,5,S0", 5, "S0");
    check_words("#separator |\n#unset_field|NA\n#fields|ts|orig_bytes|conn_state", "7|NA|NA", NAN, "NULL");
    check_words("#separator |\n#unset_field|NA\n#fields|ts|orig_bytes|conn_state", "7|5|-", 5, "-");
    check_words("#separator |\n#empty_field|void\n#fields|ts|orig_bytes|conn_state", "7|void|void", NAN,
                "NULL");
    check_words("#unset_field\t\n#fields\tts\torig_bytes\tconn_state", "7\t\t", NAN, "NULL");
    check_words("### a remark\n\n#fields\tts\torig_bytes\tconn_state\r", "7\t5\tS0\r", 5, "S0");
    check_words("#fields\tts\torig_bytes\tconn_state\n#other\tx", "7\t5\t\"S0", 5, "\"S0");
}

/* A value that is none of the words is bad, and so is an unset time. */
static void test_bad_values(void **state)
{
    static const char text[] = "#fields\tts\torig_bytes\tid.orig_h\tid.orig_p\n"
                               "XXXXXXXXXX.XXXXXX\t1\t1.1.1.1\t1\n"
                               "-\t1\t1.1.1.1\t1\n"
                               "7\tunset\t1.1.1.1\t1\n"
                               "7\t1\tnowhere\t1\n"
                               "7\t1\t1.1.1.1\t65536\n"
                               "7\t1\t1.1.1.1\n"
                               "7\t1\t1.1.1.1\t65535\n";
    static const enum oddi_bad_reason want[] = {ODDI_BAD_TIME,  ODDI_BAD_TIME,  ODDI_BAD_VALUE,
                                                ODDI_BAD_VALUE, ODDI_BAD_VALUE, ODDI_BAD_COLUMNS};
    struct log l;

    (void)state;
    open_log(&l, text);
    assert_int_equal(l.batch.n, 1);
    assert_int_equal(l.batch.n_bad, sizeof want / sizeof *want);
    for (size_t i = 0; i < l.batch.n_bad; i++) {
        assert_int_equal(l.batch.bad[i].reason, want[i]);
        assert_int_equal(l.batch.bad[i].line, i);
    }
    close_log(&l);
}

/* IoT-23's last column is three. */
static void test_tail(void **state)
{
    static const char text[] = "#fields\tts\torig_bytes\ttunnel_parents   label   detailed-label\n"
                               "#types\ttime\tcount\tset[string]   string   string\n"
                               "7\t1\t-   Malicious   C&C\n"
                               "7\t2\t(empty)   Benign   -\n"
                               "7\t3\t-   Benign\n"
                               "7\t4\t-   a   b   c\n"
                               "7\t5\t\n"
                               "7\t6\n"
                               "7\t7\t-\tMalicious\tC&C\n"
                               "7\t8\tCx,Cy Malicious  C&C-FileDownload  \r\n";
    static const uint32_t found[] = {4, 6, 3, 2};
    const struct oddi_schema *schema;
    size_t n;
    char delimiter;
    struct log l;

    (void)state;
    open_log(&l, text);
    schema = oddi_source_schema(l.src);
    assert_int_equal(schema->n_columns, 5);
    assert_string_equal(schema->names[2], "tunnel_parents");
    assert_string_equal(schema->names[3], "label");
    assert_string_equal(schema->names[4], "detailed-label");
    assert_non_null(oddi_source_header(l.src, &n, &delimiter));
    assert_int_equal(n, strlen("ts\torig_bytes\ttunnel_parents   label   detailed-label"));
    assert_int_equal(l.batch.n, 4);
    assert_string_equal(text_of(&l, ODDI_LABEL, 0), "Malicious");
    assert_string_equal(text_of(&l, ODDI_LABEL, 1), "Benign");
    assert_string_equal(text_of(&l, ODDI_LABEL, 2), "Malicious");
    assert_string_equal(text_of(&l, ODDI_LABEL, 3), "Malicious");
    assert_int_equal(l.batch.n_bad, 4);
    for (size_t i = 0; i < l.batch.n_bad; i++) {
        assert_int_equal(l.batch.bad[i].reason, ODDI_BAD_COLUMNS);
        assert_int_equal(l.batch.bad[i].found, found[i]);
    }
    close_log(&l);
}

/* ---- the twin ----------------------------------------------------------------------------------------------------- */

#define COLUMNS 3

struct record {
    size_t off, line;
    enum oddi_bad_reason reason; /* ODDI_N_BAD_REASONS: good */
    struct {
        size_t off, len; /* trimmed; len 0 = missing */
    } field[COLUMNS];
};

struct records {
    struct record r[2000];
    size_t n, lines;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static void set_field(struct record *r, size_t k, const char *s, size_t from, size_t to)
{
    for (int pass = 0; pass < 2; pass++) {
        while (from < to && blank(s[from]))
            from++;
        while (from < to && blank(s[to - 1]))
            to--;
        if (pass == 0 && to - from >= 2 && s[from] == '"' && s[to - 1] == '"')
            from++, to--;
    }
    if (to - from == 1 && s[from] == '-')
        to = from;
    r->field[k].off = to > from ? from : 0;
    r->field[k].len = to - from;
}

/* Fields of the line [from, to): with `tail` the second tab-separated one is two, split at blanks. Returns how many. */
static size_t twin_fields(const char *s, size_t from, size_t to, bool tail, struct record *r)
{
    size_t tabs = 0, n = 0, start = from;

    for (size_t i = from; i < to; i++)
        tabs += s[i] == '\t';
    for (size_t i = from; i <= to; i++) {
        bool blank_split = tail && tabs == 1 && n == 1 && i < to && s[i] == ' ';

        if (i < to && s[i] != '\t' && !blank_split)
            continue;
        if (blank_split) { /* only between words */
            size_t before = i, after = i;

            while (before > start && s[before - 1] == ' ')
                before--;
            while (after < to && s[after] == ' ')
                after++;
            if (before == start || after == to)
                continue;
            set_field(r, n++, s, start, before);
            start = after;
            for (i = after; i < to; i++) /* further words only count */
                if (s[i] == ' ' && s[i - 1] != ' ') {
                    for (after = i; after < to && s[after] == ' ';)
                        after++;
                    tabs += 100 * (after < to);
                }
            set_field(r, n++, s, start, to);
            return tabs < 100 ? n : n + 1;
        }
        if (n < COLUMNS)
            set_field(r, n, s, start, i);
        n++;
        start = i + 1;
    }
    return n;
}

static void run_twin(const char *s, size_t n, bool tail, struct records *out)
{
    out->n = out->lines = 0;
    for (size_t at = 0, end; at < n; at = end + 1, out->lines++) {
        const char *newline = memchr(s + at, '\n', n - at);
        struct record r = {.off = at, .line = out->lines, .reason = ODDI_N_BAD_REASONS};
        size_t to;

        end = newline ? (size_t)(newline - s) : n;
        to = end > at && s[end - 1] == '\r' ? end - 1 : end;
        if (to == at || s[at] == '#')
            continue;
        if (memchr(s + at, 0, to - at))
            r.reason = ODDI_BAD_NUL;
        else if (twin_fields(s, at, to, tail, &r) != COLUMNS)
            r.reason = ODDI_BAD_COLUMNS;
        assert_true(out->n < sizeof out->r / sizeof *out->r);
        out->r[out->n++] = r;
    }
}

static void collect(struct records *out, const struct oddi_batch *b, const struct oddi_block *block)
{
    size_t good = 0, bad = 0;

    assert_int_equal(b->n + b->n_bad, b->n_records);
    for (size_t i = 0; i < b->n_records; i++) {
        struct record r = {.reason = ODDI_N_BAD_REASONS};

        if (bad < b->n_bad && b->bad[bad].record == i) {
            r.off = b->bad[bad].off + (size_t)block->offset;
            r.line = b->bad[bad].line + out->lines;
            r.reason = b->bad[bad++].reason;
        } else {
            r.off = b->off[good] + (size_t)block->offset;
            for (size_t k = 0; k < COLUMNS; k++) {
                struct oddi_span s = b->columns[k].u.span[good];

                r.field[k].len = s.len == UINT32_MAX ? 0 : s.len;
                r.field[k].off = r.field[k].len ? s.off + (size_t)block->offset : 0;
            }
            good++;
        }
        assert_true(out->n < sizeof out->r / sizeof *out->r);
        out->r[out->n++] = r;
    }
    out->lines += b->n_lines;
}

/* Blocks of about `step` bytes, each in a buffer of just its size. */
static void run_reader(void *reader_state, struct oddi_batch *batch, const char *s, size_t n, size_t step,
                       struct records *out)
{
    const struct oddi_reader *zeek = oddi_reader_find("zeek");

    out->n = out->lines = 0;
    for (size_t at = 0, want = step; at < n;) {
        size_t take = n - at < want ? n - at : want, end = 0;
        enum odd_status status = zeek->split(reader_state, s + at, take, at + take == n, &end, NULL);
        struct oddi_block block = {.offset = at};
        char *data;

        if (status == ODD_AGAIN) {
            assert_true(take < n - at);
            want *= 2;
            continue;
        }
        assert_int_equal(status, ODD_OK);
        assert_true(end > 0 && end <= take);
        data = malloc(end + ODDI_BLOCK_PADDING);
        assert_non_null(data);
        memcpy(data, s + at, end);
        memset(data + end, '\t', ODDI_BLOCK_PADDING);
        block.data = data;
        block.size = end;
        assert_int_equal(zeek->decode(reader_state, &block, batch, NULL), ODD_OK);
        collect(out, batch, &block);
        free(data);
        at += end;
        want = step;
    }
}

static void compare(const struct records *want, const struct records *got)
{
    assert_int_equal(want->n, got->n);
    for (size_t i = 0; i < want->n; i++) {
        const struct record *w = &want->r[i], *g = &got->r[i];

        assert_int_equal(w->off, g->off);
        assert_int_equal(w->reason, g->reason);
        if (w->reason != ODDI_N_BAD_REASONS) {
            assert_int_equal(w->line, g->line);
            continue;
        }
        for (size_t k = 0; k < COLUMNS; k++) {
            assert_int_equal(w->field[k].len, g->field[k].len);
            assert_int_equal(w->field[k].off, g->field[k].off);
        }
    }
    assert_int_equal(want->lines, got->lines);
}

/* Mostly rows of the right shape, with what disturbs among them. */
static size_t random_text(struct oddi_rng *rng, char *s, size_t size, bool tail, bool calm)
{
    static const char *const pieces[] = {"\t",   "\n", " ",  "#",          "\"", "-",
                                         "\r\n", "x",  "\r", "#a\tb\tc\n", "  "};
    size_t n = 0;

    while (n + 40 < size) {
        if (calm || oddi_rng_below(rng, 4)) {
            n += (size_t)snprintf(s + n, size - n, tail ? "%u\t-  b%u   c\n" : "%u\t-\tc%u\n",
                                  (unsigned)oddi_rng_below(rng, 1000), (unsigned)oddi_rng_below(rng, 10));
            continue;
        }
        if (oddi_rng_below(rng, 50) == 0)
            s[n++] = 0;
        n += (size_t)snprintf(s + n, size - n, "%s",
                              pieces[oddi_rng_below(rng, sizeof pieces / sizeof *pieces)]);
    }
    return n;
}

static void test_twin(void **state)
{
    static const char *const headers[] = {"#fields\ta\tb\tc\n", "#fields\ta\tb  c\n"};
    static struct records want, got;
    const struct oddi_reader *zeek = oddi_reader_find("zeek");
    struct oddi_recipe recipes[COLUMNS];
    struct oddi_batch batch;
    struct oddi_rng rng;
    char text[6000];

    (void)state;
    oddi_rng_seed(&rng, 17);
    for (uint32_t k = 0; k < COLUMNS; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_TEXT, k, k, 1, 1};
    assert_int_equal(oddi_batch_init(&batch, recipes, COLUMNS, false, NULL), ODD_OK);
    for (int round = 0; round < 400; round++) {
        bool tail = round % 2;
        struct oddi_delim d;
        size_t used, lines,
            n = random_text(&rng, text, round < 200 ? 400 : sizeof text, tail, round % 7 == 0);

        assert_int_equal(
            zeek->open(&d, headers[tail], strlen(headers[tail]), true, NULL, &used, &lines, NULL), ODD_OK);
        run_twin(text, n, tail, &want);
        for (int level = 0; level < ODDI_N_SIMD; level++) {
            if (!oddi_delim_force(&d, (enum oddi_simd)level))
                continue;
            for (size_t step = 1; step <= 8192; step *= step < 64 ? 3 : 9) {
                run_reader(&d, &batch, text, n, step, &got);
                compare(&want, &got);
            }
        }
        zeek->close(&d);
    }
    oddi_batch_clear(&batch);
}

/* ---- logs put together -------------------------------------------------------------------------------------------- */

/* Rows until the end; the status that ended them, with err. */
static enum odd_status count_rows(const char *text, size_t n, size_t block_size, size_t *rows,
                                  struct odd_error *err)
{
    struct oddi_source_block *b;
    struct oddi_source *src;
    struct oddi_batch batch;
    enum odd_status status;

    *rows = 0;
    assert_int_equal(try_open(text, n, NULL, block_size, &src, err), ODD_OK);
    assert_int_equal(oddi_batch_init(&batch, oddi_source_schema(src)->recipes, ODDI_N_FIELDS, true, err),
                     ODD_OK);
    while ((status = oddi_source_next(src, &b, err)) == ODD_OK) {
        assert_int_equal(oddi_source_decode(src, &b->block, &batch, err), ODD_OK);
        assert_int_equal(batch.n_bad, 0);
        *rows += batch.n;
        oddi_source_release(src, b);
    }
    oddi_batch_clear(&batch);
    oddi_source_close(src);
    return status;
}

/* 500 rows, then `between`, then 500 rows. The complaint is about what is `behind` bytes behind the start of `between`. */
static void check_between(const char *between, size_t behind, const char *complaint)
{
    static const char header[] =
        "#separator \\x09\n#empty_field\t(empty)\n#unset_field\t-\n#fields\tts\tuid\torig_bytes\n";
    static char text[60000];
    size_t n = (size_t)snprintf(text, sizeof text, "%s", header), change = 0, rows;

    for (int i = 0; i < 1000; i++) {
        if (i == 500) {
            change = n;
            n += (size_t)snprintf(text + n, sizeof text - n, "%s", between);
        }
        n += (size_t)snprintf(text + n, sizeof text - n, "%d.5\tC#%d\t%d\n", i, i, i);
    }
    for (size_t block_size = 4096; block_size <= 65536; block_size *= 16) {
        struct odd_error err = ODD_ERROR_INIT;
        enum odd_status status = count_rows(text, n, block_size, &rows, &err);

        assert_int_equal(status, complaint ? ODD_ERR_FORMAT : ODD_END);
        assert_int_equal(rows, complaint ? 500 : 1000);
        if (!complaint)
            continue;
        if (!strstr(err.message, complaint))
            fail_msg("'%s' is not in '%s'", complaint, err.message);
        assert_int_equal(err.offset, change + behind);
        assert_non_null(strstr(err.source, "/"));
    }
}

static void test_put_together(void **state)
{
    (void)state;
    check_between("", 0, NULL);
    check_between("#close\t2019\n#separator \\x09\n#fields\tts\tuid\torig_bytes\n#types\ttime\tx\tcount\n", 0,
                  NULL);
    check_between("#close\t2019\n#fields\tts\torig_bytes\tuid\n", 12, "its columns change");
    check_between("#fields\tts\tuid\n", 0, "its columns change");
    check_between("#fields\tts\tuid\torig_bytes\tmore\n", 0, "its columns change");
    check_between("#separator |\n", 0, "its separator changes");
    check_between("#unset_field\tNA\n", 0, "its word for unset fields changes");
    check_between("#empty_field\t\n", 0, "its word for empty fields changes");
    check_between("#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t1\n\n", 0, NULL);
}

/* ---- refused ------------------------------------------------------------------------------------------------------- */

static void check_refused(const char *text, size_t n, const char *format, const char *complaint)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_source *src;
    enum odd_status status = try_open(text, n, format, 4096, &src, &err);

    assert_int_equal(status, ODD_ERR_FORMAT);
    if (!strstr(err.message, complaint))
        fail_msg("'%s' is not in '%s'", complaint, err.message);
}

static void test_refused(void **state)
{
    char *long_name = malloc(4000000);

    (void)state;
    assert_non_null(long_name);
    check_refused("#separator \\x09\n1\t2\n", 20, NULL, "has no line #fields");
    check_refused("#fields\n1\t2\n", 12, NULL, "has no line #fields");
    check_refused("a,b\n1,2\n", 8, "zeek", "has no line #fields");
    check_refused("#separator \\x0a\n#fields\tts\n", 26, NULL, "#separator is not one byte");
    check_refused("#separator ab\n#fields\tts\n", 24, NULL, "#separator is not one byte");
    check_refused("#separator \\x00\n#fields\tts\n", 26, NULL, "#separator is not one byte");
    check_refused("#separator \\xg1\n#fields\tts\n", 26, NULL, "#separator is not one byte");
    check_refused("#fields\tt\0s\n1\n", 14, NULL, "NUL");
    check_refused("#unset_field\t123456789012345678901234\n#fields\tts\n", 48, NULL, "too long");
    memset(long_name, 'a', 4000000);
    memcpy(long_name, "#fields\t", 8);
    check_refused(long_name, 3000000, NULL, "do not end");
    long_name[1500000] = '\n';
    check_refused(long_name, 1600000, NULL, "too long");
    free(long_name);
}

static void test_sniff(void **state)
{
    const struct oddi_reader *zeek = oddi_reader_find("zeek");

    (void)state;
    assert_true(zeek->sniff(CONN, strlen(CONN), true) > 0);
    assert_true(zeek->sniff("### BTest\n#separator \\x09\n", 25, false) > 0);
    assert_int_equal(zeek->sniff("# a comment\nStartTime,Dur\n", 26, true), 0);
    assert_int_equal(zeek->sniff("#fieldset\n1\n", 12, true), 0);
    assert_int_equal(zeek->sniff("ts\tuid\n", 7, true), 0);
    assert_int_equal(zeek->sniff("{\"ts\":1}\n", 9, true), 0);
    assert_int_equal(zeek->sniff("", 0, true), 0);
}

/* A header alone, with and without a line end, is a log without rows. */
static void test_header_only(void **state)
{
    static const char *const texts[] = {CONN, PREAMBLE NAMES, CONN "#close\t1\n", "#fields\ta b\n\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct odd_error err = ODD_ERROR_INIT;
        size_t rows;

        assert_int_equal(count_rows(texts[i], strlen(texts[i]), 4096, &rows, &err), ODD_END);
        assert_int_equal(rows, 0);
    }
}

/* ---- memory --------------------------------------------------------------------------------------------------------- */

static enum odd_status story(void *ctx)
{
    static const char text[] = "#fields\tts\torig_bytes\ttunnel_parents   label   detailed-label\n"
                               "7\t1\t-   Malicious   C&C\n7\tx\t-   Benign   -\n7\t1\n";
    struct oddi_block block = {.data = ctx};
    const struct oddi_reader *zeek = oddi_reader_find("zeek");
    struct oddi_batch batch;
    struct oddi_delim d;
    size_t used, lines;

    ODDI_TRY(zeek->open(&d, text, sizeof text - 1, true, NULL, &used, &lines, NULL));
    block.size = sizeof text - 1 - used;
    memcpy(ctx, text + used, block.size);
    enum odd_status status = oddi_batch_init(&batch, d.schema.recipes, ODDI_N_FIELDS, true, NULL);
    if (status == ODD_OK) {
        status = zeek->decode(&d, &block, &batch, NULL);
        if (status == ODD_OK && (batch.n != 1 || batch.n_bad != 2))
            status = ODD_ERR_FORMAT;
        oddi_batch_clear(&batch);
    }
    zeek->close(&d);
    return status;
}

static void test_memory(void **state)
{
    char data[500] = {0};

    (void)state;
    assert_true(failalloc_sweep(story, data));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conn),    cmocka_unit_test(test_words), cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_tail),    cmocka_unit_test(test_twin),  cmocka_unit_test(test_put_together),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_sniff), cmocka_unit_test(test_header_only),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
