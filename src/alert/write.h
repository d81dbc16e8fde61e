/* Alerts as JSON lines: docs/schemas/alert.schema.json. */
#ifndef ODDFLOW_ALERT_WRITE_H
#define ODDFLOW_ALERT_WRITE_H

#include "alert/alert.h"
#include "base/buf.h"
#include "flow/time.h"

/* Appends one line. `preset` is that of the alert; times are in `zone` (NULL = UTC). */
void oddi_alert_write(struct oddi_buf *out, const struct oddi_alert *alert,
                      const struct oddi_alert_preset *preset, const struct oddi_zone *zone);

#endif
