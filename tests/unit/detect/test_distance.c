/* l2, mahalanobis and tail against their definitions, written out slowly, and the identities of their shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "raw.h"

#define MAX_N 300
#define MAX_D 5
#define FRESH 40

static double x[MAX_N * MAX_D], fresh[FRESH * MAX_D], raw[MAX_N], score[MAX_N];
static int32_t label[MAX_N];
static size_t n, d;

static void fill(struct oddi_rng *r, int round)
{
    n = 2 + (size_t)oddi_rng_below(r, MAX_N - 1);
    d = 1 + (size_t)oddi_rng_below(r, MAX_D);
    raw_fill(r, x, n, d, round % RAW_KINDS);
    raw_fill(r, fresh, FRESH, d, (round + 1) % RAW_KINDS);
}

static void fit(struct raw_detector *det)
{
    struct oddi_matrix m = {.x = x, .n = n, .d = d};

    raw_fit(det, &m, label, score, raw);
}

static void rate_fresh(struct raw_detector *det, double *out)
{
    double scores[FRESH];
    struct oddi_matrix m = {.x = fresh, .n = FRESH, .d = d};

    assert_int_equal(det->det->score(det->state, &m, scores, out, NULL), ODD_OK);
}

static void compare_with(const char *spec, double (*slow)(const double *row), uint64_t seed, double tolerance)
{
    struct raw_detector det = raw_new(spec);
    struct oddi_rng r;
    double got[FRESH];

    oddi_rng_seed(&r, seed);
    for (int round = 0; round < 200; round++) {
        fill(&r, round);
        fit(&det);
        rate_fresh(&det, got);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(raw[i] - slow(x + i * d)) <= tolerance * (1 + fabs(raw[i])));
        for (size_t i = 0; i < FRESH; i++)
            assert_true(fabs(got[i] - slow(fresh + i * d)) <= tolerance * (1 + fabs(got[i])));
    }
    raw_free(&det);
}

/* ---- l2 --------------------------------------------------------------------------------------------- */

static double slow_l2(const double *row)
{
    long double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += (long double)row[j] * row[j];
    return (double)sqrtl(sum);
}

static void l2_is_the_norm(void **state)
{
    (void)state;
    compare_with("l2", slow_l2, 1, 1e-15);
}

static void l2_shares_are_squares(void **state)
{
    struct raw_detector det = raw_new("l2");
    struct oddi_rng r;
    double row[] = {30, -40, 0}, share[3], normal_at[3];
    struct oddi_why why = {.share = share, .normal_at = normal_at};

    (void)state;
    oddi_rng_seed(&r, 2);
    n = MAX_N;
    d = 3;
    raw_fill(&r, x, n, d, RAW_CLOUD);
    fit(&det);
    assert_int_equal(det.det->explain(det.state, row, &why, NULL), ODD_OK);
    assert_true(fabs(share[0] - 0.36) < 1e-15 && fabs(share[1] - 0.64) < 1e-15 && share[2] == 0);
    assert_true(isnan(normal_at[0]) && isnan(normal_at[1]) &&
                isnan(normal_at[2])); /* no one alone is enough */
    row[0] = 0.5;
    assert_int_equal(det.det->explain(det.state, row, &why, NULL), ODD_OK);
    assert_true(normal_at[1] < 0 && normal_at[1] > -20 && isnan(normal_at[0]));
    raw_free(&det);
}

/* ---- mahalanobis ------------------------------------------------------------------------------------ */

/* Solves S y = row - mean by elimination in long double; S is the covariance. */
static double slow_mahalanobis(const double *row)
{
    long double s[MAX_D][MAX_D + 1], mean[MAX_D] = {0}, y[MAX_D], sum = 0;

    for (size_t j = 0; j < d; j++)
        for (size_t i = 0; i < n; i++)
            mean[j] += x[i * d + j] / (long double)n;
    for (size_t j = 0; j < d; j++) {
        for (size_t k = 0; k < d; k++) {
            s[j][k] = 0;
            for (size_t i = 0; i < n; i++)
                s[j][k] += (x[i * d + j] - mean[j]) * (x[i * d + k] - mean[k]) / (long double)n;
        }
        s[j][d] = row[j] - mean[j];
    }
    for (size_t p = 0; p < d; p++)
        for (size_t j = p + 1; j < d; j++) {
            long double t = s[j][p] / s[p][p];

            for (size_t k = p; k <= d; k++)
                s[j][k] -= t * s[p][k];
        }
    for (size_t p = d; p-- > 0;) {
        y[p] = s[p][d];
        for (size_t k = p + 1; k < d; k++)
            y[p] -= s[p][k] * y[k];
        y[p] /= s[p][p];
        sum += y[p] * (row[p] - mean[p]);
    }
    return (double)sqrtl(sum);
}

/* Clouds with correlated columns of very different units. */
static void correlated(struct oddi_rng *r)
{
    n = 20 + (size_t)oddi_rng_below(r, MAX_N - 20);
    d = 1 + (size_t)oddi_rng_below(r, MAX_D);
    raw_fill(r, x, n, d, RAW_CLOUD);
    raw_fill(r, fresh, FRESH, d, RAW_CLOUD);
    for (size_t i = 0; i < n + FRESH; i++) {
        double *row = i < n ? x + i * d : fresh + (i - n) * d;

        for (size_t j = 1; j < d; j++)
            row[j] = row[j] * 0.3 + row[j - 1];
        for (size_t j = 0; j < d; j++)
            row[j] = row[j] * pow(10, 3.0 * (double)j - 4) + (double)j;
    }
}

static void mahalanobis_by_elimination(void **state)
{
    struct raw_detector det = raw_new("mahalanobis");
    struct oddi_rng r;
    double got[FRESH];

    (void)state;
    oddi_rng_seed(&r, 3);
    for (int round = 0; round < 100; round++) {
        correlated(&r);
        fit(&det);
        rate_fresh(&det, got);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(raw[i] - slow_mahalanobis(x + i * d)) <= 1e-9 * (1 + raw[i]));
        for (size_t i = 0; i < FRESH; i++)
            assert_true(fabs(got[i] - slow_mahalanobis(fresh + i * d)) <= 1e-9 * (1 + got[i]));
    }
    raw_free(&det);
}

/* A sum and a constant add nothing to the scores of the rows that obey them; a new row that breaks them is far. */
static void mahalanobis_of_exact_relations(void **state)
{
    struct raw_detector det = raw_new("mahalanobis");
    struct oddi_rng r;
    double two[MAX_N], row[4], value;

    (void)state;
    oddi_rng_seed(&r, 4);
    n = 200;
    d = 2;
    raw_fill(&r, x, n, d, RAW_CLOUD);
    fit(&det);
    memcpy(two, raw, sizeof two);
    for (size_t i = n; i-- > 0;) {
        double a = x[2 * i], b = x[2 * i + 1];

        memcpy(x + 4 * i, (double[]){a, b, a + b, 14.62}, 4 * sizeof *x);
    }
    d = 4;
    fit(&det);
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(raw[i] - two[i]) < 1e-9);
    for (int which = 2; which < 4; which++) {
        struct oddi_matrix m = {.x = row, .n = 1, .d = 4};
        double rated;

        memcpy(row, x, sizeof row);
        row[which] += 1;
        assert_int_equal(det.det->score(det.state, &m, &value, &rated, NULL), ODD_OK);
        if (which == 2)
            assert_true(rated > 100 && rated < 1000); /* in thousandths of a deviation */
        else
            assert_true(fabs(rated - hypot(raw[0], 1)) < 1e-9); /* a constant's plain difference */
    }
    raw_free(&det);
}

/* Uncorrelated features share as the squares of their standardised values; the order of columns changes nothing. */
static void mahalanobis_shares(void **state)
{
    static const double cross[] = {1, 0, -1, 0, 0, 10, 0, -10, 1, 10, -1, -10, 1, -10, -1, 10};
    struct raw_detector det = raw_new("mahalanobis");
    double row[] = {3, 40}, swapped[] = {40, 3}, share[2], again[2], normal_at[2];
    struct oddi_why why = {.share = share, .normal_at = normal_at};

    (void)state;
    n = 8;
    d = 2;
    memcpy(x, cross, sizeof cross);
    fit(&det);
    assert_int_equal(det.det->explain(det.state, row, &why, NULL), ODD_OK);
    assert_true(fabs(share[0] - 9.0 / 25) < 1e-12 && fabs(share[1] - 16.0 / 25) < 1e-12);
    for (size_t i = 0; i < n; i++) {
        x[2 * i] = cross[2 * i + 1];
        x[2 * i + 1] = cross[2 * i];
    }
    fit(&det);
    why.share = again;
    assert_int_equal(det.det->explain(det.state, swapped, &why, NULL), ODD_OK);
    assert_true(fabs(again[1] - share[0]) < 1e-12);
    raw_free(&det);
}

/* ---- tail ------------------------------------------------------------------------------------------- */

static double slow_tail_part(double v, size_t j)
{
    double u = INFINITY, mean = 0, var = 0, sum = 0, m = 0, at_least = 0;
    bool constant = true;

    for (size_t i = 0; i < n; i++) {
        double c = x[i * d + j];
        size_t at_most = 0;

        for (size_t k = 0; k < n; k++)
            at_most += x[k * d + j] <= c;
        u = (double)at_most >= ceil(0.95 * (double)n) ? fmin(u, c) : u;
        mean += c / (double)n;
        at_least += c >= v;
        constant &= c == x[j];
    }
    for (size_t i = 0; i < n; i++) {
        double c = x[i * d + j];

        var += (c - mean) * (c - mean) / (double)n;
        m += c > u;
        sum += c > u ? c - u : 0;
    }
    if (v <= u)
        return -log(at_least / (double)n);
    return -log((m + 0.5) / ((double)n + 1)) + (v - u) * (m + 5) / (sum + 5 * (constant ? 1 : sqrt(var)));
}

static double slow_tail(const double *row)
{
    double most = 0;

    for (size_t j = 0; j < d; j++)
        most = fmax(most, slow_tail_part(row[j], j));
    return most;
}

static double slow_top3(const double *row)
{
    double left[MAX_D] = {0}, sum = 0;

    for (size_t j = 0; j < d; j++)
        left[j] = slow_tail_part(row[j], j);
    for (int k = 0; k < 3; k++) {
        size_t best = 0;

        for (size_t j = 1; j < d; j++)
            best = left[j] > left[best] ? j : best;
        sum += left[best];
        left[best] = 0;
    }
    return sum;
}

static void tail_by_counting(void **state)
{
    (void)state;
    compare_with("tail", slow_tail, 5, 1e-12);
    compare_with("tail:agg=top3", slow_top3, 6, 1e-12);
}

/* A feature that is 0 in all rows but one: the 1 is rare, but no more odd than five pseudo-exceedances allow. */
static void tail_of_zeros(void **state)
{
    struct raw_detector det = raw_new("tail");

    (void)state;
    memset(x, 0, sizeof x);
    n = MAX_N;
    d = 1;
    x[4] = 1;
    fit(&det);
    assert_true(raw[4] > 8 && raw[4] < 12 && raw[5] == 0 && label[4] == 0);
    x[4] = 0;
    fit(&det);
    fresh[0] = 1;
    rate_fresh(&det, raw);
    assert_true(raw[0] > 6 && raw[0] < 8); /* of a constant feature: -ln(0.5 / 301) + 1 */
    raw_free(&det);
}

static void tail_names_the_features(void **state)
{
    struct raw_detector max = raw_new("tail"), top3 = raw_new("tail:agg=top3");
    struct oddi_rng r;
    double row[] = {9, -50, 30, 12, 0}, share[5], normal_at[5], sum = 0;
    struct oddi_why why = {.share = share, .normal_at = normal_at};

    (void)state;
    oddi_rng_seed(&r, 7);
    n = MAX_N;
    d = 5;
    raw_fill(&r, x, n, d, RAW_CLOUD);
    fit(&max);
    assert_int_equal(max.det->explain(max.state, row, &why, NULL), ODD_OK);
    assert_true(share[2] == 1 && isnan(normal_at[2])); /* 9 and 12 are too much as well */
    row[0] = row[3] = 0;
    assert_int_equal(max.det->explain(max.state, row, &why, NULL), ODD_OK);
    assert_true(share[2] == 1 && normal_at[2] > 2 && normal_at[2] < 30 && isnan(normal_at[0]));
    memcpy(row, (double[]){9, -50, 30, 12, 0}, sizeof row);
    fit(&top3);
    assert_int_equal(top3.det->explain(top3.state, row, &why, NULL), ODD_OK);
    for (size_t j = 0; j < 5; j++)
        sum += slow_tail_part(row[j], j) * (j == 0 || j == 2 || j == 3);
    for (size_t j = 0; j < 5; j++)
        assert_true(fabs(share[j] - slow_tail_part(row[j], j) * (j == 0 || j == 2 || j == 3) / sum) < 1e-12);
    raw_free(&max);
    raw_free(&top3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(l2_is_the_norm),
        cmocka_unit_test(l2_shares_are_squares),
        cmocka_unit_test(mahalanobis_by_elimination),
        cmocka_unit_test(mahalanobis_of_exact_relations),
        cmocka_unit_test(mahalanobis_shares),
        cmocka_unit_test(tail_by_counting),
        cmocka_unit_test(tail_of_zeros),
        cmocka_unit_test(tail_names_the_features),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
