#include "fixture.h"

#include <stdio.h>

#include "base/rng.h"

static void test_windows_flows_and_totals(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 6241, 1, 2);

    (void)unused;
    scene_odd(w, 1453, 61164753, 97.29);
    scene_odd(w, 8, 70963308, 75.04);
    scene_add(s, 1752, 2, 0);
    w = scene_add(s, 3, 0, 3);
    w->result.alone = true;
    scene_odd(w, 99, 7, NAN);
    s->ledger =
        (struct odd_ledger){.windows = 1089, .odd_windows = 1, .scored = 394168, .outliers = 5, .alone = 3};
    scene_expect(
        s, "table",
        "2011-08-10 09:46  6,241 flows  1 cluster  2 outliers\n"
        "  97.2  row 1453     09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
        "      bytes 61,164,753: expected 60..40,186,221;\n"
        "      would be normal at bytes <= 40,211,003\n"
        "  75.0  row 8        09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
        "      bytes 70,963,308: expected 60..40,186,221;\n"
        "      would be normal at bytes <= 40,211,003\n"
        "\n"
        "2011-08-10 09:48  3 flows: nothing to compare with\n"
        "1,089 windows, 1 with outliers, 394,168 flows, 5 outliers (3 with nothing to compare with)\n");
    s->o.width = 120;
    s->n_windows = 1;
    scene_expect(
        s, "table",
        "2011-08-10 09:46  6,241 flows  1 cluster  2 outliers\n"
        "  97.2  row 1453     09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
        "      bytes 61,164,753: expected 60..40,186,221; would be normal at bytes <= 40,211,003\n"
        "  75.0  row 8        09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
        "      bytes 70,963,308: expected 60..40,186,221; would be normal at bytes <= 40,211,003\n"
        "\n"
        "1,089 windows, 1 with outliers, 394,168 flows, 5 outliers (3 with nothing to compare with)\n");
    free(s);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *p = text; (p = strstr(p, what)); p++)
        n++;
    return n;
}

static void render(const struct scene *s, struct oddi_buf *out)
{
    oddi_buf_clear(out);
    assert_int_equal(scene_write(s, oddi_writer_find("table"), out), ODD_OK);
    oddi_buf_cstr(out);
}

static void test_five_a_window_unless_verbose(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 50000, 1, 1234);
    struct oddi_buf out;

    (void)unused;
    oddi_buf_init(&out, 0);
    for (int i = 0; i < 9; i++)
        scene_odd(w, 10, 61164753, 90);
    render(s, &out);
    assert_int_equal(count(out.data, "row 10"), ODDI_TABLE_ROWS);
    assert_int_equal(count(out.data, "      ... 1,229 more (-v shows all)\n\n"), 1);
    s->o.verbose = true;
    render(s, &out);
    assert_int_equal(count(out.data, "row 10"), 9);
    assert_int_equal(count(out.data, "more"), 0);
    oddi_buf_free(&out);
    free(s);
}

static void test_all_rows_with_their_cluster(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 2, 1, 1);

    (void)unused;
    s->o.all = true;
    s->o.width = 200;
    s->o.n_sources = 2;
    s->sources[1] = "b\n.csv";
    scene_row(w, 0, 875, 3);
    w->verdicts[0].cluster = 4;
    scene_odd(w, 1, 61164753, 100)->source = 1;
    flow_clear(&w->flows[1]);
    scene_expect(
        s, "table",
        "2011-08-10 09:46  2 flows  1 cluster  1 outlier\n"
        "   3.0  row 0        09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375  bytes 875  cluster 4"
        "  in capture.binetflow\n"
        " 100.0  row 1        noise  in b\\x0A.csv\n"
        "      bytes 61,164,753: expected 60..40,186,221; would be normal at bytes <= 40,211,003\n"
        "\n"
        "0 windows, 0 with outliers, 0 flows, 0 outliers\n");
    free(s);
}

static void test_top_has_dates_and_no_windows(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 2, 1, 1);

    (void)unused;
    s->o.top = true;
    s->o.width = 200;
    s->ledger.outliers = s->ledger.scored = s->ledger.windows = s->ledger.odd_windows = 1;
    scene_odd(w, 1, 61164753, 99);
    scene_expect(s, "table",
                 "  99.0  row 1        2011-08-10 09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
                 "      bytes 61,164,753: expected 60..40,186,221; would be normal at bytes <= 40,211,003\n"
                 "\n"
                 "1 window, 1 with outliers, 1 flow, 1 outlier\n");
    free(s);
}

static void test_several_features(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w;

    (void)unused;
    s->o.n_features = 3;
    s->features[1] = "pkts";
    s->features[2] = "duration";
    w = scene_add(s, 20, 1, 1);
    scene_odd(w, 1, 61164753, 99);
    w->values[0][2] = 17.5;
    w->reasons[0][0].share = .25;
    w->reasons[0][1].share = .75;
    scene_expect(s, "table",
                 "2011-08-10 09:46  20 flows  1 cluster  1 outlier\n"
                 "  99.0  row 1        09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
                 "      duration 17.5 s\n"
                 "      pkts 61,164,753 (75 %): expected 60..40,186,221;\n"
                 "      bytes 61,164,753 (25 %): expected 60..40,186,221;\n"
                 "      would be normal at bytes <= 40,211,003\n"
                 "\n"
                 "0 windows, 0 with outliers, 0 flows, 0 outliers\n");
    free(s);
}

static void test_table_of_numbers(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 150, 2, 1);

    (void)unused;
    s->o.no_window = true;
    w->result.start = INT64_MIN;
    w->result.end = INT64_MAX;
    s->features[0] = "petal length";
    scene_odd(w, 1, 61164753, 99);
    w->rows[0].flow = NULL;
    s->ledger.scored = 150;
    s->ledger.outliers = 1;
    scene_expect(s, "table",
                 "150 flows  2 clusters  1 outlier\n"
                 "  99.0  row 1\n"
                 "      petal length 61,164,753: expected 60..40,186,221;\n"
                 "      would be normal at petal length <= 40,211,003\n"
                 "\n"
                 "150 flows, 1 outlier\n");
    free(s);
}

static void test_windows_only(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 6241, 1, 6);

    (void)unused;
    s->o.windows_only = true;
    s->o.n_features = 1;
    s->features[0] = "duration";
    w->mean[0] = 1.25;
    w->std[0] = 1000;
    scene_odd(w, 1, 61164753, 99);
    scene_add(s, 1, 0, 1)->result.alone = true;
    scene_expect(s, "table",
                 "2011-08-10 09:46  6,241 flows  1 cluster  6 outliers\n"
                 "      duration mean 1.25 s std 1,000 s\n"
                 "2011-08-10 09:47  1 flow: nothing to compare with\n"
                 "      duration mean 356,000 s std 7,555,000 s\n"
                 "0 windows, 0 with outliers, 0 flows, 0 outliers\n");
    free(s);
}

static void test_colour(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 6241, 1, 1);

    (void)unused;
    s->o.color = true;
    s->o.width = 100;
    scene_odd(w, 8, 70963308, 75.04);
    scene_expect(
        s, "table",
        "\x1b[1m2011-08-10 09:46\x1b[0m  \x1b[1m6,241 flows\x1b[0m  1 cluster  \x1b[1m1 outlier\x1b[0m\n"
        "  \x1b[1;31m75.0\x1b[0m  row 8        09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
        "      bytes 70,963,308: expected 60..40,186,221; would be normal at bytes <= 40,211,003\n"
        "\n"
        "0 windows, 0 with outliers, 0 flows, 0 outliers\n");
    free(s);
}

static void test_addresses(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 9, 1, 5);

    (void)unused;
    s->o.width = 80;
    for (int i = 0; i < 5; i++)
        scene_odd(w, (uint64_t)i, 1, 99)->reasons = NULL;
    w->flows[0].addr[ODDI_SRC_IP] = v6(0xab);
    w->flows[0].addr[ODDI_DST_IP] = v6(0xcd);
    w->flows[0].text[ODDI_DIR] = (struct oddi_text){NULL, 0};
    w->flows[1].addr[ODDI_SRC_IP] = mac(0x0e);
    w->flows[1].addr[ODDI_DST_IP] = (struct oddi_addr){.kind = ODDI_ADDR_NONE};
    w->flows[1].code[ODDI_SRC_PORT] = UINT32_MAX;
    w->flows[1].code[ODDI_DST_PORT] = UINT32_MAX;
    w->flows[1].code[ODDI_PROTO] = ODDI_PROTO_OTHER;
    w->flows[1].text[ODDI_PROTO] = text_of("l\x1b[2mlc");
    w->flows[2].addr[ODDI_SRC_IP].kind = ODDI_ADDR_NONE;
    w->flows[2].code[ODDI_PROTO] = UINT32_MAX;
    w->flows[3].addr[ODDI_DST_IP] = mac(1);
    w->flows[3].code[ODDI_PROTO] = 300;
    w->flows[3].text[ODDI_PROTO].s = NULL;
    w->flows[4].addr[ODDI_SRC_IP].kind = w->flows[4].addr[ODDI_DST_IP].kind = ODDI_ADDR_NONE;
    w->flows[4].code[ODDI_SRC_PORT] = w->flows[4].code[ODDI_DST_PORT] = UINT32_MAX;
    w->flows[4].time[ODDI_TS_START] = ODDI_NO_TIME;
    scene_expect(s, "table",
                 "2011-08-10 09:46  9 flows  1 cluster  5 outliers\n"
                 "  99.0  row 0        09:46:53  tcp\n"
                 "      [abab:abab:abab:abab:abab:abab:abab:abab]:554 ->\n"
                 "      [cdcd:cdcd:cdcd:cdcd:cdcd:cdcd:cdcd:cdcd]:49375  bytes 1\n"
                 "  99.0  row 1        09:46:53  l\\x1B[2mlc  0e:0e:0e:0e:0e:0e <?> ?  bytes 1\n"
                 "  99.0  row 2        09:46:53  ?:554 <?> 147.32.84.59:49375  bytes 1\n"
                 "  99.0  row 3        09:46:53  300\n"
                 "      195.250.146.6:554 <?> [01:01:01:01:01:01]:49375  bytes 1\n"
                 "  99.0  row 4        tcp   bytes 1\n"
                 "\n"
                 "0 windows, 0 with outliers, 0 flows, 0 outliers\n");
    free(s);
}

static void test_times_of_short_and_long_windows(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 9, 1, 1);
    struct oddi_buf out;

    (void)unused;
    oddi_buf_init(&out, 0);
    scene_odd(w, 1, 1, 99);
    w->result.end = w->result.start + ODDI_SECOND;
    render(s, &out);
    assert_int_equal(count(out.data, "  09:46:53.709666  tcp"), 1);
    w->result.end = w->result.start + 2 * ODDI_DAY;
    render(s, &out);
    assert_int_equal(count(out.data, "  2011-08-10 09:46:53  tcp"), 1);
    oddi_buf_free(&out);
    free(s);
}

/* Nothing of the input can move the cursor, colour the terminal or break a line; lines keep to the width. */
static void test_hostile_bytes(void **unused)
{
    struct oddi_rng r;
    struct oddi_buf out;

    (void)unused;
    oddi_buf_init(&out, 0);
    oddi_rng_seed(&r, 3);
    for (int round = 0; round < 1000; round++) {
        struct scene *s = scene_new();
        struct scene_window *w = scene_add(s, 9, 1, 1);
        char bytes[25];
        size_t column = 0;

        for (size_t k = 0; k < 24; k++)
            bytes[k] = (char)(round < 16 ? (round * 16 + (int)k % 16) : (int)oddi_rng_below(&r, 256));
        for (size_t k = 0; k < 24; k++)
            if (!bytes[k])
                bytes[k] = '\x9b';
        bytes[24] = 0;
        s->o.n_sources = 2;
        s->features[0] = s->sources[0] = bytes;
        scene_odd(w, 1, 61164753, 99);
        w->flows[0].text[ODDI_DIR] = (struct oddi_text){bytes, 24};
        w->flows[0].text[ODDI_PROTO] = (struct oddi_text){bytes, 24};
        w->flows[0].code[ODDI_PROTO] = ODDI_PROTO_OTHER;
        render(s, &out);
        for (size_t k = 0; k < out.size; k++) {
            unsigned char c = (unsigned char)out.data[k];

            assert_true(c == '\n' || (c >= 0x20 && c != 0x7f));
            if (c == 0xc2)
                assert_true((unsigned char)out.data[k + 1] >= 0xa0); /* no C1 control */
            column = c == '\n' ? 0 : column + 1;
            assert_true(column <= 240);
        }
        assert_int_equal(count(out.data, "\xe2\x80\xae"), 0);
        free(s);
    }
    oddi_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows_flows_and_totals),
        cmocka_unit_test(test_five_a_window_unless_verbose),
        cmocka_unit_test(test_all_rows_with_their_cluster),
        cmocka_unit_test(test_top_has_dates_and_no_windows),
        cmocka_unit_test(test_several_features),
        cmocka_unit_test(test_table_of_numbers),
        cmocka_unit_test(test_windows_only),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_times_of_short_and_long_windows),
        cmocka_unit_test(test_hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
