/* Aggregates over columns: the table, distinct at its cap, inner groups, popularity, allocation failure. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "failalloc.h"
#include "feature/level.h"

static uint64_t key_of(uint64_t i)
{
    return oddi_splitmix64(&i) | 1;
}

static void test_table(void **state)
{
    const struct oddi_aggregate *a;
    size_t n = 0;

    (void)state;
    for (; (a = oddi_aggregate_at(n)); n++) {
        assert_int_equal(oddi_aggregate_find(a->name, strlen(a->name)), n); /* so names are unique */
        assert_non_null(a->eval);
        assert_true(strlen(a->help) > 5);
        assert_true(a->result == 'n' || a->result == 'b');
        assert_true(strcmp(a->args, "") == 0 || strcmp(a->args, "n") == 0 || strcmp(a->args, "b") == 0 ||
                    strcmp(a->args, "k") == 0 || strcmp(a->args, "?b") == 0);
    }
    assert_true(n > 20);
    assert_int_equal(oddi_aggregate_find("sums", 4), UINT16_MAX);
}

static double eval_distinct(const uint64_t *key, size_t n, const uint8_t *where, uint8_t *approx,
                            struct oddi_feature_scratch *scratch)
{
    uint32_t off[] = {0, (uint32_t)n};
    double out = -1;
    struct oddi_aggregate_args a = {.groups = {1, off, NULL},
                                    .x = key,
                                    .where = where,
                                    .out = &out,
                                    .approx = approx,
                                    .scratch = scratch};

    *approx = 0;
    assert_true(oddi_aggregate_at(oddi_aggregate_find("distinct", 8))->eval(&a));
    return out;
}

static void test_cap(void **state)
{
    const size_t n = 2 * ODDI_DISTINCT_EXACT + 40000;
    uint64_t *key = malloc(n * sizeof *key);
    uint8_t *where = malloc(n), approx;
    struct oddi_feature_scratch scratch = {0};
    double estimate;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        key[i] = key_of(i % (ODDI_DISTINCT_EXACT + 1));
        where[i] = (uint8_t)(i % (ODDI_DISTINCT_EXACT + 1) != 77 ? ODDI_IS_TRUE : i % 2);
    }
    /* exactly at the cap, by one above it */
    assert_true(eval_distinct(key, n, where, &approx, &scratch) == ODDI_DISTINCT_EXACT && !approx);
    assert_true(eval_distinct(key, ODDI_DISTINCT_EXACT, NULL, &approx, &scratch) == ODDI_DISTINCT_EXACT &&
                !approx);
    estimate = eval_distinct(key, n, NULL, &approx, &scratch);
    assert_true(approx && estimate > ODDI_DISTINCT_EXACT && estimate < 1.04 * ODDI_DISTINCT_EXACT);
    for (size_t i = 0; i < n / 2; i++) { /* the other way round */
        uint64_t t = key[i];

        key[i] = key[n - 1 - i];
        key[n - 1 - i] = t;
    }
    assert_true(eval_distinct(key, n, NULL, &approx, &scratch) == estimate);
    memset(key, 0, n * sizeof *key); /* nulls only */
    assert_true(eval_distinct(key, n, NULL, &approx, &scratch) == 0 && !approx);
    free(key);
    free(where);
    oddi_feature_scratch_free(&scratch);
}

#define N 3000

struct made {
    uint64_t key[N];
    uint8_t where[N];
    uint32_t off[60];
    size_t n_groups;
};

static void make(struct made *m, uint64_t seed)
{
    struct oddi_rng rng;
    uint32_t at = 0;

    oddi_rng_seed(&rng, seed);
    m->n_groups = 0;
    while (at < N && m->n_groups < 58) {
        m->off[m->n_groups++] = at;
        at += (uint32_t)oddi_rng_below(&rng, m->n_groups % 4 ? 9 : 200);
    }
    m->off[m->n_groups] = N;
    for (size_t i = 0; i < N; i++) {
        m->key[i] = oddi_rng_below(&rng, 6) ? key_of(oddi_rng_below(&rng, seed % 2 ? 5 : 300)) : 0;
        m->where[i] = (uint8_t)oddi_rng_below(&rng, 3);
    }
}

/* Each inner group: rows of one outer group with one key, ascending, all that count, in order of first appearance. */
static void check_level(const struct made *m, const struct oddi_level *l, bool use_where)
{
    size_t placed = 0, counted = 0;

    assert_int_equal(l->outer[0], 0);
    assert_int_equal(l->outer[m->n_groups], l->groups.n);
    for (size_t g = 0; g < m->n_groups; g++) {
        uint32_t first_before = 0;

        for (uint32_t k = l->outer[g]; k < l->outer[g + 1]; k++) {
            const uint32_t *row = l->groups.row + l->groups.off[k];
            size_t n = l->groups.off[k + 1] - l->groups.off[k];

            assert_true(n > 0 && (k == l->outer[g] || row[0] > first_before));
            first_before = row[0];
            for (size_t i = 0; i < n; i++) {
                assert_true(row[i] >= m->off[g] && row[i] < m->off[g + 1] && (i == 0 || row[i] > row[i - 1]));
                assert_true(m->key[row[i]] == m->key[row[0]] && (!use_where || m->where[row[i]] == 2));
            }
            for (uint32_t k2 = l->outer[g]; k2 < k; k2++)
                assert_true(m->key[l->groups.row[l->groups.off[k2]]] != m->key[row[0]]);
            placed += n;
        }
    }
    for (size_t i = 0; i < N; i++)
        counted += m->key[i] != 0 && (!use_where || m->where[i] == 2);
    assert_int_equal(placed, counted);
}

static void test_level(void **state)
{
    struct made *m = malloc(sizeof *m);
    struct oddi_level level = {0}, inner = {0};
    struct oddi_feature_scratch scratch = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct oddi_groups g;

        make(m, seed);
        g = (struct oddi_groups){m->n_groups, m->off, NULL};
        assert_true(oddi_level_build(&level, &g, m->key, seed % 3 ? m->where : NULL, &scratch));
        check_level(m, &level, seed % 3 != 0);
        /* parting the parts by the same key changes nothing */
        assert_true(oddi_level_build(&inner, &level.groups, m->key, NULL, &scratch));
        assert_int_equal(inner.groups.n, level.groups.n);
        assert_memory_equal(inner.groups.off, level.groups.off, (level.groups.n + 1) * sizeof(uint32_t));
    }
    oddi_level_free(&level);
    oddi_level_free(&inner);
    oddi_feature_scratch_free(&scratch);
    free(m);
}

static void test_users(void **state)
{
    struct made *m = malloc(sizeof *m);
    double *out = malloc(N * sizeof *out);
    struct oddi_feature_scratch scratch = {0};

    (void)state;
    make(m, 4);
    assert_true(oddi_users(&(struct oddi_groups){m->n_groups, m->off, NULL}, N, m->key, out, &scratch));
    for (size_t r = 0; r < N; r += 13) {
        double n = 0;

        for (size_t g = 0; g < m->n_groups; g++) {
            bool has = false;

            for (uint32_t i = m->off[g]; i < m->off[g + 1]; i++)
                has |= m->key[i] == m->key[r];
            n += has;
        }
        assert_true(m->key[r] ? out[r] == n : isnan(out[r]));
    }
    oddi_feature_scratch_free(&scratch);
    free(out);
    free(m);
}

static enum odd_status story(void *ctx)
{
    struct made *m = ctx;
    struct oddi_level level = {0};
    struct oddi_feature_scratch scratch = {0};
    struct oddi_groups g = {m->n_groups, m->off, NULL};
    static double out[N];
    static uint8_t approx[N];
    bool ok =
        oddi_level_build(&level, &g, m->key, NULL, &scratch) && oddi_users(&g, N, m->key, out, &scratch);
    const struct oddi_aggregate *a;

    for (size_t i = 0; ok && (a = oddi_aggregate_at(i)); i++)
        if (a->args[0] == 'k') {
            struct oddi_aggregate_args args = {
                .groups = g, .x = m->key, .out = out, .approx = approx, .scratch = &scratch};

            ok = a->eval(&args);
        }
    oddi_level_free(&level);
    oddi_feature_scratch_free(&scratch);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void test_memory(void **state)
{
    struct made *m = malloc(sizeof *m);

    (void)state;
    make(m, 2);
    assert_true(failalloc_sweep(story, m));
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_cap),    cmocka_unit_test(test_level),
        cmocka_unit_test(test_users), cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
