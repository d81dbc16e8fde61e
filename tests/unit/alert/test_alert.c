/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alert.h"
#include "alert/write.h"
#include "base/rng.h"
#include "failalloc.h"
#include "tmp.h"

#define MINUTE  INT64_C(60000000000)
#define WINDOWS 50
#define KEYS    9
#define WIDTH   (5 * MINUTE)

static const char *const one_feature[] = {"log1p(peers)"};
static const char *const keys[] = {"src_ip"};
static const char *const two_features[] = {"log1p(flows)", "log1p(failed)"};
static const struct oddi_alert_preset presets[] = {
    {.name = "scans", .features = one_feature, .n_features = 1, .keys = keys, .n_keys = 1},
    {.name = "hosts", .features = two_features, .n_features = 2}};

/* verdicts[window][preset][key]: how many, 0 to 2 */
struct day {
    uint8_t verdicts[WINDOWS][2][KEYS];
    double score[WINDOWS][2][KEYS][2];
};

static void make(struct day *d, uint64_t seed)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    for (size_t w = 0; w < WINDOWS; w++)
        for (size_t p = 0; p < 2; p++)
            for (size_t k = 0; k < KEYS; k++) {
                d->verdicts[w][p][k] = (uint8_t)(oddi_rng_below(&r, k + 1) ? 0 : 1 + oddi_rng_below(&r, 2));
                for (int i = 0; i < 2; i++)
                    d->score[w][p][k][i] = oddi_rng_below(&r, 6) ? 75 + (double)oddi_rng_below(&r, 20) : NAN;
            }
}

static void key_text(size_t k, char out[16])
{
    snprintf(out, 16, "10.0.0.%zu", k * 7 % 10); /* not in the order of their numbers */
}

struct kept {
    size_t n;
    struct oddi_alert alert[WINDOWS * KEYS * 2];
    char key[WINDOWS * KEYS * 2][16];
    double reason[WINDOWS * KEYS * 2];
    size_t step[WINDOWS * KEYS * 2], now;
};

static enum odd_status keep(void *ctx, const struct oddi_alert *alert, struct odd_error *err)
{
    struct kept *kept = ctx;

    (void)err;
    kept->alert[kept->n] = *alert;
    snprintf(kept->key[kept->n], 16, "%.*s", (int)alert->key_size, alert->key);
    kept->reason[kept->n] = alert->reasons ? alert->reasons[0].value : NAN;
    kept->step[kept->n++] = kept->now;
    return ODD_OK;
}

static enum odd_status add(struct oddi_alerts *a, const struct day *d, size_t w, size_t p, size_t k)
{
    struct oddi_reason reasons[2] = {{.share = 1}, {.value = 3}};
    char key[16], sentence[40];

    key_text(k, key);
    for (int i = 0; i < d->verdicts[w][p][k]; i++) {
        const char *values[] = {key};
        struct oddi_alert_row row = {.preset = p,
                                     .key = key,
                                     .key_size = strlen(key),
                                     .start = (int64_t)w * WIDTH,
                                     .end = (int64_t)(w + 1) * WIDTH,
                                     .score = d->score[w][p][k][i],
                                     .reasons = reasons,
                                     .sentence = sentence,
                                     .command = "oddflow flows",
                                     .command_size = w % 2 ? 13 : 0,
                                     .values = values};

        reasons[0].value = (double)w * 10 + i;
        row.sentence_size = (size_t)snprintf(sentence, sizeof sentence, "window %zu", w);
        ODDI_TRY(oddi_alerts_add(a, &row, NULL));
    }
    return ODD_OK;
}

/* The presets of `which` (bits), windows [0, n). */
static enum odd_status run(const struct day *d, unsigned which, size_t n, uint64_t gap, size_t max_open,
                           struct kept *kept, uint64_t *refused)
{
    struct oddi_alerts_options options = {presets, 2, gap, max_open};
    struct oddi_alerts *a;
    enum odd_status status = oddi_alerts_new(&options, &a, NULL);

    if (status != ODD_OK)
        return status;
    kept->n = 0;
    for (size_t w = 0; status == ODD_OK && w < n; w++)
        for (size_t p = 0; status == ODD_OK && p < 2; p++) {
            kept->now = w * 2 + p;
            if (!(which >> p & 1))
                continue;
            status = oddi_alerts_advance(a, p, (int64_t)w * WIDTH, keep, kept, NULL);
            for (size_t k = 0; status == ODD_OK && k < KEYS; k++)
                status = add(a, d, w, p, k);
        }
    kept->now = n * 2;
    if (status == ODD_OK)
        status = oddi_alerts_flush(a, keep, kept, NULL);
    if (refused)
        *refused = oddi_alerts_refused(a);
    if (status == ODD_OK)
        assert_true(oddi_alerts_opened(a) == kept->n);
    oddi_alerts_free(a);
    return status;
}

/* ---- Against the table --------------------------------------------------------------------------------- */

static const struct oddi_alert *find(const struct kept *kept, size_t p, const char *key, int64_t start)
{
    for (size_t i = 0; i < kept->n; i++)
        if (kept->alert[i].preset == p && strcmp(kept->key[i], key) == 0 && kept->alert[i].start == start)
            return &kept->alert[i];
    return NULL;
}

/* One alert: windows from..to of the table. */
static void check_alert(const struct day *d, const struct kept *kept, size_t p, size_t k, size_t from,
                        size_t to)
{
    const struct oddi_alert *x;
    size_t rows = 0, windows = 0, peak = from;
    double best = NAN, value = (double)from * 10;
    char key[16];

    key_text(k, key);
    x = find(kept, p, key, (int64_t)from * WIDTH);
    assert_non_null(x);
    for (size_t w = from; w <= to; w++) {
        windows += d->verdicts[w][p][k] > 0;
        for (int i = 0; i < d->verdicts[w][p][k]; i++) {
            double s = d->score[w][p][k][i];

            rows++;
            if (s > best || (isnan(best) && !isnan(s))) {
                best = s;
                peak = w;
                value = (double)w * 10 + i;
            }
        }
    }
    assert_true(x->end == (int64_t)(to + 1) * WIDTH && x->rows == rows && x->windows == windows);
    assert_true(x->score == best || (isnan(x->score) && isnan(best)));
    assert_true(x->peak_start == (int64_t)peak * WIDTH && x->peak_end == (int64_t)(peak + 1) * WIDTH);
    assert_true(kept->reason[x - kept->alert] == value);
    assert_true(x->id == oddi_alert_id(presets[p].name, key, strlen(key), x->start));
}

static size_t check_entity(const struct day *d, const struct kept *kept, size_t p, size_t k, size_t gap)
{
    size_t n = 0, from = WINDOWS, last = 0;

    for (size_t w = 0; w < WINDOWS; w++) {
        if (!d->verdicts[w][p][k])
            continue;
        if (from < WINDOWS && w - last > gap + 1) {
            check_alert(d, kept, p, k, from, last);
            n++;
            from = WINDOWS;
        }
        from = from == WINDOWS ? w : from;
        last = w;
    }
    if (from == WINDOWS)
        return n;
    check_alert(d, kept, p, k, from, last);
    return n + 1;
}

/* Alerts leave as soon as no window can join them, those that leave together by start, preset and key. */
static void check_order(const struct kept *kept, size_t gap)
{
    for (size_t i = 0; i < kept->n; i++) {
        const struct oddi_alert *x = &kept->alert[i], *y = x + 1;
        size_t due = ((size_t)(x->end / WIDTH) + gap + 1) * 2 + x->preset, last = WINDOWS * 2;

        assert_true(kept->step[i] == (due < last ? due : last));
        if (i + 1 == kept->n || kept->step[i + 1] != kept->step[i])
            continue;
        assert_true(x->start <= y->start);
        if (x->start == y->start && x->preset == y->preset)
            assert_true(strcmp(kept->key[i], kept->key[i + 1]) < 0);
        if (x->start == y->start)
            assert_true(strcmp(x->preset_name, y->preset_name) <= 0);
    }
}

static void as_the_table(void **state)
{
    static struct day d;
    static struct kept kept;

    (void)state;
    for (uint64_t seed = 1; seed < 10; seed++) {
        size_t gap = seed % 3, n = 0;

        make(&d, seed);
        assert_int_equal(run(&d, 3, WINDOWS, gap, 1000, &kept, NULL), ODD_OK);
        for (size_t p = 0; p < 2; p++)
            for (size_t k = 0; k < KEYS; k++)
                n += check_entity(&d, &kept, p, k, gap);
        assert_int_equal(n, kept.n);
        check_order(&kept, gap);
    }
}

/* ---- Ids ------------------------------------------------------------------------------------------------------ */

/* What is there with less input or fewer presets is there with more, under the same ids. */
static void ids_are_stable(void **state)
{
    static struct day d;
    static struct kept all, some;

    (void)state;
    make(&d, 3);
    assert_int_equal(run(&d, 3, WINDOWS, 1, 1000, &all, NULL), ODD_OK);
    for (unsigned which = 1; which < 4; which++)
        for (size_t n = 1; n < WINDOWS; n += 6) {
            assert_int_equal(run(&d, which, n, 1, 1000, &some, NULL), ODD_OK);
            assert_true(some.n > 0);
            for (size_t i = 0; i < some.n; i++) {
                const struct oddi_alert *x =
                    find(&all, some.alert[i].preset, some.key[i], some.alert[i].start);

                assert_non_null(x);
                assert_true(x->id == some.alert[i].id && x->end >= some.alert[i].end);
            }
        }
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(all.alert[i].id != all.alert[k].id);
}

/* Worked out in Python: ids are in people's tickets and must not change. */
static void ids_are_for_ever(void **state)
{
    (void)state;
    assert_true(oddi_alert_id("hosts", "147.32.84.165", 13, INT64_C(1312969560000000000)) ==
                0x6af0ab2b3f3256c6);
    assert_true(oddi_alert_id("", "", 0, INT64_MIN) == 0xc01e7baa9a68af62);
    assert_true(oddi_alert_id("a", "bc", 2, 0) != oddi_alert_id("ab", "c", 1, 0));
}

/* ---- Bounds ------------------------------------------------------------------------------------------------------ */

static void at_most_so_many(void **state)
{
    static struct day d;
    static struct kept all, some, again;
    uint64_t refused, rows = 0, joined = 0;

    (void)state;
    make(&d, 4);
    assert_int_equal(run(&d, 3, WINDOWS, 1, 1000, &all, &refused), ODD_OK);
    assert_true(refused == 0);
    for (size_t i = 0; i < all.n; i++)
        rows += all.alert[i].rows;
    assert_int_equal(run(&d, 3, WINDOWS, 1, 4, &some, &refused), ODD_OK);
    for (size_t i = 0; i < some.n; i++)
        joined += some.alert[i].rows;
    assert_true(refused > 0 && joined + refused == rows && some.n < all.n);
    assert_int_equal(run(&d, 3, WINDOWS, 1, 4, &again, &refused), ODD_OK);
    assert_true(again.n == some.n);
    for (size_t i = 0; i < some.n; i++)
        assert_true(again.alert[i].id == some.alert[i].id && again.alert[i].rows == some.alert[i].rows);
    assert_int_equal(run(&d, 3, WINDOWS, 1, 0, &some, &refused), ODD_OK);
    assert_true(some.n == 0 && refused == rows);
}

/* Windows of sessions start where they like: an alert that its entity has left behind waits for the next step. */
static void windows_of_any_place(void **state)
{
    static struct kept kept;
    static char key[2 * ODDI_ALERT_KEY_MAX];
    struct oddi_alerts_options options = {presets, 2, 1, 10};
    struct oddi_alerts *a;
    struct oddi_alert_row row = {.key = key, .start = 0, .end = 10};

    (void)state;
    memset(key, 'k', sizeof key);
    assert_int_equal(oddi_alerts_new(&options, &a, NULL), ODD_OK);
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    row.start = 5; /* overlaps */
    row.end = 30;
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    row.start = 55; /* one window of 25 between */
    row.end = 60;
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    row.start = 66; /* more than 5 */
    row.end = INT64_MAX;
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    kept.n = 0;
    assert_int_equal(oddi_alerts_advance(a, 0, 66, keep, &kept, NULL), ODD_OK);
    assert_true(kept.n == 1 && kept.alert[0].start == 0 && kept.alert[0].end == 60 &&
                kept.alert[0].rows == 3);
    row.key_size = sizeof key; /* two keys, alike as far as they are kept */
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    key[sizeof key - 1] = 'z';
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    assert_int_equal(oddi_alerts_advance(a, 0, INT64_MAX, keep, &kept, NULL), ODD_OK);
    assert_true(kept.n == 1);
    assert_int_equal(oddi_alerts_flush(a, keep, &kept, NULL), ODD_OK);
    assert_true(kept.n == 3 && kept.alert[2].rows == 2 && kept.alert[2].key_size == ODDI_ALERT_KEY_MAX);
    row.start = INT64_MIN;
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    oddi_alerts_free(a);
    oddi_alerts_free(NULL);
}

static enum odd_status refuse(void *ctx, const struct oddi_alert *alert, struct odd_error *err)
{
    (void)alert;
    ++*(int *)ctx;
    return oddi_fail(err, ODD_ERR_IO, "disk full");
}

static void a_failing_receiver(void **state)
{
    struct oddi_alerts_options options = {presets, 2, 0, 10};
    struct oddi_alerts *a;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_alert_row row = {.key = "a", .key_size = 1, .end = 10};
    int calls = 0;

    (void)state;
    assert_int_equal(oddi_alerts_new(&options, &a, NULL), ODD_OK);
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    row.preset = 1;
    assert_int_equal(oddi_alerts_add(a, &row, NULL), ODD_OK);
    assert_int_equal(oddi_alerts_flush(a, refuse, &calls, &err), ODD_ERR_IO);
    assert_int_equal(calls, 1);
    assert_string_equal(err.message, "disk full");
    oddi_alerts_free(a);
}

static enum odd_status story(void *ctx)
{
    static struct kept kept;

    return run(ctx, 3, 12, 1, 1000, &kept, NULL);
}

static void failing_allocations(void **state)
{
    static struct day d;

    (void)state;
    make(&d, 1);
    assert_true(failalloc_sweep(story, &d));
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------ */

static void one_line(void **state)
{
    struct oddi_reason reasons[2] = {{4.5, 1, 0, 2.25, 0.75, 2.5}, {0.1, 0, 0, 0, 0.25, NAN}};
    struct oddi_alert x = {.id = 0x0123456789abcdef,
                           .preset_name = "hosts",
                           .key = (char[]){"a\xff\"b"},
                           .key_size = 4,
                           .start = 0,
                           .end = 2 * WIDTH,
                           .peak_start = WIDTH,
                           .peak_end = 2 * WIDTH,
                           .score = 98.5,
                           .rows = 3,
                           .windows = 2,
                           .reasons = reasons,
                           .sentence = (char[]){"many peers"},
                           .sentence_size = 10};
    struct oddi_buf out;

    (void)state;
    oddi_buf_init(&out, 0);
    oddi_alert_write(&out, &x, &presets[1], NULL);
    assert_string_equal(
        oddi_buf_cstr(&out),
        "{\"id\":\"0123456789abcdef\",\"preset\":\"hosts\",\"key\":\"a\\u00ff\\\"b\","
        "\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:10:00Z\",\"score\":98.5,"
        "\"peak_start\":\"1970-01-01T00:05:00Z\",\"peak_end\":\"1970-01-01T00:10:00Z\",\"windows\":2,"
        "\"count\":3,"
        "\"reasons\":[{\"feature\":\"log1p(flows)\",\"value\":4.5,\"expected\":[0,2.25],\"share\":0.75,"
        "\"nearest\":1,\"normal_at\":2.5},{\"feature\":\"log1p(failed)\",\"value\":0.1,\"expected\":[0,0],"
        "\"share\":0.25,\"nearest\":0}],\"reason\":\"many peers\"}\n");
    oddi_buf_clear(&out);
    x.values = (char[]){"10.0.0.1"};
    x.command = (char[]){"oddflow flows 'a b'"};
    x.command_size = 19;
    x.reasons = NULL;
    oddi_alert_write(&out, &x, &presets[0], NULL);
    assert_string_equal(
        oddi_buf_cstr(&out),
        "{\"id\":\"0123456789abcdef\",\"preset\":\"scans\",\"key\":\"a\\u00ff\\\"b\","
        "\"entity\":{\"src_ip\":\"10.0.0.1\"},\"start\":\"1970-01-01T00:00:00Z\","
        "\"end\":\"1970-01-01T00:10:00Z\",\"score\":98.5,\"peak_start\":\"1970-01-01T00:05:00Z\","
        "\"peak_end\":\"1970-01-01T00:10:00Z\",\"windows\":2,\"count\":3,\"reason\":\"many peers\","
        "\"command\":\"oddflow flows 'a b'\"}\n");
    oddi_buf_clear(&out);
    x.values = x.command = NULL;
    x.score = NAN;
    x.sentence = NULL;
    x.start = x.peak_start = INT64_MIN; /* no windows */
    x.end = x.peak_end = INT64_MAX;
    oddi_alert_write(&out, &x, &presets[1], NULL);
    assert_string_equal(oddi_buf_cstr(&out), "{\"id\":\"0123456789abcdef\",\"preset\":\"hosts\","
                                             "\"key\":\"a\\u00ff\\\"b\",\"windows\":2,\"count\":3}\n");
    oddi_buf_free(&out);
}

static enum odd_status write_line(void *ctx, const struct oddi_alert *alert, struct odd_error *err)
{
    (void)err;
    oddi_alert_write(ctx, alert, &presets[alert->preset], NULL);
    return ODD_OK;
}

static void as_the_schema(void **state)
{
    static struct day d;
    struct oddi_alerts_options options = {presets, 2, 1, 100};
    struct oddi_alerts *a;
    struct oddi_buf out;
    char dir[PATH_MAX], command[3 * PATH_MAX];
    uint64_t lines;

    (void)state;
    if (!tmp_have("python3"))
        return;
    make(&d, 5);
    oddi_buf_init(&out, 0);
    assert_int_equal(oddi_alerts_new(&options, &a, NULL), ODD_OK);
    for (size_t w = 0; w < WINDOWS; w++)
        for (size_t p = 0; p < 2; p++) {
            assert_int_equal(oddi_alerts_advance(a, p, (int64_t)w * WIDTH, write_line, &out, NULL), ODD_OK);
            for (size_t k = 0; k < KEYS; k++) {
                for (int i = 0; i < 2; i++) /* reasons come with a score */
                    d.score[w][p][k][i] = isnan(d.score[w][p][k][i]) ? 1 : d.score[w][p][k][i];
                assert_int_equal(add(a, &d, w, p, k), ODD_OK);
            }
        }
    assert_int_equal(oddi_alerts_flush(a, write_line, &out, NULL), ODD_OK);
    lines = oddi_alerts_opened(a);
    assert_non_null(realpath(__FILE__, dir));
    *strrchr(dir, '/') = 0;
    snprintf(command, sizeof command,
             "python3 '%s/../write/validate.py' '%s/../../../docs/schemas/alert.schema.json' %llu < '%s'",
             dir, dir, (unsigned long long)lines, tmp_file(out.data, out.size));
    assert_int_equal(tmp_run(command), 0);
    oddi_alerts_free(a);
    oddi_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_table),         cmocka_unit_test(ids_are_stable),
        cmocka_unit_test(ids_are_for_ever),     cmocka_unit_test(at_most_so_many),
        cmocka_unit_test(windows_of_any_place), cmocka_unit_test(a_failing_receiver),
        cmocka_unit_test(failing_allocations),  cmocka_unit_test(one_line),
        cmocka_unit_test(as_the_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
