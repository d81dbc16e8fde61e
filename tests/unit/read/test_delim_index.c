/* Every level of the structural index against a loop over the bytes. */
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

static const char *const level_names[] = {"portable", "AVX2", "AVX-512"};

static void check(enum oddi_simd level, const char *data, size_t from, size_t n, char delimiter)
{
    static uint32_t pos[70000 + ODDI_INDEX_SLACK];
    struct oddi_delim_index index = {.pos = pos};
    size_t found = 0, newlines = 0;
    bool special = false;

    oddi_delim_index_at(level)(data, from, n, delimiter, &index);
    for (size_t i = from; i < from + n; i++) {
        special |= data[i] == '"' || data[i] == 0;
        if (data[i] != delimiter && data[i] != '\n')
            continue;
        newlines += data[i] == '\n';
        assert_true(found < index.n);
        assert_int_equal(pos[found], i);
        found++;
    }
    assert_int_equal(index.n, found);
    assert_int_equal(index.newlines, newlines);
    assert_int_equal(index.special, special);
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
