/* Help for a terminal, 80 columns wide. */
#ifndef ODDFLOW_CLI_TEXT_HELP_H
#define ODDFLOW_CLI_TEXT_HELP_H

#include <stdio.h>

#include "command.h"

void cli_help_short(FILE *to);                                      /* the commands, with examples */
void cli_help_command(FILE *to, const struct cli_command *command); /* everything about one */

#endif
