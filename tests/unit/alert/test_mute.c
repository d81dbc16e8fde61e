/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "../expr/sample.h"
#include "alert/mute.h"
#include "base/rng.h"
#include "failalloc.h"

#define REST "owner = Jana, network\nreason = known\nexpires = 2012-01-01\n"

static const struct oddi_mute_options none = {0};

static enum odd_status read_rules(const char *text, struct oddi_mute **out, char show[400],
                                  struct odd_error *err)
{
    static const struct oddi_mute_options options = {.name = "rules.mute"};

    return oddi_mute_new(text, strlen(text), &options, out, show, 400, err);
}

static struct oddi_mute *rules(const char *text)
{
    struct oddi_mute *m = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    char show[400];

    if (read_rules(text, &m, show, &err) != ODD_OK)
        fail_msg("line %llu: %s\n%s", (unsigned long long)err.line, err.message, show);
    return m;
}

/* The four rows of the sample, in a window of `preset` that starts at 2011-08-10 09:46. */
static void judge(struct oddi_mute *m, const char *preset, bool muted[SAMPLE_ROWS])
{
    static struct sample s;
    const struct oddi_expr_need *needs;
    struct oddi_expr_input in;
    uint32_t map[ODDI_N_FIELDS];
    size_t n = oddi_mute_needs(m, &needs);

    sample_make(&s);
    sample_bind(&s, needs, n, &in, map);
    oddi_mute_rows(m, preset, in.window_start, &in, SAMPLE_ROWS, muted);
}

static void what_is_read(void **state)
{
    struct oddi_mute *m = rules("\xef\xbb\xbf# rules of the campus\r\n"
                                "\n"
                                "mute = src_ip = 10.1.2.3 and dst_port = 80   # the proxy\r\n"
                                "  owner=Jana, campus network\n"
                                "reason  =  talks to everybody#really  \n"
                                "expires = 2011-09-01\n"
                                "\n"
                                "mute = src_ip in 192.168.0.0/16\n"
                                "preset = hosts, scans\n"
                                "expires = 2012-01-01T12:00:00+02:00\n"
                                "reason = printers\n"
                                "owner = Petr");
    const struct oddi_mute_rule *r = oddi_mute_rule(m, 0), *q = oddi_mute_rule(m, 1);

    (void)state;
    assert_int_equal(oddi_mute_size(m), 2);
    assert_string_equal(r->condition, "src_ip == 10.1.2.3 and dst_port == 80");
    assert_string_equal(r->owner, "Jana, campus network");
    assert_string_equal(r->reason, "talks to everybody#really");
    assert_true(r->expires == INT64_C(1314835200000000000) && r->line == 3 && !r->presets);
    assert_string_equal(q->presets, "hosts, scans");
    assert_true(q->expires == INT64_C(1325412000000000000) && q->line == 8);
    oddi_mute_free(m);
}

static void no_rules(void **state)
{
    struct oddi_mute *m = rules("# nothing here\n\n   \n");
    bool muted[SAMPLE_ROWS] = {true, true, true, true};

    (void)state;
    assert_int_equal(oddi_mute_size(m), 0);
    judge(m, "hosts", muted);
    for (int i = 0; i < SAMPLE_ROWS; i++)
        assert_false(muted[i]);
    oddi_mute_free(m);
    oddi_mute_free(NULL);
}

static void check(const char *text, const char *preset, unsigned want, const uint64_t (*counts)[2])
{
    struct oddi_mute *m = rules(text);
    bool muted[SAMPLE_ROWS];
    unsigned got = 0;

    judge(m, preset, muted);
    for (unsigned i = 0; i < SAMPLE_ROWS; i++)
        got |= (unsigned)muted[i] << i;
    assert_int_equal(got, want);
    for (size_t k = 0; k < oddi_mute_size(m); k++) {
        assert_int_equal(oddi_mute_count(m, k)->muted, counts[k][0]);
        assert_int_equal(oddi_mute_count(m, k)->expired, counts[k][1]);
    }
    oddi_mute_free(m);
}

/* Rows: 10.1.2.3 > 93.184.216.34 tcp/80; 192.168.0.7 > 10.0.0.53 udp/53; 2001:db8::1 > fe80::2; nulls. */
static void what_is_muted(void **state)
{
    (void)state;
    check("mute = proto = tcp\n" REST, "hosts", 5, (const uint64_t[][2]){{2, 0}});
    check("mute = not proto = tcp\n" REST, "hosts", 2, (const uint64_t[][2]){{1, 0}}); /* null is not true */
    check("mute = hour = 9 and weekday = wed\n" REST, "hosts", 15, (const uint64_t[][2]){{4, 0}});
    check("mute = src_ip = 10.1.2.3\n" REST "mute = proto = tcp\n" REST, "hosts", 5,
          (const uint64_t[][2]){{1, 0}, {1, 0}}); /* the first has the hit */
    check("mute = proto = tcp\npreset = scans , beacons\n" REST, "hosts", 0, (const uint64_t[][2]){{0, 0}});
    check("mute = proto = tcp\npreset = scans , beacons\n" REST, "beacons", 5, (const uint64_t[][2]){{2, 0}});
    check("mute = proto = tcp\npreset = scans , beacons\n" REST, "scan", 0, (const uint64_t[][2]){{0, 0}});
    check("mute = proto = tcp\npreset = ,\n" REST, "", 0, (const uint64_t[][2]){{0, 0}});
}

static void what_has_expired(void **state)
{
    static const char gone[] = "owner = x\nreason = y\nexpires = 2011-08-10 09:46\n"; /* this very moment */
    char text[400];

    (void)state;
    snprintf(text, sizeof text, "mute = proto = tcp\n%s", gone);
    check(text, "hosts", 0, (const uint64_t[][2]){{0, 2}});
    snprintf(text, sizeof text, "mute = proto = tcp\n%smute = src_ip = 10.1.2.3\n" REST, gone);
    check(text, "hosts", 1,
          (const uint64_t[][2]){{0, 1}, {1, 0}}); /* what another rule mutes is not missed */
    check("mute = proto = tcp\nowner = x\nreason = y\nexpires = 2011-08-10 09:46:01\n", "hosts", 5,
          (const uint64_t[][2]){{2, 0}});
}

/* Fields that an entity does not have are null. */
static void absent_fields(void **state)
{
    struct oddi_mute *m = rules("mute = src_ip = 10.1.2.3 or dst_port = 53\n" REST);
    static struct sample s;
    const struct oddi_expr_need *needs;
    struct oddi_expr_input in;
    uint32_t map[ODDI_N_FIELDS];
    bool muted[SAMPLE_ROWS];
    size_t n = oddi_mute_needs(m, &needs);

    (void)state;
    sample_make(&s);
    sample_bind(&s, needs, n, &in, map);
    for (size_t i = 0; i < n; i++)
        if (needs[i].field == ODDI_DST_PORT)
            map[i] = UINT32_MAX;
    oddi_mute_rows(m, "hosts", 0, &in, SAMPLE_ROWS, muted);
    assert_true(muted[0] && !muted[1] && !muted[2] && !muted[3]);
    oddi_mute_free(m);
}

/* More rows than a block, against one at a time. */
static void many_rows(void **state)
{
    enum { N = 5000 };
    static uint32_t port[N];
    static bool all[N];
    struct oddi_mute *m = rules("mute = dst_port in {25, 445, 1000..2000}\n" REST), *one;
    struct oddi_column column = {.u.code = port}, cell = column;
    uint32_t map = 0;
    struct oddi_expr_input in = {&column, &map, NULL, 0}, single = {&cell, &map, NULL, 0};
    struct oddi_rng r;
    uint64_t n = 0;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (size_t i = 0; i < N; i++)
        port[i] = oddi_rng_below(&r, 5) ? (uint32_t)oddi_rng_below(&r, 3000) : UINT32_MAX;
    oddi_mute_rows(m, "x", 0, &in, N, all);
    one = rules("mute = dst_port in {25, 445, 1000..2000}\n" REST);
    for (size_t i = 0; i < N; i++) {
        bool muted;

        cell.u.code = port + i;
        oddi_mute_rows(one, "x", 0, &single, 1, &muted);
        assert_true(muted == all[i]);
        assert_true(muted == (port[i] == 25 || port[i] == 445 || (port[i] >= 1000 && port[i] <= 2000)));
        n += muted;
    }
    assert_true(oddi_mute_count(m, 0)->muted == n && oddi_mute_count(one, 0)->muted == n && n > 1000);
    oddi_mute_free(m);
    oddi_mute_free(one);
}

/* Names that the caller knows beside the fields, and what is said of those that nobody knows. */
static void names_of_the_caller(void **state)
{
    static const char *const names[] = {"peers", "score"};
    static const struct oddi_mute_options options = {.name = "n", .names = names, .n_names = 2};
    static const struct {
        const char *condition, *carets;
        size_t needs; /* 0: refused */
    } cases[] = {
        {"peers > 3 and src_ip = 10.0.0.1 and score < 90", "", 3},
        {"peer > 3", "peer > 3\n^~~~\n", 0},
        {"peers > 3 and peer > 3", "peers > 3 and peer > 3\n              ^~~~\n", 0},
        {"peers > 3 and zzzzzzz > 3", "peers > 3 and zzzzzzz > 3\n              ^~~~~~~\n", 0},
        {"peers = 10.0.0.1", "peers = 10.0.0.1\n^~~~~~~~~~~~~~~~\n", 0},
        {"peers > 3 and src_ip = 5x", "peers > 3 and src_ip = 5x\n                       ^~\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oddi_mute *m = NULL;
        const struct oddi_expr_need *needs;
        char text[200], show[200];
        enum odd_status status;

        snprintf(text, sizeof text, "mute = %s\n" REST, cases[i].condition);
        status = oddi_mute_new(text, strlen(text), &options, &m, show, sizeof show, NULL);
        assert_string_equal(show, cases[i].carets);
        assert_int_equal(status, cases[i].needs ? ODD_OK : ODD_ERR_USAGE);
        if (status == ODD_OK)
            assert_int_equal(oddi_mute_needs(m, &needs), cases[i].needs);
        oddi_mute_free(m);
    }
}

/* ---- Complaints ---------------------------------------------------------------------------------------------- */

static void complaint(const char *text, uint64_t line, const char *part, const char *carets)
{
    struct oddi_mute *m = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    char show[400] = "?";

    assert_int_equal(read_rules(text, &m, show, &err), ODD_ERR_USAGE);
    assert_null(m);
    if (err.line != line || !strstr(err.message, part) || strcmp(show, carets) != 0)
        fail_msg("'%s': line %llu: %s\n%s", text, (unsigned long long)err.line, err.message, show);
    assert_string_equal(err.source, "rules.mute");
}

static void complaints(void **state)
{
    (void)state;
    complaint("\nmute = src_ip = 10.1.2\n", 2, "'10.1.2'", "src_ip = 10.1.2\n         ^~~~~~\n");
    complaint("mute = scr_ip = 10.1.2.3\n" REST, 1, "src_ip", "scr_ip = 10.1.2.3\n^~~~~~\n");
    complaint("mute = \n" REST, 1, "", "\n^\n");
    complaint("mute = bytes + 1\n" REST, 1, "", "bytes + 1\n^~~~~~~~~\n");
    complaint("mute = count() > 3\n" REST, 1, "", "count() > 3\n^~~~~\n");
    complaint("mute = proto = tcp\n", 1, "no 'owner'", "");
    complaint("mute = proto = tcp\nowner = x\nexpires = 2012-01-01\n# end\n", 1, "no 'reason'", "");
    complaint("\nmute = proto = tcp\nowner = x\nreason = y\nmute = proto = udp\n" REST, 2, "no 'expires'",
              "");
    complaint("mute = proto = tcp\n" REST "owner = again\n", 5, "twice", "");
    complaint("mute = proto = tcp\n" REST "expires = 2013-01-01\n", 5, "twice", "");
    complaint("mute = proto = tcp\nowner =\n", 2, "empty", "");
    complaint("mute = proto = tcp\nexpires = tomorrow\n", 2, "2026-12-31", "");
    complaint("mute = proto = tcp\nexpries = 2012-01-01\n", 2, "did you mean 'expires'", "");
    complaint("mute = proto = tcp\ncolour = red\n", 2, "made of", "");
    complaint("owner = x\n", 1, "before any 'mute", "");
    complaint("proto\n", 1, "a line must be", "");
    complaint("= 5\n", 1, "a line must be", "");
}

static void not_a_text(void **state)
{
    struct oddi_mute *m = NULL;
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    assert_int_equal(oddi_mute_new("mute\0", 5, &none, &m, NULL, 0, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "NUL"));
    assert_int_equal(oddi_mute_new(NULL, 0, &none, &m, NULL, 0, NULL), ODD_OK);
    oddi_mute_free(m);
}

static void too_many_rules(void **state)
{
    static const char rule[] = "mute = proto = tcp\n" REST;
    size_t n = sizeof rule - 1;
    char *text = malloc(n * (ODDI_MUTE_RULES_MAX + 1) + 1);
    struct oddi_mute *m;
    struct odd_error err = ODD_ERROR_INIT;
    char show[400];

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i <= ODDI_MUTE_RULES_MAX; i++)
        memcpy(text + i * n, rule, n + 1);
    assert_int_equal(read_rules(text, &m, show, &err), ODD_ERR_USAGE);
    assert_true(err.line == 4 * ODDI_MUTE_RULES_MAX + 1 && strstr(err.message, "1000"));
    text[ODDI_MUTE_RULES_MAX * n] = '\0';
    m = rules(text);
    assert_int_equal(oddi_mute_size(m), ODDI_MUTE_RULES_MAX);
    oddi_mute_free(m);
    free(text);
}

static enum odd_status story(void *ctx)
{
    struct oddi_mute *m;
    enum odd_status status = oddi_mute_new(ctx, strlen(ctx), &none, &m, NULL, 0, NULL);
    bool muted[SAMPLE_ROWS];

    if (status != ODD_OK)
        return status;
    judge(m, "x", muted);
    oddi_mute_free(m);
    return ODD_OK;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(story, (char[]){"mute = proto = tcp or src_ip in 10.0.0.0/8\n" REST
                                                "mute = label like '*Botnet*'\n" REST}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read),        cmocka_unit_test(no_rules),
        cmocka_unit_test(what_is_muted),       cmocka_unit_test(what_has_expired),
        cmocka_unit_test(absent_fields),       cmocka_unit_test(many_rows),
        cmocka_unit_test(names_of_the_caller), cmocka_unit_test(complaints),
        cmocka_unit_test(not_a_text),          cmocka_unit_test(too_many_rules),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
