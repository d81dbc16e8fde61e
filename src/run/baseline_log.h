/* The accepted scopes of a baseline and its changes, for people and as NDJSON. */
#ifndef ODDFLOW_RUN_BASELINE_LOG_H
#define ODDFLOW_RUN_BASELINE_LOG_H

#include "base/buf.h"
#include "baseline/baseline.h"

struct oddi_zone;

/* zone NULL: UTC. */
void oddi_baseline_put_accepted(const struct oddi_baseline *b, bool json, const struct oddi_zone *zone,
                                struct oddi_buf *out);
void oddi_baseline_put_log(const struct oddi_baseline *b, bool json, const struct oddi_zone *zone,
                           struct oddi_buf *out);

#endif
