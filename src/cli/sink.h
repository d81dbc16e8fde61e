/* Where results go: standard output or the file of -w. */
#ifndef ODDFLOW_CLI_SINK_H
#define ODDFLOW_CLI_SINK_H

#include <oddflow/oddflow.h>

struct cli_sink {
    int fd;
    const char *path; /* NULL = standard output */
    bool terminal;
    int error; /* errno of the first write that failed, 0 = none */
};

/* Opens `path` (NULL = standard output) for writing from its start. */
enum odd_status cli_sink_open(struct cli_sink *sink, const char *path, struct odd_error *err) ODD_MUST_CHECK;
/* An odd_write_fn; ctx is a struct cli_sink. */
int cli_sink_write(void *ctx, const void *bytes, size_t n);
/* Closes and tells what failed, in writing or closing. ODD_ERR_CLOSED where the reader of a pipe has gone. */
enum odd_status cli_sink_close(struct cli_sink *sink, struct odd_error *err) ODD_MUST_CHECK;

/* ODD_ERR_USAGE if writing `path` (NULL is fine) would overwrite one of the n inputs. */
enum odd_status cli_sink_apart(const char *option, const char *path, const char *const *inputs, size_t n,
                               struct odd_error *err) ODD_MUST_CHECK;

#endif
