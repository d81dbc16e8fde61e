/*
 * Input that is written while it is read: each window is told before more is written. The writer here is the receiver of
 * the results, so that a run that waited for more than it has would never end; an alarm then ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "oddflow/oddflow.h"

#define PATIENCE 60 /* seconds */
#define MINUTES  12

static const char header[] = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,TotPkts,TotBytes\n";

/* The writer of the pipe. */
struct live {
    int fd;
    int minute;   /* the next to be written */
    int received; /* times that results came */
    size_t bytes;
};

static void say(const struct live *l, const char *text, size_t n)
{
    assert_int_equal(write(l->fd, text, n), n);
}

static void write_minute(struct live *l)
{
    char row[160];

    for (int i = 0; i < 40; i++) {
        int n = snprintf(row, sizeof row,
                         "2011/08/10 09:%02d:%02d.000000,1,udp,10.0.0.1,5,->,10.0.0.2,53,CON,2,%d\n",
                         l->minute, i, i == 7 ? 1000000 : 100 + i);

        say(l, row, (size_t)n);
    }
    l->minute++;
}

static void end_input(struct live *l)
{
    close(l->fd);
    l->fd = -1;
}

/* Answers each window with the minute that makes the next one due. */
static int answer(void *ctx, const void *bytes, size_t n)
{
    struct live *l = ctx;

    (void)bytes;
    l->received++;
    l->bytes += n;
    if (l->fd < 0)
        return 0;
    if (l->minute < MINUTES)
        write_minute(l);
    else
        end_input(l);
    return 0;
}

static odd_options *options(const char *command, const char *threads)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;

    assert_int_equal(odd_options_new(command, &opt, &err), ODD_OK);
    assert_int_equal(odd_options_set(opt, "threads", threads, &err), ODD_OK);
    return opt;
}

/* The reading end; the header and two minutes are written. */
static int start(struct live *l)
{
    int fds[2];

    assert_int_equal(pipe(fds), 0);
    *l = (struct live){.fd = fds[1]};
    say(l, header, strlen(header));
    write_minute(l);
    write_minute(l);
    return fds[0];
}

static odd_run *live_run(const char *threads, const char *features, int fd)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = options("detect", threads);
    odd_run *run = NULL;

    assert_int_equal(
        odd_options_read(opt, "hold = 0\nlateness = 0s\noutput = ndjson\nwindows-only = on", "test", &err),
        ODD_OK);
    assert_int_equal(odd_options_set(opt, "features", features, &err), ODD_OK);
    assert_int_equal(odd_run_new(opt, &run, &err), ODD_OK);
    assert_int_equal(odd_run_add_fd(run, fd, "pipe", &err), ODD_OK);
    odd_options_free(opt);
    return run;
}

static void written(const char *threads)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct odd_ledger ledger;
    struct live l;
    int fd = start(&l);
    odd_run *run = live_run(threads, "TotBytes", fd);

    alarm(PATIENCE);
    assert_int_equal(odd_run_write(run, answer, &l, &err), ODD_OK);
    alarm(0);
    odd_run_ledger(run, &ledger);
    assert_int_equal(ledger.scored, 40 * MINUTES);
    assert_int_equal(ledger.windows, MINUTES);
    assert_true(l.received >= MINUTES - 1 && l.bytes > 0);
    odd_run_free(run);
    close(fd);
}

static void test_written(void **state)
{
    (void)state;
    written("1");
    written("2");
    written("3");
}

static void pulled(const char *threads)
{
    struct odd_error err = ODD_ERROR_INIT;
    const odd_window *window;
    enum odd_status status;
    struct live l;
    int fd = start(&l), windows = 0;
    odd_run *run = live_run(threads, "TotBytes", fd);

    alarm(PATIENCE);
    for (; (status = odd_run_next(run, &window, &err)) == ODD_OK; windows++)
        answer(&l, NULL, 0);
    alarm(0);
    assert_int_equal(status, ODD_END);
    assert_int_equal(windows, MINUTES);
    odd_run_free(run);
    close(fd);
}

static void test_pulled(void **state)
{
    (void)state;
    pulled("1");
    pulled("2");
}

/* Half a row is no reason to wait with the rows before it, nor is it lost. */
static void test_half_a_row(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    const odd_window *window;
    struct odd_ledger ledger;
    struct live l;
    int fd = start(&l);
    odd_run *run = live_run("1", "TotBytes", fd);
    const char row[] = "2011/08/10 09:02:00.000000,1,udp,10.0.0.1,5,->,10.0.0.2,53,CON,2,100\n";

    (void)state;
    alarm(PATIENCE);
    say(&l, row, 30);
    assert_int_equal(odd_run_next(run, &window, &err), ODD_OK);
    say(&l, row + 30, strlen(row) - 30);
    assert_int_equal(odd_run_next(run, &window, &err), ODD_OK);
    end_input(&l);
    assert_int_equal(odd_run_next(run, &window, &err), ODD_OK);
    assert_int_equal(odd_run_next(run, &window, &err), ODD_END);
    alarm(0);
    odd_run_ledger(run, &ledger);
    assert_int_equal(ledger.scored, 81);
    odd_run_free(run);
    close(fd);
}

static void test_flows(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct odd_ledger ledger;
    struct live l;
    int fd = start(&l);
    char path[32];
    const char *paths[] = {path};

    (void)state;
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    for (int threads = 1; threads <= 2; threads++) {
        odd_options *opt = options("flows", threads == 1 ? "1" : "2");

        if (threads == 2) {
            close(fd);
            fd = start(&l);
            snprintf(path, sizeof path, "/dev/fd/%d", fd);
        }
        alarm(PATIENCE);
        assert_int_equal(odd_flows(opt, paths, 1, answer, &l, NULL, NULL, &ledger, &err), ODD_OK);
        alarm(0);
        assert_int_equal(ledger.scored, 40 * MINUTES);
        odd_options_free(opt);
    }
    close(fd);
}

/* Which columns are numeric must not depend on how much has been written when that is decided: it waits. A writer that
 * is no slower than that is needed, so all is written before. */
static void test_all_features(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    const odd_window *window;
    size_t windows = 0;
    struct live l;
    int fd = start(&l);
    odd_run *run;

    (void)state;
    end_input(&l);
    alarm(PATIENCE);
    run = live_run("1", "all", fd);
    while (odd_run_next(run, &window, &err) == ODD_OK)
        windows++;
    alarm(0);
    assert_int_equal(windows, 2);
    odd_run_free(run);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),      cmocka_unit_test(test_pulled),
        cmocka_unit_test(test_half_a_row),   cmocka_unit_test(test_flows),
        cmocka_unit_test(test_all_features),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
