/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "eval/bootstrap.h"
#include "failalloc.h"

#define N      600
#define GROUPS 40
#define DRAWS  200

struct sample {
    double score[N];
    uint8_t label[N];
    uint32_t group[N];
};

static void make(struct sample *s, uint64_t seed)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    for (size_t i = 0; i < N; i++) {
        bool bad;

        s->group[i] = (uint32_t)oddi_rng_below(&r, GROUPS - 2) + 1; /* 0 and the last have no rows */
        bad = s->group[i] % 5 == 1 && oddi_rng_below(&r, 2);
        s->label[i] = bad ? ODDI_LABEL_POSITIVE : (uint8_t)oddi_rng_below(&r, 2);
        s->score[i] = (double)oddi_rng_below(&r, 30) + 8 * bad;
        if (s->group[i] == 7)
            s->label[i] = ODDI_LABEL_IGNORE;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Each replicate written out as rows and ranked afresh. */
static void slow(const struct sample *s, const struct oddi_bootstrap *b, struct oddi_interval *auc)
{
    static double score[N * GROUPS], measure[DRAWS + 1];
    static uint8_t label[N * GROUPS];
    uint32_t stratum[2][GROUPS];
    size_t size[2] = {0, 0};
    struct oddi_ranking r = {0};
    struct oddi_rng rng;

    for (uint32_t g = 0; g < GROUPS; g++) {
        int best = 0;

        for (size_t i = 0; i < N; i++)
            if (s->group[i] == g && s->label[i] > best)
                best = s->label[i];
        if (best)
            stratum[best - 1][size[best - 1]++] = g;
    }
    oddi_rng_seed(&rng, b->seed);
    for (size_t k = 0; k < b->replicates; k++) {
        struct oddi_eval_rows rows = {0, score, label, NULL};
        struct oddi_measures m;

        for (int t = 0; t < 2; t++)
            for (size_t d = 0; d < size[t]; d++) {
                uint32_t g = stratum[t][oddi_rng_below(&rng, size[t])];

                for (size_t i = 0; i < N; i++)
                    if (s->group[i] == g) {
                        score[rows.n] = s->score[i];
                        label[rows.n++] = s->label[i];
                    }
            }
        assert_true(oddi_ranking_fit(&r, &rows));
        oddi_ranking_measure(&r, NULL, &m);
        measure[k] = m.roc_auc;
    }
    qsort(measure, b->replicates, sizeof *measure, compare);
    auc->low = measure[10]; /* of 201: q = 0.05 and 0.95 */
    auc->high = measure[190];
    oddi_ranking_free(&r);
}

static void as_drawn_rows(void **state)
{
    static struct sample s;
    struct oddi_bootstrap b = {.replicates = DRAWS + 1, .confidence = 0.9};
    struct oddi_bootstrap_result got, again;
    struct oddi_interval want;
    struct oddi_ranking r = {0};
    struct oddi_measures m;

    (void)state;
    for (b.seed = 1; b.seed < 6; b.seed++) {
        struct oddi_eval_rows rows = {N, s.score, s.label, NULL};

        make(&s, b.seed);
        assert_true(oddi_ranking_fit(&r, &rows));
        assert_true(oddi_bootstrap(&b, &r, s.group, GROUPS, &got));
        assert_true(oddi_bootstrap(&b, &r, s.group, GROUPS, &again));
        assert_memory_equal(&got, &again, sizeof got);
        slow(&s, &b, &want);
        assert_true(fabs(got.roc_auc.low - want.low) < 1e-12 && fabs(got.roc_auc.high - want.high) < 1e-12);
        assert_int_equal(got.groups, GROUPS - 3);
        assert_int_equal(got.positive_groups, 8);
        oddi_ranking_measure(&r, NULL, &m);
        assert_true(got.average_precision.low < m.average_precision &&
                    m.average_precision < got.average_precision.high);
        assert_true(got.roc_auc.low < m.roc_auc && m.roc_auc < got.roc_auc.high);
        assert_true(got.max_f1.low <= got.max_f1.high && got.precision_at_n.low <= got.precision_at_n.high);
    }
    oddi_ranking_free(&r);
}

/* Rows of one host are alike: their interval must be that of one row a host. */
static void groups_not_rows(void **state)
{
    static double score[1000];
    static uint8_t label[1000];
    static uint32_t group[1000];
    struct oddi_bootstrap b = {3, 400, 0.95};
    struct oddi_bootstrap_result few, many;
    struct oddi_ranking r = {0};

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        group[i] = (uint32_t)(i % 20);
        label[i] = group[i] < 6 ? ODDI_LABEL_POSITIVE : ODDI_LABEL_NEGATIVE;
        score[i] = group[i] * 7 % 20;
    }
    assert_true(oddi_ranking_fit(&r, &(struct oddi_eval_rows){20, score, label, NULL}));
    assert_true(oddi_bootstrap(&b, &r, group, 20, &few));
    assert_true(oddi_ranking_fit(&r, &(struct oddi_eval_rows){1000, score, label, NULL}));
    assert_true(oddi_bootstrap(&b, &r, group, 20, &many));
    assert_true(fabs(few.roc_auc.low - many.roc_auc.low) < 1e-12);
    assert_true(fabs(few.roc_auc.high - many.roc_auc.high) < 1e-12);
    assert_true(few.roc_auc.high - few.roc_auc.low > 0.2);
    oddi_ranking_free(&r);
}

static void nothing_to_draw(void **state)
{
    struct oddi_bootstrap b = {1, 20, 0.95};
    struct oddi_bootstrap_result got;
    struct oddi_ranking r = {0};
    static const double score[] = {1, 2};
    static const uint8_t label[] = {1, 1};
    static const uint32_t group[] = {0, 0};

    (void)state;
    assert_true(oddi_ranking_fit(&r, &(struct oddi_eval_rows){0, score, label, NULL}));
    assert_true(oddi_bootstrap(&b, &r, group, 0, &got));
    assert_true(got.groups == 0 && isnan(got.roc_auc.low) && isnan(got.max_f1.high));
    assert_true(oddi_ranking_fit(&r, &(struct oddi_eval_rows){2, score, label, NULL}));
    assert_true(oddi_bootstrap(&b, &r, group, 1, &got));
    assert_true(got.groups == 1 && got.positive_groups == 0 && isnan(got.average_precision.low));
    oddi_ranking_free(&r);
}

static enum odd_status story(void *ctx)
{
    const struct sample *s = ctx;
    struct oddi_bootstrap b = {1, 5, 0.95};
    struct oddi_bootstrap_result got;
    struct oddi_ranking r = {0};
    bool ok = oddi_ranking_fit(&r, &(struct oddi_eval_rows){N, s->score, s->label, NULL}) &&
              oddi_bootstrap(&b, &r, s->group, GROUPS, &got);

    oddi_ranking_free(&r);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static struct sample s;

    (void)state;
    make(&s, 1);
    assert_true(failalloc_sweep(story, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_drawn_rows),
        cmocka_unit_test(groups_not_rows),
        cmocka_unit_test(nothing_to_draw),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
