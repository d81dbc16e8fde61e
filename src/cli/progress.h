/* The progress bar on standard error, and the way an interrupted run stops. */
#ifndef ODDFLOW_CLI_PROGRESS_H
#define ODDFLOW_CLI_PROGRESS_H

#include <oddflow/oddflow.h>

struct cli_progress {
    bool shown;     /* standard error is a terminal and nobody asked for quiet */
    double started; /* seconds, cli_now() */
};

/* Seconds on a clock that only goes forward. */
double cli_now(void);

/* `started` on the clock of cli_now. */
void cli_progress_init(struct cli_progress *p, bool quiet, double started);
/* An odd_progress_fn; ctx is a struct cli_progress. True once the program was interrupted. */
bool cli_progress_step(void *ctx, uint64_t bytes, uint64_t total_bytes, uint64_t rows);
/* Takes the bar off the screen, if there is one. */
void cli_progress_clear(void);

/* From now on SIGINT and SIGTERM ask the run to stop; one that comes later ends the program. */
void cli_catch_interrupts(void);
/* The signal that came, or 0. */
int cli_interrupted(void);

#endif
