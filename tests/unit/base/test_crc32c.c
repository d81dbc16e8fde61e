/* CRC-32C: published vectors, a bit-by-bit twin, parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"
#include "base/rng.h"

static uint32_t twin(const uint8_t *p, size_t n)
{
    uint32_t r = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        r ^= p[i];
        for (int b = 0; b < 8; b++)
            r = r >> 1 ^ (r & 1 ? 0x82f63b78u : 0);
    }
    return ~r;
}

/* RFC 3720, appendix B.4 (its bytes are in the order in which they are sent). */
static void vectors(void **state)
{
    uint8_t bytes[32];

    (void)state;
    assert_int_equal(oddi_crc32c("123456789", 9), 0xe3069283u);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(oddi_crc32c(bytes, 32), 0x8a9136aau);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(oddi_crc32c(bytes, 32), 0x62a8ab43u);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    assert_int_equal(oddi_crc32c(bytes, 32), 0x46dd794eu);
    assert_int_equal(oddi_crc32c(NULL, 0), 0);
}

static void any_length_and_place(void **state)
{
    uint8_t bytes[300];
    struct oddi_rng rng;

    (void)state;
    oddi_rng_seed(&rng, 1);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)oddi_rng_next(&rng);
    for (size_t from = 0; from < 9; from++)
        for (size_t n = 0; from + n <= sizeof bytes; n++) {
            uint32_t crc = twin(bytes + from, n);

            assert_int_equal(oddi_crc32c(bytes + from, n), crc);
            assert_int_equal(oddi_crc32c_portable(0, bytes + from, n), crc);
            assert_int_equal(
                oddi_crc32c_more(oddi_crc32c(bytes + from, n / 3), bytes + from + n / 3, n - n / 3), crc);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(any_length_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
