/* detect --sensitivity: the same analysis at several eps, so that a user sees whether a threshold was luck. */
#ifndef ODDFLOW_CLI_SENSITIVITY_H
#define ODDFLOW_CLI_SENSITIVITY_H

#include <oddflow/oddflow.h>

/* Judges the inputs once for each eps of the option `sensitivity` (numbers above 0 or auto, with commas between) and writes
 * a table of windows with outliers, outliers and clusters to the file of option `write` or to standard output. The
 * option `detector` is left at the last. ODD_ERR_USAGE where that cannot be: standard input, another detector than
 * dbscan, or options that judge in other ways. */
enum odd_status cli_sensitivity(odd_options *opt, const char *const *inputs, size_t n_inputs,
                                struct odd_error *err);

#endif
