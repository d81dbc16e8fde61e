/*
 * An odd row decoded once more, with every field: what outputs show of it.
 */
#ifndef ODDFLOW_RUN_FLOW_DECODER_H
#define ODDFLOW_RUN_FLOW_DECODER_H

#include "flow/flow.h"
#include "read/source.h"

/* Batches by input, made when first needed. One per thread; zero-initialise. */
struct oddi_flow_decoder {
    struct oddi_decoder_slot *slots;
    size_t n_slots;
};

/* The flow in `text`, one record of source number `index` (of n_sources). Texts point into the record. A record that no
 * longer decodes gives a flow with nothing in it. */
enum odd_status oddi_flow_decode(struct oddi_flow_decoder *d, const struct oddi_source *source, size_t index,
                                 size_t n_sources, const struct oddi_block *text, struct oddi_flow *out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_flow_decoder_clear(struct oddi_flow_decoder *d);
/* A flow with nothing in it. */
void oddi_flow_empty(struct oddi_flow *f);

#endif
