/* What p promises: on exchangeable rows the rate of p <= a is that of a beta-binomial law, scope by scope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "baseline/fit.h"
#include "baseline/scope_search.h"

#define D      3
#define LEARN  6000
#define NEW    4000
#define DRAWS  200
#define SCOPES 2
#define LEVELS 3

static const double levels[LEVELS] = {1e-1, 1e-2, 1e-3};

static double normal(struct oddi_rng *r)
{
    double u = 1 - oddi_rng_double(r), v = oddi_rng_double(r);

    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* Rows drawn independently, each a host and day of its own; the second net is another population, with heavier tails. */
static void draw(struct oddi_rng *r, size_t n, double *x, struct oddi_row_key *key)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t net = (uint8_t)oddi_rng_below(r, 2);

        key[i] = (struct oddi_row_key){.host = oddi_rng_next(r) | 1,
                                       .hash = oddi_rng_next(r),
                                       .addr = {.kind = ODDI_ADDR_V4, .bytes = {10, net}},
                                       .service = ODDI_NO_SERVICE,
                                       .day = (int32_t)(15000 + i % 14),
                                       .hour = (uint8_t)oddi_rng_below(r, 24),
                                       .weekday = (uint8_t)(i % 7)};
        for (size_t j = 0; j < D; j++)
            x[i * D + j] = net ? exp(1.5 * normal(r)) : normal(r);
    }
}

/* Scopes are searched in the half of the rows that does not calibrate them. */
static void find_scopes(const struct oddi_rows_view *rows, struct oddi_scope_tree *tree)
{
    static double x[LEARN * D];
    static struct oddi_row_key key[LEARN];
    struct oddi_scope_options o = ODDI_SCOPE_DEFAULTS;
    struct oddi_rows_view half = {0, D, x, key};

    for (size_t i = 0; i < rows->n; i++) {
        if (oddi_row_half(&rows->key[i]) != 0)
            continue;
        for (size_t j = 0; j < D; j++)
            x[half.n * D + j] = rows->x[i * D + j];
        key[half.n++] = rows->key[i];
    }
    assert_int_equal(oddi_scope_search(&half, &o, tree, NULL, NULL), ODD_OK);
}

struct tally {
    uint64_t n, new, hits[LEVELS]; /* calibration rows; new rows, and those with p <= level */
};

static void run(uint64_t seed, struct tally out[SCOPES])
{
    static double x[LEARN * D], fresh[NEW * D];
    static struct oddi_row_key key[LEARN], fresh_key[NEW];
    struct oddi_rows_view rows = {LEARN, D, x, key};
    struct oddi_scope_tree tree;
    struct oddi_model model[SCOPES + 1];
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    draw(&r, LEARN, x, key);
    draw(&r, NEW, fresh, fresh_key);
    find_scopes(&rows, &tree);
    assert_int_equal(tree.n_models, SCOPES + 1);
    assert_int_equal(oddi_models_fit(&rows, &tree, 0, model, NULL, NULL), ODD_OK);
    for (size_t s = 0; s < SCOPES; s++)
        out[s] = (struct tally){.n = model[s + 1].cal.n};
    for (size_t i = 0; i < NEW; i++) {
        struct oddi_judgement j;

        oddi_models_judge(model, &tree, D, 0, &fresh_key[i], fresh + i * D, &j);
        out[j.model - 1].new ++;
        /* What no calibration row is as odd as is marked: levels below 1/(n + 1) are not promised. */
        assert_int_equal(j.extrapolated, j.ln_p < -log((double)out[j.model - 1].n + 1) - 1e-12);
        for (size_t l = 0; l < LEVELS; l++)
            out[j.model - 1].hits[l] += j.ln_p <= log(levels[l]) + 1e-12;
    }
    oddi_models_clear(model, tree.n_models);
    oddi_scope_tree_clear(&tree);
}

/* ln P(X = x), X ~ BetaBin(m, a, b) */
static double ln_beta_binomial(double x, double m, double a, double b)
{
    return lgamma(m + 1) - lgamma(x + 1) - lgamma(m - x + 1) + lgamma(x + a) + lgamma(m - x + b) -
           lgamma(m + a + b) + lgamma(a + b) - lgamma(a) - lgamma(b);
}

/* Whether x lies within the central 1 - alpha of the law. */
static bool within(const struct tally *t, size_t l, double alpha)
{
    double k = floor(levels[l] * ((double)t->n + 1)), b = (double)t->n + 1 - k, m = (double)t->new, below = 0,
           at;

    for (uint64_t x = 0; x < t->hits[l]; x++)
        below += exp(ln_beta_binomial((double)x, m, k, b));
    at = exp(ln_beta_binomial((double)t->hits[l], m, k, b));
    return below + at > alpha / 2 && 1 - below > alpha / 2;
}

static void rate_is_kept(void **state)
{
    double excess[SCOPES][LEVELS] = {{0}}, variance[SCOPES][LEVELS] = {{0}};
    size_t outside = 0, tests = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        struct tally t[SCOPES];

        run(seed, t);
        for (size_t s = 0; s < SCOPES; s++)
            for (size_t l = 0; l < LEVELS; l++) {
                double k = floor(levels[l] * ((double)t[s].n + 1)), b = (double)t[s].n + 1 - k;
                double m = (double)t[s].new, mean = k / (k + b);

                assert_true(k >= 1); /* levels below 1/(n + 1) are extrapolated, and not promised */
                excess[s][l] += (double)t[s].hits[l] / m - mean;
                variance[s][l] += mean * (1 - mean) * (k + b + m) / (m * (k + b + 1));
                outside += !within(&t[s], l, 0.01);
                tests++;
                assert_true(seed > 1 || within(&t[s], l, 0.01 / SCOPES));
            }
    }
    for (size_t s = 0; s < SCOPES; s++)
        for (size_t l = 0; l < LEVELS; l++) {
            print_message("scope %zu, p <= %g: %+.2f standard errors\n", s + 1, levels[l],
                          excess[s][l] / sqrt(variance[s][l]));
            assert_true(fabs(excess[s][l]) <= 3 * sqrt(variance[s][l]));
        }
    print_message("%zu of %zu outside of their 99 %% intervals\n", outside, tests);
    assert_true((double)outside <= 0.02 * (double)tests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rate_is_kept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
