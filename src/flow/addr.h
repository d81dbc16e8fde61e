/* Addresses and protocol numbers as text and as values. */
#ifndef ODDFLOW_FLOW_ADDR_H
#define ODDFLOW_FLOW_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum oddi_addr_kind { ODDI_ADDR_NONE, ODDI_ADDR_V4, ODDI_ADDR_V6, ODDI_ADDR_MAC };

/* Network byte order; v4 in bytes[0..3], MAC in bytes[0..5], the rest zero. */
struct oddi_addr {
    uint8_t bytes[16];
    uint8_t kind;
};

#define ODDI_ADDR_TEXT_MAX 48
/* Dotted IPv4 (no leading zeros), IPv6 (RFC 4291, with "::" and a dotted tail; a %zone is dropped), MAC with ':' or
 * '-', or a bare decimal up to 2^32-1 (UGR'16 writes IPv4 so). Whole text or false. */
bool oddi_parse_addr(const char *s, size_t n, struct oddi_addr *out);
/* RFC 5952 spelling; "" for NONE. Returns the length. */
size_t oddi_format_addr(char *out, const struct oddi_addr *a);

/* Ports: decimal 0-65535, 0x hex up to 0xffff (Argus writes ICMP types so), or a float of integral value ("80.0",
 * a pandas round trip). Whole text or false. */
bool oddi_parse_port(const char *s, size_t n, uint32_t *out);

/* Protocols: 0-255 are IANA's numbers; names that Argus prints and IANA has no number for (arp, llc, man, rtp, ...)
 * have codes from 256 on; any other word of [a-z0-9/._+-] is ODDI_PROTO_OTHER. */
#define ODDI_PROTO_OTHER 511u
#define ODDI_PROTO_NONE  UINT32_MAX
bool oddi_parse_proto(const char *s, size_t n, uint32_t *out);
/* "tcp", "udp", ...; NULL if there is no name for the code. */
const char *oddi_proto_name(uint32_t proto);

#endif
