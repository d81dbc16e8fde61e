/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "eval/ranking.h"
#include "failalloc.h"

#define MAX_N 5000

struct sample {
    size_t n;
    double score[MAX_N], weight[MAX_N];
    uint8_t label[MAX_N];
};

static struct oddi_eval_rows rows_of(const struct sample *s, bool weighted)
{
    return (struct oddi_eval_rows){s->n, s->score, s->label, weighted ? s->weight : NULL};
}

static bool close_to(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12;
}

static struct oddi_measures measured(const struct sample *s, bool weighted)
{
    struct oddi_eval_rows rows = rows_of(s, weighted);
    struct oddi_ranking r = {0};
    struct oddi_measures m;

    assert_true(oddi_ranking_fit(&r, &rows));
    oddi_ranking_measure(&r, NULL, &m);
    oddi_ranking_free(&r);
    return m;
}

/* ---- scikit-learn ------------------------------------------------------------------------------------- */

static const struct vector {
    int id, kept;
    double value[6];
} vectors[] = {
#include "../../oracle/eval_vectors.h"
};

static const size_t sizes[] = {4, 5, 10, 47, 48, 49, 300, 5000};
static const double rates[] = {0.5, 0.1, 0.9, 0.02};

static double uniform(uint64_t *state)
{
    return (double)(oddi_splitmix64(state) >> 11) * 0x1p-53;
}

static double score_of(int kind, double u, bool positive)
{
    double shift = positive ? 0.25 : 0;

    switch (kind) {
    case 0:
        return u + shift;
    case 1:
        return (double)(int)((u + shift) * 10);
    case 2:
        return 7;
    case 3:
        return (u - 0.5) * 1e300;
    case 4:
        return u < 0.9 ? 0 : u + shift;
    default:
        return -1 / (u + 1e-9);
    }
}

/* The rows of eval_vectors.py. */
static void make(int id, struct sample *s)
{
    uint64_t state = (uint64_t)id;
    double rate = rates[id / 8 % 4];

    s->n = sizes[id % 8];
    for (size_t i = 0; i < s->n; i++) {
        double a = uniform(&state), b = uniform(&state), c = uniform(&state);
        bool positive = (a < rate || i == 0) && i != 1;

        s->label[i] = positive ? ODDI_LABEL_POSITIVE : ODDI_LABEL_NEGATIVE;
        if (i > 1 && a > 0.95)
            s->label[i] = ODDI_LABEL_IGNORE;
        s->score[i] = score_of(id % 6, b, positive);
        s->weight[i] = (1 + (int)(c * 5)) / 4.0;
    }
}

static void as_scikit_learn(void **state)
{
    static struct sample s;

    (void)state;
    for (size_t k = 0; k < sizeof vectors / sizeof *vectors; k++) {
        make(vectors[k].id, &s);
        for (int weighted = 0; weighted < 2; weighted++) {
            const double *want = vectors[k].value + 3 * weighted;
            struct oddi_measures m = measured(&s, weighted);

            assert_true(weighted || m.positives + m.negatives == vectors[k].kept);
            assert_true(close_to(m.roc_auc, want[0]));
            assert_true(close_to(m.average_precision, want[1]));
            assert_true(close_to(m.max_f1, want[2]));
        }
    }
}

/* ---- The definitions, by counting ---------------------------------------------------------------------- */

static double slow_auc(const struct sample *s)
{
    double pairs = 0, right = 0;

    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->n; k++) {
            double w = s->weight[i] * s->weight[k];

            if (s->label[i] != ODDI_LABEL_POSITIVE || s->label[k] != ODDI_LABEL_NEGATIVE)
                continue;
            pairs += w;
            right += s->score[i] > s->score[k] ? w : s->score[i] == s->score[k] ? w / 2 : 0;
        }
    return right / pairs;
}

struct slow {
    double positives, negatives;
    double ap, f1, threshold, precision_at_n;
};

/* Weight of a class with scores above (or at) t. */
static double above(const struct sample *s, int label, double t, bool at)
{
    double sum = 0;

    for (size_t i = 0; i < s->n; i++)
        if (s->label[i] == label && (s->score[i] > t || (at && s->score[i] == t)))
            sum += s->weight[i];
    return sum;
}

/* Each distinct score as a threshold. */
static void slow_measures(const struct sample *s, struct slow *out)
{
    *out = (struct slow){.positives = above(s, ODDI_LABEL_POSITIVE, -INFINITY, true),
                         .negatives = above(s, ODDI_LABEL_NEGATIVE, -INFINITY, true),
                         .f1 = -1};
    for (size_t i = 0; i < s->n; i++) {
        double t = s->score[i], p = above(s, ODDI_LABEL_POSITIVE, t, true), p0, n, n0, f1;
        bool again = s->label[i] == ODDI_LABEL_IGNORE;

        for (size_t k = 0; k < i; k++)
            again = again || (s->label[k] != ODDI_LABEL_IGNORE && s->score[k] == t);
        if (again)
            continue;
        n = above(s, ODDI_LABEL_NEGATIVE, t, true);
        p0 = above(s, ODDI_LABEL_POSITIVE, t, false);
        n0 = above(s, ODDI_LABEL_NEGATIVE, t, false);
        out->ap += (p - p0) / out->positives * (p / (p + n));
        f1 = 2 * p / (out->positives + p + n);
        if (f1 > out->f1 + 1e-15 || (fabs(f1 - out->f1) <= 1e-15 && t > out->threshold)) {
            out->f1 = f1;
            out->threshold = t;
        }
        if (p0 + n0 < out->positives && p + n >= out->positives)
            out->precision_at_n =
                (p0 + (p - p0) * (out->positives - p0 - n0) / (p - p0 + n - n0)) / out->positives;
    }
}

static void the_definitions(void **state)
{
    static struct sample s;

    (void)state;
    for (int id = 0; id < 96; id++) {
        struct oddi_measures m;
        struct slow slow;
        double base;

        make(id, &s);
        if (s.n > 300)
            continue;
        slow_measures(&s, &slow);
        m = measured(&s, true);
        base = slow.positives / (slow.positives + slow.negatives);
        assert_true(close_to(m.positives, slow.positives) && close_to(m.negatives, slow.negatives));
        assert_true(close_to(m.base_rate, base));
        assert_true(close_to(m.roc_auc, slow_auc(&s)));
        assert_true(close_to(m.average_precision, slow.ap));
        assert_true(close_to(m.adjusted_ap, (slow.ap - base) / (1 - base)));
        assert_true(close_to(m.precision_at_n, slow.precision_at_n));
        assert_true(close_to(m.adjusted_pn, (slow.precision_at_n - base) / (1 - base)));
        assert_true(close_to(m.max_f1, slow.f1) && m.max_f1_threshold == slow.threshold);
    }
}

/* Campos et al.: Hepatitis, 3 outliers of 70, P@n 1/3. */
static void adjusted_for_chance(void **state)
{
    static struct sample s = {.n = 70};
    struct oddi_measures m;

    (void)state;
    for (size_t i = 0; i < 70; i++) {
        s.score[i] = -(double)i;
        s.label[i] = i == 1 || i > 67 ? ODDI_LABEL_POSITIVE : ODDI_LABEL_NEGATIVE;
    }
    m = measured(&s, false);
    assert_true(fabs(m.precision_at_n - 1.0 / 3) < 1e-15);
    assert_true(fabs(m.adjusted_pn - 0.30348) < 5e-6);
}

/* ---- What must not matter -------------------------------------------------------------------------------- */

static void order_never_shows(void **state)
{
    static struct sample s;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int id = 5; id < 96; id += 8) {
        struct oddi_measures a, b;

        make(id, &s);
        a = measured(&s, false);
        for (size_t i = s.n; i > 1; i--) {
            size_t k = oddi_rng_below(&r, i);
            double x = s.score[k];
            uint8_t l = s.label[k];

            s.score[k] = s.score[i - 1];
            s.label[k] = s.label[i - 1];
            s.score[i - 1] = x;
            s.label[i - 1] = l;
        }
        b = measured(&s, false);
        assert_memory_equal(&a, &b, sizeof a);
    }
}

/* A row of weight 3 is three rows. */
static void weights_are_repetitions(void **state)
{
    static struct sample s, three;

    (void)state;
    for (int id = 4; id < 96; id += 8) {
        make(id, &s);
        three.n = 0;
        for (size_t i = 0; i < s.n; i++) {
            s.weight[i] = (double)(i % 4);
            for (size_t k = 0; k < i % 4; k++) {
                three.score[three.n] = s.score[i];
                three.label[three.n++] = s.label[i];
            }
        }
        struct oddi_measures a = measured(&s, true), b = measured(&three, false);
        assert_true(close_to(a.roc_auc, b.roc_auc) && close_to(a.average_precision, b.average_precision));
        assert_true(close_to(a.precision_at_n, b.precision_at_n) && close_to(a.max_f1, b.max_f1));
        assert_true(a.positives == b.positives && a.max_f1_threshold == b.max_f1_threshold);
    }
}

/* Scores without a value count as the lowest, infinite ones as what they are. */
static void scores_without_a_value(void **state)
{
    static struct sample s, finite;

    (void)state;
    for (size_t n = 8; n <= 4096; n *= 8) {
        s.n = finite.n = n;
        for (size_t i = 0; i < n; i++) {
            static const double of[] = {NAN, 3, INFINITY, -INFINITY, -0.0, 0.0, 1e308};
            static const double as[] = {-9, 3, 10, -9, 0, 0, 9};

            s.score[i] = of[i % 7];
            finite.score[i] = as[i % 7];
            s.label[i] = finite.label[i] = (uint8_t)(i * 5 % 11 % 3);
        }
        struct oddi_measures a = measured(&s, false), b = measured(&finite, false);
        a.max_f1_threshold = b.max_f1_threshold = 0;
        assert_memory_equal(&a, &b, sizeof a);
    }
}

/* ---- Edges -------------------------------------------------------------------------------------------------- */

static void too_few_rows(void **state)
{
    static struct sample s;
    struct oddi_measures m = measured(&s, false);

    (void)state;
    assert_true(m.positives == 0 && isnan(m.roc_auc) && isnan(m.average_precision) && isnan(m.max_f1) &&
                isnan(m.precision_at_n));
    s.n = 2;
    s.label[0] = s.label[1] = ODDI_LABEL_IGNORE;
    m = measured(&s, false);
    assert_true(m.negatives == 0 && isnan(m.average_precision) && isnan(m.base_rate));
    s.label[0] = ODDI_LABEL_NEGATIVE;
    m = measured(&s, false);
    assert_true(m.negatives == 1 && isnan(m.average_precision) && isnan(m.roc_auc) && isnan(m.max_f1));
    s.label[0] = ODDI_LABEL_POSITIVE;
    m = measured(&s, false);
    assert_true(m.average_precision == 1 && m.max_f1 == 1 && m.precision_at_n == 1 && isnan(m.roc_auc) &&
                isnan(m.adjusted_ap));
}

static void constant_scores_say_nothing(void **state)
{
    static struct sample s;
    struct oddi_measures m;

    (void)state;
    s.n = 100;
    for (size_t i = 0; i < 100; i++)
        s.label[i] = i < 20 ? ODDI_LABEL_POSITIVE : ODDI_LABEL_NEGATIVE;
    m = measured(&s, false);
    assert_true(m.roc_auc == 0.5 && m.average_precision == 0.2 && m.precision_at_n == 0.2);
    assert_true(fabs(m.adjusted_ap) < 1e-15);
}

static void precision_of_the_first(void **state)
{
    static const double score[] = {9, 8, 8, 8, 1};
    static const uint8_t label[] = {2, 2, 1, 1, 2};
    struct oddi_eval_rows rows = {5, score, label, NULL}, none = {0, score, label, NULL};
    struct oddi_ranking r = {0};

    (void)state;
    assert_true(oddi_ranking_fit(&r, &rows));
    assert_true(oddi_ranking_precision(&r, 1) == 1);
    assert_true(close_to(oddi_ranking_precision(&r, 2), (1 + 1.0 / 3) / 2));
    assert_true(oddi_ranking_precision(&r, 4) == 0.5);
    assert_true(oddi_ranking_precision(&r, 5) == 0.6 && oddi_ranking_precision(&r, 50) == 0.6);
    assert_true(oddi_ranking_fit(&r, &none) && isnan(oddi_ranking_precision(&r, 1)));
    oddi_ranking_free(&r);
}

static enum odd_status story(void *ctx)
{
    struct oddi_eval_rows rows = rows_of(ctx, true), few = rows;
    struct oddi_ranking r = {0};
    bool ok;

    few.n = 100;
    ok = oddi_ranking_fit(&r, &few) && oddi_ranking_fit(&r, &rows);
    oddi_ranking_free(&r);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static struct sample s;

    (void)state;
    make(7, &s);
    assert_true(failalloc_sweep(story, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_scikit_learn),
        cmocka_unit_test(the_definitions),
        cmocka_unit_test(adjusted_for_chance),
        cmocka_unit_test(order_never_shows),
        cmocka_unit_test(weights_are_repetitions),
        cmocka_unit_test(scores_without_a_value),
        cmocka_unit_test(too_few_rows),
        cmocka_unit_test(constant_scores_say_nothing),
        cmocka_unit_test(precision_of_the_first),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
