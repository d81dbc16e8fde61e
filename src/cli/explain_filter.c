#include "command_table.h"

#include <stdio.h>
#include <string.h>

#include "say.h"
#include "settings.h"

#define TEXT_MAX 65536

/* The operands joined by blanks, so that a filter need not be quoted. */
static enum odd_status join(const struct cli_args *args, char text[TEXT_MAX], struct odd_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < args->n_operands; i++) {
        size_t m = strlen(args->operands[i]);

        if (m + 2 > TEXT_MAX - n)
            return cli_fail(err, ODD_ERR_USAGE, "the filter is longer than %d bytes", TEXT_MAX);
        if (i)
            text[n++] = ' ';
        memcpy(text + n, args->operands[i], m);
        n += m;
    }
    text[n] = '\0';
    return n ? ODD_OK : cli_fail(err, ODD_ERR_USAGE, "no filter given: write it behind the command");
}

static int run_explain_filter(const struct cli_command *command, const struct cli_args *args)
{
    static char text[TEXT_MAX], canonical[TEXT_MAX], shown[2 * TEXT_MAX];
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = join(args, text, &err);

    (void)command;
    if (!st)
        st = odd_explain_filter(text, canonical, sizeof canonical, shown, sizeof shown, &err);
    if (!st) {
        puts(canonical);
        return CLI_DONE;
    }
    fputs(shown, stderr);
    cli_say_error(&err);
    return cli_exit_code(st);
}

static const struct odd_param options[] = {
    {.name = "help",
     .type = ODD_PARAM_BOOL,
     .letter = 'h',
     .help = "shows this help and exits",
     .group = "General"},
};

static const struct cli_example examples[] = {
    {"oddflow explain-filter 'src net 10.0.0.0/8 and dst port 445'", "tcpdump's spelling in oddflow's"},
    {"oddflow explain-filter 'TotBytes > 10M and Proto = tcp'", "Argus' names in oddflow's"},
};

const struct cli_command cli_explain_filter = {
    .name = "explain-filter",
    .operands = "FILTER...",
    .summary = "shows how a condition is understood, in oddflow's own spelling",
    .about = "Prints the condition as --where understands it: names of every dialect and the filters of "
             "nfdump and "
             "tcpdump come out in one spelling, which reads back to the same. A fault is shown with a caret.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .own_options = options,
    .n_own_options = sizeof options / sizeof *options,
    .run = run_explain_filter,
};
