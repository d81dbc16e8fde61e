/* Values by type: what the fast paths make of a field is what the plain parsers of base/ and flow/ make of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "base/num.h"
#include "read/wire/delim.h"
#include "twin.h"

/* A table of one column of interest between two others, decoded as `type`. */
struct table {
    struct oddi_delim d;
    struct oddi_batch batch;
    char *text;
    size_t n, rows, capacity;
    struct twin_text *cell; /* as written, not trimmed */
};

static void table_init(struct table *t, enum oddi_type type, size_t rows, enum oddi_simd level)
{
    static const char header[] = "first,value,last\n";
    struct oddi_recipe recipe = {ODDI_COLUMN, type, 1, 1, 1, 1};
    size_t used, lines;

    memset(t, 0, sizeof *t);
    t->capacity = rows * 80 + 100;
    t->text = malloc(t->capacity);
    t->cell = malloc(rows * sizeof *t->cell);
    assert_non_null(t->text);
    assert_non_null(t->cell);
    assert_int_equal(oddi_delim_open(&t->d, header, strlen(header), true, ',', NULL, &used, &lines, NULL),
                     ODD_OK);
    assert_true(oddi_delim_force(&t->d, level));
    assert_int_equal(oddi_batch_init(&t->batch, &recipe, 1, false, NULL), ODD_OK);
}

static void table_free(struct table *t)
{
    free(t->text);
    free(t->cell);
    oddi_batch_clear(&t->batch);
    oddi_delim_clear(&t->d);
}

static void add_cell(struct table *t, const char *cell, size_t n)
{
    assert_true(t->n + n + 64 + 16 < t->capacity);
    memcpy(t->text + t->n, "f,", 2);
    memcpy(t->text + t->n + 2, cell, n);
    t->cell[t->rows++] = (struct twin_text){t->n + 2, n};
    t->n += n + 2;
    memcpy(t->text + t->n, ",l\n", 3);
    t->n += 3;
}

static void decode_table(struct table *t)
{
    struct oddi_block block = {t->text, t->n, 0};

    memset(t->text + t->n, '1', 64);
    assert_int_equal(oddi_delim_decode(&t->d, &block, &t->batch, NULL), ODD_OK);
    assert_int_equal(t->batch.n_records, t->rows);
}

static bool is_missing(const char *s, size_t n)
{
    return n == 0 || (n == 1 && *s == '-') || twin_word(s, n, "nan") || twin_word(s, n, "null");
}

/* The trimmed cell of row i, its row in the batch (SIZE_MAX: bad), and how the next row is found. */
struct cell {
    const char *s;
    size_t n, row;
};

static struct cell cell_at(const struct table *t, size_t i, size_t *good, size_t *bad)
{
    struct twin_text trimmed = twin_trim(t->text, t->cell[i].off, t->cell[i].off + t->cell[i].len);
    struct cell c = {t->text + trimmed.off, trimmed.len, SIZE_MAX};

    if (*bad < t->batch.n_bad && t->batch.bad[*bad].record == i) {
        assert_int_equal(t->batch.bad[*bad].reason, ODDI_BAD_VALUE);
        assert_int_equal(t->batch.bad[*bad].column, 1);
        ++*bad;
        return c;
    }
    assert_true(*good < t->batch.n && t->batch.record[*good] == i);
    c.row = (*good)++;
    return c;
}

static void each_level(void (*body)(enum oddi_simd level))
{
    for (int level = 0; level < ODDI_N_SIMD; level++)
        if (oddi_simd_available((enum oddi_simd)level))
            body((enum oddi_simd)level);
}

/* ---- addresses ------------------------------------------------------------------------------------------------- */

static size_t addr_text(struct oddi_rng *rng, char *out)
{
    static const char *const texts[] = {
        "147.32.84.229",
        "0.0.0.0",
        "255.255.255.255",
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.02.3.4",
        "1.2.3.00",
        "1..2.3",
        ".1.2.3",
        "1.2.3.",
        "1.2.3.4 ",
        " 1.2.3.4",
        "\"1.2.3.4\"",
        "1.2.3.1000",
        "1000.1.1.1",
        "1.2.3.4a",
        "1.2.3.:",
        "fe80::1",
        "::",
        "00:11:22:33:44:55",
        "",
        "-",
        "0",
        "4294967295",
        "4294967296",
        "null",
        "1.2.3.4\"",
        "192.168.100.100",
        "1234.1.1.1",
        "1.2.3.4.",
        "...",
        "....",
        "1.2.3.4\x80",
        "1.2.3./",
        "host",
    };
    size_t n = 0;

    switch (oddi_rng_below(rng, 4)) {
    case 0:
        return (size_t)sprintf(out, "%s", texts[oddi_rng_below(rng, sizeof texts / sizeof texts[0])]);
    case 1: /* digits and points */
        n = (size_t)oddi_rng_below(rng, 18);
        for (size_t i = 0; i < n; i++)
            out[i] = "0123456789....1"[oddi_rng_below(rng, 15)];
        return n;
    default:
        n = (size_t)sprintf(out, "%u.%u.%u.%u", (unsigned)oddi_rng_below(rng, 300),
                            (unsigned)oddi_rng_below(rng, 256), (unsigned)oddi_rng_below(rng, 256),
                            (unsigned)oddi_rng_below(rng, 100));
        if (oddi_rng_below(rng, 8) == 0)
            out[oddi_rng_below(rng, n)] = "0123456789./:-x\xb5"[oddi_rng_below(rng, 16)];
        return n;
    }
}

static void addrs(enum oddi_simd level)
{
    struct table t;
    struct oddi_rng rng;
    size_t good = 0, bad = 0;

    table_init(&t, ODDI_TYPE_ADDR, 60000, level);
    oddi_rng_seed(&rng, 1);
    for (int i = 0; i < 60000; i++) {
        char text[64];

        add_cell(&t, text, addr_text(&rng, text));
    }
    decode_table(&t);
    for (size_t i = 0; i < t.rows; i++) {
        struct cell c = cell_at(&t, i, &good, &bad);
        struct oddi_addr want = {{0}, 0};
        bool ok = oddi_parse_addr(c.s, c.n, &want) || is_missing(c.s, c.n);

        if (ok != (c.row != SIZE_MAX))
            printf("'%.*s'\n", (int)c.n, c.s);
        assert_int_equal(ok, c.row != SIZE_MAX);
        if (ok)
            assert_memory_equal(&t.batch.columns[0].u.addr[c.row], &want, sizeof want);
    }
    assert_true(good > 10000 && bad > 1000);
    table_free(&t);
}

static void test_addrs(void **state)
{
    (void)state;
    each_level(addrs);
}

/* Every dotted quad with two numbers of every value and length, leading zeros too. */
static void all_octets(enum oddi_simd level)
{
    static const char *const shapes[][3] = {{"", ".", ".7.200"}, {"", ".1.", ".10"}, {"255.", ".99.", ""}};

    for (size_t shape = 0; shape < 3; shape++) {
        struct table t;
        size_t good = 0, bad = 0;

        table_init(&t, ODDI_TYPE_ADDR, 1110 * 20, level);
        for (int a = 0; a < 1110; a++)
            for (int b = 0; b < 20; b++) {
                char x[16], text[64];

                /* 0-9, 00-99, 000-999 */
                sprintf(x, "%0*d", a < 10 ? 1 : a < 110 ? 2 : 3, a < 10 ? a : a < 110 ? a - 10 : a - 110);
                add_cell(&t, text,
                         (size_t)snprintf(text, sizeof text, "%s%s%s%d%s", shapes[shape][0], x,
                                          shapes[shape][1], b < 10 ? b * 28 : b * 13, shapes[shape][2]));
            }
        decode_table(&t);
        for (size_t i = 0; i < t.rows; i++) {
            struct cell c = cell_at(&t, i, &good, &bad);
            struct oddi_addr want;
            bool ok = oddi_parse_addr(c.s, c.n, &want);

            assert_int_equal(ok, c.row != SIZE_MAX);
            if (ok)
                assert_memory_equal(&t.batch.columns[0].u.addr[c.row], &want, sizeof want);
        }
        table_free(&t);
    }
}

static void test_all_octets(void **state)
{
    (void)state;
    each_level(all_octets);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

static size_t number_text(struct oddi_rng *rng, char *out)
{
    static const char *const texts[] = {
        "",           "-",
        ".",          "..",
        ".5",         "5.",
        "0.",         "1..2",
        "1.2.3",      "-1",
        "+1",         "1e3",
        "1E-3",       "0x10",
        "nan",        "null",
        "\"12.5\"",   " 7 ",
        "1 2",        "1/2",
        "1:2",        "1.5a",
        "a1.5",       "00",
        "00.00",      "000000000000001",
        "0.0000",     "1.e5",
        "1.5e5",      "1.5\xb5",
        "\x80.5",     "9.",
        "1.-5",       "99999999999999.9",
        "4294967296",
    };
    size_t n = 0, point;

    if (oddi_rng_below(rng, 4) == 0)
        return (size_t)sprintf(out, "%s", texts[oddi_rng_below(rng, sizeof texts / sizeof texts[0])]);
    n = 1 + (size_t)oddi_rng_below(rng, 19);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)('0' + oddi_rng_below(rng, 10));
    point = (size_t)oddi_rng_below(rng, 2 * n);
    if (point < n)
        out[point] = '.';
    if (oddi_rng_below(rng, 16) == 0)
        out[oddi_rng_below(rng, n)] = "0123456789./:-+eE \xb5"[oddi_rng_below(rng, 19)];
    return n;
}

/* Every length, every place of a point, and what is nearly a number: the bits of the plain parser. */
static void numbers(enum oddi_simd level)
{
    struct table t;
    struct oddi_rng rng;
    size_t good = 0, bad = 0;

    table_init(&t, ODDI_TYPE_NUMBER, 60000, level);
    oddi_rng_seed(&rng, 7);
    for (int i = 0; i < 60000; i++) {
        char text[64];

        add_cell(&t, text, number_text(&rng, text));
    }
    decode_table(&t);
    for (size_t i = 0; i < t.rows; i++) {
        struct cell c = cell_at(&t, i, &good, &bad);
        double want = NAN;
        bool ok = oddi_parse_double(c.s, c.n, &want) || is_missing(c.s, c.n);

        if (ok != (c.row != SIZE_MAX))
            printf("'%.*s'\n", (int)c.n, c.s);
        assert_int_equal(ok, c.row != SIZE_MAX);
        if (ok && isnan(want))
            assert_true(isnan(t.batch.columns[0].u.number[c.row]));
        else if (ok)
            assert_memory_equal(&t.batch.columns[0].u.number[c.row], &want, sizeof want);
    }
    assert_true(good > 30000 && bad > 1000);
    table_free(&t);
}

static void test_numbers(void **state)
{
    (void)state;
    each_level(numbers);
}

/* ---- ports and protocols ----------------------------------------------------------------------------------------- */

static size_t port_text(struct oddi_rng *rng, char *out)
{
    static const char *const texts[] = {
        "0",      "65535",   "65536",      "99999",      "100000",      "0x0303",
        "0xffff", "0x10000", "0x2020597d", "80.0",       "80.",         "80.5",
        "",       " ",       "-",          "http",       "\"443\"",     " 22 ",
        "-1",     "+5",      "0x",         "0X2020AE04", "0x123456789", "00080",
        "NaN",    "null",    "4294967296", "1e3",        "0xfffffffff", "0xg",
    };

    if (oddi_rng_below(rng, 3) == 0)
        return (size_t)sprintf(out, "%s", texts[oddi_rng_below(rng, sizeof texts / sizeof texts[0])]);
    return (size_t)sprintf(out, "%u", (unsigned)oddi_rng_below(rng, 70000));
}

static void test_ports(void **state)
{
    struct table t;
    struct oddi_rng rng;
    size_t good = 0, bad = 0;

    (void)state;
    table_init(&t, ODDI_TYPE_PORT, 20000, oddi_simd_best());
    oddi_rng_seed(&rng, 2);
    for (int i = 0; i < 20000; i++) {
        char text[64];

        add_cell(&t, text, port_text(&rng, text));
    }
    decode_table(&t);
    for (size_t i = 0; i < t.rows; i++) {
        struct cell c = cell_at(&t, i, &good, &bad);
        uint32_t want = UINT32_MAX;
        uint64_t spi;
        /* An IPsec flow's index, 32 bits in hexadecimal, is no port but not wrong either. */
        bool hex = c.n > 2 && c.s[0] == '0' && (c.s[1] | 0x20) == 'x' && oddi_parse_hex(c.s, c.n, &spi) &&
                   spi <= UINT32_MAX;
        bool ok = oddi_parse_port(c.s, c.n, &want) || is_missing(c.s, c.n) || hex;

        assert_int_equal(ok, c.row != SIZE_MAX);
        if (ok)
            assert_int_equal(t.batch.columns[0].u.code[c.row], want);
    }
    assert_true(good > 10000 && bad > 1000);
    table_free(&t);
}

static void test_protos(void **state)
{
    static const char *const texts[] = {
        "tcp",  "udp",  "tcp",     "udp",  "TCP", "icmp",      "arp",          "llc", "man", "ipv6-icmp",
        "6",    "17",   "255",     "256",  "",    "-",         "esp",          "udt", "rtp", "rtcp",
        "tcp ", " udp", "\"tcp\"", "tcpx", "t",   "something", "verylongname", "a b", "1.5",
    };
    struct table t;
    struct oddi_rng rng;
    size_t good = 0, bad = 0;

    (void)state;
    table_init(&t, ODDI_TYPE_PROTO, 20000, oddi_simd_best());
    oddi_rng_seed(&rng, 3);
    for (int i = 0; i < 20000; i++) {
        const char *text = texts[oddi_rng_below(&rng, sizeof texts / sizeof texts[0])];

        add_cell(&t, text, strlen(text));
    }
    decode_table(&t);
    for (size_t i = 0; i < t.rows; i++) {
        struct cell c = cell_at(&t, i, &good, &bad);
        uint32_t want = ODDI_PROTO_NONE;
        bool ok = is_missing(c.s, c.n) || oddi_parse_proto(c.s, c.n, &want);

        assert_int_equal(ok, c.row != SIZE_MAX);
        if (ok)
            assert_int_equal(t.batch.columns[0].u.code[c.row], want);
    }
    assert_true(good > 10000 && bad > 100);
    table_free(&t);
}

/* ---- times ------------------------------------------------------------------------------------------------------- */

static size_t time_text(struct oddi_rng *rng, char *out)
{
    static const char *const texts[] = {
        "",
        "-",
        "null",
        "2011/08/10",
        "1312969613",
        "1312969613.5",
        "1e9",
        "12:30",
        "2011/13/01 00:00:00",
        "5/7/2017 8:42",
        "05/07/2017 08:42:53.123456",
        "2011-08-10 09:46:53Z",
        "2011-08-10T09:46:53.047277+02:00",
        "2011/08/10 09:46:60.000001",
        "\"2011/08/10 09:46:53.047277\"",
        "2011/08/10 09:46:53.04727x",
        "2011/08/10 09:46:53:047277",
        "1234567890123456789.123456",
        "2011/08/10 24:00:00.000000",
        "2011/02/29 01:00:00.000000",
        " 2011/08/10 09:46:53.047277",
    };

    if (oddi_rng_below(rng, 4) == 0)
        return (size_t)sprintf(out, "%s", texts[oddi_rng_below(rng, sizeof texts / sizeof texts[0])]);
    if (oddi_rng_below(rng, 20) == 0) /* as long, and a point at the same place */
        return (size_t)sprintf(out, "1234567890123456789.%06u", (unsigned)oddi_rng_below(rng, 1000000));
    /* Few seconds, so that neighbours often share one; around midnight and the epoch too. */
    return (size_t)sprintf(out, "%s%s%02u:%02u:%02u.%06u",
                           oddi_rng_below(rng, 3)   ? "2011/08/10"
                           : oddi_rng_below(rng, 2) ? "1970/01/01"
                                                    : "1969-12-31",
                           oddi_rng_below(rng, 20) ? " " : "", oddi_rng_below(rng, 2) ? 23u : 0u,
                           oddi_rng_below(rng, 2) ? 59u : 0u, (unsigned)oddi_rng_below(rng, 3) + 58u,
                           (unsigned)oddi_rng_below(rng, 1000000));
}

static void check_times(const struct oddi_zone *zone, uint64_t seed, enum oddi_simd level)
{
    struct table t;
    struct oddi_rng rng;
    size_t good = 0, bad = 0;

    table_init(&t, ODDI_TYPE_TIME, 20000, level);
    t.d.zone = zone;
    oddi_rng_seed(&rng, seed);
    for (int i = 0; i < 20000; i++) {
        char text[64];
        size_t n = time_text(&rng, text);

        /* The second again, with other digits behind it, or with something near to a digit anywhere. */
        for (int repeat = (int)oddi_rng_below(&rng, 6); repeat >= 0 && t.rows < 20000; repeat--) {
            add_cell(&t, text, n);
            if (n > 6 && !memchr(text, '"', n))
                text[n - 1 - (size_t)oddi_rng_below(&rng, oddi_rng_below(&rng, 8) ? 6 : n)] =
                    "0123456789/:"[oddi_rng_below(&rng, oddi_rng_below(&rng, 8) ? 10 : 12)];
        }
        if (t.rows == 20000)
            break;
    }
    decode_table(&t);
    for (size_t i = 0; i < t.rows; i++) {
        struct cell c = cell_at(&t, i, &good, &bad);
        int64_t want = ODDI_NO_TIME;
        bool ok = oddi_parse_time(c.s, c.n, zone, &want) || is_missing(c.s, c.n);

        if (ok != (c.row != SIZE_MAX) || (ok && want != t.batch.columns[0].u.time[c.row]))
            printf("'%.*s'\n", (int)c.n, c.s);
        assert_int_equal(ok, c.row != SIZE_MAX);
        if (ok)
            assert_true(t.batch.columns[0].u.time[c.row] == want);
    }
    assert_true(good > 10000 && bad > 100);
    table_free(&t);
}

static void test_times(void **state)
{
    struct oddi_zone *zone;

    (void)state;
    assert_int_equal(oddi_zone_new("+05:45", NULL, 0, &zone, NULL), ODD_OK);
    for (int level = 0; level < ODDI_N_SIMD; level++) {
        if (!oddi_simd_available((enum oddi_simd)level))
            continue;
        check_times(NULL, 4, (enum oddi_simd)level);
        check_times(zone, 5, (enum oddi_simd)level);
    }
    oddi_zone_free(zone);
}

/* ---- recipes ------------------------------------------------------------------------------------------------------- */

static void decode_lines(const char *header, const char *rows, const struct oddi_recipe *recipes, size_t n,
                         bool has_ts, struct oddi_delim *d, struct oddi_batch *batch)
{
    size_t used, lines, size = strlen(rows);
    char *text = calloc(1, size + ODDI_BLOCK_PADDING);
    struct oddi_block block = {text, size, 0};

    assert_non_null(text);
    memcpy(text, rows, size);
    assert_int_equal(oddi_delim_open(d, header, strlen(header), true, ',', NULL, &used, &lines, NULL),
                     ODD_OK);
    assert_int_equal(oddi_batch_init(batch, recipes ? recipes : d->schema.recipes,
                                     recipes ? n : ODDI_N_FIELDS, has_ts, NULL),
                     ODD_OK);
    assert_int_equal(oddi_delim_decode(d, &block, batch, NULL), ODD_OK);
    free(text);
}

static void test_recipes(void **state)
{
    static const struct oddi_recipe recipes[] = {
        {ODDI_COLUMN, ODDI_TYPE_NUMBER, 0, 0, 1e6, 1e6},  {ODDI_SUM, ODDI_TYPE_NUMBER, 0, 1, 1, 1},
        {ODDI_DIFFERENCE, ODDI_TYPE_NUMBER, 1, 0, 1, 10}, {ODDI_SUM, ODDI_TYPE_NUMBER, 0, 1, 2, 4},
        {ODDI_ELAPSED, ODDI_TYPE_NUMBER, 3, 2, 1, 1},     {ODDI_ABSENT, ODDI_TYPE_NUMBER, 0, 0, 1, 1},
        {ODDI_ABSENT, ODDI_TYPE_TEXT, 0, 0, 1, 1},        {ODDI_ABSENT, ODDI_TYPE_ADDR, 0, 0, 1, 1},
        {ODDI_ABSENT, ODDI_TYPE_PORT, 0, 0, 1, 1},        {ODDI_ABSENT, ODDI_TYPE_TIME, 0, 0, 1, 1},
    };
    struct oddi_delim d;
    struct oddi_batch b;

    (void)state;
    decode_lines("a,b,c,d\n",
                 "1500000,6,1312969613,1312969614.5\r\n"
                 "10,,1312969613,\r\n"
                 "x,1,2,3\n"
                 "1,x,2,3\n"
                 "1,1,2,x\n"
                 "7,8,1969-12-31 23:59:59.999999,1970-01-01 00:00:00.000001\n",
                 recipes, sizeof recipes / sizeof recipes[0], false, &d, &b);
    assert_int_equal(b.n, 3);
    assert_true(b.columns[0].u.number[0] == 1.5);
    assert_true(b.columns[1].u.number[0] == 1500006);
    assert_true(b.columns[2].u.number[0] == 6 - 150000.0);
    assert_true(b.columns[3].u.number[0] == 750000 + 1.5);
    assert_true(b.columns[4].u.number[0] == 1.5);
    assert_true(isnan(b.columns[1].u.number[1]) && isnan(b.columns[2].u.number[1]) &&
                isnan(b.columns[4].u.number[1]));
    assert_true(b.columns[0].u.number[1] == 1e-5);
    assert_true(b.columns[4].u.number[2] == 2e-6);
    for (size_t r = 0; r < b.n; r++) {
        assert_true(isnan(b.columns[5].u.number[r]));
        assert_int_equal(b.columns[6].u.span[r].len, UINT32_MAX);
        assert_int_equal(b.columns[7].u.addr[r].kind, ODDI_ADDR_NONE);
        assert_int_equal(b.columns[8].u.code[r], UINT32_MAX);
        assert_true(b.columns[9].u.time[r] == ODDI_NO_TIME);
    }
    assert_int_equal(b.n_bad, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(b.bad[i].reason, ODDI_BAD_VALUE);
        assert_int_equal(b.bad[i].record, i + 2);
        assert_int_equal(b.bad[i].line, i + 2);
        assert_int_equal(b.bad[i].len, 7);
    }
    assert_int_equal(b.bad[0].column, 0);
    assert_int_equal(b.bad[1].column, 1);
    assert_int_equal(b.bad[2].column, 3);
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
}

/* The start time, wanted by every windowed run: missing or wrong makes the row bad, and it is what is told. */
static void test_start_time(void **state)
{
    static const struct oddi_recipe bytes = {ODDI_COLUMN, ODDI_TYPE_NUMBER, 1, 1, 1, 1};
    struct oddi_delim d;
    struct oddi_batch b;

    (void)state;
    decode_lines("StartTime,TotBytes\n",
                 "2011/08/10 09:46:53.047277,5\n,6\n-,x\n2011/99/10 09:46:53,7\n1970/01/0101:00:10.157020,8",
                 &bytes, 1, true, &d, &b);
    assert_int_equal(b.n, 2);
    assert_true(b.ts[0] == INT64_C(1312969613047277000));
    assert_true(b.ts[1] == INT64_C(3610157020000));
    assert_true(b.columns[0].u.number[1] == 8);
    assert_int_equal(b.record[1], 4);
    assert_int_equal(b.n_bad, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(b.bad[i].reason, ODDI_BAD_TIME);
        assert_int_equal(b.bad[i].column, 0);
        assert_int_equal(b.bad[i].line, i + 1);
    }
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);

    /* A file without one: every row is bad. */
    decode_lines("a,TotBytes\n", "1,2\n3,4\n", &bytes, 1, true, &d, &b);
    assert_int_equal(b.n, 0);
    assert_int_equal(b.n_bad, 2);
    assert_int_equal(b.bad[1].reason, ODDI_BAD_TIME);
    assert_int_equal(b.bad[1].column, UINT32_MAX);
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
}

/* Texts point into the block, without blanks and quotes around them. */
static void test_texts(void **state)
{
    static const struct oddi_recipe recipes[] = {{ODDI_COLUMN, ODDI_TYPE_TEXT, 0, 0, 1, 1},
                                                 {ODDI_COLUMN, ODDI_TYPE_TEXT, 1, 1, 1, 1}};
    static const char rows[] = "  <->,\" a \"\n,x\r\n\"\",-\n\"a\"\"b\",\t y\"\n";
    static const char *const want[4][2] = {{"<->", "a"}, {NULL, "x"}, {NULL, "-"}, {"a\"\"b", "y\""}};
    struct oddi_delim d;
    struct oddi_batch b;

    (void)state;
    decode_lines("a,b\n", rows, recipes, 2, false, &d, &b);
    assert_int_equal(b.n, 4);
    for (size_t r = 0; r < 4; r++)
        for (size_t k = 0; k < 2; k++) {
            struct oddi_span span = b.columns[k].u.span[r];

            if (!want[r][k]) {
                assert_int_equal(span.len, UINT32_MAX);
                continue;
            }
            assert_int_equal(span.len, strlen(want[r][k]));
            assert_memory_equal(rows + span.off, want[r][k], span.len);
        }
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
}

/* With one column a blank line has as many delimiters as a row, and still is none. */
static void test_one_column(void **state)
{
    static const struct oddi_recipe recipe = {ODDI_COLUMN, ODDI_TYPE_NUMBER, 0, 0, 1, 1};
    struct oddi_delim d;
    struct oddi_batch b;

    (void)state;
    decode_lines("value\n", "1\n\n2.5\r\n\r\n\"3\"\nx\n\n4", &recipe, 1, false, &d, &b);
    assert_int_equal(b.n, 4);
    assert_int_equal(b.n_lines, 8);
    assert_true(b.columns[0].u.number[1] == 2.5 && b.columns[0].u.number[2] == 3 &&
                b.columns[0].u.number[3] == 4);
    assert_int_equal(b.n_bad, 1);
    assert_int_equal(b.bad[0].line, 5);
    assert_int_equal(b.bad[0].record, 3);
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
    decode_lines("value\n", "1\n\n2\n", &recipe, 1, false, &d, &b);
    assert_int_equal(b.n, 2);
    assert_int_equal(b.n_lines, 3);
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
}

/* A real Argus header: every field at once, of rows as they come. */
static void test_binetflow_rows(void **state)
{
    struct oddi_delim d;
    struct oddi_batch b;

    (void)state;
    decode_lines(
        "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,"
        "Label\n",
        "2011/08/10 09:46:59.367587,3350.645508,tcp,147.32.87.5,524,   ?>,147.32.85.249,49350,PA_,0,,214827,"
        "248405120,248405120,flow=Background\n"
        "1970/01/01 01:00:06.519466,1999.104004,arp,192.168.1.112,,  who,192.168.1.2,,CON,,,22,924,462,\n"
        "1970/01/01 01:00:00.000000,0.000000,llc,00:00:00:00:00:00,0,   "
        "->,00:00:00:00:00:00,0x0303,INT,,,1,60,60,\n"
        "2011/08/16 10:12:44.069444,2905.065674,esp,147.32.85.33,,   "
        "->,192.35.241.84,0x2020597d,INT,0.0,,11903,"
        "2358690,2358690,flow=Background\n",
        NULL, 0, true, &d, &b);
    assert_int_equal(b.n, 4);
    assert_int_equal(b.n_bad, 0);
    assert_true(b.columns[ODDI_DURATION].u.number[0] == 3350.645508);
    assert_true(b.columns[ODDI_BYTES].u.number[0] == 248405120);
    assert_true(b.columns[ODDI_DST_BYTES].u.number[1] == 462);
    assert_true(isnan(b.columns[ODDI_DST_TOS].u.number[0]));
    assert_true(b.columns[ODDI_SRC_TOS].u.number[3] == 0);
    assert_int_equal(b.columns[ODDI_SRC_PORT].u.code[0], 524);
    assert_int_equal(b.columns[ODDI_SRC_PORT].u.code[1], UINT32_MAX);
    assert_int_equal(b.columns[ODDI_DST_PORT].u.code[2], 0x303);
    assert_int_equal(b.columns[ODDI_DST_PORT].u.code[3], UINT32_MAX);
    assert_int_equal(b.columns[ODDI_SRC_IP].u.addr[2].kind, ODDI_ADDR_MAC);
    assert_int_equal(b.columns[ODDI_PROTO].u.code[0], 6);
    assert_int_equal(b.columns[ODDI_DIR].u.span[0].len, 2);
    assert_int_equal(b.columns[ODDI_LABEL].u.span[1].len, UINT32_MAX);
    oddi_batch_clear(&b);
    oddi_delim_clear(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addrs),      cmocka_unit_test(test_all_octets),
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_ports),
        cmocka_unit_test(test_protos),     cmocka_unit_test(test_times),
        cmocka_unit_test(test_recipes),    cmocka_unit_test(test_start_time),
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_binetflow_rows),
        cmocka_unit_test(test_one_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
