/* Names of protocols: IANA's "Assigned Internet Protocol Numbers", and what Argus prints beside them. */
#include "flow/addr.h"

#include <string.h>

#include "base/num.h"

/* By number; NULL where IANA has no keyword. */
static const char *const iana_names[] = {
    "hopopt",
    "icmp",
    "igmp",
    "ggp",
    "ipv4",
    "st",
    "tcp",
    "cbt",
    "egp",
    "igp",
    "bbn-rcc-mon",
    "nvp-ii",
    "pup",
    "argus",
    "emcon",
    "xnet",
    "chaos",
    "udp",
    "mux",
    "dcn-meas",
    "hmp",
    "prm",
    "xns-idp",
    "trunk-1",
    "trunk-2",
    "leaf-1",
    "leaf-2",
    "rdp",
    "irtp",
    "iso-tp4",
    "netblt",
    "mfe-nsp",
    "merit-inp",
    "dccp",
    "3pc",
    "idpr",
    "xtp",
    "ddp",
    "idpr-cmtp",
    "tp++",
    "il",
    "ipv6",
    "sdrp",
    "ipv6-route",
    "ipv6-frag",
    "idrp",
    "rsvp",
    "gre",
    "dsr",
    "bna",
    "esp",
    "ah",
    "i-nlsp",
    "swipe",
    "narp",
    "mobile",
    "tlsp",
    "skip",
    "ipv6-icmp",
    "ipv6-nonxt",
    "ipv6-opts",
    NULL,
    "cftp",
    NULL,
    "sat-expak",
    "kryptolan",
    "rvd",
    "ippc",
    NULL,
    "sat-mon",
    "visa",
    "ipcv",
    "cpnx",
    "cphb",
    "wsn",
    "pvp",
    "br-sat-mon",
    "sun-nd",
    "wb-mon",
    "wb-expak",
    "iso-ip",
    "vmtp",
    "secure-vmtp",
    "vines",
    "ttp",
    "nsfnet-igp",
    "dgp",
    "tcf",
    "eigrp",
    "ospf",
    "sprite-rpc",
    "larp",
    "mtp",
    "ax.25",
    "ipip",
    "micp",
    "scc-sp",
    "etherip",
    "encap",
    NULL,
    "gmtp",
    "ifmp",
    "pnni",
    "pim",
    "aris",
    "scps",
    "qnx",
    "a/n",
    "ipcomp",
    "snp",
    "compaq-peer",
    "ipx-in-ip",
    "vrrp",
    "pgm",
    NULL,
    "l2tp",
    "ddx",
    "iatp",
    "stp",
    "srp",
    "uti",
    "smp",
    "sm",
    "ptp",
    "isis",
    "fire",
    "crtp",
    "crudp",
    "sscopmce",
    "iplt",
    "sps",
    "pipe",
    "sctp",
    "fc",
    "rsvp-e2e-ignore",
    "mobility-header",
    "udplite",
    "mpls-in-ip",
    "manet",
    "hip",
    "shim6",
    "wesp",
    "rohc",
    "ethernet",
    "aggfrag",
    "nsh",
};

/* Codes from 256 on, in this order for good: saved models may hold them. */
#define FIRST_EXTRA 256
static const char *const extra_names[] = {"arp",  "rarp",  "llc",    "man",   "rtp",   "rtcp", "ipx/spx",
                                          "udt",  "unas",  "lldp",   "cdp",   "pppoe", "mpls", "vlan",
                                          "aarp", "atalk", "decnet", "eapol", "loop"};

static const struct {
    const char *name;
    uint32_t code;
} aliases[] = {
    {"icmp6", 58},     {"icmpv6", 58},   {"ipv6icmp", 58}, {"ipnip", 4},
    {"ipencap", 4},    {"ip-in-ip", 4},  {"ospfigp", 89},  {"ospfig", 89},
    {"udp-lite", 136}, {"min-ipv4", 55}, {"iptm", 84},     {"bbn-rcc", 10},
    {"nvp", 11},       {"dcn", 19},      {"idp", 22},      {"ipx", FIRST_EXTRA + 6},
};

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define NAME_MAX_SIZE 32

/* Lower case into `out`, NUL-terminated; false if it is no word of [a-z0-9/._+-] that starts with [a-z0-9]. */
static bool take_word(const char *s, size_t n, char out[NAME_MAX_SIZE])
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] | 0x20) : s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (!plain && (i == 0 || !c || !strchr("/._+-", c)))
            return false;
        if (i < NAME_MAX_SIZE - 1)
            out[i] = c;
    }
    out[n < NAME_MAX_SIZE ? n : NAME_MAX_SIZE - 1] = 0;
    return true;
}

static uint32_t find_name(const char *word)
{
    for (uint32_t i = 0; i < COUNT(iana_names); i++)
        if (iana_names[i] && iana_names[i][0] == word[0] && strcmp(iana_names[i], word) == 0)
            return i;
    for (uint32_t i = 0; i < COUNT(extra_names); i++)
        if (strcmp(extra_names[i], word) == 0)
            return FIRST_EXTRA + i;
    for (size_t i = 0; i < COUNT(aliases); i++)
        if (strcmp(aliases[i].name, word) == 0)
            return aliases[i].code;
    return ODDI_PROTO_OTHER;
}

/* "6", or "6.0" after a pandas round trip. */
static bool parse_number(const char *s, size_t n, uint32_t *out)
{
    uint64_t v;

    if (n > 2 && s[n - 2] == '.' && s[n - 1] == '0')
        n -= 2;
    if (!oddi_parse_u64(s, n, &v) || v > 255)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool is_number(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((s[i] < '0' || s[i] > '9') && s[i] != '.')
            return false;
    return true;
}

bool oddi_parse_proto(const char *s, size_t n, uint32_t *out)
{
    char word[NAME_MAX_SIZE];

    if (n == 3 && memcmp(s, "tcp", 3) == 0) {
        *out = 6;
        return true;
    }
    if (n == 3 && memcmp(s, "udp", 3) == 0) {
        *out = 17;
        return true;
    }
    if (n == 0)
        return false;
    if (is_number(s, n))
        return parse_number(s, n, out);
    if (!take_word(s, n, word))
        return false;
    *out = n < NAME_MAX_SIZE ? find_name(word) : ODDI_PROTO_OTHER;
    return true;
}

const char *oddi_proto_name(uint32_t proto)
{
    if (proto < COUNT(iana_names))
        return iana_names[proto];
    if (proto >= FIRST_EXTRA && proto - FIRST_EXTRA < COUNT(extra_names))
        return extra_names[proto - FIRST_EXTRA];
    return NULL;
}
