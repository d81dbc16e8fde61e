/* needs: failalloc */
/* Whole files: the same bytes always, the right number of rows in order, the attacks that were asked for. */
#include "synth/synth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "failalloc.h"
#include "made.h"

#define PINNED_SIZE 13766106
#define PINNED_CRC  0x55012517u

static void same_bytes_everywhere(void **state)
{
    struct oddi_synth_options o = made_options(100000, "all");
    struct oddi_buf a = made_text(&o), b = made_text(&o);
    (void)state;
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    /* Changes only when the traffic is meant to change; the same for gcc and clang at any level. */
    assert_int_equal(a.size, PINNED_SIZE);
    assert_int_equal(made_crc(a.data, a.size), PINNED_CRC);
    oddi_buf_free(&b);
    o.seed = 2;
    b = made_text(&o);
    assert_int_not_equal(made_crc(b.data, b.size), PINNED_CRC);
    oddi_buf_free(&a);
    oddi_buf_free(&b);
}

static const char header[] =
    "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,"
    "SrcBytes,Label\n";

static void check_row(const struct made_row *r)
{
    double bytes = made_number(r, BYTES), pkts = made_number(r, PKTS), sent = made_number(r, SRC_BYTES);
    double dur = made_number(r, DUR);
    assert_int_equal(r->columns, N_COLUMNS);
    assert_int_equal(r->n[TIME], 26);
    assert_true(made_starts(r, TIME, "2011/08/1"));
    assert_true(dur >= 0 && dur <= 3600);
    assert_true(pkts >= 1 && bytes >= 60 * pkts && bytes <= 1515 * pkts);
    assert_true(sent >= 0 && sent <= bytes);
    assert_true(made_starts(r, LABEL, "flow="));
    assert_int_equal(r->field[DIR][0], ' ');
    assert_true(r->n[STATE] >= 2 && r->n[PROTO] >= 3 && r->n[SRC] >= 7 && r->n[DST] >= 7);
    if (made_is(r, PROTO, "tcp") || made_is(r, PROTO, "udp"))
        assert_true(made_number(r, SPORT) <= 65535 && made_number(r, DPORT) <= 65535);
    if (made_is(r, PROTO, "icmp"))
        assert_true(made_starts(r, DPORT, "0x") || r->n[DPORT] == 0);
    if (made_is(r, PROTO, "arp"))
        assert_true(r->n[SPORT] + r->n[DPORT] + r->n[STOS] + r->n[DTOS] == 0);
    if (r->field[STATE][r->n[STATE] - 1] == '_')
        assert_true(r->n[DTOS] == 0 && sent == bytes);
    if (r->field[STATE][0] == '_')
        assert_true(r->n[STOS] == 0 && sent == 0);
}

/* Rows, order and shape; returns how many rows have a label that begins so. */
static uint64_t check_file(const struct oddi_buf *text, uint64_t flows, const char *prefix)
{
    const char *p = text->data + sizeof header - 1;
    struct made_row r;
    int64_t before = 0;
    uint64_t n = 0, counted = 0;
    assert_memory_equal(text->data, header, sizeof header - 1);
    while (made_next(&p, &r)) {
        int64_t t = made_time(&r);
        check_row(&r);
        assert_true(t >= before);
        before = t;
        n++;
        counted += made_starts(&r, LABEL, prefix);
    }
    assert_int_equal(n, flows);
    return counted;
}

static void rows_have_the_shape_of_the_real_ones(void **state)
{
    static const char *const protos[] = {"tcp", "udp", "icmp", "arp", "igmp", "rtp", "rtcp", "ipv6-icmp"};
    struct oddi_synth_options o = made_options(200000, "all");
    struct oddi_buf text = made_text(&o);
    double mean = (double)text.size / 200001;
    (void)state;
    assert_true(mean >= 130 && mean <= 140);
    check_file(&text, 200000, "");
    for (size_t i = 0; i < sizeof protos / sizeof *protos; i++) {
        char part[32];
        snprintf(part, sizeof part, ",%s,", protos[i]);
        assert_non_null(strstr(text.data, part));
    }
    assert_non_null(strstr(text.data, ",flow=To-Background-UDP-CVUT-DNS-Server\n"));
    assert_non_null(strstr(text.data, ",flow=From-Normal-V47-Grill\n"));
    oddi_buf_free(&text);
}

static void any_number_of_rows(void **state)
{
    static const uint64_t counts[] = {0, 1, 2, 3, 10, 47, 48, 49, 1000, 1999};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct oddi_synth_options o = made_options(counts[i], "all");
        struct oddi_buf text = made_text(&o);
        assert_true(check_file(&text, counts[i], "flow=From-Botnet-") <= counts[i] / 2);
        oddi_buf_free(&text);
        o.header = false;
        text = made_text(&o);
        assert_true(counts[i] ? text.data[0] == '2' : text.size == 0);
        oddi_buf_free(&text);
    }
}

static void every_kind_is_planted_and_labelled(void **state)
{
    (void)state;
    for (size_t i = 0; oddi_attack_at(i); i++) {
        uint64_t loud, quiet;
        char spec[64], prefix[64];
        const char *name = oddi_attack_at(i)->name;
        struct oddi_synth_options o = made_options(60000, spec);
        struct oddi_buf text;

        snprintf(prefix, sizeof prefix, "flow=From-Botnet-%s-L100-", name);
        snprintf(spec, sizeof spec, "%s:loud", name);
        text = made_text(&o);
        loud = check_file(&text, 60000, prefix);
        assert_int_equal(check_file(&text, 60000, "flow=From-Botnet-"), loud);
        oddi_buf_free(&text);

        snprintf(prefix, sizeof prefix, "flow=From-Botnet-%s-L0-", name);
        snprintf(spec, sizeof spec, "%s:0", name);
        text = made_text(&o);
        quiet = check_file(&text, 60000, prefix);
        assert_int_equal(check_file(&text, 60000, "flow=From-Botnet-"), quiet);
        oddi_buf_free(&text);

        assert_true(loud >= 1 && quiet >= 1 && loud <= 3000 && quiet <= 3000);
        /* Exfiltration is louder with fewer, bigger flows. */
        assert_true(strcmp(name, "exfiltration") == 0 ? loud < quiet : loud > quiet);
    }
}

static void without_attacks_there_are_none(void **state)
{
    struct oddi_synth_options o = made_options(50000, "none");
    struct oddi_buf text = made_text(&o);
    (void)state;
    assert_int_equal(check_file(&text, 50000, "flow=From-Botnet-"), 0);
    /* No infected host is seen otherwise either. */
    assert_null(strstr(text.data, ",147.32.84.165,"));
    oddi_buf_free(&text);
}

static void all_attacks_are_a_small_share(void **state)
{
    struct oddi_synth_options o = made_options(100000, NULL);
    struct oddi_buf text = made_text(&o);
    uint64_t n = check_file(&text, 100000, "flow=From-Botnet-");
    (void)state;
    assert_in_range(n, 3000, 5100);
    oddi_buf_free(&text);
}

/* Slow traffic over 60 hours: one round of attacks after another, all loud kinds more than once. */
static void long_traffic_has_rounds(void **state)
{
    struct oddi_synth_options o = made_options(36000, "scan:1,beacon:1");
    struct oddi_buf text;
    const char *p;
    struct made_row r;
    uint64_t per_six_hours[11] = {0};
    (void)state;
    o.rate = 10;
    text = made_text(&o);
    check_file(&text, 36000, "");
    p = text.data + sizeof header - 1;
    while (made_next(&p, &r)) {
        int64_t hour = (made_time(&r) / 1000000 - 15 * 86400 - 36000) / 3600;
        if (made_starts(&r, LABEL, "flow=From-Botnet-scan-L100") && hour / 6 < 11)
            per_six_hours[hour / 6]++;
    }
    for (int i = 0; i < 10; i++)
        assert_true(per_six_hours[i] > 10);
    oddi_buf_free(&text);
}

/* Counts per minute vary as Poisson counts do: their variance is their mean. */
static void the_rate_is_kept(void **state)
{
    static const double rates[] = {100, 7600, 50000};
    (void)state;
    for (int k = 0; k < 3; k++) {
        enum { MINUTES = 40 };
        struct oddi_synth_options o = made_options((uint64_t)(rates[k] * MINUTES), "none");
        struct oddi_buf text;
        struct made_row r;
        const char *p;
        double count[MINUTES + 5] = {0}, sum = 0, squares = 0;
        o.rate = rates[k];
        text = made_text(&o);
        p = text.data + sizeof header - 1;
        while (made_next(&p, &r)) {
            int64_t minute = made_time(&r) / 60000000 - 15 * 1440 - 600;
            assert_in_range(minute, 0, MINUTES + 4);
            count[minute]++;
        }
        for (int i = 0; i < MINUTES - 3; i++) {
            sum += count[i];
            squares += (count[i] - rates[k]) * (count[i] - rates[k]);
        }
        assert_true(sum > (MINUTES - 3) * rates[k] - 5 * sqrt((MINUTES - 3) * rates[k]));
        assert_true(sum < (MINUTES - 3) * rates[k] + 5 * sqrt((MINUTES - 3) * rates[k]));
        assert_true(squares / (MINUTES - 3) > rates[k] * 0.4 && squares / (MINUTES - 3) < rates[k] * 2.2);
        oddi_buf_free(&text);
    }
}

static void other_starts(void **state)
{
    struct oddi_synth_options o = made_options(1000, "none");
    struct oddi_buf text;
    (void)state;
    o.header = false;
    o.start = 0;
    text = made_text(&o);
    assert_memory_equal(text.data, "1970/01/01 00:00:00.", 20);
    oddi_buf_free(&text);
    o.start = -INT64_C(4000000000);
    text = made_text(&o);
    assert_memory_equal(text.data, "1969/12/31 23:59:56.", 20);
    assert_non_null(strstr(text.data, "\n1970/01/01 00:00:0"));
    oddi_buf_free(&text);
}

static void expect_error(struct oddi_synth_options o, const char *sentence)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf b;
    oddi_buf_init(&b, 0);
    assert_int_equal(oddi_synth(&o, made_write, &b, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, sentence);
    assert_int_equal(b.size, 0);
    oddi_buf_free(&b);
}

static void what_cannot_be_is_refused(void **state)
{
    struct oddi_synth_options o = made_options(10, "all");
    static const char rate[] = "the rate must be more than 0 and at most 1e+12 flows a minute";
    (void)state;
    o.rate = 0;
    expect_error(o, rate);
    o.rate = -1;
    expect_error(o, rate);
    o.rate = (double)NAN;
    expect_error(o, rate);
    o.rate = (double)INFINITY;
    expect_error(o, rate);
    o = made_options(10, "floot");
    expect_error(o, "unknown attack 'floot'; did you mean 'flood'?");
    o = made_options(10000000, "all");
    o.rate = 1e-3;
    expect_error(o,
                 "10000000 flows at this rate would end after the year 2262; ask for fewer or a higher rate");
    o = made_options(10, "all");
    o.start = INT64_MAX - 1000;
    expect_error(o, "10 flows at this rate would end after the year 2262; ask for fewer or a higher rate");
}

struct failing {
    int errnum;
    unsigned calls, fail_at;
};

static int failing_write(void *ctx, const void *bytes, size_t n)
{
    struct failing *f = ctx;
    (void)bytes;
    (void)n;
    return ++f->calls == f->fail_at ? f->errnum : 0;
}

static void write_errors_are_told(void **state)
{
    struct oddi_synth_options o = made_options(10000, "all");
    (void)state;
    /* 10,000 rows are six buffers: every one of them fails once. */
    for (unsigned at = 1; at <= 6; at++) {
        struct odd_error err = ODD_ERROR_INIT;
        struct failing f = {ENOSPC, 0, at};
        assert_int_equal(oddi_synth(&o, failing_write, &f, &err), ODD_ERR_IO);
        assert_non_null(strstr(err.message, "write the generated flows"));
        assert_int_equal(f.calls, at);
        f = (struct failing){EPIPE, 0, at};
        assert_int_equal(oddi_synth(&o, failing_write, &f, &err), ODD_ERR_CLOSED);
        assert_int_equal(f.calls, at);
    }
}

static enum odd_status generate_a_little(void *ctx)
{
    struct oddi_synth_options o = made_options(100, "all");
    struct failing f = {0, 0, 0};
    (void)ctx;
    return oddi_synth(&o, failing_write, &f, NULL);
}

static void failing_memory_leaks_nothing(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(generate_a_little, NULL));
}

/* The number of allocations does not depend on the number of rows. */
static void memory_does_not_grow(void **state)
{
    size_t calls[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct oddi_synth_options o = made_options(i ? 2000000 : 100, "all");
        struct failing f = {0, 0, 0};
        failalloc_at(0);
        assert_int_equal(oddi_synth(&o, failing_write, &f, NULL), ODD_OK);
        failalloc_off();
        calls[i] = failalloc_calls();
        assert_int_equal(failalloc_live(), 0);
    }
    assert_int_equal(calls[0], calls[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_everywhere),
        cmocka_unit_test(rows_have_the_shape_of_the_real_ones),
        cmocka_unit_test(any_number_of_rows),
        cmocka_unit_test(every_kind_is_planted_and_labelled),
        cmocka_unit_test(without_attacks_there_are_none),
        cmocka_unit_test(all_attacks_are_a_small_share),
        cmocka_unit_test(long_traffic_has_rounds),
        cmocka_unit_test(the_rate_is_kept),
        cmocka_unit_test(other_starts),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(write_errors_are_told),
        cmocka_unit_test(failing_memory_leaks_nothing),
        cmocka_unit_test(memory_does_not_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
