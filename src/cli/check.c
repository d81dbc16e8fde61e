#include "command_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bad.h"
#include "say.h"
#include "settings.h"
#include "sink.h"

static void print_escaped(const char *s)
{
    cli_escape(stdout, s, strlen(s));
}

/* FILE: format, rows, bad rows, time span. */
static void print_report(const char *path, const struct odd_check_report *r)
{
    char number[CLI_NUMBER_MAX], first[ODD_TIME_TEXT_MAX], last[ODD_TIME_TEXT_MAX];

    print_escaped(strcmp(path, "-") == 0 ? "stdin" : path);
    printf(": %s, %s row%s", r->format, cli_number(number, r->read), r->read == 1 ? "" : "s");
    printf(", %s bad", cli_number(number, r->bad));
    printf(", %s bytes", cli_number(number, r->bytes));
    if (r->first <= r->last) {
        odd_format_time(r->first, first);
        odd_format_time(r->last, last);
        printf(", %s to %s", first, last);
    }
    putchar('\n');
}

/* Checks one file and tells what went wrong with it as a whole. */
static enum odd_status check_file(const odd_options *opt, const char *path, struct cli_bad *bad)
{
    struct odd_check_report report = {.struct_size = sizeof report, .first = 1};
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = odd_check(opt, path, cli_bad_add, bad, &report, &err);

    /* With --strict the count of bad records is not the file's. */
    if (!st || (report.read > 0 && !cli_settings_on(opt, "strict")))
        print_report(path, &report);
    if (st)
        cli_say_error(&err);
    return st;
}

static enum odd_status check_files(const odd_options *opt, const char *const *inputs, size_t n)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct cli_bad bad;
    enum odd_status st = cli_sink_apart("bad", odd_options_get(opt, "bad"), inputs, n, &err), first = ODD_OK;

    if (!st)
        st = cli_bad_open(&bad, opt, &err);
    if (st) {
        cli_say_error(&err);
        return st;
    }
    for (size_t i = 0; i < n; i++) {
        st = check_file(opt, inputs[i], &bad);
        first = first ? first : st;
    }
    st = cli_bad_close(&bad, &err);
    if (st)
        cli_say_error(&err);
    return first ? first : st;
}

static int run_check(const struct cli_command *command, const struct cli_args *args)
{
    static const char *const standard_input[] = {"-"};
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    enum odd_status st = cli_settings_new(command->name, args, &opt, &err);

    if (!st && args->n_operands == 0 && isatty(STDIN_FILENO))
        st = cli_fail(&err, ODD_ERR_USAGE,
                      "no FILE given and standard input is a terminal: name the files to check");
    if (st)
        cli_say_error(&err);
    else if (args->n_operands == 0)
        st = check_files(opt, standard_input, 1);
    else
        st = check_files(opt, args->operands, args->n_operands);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow check capture.binetflow", "decodes every field of every record and reports what is bad"},
    {"oddflow check --bad bad.csv *.binetflow.gz",
     "several files, each bad record kept with place and reason"},
    {"oddflow check --strict -q capture.csv", "for scripts: exits with 1 at the first bad record"},
};

const struct cli_command cli_check = {
    .name = "check",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "decodes every field of every record and reports what is bad",
    .about = "Reads each file wholly, decodes every field of every record and prints one line a file: its "
             "format, rows, bad "
             "rows, bytes and the span of time. Bad records are shown with file, line, byte offset and "
             "reason. '-' or no "
             "FILE is standard input. Bad records alone leave exit code 0; --strict, or a file without a "
             "good record, "
             "makes it 1.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_check,
};
