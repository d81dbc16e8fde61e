/* SHA-1 and base64: the RFCs' own vectors, and every length around a block against what hashlib says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/sha1.h"

static void expect_sha1(const void *data, size_t n, const char *hex)
{
    uint8_t digest[ODDI_SHA1_SIZE];
    char text[2 * ODDI_SHA1_SIZE + 1];

    oddi_sha1(data, n, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, hex);
}

/* RFC 3174, section 7.3, and the empty text. */
static void test_rfc_3174(void **state)
{
    char *many = malloc(1000000);

    (void)state;
    assert_non_null(many);
    expect_sha1(NULL, 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    expect_sha1("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d");
    expect_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    memset(many, 'a', 1000000);
    expect_sha1(many, 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    for (int i = 0; i < 80; i++)
        memcpy(many + 8 * i, "01234567", 8);
    expect_sha1(many, 640, "dea356a2cddd90c7a7ecedc5ebb563934f460452");
    free(many);
}

/* The digests of 0, 1, ... 199 bytes 0, 1, 2, ..., put together, have this digest (Python's hashlib). */
static void test_every_length(void **state)
{
    uint8_t data[200], all[200 * ODDI_SHA1_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    for (size_t n = 0; n < sizeof data; n++)
        oddi_sha1(data, n, all + n * ODDI_SHA1_SIZE);
    expect_sha1(all, sizeof all, "ab05664693b2d32b84dd4616c5284c285cc0684a");
}

/* RFC 4648, section 10. */
static void test_base64(void **state)
{
    static const char *const wanted[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    char out[16];

    (void)state;
    for (size_t n = 0; n <= 6; n++) {
        size_t size = oddi_base64(out, (const uint8_t *)"foobar", n);

        assert_int_equal(size, strlen(wanted[n]));
        assert_memory_equal(out, wanted[n], size);
    }
    assert_int_equal(oddi_base64(out, (const uint8_t *)"\xff\xef\xbe", 3), 4);
    assert_memory_equal(out, "/+++", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_3174),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_base64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
