/* The alerts of a hunt: which rows raise them, and how many each host has. */
#ifndef ODDFLOW_RUN_HUNT_ALERTS_H
#define ODDFLOW_RUN_HUNT_ALERTS_H

#include "run/hunt.h"

/* A row raises an alert if its score is at least --alert-score, once its p is corrected to 1 - (1 - p)^k for the k rows that
 * its host has in the window: who has many entities has as many tries. Hands the rows of all lanes to run->alerting, in the order of
 * their windows. host[lane][entity] numbers the hosts, of which there are n; alerts[host], zeroed, gets the number of times that any of its alerts is
 * open: alerts that overlap or touch count once. */
enum odd_status oddi_hunt_alert(struct odd_run *run, const uint32_t *const *host, size_t n, uint64_t *alerts,
                                struct odd_error *err) ODD_MUST_CHECK;

#endif
