#include "flow/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/name.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum oddi_field find(const char *name, double *divisor)
{
    return oddi_field_find(name, strlen(name), divisor);
}

static void test_rows(void **unused)
{
    (void)unused;
    for (int i = 0; i < ODDI_N_FIELDS; i++) {
        const struct oddi_field_row *row = oddi_field_row((enum oddi_field)i);
        double divisor = 0;

        assert_int_equal(row->id, i);
        assert_true(row->name && row->unit && row->help && row->help[0]);
        assert_int_equal(find(row->name, &divisor), i);
        assert_true(divisor == 1);
        for (const char *p = row->name; *p; p++)
            assert_true((*p >= 'a' && *p <= 'z') || *p == '_');
    }
}

/* No spelling may lead to two fields or be listed twice; none may repeat its field's canonical name. */
static void test_spellings_are_unambiguous(void **unused)
{
    (void)unused;
    for (int i = 0; i < ODDI_N_FIELDS; i++) {
        const struct oddi_field_row *row = oddi_field_row((enum oddi_field)i);

        for (size_t j = 0; j < row->n_spellings; j++) {
            struct oddi_name_match m = oddi_name_find(row->spellings[j].name, strlen(row->spellings[j].name));

            assert_true(row->spellings[j].divisor > 0 && row->spellings[j].dialect[0]);
            if (m.field != row->id || m.spelling != &row->spellings[j] || m.rank != j + 1)
                fail_msg("%s is found as another spelling", row->spellings[j].name);
        }
    }
}

static void test_dialects(void **unused)
{
    static const struct {
        const char *name;
        enum oddi_field field;
        double divisor;
    } cases[] = {
        {"StartTime", ODDI_TS_START, 1},
        {"starttime", ODDI_TS_START, 1},
        {" Timestamp", ODDI_TS_START, 1},
        {"time_flow_start_ns", ODDI_TS_START, 1},
        {"Dur", ODDI_DURATION, 1},
        {"Flow Duration", ODDI_DURATION, 1e6},
        {" Flow Duration", ODDI_DURATION, 1e6},
        {"flow_duration", ODDI_DURATION, 1e6},
        {"event.duration", ODDI_DURATION, 1e9},
        {"flowDurationMilliseconds", ODDI_DURATION, 1e3},
        {"td", ODDI_DURATION, 1},
        {"SrcAddr", ODDI_SRC_IP, 1},
        {"id.orig_h", ODDI_SRC_IP, 1},
        {"srcip", ODDI_SRC_IP, 1},
        {" Source IP", ODDI_SRC_IP, 1},
        {"Src IP", ODDI_SRC_IP, 1},
        {"source.ip", ODDI_SRC_IP, 1},
        {"dest_ip", ODDI_DST_IP, 1},
        {"Sport", ODDI_SRC_PORT, 1},
        {"Dport", ODDI_DST_PORT, 1},
        {"dsport", ODDI_DST_PORT, 1},
        {" Destination Port", ODDI_DST_PORT, 1},
        {"Dst Port", ODDI_DST_PORT, 1},
        {"TotBytes", ODDI_BYTES, 1},
        {"tot_bytes", ODDI_BYTES, 1},
        {"byt", ODDI_BYTES, 1},
        {"octetDeltaCount", ODDI_SRC_BYTES, 1},
        {"Total Length of Fwd Packets", ODDI_SRC_BYTES, 1},
        {" Total Length of Bwd Packets", ODDI_DST_BYTES, 1},
        {"Total Length of Bwd Packet", ODDI_DST_BYTES, 1},
        {"Total Fwd Packet", ODDI_SRC_PKTS, 1},
        {" Total Fwd Packets", ODDI_SRC_PKTS, 1},
        {" Total Backward Packets", ODDI_DST_PKTS, 1},
        {"Total Bwd packets", ODDI_DST_PKTS, 1},
        {"Spkts", ODDI_SRC_PKTS, 1},
        {"Dpkts", ODDI_DST_PKTS, 1},
        {"sTos", ODDI_SRC_TOS, 1},
        {"conn_state", ODDI_STATE, 1},
        {"Label", ODDI_LABEL, 1},
        {"attack_cat", ODDI_NO_FIELD, 1},
        {"Flow Bytes/s", ODDI_NO_FIELD, 1},
        {"Fwd Header Length", ODDI_NO_FIELD, 1},
        {"Flow ID", ODDI_NO_FIELD, 1},
        {"", ODDI_NO_FIELD, 1},
        {" ", ODDI_NO_FIELD, 1},
        {"_-.", ODDI_NO_FIELD, 1},
        {"bytess", ODDI_NO_FIELD, 1},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double divisor = 0;
        enum oddi_field field = find(cases[i].name, &divisor);

        if (field != cases[i].field || divisor != cases[i].divisor)
            fail_msg("'%s': field %d / %g", cases[i].name, (int)field, divisor);
        assert_int_equal(find(cases[i].name, NULL), field);
    }
}

static void test_name_equal(void **unused)
{
    (void)unused;
    assert_true(oddi_name_equal("Flow Duration", 13, "flow_duration", 13));
    assert_true(oddi_name_equal("id.orig_h", 9, "IdOrigH", 7));
    assert_true(oddi_name_equal("", 0, " _", 2));
    assert_false(oddi_name_equal("abc", 3, "ab", 2));
    assert_false(oddi_name_equal("ab", 2, "abc", 3));
    assert_false(oddi_name_equal("a@", 2, "a`", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_spellings_are_unambiguous),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_name_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
