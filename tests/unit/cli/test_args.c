#include "args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct odd_param rows[] = {
    {.name = "window", .type = ODD_PARAM_DURATION, .placeholder = "DUR"},
    {.name = "windows-only", .type = ODD_PARAM_BOOL},
    {.name = "threads", .type = ODD_PARAM_INT, .letter = 'j', .placeholder = "N"},
    {.name = "map", .type = ODD_PARAM_LIST, .placeholder = "FIELD=COLUMN"},
    {.name = "quiet", .type = ODD_PARAM_BOOL, .letter = 'q'},
    {.name = "verbose", .type = ODD_PARAM_BOOL, .letter = 'v'},
};
#define N_ROWS (sizeof rows / sizeof *rows)
#define MAX    16

/* What was parsed as one text: "window=1m; quiet; [a] [-]". */
static enum odd_status parse(const char *const *argv, char *out, size_t room, struct odd_error *err)
{
    struct cli_args args;
    char *copy[MAX];
    int argc = 0;
    size_t size = 0;
    enum odd_status st;

    for (; argv[argc]; argc++)
        copy[argc] = (char *)argv[argc];
    st = cli_args_parse(&args, "detect", rows, N_ROWS, argc, copy, err);
    out[0] = '\0';
    for (size_t i = 0; i < args.n_options; i++)
        size += (size_t)snprintf(out + size, room - size, "%s%s%s; ", args.options[i].row->name,
                                 args.options[i].value ? "=" : "",
                                 args.options[i].value ? args.options[i].value : "");
    for (size_t i = 0; i < args.n_operands; i++)
        size += (size_t)snprintf(out + size, room - size, "[%s]", args.operands[i]);
    cli_args_free(&args);
    return st;
}

static void test_parsed(void **state)
{
    static const struct {
        const char *argv[MAX], *expected;
    } cases[] = {
        {{NULL}, ""},
        {{"a", "-", "b", NULL}, "[a][-][b]"},
        {{"--window=1m", "f", NULL}, "window=1m; [f]"},
        {{"f", "--window", "1m", NULL}, "window=1m; [f]"},
        {{"--window=", NULL}, "window=; "},
        {{"--map=bytes=a=b", NULL}, "map=bytes=a=b; "},
        {{"--map", "bytes=a", "--map", "pkts=b", NULL}, "map=bytes=a; map=pkts=b; "},
        {{"--quiet=no", NULL}, "quiet=no; "},
        {{"-j2", NULL}, "threads=2; "},
        {{"-j", "2", NULL}, "threads=2; "},
        {{"-qj2", "-v", NULL}, "quiet; threads=2; verbose; "},
        {{"-qvj", "-1", NULL}, "quiet; verbose; threads=-1; "},
        {{"--", "--window", "-q", NULL}, "[--window][-q]"},
        {{"-q", "--", "-", NULL}, "quiet; [-]"},
        {{"--window", "--", NULL}, "window=--; "},
        {{"", NULL}, "[]"},
    };
    char out[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct odd_error err = ODD_ERROR_INIT;

        assert_int_equal(parse(cases[i].argv, out, sizeof out, &err), ODD_OK);
        assert_string_equal(out, cases[i].expected);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *argv[MAX], *message;
    } cases[] = {
        {{"--widnow", "1m", NULL}, "unknown option '--widnow'; did you mean '--window'?"},
        {{"--wind=1m", NULL}, "unknown option '--wind'; did you mean '--window'?"}, /* no abbreviations */
        {{"--xyzzy", NULL}, "unknown option '--xyzzy'; 'oddflow detect --help' shows them all"},
        {{"-qx", NULL}, "unknown option '-x'; 'oddflow detect --help' shows them all"},
        {{"--window", NULL}, "option '--window' needs a value: --window=DUR"},
        {{"f", "-vj", NULL}, "option '--threads' needs a value: --threads=N"},
        {{"--=3", NULL}, "unknown option '--'; 'oddflow detect --help' shows them all"},
    };
    char out[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct odd_error err = ODD_ERROR_INIT;

        assert_int_equal(parse(cases[i].argv, out, sizeof out, &err), ODD_ERR_USAGE);
        assert_string_equal(err.message, cases[i].message);
    }
}

/* A name that is longer than any row's must not overrun anything. */
static void test_long_name(void **state)
{
    static char text[5000];
    const char *argv[] = {text, NULL};
    struct odd_error err = ODD_ERROR_INIT;
    char out[16];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[0] = text[1] = '-';
    assert_int_equal(parse(argv, out, sizeof out, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "unknown option '--xxx"));
}

static void test_get(void **state)
{
    char *argv[] = {"--window=1m", "-q", "--window", "2m"};
    struct cli_args args;

    (void)state;
    assert_int_equal(cli_args_parse(&args, "detect", rows, N_ROWS, 4, argv, NULL), ODD_OK);
    assert_string_equal(cli_args_get(&args, "window", NULL), "2m"); /* the last one holds */
    assert_string_equal(cli_args_get(&args, "quiet", NULL), "yes");
    assert_null(cli_args_get(&args, "verbose", NULL));
    assert_string_equal(cli_args_get(&args, "threads", "0"), "0");
    cli_args_free(&args);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parsed),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_get),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
