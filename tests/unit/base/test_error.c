#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

static void fail_fills_everything(void **state)
{
    (void)state;
    struct odd_error err = {ODD_OK, 7, 8, "old", "old"};
    assert_int_equal(oddi_fail(&err, ODD_ERR_USAGE, "%s is %d", "x", 3), ODD_ERR_USAGE);
    assert_int_equal(err.status, ODD_ERR_USAGE);
    assert_string_equal(err.message, "x is 3");
    assert_string_equal(err.source, "");
    assert_true(err.line == ODD_NO_POSITION && err.offset == ODD_NO_POSITION);

    assert_int_equal(oddi_fail_at(&err, ODD_ERR_FORMAT, "a.csv", 4, 99, "broken"), ODD_ERR_FORMAT);
    assert_string_equal(err.source, "a.csv");
    assert_true(err.line == 4 && err.offset == 99);
    oddi_fail_at(&err, ODD_ERR_FORMAT, NULL, 4, 99, "broken");
    assert_string_equal(err.source, "");
}

static void null_error_gives_the_status(void **state)
{
    (void)state;
    assert_int_equal(oddi_fail(NULL, ODD_ERR_LIMIT, "x"), ODD_ERR_LIMIT);
    assert_int_equal(oddi_fail_at(NULL, ODD_ERR_LIMIT, "s", 1, 2, "x"), ODD_ERR_LIMIT);
    assert_int_equal(oddi_fail_errno(NULL, "s", "open", ENOENT), ODD_ERR_IO);
    assert_int_equal(oddi_fail_memory(NULL), ODD_ERR_MEMORY);
}

static void errno_becomes_words(void **state)
{
    (void)state;
    struct odd_error err = ODD_ERROR_INIT;
    assert_int_equal(oddi_fail_errno(&err, "a.csv", "open", ENOENT), ODD_ERR_IO);
    assert_string_equal(err.message, "cannot open: No such file or directory");
    assert_string_equal(err.source, "a.csv");
    assert_int_equal(oddi_fail_errno(&err, NULL, "write", EPIPE), ODD_ERR_CLOSED);
    assert_string_equal(err.message, "cannot write: Broken pipe");
}

static void message_may_quote_itself(void **state)
{
    (void)state;
    struct odd_error err = ODD_ERROR_INIT;
    oddi_fail_at(&err, ODD_ERR_FORMAT, "a.csv", 1, 2, "inner");
    oddi_fail_at(&err, ODD_ERR_FORMAT, err.source, 5, 6, "outer: %s", err.message);
    assert_string_equal(err.message, "outer: inner");
    assert_string_equal(err.source, "a.csv");
}

static void hostile_bytes_are_escaped(void **state)
{
    (void)state;
    struct odd_error err = ODD_ERROR_INIT;
    oddi_fail_at(&err, ODD_ERR_FORMAT, "\x1b[2J\xff", 1, 2,
                 "a\nb\x9b"
                 "c \xc2\x9b \xe2\x80\xae \xc3\xa9");
    assert_string_equal(err.source, "\\x1B[2J\\xFF");
    assert_string_equal(err.message, "a\\x0Ab\\x9Bc \\xC2\\x9B \\xE2\\x80\\xAE \xc3\xa9");
}

/* Whatever the length, the text ends within its array and never in the middle of a character. */
static void long_texts_are_cut_at_a_character(void **state)
{
    (void)state;
    char text[1500];
    for (size_t n = 240; n < sizeof text - 4; n++) {
        struct odd_error err = ODD_ERROR_INIT;
        memset(text, 'a', n);
        memcpy(text + n, "\xe2\x82\xac", 4); /* a euro sign */
        oddi_fail_at(&err, ODD_ERR_FORMAT, text, 1, 2, "%s", text);
        size_t source = strlen(err.source), message = strlen(err.message);
        assert_int_equal(source, n <= 252 ? n + 3 : n <= 255 ? n : 255);
        assert_int_equal(message, n <= 508 ? n + 3 : n <= 511 ? n : 511);
        assert_memory_equal(err.message, text, message);
        assert_memory_equal(err.source, text, source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_fills_everything),     cmocka_unit_test(null_error_gives_the_status),
        cmocka_unit_test(errno_becomes_words),       cmocka_unit_test(message_may_quote_itself),
        cmocka_unit_test(hostile_bytes_are_escaped), cmocka_unit_test(long_texts_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
