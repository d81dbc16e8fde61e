/* Every level of the structural index against a loop over the bytes, and where there are quotes against the record
 * machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "read/wire/delim_index.h"
#include "read/wire/delim_record.h"

static const char *const level_names[] = {"portable", "AVX2", "AVX-512"};

static void check(enum oddi_simd level, const char *data, size_t from, size_t n, char delimiter)
{
    static uint32_t pos[70000 + ODDI_INDEX_SLACK];
    struct oddi_delim_index index = {.pos = pos};
    size_t found = 0, newlines = 0;
    bool quotes = false, nuls = false;

    oddi_delim_index_at(level)(data, from, n, delimiter, &index);
    for (size_t i = from; i < from + n; i++) {
        quotes |= data[i] == '"';
        nuls |= data[i] == 0;
        if (data[i] != delimiter && data[i] != '\n')
            continue;
        newlines += data[i] == '\n';
        assert_true(found < index.n);
        assert_int_equal(pos[found], i);
        found++;
    }
    assert_int_equal(index.n, found);
    assert_int_equal(index.newlines, newlines);
    assert_int_equal(index.quotes, quotes);
    assert_int_equal(index.nuls, nuls);
}

/* Memory whose padding is full of everything that must not be seen. */
static char *traps(size_t n)
{
    char *data = malloc(n + 64);

    assert_non_null(data);
    for (size_t i = 0; i < n + 64; i++)
        data[i] = ",\n\"\0"[i % 4];
    return data;
}

static void all_levels(void (*body)(enum oddi_simd level))
{
    for (int level = 0; level < ODDI_N_SIMD; level++) {
        if (oddi_simd_available((enum oddi_simd)level))
            body((enum oddi_simd)level);
        else
            printf("SKIP level %s: this machine has not got it\n", level_names[level]);
    }
}

static void sizes(enum oddi_simd level)
{
    char *data = traps(400);

    memset(data, 'x', 300);
    for (size_t n = 0; n <= 300; n++)
        for (size_t from = 0; from + n <= 300; from += 13)
            check(level, data, from, n, ',');
    /* One of each at every place. */
    for (size_t i = 0; i < 300; i++) {
        for (const char *c = ",\n\"\t"; *c; c++) {
            data[i] = *c;
            check(level, data, 0, 300, ',');
            check(level, data, i, 300 - i, '\t');
            check(level, data, 0, i, ',');
        }
        data[i] = 0;
        check(level, data, 0, i + 1, ',');
        check(level, data, 0, i, ',');
        data[i] = 'x';
    }
    free(data);
}

static void test_sizes(void **state)
{
    (void)state;
    all_levels(sizes);
}

static void random_bytes(enum oddi_simd level)
{
    struct oddi_rng rng;
    char *data = traps(70000);

    oddi_rng_seed(&rng, 7);
    for (int round = 0; round < 300; round++) {
        size_t n = (size_t)oddi_rng_below(&rng, round % 10 ? 500 : 70000), from;
        /* From only special bytes to hardly any; all 256 values in some rounds. */
        unsigned kind = (unsigned)oddi_rng_below(&rng, 4);

        for (size_t i = 0; i < n; i++) {
            unsigned r = (unsigned)oddi_rng_below(&rng, 256);

            data[i] = kind == 0   ? ",\n"[r & 1]
                      : kind == 1 ? ",\n;x\xac\x8a.-"[r & 7]
                      : kind == 2 ? (char)r
                                  : (r < 16 ? ",\n"[r & 1] : (char)('a' + r % 26));
        }
        from = n ? (size_t)oddi_rng_below(&rng, n) : 0;
        check(level, data, 0, n, ",;\t|"[round % 4]);
        check(level, data, from, n - from, ',');
    }
    free(data);
}

static void test_random(void **state)
{
    (void)state;
    all_levels(random_bytes);
}

/* ---- with quotes ------------------------------------------------------------------------------------------------ */

static size_t quoted_text(struct oddi_rng *rng, char *out, size_t max, bool *simple)
{
    static const char *const fields[] = {
        "a",     "\"b\"", "\"\"",    "\"c,d\"", "\"e\"\"f\"", "\"\"\"\"", "",        "long text",
        "\"g\"", "12",    "\"h,,\"", "h\"i",    "\"j\"k",     "\"l\nm\"", "\"n\r\"", "o\r"};
    size_t n = 0, kinds = 11; /* the other five are not simple */

    *simple = oddi_rng_below(rng, 4) != 0;
    if (!*simple)
        kinds = 16;

    while (n + 32 < max) {
        const char *field = fields[oddi_rng_below(rng, kinds)];

        n += (size_t)sprintf(out + n, "%s%s", field,
                             oddi_rng_below(rng, 4)   ? ","
                             : oddi_rng_below(rng, 2) ? "\n"
                                                      : "\r\n");
    }
    return n - (size_t)oddi_rng_below(rng, n < 20 ? n : 20);
}

/* Where the fields of the whole records of the text end, by the record machine; false if one is not simple. */
static bool exact_ends(const char *data, size_t n, uint32_t *pos, size_t *found)
{
    struct oddi_delim_record rec;
    bool simple = true;

    *found = 0;
    for (size_t at = 0; at < n; at += rec.next) {
        enum oddi_record_state state =
            oddi_delim_record(data + at, n - at, false, ',', pos + *found, 5000, (uint32_t)at, &rec);

        if (state == ODDI_RECORD_OPEN)
            break;
        simple = simple && state == ODDI_RECORD_WHOLE && rec.newlines == 1;
        *found += rec.fields;
    }
    return simple;
}

static void quoted(enum oddi_simd level)
{
    static uint32_t pos[20000 + ODDI_INDEX_SLACK], want[20000];
    static char data[20000 + 64];
    struct oddi_rng rng;
    size_t simple_texts = 0;

    oddi_rng_seed(&rng, 10);
    for (int round = 0; round < 3000; round++) {
        struct oddi_delim_index index = {.pos = pos}, bare = {.pos = NULL};
        bool simple, made_simple;
        size_t n = quoted_text(&rng, data, round % 50 ? 600 : 4900, &made_simple), found, last = 0;

        memset(data + n, '"', 64);
        simple = exact_ends(data, n, want, &found);
        if (oddi_delim_quoted_at(level)(data, 0, n, ',', &index)) {
            assert_true(simple);
            for (size_t i = 0; i < index.n; i++)
                if (data[pos[i]] == '\n')
                    last = i + 1;
            assert_int_equal(last, found);
            assert_memory_equal(pos, want, found * sizeof *pos);
            assert_true(oddi_delim_quoted_at(level)(data, 0, n, ',', &bare));
            assert_int_equal(bare.newlines, index.newlines);
            simple_texts++;
        } else {
            assert_false(made_simple);
            assert_false(oddi_delim_quoted_at(level)(data, 0, n, ',', &bare));
        }
        assert_int_equal(index.quotes, memchr(data, '"', n) != NULL);
    }
    assert_true(simple_texts > 2000);
    /* A NUL is never simple; the last byte of the text counts, the one behind it does not. */
    for (size_t n = 1; n < 200; n++) {
        struct oddi_delim_index index = {.pos = pos};

        memset(data, 'x', n);
        data[n] = 0;
        assert_true(oddi_delim_quoted_at(level)(data, 0, n, ',', &index));
        data[n - 1] = 0;
        assert_false(oddi_delim_quoted_at(level)(data, 0, n, ',', &index));
        assert_true(index.nuls);
    }
}

static void test_quoted(void **state)
{
    (void)state;
    all_levels(quoted);
}

static void test_levels(void **state)
{
    (void)state;
    assert_true(oddi_simd_available(ODDI_SIMD_PORTABLE));
    assert_true(oddi_simd_available(oddi_simd_best()));
    assert_false(oddi_simd_available(ODDI_N_SIMD));
    printf("best level: %s\n", level_names[oddi_simd_best()]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
