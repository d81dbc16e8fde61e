#include "flow/addr.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t next_random(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

static bool parse(const char *text, size_t n, struct oddi_addr *out)
{
    char *copy = malloc(n + !n); /* the exact size, so that a sanitizer sees any overread */
    bool ok;

    assert_non_null(copy);
    memcpy(copy, text, n);
    ok = oddi_parse_addr(copy, n, out);
    free(copy);
    return ok;
}

static void expect_round(const char *text, int kind, const char *printed)
{
    struct oddi_addr a;
    char out[ODDI_ADDR_TEXT_MAX + 1];
    size_t n;

    if (!parse(text, strlen(text), &a))
        fail_msg("refused %s", text);
    assert_int_equal(a.kind, kind);
    n = oddi_format_addr(out, &a);
    assert_true(n <= ODDI_ADDR_TEXT_MAX);
    out[n] = 0;
    assert_string_equal(out, printed);
}

static void test_spellings(void **unused)
{
    (void)unused;
    expect_round("147.32.84.229", ODDI_ADDR_V4, "147.32.84.229");
    expect_round("0.0.0.0", ODDI_ADDR_V4, "0.0.0.0");
    expect_round("255.255.255.255", ODDI_ADDR_V4, "255.255.255.255");
    expect_round("1730436467", ODDI_ADDR_V4, "103.36.93.115");
    expect_round("4294967295", ODDI_ADDR_V4, "255.255.255.255");
    expect_round("0", ODDI_ADDR_V4, "0.0.0.0");
    expect_round("00:00:00:00:00:00", ODDI_ADDR_MAC, "00:00:00:00:00:00");
    expect_round("aA-Bb-0c-1D-2e-3F", ODDI_ADDR_MAC, "aa:bb:0c:1d:2e:3f");
    expect_round("::", ODDI_ADDR_V6, "::");
    expect_round("::1", ODDI_ADDR_V6, "::1");
    expect_round("1::", ODDI_ADDR_V6, "1::");
    expect_round("fe80::da58:d7ff:fe00:f72", ODDI_ADDR_V6, "fe80::da58:d7ff:fe00:f72");
    expect_round("fe80::1%eth0", ODDI_ADDR_V6, "fe80::1");
    expect_round("FD2D:AB8C:0225:0000:01d3:35e9:7d97:2325", ODDI_ADDR_V6,
                 "fd2d:ab8c:225:0:1d3:35e9:7d97:2325");
    expect_round("2001:db8:0:0:1:0:0:1", ODDI_ADDR_V6, "2001:db8::1:0:0:1");
    expect_round("2001:0:0:1:0:0:0:1", ODDI_ADDR_V6, "2001:0:0:1::1");
    expect_round("1:0:3:4:5:6:7:8", ODDI_ADDR_V6, "1:0:3:4:5:6:7:8");
    expect_round("::ffff:10.1.2.3", ODDI_ADDR_V6, "::ffff:10.1.2.3");
    expect_round("::FFFF:0a01:0203", ODDI_ADDR_V6, "::ffff:10.1.2.3");
    expect_round("64:ff9b::1.2.3.4", ODDI_ADDR_V6, "64:ff9b::102:304");
    expect_round("1:2:3:4:5:6:7::", ODDI_ADDR_V6, "1:2:3:4:5:6:7:0");
    expect_round("::2:3:4:5:6:7:8", ODDI_ADDR_V6, "0:2:3:4:5:6:7:8");
}

static void test_none(void **unused)
{
    struct oddi_addr none = {{0}, ODDI_ADDR_NONE};
    char out[ODDI_ADDR_TEXT_MAX];

    (void)unused;
    assert_int_equal(oddi_format_addr(out, &none), 0);
}

static void test_refused(void **unused)
{
    static const char *const texts[] = {
        "",
        "-",
        "x",
        "1.2.3",
        "1.2.3.",
        "1.2.3.4.",
        "1.2.3.4.5",
        ".1.2.3.4",
        "1..2.3",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.1000",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4/24",
        "1.2.3.4:80",
        "4294967296",
        "-1",
        "1.5",
        "0x7f000001",
        ":",
        ":::",
        "1:",
        ":1",
        "1:2",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "12345::",
        "g::",
        "1:2:3:4:5:6:7:",
        "::1%",
        "%eth0",
        "::%",
        "::1.2.3",
        "::1.2.3.4.5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:5",
        "1.2.3.4::",
        "1.2.3.4%eth0",
        "00:00:00:00:00",
        "00:00:00:00:00:0",
        "00:00:00-00:00:00",
        "0:0:0:0:0:0",
        "00:00:00:00:00:0g",
        "host.example",
        "00-00-00-00-00-00-",
        "::1 ",
    };
    struct oddi_addr a = {{7}, 99};

    (void)unused;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (parse(texts[i], strlen(texts[i]), &a))
            fail_msg("accepted '%s'", texts[i]);
        assert_int_equal(a.kind, 99);
    }
}

/* glibc's printing of IPv6 follows RFC 5952 but for some addresses that it prints with a dotted tail. */
static void test_v6_against_libc(void **unused)
{
    (void)unused;
    for (int i = 0; i < 300000; i++) {
        uint8_t bytes[16];
        char text[INET6_ADDRSTRLEN], mine[ODDI_ADDR_TEXT_MAX + 1];
        struct oddi_addr a;

        for (int j = 0; j < 16; j += 2) {
            unsigned v = next_random() % 3 ? 0 : (unsigned)next_random() >> (next_random() % 16);

            bytes[j] = (uint8_t)(v >> 8);
            bytes[j + 1] = (uint8_t)v;
        }
        assert_non_null(inet_ntop(AF_INET6, bytes, text, sizeof text));
        assert_true(parse(text, strlen(text), &a));
        assert_int_equal(a.kind, ODDI_ADDR_V6);
        assert_memory_equal(a.bytes, bytes, 16);
        mine[oddi_format_addr(mine, &a)] = 0;
        if (!strchr(text, '.'))
            assert_string_equal(mine, text);
        assert_true(parse(mine, strlen(mine), &a));
        assert_memory_equal(a.bytes, bytes, 16);
    }
}

/* Random texts of the alphabet of addresses: accepted exactly when inet_pton does. */
static void test_acceptance_against_libc(void **unused)
{
    static const char alphabet[] = "0123459af::::....";
    size_t accepted = 0;

    (void)unused;
    for (int i = 0; i < 2000000; i++) {
        char text[24];
        size_t n = 1 + next_random() % 16;
        uint8_t want[16];
        struct oddi_addr a;
        bool ok, colon;

        for (size_t j = 0; j < n; j++)
            text[j] = alphabet[next_random() % (sizeof alphabet - 1)];
        text[n] = 0;
        colon = strchr(text, ':') != NULL;
        if (!colon && !strchr(text, '.')) /* a bare number: ours alone */
            continue;
        ok = inet_pton(colon ? AF_INET6 : AF_INET, text, want) == 1;
        if (parse(text, n, &a) != ok)
            fail_msg("'%s': inet_pton says %d", text, ok);
        if (ok)
            assert_memory_equal(a.bytes, want, colon ? 16 : 4);
        accepted += ok;
    }
    assert_true(accepted > 1000);
}

static void test_v4_all_bytes(void **unused)
{
    (void)unused;
    for (int i = 0; i < 200000; i++) {
        uint8_t b[4];
        char text[INET_ADDRSTRLEN], mine[ODDI_ADDR_TEXT_MAX + 1];
        struct oddi_addr a;
        uint32_t r = (uint32_t)next_random();

        memcpy(b, &r, 4);
        assert_non_null(inet_ntop(AF_INET, b, text, sizeof text));
        assert_true(parse(text, strlen(text), &a) && a.kind == ODDI_ADDR_V4);
        assert_memory_equal(a.bytes, b, 4);
        mine[oddi_format_addr(mine, &a)] = 0;
        assert_string_equal(mine, text);
    }
}

static void test_ports(void **unused)
{
    static const struct {
        const char *text;
        uint32_t port;
    } good[] = {{"0", 0},          {"80", 80}, {"65535", 65535}, {"00080", 80},   {"0x0303", 0x303},
                {"0xFfFf", 65535}, {"0X8", 8}, {"80.0", 80},     {"443.000", 443}};
    static const char *const refused[] = {"",    "-",   "-1",   "+1",   "65536", "0x10000",
                                          "0x",  "80.", ".0",   "80.5", "80.05", "80.0.0",
                                          "80 ", " 80", "http", "0xg",  "8e1",   "1e400"};
    uint32_t port;

    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!oddi_parse_port(good[i].text, strlen(good[i].text), &port) || port != good[i].port)
            fail_msg("%s: %u", good[i].text, port);
    port = 7;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (oddi_parse_port(refused[i], strlen(refused[i]), &port))
            fail_msg("accepted '%s'", refused[i]);
    assert_int_equal(port, 7);
}

static uint32_t proto(const char *text)
{
    uint32_t code;

    return oddi_parse_proto(text, strlen(text), &code) ? code : ODDI_PROTO_NONE;
}

static void test_protocols(void **unused)
{
    static const char *const refused[] = {"",  "-",       " tcp", "tcp ",     "256", "-1", "6.5",
                                          ".", "tcp,udp", "a b",  "\xc3\xa9", "/x",  "+"};

    (void)unused;
    assert_int_equal(proto("tcp"), 6);
    assert_int_equal(proto("TCP"), 6);
    assert_int_equal(proto("udp"), 17);
    assert_int_equal(proto("ICMP"), 1);
    assert_int_equal(proto("ipv6-icmp"), 58);
    assert_int_equal(proto("ICMP6"), 58);
    assert_int_equal(proto("icmpv6"), 58);
    assert_int_equal(proto("igmp"), 2);
    assert_int_equal(proto("gre"), 47);
    assert_int_equal(proto("esp"), 50);
    assert_int_equal(proto("ospf"), 89);
    assert_int_equal(proto("pim"), 103);
    assert_int_equal(proto("sctp"), 132);
    assert_int_equal(proto("udplite"), 136);
    assert_int_equal(proto("ethernet"), 143);
    assert_int_equal(proto("6"), 6);
    assert_int_equal(proto("6.0"), 6);
    assert_int_equal(proto("255"), 255);
    assert_int_equal(proto("arp"), 256);
    assert_int_equal(proto("man"), 259);
    assert_int_equal(proto("rtp"), 260);
    assert_int_equal(proto("rtcp"), 261);
    assert_int_equal(proto("ipx/spx"), 262);
    assert_int_equal(proto("unknown_transport"), ODDI_PROTO_OTHER);
    assert_int_equal(proto("a-word-that-is-longer-than-any-protocol-has"), ODDI_PROTO_OTHER);
    for (size_t i = 0; i < COUNT(refused); i++)
        if (proto(refused[i]) != ODDI_PROTO_NONE)
            fail_msg("accepted '%s'", refused[i]);
}

/* Every name leads to its code and back, and no two codes share a name. */
static void test_protocol_names(void **unused)
{
    size_t named = 0;

    (void)unused;
    for (uint32_t code = 0; code < 600; code++) {
        const char *name = oddi_proto_name(code);

        if (!name)
            continue;
        named++;
        if (proto(name) != code)
            fail_msg("%s is %u, not %u", name, proto(name), code);
    }
    assert_true(named > 150);
    assert_null(oddi_proto_name(ODDI_PROTO_OTHER));
    assert_null(oddi_proto_name(ODDI_PROTO_NONE));
    assert_null(oddi_proto_name(200));
}

/* Against the system's own list of names, where there is one. */
static void test_protocols_of_the_system(void **unused)
{
    FILE *f = fopen("/etc/protocols", "r");
    char line[256], name[64];
    unsigned code;
    size_t same = 0;

    (void)unused;
    if (!f) {
        print_message("SKIP: /etc/protocols is not there\n");
        return;
    }
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#' || sscanf(line, "%63s %u", name, &code) != 2)
            continue;
        if (proto(name) == ODDI_PROTO_OTHER)
            continue;
        if (strcmp(name, "ip") != 0 && proto(name) != code)
            fail_msg("%s: %u, not %u", name, proto(name), code);
        same++;
    }
    fclose(f);
    assert_true(same > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_v6_against_libc),
        cmocka_unit_test(test_acceptance_against_libc),
        cmocka_unit_test(test_v4_all_bytes),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_protocol_names),
        cmocka_unit_test(test_protocols_of_the_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
