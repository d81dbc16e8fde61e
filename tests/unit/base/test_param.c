/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/param.h"
#include "failalloc.h"

#define NONE .min = 1, .max = 0

static const struct odd_param rows[] = {
    {.name = "eps", .type = ODD_PARAM_FLOAT, .default_value = "2.5", .min = 1e-300, .max = 1e300},
    {.name = "min_samples", .type = ODD_PARAM_INT, .default_value = "5", .min = 1, .max = 1000000},
    {.name = "hold", .type = ODD_PARAM_INT, .default_value = "1M", .min = 0, .max = INFINITY, .unit = "rows"},
    {.name = "block", .type = ODD_PARAM_SIZE, .min = 4096, .max = 1 << 30},
    {.name = "window", .type = ODD_PARAM_DURATION, .min = 1e9, .max = 7 * 86400e9},
    {.name = "scale", .type = ODD_PARAM_CHOICE, .choices = "standard|robust|minmax|none", NONE},
    {.name = "quiet", .type = ODD_PARAM_BOOL, NONE},
    {.name = "since", .type = ODD_PARAM_TIME, NONE},
    {.name = "tz", .type = ODD_PARAM_STRING, NONE},
    {.name = "map", .type = ODD_PARAM_LIST, NONE},
    {.name = "share", .type = ODD_PARAM_FLOAT, .min = 0, .max = 0.5},
    {.name = "any", .type = ODD_PARAM_INT, NONE},
    {.name = "least", .type = ODD_PARAM_FLOAT, .min = -3, .max = INFINITY},
    {.name = "lag", .type = ODD_PARAM_DURATION, .min = -INFINITY, .max = INFINITY},
};
#define N (sizeof rows / sizeof *rows)

static union oddi_value parse(const char *name, const char *text)
{
    union oddi_value v;
    struct odd_error err = ODD_ERROR_INIT;
    memset(&v, 0xff, sizeof v);
    if (oddi_param_parse(&rows[oddi_param_find(rows, N, name)], text, true, &v, &err) != ODD_OK)
        fail_msg("%s", err.message);
    return v;
}

static void expect_complaint(const char *name, const char *text, bool dashes, const char *message)
{
    union oddi_value v = {.u = 12345};
    struct odd_error err = ODD_ERROR_INIT;
    const struct odd_param *row = &rows[oddi_param_find(rows, N, name)];
    assert_int_equal(oddi_param_parse(row, text, dashes, &v, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, message);
    assert_int_equal(v.u, 12345); /* untouched */
    assert_int_equal(oddi_param_parse(row, text, dashes, &v, NULL), ODD_ERR_USAGE);
}

static void finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < N; i++)
        assert_int_equal(oddi_param_find(rows, N, rows[i].name), i);
    assert_int_equal(oddi_param_find(rows, N, "EPS"), -1);
    assert_int_equal(oddi_param_find(rows, N, "ep"), -1);
    assert_int_equal(oddi_param_find(rows, 0, "eps"), -1);
}

static void good_values(void **state)
{
    (void)state;
    assert_true(parse("eps", "0.1").f == 0.1);
    assert_true(parse("least", "-3").f == -3);
    assert_int_equal(parse("min_samples", "1").i, 1);
    assert_int_equal(parse("min_samples", "1000000").i, 1000000);
    assert_int_equal(parse("any", "-9223372036854775808").i, INT64_MIN);
    assert_int_equal(parse("hold", "1M").i, 1000000);
    assert_int_equal(parse("hold", "0").i, 0);
    assert_int_equal(parse("block", "64k").u, 65536);
    assert_int_equal(parse("window", "1m").i, INT64_C(60000000000));
    assert_int_equal(parse("window", "60").i, INT64_C(60000000000));
    assert_int_equal(parse("scale", "standard").i, 0);
    assert_int_equal(parse("scale", "none").i, 3);
    assert_string_equal(parse("tz", "").text, "");
    assert_string_equal(parse("since", "2011-08-10").text, "2011-08-10");
    assert_string_equal(parse("map", "a=b").text, "a=b");
}

static void yes_and_no(void **state)
{
    (void)state;
    static const char *const yes[] = {"yes", "true", "1", "YES", "True", "on", ""}, *const no[] = {
                                                                                        "no", "false", "0",
                                                                                        "No", "off"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(parse("quiet", yes[i]).flag);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(parse("quiet", no[i]).flag);
    assert_true(parse("quiet", NULL).flag);
    expect_complaint("quiet", "maybe", true, "--quiet must be yes or no, not 'maybe'");
}

static void unset(void **state)
{
    (void)state;
    assert_null(parse("tz", NULL).text);
    assert_true(parse("eps", NULL).f == 0);
    assert_int_equal(parse("window", NULL).i, 0);
    assert_int_equal(parse("block", NULL).u, 0);
}

static void complaints(void **state)
{
    (void)state;
    expect_complaint("min_samples", "0", true,
                     "--min_samples must be a whole number from 1 to 1000000, not '0'");
    expect_complaint("min_samples", "1000001", false,
                     "min_samples must be a whole number from 1 to 1000000, not '1000001'");
    expect_complaint("min_samples", "5.5", false,
                     "min_samples must be a whole number from 1 to 1000000, not '5.5'");
    expect_complaint("min_samples", "5k", false,
                     "min_samples must be a whole number from 1 to 1000000, not '5k'");
    expect_complaint("min_samples", "", false,
                     "min_samples must be a whole number from 1 to 1000000, not ''");
    expect_complaint("any", "x", false, "any must be a whole number, not 'x'");
    expect_complaint("any", "9223372036854775808", false,
                     "any must be a whole number, not '9223372036854775808'");
    expect_complaint("hold", "-1", true, "--hold must be a whole number of at least 0, not '-1'");
    expect_complaint("hold", "99999999999G", true,
                     "--hold must be a whole number of at least 0, not '99999999999G'");
    expect_complaint("eps", "0", true, "--eps must be a number above 0, not '0'");
    expect_complaint("eps", "nan", true, "--eps must be a number above 0, not 'nan'");
    expect_complaint("eps", "inf", true, "--eps must be a number above 0, not 'inf'");
    expect_complaint("eps", "2,5", true, "--eps must be a number above 0, not '2,5'");
    expect_complaint("share", "0.6", true, "--share must be a number from 0 to 0.5, not '0.6'");
    expect_complaint("least", "-4", true, "--least must be a number of at least -3, not '-4'");
    expect_complaint("block", "1", true, "--block must be a size such as 64k or 1G, from 4k to 1G, not '1'");
    expect_complaint("window", "0s", true,
                     "--window must be a duration such as 90s or 1h30m, from 1s to 7d, not '0s'");
    expect_complaint("lag", "soon", true, "--lag must be a duration such as 90s or 1h30m, not 'soon'");
    expect_complaint("scale", "maxmin", true,
                     "--scale must be standard, robust, minmax or none, not 'maxmin'");
    expect_complaint(
        "scale", "Standart", true,
        "--scale must be standard, robust, minmax or none, not 'Standart'; did you mean 'standard'?");
    expect_complaint("scale", "", true, "--scale must be standard, robust, minmax or none, not ''");
    expect_complaint("any", "\x1b[2J", true, "--any must be a whole number, not '\\x1B[2J'");
}

static void long_text_is_cut(void **state)
{
    (void)state;
    char text[2000], message[200] = "any must be a whole number, not '";
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(message + strlen(message), 'x', 80);
    strcat(message, "...'");
    expect_complaint("any", text, false, message);
}

static void choices(void **state)
{
    (void)state;
    size_t len = 0;
    assert_int_equal(oddi_choices_count("a|bc|"), 3);
    assert_int_equal(oddi_choices_count("a"), 1);
    assert_int_equal(oddi_choices_count(""), 0);
    assert_int_equal(oddi_choices_count(NULL), 0);
    assert_int_equal(oddi_choices_find("a|bc|d", "bc"), 1);
    assert_int_equal(oddi_choices_find("a|bc|d", "b"), -1);
    assert_int_equal(oddi_choices_find("a|bc|d", "bcd"), -1);
    assert_int_equal(oddi_choices_find("a|bc|d", "bc|d"), -1);
    assert_memory_equal(oddi_choices_get("a|bc|d", 1, &len), "bc", 2);
    assert_int_equal(len, 2);
    assert_null(oddi_choices_get("a|bc|d", 3, &len));
}

/* ---- component specs ---- */

static const struct odd_param dbscan[] = {
    {.name = "eps",
     .type = ODD_PARAM_FLOAT,
     .default_value = "2.5",
     .min = 1e-300,
     .max = 1e300,
     .placeholder = "DIST"},
    {.name = "min_samples", .type = ODD_PARAM_INT, .default_value = "5", .min = 1, .max = 1000000},
    {.name = "exact", .type = ODD_PARAM_BOOL, NONE},
    {.name = "note", .type = ODD_PARAM_STRING, NONE},
};

static void spec_names(void **state)
{
    (void)state;
    char name[64], longest[70];
    assert_true(oddi_spec_name("dbscan", name));
    assert_string_equal(name, "dbscan");
    assert_true(oddi_spec_name("dbscan:eps=2", name));
    assert_string_equal(name, "dbscan");
    assert_false(oddi_spec_name("", name));
    assert_false(oddi_spec_name(":eps=2", name));
    memset(longest, 'a', sizeof longest);
    longest[64] = '\0';
    assert_false(oddi_spec_name(longest, name));
    longest[63] = '\0';
    assert_true(oddi_spec_name(longest, name));
}

static void expect_spec(const char *text, double eps, int64_t min_samples, bool exact, const char *note)
{
    struct oddi_spec spec;
    struct odd_error err = ODD_ERROR_INIT;
    if (oddi_spec_parse("detector", text, dbscan, 4, &spec, &err) != ODD_OK)
        fail_msg("%s: %s", text, err.message);
    assert_string_equal(spec.name, "dbscan");
    assert_true(spec.values[0].f == eps);
    assert_int_equal(spec.values[1].i, min_samples);
    assert_int_equal(spec.values[2].flag, exact);
    if (note)
        assert_string_equal(spec.values[3].text, note);
    else
        assert_null(spec.values[3].text);
    oddi_spec_clear(&spec);
    assert_null(spec.text);
    oddi_spec_clear(&spec);
}

static void specs(void **state)
{
    (void)state;
    expect_spec("dbscan", 2.5, 5, false, NULL);
    expect_spec("dbscan:eps=0.5", 0.5, 5, false, NULL);
    expect_spec("dbscan:min_samples=7,eps=1e3", 1000, 7, false, NULL);
    expect_spec("dbscan: eps = 0.5 , exact ,note= a=b ", 0.5, 5, true, "a=b");
    expect_spec("dbscan:exact=no,note=", 2.5, 5, false, "");
}

static void expect_spec_complaint(const char *text, const char *message)
{
    struct oddi_spec spec;
    struct odd_error err = ODD_ERROR_INIT;
    assert_int_equal(oddi_spec_parse("detector", text, dbscan, 4, &spec, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, message);
    assert_int_equal(oddi_spec_parse("detector", text, dbscan, 4, &spec, NULL), ODD_ERR_USAGE);
}

static void spec_complaints(void **state)
{
    (void)state;
    struct oddi_spec spec;
    struct odd_error err = ODD_ERROR_INIT;
    expect_spec_complaint("", "detector has no name: ''");
    expect_spec_complaint("dbscan:", "detector 'dbscan': a parameter is missing before or after a comma");
    expect_spec_complaint("dbscan:eps=1,",
                          "detector 'dbscan': a parameter is missing before or after a comma");
    expect_spec_complaint("dbscan:=1", "detector 'dbscan': a parameter is missing before or after a comma");
    expect_spec_complaint("dbscan:epz=1", "detector 'dbscan' has no parameter 'epz'; did you mean 'eps'?");
    expect_spec_complaint("dbscan:min-samples=1",
                          "detector 'dbscan' has no parameter 'min-samples'; did you mean 'min_samples'?");
    expect_spec_complaint(
        "dbscan:radius=1",
        "detector 'dbscan' has no parameter 'radius'; it has eps, min_samples, exact and note");
    expect_spec_complaint("dbscan:eps", "detector 'dbscan': eps needs a value: eps=DIST");
    expect_spec_complaint("dbscan:min_samples",
                          "detector 'dbscan': min_samples needs a value: min_samples=VALUE");
    expect_spec_complaint("dbscan:eps=1,eps=2", "detector 'dbscan': eps is given twice");
    expect_spec_complaint("dbscan:eps=-1", "detector 'dbscan': eps must be a number above 0, not '-1'");
    assert_int_equal(oddi_spec_parse("scaler", "none:a=1", NULL, 0, &spec, &err), ODD_ERR_USAGE);
    assert_string_equal(err.message, "scaler 'none' has no parameters, but 'a' was given");
    assert_int_equal(oddi_spec_parse("scaler", "none", NULL, 0, &spec, &err), ODD_OK);
    oddi_spec_clear(&spec);
}

static enum odd_status parse_and_clear(void *ctx)
{
    struct oddi_spec spec;
    struct odd_error err = ODD_ERROR_INIT;
    ODDI_TRY(oddi_spec_parse("detector", ctx, dbscan, 4, &spec, &err));
    oddi_spec_clear(&spec);
    return ODD_OK;
}

/* A complaint whose words cannot be allocated is still a complaint. */
static void refusal_leaks_nothing(void **state)
{
    (void)state;
    union oddi_value v;
    struct odd_error err;
    assert_true(failalloc_sweep(parse_and_clear, (char[]){"dbscan:eps=2,min_samples=3"}));
    for (size_t k = 1; k < 20; k++) {
        failalloc_at(k);
        assert_int_equal(oddi_param_parse(&rows[5], "Standart", true, &v, &err), ODD_ERR_USAGE);
        failalloc_off();
        assert_int_equal(failalloc_live(), 0);
        assert_memory_equal(err.message, "--scale must be", 15);
    }
}

/* ---- did you mean ---- */

static void suggestions(void **state)
{
    (void)state;
    static const char *const names[] = {"TotBytes", "TotPkts",  "Dur", "SrcAddr",
                                        "DstAddr",  "duration", "eps"};
    static const struct {
        const char *word, *near;
    } cases[] = {
        {"TotByte", "TotBytes"},
        {"totbytes", "TotBytes"},
        {"TtoBytes", "TotBytes"},
        {"Totbyets", "TotBytes"},
        {"TotPackets", "TotPkts"},
        {"Dru", "Dur"},
        {"ScrAddr", "SrcAddr"},
        {"esp", "eps"},
        {"ep", "eps"},
        {"durations", "duration"},
        {"x", NULL},
        {"", NULL},
        {"completely different", NULL},
        {"DstAdr", "DstAddr"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = oddi_suggest(cases[i].word, names, sizeof names / sizeof *names);
        if (!cases[i].near)
            assert_null(near);
        else
            assert_string_equal(near ? near : "(none)", cases[i].near);
    }
    assert_null(oddi_suggest("eps", names, 0));
    char longer[5000];
    memset(longer, 'e', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    const char *const one[] = {longer};
    assert_null(oddi_suggest(longer, names, 7));
    assert_null(oddi_suggest("eee", one, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finding),
        cmocka_unit_test(good_values),
        cmocka_unit_test(yes_and_no),
        cmocka_unit_test(unset),
        cmocka_unit_test(complaints),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(choices),
        cmocka_unit_test(spec_names),
        cmocka_unit_test(specs),
        cmocka_unit_test(spec_complaints),
        cmocka_unit_test(refusal_leaks_nothing),
        cmocka_unit_test(suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
