/* Scopes that somebody made by hand (baseline/baseline.h), as conditions on the flows of lanes. */
#ifndef ODDFLOW_RUN_ACCEPTED_H
#define ODDFLOW_RUN_ACCEPTED_H

#include "baseline/baseline.h"
#include "run/options.h"

/* ODD_ERR_USAGE with the place of the fault if a text is no condition on flows. */
enum odd_status oddi_accepted_check(const char *expression, struct odd_error *err) ODD_MUST_CHECK;
/* ODD_ERR_FORMAT about the file `path` if the expression of one of n scopes is none. */
enum odd_status oddi_accepted_sound(const struct oddi_accepted *accepted, size_t n, const char *path,
                                    struct odd_error *err) ODD_MUST_CHECK;

/* Narrows the `where` of a lane to the flows of accepted[at], or with at == n to those that none of the n scopes takes: a flow belongs
 * to the last one whose condition is true and that has not expired when it starts. */
enum odd_status oddi_accepted_narrow(const struct oddi_accepted *accepted, size_t n, size_t at,
                                     odd_options *to, struct odd_error *err) ODD_MUST_CHECK;

/* The scope in words: its name, else its expression. */
const char *oddi_accepted_words(const struct oddi_accepted *a);
/* "host-hours:3", the caller's to free: what alerts of the scope's rows in a plan are called. NULL when memory ends. */
char *oddi_accepted_lane(const struct oddi_accepted *a, const char *plan);

#endif
