/* Community ID: the specification's and Zeek's vectors, and others made with Python's hashlib from the specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "flow/community_id.h"

#define NONE UINT32_MAX

static const struct {
    const char *src, *dst;
    uint32_t proto, sport, dport;
    uint16_t seed;
    const char *id; /* "": none */
    bool same_back; /* the other direction has it too */
} vectors[] = {
    {"128.232.110.120", "66.35.250.204", 6, 34855, 80, 0, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", true},
    {"128.232.110.120", "66.35.250.204", 6, 34855, 80, 1, "1:3V71V58M3Ksw/yuFALMcW0LAHvc=", true},
    {"192.168.1.52", "8.8.8.8", 17, 54585, 53, 0, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", true},
    {"192.168.1.52", "8.8.8.8", 17, 54585, 53, 1, "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=", true},
    {"192.168.170.8", "192.168.170.56", 132, 7, 80, 0, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=", true},
    {"1.2.3.4", "5.6.7.8", 6, 1122, 3344, 0, "1:wCb3OG7yAFWelaUydu0D+125CLM=", true},
    {"1.2.3.4", "5.6.7.8", 17, 1122, 3344, 0, "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg=", true},
    /* type and code; and what Zeek writes, type and the type that answers */
    {"192.168.0.89", "192.168.0.1", 1, 8, 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", true},
    {"192.168.0.1", "192.168.0.89", 1, 0, 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", false},
    {"fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 58, 135, 0, 0,
     "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", false},
    {"fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 1, 135, 136, 0,
     "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", true},
    /* unreachable: nothing answers, and each direction is its own */
    {"192.168.0.89", "192.168.0.1", 1, 3, 1, 0, "1:LXCfhMUFbYXe+CEMrQuZCbiLY3o=", false},
    {"192.168.0.1", "192.168.0.89", 1, 3, 1, 0, "1:o3zT92uTgnRWv/YrDVeXcWumpC4=", false},
    {"::1", "fe80::2", 58, 143, 0, 7, "1:L2Jbs7eT8azU322MLukKLrGFT9o=", false},
    /* no ports */
    {"10.1.24.4", "10.1.12.1", 46, NONE, NONE, 0, "1:/nQI4Rh/TtY3mf0R2gJFBkVlgS4=", true},
    {"10.1.24.4", "10.1.12.1", 46, 5, 6, 0, "1:/nQI4Rh/TtY3mf0R2gJFBkVlgS4=", true},
    /* none */
    {"10.1.24.4", "", 6, 5, 6, 0, "", true},
    {"10.1.24.4", "::1", 6, 5, 6, 0, "", true},
    {"0a:0a:0a:0a:0a:0a", "0a:0a:0a:0a:0a:0b", 6, 5, 6, 0, "", true},
    {"10.1.24.4", "10.1.12.1", 6, 5, NONE, 0, "", true},
    {"10.1.24.4", "10.1.12.1", 1, 0x303, 1, 0, "", true},
    {"10.1.24.4", "10.1.12.1", 1, NONE, NONE, 0, "", true},
    {"10.1.24.4", "10.1.12.1", ODDI_PROTO_NONE, 5, 6, 0, "", true},
    {"10.1.24.4", "10.1.12.1", ODDI_PROTO_OTHER, 5, 6, 0, "", true},
};

static void set_addr(struct oddi_addr *out, const char *text)
{
    if (*text)
        assert_true(oddi_parse_addr(text, strlen(text), out));
}

static void check(size_t i, bool back)
{
    char id[ODDI_COMMUNITY_ID_MAX + 1];
    struct oddi_flow f;

    memset(&f, 0, sizeof f);
    set_addr(&f.addr[back ? ODDI_DST_IP : ODDI_SRC_IP], vectors[i].src);
    set_addr(&f.addr[back ? ODDI_SRC_IP : ODDI_DST_IP], vectors[i].dst);
    f.code[ODDI_PROTO] = vectors[i].proto;
    f.code[back ? ODDI_DST_PORT : ODDI_SRC_PORT] = vectors[i].sport;
    f.code[back ? ODDI_SRC_PORT : ODDI_DST_PORT] = vectors[i].dport;
    id[oddi_community_id(id, &f, vectors[i].seed)] = 0;
    assert_string_equal(id, vectors[i].id);
}

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        check(i, false);
        if (vectors[i].same_back)
            check(i, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
