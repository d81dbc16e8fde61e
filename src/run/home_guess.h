/* --home not given: the networks that the traffic itself points to. */
#ifndef ODDFLOW_RUN_HOME_GUESS_H
#define ODDFLOW_RUN_HOME_GUESS_H

#include "expr/expr.h"
#include "read/source.h"

/* Looks at the first rows of all inputs. Private networks (RFC 1918, ...) are home where at least half of the flows have an
 * end in them: *found stays false, the default does. Else, of the IPv4 /16s that at least half of the flows have an end in,
 * the one that most flows come from: *found, *net. (Presets look at what inside hosts start.) */
enum odd_status oddi_home_guess(struct oddi_source *const *sources, size_t n, struct oddi_net *net,
                                bool *found, struct odd_error *err) ODD_MUST_CHECK;

#endif
