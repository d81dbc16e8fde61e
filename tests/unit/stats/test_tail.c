/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "failalloc.h"
#include "stats/moments.h"
#include "stats/tail.h"

#define MAX_N 5000

struct rule {
    enum oddi_seen seen;
    double shape;
};

static const struct rule rules[] = {
    {ODDI_SEEN_PLAIN, 0.25}, {ODDI_SEEN_ROOT, 0.2}, {ODDI_SEEN_BENT, 0.45}, {ODDI_SEEN_LENGTH, 0.35}};

static double slow_seen(enum oddi_seen how, double raw)
{
    switch (how) {
    case ODDI_SEEN_ROOT:
        return pow(fmax(raw, 0), 0.5);
    case ODDI_SEEN_BENT:
        return fmax(raw, 0) * 25 / (25 + fmax(raw, 0));
    case ODDI_SEEN_LENGTH:
        return pow(log2(raw), -2);
    default:
        return raw;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The definition, by counting. */
static double slow_surprise(const double *raw, size_t n, struct rule rule, double v)
{
    static double s[MAX_N], excess[MAX_N];
    double x = slow_seen(rule.seen, v), u, above = 0, equal = 0, median, width;
    size_t m = 0, at = 0;

    for (size_t i = 0; i < n; i++) {
        s[i] = slow_seen(rule.seen, raw[i]);
        above += s[i] > x;
        equal += s[i] == x;
    }
    qsort(s, n, sizeof *s, ascending);
    while ((double)(at + 1) < 0.95 * (double)n && at + 2 < n)
        at++;
    u = s[at];
    for (size_t i = 0; i < n; i++)
        if (s[i] > u)
            excess[m++] = s[i] - u;
    if (x <= u)
        return -log((above + equal / 2 + 0.5) / ((double)n + 1));
    median = oddi_quantile(s, n, 0.5);
    width = u - median;
    if (m > 1 || width <= 0)
        width = fmax(width, m > 0 ? excess[(m - 1) / 2] : 0);
    return -log(((double)m + 0.5) / ((double)n + 1) *
                pow(1 + (x - u) / width, -1 / (rule.shape * (1 + pow(10 / (double)n, 1.5)))));
}

static double slow_score(double s, size_t n)
{
    double s75 = log(100 * (double)n);

    return s < s75 ? 75 * s / s75 : 100 - 25 * s75 / s;
}

enum { NORMAL, EXPONENTIAL, LOGNORMAL, COUNTS, ZEROS, KINDS };

static double draw(struct oddi_rng *r, int kind)
{
    double u = oddi_rng_double(r), v = oddi_rng_double(r);
    double normal = sqrt(-2 * log1p(-u)) * cos(2 * 3.141592653589793 * v);

    switch (kind) {
    case NORMAL:
        return normal;
    case EXPONENTIAL:
        return -log1p(-u);
    case LOGNORMAL:
        return exp(normal);
    case COUNTS:
        return log1p(floor(exp(2 * normal)));
    default:
        return v < 0.97 ? 0 : floor(10 * u);
    }
}

static void the_definition(void **state)
{
    static const size_t sizes[] = {2, 3, 19, 20, 21, 50, 400};
    static double x[400], scores[400];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int round = 0; round < 7 * KINDS * 4; round++) {
        size_t n = sizes[round % 7];
        struct rule rule = rules[round / 7 / KINDS];

        for (size_t i = 0; i < n; i++)
            x[i] = draw(&r, round / 7 % KINDS);
        x[0] += 0.5; /* no population is constant here */
        for (size_t i = 0; rule.seen == ODDI_SEEN_LENGTH && i < n; i++)
            x[i] = exp2(-1 / (1 + fabs(x[i])));
        assert_true(oddi_tail_fit(&t, x, n, rule.seen, rule.shape));
        oddi_tail_scores(&t, scores);
        for (size_t i = 0; i < n; i++)
            assert_true(scores[i] == oddi_tail_score(&t, x[i]));
        for (size_t i = 0; i < 2 * n; i++) {
            double v = i < n ? x[i] : draw(&r, LOGNORMAL) * 3 - 1, want;

            v = rule.seen == ODDI_SEEN_LENGTH && i >= n ? exp2(-1 / (1 + fabs(v))) : v;
            want = slow_surprise(x, n, rule, v);
            assert_true(fabs(oddi_tail_surprise(&t, v) - want) <= 1e-6 * (1 + want));
            assert_true(fabs(oddi_tail_score(&t, v) - slow_score(want, n)) <= 1e-6 * 100);
        }
    }
    oddi_tail_free(&t);
}

static void odder_is_rarer(void **state)
{
    static double x[MAX_N];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    for (int round = 0; round < 3 * KINDS; round++) {
        struct rule rule = rules[round / KINDS];
        double last = 0, last_score = 0, border;

        for (size_t i = 0; i < MAX_N; i++)
            x[i] = draw(&r, round % KINDS);
        assert_true(oddi_tail_fit(&t, x, MAX_N, rule.seen, rule.shape));
        for (double v = -20; v < 1e5; v += 0.01 + fabs(v) / 100) {
            double s = oddi_tail_surprise(&t, v), score = oddi_tail_score(&t, v);

            assert_true(s >= last && score >= last_score && score <= 100 && score != 75);
            last = s;
            last_score = score;
        }
        assert_true(oddi_tail_score(&t, INFINITY) >= last_score);
        assert_true(rule.seen != ODDI_SEEN_PLAIN || oddi_tail_score(&t, -INFINITY) < 1);
        border = oddi_tail_border(&t);
        if (isinf(border)) { /* bent: no score is that high */
            assert_true(rule.seen == ODDI_SEEN_BENT && oddi_tail_score(&t, 1e300) < 75);
            continue;
        }
        assert_true(oddi_tail_score(&t, border - 1e-9 * (1 + fabs(border))) < 75);
        assert_true(oddi_tail_score(&t, border + 1e-9 * (1 + fabs(border))) > 75);
        assert_true(fabs(oddi_tail_surprise(&t, border) - log(100.0 * MAX_N)) < 1e-9);
    }
    oddi_tail_free(&t);
}

static void too_little_to_compare(void **state)
{
    static double x[100];
    struct oddi_tail t = {0};

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        assert_true(oddi_tail_fit(&t, x, n, ODDI_SEEN_PLAIN, 0.25));
        assert_true(isnan(oddi_tail_surprise(&t, 1)) && isnan(oddi_tail_score(&t, 1)) &&
                    isnan(oddi_tail_border(&t)));
    }
    for (size_t n = 2; n <= 100; n += 49) { /* constant */
        assert_true(oddi_tail_fit(&t, x, n, ODDI_SEEN_PLAIN, 0.25));
        assert_true(fabs(oddi_tail_surprise(&t, 0) - log(2)) < 1e-12 && oddi_tail_score(&t, -1) < 3);
        assert_true(oddi_tail_score(&t, 1e-300) == 100 && oddi_tail_border(&t) == 0);
    }
    oddi_tail_free(&t);
}

/* One host with one failure among hosts without: rare, not infinitely so. */
static void one_among_zeros(void **state)
{
    static double x[336];
    struct oddi_tail t = {0};

    (void)state;
    x[7] = 1;
    assert_true(oddi_tail_fit(&t, x, 336, ODDI_SEEN_PLAIN, 0.25));
    assert_true(oddi_tail_score(&t, 1) > 50 && oddi_tail_score(&t, 1) < 75);
    assert_true(oddi_tail_score(&t, 4) > 75);
    oddi_tail_free(&t);
}

static void huge_scores(void **state)
{
    double x[60];
    struct oddi_tail t = {0};

    (void)state;
    for (int i = 0; i < 60; i++)
        x[i] = i < 50 ? i : i < 58 ? 1e300 : INFINITY;
    assert_true(oddi_tail_fit(&t, x, 60, ODDI_SEEN_PLAIN, 0.25));
    for (int i = 1; i < 60; i++)
        assert_true(oddi_tail_score(&t, x[i]) >= oddi_tail_score(&t, x[i - 1]));
    assert_true(isfinite(oddi_tail_surprise(&t, INFINITY)));
    oddi_tail_free(&t);
}

/* One window in a hundred has a row at 75 or above among rows that are all alike, where the shape is that of the tail or
 * heavier. With 300 windows, 8 are more than chance allows of 1 %. Where all but a few rows are 0, the few are too few to tell
 * a width by: up to 5 % in small windows. */
static void few_false_alarms(void **state)
{
    static const size_t sizes[] = {20, 50, 336, 1000};
    static const double shape[KINDS] = {
        [NORMAL] = 0.25, [EXPONENTIAL] = 0.25, [LOGNORMAL] = 0.45, [COUNTS] = 0.25, [ZEROS] = 0.25};
    static double x[1000];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 3);
    for (int kind = 0; kind < KINDS; kind++) {
        for (int s = 0; s < 4; s++) {
            int alarms = 0;

            for (int window = 0; window < 300; window++) {
                double most = -INFINITY;

                for (size_t i = 0; i < sizes[s]; i++) {
                    x[i] = draw(&r, kind);
                    most = fmax(most, x[i]);
                }
                assert_true(oddi_tail_fit(&t, x, sizes[s], ODDI_SEEN_PLAIN, shape[kind]));
                alarms += oddi_tail_score(&t, most) >= 75;
            }
            assert_true(alarms < (kind == ZEROS ? 20 : 8));
        }
    }
    oddi_tail_free(&t);
}

/* The oddest rows do not hide each other. */
static void a_few_odd_rows(void **state)
{
    static double x[MAX_N];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    for (size_t i = 0; i < MAX_N; i++)
        x[i] = draw(&r, NORMAL);
    x[3] = 30;
    assert_true(oddi_tail_fit(&t, x, 336, ODDI_SEEN_PLAIN, 0.25) && oddi_tail_score(&t, 30) > 78);
    for (size_t i = 0; i < 5; i++)
        x[i * 300] = 30;
    assert_true(oddi_tail_fit(&t, x, 2000, ODDI_SEEN_PLAIN, 0.25) && oddi_tail_score(&t, 30) > 75);
    oddi_tail_free(&t);
}

/* ---- Others ----------------------------------------------------------------------------------------------- */

/* The rows of other entities, and, where it is one of the population, the row that is asked about; all if others have fewer
 * than two. */
static size_t slow_others(const double *x, const uint32_t *entity, size_t n, uint32_t own, uint32_t self,
                          double *out)
{
    size_t others = 0, left = 0;

    for (size_t i = 0; i < n; i++)
        others += entity[i] != own;
    for (size_t i = 0; i < n; i++)
        if (others < 2 || entity[i] != own || i == self)
            out[left++] = x[i];
    return left;
}

/* The same bits as of a population that never had the other rows of the entity. */
static void expect_others(struct oddi_tail *t, const struct rule *rule, const double *x,
                          const uint32_t *entity, size_t n, size_t at_once)
{
    static double left[400], scores[400];
    struct oddi_tail slow = {0};

    oddi_tail_scores(t, scores);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t fresh = 0; fresh < 2; fresh++) {
            uint32_t self = fresh ? ODDI_TAIL_NONE : i;
            double v = fresh ? x[i] * 1.25 : x[i], got, want;

            assert_true(oddi_tail_fit(&slow, left, slow_others(x, entity, n, entity[i], self, left),
                                      rule->seen, rule->shape));
            oddi_tail_among(t, entity[i], self);
            got = oddi_tail_surprise(t, v);
            want = oddi_tail_surprise(&slow, v);
            assert_true(got == want);
            if (isfinite(want))
                assert_true(fabs(oddi_tail_score(t, v) - slow_score(want, at_once)) < 1e-9);
            assert_true(fresh || oddi_tail_score(t, v) == scores[i]);
        }
    }
    oddi_tail_free(&slow);
}

static void others_alone_count(void **state)
{
    static const size_t sizes[] = {3, 20, 100, 400};
    static double x[400];
    static uint32_t entity[400];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 5);
    for (int round = 0; round < 4 * KINDS * 8; round++) {
        size_t n = sizes[round % 4], entities = 1 + (size_t)oddi_rng_below(&r, n), at_once = 1 + n / 3;
        struct rule rule = rules[(round / 4 / KINDS) % 3];

        for (size_t i = 0; i < n; i++) {
            x[i] = fabs(draw(&r, round / 4 % KINDS));
            entity[i] = round % 3 ? (uint32_t)oddi_rng_below(&r, entities) : (uint32_t)(i % 2 ? 0 : i);
        }
        assert_true(oddi_tail_fit(&t, x, n, rule.seen, rule.shape) && oddi_tail_others(&t, entity, at_once));
        expect_others(&t, &rule, x, entity, n, at_once);
        oddi_tail_among(&t, (uint32_t)n, ODDI_TAIL_NONE); /* nobody's */
        assert_int_equal(t.now.n, n);
    }
    oddi_tail_free(&t);
}

/* A host that is odd in a fifth of all windows is what the 95 % point is made of, but not among the others. */
static void many_rows_of_one(void **state)
{
    static double x[1000];
    static uint32_t entity[1000];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 6);
    for (size_t i = 0; i < 1000; i++) {
        entity[i] = i % 5 ? 1 + (uint32_t)(i % 50) : 0;
        x[i] = entity[i] ? fabs(draw(&r, NORMAL)) : 12 + draw(&r, NORMAL);
    }
    assert_true(oddi_tail_fit(&t, x, 1000, ODDI_SEEN_PLAIN, 0.2));
    assert_true(oddi_tail_score(&t, 12) < 50);
    assert_true(oddi_tail_others(&t, entity, 50));
    oddi_tail_among(&t, 0, ODDI_TAIL_NONE);
    assert_true(oddi_tail_score(&t, 12) > 75);
    oddi_tail_among(&t, 7, ODDI_TAIL_NONE);
    assert_true(oddi_tail_score(&t, 12) < 50);
    oddi_tail_free(&t);
}

static enum odd_status story(void *ctx)
{
    static uint32_t entity[MAX_N];
    struct oddi_tail t = {0};
    bool ok = oddi_tail_fit(&t, ctx, 300, ODDI_SEEN_ROOT, 0.25) &&
              oddi_tail_fit(&t, ctx, MAX_N, ODDI_SEEN_PLAIN, 0.25) && oddi_tail_others(&t, entity, 10);

    oddi_tail_free(&t);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static double x[MAX_N];

    (void)state;
    for (size_t i = 0; i < MAX_N; i++)
        x[i] = (double)(i * 7919 % 1009);
    assert_true(failalloc_sweep(story, x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_definition),        cmocka_unit_test(odder_is_rarer),
        cmocka_unit_test(too_little_to_compare), cmocka_unit_test(one_among_zeros),
        cmocka_unit_test(huge_scores),           cmocka_unit_test(few_false_alarms),
        cmocka_unit_test(a_few_odd_rows),        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(others_alone_count),    cmocka_unit_test(many_rows_of_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
