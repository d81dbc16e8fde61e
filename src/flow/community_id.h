/*
 * Community ID, version 1: the name under which Zeek, Suricata, Elastic and others know the same flow
 * (the Community ID flow hashing specification, published by Corelight).
 */
#ifndef ODDFLOW_FLOW_COMMUNITY_ID_H
#define ODDFLOW_FLOW_COMMUNITY_ID_H

#include "flow/flow.h"

#define ODDI_COMMUNITY_ID_MAX 30 /* "1:" and 28 characters; no NUL */

/* Writes it and returns its length; 0 where the flow has none: it needs two IP addresses of one version and a protocol
 * with an IANA number, of TCP, UDP and SCTP both ports, of ICMP type and code where the ports are (a port above 255 is
 * neither). */
size_t oddi_community_id(char out[ODDI_COMMUNITY_ID_MAX], const struct oddi_flow *f, uint16_t seed);

#endif
