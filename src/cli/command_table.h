/* The members of command_table.c, one a file. */
#ifndef ODDFLOW_CLI_COMMAND_TABLE_H
#define ODDFLOW_CLI_COMMAND_TABLE_H

#include "command.h"

extern const struct cli_command cli_detect, cli_hunt, cli_alerts, cli_eval, cli_learn, cli_baseline,
    cli_propose, cli_accept, cli_reject, cli_presets, cli_flows, cli_explain_filter, cli_check, cli_synth,
    cli_list, cli_version, cli_help;

/* detect.c: what detect and hunt have in common. */
int cli_run_analysis(const struct cli_command *command, const struct cli_args *args);

#endif
