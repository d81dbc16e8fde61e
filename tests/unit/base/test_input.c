#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inflate.h"
#include "base/input.h"
#include "base/rng.h"
#include "tmp.h"

enum { SIZE = 300000 };
static char content[SIZE];

static int fill(void **state)
{
    (void)state;
    struct oddi_rng r;
    oddi_rng_seed(&r, 1);
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (char)('a' + oddi_rng_below(&r, 26));
    return 0;
}

static struct oddi_input *open_path(const char *path)
{
    struct oddi_input *in = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    if (oddi_input_open(path, &in, &err) != ODD_OK)
        fail_msg("%s: %s", err.source, err.message);
    return in;
}

static struct oddi_input *open_fd(int fd)
{
    struct oddi_input *in = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    if (oddi_input_open_fd(fd, "a name", &in, &err) != ODD_OK)
        fail_msg("%s: %s", err.source, err.message);
    return in;
}

/* Reads to the end in steps of at most `step` and compares. */
static void expect_content(struct oddi_input *in, const char *expected, size_t n, size_t step)
{
    struct odd_error err = ODD_ERROR_INIT;
    char *block = malloc(step);
    size_t at = 0, got = 1;
    while (got > 0) {
        if (oddi_input_read(in, block, step, &got, &err) != ODD_OK)
            fail_msg("%s: %s", err.source, err.message);
        assert_true(got <= step && got <= n - at);
        assert_memory_equal(block, expected + at, got);
        at += got;
    }
    assert_int_equal(at, n);
    assert_int_equal(oddi_input_read(in, block, step, &got, &err), ODD_OK); /* the end stays the end */
    assert_int_equal(got, 0);
    free(block);
}

static void regular_file(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5, 6, 7, 4096, SIZE}, steps[] = {1, 4, 6, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = sizes[i] == SIZE ? 3 : 0; k < sizeof steps / sizeof *steps; k++) {
            const char *path = tmp_file(content, sizes[i]);
            struct oddi_input *in = open_path(path);
            uint64_t done, total;
            assert_string_equal(oddi_input_name(in), path);
            assert_false(oddi_input_seekable(in)); /* not known before the first read */
            expect_content(in, content, sizes[i], steps[k]);
            assert_true(oddi_input_seekable(in));
            assert_string_equal(oddi_input_compression(in), "none");
            oddi_input_progress(in, &done, &total);
            assert_true(done == sizes[i] && total == sizes[i]);
            oddi_input_close(in);
            unlink(path);
        }
}

static void pipes_of_any_piece(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5, 6, 7, 5000, SIZE}, pieces[] = {1, 3, 6, 4097, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = sizes[i] == SIZE ? 3 : 0; k < sizeof pieces / sizeof *pieces; k++) {
            int fd = tmp_pipe(content, sizes[i], pieces[k]);
            struct oddi_input *in = open_fd(fd);
            uint64_t done, total;
            expect_content(in, content, sizes[i], sizes[i] == SIZE ? 70000 : 5);
            assert_false(oddi_input_seekable(in));
            assert_string_equal(oddi_input_name(in), "a name");
            oddi_input_progress(in, &done, &total);
            assert_true(done == sizes[i] && total == 0);
            oddi_input_close(in);
            assert_int_equal(close(fd), 0); /* the descriptor stayed ours */
        }
}

/* `(head -1 >/dev/null; oddflow -) <file`: a file whose first part another program has read. */
static void file_from_the_middle(void **state)
{
    (void)state;
    const char *path = tmp_file(content, 5000);
    int fd = open(path, O_RDONLY);
    assert_int_equal(lseek(fd, 1000, SEEK_SET), 1000);
    struct oddi_input *in = open_fd(fd);
    struct odd_error err = ODD_ERROR_INIT;
    char block[100];
    size_t got;
    uint64_t done, total;
    expect_content(in, content + 1000, 4000, 512);
    assert_true(oddi_input_seekable(in));
    assert_int_equal(oddi_input_pread(in, block, sizeof block, 10, &got, &err), ODD_OK);
    assert_int_equal(got, sizeof block);
    assert_memory_equal(block, content + 1010, got);
    oddi_input_progress(in, &done, &total);
    assert_true(done == 4000 && total == 4000);
    oddi_input_close(in);
    close(fd);
}

static void reading_again_by_offset(void **state)
{
    (void)state;
    struct oddi_input *in = open_path(tmp_file(content, SIZE));
    struct odd_error err = ODD_ERROR_INIT;
    char block[3000];
    size_t got;
    assert_int_equal(oddi_input_pread(in, block, sizeof block, 0, &got, &err),
                     ODD_ERR_INTERNAL); /* too early */
    assert_int_equal(oddi_input_read(in, block, sizeof block, &got, &err), ODD_OK);
    for (uint64_t at = 0; at < SIZE; at += 12345) {
        assert_int_equal(oddi_input_pread(in, block, sizeof block, at, &got, &err), ODD_OK);
        assert_int_equal(got, SIZE - at < sizeof block ? SIZE - at : sizeof block);
        assert_memory_equal(block, content + at, got);
    }
    assert_int_equal(oddi_input_pread(in, block, sizeof block, SIZE, &got, &err), ODD_OK);
    assert_int_equal(got, 0);
    oddi_input_close(in);
}

static void expect_refusal(const char *path, const char *message)
{
    struct oddi_input *in = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    assert_int_equal(oddi_input_open(path, &in, &err), ODD_ERR_IO);
    assert_null(in);
    assert_string_equal(err.source, path);
    assert_string_equal(err.message, message);
}

static void what_is_not_a_file(void **state)
{
    (void)state;
    expect_refusal(tmp_dir(), "cannot read: this is a directory, not a file");
    expect_refusal("/dev/zero", "cannot read: this is a device that is neither a terminal nor /dev/null");
    expect_refusal(tmp_path(), "cannot open: No such file or directory");
    expect_refusal("", "cannot open: No such file or directory");
    struct oddi_input *in = open_path("/dev/null");
    expect_content(in, "", 0, 10);
    assert_false(oddi_input_seekable(in));
    oddi_input_close(in);
    oddi_input_close(NULL);
}

static void descriptors_that_cannot_be_read(void **state)
{
    (void)state;
    struct oddi_input *in = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    char c;
    size_t got;
    assert_int_equal(oddi_input_open_fd(-1, "a name", &in, &err), ODD_ERR_IO);
    assert_string_equal(err.message, "cannot read: Bad file descriptor");
    int fd = open(tmp_dir(), O_RDONLY | O_DIRECTORY);
    assert_int_equal(oddi_input_open_fd(fd, "a name", &in, &err), ODD_ERR_IO);
    assert_string_equal(err.message, "cannot read: this is a directory, not a file");
    close(fd);
    fd = open(tmp_file("x", 1), O_WRONLY);
    in = open_fd(fd);
    assert_int_equal(oddi_input_read(in, &c, 1, &got, &err), ODD_ERR_IO);
    assert_string_equal(err.message, "cannot read: Bad file descriptor");
    assert_int_equal(err.offset, 0);
    oddi_input_close(in);
    close(fd);
}

static void unreadable_file(void **state)
{
    (void)state;
    const char *path = tmp_file("x", 1);
    if (geteuid() == 0) {
        print_message("SKIP: root reads everything\n");
        return;
    }
    chmod(path, 0);
    expect_refusal(path, "cannot open: Permission denied");
}

static void named_pipe(void **state)
{
    (void)state;
    const char *path = tmp_path();
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_WRONLY);
        _exit(write(fd, content, 5000) != 5000);
    }
    struct oddi_input *in = open_path(path);
    expect_content(in, content, 5000, 333);
    oddi_input_close(in);
    waitpid(child, NULL, 0);
}

static void on_alarm(int number)
{
    (void)number;
}

/* A signal every millisecond, its handler installed so that read(2) returns EINTR; then a descriptor that does not
 * block. */
static void interruptions_do_not_show(void **state)
{
    (void)state;
    struct sigaction act = {.sa_handler = on_alarm}, before;
    struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &act, &before);
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            for (size_t i = 0; i < 5000; i += 500) {
                usleep(5000);
                if (write(ends[1], content + i, 500) != 500)
                    _exit(1);
            }
            _exit(0);
        }
        close(ends[1]);
        if (nonblocking)
            fcntl(ends[0], F_SETFL, O_NONBLOCK);
        setitimer(ITIMER_REAL, &often, NULL);
        struct oddi_input *in = open_fd(ends[0]);
        expect_content(in, content, 5000, 4096);
        setitimer(ITIMER_REAL, &never, NULL);
        oddi_input_close(in);
        close(ends[0]);
        waitpid(child, NULL, 0);
    }
    sigaction(SIGALRM, &before, NULL);
}

static void descriptors_do_not_leak_into_children(void **state)
{
    (void)state;
    const char *path = tmp_file(content, 10);
    int next = dup(0);
    close(next);
    struct oddi_input *in = open_path(path);
    assert_int_equal(fcntl(next, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    oddi_input_close(in);
    assert_int_equal(fcntl(next, F_GETFD), -1); /* and is closed by close */
}

static void compressed_by_any_way(void **state)
{
    (void)state;
    char command[600];
    if (!tmp_have("gzip") || !oddi_inflate_can("gzip"))
        return;
    const char *plain = tmp_file(content, SIZE), *path = tmp_path();
    snprintf(command, sizeof command, "gzip -c <%s >%s", plain, path);
    assert_int_equal(tmp_run(command), 0);
    size_t n;
    uint64_t done, total;
    char *packed = tmp_read(path, &n);
    struct oddi_input *in = open_path(path);
    expect_content(in, content, SIZE, 100000);
    assert_string_equal(oddi_input_compression(in), "gzip");
    assert_false(oddi_input_seekable(in));
    oddi_input_progress(in, &done, &total);
    assert_true(done == n && total == n);
    oddi_input_close(in);
    static const size_t pieces[] = {0, 1, 5, 4096, 4097};
    for (size_t i = 0; i < 5; i++) {
        int fd = tmp_pipe(packed, n, pieces[i]);
        in = open_fd(fd);
        expect_content(in, content, SIZE, 100000);
        oddi_input_close(in);
        close(fd);
    }
    free(packed);
}

static void damage_is_told_with_its_place(void **state)
{
    (void)state;
    char command[600], block[1000];
    struct odd_error err = ODD_ERROR_INIT;
    if (!tmp_have("gzip") || !oddi_inflate_can("gzip"))
        return;
    const char *path = tmp_path();
    snprintf(command, sizeof command, "gzip -c <%s | head -c 5000 >%s", tmp_file(content, SIZE), path);
    assert_int_equal(tmp_run(command), 0);
    struct oddi_input *in = open_path(path);
    size_t got = 1, total = 0;
    enum odd_status status = ODD_OK;
    while (status == ODD_OK && got > 0) {
        status = oddi_input_read(in, block, sizeof block, &got, &err);
        total += got;
    }
    assert_int_equal(status, ODD_ERR_FORMAT);
    assert_string_equal(err.message, "compressed data ends early");
    assert_string_equal(err.source, path);
    assert_int_equal(err.offset, total);
    assert_true(total > 1000);
    oddi_input_close(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regular_file),
        cmocka_unit_test(pipes_of_any_piece),
        cmocka_unit_test(file_from_the_middle),
        cmocka_unit_test(reading_again_by_offset),
        cmocka_unit_test(what_is_not_a_file),
        cmocka_unit_test(descriptors_that_cannot_be_read),
        cmocka_unit_test(unreadable_file),
        cmocka_unit_test(named_pipe),
        cmocka_unit_test(interruptions_do_not_show),
        cmocka_unit_test(descriptors_do_not_leak_into_children),
        cmocka_unit_test(compressed_by_any_way),
        cmocka_unit_test(damage_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
