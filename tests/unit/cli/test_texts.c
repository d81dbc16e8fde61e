/* What the program says: numbers, wrapped text, escaped bytes, the account, the limits of an option. */
#include "say.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "describe.h"
#include "summary.h"

static void test_number(void **state)
{
    static const struct {
        uint64_t v;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "1,000"},
                 {7071867, "7,071,867"},
                 {100000, "100,000"},
                 {UINT64_MAX, "18,446,744,073,709,551,615"}};
    char out[CLI_NUMBER_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cli_number(out, cases[i].v), cases[i].text);
}

/* Runs `print` on a stream in memory. The caller frees. */
static char *printed(void (*print)(FILE *to, const char *text, size_t n), const char *text, size_t n)
{
    char *out = NULL;
    size_t size;
    FILE *to = open_memstream(&out, &size);

    assert_non_null(to);
    print(to, text, n);
    fclose(to);
    return out;
}

static void test_escape(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *text;
    } cases[] = {
        {"plain text", 10, "plain text"},
        {"\x1b[31mred", 8, "\\x1B[31mred"},
        {"a\0b\n\r\t", 6, "a\\x00b\\x0A\\x0D\\x09"},
        {"caf\xc3\xa9", 5, "caf\xc3\xa9"},
        {"\xe2\x82\xac \xf0\x9f\x98\x80", 8, "\xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\x7f", 1, "\\x7F"},
        {"\xc2\x9b"
         "31m",
         5, "\\xC2\\x9B31m"}, /* C1: CSI */
        {"\xe2\x80\xae"
         "abc",
         6,
         "\\xE2\\x80\\xAE"
         "abc"}, /* right-to-left override */
        {"\xe9"
         "x",
         2, "\\xE9x"},                                   /* Latin-1 */
        {"\xc0\x80", 2, "\\xC0\\x80"},                   /* overlong */
        {"\xe0\x80\x80", 3, "\\xE0\\x80\\x80"},          /* overlong */
        {"\xed\xa0\x80", 3, "\\xED\\xA0\\x80"},          /* surrogate */
        {"\xf4\x90\x80\x80", 4, "\\xF4\\x90\\x80\\x80"}, /* above U+10FFFF */
        {"\xe2\x82", 2, "\\xE2\\x82"},                   /* cut short */
        {"", 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* An exact copy, so that a sanitizer sees a read behind its end. */
        char *exact = malloc(cases[i].n ? cases[i].n : 1), *out;

        assert_non_null(exact);
        memcpy(exact, cases[i].bytes, cases[i].n);
        out = printed(cli_escape, exact, cases[i].n);
        assert_string_equal(out, cases[i].text);
        free(out);
        free(exact);
    }
}

static void wrap_at_20(FILE *to, const char *text, size_t n)
{
    (void)n;
    cli_wrap(to, text, 4, 2, 20);
}

static void test_wrap(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", "\n"},
        {"one two three", "one two three\n"},
        {"one two three four", "one two three\n  four\n"},
        {"123456789012345 x", "123456789012345\n  x\n"},
        {"a-word-that-is-longer-than-a-line b", "a-word-that-is-longer-than-a-line\n  b\n"},
        {"1234567890123456", "1234567890123456\n"},
        {"12345678901234 6 89 12345678901234567 9", "12345678901234 6\n  89\n  12345678901234567\n  9\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = printed(wrap_at_20, cases[i].text, 0);

        assert_string_equal(out, cases[i].expected);
        free(out);
    }
}

static void test_summary(void **state)
{
    struct odd_ledger l = {.read = 394168, .scored = 394168, .windows = 89, .outliers = 394};
    char out[CLI_SUMMARY_MAX];

    (void)state;
    assert_string_equal(
        cli_summary(out, &l, 0.06),
        "394,168 flows read: 394,168 scored, 0 late, 0 bad, 0 missing; 89 windows (0 empty), 394 "
        "outliers; 0.06 s, 6,569,466 flows/s");
    l = (struct odd_ledger){.read = 1, .filtered = 1, .windows = 1, .empty = 2, .outliers = 1, .alone = 1};
    assert_string_equal(
        cli_summary(out, &l, 0),
        "1 flow read: 0 scored, 0 late, 0 bad, 0 missing, 1 filtered; 1 window (2 empty), 1 outlier "
        "(1 with nothing to compare with); 0.00 s, 0 flows/s");
    memset(&l, 0xff, sizeof l); /* the longest text fits */
    cli_summary(out, &l, 1e9);
    assert_non_null(strstr(out, "18,446,744,073,709,551,615 shed; "));
    assert_non_null(strstr(out, "flows/s"));
}

static void test_limits(void **state)
{
    static const struct {
        struct odd_param row;
        const char *text;
    } cases[] = {
        {{.type = ODD_PARAM_BOOL}, ""},
        {{.type = ODD_PARAM_STRING, .default_value = "auto"}, "default auto"},
        {{.type = ODD_PARAM_INT, .default_value = "0", .min = 0, .max = 1024}, "default 0; 0 to 1024"},
        {{.type = ODD_PARAM_INT, .min = 1, .max = 1e9}, "at least 1"},
        {{.type = ODD_PARAM_INT, .min = 1, .max = 0}, ""},
        {{.type = ODD_PARAM_INT, .min = -5, .max = 20000}, "-5 to 20k"},
        {{.type = ODD_PARAM_SIZE, .min = 4096, .max = 67108864}, "4k to 64M"},
        {{.type = ODD_PARAM_SIZE, .min = 16777216, .max = 1e18}, "at least 16M"},
        {{.type = ODD_PARAM_DURATION, .min = 1e6, .max = 9e18}, "at least 1ms"},
        {{.type = ODD_PARAM_DURATION, .min = 0, .max = 90e9}, "0 to 90s"},
        {{.type = ODD_PARAM_FLOAT, .default_value = "0.5", .min = 1e-300, .max = 1e300},
         "default 0.5; above 0"},
        {{.type = ODD_PARAM_FLOAT, .min = 0, .max = 0.5}, "0 to 0.5"},
        {{.type = ODD_PARAM_FLOAT, .min = 0, .max = 1e300}, ""},
    };
    char out[CLI_LIMITS_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cli_limits(&cases[i].row, out), cases[i].text);
}

static void join(void *ctx, const char *word, size_t n)
{
    char *text = ctx;
    size_t size = strlen(text);

    snprintf(text + size, 256 - size, "[%.*s]", (int)n, word);
}

static void test_choices(void **state)
{
    char text[256] = "";
    struct odd_entry first;

    (void)state;
    cli_choices(NULL, join, text);
    assert_string_equal(text, "");
    cli_choices("drop|zero|error", join, text);
    assert_string_equal(text, "[drop][zero][error]");
    text[0] = '\0';
    cli_choices("auto|<scalers>|last", join, text);
    assert_true(odd_table_entry(ODD_TABLE_SCALERS, 0, &first));
    assert_true(strncmp(text, "[auto][", 7) == 0);
    assert_true(strncmp(text + 7, first.name, strlen(first.name)) == 0);
    assert_non_null(strstr(text, "][last]"));
    assert_null(strchr(text, '<'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number),  cmocka_unit_test(test_escape), cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_summary), cmocka_unit_test(test_limits), cmocka_unit_test(test_choices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
