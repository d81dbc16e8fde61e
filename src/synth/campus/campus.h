/*
 * Weeks of a made-up campus in binetflow, with labelled attacks: offices, student housing, servers and wireless, whose
 * hosts keep their habits from day to day. For testing what learns a normal (docs/campus.md says what is in it).
 *
 * The same options give the same bytes on every machine and build. Each day is made from the seed and its number, so
 * memory does not grow with the days, and the ordinary rows are the same whatever attacks and games are asked for.
 */
#ifndef ODDFLOW_SYNTH_CAMPUS_CAMPUS_H
#define ODDFLOW_SYNTH_CAMPUS_CAMPUS_H

#include "base/error.h"

#define ODDI_CAMPUS_MAX_DAYS    3660
#define ODDI_CAMPUS_MAX_PER_DAY 50

struct oddi_campus_options {
    uint64_t seed;
    int64_t start;         /* ns since the epoch, a midnight of UTC */
    uint32_t days;         /* 1 to ODDI_CAMPUS_MAX_DAYS */
    uint32_t game_from;    /* first day (from 0) of the nightly game; at least `days`: never */
    uint32_t attacks_from; /* first day with attacks */
    uint32_t per_day;      /* attacks a day, at most ODDI_CAMPUS_MAX_PER_DAY */
    bool header;
};

/* ODD_ERR_USAGE for a start that is no midnight or an end after the year 2262. */
enum odd_status oddi_campus(const struct oddi_campus_options *options, odd_write_fn write, void *ctx,
                            struct odd_error *err) ODD_MUST_CHECK;

#endif
