/* The delimited-text engine against its twin: random nasty texts, every SIMD level, every way to cut blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "read/wire/delim.h"
#include "twin.h"

#define COLUMNS 3
#define HEADER  "a,b,c"

/* What the engine said about a whole text, whatever its blocks were. */
struct result {
    struct twin t;        /* as the twin has it; fields of good rows are spans of the text */
    double (*v)[COLUMNS]; /* per record, column as a number; only where asked */
};

static void open_delim(struct oddi_delim *d, const char *header, enum oddi_simd level)
{
    size_t used, lines;

    assert_int_equal(oddi_delim_open(d, header, strlen(header), true, ',', NULL, &used, &lines, NULL),
                     ODD_OK);
    assert_int_equal(used, strlen(header));
    assert_true(oddi_delim_force(d, level));
}

static void text_batch(struct oddi_batch *batch)
{
    struct oddi_recipe recipes[COLUMNS];

    for (uint32_t k = 0; k < COLUMNS; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_TEXT, k, k, 1, 1};
    assert_int_equal(oddi_batch_init(batch, recipes, COLUMNS, false, NULL), ODD_OK);
}

/* Adds the batch's records to `t` in their order; `base` and `line` are the block's. Returns its records. */
static void collect(struct twin *t, const struct oddi_batch *batch, const struct oddi_block *block,
                    size_t line)
{
    size_t good = 0, bad = 0;

    assert_int_equal(batch->n + batch->n_bad, batch->n_records);
    for (size_t i = 0; i < batch->n_records; i++) {
        struct twin_record r = {0};

        if (bad < batch->n_bad && batch->bad[bad].record == i) {
            const struct oddi_bad_record *b = &batch->bad[bad++];

            r = (struct twin_record){.reason = b->reason, .off = b->off, .len = b->len, .found = b->found};
            r.line = line + b->line;
            assert_true(b->column == UINT32_MAX || b->reason == ODDI_BAD_VALUE);
        } else {
            assert_true(good < batch->n);
            assert_int_equal(batch->record[good], i);
            r.good = true;
            r.off = batch->off[good];
            for (size_t k = 0; k < batch->n_columns; k++) {
                struct oddi_span span = batch->columns[k].u.span[good];

                if (span.len != UINT32_MAX) {
                    assert_true((size_t)span.off + span.len <= block->size);
                    r.field[k] = (struct twin_text){block->offset + span.off, span.len};
                }
            }
            good++;
        }
        r.off += block->offset;
        twin_add(t, &r);
    }
}

/* A copy with padding that would be seen if it were looked at. */
static char *padded(const char *text, size_t n)
{
    char *data = malloc(n + ODDI_BLOCK_PADDING);

    assert_non_null(data);
    memcpy(data, text, n);
    memset(data + n, '"', ODDI_BLOCK_PADDING);
    data[n] = ',';
    data[n + 1] = '\n';
    data[n + 2] = 0;
    return data;
}

/* Reads `text` as a source with blocks of about `step` bytes does. */
static void run_engine(const struct oddi_delim *d, struct oddi_batch *batch, const char *text, size_t n,
                       size_t step, struct twin *t)
{
    memset(t, 0, sizeof *t);
    for (size_t at = 0, want = step; at < n;) {
        size_t take = n - at < want ? n - at : want, end = 0;
        struct oddi_block block = {.offset = at};
        char *data = padded(text + at, take);
        enum odd_status status = oddi_delim_split(d, data, take, at + take == n, &end);

        free(data);
        if (status == ODD_AGAIN) {
            assert_true(take < n - at);
            want *= 2;
            continue;
        }
        assert_true(end > 0 && end <= take);
        data = padded(text + at, end);
        block.data = data;
        block.size = end;
        assert_int_equal(oddi_delim_decode(d, &block, batch, NULL), ODD_OK);
        collect(t, batch, &block, t->lines);
        t->lines += batch->n_lines;
        free(data);
        at += end;
        want = step;
    }
}

static void show(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf(text[i] >= ' ' && text[i] < 127 ? "%c" : "\\x%02x", (unsigned char)text[i]);
    printf("\n");
}

static void compare(const char *text, size_t n, const struct twin *want, const struct twin *got)
{
    bool same = want->n == got->n && want->lines == got->lines;

    for (size_t i = 0; same && i < want->n; i++) {
        const struct twin_record *w = &want->records[i], *g = &got->records[i];

        same = w->good == g->good && w->off == g->off;
        if (w->good)
            for (size_t k = 0; k < COLUMNS; k++)
                same = same && w->field[k].len == g->field[k].len &&
                       (!w->field[k].len || w->field[k].off == g->field[k].off);
        else
            same = same && w->reason == g->reason && w->len == g->len && w->line == g->line &&
                   w->found == g->found;
        if (!same)
            printf("record %zu: want good %d reason %d off %zu len %zu line %zu found %zu, "
                   "got good %d reason %d off %zu len %zu line %zu found %zu\n",
                   i, w->good, w->reason, w->off, w->len, w->line, w->found, g->good, g->reason, g->off,
                   g->len, g->line, g->found);
    }
    if (!same) {
        printf("want %zu records %zu lines, got %zu records %zu lines\n", want->n, want->lines, got->n,
               got->lines);
        if (n < 2000)
            show(text, n);
    }
    assert_true(same);
}

/* Texts: a quarter of any bytes of a nasty few, the rest rows with now and then something wrong. */
static size_t nasty_text(struct oddi_rng *rng, char *out, size_t max)
{
    static const char *const odd_rows[] = {
        "a,b,c\n",
        "a,b,c\r\n",
        "\n",
        "\r\n",
        "\"x\"y,1,2\n",
        "1,\"2\n",
        "1,2\n",
        "1,2,3,4\n",
        "\"a\nb\",2,3\n",
        "\"a\"\"b\",\" c \",\"\"\n",
        "1,2,\"3\"\r\n",
        "1,2,\"3\"\r",
        "1,2,\"3\"",
        "\r",
        "\"\"\"\n",
        ",,\n",
        "1,\"2,2\",3\n",
        "\"1\",\"2\",\"3\"\n",
        " \"1\" ,2,3\n",
        "1,2,3\r\r\n",
        "\"\",\"\",\"\"\n",
    };
    size_t n = 0, want = (size_t)oddi_rng_below(rng, max + 1);
    bool soup = oddi_rng_below(rng, 4) == 0;
    unsigned damage = 1u << oddi_rng_below(rng, 8);

    while (n < want) {
        char row[64];
        size_t len;

        if (soup) {
            static const char bytes[] = "a1,,,\"\"\n\n\r -.x\0";

            row[0] = bytes[oddi_rng_below(rng, sizeof bytes - 1 + (oddi_rng_below(rng, 30) == 0))];
            len = 1;
        } else if (oddi_rng_below(rng, damage) == 0) {
            const char *odd = odd_rows[oddi_rng_below(rng, sizeof odd_rows / sizeof odd_rows[0])];

            len = strlen(odd);
            memcpy(row, odd, len);
            if (oddi_rng_below(rng, 20) == 0)
                row[oddi_rng_below(rng, len)] = 0;
        } else {
            len = (size_t)snprintf(row, sizeof row, "%u,%*s,%.*s\n", (unsigned)oddi_rng_below(rng, 100000),
                                   (int)oddi_rng_below(rng, 8), "xy", (int)oddi_rng_below(rng, 12),
                                   "abc de.f-gh");
        }
        if (n + len > max)
            break;
        memcpy(out + n, row, len);
        n += len;
    }
    return n;
}

static void check_text(const char *text, size_t n, const size_t *steps, size_t n_steps)
{
    struct twin want, got;
    struct oddi_batch batch;

    text_batch(&batch);
    twin_parse(&want, text, n, ',', COLUMNS, HEADER);
    for (int level = 0; level < ODDI_N_SIMD; level++) {
        struct oddi_delim d;

        if (!oddi_simd_available((enum oddi_simd)level))
            continue;
        open_delim(&d, HEADER, (enum oddi_simd)level);
        for (size_t i = 0; i < n_steps; i++) {
            run_engine(&d, &batch, text, n, steps[i], &got);
            compare(text, n, &want, &got);
            twin_free(&got);
        }
        oddi_delim_clear(&d);
    }
    twin_free(&want);
    oddi_batch_clear(&batch);
}

static void test_short_texts(void **state)
{
    static const size_t steps[] = {1, 2, 3, 7, 16, 64, 1000};
    char text[600];
    struct oddi_rng rng;

    (void)state;
    oddi_rng_seed(&rng, 1);
    for (int i = 0; i < 20000; i++) {
        size_t n = nasty_text(&rng, text, i % 3 ? 40 : sizeof text);

        check_text(text, n, steps, sizeof steps / sizeof steps[0]);
    }
}

/* Longer than the slices that blocks are indexed in. */
static void test_long_texts(void **state)
{
    static const size_t steps[] = {4096, 33000, 65536, 1u << 20};
    size_t max = 200000;
    char *text = malloc(max);
    struct oddi_rng rng;

    (void)state;
    assert_non_null(text);
    oddi_rng_seed(&rng, 2);
    for (int i = 0; i < 60; i++) {
        size_t n = nasty_text(&rng, text, max);

        check_text(text, n, steps, sizeof steps / sizeof steps[0]);
    }
    free(text);
}

/* Every text of up to six bytes from the alphabet that the rules are about. */
static void test_all_tiny_texts(void **state)
{
    static const char alphabet[] = "x,\"\n\r";
    static const size_t steps[] = {1, 100};
    char text[7];

    (void)state;
    for (size_t n = 1; n <= 6; n++) {
        size_t total = 1;

        for (size_t i = 0; i < n; i++)
            total *= 5;
        for (size_t code = 0; code < total; code++) {
            size_t c = code;

            for (size_t i = 0; i < n; i++, c /= 5)
                text[i] = alphabet[c % 5];
            check_text(text, n, steps, 2);
        }
    }
}

/* ---- sizes near the cap ---------------------------------------------------------------------------------------- */

struct builder {
    char *s;
    size_t n;
};

static void put(struct builder *b, const char *s, size_t n)
{
    memcpy(b->s + b->n, s, n);
    b->n += n;
}

static void put_many(struct builder *b, char c, size_t n)
{
    memset(b->s + b->n, c, n);
    b->n += n;
}

#define PUT(b, literal) put(b, literal, sizeof literal - 1)

static void check_big(struct builder *b)
{
    static const size_t steps[] = {5000, 300000, ODDI_MAX_RECORD, 5u << 20};

    check_text(b->s, b->n, steps, sizeof steps / sizeof steps[0]);
    b->n = 0;
}

/* Plain and quoted records of just the greatest length, one less, and one more; at the end of input and before it. */
static void test_longest_records(void **state)
{
    struct builder b = {malloc(4 * (size_t)ODDI_MAX_RECORD), 0};

    (void)state;
    assert_non_null(b.s);
    for (int quoted = 0; quoted < 4; quoted++) {
        for (int more = -1; more <= 2; more++) {
            for (int end = 0; end < 3; end++) {
                size_t n = ODDI_MAX_RECORD + (size_t)more;

                PUT(&b, "1,2,3\n");
                if (quoted == 0) {
                    put_many(&b, 'x', n - 4);
                    PUT(&b, ",2,3");
                } else if (quoted == 3) { /* a quote that stays open in a first line of that length */
                    PUT(&b, "1,2,\"");
                    put_many(&b, 'y', n - 5);
                } else {
                    PUT(&b, "1,2,\"");
                    put_many(&b, 'y', 100);
                    put_many(&b, quoted == 1 ? 'z' : '\n', 1);
                    put_many(&b, 'y', n - 5 - 101 - 1);
                    PUT(&b, "\"");
                }
                if (end)
                    put_many(&b, '\n', 1);
                if (end == 2)
                    PUT(&b, "4,5,6\n7,8,9");
                /* A source would skip what split refuses; run_engine cannot, so such texts come whole. */
                check_text(b.s, b.n, (const size_t[]){8u << 20}, 1);
                if (quoted == 2)
                    check_big(&b);
                b.n = 0;
            }
        }
    }
    free(b.s);
}

/* A quote that never closes, far from and near to the end of input, costs one line. */
static void test_unterminated(void **state)
{
    struct builder b = {malloc(4 * (size_t)ODDI_MAX_RECORD), 0};

    (void)state;
    assert_non_null(b.s);
    for (size_t rows = 0; rows < 600000; rows = rows * 5 + 1) {
        PUT(&b, "1,2,3\n4,\"5,6\n");
        for (size_t i = 0; i < rows && b.n + 20 < 3u << 20; i++)
            PUT(&b, "7,8,9\n");
        check_big(&b);
    }
    free(b.s);
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static size_t number_text(struct oddi_rng *rng, char *out)
{
    static const char *const words[] = {
        "",
        "-",
        "nan",
        "NaN",
        "null",
        "NULL",
        "inf",
        "Infinity",
        "-Infinity",
        "+inf",
        "nul",
        "1e400",
        "0x10",
        "12abc",
        "1,5",
        "--1",
        "1.2.3",
        ".5",
        "5.",
        ".",
        "+7",
        "-0",
        "1e5",
        "1E-3",
        "\"8\"",
        "\" 9 \"",
        " 10 ",
        "\"\"",
        "\"",
        "- 1",
        "1 2",
        "٣",
        "99999999",
        "100000000",
        "123456789012345",
        "1234567890123456",
        "9007199254740993",
        "18446744073709551616",
        "0.1",
        "12345678.9",
        "1234567.87654321",
        "1234567.876543219",
        "0000000.5",
        "00000001",
        "NaN ",
        "N/A",
        "\t4",
    };
    unsigned kind = (unsigned)oddi_rng_below(rng, 6);

    switch (kind) {
    case 0:
        return (size_t)sprintf(out, "%s", words[oddi_rng_below(rng, sizeof words / sizeof words[0])]);
    case 1:
        return (size_t)sprintf(out, "%llu",
                               (unsigned long long)(oddi_rng_next(rng) >> oddi_rng_below(rng, 64)));
    case 2:
        return (size_t)sprintf(out, "%.*f", (int)oddi_rng_below(rng, 12),
                               oddi_rng_double(rng) * (double)(1u << oddi_rng_below(rng, 31)));
    case 3:
        return (size_t)sprintf(out, "%.17g", oddi_rng_double(rng));
    default: {
        size_t n = (size_t)oddi_rng_below(rng, 18);

        for (size_t i = 0; i < n; i++)
            out[i] = "0123456789012345678901234567890123456789.-+eE/:\x80 "[oddi_rng_below(rng, 49)];
        return n;
    }
    }
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* One row; the fast paths must say what the plain rules say. */
static void check_row(const struct oddi_delim *d, struct oddi_batch *batch, const char *row, size_t n)
{
    struct oddi_block block = {.size = n};
    char *data = malloc(n + ODDI_BLOCK_PADDING);
    struct twin t;
    double want[COLUMNS];
    size_t fault = COLUMNS;

    assert_non_null(data);
    memcpy(data, row, n);
    memset(data + n, '7', ODDI_BLOCK_PADDING);
    block.data = data;
    twin_parse(&t, row, n, ',', COLUMNS, HEADER);
    assert_int_equal(oddi_delim_decode(d, &block, batch, NULL), ODD_OK);
    assert_int_equal(batch->n_records, t.n);
    if (t.n == 1 && t.records[0].good) {
        for (size_t k = COLUMNS; k-- > 0;)
            if (!twin_number(row, t.records[0].field[k], &want[k]))
                fault = k;
        assert_int_equal(batch->n, fault == COLUMNS);
        for (size_t k = 0; k < COLUMNS && fault == COLUMNS; k++) {
            if (!same_bits(batch->columns[k].u.number[0], want[k]))
                show(row, n);
            assert_true(same_bits(batch->columns[k].u.number[0], want[k]));
        }
        if (fault < COLUMNS) {
            assert_int_equal(batch->bad[0].reason, ODDI_BAD_VALUE);
            assert_int_equal(batch->bad[0].column, fault);
            assert_int_equal(batch->bad[0].len, t.records[0].len);
        }
    }
    twin_free(&t);
    free(data);
}

static void number_batch(struct oddi_batch *batch)
{
    struct oddi_recipe recipes[COLUMNS];

    for (uint32_t k = 0; k < COLUMNS; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_NUMBER, k, k, 1, 1};
    assert_int_equal(oddi_batch_init(batch, recipes, COLUMNS, false, NULL), ODD_OK);
}

static void test_numbers(void **state)
{
    struct oddi_delim d;
    struct oddi_batch batch;
    struct oddi_rng rng;

    (void)state;
    open_delim(&d, HEADER, oddi_simd_best());
    number_batch(&batch);
    oddi_rng_seed(&rng, 3);
    for (int i = 0; i < 300000; i++) {
        char row[256];
        size_t n = 0;

        for (int k = 0; k < COLUMNS; k++) {
            n += number_text(&rng, row + n);
            row[n++] = ',';
        }
        n--;
        if (i % 3)
            n += (size_t)sprintf(row + n, i % 3 == 1 ? "\n" : "\r\n");
        check_row(&d, &batch, row, n);
    }
    oddi_batch_clear(&batch);
    oddi_delim_clear(&d);
}

/* Among many rows, those with bad values are taken out and the rest close up, in every slice and beside bad lines. */
static void test_bad_values_among_many(void **state)
{
    size_t max = 150000;
    char *text = malloc(max + 64);
    struct oddi_delim d;
    struct oddi_batch batch;
    struct oddi_rng rng;
    struct twin t;

    (void)state;
    assert_non_null(text);
    number_batch(&batch);
    oddi_rng_seed(&rng, 4);
    for (int round = 0; round < 40; round++) {
        struct oddi_block block = {.data = text};
        size_t n = 0, good = 0, bad = 0;
        unsigned rate = 1u << oddi_rng_below(&rng, 10);

        while (n < max - 100) {
            bool wrong = oddi_rng_below(&rng, rate) == 0;

            n += (size_t)sprintf(text + n, wrong ? (round % 2 ? "%u,x%u,%u\n" : "%u,%u\n") : "%u,%u,%u\n",
                                 (unsigned)oddi_rng_below(&rng, 1000),
                                 (unsigned)oddi_rng_below(&rng, 1000000), (unsigned)oddi_rng_below(&rng, 10));
            if (oddi_rng_below(&rng, rate) == 0)
                n += (size_t)sprintf(text + n, "%s", round % 3 ? "\n" : "1,2,y\r\n");
        }
        block.size = n;
        memset(text + n, '"', 64);
        open_delim(&d, HEADER, round % 2 ? ODDI_SIMD_PORTABLE : oddi_simd_best());
        assert_int_equal(oddi_delim_decode(&d, &block, &batch, NULL), ODD_OK);
        twin_parse(&t, text, n, ',', COLUMNS, HEADER);
        assert_int_equal(batch.n_records, t.n);
        assert_int_equal(batch.n_lines, t.lines);
        for (size_t i = 0; i < t.n; i++) {
            const struct twin_record *r = &t.records[i];
            double v[COLUMNS] = {0};
            bool ok = r->good;

            for (size_t k = 0; ok && k < COLUMNS; k++)
                ok = twin_number(text, r->field[k], &v[k]);
            if (ok) {
                assert_true(good < batch.n);
                assert_int_equal(batch.record[good], i);
                assert_int_equal(batch.off[good], r->off);
                for (size_t k = 0; k < COLUMNS; k++)
                    assert_true(batch.columns[k].u.number[good] == v[k]);
                good++;
            } else {
                assert_true(bad < batch.n_bad);
                assert_int_equal(batch.bad[bad].record, i);
                assert_int_equal(batch.bad[bad].off, r->off);
                assert_int_equal(batch.bad[bad].len, r->len);
                assert_int_equal(batch.bad[bad].line, r->line);
                assert_int_equal(batch.bad[bad].reason, r->good ? ODDI_BAD_VALUE : r->reason);
                bad++;
            }
        }
        assert_int_equal(good, batch.n);
        assert_int_equal(bad, batch.n_bad);
        twin_free(&t);
        oddi_delim_clear(&d);
    }
    oddi_batch_clear(&batch);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_tiny_texts),
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_longest_records),
        cmocka_unit_test(test_unterminated),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bad_values_among_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
