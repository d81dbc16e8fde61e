/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "baseline/budget_days.h"
#include "failalloc.h"

#define PLANS 2

/* Rows of two plans: hosts x days x rows, and hosts x days, with p that are uniform and alike within a host's day. */
struct traffic {
    struct oddi_row_key *key[PLANS];
    double *ln_p[PLANS];
    struct oddi_day_rows rows[PLANS];
};

static void make(struct traffic *t, uint64_t seed, uint32_t hosts, int32_t days, size_t rows)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    for (size_t j = 0; j < PLANS; j++) {
        size_t each = j == 0 ? rows : 1, i = 0;

        t->key[j] = calloc(hosts * (size_t)days * each, sizeof *t->key[j]);
        t->ln_p[j] = calloc(hosts * (size_t)days * each, sizeof *t->ln_p[j]);
        for (int32_t d = 0; d < days; d++)
            for (uint64_t h = 1; h <= hosts; h++) {
                double mood = oddi_rng_double(&r);

                for (size_t k = 0; k < each; k++, i++) {
                    t->key[j][i] = (struct oddi_row_key){.host = h, .day = d, .service = ODDI_NO_SERVICE};
                    t->ln_p[j][i] = log(oddi_rng_double(&r) < .5 ? mood : 1 - oddi_rng_double(&r));
                    if (oddi_row_half(&t->key[j][i]) == 0)
                        t->ln_p[j][i] = NAN;
                }
            }
        t->rows[j] = (struct oddi_day_rows){i, t->key[j], t->ln_p[j]};
    }
}

static void drop(struct traffic *t)
{
    for (size_t j = 0; j < PLANS; j++) {
        free(t->key[j]);
        free(t->ln_p[j]);
    }
}

/* The greatest surprise of a host's day; negative if it has no row that calibrates. */
static double surprise(const struct traffic *t, size_t j, uint64_t host, int32_t day)
{
    double s = -1;

    for (size_t i = 0; i < t->rows[j].n; i++)
        if (t->key[j][i].host == host && t->key[j][i].day == day && -t->ln_p[j][i] > s)
            s = -t->ln_p[j][i];
    return s;
}

/* All ranks by counting. */
static void ranks_as_counted(void **state)
{
    enum { HOSTS = 40, DAYS = 5 };
    static double s[PLANS][HOSTS * DAYS], joint[HOSTS * DAYS];
    struct oddi_day_stage stage;
    struct traffic t;
    size_t n = 0;

    (void)state;
    make(&t, 3, HOSTS, DAYS, 6);
    assert_int_equal(oddi_day_stage_make(t.rows, PLANS, &stage, NULL), ODD_OK);
    assert_true(stage.per_day == HOSTS);
    for (uint64_t h = 1; h <= HOSTS; h++)
        for (int32_t d = 0; d < DAYS; d++) {
            if (surprise(&t, 0, h, d) < 0)
                continue;
            for (size_t j = 0; j < PLANS; j++)
                s[j][n] = surprise(&t, j, h, d);
            n++;
        }
    assert_int_equal(stage.joint.n, n);
    for (size_t i = 0; i < n; i++) {
        double least = 0;

        for (size_t j = 0; j < PLANS; j++) {
            double k = 0, ln_p;

            for (size_t m = 0; m < n; m++)
                k += s[j][m] >= s[j][i];
            ln_p = oddi_day_ln_p(&stage, j, s[j][i]);
            assert_true(fabs(exp(ln_p) - (k + 1) / ((double)n + 1)) < 1e-12);
            least = fmin(least, ln_p);
        }
        joint[i] = oddi_day_join(&stage, least);
        assert_true(fabs(exp(joint[i]) - fmin(1, 2 * exp(least))) < 1e-12);
    }
    for (double per_day = 1; per_day < HOSTS; per_day += 3.7) {
        struct oddi_budget b;
        double count = 0;

        oddi_budget_rate(&stage, per_day, &b);
        for (size_t i = 0; i < n; i++)
            count += joint[i] <= b.ln_p;
        assert_true(b.extrapolated || fabs(b.share - count / (double)n) < 1e-12);
        assert_true(b.per_day <= per_day && b.per_day == b.share * HOSTS);
        for (size_t i = 0; i < n; i++) { /* a row's threshold says the same as its day's p */
            bool alert = false;

            for (size_t j = 0; j < PLANS; j++)
                alert = alert || s[j][i] >= oddi_day_row_surprise(&stage, j, b.ln_p);
            assert_int_equal(alert, joint[i] <= b.ln_p);
        }
    }
    oddi_day_stage_clear(&stage);
    drop(&t);
}

/* New days of the same traffic cost what was asked for. */
static void budget_is_kept(void **state)
{
    enum { HOSTS = 300, DAYS = 14, DRAWS = 12 };
    static const double asked[] = {5, 10, 20};
    double spent[3] = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        struct oddi_day_stage stage;
        struct oddi_budget b;
        struct traffic learn, new;

        make(&learn, 2 * seed, HOSTS, DAYS, 8);
        make(&new, 2 * seed + 1, HOSTS, 2, 8);
        assert_int_equal(oddi_day_stage_make(learn.rows, PLANS, &stage, NULL), ODD_OK);
        for (size_t k = 0; k < 3; k++) {
            size_t alerts = 0, calibrates = 0;

            oddi_budget_rate(&stage, asked[k], &b);
            assert_true(b.per_day <= asked[k] && b.per_day > 0.9 * asked[k]);
            for (uint64_t h = 1; h <= HOSTS; h++)
                for (int32_t d = 0; d < 2; d++) {
                    double s0 = surprise(&new, 0, h, d), s1 = surprise(&new, 1, h, d);

                    if (s0 < 0)
                        continue;
                    calibrates++;
                    alerts += s0 >= oddi_day_row_surprise(&stage, 0, b.ln_p) ||
                              s1 >= oddi_day_row_surprise(&stage, 1, b.ln_p);
                }
            spent[k] += (double)alerts / (double)calibrates * HOSTS / DRAWS;
        }
        oddi_day_stage_clear(&stage);
        drop(&learn);
        drop(&new);
    }
    print_message("alerts a day where 5, 10, 20 were asked for: %.1f %.1f %.1f\n", spent[0], spent[1],
                  spent[2]);
    for (size_t k = 0; k < 3; k++) { /* 12 draws of about 300 days of a host: three standard errors */
        double share = asked[k] / HOSTS, n = DRAWS * HOSTS;

        assert_true(fabs(spent[k] / HOSTS - share) < 3 * sqrt(share * (1 - share) / n * 2));
    }
}

/* Plans about few and about many units: each spends as many alerts a day. */
static void plans_share_alike(void **state)
{
    enum { DAYS = 30 };
    static const uint32_t units[PLANS] = {100, 2000};
    static struct oddi_row_key key[PLANS][2000 * DAYS];
    static double ln_p[PLANS][2000 * DAYS];
    struct oddi_day_rows rows[PLANS];
    struct oddi_day_stage stage;
    struct oddi_budget b;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 9);
    for (size_t j = 0; j < PLANS; j++) {
        rows[j] = (struct oddi_day_rows){units[j] * (size_t)DAYS, key[j], ln_p[j]};
        for (size_t i = 0; i < rows[j].n; i++) {
            key[j][i] =
                (struct oddi_row_key){.host = (j + 1) * 10000 + i % units[j], .day = (int32_t)(i / units[j])};
            ln_p[j][i] = log(1 - oddi_rng_double(&r));
        }
    }
    assert_int_equal(oddi_day_stage_make(rows, PLANS, &stage, NULL), ODD_OK);
    assert_true(stage.per_day == 2100);
    oddi_budget_rate(&stage, 10, &b);
    for (size_t j = 0; j < PLANS; j++) {
        size_t alerts = 0;

        for (size_t i = 0; i < rows[j].n; i++)
            alerts += -ln_p[j][i] >= oddi_day_row_surprise(&stage, j, b.ln_p);
        assert_true(alerts >= 140 && alerts <= 151); /* 5 a day */
    }
    oddi_day_stage_clear(&stage);
}

static void ends_of_budgets(void **state)
{
    struct oddi_day_stage stage;
    struct oddi_budget b;
    struct traffic t;

    (void)state;
    make(&t, 1, 50, 4, 3);
    assert_int_equal(oddi_day_stage_make(t.rows, PLANS, &stage, NULL), ODD_OK);
    oddi_budget_rate(&stage, 1000, &b);
    assert_true(b.ln_p == 0 && b.share == 1 && b.per_day == 50 && !b.extrapolated);
    oddi_budget_share(&stage, 1e-6, &b);
    assert_true(b.extrapolated && b.share > .99e-6 && b.share < 1.01e-6);
    assert_true(isfinite(oddi_day_row_surprise(&stage, 0, b.ln_p)));
    oddi_day_stage_clear(&stage);

    /* One plan without any row that calibrates, then none at all. */
    for (size_t i = 0; i < t.rows[1].n; i++)
        t.ln_p[1][i] = NAN;
    assert_int_equal(oddi_day_stage_make(t.rows, PLANS, &stage, NULL), ODD_OK);
    assert_true(oddi_day_ln_p(&stage, 1, 1e9) == 0 && isinf(oddi_day_row_surprise(&stage, 1, -3)));
    oddi_day_stage_clear(&stage);
    assert_int_equal(oddi_day_stage_make(t.rows + 1, 1, &stage, NULL), ODD_ERR_NO_DATA);
    drop(&t);
}

/* The greatest k with p_(k) <= k q/m, by trying all. */
static void false_discoveries(void **state)
{
    struct oddi_day_stage stage;
    struct oddi_rng r;
    struct traffic t;
    double ln_p[200], sorted[200];

    (void)state;
    make(&t, 5, 100, 20, 2);
    assert_int_equal(oddi_day_stage_make(t.rows, PLANS, &stage, NULL), ODD_OK);
    oddi_rng_seed(&r, 4);
    for (int draw = 0; draw < 200; draw++) {
        size_t m = 1 + oddi_rng_below(&r, 200), want = 0;
        double q = .05 + .3 * oddi_rng_double(&r);
        struct oddi_fdr f;

        for (size_t i = 0; i < m; i++)
            ln_p[i] = log(1 - oddi_rng_double(&r)) * (i % 5 == 0 ? 4 : 1);
        for (size_t k = 1; k <= m; k++) {
            size_t below = 0;

            for (size_t i = 0; i < m; i++)
                below += ln_p[i] <= log(q * (double)k / (double)m);
            want = below >= k ? k : want;
        }
        oddi_fdr(&stage, ln_p, m, q, &f);
        for (size_t i = 0; i < m; i++)
            sorted[i] = ln_p[i];
        assert_int_equal(f.found, want);
        assert_true(want == 0 ? f.ln_p == -INFINITY : f.ln_p == sorted[want - 1]);
        assert_int_equal(f.beyond, 1 / ((double)stage.joint.n + 1) > q / (double)m);
    }
    oddi_day_stage_clear(&stage);
    drop(&t);
}

static enum odd_status whole_stage(void *ctx)
{
    struct oddi_day_stage stage;
    enum odd_status status = oddi_day_stage_make(ctx, PLANS, &stage, NULL);

    if (status == ODD_OK)
        oddi_day_stage_clear(&stage);
    return status;
}

static void out_of_memory(void **state)
{
    struct traffic t;

    (void)state;
    make(&t, 1, 20, 4, 3);
    assert_true(failalloc_sweep(whole_stage, t.rows));
    drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_as_counted),  cmocka_unit_test(budget_is_kept),
        cmocka_unit_test(plans_share_alike), cmocka_unit_test(ends_of_budgets),
        cmocka_unit_test(false_discoveries), cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
