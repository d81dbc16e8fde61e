/* A file written anew in one step: whoever reads it sees the old one or the new one, never a part. */
#ifndef ODDFLOW_CLI_REPLACE_H
#define ODDFLOW_CLI_REPLACE_H

#include <oddflow/oddflow.h>

/* The new file beside the old one, until cli_replace_end. */
struct cli_replace {
    char *path, *fresh; /* of the file itself (a symbolic link is followed), of the new one */
    int fd;
    int error; /* errno of the first write that failed, 0 = none */
};

/* Opens a new file with the rights of the old one, which must be there. */
enum odd_status cli_replace_begin(struct cli_replace *r, const char *path,
                                  struct odd_error *err) ODD_MUST_CHECK;
/* An odd_write_fn; ctx is a struct cli_replace. */
int cli_replace_write(void *ctx, const void *bytes, size_t n);
/* Puts the new file in place of the old one or, if `keep` is false or something failed, takes it away again. */
enum odd_status cli_replace_end(struct cli_replace *r, bool keep, struct odd_error *err) ODD_MUST_CHECK;

#endif
