/* Addresses against inet_pton, and back; ports and protocols. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_addr(const char *s, size_t n)
{
    struct oddi_addr a, back;
    char out[ODDI_ADDR_TEXT_MAX], text[64];
    uint8_t libc[16];
    bool ok = oddi_parse_addr(s, n, &a);

    if (ok) {
        size_t m = oddi_format_addr(out, &a);

        require(m > 0 && m <= sizeof out && a.kind != ODDI_ADDR_NONE);
        require(oddi_parse_addr(out, m, &back) && memcmp(&a, &back, sizeof a) == 0);
    }
    if (n >= sizeof text || memchr(s, 0, n))
        return;
    memcpy(text, s, n);
    text[n] = 0;
    if (inet_pton(AF_INET, text, libc) == 1)
        require(ok && a.kind == ODDI_ADDR_V4 && memcmp(a.bytes, libc, 4) == 0);
    else if (inet_pton(AF_INET6, text, libc) == 1)
        require(ok && a.kind == ODDI_ADDR_V6 && memcmp(a.bytes, libc, 16) == 0);
    else
        require(!ok || a.kind == ODDI_ADDR_MAC || strchr(text, '%') || strspn(text, "0123456789") == n);
}

static void check_rest(const char *s, size_t n)
{
    uint32_t code;

    if (oddi_parse_port(s, n, &code))
        require(code <= 65535);
    if (oddi_parse_proto(s, n, &code)) {
        const char *name = oddi_proto_name(code);
        uint32_t back;

        require(code <= ODDI_PROTO_OTHER);
        require(!name || (oddi_parse_proto(name, strlen(name), &back) && back == code));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = calloc(size + !size, 1);

    if (!exact)
        return 0;
    if (size)
        memcpy(exact, data, size);
    check_addr(exact, size);
    check_rest(exact, size);
    free(exact);
    return 0;
}
