/*
 * Alerts and mute rules of whole runs, through oddflow.h: pulled and written runs raise the same alerts, whatever the threads
 * and blocks; an alert is what the odd rows of its entity are; muted rows are counted; a failing allocation loses nothing but
 * the run.
 */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "failalloc.h"
#include "oddflow/oddflow.h"
#include "tmp.h"

#define ENTITIES                                                                                             \
    "by = src_ip\nwindow = 1m\nfeature = peers = log1p(distinct(dst_ip))\n"                                  \
    "feature = failed = log1p(count(failed))\ndetector = dbscan:eps=1,min_samples=5\n"
#define RULES                                                                                                \
    "mute = src_ip in 147.32.84.0/24 and peers > 5\nowner = a\nreason = b\nexpires = 2030-01-01\n"           \
    "mute = score > 90\nowner = a\nreason = b\nexpires = 2000-01-01\n"

struct story {
    const char *command, *settings, *rules, *path;
    bool pull;
    struct oddi_buf alerts;
    struct odd_ledger ledger;
    size_t odd; /* pulled: rows labelled -1 */
    size_t notes;
};

static int add_bytes(void *ctx, const void *bytes, size_t n)
{
    oddi_buf_add(ctx, bytes, n);
    return oddi_buf_ok(ctx) ? 0 : 12; /* ENOMEM */
}

static int ignore_bytes(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    (void)n;
    return 0;
}

static enum odd_status pull(struct story *s, odd_run *run, struct odd_error *err)
{
    const odd_window *win;
    enum odd_status status;

    while ((status = odd_run_next(run, &win, err)) == ODD_OK)
        s->odd += odd_window_outliers(win);
    return status == ODD_END ? ODD_OK : status;
}

static enum odd_status go(struct story *s, odd_run *run, struct odd_error *err)
{
    enum odd_status status = odd_run_add_file(run, s->path, err);

    oddi_buf_clear(&s->alerts);
    s->odd = 0;
    odd_run_set_alerts(run, add_bytes, &s->alerts);
    if (status == ODD_OK && s->rules)
        status = odd_run_set_mute(run, s->rules, "rules", NULL, 0, err);
    if (status == ODD_OK)
        status = s->pull ? pull(s, run, err) : odd_run_write(run, ignore_bytes, NULL, err);
    odd_run_ledger(run, &s->ledger);
    s->notes = odd_run_notes(run);
    return status == ODD_ERR_IO && !oddi_buf_ok(&s->alerts) ? ODD_ERR_MEMORY : status;
}

static enum odd_status tell(void *ctx)
{
    struct story *s = ctx;
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    enum odd_status status = odd_options_new(s->command, &opt, &err);

    oddi_buf_init(&s->alerts, 0);
    if (status == ODD_OK)
        status = odd_options_read(opt, s->settings, "test", &err);
    if (status == ODD_OK)
        status = odd_run_new(opt, &run, &err);
    if (status == ODD_OK)
        status = go(s, run, &err);
    odd_run_free(run);
    odd_options_free(opt);
    if (status != ODD_OK && status != ODD_ERR_MEMORY)
        print_message("%s: %s\n", err.source, err.message);
    return status;
}

static enum odd_status tell_and_forget(void *ctx)
{
    struct story *s = ctx;
    enum odd_status status = tell(s);

    oddi_buf_free(&s->alerts);
    return status;
}

static const char *traffic(const char *flows)
{
    odd_options *opt = NULL;
    struct oddi_buf out;
    const char *path;

    oddi_buf_init(&out, 0);
    assert_int_equal(odd_options_new("synth", &opt, NULL), ODD_OK);
    assert_int_equal(odd_options_set(opt, "flows", flows, NULL), ODD_OK);
    assert_int_equal(odd_options_set(opt, "seed", "3", NULL), ODD_OK);
    assert_int_equal(odd_synth(opt, add_bytes, &out, NULL), ODD_OK);
    odd_options_free(opt);
    path = tmp_file(out.data, out.size);
    oddi_buf_free(&out);
    return path;
}

/* The sum of a member over all lines, and how many lines there are. */
static uint64_t sum_of(const struct oddi_buf *alerts, const char *member, size_t *lines)
{
    const char *p = alerts->data, *end = p + alerts->size;
    uint64_t sum = 0;

    *lines = 0;
    while (p && p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *at = strstr(p, member);

        assert_non_null(nl);
        assert_true(at && at < nl);
        sum += strtoull(at + strlen(member), NULL, 10);
        ++*lines;
        p = nl + 1;
    }
    return sum;
}

/* ---- Tests ---------------------------------------------------------------------------------------------------- */

static void every_odd_row_is_in_an_alert(void **state)
{
    static const char *const settings[] = {ENTITIES, "window = 1m\n",
                                           "features = bytes,pkts\nwindow = 10s\n"};
    const char *path = traffic("30k");

    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct story s = {.command = "detect", .settings = settings[i], .path = path};
        size_t lines;

        assert_int_equal(tell(&s), ODD_OK);
        oddi_buf_cstr(&s.alerts);
        assert_true(sum_of(&s.alerts, "\"count\":", &lines) == s.ledger.outliers - s.ledger.alone);
        assert_true(lines > 3 && s.ledger.muted == 0);
        oddi_buf_free(&s.alerts);
    }
}

static void nothing_shows_of_the_way(void **state)
{
    static const char *const settings[] = {ENTITIES, ENTITIES "threads = 1\nblock-size = 4k\n",
                                           ENTITIES "threads = 2\nblock-size = 64k\nhold = 0\n",
                                           ENTITIES "top = 3\nthreads = 3\n",
                                           ENTITIES "windows-only = yes\n"};
    const char *path = traffic("30k");
    struct story first = {.command = "detect", .settings = ENTITIES, .rules = RULES, .path = path};

    (void)state;
    assert_int_equal(tell(&first), ODD_OK);
    assert_true(first.alerts.size > 0 && first.ledger.muted > 0);
    assert_int_equal(first.notes, 3);
    for (size_t i = 0; i < 2 * sizeof settings / sizeof *settings; i++) {
        struct story s = {
            .command = "detect", .settings = settings[i / 2], .rules = RULES, .path = path, .pull = i % 2};

        assert_int_equal(tell(&s), ODD_OK);
        assert_int_equal(s.alerts.size, first.alerts.size);
        assert_memory_equal(s.alerts.data, first.alerts.data, s.alerts.size);
        assert_true(s.ledger.muted == first.ledger.muted && s.ledger.outliers == first.ledger.outliers);
        assert_true(!s.pull || s.odd == s.ledger.outliers);
        oddi_buf_free(&s.alerts);
    }
    oddi_buf_free(&first.alerts);
}

static void muted_and_odd_are_all(void **state)
{
    struct story all = {.command = "detect", .settings = ENTITIES, .path = traffic("30k")}, some = all;

    (void)state;
    some.rules = RULES;
    assert_int_equal(tell(&all), ODD_OK);
    assert_int_equal(tell(&some), ODD_OK);
    assert_true(all.ledger.outliers == some.ledger.outliers + some.ledger.muted);
    assert_true(all.ledger.scored == some.ledger.scored && some.alerts.size < all.alerts.size);
    oddi_buf_free(&all.alerts);
    oddi_buf_free(&some.alerts);
}

static void when_things_may_be_set(void **state)
{
    odd_options *opt = NULL;
    odd_run *run = NULL;
    char show[100] = "?";
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    assert_int_equal(odd_options_new("detect", &opt, NULL), ODD_OK);
    assert_int_equal(odd_run_new(opt, &run, NULL), ODD_OK);
    assert_int_equal(odd_run_add_file(run, traffic("1k"), NULL), ODD_OK);
    assert_int_equal(odd_run_set_mute(run, "mute = byts > 3\n", "x", show, sizeof show, &err), ODD_ERR_USAGE);
    assert_string_equal(show, "byts > 3\n^~~~\n");
    assert_true(err.line == 1 && strcmp(err.source, "x") == 0);
    assert_int_equal(odd_run_set_mute(run, "", "x", NULL, 0, &err), ODD_ERR_USAGE); /* a second time */
    odd_run_free(run);
    run = NULL;
    assert_int_equal(odd_run_new(opt, &run, NULL), ODD_OK);
    assert_int_equal(odd_run_add_file(run, traffic("1k"), NULL), ODD_OK);
    assert_int_equal(odd_run_write(run, ignore_bytes, NULL, NULL), ODD_OK);
    assert_int_equal(odd_run_set_mute(run, "", "x", NULL, 0, &err), ODD_ERR_USAGE); /* too late */
    odd_run_free(run);
    odd_options_free(opt);
}

static void failing_allocations(void **state)
{
    const char *path = traffic("1k");
    struct story stories[] = {
        {.command = "detect", .settings = ENTITIES "threads = 1\n", .rules = RULES, .path = path},
        {.command = "detect", .settings = "threads = 1\n", .rules = RULES, .path = path, .pull = true},
        {.command = "detect",
         .settings = "preset = scans,hosts\ndetector = dbscan:eps=2\nthreads = 1\noutput = csv\n",
         .rules = RULES,
         .path = path},
        {.command = "hunt",
         .settings = "preset = scans\nhome = 147.32.0.0/16\nalert-score = 20\nthreads = 1\n",
         .rules = RULES,
         .path = path},
    };

    (void)state;
    stories[3].rules = "mute = horizontal > 20 or flows < 3\nowner = a\nreason = b\nexpires = 2030-01-01\n";
    stories[1].rules = "mute = bytes > 1M\nowner = a\nreason = b\nexpires = 2030-01-01\n";
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        if (!failalloc_sweep(tell_and_forget, &stories[i]))
            fail_msg("story %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_odd_row_is_in_an_alert), cmocka_unit_test(nothing_shows_of_the_way),
        cmocka_unit_test(muted_and_odd_are_all),        cmocka_unit_test(when_things_may_be_set),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
