/*
 * Where windows begin and end.
 *
 * Lengths that divide a day start at local midnight (as pandas' Grouper and Argus' rabins do) and never cross the next
 * one, so that a day of 23 or 25 hours keeps its own windows, and a window of a day is that day; other lengths count from the epoch, or from the first
 * day's local midnight (pandas' origin="start_day").
 */
#ifndef ODDFLOW_WINDOW_ALIGN_H
#define ODDFLOW_WINDOW_ALIGN_H

#include "flow/time.h"

enum oddi_origin { ODDI_ORIGIN_AUTO, ODDI_ORIGIN_EPOCH, ODDI_ORIGIN_START_DAY };

struct oddi_align {
    int64_t length; /* ns, > 0; 0: one window for everything */
    enum oddi_origin origin;
    const struct oddi_zone *zone; /* NULL = UTC */
    int64_t anchor;               /* START_DAY: set by oddi_align_first */
};

/* Tells the first time, which START_DAY counts from. */
void oddi_align_first(struct oddi_align *a, int64_t first);

/* The window [*start, *end) that holds ts. */
void oddi_align_window(const struct oddi_align *a, int64_t ts, int64_t *start, int64_t *end);

/* Number of windows between one that ends at `end` and the next that starts at `start` >= end. */
uint64_t oddi_align_between(const struct oddi_align *a, int64_t end, int64_t start);

#endif
