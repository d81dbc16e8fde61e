/* --calendar: a file of events read for a baseline. */
#ifndef ODDFLOW_RUN_CALENDAR_FILE_H
#define ODDFLOW_RUN_CALENDAR_FILE_H

#include "baseline/calendar.h"

/* How long after the last window that was learnt from events are known. */
#define ODDI_CALENDAR_AHEAD (400 * ODDI_DAY)

/* Reads the file; dates and times without a zone are in `zone`. Events that are on within [first, last] have numbers, all are known until
 * ODDI_CALENDAR_AHEAD behind. *out is freed by oddi_calendar_free. */
enum odd_status oddi_calendar_read(const char *path, const struct oddi_zone *zone, int64_t first,
                                   int64_t last, struct oddi_calendar **out,
                                   struct odd_error *err) ODD_MUST_CHECK;

#endif
