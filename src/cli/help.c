#include "command_table.h"

#include <stdio.h>
#include <string.h>

#include "completion.h"
#include "man_page.h"
#include "say.h"
#include "text_help.h"

static int unknown_shell(const char *shell)
{
    cli_say("--completion must be bash, fish or zsh, not '%s'", shell);
    return CLI_USAGE;
}

static int unknown_topic(const char *word)
{
    const struct cli_command *command;
    const char *names[16], *near;
    size_t n = 0;

    for (; n < 16 && (command = cli_command_at(n)); n++)
        names[n] = command->name;
    near = odd_suggest(word, names, n);
    if (near)
        cli_say("there is no command '%s'; did you mean '%s'?", word, near);
    else
        cli_say("there is no command '%s'; 'oddflow help' shows them", word);
    return CLI_USAGE;
}

static int run_help(const struct cli_command *self, const struct cli_args *args)
{
    const char *shell = cli_args_get(args, "completion", NULL);
    const struct cli_command *command;

    (void)self;
    if (shell)
        return cli_completion(stdout, shell) ? CLI_DONE : unknown_shell(shell);
    if (cli_args_get(args, "man", NULL)) {
        cli_man_page(stdout);
        return CLI_DONE;
    }
    if (args->n_operands == 0) {
        cli_help_short(stdout);
        return CLI_DONE;
    }
    command = cli_command_find(args->operands[0]);
    if (!command)
        return unknown_topic(args->operands[0]);
    cli_help_command(stdout, command);
    return CLI_DONE;
}

static const struct odd_param rows[] = {
    {.name = "man",
     .type = ODD_PARAM_BOOL,
     .help = "prints the manual page in mdoc format",
     .group = "General"},
    {.name = "completion",
     .type = ODD_PARAM_CHOICE,
     .choices = "bash|fish|zsh",
     .placeholder = "SHELL",
     .help = "prints the completions for a shell",
     .group = "General"},
    {.name = "help",
     .type = ODD_PARAM_BOOL,
     .letter = 'h',
     .help = "shows this help and exits",
     .group = "General"},
};

static const struct cli_example examples[] = {
    {"oddflow help detect", "everything about a command"},
    {"oddflow help --man | man -l -", "the manual page without installing it"},
    {"source <(oddflow help --completion bash)", "completions in the running bash"},
};

const struct cli_command cli_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .operand_choices = "detect|check|synth|list|version|help",
    .summary = "shows help, the manual page or shell completions",
    .about = "Shows the help of a command, or of oddflow itself. It also prints the manual page and the "
             "shell completions, "
             "which are made from the same tables as the help.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .own_options = rows,
    .n_own_options = sizeof rows / sizeof *rows,
    .run = run_help,
};
