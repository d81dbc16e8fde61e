/*
 * Command-line arguments against option rows.
 *
 * Long options with "=" or the next argument as value, one-letter twins that may be bundled ("-qj2"), options and
 * operands in any order, "--" ends the options, "-" is an operand. No abbreviations: they break when options are added.
 */
#ifndef ODDFLOW_CLI_ARGS_H
#define ODDFLOW_CLI_ARGS_H

#include <oddflow/oddflow.h>

struct cli_arg {
    const struct odd_param *row;
    const char *value; /* NULL for a BOOL without one */
};

/* Strings belong to argv. */
struct cli_args {
    struct cli_arg *options; /* in the order given */
    size_t n_options;
    const char **operands;
    size_t n_operands;
};

/* Parses argv[0..argc) (the command's name not among them). ODD_ERR_USAGE with one sentence, ODD_ERR_MEMORY. The caller
 * frees with cli_args_free, after a failure too. `command` is for messages. */
enum odd_status cli_args_parse(struct cli_args *args, const char *command, const struct odd_param *rows,
                               size_t n, int argc, char **argv, struct odd_error *err) ODD_MUST_CHECK;
void cli_args_free(struct cli_args *args);

/* Last value of an option as given, `otherwise` if it was not; "yes" for a BOOL without a value. */
const char *cli_args_get(const struct cli_args *args, const char *name, const char *otherwise);

#endif
