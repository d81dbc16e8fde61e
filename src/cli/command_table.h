/* The members of command_table.c, one a file. */
#ifndef ODDFLOW_CLI_COMMAND_TABLE_H
#define ODDFLOW_CLI_COMMAND_TABLE_H

#include "command.h"

extern const struct cli_command cli_detect, cli_flows, cli_explain_filter, cli_check, cli_synth, cli_list,
    cli_version, cli_help;

#endif
