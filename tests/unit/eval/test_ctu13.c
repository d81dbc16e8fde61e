/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/rng.h"
#include "eval/ctu13.h"
#include "failalloc.h"

#define SECOND INT64_C(1000000000)

struct flow {
    int64_t ts;
    uint64_t source;
    unsigned truth, said;
};

static bool close_to(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * (1 + fabs(b));
}

static bool run(struct oddi_ctu13 *c, const struct flow *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!oddi_ctu13_add(c, f[i].ts, f[i].source, f[i].truth, f[i].said))
            return false;
    oddi_ctu13_flush(c);
    return true;
}

/* Worked out by hand: three windows of 10 s, the second starting at the first flow after the first has closed. */
static void by_hand(void **state)
{
    const struct flow flows[] = {
        {3 * SECOND, 1, 2, 1}, /* window 1: bot 1 missed by this flow ... */
        {4 * SECOND, 1, 0, 2}, /* ... and found by this one, whose label is weaker */
        {4 * SECOND, 2, 2, 1}, /* bot 2 missed */
        {5 * SECOND, 3, 1, 2}, /* normal, false alarm */
        {6 * SECOND, 4, 0, 2}, /* unknown */
        {13 * SECOND - 1, 5, 1, 1}, {13 * SECOND, 1, 2, 1}, /* window 2 */
        {12 * SECOND, 6, 0, 0},                             /* out of order: in the open window */
        {40 * SECOND, 3, 1, 0},                             /* window 3: no bot; normal, not judged */
        {41 * SECOND, 5, 1, 1},
    };
    struct oddi_ctu13 c;
    struct oddi_ctu13_row d, dummy[ODDI_CTU13_DUMMIES];
    double a = exp(-0.4) + 1, b = exp(-0.8) + 1;

    (void)state;
    oddi_ctu13_init(&c, 10 * SECOND, 0.4);
    assert_true(run(&c, flows, sizeof flows / sizeof *flows));
    oddi_ctu13_result(&c, &d, dummy);
    assert_int_equal(c.windows, 3);
    assert_true(close_to(d.t.tp, a / 2) && close_to(d.t.fn, a / 2 + b));
    assert_true(close_to(d.t.fp, 0.5) && close_to(d.t.tn, 0.5 + 0.5));
    assert_true(close_to(d.rates.tpr, a / 2 / (a + b)) && close_to(d.rates.fpr, 1.0 / 3));
    assert_true(c.unknown[2] == 1 && c.unknown[0] == 1 && c.unknown[1] == 0 && c.normal_background == 1);
    assert_string_equal(dummy[0].name, "AllPositive");
    assert_true(close_to(dummy[0].t.tp, a + b) && dummy[0].t.fp == 2 && dummy[0].t.fn == 0 &&
                dummy[0].rates.tpr == 1 && dummy[0].rates.fpr == 1);
    assert_string_equal(dummy[1].name, "AllNegative");
    assert_true(close_to(dummy[1].t.fn, a + b) && dummy[1].t.tn == 2 && dummy[1].rates.tpr == 0 &&
                dummy[1].rates.fpr == 0 && isnan(dummy[1].rates.precision));
    assert_string_equal(dummy[2].name, "AllBackground");
    assert_true(close_to(dummy[2].t.fn, a + b) && dummy[2].t.tn == 0 && isnan(dummy[2].rates.fpr));
    oddi_ctu13_free(&c);
}

#define N       4000
#define SOURCES 40

/* The formulas over a table of all sources in all windows. */
static void slow(const struct flow *f, size_t n, int64_t width, double alpha, struct oddi_confusion *out)
{
    size_t i = 0;

    *out = (struct oddi_confusion){0};
    for (int w = 1; i < n; w++) {
        int truth[SOURCES], said[SOURCES];
        int64_t start = f[i].ts;
        double count[3][3] = {{0}}, bots, normals, cf = exp(-alpha * w) + 1;

        for (int s = 0; s < SOURCES; s++)
            truth[s] = said[s] = -1;
        for (; i < n && f[i].ts - start < width; i++) {
            int s = (int)(f[i].source >> 40);

            truth[s] = (int)f[i].truth > truth[s] ? (int)f[i].truth : truth[s];
            said[s] = (int)f[i].said > said[s] ? (int)f[i].said : said[s];
        }
        for (int s = 0; s < SOURCES; s++)
            if (truth[s] >= 0)
                count[truth[s]][said[s]]++;
        bots = count[2][0] + count[2][1] + count[2][2];
        normals = count[1][0] + count[1][1] + count[1][2];
        out->tp += bots > 0 ? cf * count[2][2] / bots : 0;
        out->fn += bots > 0 ? cf * (count[2][0] + count[2][1]) / bots : 0;
        out->fp += normals > 0 ? count[1][2] / normals : 0;
        out->tn += normals > 0 ? count[1][1] / normals : 0;
    }
}

static void fill(struct flow *f, struct oddi_rng *r)
{
    int64_t ts = -300 * SECOND;

    for (size_t i = 0; i < N; i++) {
        uint64_t s = oddi_rng_below(r, SOURCES);

        ts += (int64_t)oddi_rng_below(r, oddi_rng_below(r, 50) == 0 ? 400 * SECOND : SECOND);
        f[i] = (struct flow){ts, s << 40, (unsigned)oddi_rng_below(r, s % 3 + 1),
                             (unsigned)oddi_rng_below(r, s % 4 < 2 ? 3 : 2)};
    }
}

static void as_the_formulas(void **state)
{
    static struct flow f[N];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 7);
    for (int round = 0; round < 30; round++) {
        int64_t width = (1 + (int64_t)oddi_rng_below(&r, 300)) * SECOND;
        double alpha = round % 3 * 0.2;
        struct oddi_ctu13 c;
        struct oddi_ctu13_row d, dummy[ODDI_CTU13_DUMMIES];
        struct oddi_confusion want;

        fill(f, &r);
        slow(f, N, width, alpha, &want);
        oddi_ctu13_init(&c, width, alpha);
        assert_true(run(&c, f, N));
        oddi_ctu13_result(&c, &d, dummy);
        assert_true(close_to(d.t.tp, want.tp) && close_to(d.t.fn, want.fn) && close_to(d.t.fp, want.fp) &&
                    close_to(d.t.tn, want.tn));
        assert_true(close_to(dummy[0].t.tp, want.tp + want.fn));
        oddi_ctu13_free(&c);
    }
}

static void edges(void **state)
{
    const struct flow far[] = {{INT64_MIN, 1, 2, 2}, {INT64_MAX, 1, 2, 2}};
    struct oddi_ctu13 c;
    struct oddi_ctu13_row d, dummy[ODDI_CTU13_DUMMIES];

    (void)state;
    oddi_ctu13_init(&c, ODDI_CTU13_WIDTH, ODDI_CTU13_ALPHA);
    oddi_ctu13_flush(&c);
    oddi_ctu13_result(&c, &d, dummy);
    assert_true(c.windows == 0 && isnan(d.rates.tpr) && isnan(dummy[0].rates.tpr));
    assert_true(run(&c, far, 2));
    assert_int_equal(c.windows, 2);
    oddi_ctu13_free(&c);
}

static enum odd_status story(void *ctx)
{
    struct oddi_ctu13 c;
    bool ok;

    oddi_ctu13_init(&c, 10 * SECOND, 0.01);
    ok = run(&c, ctx, N);
    oddi_ctu13_free(&c);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static struct flow f[N];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 9);
    fill(f, &r);
    for (size_t i = 0; i < N; i++) {
        f[i].source = i;
        f[i].ts = 0;
    }
    assert_true(failalloc_sweep(story, f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(as_the_formulas),
        cmocka_unit_test(edges),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
