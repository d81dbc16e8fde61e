/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "baseline/propose.h"
#include "baseline/propose_search.h"
#include "failalloc.h"

static const struct oddi_scope_names names = {"src_ip", "service"};

#define TCP(port) (6u << 17 | ((port) + 1u))

/* ---- Nights with a game ------------------------------------------------------------------------------------------------ */

struct game {
    uint8_t net[3], bits;
    uint32_t service;
    uint8_t from, to; /* hours */
};

/* Nets of /16 and /20, hours that wrap midnight and do not, ports known and unknown. */
static const struct game games[] = {{{10, 20, 0}, 16, TCP(25565), 0, 2},
                                    {{172, 27, 0}, 16, TCP(25565), 22, 1},
                                    {{10, 154, 64}, 20, TCP(7777), 23, 2},
                                    {{10, 58, 128}, 20, TCP(47939), 1, 4}};

#define DISMISSED 400
#define OTHER     60000

struct night {
    struct oddi_row_key dismissed[DISMISSED], confirmed[8], other[OTHER];
    struct oddi_propose_rows rows;
};

static void set_host(struct oddi_row_key *k, struct oddi_rng *r, const uint8_t *net, uint8_t bits)
{
    k->addr = (struct oddi_addr){.kind = ODDI_ADDR_V4, .bytes = {net[0], net[1], net[2]}};
    k->addr.bytes[2] = (uint8_t)(bits == 16 ? oddi_rng_below(r, 256) : net[2] + oddi_rng_below(r, 16));
    k->addr.bytes[3] = (uint8_t)(1 + oddi_rng_below(r, 250));
    k->host = 1 + ((uint64_t)k->addr.bytes[1] << 16 | (uint64_t)k->addr.bytes[2] << 8 | k->addr.bytes[3]);
}

/* What a night leaves: the game's rows as dismissed alerts, a few alerts of other things, the same port used from an office by
 * somebody else, and the rest of the campus, the players' own other traffic among it. */
static void make_night(struct night *n, const struct game *g, uint64_t seed)
{
    static const uint8_t office[] = {10, 3, 0};
    struct oddi_rng r;
    uint8_t hours = (uint8_t)((g->to + 24 - g->from) % 24 + 1);

    oddi_rng_seed(&r, seed);
    memset(n, 0, sizeof *n);
    for (size_t i = 0; i < DISMISSED; i++) {
        struct oddi_row_key *k = &n->dismissed[i];
        bool noise = i % 64 == 63;

        set_host(k, &r, noise ? office : g->net, noise ? 16 : g->bits);
        k->service = noise ? TCP(80 + (uint32_t)i) : g->service;
        k->hour = (uint8_t)((g->from + oddi_rng_below(&r, noise ? 24 : hours)) % 24);
        k->day = 15000 + (k->hour < 12);
        k->weekday = (uint8_t)(2 + (k->hour < 12));
    }
    for (size_t i = 0; i < OTHER; i++) {
        struct oddi_row_key *k = &n->other[i];
        uint8_t net[3] = {
            g->net[0], (uint8_t)(oddi_rng_below(&r, 3) ? 30 + oddi_rng_below(&r, 4) : g->net[1]), g->net[2]};

        set_host(k, &r, net, net[1] == g->net[1] ? g->bits : 16);
        k->service = TCP(440 + (uint32_t)oddi_rng_below(&r, 20));
        k->hour = (uint8_t)oddi_rng_below(&r, 24);
        if (i < 24) { /* the office, at the game's hours, on the game's port */
            memcpy(k->addr.bytes, (uint8_t[]){10, 3, 7, 7}, 4);
            k->host = 1;
            k->service = g->service;
            k->hour = (uint8_t)((g->from + i) % 24);
        }
        if (i == 24) /* one stray flow of peer-to-peer traffic */
            k->service = g->service;
    }
    n->rows = (struct oddi_propose_rows){n->dismissed, n->confirmed, n->other, DISMISSED, 0, OTHER};
}

static void assert_within_an_hour(uint8_t a, uint8_t b)
{
    unsigned apart = (a + 24u - b) % 24;

    assert_true(apart <= 1 || apart == 23);
}

static void finds_the_game(void **state)
{
    static struct night n;

    (void)state;
    for (size_t g = 0; g < sizeof games / sizeof games[0]; g++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct oddi_proposal p[ODDI_MAX_PROPOSALS];
            size_t n_found;

            make_night(&n, &games[g], seed);
            assert_int_equal(oddi_propose(&n.rows, ODDI_MAX_PROPOSALS, p, &n_found, NULL), ODD_OK);
            assert_true(n_found >= 1);
            assert_int_equal(p[0].rule.service, games[g].service);
            assert_true(p[0].rule.has_net && p[0].rule.net.bits >= games[g].bits);
            assert_memory_equal(p[0].rule.net.addr.bytes, games[g].net, 2);
            assert_true(p[0].rule.has_hours && !p[0].rule.has_weekdays);
            assert_within_an_hour(p[0].rule.hour_from, games[g].from);
            assert_within_an_hour(p[0].rule.hour_to, games[g].to);
            assert_true(p[0].dismissed >= .95 * (DISMISSED - DISMISSED / 64));
            for (size_t i = 0; i < 24; i++)
                assert_false(oddi_rule_holds(&p[0].rule, &n.other[i]));
            assert_true(p[0].broader_other >= 24 - 4 &&
                        p[0].most_rows >= 24 - 4); /* it would hide the office */
            assert_memory_equal(p[0].most.bytes, ((uint8_t[]){10, 3, 7, 7}), 4);
        }
}

static void says_what_it_hides(void **state)
{
    const struct oddi_tried tried = {
        .covered = 184, .dismissed = 201, .judged = true, .kept = 6, .hidden = 0, .confirmed = 12};
    static struct night n;
    struct oddi_proposal p;
    struct oddi_buf b;
    size_t n_found;

    (void)state;
    make_night(&n, &games[0], 1);
    assert_int_equal(oddi_propose(&n.rows, 1, &p, &n_found, NULL), ODD_OK);
    assert_int_equal(n_found, 1);
    oddi_buf_init(&b, 0);
    oddi_proposal_say(&p, &tried, &names, &b);
    assert_string_equal(
        oddi_buf_cstr(&b),
        "184 of 201 dismissed alerts: src_ip in 10.20.0.0/16 and service == 'tcp/25565' and hour in 0..2; a "
        "model of that scope would have kept 6; it hides 0 of 12 confirmed alerts; the broader rule service "
        "== 'tcp/25565' would also hide "
        "25 "
        "rows, 24 of them of 10.3.7.7");
    oddi_buf_free(&b);
}

/* What hides a confirmed alert comes last, and hours around it are told apart first. */
static void confirmed_alerts_weigh_most(void **state)
{
    static struct night n;
    struct oddi_proposal p[ODDI_MAX_PROPOSALS];
    size_t n_found;

    (void)state;
    make_night(&n, &games[0], 1);
    for (size_t i = 0; i < DISMISSED / 2;
         i++) /* half of the alerts are of a second game, where nobody was caught */
        n.dismissed[i].service = TCP(9999);
    n.confirmed[0] = n.dismissed[DISMISSED - 2];
    n.rows.n_confirmed = 1;
    assert_int_equal(oddi_propose(&n.rows, ODDI_MAX_PROPOSALS, p, &n_found, NULL), ODD_OK);
    assert_true(n_found > 2 && p[0].confirmed == 0 && p[n_found - 1].confirmed == 1);
    assert_int_equal(p[0].rule.service, TCP(9999));
    for (size_t k = 1; k < n_found; k++) {
        assert_int_equal(p[k].rule.service, TCP(25565));
        assert_true(p[k].confirmed >= p[k - 1].confirmed);
    }
}

static void nothing_to_propose(void **state)
{
    static struct night n;
    struct oddi_proposal p[ODDI_MAX_PROPOSALS];
    size_t n_found = 7;

    (void)state;
    make_night(&n, &games[0], 1);
    n.rows.n_dismissed = 0;
    assert_int_equal(oddi_propose(&n.rows, ODDI_MAX_PROPOSALS, p, &n_found, NULL), ODD_OK);
    assert_int_equal(n_found, 0);
    /* Alerts that are like everything else. */
    memcpy(n.dismissed, n.other + 100, sizeof n.dismissed);
    n.rows.n_dismissed = 40;
    assert_int_equal(oddi_propose(&n.rows, ODDI_MAX_PROPOSALS, p, &n_found, NULL), ODD_OK);
    assert_int_equal(n_found, 0);
}

/* ---- Against slow twins -------------------------------------------------------------------------------------------------- */

/* Few values, so that many rules are alike in worth. */
static void some_row(struct oddi_row_key *k, struct oddi_rng *r, bool alert)
{
    *k = (struct oddi_row_key){
        .addr = {.kind = ODDI_ADDR_V4,
                 .bytes = {10, (uint8_t)oddi_rng_below(r, alert ? 2 : 3),
                           (uint8_t)(oddi_rng_below(r, 4) * 60), 1}},
        .service = oddi_rng_below(r, 9) ? TCP((uint32_t)oddi_rng_below(r, alert ? 2 : 4)) : ODDI_NO_SERVICE,
        .hour = (uint8_t)((alert ? 20 : 0) + oddi_rng_below(r, alert ? 4 : 24)),
        .weekday = (uint8_t)oddi_rng_below(r, alert ? 3 : 7),
        .day = (int32_t)oddi_rng_below(r, 40)};
}

/* The best worth of all conjunctions of at most two conditions, tried one by one. */
static double twin_best(const struct oddi_propose_rows *rows, double nets, double services)
{
    static const unsigned bits[] = {0, 16, 18, 20, 22, 24};
    double best = 0;

    for (size_t b = 0; b < 6; b++)
        for (size_t i = 0; i < (b ? rows->n_dismissed : 1); i++)
            for (size_t s = 0; s <= rows->n_dismissed; s++)
                for (unsigned h = 0; h <= 288; h++) {
                    struct oddi_rule rule = {.service = s < rows->n_dismissed ? rows->dismissed[s].service
                                                                              : ODDI_NO_SERVICE};
                    size_t hit = 0, miss = 0;
                    double cost = 0, worth;

                    if (s < rows->n_dismissed && rule.service == ODDI_NO_SERVICE)
                        continue;
                    if ((b > 0) + (s < rows->n_dismissed) + (h < 288) > 2 || h + s + b == 0)
                        continue;
                    if (b > 0) {
                        rule.has_net = true;
                        rule.net =
                            (struct oddi_net){.addr = rows->dismissed[i].addr, .bits = (uint8_t)bits[b]};
                        for (unsigned k = bits[b]; k < 32; k++)
                            rule.net.addr.bytes[k / 8] &= (uint8_t) ~(0x80u >> k % 8);
                        cost += log2(nets + 1);
                    }
                    cost += s < rows->n_dismissed ? log2(services + 1) : 0;
                    if (h < 288) {
                        rule.has_hours = true;
                        rule.hour_from = (uint8_t)(h / 12);
                        rule.hour_to = (uint8_t)((h / 12 + h % 12) % 24);
                        cost += log2(288);
                    }
                    for (size_t k = 0; k < rows->n_dismissed; k++)
                        hit += oddi_rule_holds(&rule, &rows->dismissed[k]);
                    for (size_t k = 0; k < rows->n_other; k++)
                        miss += oddi_rule_holds(&rule, &rows->other[k]);
                    worth = oddi_rule_quality(hit, rows->n_dismissed, miss, rows->n_other, cost);
                    best = worth > best ? worth : best;
                }
    return best;
}

static void search_as_tried(void **state)
{
    struct oddi_row_key dismissed[12], other[60];
    struct oddi_propose_rows rows = {dismissed, NULL, other, 12, 0, 60};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 8);
    for (int draw = 0; draw < 6; draw++) {
        struct oddi_found_rule found[ODDI_BEAM];
        double want, nets = 0, services = 0, best = 0;
        size_t n;

        for (size_t i = 0; i < 12; i++)
            some_row(&dismissed[i], &r, true);
        for (size_t i = 0; i < 60; i++)
            some_row(&other[i], &r, false);
        for (size_t i = 0; i < 12; i++) { /* distinct ones */
            static const unsigned bits[] = {16, 18, 20, 22, 24, 0};

            for (size_t b = 0; b < 6; b++) {
                bool first = true;

                for (size_t k = 0; k < i; k++) {
                    uint32_t x = (uint32_t)dismissed[i].addr.bytes[1] << 16 |
                                 (uint32_t)dismissed[i].addr.bytes[2] << 8;
                    uint32_t y = (uint32_t)dismissed[k].addr.bytes[1] << 16 |
                                 (uint32_t)dismissed[k].addr.bytes[2] << 8;

                    first = first && (bits[b] ? (x ^ y) >> (32 - bits[b]) != 0
                                              : dismissed[i].service != dismissed[k].service);
                }
                nets += bits[b] && first;
                services += !bits[b] && first && dismissed[i].service != ODDI_NO_SERVICE;
            }
        }
        want = twin_best(&rows, nets, services);
        assert_int_equal(oddi_propose_search(&rows, found, &n, NULL), ODD_OK);
        for (size_t k = 0; k < n; k++) { /* of those with three conditions the twin knows nothing */
            const struct oddi_rule *q = &found[k].rule;

            if (q->has_net + q->has_hours + (q->service != ODDI_NO_SERVICE) < 3 && found[k].quality > best)
                best = found[k].quality;
            assert_true(k == 0 || found[k - 1].quality >= found[k].quality);
        }
        assert_true(best == 0 ? found[0].quality >= want : fabs(best - want) < 1e-9);
    }
}

static size_t held(const struct oddi_row_key *key, size_t n, const struct oddi_rule *r)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        m += oddi_rule_holds(r, &key[i]);
    return m;
}

/* No narrower condition of a dimension would do. */
static void closed_is_narrowest(void **state)
{
    struct oddi_row_key key[150];
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 12);
    for (int draw = 0; draw < 60; draw++) {
        size_t n = 1 + oddi_rng_below(&r, 150);
        unsigned from = (unsigned)oddi_rng_below(&r, 24), length = 1 + (unsigned)oddi_rng_below(&r, 23);
        struct oddi_rule c, one = {.service = ODDI_NO_SERVICE};
        unsigned shortest = 24;

        for (size_t i = 0; i < n; i++) {
            some_row(&key[i], &r, true);
            key[i].hour = (uint8_t)((from + oddi_rng_below(&r, length)) % 24);
            if (oddi_rng_below(&r, 120) == 0)
                key[i].hour = (uint8_t)oddi_rng_below(&r, 24);
            key[i].service = oddi_rng_below(&r, 60) ? TCP(5) : TCP(6);
        }
        assert_true(oddi_rule_close(key, n, &c));
        one.has_hours = true;
        for (unsigned f = 0; f < 24; f++)
            for (unsigned l = 1; l < 24; l++) {
                one.hour_from = (uint8_t)f;
                one.hour_to = (uint8_t)((f + l - 1) % 24);
                if ((double)held(key, n, &one) >= .98 * (double)n && l < shortest)
                    shortest = l;
            }
        assert_int_equal(c.has_hours, shortest <= 20);
        if (c.has_hours)
            assert_int_equal((c.hour_to + 24u - c.hour_from) % 24 + 1, shortest);
        one = (struct oddi_rule){.service = TCP(5)};
        assert_int_equal(c.service, (double)held(key, n, &one) >= .98 * (double)n ? TCP(5) : ODDI_NO_SERVICE);
        assert_true(c.has_net); /* all are in 10.0.0.0/15 at least */
        one = (struct oddi_rule){.service = ODDI_NO_SERVICE, .has_net = true, .net = c.net};
        assert_true((double)held(key, n, &one) >= .98 * (double)n);
        for (size_t i = 0; i < n && c.net.bits < 32; i++) { /* no prefix of a bit more holds as much */
            one.net.bits = (uint8_t)(c.net.bits + 1);
            one.net.addr = key[i].addr;
            assert_true((double)held(key, n, &one) < .98 * (double)n);
        }
    }
}

static void a_night_is_no_weekday(void **state)
{
    struct oddi_row_key key[40] = {0};
    struct oddi_rule c;

    (void)state;
    for (int i = 0; i < 40; i++)
        key[i] = (struct oddi_row_key){
            .service = ODDI_NO_SERVICE, .weekday = 4 + i % 2, .day = 100 + i % 2, .hour = 3};
    assert_true(oddi_rule_close(key, 40, &c));
    assert_true(!c.has_net && !c.has_weekdays && c.has_hours && c.hour_from == 3 && c.hour_to == 3);
    for (int i = 0; i < 20; i++)
        key[i].day += 7;
    assert_true(oddi_rule_close(key, 40, &c));
    assert_true(c.has_weekdays && c.weekday_from == 4 && c.weekday_to == 5);
}

static enum odd_status whole_search(void *ctx)
{
    struct oddi_proposal p[2];
    size_t n;

    return oddi_propose(ctx, 2, p, &n, NULL);
}

static void out_of_memory(void **state)
{
    static struct night n;

    (void)state;
    make_night(&n, &games[2], 1);
    n.rows.n_other = 500;
    n.rows.n_dismissed = 60;
    assert_true(failalloc_sweep(whole_search, &n.rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_game),        cmocka_unit_test(says_what_it_hides),
        cmocka_unit_test(nothing_to_propose),    cmocka_unit_test(confirmed_alerts_weigh_most),
        cmocka_unit_test(search_as_tried),       cmocka_unit_test(closed_is_narrowest),
        cmocka_unit_test(a_night_is_no_weekday), cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
