/*
 * Who an entity is: the values of its keys as text, read again from its first record.
 *
 * Only entities that are shown are read again, so that a window holds keys of 8 bytes and no texts.
 */
#ifndef ODDFLOW_RUN_ENTITY_H
#define ODDFLOW_RUN_ENTITY_H

#include "read/source.h"
#include "run/by.h"

struct oddi_entity_slot;

/* One per thread; zero-initialised. */
struct oddi_entity_decoder {
    struct oddi_evaluator *evaluator, **witness; /* of the keys; per feature, of what its witness is asked */
    struct oddi_entity_slot *slots;              /* per source */
    size_t n_slots, n_features;
    bool known; /* the record last asked for its keys decoded */
};

#define ODDI_ENTITY_VALUE_MAX 160

/* Texts of the n_keys keys of the record at `text`, from that end of the flow which is the entity with this key; each a NUL-terminated string of at most ODDI_ENTITY_VALUE_MAX - 1
 * bytes at values + i * ODDI_ENTITY_VALUE_MAX. */
enum odd_status oddi_entity_values(struct oddi_entity_decoder *d, const struct oddi_by *by,
                                   const struct oddi_source *source, size_t index, size_t n_sources,
                                   const struct oddi_block *text, uint64_t key, char *values,
                                   struct odd_error *err) ODD_MUST_CHECK;
/* After oddi_entity_values: the key (oddi_key) of the first value that is an address, 0 if there is none. */
uint64_t oddi_entity_host(const struct oddi_entity_decoder *d, const struct oddi_by *by);
/* What scopes tell entities apart by. */
struct oddi_entity_who {
    uint64_t host;         /* oddi_entity_host */
    struct oddi_addr addr; /* that address; kind NONE without */
    uint32_t service;      /* as ODDI_EXPR_SERVICE of the first key that is a service; UINT32_MAX without */
};
/* After oddi_entity_values. */
void oddi_entity_who(const struct oddi_entity_decoder *d, const struct oddi_by *by,
                     struct oddi_entity_who *out);
/* Of a record of the entity with this key, the value of feature j's witness key ("tcp/25"), the same way; "" if the feature has none. */
enum odd_status oddi_entity_witness(struct oddi_entity_decoder *d, const struct oddi_by *by, size_t j,
                                    const struct oddi_source *source, size_t index, size_t n_sources,
                                    const struct oddi_block *text, uint64_t key, char *value,
                                    struct odd_error *err) ODD_MUST_CHECK;
void oddi_entity_decoder_clear(struct oddi_entity_decoder *d);

#endif
