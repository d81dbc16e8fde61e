/* Words of the language that stand for an expression. A field or an alias comes before a column of that name. */
#include "expr/tree.h"

#include <strings.h>

static const struct oddi_alias table[] = {
    {"bpp", "bytes / pkts", "bytes per packet", false},
    {"bps", "8 * bytes / duration", "bits per second", false},
    {"direction", "direction(src_ip, dst_ip)", "'in', 'out', 'internal' or 'external'", false},
    {"failed", "failed(state, proto, dst_pkts, tcp_flags)", "nobody answered the flow", true},
    {"false", "0 != 0", "never", false},
    {"hour", "hour(window_start())", "hour of the day at which the window starts", false},
    {"hour_of_week", "hour_of_week(window_start())", "hour of the week at which the window starts", false},
    {"inet", "is_ipv4(src_ip)", "the flow is of IPv4", false},
    {"inet6", "is_ipv6(src_ip)", "the flow is of IPv6", false},
    {"pps", "pkts / duration", "packets per second", false},
    {"service", "service(proto, dst_port)", "protocol and port of the responder", false},
    {"succeeded", "not failed(state, proto, dst_pkts, tcp_flags)", "the contrary of failed", true},
    {"true", "0 == 0", "always", false},
    {"weekday", "weekday(window_start())", "day of the week on which the window starts", false},
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
