/* The word `host` and those that go with it: what they mean is the caller's to say, and without that they are names. */
#include "expr/expr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static enum odd_status make(const char *text, enum oddi_expr_want want, enum oddi_expr_host host,
                            struct oddi_expr **out)
{
    static const char *const by[] = {"host"};
    struct oddi_expr_options o = {.want = want, .host = host, .any_column = true, .by = by, .n_by = 1};
    struct oddi_expr_error fault;

    return oddi_expr_new(text, strlen(text), &o, out, &fault);
}

static void expect(const char *text, enum oddi_expr_want want, enum oddi_expr_host host,
                   const char *canonical)
{
    struct oddi_expr *e = NULL, *again = NULL;

    assert_int_equal(make(text, want, host, &e), ODD_OK);
    assert_string_equal(oddi_expr_text(e), canonical);
    /* What is printed reads the same: as it was meant or, spelt out, without a meaning for host. */
    assert_int_equal(make(canonical, want, host == ODDI_HOST_END ? host : ODDI_HOST_NONE, &again), ODD_OK);
    assert_string_equal(oddi_expr_text(again), canonical);
    oddi_expr_free(again);
    oddi_expr_free(e);
}

static void words_stand_for_themselves(void **state)
{
    (void)state;
    expect("host", ODDI_WANT_KEY, ODDI_HOST_END, "host");
    expect("HOST", ODDI_WANT_KEY, ODDI_HOST_END, "host");
    expect("peer", ODDI_WANT_KEY, ODDI_HOST_END, "peer");
    expect("net(host, 24)", ODDI_WANT_KEY, ODDI_HOST_END, "net(host, 24)");
    expect("log1p(distinct(peer where as_source))", ODDI_WANT_AGGREGATE, ODDI_HOST_END,
           "log1p(distinct(peer where as_source))");
    expect("sum(sent)-sum(received)", ODDI_WANT_AGGREGATE, ODDI_HOST_END, "sum(sent) - sum(received)");
}

static void words_are_spelt_out_for_an_end(void **state)
{
    (void)state;
    expect("host", ODDI_WANT_KEY, ODDI_HOST_SRC, "src_ip");
    expect("host", ODDI_WANT_KEY, ODDI_HOST_DST, "dst_ip");
    expect("peer", ODDI_WANT_KEY, ODDI_HOST_SRC, "dst_ip");
    expect("peer", ODDI_WANT_KEY, ODDI_HOST_DST, "src_ip");
    expect("net(peer, 16)", ODDI_WANT_KEY, ODDI_HOST_DST, "net(src_ip, 16)");
    expect("if(as_source, sent, received)", ODDI_WANT_KEY, ODDI_HOST_DST, "if(0 != 0, dst_bytes, src_bytes)");
}

static void a_filter_is_still_one(void **state)
{
    (void)state;
    expect("count(host 10.0.0.1)", ODDI_WANT_AGGREGATE, ODDI_HOST_END,
           "count(src_ip == 10.0.0.1 or dst_ip == 10.0.0.1)");
    expect("count(host == 10.0.0.1)", ODDI_WANT_AGGREGATE, ODDI_HOST_END, "count(host == 10.0.0.1)");
    expect("host 10.0.0.1", ODDI_WANT_CONDITION, ODDI_HOST_NONE, "src_ip == 10.0.0.1 or dst_ip == 10.0.0.1");
}

static void without_a_meaning_they_are_columns(void **state)
{
    const struct oddi_expr_need *needs;
    struct oddi_expr *e = NULL;

    (void)state;
    expect("sum(sent)", ODDI_WANT_AGGREGATE, ODDI_HOST_NONE, "sum(`sent`)");
    expect("distinct(`host`)", ODDI_WANT_AGGREGATE, ODDI_HOST_END, "distinct(`host`)");
    /* The end and the field are two needs, though they may be one column. */
    assert_int_equal(make("distinct(host) - distinct(src_ip)", ODDI_WANT_AGGREGATE, ODDI_HOST_END, &e),
                     ODD_OK);
    assert_int_equal(oddi_expr_needs(e, &needs), 2);
    assert_true(needs[0].end != needs[1].end);
    oddi_expr_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stand_for_themselves),
        cmocka_unit_test(words_are_spelt_out_for_an_end),
        cmocka_unit_test(a_filter_is_still_one),
        cmocka_unit_test(without_a_meaning_they_are_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
