/* ecod, hbos, mad and pca against their definitions, written out slowly, and the identities of their shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "detect/detect.h"
#include "detect/rated.h"

#define MAX_N 300
#define MAX_D 5

static double x[MAX_N * MAX_D], fresh[MAX_N * MAX_D], raw[MAX_N], fresh_raw[MAX_N], score[MAX_N];
static int32_t label[MAX_N];
static size_t n, d;

struct open {
    const struct oddi_detector *det;
    void *state;
};

static struct open detector(const char *spec_text)
{
    char name[64];
    struct oddi_spec spec;
    struct open o;

    assert_true(oddi_spec_name(spec_text, name));
    o.det = oddi_detector_find(name);
    assert_non_null(o.det);
    o.state = calloc(1, o.det->state_size);
    assert_int_equal(oddi_spec_parse("detector", spec_text, o.det->params, o.det->n_params, &spec, NULL),
                     ODD_OK);
    assert_int_equal(o.det->init(o.state, spec.values, NULL), ODD_OK);
    oddi_spec_clear(&spec);
    return o;
}

static void close_detector(struct open *o)
{
    o->det->clear(o->state);
    free(o->state);
}

/* Fits on x, rates x and fresh (as many rows). */
static void judge(struct open *o)
{
    struct oddi_matrix z = {.x = x, .n = n, .d = d}, new = {.x = fresh, .n = n, .d = d};
    struct oddi_judged out = {.raw = raw, .score = score, .label = label};

    assert_int_equal(o->det->fit(o->state, &z, &out, NULL), ODD_OK);
    assert_int_equal(o->det->score(o->state, &new, score, fresh_raw, NULL), ODD_OK);
}

static double draw(struct oddi_rng *r, int kind, size_t j)
{
    double u = oddi_rng_double(r) + oddi_rng_double(r) + oddi_rng_double(r) - 1.5;

    return kind == 0             ? u
           : kind == 1           ? floor(u * 2)
           : kind == 2 && j == 0 ? 7
           : kind == 3           ? exp(4 * u)
           : kind == 4           ? (u > 0.6 ? floor(u * 10) : 0)
                                 : 1e6 + u * 100;
}

static void fill(struct oddi_rng *r, int kind)
{
    n = 2 + (size_t)oddi_rng_below(r, MAX_N - 1);
    d = 1 + (size_t)oddi_rng_below(r, MAX_D);
    for (size_t i = 0; i < n * d; i++) {
        x[i] = draw(r, kind, i % d);
        fresh[i] = oddi_rng_below(r, 3) ? draw(r, kind, i % d) : x[i] + 2 * draw(r, 0, 1);
    }
}

static void expect_near(const double *got, double (*slow)(const double *row), const double *rows)
{
    for (size_t i = 0; i < n; i++) {
        double want = slow(rows + i * d);

        assert_true(fabs(got[i] - want) <= 1e-12 * (1 + fabs(want)));
    }
}

static void compare_with(const char *spec, double (*slow)(const double *row), uint64_t seed)
{
    struct oddi_rng r;
    struct open o = detector(spec);

    oddi_rng_seed(&r, seed);
    for (int round = 0; round < 150; round++) {
        fill(&r, round % 6);
        judge(&o);
        expect_near(raw, slow, x);
        expect_near(fresh_raw, slow, fresh);
    }
    close_detector(&o);
}

/* ---- ecod ------------------------------------------------------------------------------------------ */

static double slow_skew(size_t j)
{
    long double mean = 0, two = 0, three = 0;

    for (size_t i = 0; i < n; i++)
        mean += x[i * d + j];
    mean /= (long double)n;
    for (size_t i = 0; i < n; i++) {
        long double t = x[i * d + j] - mean;

        two += t * t;
        three += t * t * t;
    }
    if (two / (long double)n <= (1e-15L * mean) * (1e-15L * mean) || fabsl(three) < 1e-12L * powl(two, 1.5L))
        return 0;
    return three > 0 ? 1 : -1;
}

static double slow_ecod_part(double v, size_t j)
{
    size_t at_most = 0, at_least = 0;
    double left, right, sign = slow_skew(j);

    for (size_t i = 0; i < n; i++) {
        at_most += x[i * d + j] <= v;
        at_least += x[i * d + j] >= v;
    }
    left = at_most ? log((double)n / (double)at_most) : log((double)n + 1);
    right = at_least ? log((double)n / (double)at_least) : log((double)n + 1);
    return fmax(fmax(left, right), sign > 0 ? right : sign < 0 ? left : left + right);
}

static double slow_ecod(const double *row)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += slow_ecod_part(row[j], j);
    return sum;
}

static void ecod_by_counting(void **state)
{
    (void)state;
    compare_with("ecod", slow_ecod, 1);
}

/* A column with as much on either side: both tails count. The row order does not show. */
static void ecod_of_a_symmetric_column(void **state)
{
    struct open o = detector("ecod");

    (void)state;
    n = 5;
    d = 1;
    memcpy(x, (double[]){2, -1, 0, 1, -2}, 5 * sizeof *x);
    memcpy(fresh, (double[]){3, 0, 0.5, -2, -9}, 5 * sizeof *x);
    judge(&o);
    assert_true(fabs(raw[0] - log(5)) < 1e-15 && fabs(raw[2] - 2 * log(5.0 / 3)) < 1e-15);
    assert_true(fabs(fresh_raw[0] - log(6)) < 1e-15 && fresh_raw[1] == raw[2] &&
                fresh_raw[4] == fresh_raw[0]);
    close_detector(&o);
}

/* ---- hbos ------------------------------------------------------------------------------------------ */

static double hbos_alpha, hbos_tol;
static size_t hbos_bins;

static double slow_edge(double low, double high, size_t b)
{
    return b == hbos_bins ? high : (double)b * ((high - low) / (double)hbos_bins) + low;
}

static double slow_hbos_part(double v, size_t j)
{
    double low = INFINITY, high = -INFINITY, most = -INFINITY, own = NAN;

    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i * d + j]);
        high = fmax(high, x[i * d + j]);
    }
    if (low == high) {
        low -= 0.5;
        high += 0.5;
    }
    for (size_t b = 0; b < hbos_bins; b++) {
        double from = slow_edge(low, high, b), to = slow_edge(low, high, b + 1), rate,
               margin = (to - from) * hbos_tol;
        size_t count = 0;
        bool first = b == 0, last = b + 1 == hbos_bins;

        for (size_t i = 0; i < n; i++)
            count += x[i * d + j] >= from && (x[i * d + j] < to || last);
        rate = -log2((double)count / (to - from) / (double)n + hbos_alpha);
        most = fmax(most, rate);
        if ((v > from && v <= to) || (first && v <= from && from - v <= margin) ||
            (last && v > to && v - to <= margin))
            own = rate;
    }
    return isnan(own) ? most : own;
}

static double slow_hbos(const double *row)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += slow_hbos_part(row[j], j);
    return sum;
}

static void hbos_by_counting(void **state)
{
    (void)state;
    hbos_bins = 10;
    hbos_alpha = 0.1;
    hbos_tol = 0.5;
    compare_with("hbos", slow_hbos, 2);
    hbos_bins = 3;
    hbos_alpha = 0.01;
    hbos_tol = 0.125;
    compare_with("hbos:n_bins=3,alpha=0.01,tol=0.125", slow_hbos, 3);
}

/* The number of bins that makes the penalised likelihood greatest, tried out one by one. */
static void hbos_chooses_its_bins(void **state)
{
    struct oddi_rng r;
    struct open o = detector("hbos:n_bins=auto");

    (void)state;
    oddi_rng_seed(&r, 4);
    hbos_alpha = 0.1;
    hbos_tol = 0.5;
    for (int round = 0; round < 40; round++) {
        double best = -INFINITY;
        size_t bins = 1;

        fill(&r, round % 2 ? 0 : 3);
        d = 1;
        judge(&o);
        for (hbos_bins = 1; hbos_bins < fmax(2, floor(sqrt((double)n))); hbos_bins++) {
            double low = x[0], high = x[0], sum = 0, b = (double)hbos_bins;

            for (size_t i = 0; i < n; i++) {
                low = fmin(low, x[i]);
                high = fmax(high, x[i]);
            }
            for (size_t k = 0; k < hbos_bins; k++) {
                double from = slow_edge(low, high, k), to = slow_edge(low, high, k + 1), count = 0;

                for (size_t i = 0; i < n; i++)
                    count += x[i] >= from && (x[i] < to || k + 1 == hbos_bins);
                sum += count * log(b * count / (double)n + 1) - (b - 1 + pow(log(b), 2.5));
            }
            if (sum > best) {
                best = sum;
                bins = hbos_bins;
            }
        }
        hbos_bins = bins;
        expect_near(raw, slow_hbos, x);
    }
    close_detector(&o);
}

/* Ranges that doubles cannot cut into ten: finite, and equal values alike. */
static void hbos_of_narrow_ranges(void **state)
{
    struct open o = detector("hbos");

    (void)state;
    n = 3;
    d = 1;
    for (int k = 0; k < 5; k++) {
        static const double base[] = {1e300, -1e17, 1, 0, 4e-320};

        for (size_t i = 0; i < 3; i++)
            x[i] = fresh[i] = i == 1 ? nextafter(base[k], INFINITY) : base[k];
        judge(&o);
        assert_true(isfinite(raw[0]) && isfinite(raw[1]) && raw[0] == raw[2] && fresh_raw[0] == raw[0]);
    }
    close_detector(&o);
}

static void hbos_wants_a_number_of_bins(void **state)
{
    static const char *const wrong[] = {"hbos:n_bins=1", "hbos:n_bins=ten", "hbos:n_bins=2.5",
                                        "hbos:n_bins=100001"};
    const struct oddi_detector *det = oddi_detector_find("hbos");

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct oddi_spec spec;
        struct odd_error err = ODD_ERROR_INIT;
        void *s = calloc(1, det->state_size);

        assert_int_equal(oddi_spec_parse("detector", wrong[i], det->params, det->n_params, &spec, &err),
                         ODD_OK);
        assert_int_equal(det->init(s, spec.values, &err), ODD_ERR_USAGE);
        assert_non_null(strstr(err.message, "n_bins"));
        oddi_spec_clear(&spec);
        free(s);
    }
}

/* ---- mad ------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double u = *(const double *)a, v = *(const double *)b;

    return (u > v) - (u < v);
}

static double slow_median(double *v)
{
    qsort(v, n, sizeof *v, ascending);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static double slow_mad(const double *row)
{
    double most = 0, column[MAX_N];

    for (size_t j = 0; j < d; j++) {
        double median, scale, var = 0;
        long double mean = 0;

        for (size_t i = 0; i < n; i++)
            column[i] = x[i * d + j];
        median = slow_median(column);
        for (size_t i = 0; i < n; i++) {
            mean += column[i];
            column[i] = fabs(column[i] - median);
        }
        mean /= (long double)n;
        for (size_t i = 0; i < n; i++)
            var += (double)((x[i * d + j] - mean) * (x[i * d + j] - mean)) / (double)n;
        scale = slow_median(column) > 0 ? slow_median(column) / 0.6745 : var > 0 ? sqrt(var) : 1;
        most = fmax(most, fabs(row[j] - median) / scale);
    }
    return most;
}

static void mad_by_sorting(void **state)
{
    (void)state;
    compare_with("mad", slow_mad, 5);
}

/* ---- pca ------------------------------------------------------------------------------------------- */

/* Two features of correlation c have the eigenvectors (1, 1) and (1, -1) and the variances 1 + c and 1 - c. */
static double slow_pca(const double *row)
{
    double mean[2] = {0}, var[2] = {0}, c = 0, z[2], sum = 0;
    const double h = sqrt(0.5);

    for (size_t j = 0; j < 2; j++) {
        for (size_t i = 0; i < n; i++)
            mean[j] += x[i * 2 + j] / (double)n;
        for (size_t i = 0; i < n; i++)
            var[j] += (x[i * 2 + j] - mean[j]) * (x[i * 2 + j] - mean[j]) / (double)n;
        z[j] = (row[j] - mean[j]) / sqrt(var[j]);
    }
    for (size_t i = 0; i < n; i++)
        c += (x[i * 2] - mean[0]) * (x[i * 2 + 1] - mean[1]) / sqrt(var[0] * var[1]) / (double)n;
    sum += hypot(z[0] - h, z[1] - h) / ((1 + c) / 2);
    sum += hypot(z[0] - h, z[1] + h) / ((1 - c) / 2);
    return sum;
}

static void pca_of_two_features(void **state)
{
    struct oddi_rng r;
    struct open o = detector("pca");

    (void)state;
    oddi_rng_seed(&r, 6);
    for (int round = 0; round < 60; round++) {
        n = 10 + (size_t)oddi_rng_below(&r, MAX_N - 10);
        d = 2;
        for (size_t i = 0; i < 2 * n; i++) {
            x[i] = draw(&r, round % 2 ? 0 : 3, 1);
            fresh[i] = 3 * draw(&r, 0, 1);
        }
        for (size_t i = 0; i < n; i++)
            x[2 * i + 1] += (round % 3 - 1) * x[2 * i];
        judge(&o);
        expect_near(raw, slow_pca, x);
        expect_near(fresh_raw, slow_pca, fresh);
    }
    close_detector(&o);
}

/* A constant feature and a copied one add no component: scores stay finite, and a copy changes no order. */
static void pca_without_variance(void **state)
{
    struct oddi_rng r;
    struct open o = detector("pca");

    (void)state;
    oddi_rng_seed(&r, 7);
    n = 100;
    d = 3;
    for (size_t i = 0; i < n; i++) {
        x[3 * i] = draw(&r, 0, 1);
        x[3 * i + 1] = 7;
        x[3 * i + 2] = 2 * x[3 * i] + 1;
    }
    memcpy(fresh, x, sizeof fresh);
    judge(&o);
    for (size_t i = 0; i < n; i++)
        assert_true(isfinite(raw[i]) && raw[i] < 100);
    for (size_t i = 0; i < n * d; i++)
        x[i] = 3;
    judge(&o);
    for (size_t i = 0; i < n; i++)
        assert_true(raw[i] == 0);
    assert_true(isfinite(fresh_raw[0]) && fresh_raw[0] > 0);
    close_detector(&o);
}

/* ---- Shares ---------------------------------------------------------------------------------------- */

/* The nearest normal row by brute force. */
static void expect_nearest(const struct oddi_why *why, const double *row)
{
    double least = INFINITY;
    size_t nearest = SIZE_MAX;

    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < d; j++)
            sum += (row[j] - x[i * d + j]) * (row[j] - x[i * d + j]);
        if (label[i] == 0 && sum < least) {
            least = sum;
            nearest = i;
        }
    }
    assert_int_equal(why->nearest, nearest);
    assert_true(why->distance == sqrt(least));
}

static void shares_of(const char *spec, double (*part)(double v, size_t j), uint64_t seed)
{
    struct oddi_rng r;
    struct open o = detector(spec);
    double share[MAX_D], normal_at[MAX_D];
    struct oddi_why why = {.share = share, .normal_at = normal_at};

    oddi_rng_seed(&r, seed);
    for (int round = 0; round < 60; round++) {
        fill(&r, round % 6);
        judge(&o);
        for (size_t i = 0; i < n; i += 11) {
            const double *row = fresh + i * d;
            double sum = 0;

            assert_int_equal(o.det->explain(o.state, row, &why, NULL), ODD_OK);
            expect_nearest(&why, row);
            for (size_t j = 0; j < d; j++)
                sum += part(row[j], j);
            for (size_t j = 0; j < d; j++)
                assert_true(fabs(share[j] - (sum > 0 ? part(row[j], j) / sum : 1 / (double)d)) < 1e-9);
        }
    }
    close_detector(&o);
}

/* Over the least rate that a row has; a new one may have less, which counts as nothing. */
static double hbos_share(double v, size_t j)
{
    double least = INFINITY;

    for (size_t i = 0; i < n; i++)
        least = fmin(least, slow_hbos_part(x[i * d + j], j));
    return fmax(0, slow_hbos_part(v, j) - least);
}

static void shares_are_parts_of_the_score(void **state)
{
    (void)state;
    hbos_bins = 10;
    hbos_alpha = 0.1;
    hbos_tol = 0.5;
    shares_of("ecod", slow_ecod_part, 8);
    shares_of("hbos", hbos_share, 9);
}

/* The feature that wins has it all. */
static void mad_names_the_winner(void **state)
{
    struct open o = detector("mad");
    double share[3], normal_at[3];
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 10);
    n = 200;
    d = 3;
    for (size_t i = 0; i < n * d; i++)
        x[i] = fresh[i] = draw(&r, 0, 1);
    judge(&o);
    memcpy(fresh, (double[]){0, -50, 1}, 3 * sizeof *fresh);
    assert_int_equal(o.det->explain(o.state, fresh, &why, NULL), ODD_OK);
    assert_true(share[0] == 0 && share[1] == 1 && share[2] == 0);
    assert_true(isnan(normal_at[0]) && isnan(normal_at[2]) && normal_at[1] > -10 && normal_at[1] < 0);
    memcpy(fresh, (double[]){90, -50, 1}, 3 * sizeof *fresh);
    assert_int_equal(o.det->explain(o.state, fresh, &why, NULL), ODD_OK);
    assert_true(share[0] == 1 && isnan(normal_at[0]) && isnan(normal_at[1]) && isnan(normal_at[2]));
    close_detector(&o);
}

/* For two features the parts of |z - v| are (z_j - v_j)^2 / |z - v|. */
static void pca_shares_add_up(void **state)
{
    struct open o = detector("pca:standardization=no");
    double share[2], normal_at[2];
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    const double h = sqrt(0.5);
    static const double square[] = {1, 1, -1, -1, 2, 2, -2, -2, 0.5, -0.5, -0.5, 0.5};

    (void)state;
    n = 6;
    d = 2;
    memcpy(x, square, sizeof square);
    memcpy(fresh, square, sizeof square);
    judge(&o);
    for (size_t i = 0; i < n; i++) {
        double a = x[2 * i], b = x[2 * i + 1], w = 20.0 / 21, u = 1.0 / 21, p = hypot(a - h, b - h),
               q = hypot(a - h, b + h);
        double first = (a - h) * (a - h) * (1 / p / w + 1 / q / u), whole = p / w + q / u;

        assert_true(fabs(raw[i] - whole) < 1e-12 * whole);
        assert_int_equal(o.det->explain(o.state, x + 2 * i, &why, NULL), ODD_OK);
        assert_true(fabs(share[0] - first / whole) < 1e-12);
    }
    close_detector(&o);
}

static void wrong_use_is_told(void **state)
{
    static const char *const all[] = {"ecod", "hbos", "iforest", "mad", "pca"};

    (void)state;
    for (size_t k = 0; k < 5; k++) {
        struct open o = detector(all[k]);
        struct odd_error err = ODD_ERROR_INIT;
        struct oddi_matrix none = {.x = x, .n = 3, .d = 0}, many = {.x = x, .n = (size_t)1 << 33, .d = 1},
                           two = {.x = x, .n = 5, .d = 2}, three = {.x = x, .n = 1, .d = 3};
        struct oddi_judged out = {0};
        struct oddi_why why = {0};

        memset(x, 0, sizeof x);
        assert_int_equal(o.det->fit(o.state, &none, &out, &err), ODD_ERR_USAGE);
        assert_int_equal(o.det->fit(o.state, &many, &out, &err), ODD_ERR_LIMIT);
        assert_int_equal(o.det->explain(o.state, x, &why, &err), ODD_END);
        assert_int_equal(o.det->score(o.state, &two, score, NULL, &err), ODD_OK);
        assert_true(isnan(score[0]));
        assert_int_equal(o.det->fit(o.state, &two, &out, &err), ODD_OK);
        assert_int_equal(o.det->score(o.state, &three, score, NULL, &err), ODD_ERR_USAGE);
        assert_non_null(strstr(err.message, all[k]));
        close_detector(&o);
    }
}

/* ---- Edges ----------------------------------------------------------------------------------------- */

static bool at_most(const void *ctx, double v)
{
    return v <= *(const double *)ctx;
}

static bool at_least(const void *ctx, double v)
{
    return v >= *(const double *)ctx;
}

static void edges_are_exact(void **state)
{
    static const double borders[] = {0, 1, -1, 0.1, -3e300, 4e-324, -4e-324, 1e-310, 7.25};

    (void)state;
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++) {
        assert_true(oddi_rated_edge(-DBL_MAX, DBL_MAX, at_most, &borders[i]) == borders[i]);
        assert_true(oddi_rated_edge(DBL_MAX, -DBL_MAX, at_least, &borders[i]) == borders[i]);
    }
    assert_true(isnan(oddi_rated_nearer(1, -INFINITY, INFINITY)));
    assert_true(oddi_rated_nearer(1, 0, 2) == 0 && oddi_rated_nearer(1, 0, 1.5) == 1.5);
    assert_true(oddi_rated_nearer(1, -INFINITY, 9) == 9 && oddi_rated_nearer(1, -9, INFINITY) == -9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecod_by_counting),      cmocka_unit_test(ecod_of_a_symmetric_column),
        cmocka_unit_test(hbos_by_counting),      cmocka_unit_test(hbos_chooses_its_bins),
        cmocka_unit_test(hbos_of_narrow_ranges), cmocka_unit_test(hbos_wants_a_number_of_bins),
        cmocka_unit_test(mad_by_sorting),        cmocka_unit_test(pca_of_two_features),
        cmocka_unit_test(pca_without_variance),  cmocka_unit_test(shares_are_parts_of_the_score),
        cmocka_unit_test(mad_names_the_winner),  cmocka_unit_test(pca_shares_add_up),
        cmocka_unit_test(wrong_use_is_told),     cmocka_unit_test(edges_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
