/*
 * Sorting doubles together with where they came from.
 *
 * Least-significant-digit radix sort on order-preserving integer keys (Knuth, The Art of Computer Programming 3,
 * 5.2.5), on as many high bits of the keys' range as tell most values apart; the few runs that they leave are
 * repaired. O(n) on any input, equal values included.
 */
#ifndef ODDFLOW_STATS_SORT_H
#define ODDFLOW_STATS_SORT_H

#include <stdint.h>

#include "oddflow/oddflow.h"
#include "stats/room.h"

/* Scratch, reused from call to call; zero-initialised. */
struct oddi_sort {
    struct oddi_room a, b, digits;
};

/* Stable ascending sort of n <= UINT32_MAX values (no NaN), `stride` doubles apart: value[i] is the i-th least and
 * row[i] its index in x; equal values (-0 equals 0, and is written as 0) keep the order of their indices. `value`
 * and `row` have room for n and overlap nothing. False when memory ends. */
bool oddi_sort_rows(struct oddi_sort *s, const double *x, size_t n, size_t stride, double *value,
                    uint32_t *row) ODD_MUST_CHECK;
void oddi_sort_free(struct oddi_sort *s);

#endif
