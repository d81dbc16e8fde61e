#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "eval/report.h"

/* Two configurations at one level, without windows. */
static void fill(struct oddi_eval_result r[2], struct oddi_eval_report *report)
{
    static const double score[] = {9, 8, 7, 6, 5};
    static const uint8_t label[] = {2, 1, 2, 1, 1};
    struct oddi_eval_rows rows = {5, score, label, NULL};
    struct oddi_ranking ranking = {0};
    struct oddi_interval unknown = {NAN, NAN};

    assert_true(oddi_ranking_fit(&ranking, &rows));
    for (int i = 0; i < 2; i++) {
        struct oddi_eval_level *l = &r[i].level[0];

        r[i] = (struct oddi_eval_result){.config = i ? "scans, \"quick\"" : "hosts", .n_levels = 1};
        l->name = "entity";
        l->rows = 5;
        oddi_ranking_measure(&ranking, NULL, &l->measures);
        oddi_confusion_at(&rows, i ? 9 : 7, &l->confusion);
        oddi_rates(&l->confusion, &l->rates);
        l->interval = (struct oddi_bootstrap_result){5, 2, unknown, unknown, unknown, unknown};
    }
    r[0].level[0].interval.roc_auc = (struct oddi_interval){0.5, 1};
    r[0].first = (struct oddi_eval_first){"10.0.0.1", 336, 2, 1, 1};
    oddi_ranking_free(&ranking);
    *report = (struct oddi_eval_report){.data = "a\x1b.csv",
                                        .flows = 1234567,
                                        .positive = 10,
                                        .intervals = true,
                                        .confidence = 0.95,
                                        .resampled = "hosts",
                                        .results = r,
                                        .n = 2};
}

static void for_people(void **state)
{
    struct oddi_eval_result r[2];
    struct oddi_eval_report report;
    struct oddi_buf out;

    (void)state;
    fill(r, &report);
    oddi_buf_init(&out, 0);
    oddi_eval_table(&report, &out);
    assert_string_equal(oddi_buf_cstr(&out),
                        "a\\x1B.csv\n1,234,567 flows, 10 positive, 0 negative; 0 hosts, 0 positive\n"
                        "[low high]: 95 % confidence, by drawing hosts\n"
                        "\n"
                        "how the scores rank            ROC AUC     AP  adj. AP    P@n  max F1\n"
                        "entity: 5 of known truth, 2 positive\n"
                        "  hosts              0.833 [.500 1.00]  0.833    0.722  0.500   0.800\n"
                        "  scans, \"quick\"                 0.833  0.833    0.722  0.500   0.800\n"
                        "\n"
                        "what is told as odd  found  false  missed  recall     FPR  precision     F1\n"
                        "entity: 5 of known truth, 2 positive\n"
                        "  hosts                  2      1       0   1.000  0.3333      0.667  0.800\n"
                        "  scans, \"quick\"         1      0       1   0.500  0.0000      1.000  0.667\n");
    oddi_buf_free(&out);
}

static void for_programs(void **state)
{
    struct oddi_eval_result r[2];
    struct oddi_eval_report report;
    struct oddi_buf csv, json;
    const char *text;

    (void)state;
    fill(r, &report);
    oddi_buf_init(&csv, 0);
    oddi_buf_init(&json, 0);
    oddi_eval_csv(&report, &csv);
    oddi_eval_ndjson(&report, &json);
    text = oddi_buf_cstr(&csv);
    assert_true(strncmp(text, "data,config,level,metric,value,low,high\n", 40) == 0);
    assert_non_null(strstr(text, ".csv,hosts,entity,roc_auc,0.833333333333,0.5,1\n"));
    assert_non_null(strstr(text, ".csv,\"scans, \"\"quick\"\"\",entity,recall,0.5,,\n"));
    assert_non_null(strstr(text, ".csv,hosts,first positive host,rank_by_maximum,2,,\n"));
    text = oddi_buf_cstr(&json);
    assert_non_null(strstr(text,
                           "{\"data\":\"a\\u001b.csv\",\"config\":\"hosts\",\"level\":\"entity\","
                           "\"metric\":\"roc_auc\",\"value\":0.833333333333,\"low\":0.5,\"high\":1}\n"));
    oddi_buf_free(&csv);
    oddi_buf_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(for_people),
        cmocka_unit_test(for_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
