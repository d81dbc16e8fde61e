/* needs: failalloc */
#include "flow/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failalloc.h"

#define MAX_NAMES 200

/* A header line split at its separator: what a reader hands over. */
struct header {
    char *text;
    const char *names[MAX_NAMES];
    size_t lengths[MAX_NAMES];
    size_t n;
};

static void split(struct header *h, const char *line, char separator)
{
    char *p = h->text = strdup(line);

    assert_non_null(p);
    h->n = 0;
    for (;;) {
        char *end = strchr(p, separator);

        assert_true(h->n < MAX_NAMES);
        h->names[h->n] = p;
        h->lengths[h->n++] = end ? (size_t)(end - p) : strlen(p);
        if (!end)
            return;
        p = end + 1;
    }
}

static struct oddi_schema make(const char *line, char separator, const char *map)
{
    struct header h;
    struct oddi_schema s;
    struct odd_error err = ODD_ERROR_INIT;

    split(&h, line, separator);
    if (oddi_schema_init(&s, h.names, h.lengths, h.n, &map, map != NULL, &err) != ODD_OK)
        fail_msg("%s", err.message);
    free(h.text); /* the schema has copies */
    return s;
}

static void expect_column(const struct oddi_schema *s, enum oddi_field field, const char *column,
                          double divisor)
{
    const struct oddi_recipe *r = &s->recipes[field];

    if (r->how != ODDI_COLUMN || strcmp(s->names[r->a], column) != 0 || r->div_a != divisor)
        fail_msg("%s is not column %s / %g", oddi_field_row(field)->name, column, divisor);
    assert_int_equal(r->type, oddi_field_row(field)->type);
}

static void expect_pair(const struct oddi_schema *s, enum oddi_field field, enum oddi_how how, const char *a,
                        const char *b)
{
    const struct oddi_recipe *r = &s->recipes[field];

    if (r->how != how || strcmp(s->names[r->a], a) != 0 || strcmp(s->names[r->b], b) != 0)
        fail_msg("%s is not made of %s and %s", oddi_field_row(field)->name, a, b);
    assert_int_equal(r->type, oddi_field_row(field)->type);
}

static void expect_absent(const struct oddi_schema *s, enum oddi_field field)
{
    assert_int_equal(s->recipes[field].how, ODDI_ABSENT);
}

static void test_argus(void **unused)
{
    struct oddi_schema s =
        make("StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,"
             "SrcBytes,Label",
             ',', NULL);

    (void)unused;
    assert_int_equal(s.n_columns, 15);
    expect_column(&s, ODDI_TS_START, "StartTime", 1);
    expect_column(&s, ODDI_DURATION, "Dur", 1);
    expect_column(&s, ODDI_PROTO, "Proto", 1);
    expect_column(&s, ODDI_SRC_IP, "SrcAddr", 1);
    expect_column(&s, ODDI_SRC_PORT, "Sport", 1);
    expect_column(&s, ODDI_DIR, "Dir", 1);
    expect_column(&s, ODDI_DST_IP, "DstAddr", 1);
    expect_column(&s, ODDI_DST_PORT, "Dport", 1);
    expect_column(&s, ODDI_STATE, "State", 1);
    expect_column(&s, ODDI_SRC_TOS, "sTos", 1);
    expect_column(&s, ODDI_DST_TOS, "dTos", 1);
    expect_column(&s, ODDI_PKTS, "TotPkts", 1);
    expect_column(&s, ODDI_BYTES, "TotBytes", 1);
    expect_column(&s, ODDI_SRC_BYTES, "SrcBytes", 1);
    expect_column(&s, ODDI_LABEL, "Label", 1);
    expect_pair(&s, ODDI_DST_BYTES, ODDI_DIFFERENCE, "TotBytes", "SrcBytes");
    expect_absent(&s, ODDI_SRC_PKTS);
    expect_absent(&s, ODDI_DST_PKTS);
    expect_absent(&s, ODDI_TS_END);
    for (size_t i = 0; i < s.n_columns; i++)
        assert_int_not_equal(s.fields[i], ODDI_NO_FIELD);
    oddi_schema_clear(&s);
    assert_null(s.names);
    oddi_schema_clear(&s); /* twice is harmless */
}

static void test_argus_all_columns(void **unused)
{
    struct oddi_schema s = make("\xef\xbb\xbfStartTime\tLastTime\tDur\tSrcPkts\tDstPkts\tSrcBytes\tDstBytes\t"
                                "TotPkts\tTotBytes\tsrcUdata",
                                '\t', NULL);

    (void)unused;
    expect_column(&s, ODDI_TS_START, "StartTime", 1);
    expect_column(&s, ODDI_TS_END, "LastTime", 1);
    expect_column(&s, ODDI_SRC_PKTS, "SrcPkts", 1);
    expect_column(&s, ODDI_DST_PKTS, "DstPkts", 1);
    expect_column(&s, ODDI_DST_BYTES, "DstBytes", 1);
    expect_column(&s, ODDI_BYTES, "TotBytes", 1);
    assert_int_equal(s.fields[9], ODDI_NO_FIELD);
    oddi_schema_clear(&s);
}

static void test_cicflowmeter(void **unused)
{
    struct oddi_schema old =
        make("Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, "
             "Flow Duration, Total Fwd Packets, Total Backward Packets,Total Length of Fwd Packets, Total "
             "Length of Bwd Packets, Fwd Header Length,Flow Bytes/s, Fwd Header Length, Label",
             ',', NULL);
    struct oddi_schema now = make(
        "id,Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total "
        "Bwd packets,Total Length of Fwd Packet,Total Length of Bwd Packet,Label",
        ',', NULL);
    struct oddi_recipe r;
    const char *name;

    (void)unused;
    expect_column(&old, ODDI_SRC_IP, "Source IP", 1);
    expect_column(&old, ODDI_DST_PORT, "Destination Port", 1);
    expect_column(&old, ODDI_PROTO, "Protocol", 1);
    expect_column(&old, ODDI_DURATION, "Flow Duration", 1e6);
    expect_pair(&old, ODDI_BYTES, ODDI_SUM, "Total Length of Fwd Packets", "Total Length of Bwd Packets");
    expect_pair(&old, ODDI_PKTS, ODDI_SUM, "Total Fwd Packets", "Total Backward Packets");
    /* the name is there twice: the first counts */
    assert_int_equal(oddi_schema_resolve(&old, "Fwd Header Length", &r, &name, NULL), ODD_OK);
    assert_int_equal(r.a, 12);
    assert_int_equal(r.type, ODDI_TYPE_NUMBER);
    expect_column(&now, ODDI_TS_START, "Timestamp", 1);
    expect_column(&now, ODDI_SRC_PORT, "Src Port", 1);
    expect_column(&now, ODDI_DST_PKTS, "Total Bwd packets", 1);
    expect_pair(&now, ODDI_BYTES, ODDI_SUM, "Total Length of Fwd Packet", "Total Length of Bwd Packet");
    assert_int_equal(oddi_schema_resolve(&now, "Flow Duration", &r, &name, NULL), ODD_OK);
    assert_true(r.div_a == 1e6);
    assert_string_equal(name, "duration");
    oddi_schema_clear(&old);
    oddi_schema_clear(&now);
}

static void test_unsw_and_ugr(void **unused)
{
    struct oddi_schema u = make(
        "\xef\xbb\xbfsrcip,sport,dstip,dsport,proto,state,dur,sbytes,dbytes,service,Spkts,Dpkts,Stime,Ltime,"
        "ct_src_ ltm,attack_cat,label",
        ',', NULL);
    struct oddi_schema g = make("srcip,dstip,srcport,dstport,proto,ts,td,pkt,byt,type", ',', NULL);

    (void)unused;
    assert_string_equal(u.names[0], "srcip");
    expect_column(&u, ODDI_SRC_IP, "srcip", 1);
    expect_column(&u, ODDI_DST_PORT, "dsport", 1);
    expect_column(&u, ODDI_TS_START, "Stime", 1);
    expect_column(&u, ODDI_TS_END, "Ltime", 1);
    expect_column(&u, ODDI_DURATION, "dur", 1);
    expect_column(&u, ODDI_LABEL, "label", 1);
    expect_pair(&u, ODDI_BYTES, ODDI_SUM, "sbytes", "dbytes");
    expect_pair(&u, ODDI_PKTS, ODDI_SUM, "Spkts", "Dpkts");
    assert_int_equal(u.fields[15], ODDI_NO_FIELD);
    expect_column(&g, ODDI_TS_START, "ts", 1);
    expect_column(&g, ODDI_DURATION, "td", 1);
    expect_column(&g, ODDI_BYTES, "byt", 1);
    expect_column(&g, ODDI_PKTS, "pkt", 1);
    expect_column(&g, ODDI_LABEL, "type", 1);
    expect_absent(&g, ODDI_SRC_BYTES);
    oddi_schema_clear(&u);
    oddi_schema_clear(&g);
}

static void test_zeek_prefers_payload_bytes(void **unused)
{
    struct oddi_schema s =
        make("ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_ip_bytes\t"
             "orig_bytes\tresp_bytes\tresp_ip_bytes\tconn_state\torig_pkts\tresp_pkts\tlabel\tdetailedlabel",
             '\t', NULL);
    struct oddi_recipe r;
    const char *name;

    (void)unused;
    expect_column(&s, ODDI_SRC_BYTES, "orig_bytes", 1);
    expect_column(&s, ODDI_DST_BYTES, "resp_bytes", 1);
    expect_column(&s, ODDI_STATE, "conn_state", 1);
    expect_column(&s, ODDI_LABEL, "label", 1);
    expect_pair(&s, ODDI_BYTES, ODDI_SUM, "orig_bytes", "resp_bytes");
    assert_int_equal(s.fields[9], ODDI_NO_FIELD);
    assert_int_equal(oddi_schema_resolve(&s, "orig_ip_bytes", &r, &name, NULL), ODD_OK);
    assert_int_equal(r.a, 9);
    assert_string_equal(name, "orig_ip_bytes");
    oddi_schema_clear(&s);
}

static void test_one_way_and_unirec(void **unused)
{
    struct oddi_schema ipfix =
        make("flowStartMilliseconds,flowEndMilliseconds,octetDeltaCount,packetDeltaCount", ',', NULL);
    struct oddi_schema unirec = make("TIME_FIRST,TIME_LAST,BYTES,BYTES_REV,PACKETS,PACKETS_REV", ',', NULL);
    struct oddi_schema goflow = make("time_flow_start_ns,bytes,packets,src_bytes", ',', NULL);

    (void)unused;
    expect_column(&ipfix, ODDI_SRC_BYTES, "octetDeltaCount", 1);
    expect_column(&ipfix, ODDI_BYTES, "octetDeltaCount", 1);
    expect_column(&ipfix, ODDI_PKTS, "packetDeltaCount", 1);
    expect_pair(&ipfix, ODDI_DURATION, ODDI_ELAPSED, "flowEndMilliseconds", "flowStartMilliseconds");
    expect_column(&unirec, ODDI_SRC_BYTES, "BYTES", 1);
    expect_column(&unirec, ODDI_DST_BYTES, "BYTES_REV", 1);
    expect_pair(&unirec, ODDI_BYTES, ODDI_SUM, "BYTES", "BYTES_REV");
    expect_pair(&unirec, ODDI_PKTS, ODDI_SUM, "PACKETS", "PACKETS_REV");
    expect_column(&goflow, ODDI_BYTES, "bytes", 1);
    expect_pair(&goflow, ODDI_DST_BYTES, ODDI_DIFFERENCE, "bytes", "src_bytes");
    oddi_schema_clear(&ipfix);
    oddi_schema_clear(&unirec);
    oddi_schema_clear(&goflow);
}

static void test_better_spelling_wins(void **unused)
{
    struct oddi_schema s = make("timestamp,flow.start,flow.end,Label,label", ',', NULL);
    struct oddi_recipe r;
    const char *name;

    (void)unused;
    expect_column(&s, ODDI_TS_START, "flow.start", 1);
    expect_column(&s, ODDI_LABEL, "Label", 1);
    assert_int_equal(s.fields[0], ODDI_NO_FIELD);
    /* the loser is still a time under its own name */
    assert_int_equal(oddi_schema_resolve(&s, "timestamp", &r, &name, NULL), ODD_OK);
    assert_int_equal(r.type, ODDI_TYPE_TIME);
    assert_int_equal(r.a, 0);
    assert_string_equal(name, "timestamp");
    oddi_schema_clear(&s);
}

static void test_maps(void **unused)
{
    struct oddi_schema s = make("when,len,TotBytes,took_us", ',', "ts_start=when");
    struct oddi_schema t = make("when,len,TotBytes,took_us", ',', "TotBytes = LEN");
    struct oddi_schema u = make("when,len,TotBytes,took_us", ',', "Flow Duration=took_us");
    struct oddi_schema v = make("Flow Duration,Dur", ',', "duration=Flow Duration");
    struct oddi_recipe r;
    const char *name;

    (void)unused;
    expect_column(&s, ODDI_TS_START, "when", 1);
    assert_int_equal(s.fields[0], ODDI_TS_START);
    expect_column(&t, ODDI_BYTES, "len", 1);
    assert_int_equal(t.fields[1], ODDI_BYTES);
    assert_int_equal(t.fields[2], ODDI_NO_FIELD);
    assert_int_equal(oddi_schema_resolve(&t, "bytes", &r, &name, NULL), ODD_OK);
    assert_int_equal(r.a, 1);
    expect_column(&u, ODDI_DURATION, "took_us", 1e6); /* the unit of the spelling that was typed */
    expect_column(&v, ODDI_DURATION, "Flow Duration", 1e6);
    oddi_schema_clear(&s);
    oddi_schema_clear(&t);
    oddi_schema_clear(&u);
    oddi_schema_clear(&v);
}

static void expect_map_refused(const char *map, const char *message)
{
    static const char *const names[] = {"StartTime", "TotBytes"};
    static const size_t lengths[] = {9, 8};
    struct oddi_schema s;
    struct odd_error err = ODD_ERROR_INIT;

    assert_int_equal(oddi_schema_init(&s, names, lengths, 2, &map, 1, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, message);
    assert_null(s.names);
}

static void test_bad_maps(void **unused)
{
    (void)unused;
    expect_map_refused("bytes", "a map must be 'field=Column', not 'bytes'");
    expect_map_refused("byte=TotBytes", "there is no field 'byte'; did you mean 'bytes'?");
    expect_map_refused("zzzzz=TotBytes", "there is no field 'zzzzz'");
    expect_map_refused("bytes=TotByte", "there is no column 'TotByte'; did you mean 'TotBytes'?");
    expect_map_refused("bytes=xyzzy", "there is no column 'xyzzy'; the columns are StartTime, TotBytes");
    expect_map_refused("=TotBytes", "there is no field ''");
}

static void expect_unresolved(const struct oddi_schema *s, const char *name, const char *message)
{
    struct oddi_recipe r;
    struct odd_error err = ODD_ERROR_INIT;

    assert_int_equal(oddi_schema_resolve(s, name, &r, NULL, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, message);
}

static void test_resolve(void **unused)
{
    struct oddi_schema s = make("StartTime,TotBytes,srcUdata,My Column", ',', NULL);
    struct oddi_recipe r;
    const char *name;

    (void)unused;
    assert_int_equal(oddi_schema_resolve(&s, "TotBytes", &r, &name, NULL), ODD_OK);
    assert_string_equal(name, "bytes");
    assert_int_equal(r.a, 1);
    assert_int_equal(oddi_schema_resolve(&s, "network.bytes", &r, NULL, NULL), ODD_OK);
    assert_int_equal(r.a, 1);
    assert_int_equal(oddi_schema_resolve(&s, "SRCUDATA", &r, &name, NULL), ODD_OK);
    assert_int_equal(r.a, 2);
    assert_int_equal(r.type, ODDI_TYPE_NUMBER);
    assert_string_equal(name, "srcUdata");
    assert_int_equal(oddi_schema_resolve(&s, "my_column", &r, &name, NULL), ODD_OK);
    assert_string_equal(name, "My Column");
    expect_unresolved(&s, "TotByts", "there is no field or column 'TotByts'; did you mean 'TotBytes'?");
    expect_unresolved(&s, "duraton", "there is no field or column 'duraton'; did you mean 'duration'?");
    expect_unresolved(&s, "duration",
                      "the input has no duration; its columns are StartTime, TotBytes, srcUdata, My Column");
    expect_unresolved(
        &s, "Dur",
        "the input has no 'Dur' (duration); its columns are StartTime, TotBytes, srcUdata, My Column");
    expect_unresolved(
        &s, "qqqqqqqqqq",
        "there is no field or column 'qqqqqqqqqq'; the columns are StartTime, TotBytes, srcUdata, My Column");
    oddi_schema_clear(&s);
}

static void test_hostile_names(void **unused)
{
    struct oddi_schema s;
    const char *names[300];
    size_t lengths[300];
    char name[64];
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_recipe r;

    (void)unused;
    memset(name, '\x1b', sizeof name);
    for (size_t i = 0; i < 300; i++) {
        names[i] = name;
        lengths[i] = sizeof name;
    }
    assert_int_equal(oddi_schema_init(&s, names, lengths, 300, NULL, 0, NULL), ODD_OK);
    assert_int_equal(oddi_schema_resolve(&s, "duration", &r, NULL, &err), ODD_ERR_USAGE);
    assert_null(strchr(err.message, '\x1b'));
    assert_non_null(strstr(err.message, " more"));
    oddi_schema_clear(&s);
}

static void test_number_of_columns(void **unused)
{
    const char **names = malloc(4097 * sizeof *names);
    size_t *lengths = malloc(4097 * sizeof *lengths);
    struct oddi_schema s;
    struct odd_error err = ODD_ERROR_INIT;

    (void)unused;
    assert_true(names && lengths);
    for (size_t i = 0; i < 4097; i++) {
        names[i] = "column";
        lengths[i] = 6;
    }
    assert_int_equal(oddi_schema_init(&s, names, lengths, 4097, NULL, 0, &err), ODD_ERR_LIMIT);
    assert_int_equal(oddi_schema_init(&s, names, lengths, 4096, NULL, 0, &err), ODD_OK);
    assert_int_equal(s.n_columns, 4096);
    oddi_schema_clear(&s);
    assert_int_equal(oddi_schema_init(&s, NULL, NULL, 0, NULL, 0, &err), ODD_OK);
    assert_int_equal(s.n_columns, 0);
    oddi_schema_clear(&s);
    free(names);
    free(lengths);
}

static enum odd_status story(void *ctx)
{
    static const char *const names[] = {"StartTime", "sbytes", "dbytes", "x"};
    static const size_t lengths[] = {9, 6, 6, 1};
    const char *map = "duration=x";
    struct oddi_schema s;
    struct oddi_recipe r;
    enum odd_status status;

    (void)ctx;
    status = oddi_schema_init(&s, names, lengths, 4, &map, 1, NULL);
    if (status != ODD_OK)
        return status;
    status = oddi_schema_resolve(&s, "qqqqqqq", &r, NULL, NULL);
    oddi_schema_clear(&s);
    return status == ODD_ERR_USAGE ? ODD_OK : status;
}

static void test_failing_allocations(void **unused)
{
    (void)unused;
    assert_true(failalloc_sweep(story, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_argus),
        cmocka_unit_test(test_argus_all_columns),
        cmocka_unit_test(test_cicflowmeter),
        cmocka_unit_test(test_unsw_and_ugr),
        cmocka_unit_test(test_zeek_prefers_payload_bytes),
        cmocka_unit_test(test_one_way_and_unirec),
        cmocka_unit_test(test_better_spelling_wins),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_bad_maps),
        cmocka_unit_test(test_resolve),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_number_of_columns),
        cmocka_unit_test(test_failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
