/* --home: the networks that count as inside. */
#ifndef ODDFLOW_RUN_HOME_H
#define ODDFLOW_RUN_HOME_H

#include "expr/expr.h"

/* "10.0.0.0/8, 2001:db8::/32": *nets is the caller's to free. A bare address is a network of one. `option` is for messages. */
enum odd_status oddi_home_parse(const char *option, const char *text, struct oddi_net **nets, size_t *n,
                                struct odd_error *err) ODD_MUST_CHECK;

#endif
