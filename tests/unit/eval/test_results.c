#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "eval/results.h"

#define HEADER "data,config,level,metric,value,low,high\n"

/* One configuration whose only numbers are those of one level: average precision 0.75, and false alarms. */
static void fill(struct oddi_eval_result *r, struct oddi_eval_report *report)
{
    struct oddi_interval none = {NAN, NAN};
    struct oddi_eval_level *l = &r->level[0];

    memset(r, 0, sizeof *r);
    r->config = "hosts";
    r->n_levels = 1;
    l->name = "entity";
    l->rows = 4;
    l->measures = (struct oddi_measures){.positives = 1,
                                         .negatives = 3,
                                         .base_rate = 0.25,
                                         .roc_auc = NAN,
                                         .average_precision = 0.75,
                                         .adjusted_ap = NAN,
                                         .precision_at_n = NAN,
                                         .adjusted_pn = NAN,
                                         .max_f1 = NAN};
    l->rates = (struct oddi_rates){NAN, NAN, 0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    l->interval = (struct oddi_bootstrap_result){0, 0, none, {0.5, 1}, none, none};
    *report = (struct oddi_eval_report){.data = "a,b.csv", .results = r, .n = 1};
}

static char *replace(const char *before, struct oddi_buf *out)
{
    struct oddi_eval_result r;
    struct oddi_eval_report report;

    fill(&r, &report);
    oddi_buf_init(out, 0);
    assert_int_equal(oddi_results_replace(before, "r.csv", &report, out, NULL), ODD_OK);
    return (char *)(uintptr_t)oddi_buf_cstr(out);
}

#define MINE                                                                                                 \
    "\"a,b.csv\",hosts,entity,rows,4,,\n\"a,b.csv\",hosts,entity,positives,1,,\n"                            \
    "\"a,b.csv\",hosts,entity,base_rate,0.25,,\n\"a,b.csv\",hosts,entity,average_precision,0.75,0.5,1\n"     \
    "\"a,b.csv\",hosts,entity,tp,0,,\n\"a,b.csv\",hosts,entity,fp,0,,\n\"a,b.csv\",hosts,entity,tn,0,,\n"    \
    "\"a,b.csv\",hosts,entity,fn,0,,\n\"a,b.csv\",hosts,entity,fpr,0.5,,\n"                                  \
    "\"a,b.csv\",hosts,first positive host,hosts,0,,\n"

static void in_their_place(void **state)
{
    struct oddi_buf out;

    (void)state;
    assert_string_equal(replace("", &out), HEADER MINE);
    oddi_buf_free(&out);
    assert_string_equal(replace(HEADER MINE, &out), HEADER MINE);
    oddi_buf_free(&out);
    assert_string_equal(replace(HEADER "c.csv,hosts,entity,tp,3,,\r\n\n\"a,b.csv\",hosts,entity,gone,1,,\n"
                                       "\"a,b.csv\",\"the \"\"other\"\"\",x,y,1,,\n",
                                &out),
                        HEADER "c.csv,hosts,entity,tp,3,,\n" MINE
                               "\"a,b.csv\",\"the \"\"other\"\"\",x,y,1,,\n");
    oddi_buf_free(&out);
}

static void not_results(void **state)
{
    static const struct {
        const char *text;
        uint64_t line;
    } cases[] = {
        {"x\n", 1},
        {HEADER "a,b,c\n", 2},
        {HEADER "a,b,c,d,1,,\na,b,c,d,1,,,\n", 3},
        {HEADER "a,b,c,d,1,,\"x\n", 2},
        {HEADER "a,b,c,d,1,\"x\"y,\n", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oddi_eval_result r;
        struct oddi_eval_report report;
        struct odd_error err = ODD_ERROR_INIT;
        struct oddi_buf out;

        fill(&r, &report);
        oddi_buf_init(&out, 0);
        assert_int_equal(oddi_results_replace(cases[i].text, "r.csv", &report, &out, &err), ODD_ERR_FORMAT);
        assert_int_equal(err.line, cases[i].line);
        oddi_buf_free(&out);
    }
}

static void append(void *ctx, const struct oddi_worse *w)
{
    oddi_buf_printf(ctx, "%s %s %s %d %d\n", w->config, w->level, w->metric, (int)(100 * w->before),
                    isnan(w->now) ? -1 : (int)(100 * w->now));
}

static void compare(const char *before, double tolerance, const char *expected)
{
    struct oddi_eval_result r;
    struct oddi_eval_report report;
    struct oddi_buf said;

    fill(&r, &report);
    oddi_buf_init(&said, 0);
    assert_int_equal(oddi_results_compare(before, "r.csv", &report, tolerance, append, &said, NULL), ODD_OK);
    assert_string_equal(oddi_buf_cstr(&said), expected);
    oddi_buf_free(&said);
}

static void what_fell(void **state)
{
    (void)state;
    compare("", 0, "");
    compare(HEADER MINE, 0, "");
    compare(HEADER "\"a,b.csv\",hosts,entity,average_precision,0.80,,\n", 0.06, "");
    compare(HEADER "\"a,b.csv\",hosts,entity,average_precision,0.80,,\n", 0.01,
            "hosts entity average_precision 80 75\n");
    compare(HEADER "\"a,b.csv\",hosts,entity,average_precision,0.70,,\n", 0, "");
    compare(HEADER "\"a,b.csv\",hosts,entity,fpr,0.4,,\n", 0.01, "hosts entity fpr 40 50\n");
    compare(HEADER "\"a,b.csv\",hosts,entity,fpr,0.6,,\n", 0, "");
    compare(HEADER "\"a,b.csv\",hosts,entity,tp,5,,\n", 0, ""); /* neither good nor bad */
    compare(HEADER "\"a,b.csv\",hosts,window,average_precision,0.1,,\n", 0,
            "hosts window average_precision 10 -1\n");
    compare(HEADER "c.csv,hosts,entity,average_precision,0.80,,\n", 0, "");
    compare(HEADER "\"a,b.csv\",scans,entity,average_precision,0.80,,\n", 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_their_place),
        cmocka_unit_test(not_results),
        cmocka_unit_test(what_fell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
