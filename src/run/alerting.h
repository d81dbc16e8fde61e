/*
 * --alerts: the ordered stage behind closed windows that joins odd rows into alerts and writes those that are done.
 *
 * One thread. Windows of a preset come in the order of their starts.
 */
#ifndef ODDFLOW_RUN_ALERTING_H
#define ODDFLOW_RUN_ALERTING_H

#include "alert/alert.h"
#include "run/alarm.h"
#include "run/plan.h"

#define ODDI_MAX_OPEN_ALERTS ((size_t)100000)

struct oddi_alerting;

/* For n presets, each of which is to be named by oddi_alerting_preset before its first window. */
enum odd_status oddi_alerting_new(size_t n, odd_write_fn write, void *ctx, const struct oddi_zone *zone,
                                  struct oddi_alerting **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_alerting_free(struct oddi_alerting *a); /* NULL is allowed */
/* Preset i; `name`, and `plan` with its features named, must outlive the alerts. */
enum odd_status oddi_alerting_preset(struct oddi_alerting *a, size_t i, const char *name,
                                     const struct oddi_plan *plan, enum oddi_kind kind,
                                     struct odd_error *err) ODD_MUST_CHECK;

/* The alarms of the next window of preset i. */
enum odd_status oddi_alerting_window(struct oddi_alerting *a, size_t i, int64_t start, int64_t end,
                                     const struct oddi_alarms *alarms, struct odd_error *err) ODD_MUST_CHECK;
/* No window will come. */
enum odd_status oddi_alerting_end(struct oddi_alerting *a, struct odd_error *err) ODD_MUST_CHECK;

/* Alerts written; rows refused because too many alerts were open. */
uint64_t oddi_alerting_written(const struct oddi_alerting *a);
uint64_t oddi_alerting_refused(const struct oddi_alerting *a);

#endif
