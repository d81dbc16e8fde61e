/* What an option's value must be beyond its type: names of components, fields, times, rates. */
#ifndef ODDFLOW_RUN_OPTION_CHECK_H
#define ODDFLOW_RUN_OPTION_CHECK_H

#include <stdbool.h>

#include "base/error.h"

/* Checks one value of option `name` (for a LIST, the one that is added). ODD_OK for options without a further rule. */
enum odd_status oddi_option_check(const char *name, const char *value, struct odd_error *err) ODD_MUST_CHECK;

/* Flows a minute from "7600/m", "120/s", "1M/h" or a bare "7600" (a minute); false unless finite and above 0. */
bool oddi_parse_rate(const char *text, double *per_minute);

#endif
