#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <stdbool.h>

#include "eval/confusion.h"

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-15;
}

/* scikit-learn 1.2.1: precision_recall_fscore_support and accuracy_score of the same ten rows. */
static void ten_rows(void **state)
{
    static const double score[] = {90, 80, 80, 70, 60, 50, 40, NAN, 20, 10, 95, 5, NAN};
    static const uint8_t label[] = {2, 2, 1, 2, 1, 1, 1, 2, 1, 1, 0, 0, 0};
    struct oddi_eval_rows rows = {13, score, label, NULL};
    struct oddi_confusion c;
    struct oddi_rates r;

    (void)state;
    oddi_confusion_at(&rows, 70, &c);
    assert_true(c.tp == 3 && c.fp == 1 && c.tn == 5 && c.fn == 1);
    assert_true(c.ignored_positive == 1 && c.ignored_negative == 2);
    oddi_rates(&c, &r);
    assert_true(near(r.precision, 0.75) && near(r.tpr, 0.75) && near(r.f1, 0.75));
    assert_true(near(r.f05, 0.75) && near(r.f2, 0.75));
    assert_true(near(r.accuracy, 0.8) && near(r.error, 0.2));
    assert_true(near(r.fpr, 1.0 / 6) && near(r.tnr, 5.0 / 6) && near(r.fnr, 0.25));
    oddi_confusion_at(&rows, 50, &c);
    oddi_rates(&c, &r);
    assert_true(c.tp == 3 && c.fp == 3 && c.tn == 3 && c.fn == 1);
    assert_true(near(r.f05, 0.5357142857142857) && near(r.f1, 0.6) && near(r.f2, 0.6818181818181818));
}

/* A decision of the detector's own, and weights. */
static void what_was_said(void **state)
{
    static const uint8_t label[] = {2, 1, 2, 1, 0}, said[] = {1, 7, 0, 0, 1};
    static const double weight[] = {0.5, 2, 4, 8, 16};
    struct oddi_eval_rows rows = {5, NULL, label, weight};
    struct oddi_confusion c;

    (void)state;
    oddi_confusion_of(&rows, said, &c);
    assert_true(c.tp == 0.5 && c.fp == 2 && c.fn == 4 && c.tn == 8);
    assert_true(c.ignored_positive == 16 && c.ignored_negative == 0);
}

static void undefined_rates(void **state)
{
    struct oddi_eval_rows none = {0};
    struct oddi_confusion c;
    struct oddi_rates r;

    (void)state;
    oddi_confusion_at(&none, 0, &c);
    oddi_rates(&c, &r);
    assert_true(isnan(r.tpr) && isnan(r.fpr) && isnan(r.precision) && isnan(r.accuracy) && isnan(r.f1));
    c = (struct oddi_confusion){.fn = 3, .tn = 2};
    oddi_rates(&c, &r);
    assert_true(r.tpr == 0 && r.fpr == 0 && isnan(r.precision) && r.f1 == 0 && near(r.accuracy, 0.4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_rows),
        cmocka_unit_test(what_was_said),
        cmocka_unit_test(undefined_rates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
