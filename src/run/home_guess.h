/* --home not given: the networks that the traffic itself points to. */
#ifndef ODDFLOW_RUN_HOME_GUESS_H
#define ODDFLOW_RUN_HOME_GUESS_H

#include "expr/expr.h"
#include "read/source.h"

/* Looks at the first rows of an input. Private networks (RFC 1918, ...) are home where at least half of the flows have an
 * end in them: *found stays false, the default does. Else the IPv4 /16 that most flows have an end in, if at least half
 * do: *found, *net. */
enum odd_status oddi_home_guess(struct oddi_source *source, struct oddi_net *net, bool *found,
                                struct odd_error *err) ODD_MUST_CHECK;

#endif
