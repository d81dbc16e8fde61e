#include "synth/traffic.h"

#include "synth/host.h"

#define AT(weight, addr, kind, port)                                                                         \
    {                                                                                                        \
        weight, ODDI_HOST_FIXED, ODDI_PORT_##kind, addr, port, NULL                                          \
    }
#define POOL(weight, pool, kind, port)                                                                       \
    {                                                                                                        \
        weight, ODDI_HOST_POOL, ODDI_PORT_##kind, ODDI_POOL_##pool, port, NULL                               \
    }
#define FAR(weight, kind, port)                                                                              \
    {                                                                                                        \
        weight, ODDI_HOST_FAR, ODDI_PORT_##kind, 0, port, NULL                                               \
    }
#define TEXT(weight, text, kind, port)                                                                       \
    {                                                                                                        \
        weight, ODDI_HOST_TEXT, ODDI_PORT_##kind, 0, port, text                                              \
    }
#define LIST(name) static const struct oddi_pick name[]
#define END                                                                                                  \
    {                                                                                                        \
        0, 0, 0, 0, 0, NULL                                                                                  \
    }
#define STATES(name) static const struct oddi_state name[]
#define BOTH(weight, text)                                                                                   \
    {                                                                                                        \
        weight, ODDI_BOTH_WAYS, ODDI_WORD(text)                                                              \
    }
#define ONE(weight, text)                                                                                    \
    {                                                                                                        \
        weight, ODDI_ONE_WAY, ODDI_WORD(text)                                                                \
    }
#define REPLY(weight, text)                                                                                  \
    {                                                                                                        \
        weight, ODDI_REPLY_ONLY, ODDI_WORD(text)                                                             \
    }
#define NO_TOS(weight, text)                                                                                 \
    {                                                                                                        \
        weight, ODDI_NO_TOS, ODDI_WORD(text)                                                                 \
    }
#define LAST                                                                                                 \
    {                                                                                                        \
        0, ODDI_BOTH_WAYS, ODDI_WORD("")                                                                     \
    }
#define CAMPUS_HOST(c, d) ODDI_IP(147, 32, c, d)

/* ---- Hosts and ports ---- */

LIST(local_client) = {POOL(1, LOCAL, CLIENT, 0), END};
LIST(local_web) = {AT(90, CAMPUS_HOST(86, 20), CLIENT, 0), AT(50, CAMPUS_HOST(85, 60), CLIENT, 0),
                   AT(50, CAMPUS_HOST(84, 132), CLIENT, 0), POOL(810, LOCAL, CLIENT, 0), END};
LIST(gateway) = {AT(1, ODDI_IP_GATEWAY, CLIENT, 0), END};
LIST(grill) = {AT(1, ODDI_IP_GRILL, CLIENT, 0), END};
LIST(jist) = {AT(1, ODDI_IP_JIST, CLIENT, 0), END};
LIST(stribrek) = {AT(1, ODDI_IP_STRIBREK, CLIENT, 0), END};
LIST(proxy_client) = {AT(1, ODDI_IP_PROXY, CLIENT, 0), END};
LIST(world_client) = {POOL(1, PEERS, CLIENT, 0), END};
LIST(web_80) = {POOL(1, WEB, FIXED, 80), END};
LIST(web_443) = {POOL(1, WEB, FIXED, 443), END};
LIST(google_80) = {AT(3, ODDI_IP(209, 85, 149, 132), FIXED, 80), AT(2, ODDI_IP(74, 125, 232, 199), FIXED, 80),
                   AT(2, ODDI_IP(209, 85, 148, 106), FIXED, 80), AT(1, ODDI_IP(74, 125, 232, 223), FIXED, 80),
                   END};
LIST(google_443) = {AT(3, ODDI_IP(209, 85, 149, 189), FIXED, 443),
                    AT(2, ODDI_IP(74, 125, 232, 213), FIXED, 443),
                    AT(2, ODDI_IP(209, 85, 148, 104), FIXED, 443), END};
LIST(gateway_targets) = {POOL(830, WEB, FIXED, 80),
                         POOL(140, WEB, FIXED, 443),
                         POOL(10, WEB, FIXED, 993),
                         POOL(10, PEERS, PEER, 0),
                         POOL(5, WEB, FIXED, 5222),
                         POOL(5, WEB, FIXED, 110),
                         END};

LIST(dns_clients) = {AT(396, ODDI_IP_RESOLVER, CLIENT, 0),
                     AT(210, ODDI_IP_GATEWAY, CLIENT, 0),
                     AT(66, CAMPUS_HOST(85, 25), CLIENT, 0),
                     AT(42, CAMPUS_HOST(85, 34), CLIENT, 0),
                     AT(23, CAMPUS_HOST(85, 7), CLIENT, 0),
                     AT(20, CAMPUS_HOST(86, 20), CLIENT, 0),
                     POOL(243, LOCAL, CLIENT, 0),
                     END};
LIST(dns_server) = {AT(993, ODDI_IP_DNS, FIXED, 53), AT(7, ODDI_IP(147, 32, 1, 20), FIXED, 53), END};
LIST(dns_ext_clients) = {AT(94, CAMPUS_HOST(84, 132), CLIENT, 0), POOL(6, LOCAL, CLIENT, 0), END};
LIST(dns_google) = {AT(1, ODDI_IP(8, 8, 8, 8), FIXED, 53), END};
LIST(dns_campus_2) = {AT(1, CAMPUS_HOST(80, 105), FIXED, 53), END};

LIST(supernode) = {AT(1, ODDI_IP_SUPER, FIXED, 13363), END};
LIST(supernode_tcp) = {AT(54, ODDI_IP_SUPER, FIXED, 13363), AT(30, ODDI_IP_SUPER, FIXED, 443),
                       AT(16, ODDI_IP_SUPER, FIXED, 80), END};
LIST(peers) = {POOL(1, PEERS, PEER, 0), END};
LIST(far_peers) = {FAR(1, PEER, 0), END};
LIST(p2p_hosts) = {AT(20, ODDI_IP_P2P, FIXED, 7103), AT(18, ODDI_IP_SUPER, FIXED, 443),
                   POOL(40, LOCAL, PEER, 0), POOL(22, PEERS, PEER, 0), END};
LIST(p2p_tries) = {AT(41, ODDI_IP_P2P, FIXED, 7103), AT(34, ODDI_IP_SUPER, FIXED, 13363),
                   POOL(10, LOCAL, PEER, 0), POOL(15, PEERS, PEER, 0), END};
LIST(gateway_udp) = {AT(18, ODDI_IP_GATEWAY, FIXED, 7525),
                     AT(13, ODDI_IP_GATEWAY, FIXED, 15675),
                     AT(11, ODDI_IP_GATEWAY, FIXED, 60276),
                     AT(9, ODDI_IP_GATEWAY, FIXED, 22975),
                     AT(7, ODDI_IP_GATEWAY, FIXED, 7674),
                     AT(42, ODDI_IP_GATEWAY, CLIENT, 0),
                     END};
LIST(gateway_peers) = {POOL(7, WEB, FIXED, 50012), POOL(11, WEB, FIXED, 52012), POOL(82, PEERS, PEER, 0),
                       END};
LIST(snmp_poller) = {AT(1, CAMPUS_HOST(87, 48), CLIENT, 0), END};
LIST(snmp_agents) = {POOL(1, ROUTERS, FIXED, 161), END};
LIST(netbios) = {AT(2, ODDI_IP(192, 168, 88, 79), FIXED, 137), AT(2, ODDI_IP(192, 168, 88, 146), FIXED, 137),
                 AT(1, ODDI_IP(192, 168, 88, 36), FIXED, 137), END};
LIST(netbios_broadcast) = {AT(1, ODDI_IP(192, 168, 95, 255), FIXED, 137), END};
LIST(multicast) = {AT(6, ODDI_IP(239, 255, 255, 250), FIXED, 1900),
                   AT(4, ODDI_IP(239, 255, 255, 253), FIXED, 427), END};
LIST(local_ntp) = {POOL(1, LOCAL, FIXED, 123), END};
LIST(ntp_servers) = {AT(4, ODDI_IP(147, 32, 3, 51), FIXED, 123), POOL(6, WEB, FIXED, 123), END};

LIST(campus_web) = {AT(29, CAMPUS_HOST(84, 2), FIXED, 80),
                    AT(9, CAMPUS_HOST(84, 130), FIXED, 80),
                    AT(8, CAMPUS_HOST(87, 27), FIXED, 80),
                    AT(6, CAMPUS_HOST(86, 92), FIXED, 80),
                    POOL(34, SERVERS, FIXED, 80),
                    POOL(14, SERVERS, FIXED, 443),
                    END};
LIST(crawlers) = {AT(12, ODDI_IP(66, 249, 66, 10), CLIENT, 0),
                  AT(6, ODDI_IP(67, 195, 111, 228), CLIENT, 0),
                  AT(5, ODDI_IP(66, 249, 72, 237), CLIENT, 0),
                  POOL(67, PEERS, CLIENT, 0),
                  POOL(10, WEB, CLIENT, 0),
                  END};
LIST(webserver) = {AT(1, ODDI_IP_WEB, FIXED, 80), END};
LIST(proxy_users) = {AT(29, CAMPUS_HOST(85, 88), CLIENT, 0), AT(27, ODDI_IP_GATEWAY, CLIENT, 0),
                     AT(9, CAMPUS_HOST(86, 24), CLIENT, 0), POOL(35, LOCAL, CLIENT, 0), END};
LIST(proxy_ports) = {AT(80, ODDI_IP_PROXY, FIXED, 80), AT(20, ODDI_IP_PROXY, FIXED, 3128), END};
LIST(proxy_targets) = {AT(50, CAMPUS_HOST(84, 4), FIXED, 80),
                       AT(10, CAMPUS_HOST(84, 19), FIXED, 80),
                       AT(10, CAMPUS_HOST(87, 54), FIXED, 8081),
                       AT(9, CAMPUS_HOST(84, 2), FIXED, 443),
                       POOL(21, SERVERS, FIXED, 80),
                       END};

LIST(ftp_host) = {AT(1, ODDI_IP_FTP, CLIENT, 0), END};
LIST(ftp_data) = {AT(1, ODDI_IP(147, 32, 127, 222), CLIENT, 0), END};
LIST(ftp_control) = {AT(1, ODDI_IP(147, 32, 127, 222), FIXED, 21), END};
LIST(mail_servers) = {POOL(49, WEB, FIXED, 993), POOL(42, WEB, FIXED, 110), POOL(23, WEB, FIXED, 995), END};
LIST(smtp_servers) = {POOL(1, WEB, FIXED, 25), END};
LIST(rdp_servers) = {POOL(1, SERVERS, FIXED, 3389), END};
LIST(ssh_servers) = {POOL(15, SERVERS, FIXED, 22), POOL(35, SERVERS, FIXED, 2222), END};
LIST(service_ports) = {POOL(55, SERVERS, FIXED, 8009), POOL(31, SERVERS, FIXED, 12489),
                       POOL(28, SERVERS, FIXED, 8080), POOL(21, SERVERS, FIXED, 5938), END};
LIST(any_clients) = {POOL(6, LOCAL, CLIENT, 0), POOL(4, PEERS, CLIENT, 0), END};

LIST(tcp_tries) = {AT(12, CAMPUS_HOST(86, 189), CLIENT, 0),
                   AT(6, CAMPUS_HOST(85, 74), CLIENT, 0),
                   AT(3, CAMPUS_HOST(84, 215), CLIENT, 0),
                   POOL(44, LOCAL, CLIENT, 0),
                   POOL(35, PEERS, CLIENT, 0),
                   END};
LIST(tried_ports) = {
    FAR(20, FIXED, 80), FAR(12, FIXED, 443), FAR(9, FIXED, 6889), FAR(8, FIXED, 3126), FAR(7, FIXED, 139),
    FAR(6, FIXED, 445), FAR(5, FIXED, 25),   FAR(4, FIXED, 3389), FAR(29, PEER, 0),    END};
LIST(gateway_tries) = {AT(30, ODDI_IP(194, 108, 204, 19), FIXED, 9100),
                       AT(25, ODDI_IP(192, 168, 182, 1), FIXED, 139),
                       AT(20, ODDI_IP(192, 168, 137, 1), FIXED, 445), POOL(25, WEB, FIXED, 80), END};
LIST(cut_hosts) = {AT(13, ODDI_IP_SUPER, FIXED, 13363),
                   POOL(14, WEB, FIXED, 80),
                   POOL(6, WEB, FIXED, 443),
                   POOL(4, WEB, FIXED, 993),
                   POOL(43, LOCAL, CLIENT, 0),
                   POOL(20, PEERS, PEER, 0),
                   END};
LIST(cut_far) = {FAR(17, FIXED, 80),  FAR(10, FIXED, 443), FAR(6, FIXED, 993),
                 FAR(3, FIXED, 5938), FAR(64, CLIENT, 0),  END};
LIST(cut_one_hosts) = {AT(45, ODDI_IP(199, 59, 164, 114), FIXED, 80),
                       AT(5, CAMPUS_HOST(87, 4), FIXED, 524),
                       AT(4, CAMPUS_HOST(87, 5), FIXED, 524),
                       AT(4, CAMPUS_HOST(87, 2), FIXED, 445),
                       POOL(27, LOCAL, CLIENT, 0),
                       POOL(15, WEB, FIXED, 80),
                       END};
LIST(far_client) = {FAR(1, CLIENT, 0), END};

LIST(icmp_303) = {AT(36, CAMPUS_HOST(85, 123), HEX, 0x0303), POOL(30, LOCAL, HEX, 0x0303),
                  POOL(34, PEERS, HEX, 0x0303), END};
LIST(icmp_gateway) = {AT(1, ODDI_IP_GATEWAY, HEX, 0x0303), END};
LIST(icmp_dns) = {AT(1, ODDI_IP_DNS, HEX_ANY, 0), END};
LIST(icmp_103) = {POOL(1, PEERS, HEX, 0x0103), END};
LIST(icmp_105) = {AT(1, CAMPUS_HOST(87, 1), HEX, 0x0105), END};
LIST(icmp_echo) = {POOL(1, LOCAL, HEX, 0x0008), END};
LIST(icmp_d03) = {POOL(1, PEERS, HEX, 0x0d03), END};
LIST(icmp_b) = {POOL(1, PEERS, HEX, 0x000b), END};
LIST(icmp_far) = {FAR(3, HEX, 0xf735), FAR(1, HEX, 0x9320), FAR(10, HEX_ANY, 0), END};
LIST(icmp_victims) = {AT(2, ODDI_IP_SUPER, HEX, 0x9320), AT(2, ODDI_IP_P2P, HEX, 0xbf1b),
                      POOL(6, LOCAL, HEX_ANY, 0), END};
LIST(icmp_local) = {POOL(1, LOCAL, NONE, 0), END};
LIST(icmp_monitor) = {AT(55, CAMPUS_HOST(87, 249), NONE, 0), AT(41, CAMPUS_HOST(86, 96), NONE, 0),
                      POOL(4, LOCAL, NONE, 0), END};
LIST(icmp_monitored) = {POOL(58, ROUTERS, HEX, 0x0002), POOL(7, ROUTERS, HEX, 0x0004),
                        POOL(35, ROUTERS, HEX_ANY, 0), END};
LIST(echo_targets) = {POOL(1, LOCAL, HEX_ANY, 0), END};
LIST(world_echo) = {POOL(1, PEERS, HEX, 0x0008), END};
LIST(routers) = {POOL(1, ROUTERS, NONE, 0), END};
LIST(igmp_groups) = {AT(1, ODDI_IP(224, 0, 0, 1), NONE, 0),       AT(1, ODDI_IP(224, 0, 1, 22), NONE, 0),
                     AT(1, ODDI_IP(224, 0, 1, 35), NONE, 0),      AT(1, ODDI_IP(239, 255, 255, 250), NONE, 0),
                     AT(1, ODDI_IP(239, 255, 255, 253), NONE, 0), END};
LIST(nd_hosts) = {TEXT(3, "fe80::7272:cfff:fe1b:d243", FIXED, 135),
                  TEXT(2, "fe80::5054:ff:fe89:354", FIXED, 135),
                  TEXT(2, "2001:718:2:1612:0:1:0:260", FIXED, 135), END};
LIST(nd_groups) = {TEXT(4, "ff02::1:ff1b:d243", NONE, 0), TEXT(1, "ff02::1:ff54:a620", NONE, 0), END};

/* ---- States ---- */

STATES(con) = {BOTH(1, "CON"), LAST};
STATES(udp_try) = {ONE(99, "INT"), ONE(1, "REQ"), LAST};
STATES(igmp) = {ONE(1, "INT"), LAST};
STATES(arp) = {NO_TOS(47, "INT"), NO_TOS(37, "CON"), NO_TOS(16, "RSP"), LAST};
STATES(nns) = {ONE(1, "NNS"), LAST};
STATES(web_full) = {BOTH(680, "FSPA_FSPA"),
                    BOTH(136, "SRPA_FSPA"),
                    BOTH(55, "FSRPA_FSPA"),
                    BOTH(46, "FSPA_FSRPA"),
                    BOTH(28, "SRPA_SPA"),
                    BOTH(11, "SPA_SRPA"),
                    BOTH(8, "FSRPA_SPA"),
                    BOTH(7, "FSPA_FSA"),
                    BOTH(5, "SPA_FSPA"),
                    BOTH(5, "SRPA_FSA"),
                    BOTH(4, "SPA_FSRPA"),
                    REPLY(4, "_FSPA"),
                    LAST};
STATES(tcp_bare) = {BOTH(860, "FSA_FSA"),
                    BOTH(40, "SA_SRA"),
                    BOTH(35, "FSA_SRA"),
                    BOTH(33, "FSA_FSRA"),
                    BOTH(20, "SR_SA"),
                    BOTH(12, "FSRA_SA"),
                    LAST};
STATES(gateway_full) = {BOTH(590, "FSPA_FSPA"), BOTH(247, "SRPA_FSPA"), BOTH(40, "FSRPA_FSPA"),
                        BOTH(30, "SRPA_SPA"),   BOTH(23, "FSPA_FSRPA"), BOTH(23, "SPA_SRPA"),
                        BOTH(15, "SPA_FSPA"),   BOTH(8, "FSPA_FSA"),    LAST};
STATES(proxy_full) = {
    BOTH(900, "FSPA_FSPA"), BOTH(28, "FSA_FSA"),  BOTH(22, "SRPA_SPA"), BOTH(12, "SRPA_FSPA"),
    BOTH(11, "FSPA_FSRPA"), BOTH(6, "SPA_FSRPA"), BOTH(6, "SPA_FSPA"),  LAST};
STATES(app_full) = {BOTH(381, "FSPA_FSPA"),  BOTH(200, "FSA_FSPA"),
                    BOTH(132, "FSRPA_FSPA"), REPLY(84, "_FSPA"),
                    BOTH(55, "SRPA_SPA"),    BOTH(54, "SRPA_FSPA"),
                    BOTH(39, "FSPA_SRPA"),   BOTH(38, "FSPA_FSRPA"),
                    BOTH(18, "SPA_SPA"),     LAST};
STATES(ftp_full) = {BOTH(73, "FSA_FSPA"), REPLY(27, "_FSPA"), LAST};
STATES(super_full) = {BOTH(35, "FSPA_FSPA"), BOTH(14, "FSRPA_FSPA"), BOTH(10, "SPA_SPA"), BOTH(8, "SR_SA"),
                      BOTH(5, "SRPA_SPA"),   BOTH(4, "SRA_SA"),      BOTH(4, "SPA_FSPA"), LAST};
STATES(unanswered) = {ONE(77, "S_"), BOTH(23, "S_RA"), LAST};
STATES(unfinished) = {BOTH(45, "S_SA"), ONE(39, "SA_"), BOTH(16, "SA_R"), LAST};
STATES(gateway_unanswered) = {ONE(1, "S_"), LAST};
STATES(cut_full) = {BOTH(665, "PA_PA"), BOTH(146, "FPA_FPA"), BOTH(22, "FPA_FRPA"), BOTH(20, "RPA_PA"),
                    BOTH(17, "FPA_FA"), BOTH(15, "A_PA"),     BOTH(14, "PA_A"),     LAST};
STATES(cut_bare) = {BOTH(26, "FA_FA"),
                    BOTH(15, "A_R"),
                    BOTH(10, "PA_PA"),
                    BOTH(6, "FPA_FPA"),
                    BOTH(4, "FA_R"),
                    BOTH(3, "A_RA"),
                    LAST};
STATES(cut_one) = {ONE(52, "A_"), ONE(20, "RA_"), ONE(9, "FRA_"), ONE(7, "FA_"),
                   ONE(5, "PA_"), ONE(5, "R_"),   ONE(2, "FPA_"), LAST};
STATES(urp) = {ONE(1, "URP"), LAST};
STATES(urh) = {ONE(1, "URH"), LAST};
STATES(red) = {ONE(1, "RED"), LAST};
STATES(eco) = {ONE(1, "ECO"), LAST};
STATES(urfil) = {ONE(1, "URFIL"), LAST};
STATES(txd) = {ONE(1, "TXD"), LAST};
STATES(echo_reply) = {REPLY(56, "ECR"), REPLY(31, "RED"), LAST};
STATES(echo) = {BOTH(1, "ECO"), LAST};

/* ---- The kinds ---- */

#define KIND(shape_, part_, proto_, dir_, src_, dst_, states_, bare_, absolute_, label_, ...)                \
    {                                                                                                        \
        .shape = ODDI_SHAPE_##shape_, .part = part_, .proto = ODDI_WORD(proto_), .dir = ODDI_WORD(dir_),     \
        .src = src_, .dst = dst_, .states = states_, .bare = bare_, .src_bytes = absolute_,                  \
        .label = ODDI_LABEL("flow=" label_), .share = {__VA_ARGS__},                                         \
    }
#define TWO    "  <->"
#define TO     "   ->"
#define CUT    "  <?>"
#define ALL    1000, 1000, 1000, 1000, 1000
#define NORMAL "From-Normal-V47-"

static const struct oddi_traffic kinds[] = {
    KIND(DNS, 985, "udp", TWO, dns_clients, dns_server, con, NULL, true, "To-Background-UDP-CVUT-DNS-Server",
         62, 74, 77, 81, 90),
    KIND(DNS, 11, "udp", TWO, stribrek, dns_server, con, NULL, true, NORMAL "Stribrek", 62, 72, 74, 80, 97),
    KIND(DNS, 2, "udp", TWO, grill, dns_server, con, NULL, true, NORMAL "Grill", 62, 72, 75, 83, 97),
    KIND(DNS, 2, "udp", TWO, jist, dns_server, con, NULL, true, NORMAL "Jist", 62, 72, 77, 83, 97),
    KIND(DNS_EXT, 820, "udp", TWO, dns_ext_clients, dns_google, con, NULL, true, "Background-UDP-Established",
         64, 71, 74, 76, 87),
    KIND(DNS_EXT, 180, "udp", TWO, gateway, dns_campus_2, con, NULL, true,
         "Background-Established-cmpgw-CVUT", 64, 71, 74, 76, 87),
    KIND(SUPER_IN, 1000, "udp", TWO, peers, supernode, con, NULL, false, "Background-UDP-Established", 60,
         330, 555, 740, 980),
    KIND(SUPER_OUT, 1000, "udp", TWO, supernode, peers, con, NULL, false, "Background-UDP-Established", 11,
         320, 554, 736, 980),
    KIND(RTP, 310, "rtp", TWO, peers, supernode, con, NULL, false, "Background-UDP-Established", 60, 100, 400,
         800, 950),
    KIND(RTP, 310, "rtp", TWO, supernode, peers, con, NULL, false, "Background-UDP-Established", 60, 100, 400,
         800, 950),
    KIND(RTP, 380, "rtcp", TWO, peers, supernode, con, NULL, false, "Background-UDP-Established", 100, 300,
         550, 740, 950),
    KIND(UDP_EST, 1000, "udp", TWO, p2p_hosts, far_peers, con, NULL, false, "Background-UDP-Established", 5,
         300, 470, 560, 990),
    KIND(UDP_GW, 1000, "udp", TWO, gateway_udp, gateway_peers, con, NULL, false,
         "Background-Established-cmpgw-CVUT", 40, 540, 556, 600, 970),
    KIND(UDP_TRY, 740, "udp", TO, p2p_tries, far_peers, udp_try, NULL, false, "Background-UDP-Attempt", ALL),
    KIND(UDP_TRY, 90, "udp", TO, gateway_udp, gateway_peers, udp_try, NULL, false,
         "Background-Attempt-cmpgw-CVUT", ALL),
    KIND(UDP_TRY, 55, "udp", TO, snmp_poller, snmp_agents, udp_try, NULL, false, "Background-UDP-Attempt",
         ALL),
    KIND(UDP_TRY, 60, "udp", TO, netbios, netbios_broadcast, udp_try, NULL, false, "Background-UDP-Attempt",
         ALL),
    KIND(UDP_TRY, 55, "udp", TO, local_client, multicast, udp_try, NULL, false, "Background-UDP-Attempt",
         ALL),
    KIND(NTP, 1000, "udp", TWO, local_ntp, ntp_servers, con, NULL, false, "Background-UDP-NTP-Established-1",
         490, 500, 500, 500, 520),

    KIND(WEB, 919, "tcp", TO, local_web, web_80, web_full, tcp_bare, false, "Background-TCP-Established", 10,
         80, 240, 500, 700),
    KIND(WEB, 31, "tcp", TO, local_client, google_80, web_full, tcp_bare, false,
         "Background-google-analytics2", 20, 90, 260, 520, 700),
    KIND(WEB, 27, "tcp", TO, local_client, google_80, web_full, tcp_bare, false,
         "Background-google-analytics8", 20, 90, 260, 520, 700),
    KIND(WEB, 23, "tcp", TO, local_client, google_80, web_full, tcp_bare, false,
         "Background-google-analytics12", 20, 90, 260, 520, 700),
    KIND(HTTPS, 830, "tcp", TO, local_client, web_443, web_full, tcp_bare, false,
         "Background-TCP-Established", 20, 110, 220, 320, 800),
    KIND(HTTPS, 100, "tcp", TO, local_client, google_443, web_full, tcp_bare, false,
         "Background-google-analytics5", 20, 110, 220, 320, 800),
    KIND(HTTPS, 40, "tcp", TO, local_client, google_443, web_full, tcp_bare, false,
         "Background-google-webmail", 20, 110, 220, 320, 800),
    KIND(HTTPS, 30, "tcp", TO, local_client, google_443, web_full, tcp_bare, false, "Background-ajax.google",
         20, 110, 220, 320, 800),
    KIND(WEB_IN, 892, "tcp", TO, crawlers, campus_web, web_full, tcp_bare, false,
         "Background-TCP-Established", 10, 40, 90, 190, 700),
    KIND(WEB_IN, 108, "tcp", TO, crawlers, webserver, web_full, tcp_bare, false,
         "To-Background-CVUT-WebServer", 10, 60, 110, 250, 700),
    KIND(WEB_GW, 1000, "tcp", TO, gateway, gateway_targets, gateway_full, tcp_bare, false,
         "Background-Established-cmpgw-CVUT", 10, 90, 243, 456, 900),
    KIND(PROXY, 1000, "tcp", TO, proxy_users, proxy_ports, proxy_full, tcp_bare, false,
         "To-Background-CVUT-Proxy", 20, 110, 200, 350, 800),
    KIND(FROM_PROXY, 1000, "tcp", TO, proxy_client, proxy_targets, proxy_full, NULL, false,
         "From-Background-CVUT-Proxy", 27, 60, 133, 155, 700),
    KIND(SUPER_TCP, 1000, "tcp", TO, world_client, supernode_tcp, super_full, tcp_bare, false,
         "Background-TCP-Established", 90, 320, 473, 540, 930),
    KIND(TCP_APP, 372, "tcp", TO, ftp_host, ftp_data, ftp_full, ftp_full, false, "Background-TCP-Established",
         0, 10, 25, 50, 500),
    KIND(TCP_APP, 129, "tcp", TO, ftp_host, ftp_control, app_full, tcp_bare, false,
         "Background-TCP-Established", 100, 300, 400, 450, 600),
    KIND(TCP_APP, 120, "tcp", TO, local_client, mail_servers, app_full, tcp_bare, false,
         "Background-TCP-Established", 20, 150, 300, 400, 900),
    KIND(TCP_APP, 34, "tcp", TO, local_client, smtp_servers, app_full, tcp_bare, false,
         "Background-TCP-Established", 300, 600, 800, 950, 990),
    KIND(TCP_APP, 65, "tcp", TO, any_clients, rdp_servers, app_full, tcp_bare, false,
         "Background-TCP-Established", 50, 300, 400, 480, 800),
    KIND(TCP_APP, 50, "tcp", TO, any_clients, ssh_servers, app_full, tcp_bare, false,
         "Background-TCP-Established", 50, 300, 400, 480, 950),
    KIND(TCP_APP, 130, "tcp", TO, any_clients, service_ports, app_full, tcp_bare, false,
         "Background-TCP-Established", 50, 200, 350, 500, 950),
    KIND(TCP_APP, 100, "tcp", TO, any_clients, far_peers, app_full, tcp_bare, false,
         "Background-TCP-Established", 10, 50, 300, 500, 990),
    KIND(TCP_TRY, 620, "tcp", TO, tcp_tries, tried_ports, unanswered, NULL, false, "Background-TCP-Attempt",
         ALL),
    KIND(TCP_TRY, 280, "tcp", TO, any_clients, far_peers, unfinished, NULL, false,
         "Background-TCP-Established", 200, 380, 500, 520, 700),
    KIND(TCP_TRY, 100, "tcp", TO, gateway, gateway_tries, gateway_unanswered, NULL, false,
         "Background-Attempt-cmpgw-CVUT", ALL),
    KIND(NORMAL_TCP, 745, "tcp", TO, stribrek, web_80, web_full, tcp_bare, false, NORMAL "Stribrek", 13, 256,
         428, 517, 800),
    KIND(NORMAL_TCP, 187, "tcp", TO, jist, web_443, web_full, tcp_bare, false, NORMAL "Jist", 13, 200, 280,
         400, 800),
    KIND(NORMAL_TCP, 68, "tcp", TO, grill, web_80, web_full, tcp_bare, false, NORMAL "Grill", 13, 200, 280,
         400, 800),
    KIND(CUT, 780, "tcp", CUT, cut_hosts, cut_far, cut_full, cut_bare, false, "Background", 10, 320, 458, 519,
         990),
    KIND(CUT, 220, "tcp", CUT, gateway, gateway_targets, cut_full, cut_bare, false,
         "Background-Established-cmpgw-CVUT", 10, 320, 458, 519, 990),
    KIND(CUT_ONE, 1000, "tcp", "   ?>", cut_one_hosts, far_client, cut_one, NULL, false, "Background", ALL),

    KIND(ICMP_ONE, 490, "icmp", TO, icmp_303, icmp_far, urp, NULL, false, "Background", ALL),
    KIND(ICMP_ONE, 105, "icmp", TO, icmp_gateway, icmp_dns, urp, NULL, false, "Background-Attempt-cmpgw-CVUT",
         ALL),
    KIND(ICMP_ONE, 150, "icmp", TO, icmp_103, icmp_victims, urh, NULL, false, "Background", ALL),
    KIND(ICMP_ONE, 83, "icmp", TO, icmp_105, icmp_local, red, NULL, false, "Background", ALL),
    KIND(ICMP_ONE, 80, "icmp", TO, icmp_echo, icmp_far, eco, NULL, false, "Background", ALL),
    KIND(ICMP_ONE, 63, "icmp", TO, icmp_d03, icmp_victims, urfil, NULL, false, "Background", ALL),
    KIND(ICMP_ONE, 29, "icmp", TO, icmp_b, icmp_victims, txd, NULL, false, "Background", ALL),
    KIND(ICMP_ECHO, 870, "icmp", "  <-", icmp_monitor, icmp_monitored, echo_reply, NULL, false, "Background",
         0, 0, 0, 0, 0),
    KIND(ICMP_ECHO, 130, "icmp", TWO, world_echo, echo_targets, echo, NULL, false, "Background", 500, 500,
         500, 500, 500),
    KIND(IGMP, 1000, "igmp", TO, routers, igmp_groups, igmp, NULL, false, "Background", ALL),
    KIND(ARP, 1000, "arp", "  who", routers, routers, arp, NULL, false, "Background", 0, 450, 500, 1000,
         1000),
    KIND(ND, 1000, "ipv6-icmp", TO, nd_hosts, nd_groups, nns, NULL, false, "Background", ALL),
};

const struct oddi_traffic *oddi_traffic_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}
