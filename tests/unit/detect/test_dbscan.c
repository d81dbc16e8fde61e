/* DBSCAN against its slow twin: all small placements, thousands of random matrices, and what must hold on any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "dbscan_twin.h"
#include "detect/dbscan_1d.h"
#include "detect/dbscan_kd.h"

#define MAX_N 2000
#define MAX_D 20

static const struct oddi_detector *dbscan;

struct fitted {
    void *state;
    int32_t label[MAX_N];
    double score[MAX_N];
    struct oddi_judged out;
};

static void *new_state(double eps, int64_t min_samples)
{
    void *state = calloc(1, dbscan->state_size);
    union oddi_value values[2] = {{.f = eps}, {.i = min_samples}};

    assert_non_null(state);
    assert_int_equal(dbscan->init(state, values, NULL), ODD_OK);
    return state;
}

static void free_state(void *state)
{
    dbscan->clear(state);
    free(state);
}

static void fit(struct fitted *f, const double *x, size_t n, size_t d)
{
    struct oddi_matrix m = {.x = (double *)x, .n = n, .d = d};

    f->out = (struct oddi_judged){.label = f->label, .score = f->score};
    assert_int_equal(dbscan->fit(f->state, &m, &f->out, NULL), ODD_OK);
}

static void set_parameters(void *state, double eps, int64_t min_samples)
{
    union oddi_value values[2] = {{.f = eps}, {.i = min_samples}};

    assert_int_equal(dbscan->init(state, values, NULL), ODD_OK);
}

static void expect_judged(const struct twin *t, const struct fitted *f)
{
    assert_int_equal(f->out.n_clusters, t->n_clusters);
    assert_int_equal(f->out.n_noise, t->n_noise);
    for (size_t i = 0; i < t->n; i++) {
        assert_int_equal(f->label[i], t->label[i]);
        if (t->n_core == 0)
            assert_true(isnan(f->score[i]));
        else
            assert_true(f->score[i] == t->score[i]);
    }
}

static void expect_explained(const struct twin *t, const struct fitted *f, const double *row)
{
    double share[MAX_D], normal_at[MAX_D], d2, sum = 0;
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    size_t nearest;

    if (t->n_core == 0) {
        assert_int_equal(dbscan->explain(f->state, row, &why, NULL), ODD_END);
        return;
    }
    assert_int_equal(dbscan->explain(f->state, row, &why, NULL), ODD_OK);
    d2 = twin_nearest(t, row, &nearest);
    assert_int_equal(why.nearest, nearest);
    assert_true(why.distance == sqrt(d2));
    for (size_t j = 0; j < t->d; j++) {
        double difference = row[j] - t->x[nearest * t->d + j], want = twin_normal_at(t, row, j);

        if (d2 > 0 && !isinf(d2))
            assert_true(fabs(share[j] - difference * difference / d2) <= 1e-12);
        sum += share[j];
        if (isnan(want))
            assert_true(isnan(normal_at[j]));
        else
            assert_true(normal_at[j] == want);
    }
    assert_true(d2 == 0 || fabs(sum - 1) <= 1e-12);
}

/* Fits both, compares everything, explains up to `explained` rows. */
static void compare(struct fitted *f, const double *x, size_t n, size_t d, double eps, size_t min_samples,
                    size_t explained)
{
    struct twin t;

    set_parameters(f->state, eps, (int64_t)min_samples);
    twin_dbscan(&t, x, n, d, eps, min_samples);
    fit(f, x, n, d);
    expect_judged(&t, f);
    for (size_t i = 0; i < n && explained > 0; i++) {
        if (t.label[i] != -1 && i % 5)
            continue;
        expect_explained(&t, f, x + i * d);
        explained--;
    }
    twin_free(&t);
}

/* The tree, which the detector does not use for one feature, on the same matrix. */
static void compare_tree(struct oddi_dbscan_kd *s, const double *x, size_t n, size_t d, double eps,
                         size_t min_samples)
{
    struct oddi_dbscan_rule rule = {.eps = eps, .eps2 = eps * eps, .min_samples = min_samples};
    struct oddi_matrix m = {.x = (double *)x, .n = n, .d = d};
    static struct fitted f;
    struct twin t;

    f.out = (struct oddi_judged){.label = f.label, .score = f.score};
    twin_dbscan(&t, x, n, d, eps, min_samples);
    assert_true(oddi_dbscan_kd_fit(s, &rule, &m, &f.out));
    expect_judged(&t, &f);
    twin_free(&t);
}

static void all_placements_of_up_to_six_points(void **state)
{
    static struct fitted f;
    double x[12];

    (void)state;
    f.state = new_state(1, 1);
    for (size_t n = 1; n <= 6; n++) {
        size_t placements = 1;

        for (size_t i = 0; i < n; i++)
            placements *= 9;
        for (size_t p = 0; p < placements; p++) {
            size_t rest = p;

            for (size_t i = 0; i < n; i++, rest /= 9) {
                x[2 * i] = (double)(rest % 3);
                x[2 * i + 1] = (double)(rest % 9 / 3);
            }
            for (size_t min_samples = 1; min_samples <= 4; min_samples++)
                compare(&f, x, n, 2, 1, min_samples, p % 7 == 0 ? n : 0);
        }
    }
    free_state(f.state);
}

static void all_placements_on_a_line(void **state)
{
    static struct fitted f;
    struct oddi_dbscan_kd tree = {0};
    double x[6];

    (void)state;
    f.state = new_state(1, 1);
    for (size_t n = 1; n <= 6; n++) {
        size_t placements = 1;

        for (size_t i = 0; i < n; i++)
            placements *= 7;
        for (size_t p = 0; p < placements; p++) {
            size_t rest = p;

            for (size_t i = 0; i < n; i++, rest /= 7)
                x[i] = (double)(rest % 7) - 2;
            for (size_t min_samples = 1; min_samples <= 4; min_samples++) {
                compare(&f, x, n, 1, 1, min_samples, p % 7 == 0 ? n : 0);
                compare_tree(&tree, x, n, 1, 1, min_samples);
            }
        }
    }
    oddi_dbscan_kd_free(&tree);
    free_state(f.state);
}

/* ---- Random matrices ---- */

static double normal(struct oddi_rng *r)
{
    double u = 1 - oddi_rng_double(r), v = oddi_rng_double(r);

    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

enum { BLOBS, GRID, FEW_VALUES, DUPLICATES, HEAVY_TAIL, LINE, HUGE_MEAN, EXTREMES, UNIFORM, KINDS };

static double value_of(struct oddi_rng *r, int kind, double scale, size_t i, size_t j)
{
    static const double extremes[] = {0,      -0.0,  1e-320, -1e-320, 1e-160, 1e150,
                                      -1e150, 1e308, -1e308, 1,       -1,     0x1p-1074};

    switch (kind) {
    case BLOBS:
        return normal(r) * scale + (double)(10 * ((i * 7 + j) % 3));
    case GRID:
        return (double)oddi_rng_below(r, 5);
    case FEW_VALUES:
        return oddi_rng_below(r, 8) ? 0.25 : (double)oddi_rng_below(r, 3) * scale;
    case HEAVY_TAIL:
        return exp(normal(r) * 3) * scale;
    case LINE:
        return (double)i * 0.1 * scale;
    case HUGE_MEAN:
        return 1.7e9 + floor(normal(r) * 8) / 8;
    case EXTREMES:
        return extremes[oddi_rng_below(r, sizeof extremes / sizeof *extremes)];
    default:
        return oddi_rng_double(r) * 4 * scale;
    }
}

static size_t random_matrix(struct oddi_rng *r, double *x, size_t *d)
{
    int kind = (int)oddi_rng_below(r, KINDS);
    size_t n = oddi_rng_below(r, 8) ? 1 + (size_t)oddi_rng_below(r, 90) : 1 + (size_t)oddi_rng_below(r, 400);
    double scale = exp(normal(r));

    *d = oddi_rng_below(r, 3) ? 1 + (size_t)oddi_rng_below(r, 5) : 1 + (size_t)oddi_rng_below(r, MAX_D);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < *d; j++)
            x[i * *d + j] = value_of(r, kind == DUPLICATES ? BLOBS : kind, scale, i, j);
        if (i > 0 && (kind == DUPLICATES ? oddi_rng_below(r, 4) > 0 : oddi_rng_below(r, 6) == 0))
            memcpy(x + i * *d, x + (size_t)oddi_rng_below(r, i) * *d, *d * sizeof *x);
    }
    return n;
}

static double random_eps(struct oddi_rng *r, size_t d)
{
    static const double exact[] = {1, 2, 0.5, 0.125, 1.4142135623730951, 2.5, 1e-160, 1e155, 1e-300, 1e300};

    return oddi_rng_below(r, 2) ? exact[oddi_rng_below(r, sizeof exact / sizeof *exact)]
                                : exp(normal(r)) * sqrt((double)d);
}

static void random_matrices(void **state)
{
    static struct fitted f;
    static double x[MAX_N * MAX_D];
    struct oddi_dbscan_kd tree = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    f.state = new_state(1, 1);
    for (int i = 0; i < 6000; i++) {
        size_t d, n = random_matrix(&r, x, &d), min_samples = 1 + (size_t)oddi_rng_below(&r, 8);
        double eps = random_eps(&r, d);

        if (oddi_rng_below(&r, 20) == 0)
            min_samples = 1 + (size_t)oddi_rng_below(&r, n + 3);
        compare(&f, x, n, d, eps, min_samples, 12);
        compare_tree(&tree, x, n, d, eps, min_samples);
    }
    oddi_dbscan_kd_free(&tree);
    free_state(f.state);
}

/* Rows that were not fitted: scored and explained as the twin would. */
static void new_rows(void **state)
{
    static struct fitted f;
    static double x[MAX_N * MAX_D], y[MAX_N * MAX_D], score[MAX_N];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    f.state = new_state(1, 1);
    for (int i = 0; i < 1500; i++) {
        size_t d, n = random_matrix(&r, x, &d), m = 0, min_samples = 1 + (size_t)oddi_rng_below(&r, 6),
                  nearest;
        double eps = random_eps(&r, d);
        struct oddi_matrix rows = {.x = y, .d = d};
        struct twin t;

        for (; m < 40; m++) {
            for (size_t j = 0; j < d; j++)
                y[m * d + j] = x[oddi_rng_below(&r, n) * d + j] + (double)oddi_rng_below(&r, 3) * 0.5 * eps;
        }
        rows.n = m;
        set_parameters(f.state, eps, (int64_t)min_samples);
        fit(&f, x, n, d);
        twin_dbscan(&t, x, n, d, eps, min_samples);
        assert_int_equal(dbscan->score(f.state, &rows, score, NULL, NULL), ODD_OK);
        for (size_t k = 0; k < m; k++) {
            double d2 = twin_nearest(&t, y + k * d, &nearest), distance = sqrt(d2);

            if (t.n_core == 0)
                assert_true(isnan(score[k]));
            else if (d2 <= eps * eps)
                assert_true(score[k] == fmin(75, 75 * distance / eps));
            else
                assert_true(score[k] == fmax(nextafter(75, 100), 100 - 25 * (eps / distance)));
            if (k < 4 && isfinite(y[k * d]))
                expect_explained(&t, &f, y + k * d);
        }
        twin_free(&t);
    }
    free_state(f.state);
}

/* ---- One feature with dense cells ---- */

static double dense_value(struct oddi_rng *r, int kind, size_t i, double scale)
{
    switch (kind) {
    case 0:
        return exp(normal(r) * 2) * scale;
    case 1: /* few values, the ends of cells among them */
        return (double)oddi_rng_below(r, 6) * 0.5;
    case 2:
        return oddi_rng_below(r, 50) ? normal(r) * 0.1 : normal(r) * 20 * scale;
    case 3:
        return (oddi_rng_below(r, 2) ? 1 : -1) * (double)i * 0.01 * scale;
    case 4: /* two dense groups about eps apart, with stragglers between */
        return oddi_rng_below(r, 40) ? floor(oddi_rng_double(r) * 2) * (1.5 + 0.5 * oddi_rng_double(r))
                                     : oddi_rng_double(r) * 4;
    default:
        return oddi_rng_below(r, 2) ? -0.0 : 0.0;
    }
}

/* Values that the cells leave out of the list of core points: new rows at, beside and between them. */
static void expect_scored(struct fitted *f, const struct twin *t, struct oddi_rng *r)
{
    double y[40], score[40];
    struct oddi_matrix rows = {.x = y, .n = 40, .d = 1};
    size_t nearest;

    for (size_t i = 0; i < 40; i++) {
        y[i] = t->x[oddi_rng_below(r, t->n)];
        if (i % 2)
            y[i] = (y[i] + t->x[oddi_rng_below(r, t->n)]) / 2;
    }
    if (oddi_rng_below(r, 2))
        expect_explained(t, f, y + 1);
    assert_int_equal(dbscan->score(f->state, &rows, score, NULL, NULL), ODD_OK);
    for (size_t i = 0; i < 40; i++) {
        double d2 = twin_nearest(t, y + i, &nearest), d = sqrt(d2);

        if (t->n_core > 0)
            assert_true(score[i] == (d2 <= t->eps * t->eps
                                         ? fmin(75, 75 * d / t->eps)
                                         : fmax(nextafter(75, 100), 100 - 25 * (t->eps / d))));
        if (i < 5)
            expect_explained(t, f, y + i);
    }
}

static void one_feature_with_dense_cells(void **state)
{
    static struct fitted f;
    static double x[MAX_N];
    struct oddi_dbscan_1d one = {0};
    struct oddi_dbscan_kd tree = {0};
    struct oddi_rng r;
    size_t condensed = 0;

    (void)state;
    oddi_rng_seed(&r, 11);
    f.state = new_state(1, 1);
    for (int round = 0; round < 240; round++) {
        size_t n = 256 + (size_t)oddi_rng_below(&r, round % 8 ? 300 : MAX_N - 256), min_samples;
        double eps = oddi_rng_below(&r, 2) ? 1 : exp(normal(&r)), scale = exp(normal(&r));
        struct oddi_judged out = {0};
        struct twin t;

        min_samples = 1 + (size_t)oddi_rng_below(&r, round % 6 ? 8 : 40);
        for (size_t i = 0; i < n; i++)
            x[i] = dense_value(&r, round % 6, i, scale);
        set_parameters(f.state, eps, (int64_t)min_samples);
        twin_dbscan(&t, x, n, 1, eps, min_samples);
        fit(&f, x, n, 1);
        expect_judged(&t, &f);
        expect_scored(&f, &t, &r);
        twin_free(&t);
        compare_tree(&tree, x, n, 1, eps, min_samples);
        assert_true(oddi_dbscan_1d_fit(
            &one, &(struct oddi_dbscan_rule){.eps = eps, .eps2 = eps * eps, .min_samples = min_samples}, x, n,
            &out));
        condensed += one.condensed;
    }
    assert_true(condensed > 120); /* the test is about these */
    oddi_dbscan_1d_free(&one);
    oddi_dbscan_kd_free(&tree);
    free_state(f.state);
}

/* ---- What must hold on any matrix ---- */

static void permuted_rows_keep_their_verdicts(void **state)
{
    static struct fitted a, b;
    static double x[MAX_N * MAX_D], y[MAX_N * MAX_D];
    static size_t order[MAX_N];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 3);
    a.state = new_state(1, 4);
    b.state = new_state(1, 4);
    for (int round = 0; round < 500; round++) {
        size_t d, n = random_matrix(&r, x, &d);

        for (size_t i = 0; i < n; i++) {
            size_t k = (size_t)oddi_rng_below(&r, i + 1);

            order[i] = order[k];
            order[k] = i;
        }
        for (size_t i = 0; i < n; i++)
            memcpy(y + i * d, x + order[i] * d, d * sizeof *y);
        fit(&a, x, n, d);
        fit(&b, y, n, d);
        assert_int_equal(a.out.n_clusters, b.out.n_clusters);
        assert_int_equal(a.out.n_noise, b.out.n_noise);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(a.label[order[i]] == -1, b.label[i] == -1);
            assert_true(a.score[order[i]] == b.score[i] || (isnan(b.score[i]) && isnan(a.score[order[i]])));
        }
    }
    free_state(a.state);
    free_state(b.state);
}

/* Every row k times with k times the min_samples: the same verdict for each copy. */
static void repeated_rows_are_weights(void **state)
{
    static struct fitted a, b;
    static double x[MAX_N * MAX_D], y[MAX_N * MAX_D];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    a.state = new_state(1, 4);
    b.state = new_state(1, 12);
    for (int round = 0; round < 500; round++) {
        size_t d, n = random_matrix(&r, x, &d);

        for (size_t i = 0; i < 3 * n; i++)
            memcpy(y + i * d, x + i % n * d, d * sizeof *y);
        fit(&a, x, n, d);
        fit(&b, y, 3 * n, d);
        assert_int_equal(a.out.n_clusters, b.out.n_clusters);
        for (size_t i = 0; i < 3 * n; i++) {
            assert_int_equal(a.label[i % n], b.label[i]);
            assert_true(a.score[i % n] == b.score[i] || (isnan(a.score[i % n]) && isnan(b.score[i])));
        }
    }
    free_state(a.state);
    free_state(b.state);
}

static void hand_made_cases(void **state)
{
    static struct fitted f;
    static const double two[] = {0, 1}, apart[] = {0, 1, 10, 11}, zeros[] = {0.0, -0.0, 0.0, -0.0, 3};
    static const double border[] = {5, 0, 0, 0,
                                    4, 9, 9, 9}; /* rows 0 and 4 are border points of two clusters */

    (void)state;
    f.state = new_state(1, 2);
    fit(&f, two, 2, 1); /* exactly eps apart, and each counts itself */
    assert_int_equal(f.label[0], 0);
    assert_int_equal(f.label[1], 0);
    assert_true(f.score[1] == 0);
    fit(&f, apart, 4, 1);
    assert_int_equal(f.out.n_clusters, 2);
    assert_int_equal(f.label[3], 1);
    set_parameters(f.state, 1, 4);
    fit(&f, zeros, 5, 1); /* -0 is 0 */
    assert_int_equal(f.label[1], 0);
    assert_int_equal(f.label[4], -1);
    assert_true(fabs(f.score[4] - (100 - 25.0 / 3)) < 1e-12);
    set_parameters(f.state, 4.5, 4);
    fit(&f, border, 8, 1);
    assert_int_equal(f.out.n_noise, 0);
    assert_int_equal(f.label[1], f.label[4]);
    free_state(f.state);
}

static void nothing_to_compare_with(void **state)
{
    static struct fitted f;
    static const double x[] = {1, 2, 3, 4, 5, 6};
    double share[2], normal_at[2], score[3];
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    struct oddi_matrix rows = {.x = (double *)x, .n = 3, .d = 2};

    (void)state;
    f.state = new_state(1, 3);
    assert_int_equal(dbscan->explain(f.state, x, &why, NULL), ODD_END); /* never fitted */
    for (size_t d = 1; d <= 2; d++) {
        fit(&f, x, 6 / d, d);
        assert_int_equal(f.out.n_noise, d == 1 ? 0 : 3);
        fit(&f, x, 2, d);
        assert_int_equal(f.out.n_clusters, 0);
        assert_int_equal(f.out.n_noise, 2);
        assert_int_equal(f.label[1], -1);
        assert_true(isnan(f.score[0]) && isnan(f.score[1]));
        assert_int_equal(dbscan->explain(f.state, x, &why, NULL), ODD_END);
    }
    assert_int_equal(dbscan->score(f.state, &rows, score, NULL, NULL), ODD_OK);
    assert_true(isnan(score[0]) && isnan(score[2]));
    fit(&f, x, 0, 2);
    assert_int_equal(f.out.n_clusters + f.out.n_noise, 0);
    free_state(f.state);
}

static void wrong_use_is_told(void **state)
{
    static struct fitted f;
    static const double x[] = {1, 1, 1, 1};
    union oddi_value values[2] = {{.f = 0}, {.i = 5}};
    struct oddi_matrix none = {.x = (double *)x, .n = 2, .d = 0}, other = {.x = (double *)x, .n = 1, .d = 3};
    struct oddi_matrix many = {.x = (double *)x, .n = (size_t)INT32_MAX + 1, .d = 1};
    struct odd_error err = ODD_ERROR_INIT;
    double score[1];

    (void)state;
    f.state = new_state(1, 2);
    assert_int_equal(dbscan->init(f.state, values, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "eps"));
    values[0].f = INFINITY;
    assert_int_equal(dbscan->init(f.state, values, &err), ODD_ERR_USAGE);
    values[0].f = 1;
    values[1].i = 0;
    assert_int_equal(dbscan->init(f.state, values, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "min_samples"));
    f.out = (struct oddi_judged){0};
    assert_int_equal(dbscan->fit(f.state, &none, &f.out, &err), ODD_ERR_USAGE);
    assert_int_equal(dbscan->fit(f.state, &many, &f.out, &err), ODD_ERR_LIMIT);
    fit(&f, x, 2, 2);
    assert_int_equal(dbscan->score(f.state, &other, score, NULL, &err), ODD_ERR_USAGE);
    free_state(f.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hand_made_cases),
        cmocka_unit_test(nothing_to_compare_with),
        cmocka_unit_test(wrong_use_is_told),
        cmocka_unit_test(all_placements_of_up_to_six_points),
        cmocka_unit_test(all_placements_on_a_line),
        cmocka_unit_test(random_matrices),
        cmocka_unit_test(new_rows),
        cmocka_unit_test(one_feature_with_dense_cells),
        cmocka_unit_test(permuted_rows_keep_their_verdicts),
        cmocka_unit_test(repeated_rows_are_weights),
    };

    dbscan = oddi_detector_find("dbscan");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
