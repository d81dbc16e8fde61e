/* needs: failalloc */
#include "run/options.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "failalloc.h"
#include "run/component.h"
#include "run/option_check.h"

static const char *const commands[] = {"check", "detect", "synth"};
#define N_COMMANDS (sizeof commands / sizeof *commands)

static odd_options *make(const char *command)
{
    odd_options *opt = NULL;
    struct odd_error err = ODD_ERROR_INIT;

    assert_int_equal(odd_options_new(command, &opt, &err), ODD_OK);
    assert_non_null(opt);
    return opt;
}

static void set(odd_options *opt, const char *name, const char *value)
{
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = odd_options_set(opt, name, value, &err);

    if (st)
        print_error("%s = %s: %s\n", name, value ? value : "NULL", err.message);
    assert_int_equal(st, ODD_OK);
}

/* `part` is in the message. */
static void refused(odd_options *opt, const char *name, const char *value, const char *part)
{
    struct odd_error err = ODD_ERROR_INIT;
    const char *old = odd_options_get(opt, name);
    char before[256];

    snprintf(before, sizeof before, "%s", old ? old : "(none)");
    assert_int_equal(odd_options_set(opt, name, value, &err), ODD_ERR_USAGE);
    assert_int_equal(err.status, ODD_ERR_USAGE);
    if (!strstr(err.message, part))
        print_error("'%s' is not in: %s\n", part, err.message);
    assert_non_null(strstr(err.message, part));
    assert_null(strchr(err.message, '\n'));
    old = odd_options_get(opt, name);
    assert_string_equal(old ? old : "(none)", before); /* a refused value changes nothing */
}

static void test_rows_are_documented(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_COMMANDS; c++) {
        size_t n;
        const struct odd_param *rows = odd_option_table(commands[c], &n);

        assert_non_null(rows);
        for (size_t i = 0; i < n; i++) {
            assert_non_null(rows[i].help);
            assert_non_null(rows[i].group);
            assert_true(rows[i].help[strlen(rows[i].help) - 1] != '.');
            assert_false(isupper((unsigned char)rows[i].help[0]));
            assert_true(rows[i].type == ODD_PARAM_BOOL || rows[i].placeholder);
            for (size_t k = 0; k < i; k++) {
                assert_string_not_equal(rows[i].name, rows[k].name);
                assert_true(!rows[i].letter || rows[i].letter != rows[k].letter);
            }
        }
    }
}

/* A group is one run of rows, so that --help shows each heading once. */
static void test_groups_are_contiguous(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_COMMANDS; c++) {
        size_t n;
        const struct odd_param *rows = odd_option_table(commands[c], &n);

        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k + 1 < i; k++)
                assert_true(strcmp(rows[i].group, rows[k].group) != 0 ||
                            strcmp(rows[i].group, rows[i - 1].group) == 0);
        }
    }
}

/* Every default passes the checks that a user's value has to pass. */
static void test_defaults_are_valid(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_COMMANDS; c++) {
        size_t n;
        const struct odd_param *rows = odd_option_table(commands[c], &n);
        odd_options *opt = make(commands[c]);

        for (size_t i = 0; i < n; i++) {
            assert_false(oddi_options_given(opt, rows[i].name));
            if (rows[i].default_value)
                set(opt, rows[i].name, rows[i].default_value);
        }
        odd_options_free(opt);
    }
}

static void test_unknown_command(void **state)
{
    odd_options *opt = (odd_options *)&opt;
    struct odd_error err = ODD_ERROR_INIT;
    size_t n = 7;

    (void)state;
    assert_int_equal(odd_options_new("detct", &opt, &err), ODD_ERR_USAGE);
    assert_null(opt);
    assert_non_null(strstr(err.message, "did you mean 'detect'?"));
    assert_int_equal(odd_options_new("zzzzzzzz", &opt, NULL), ODD_ERR_USAGE);
    assert_null(odd_option_table("list", &n));
    assert_int_equal(n, 0);
    odd_options_free(NULL);
}

static void test_default_values(void **state)
{
    odd_options *opt = make("detect");

    (void)state;
    assert_string_equal(oddi_options_command(opt), "detect");
    assert_true(oddi_options_value(opt, "window")->i == INT64_C(60000000000));
    assert_true(oddi_options_value(opt, "lateness")->i == INT64_C(600000000000));
    assert_true(oddi_options_value(opt, "hold")->i == 1000000);
    assert_true(oddi_options_value(opt, "block-size")->u == 256 * 1024);
    assert_true(oddi_options_value(opt, "mem-limit")->u == (uint64_t)2 << 30);
    assert_true(oddi_options_value(opt, "origin")->i == 0);
    assert_true(oddi_options_value(opt, "missing")->i == 0);
    assert_false(oddi_options_value(opt, "all")->flag);
    assert_true(oddi_options_value(opt, "top")->i == 0);
    assert_null(oddi_options_value(opt, "map")->text);
    assert_null(oddi_options_value(opt, "since")->text);
    assert_string_equal(oddi_options_value(opt, "features")->text, "TotBytes");
    assert_string_equal(odd_options_get(opt, "detector"), "dbscan:eps=2.5,min_samples=5");
    assert_null(odd_options_get(opt, "since"));
    assert_null(odd_options_get(opt, "no-such"));
    assert_null(oddi_options_value(opt, "no-such")->text);
    odd_options_free(opt);
}

static void test_set(void **state)
{
    odd_options *opt = make("detect");
    char spelling[] = "5m";

    (void)state;
    set(opt, "window", spelling);
    spelling[0] = '9'; /* the text was copied */
    assert_string_equal(odd_options_get(opt, "window"), "5m");
    assert_true(oddi_options_value(opt, "window")->i == INT64_C(300000000000));
    assert_true(oddi_options_given(opt, "window"));
    set(opt, "window", "1h30m");
    assert_true(oddi_options_value(opt, "window")->i == INT64_C(5400000000000));
    set(opt, "hold", "20k");
    assert_true(oddi_options_value(opt, "hold")->i == 20000);
    set(opt, "mem-limit", "512M");
    assert_true(oddi_options_value(opt, "mem-limit")->u == (uint64_t)512 << 20);
    set(opt, "origin", "start_day");
    assert_true(oddi_options_value(opt, "origin")->i == 2);
    set(opt, "top", "20");
    assert_true(oddi_options_value(opt, "top")->i == 20);
    set(opt, "since", "2011-08-10T09:46:53Z");
    set(opt, "until", "2011/08/10.09:50:00");
    assert_string_equal(oddi_options_value(opt, "until")->text, "2011/08/10.09:50:00");
    odd_options_free(opt);
}

static void test_bool(void **state)
{
    static const char *const yes[] = {NULL, "", "yes", "true", "1"}, *const no[] = {"no", "false", "0"};
    odd_options *opt = make("detect");

    (void)state;
    assert_null(odd_options_get(opt, "all"));
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        set(opt, "all", "no");
        set(opt, "all", yes[i]);
        assert_string_equal(odd_options_get(opt, "all"), "yes");
        assert_true(oddi_options_value(opt, "all")->flag);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        set(opt, "all", no[i]);
        assert_string_equal(odd_options_get(opt, "all"), "no");
        assert_false(oddi_options_value(opt, "all")->flag);
    }
    refused(opt, "all", "perhaps", "perhaps");
    odd_options_free(opt);
}

static void test_refused(void **state)
{
    odd_options *opt = make("detect");

    (void)state;
    refused(opt, "widnow", "1m", "unknown option '--widnow'; did you mean '--window'?");
    refused(opt, "qqqqqqqqqqqq", "1m", "'oddflow detect --help' shows them all");
    refused(opt, "window", "0", "--window");
    refused(opt, "window", "soon", "'soon'");
    refused(opt, "window", "", "--window");
    refused(opt, "window", NULL, "--window needs a value");
    refused(opt, "threads", "-1", "--threads");
    refused(opt, "threads", "1025", "1024");
    refused(opt, "block-size", "1k", "4k");
    refused(opt, "origin", "middle", "--origin");
    refused(opt, "missing", "dorp", "drop");
    refused(opt, "top", "0", "--top");
    refused(opt, "since", "yesterday", "--since must be a time like");
    refused(opt, "write", "", "--write must not be empty");
    refused(opt, "features", "", "--features");
    refused(opt, "features", "a,,b", "names with commas between");
    refused(opt, "features", "a,", "names with commas between");
    odd_options_free(opt);
}

static void test_components(void **state)
{
    odd_options *opt = make("detect");

    (void)state;
    set(opt, "detector", "dbscan");
    set(opt, "detector", "dbscan:eps=0.5");
    set(opt, "scale", "robust");
    set(opt, "format", "csv");
    set(opt, "format", "auto");
    set(opt, "output", "ndjson");
    refused(opt, "detector", "dbscna", "unknown detector 'dbscna'; did you mean 'dbscan'?");
    refused(opt, "detector", "dbscan:ep=1", "did you mean 'eps'");
    refused(opt, "detector", "dbscan:eps=-1", "eps");
    refused(opt, "detector", "dbscan:min_samples=0", "min_samples");
    refused(opt, "detector", ":eps=1", "begins with its name");
    refused(opt, "scale", "standart", "did you mean 'standard'?");
    refused(opt, "format", "pcapng-of-the-future", "unknown format 'pcapng-of-the-future'; there is ");
    refused(opt, "output", "steps", "unknown output 'steps'");
    refused(opt, "output", "xml", "unknown output 'xml'; there is csv, ");
    odd_options_free(opt);
}

static void test_component_parsed(void **state)
{
    const struct oddi_detector *detector;
    const struct oddi_scaler *scaler;
    struct oddi_spec spec;
    int eps;

    (void)state;
    assert_int_equal(oddi_component_detector("dbscan:eps=0.25", &detector, &spec, NULL), ODD_OK);
    assert_string_equal(detector->name, "dbscan");
    eps = oddi_param_find(detector->params, detector->n_params, "eps");
    assert_true(eps >= 0);
    assert_true(spec.values[eps].f == 0.25);
    oddi_spec_clear(&spec);
    assert_int_equal(oddi_component_scaler("none", &scaler, &spec, NULL), ODD_OK);
    assert_string_equal(scaler->name, "none");
    oddi_spec_clear(&spec);
    assert_int_equal(oddi_component_scaler("nine", &scaler, &spec, NULL), ODD_ERR_USAGE);
}

static void test_map(void **state)
{
    odd_options *opt = make("detect");

    (void)state;
    set(opt, "map", "bytes=Octets = all");
    set(opt, "map", "SrcAddr=a");
    assert_string_equal(odd_options_get(opt, "map"), "bytes=Octets = all\nSrcAddr=a");
    refused(opt, "map", "bytes", "FIELD=COLUMN");
    refused(opt, "map", "=x", "FIELD=COLUMN");
    refused(opt, "map", "bytes=", "FIELD=COLUMN");
    refused(opt, "map", "byts=x", "unknown field 'byts'; did you mean 'bytes'?");
    refused(opt, "map", "bytes=a\nb", "one line");
    odd_options_free(opt);
}

static void test_rate(void **state)
{
    static const struct {
        const char *text;
        double per_minute; /* 0 = refused */
    } cases[] = {
        {"7600/m", 7600}, {"7600", 7600}, {"10/s", 600}, {"60/h", 1},   {"1M/h", 1e6 / 60}, {"7.6k/m", 7600},
        {"0.5/s", 30},    {"0", 0},       {"-1/m", 0},   {"7600/d", 0}, {"/m", 0},          {"", 0},
        {"x", 0},         {"1/m/s", 0},   {"1/ m", 0},   {"1e16", 0},   {"inf", 0},         {"1 /m", 0},
    };
    odd_options *opt = make("synth");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double rate = -1;

        if (cases[i].per_minute > 0) {
            set(opt, "rate", cases[i].text);
            assert_true(oddi_parse_rate(cases[i].text, &rate));
            assert_true(rate > cases[i].per_minute * (1 - 1e-15) && rate < cases[i].per_minute * (1 + 1e-15));
        } else {
            refused(opt, "rate", cases[i].text, "--rate");
        }
    }
    odd_options_free(opt);
}

static void test_config(void **state)
{
    odd_options *opt = make("detect");
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    assert_int_equal(odd_options_read(opt,
                                      "\xef\xbb\xbf# a comment\r\n"
                                      "window = 5m   # behind a value\r\n"
                                      "\n"
                                      "   features=bytes,pkts\n"
                                      "map = bytes=Octets#2\n"
                                      "map = pkts=Packets\n"
                                      "all =\n"
                                      "detector = dbscan:eps=1",
                                      "my.conf", &err),
                     ODD_OK);
    assert_string_equal(odd_options_get(opt, "window"), "5m");
    assert_string_equal(odd_options_get(opt, "features"), "bytes,pkts");
    assert_string_equal(odd_options_get(opt, "map"), "bytes=Octets#2\npkts=Packets");
    assert_string_equal(odd_options_get(opt, "all"), "yes");
    assert_string_equal(odd_options_get(opt, "detector"), "dbscan:eps=1");
    assert_int_equal(odd_options_read(opt, "", "empty.conf", &err), ODD_OK);
    odd_options_free(opt);
}

static void test_config_refused(void **state)
{
    static const struct {
        const char *text, *part;
        uint64_t line;
    } cases[] = {
        {"window = 1m\nwidnow = 1m\n", "did you mean '--window'?", 2},
        {"\n\nwindow 1m", "'option = value'", 3},
        {"= 1m", "'option = value'", 1},
        {"config = other.conf", "cannot name another", 1},
        {"window = never", "'never'", 1},
        {"window =", "--window", 1},
    };
    odd_options *opt = make("detect");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct odd_error err = ODD_ERROR_INIT;

        assert_int_equal(odd_options_read(opt, cases[i].text, "my.conf", &err), ODD_ERR_USAGE);
        assert_non_null(strstr(err.message, cases[i].part));
        assert_string_equal(err.source, "my.conf");
        assert_true(err.line == cases[i].line);
        assert_int_equal(odd_options_read(opt, cases[i].text, "my.conf", NULL), ODD_ERR_USAGE);
    }
    odd_options_free(opt);
}

static void test_copy(void **state)
{
    odd_options *opt = make("detect"), *copy = NULL;
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    set(opt, "window", "5m");
    set(opt, "map", "bytes=a");
    set(opt, "map", "pkts=b");
    set(opt, "all", NULL);
    assert_int_equal(oddi_options_copy(opt, &copy, &err), ODD_OK);
    set(opt, "window", "9m");
    odd_options_free(opt);
    assert_string_equal(odd_options_get(copy, "window"), "5m");
    assert_true(oddi_options_value(copy, "window")->i == INT64_C(300000000000));
    assert_string_equal(oddi_options_value(copy, "map")->text, "bytes=a\npkts=b");
    assert_true(oddi_options_value(copy, "all")->flag);
    assert_false(oddi_options_given(copy, "lateness"));
    odd_options_free(copy);
}

static enum odd_status whole_story(void *ctx)
{
    odd_options *opt = NULL, *copy = NULL;
    enum odd_status st = odd_options_new("detect", &opt, NULL);

    (void)ctx;
    if (!st)
        st = odd_options_set(opt, "detector", "dbscan:eps=1", NULL);
    if (!st)
        st = odd_options_read(opt, "map = bytes=a\nmap = pkts=b\nwindow = 2m\n", "x", NULL);
    if (!st)
        st = oddi_options_copy(opt, &copy, NULL);
    odd_options_free(copy);
    odd_options_free(opt);
    return st;
}

static void test_memory(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(whole_story, NULL));
}

static void test_tables(void **state)
{
    (void)state;
    for (int t = ODD_TABLE_FIELDS; t <= ODD_TABLE_ATTACKS; t++) {
        enum odd_table table = (enum odd_table)t;
        size_t n = odd_table_size(table);
        struct odd_entry entry, before = {0};

        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            assert_true(odd_table_entry(table, i, &entry));
            assert_true(entry.name && entry.name[0] && entry.summary && entry.summary[0]);
            assert_true(i == 0 || table == ODD_TABLE_FIELDS || strcmp(before.name, entry.name) < 0);
            assert_string_not_equal(entry.name, "steps");
            for (size_t k = 0; k < entry.n_params; k++)
                assert_non_null(entry.params[k].help);
            before = entry;
        }
        assert_false(odd_table_entry(table, n, &entry));
    }
    assert_false(odd_table_entry((enum odd_table)99, 0, &(struct odd_entry){0}));
    assert_int_equal(odd_table_size((enum odd_table)99), 0);
}

/* TotBytes is among the spellings of bytes, and bytes are bytes. */
static void test_fields(void **state)
{
    const char *unit, *name, *dialect;
    struct odd_entry entry;
    bool found = false;
    size_t n = odd_table_size(ODD_TABLE_FIELDS);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_true(odd_table_entry(ODD_TABLE_FIELDS, i, &entry));
        assert_true(odd_field_unit(i, &unit));
        if (strcmp(entry.name, "bytes") != 0)
            continue;
        assert_string_equal(unit, "bytes");
        assert_string_equal(entry.details, "number");
        for (size_t k = 0; odd_field_spelling(i, k, &name, &dialect); k++)
            found = found || (strcmp(name, "TotBytes") == 0 && strcmp(dialect, "argus") == 0);
    }
    assert_true(found);
    assert_false(odd_field_unit(n, &unit));
    assert_false(odd_field_spelling(n, 0, &name, &dialect));
}

static void test_texts(void **state)
{
    char text[ODD_TIME_TEXT_MAX], expected[32];

    (void)state;
    for (int a = ODD_OK; a <= ODD_ERR_INTERNAL; a++) {
        assert_string_not_equal(odd_status_name((enum odd_status)a), "unknown");
        for (int b = ODD_OK; b < a; b++)
            assert_string_not_equal(odd_status_name((enum odd_status)a), odd_status_name((enum odd_status)b));
    }
    assert_string_equal(odd_status_name((enum odd_status)1000), "unknown");
    snprintf(expected, sizeof expected, "%d.%d.%d", ODD_VERSION_MAJOR, ODD_VERSION_MINOR, ODD_VERSION_PATCH);
    assert_string_equal(odd_version(), expected);
    assert_non_null(strstr(odd_build_info(), "compiler: "));
    assert_int_equal(odd_format_time(INT64_C(1312969613047277000), text),
                     strlen("2011-08-10T09:46:53.047277Z"));
    assert_string_equal(text, "2011-08-10T09:46:53.047277Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_documented),
        cmocka_unit_test(test_groups_are_contiguous),
        cmocka_unit_test(test_defaults_are_valid),
        cmocka_unit_test(test_unknown_command),
        cmocka_unit_test(test_default_values),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_bool),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_components),
        cmocka_unit_test(test_component_parsed),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_config_refused),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
