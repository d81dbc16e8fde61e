/* Rows of which only the wanted field ends are at hand: the ends against the full index, and whole blocks against a decoder
 * that has the full index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "read/wire/delim.h"
#include "read/wire/delim_pick.h"

#define MAX_TEXT 100000

static bool available(void)
{
    if (oddi_delim_pick_available(oddi_simd_best()))
        return true;
    printf("SKIP: this machine does not pick\n");
    return false;
}

/* Rows of C fields; one row in `odd` is not like the others (0: none). Returns its size. */
static size_t make_rows(struct oddi_rng *rng, char *out, size_t max, unsigned columns, uint64_t odd)
{
    static const char *const strange[] = {"", "1", ",,", "\"", "a\"b", "\"x,y\"", "\r"};
    size_t n = 0;

    while (n + columns * 14 + 32 < max) {
        bool this_odd = odd && oddi_rng_below(rng, odd) == 0;

        for (unsigned k = 0; k < columns; k++) {
            if (this_odd && oddi_rng_below(rng, columns) == 0)
                n += (size_t)sprintf(out + n, "%s", strange[oddi_rng_below(rng, 7)]);
            else
                n += (size_t)sprintf(out + n, "%.*s", (int)oddi_rng_below(rng, 12), "123456789012");
            if (this_odd && oddi_rng_below(rng, 40) == 0)
                out[n++] = 0;
            out[n++] = k + 1 < columns ? ',' : '\n';
        }
        if (this_odd && oddi_rng_below(rng, 4) == 0)
            out[n++] = '\n';
    }
    return n;
}

/* What it should find, from the full index of the same bytes. */
static bool expected(const uint32_t *pos, const struct oddi_delim_index *all, const char *data,
                     unsigned columns, uint64_t wanted, uint32_t *want, size_t *n_want)
{
    *n_want = 0;
    for (size_t i = 0; i < all->n; i++) {
        unsigned column = (unsigned)(i % columns);

        if ((data[pos[i]] == '\n') != (column == columns - 1))
            return false;
        if (wanted >> column & 1 || column == columns - 1)
            want[(*n_want)++] = pos[i];
    }
    return all->newlines && !all->quotes && !all->nuls;
}

static void test_ends(void **state)
{
    static char data[MAX_TEXT + 64];
    static uint32_t pos[MAX_TEXT + ODDI_INDEX_SLACK], got[MAX_TEXT + ODDI_INDEX_SLACK], want[MAX_TEXT];
    struct oddi_rng rng;
    size_t picked = 0;

    (void)state;
    if (!available())
        return;
    oddi_rng_seed(&rng, 21);
    for (int round = 0; round < 3000; round++) {
        unsigned columns = 2 + (unsigned)oddi_rng_below(&rng, round % 3 ? 16 : ODDI_PICK_COLUMNS - 1);
        uint64_t wanted = oddi_rng_next(&rng) & oddi_rng_next(&rng);
        struct oddi_delim_index all = {.pos = pos}, some = {.pos = got};
        struct oddi_delim_pick pick;
        size_t n = make_rows(&rng, data, round % 20 ? 3000 : 40000, columns, round % 2 ? 200 : 0), from,
               n_want;
        bool good;

        from = oddi_rng_below(&rng, 4) ? 0 : (size_t)((char *)memchr(data, '\n', n) - data) + 1;
        n -= from + oddi_rng_below(&rng, 100) % (n - from);
        memset(data + from + n, "\",\n"[round % 3], 64);
        if (columns < 64)
            wanted &= (UINT64_C(1) << columns) - 1;
        oddi_delim_pick_init(&pick, columns, wanted);
        oddi_delim_index_at(ODDI_SIMD_PORTABLE)(data, from, n, ',', &all);
        good = expected(pos, &all, data, columns, wanted, want, &n_want);
        assert_int_equal(oddi_delim_pick_rows(&pick, data, from, n, ',', &some), good);
        if (!good)
            continue;
        picked++;
        assert_int_equal(some.newlines, all.newlines);
        assert_int_equal(some.n, n_want);
        assert_memory_equal(got, want, n_want * sizeof *want);
    }
    assert_true(picked > 1500);
}

static void test_slots(void **state)
{
    struct oddi_delim_pick pick;

    (void)state;
    oddi_delim_pick_init(&pick, 15, 1 | 3 << 11);
    assert_int_equal(pick.n_wanted, 4);
    assert_int_equal(pick.slot[0], 0);
    assert_int_equal(pick.slot[11], 1);
    assert_int_equal(pick.slot[12], 2);
    assert_int_equal(pick.slot[14], 3);
    oddi_delim_pick_init(&pick, 64, UINT64_MAX);
    assert_int_equal(pick.n_wanted, 64);
    assert_int_equal(pick.slot[63], 63);
}

static void open_table(struct oddi_delim *d, unsigned columns, enum oddi_simd level)
{
    char header[ODDI_PICK_COLUMNS * 8];
    size_t n = 0, used, lines;

    for (unsigned k = 0; k < columns; k++)
        n += (size_t)sprintf(header + n, "%sc%u", k ? "," : "", k);
    n += (size_t)sprintf(header + n, "\n");
    assert_int_equal(oddi_delim_open(d, header, n, true, ',', NULL, &used, &lines, NULL), ODD_OK);
    assert_true(oddi_delim_force(d, level));
}

static void same_batch(const struct oddi_batch *a, const struct oddi_batch *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->n_records, b->n_records);
    assert_int_equal(a->n_lines, b->n_lines);
    assert_memory_equal(a->off, b->off, a->n * sizeof *a->off);
    assert_memory_equal(a->record, b->record, a->n * sizeof *a->record);
    assert_memory_equal(a->columns[0].u.number, b->columns[0].u.number, a->n * sizeof(double));
    assert_memory_equal(a->columns[1].u.span, b->columns[1].u.span, a->n * sizeof(struct oddi_span));
    assert_memory_equal(a->columns[2].u.number, b->columns[2].u.number, a->n * sizeof(double));
    assert_int_equal(a->n_bad, b->n_bad);
    for (size_t i = 0; i < a->n_bad; i++) {
        assert_int_equal(a->bad[i].record, b->bad[i].record);
        assert_int_equal(a->bad[i].line, b->bad[i].line);
        assert_int_equal(a->bad[i].off, b->bad[i].off);
        assert_int_equal(a->bad[i].len, b->bad[i].len);
        assert_int_equal(a->bad[i].column, b->bad[i].column);
        assert_int_equal(a->bad[i].reason, b->bad[i].reason);
    }
}

static void test_blocks(void **state)
{
    static char data[MAX_TEXT + ODDI_BLOCK_PADDING];
    struct oddi_rng rng;

    (void)state;
    if (!available())
        return;
    oddi_rng_seed(&rng, 22);
    for (int round = 0; round < 400; round++) {
        unsigned columns = 8 + (unsigned)oddi_rng_below(&rng, ODDI_PICK_COLUMNS - 7);
        uint32_t a = (uint32_t)oddi_rng_below(&rng, columns), b = (uint32_t)oddi_rng_below(&rng, columns);
        struct oddi_recipe recipes[] = {{ODDI_COLUMN, ODDI_TYPE_NUMBER, a, 0, 1, 1},
                                        {ODDI_COLUMN, ODDI_TYPE_TEXT, b, 0, 1, 1},
                                        {ODDI_SUM, ODDI_TYPE_NUMBER, a, b, 1, 2}};
        struct oddi_delim few, all;
        struct oddi_batch got, want;
        size_t n =
            make_rows(&rng, data, round % 4 ? 5000 : MAX_TEXT, columns, round % 3 ? (round % 3) * 300 : 0);
        struct oddi_block block = {data, n, 0};

        /* Values that are no numbers: bad rows in slices that are regular. */
        for (size_t i = oddi_rng_below(&rng, 5000); i < n; i += oddi_rng_below(&rng, 9000) + 1)
            if (data[i] >= '0' && data[i] <= '9')
                data[i] = 'x';
        if (round % 7 == 0) { /* the header once more */
            size_t at = (size_t)((char *)memchr(data, '\n', n) - data) + 1;
            char header[ODDI_PICK_COLUMNS * 8];
            size_t size = 0;

            for (unsigned k = 0; k < columns; k++)
                size += (size_t)sprintf(header + size, "%sc%u", k ? "," : "", k);
            if (at + size < n) {
                memcpy(data + at, header, size);
                data[at + size] = '\n';
            }
        }
        memset(data + n, '"', ODDI_BLOCK_PADDING);
        open_table(&few, columns, oddi_simd_best());
        open_table(&all, columns, ODDI_SIMD_PORTABLE);
        assert_int_equal(oddi_batch_init(&got, recipes, 3, false, NULL), ODD_OK);
        assert_int_equal(oddi_batch_init(&want, recipes, 3, false, NULL), ODD_OK);
        assert_int_equal(oddi_delim_decode(&few, &block, &got, NULL), ODD_OK);
        assert_int_equal(oddi_delim_decode(&all, &block, &want, NULL), ODD_OK);
        assert_true(want.n > 0);
        same_batch(&got, &want);
        oddi_batch_clear(&got);
        oddi_batch_clear(&want);
        oddi_delim_clear(&few);
        oddi_delim_clear(&all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
