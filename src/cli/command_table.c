#include "command_table.h"

#include <string.h>

static const struct cli_command *const commands[] = {
    &cli_detect, &cli_learn,  &cli_baseline, &cli_propose, &cli_accept, &cli_reject,
    &cli_hunt,   &cli_alerts, &cli_eval,     &cli_presets, &cli_flows,  &cli_explain_filter,
    &cli_check,  &cli_synth,  &cli_list,     &cli_version, &cli_help,
};
#define N_COMMANDS (sizeof commands / sizeof *commands)

const struct cli_command *cli_command_at(size_t i)
{
    return i < N_COMMANDS ? commands[i] : NULL;
}

const struct cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

const struct odd_param *cli_command_options(const struct cli_command *command, size_t *n)
{
    if (!command->own_options)
        return odd_option_table(command->name, n);
    *n = command->n_own_options;
    return command->own_options;
}
