/* Isolation forest: scikit-learn's own trees to 1e-12, what must hold of trees grown here, and exact explanations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../oracle/iforest_trees.h"
#include "base/rng.h"
#include "detect/detect.h"
#include "detect/iforest_forest.h"

#define MAX_N 4000
#define MAX_D 6

static double x[MAX_N * MAX_D], sum[MAX_N], again[MAX_N];

static void fill(struct oddi_rng *r, size_t n, size_t d, int kind)
{
    for (size_t i = 0; i < n * d; i++) {
        double u = oddi_rng_double(r) + oddi_rng_double(r) + oddi_rng_double(r) - 1.5;

        x[i] = kind == 0 ? u : kind == 1 ? floor(u * 2) : kind == 2 && i % d == 0 ? 7 : exp(4 * u);
    }
}

static struct oddi_forest grow(const struct oddi_forest_rule *rule, size_t n, size_t d)
{
    struct oddi_forest f = {0};
    struct oddi_matrix z = {.x = x, .n = n, .d = d};

    assert_true(oddi_forest_grow(&f, rule, &z));
    return f;
}

static double threshold_of(const struct oddi_forest *f, size_t tree, size_t node)
{
    return ((const double *)f->threshold.at)[tree * f->n_nodes + node];
}

static size_t feature_of(const struct oddi_forest *f, size_t tree, size_t node)
{
    return ((const uint32_t *)f->feature.at)[tree * f->n_nodes + node];
}

/* ---- The same forest ------------------------------------------------------------------------------- */

/* Node `from` of a tree of scikit-learn, whose arrays begin at `base`, as our node `to`. */
static void plant(struct oddi_forest *f, const struct grown *g, size_t tree, size_t base, size_t from,
                  size_t to)
{
    size_t at = base + from;

    if (g->feature[at] < 0) {
        oddi_forest_set_leaf(f, tree, to, (size_t)g->rows[at]);
        return;
    }
    oddi_forest_set_split(f, tree, to, (uint32_t)g->feature[at], g->threshold[at]);
    plant(f, g, tree, base, (size_t)g->left[at], 2 * to);
    plant(f, g, tree, base, (size_t)g->right[at], 2 * to + 1);
}

static void forests_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof grown / sizeof *grown; k++) {
        const struct grown *g = &grown[k];
        struct oddi_forest f = {0};
        unsigned depth = 1;
        size_t base = 0;

        while ((size_t)1 << depth < g->max_samples)
            depth++;
        assert_true(oddi_forest_room(&f, g->n_trees, depth, g->d, g->max_samples));
        for (size_t t = 0; t < g->n_trees; base += (size_t)g->nodes[t++])
            plant(&f, g, t, base, 0, 1);
        oddi_forest_lengths(&f, g->x, g->n_asked, sum);
        for (size_t i = 0; i < g->n_asked; i++)
            assert_true(fabs(oddi_forest_score(&f, sum[i]) - g->score[i]) <= 1e-12);
        oddi_forest_free(&f);
    }
}

static void mean_search_lengths(void **state)
{
    (void)state;
    assert_true(oddi_forest_c(0) == 0 && oddi_forest_c(1) == 0 && oddi_forest_c(2) == 1);
    assert_true(fabs(oddi_forest_c(256) - 10.244770920119917) < 1e-14);
    /* c(n) = 2 H(n-1) - 2 (n-1)/n with the harmonic number approximated */
    for (size_t n = 3, k = 1; n < 1000; n++) {
        double harmonic = 0;

        for (k = 1; k < n; k++)
            harmonic += 1 / (double)k;
        assert_true(fabs(oddi_forest_c(n) - (2 * harmonic - 2 * (double)(n - 1) / (double)n)) <=
                    1.1 / (double)(n - 1));
    }
}

/* ---- Growing --------------------------------------------------------------------------------------- */

/* A tree as its definition has it, on rows that all reach node 1: splits part them for good; a node is a leaf only at
 * the limit, with one row, or with equal rows (in the features that the tree may use). */
static void expect_tree(const struct oddi_forest *f, size_t tree, size_t node, const size_t *rows, size_t n)
{
    size_t left[300], right[300], n_left = 0, n_right = 0, j;
    double threshold;

    if (node >= f->n_nodes)
        return;
    j = feature_of(f, tree, node);
    threshold = threshold_of(f, tree, node);
    if (isinf(threshold)) {
        bool equal = true;

        for (size_t k = 1; k < n; k++)
            equal &= memcmp(x + rows[k] * f->d, x + rows[0] * f->d, f->d * sizeof *x) == 0;
        assert_true(equal);
        for (size_t at = node; at < f->n_nodes; at *= 2)
            assert_true(isinf(threshold_of(f, tree, at)));
        return;
    }
    for (size_t k = 0; k < n; k++)
        if (x[rows[k] * f->d + j] <= threshold)
            left[n_left++] = rows[k];
        else
            right[n_right++] = rows[k];
    assert_true(n_left > 0 && n_right > 0);
    expect_tree(f, tree, 2 * node, left, n_left);
    expect_tree(f, tree, 2 * node + 1, right, n_right);
}

static void trees_are_isolation_trees(void **state)
{
    static size_t rows[MAX_N];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (size_t i = 0; i < MAX_N; i++)
        rows[i] = i;
    for (int round = 0; round < 40; round++) {
        size_t n = 1 + (size_t)oddi_rng_below(&r, 300), d = 1 + (size_t)oddi_rng_below(&r, MAX_D);
        struct oddi_forest_rule rule = {.n_trees = 5, .rows = n, .n_features = d, .seed = (uint64_t)round};
        struct oddi_forest f;

        fill(&r, n, d, round % 4);
        f = grow(&rule, n, d); /* every tree on all rows */
        for (size_t t = 0; t < 5; t++)
            expect_tree(&f, t, 1, rows, n);
        oddi_forest_free(&f);
    }
}

/* Path length of a row in one tree by the definition: steps until the leaf, plus c of the rows that are there. */
static double slow_length(const struct oddi_forest *f, size_t tree, const double *row, size_t n)
{
    double lo[MAX_D], hi[MAX_D];
    size_t node = 1, depth = 0, there = 0;

    for (size_t j = 0; j < f->d; j++) {
        lo[j] = -INFINITY;
        hi[j] = INFINITY;
    }
    for (; node < f->n_nodes && !isinf(threshold_of(f, tree, node)); depth++) {
        size_t j = feature_of(f, tree, node);
        double t = threshold_of(f, tree, node);

        if (row[j] <= t)
            hi[j] = t;
        else
            lo[j] = t;
        node = 2 * node + (row[j] > t);
    }
    for (size_t i = 0; i < n; i++) {
        bool in = true;

        for (size_t j = 0; j < f->d; j++)
            in &= x[i * f->d + j] > lo[j] && x[i * f->d + j] <= hi[j];
        there += in;
    }
    return (double)depth + oddi_forest_c(there);
}

static void lengths_by_the_definition(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    for (int round = 0; round < 20; round++) {
        size_t n = 2 + (size_t)oddi_rng_below(&r, 200), d = 1 + (size_t)oddi_rng_below(&r, MAX_D);
        struct oddi_forest_rule rule = {.n_trees = 7, .rows = n, .n_features = d, .seed = (uint64_t)round};
        struct oddi_forest f;

        fill(&r, n, d, round % 4);
        f = grow(&rule, n, d);
        oddi_forest_lengths(&f, x, n, sum);
        for (size_t i = 0; i < n; i += 3) {
            double slow = 0;

            for (size_t t = 0; t < 7; t++)
                slow += slow_length(&f, t, x + i * d, n);
            assert_true(fabs(sum[i] - slow) < 1e-10);
        }
        oddi_forest_free(&f);
    }
}

/* One row at a time, in blocks of any size, in plain C: the same bits. */
static void blocks_do_not_show(void **state)
{
    struct oddi_rng r;
    struct oddi_forest_rule rule = {.n_trees = 100, .rows = 256, .n_features = 4, .seed = 1};
    struct oddi_forest f;

    (void)state;
    oddi_rng_seed(&r, 3);
    fill(&r, MAX_N, 4, 0);
    f = grow(&rule, MAX_N, 4);
    oddi_forest_lengths(&f, x, MAX_N, sum);
    oddi_forest_lengths_portable(&f, x, MAX_N, again);
    assert_memory_equal(sum, again, sizeof sum);
    for (size_t i = 0, n; i < MAX_N; i += n) {
        n = 1 + (size_t)oddi_rng_below(&r, 30);
        n = n < MAX_N - i ? n : MAX_N - i;
        oddi_forest_lengths(&f, x + i * 4, n, again + i);
    }
    assert_memory_equal(sum, again, sizeof sum);
    oddi_forest_free(&f);
}

/* More different thresholds of a feature than 16 bits can number. */
static void check_many_thresholds(double *big, double *one, double *two, size_t n)
{
    for (size_t d = 1; d <= 8; d *= 2) {
        struct oddi_forest_rule rule = {.n_trees = 900, .rows = 256, .n_features = d, .seed = d};
        struct oddi_matrix m = {.x = big, .n = n, .d = d};
        struct oddi_forest f = {0};

        assert_true(oddi_forest_grow(&f, &rule, &m));
        assert_true(!f.ranked || !f.narrowed);
        oddi_forest_lengths(&f, big, n, one);
        oddi_forest_lengths_portable(&f, big, n, two);
        assert_memory_equal(one, two, sizeof *one * n);
        oddi_forest_free(&f);
    }
}

/* Very many rows are looked up by ranks (where the processor can): the same bits, for any number of features, depth of
 * trees, ties with thresholds, and fewer rows at a time. */
static void ranks_do_not_show(void **state)
{
    enum { N = 20000 };
    static const size_t rows[] = {1, 2, 20, 256, 1000};
    double *big = malloc(sizeof *big * N * 9), *one = malloc(sizeof *one * N), *two = malloc(sizeof *two * N);
    struct oddi_rng r;

    (void)state;
    assert_true(big && one && two);
    oddi_rng_seed(&r, 33);
    for (size_t i = 0; i < N * 9; i++)
        big[i] = i % 3 ? oddi_rng_double(&r) : floor(6 * oddi_rng_double(&r)) - 2;
    for (size_t d = 1; d <= 9; d++)
        for (size_t k = 0; k < 5; k++) {
            struct oddi_forest_rule rule = {.n_trees = 20, .rows = rows[k], .n_features = d, .seed = d};
            struct oddi_matrix m = {.x = big, .n = N, .d = d};
            struct oddi_forest f = {0};

            assert_true(oddi_forest_grow(&f, &rule, &m));
            for (size_t i = 0; i < N * d; i += 7) /* new rows, on thresholds and off */
                big[i] = i % 2 && f.n_nodes > 1 && !isinf(((double *)f.threshold.at)[1])
                             ? ((double *)f.threshold.at)[1]
                             : big[(i + 1) % (N * d)];
            oddi_forest_lengths(&f, big, N, one);
            oddi_forest_lengths_portable(&f, big, N, two);
            assert_memory_equal(one, two, sizeof *one * N);
            oddi_forest_lengths(&f, big, N - 77, one);
            assert_memory_equal(one, two, sizeof *one * (N - 77));
            oddi_forest_free(&f);
        }
    check_many_thresholds(big, one, two, N);
    free(big);
    free(one);
    free(two);
}

/* What the last tree was grown on: each row as often as any other; without replacement, none twice. */
static void rows_are_drawn_fairly(void **state)
{
    enum { N = 40, FORESTS = 4000 };

    (void)state;
    for (size_t i = 0; i < N; i++)
        x[i] = (double)i;
    for (int round = 0; round < 6; round++) {
        size_t rows = round % 3 == 0 ? 5 : round % 3 == 1 ? 30 : N, count[N] = {0}, twice = 0;
        struct oddi_forest f = {0};
        struct oddi_matrix z = {.x = x, .n = N, .d = 1};
        double expected = (double)FORESTS * (double)rows / N, chi2 = 0;

        for (uint64_t seed = 0; seed < FORESTS; seed++) {
            struct oddi_forest_rule rule = {
                .n_trees = 1, .rows = rows, .n_features = 1, .bootstrap = round >= 3, .seed = seed};
            bool seen[N] = {false};

            assert_true(oddi_forest_grow(&f, &rule, &z));
            for (size_t k = 0; k < rows; k++) {
                size_t row = (size_t)((double *)f.sample.at)[k];

                count[row]++;
                twice += seen[row];
                seen[row] = true;
            }
        }
        for (size_t i = 0; i < N; i++)
            chi2 += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
        assert_true(chi2 < 80); /* 39 degrees of freedom: beyond it once in 10,000 seeds */
        assert_true(round >= 3 ? twice > FORESTS / 6 : twice == 0);
        oddi_forest_free(&f);
    }
}

/* ---- The detector ---------------------------------------------------------------------------------- */

static void *new_state(const char *spec_text)
{
    const struct oddi_detector *det = oddi_detector_find("iforest");
    struct oddi_spec spec;
    void *s = calloc(1, det->state_size);

    assert_int_equal(oddi_spec_parse("detector", spec_text, det->params, det->n_params, &spec, NULL), ODD_OK);
    assert_int_equal(det->init(s, spec.values, NULL), ODD_OK);
    oddi_spec_clear(&spec);
    return s;
}

static void raw_scores(const char *spec, size_t n, size_t d, double *raw)
{
    const struct oddi_detector *det = oddi_detector_find("iforest");
    struct oddi_matrix z = {.x = x, .n = n, .d = d};
    struct oddi_judged out = {.raw = raw};
    void *s = new_state(spec);

    assert_int_equal(det->fit(s, &z, &out, NULL), ODD_OK);
    det->clear(s);
    free(s);
}

static void seeds(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    fill(&r, 500, 3, 0);
    raw_scores("iforest:seed=5", 500, 3, sum);
    raw_scores("iforest:random_state=5", 500, 3, again);
    assert_memory_equal(sum, again, 500 * sizeof *sum);
    raw_scores("iforest:seed=6", 500, 3, again);
    assert_true(memcmp(sum, again, 500 * sizeof *sum) != 0);
    raw_scores("iforest", 500, 3, sum);
    raw_scores("iforest:n_estimators=100,max_samples=256,max_features=3,bootstrap=no,seed=0", 500, 3, again);
    assert_memory_equal(sum, again, 500 * sizeof *sum);
    raw_scores("iforest:max_samples=0.512,max_features=1.0", 500, 3, again);
    assert_memory_equal(sum, again, 500 * sizeof *sum);
    raw_scores("iforest:bootstrap=yes", 500, 3, again);
    assert_true(memcmp(sum, again, 500 * sizeof *sum) != 0);
}

/* A tree of one feature asks no other; a constant feature is never asked. */
static void features_are_limited(void **state)
{
    struct oddi_rng r;
    struct oddi_forest_rule rule = {.n_trees = 60, .rows = 100, .n_features = 1, .seed = 1};
    struct oddi_forest f;
    size_t asked[4] = {0};

    (void)state;
    oddi_rng_seed(&r, 5);
    fill(&r, 100, 4, 2);
    f = grow(&rule, 100, 4);
    for (size_t t = 0; t < 60; t++) {
        size_t own = feature_of(&f, t, 1);

        asked[own] += !isinf(threshold_of(&f, t, 1));
        for (size_t node = 1; node < f.n_nodes; node++)
            assert_true(isinf(threshold_of(&f, t, node)) || feature_of(&f, t, node) == own);
    }
    assert_true(asked[0] == 0 && asked[1] > 5 && asked[2] > 5 && asked[3] > 5);
    oddi_forest_free(&f);
}

static void wrong_parameters(void **state)
{
    static const char *const wrong[] = {"iforest:max_samples=0",    "iforest:max_samples=many",
                                        "iforest:max_samples=1.5",  "iforest:max_samples=-3",
                                        "iforest:max_features=0",   "iforest:max_features=",
                                        "iforest:max_features=2.5", "iforest:random_state=x",
                                        "iforest:random_state=-1",  "iforest:max_samples=20000000"};
    const struct oddi_detector *det = oddi_detector_find("iforest");

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct oddi_spec spec;
        struct odd_error err = ODD_ERROR_INIT;
        void *s = calloc(1, det->state_size);

        assert_int_equal(oddi_spec_parse("detector", wrong[i], det->params, det->n_params, &spec, &err),
                         ODD_OK);
        assert_int_equal(det->init(s, spec.values, &err), ODD_ERR_USAGE);
        assert_non_null(strstr(err.message, "iforest: "));
        oddi_spec_clear(&spec);
        free(s);
    }
}

/* ---- Explanations ---------------------------------------------------------------------------------- */

static void shares_add_up(void **state)
{
    struct oddi_rng r;
    double shorter[MAX_D];

    (void)state;
    oddi_rng_seed(&r, 6);
    for (int round = 0; round < 30; round++) {
        size_t n = 2 + (size_t)oddi_rng_below(&r, 600), d = 1 + (size_t)oddi_rng_below(&r, MAX_D);
        struct oddi_forest_rule rule = {
            .n_trees = 50, .rows = n < 256 ? n : 256, .n_features = d, .seed = (uint64_t)round};
        struct oddi_forest f;

        fill(&r, n, d, round % 4);
        f = grow(&rule, n, d);
        oddi_forest_lengths(&f, x, n, sum);
        for (size_t i = 0; i < n; i += 7) {
            double total = 0;

            oddi_forest_shorter(&f, x + i * d, shorter);
            for (size_t j = 0; j < d; j++)
                total += shorter[j];
            assert_true(fabs(total - (oddi_forest_base(&f) - sum[i] / 50)) < 1e-11);
            assert_true(round % 4 != 2 || shorter[0] == 0); /* a constant feature explains nothing */
        }
        oddi_forest_free(&f);
    }
}

/* A row that is far in one feature alone owes its short paths to it. */
static void the_far_feature_explains(void **state)
{
    struct oddi_rng r;
    double shorter[4];
    struct oddi_forest_rule rule = {.n_trees = 200, .rows = 256, .n_features = 4, .seed = 3};
    struct oddi_forest f;

    (void)state;
    oddi_rng_seed(&r, 7);
    fill(&r, 256, 4, 0);
    for (size_t j = 0; j < 4; j++)
        x[j] = j == 2 ? 12 : 0;
    f = grow(&rule, 256, 4);
    oddi_forest_shorter(&f, x, shorter);
    for (size_t j = 0; j < 4; j++)
        assert_true(j == 2 || shorter[j] < shorter[2] / 5);
    oddi_forest_free(&f);
}

static bool below(const void *ctx, double score)
{
    return score < *(const double *)ctx;
}

static double score_at(const struct oddi_forest *f, const double *row, size_t j, double v)
{
    double other[MAX_D], length;

    memcpy(other, row, f->d * sizeof *row);
    other[j] = v;
    oddi_forest_lengths(f, other, 1, &length);
    return oddi_forest_score(f, length);
}

/* Every value at which a score can change is a threshold or the next double: tries them all. */
static double slow_normal_at(const struct oddi_forest *f, const double *row, size_t j, double limit)
{
    double best = NAN;

    if (score_at(f, row, j, row[j]) < limit)
        return row[j];
    for (size_t t = 0; t < f->n_trees; t++)
        for (size_t node = 1; node < f->n_nodes; node++) {
            double at = threshold_of(f, t, node), next = nextafter(at, INFINITY), v = at < row[j] ? at : next;

            if (isinf(at) || feature_of(f, t, node) != j || score_at(f, row, j, v) >= limit)
                continue;
            if (isnan(best) || fabs(v - row[j]) < fabs(best - row[j]) ||
                (fabs(v - row[j]) == fabs(best - row[j]) && v < best))
                best = v;
        }
    return best;
}

static void normal_values_are_the_nearest(void **state)
{
    struct oddi_rng r;
    size_t found = 0, none = 0;

    (void)state;
    oddi_rng_seed(&r, 8);
    for (int round = 0; round < 200; round++) {
        size_t n = 20 + (size_t)oddi_rng_below(&r, 200), d = 1 + (size_t)oddi_rng_below(&r, 4);
        struct oddi_forest_rule rule = {
            .n_trees = 10, .rows = n < 64 ? n : 64, .n_features = d, .seed = (uint64_t)round};
        struct oddi_forest f;
        double row[MAX_D], limit = 0.42 + 0.04 * (double)(round % 7), got, want;

        fill(&r, n, d, round % 4);
        f = grow(&rule, n, d);
        for (size_t j = 0; j < d; j++)
            row[j] = round % 2 ? x[j] * 3 : x[j];
        for (size_t j = 0; j < d; j++) {
            assert_true(oddi_forest_normal_at(&f, row, j, below, &limit, &got));
            want = slow_normal_at(&f, row, j, limit);
            assert_true(got == want || (isnan(got) && isnan(want)));
            found += !isnan(want) && want != row[j];
            none += isnan(want);
        }
        oddi_forest_free(&f);
    }
    printf("%zu found, %zu have none\n", found, none);
    assert_true(found > 30 && none > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forests_of_scikit_learn),
        cmocka_unit_test(mean_search_lengths),
        cmocka_unit_test(trees_are_isolation_trees),
        cmocka_unit_test(lengths_by_the_definition),
        cmocka_unit_test(blocks_do_not_show),
        cmocka_unit_test(ranks_do_not_show),
        cmocka_unit_test(rows_are_drawn_fairly),
        cmocka_unit_test(seeds),
        cmocka_unit_test(features_are_limited),
        cmocka_unit_test(wrong_parameters),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(the_far_feature_explains),
        cmocka_unit_test(normal_values_are_the_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
