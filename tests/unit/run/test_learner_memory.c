/* What is new to a training row: met on no other day, by a twin that looks through all rows. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "failalloc.h"
#include "run/learner_memory.h"

enum { HOSTS = 6, DAYS = 4, FLOWS = 7, ROWS = HOSTS * DAYS };

static struct oddi_by *make_by(const char *features)
{
    struct oddi_by_options o = {.by = "src_ip", .features = features, .threads = 1};
    struct oddi_by *by = NULL;

    assert_int_equal(oddi_by_new(&o, &by, NULL), ODD_OK);
    return by;
}

/* Peers of a host on a day. */
static uint64_t peer[ROWS][FLOWS];

static void draw_peers(void)
{
    struct oddi_rng rng;

    oddi_rng_seed(&rng, 12);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t f = 0; f < FLOWS; f++)
            peer[r][f] = 1000 + oddi_rng_below(&rng, 12);
}

/* Row r is host r % HOSTS on day r / HOSTS; the hosts of a day are a window. Every key slot holds the peer. */
static enum odd_status run(const struct oddi_by *by, struct oddi_learner_memory *m,
                           struct oddi_kept_flows *kept)
{
    enum odd_status status = oddi_learner_memory_init(m, by, 100000, NULL);

    for (int32_t day = 0; status == ODD_OK && day < DAYS; day++) {
        uint64_t flat[HOSTS * FLOWS], key[HOSTS];
        uint32_t off[HOSTS + 1];
        void *slots[16];
        struct oddi_grouped g = {
            .n_rows = HOSTS * FLOWS, .n_groups = HOSTS, .off = off, .key = key, .slots = slots};
        struct oddi_window win = {.start = day * 1000, .end = day * 1000 + 1000};

        assert_true(by->n_slots <= 16);
        for (size_t s = 0; s < by->n_slots; s++) {
            assert_int_equal(by->slots[s], ODDI_EXPR_KEY);
            slots[s] = flat;
        }
        for (uint32_t h = 0; h <= HOSTS; h++)
            off[h] = h * FLOWS;
        for (size_t h = 0; h < HOSTS; h++) {
            key[h] = 77 + h;
            memcpy(flat + h * FLOWS, peer[(size_t)day * HOSTS + h], sizeof peer[0]);
        }
        if (status == ODD_OK)
            status = oddi_learner_memory_met(m, &g, key, day, NULL);
        for (size_t h = 0; status == ODD_OK && h < HOSTS; h++) {
            status = oddi_learner_memory_keep(m, &g, h, &win, &kept[(size_t)day * HOSTS + h], NULL);
        }
    }
    return status;
}

static void drop(struct oddi_learner_memory *m, struct oddi_kept_flows *kept)
{
    for (size_t r = 0; r < ROWS; r++)
        oddi_learner_memory_drop(m, &kept[r]);
    assert_int_equal(m->bytes, 0);
    oddi_learner_memory_clear(m);
}

/* Distinct peers of row r that no row of another day has: of the same host, or of anybody. */
static double twin(size_t r, bool anybody)
{
    double n = 0;

    for (size_t f = 0; f < FLOWS; f++) {
        bool first = true, met = false;

        for (size_t e = 0; e < f; e++)
            first = first && peer[r][e] != peer[r][f];
        for (size_t o = 0; o < ROWS; o++)
            for (size_t e = 0; e < FLOWS; e++)
                met = met || (o / HOSTS != r / HOSTS && (anybody || o % HOSTS == r % HOSTS) &&
                              peer[o][e] == peer[r][f]);
        n += first && !met;
    }
    return n;
}

static double distinct(size_t r)
{
    double n = 0;

    for (size_t f = 0; f < FLOWS; f++) {
        bool first = true;

        for (size_t e = 0; e < f; e++)
            first = first && peer[r][e] != peer[r][f];
        n += first;
    }
    return n;
}

static void leaves_its_own_day_out(void **state)
{
    struct oddi_by *by = make_by("new = distinct(dst_ip where is_new(dst_ip))\n"
                                 "strange = distinct(dst_ip where unseen(dst_ip))\n"
                                 "peers = distinct(dst_ip)");
    struct oddi_learner_memory m;
    struct oddi_kept_flows kept[ROWS] = {{0}};
    double x[ROWS * 3];

    (void)state;
    draw_peers();
    assert_int_equal(run(by, &m, kept), ODD_OK);
    assert_int_equal(oddi_learner_memory_features(&m, kept, ROWS, false, x, NULL), ODD_OK);
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(x[3 * r] == twin(r, false));
        assert_true(x[3 * r + 1] == twin(r, true));
        assert_true(x[3 * r + 2] == distinct(r));
    }
    /* A host that is not known: all that it meets is new to it, and the rest is as before. */
    assert_int_equal(oddi_learner_memory_features(&m, kept, ROWS, true, x, NULL), ODD_OK);
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(x[3 * r] == distinct(r));
        assert_true(x[3 * r + 1] == twin(r, true));
    }
    assert_true(oddi_learner_memory_knows(&m, &(struct oddi_row_key){.host = 77}));
    assert_false(oddi_learner_memory_knows(&m, &(struct oddi_row_key){.host = 76}));
    assert_int_equal(oddi_learner_memory_refused(&m), 0);
    drop(&m, kept);
    oddi_by_free(by);
}

/* What the baseline keeps answers about later days. */
static void what_is_kept(void **state)
{
    struct oddi_by *by = make_by("new = distinct(dst_ip where is_new(dst_ip))");
    struct oddi_learner_memory m;
    struct oddi_kept_flows kept[ROWS] = {{0}};
    struct oddi_base_memory given = {0};

    (void)state;
    draw_peers();
    assert_int_equal(run(by, &m, kept), ODD_OK);
    assert_int_equal(oddi_learner_memory_give(&m, &given, NULL), ODD_OK);
    assert_int_equal(given.n_kinds, 1);
    assert_string_equal(given.text[0], "is_new(dst_ip)");
    for (uint64_t h = 0; h < HOSTS; h++) {
        assert_true(oddi_host_is_known(&given, 77 + h));
        for (uint64_t p = 999; p < 1014; p++) {
            unsigned days = 0;

            for (size_t day = 0; day < DAYS; day++) {
                bool met = false;

                for (size_t f = 0; f < FLOWS; f++)
                    met = met || peer[day * HOSTS + h][f] == p;
                days += met;
            }
            assert_int_equal(oddi_known_count(&given.kinds[0], oddi_memory_key(77 + h, p)),
                             days > 2 ? 2 : days);
        }
    }
    assert_false(oddi_host_is_known(&given, 5));
    assert_true(oddi_host_is_known(&given, 0));
    oddi_base_memory_clear(&given);
    drop(&m, kept);
    oddi_by_free(by);
}

/* `hosts` hosts, each with a peer of its own, on one day. */
static void meet(struct oddi_learner_memory *m, const struct oddi_by *by, size_t hosts, int32_t day)
{
    uint64_t value[HOSTS], key[HOSTS];
    uint32_t off[HOSTS + 1];
    void *slots[16];
    struct oddi_grouped g = {.n_rows = hosts, .n_groups = hosts, .off = off, .key = key, .slots = slots};

    for (size_t s = 0; s < by->n_slots; s++)
        slots[s] = value;
    for (uint32_t h = 0; h <= hosts; h++)
        off[h] = h;
    for (size_t h = 0; h < hosts; h++) {
        key[h] = 10 + h;
        value[h] = 1000 + h;
    }
    assert_int_equal(oddi_learner_memory_met(m, &g, key, day, NULL), ODD_OK);
}

/* Host 10 is there all week, host 11 came on Saturday, host 12 is there on the last day only. */
static void a_weekend_is_not_enough(void **state)
{
    struct oddi_by *by = make_by("new = distinct(dst_ip where is_new(dst_ip))");
    const int32_t monday = 4;
    struct oddi_learner_memory m;
    struct oddi_base_memory given = {0};
    struct oddi_row_key key = {.host = 10};

    (void)state;
    assert_int_equal(oddi_learner_memory_init(&m, by, 1000, NULL), ODD_OK);
    for (int32_t day = 0; day < 7; day++)
        meet(&m, by, day < 5 ? 1 : day < 6 ? 2 : 3, monday + day);
    for (key.day = monday; key.day < monday + 7; key.day++)
        assert_true(oddi_learner_memory_knows(&m, &key));
    key.host = 11;
    for (key.day = monday; key.day < monday + 7; key.day++)
        assert_false(oddi_learner_memory_knows(&m, &key));
    assert_int_equal(oddi_learner_memory_give(&m, &given, NULL), ODD_OK);
    assert_true(oddi_host_is_known(&given, 10));
    assert_false(oddi_host_is_known(&given, 11));
    assert_false(oddi_host_is_known(&given, 12));
    oddi_base_memory_clear(&given);
    oddi_learner_memory_clear(&m);
    oddi_by_free(by);
}

/* Leaving out its own day, one day of training knows nothing of anybody; then nor do the days that are judged by it. */
static void one_day_says_nothing(void **state)
{
    struct oddi_by *by = make_by("strange = distinct(dst_ip where unseen(dst_ip))");
    uint64_t value = 1000, key = 10;
    uint32_t off[2] = {0, 1};
    void *slots[16];

    (void)state;
    for (size_t s = 0; s < by->n_slots; s++)
        slots[s] = &value;
    for (int32_t days = 1; days <= 2; days++) {
        struct oddi_grouped g = {.n_rows = 1, .n_groups = 1, .off = off, .key = &key, .slots = slots};
        struct oddi_base_memory given = {0};
        struct oddi_learner_memory m;
        struct oddi_recall r;

        assert_int_equal(oddi_learner_memory_init(&m, by, 1000, NULL), ODD_OK);
        for (int32_t day = 0; day < days; day++)
            meet(&m, by, 1, day);
        assert_int_equal(oddi_learner_memory_give(&m, &given, NULL), ODD_OK);
        assert_int_equal(oddi_recall_init(&r, by, NULL), ODD_OK);
        assert_int_equal(oddi_recall_fits(&r, &given, "file", "plan", NULL), ODD_OK);
        assert_int_equal(oddi_recall_hosts(&r, 1, NULL), ODD_OK);
        r.host[0] = key;
        assert_int_equal(oddi_recall_known(&r, &given, &g, NULL), ODD_OK);
        assert_int_equal(g.memory[0], days == 1 ? ODDI_TRUE : ODDI_FALSE);
        free(g.memory);
        oddi_recall_clear(&r);
        oddi_base_memory_clear(&given);
        oddi_learner_memory_clear(&m);
    }
    oddi_by_free(by);
}

static void windows_are_refused(void **state)
{
    struct oddi_by *by = make_by("rare = count(users(dst_ip) == 1 and is_new(dst_ip))");
    struct oddi_learner_memory m;
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    assert_int_equal(oddi_learner_memory_init(&m, by, 1000, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "what the whole window does (feature 'rare')"));
    oddi_learner_memory_clear(&m);
    oddi_by_free(by);
}

static enum odd_status story(void *ctx)
{
    struct oddi_learner_memory m;
    struct oddi_kept_flows kept[ROWS] = {{0}};
    double x[ROWS];
    enum odd_status status = run(ctx, &m, kept);
    struct oddi_base_memory given = {0};

    if (status == ODD_OK)
        status = oddi_learner_memory_features(&m, kept, ROWS, false, x, NULL);
    if (status == ODD_OK)
        status = oddi_learner_memory_give(&m, &given, NULL);
    oddi_base_memory_clear(&given);
    for (size_t r = 0; r < ROWS; r++)
        oddi_learner_memory_drop(&m, &kept[r]);
    oddi_learner_memory_clear(&m);
    return status;
}

static void memory_ends(void **state)
{
    struct oddi_by *by = make_by("new = distinct(dst_ip where is_new(dst_ip))");

    (void)state;
    assert_true(failalloc_sweep(story, by));
    oddi_by_free(by);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_its_own_day_out),  cmocka_unit_test(what_is_kept),
        cmocka_unit_test(a_weekend_is_not_enough), cmocka_unit_test(one_day_says_nothing),
        cmocka_unit_test(windows_are_refused),     cmocka_unit_test(memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
