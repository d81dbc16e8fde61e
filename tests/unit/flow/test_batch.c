/* needs: failalloc */
#include "flow/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failalloc.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct oddi_recipe recipes[] = {
    {ODDI_COLUMN, ODDI_TYPE_NUMBER, 0, 0, 1, 1}, {ODDI_COLUMN, ODDI_TYPE_TIME, 1, 1, 1, 1},
    {ODDI_COLUMN, ODDI_TYPE_PORT, 2, 2, 1, 1},   {ODDI_COLUMN, ODDI_TYPE_ADDR, 3, 3, 1, 1},
    {ODDI_COLUMN, ODDI_TYPE_TEXT, 4, 4, 1, 1},   {ODDI_COLUMN, ODDI_TYPE_PROTO, 5, 5, 1, 1},
};

static void fill(struct oddi_batch *b, size_t rows)
{
    for (size_t i = b->n; i < rows; i++) {
        if (b->ts)
            b->ts[i] = (int64_t)i * 7;
        b->record[i] = (uint32_t)i;
        b->off[i] = (uint32_t)i * 3;
        b->columns[0].u.number[i] = (double)i / 2;
        b->columns[1].u.time[i] = -(int64_t)i;
        b->columns[2].u.code[i] = (uint32_t)i;
        b->columns[3].u.addr[i] = (struct oddi_addr){{(uint8_t)i}, ODDI_ADDR_V6};
        b->columns[4].u.span[i] = (struct oddi_span){(uint32_t)i, 9};
        b->columns[5].u.code[i] = (uint32_t)i + 1;
    }
    b->n = rows;
}

static void check(const struct oddi_batch *b, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        if (b->ts)
            assert_int_equal(b->ts[i], i * 7);
        assert_int_equal(b->record[i], i);
        assert_int_equal(b->off[i], i * 3);
        assert_true(b->columns[0].u.number[i] == (double)i / 2);
        assert_int_equal(b->columns[1].u.time[i], -(int64_t)i);
        assert_int_equal(b->columns[2].u.code[i], i);
        assert_int_equal(b->columns[3].u.addr[i].bytes[0], (uint8_t)i);
        assert_int_equal(b->columns[4].u.span[i].off, i);
        assert_int_equal(b->columns[5].u.code[i], i + 1);
    }
}

static void test_growth_keeps_rows(void **unused)
{
    struct oddi_batch b;
    size_t capacity;

    (void)unused;
    assert_int_equal(oddi_batch_init(&b, recipes, COUNT(recipes), true, NULL), ODD_OK);
    assert_non_null(b.ts);
    for (size_t rows = 1; rows < 100000; rows = rows * 3 + 1) {
        assert_true(oddi_batch_reserve(&b, rows));
        assert_true(b.capacity >= rows);
        fill(&b, rows);
    }
    check(&b, b.n);
    capacity = b.capacity;
    oddi_batch_reset(&b);
    assert_int_equal(b.n, 0);
    assert_int_equal(b.capacity, capacity);
    assert_int_equal(b.columns[3].recipe.a, 3);
    oddi_batch_clear(&b);
}

static void test_without_times(void **unused)
{
    struct oddi_batch b;

    (void)unused;
    assert_int_equal(oddi_batch_init(&b, recipes, COUNT(recipes), false, NULL), ODD_OK);
    assert_null(b.ts);
    assert_true(oddi_batch_reserve(&b, 5000));
    fill(&b, 5000);
    check(&b, 5000);
    assert_null(b.ts);
    oddi_batch_clear(&b);
    assert_int_equal(oddi_batch_init(&b, NULL, 0, true, NULL), ODD_OK);
    assert_non_null(b.ts);
    oddi_batch_clear(&b);
}

static void test_bad_records(void **unused)
{
    struct oddi_batch b;

    (void)unused;
    assert_int_equal(oddi_batch_init(&b, recipes, COUNT(recipes), true, NULL), ODD_OK);
    for (uint32_t i = 0; i < 1000; i++) {
        struct oddi_bad_record bad = {.record = i, .reason = ODDI_BAD_NUL};

        assert_true(oddi_batch_add_bad(&b, &bad));
    }
    assert_int_equal(b.n_bad, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(b.bad[i].record, i);
    oddi_batch_reset(&b);
    assert_int_equal(b.n_bad, 0);
    oddi_batch_clear(&b);
}

static void test_sentences(void **unused)
{
    static const char *const names[] = {"StartTime", "TotBytes", "Sport", "x", "SrcAddr", "Proto"};
    static const size_t lengths[] = {9, 8, 5, 1, 7, 5};
    static const char text[] = "junk2011,12a,99999,1 2,nowhere,-\na\t\x1b[31m\tq\n";
    static const struct {
        struct oddi_bad_record bad;
        const char *want;
    } cases[] = {
        {{.reason = ODDI_BAD_COLUMNS, .found = 14}, "has 14 columns, not 6"},
        {{.reason = ODDI_BAD_COLUMNS, .found = 1}, "has 1 column, not 6"},
        {{.off = 4, .len = 28, .column = 1, .reason = ODDI_BAD_VALUE}, "'12a' is not a number"},
        {{.off = 4, .len = 28, .column = 0, .reason = ODDI_BAD_TIME}, "'2011' is not a time"},
        {{.off = 4, .len = 28, .column = 2, .reason = ODDI_BAD_VALUE}, "'99999' is not a port"},
        {{.off = 4, .len = 28, .column = 3, .reason = ODDI_BAD_VALUE}, "'1 2' is not a number"},
        {{.off = 4, .len = 28, .column = 4, .reason = ODDI_BAD_VALUE}, "'nowhere' is not an address"},
        {{.off = 4, .len = 28, .column = 5, .reason = ODDI_BAD_VALUE}, "'-' is not a protocol"},
        {{.off = 4, .len = 28, .column = 9, .reason = ODDI_BAD_VALUE}, "has a field that is not a number"},
        {{.off = 33, .len = 10, .column = 1, .reason = ODDI_BAD_VALUE}, "'?[31m' is not a number"},
        {{.off = 0, .len = 0, .column = 0, .reason = ODDI_BAD_TIME}, "an empty field is not a time"},
        {{.off = 0, .len = 4, .column = UINT32_MAX, .reason = ODDI_BAD_TIME},
         "has a field that is not a time"},
        {{.reason = ODDI_BAD_QUOTE}, "has a quoted field that does not end where the field does"},
        {{.reason = ODDI_BAD_NUL}, "has a NUL byte"},
        {{.reason = ODDI_BAD_HEADER_AGAIN}, "is the header line again"},
        {{.reason = ODDI_BAD_TOO_LONG}, "is longer than a record may be"},
    };
    struct oddi_schema s;
    char out[200];

    (void)unused;
    assert_int_equal(oddi_schema_init(&s, names, lengths, COUNT(names), NULL, 0, NULL), ODD_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        oddi_bad_sentence(&cases[i].bad, &s, text, out, sizeof out);
        assert_string_equal(out, cases[i].want);
    }
    oddi_bad_sentence(&cases[2].bad, &s, text, out, 8); /* cut, but ended */
    assert_string_equal(out, "'12a' i");
    oddi_schema_clear(&s);
}

static enum odd_status story(void *ctx)
{
    struct oddi_batch b;
    struct oddi_bad_record bad = {.reason = ODDI_BAD_NUL};
    enum odd_status status = oddi_batch_init(&b, recipes, COUNT(recipes), true, NULL);

    (void)ctx;
    if (status != ODD_OK)
        return status;
    for (size_t rows = 1000; status == ODD_OK && rows < 20000; rows *= 2) {
        if (!oddi_batch_reserve(&b, rows)) {
            status = ODD_ERR_MEMORY;
            check(&b, b.n); /* what was there is still there */
        } else {
            fill(&b, rows);
        }
    }
    if (status == ODD_OK && !oddi_batch_add_bad(&b, &bad))
        status = ODD_ERR_MEMORY;
    oddi_batch_clear(&b);
    return status;
}

static void test_failing_allocations(void **unused)
{
    (void)unused;
    assert_true(failalloc_sweep(story, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth_keeps_rows),   cmocka_unit_test(test_without_times),
        cmocka_unit_test(test_bad_records),         cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
