/* Cuts and the walk down a tree of scopes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "baseline/model.h"

static struct oddi_addr addr(const char *text)
{
    struct oddi_addr a;

    assert_true(oddi_parse_addr(text, strlen(text), &a));
    return a;
}

static struct oddi_cut net_cut(const char *text, uint8_t bits)
{
    return (struct oddi_cut){.kind = ODDI_CUT_NET, .net = {.addr = addr(text), .bits = bits}};
}

static void nets(void **state)
{
    struct oddi_row_key k = {.addr = addr("10.20.127.9")};
    struct oddi_cut c = net_cut("10.20.0.0", 16);

    (void)state;
    assert_true(oddi_cut_holds(&c, &k));
    c = net_cut("10.20.64.0", 18);
    assert_true(oddi_cut_holds(&c, &k));
    c = net_cut("10.20.128.0", 18);
    assert_false(oddi_cut_holds(&c, &k));
    c = net_cut("10.20.127.9", 32);
    assert_true(oddi_cut_holds(&c, &k));
    c = net_cut("10.20.127.8", 32);
    assert_false(oddi_cut_holds(&c, &k));
    c = net_cut("0.0.0.0", 0);
    assert_true(oddi_cut_holds(&c, &k));
    k.addr = addr("a14::"); /* the same first bytes, another family */
    assert_false(oddi_cut_holds(&c, &k));
    memset(&k.addr, 0, sizeof k.addr);
    assert_false(oddi_cut_holds(&c, &k));
}

static void ranges_go_round(void **state)
{
    struct oddi_cut night = {.kind = ODDI_CUT_HOURS, .from = 22, .to = 6},
                    day = {.kind = ODDI_CUT_HOURS, .from = 7, .to = 21},
                    weekend = {.kind = ODDI_CUT_WEEKDAYS, .from = 5, .to = 6};

    (void)state;
    for (uint8_t h = 0; h < 24; h++) {
        struct oddi_row_key k = {.hour = h, .weekday = h % 7};

        assert_int_equal(oddi_cut_holds(&night, &k), h >= 22 || h <= 6);
        assert_int_equal(oddi_cut_holds(&day, &k), h >= 7 && h <= 21);
        assert_int_equal(oddi_cut_holds(&weekend, &k), h % 7 >= 5);
    }
}

static void services(void **state)
{
    struct oddi_cut c = {.kind = ODDI_CUT_SERVICE, .service = 6u << 17 | 26};
    struct oddi_row_key k = {.service = c.service};

    (void)state;
    assert_true(oddi_cut_holds(&c, &k));
    k.service++;
    assert_false(oddi_cut_holds(&c, &k));
    k.service = c.service = ODDI_NO_SERVICE;
    assert_false(oddi_cut_holds(&c, &k));
}

static void walks(void **state)
{
    struct oddi_scope_node nodes[] = {
        {net_cut("10.20.0.0", 16), ODDI_NO_NODE, 1, 2, ODDI_NO_NODE},
        {{.kind = ODDI_CUT_HOURS, .from = 0, .to = 2}, 0, 3, 4, ODDI_NO_NODE},
        {.parent = 0, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1},
        {.parent = 1, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 2},
        {.parent = 1, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1},
    };
    struct oddi_scope_tree tree = {.n_nodes = 5, .nodes = nodes};
    struct oddi_row_key k = {.addr = addr("10.20.1.1"), .hour = 1};

    (void)state;
    assert_int_equal(oddi_scope_find(&tree, &k), 2);
    k.hour = 3;
    assert_int_equal(oddi_scope_find(&tree, &k), 1);
    k.addr = addr("10.21.1.1");
    assert_int_equal(oddi_scope_find(&tree, &k), 1);
}

static void without_scopes(void **state)
{
    struct oddi_scope_tree tree;
    struct oddi_row_key k = {.hour = 1};

    (void)state;
    assert_int_equal(oddi_scope_none(&tree, NULL), ODD_OK);
    assert_int_equal(oddi_scope_find(&tree, &k), 0);
    oddi_scope_tree_clear(&tree);
}

static void halves(void **state)
{
    unsigned ones = 0, same = 0;

    (void)state;
    for (uint64_t host = 1; host <= 200; host++)
        for (int32_t day = 15000; day < 15010; day++) {
            struct oddi_row_key a = {.host = host << 8, .day = day, .hour = 1}, b = a, next = a;

            b.hour = 17;
            b.service = 9;
            next.day++;
            assert_int_equal(oddi_row_half(&a), oddi_row_half(&b));
            ones += oddi_row_half(&a);
            same += oddi_row_half(&a) == oddi_row_half(&next);
        }
    assert_in_range(ones, 900, 1100); /* 2000 fair tosses: 4.5 deviations */
    assert_in_range(same, 900, 1100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets),  cmocka_unit_test(ranges_go_round), cmocka_unit_test(services),
        cmocka_unit_test(walks), cmocka_unit_test(without_scopes),  cmocka_unit_test(halves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
