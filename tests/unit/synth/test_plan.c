/* The text of --attacks. */
#include "synth/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "synth/synth.h"

static void expect(const char *text, size_t i, size_t n, const char *name, uint32_t loudness)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_plan plan;
    assert_int_equal(oddi_plan_parse(text, &plan, &err), ODD_OK);
    assert_int_equal(plan.n, n);
    assert_string_equal(plan.plants[i].attack->entry.name, name);
    assert_int_equal(plan.plants[i].loudness, loudness);
}

static void expect_error(const char *text, const char *sentence)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_plan plan;
    assert_int_equal(oddi_plan_parse(text, &plan, &err), ODD_ERR_USAGE);
    assert_int_equal(err.status, ODD_ERR_USAGE);
    assert_string_equal(err.message, sentence);
}

static void kinds_and_loudness(void **state)
{
    (void)state;
    expect("scan", 0, 1, "scan", 500);
    expect("scan:quiet", 0, 1, "scan", 100);
    expect("scan:medium", 0, 1, "scan", 500);
    expect("scan:loud", 0, 1, "scan", 1000);
    expect("scan:0", 0, 1, "scan", 0);
    expect("scan:1", 0, 1, "scan", 1000);
    expect("scan:0.25,spam,beacon:0.125", 0, 3, "scan", 250);
    expect("scan:0.25,spam,beacon:0.125", 1, 3, "spam", 500);
    expect("scan:0.25,spam,beacon:0.125", 2, 3, "beacon", 125);
    expect("scan,scan", 1, 2, "scan", 500);
}

static void all_is_every_kind_from_loud_to_quiet(void **state)
{
    size_t kinds = 0;
    (void)state;
    while (oddi_attack_at(kinds))
        kinds++;
    assert_int_equal(kinds, 8);
    for (size_t i = 0; i < kinds; i++) {
        const char *name = oddi_attack_at(i)->name;
        expect("all", i, 3 * kinds, name, 1000);
        expect(NULL, kinds + i, 3 * kinds, name, 500);
        expect("all", 2 * kinds + i, 3 * kinds, name, 100);
        expect("all:0.3", i, kinds, name, 300);
        expect("scan:1,all:quiet", 1 + i, kinds + 1, name, 100);
    }
}

static void nothing(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_plan plan = {.n = 9};
    (void)state;
    assert_int_equal(oddi_plan_parse("none", &plan, &err), ODD_OK);
    assert_int_equal(plan.n, 0);
    plan.n = 9;
    assert_int_equal(oddi_plan_parse("", &plan, &err), ODD_OK);
    assert_int_equal(plan.n, 0);
}

static void sentences(void **state)
{
    (void)state;
    expect_error("scam", "unknown attack 'scam'; did you mean 'scan'?");
    expect_error("scan,exfiltratoin:1", "unknown attack 'exfiltratoin'; did you mean 'exfiltration'?");
    expect_error(
        "xyzzy",
        "unknown attack 'xyzzy'; there is beacon, bruteforce, exfiltration, flood, lateral, portscan, "
        "scan, spam, all");
    expect_error("scan:2",
                 "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not '2'");
    expect_error("scan:-0.1",
                 "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not '-0.1'");
    expect_error("scan:",
                 "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not ''");
    expect_error("scan:nan",
                 "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not 'nan'");
    expect_error("scan:1:1",
                 "the loudness of an attack must be a number from 0 to 1, quiet, medium or loud, not '1:1'");
    expect_error("scan,", "an attack is missing before or after a comma");
    expect_error(",scan", "an attack is missing before or after a comma");
    expect_error("none,scan", "'none' must stand alone, without other attacks");
    expect_error("none:1", "'none' must stand alone, without other attacks");
    expect_error("all,all,all", "at most 64 attacks can be planted at once");
}

/* Words far too long and bytes that are no text: an error, never an overrun. */
static void long_and_strange_words(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_plan plan;
    char text[3000];
    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 0;
    assert_int_equal(oddi_plan_parse(text, &plan, &err), ODD_ERR_USAGE);
    memcpy(text, "scan:", 5);
    assert_int_equal(oddi_plan_parse(text, &plan, &err), ODD_ERR_USAGE);
    assert_int_equal(oddi_plan_parse("\xff\x01:\n", &plan, &err), ODD_ERR_USAGE);
    assert_null(strchr(err.message, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_loudness),
        cmocka_unit_test(all_is_every_kind_from_loud_to_quiet),
        cmocka_unit_test(nothing),
        cmocka_unit_test(sentences),
        cmocka_unit_test(long_and_strange_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
