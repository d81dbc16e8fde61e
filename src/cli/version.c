#include "command_table.h"

#include <stdio.h>

#include "say.h"

static int run_version(const struct cli_command *command, const struct cli_args *args)
{
    if (args->n_operands > 0) {
        cli_say("%s takes no operand, so '%s' has no place", command->name, args->operands[0]);
        return CLI_USAGE;
    }
    printf("oddflow %s\n", odd_version());
    if (cli_args_get(args, "build", NULL))
        fputs(odd_build_info(), stdout);
    return CLI_DONE;
}

static const struct odd_param rows[] = {
    {.name = "build",
     .type = ODD_PARAM_BOOL,
     .help = "shows what the program was built with",
     .group = "General"},
    {.name = "help",
     .type = ODD_PARAM_BOOL,
     .letter = 'h',
     .help = "shows this help and exits",
     .group = "General"},
};

static const struct cli_example examples[] = {
    {"oddflow version --build", "the version, the compiler and the optional libraries"},
};

const struct cli_command cli_version = {
    .name = "version",
    .operands = "",
    .summary = "shows the version and how it was built",
    .about = "Shows the version of oddflow and, with --build, the compiler, the machine and which optional "
             "libraries are "
             "in it.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .own_options = rows,
    .n_own_options = sizeof rows / sizeof *rows,
    .run = run_version,
};
