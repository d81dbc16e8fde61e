/* Scratch of one thread of a run: matrices and caches that are reused window after window. */
#ifndef ODDFLOW_RUN_WORKER_H
#define ODDFLOW_RUN_WORKER_H

#include "run/flow_decoder.h"
#include "run/muter.h"
#include "run/entity_row.h"

struct oddi_worker {
    const struct oddi_plan *plan;
    double *x, *z, *score; /* x, z: rows * d */
    int32_t *label;
    size_t cap_rows;
    double *location, *scale, *low, *high, *explain; /* d, d, d, d, 3 * d */
    void *detector;                                  /* state */
    size_t *order;                                   /* rows to write */
    size_t n_order, cap_order;
    struct oddi_place *places; /* where they came from: of all, or of one slice */
    size_t cap_places;
    struct oddi_reason *reasons; /* d */
    struct oddi_text_cache text;
    struct oddi_flow_decoder decoder;
    struct oddi_group_scratch group;
    struct oddi_entity_decoder entity;
    struct oddi_entity_said said;
    struct oddi_muter *muter; /* of its thread; NULL without rules */
};

#endif
