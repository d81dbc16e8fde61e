/* Small files that the user wrote: settings, labels, results. */
#ifndef ODDFLOW_CLI_READ_TEXT_H
#define ODDFLOW_CLI_READ_TEXT_H

#include <oddflow/oddflow.h>

/* The whole file, NUL-terminated, the caller's to free (NULL on failure). `what` is for messages: "config file". A file with
 * a NUL byte or of more than 64 MiB is refused. */
enum odd_status cli_read_text(const char *what, const char *path, char **out,
                              struct odd_error *err) ODD_MUST_CHECK;
/* The same, and "" if there is no such file. */
enum odd_status cli_read_text_if_there(const char *what, const char *path, char **out,
                                       struct odd_error *err) ODD_MUST_CHECK;

#endif
