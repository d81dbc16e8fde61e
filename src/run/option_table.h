/* The options of the commands: the rows behind --help, config files, the manual page and the completions. */
#ifndef ODDFLOW_RUN_OPTION_TABLE_H
#define ODDFLOW_RUN_OPTION_TABLE_H

#include "oddflow/oddflow.h"

/* Rows of a command ("detect", "check", "synth"), grouped as --help shows them; NULL and *n = 0 if unknown. */
const struct odd_param *oddi_option_table(const char *command, size_t *n);

/* The table's own name of a command, which outlives the caller's; "" if unknown. */
const char *oddi_option_command(const char *command);

#endif
