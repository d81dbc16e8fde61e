/* Lines of text, checked against printf. */
#include "synth/row.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "made.h"
#include "synth/sample.h"

static struct oddi_row_writer writer;
static const struct oddi_word tcp = ODDI_WORD("tcp"), dir = ODDI_WORD("  <->"), con = ODDI_WORD("CON");
static const struct oddi_label label = ODDI_LABEL("flow=Background");

static char *line_of(const struct oddi_row *row, struct oddi_buf *out)
{
    struct odd_error err = ODD_ERROR_INIT;
    oddi_buf_clear(out);
    oddi_row_writer_init(&writer, made_write, out);
    assert_int_equal(oddi_row_write(&writer, row, &err), ODD_OK);
    assert_int_equal(oddi_row_flush(&writer, &err), ODD_OK);
    return (char *)(uintptr_t)oddi_buf_cstr(out);
}

static void known_lines(void **state)
{
    struct oddi_buf out;
    struct oddi_row row = {.time = INT64_C(1313488906972101999),
                           .duration = 3599986572,
                           .proto = &tcp,
                           .dir = &dir,
                           .state = &con,
                           .label = &label,
                           .src = {0x58b04fa3, 49213, NULL},
                           .dst = {0x932054ac, 0, NULL},
                           .way = ODDI_BOTH_WAYS,
                           .pkts = 414671,
                           .bytes = 415389446,
                           .src_bytes = 10150692};
    (void)state;
    oddi_buf_init(&out, 0);
    assert_string_equal(
        line_of(&row, &out),
        "2011/08/16 10:01:46.972101,3599.986572,tcp,88.176.79.163,49213,  <->,147.32.84.172,0,CON,0,0,"
        "414671,415389446,10150692,flow=Background\n");
    row.src.text = "fe80::1";
    row.src.port = ODDI_HEX + 0x303;
    row.dst.port = ODDI_NO_PORT;
    row.dst.addr = UINT32_MAX;
    row.way = ODDI_ONE_WAY;
    row.duration = 0;
    assert_string_equal(line_of(&row, &out),
                        "2011/08/16 10:01:46.972101,0.000000,tcp,fe80::1,0x0303,  <->,"
                        "255.255.255.255,,CON,0,,414671,415389446,10150692,flow=Background\n");
    row.way = ODDI_REPLY_ONLY;
    row.dst.addr = 0;
    row.pkts = 0;
    row.bytes = UINT64_MAX;
    row.time = -1;
    assert_string_equal(line_of(&row, &out),
                        "1969/12/31 23:59:59.999999,0.000000,tcp,fe80::1,0x0303,  <->,0.0.0.0,,CON,,0,0,"
                        "18446744073709551615,10150692,flow=Background\n");
    row.way = ODDI_NO_TOS;
    assert_non_null(strstr(line_of(&row, &out), ",CON,,,0,"));
    oddi_buf_free(&out);
}

/* gmtime and printf as the slow twin. */
static void random_lines(void **state)
{
    struct oddi_rng rng;
    struct oddi_buf out;
    (void)state;
    oddi_buf_init(&out, 0);
    oddi_rng_seed(&rng, 3);
    for (int i = 0; i < 20000; i++) {
        char expected[400], when[40];
        int64_t s = (int64_t)oddi_rng_below(&rng, 16000000000u) - 8000000000,
                us = (int64_t)oddi_rng_below(&rng, 1000000);
        time_t t = (time_t)s;
        struct tm tm;
        struct oddi_row row = {
            .time = s * 1000000000 + us * 1000 + 999,
            .duration = oddi_rng_next(&rng) >> oddi_rng_below(&rng, 64),
            .proto = &tcp,
            .dir = &dir,
            .state = &con,
            .label = &label,
            .src = {(uint32_t)oddi_rng_next(&rng), oddi_draw_between(&rng, 0, 65535), NULL},
            .dst = {(uint32_t)oddi_rng_next(&rng), oddi_draw_between(&rng, 0, 65535), NULL},
            .pkts = oddi_rng_next(&rng) >> oddi_rng_below(&rng, 64),
            .bytes = oddi_rng_next(&rng) >> oddi_rng_below(&rng, 64),
            .src_bytes = oddi_rng_next(&rng) >> oddi_rng_below(&rng, 64)};
        uint32_t a = row.src.addr, b = row.dst.addr;
        assert_non_null(gmtime_r(&t, &tm));
        strftime(when, sizeof when, "%Y/%m/%d %H:%M:%S", &tm);
        snprintf(expected, sizeof expected,
                 "%s.%06" PRId64 ",%" PRIu64 ".%06" PRIu64
                 ",tcp,%u.%u.%u.%u,%u,  <->,%u.%u.%u.%u,%u,CON,0,0,%" PRIu64 ",%" PRIu64 ",%" PRIu64
                 ",flow=Background\n",
                 when, us, row.duration / 1000000, row.duration % 1000000, a >> 24, a >> 16 & 255,
                 a >> 8 & 255, a & 255, row.src.port, b >> 24, b >> 16 & 255, b >> 8 & 255, b & 255,
                 row.dst.port, row.pkts, row.bytes, row.src_bytes);
        assert_string_equal(line_of(&row, &out), expected);
    }
    oddi_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_lines), cmocka_unit_test(random_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
