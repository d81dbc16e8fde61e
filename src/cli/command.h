/* What a command of the program is: a row of command_table.c, and what --help, the manual page and the completions say. */
#ifndef ODDFLOW_CLI_COMMAND_H
#define ODDFLOW_CLI_COMMAND_H

#include "args.h"

/* Exit codes (ARCHITECTURE.md: Conventions). CLI_INTERRUPTED + signal number ends an interrupted run. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_ANOMALIES = 10, CLI_INTERRUPTED = 128 };

struct cli_example {
    const char *line; /* what to type */
    const char *what; /* what that does; lower-case start, no full stop */
};

struct cli_command {
    const char *name;
    const char *operands;        /* "[FILE...]", or "" */
    const char *operand_choices; /* words the operands are, "a|b"; "<files>"; or NULL */
    const char *summary;         /* one line, lower-case start, no full stop */
    const char *about;           /* a paragraph */
    bool components;             /* --help shows the scalers and detectors with their parameters */
    bool attacks;                /* --help shows the kinds of attack */
    const struct cli_example *examples;
    size_t n_examples;
    /* Own option rows of a command that the library does not know; NULL = odd_option_table(name). */
    const struct odd_param *own_options;
    size_t n_own_options;
    /* Runs with parsed arguments; -h and -V have been dealt with. Returns an exit code. */
    int (*run)(const struct cli_command *command, const struct cli_args *args);
};

/* command_table.c: in the order of the help; NULL past the end. */
const struct cli_command *cli_command_at(size_t i);
const struct cli_command *cli_command_find(const char *name);

/* Option rows of a command. */
const struct odd_param *cli_command_options(const struct cli_command *command, size_t *n);

#endif
