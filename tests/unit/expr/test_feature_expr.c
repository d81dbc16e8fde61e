/* Features as users write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/feature_expr.h"

static void test_list(void **state)
{
    struct oddi_feature_expr *e;
    size_t n;

    (void)state;
    assert_int_equal(
        oddi_feature_exprs_parse(" TotBytes , log1p( Dur ),\"Flow IAT (mean), max\"", &e, &n, NULL), ODD_OK);
    assert_int_equal(n, 3);
    assert_string_equal(e[0].field, "TotBytes");
    assert_int_equal(e[0].fn, ODDI_FN_NONE);
    assert_string_equal(e[1].field, "Dur");
    assert_int_equal(e[1].fn, ODDI_FN_LOG1P);
    assert_string_equal(e[2].field, "Flow IAT (mean), max");
    oddi_feature_exprs_free(e, n);
}

static void expect_refused(const char *text, const char *sentence)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_feature_expr *e;
    size_t n;

    assert_int_equal(oddi_feature_exprs_parse(text, &e, &n, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, sentence));
}

static void test_refused(void **state)
{
    (void)state;
    expect_refused("", "no name");
    expect_refused("a,,b", "no name");
    expect_refused("log1p()", "no name");
    expect_refused("lg1p(TotBytes)", "did you mean 'log1p'");
}

static void test_bind(void **state)
{
    const char *names[] = {"StartTime", "TotBytes", "Dport", "Proto", "odd column"};
    size_t lengths[] = {9, 8, 5, 5, 10};
    struct oddi_schema schema;
    struct oddi_feature_expr *e;
    struct oddi_recipe r;
    struct odd_error err = ODD_ERROR_INIT;
    size_t n;
    char *name;

    (void)state;
    assert_int_equal(oddi_schema_init(&schema, names, lengths, 5, NULL, 0, &err), ODD_OK);
    assert_int_equal(
        oddi_feature_exprs_parse("totbytes,log1p(octets),Dport,Proto,odd column,log1p(bytes)", &e, &n, &err),
        ODD_OK);
    assert_int_equal(oddi_feature_expr_bind(&e[0], &schema, &r, &name, &err), ODD_OK);
    assert_string_equal(name, "bytes");
    assert_int_equal(r.how, ODDI_COLUMN);
    assert_int_equal(r.a, 1);
    free(name);
    assert_int_equal(oddi_feature_expr_bind(&e[2], &schema, &r, &name, &err), ODD_OK);
    assert_string_equal(name, "dst_port");
    assert_int_equal(r.type, ODDI_TYPE_PORT);
    free(name);
    assert_int_equal(oddi_feature_expr_bind(&e[3], &schema, &r, &name, &err), ODD_ERR_USAGE);
    assert_int_equal(oddi_feature_expr_bind(&e[4], &schema, &r, &name, &err), ODD_OK);
    assert_string_equal(name, "odd column");
    assert_int_equal(r.type, ODDI_TYPE_NUMBER);
    free(name);
    assert_int_equal(oddi_feature_expr_bind(&e[5], &schema, &r, &name, &err), ODD_OK);
    assert_string_equal(name, "log1p(bytes)");
    free(name);
    oddi_feature_exprs_free(e, n);
    oddi_schema_clear(&schema);
}

static void test_log1p(void **state)
{
    double x[] = {0, 1, -1, -2, NAN, 1e300};

    (void)state;
    oddi_function_apply(ODDI_FN_LOG1P, x, 6);
    assert_true(x[0] == 0 && x[1] == log1p(1) && x[5] == log1p(1e300));
    assert_true(isnan(x[2]) && isnan(x[3]) && isnan(x[4]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bind),
        cmocka_unit_test(test_log1p),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
