/*
 * Aggregates: what is said of a group of rows. Rows of a table, one file a family (feature_table.c).
 *
 * All groups of a window at once: an aggregate walks the columns of the window in segments. Nothing here knows
 * expressions or entities; a column is an array of numbers, truths, times or keys.
 */
#ifndef ODDFLOW_FEATURE_FEATURE_H
#define ODDFLOW_FEATURE_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/room.h"

/* Truths are 0 false, 1 unknown, 2 true, as everywhere (expr/expr.h). */
#define ODDI_IS_TRUE 2

/* Segments of rows: group g is members [off[g], off[g + 1]), in record order; member i is row row[i], or row i itself
 * where `row` is NULL. */
struct oddi_groups {
    size_t n;
    const uint32_t *off;
    const uint32_t *row;
};

/* Scratch of all aggregates; zero-initialised, one per thread. */
struct oddi_feature_scratch {
    struct oddi_room table, ids, counts, values, hll;
};
void oddi_feature_scratch_free(struct oddi_feature_scratch *s);

struct oddi_aggregate_args {
    struct oddi_groups groups;
    const void *x; /* per row: double, uint8_t truth or uint64_t key, as `args` says; NULL for count() */
    const uint8_t *where; /* per row; NULL = all rows. Only rows that are TRUE count */
    const int64_t *ts;    /* per row, for `needs_ts`; INT64_MIN = missing */
    double parameter;
    double seconds;  /* length of the window, NaN if unknown */
    void *out;       /* per group: double (NaN = null), or uint8_t truth */
    uint8_t *approx; /* per group, set to 1 where the value is an estimate; may be NULL */
    uint32_t
        *witness; /* min and max: per group the member index (not the row) that gave it, UINT32_MAX for none;
                          may be NULL */
    struct oddi_feature_scratch *scratch;
};

/* args: "" nothing, "n" a number, "b" a condition, "k" a key; "?" before a letter: it may be left out. */
struct oddi_aggregate {
    const char *name, *args;
    bool parameter; /* takes a literal number in [0, 1] as second argument */
    bool needs_ts;
    char result;                                       /* 'n' or 'b' */
    bool (*eval)(const struct oddi_aggregate_args *a); /* false when memory ends */
    const char *help;
};

struct oddi_aggregate_family {
    const struct oddi_aggregate *rows;
    size_t n;
};

/* Aggregate i of all families (NULL past the end), and the index of a name (UINT16_MAX: none). */
const struct oddi_aggregate *oddi_aggregate_at(size_t i);
uint16_t oddi_aggregate_find(const char *name, size_t n);

/* A group holds at most so many different values exactly; above it distinct() is an estimate (stats/hll.h). */
#define ODDI_DISTINCT_EXACT 65536u

#endif
