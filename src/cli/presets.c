#include "command_table.h"

#include <stdio.h>
#include <string.h>

#include "say.h"

static bool find_preset(const char *name, struct odd_entry *e)
{
    for (size_t i = 0; odd_table_entry(ODD_TABLE_PRESETS, i, e); i++)
        if (strcmp(e->name, name) == 0)
            return true;
    return false;
}

static int unknown(const char *name)
{
    const char *names[64], *near;
    struct odd_entry e;
    size_t n = 0;

    while (n < 64 && odd_table_entry(ODD_TABLE_PRESETS, n, &e))
        names[n++] = e.name;
    near = odd_suggest(name, names, n);
    if (near)
        cli_say("there is no preset '%s'; did you mean '%s'?", name, near);
    else
        cli_say("there is no preset '%s'; 'oddflow presets' lists them", name);
    return CLI_USAGE;
}

static int list_presets(void)
{
    struct odd_entry e;

    for (size_t i = 0; odd_table_entry(ODD_TABLE_PRESETS, i, &e); i++)
        printf("%-13s %s\n", e.name, e.summary);
    return CLI_DONE;
}

static int run_presets(const struct cli_command *command, const struct cli_args *args)
{
    struct odd_entry e;

    (void)command;
    if (args->n_operands == 0)
        return list_presets();
    if (strcmp(args->operands[0], "show") != 0 || args->n_operands < 2) {
        cli_say("'oddflow presets' lists the presets, 'oddflow presets show NAME' shows one");
        return CLI_USAGE;
    }
    for (size_t i = 1; i < args->n_operands; i++) {
        if (!find_preset(args->operands[i], &e))
            return unknown(args->operands[i]);
        fputs(e.details, stdout);
    }
    return CLI_DONE;
}

static const struct odd_param rows[] = {
    {.name = "help",
     .type = ODD_PARAM_BOOL,
     .letter = 'h',
     .help = "shows this help and exits",
     .group = "General"},
};

static const struct cli_example examples[] = {
    {"oddflow presets", "lists them"},
    {"oddflow presets show hosts", "the options that the preset stands for, ready for a file of your own"},
    {"oddflow presets show hosts >mine.conf && oddflow detect -c mine.conf capture.binetflow",
     "from one to your own"},
};

const struct cli_command cli_presets = {
    .name = "presets",
    .operands = "[show NAME...]",
    .summary = "lists the presets of detect and hunt, or shows what one stands for",
    .about = "A preset is a set of options with a name: a window, what to group by, features, a scaler and a "
             "detector, "
             "in the format of --config files. 'oddflow detect --preset NAME' takes it, options on the "
             "command line "
             "overrule it, and 'oddflow hunt' runs all that are about hosts.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .own_options = rows,
    .n_own_options = sizeof rows / sizeof *rows,
    .run = run_presets,
};
