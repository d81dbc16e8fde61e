/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "eval/hosts.h"
#include "failalloc.h"
#include "stats/tail.h"

#define HOSTS   60
#define WINDOWS 30
#define ROWS    100

struct day {
    size_t n[WINDOWS];
    uint32_t host[WINDOWS][ROWS];
    double surprise[WINDOWS][ROWS];
};

static bool close_to(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-12 * (1 + fabs(b));
}

static void make(struct day *d, uint64_t seed)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    for (size_t w = 0; w < WINDOWS; w++) {
        d->n[w] = oddi_rng_below(&r, ROWS);
        for (size_t i = 0; i < d->n[w]; i++) {
            double u = oddi_rng_double(&r);

            d->host[w][i] = (uint32_t)oddi_rng_below(&r, HOSTS);
            d->surprise[w][i] = u < 0.1 ? NAN : u < 0.5 ? 0.5 : -log(u) * (d->host[w][i] == 3 ? 40 : 3);
        }
    }
}

static bool add_all(struct oddi_hosts *h, const struct day *d)
{
    for (size_t w = 0; w < WINDOWS; w++)
        if (!oddi_hosts_window(h, (int64_t)w * 300, d->host[w], d->surprise[w], d->n[w]))
            return false;
    return true;
}

/* The log-rank of x[i] among those that are not NaN. */
static double slow_log_rank(const double *x, size_t n, size_t i)
{
    double below = 0, equal = 0, all = 0;

    for (size_t k = 0; k < n; k++) {
        all += !isnan(x[k]);
        below += x[k] < x[i];
        equal += x[k] == x[i];
    }
    return -log(1 - (below + (equal + 1) / 2) / all + 1 / all);
}

static void slow(const struct day *d, struct oddi_host_score *out)
{
    double maximum[HOSTS], persistence[HOSTS];

    for (uint32_t h = 0; h < HOSTS; h++) {
        double p = 2, windows = 0;

        persistence[h] = 0;
        for (size_t w = 0; w < WINDOWS; w++) {
            double best[HOSTS];

            for (size_t k = 0; k < HOSTS; k++)
                best[k] = NAN;
            for (size_t i = 0; i < d->n[w]; i++)
                best[d->host[w][i]] = fmax(best[d->host[w][i]], d->surprise[w][i]);
            if (isnan(best[h]))
                continue;
            windows++;
            persistence[h] += slow_log_rank(best, HOSTS, h);
            p = fmin(p, exp(-best[h]));
        }
        /* In long doubles: written out as 1 - (1 - p)^w it would lose the digits of a small p. */
        maximum[h] = windows > 0 ? (double)-logl(-expm1l(windows * log1pl(-(long double)p))) : NAN;
        persistence[h] = windows > 0 ? persistence[h] : NAN;
    }
    for (size_t h = 0; h < HOSTS; h++) {
        out[h] = (struct oddi_host_score){0};
        if (!isnan(maximum[h]))
            out[h] = (struct oddi_host_score){maximum[h], persistence[h], slow_log_rank(maximum, HOSTS, h),
                                              slow_log_rank(persistence, HOSTS, h)};
    }
}

static void the_definition(void **state)
{
    static struct day d;

    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct oddi_hosts h = {0};
        struct oddi_host_score got[HOSTS], want[HOSTS];

        make(&d, seed);
        slow(&d, want);
        assert_true(add_all(&h, &d) && oddi_hosts_score(&h, HOSTS, got));
        for (size_t i = 0; i < HOSTS; i++) {
            assert_true(close_to(got[i].maximum, want[i].maximum));
            assert_true(close_to(got[i].maximum_rank, want[i].maximum_rank));
            assert_true(close_to(got[i].persistence, want[i].persistence));
            assert_true(close_to(got[i].persistence_rank, want[i].persistence_rank));
        }
        oddi_hosts_free(&h);
    }
}

/* p = 1e-6 in one of a million windows is no more than luck, in one of one it is something. */
static void tries_are_paid_for(void **state)
{
    struct oddi_hosts h = {0};
    struct oddi_host_score s[3];
    const uint32_t host[] = {0, 1, 2};
    double surprise[] = {-log(0.01), -log(0.01), INFINITY};

    (void)state;
    assert_true(oddi_hosts_window(&h, 0, host, surprise, 3));
    surprise[1] = -log(0.5);
    for (int w = 1; w < 100; w++)
        assert_true(oddi_hosts_window(&h, w, host + 1, surprise + 1, 1));
    assert_true(oddi_hosts_score(&h, 3, s));
    assert_true(close_to(s[0].maximum, -log(0.01)));
    assert_true(close_to(s[1].maximum, -log(1 - pow(0.99, 100))));
    assert_true(isinf(s[2].maximum) && s[2].maximum_rank > s[0].maximum_rank);
    assert_true(s[0].maximum_rank > s[1].maximum_rank);
    assert_true(h.sum[1].windows == 100 && h.sum[1].peak == 0 && h.sum[2].peak == 0);
    oddi_hosts_free(&h);
}

static void huge_surprise(void **state)
{
    struct oddi_hosts h = {0};
    struct oddi_host_score s[1];
    const uint32_t host = 0;
    double last = 0;

    (void)state;
    for (double v = 600; v < 800; v += 0.5) {
        assert_true(oddi_hosts_window(&h, 0, &host, &v, 1) && oddi_hosts_score(&h, 1, s));
        h.sum[0].windows = 1000;
        assert_true(oddi_hosts_score(&h, 1, s) && s[0].maximum > last);
        assert_true(fabs(s[0].maximum - (v - log(1000))) < 1e-9);
        last = s[0].maximum;
    }
    oddi_hosts_free(&h);
}

static void none_seen(void **state)
{
    struct oddi_hosts h = {0};
    struct oddi_host_score s[2] = {{1, 1, 1, 1}, {1, 1, 1, 1}};
    const uint32_t host[] = {1};
    const double nothing[] = {NAN};

    (void)state;
    assert_true(oddi_hosts_window(&h, 0, NULL, NULL, 0));
    assert_true(oddi_hosts_window(&h, 0, host, nothing, 1));
    assert_true(oddi_hosts_score(&h, 2, s));
    for (int i = 0; i < 2; i++)
        assert_true(s[i].maximum == 0 && s[i].persistence == 0 && s[i].maximum_rank == 0 &&
                    s[i].persistence_rank == 0);
    oddi_hosts_free(&h);
}

/* The inverse of what stats/tail.h makes of a raw score. */
static void back_from_scores(void **state)
{
    static double x[300];
    struct oddi_tail t = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    for (size_t i = 0; i < 300; i++)
        x[i] = -log1p(-oddi_rng_double(&r));
    assert_true(oddi_tail_fit(&t, x, 300, ODDI_SEEN_PLAIN, 0.25));
    for (double v = 0; v < 50; v += 0.25) {
        double want = oddi_tail_surprise(&t, v);

        assert_true(fabs(oddi_score_surprise(oddi_tail_score(&t, v), 300) - want) < 1e-9 * (1 + want));
    }
    assert_true(isinf(oddi_score_surprise(100, 5)) && oddi_score_surprise(0, 5) == 0);
    assert_true(isnan(oddi_score_surprise(50, 1)) && isnan(oddi_score_surprise(NAN, 100)));
    oddi_tail_free(&t);
}

static void fused(void **state)
{
    const struct oddi_host_score a[] = {{0, 1, 2, 0}, {0, 5, 0, 3}, {0, 2, 1, 1}, {0, 0, 0, 0}, {0, 2, 1, 1}};
    const struct oddi_host_score b[] = {{0, 1, 1, 0}, {0, 0, 0, 0}, {0, 1, 2, 1}, {0, 0, 0, 0}, {0, 1, 2, 1}};
    const struct oddi_host_score *const presets[] = {a, b};
    static const char *const key[] = {"10.0.0.9", "10.0.0.1", "10.0.0.5", "a", "10.0.0.3"};
    static const uint32_t want[] = {1, 4, 2, 0, 3}; /* all 3: by persistence 5, 3, 3, 2; two by key */
    double total[5];
    uint32_t order[5];

    (void)state;
    assert_true(oddi_hosts_fuse(presets, 2, 5, key, total, order));
    assert_true(total[0] == 3 && total[1] == 3 && total[2] == 3 && total[3] == 0 && total[4] == 3);
    assert_memory_equal(order, want, sizeof want);
    assert_true(oddi_hosts_fuse(presets, 0, 0, key, total, order));
}

static void fused_many(void **state)
{
    static struct oddi_host_score a[999];
    static char text[999][16];
    static const char *key[999];
    const struct oddi_host_score *const presets[] = {a};
    static double total[999];
    static uint32_t order[999];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    for (size_t i = 0; i < 999; i++) {
        a[i] = (struct oddi_host_score){0, (double)oddi_rng_below(&r, 5), (double)oddi_rng_below(&r, 20), 0};
        snprintf(text[i], sizeof text[i], "%zu", i * 7919 % 999);
        key[i] = text[i];
    }
    assert_true(oddi_hosts_fuse(presets, 1, 999, key, total, order));
    for (size_t k = 1; k < 999; k++) {
        size_t x = order[k - 1], y = order[k];

        assert_true(total[x] >= total[y]);
        if (total[x] == total[y])
            assert_true(a[x].persistence >= a[y].persistence);
        if (total[x] == total[y] && a[x].persistence == a[y].persistence)
            assert_true(strcmp(key[x], key[y]) < 0);
    }
}

static enum odd_status story(void *ctx)
{
    struct oddi_hosts h = {0};
    static struct oddi_host_score s[HOSTS];
    static double total[HOSTS];
    static uint32_t order[HOSTS];
    static const char *key[HOSTS];
    const struct oddi_host_score *const presets[] = {s};
    bool ok;

    for (size_t i = 0; i < HOSTS; i++)
        key[i] = "x";
    ok = add_all(&h, ctx) && oddi_hosts_score(&h, HOSTS, s) &&
         oddi_hosts_fuse(presets, 1, HOSTS, key, total, order);
    oddi_hosts_free(&h);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static struct day d;

    (void)state;
    make(&d, 1);
    assert_true(failalloc_sweep(story, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_definition),   cmocka_unit_test(tries_are_paid_for),
        cmocka_unit_test(huge_surprise),    cmocka_unit_test(none_seen),
        cmocka_unit_test(back_from_scores), cmocka_unit_test(fused),
        cmocka_unit_test(fused_many),       cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
