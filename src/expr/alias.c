/* Words of the language that stand for an expression. A field or an alias comes before a column of that name. */
#include "expr/tree.h"

#include <strings.h>

static const struct oddi_alias table[] = {
    {"as_source", "host == src_ip", "with --by host: the host began the flow", false, "true", "false", NULL},
    {"bpp", "bytes / pkts", "bytes per packet", false, NULL, NULL, NULL},
    {"bps", "8 * bytes / duration", "bits per second", false, NULL, NULL, NULL},
    {"direction", "direction(src_ip, dst_ip)", "'in', 'out', 'internal' or 'external'", false, NULL, NULL,
     NULL},
    {"failed", "failed(state, proto, dst_pkts, tcp_flags)", "nobody answered the flow", true, NULL, NULL,
     NULL},
    {"false", "0 != 0", "never", false, NULL, NULL, NULL},
    {"hour", "hour(window_start())", "hour of the day at which the window starts", false, NULL, NULL,
     "hour(ts_start)"},
    {"hour_of_week", "hour_of_week(window_start())", "hour of the week at which the window starts", false,
     NULL, NULL, "hour_of_week(ts_start)"},
    {"inet", "is_ipv4(src_ip)", "the flow is of IPv4", false, NULL, NULL, NULL},
    {"inet6", "is_ipv6(src_ip)", "the flow is of IPv6", false, NULL, NULL, NULL},
    {"peer", "if(host == src_ip, dst_ip, src_ip)", "with --by host: the other end of the flow", false,
     "dst_ip", "src_ip", NULL},
    {"pps", "pkts / duration", "packets per second", false, NULL, NULL, NULL},
    {"received", "if(host == src_ip, dst_bytes, src_bytes)", "with --by host: bytes that the host got", false,
     "dst_bytes", "src_bytes", NULL},
    {"sent", "if(host == src_ip, src_bytes, dst_bytes)", "with --by host: bytes that the host sent", false,
     "src_bytes", "dst_bytes", NULL},
    {"service", "service(proto, dst_port)", "protocol and port of the responder", false, NULL, NULL, NULL},
    {"succeeded", "not failed(state, proto, dst_pkts, tcp_flags)", "the contrary of failed", true, NULL, NULL,
     NULL},
    {"true", "0 == 0", "always", false, NULL, NULL, NULL},
    {"weekday", "weekday(window_start())", "day of the week on which the window starts", false, NULL, NULL,
     "weekday(ts_start)"},
};

const struct oddi_alias *oddi_alias_at(size_t i)
{
    return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}

uint8_t oddi_alias_find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strlen(table[i].name) == n && strncasecmp(table[i].name, name, n) == 0)
            return (uint8_t)(i + 1);
    return 0;
}
