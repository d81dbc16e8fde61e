/*
 * How big flows are: packets, bytes a packet and duration of 26 kinds of flow.
 *
 * Fitted to the flows of CTU-13 scenario 6 by tests/unit/synth/fit_shapes.py: a row is a range of packets (and, where
 * a kind is frequent, of durations) with quantiles of what the real flows in it look like. Within a range the number
 * of packets is log-uniform. Weights are then tilted as little as need be for the quantiles of the whole traffic to be
 * the real ones.
 */
#ifndef ODDFLOW_SYNTH_SHAPE_H
#define ODDFLOW_SYNTH_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#define ODDI_SIZE_SEGMENTS 4
#define ODDI_TIME_SEGMENTS 6

struct oddi_shape_row {
    uint32_t weight; /* flows in ten million */
    uint32_t pkts_low, pkts_high;
    uint16_t per_packet[ODDI_SIZE_SEGMENTS + 1]; /* bytes a packet: quantiles .01 1/4 1/2 3/4 .99 */
    uint32_t duration[ODDI_TIME_SEGMENTS + 1];   /* microseconds: quantiles .01 1/6 ... 5/6 .99 */
};

enum oddi_shape_id {
    ODDI_SHAPE_ARP,
    ODDI_SHAPE_CUT,
    ODDI_SHAPE_CUT_ONE,
    ODDI_SHAPE_DNS,
    ODDI_SHAPE_DNS_EXT,
    ODDI_SHAPE_FROM_PROXY,
    ODDI_SHAPE_HTTPS,
    ODDI_SHAPE_ICMP_ECHO,
    ODDI_SHAPE_ICMP_ONE,
    ODDI_SHAPE_IGMP,
    ODDI_SHAPE_ND,
    ODDI_SHAPE_NORMAL_TCP,
    ODDI_SHAPE_NTP,
    ODDI_SHAPE_PROXY,
    ODDI_SHAPE_RTP,
    ODDI_SHAPE_SUPER_IN,
    ODDI_SHAPE_SUPER_OUT,
    ODDI_SHAPE_SUPER_TCP,
    ODDI_SHAPE_TCP_APP,
    ODDI_SHAPE_TCP_TRY,
    ODDI_SHAPE_UDP_EST,
    ODDI_SHAPE_UDP_GW,
    ODDI_SHAPE_UDP_TRY,
    ODDI_SHAPE_WEB,
    ODDI_SHAPE_WEB_GW,
    ODDI_SHAPE_WEB_IN,
    ODDI_N_SHAPES
};

struct oddi_shape {
    const struct oddi_shape_row *rows;
    size_t n;
};

/* Row i of the table, id < ODDI_N_SHAPES. */
const struct oddi_shape *oddi_shape(enum oddi_shape_id id);

#endif
