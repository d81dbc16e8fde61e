/*
 * Kinds of ordinary traffic: who, which ports, protocol, states and label; the sizes come from a shape.
 */
#ifndef ODDFLOW_SYNTH_TRAFFIC_H
#define ODDFLOW_SYNTH_TRAFFIC_H

#include "synth/row.h"
#include "synth/shape.h"

enum oddi_host_kind {
    ODDI_HOST_FIXED, /* addr */
    ODDI_HOST_POOL,  /* pool */
    ODDI_HOST_FAR,   /* the other side of the campus border, seen from the source */
    ODDI_HOST_TEXT   /* text */
};

enum oddi_port_kind {
    ODDI_PORT_FIXED,  /* port */
    ODDI_PORT_CLIENT, /* ephemeral */
    ODDI_PORT_PEER,   /* always the same for a host */
    ODDI_PORT_HEX,    /* ODDI_HEX + port */
    ODDI_PORT_HEX_ANY,
    ODDI_PORT_NONE
};

/* One choice of host and port; weights of a list add up to any number. */
struct oddi_pick {
    uint16_t weight;
    uint8_t host; /* enum oddi_host_kind */
    uint8_t port_kind;
    uint32_t addr; /* FIXED; POOL: enum oddi_pool */
    uint16_t port;
    const char *text;
};

struct oddi_state {
    uint16_t weight;
    enum oddi_way way;
    struct oddi_word word;
};

#define ODDI_SHARE_SEGMENTS 4
struct oddi_traffic {
    enum oddi_shape_id shape;
    uint16_t part; /* of the shape's flows, per mille; adds up to 1000 over the kinds that share a shape */
    struct oddi_word proto, dir;
    const struct oddi_pick *src, *dst; /* ended by weight 0 */
    const struct oddi_state *states;   /* ended by weight 0 */
    const struct oddi_state
        *bare; /* instead, for flows without payload (fewer than 76 bytes a packet); or NULL */
    /* What the source sent: quantiles 0 1/4 1/2 3/4 1, per mille of the bytes or (src_bytes) in bytes. */
    uint16_t share[ODDI_SHARE_SEGMENTS + 1];
    bool src_bytes;
    struct oddi_label label;
};

/* Kind i; NULL past the end. At most ODDI_MAX_TRAFFIC kinds. */
#define ODDI_MAX_TRAFFIC 80
const struct oddi_traffic *oddi_traffic_at(size_t i);

#endif
