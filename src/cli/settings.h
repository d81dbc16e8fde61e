/* The library's options from a command's arguments. */
#ifndef ODDFLOW_CLI_SETTINGS_H
#define ODDFLOW_CLI_SETTINGS_H

#include "args.h"

/* A set of options of `command`: first the lines of the --config file, then the arguments in their order. */
enum odd_status cli_settings_new(const char *command, const struct cli_args *args, odd_options **out,
                                 struct odd_error *err) ODD_MUST_CHECK;

/* Sets option `time` to now if it was not given. */
enum odd_status cli_settings_now(odd_options *opt, struct odd_error *err) ODD_MUST_CHECK;

/* Whether a BOOL option is on. */
bool cli_settings_on(const odd_options *opt, const char *name);

/* Exit code of a failure that has been told. */
int cli_exit_code(enum odd_status status);

#endif
