/* Models against a slow twin that really fits again without each host and day; what they promise of new rows. */
/* needs: failalloc */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "baseline/fit.h"
#include "failalloc.h"

enum { D = 3 };

struct rows {
    struct oddi_rows_view view;
    double *x;
    struct oddi_row_key *key;
};

static double normal(struct oddi_rng *rng)
{
    double z = 0;

    for (int i = 0; i < 12; i++)
        z += oddi_rng_double(rng);
    return z - 6;
}

/* `hosts` hosts on `days` days, `each` rows a host and day, whose hosts differ by `spread`. */
static struct rows make(size_t hosts, size_t days, size_t each, double spread, uint64_t seed)
{
    size_t n = hosts * days * each, i = 0;
    struct rows r = {.x = malloc((n + 1) * D * sizeof(double)), .key = calloc(n + 1, sizeof *r.key)};
    struct oddi_rng rng;

    oddi_rng_seed(&rng, seed);
    for (size_t h = 0; h < hosts; h++) {
        double own = spread * normal(&rng);

        for (size_t day = 0; day < days; day++)
            for (size_t e = 0; e < each; e++, i++) {
                r.key[i] = (struct oddi_row_key){.host = (h + 1) * 977,
                                                 .hash = oddi_rng_next(&rng),
                                                 .start = (int64_t)(day * 24 + e),
                                                 .day = (int32_t)day,
                                                 .hour = (uint8_t)(e % 24),
                                                 .service = ODDI_NO_SERVICE};
                r.key[i].addr.kind = ODDI_ADDR_V4;
                r.key[i].addr.bytes[0] = h % 2 ? 10 : 20;
                r.x[i * D] = own + normal(&rng) + (h % 2 ? 0 : 4);
                r.x[i * D + 1] = 3 * normal(&rng);
                r.x[i * D + 2] = 7; /* never varies */
            }
    }
    r.view = (struct oddi_rows_view){n, D, r.x, r.key};
    return r;
}

static void drop(struct rows *r)
{
    free(r->x);
    free(r->key);
}

/* ---- The twin ---- */

static void twin_fit_within(const struct rows *r, const struct oddi_row_key *without, const double *within,
                            double *location, double *scale)
{
    for (int j = 0; j < D; j++) {
        double n = 0, sum = 0, square = 0, sd, least, root;

        for (size_t i = 0; i < r->view.n; i++)
            if (!without || r->key[i].host != without->host || r->key[i].day != without->day) {
                n++;
                sum += r->x[i * D + j];
            }
        for (size_t i = 0; i < r->view.n; i++)
            if (!without || r->key[i].host != without->host || r->key[i].day != without->day)
                square += pow(r->x[i * D + j] - sum / n, 2);
        location[j] = sum / n;
        root = within ? within[j] * within[j] : square / n;
        sd = sqrt((square + 50 * root) / (n + 200));
        least = 0.05 * sqrt(root) + 1e-3;
        scale[j] = sd > least ? sd : least;
    }
}

static void twin_fit(const struct rows *r, const struct oddi_row_key *without, double *location,
                     double *scale)
{
    twin_fit_within(r, without, NULL, location, scale);
}

static double twin_score(const double *x, const double *location, const double *scale)
{
    double sum = 0;

    for (int j = 0; j < D; j++)
        sum += pow((x[j] - location[j]) / scale[j], 2);
    return sum;
}

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

static void fits_as_the_twin(void **state)
{
    struct rows r = make(17, 3, 5, 1, 3);
    struct oddi_scope_tree tree;
    struct oddi_model m;
    double location[D], scale[D], *score = malloc(r.view.n * sizeof *score);

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    assert_int_equal(oddi_models_fit(&r.view, &tree, 100, &m, NULL, NULL), ODD_OK);
    twin_fit(&r, NULL, location, scale);
    for (int j = 0; j < D; j++) {
        assert_true(fabs(m.location[j] - location[j]) < 1e-12);
        assert_true(fabs(m.scale[j] - scale[j]) < 1e-12);
    }
    for (size_t i = 0; i < r.view.n; i++) {
        twin_fit(&r, &r.key[i], location, scale);
        score[i] = twin_score(r.x + i * D, location, scale);
    }
    qsort(score, r.view.n, sizeof *score, ascending);
    assert_int_equal(m.cal.n, r.view.n);
    assert_int_equal(m.cal.n_kept, r.view.n);
    for (size_t i = 0; i < r.view.n; i++)
        assert_true(fabs(m.cal.score[i] - score[i]) < 1e-9 * (1 + score[i]));
    assert_int_equal(m.support.rows, 255);
    assert_int_equal(m.support.hosts, 17);
    assert_int_equal(m.support.days, 3);
    assert_int_equal(m.support.first, 0);
    assert_int_equal(m.support.last, 52);
    free(score);
    oddi_models_clear(&m, 1);
    oddi_scope_tree_clear(&tree);
    drop(&r);
}

/* Of rows that never differ in a feature the others say how much they might. */
static void fits_within_others_as_the_twin(void **state)
{
    struct rows r = make(17, 3, 5, 1, 3);
    const double within[D] = {40, 0.25};
    struct oddi_scope_tree tree;
    struct oddi_model m;
    double location[D], scale[D], *score = malloc(r.view.n * sizeof *score);

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    assert_int_equal(oddi_models_fit_within(&r.view, &tree, within, 100, &m, NULL, NULL), ODD_OK);
    twin_fit_within(&r, NULL, within, location, scale);
    for (int j = 0; j < D; j++) {
        assert_true(fabs(m.location[j] - location[j]) < 1e-12);
        assert_true(fabs(m.scale[j] - scale[j]) < 1e-12);
    }
    for (size_t i = 0; i < r.view.n; i++) {
        twin_fit_within(&r, &r.key[i], within, location, scale);
        score[i] = twin_score(r.x + i * D, location, scale);
    }
    qsort(score, r.view.n, sizeof *score, ascending);
    assert_int_equal(m.cal.n, r.view.n);
    assert_int_equal(m.cal.n_kept, r.view.n);
    for (size_t i = 0; i < r.view.n; i++)
        assert_true(fabs(m.cal.score[i] - score[i]) < 1e-9 * (1 + score[i]));
    assert_int_equal(m.support.rows, 255);
    assert_int_equal(m.support.hosts, 17);
    assert_int_equal(m.support.days, 3);
    assert_int_equal(m.support.first, 0);
    assert_int_equal(m.support.last, 52);
    free(score);
    oddi_models_clear(&m, 1);
    oddi_scope_tree_clear(&tree);
    drop(&r);
}

/* Two nets. */
static struct oddi_scope_tree two_scopes(void)
{
    struct oddi_scope_tree t = {.n_nodes = 3, .nodes = calloc(3, sizeof *t.nodes), .n_models = 3};

    t.parent = calloc(3, sizeof *t.parent);
    t.parent[0] = ODDI_NO_NODE;
    t.nodes[0] = (struct oddi_scope_node){.cut = {.kind = ODDI_CUT_NET, .net = {.bits = 8}},
                                          .parent = ODDI_NO_NODE,
                                          .inside = 1,
                                          .outside = 2,
                                          .model = ODDI_NO_NODE};
    t.nodes[0].cut.net.addr.kind = ODDI_ADDR_V4;
    t.nodes[0].cut.net.addr.bytes[0] = 10;
    for (uint32_t i = 1; i < 3; i++)
        t.nodes[i] = (struct oddi_scope_node){
            .parent = 0, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = i};
    return t;
}

/* A scope's rows alone make its model, the half that was not searched its calibration; p is shrunk by the formula. */
static void scopes_and_shrinkage(void **state)
{
    struct rows r = make(60, 2, 6, 0.3, 8);
    struct oddi_scope_tree tree = two_scopes();
    struct oddi_model m[3];
    struct oddi_judgement j;
    double x[D] = {1.5, 2, 7}, mean = 0, own, root, n, expected;
    size_t inside = 0, second = 0;
    bool beyond;

    (void)state;
    assert_int_equal(oddi_models_fit(&r.view, &tree, 100, m, NULL, NULL), ODD_OK);
    for (size_t i = 0; i < r.view.n; i++)
        if (r.key[i].addr.bytes[0] == 10) {
            inside++;
            second += oddi_row_half(&r.key[i]);
            mean += r.x[i * D];
        }
    assert_true(fabs(m[1].location[0] - mean / (double)inside) < 1e-12);
    assert_int_equal(m[1].support.rows, inside);
    assert_int_equal(m[1].cal.n, second);
    oddi_models_judge(m, &tree, D, 100, &r.key[6 * 2], x, &j); /* host 1: 10/8 */
    assert_int_equal(j.model, 1);
    own = exp(oddi_calibration_ln_p(&m[1].cal, oddi_model_score(&m[1], x, D, NULL), &beyond));
    root = exp(oddi_calibration_ln_p(&m[0].cal, oddi_model_score(&m[0], x, D, NULL), &beyond));
    n = (double)m[1].cal.n;
    expected = log((n * own + 100 * root) / (n + 100));
    assert_true(fabs(j.ln_p - expected) < 1e-12);
    oddi_models_judge(m, &tree, D, 0, &r.key[6 * 2], x, &j);
    assert_true(fabs(j.ln_p - log(own)) < 1e-12);
    oddi_models_clear(m, 3);
    oddi_scope_tree_clear(&tree);
    drop(&r);
}

/* A scope that is too small leaves its rows to all. */
static void small_scopes(void **state)
{
    struct rows r = make(40, 1, 4, 0, 1);
    struct oddi_scope_tree tree = two_scopes();
    struct oddi_model m[3];
    struct oddi_judgement j, root;
    struct oddi_scope_tree none;

    (void)state;
    assert_int_equal(oddi_scope_none(&none, NULL), ODD_OK);
    assert_int_equal(oddi_models_fit(&r.view, &tree, 100, m, NULL, NULL), ODD_OK);
    assert_int_equal(m[1].cal.n_kept, 0); /* 80 rows */
    oddi_models_judge(m, &tree, D, 100, &r.key[4], r.x, &j);
    oddi_models_judge(m, &none, D, 100, &r.key[4], r.x, &root);
    assert_int_equal(j.model, 0);
    assert_true(j.ln_p == root.ln_p && j.score == root.score);
    oddi_models_clear(m, 3);
    oddi_scope_tree_clear(&tree);
    oddi_scope_tree_clear(&none);
    drop(&r);
}

static void too_few_rows(void **state)
{
    struct oddi_scope_tree tree;
    struct oddi_model m;

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    for (size_t n = 0; n <= 119; n += 119) {
        struct rows r = make(n, 1, 1, 0, 1);

        assert_int_equal(oddi_models_fit(&r.view, &tree, 100, &m, NULL, NULL), ODD_OK);
        assert_int_equal(m.cal.n_kept, 0);
        assert_int_equal(m.support.rows, n);
        oddi_models_clear(&m, 1);
        drop(&r);
    }
    oddi_scope_tree_clear(&tree);
}

/* Infinitely far is finite, and as odd as can be. */
static void far_rows(void **state)
{
    struct rows r = make(50, 1, 4, 0, 2);
    struct oddi_scope_tree tree;
    struct oddi_model m;
    double x[D] = {1e200, -1e308, 7}, share[D];
    struct oddi_judgement j;

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    assert_int_equal(oddi_models_fit(&r.view, &tree, 100, &m, NULL, NULL), ODD_OK);
    assert_true(isfinite(oddi_model_score(&m, x, D, share)));
    assert_true(fabs(share[0] + share[1] + share[2] - 1) < 1e-12);
    oddi_models_judge(&m, &tree, D, 100, &r.key[0], x, &j);
    assert_true(isfinite(j.ln_p) && j.extrapolated);
    oddi_models_clear(&m, 1);
    oddi_scope_tree_clear(&tree);
    drop(&r);
}

/* Rows of which each is a host and day of its own are exchangeable: the mean rate of p <= a is what is promised, within 4
 * standard errors (the model scored for calibration lacks one row of 400). */
static void holds_what_it_promises(void **state)
{
    static const double levels[] = {0.1, 0.01};
    enum { N = 399, TESTS = 200, DRAWS = 200 };
    double sum[2] = {0}, square[2] = {0};
    struct oddi_scope_tree tree;

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    for (uint64_t d = 0; d < DRAWS; d++) {
        struct rows r = make(N + TESTS, 1, 1, 0.5, 1000 + d);
        struct oddi_rows_view learnt = {N, D, r.x, r.key};
        struct oddi_model m;
        double hits[2] = {0};

        assert_int_equal(oddi_models_fit(&learnt, &tree, 0, &m, NULL, NULL), ODD_OK);
        for (size_t i = N; i < N + TESTS; i++) {
            struct oddi_judgement j;

            oddi_models_judge(&m, &tree, D, 0, &r.key[i], r.x + i * D, &j);
            for (int l = 0; l < 2; l++)
                hits[l] += exp(j.ln_p) <= levels[l] * (1 + 1e-12);
        }
        for (int l = 0; l < 2; l++) {
            sum[l] += hits[l] / TESTS;
            square[l] += hits[l] / TESTS * hits[l] / TESTS;
        }
        oddi_models_clear(&m, 1);
        drop(&r);
    }
    for (int l = 0; l < 2; l++) {
        double mean = sum[l] / DRAWS, error = sqrt((square[l] / DRAWS - mean * mean) / DRAWS);

        assert_true(fabs(mean - floor(levels[l] * (N + 1) + 1e-9) / (N + 1)) < 4 * error);
    }
    oddi_scope_tree_clear(&tree);
}

/* A row held out: its rank among the rest of the calibration, its own host and day not fitted on. */
static void held_out(void **state)
{
    struct rows r = make(30, 2, 4, 0.5, 6);
    struct oddi_scope_tree tree;
    struct oddi_model m;
    double *held = malloc(r.view.n * sizeof *held), location[D], scale[D];

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    assert_int_equal(oddi_models_fit(&r.view, &tree, 100, &m, held, NULL), ODD_OK);
    for (size_t i = 0; i < r.view.n; i++) {
        size_t k = 0;
        double own;

        twin_fit(&r, &r.key[i], location, scale);
        own = twin_score(r.x + i * D, location, scale);
        for (size_t o = 0; o < r.view.n; o++) {
            twin_fit(&r, &r.key[o], location, scale);
            k += twin_score(r.x + o * D, location, scale) >= own * (1 - 1e-9);
        }
        assert_true(fabs(held[i] - log((double)k / (double)r.view.n)) < 1e-9);
    }
    free(held);
    oddi_models_clear(&m, 1);
    oddi_scope_tree_clear(&tree);
    drop(&r);
}

static enum odd_status fit_story(void *ctx)
{
    struct rows *r = ctx;
    struct oddi_scope_tree tree;
    struct oddi_model m;
    enum odd_status status = oddi_scope_none(&tree, NULL);

    if (status != ODD_OK)
        return status;
    status = oddi_models_fit(&r->view, &tree, 100, &m, NULL, NULL);
    if (status == ODD_OK)
        oddi_models_clear(&m, 1);
    oddi_scope_tree_clear(&tree);
    return status;
}

static void memory_ends(void **state)
{
    struct rows r = make(30, 2, 4, 0.5, 5);

    (void)state;
    assert_true(failalloc_sweep(fit_story, &r));
    drop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_as_the_twin),
        cmocka_unit_test(fits_within_others_as_the_twin),
        cmocka_unit_test(scopes_and_shrinkage),
        cmocka_unit_test(small_scopes),
        cmocka_unit_test(too_few_rows),
        cmocka_unit_test(far_rows),
        cmocka_unit_test(holds_what_it_promises),
        cmocka_unit_test(held_out),
        cmocka_unit_test(memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
