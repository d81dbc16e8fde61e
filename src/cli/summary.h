/* The account at the end of a run, for standard error. */
#ifndef ODDFLOW_CLI_SUMMARY_H
#define ODDFLOW_CLI_SUMMARY_H

#include <oddflow/oddflow.h>

#define CLI_SUMMARY_MAX 640

/* "394,168 flows read: 394,168 scored, 0 late, 0 bad, 0 missing; 89 windows (0 empty), 394 outliers; 0.06 s, 6,569,466
 * flows/s". The other fates of a record are named only where they happened. Returns `out`. */
const char *cli_summary(char out[CLI_SUMMARY_MAX], const struct odd_ledger *ledger, double seconds);
/* The same with other words for what is odd; odd_one NULL: nothing was judged, but learnt from. */
const char *cli_summary_of(char out[CLI_SUMMARY_MAX], const struct odd_ledger *ledger, double seconds,
                           const char *odd_one, const char *odd_ones);

#endif
