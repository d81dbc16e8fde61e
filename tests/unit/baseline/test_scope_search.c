/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "baseline/scope_search.h"
#include "baseline/scope_text.h"
#include "campus_rows.h"
#include "failalloc.h"

static const struct oddi_scope_options defaults = ODDI_SCOPE_DEFAULTS;
static const struct oddi_scope_names names = {"src_ip", "service"};

static void search(const struct oddi_rows_view *rows, const struct oddi_scope_options *o,
                   struct oddi_scope_tree *tree, struct oddi_scope_found *found)
{
    struct odd_error err = {0};

    assert_int_equal(oddi_scope_search(rows, o, tree, found, &err), ODD_OK);
}

static void assert_scope(const struct oddi_scope_tree *tree, uint32_t model, const char *expression)
{
    struct oddi_buf b;

    oddi_buf_init(&b, 0);
    oddi_scope_expression(tree, model, &names, &b);
    assert_string_equal(oddi_buf_cstr(&b), expression);
    oddi_buf_free(&b);
}

static void assert_words(const struct oddi_scope_tree *tree, uint32_t model, const struct campus *c,
                         const char *words)
{
    struct oddi_buf b;

    oddi_buf_init(&b, 0);
    oddi_scope_words(tree, model, c->key, c->view.n, &b);
    assert_string_equal(oddi_buf_cstr(&b), words);
    oddi_buf_free(&b);
}

/* ---- The criterion, written out -------------------------------------------------------------------------------------- */

struct twin {
    const struct campus *c;
    const struct oddi_scope_options *o;
    size_t n, hosts, days;
    int bin[2000][CAMPUS_FEATURES];
    double rho;
    bool inside[2000];
    size_t candidates;
    double best_net, best_other; /* nats a row */
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void twin_bins(struct twin *t)
{
    static const double q[] = {.25, .5, .75, .9, .97, .995};
    static double sorted[2000];

    for (size_t j = 0; j < CAMPUS_FEATURES; j++) {
        double edge[7];
        size_t n_edges = 0, least = 0;

        for (size_t i = 0; i < t->n; i++)
            sorted[i] = t->c->x[i * CAMPUS_FEATURES + j];
        qsort(sorted, t->n, sizeof *sorted, compare);
        for (size_t i = 0; i < t->n; i++)
            least += sorted[i] == sorted[0];
        if ((double)least > .02 * (double)t->n)
            edge[n_edges++] = sorted[0];
        for (size_t k = 0; k < 6; k++) {
            double e = sorted[(size_t)ceil(q[k] * (double)t->n) - 1];
            bool known = e == sorted[t->n - 1];

            for (size_t m = 0; m < n_edges; m++)
                known = known || edge[m] == e;
            if (!known)
                edge[n_edges++] = e;
        }
        for (size_t i = 0; i < t->n; i++) {
            t->bin[i][j] = 0;
            for (size_t m = 0; m < n_edges; m++)
                t->bin[i][j] += t->c->x[i * CAMPUS_FEATURES + j] > edge[m];
        }
    }
}

/* One-way analysis of variance of each 0/1 indicator. */
static void twin_rho(struct twin *t)
{
    double between = 0, all = 0, n = (double)t->n, k = (double)t->hosts;

    for (size_t j = 0; j < CAMPUS_FEATURES; j++)
        for (int b = 0; b < 9; b++) {
            double mean = 0, msb = 0, msw = 0, squares = 0, s;

            for (size_t i = 0; i < t->n; i++)
                mean += (t->bin[i][j] == b) / n;
            for (size_t h = 1; h <= t->hosts; h++) {
                double m = 0, own = 0;

                for (size_t i = 0; i < t->n; i++)
                    if (t->c->key[i].host == h) {
                        m++;
                        own += t->bin[i][j] == b;
                    }
                own /= m;
                squares += m * m;
                msb += m * (own - mean) * (own - mean) / (k - 1);
                for (size_t i = 0; i < t->n; i++)
                    if (t->c->key[i].host == h)
                        msw += pow((t->bin[i][j] == b) - own, 2) / (n - k);
            }
            s = fmax(0, (msb - msw) / ((n - squares / n) / (k - 1)));
            between += s;
            all += s + msw;
        }
    t->rho = between / all;
}

static double twin_entropy(const struct twin *t, size_t j, int side)
{
    double h = 0, n = 0;

    for (size_t i = 0; i < t->n; i++)
        n += side < 0 || t->inside[i] == side;
    for (int b = 0; b < 9; b++) {
        double c = 0;

        for (size_t i = 0; i < t->n; i++)
            c += t->bin[i][j] == b && (side < 0 || t->inside[i] == side);
        if (c > 0)
            h -= c / n * log(c / n);
    }
    return h;
}

static bool twin_supported(const struct twin *t)
{
    for (int side = 0; side < 2; side++) {
        size_t rows = 0, hosts = 0, days = 0;

        for (size_t i = 0; i < t->n; i++)
            rows += t->inside[i] == side;
        for (size_t h = 1; h <= t->hosts; h++)
            for (size_t i = 0; i < t->n; i++)
                if (t->c->key[i].host == h && t->inside[i] == side) {
                    hosts++;
                    break;
                }
        for (int32_t d = 15000; d < 15000 + (int32_t)t->days; d++)
            for (size_t i = 0; i < t->n; i++)
                if (t->c->key[i].day == d && t->inside[i] == side) {
                    days++;
                    break;
                }
        if (rows < t->o->min_rows || hosts < t->o->min_hosts || days < t->o->min_days)
            return false;
    }
    return true;
}

static void twin_candidate(struct twin *t, bool net)
{
    double inside = 0, saved = 0, *best = net ? &t->best_net : &t->best_other;

    if (!twin_supported(t))
        return;
    t->candidates++;
    for (size_t i = 0; i < t->n; i++)
        inside += t->inside[i];
    for (size_t j = 0; j < CAMPUS_FEATURES; j++)
        saved += twin_entropy(t, j, -1) - inside / (double)t->n * twin_entropy(t, j, 1) -
                 (1 - inside / (double)t->n) * twin_entropy(t, j, 0);
    if (saved > *best)
        *best = saved;
}

static uint32_t prefix(const struct oddi_addr *a, unsigned bits)
{
    uint32_t v =
        (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 | (uint32_t)a->bytes[2] << 8 | a->bytes[3];

    return v & (UINT32_MAX << (32 - bits));
}

static void twin_nets(struct twin *t, unsigned bits)
{
    for (size_t i = 0; i < t->n; i++) {
        bool first = true;

        for (size_t k = 0; k < i; k++)
            first = first && prefix(&t->c->key[k].addr, bits) != prefix(&t->c->key[i].addr, bits);
        if (!first)
            continue;
        for (size_t k = 0; k < t->n; k++)
            t->inside[k] = prefix(&t->c->key[k].addr, bits) == prefix(&t->c->key[i].addr, bits);
        twin_candidate(t, true);
    }
}

/* Each cut of a cycle once: of a range and its complement the shorter, of two halves the earlier. */
static void twin_ranges(struct twin *t, bool hours, unsigned period, unsigned from, unsigned to)
{
    for (unsigned first = 0; first < period; first++)
        for (unsigned length = from; length <= to; length++) {
            if (2 * length == period && first >= length)
                continue;
            for (size_t i = 0; i < t->n; i++) {
                unsigned v = hours ? t->c->key[i].hour : t->c->key[i].weekday;

                t->inside[i] = (v + period - first) % period < length;
            }
            if (!hours && t->days < 14)
                continue;
            twin_candidate(t, false);
        }
}

static double twin_gain(const struct twin *t, double saved, double n_eff)
{
    double k = 0;

    for (size_t j = 0; j < CAMPUS_FEATURES; j++) {
        bool occupied[9] = {false};

        for (size_t i = 0; i < t->n; i++)
            occupied[t->bin[i][j]] = true;
        for (int b = 0; b < 9; b++)
            k += occupied[b];
    }
    k -= CAMPUS_FEATURES;
    return n_eff * saved - t->o->lambda * (k / 2) * log(n_eff) - log((double)t->candidates);
}

static double twin_best(struct twin *t)
{
    static const unsigned bits[] = {16, 18, 20, 22, 24};
    double n_hosts = 0, m = (double)t->n / (double)t->hosts, net, other,
           n_days = (double)(t->hosts * t->days);

    t->candidates = 0;
    t->best_net = t->best_other = 0;
    twin_bins(t);
    twin_rho(t);
    for (size_t k = 0; k < 5; k++)
        twin_nets(t, bits[k]);
    for (int udp = 0; udp < 2; udp++) {
        for (size_t i = 0; i < t->n; i++)
            t->inside[i] = (t->c->key[i].service >> 17 == 17) == udp;
        twin_candidate(t, false);
    }
    twin_ranges(t, true, 24, 2, 12);
    twin_ranges(t, false, 7, 1, 3);
    n_hosts = (double)t->hosts * m / (1 + (m - 1) * t->rho);
    net = twin_gain(t, t->best_net, n_hosts);
    other = twin_gain(t, t->best_other, n_days);
    return net * (double)t->n / n_hosts > other * (double)t->n / n_days ? net : other;
}

static void gain_as_written_out(void **state)
{
    static const struct campus_plan plans[] = {
        {.seed = 1, .hosts = 24, .days = 7, .hours = 8, .habit = .5, .night = 4, .night_from = 23},
        {.seed = 2, .hosts = 32, .days = 7, .hours = 8, .habit = .3, .net_shift = 3},
        {.seed = 3, .hosts = 16, .days = 14, .hours = 8, .habit = .2, .weekend = 3},
        {.seed = 4, .hosts = 32, .days = 7, .hours = 8, .habit = .2, .service_shift = 3}};
    static const char *const inside[] = {"hour in 0..1", "src_ip in 10.30.0.0/16", "weekday in sat..sun",
                                         "service == 'tcp/80'"};
    struct oddi_scope_options o = {
        .lambda = .5, .min_rows = 60, .min_hosts = 4, .min_days = 2, .max_scopes = 2};
    static struct twin t;

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct oddi_scope_tree tree;
        struct oddi_scope_found found[3];
        struct campus c;
        double want;

        campus_make(&c, &plans[k]);
        t = (struct twin){.c = &c, .o = &o, .n = c.view.n, .hosts = plans[k].hosts, .days = plans[k].days};
        want = twin_best(&t);
        search(&c.view, &o, &tree, found);
        assert_int_equal(tree.n_nodes, 3);
        assert_true(want > 0 && fabs(found[0].gain - want) < 1e-9 * want);
        assert_int_equal(found[0].candidates, t.candidates);
        assert_int_equal(found[1].rows + found[2].rows, c.view.n);
        assert_scope(&tree, 1, inside[k]);
        oddi_scope_tree_clear(&tree);
        campus_free(&c);
    }
}

/* ---- What it finds ------------------------------------------------------------------------------------------------------ */

/* One population with hosts that differ, addresses and hours that tell nothing: one scope. */
static void nothing_to_find(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct campus_plan p = {.seed = seed,
                                .hosts = 300,
                                .days = 7,
                                .hours = 24,
                                .habit = .3 * (double)(seed % 3 + 1),
                                .random_nets = seed > 3};
        struct oddi_scope_tree tree;
        struct campus c;

        campus_make(&c, &p);
        search(&c.view, &defaults, &tree, NULL);
        assert_int_equal(tree.n_models, 1);
        assert_int_equal(tree.n_nodes, 1);
        assert_scope(&tree, 0, "true");
        assert_words(&tree, 0, &c, "all traffic");
        oddi_scope_tree_clear(&tree);
        campus_free(&c);
    }
}

/* A game at night in one net, over midnight: a scope of its own, and the rest is not cut to pieces. */
static void game_at_night(void **state)
{
    struct campus_plan p = {.seed = 7,
                            .hosts = 240,
                            .days = 7,
                            .hours = 24,
                            .habit = .6,
                            .night = 3,
                            .night_from = 23,
                            .night_net = {10, 20}};
    struct oddi_scope_tree tree;
    struct campus c;
    uint32_t game;

    (void)state;
    campus_make(&c, &p);
    search(&c.view, &defaults, &tree, NULL);
    assert_true(tree.n_models > 2 && tree.n_models < 5);
    game = oddi_scope_find(
        &tree, &(struct oddi_row_key){.addr = {.bytes = {10, 20, 3, 4}, .kind = ODDI_ADDR_V4}, .hour = 0});
    assert_scope(&tree, game, "src_ip in 10.20.0.0/16 and hour in 23..1");
    assert_words(&tree, game, &c, "10.20.0.0/16, 23:00-02:00");
    for (size_t i = 0; i < c.view.n; i++)
        assert_int_equal(oddi_scope_find(&tree, &c.key[i]) == game,
                         c.key[i].addr.bytes[1] == 20 && (c.key[i].hour == 23 || c.key[i].hour < 2));
    for (uint32_t m = 1; m < tree.n_models; m++)
        assert_int_equal(tree.parent[m], 0);
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

/* What is left is told by the prefixes that it holds; a weekend needs two of them to be seen. */
static void remainder_and_weekend(void **state)
{
    struct campus_plan p = {
        .seed = 9, .hosts = 240, .days = 7, .hours = 12, .habit = .4, .net_shift = 3, .weekend = 3};
    struct oddi_scope_tree tree;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    search(&c.view, &defaults, &tree, NULL);
    assert_int_equal(tree.n_models, 3);
    assert_scope(&tree, 1, "src_ip in 10.30.0.0/16");
    assert_scope(&tree, 2, "src_ip not in 10.30.0.0/16");
    assert_words(&tree, 2, &c, "10.10.0.0/16, 10.20.0.0/16, 10.40.0.0/16");
    oddi_scope_tree_clear(&tree);
    campus_free(&c);

    p.days = 14;
    campus_make(&c, &p);
    search(&c.view, &defaults, &tree, NULL);
    assert_int_equal(tree.n_models, 5);
    assert_scope(&tree, 1, "src_ip in 10.30.0.0/16 and weekday in sat..sun");
    assert_scope(&tree, 2, "src_ip not in 10.30.0.0/16 and weekday in sat..sun");
    assert_words(&tree, 4, &c, "10.10.0.0/16, 10.20.0.0/16, 10.40.0.0/16, Mon-Fri");
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

/* Leaves of different branches that are alike are one scope: net and hours in two places. */
static void joins_what_is_alike(void **state)
{
    struct campus_plan p = {.seed = 5,
                            .hosts = 240,
                            .days = 7,
                            .hours = 24,
                            .habit = .4,
                            .night = 3,
                            .night_from = 2,
                            .net_shift = 0};
    struct oddi_scope_tree tree;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    for (size_t i = 0; i < c.view.n;
         i++) /* rows of the third net at night are as those of all others by day */
        if (c.key[i].addr.bytes[1] == 30 && c.key[i].hour >= 2 && c.key[i].hour < 5)
            c.x[i * CAMPUS_FEATURES] -= 3;
    search(&c.view, &defaults, &tree, NULL);
    assert_int_equal(tree.n_models, 3);
    assert_true(tree.n_nodes > 3);
    for (size_t i = 0; i < c.view.n; i++)
        assert_int_equal(oddi_scope_find(&tree, &c.key[i]) == oddi_scope_find(&tree, &c.key[0]),
                         !(c.key[i].hour >= 2 && c.key[i].hour < 5 && c.key[i].addr.bytes[1] != 30));
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

/* ---- Bounds ------------------------------------------------------------------------------------------------------------- */

static bool same_tree(const struct oddi_scope_tree *a, const struct oddi_scope_tree *b)
{
    return a->n_nodes == b->n_nodes && a->n_models == b->n_models &&
           memcmp(a->nodes, b->nodes, a->n_nodes * sizeof *a->nodes) == 0;
}

/* The order of the rows changes nothing, and 4 scopes at most are 4. */
static void order_and_cap(void **state)
{
    struct campus_plan p = {.seed = 11,
                            .hosts = 240,
                            .days = 14,
                            .hours = 24,
                            .habit = .4,
                            .night = 3,
                            .night_from = 23,
                            .net_shift = 2,
                            .weekend = 2,
                            .service_shift = 2};
    struct oddi_scope_options four = ODDI_SCOPE_DEFAULTS;
    struct oddi_scope_tree tree, again;
    struct oddi_rng r;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    search(&c.view, &defaults, &tree, NULL);
    assert_true(tree.n_models > 8);
    oddi_rng_seed(&r, 1);
    for (size_t i = c.view.n; i-- > 1;) {
        size_t k = oddi_rng_below(&r, i + 1);
        struct oddi_row_key key = c.key[i];
        double x[CAMPUS_FEATURES];

        memcpy(x, c.x + i * CAMPUS_FEATURES, sizeof x);
        memcpy(c.x + i * CAMPUS_FEATURES, c.x + k * CAMPUS_FEATURES, sizeof x);
        memcpy(c.x + k * CAMPUS_FEATURES, x, sizeof x);
        c.key[i] = c.key[k];
        c.key[k] = key;
    }
    search(&c.view, &defaults, &again, NULL);
    assert_true(same_tree(&tree, &again));
    oddi_scope_tree_clear(&again);
    four.max_scopes = 4;
    search(&c.view, &four, &again, NULL);
    assert_int_equal(again.n_nodes, 7);
    assert_true(again.n_models <= 5);
    oddi_scope_tree_clear(&again);
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

static void hardly_any_rows(void **state)
{
    struct campus_plan p = {.seed = 1, .hosts = 1, .days = 1, .hours = 1};
    struct oddi_scope_options bad = ODDI_SCOPE_DEFAULTS;
    struct oddi_scope_options least = {
        .lambda = .5, .min_rows = 1, .min_hosts = 1, .min_days = 1, .max_scopes = 20};
    struct oddi_scope_tree tree;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    for (size_t n = 0; n < 2; n++) {
        c.view.n = n;
        search(&c.view, &least, &tree, NULL);
        assert_int_equal(tree.n_models, 1);
        oddi_scope_tree_clear(&tree);
    }
    bad.max_scopes = 0;
    assert_int_equal(oddi_scope_search(&c.view, &bad, &tree, NULL, NULL), ODD_ERR_USAGE);
    campus_free(&c);
}

/* Features that are constant, all missing, or missing at night. */
static void missing_values(void **state)
{
    struct campus_plan p = {.seed = 3, .hosts = 120, .days = 7, .hours = 24, .habit = .4};
    struct oddi_scope_tree tree;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    for (size_t i = 0; i < c.view.n; i++) {
        c.x[i * CAMPUS_FEATURES] = 5;
        c.x[i * CAMPUS_FEATURES + 1] = NAN;
        if (c.key[i].hour < 6)
            c.x[i * CAMPUS_FEATURES + 2] = NAN;
    }
    search(&c.view, &defaults, &tree, NULL);
    assert_int_equal(tree.n_models, 3);
    assert_scope(&tree, 1, "hour in 0..5");
    assert_scope(&tree, 2, "hour in 6..23");
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

/* IPv6 nets are cut at their own lengths; addresses of no kind are outside. */
static void other_addresses(void **state)
{
    struct campus_plan p = {.seed = 3, .hosts = 120, .days = 7, .hours = 24, .habit = .4, .net_shift = 3};
    struct oddi_scope_tree tree;
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    for (size_t i = 0; i < c.view.n; i++) {
        struct oddi_addr *a = &c.key[i].addr,
                         v6 = {.bytes = {0x20, 1, 0xd, 0xb8, a->bytes[1], a->bytes[2]}, .kind = ODDI_ADDR_V6};

        *a = a->bytes[1] == 40 ? (struct oddi_addr){0} : v6;
    }
    search(&c.view, &defaults, &tree, NULL);
    assert_int_equal(tree.n_models, 3);
    assert_scope(&tree, 1, "src_ip in 2001:db8:1e00::/40");
    assert_words(&tree, 2, &c, "2001:db8::/32 without 2001:db8:1e00::/40");
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

static enum odd_status whole_search(void *ctx)
{
    struct oddi_scope_options o = {
        .lambda = .5, .min_rows = 60, .min_hosts = 4, .min_days = 2, .max_scopes = 6};
    struct oddi_scope_tree tree;
    enum odd_status status = oddi_scope_search(ctx, &o, &tree, NULL, NULL);

    if (status == ODD_OK)
        oddi_scope_tree_clear(&tree);
    return status;
}

static void out_of_memory(void **state)
{
    struct campus_plan p = {
        .seed = 1, .hosts = 24, .days = 7, .hours = 8, .night = 4, .night_from = 23, .net_shift = 3};
    struct campus c;

    (void)state;
    campus_make(&c, &p);
    assert_true(failalloc_sweep(whole_search, &c.view));
    campus_free(&c);
}

/* 134,400 rows; the time is printed, not judged. */
static void speed(void **state)
{
    struct campus_plan p = {.seed = 11,
                            .hosts = 800,
                            .days = 7,
                            .hours = 24,
                            .habit = .4,
                            .night = 3,
                            .night_from = 23,
                            .net_shift = 2,
                            .service_shift = 2};
    struct oddi_scope_tree tree;
    struct campus c;
    clock_t start;

    (void)state;
    campus_make(&c, &p);
    start = clock();
    search(&c.view, &defaults, &tree, NULL);
    print_message("%zu rows: %zu scopes in %.2f s\n", c.view.n, tree.n_models - 1,
                  (double)(clock() - start) / CLOCKS_PER_SEC);
    assert_true(tree.n_models > 4);
    oddi_scope_tree_clear(&tree);
    campus_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gain_as_written_out),
        cmocka_unit_test(nothing_to_find),
        cmocka_unit_test(game_at_night),
        cmocka_unit_test(remainder_and_weekend),
        cmocka_unit_test(joins_what_is_alike),
        cmocka_unit_test(order_and_cap),
        cmocka_unit_test(hardly_any_rows),
        cmocka_unit_test(missing_values),
        cmocka_unit_test(other_addresses),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
