#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tmp.h"

static void expect_escape(const char *s, size_t n, const char *json, const char *terminal)
{
    struct oddi_buf b;
    oddi_buf_init(&b, 0);
    oddi_json_escape(&b, s, n);
    assert_string_equal(oddi_buf_cstr(&b), json);
    oddi_buf_clear(&b);
    oddi_terminal_escape(&b, s, n);
    assert_string_equal(oddi_buf_cstr(&b), terminal);
    oddi_buf_free(&b);
}

static void escapes(void **state)
{
    (void)state;
    expect_escape("", 0, "", "");
    expect_escape("plain text ~ !", 14, "plain text ~ !", "plain text ~ !");
    expect_escape("a\"b\\c/", 6, "a\\\"b\\\\c/", "a\"b\\c/");
    expect_escape("\b\f\n\r\t", 5, "\\b\\f\\n\\r\\t", "\\x08\\x0C\\x0A\\x0D\\x09");
    expect_escape("\0\x1b[2J\x7f", 6, "\\u0000\\u001b[2J\\u007f", "\\x00\\x1B[2J\\x7F");
    expect_escape("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", 14,
                  "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7");
    expect_escape("caf\xe9!", 5, "caf\\u00e9!", "caf\\xE9!"); /* Latin-1 */
    expect_escape("\xc2\x9b"
                  "2J",
                  4, "\\u009b2J", "\\xC2\\x9B2J"); /* CSI as one character */
    expect_escape("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"
                  "c\xd8\x9c",
                  11, "a\\u202eb\\u2066c\\u061c", "a\\xE2\\x80\\xAEb\\xE2\\x81\\xA6c\\xD8\\x9C");
    expect_escape("\xe2\x80\xa8\xe2\x80\xa9", 6, "\\u2028\\u2029", "\xe2\x80\xa8\xe2\x80\xa9");
}

static void what_is_not_utf8(void **state)
{
    (void)state;
    expect_escape("\xc0\xaf", 2, "\\u00c0\\u00af", "\\xC0\\xAF");                 /* overlong / */
    expect_escape("\xe0\x80\xaf", 3, "\\u00e0\\u0080\\u00af", "\\xE0\\x80\\xAF"); /* overlong / */
    expect_escape("\xed\xa0\x80", 3, "\\u00ed\\u00a0\\u0080", "\\xED\\xA0\\x80"); /* surrogate */
    expect_escape("\xf4\x90\x80\x80", 4, "\\u00f4\\u0090\\u0080\\u0080",
                  "\\xF4\\x90\\x80\\x80"); /* > 10FFFF */
    expect_escape("\xf5\x80\x80\x80", 4, "\\u00f5\\u0080\\u0080\\u0080", "\\xF5\\x80\\x80\\x80");
    expect_escape("\xe2\x82", 2, "\\u00e2\\u0082",
                  "\\xE2\\x82"); /* cut off; the third byte is not looked at */
    expect_escape("\xe2\x82\xac", 2, "\\u00e2\\u0082", "\\xE2\\x82");
    expect_escape("\x80\xc3(", 3, "\\u0080\\u00c3(", "\\x80\\xC3(");
}

/* Encodes by the table of RFC 3629 section 3, written apart from the decoder. */
static size_t encode(uint32_t cp, char *s)
{
    if (cp < 0x80) {
        s[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        s[i] = (char)(0x80 | (cp & 0x3f));
    s[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | cp);
    return n;
}

static void every_code_point(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp < 0x200000; cp++) {
        char s[4];
        uint32_t got = 0;
        size_t n = encode(cp, s);
        bool valid = cp <= 0x10ffff && !(cp >= 0xd800 && cp <= 0xdfff);
        assert_int_equal(oddi_utf8_decode(s, n, &got), valid ? n : 0);
        if (valid)
            assert_int_equal(got, cp);
        for (size_t cut = 1; cut < n; cut++)
            assert_int_equal(oddi_utf8_decode(s, cut, &got), 0);
    }
}

static void structure(void **state)
{
    (void)state;
    struct oddi_buf b;
    struct oddi_json j;
    oddi_buf_init(&b, 0);
    oddi_json_init(&j, &b);
    oddi_json_begin_object(&j);
    oddi_json_key(&j, "a");
    oddi_json_u64(&j, UINT64_MAX);
    oddi_json_key(&j, "b");
    oddi_json_begin_array(&j);
    oddi_json_i64(&j, INT64_MIN);
    oddi_json_begin_array(&j);
    oddi_json_end_array(&j);
    oddi_json_begin_object(&j);
    oddi_json_end_object(&j);
    oddi_json_cstr(&j, NULL);
    oddi_json_cstr(&j, "x\n");
    oddi_json_bool(&j, true);
    oddi_json_bool(&j, false);
    oddi_json_end_array(&j);
    oddi_json_key(&j, "c");
    oddi_json_str(&j, "\0", 1);
    oddi_json_end_object(&j);
    oddi_buf_char(&b, '\n');
    oddi_json_begin_object(&j); /* the next line needs no comma */
    oddi_json_end_object(&j);
    assert_string_equal(oddi_buf_cstr(&b),
                        "{\"a\":18446744073709551615,\"b\":[-9223372036854775808,[],{},null,\"x\\n\","
                        "true,false],\"c\":\"\\u0000\"}\n{}");
    oddi_buf_free(&b);
}

static void expect_number(double v, int digits, const char *expected)
{
    struct oddi_buf b;
    struct oddi_json j;
    oddi_buf_init(&b, 0);
    oddi_json_init(&j, &b);
    oddi_json_double(&j, v, digits);
    assert_string_equal(oddi_buf_cstr(&b), expected);
    oddi_buf_free(&b);
}

static void numbers(void **state)
{
    (void)state;
    expect_number(0, 6, "0");
    expect_number(-0.0, 6, "0");
    expect_number(40211003, 6, "40211003");
    expect_number(-9007199254740992, 3, "-9007199254740992");
    expect_number(1e300, 6, "1e+300");
    expect_number(0.1, 17, "0.10000000000000001");
    expect_number(0.1, 6, "0.1");
    expect_number(1234567.25, 12, "1234567.25");
    expect_number(NAN, 6, "null");
    expect_number(INFINITY, 6, "null");
    expect_number(-INFINITY, 6, "null");
    struct oddi_buf b;
    struct oddi_json j;
    oddi_buf_init(&b, 0);
    oddi_json_init(&j, &b);
    oddi_json_begin_array(&j);
    oddi_json_score(&j, 97.5);
    oddi_json_score(&j, NAN);
    oddi_json_score(&j, 100);
    oddi_json_end_array(&j);
    assert_string_equal(oddi_buf_cstr(&b), "[97.5,null,100]");
    oddi_buf_free(&b);
}

/* Python reads back what random bytes became, strictly as UTF-8, and finds the same characters. */
static void python_reads_it(void **state)
{
    (void)state;
    static const char script[] =
        "import json,sys\n"
        "for line in open(sys.argv[1],encoding='utf-8',errors='strict',newline='\\n'):\n"
        "    o=json.loads(line)\n"
        "    raw=bytes.fromhex(o['hex'])\n"
        "    want='';i=0\n"
        "    while i<len(raw):\n"
        "        for n in (1,2,3,4):\n"
        "            try:\n"
        "                want+=raw[i:i+n].decode('utf-8');i+=n;break\n"
        "            except UnicodeDecodeError: pass\n"
        "        else:\n"
        "            want+=chr(raw[i]);i+=1\n"
        "    assert o['text']==want,line\n"
        "    assert all(32<=ord(c) and not 127<=ord(c)<160 for c in line[:-1]),line\n";
    if (!tmp_have("python3"))
        return;
    struct oddi_buf b;
    struct oddi_json j;
    struct oddi_rng r;
    oddi_rng_seed(&r, 5);
    oddi_buf_init(&b, 0);
    oddi_json_init(&j, &b);
    static const char alphabet[] =
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\xed\xa0\x80\xc0\xfe\"\\\n\x1b\x7f\xc2\x9b abc";
    for (int i = 0; i < 3000; i++) {
        char raw[24], hex[49] = "";
        size_t n = oddi_rng_below(&r, sizeof raw);
        for (size_t k = 0; k < n; k++) {
            raw[k] = i % 2 ? (char)oddi_rng_below(&r, 256) : alphabet[oddi_rng_below(&r, sizeof alphabet)];
            snprintf(hex + 2 * k, 3, "%02x", (unsigned char)raw[k]);
        }
        oddi_json_begin_object(&j);
        oddi_json_key(&j, "hex");
        oddi_json_cstr(&j, hex);
        oddi_json_key(&j, "text");
        oddi_json_str(&j, raw, n);
        oddi_json_end_object(&j);
        oddi_buf_char(&b, '\n');
    }
    char command[600];
    const char *program = tmp_text(script), *data = tmp_file(b.data, b.size);
    snprintf(command, sizeof command, "python3 %s %s", program, data);
    assert_int_equal(tmp_run(command), 0);
    oddi_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes),   cmocka_unit_test(what_is_not_utf8), cmocka_unit_test(every_code_point),
        cmocka_unit_test(structure), cmocka_unit_test(numbers),          cmocka_unit_test(python_reads_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
