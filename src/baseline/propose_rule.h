/* A conjunction of conditions on rows: a net, a service, hours of the day, days of the week. */
#ifndef ODDFLOW_BASELINE_PROPOSE_RULE_H
#define ODDFLOW_BASELINE_PROPOSE_RULE_H

#include <stdbool.h>

#include "base/buf.h"
#include "baseline/row.h"
#include "baseline/scope_text.h"

struct oddi_rule {
    bool has_net, has_hours, has_weekdays;
    struct oddi_net net;
    uint32_t service;                                     /* ODDI_NO_SERVICE: any */
    uint8_t hour_from, hour_to, weekday_from, weekday_to; /* cyclic, both ends belong to it */
};

bool oddi_rule_holds(const struct oddi_rule *rule, const struct oddi_row_key *key);
bool oddi_rule_same(const struct oddi_rule *a, const struct oddi_rule *b);
/* "src_ip in 10.20.0.0/16 and service == 'tcp/25565' and hour in 0..2"; "true" without any condition. */
void oddi_rule_expression(const struct oddi_rule *rule, const struct oddi_scope_names *names,
                          struct oddi_buf *out);

/* The narrowest conjunction that in each dimension holds at least 98 % of the n rows: the longest common prefix (of at least 8
 * bits, of IPv6 16), the one service, the shortest cyclic range of hours (of at most 20), and of weekdays (of at most 5, if
 * each of its days was seen on two dates: one night is no weekday). n >= 1. False when memory ends. */
bool oddi_rule_close(const struct oddi_row_key *key, size_t n, struct oddi_rule *out) ODD_MUST_CHECK;

#endif
