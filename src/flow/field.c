#include "flow/field.h"

#include <string.h>

#include "flow/name.h"

/*
 * The spellings of one field, the most telling first: if a file has two columns that spell the same field, the one
 * that stands higher here is the field and the other keeps its own name only. Sources: the tools' own manuals and
 * outputs (ra(1), CICFlowMeter, nfdump(1), the IANA IPFIX registry, Zeek's conn.log, Suricata's EVE, the Elastic
 * Common Schema, UniRec, GoFlow2, nProbe, nfstream, SiLK's rwcut(1)) and the published data sets (CTU-13, UNSW-NB15, UGR'16).
 */
static const struct oddi_spelling ts_start_names[] = {
    {"StartTime", "argus", 1},
    {"flow.start", "eve", 1},
    {"event.start", "ecs", 1},
    {"flowStartNanoseconds", "ipfix", 1},
    {"flowStartMicroseconds", "ipfix", 1},
    {"flowStartMilliseconds", "ipfix", 1},
    {"flowStartSeconds", "ipfix", 1},
    {"TIME_FIRST", "unirec", 1},
    {"time_flow_start_ns", "goflow2", 1},
    {"time_flow_start", "goflow2", 1},
    {"bidirectional_first_seen_ms", "nfstream", 1},
    {"Stime", "unsw-nb15", 1},
    {"firstSeen", "nfdump", 1},
    {"Date first seen", "nfdump", 1},
    {"t_first", "nfdump", 1},
    {"first", "nfdump", 1},
    {"ts", "zeek", 1}, /* also nfdump's csv and UGR'16 */
    {"@timestamp", "ecs", 1},
    {"Timestamp", "cicflowmeter", 1},
};

static const struct oddi_spelling ts_end_names[] = {
    {"LastTime", "argus", 1},
    {"flow.end", "eve", 1},
    {"event.end", "ecs", 1},
    {"flowEndNanoseconds", "ipfix", 1},
    {"flowEndMicroseconds", "ipfix", 1},
    {"flowEndMilliseconds", "ipfix", 1},
    {"flowEndSeconds", "ipfix", 1},
    {"TIME_LAST", "unirec", 1},
    {"time_flow_end_ns", "goflow2", 1},
    {"time_flow_end", "goflow2", 1},
    {"bidirectional_last_seen_ms", "nfstream", 1},
    {"Ltime", "unsw-nb15", 1},
    {"lastSeen", "nfdump", 1},
    {"Date last seen", "nfdump", 1},
    {"t_last", "nfdump", 1},
    {"last", "nfdump", 1},
    {"te", "nfdump", 1},
    {"EndTime", "argus", 1},
    {"eTime", "silk", 1},
};

static const struct oddi_spelling duration_names[] = {
    {"Dur", "argus", 1},
    {"event.duration", "ecs", 1e9},
    {"flowDurationMicroseconds", "ipfix", 1e6},
    {"flowDurationMilliseconds", "ipfix", 1e3}, /* also nProbe */
    {"Flow Duration", "cicflowmeter", 1e6},
    {"bidirectional_duration_ms", "nfstream", 1e3},
    {"td", "nfdump", 1},
    {"flow.age", "eve", 1},
};

static const struct oddi_spelling proto_names[] = {
    {"Protocol", "cicflowmeter", 1},
    {"protocolIdentifier", "ipfix", 1},
    {"network.transport", "ecs", 1},
    {"network.iana_number", "ecs", 1},
    {"pr", "nfdump", 1},
};

static const struct oddi_spelling src_ip_names[] = {
    {"SrcAddr", "argus", 1},
    {"id.orig_h", "zeek", 1},
    {"source.ip", "ecs", 1},
    {"source.address", "ecs", 1},
    {"sourceIPv4Address", "ipfix", 1},
    {"sourceIPv6Address", "ipfix", 1},
    {"src4_addr", "nfdump", 1},
    {"src6_addr", "nfdump", 1},
    {"sa", "nfdump", 1},
    {"Src IP Addr", "nfdump", 1},
    {"IPV4_SRC_ADDR", "nprobe", 1},
    {"IPV6_SRC_ADDR", "nprobe", 1},
    {"saddr", "argus", 1},
    {"sIP", "silk", 1},
};

static const struct oddi_spelling src_port_names[] = {
    {"Sport", "argus", 1},        {"id.orig_p", "zeek", 1},
    {"source.port", "ecs", 1},    {"sourceTransportPort", "ipfix", 1},
    {"sp", "nfdump", 1},          {"Src Pt", "nfdump", 1},
    {"L4_SRC_PORT", "nprobe", 1},
};

static const struct oddi_spelling dst_ip_names[] = {
    {"DstAddr", "argus", 1},
    {"id.resp_h", "zeek", 1},
    {"dest_ip", "eve", 1},
    {"destination.ip", "ecs", 1},
    {"destination.address", "ecs", 1},
    {"destinationIPv4Address", "ipfix", 1},
    {"destinationIPv6Address", "ipfix", 1},
    {"dst4_addr", "nfdump", 1},
    {"dst6_addr", "nfdump", 1},
    {"da", "nfdump", 1},
    {"Dst IP Addr", "nfdump", 1},
    {"IPV4_DST_ADDR", "nprobe", 1},
    {"IPV6_DST_ADDR", "nprobe", 1},
    {"daddr", "argus", 1},
    {"dIP", "silk", 1},
};

static const struct oddi_spelling dst_port_names[] = {
    {"Dport", "argus", 1},
    {"id.resp_p", "zeek", 1},
    {"dest_port", "eve", 1},
    {"destination.port", "ecs", 1},
    {"destinationTransportPort", "ipfix", 1},
    {"dsport", "unsw-nb15", 1},
    {"dp", "nfdump", 1},
    {"Dst Pt", "nfdump", 1},
    {"L4_DST_PORT", "nprobe", 1},
};

static const struct oddi_spelling src_bytes_names[] = {
    {"sbytes", "argus", 1}, /* also UNSW-NB15 */
    {"orig_bytes", "zeek", 1},
    {"orig_ip_bytes", "zeek", 1},
    {"flow.bytes_toserver", "eve", 1},
    {"bytes_toserver", "eve", 1},
    {"source.bytes", "ecs", 1},
    {"octetDeltaCount", "ipfix", 1},
    {"octetTotalCount", "ipfix", 1},
    {"in_bytes", "nfdump", 1}, /* also nProbe */
    {"ibyt", "nfdump", 1},
    {"Total Length of Fwd Packet", "cicflowmeter", 1},
    {"Total Length of Fwd Packets", "cicflowmeter", 1},
    {"TotLen Fwd Pkts", "cicflowmeter", 1},
    {"src2dst_bytes", "nfstream", 1},
};

static const struct oddi_spelling dst_bytes_names[] = {
    {"dbytes", "argus", 1},
    {"resp_bytes", "zeek", 1},
    {"resp_ip_bytes", "zeek", 1},
    {"flow.bytes_toclient", "eve", 1},
    {"bytes_toclient", "eve", 1},
    {"destination.bytes", "ecs", 1},
    {"reverseOctetDeltaCount", "ipfix", 1},
    {"reverseOctetTotalCount", "ipfix", 1},
    {"BYTES_REV", "unirec", 1},
    {"out_bytes", "nfdump", 1},
    {"obyt", "nfdump", 1},
    {"Total Length of Bwd Packet", "cicflowmeter", 1},
    {"Total Length of Bwd Packets", "cicflowmeter", 1},
    {"TotLen Bwd Pkts", "cicflowmeter", 1},
    {"dst2src_bytes", "nfstream", 1},
};

static const struct oddi_spelling bytes_names[] = {
    {"TotBytes", "argus", 1},
    {"network.bytes", "ecs", 1},
    {"byt", "ugr16", 1},
    {"bidirectional_bytes", "nfstream", 1},
};

static const struct oddi_spelling src_pkts_names[] = {
    {"spkts", "argus", 1},
    {"orig_pkts", "zeek", 1},
    {"flow.pkts_toserver", "eve", 1},
    {"pkts_toserver", "eve", 1},
    {"source.packets", "ecs", 1},
    {"packetDeltaCount", "ipfix", 1},
    {"packetTotalCount", "ipfix", 1},
    {"in_packets", "nfdump", 1},
    {"in_pkts", "nprobe", 1},
    {"ipkt", "nfdump", 1},
    {"Total Fwd Packet", "cicflowmeter", 1},
    {"Total Fwd Packets", "cicflowmeter", 1},
    {"Tot Fwd Pkts", "cicflowmeter", 1},
    {"src2dst_packets", "nfstream", 1},
};

static const struct oddi_spelling dst_pkts_names[] = {
    {"dpkts", "argus", 1},
    {"resp_pkts", "zeek", 1},
    {"flow.pkts_toclient", "eve", 1},
    {"pkts_toclient", "eve", 1},
    {"destination.packets", "ecs", 1},
    {"reversePacketDeltaCount", "ipfix", 1},
    {"reversePacketTotalCount", "ipfix", 1},
    {"PACKETS_REV", "unirec", 1},
    {"out_packets", "nfdump", 1},
    {"out_pkts", "nprobe", 1},
    {"opkt", "nfdump", 1},
    {"Total Bwd packets", "cicflowmeter", 1},
    {"Total Backward Packets", "cicflowmeter", 1},
    {"Tot Bwd Pkts", "cicflowmeter", 1},
    {"dst2src_packets", "nfstream", 1},
};

static const struct oddi_spelling pkts_names[] = {
    {"TotPkts", "argus", 1},
    {"packets", "goflow2", 1},
    {"network.packets", "ecs", 1},
    {"pkt", "ugr16", 1},
    {"bidirectional_packets", "nfstream", 1},
};

static const struct oddi_spelling state_names[] = {
    {"conn_state", "zeek", 1},
    {"flow.state", "eve", 1},
};

static const struct oddi_spelling dir_names[] = {
    {"network.direction", "ecs", 1},
};

static const struct oddi_spelling tcp_flags_names[] = {
    {"tcp.tcp_flags", "eve", 1},
    {"tcpControlBits", "ipfix", 1},
    {"flg", "nfdump", 1},
    {"flags", "silk", 1},
};

static const struct oddi_spelling src_tos_names[] = {
    {"sTos", "argus", 1},
    {"ipClassOfService", "ipfix", 1},
    {"ip_tos", "goflow2", 1},
    {"tos", "nfdump", 1},
};

static const struct oddi_spelling dst_tos_names[] = {
    {"dTos", "argus", 1},
    {"postIpClassOfService", "ipfix", 1},
};

static const struct oddi_spelling label_names[] = {
    {"type", "ugr16", 1},
    {"tags", "ecs", 1},
};

static const struct oddi_spelling exporter_names[] = {
    {"exporterIPv4Address", "ipfix", 1},
    {"exporterIPv6Address", "ipfix", 1},
    {"sampler_address", "goflow2", 1},
    {"observer.ip", "ecs", 1},
    {"ip4_router", "nfdump", 1},
    {"ip6_router", "nfdump", 1},
    {"ra", "nfdump", 1},
};

#define NAMES(array) array, sizeof array / sizeof array[0]

static const struct oddi_field_row rows[ODDI_N_FIELDS] = {
    {ODDI_TS_START, "ts_start", ODDI_TYPE_TIME, "", "start of the flow", NAMES(ts_start_names)},
    {ODDI_TS_END, "ts_end", ODDI_TYPE_TIME, "", "end of the flow", NAMES(ts_end_names)},
    {ODDI_DURATION, "duration", ODDI_TYPE_NUMBER, "s", "time from start to end", NAMES(duration_names)},
    {ODDI_PROTO, "proto", ODDI_TYPE_PROTO, "", "transport protocol, by name or IANA number",
     NAMES(proto_names)},
    {ODDI_SRC_IP, "src_ip", ODDI_TYPE_ADDR, "", "address of the initiator", NAMES(src_ip_names)},
    {ODDI_SRC_PORT, "src_port", ODDI_TYPE_PORT, "", "port of the initiator", NAMES(src_port_names)},
    {ODDI_DST_IP, "dst_ip", ODDI_TYPE_ADDR, "", "address of the responder", NAMES(dst_ip_names)},
    {ODDI_DST_PORT, "dst_port", ODDI_TYPE_PORT, "", "port of the responder", NAMES(dst_port_names)},
    {ODDI_SRC_BYTES, "src_bytes", ODDI_TYPE_NUMBER, "bytes", "bytes that the initiator sent",
     NAMES(src_bytes_names)},
    {ODDI_DST_BYTES, "dst_bytes", ODDI_TYPE_NUMBER, "bytes", "bytes that the responder sent",
     NAMES(dst_bytes_names)},
    {ODDI_BYTES, "bytes", ODDI_TYPE_NUMBER, "bytes", "bytes in both directions", NAMES(bytes_names)},
    {ODDI_SRC_PKTS, "src_pkts", ODDI_TYPE_NUMBER, "packets", "packets that the initiator sent",
     NAMES(src_pkts_names)},
    {ODDI_DST_PKTS, "dst_pkts", ODDI_TYPE_NUMBER, "packets", "packets that the responder sent",
     NAMES(dst_pkts_names)},
    {ODDI_PKTS, "pkts", ODDI_TYPE_NUMBER, "packets", "packets in both directions", NAMES(pkts_names)},
    {ODDI_STATE, "state", ODDI_TYPE_TEXT, "", "state of the connection, as the tool spells it",
     NAMES(state_names)},
    {ODDI_DIR, "dir", ODDI_TYPE_TEXT, "", "direction, as the tool spells it", NAMES(dir_names)},
    {ODDI_TCP_FLAGS, "tcp_flags", ODDI_TYPE_TEXT, "", "TCP flags seen, as the tool spells them",
     NAMES(tcp_flags_names)},
    {ODDI_SRC_TOS, "src_tos", ODDI_TYPE_NUMBER, "", "type-of-service byte of the initiator",
     NAMES(src_tos_names)},
    {ODDI_DST_TOS, "dst_tos", ODDI_TYPE_NUMBER, "", "type-of-service byte of the responder",
     NAMES(dst_tos_names)},
    {ODDI_LABEL, "label", ODDI_TYPE_TEXT, "", "ground truth in the input, never seen by a detector",
     NAMES(label_names)},
    {ODDI_EXPORTER, "exporter", ODDI_TYPE_ADDR, "", "address of the device that exported the record",
     NAMES(exporter_names)},
};

const struct oddi_field_row *oddi_field_row(enum oddi_field id)
{
    return &rows[id];
}

enum oddi_field oddi_field_find(const char *name, size_t n, double *divisor)
{
    struct oddi_name_match match = oddi_name_find(name, n);

    if (divisor)
        *divisor = match.divisor;
    return match.field;
}
