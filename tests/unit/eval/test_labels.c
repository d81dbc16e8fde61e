#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "eval/labels.h"
#include "expr/expr.h"

#define T(s) (INT64_C(1000000000) * (s))

static uint8_t find(const struct oddi_labels *l, const char *text, int64_t seconds)
{
    struct oddi_addr addr;

    assert_true(oddi_parse_addr(text, strlen(text), &addr));
    return oddi_labels_find(l, oddi_key(ODDI_EXPR_ADDR, &addr), T(seconds));
}

static void spans_in_order(void **state)
{
    static const char text[] = "address,start,end,label\n"
                               "# a comment\n"
                               "\n"
                               "10.0.0.1, 1970-01-01T00:01:00Z, 1970-01-01T00:02:00Z, positive\r\n"
                               "10.0.0.1,1970-01-01T00:01:30Z,,negative\n"
                               "2001:db8::1,,1970-01-01T00:00:10Z,positive\n"
                               "10.0.0.2,ignore\n"
                               "10.0.0.2,positive\n";
    struct oddi_labels l = {0};

    (void)state;
    assert_int_equal(oddi_labels_read(&l, text, "t.csv", NULL, NULL), ODD_OK);
    assert_int_equal(find(&l, "10.0.0.1", 59),
                     ODDI_LABEL_IGNORE); /* a line says negative: the rest is unknown */
    assert_int_equal(find(&l, "10.0.0.1", 60), ODDI_LABEL_POSITIVE);
    assert_int_equal(find(&l, "10.0.0.1", 119), ODDI_LABEL_POSITIVE);
    assert_int_equal(find(&l, "10.0.0.1", 120), ODDI_LABEL_NEGATIVE);
    assert_int_equal(find(&l, "2001:db8::1", -5), ODDI_LABEL_POSITIVE);
    assert_int_equal(find(&l, "2001:db8::1", 10), ODDI_LABEL_IGNORE);
    assert_int_equal(find(&l, "10.0.0.2", 0), ODDI_LABEL_IGNORE);
    assert_int_equal(oddi_labels_find(&l, 0, 0), ODDI_LABEL_IGNORE);
    oddi_labels_free(&l);
}

static void everybody_else(void **state)
{
    struct oddi_labels l = {0};

    (void)state;
    assert_int_equal(oddi_labels_read(&l, "10.0.0.1,positive", "t.csv", NULL, NULL), ODD_OK);
    assert_int_equal(find(&l, "10.0.0.9", 0), ODDI_LABEL_NEGATIVE);
    oddi_labels_free(&l);
    assert_int_equal(oddi_labels_read(&l, "*,ignore\n10.0.0.1,positive\n", "t.csv", NULL, NULL), ODD_OK);
    assert_int_equal(find(&l, "10.0.0.1", 0), ODDI_LABEL_POSITIVE);
    assert_int_equal(find(&l, "10.0.0.9", 0), ODDI_LABEL_IGNORE);
    assert_int_equal(oddi_labels_find(&l, 0, 0), ODDI_LABEL_IGNORE);
    oddi_labels_free(&l);
    assert_int_equal(oddi_labels_read(&l, "", "t.csv", NULL, NULL), ODD_OK);
    assert_int_equal(find(&l, "10.0.0.1", 0), ODDI_LABEL_NEGATIVE);
    oddi_labels_free(&l);
}

static void mistakes(void **state)
{
    static const struct {
        const char *text;
        uint64_t line;
        const char *says;
    } cases[] = {
        {"10.0.0.1,positive\n10.0.0.300,positive\n", 2, "the key must be an address or *, not '10.0.0.300'"},
        {"10.0.0.1,bad\n", 1, "the label must be positive, negative or ignore, not 'bad'"},
        {"10.0.0.1,noon,,positive\n", 1, "a time must look like 2011-08-10T09:46:00Z, not 'noon'"},
        {"\n10.0.0.1\n", 2, "a line is address,label or address,start,end,label, not '10.0.0.1'"},
        {"a,b,c\n", 1, "a line is address,label or address,start,end,label, not 'a,b,c'"},
        {"10.0.0.1,,,positive,x\n", 1,
         "a line is address,label or address,start,end,label, not '10.0.0.1,,,positive,x'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oddi_labels l = {0};
        struct odd_error err = ODD_ERROR_INIT;

        assert_int_equal(oddi_labels_read(&l, cases[i].text, "t.csv", NULL, &err), ODD_ERR_USAGE);
        assert_int_equal(err.line, cases[i].line);
        assert_string_equal(err.source, "t.csv");
        assert_string_equal(err.message, cases[i].says);
        oddi_labels_free(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_in_order),
        cmocka_unit_test(everybody_else),
        cmocka_unit_test(mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
