/*
 * What an operator sees: how many alerts a day, how many of them false, which infected hosts are found and how soon.
 *
 * Rows come in order of their windows. Windows of one entity that are predicted positive and follow each other with at
 * most `gap` windows between them are one alert (as src/alert joins them). An alert is true if one of its rows is
 * positive, else false if one is negative, else of unknown truth. A host is infected if it has a positive row; it is found
 * by the first row predicted positive from its first positive window on, and the time to its detection runs from the start
 * of the first to the end of that window, when the verdict is out.
 */
#ifndef ODDFLOW_EVAL_EVENTS_H
#define ODDFLOW_EVAL_EVENTS_H

#include "eval/rows.h"
#include "oddflow/oddflow.h"

struct oddi_event_entity;

/* Initialise with oddi_events_init. */
struct oddi_events {
    uint64_t gap;
    struct oddi_event_entity *entity; /* by number */
    size_t n, cap;
    int64_t first, last; /* the span of all windows */
    uint64_t alerts[3];  /* closed ones, by enum oddi_truth_label */
};

struct oddi_event_measures {
    uint64_t alerts, true_alerts, false_alerts;
    double days;                          /* from the first window's start to the last one's end */
    double alerts_per_day, false_per_day; /* NaN without a day */
    double false_per_day_per_1000;        /* entities */
    uint64_t entities, infected, found;
    double median_delay, max_delay; /* seconds, over those found; NaN if none is */
};

/* gap: windows without a positive prediction that an alert survives. Allocates nothing. */
void oddi_events_init(struct oddi_events *e, uint64_t gap);
void oddi_events_free(struct oddi_events *e);
/* One row: the number of its entity, which the caller gives out from 0 without gaps; its window [start, end); enum
 * oddi_truth_label; what was said. `start` never falls. False when memory ends. */
bool oddi_events_add(struct oddi_events *e, uint32_t entity, int64_t start, int64_t end, unsigned label,
                     bool said) ODD_MUST_CHECK;
/* Of the rows so far. False when memory ends. */
bool oddi_events_result(const struct oddi_events *e, struct oddi_event_measures *out) ODD_MUST_CHECK;
/* Seconds to the detection of an entity; NaN if it is not infected or not found. */
double oddi_events_delay(const struct oddi_events *e, uint32_t entity);

#endif
