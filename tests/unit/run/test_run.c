/*
 * Whole runs through oddflow.h: how the input comes in (file, pipe, several files, pushed rows), block size, threads and
 * the way results are taken must not show in them; the ledger closes; a failing allocation loses nothing but the run.
 */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rng.h"
#include "failalloc.h"
#include "oddflow/oddflow.h"
#include "tmp.h"

/* `call` fills `err`; a failure is shown with its message. */
#define CHECK(call)                                                                                          \
    do {                                                                                                     \
        struct odd_error failure_ = ODD_ERROR_INIT;                                                          \
        assert_ok(call, &failure_, #call);                                                                   \
    } while (0)

static void assert_ok(enum odd_status status, const struct odd_error *err, const char *call)
{
    if (status != ODD_OK)
        fail_msg("%s: %s %s", call, err->source, err->message);
}

static int add_bytes(void *ctx, const void *bytes, size_t n)
{
    oddi_buf_add(ctx, bytes, n);
    return 0;
}

static odd_options *options(const char *settings)
{
    odd_options *opt = NULL;

    CHECK(odd_options_new("detect", &opt, &failure_));
    CHECK(odd_options_read(opt, settings, "test", &failure_));
    return opt;
}

/* The output of a run over files, NUL-terminated; the caller frees. */
static char *output_of(const char *settings, const char *const *paths, size_t n, struct odd_ledger *ledger)
{
    odd_options *opt = options(settings);
    odd_run *run = NULL;
    struct oddi_buf out;

    oddi_buf_init(&out, 0);
    CHECK(odd_run_new(opt, &run, &failure_));
    for (size_t i = 0; i < n; i++)
        CHECK(odd_run_add_file(run, paths[i], &failure_));
    CHECK(odd_run_write(run, add_bytes, &out, &failure_));
    if (ledger)
        odd_run_ledger(run, ledger);
    odd_run_free(run);
    odd_options_free(opt);
    assert_true(oddi_buf_cstr(&out)[0] || out.size == 0);
    return out.data;
}

static void assert_closed(const struct odd_ledger *l)
{
    assert_int_equal(l->read, l->scored + l->late + l->bad + l->filtered + l->missing + l->thin + l->shed);
}

/* Generated traffic with a few rows spoiled: broken, without bytes, out of order, quoted. */
static const char *spoiled_traffic(const char *flows)
{
    odd_options *opt = NULL;
    struct oddi_buf out, spoiled;
    size_t row = 0;
    const char *path;

    oddi_buf_init(&out, 0);
    oddi_buf_init(&spoiled, 0);
    CHECK(odd_options_new("synth", &opt, &failure_));
    CHECK(odd_options_set(opt, "flows", flows, &failure_));
    CHECK(odd_options_set(opt, "seed", "7", &failure_));
    CHECK(odd_synth(opt, add_bytes, &out, &failure_));
    odd_options_free(opt);
    for (const char *p = out.data, *end = p + out.size; p < end; row++) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));

        if (row % 997 == 500)
            oddi_buf_str(&spoiled, "one,two\n");
        else if (row % 1499 == 700)
            oddi_buf_str(
                &spoiled,
                "2011/08/16 10:00:31.0,1,tcp,1.2.3.4,1,->,4.3.2.1,2,CON,0,0,1,,60,\"a \"\"b\"\",\nc\"\n");
        oddi_buf_add(&spoiled, p, (size_t)(nl + 1 - p));
        p = nl + 1;
    }
    path = tmp_file(spoiled.data, spoiled.size);
    oddi_buf_free(&out);
    oddi_buf_free(&spoiled);
    return path;
}

/* ---- What must not show ------------------------------------------------------------------------------------ */

static void test_threads_and_blocks_do_not_show(void **state)
{
    static const char *const outputs[] = {
        "output = csv\nall = yes", "output = csv\nhold = 0\nlateness = 30s",
        "output = ndjson",         "output = eve\nfeatures = bytes,pkts,log1p(duration)",
        "output = table",          "output = csv\nwindows-only = yes",
        "output = csv\ntop = 17"};
    const char *path = spoiled_traffic("30k");

    (void)state;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        char *first = NULL;
        char settings[256];

        for (int v = 0; v < 6; v++) {
            struct odd_ledger ledger;
            char *out;

            snprintf(settings, sizeof settings, "%s\nthreads = %d\nblock-size = %s\nportable = %s",
                     outputs[i], v % 3 + 1,
                     v < 2   ? "4k"
                     : v < 4 ? "64k"
                             : "1M",
                     v == 3 ? "yes" : "no");
            out = output_of(settings, &path, 1, &ledger);
            assert_closed(&ledger);
            assert_true(ledger.bad > 25 && ledger.missing > 15);
            if (!first)
                first = out;
            else
                assert_string_equal(first, out);
            if (first != out)
                free(out);
        }
        assert_true(strlen(first) > 100);
        free(first);
    }
}

static void test_pipe_is_the_same_as_a_file(void **state)
{
    const char *path = spoiled_traffic("20k");
    char *text, *from_file,
        settings[] = "output = csv\nblock-size = 16k\nhold = 3000\nlateness = 1m\nthreads = 2";
    odd_options *opt = options(settings);
    odd_run *run = NULL;
    struct oddi_buf out;
    size_t n;
    int fd;

    (void)state;
    oddi_buf_init(&out, 0);
    from_file = output_of(settings, &path, 1, NULL);
    text = tmp_read(path, &n);
    fd = tmp_pipe(text, n, 5000);
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_fd(run, fd, "pipe", &failure_));
    CHECK(odd_run_write(run, add_bytes, &out, &failure_));
    assert_string_equal(oddi_buf_cstr(&out), from_file);
    odd_run_free(run);
    odd_options_free(opt);
    close(fd);
    free(text);
    free(from_file);
    oddi_buf_free(&out);
}

/* ---- Several inputs: one stream ------------------------------------------------------------------------------ */

/* Rows dealt to three files by chance: the windows are those of the whole, whatever `hold`. */
static void test_several_files_are_one_stream(void **state)
{
    const char *path = spoiled_traffic("20k"), *parts[3];
    struct oddi_buf part[3];
    struct oddi_rng rng;
    size_t n, row = 0;
    char *text = tmp_read(path, &n), *whole, *split;

    (void)state;
    oddi_rng_seed(&rng, 3);
    for (int i = 0; i < 3; i++)
        oddi_buf_init(&part[i], 0);
    for (char *p = text; p < text + n; row++) {
        char *nl = memchr(p, '\n', (size_t)(text + n - p));
        size_t to = oddi_rng_below(&rng, 3);

        for (size_t i = 0; i < 3; i++)
            if (row == 0 || (i == to && strchr("0123456789", *p)))
                oddi_buf_add(&part[i], p, (size_t)(nl + 1 - p));
        p = nl + 1;
    }
    for (int i = 0; i < 3; i++) {
        parts[i] = tmp_file(part[i].data, part[i].size);
        oddi_buf_free(&part[i]);
    }
    for (int h = 0; h < 2; h++) {
        struct odd_ledger a, b;
        const char *settings =
            h ? "output = csv\nwindows-only = yes\nhold = 0\nlateness = 30s\nblock-size = 4k"
              : "output = csv\nwindows-only = yes";

        whole = output_of(settings, &path, 1, &a);
        split = output_of(settings, parts, 3, &b);
        assert_closed(&b);
        assert_int_equal(b.late, 0);
        assert_int_equal(a.windows, b.windows);
        assert_int_equal(a.outliers, b.outliers);
        free(whole);
        free(split);
    }
    free(text);
}

/* ---- Pulling and pushing ----------------------------------------------------------------------------------------- */

struct pulled {
    size_t windows, rows, outliers;
    double scores, normal_at;
};

static void pull_one(const odd_window *win, struct pulled *p)
{
    size_t n = odd_window_rows(win);
    double *score = malloc(n * sizeof *score);
    int32_t *cluster = malloc(n * sizeof *cluster);
    struct odd_verdict_columns columns = {.struct_size = sizeof columns, .score = score, .cluster = cluster};
    struct odd_reason reason = {.struct_size = sizeof reason};

    assert_int_equal(odd_window_verdicts(win, &columns), ODD_OK);
    p->windows++;
    p->rows += n;
    p->outliers += odd_window_outliers(win);
    for (size_t i = 0; i < n; i++) {
        assert_true(cluster[i] >= -1 && cluster[i] < (int32_t)odd_window_clusters(win));
        p->scores += isnan(score[i]) ? 0 : score[i];
    }
    for (size_t i = 0; odd_window_reason(win, i, 0, &reason) == ODD_OK; i++) {
        assert_int_equal(cluster[reason.row], -1);
        p->normal_at += isnan(reason.normal_at) ? 0 : reason.normal_at;
    }
    free(score);
    free(cluster);
}

static struct pulled pull_all(odd_run *run)
{
    struct pulled p = {0};
    const odd_window *win;
    enum odd_status status;

    while ((status = odd_run_next(run, &win, NULL)) == ODD_OK)
        pull_one(win, &p);
    assert_int_equal(status, ODD_END);
    return p;
}

static void push_columns(odd_run *run, const int64_t *ts, const double *x, size_t n, size_t piece)
{
    for (size_t i = 0; i < n; i += piece) {
        struct odd_column columns[] = {{.name = "StartTime", .data = ts + i},
                                       {.name = "TotBytes", .data = x + i}};

        CHECK(odd_run_push(run, columns, 2, n - i < piece ? n - i : piece, &failure_));
    }
    CHECK(odd_run_end(run, &failure_));
}

static void test_push_and_pull(void **state)
{
    enum { N = 5000 };
    static int64_t ts[N];
    static double x[N];
    static char text[N * 64];
    struct oddi_rng rng;
    size_t at = (size_t)sprintf(text, "StartTime,TotBytes\n");
    struct pulled from_file, pushed[2];
    const char *path;
    odd_options *opt = options("threads = 2\nhold = 1000\nlateness = 10s");

    (void)state;
    oddi_rng_seed(&rng, 5);
    for (size_t i = 0; i < N; i++) {
        ts[i] = INT64_C(1312969613) * 1000000000 + (int64_t)i * 100000000;
        x[i] = (double)oddi_rng_below(&rng, oddi_rng_below(&rng, 50) ? 2000 : 2000000);
        at += (size_t)sprintf(text + at, "%.9f,%.0f\n", (double)(ts[i] / 100000000) / 10, x[i]);
    }
    path = tmp_text(text);
    for (int i = 0; i < 3; i++) {
        odd_run *run = NULL;
        struct odd_ledger ledger;

        CHECK(odd_run_new(opt, &run, &failure_));
        if (i == 2) {
            CHECK(odd_run_add_file(run, path, &failure_));
            from_file = pull_all(run);
        } else {
            push_columns(run, ts, x, N, i ? 7 : N);
            pushed[i] = pull_all(run);
        }
        odd_run_ledger(run, &ledger);
        assert_int_equal(ledger.scored, N);
        assert_closed(&ledger);
        odd_run_free(run);
    }
    odd_options_free(opt);
    assert_true(from_file.outliers > 10 && from_file.windows == 10);
    assert_memory_equal(&from_file, &pushed[0], sizeof from_file);
    assert_memory_equal(&from_file, &pushed[1], sizeof from_file);
}

/* Strided columns, validity bits and NaN; without a window. */
static void test_push_strided(void **state)
{
    struct record {
        double a, b;
    } rows[40];
    uint8_t valid[5];
    odd_options *opt = options("no-window = yes\nfeatures = a,b");
    odd_run *run = NULL;
    const odd_window *win;
    struct odd_ledger ledger;

    (void)state;
    memset(valid, 0xff, sizeof valid);
    for (size_t i = 0; i < 40; i++)
        rows[i] = (struct record){(double)(i % 7), (double)(i % 5)};
    valid[1] &= (uint8_t)~1u; /* row 8 */
    rows[9].b = NAN;
    CHECK(odd_run_new(opt, &run, &failure_));
    assert_int_equal(odd_run_next(run, &win, NULL), ODD_ERR_USAGE);
    odd_run_free(run);
    CHECK(odd_run_new(opt, &run, &failure_));
    {
        struct odd_column columns[] = {
            {.name = "b", .data = &rows[0].b, .stride = sizeof rows[0]},
            {.name = "a", .data = &rows[0].a, .stride = sizeof rows[0], .valid = valid}};

        CHECK(odd_run_push(run, columns, 2, 40, &failure_));
        assert_int_equal(odd_run_push(run, columns, 1, 40, NULL), ODD_ERR_USAGE);
    }
    assert_int_equal(odd_run_next(run, &win, NULL), ODD_AGAIN);
    CHECK(odd_run_end(run, &failure_));
    CHECK(odd_run_next(run, &win, &failure_));
    assert_int_equal(odd_window_rows(win), 38);
    assert_string_equal(odd_window_feature_name(win, 1), "b");
    assert_int_equal(odd_run_next(run, &win, NULL), ODD_END);
    odd_run_ledger(run, &ledger);
    assert_int_equal(ledger.missing, 2);
    assert_closed(&ledger);
    odd_run_free(run);
    odd_options_free(opt);
}

/* ---- Late rows, memory, errors -------------------------------------------------------------------------------------- */

static void test_late_rows_are_told_with_their_cure(void **state)
{
    struct oddi_buf text;
    const char *path, *note;
    odd_options *opt = options("hold = 0\nlateness = 1m\noutput = csv");
    odd_run *run = NULL;
    struct odd_ledger ledger;
    struct oddi_buf out;
    char *again, settings[64], cure[32] = "";

    (void)state;
    oddi_buf_init(&text, 0);
    oddi_buf_init(&out, 0);
    oddi_buf_str(&text, "StartTime,TotBytes\n");
    for (int i = 0; i < 600; i++)
        oddi_buf_printf(&text, "%d,%d\n", 1312969613 + i - (i == 500 ? 300 : 0), i);
    path = tmp_file(text.data, text.size);
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_file(run, path, &failure_));
    CHECK(odd_run_write(run, add_bytes, &out, &failure_));
    odd_run_ledger(run, &ledger);
    assert_int_equal(ledger.late, 1);
    assert_int_equal(odd_run_notes(run), 1);
    note = odd_run_note(run, 0);
    assert_int_equal(sscanf(note, "1 row was late: its window had been emitted; --lateness %31s", cure), 1);
    snprintf(settings, sizeof settings, "hold = 0\noutput = csv\nlateness = %s", cure);
    again = output_of(settings, &path, 1, &ledger);
    assert_int_equal(ledger.late, 0);
    free(again);
    odd_run_free(run);
    odd_options_free(opt);
    oddi_buf_free(&text);
    oddi_buf_free(&out);
}

static int refuse(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return *(int *)ctx;
}

static void test_writing_fails(void **state)
{
    const char *path = spoiled_traffic("10k");
    static const struct {
        int error;
        enum odd_status status;
    } cases[] = {{ENOSPC, ODD_ERR_IO}, {EPIPE, ODD_ERR_CLOSED}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        odd_options *opt = options("output = csv\nall = yes\nthreads = 2");
        odd_run *run = NULL;
        struct odd_error err = ODD_ERROR_INIT;
        int error = cases[i].error;

        CHECK(odd_run_new(opt, &run, &failure_));
        CHECK(odd_run_add_file(run, path, &failure_));
        assert_int_equal(odd_run_write(run, refuse, &error, &err), cases[i].status);
        assert_true(strlen(err.message) > 10);
        odd_run_free(run);
        odd_options_free(opt);
    }
}

static bool stop(void *ctx, uint64_t bytes, uint64_t total, uint64_t rows)
{
    (void)ctx;
    (void)bytes;
    (void)total;
    (void)rows;
    return true;
}

static void test_cancel(void **state)
{
    const char *path = spoiled_traffic("10k");
    odd_options *opt = options("output = csv\nthreads = 2");
    odd_run *run = NULL;
    struct oddi_buf out;

    (void)state;
    oddi_buf_init(&out, 0);
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_file(run, path, &failure_));
    odd_run_set_progress(run, stop, NULL);
    assert_int_equal(odd_run_write(run, add_bytes, &out, NULL), ODD_ERR_CANCELED);
    odd_run_free(run);
    odd_options_free(opt);
    oddi_buf_free(&out);
}

static void count_bad(void *ctx, const struct odd_bad *bad)
{
    size_t *n = ctx;

    (*n)++;
    assert_true(bad->line > 1 && bad->offset > 0 && bad->reason[0]);
    assert_true(bad->text_size == 7 && memcmp(bad->text, "one,two", 7) == 0);
}

static void test_bad_records_and_strict(void **state)
{
    const char *path = spoiled_traffic("5k");
    odd_options *opt = options("output = csv\nblock-size = 8k");
    odd_run *run = NULL;
    struct odd_ledger ledger;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf out;
    size_t n = 0;

    (void)state;
    oddi_buf_init(&out, 0);
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_file(run, path, &failure_));
    odd_run_set_bad(run, count_bad, &n);
    CHECK(odd_run_write(run, add_bytes, &out, &failure_));
    odd_run_ledger(run, &ledger);
    assert_int_equal(ledger.bad, 5);
    assert_int_equal(n, 5);
    odd_run_free(run);
    CHECK(odd_options_set(opt, "strict", "yes", &failure_));
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_file(run, path, &failure_));
    assert_int_equal(odd_run_write(run, add_bytes, &out, &err), ODD_ERR_FORMAT);
    assert_int_equal(err.line, 501);
    assert_string_equal(err.source, path);
    odd_run_free(run);
    odd_options_free(opt);
    oddi_buf_free(&out);
}

/* ---- Allocations that fail ----------------------------------------------------------------------------------------------- */

struct story {
    const char *settings, *path;
    bool pull;
};

static int ignore_bytes(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    (void)n;
    return 0;
}

static enum odd_status whole_run(void *ctx)
{
    const struct story *s = ctx;
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    const odd_window *win;
    enum odd_status status = odd_options_new("detect", &opt, &err);

    if (status == ODD_OK)
        status = odd_options_read(opt, s->settings, "test", &err);
    if (status == ODD_OK)
        status = odd_run_new(opt, &run, &err);
    if (status == ODD_OK)
        status = odd_run_add_file(run, s->path, &err);
    if (status == ODD_OK && !s->pull)
        status = odd_run_write(run, ignore_bytes, NULL, &err);
    while (status == ODD_OK && s->pull)
        status = odd_run_next(run, &win, &err);
    odd_run_free(run);
    odd_options_free(opt);
    return status == ODD_END ? ODD_OK : status;
}

static void test_failing_allocations(void **state)
{
    struct story stories[] = {
        {"output = csv\nblock-size = 4k\nhold = 200\nlateness = 5s\nwindow = 20s\nthreads = 1", NULL, false},
        {"output = ndjson\ntop = 5\nfeatures = bytes,pkts\nthreads = 1", NULL, false},
        {"output = table\nthreads = 1\nscale = robust\ntz = +02:00\nmap = label=State", NULL, false},
        {"features = all\nno-window = yes\nthreads = 1", NULL, true}};
    const char *path = spoiled_traffic("1500");

    (void)state;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        stories[i].path = path;
        assert_true(failalloc_sweep(whole_run, &stories[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_and_blocks_do_not_show),
        cmocka_unit_test(test_pipe_is_the_same_as_a_file),
        cmocka_unit_test(test_several_files_are_one_stream),
        cmocka_unit_test(test_push_and_pull),
        cmocka_unit_test(test_push_strided),
        cmocka_unit_test(test_late_rows_are_told_with_their_cure),
        cmocka_unit_test(test_writing_fails),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_bad_records_and_strict),
        cmocka_unit_test(test_failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
