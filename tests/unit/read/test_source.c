/* needs: failalloc */
/* Sources: the same records from files and pipes, whatever the block size and the sizes of reads; texts read again; what
 * is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/rng.h"
#include "failalloc.h"
#include "read/source.h"
#include "tmp.h"
#include "twin.h"

#define COLUMNS 3
#define HEADER  "a,b,c"

/* ---- reading everything ------------------------------------------------------------------------------------------ */

struct everything {
    struct twin t;
    uint64_t bytes;
    size_t blocks, most_bytes;
};

static void text_batch(struct oddi_batch *batch)
{
    struct oddi_recipe recipes[COLUMNS];

    for (uint32_t k = 0; k < COLUMNS; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_TEXT, k, k, 1, 1};
    assert_int_equal(oddi_batch_init(batch, recipes, COLUMNS, false, NULL), ODD_OK);
}

static void collect_block(const struct oddi_source *src, const struct oddi_source_block *b,
                          struct oddi_batch *batch, struct everything *e)
{
    size_t good = 0, bad = 0;

    if (b->too_long) {
        struct twin_record r = {.reason = ODDI_BAD_TOO_LONG,
                                .off = (size_t)b->block.offset,
                                .len = (size_t)b->skipped,
                                .line = e->t.lines};

        twin_add(&e->t, &r);
        e->t.lines += b->lines;
        return;
    }
    assert_int_equal(oddi_source_decode(src, &b->block, batch, NULL), ODD_OK);
    for (size_t i = 0; i < batch->n_records; i++) {
        struct twin_record r = {.good = bad == batch->n_bad || batch->bad[bad].record != i};

        if (r.good) {
            r.off = (size_t)b->block.offset + batch->off[good++];
        } else {
            const struct oddi_bad_record *x = &batch->bad[bad++];

            r.reason = x->reason;
            r.off = (size_t)b->block.offset + x->off;
            r.len = x->len;
            r.line = e->t.lines + x->line;
            r.found = x->found;
        }
        twin_add(&e->t, &r);
    }
    e->t.lines += batch->n_lines;
}

static void read_everything(struct oddi_source *src, uint64_t start, struct everything *e)
{
    struct oddi_source_block *b;
    struct oddi_batch batch;
    uint64_t offset = start;

    memset(e, 0, sizeof *e);
    text_batch(&batch);
    while (oddi_source_next(src, &b, NULL) == ODD_OK) {
        assert_true(b->block.offset >= offset); /* behind a long record there is a gap */
        collect_block(src, b, &batch, e);
        offset = b->block.offset + (b->too_long ? b->skipped : b->block.size);
        e->blocks++;
        e->most_bytes = b->block.size > e->most_bytes ? b->block.size : e->most_bytes;
        oddi_source_release(src, b);
    }
    assert_int_equal(oddi_source_next(src, &b, NULL), ODD_END);
    e->bytes = offset - start;
    oddi_batch_clear(&batch);
}

static void compare(const struct twin *want, const struct twin *got, size_t base)
{
    assert_int_equal(want->n, got->n);
    assert_int_equal(want->lines, got->lines);
    for (size_t i = 0; i < want->n; i++) {
        const struct twin_record *w = &want->records[i], *g = &got->records[i];

        assert_int_equal(w->good, g->good);
        assert_int_equal(w->off + base, g->off);
        if (w->good)
            continue;
        assert_int_equal(w->reason, g->reason);
        assert_int_equal(w->len, g->len);
        assert_int_equal(w->line, g->line);
        assert_int_equal(w->found, g->found);
    }
}

enum way { FROM_FILE, FROM_PIPE, FROM_SLOW_PIPE, N_WAYS };

static struct oddi_source *open_way(enum way way, const char *path, const char *text, size_t n,
                                    size_t block_size, int *fd)
{
    struct oddi_input *in;
    struct oddi_source *src;
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status status;

    *fd = way == FROM_FILE ? -1 : tmp_pipe(text, n, way == FROM_SLOW_PIPE ? 777 : 0);
    status = way == FROM_FILE ? oddi_input_open(path, &in, &err) : oddi_input_open_fd(*fd, "pipe", &in, &err);
    assert_int_equal(status, ODD_OK);
    status = oddi_source_open(in, "csv", block_size, NULL, &src, &err);
    if (status != ODD_OK)
        printf("%s\n", err.message);
    assert_int_equal(status, ODD_OK);
    assert_int_equal(oddi_source_seekable(src), way == FROM_FILE);
    return src;
}

/* `body` below the header line, in every way, against the twin. */
static void check_all_ways(const char *body, size_t n)
{
    static const size_t block_sizes[] = {4096, 20000, 256 << 10, 3 << 20};
    size_t head = strlen(HEADER "\n");
    char *text = malloc(head + n + 1);
    const char *path;
    struct twin want;

    assert_non_null(text);
    memcpy(text, HEADER "\n", head);
    memcpy(text + head, body, n);
    path = tmp_file(text, head + n);
    twin_parse(&want, body, n, ',', COLUMNS, HEADER);
    for (int way = 0; way < N_WAYS; way++) {
        for (size_t i = 0; i < sizeof block_sizes / sizeof block_sizes[0]; i++) {
            struct everything got;
            int fd;
            struct oddi_source *src = open_way((enum way)way, path, text, head + n, block_sizes[i], &fd);

            if (way == FROM_SLOW_PIPE && n > 1 << 20)
                i = sizeof block_sizes / sizeof block_sizes[0] - 1;
            assert_int_equal(oddi_source_header_lines(src), 1);
            read_everything(src, head, &got);
            compare(&want, &got.t, head);
            twin_free(&got.t);
            oddi_source_close(src);
            if (fd >= 0)
                close(fd);
        }
    }
    twin_free(&want);
    free(text);
    unlink(path);
}

struct builder {
    char *s;
    size_t n;
};

static void put(struct builder *b, const char *s)
{
    memcpy(b->s + b->n, s, strlen(s));
    b->n += strlen(s);
}

static void put_many(struct builder *b, const char *s, size_t times)
{
    while (times-- > 0)
        put(b, s);
}

static struct builder new_builder(void)
{
    struct builder b = {malloc(12u << 20), 0};

    assert_non_null(b.s);
    return b;
}

static void test_rows(void **state)
{
    struct builder b = new_builder();

    (void)state;
    check_all_ways("", 0);
    check_all_ways("1,2,3", 5);
    check_all_ways("\n\n", 2);
    for (int i = 0; i < 20000; i++) {
        b.n += (size_t)sprintf(b.s + b.n, "%d,%d,some text %d\n", i, i * 7, i % 11);
        if (i % 1000 == 17)
            put(&b, "1,2\n\n\"a\nb\",\"\",3\r\n");
    }
    check_all_ways(b.s, b.n);
    put(&b, "last,line,");
    check_all_ways(b.s, b.n);
    free(b.s);
}

static void test_long_records(void **state)
{
    static const char *const ends[] = {"", "\n", "\r\n", "\n4,5,6\n", "\r\n4,5,6", "\r"};
    struct builder b = new_builder();

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        for (int kind = 0; kind < 4; kind++) {
            b.n = 0;
            put_many(&b, "1,2,3\n", kind == 0 ? 0 : 5000);
            /* much too long; just too long; a quoted one; several in a row */
            if (kind == 2)
                put(&b, "x,\"");
            put_many(&b, "0123456789ABCDEF", kind == 1 ? ODDI_MAX_RECORD / 16 : (3u << 20) / 16);
            if (kind == 1)
                put(&b, "!");
            if (kind == 3) {
                put(&b, "\n");
                put_many(&b, "0123456789,BCDEF", (2u << 20) / 16);
                put(&b, "\n");
                put_many(&b, "\"0123456789,BCDE", (2u << 20) / 16);
            }
            put(&b, ends[i]);
            check_all_ways(b.s, b.n);
        }
    }
    free(b.s);
}

static void test_long_quotes(void **state)
{
    struct builder b = new_builder();

    (void)state;
    /* A field of many lines that ends in time, and one that does not, with rows behind both. */
    for (size_t lines = 80000; lines < 300000; lines += 90000) {
        b.n = 0;
        put_many(&b, "1,2,3\n", 3);
        put(&b, "4,5,\"");
        put_many(&b, "6,7,8\n", lines);
        put(&b, "\"\n9,10,11\n");
        check_all_ways(b.s, b.n);
    }
    free(b.s);
}

/* A line of 32 MiB takes no more memory than one of 2 MiB. */
static void test_memory_is_bounded(void **state)
{
    size_t n = 32u << 20;
    char *text = malloc(n);
    struct rusage before, after;
    struct everything got;
    struct oddi_source *src;
    int fd;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "a,b,c\n", 6);
    memcpy(text + n - 7, "\n1,2,3\n", 7);
    getrusage(RUSAGE_SELF, &before);
    src = open_way(FROM_PIPE, NULL, text, n, 256 << 10, &fd);
    read_everything(src, 6, &got);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(got.t.n, 2);
    assert_int_equal(got.t.records[0].reason, ODDI_BAD_TOO_LONG);
    assert_int_equal(got.t.records[0].len, n - 6 - 7);
    assert_true(got.t.records[1].good);
    assert_true(after.ru_maxrss - before.ru_maxrss < 12 << 10);
    oddi_source_close(src);
    close(fd);
    twin_free(&got.t);
    free(text);
}

/* ---- texts ----------------------------------------------------------------------------------------------------- */

struct rows {
    uint64_t *offset;
    char **text;
    size_t n;
};

/* A table of n rows of very different lengths, some quoted over lines, some CRLF; the texts as they must come back. */
static char *make_table(struct oddi_rng *rng, size_t n, struct rows *rows, size_t *size)
{
    char *s = malloc(n * 3000 + 100);
    size_t at = (size_t)sprintf(s, HEADER "\n");

    rows->offset = malloc(n * sizeof *rows->offset);
    rows->text = malloc(n * sizeof *rows->text);
    rows->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t start = at, pad = (size_t)oddi_rng_below(rng, i % 50 ? 40 : 2500);
        bool quoted = oddi_rng_below(rng, 10) == 0;

        at += (size_t)sprintf(s + at, quoted ? "%zu,\"q,\n\"\"%*s\",x" : "%zu,%*s,x", i, (int)pad, "y");
        rows->offset[i] = start;
        rows->text[i] = strndup(s + start, at - start);
        assert_non_null(rows->text[i]);
        if (i + 1 < n || oddi_rng_below(rng, 2))
            at += (size_t)sprintf(s + at, oddi_rng_below(rng, 3) ? "\n" : "\r\n");
    }
    *size = at;
    return s;
}

static void free_rows(struct rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        free(rows->text[i]);
    free(rows->text);
    free(rows->offset);
}

static void check_row_text(const struct oddi_source *src, struct oddi_text_cache *cache,
                           const struct rows *rows, size_t i)
{
    struct oddi_block block;
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status status = oddi_source_text(src, rows->offset[i], cache, &block, &err);
    volatile char last = 0;

    if (status != ODD_OK)
        printf("row %zu: %s\n", i, err.message);
    assert_int_equal(status, ODD_OK);
    assert_int_equal(block.offset, rows->offset[i]);
    assert_int_equal(block.size, strlen(rows->text[i]));
    assert_memory_equal(block.data, rows->text[i], block.size);
    for (int k = 0; k < ODDI_BLOCK_PADDING; k++)
        last ^= block.data[block.size + (size_t)k];
    (void)last;
}

static void test_texts_of_files(void **state)
{
    struct oddi_rng rng;
    struct rows rows;
    size_t size;
    char *text;
    const char *path;

    (void)state;
    oddi_rng_seed(&rng, 5);
    text = make_table(&rng, 20000, &rows, &size);
    path = tmp_file(text, size);
    for (size_t block_size = 4096; block_size < 1 << 20; block_size *= 60) {
        int fd;
        struct oddi_source *src = open_way(FROM_FILE, path, text, size, block_size, &fd);
        struct oddi_text_cache cache = {0}, second = {0};
        struct everything got;

        read_everything(src, strlen(HEADER "\n"), &got);
        assert_int_equal(got.t.n, rows.n);
        twin_free(&got.t);
        for (size_t i = 0; i < rows.n; i++)
            check_row_text(src, &cache, &rows, i);
        for (size_t i = rows.n; i-- > 0;)
            check_row_text(src, i % 2 ? &cache : &second, &rows, i);
        for (size_t i = 0; i < rows.n; i += 1 + (size_t)oddi_rng_below(&rng, 400))
            check_row_text(src, &cache, &rows, i);
        for (size_t i = 0; i < 3000; i++)
            check_row_text(src, &second, &rows, (size_t)oddi_rng_below(&rng, rows.n));
        oddi_text_cache_clear(&cache);
        oddi_text_cache_clear(&second);
        oddi_source_close(src);
    }
    free_rows(&rows);
    free(text);
}

static void test_texts_of_pipes(void **state)
{
    struct oddi_rng rng;
    struct rows rows;
    size_t size, n_blocks = 0, row = 0;
    struct oddi_source_block *blocks[4000];
    struct oddi_text_cache cache = {0};
    struct oddi_source *src;
    struct oddi_block out;
    struct odd_error err = ODD_ERROR_INIT;
    char *text;
    int fd;

    (void)state;
    oddi_rng_seed(&rng, 6);
    text = make_table(&rng, 20000, &rows, &size);
    src = open_way(FROM_PIPE, NULL, text, size, 4096, &fd);
    while (oddi_source_next(src, &blocks[n_blocks], NULL) == ODD_OK)
        n_blocks++;
    assert_true(n_blocks > 100);
    /* Every second block goes; rows of the others are still there. */
    for (size_t i = 0; i < n_blocks; i += 2) {
        oddi_source_retain(src, blocks[i]);
        oddi_source_release(src, blocks[i]);
        oddi_source_release(src, blocks[i]);
    }
    for (size_t i = 1; i < n_blocks; i += 2) {
        uint64_t start = blocks[i]->block.offset, end = start + blocks[i]->block.size;

        for (; row < rows.n && rows.offset[row] < start; row++)
            if (row % 100 == 0)
                assert_int_equal(oddi_source_text(src, rows.offset[row], &cache, &out, &err),
                                 ODD_ERR_INTERNAL);
        for (; row < rows.n && rows.offset[row] < end; row++)
            check_row_text(src, &cache, &rows, row);
        oddi_source_release(src, blocks[i]);
    }
    oddi_source_close(src);
    close(fd);
    free_rows(&rows);
    free(text);
}

/* A file that shrinks under us is an error, not a crash or an endless loop. */
static void test_file_changed(void **state)
{
    const char *path = tmp_text("a,b,c\n1,2,3\n4,5,6\n");
    struct oddi_text_cache cache = {0};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_block out;
    int fd;
    struct oddi_source *src = open_way(FROM_FILE, path, NULL, 0, 4096, &fd);

    (void)state;
    assert_int_equal(truncate(path, 6), 0);
    assert_int_equal(oddi_source_text(src, 12, &cache, &out, &err), ODD_ERR_IO);
    assert_string_equal(err.message, "has changed while it was read");
    assert_string_equal(err.source, path);
    assert_int_equal(err.offset, 12);
    oddi_text_cache_clear(&cache);
    oddi_source_close(src);
}

struct text_thread {
    const struct oddi_source *src;
    const struct rows *rows;
    size_t from, to;
};

static void *read_texts(void *arg)
{
    struct text_thread *t = arg;
    struct oddi_text_cache cache = {0};
    struct oddi_block out;

    for (size_t i = t->from; i < t->to; i++)
        if (oddi_source_text(t->src, t->rows->offset[i], &cache, &out, NULL) != ODD_OK ||
            out.size != strlen(t->rows->text[i]) || memcmp(out.data, t->rows->text[i], out.size))
            return arg;
    oddi_text_cache_clear(&cache);
    return NULL;
}

/* Texts of retained blocks are asked for on one thread while another goes on reading and releasing. */
static void test_texts_and_reading_at_once(void **state)
{
    struct oddi_rng rng;
    struct rows rows;
    struct oddi_source_block *first, *b;
    struct text_thread job;
    struct oddi_source *src;
    size_t size;
    pthread_t thread;
    void *result;
    char *text;
    int fd;

    (void)state;
    oddi_rng_seed(&rng, 8);
    text = make_table(&rng, 5000, &rows, &size);
    src = open_way(FROM_PIPE, NULL, text, size, 4096, &fd);
    assert_int_equal(oddi_source_next(src, &first, NULL), ODD_OK);
    job = (struct text_thread){src, &rows, 0, 0};
    while (rows.offset[job.to + 1] < first->block.offset + first->block.size)
        job.to++;
    assert_int_equal(pthread_create(&thread, NULL, read_texts, &job), 0);
    while (oddi_source_next(src, &b, NULL) == ODD_OK)
        oddi_source_release(src, b);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_null(result);
    oddi_source_release(src, first);
    oddi_source_close(src);
    close(fd);
    free_rows(&rows);
    free(text);
}

/* ---- what is refused ------------------------------------------------------------------------------------------- */

static void refuse(const char *format, const char *bytes, size_t n, enum odd_status status, const char *words)
{
    const char *path = tmp_file(bytes, n);
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_source *src = NULL;
    struct oddi_input *in;
    enum odd_status got;

    assert_int_equal(oddi_input_open(path, &in, &err), ODD_OK);
    got = oddi_source_open(in, format, 65536, NULL, &src, &err);
    if (got != status || !strstr(err.message, words))
        printf("'%.30s' as %s: %d '%s'\n", bytes, format ? format : "auto", got, err.message);
    assert_int_equal(got, status);
    assert_null(src);
    assert_non_null(strstr(err.message, words));
    assert_int_equal(err.status, status);
    if (status != ODD_ERR_USAGE)
        assert_string_equal(err.source, path);
    unlink(path);
}

#define REFUSE(format, literal, status, words) refuse(format, literal, sizeof literal - 1, status, words)

static void test_refusals(void **state)
{
    char *many = malloc(4u << 20);

    (void)state;
    REFUSE(NULL, "", ODD_ERR_NO_DATA, "is empty");
    REFUSE("csv", "", ODD_ERR_NO_DATA, "is empty");
    REFUSE(NULL, "\xef\xbb\xbf", ODD_ERR_NO_DATA, "is empty");
    REFUSE(NULL, "\r\n \n\t\n", ODD_ERR_NO_DATA, "is empty");
    REFUSE(NULL, "PK\x03\x04 zip", ODD_ERR_FORMAT,
           "no known format (binetflow, csv, tsv, zeek): it starts with 'PK??");
    REFUSE(NULL, "just words\nand words\n", ODD_ERR_FORMAT, "it starts with 'just words...'");
    REFUSE(NULL, "#separator \\x09\n", ODD_ERR_FORMAT, "has no line #fields");
    REFUSE(NULL, "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n", ODD_ERR_FORMAT, "no known format");
    REFUSE("cvs", "a,b\n", ODD_ERR_USAGE, "there is no format 'cvs'; did you mean 'csv'?");
    REFUSE("nonsense", "a,b\n", ODD_ERR_USAGE, "there is no format 'nonsense'");
    REFUSE(NULL,
           "\xff\xfe"
           "a\0,\0b\0\n\0",
           ODD_ERR_FORMAT, "is UTF-16 text; convert it first");
    REFUSE("csv", "\xfe\xff\0a\0,\0b\0\n", ODD_ERR_FORMAT, "is UTF-16 text");
    REFUSE(NULL, "a,b,c\r1,2,3\r4,5,6\r", ODD_ERR_FORMAT, "carriage returns alone");
    REFUSE("binetflow", "StartTime,Dur\r1,2\r", ODD_ERR_FORMAT, "carriage returns alone");
    REFUSE(NULL, "1,2,3\n4,5,6\n", ODD_ERR_FORMAT,
           "the first line holds numbers, not names: add a header line");
    REFUSE("csv", "17\n18\n", ODD_ERR_FORMAT, "the first line holds numbers, not names: add a header line");
    REFUSE(NULL, "59.166.0.0,1390,149.171.126.6,53,udp\n", ODD_ERR_FORMAT, "holds values, not names");
    REFUSE("csv", "2011/08/10 09:46:53.047277,3550.182373,udp\n", ODD_ERR_FORMAT, "holds values, not names");
    REFUSE("csv", "a,\0b\n1,2\n", ODD_ERR_FORMAT, "NUL");
    REFUSE("csv", "a,\"b\n1,2\n", ODD_ERR_FORMAT, "quoted name that does not end");
    assert_non_null(many);
    memset(many, 'x', 4u << 20);
    many[1] = ',';
    refuse("csv", many, 4u << 20, ODD_ERR_FORMAT, "the header line is longer than 1048576 bytes");
    many[(4u << 20) - 1] = '\n';
    refuse("csv", many, 4u << 20, ODD_ERR_FORMAT, "the header line is longer than 1048576 bytes");
    memset(many, ',', 5000);
    many[5000] = '\n';
    refuse("csv", many, 5001, ODD_ERR_LIMIT, "5001 columns");
    free(many);
}

/* ---- headers and sniffing ---------------------------------------------------------------------------------------- */

static void check_sniff(const char *text, const char *reader, char delimiter, size_t columns)
{
    const char *path = tmp_text(text);
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_source *src;
    struct oddi_input *in;
    size_t n;
    char found;

    assert_int_equal(oddi_input_open(path, &in, &err), ODD_OK);
    if (oddi_source_open(in, "auto", 65536, NULL, &src, &err) != ODD_OK)
        printf("'%s': %s\n", text, err.message);
    assert_int_equal(err.status, ODD_OK);
    assert_string_equal(oddi_source_reader(src)->name, reader);
    assert_non_null(oddi_source_header(src, &n, &found));
    assert_int_equal(found, delimiter);
    assert_int_equal(oddi_source_schema(src)->n_columns, columns);
    assert_string_equal(oddi_source_name(src), path);
    oddi_source_close(src);
    unlink(path);
}

static void test_sniffing(void **state)
{
    (void)state;
    check_sniff("StartTime,Dur,Proto\n", "binetflow", ',', 3);
    check_sniff("StartTime\tDur\tProto\n", "binetflow", '\t', 3);
    check_sniff("Dur,Label,starttime,TotBytes\r\n", "binetflow", ',', 4);
    check_sniff("StartTime,label,n_conn\n", "csv", ',', 3);
    check_sniff("a,b\n", "csv", ',', 2);
    check_sniff("a,b", "csv", ',', 2);
    check_sniff("a\tb\n1\t2\n", "tsv", '\t', 2);
    check_sniff("a;b;c\n1,5;2,5;3\n", "csv", ';', 3);
    check_sniff("a|b|c\n1|2,2|3\n", "csv", '|', 3);
    check_sniff("name, with comma;b\nx;1\ny;2\n", "csv", ';', 2);
    check_sniff("\"a;b\",c\n1,2\n", "csv", ',', 2);
    check_sniff("\xef\xbb\xbf"
                "a,b\r\n1,2\r\n",
                "csv", ',', 2);
    check_sniff("\n\r\na,b\n", "csv", ',', 2);
    check_sniff("value\n1\n2.5\n", "csv", ',', 1);
}

static void test_header(void **state)
{
    const char *path = tmp_text("\xef\xbb\xbf\r\n a ,\"b,\"\"x\"\"\",\"c\nd\"\r\n1,2,3\n");
    struct oddi_source *src;
    struct oddi_source_block *b;
    struct oddi_input *in;
    const char *header;
    char delimiter;
    size_t n;

    (void)state;
    assert_int_equal(oddi_input_open(path, &in, NULL), ODD_OK);
    assert_int_equal(oddi_source_open(in, "csv", 65536, NULL, &src, NULL), ODD_OK);
    header = oddi_source_header(src, &n, &delimiter);
    assert_int_equal(n, strlen(" a ,\"b,\"\"x\"\"\",\"c\nd\""));
    assert_memory_equal(header, " a ,\"b,\"\"x\"\"\",\"c\nd\"", n);
    assert_int_equal(oddi_source_header_lines(src), 3);
    assert_string_equal(oddi_source_schema(src)->names[0], "a");
    assert_string_equal(oddi_source_schema(src)->names[1], "b,\"\"x\"\"");
    assert_string_equal(oddi_source_schema(src)->names[2], "c\nd");
    assert_int_equal(oddi_source_next(src, &b, NULL), ODD_OK);
    assert_int_equal(b->block.size, 6);
    assert_memory_equal(b->block.data, "1,2,3\n", 6);
    oddi_source_release(src, b);
    oddi_source_close(src);
}

static void test_table_of_readers(void **state)
{
    size_t n = 0;

    (void)state;
    for (; oddi_reader_at(n); n++) {
        assert_ptr_equal(oddi_reader_find(oddi_reader_at(n)->name), oddi_reader_at(n));
        if (n)
            assert_true(strcmp(oddi_reader_at(n - 1)->name, oddi_reader_at(n)->name) < 0);
    }
    assert_int_equal(n, 4);
    assert_null(oddi_reader_find("Csv"));
    assert_null(oddi_reader_sniff("", 0, true));
}

/* ---- allocation failures --------------------------------------------------------------------------------------- */

struct story {
    const char *path;
    uint64_t rows;
};

static enum odd_status tell(struct oddi_source *src, struct story *story, struct oddi_batch *batch,
                            struct oddi_text_cache *cache, struct odd_error *err)
{
    struct oddi_source_block *b;
    enum odd_status status;

    while ((status = oddi_source_next(src, &b, err)) == ODD_OK) {
        if (!b->too_long)
            status = oddi_source_decode(src, &b->block, batch, err);
        if (status == ODD_OK && !b->too_long && batch->n) {
            struct oddi_block text;

            story->rows += batch->n;
            status = oddi_source_text(src, b->block.offset + batch->off[batch->n - 1], cache, &text, err);
        }
        oddi_source_release(src, b);
        if (status != ODD_OK)
            return status;
    }
    return status == ODD_END ? ODD_OK : status;
}

static enum odd_status tell_story(void *ctx)
{
    struct story *story = ctx;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_text_cache cache = {0};
    struct oddi_recipe recipes[3];
    struct oddi_batch batch = {0};
    struct oddi_source *src;
    struct oddi_input *in;
    enum odd_status status = oddi_input_open(story->path, &in, &err);

    story->rows = 0;
    if (status != ODD_OK)
        return status;
    status = oddi_source_open(in, NULL, 4096, NULL, &src, &err);
    if (status != ODD_OK)
        return status;
    for (uint32_t k = 0; k < 3; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_NUMBER, k, k, 1, 1};
    status = oddi_batch_init(&batch, recipes, 3, false, &err);
    if (status == ODD_OK) {
        status = tell(src, story, &batch, &cache, &err);
        oddi_batch_clear(&batch);
    }
    oddi_text_cache_clear(&cache);
    oddi_source_close(src);
    return status;
}

static void test_failing_allocations(void **state)
{
    struct builder b = new_builder();
    struct story story;

    (void)state;
    put(&b, "a,b,c\n");
    for (int i = 0; i < 20; i++) {
        put_many(&b, "1,2,3\n", 2000);
        put_many(&b, "1,2\n1,x,3\n\"1\",\"2\",\"3\"\n", 20);
        if (i == 10)
            put_many(&b, "0123456789ABCDEF", (2u << 20) / 16);
        put(&b, "\n");
    }
    story.path = tmp_file(b.s, b.n);
    assert_true(failalloc_sweep(tell_story, &story));
    assert_int_equal(story.rows, 20 * 2000 + 20 * 20 - 0);
    free(b.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_of_readers),
        cmocka_unit_test(test_sniffing),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_long_records),
        cmocka_unit_test(test_long_quotes),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_texts_of_files),
        cmocka_unit_test(test_texts_of_pipes),
        cmocka_unit_test(test_file_changed),
        cmocka_unit_test(test_texts_and_reading_at_once),
        cmocka_unit_test(test_failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
