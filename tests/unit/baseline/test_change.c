/* Scopes come and go, the log says so, and every change is undone to what was there before. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "baseline/change.h"
#include "failalloc.h"

static struct oddi_baseline make(void)
{
    struct oddi_baseline b = {.n_plans = 1, .plans = calloc(1, sizeof *b.plans)};

    b.plans[0].name = strdup("hosts");
    b.plans[0].d = 2;
    b.file_crc = 17;
    b.file_size = 4;
    return b;
}

static struct oddi_accepted scope(const char *expression)
{
    struct oddi_accepted a = {.name = strdup(""),
                              .expression = strdup(expression),
                              .owner = strdup(""),
                              .reason = strdup(""),
                              .command = strdup(""),
                              .plans = calloc(1, sizeof *a.plans),
                              .n_plans = 1};

    a.plans[0].name = strdup("hosts");
    a.plans[0].d = 2;
    return a;
}

static struct oddi_change_note note(int64_t when, const char *what)
{
    return (struct oddi_change_note){.when = when, .command = "a command", .what = what};
}

static void accept(struct oddi_baseline *b, const char *expression)
{
    struct oddi_accepted a = scope(expression);
    struct oddi_change_note n = note(1, expression);

    assert_int_equal(oddi_base_accept(b, &a, &n, NULL), ODD_OK);
    assert_null(a.expression); /* taken over */
}

static void come_and_go(void **state)
{
    struct oddi_baseline b = make();
    struct oddi_change_note n = note(2, "away");

    (void)state;
    accept(&b, "one");
    accept(&b, "two");
    accept(&b, "three");
    assert_int_equal(oddi_base_reject(&b, 2, &n, NULL), ODD_OK);
    assert_null(oddi_base_accepted(&b, 2));
    assert_int_equal(b.n_accepted, 2);
    assert_string_equal(b.accepted[0].expression, "one");
    assert_string_equal(b.accepted[1].expression, "three");
    assert_int_equal(oddi_base_reject(&b, 2, &n, NULL), ODD_ERR_USAGE);
    accept(&b, "four");
    assert_int_equal(b.accepted[2].id, 4); /* 2 is not given again */
    assert_int_equal(b.n_changes, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(b.changes[i].number, i + 1);
    assert_string_equal(b.changes[3].what, "away");
    oddi_baseline_clear(&b);
}

static void undone_and_done_again(void **state)
{
    struct oddi_baseline b = make();
    struct oddi_change_note n = note(3, "undone");

    (void)state;
    accept(&b, "one");
    accept(&b, "two");
    assert_int_equal(oddi_base_revert(&b, 1, &n, NULL), ODD_OK); /* change 3 takes "one" out */
    assert_int_equal(b.n_accepted, 1);
    assert_int_equal(oddi_base_change(&b, 1)->undone_by, 3);
    assert_int_equal(oddi_base_revert(&b, 1, &n, NULL), ODD_ERR_USAGE);
    assert_int_equal(oddi_base_revert(&b, 3, &n, NULL), ODD_OK); /* and 4 puts it back, where it was */
    assert_int_equal(b.n_accepted, 2);
    assert_string_equal(b.accepted[0].expression, "one");
    assert_int_equal(oddi_base_revert(&b, 4, &n, NULL), ODD_OK);
    assert_int_equal(oddi_base_reject(&b, 2, &n, NULL), ODD_OK);
    assert_int_equal(oddi_base_revert(&b, 2, &n, NULL), ODD_ERR_USAGE); /* its scope was taken out since */
    assert_int_equal(oddi_base_revert(&b, 99, &n, NULL), ODD_ERR_USAGE);
    oddi_baseline_clear(&b);
}

static void not_into_other_plans(void **state)
{
    struct oddi_baseline b = make();
    struct oddi_change_note n = note(3, "x");

    (void)state;
    accept(&b, "one");
    assert_int_equal(oddi_base_reject(&b, 1, &n, NULL), ODD_OK);
    b.plans[0].d = 3;
    assert_int_equal(oddi_base_revert(&b, 2, &n, NULL), ODD_ERR_USAGE);
    b.plans[0].d = 2;
    assert_int_equal(oddi_base_revert(&b, 2, &n, NULL), ODD_OK);
    oddi_baseline_clear(&b);
}

static void whole_files_are_remembered(void **state)
{
    struct oddi_baseline b = make();
    struct oddi_change_note n = {.when = 9, .command = "prune --samples", .what = "took out", .owner = "kim"};

    (void)state;
    assert_int_equal(oddi_base_log(&b, &n, NULL), ODD_OK);
    assert_int_equal(b.changes[0].before_crc, 17);
    assert_int_equal(b.changes[0].before_size, 4);
    assert_int_equal(b.changes[0].undo, ODDI_UNDO_FILE);
    assert_string_equal(b.changes[0].owner, "kim");
    assert_string_equal(b.changes[0].reason, "");
    assert_int_equal(oddi_base_revert(&b, 1, &n, NULL), ODD_ERR_USAGE); /* not from what is in memory */
    oddi_baseline_clear(&b);
}

static void the_oldest_go(void **state)
{
    struct oddi_baseline b = make();

    (void)state;
    for (int64_t i = 1; i <= (int64_t)ODDI_BASE_MAX_CHANGES + 5; i++) {
        struct oddi_change_note n = note(i, "x");

        assert_int_equal(oddi_base_log(&b, &n, NULL), ODD_OK);
    }
    assert_int_equal(b.n_changes, ODDI_BASE_MAX_CHANGES);
    assert_int_equal(b.changes[0].number, 6);
    assert_int_equal(b.changes[0].when, 6);
    assert_null(oddi_base_change(&b, 5));
    oddi_baseline_clear(&b);
}

static void not_without_end(void **state)
{
    struct oddi_baseline b = make();
    struct oddi_change_note n = note(1, "one more");
    struct oddi_accepted a = scope("one more");

    (void)state;
    for (size_t i = 0; i < ODDI_BASE_MAX_ACCEPTED; i++)
        accept(&b, "x");
    assert_int_equal(oddi_base_accept(&b, &a, &n, NULL), ODD_ERR_LIMIT);
    assert_string_equal(a.expression, "one more"); /* still the caller's */
    assert_int_equal(b.n_changes, ODDI_BASE_MAX_ACCEPTED);
    oddi_accepted_clear(&a);
    oddi_baseline_clear(&b);
}

static bool whole(const struct oddi_accepted *a)
{
    return a->name && a->expression && a->owner && a->reason && a->command && a->plans && a->plans[0].name;
}

/* As scope() makes it, where allocations fail. */
static struct oddi_accepted some_scope(void)
{
    struct oddi_accepted a = {.name = strdup(""),
                              .expression = strdup("x"),
                              .owner = strdup(""),
                              .reason = strdup(""),
                              .command = strdup(""),
                              .plans = calloc(1, sizeof *a.plans)};

    a.n_plans = a.plans != NULL;
    if (a.plans) {
        a.plans[0].name = strdup("hosts");
        a.plans[0].d = 2;
    }
    return a;
}

/* Nothing leaks, and a scope that could not be accepted is still the caller's. */
static enum odd_status story(void *ctx)
{
    struct oddi_baseline b = {.n_plans = 1, .plans = ctx};
    struct oddi_change_note n = note(4, "again");
    struct oddi_accepted a = some_scope();
    enum odd_status status = whole(&a) ? oddi_base_accept(&b, &a, &n, NULL) : ODD_ERR_MEMORY;

    if (status != ODD_OK)
        oddi_accepted_clear(&a);
    if (status == ODD_OK)
        status = oddi_base_reject(&b, 1, &n, NULL);
    if (status == ODD_OK)
        status = oddi_base_revert(&b, 2, &n, NULL);
    if (status == ODD_OK)
        status = oddi_base_revert(&b, 3, &n, NULL);
    b.plans = NULL;
    b.n_plans = 0;
    oddi_baseline_clear(&b);
    return status;
}

static void memory_ends(void **state)
{
    struct oddi_base_plan plan = {.name = (char *)(uintptr_t) "hosts", .d = 2};

    (void)state;
    assert_true(failalloc_sweep(story, &plan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(come_and_go),          cmocka_unit_test(undone_and_done_again),
        cmocka_unit_test(not_into_other_plans), cmocka_unit_test(whole_files_are_remembered),
        cmocka_unit_test(the_oldest_go),        cmocka_unit_test(not_without_end),
        cmocka_unit_test(memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
