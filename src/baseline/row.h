/*
 * The rows that one plan of a baseline learns from, and is asked about.
 *
 * A row is an entity in a window: its features, and the few things by which scopes tell rows apart. Everything here is plain
 * values, so that the same row gives the same answer on every machine.
 */
#ifndef ODDFLOW_BASELINE_ROW_H
#define ODDFLOW_BASELINE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr/expr.h"

/* As ODDI_EXPR_SERVICE has it: the row is of no one service. */
#define ODDI_NO_SERVICE UINT32_MAX

/* Dimensions that users add (baseline/scope_dims.h). */
#define ODDI_MAX_DIMS 4

struct oddi_row_key {
    uint64_t host;         /* key (oddi_key) of the address that is the row's host; 0: it is of no one host */
    uint64_t hash;         /* of the entity and the window, seeded: what samples are drawn by */
    int64_t start;         /* of the window, ns */
    struct oddi_addr addr; /* the host's; kind NONE without */
    uint32_t service;      /* oddi_key_service, or ODDI_NO_SERVICE */
    uint32_t flows;
    int32_t day;                 /* days since 1970-01-01 of the window's start, in the zone of the plan */
    uint8_t hour;                /* 0..23 of the window's start, in the zone of the plan */
    uint8_t weekday;             /* 0 = Monday .. 6 */
    uint64_t dim[ODDI_MAX_DIMS]; /* keys of its values in the plan's own dimensions; 0: none */
    uint64_t events;             /* of the calendar, that are on at its start (baseline/calendar.h) */
    bool known; /* its host was met on two other days of training: what is new to it says something */
};

/* Rows of one plan, in any order: x[i * d + j] is feature j of row i, as the plan's expression gives it (not scaled). */
struct oddi_rows_view {
    size_t n, d;
    const double *x;
    const struct oddi_row_key *key;
};

/* What a row is one observation of: rows of one unit on one day are alike, and are left out or taken together. The host, else the
 * service, else the entity itself. */
static inline uint64_t oddi_row_unit(const struct oddi_row_key *k)
{
    if (k->host)
        return k->host;
    return k->service != ODDI_NO_SERVICE ? (uint64_t)k->service + 1 : k->hash;
}

/* A hash of the unit and the day. */
static inline uint64_t oddi_row_group(const struct oddi_row_key *k)
{
    uint64_t z = (oddi_row_unit(k) ^ 0x6f6464666c6f7721u) + (uint64_t)(int64_t)k->day * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The half a row belongs to, by unit and day, never by row: 0 = scopes are searched in it, 1 = the models of scopes that were
 * found so are calibrated on it. */
static inline unsigned oddi_row_half(const struct oddi_row_key *k)
{
    return (unsigned)(oddi_row_group(k) >> 63);
}

#endif
