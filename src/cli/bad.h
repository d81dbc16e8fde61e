/* Bad records: the first few on standard error, all of them in the CSV file of --bad. */
#ifndef ODDFLOW_CLI_BAD_H
#define ODDFLOW_CLI_BAD_H

#include <stdio.h>

#include <oddflow/oddflow.h>

struct cli_bad {
    FILE *file; /* NULL without --bad */
    const char *path;
    bool quiet;     /* shows none: --quiet, or --strict, whose error is the bad record */
    uint64_t count; /* records seen */
};

/* Opens the file of option `bad`, if it is set, and writes its header. */
enum odd_status cli_bad_open(struct cli_bad *bad, const odd_options *opt,
                             struct odd_error *err) ODD_MUST_CHECK;
/* An odd_bad_fn; ctx is a struct cli_bad. */
void cli_bad_add(void *ctx, const struct odd_bad *record);
/* Says how many were not shown, closes the file and tells what failed. */
enum odd_status cli_bad_close(struct cli_bad *bad, struct odd_error *err) ODD_MUST_CHECK;

#endif
