#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "baseline/scope_search.h"
#include "baseline/scope_text.h"

static const struct oddi_scope_names names = {"src_ip", "service"};

/* ---- What users ask for ------------------------------------------------------------------------------------------------ */

#define DAY (INT64_C(86400) * 1000000000)

static struct oddi_dim_value truths[] = {{ODDI_DIM_FALSE, "false"}, {ODDI_DIM_TRUE, "true"}};
static struct oddi_dim_value numbers[7];
static const struct oddi_scope_dims dims = {
    .n = 2, .dim = {{"early", "hour < 8", true, truths, 2}, {"third", "floor(hour / 3)", false, numbers, 7}}};
static struct oddi_time_span spans[3] = {{2 * DAY, 5 * DAY}, {8 * DAY, 9 * DAY}, {20 * DAY, 27 * DAY}};
static struct oddi_event events[2] = {{"", spans, 3}, {"Exams", spans + 1, 1}};
static const struct oddi_calendar calendar = {.n = 2, .event = events};

static int make_values(void **state)
{
    static char text[7][4];

    (void)state;
    for (int i = 0; i < 7; i++) {
        double v = i;

        text[i][0] = (char)('0' + i);
        numbers[i] = (struct oddi_dim_value){oddi_key(ODDI_EXPR_NUMBER, &v), text[i]};
    }
    return 0;
}

static void ask(struct oddi_row_key *key)
{
    double third = key->hour / 3;

    key->dim[0] = key->hour < 8 ? ODDI_DIM_TRUE : ODDI_DIM_FALSE;
    key->dim[1] = oddi_key(ODDI_EXPR_NUMBER, &third);
    key->start = key->day * DAY + key->hour * (DAY / 24);
    key->events = oddi_calendar_at(&calendar, key->start);
}

/* ---- Trees of chance ------------------------------------------------------------------------------------------------- */

static struct oddi_addr some_addr(struct oddi_rng *r)
{
    struct oddi_addr a = {.kind = ODDI_ADDR_V4, .bytes = {10}};

    if (oddi_rng_below(r, 8) == 0)
        return (struct oddi_addr){.kind = ODDI_ADDR_V6,
                                  .bytes = {0x20, 1, 0xd, 0xb8, (uint8_t)oddi_rng_below(r, 4)}};
    for (int i = 1; i < 4; i++)
        a.bytes[i] = (uint8_t)(oddi_rng_below(r, 4) << 6);
    return a;
}

static struct oddi_net some_net(struct oddi_rng *r)
{
    struct oddi_net net = {.addr = some_addr(r)};

    net.bits = (uint8_t)(net.addr.kind == ODDI_ADDR_V4 ? 10 + 2 * oddi_rng_below(r, 8)
                                                       : 32 + 8 * oddi_rng_below(r, 2));
    for (unsigned b = net.bits; b < 128; b++)
        net.addr.bytes[b / 8] &= (uint8_t) ~(0x80u >> b % 8);
    return net;
}

static uint32_t some_service(struct oddi_rng *r)
{
    static const uint32_t services[] = {6u << 17 | 81, 6u << 17 | 444, 17u << 17 | 54, 1u << 17};

    return services[oddi_rng_below(r, 4)];
}

static struct oddi_cut some_cut(struct oddi_rng *r)
{
    struct oddi_cut cut = {.kind = (enum oddi_cut_kind)(1 + oddi_rng_below(r, 6))};

    if (cut.kind == ODDI_CUT_NET)
        cut.net = some_net(r);
    else if (cut.kind == ODDI_CUT_SERVICE)
        cut.service = some_service(r);
    else if (cut.kind == ODDI_CUT_EVENT)
        cut.service = (uint32_t)oddi_rng_below(r, 2);
    else if (cut.kind == ODDI_CUT_DIM) {
        cut.from = (uint8_t)oddi_rng_below(r, 2);
        cut.service = (uint32_t)oddi_rng_below(r, cut.from ? 7 : 2);
        cut.value = dims.dim[cut.from].value[cut.service].key;
    } else
        for (int i = 0; i < 2; i++)
            *(i ? &cut.to : &cut.from) = (uint8_t)oddi_rng_below(r, cut.kind == ODDI_CUT_HOURS ? 24 : 7);
    return cut;
}

#define LEAVES 12
#define MODELS 5

static void some_tree(struct oddi_rng *r, struct oddi_scope_tree *tree)
{
    uint32_t leaf[LEAVES] = {0};

    *tree = (struct oddi_scope_tree){.nodes = oddi_calloc_array(2 * LEAVES - 1, sizeof *tree->nodes),
                                     .parent = oddi_calloc_array(MODELS + 1, sizeof *tree->parent),
                                     .n_nodes = 1,
                                     .n_models = MODELS + 1,
                                     .dims = &dims,
                                     .calendar = &calendar};
    tree->nodes[0].parent = ODDI_NO_NODE;
    for (size_t n = 1; n < LEAVES; n++) {
        size_t k = oddi_rng_below(r, n);
        struct oddi_scope_node *node = &tree->nodes[leaf[k]];

        node->cut = some_cut(r);
        node->inside = (uint32_t)tree->n_nodes++;
        node->outside = (uint32_t)tree->n_nodes++;
        tree->nodes[node->inside].parent = tree->nodes[node->outside].parent = leaf[k];
        leaf[k] = node->inside;
        leaf[n] = node->outside;
    }
    for (size_t k = 0; k < LEAVES; k++) {
        struct oddi_scope_node *node = &tree->nodes[leaf[k]];

        node->inside = node->outside = ODDI_NO_NODE;
        node->model = 1 + (uint32_t)(k < MODELS ? k : oddi_rng_below(r, MODELS));
    }
}

/* ---- Conditions against the tree --------------------------------------------------------------------------------------- */

/* Whether a condition is true of a row, by the evaluator of the language. */
static bool holds(const char *text, const struct oddi_row_key *key)
{
    struct oddi_expr *e;
    struct oddi_expr_error fault;
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    struct oddi_expr_options o = {.want = ODDI_WANT_CONDITION};
    const struct oddi_expr_need *need;
    struct oddi_column columns[4] = {0};
    uint32_t map[4], row, proto = key->service >> 17, port = (key->service & 0x1ffff) - 1;
    struct oddi_addr addr = key->addr;
    int64_t start = key->start;
    struct oddi_expr_input in = {.columns = columns, .map = map};
    bool is;

    assert_int_equal(oddi_expr_new(text, strlen(text), &o, &e, &fault), ODD_OK);
    assert_int_equal(oddi_program_new((const struct oddi_expr *const *)&e, 1, &p, NULL), ODD_OK);
    assert_int_equal(oddi_evaluator_new(p, &ev, NULL), ODD_OK);
    for (size_t i = 0, n = oddi_program_needs(p, &need); i < n; i++) {
        map[i] = (uint32_t)i;
        columns[i].recipe.type = need[i].type;
        columns[i].u.any = need[i].field == ODDI_SRC_IP     ? (void *)&addr
                           : need[i].field == ODDI_PROTO    ? (void *)&proto
                           : need[i].field == ODDI_TS_START ? (void *)&start
                                                            : &port;
        assert_true(need[i].field == ODDI_SRC_IP || need[i].field == ODDI_PROTO ||
                    need[i].field == ODDI_DST_PORT || need[i].field == ODDI_TS_START);
    }
    in.window_start = ((int64_t)(key->day * 24 + key->hour)) * 3600 * 1000000000;
    is = oddi_filter(ev, &in, 1, &row) == 1;
    oddi_evaluator_free(ev);
    oddi_program_free(p);
    oddi_expr_free(e);
    return is;
}

static void true_of_its_rows(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int t = 0; t < 60; t++) {
        struct oddi_scope_tree tree;
        struct oddi_buf b[MODELS + 1];

        some_tree(&r, &tree);
        for (uint32_t m = 0; m <= MODELS; m++) {
            oddi_buf_init(&b[m], 0);
            oddi_scope_expression(&tree, m, &names, &b[m]);
        }
        for (int k = 0; k < 60; k++) {
            int32_t day = (int32_t)oddi_rng_below(&r, 30);
            struct oddi_row_key key = {.addr = some_addr(&r),
                                       .service = some_service(&r),
                                       .hour = (uint8_t)oddi_rng_below(&r, 24),
                                       .day = day,
                                       .weekday = (uint8_t)((day + 3) % 7)}; /* 1970-01-01 was a Thursday */
            uint32_t model;

            ask(&key);
            model = oddi_scope_find(&tree, &key);

            assert_true(holds(oddi_buf_cstr(&b[0]), &key));
            for (uint32_t m = 1; m <= MODELS; m++)
                assert_int_equal(holds(oddi_buf_cstr(&b[m]), &key), m == model);
        }
        for (uint32_t m = 0; m <= MODELS; m++)
            oddi_buf_free(&b[m]);
        oddi_scope_tree_clear(&tree);
    }
}

/* ---- Words ------------------------------------------------------------------------------------------------------------- */

#define NET(a, b, n)                                                                                         \
    {                                                                                                        \
        .addr = {.kind = ODDI_ADDR_V4, .bytes = {10, a, b}}, .bits = n                                       \
    }

static void in_words(void **state)
{
    struct oddi_scope_node nodes[] = {
        {.cut = {.kind = ODDI_CUT_NET, .net = NET(20, 0, 16)},
         .parent = ODDI_NO_NODE,
         .inside = 1,
         .outside = 2},
        {.cut = {.kind = ODDI_CUT_HOURS, .from = 22, .to = 1}, .parent = 0, .inside = 3, .outside = 4},
        {.cut = {.kind = ODDI_CUT_NET, .net = NET(10, 64, 18)}, .parent = 0, .inside = 5, .outside = 6},
        {.parent = 1, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1},
        {.parent = 1, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 2},
        {.parent = 2, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 2},
        {.cut = {.kind = ODDI_CUT_SERVICE, .service = 17u << 17 | 54},
         .parent = 2,
         .inside = 7,
         .outside = 8},
        {.parent = 6, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 3},
        {.cut = {.kind = ODDI_CUT_SERVICE, .service = 6u << 17 | 26},
         .parent = 6,
         .inside = 9,
         .outside = 10},
        {.parent = 8, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 3},
        {.cut = {.kind = ODDI_CUT_WEEKDAYS, .from = 5, .to = 6}, .parent = 8, .inside = 11, .outside = 12},
        {.parent = 10, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 4},
        {.parent = 10, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 5}};
    static const char *const expressions[] = {
        "true",
        "src_ip in 10.20.0.0/16 and hour in 22..1",
        "(src_ip in 10.20.0.0/16 and hour in 2..21) or (src_ip in 10.10.64.0/18)",
        "(src_ip not in {10.10.64.0/18, 10.20.0.0/16} and service == 'udp/53') or "
        "(src_ip not in {10.10.64.0/18, 10.20.0.0/16} and service == 'tcp/25')",
        "src_ip not in {10.10.64.0/18, 10.20.0.0/16} and service not in {'tcp/25', 'udp/53'} and weekday in "
        "sat..sun",
        "src_ip not in {10.10.64.0/18, 10.20.0.0/16} and service not in {'tcp/25', 'udp/53'} and weekday in "
        "mon..fri"};
    static const char *const words[] = {
        "all traffic",
        "10.20.0.0/16, 22:00-02:00",
        "10.20.0.0/16, 02:00-22:00; or 10.10.64.0/18",
        "all addresses without 10.10.64.0/18, 10.20.0.0/16, udp/53; or "
        "all addresses without 10.10.64.0/18, 10.20.0.0/16, tcp/25",
        "all addresses without 10.10.64.0/18, 10.20.0.0/16, services without tcp/25, udp/53, Sat-Sun",
        "10.10.0.0/16 without 10.10.64.0/18, 10.31.0.0/16, 10.32.0.0/16, 10.33.0.0/16, 10.34.0.0/16, "
        "10.35.0.0/16, "
        "10.36.0.0/16, 10.37.0.0/16 and 3 more prefixes, services without tcp/25, udp/53, Mon-Fri"};
    struct oddi_scope_tree tree = {.nodes = nodes, .n_nodes = 13, .n_models = 6};
    struct oddi_row_key sample[22];
    struct oddi_buf b;

    (void)state;
    memset(sample, 0, sizeof sample);
    for (uint8_t i = 0; i < 22; i++) /* 10.31 .. 10.40 twice, 10.10 twice */
        sample[i] =
            (struct oddi_row_key){.service = 6u << 17 | 81,
                                  .addr = {.kind = ODDI_ADDR_V4, .bytes = {10, i < 20 ? 31 + i / 2 : 10, 1}}};
    oddi_buf_init(&b, 0);
    for (uint32_t m = 0; m < 6; m++) {
        oddi_buf_clear(&b);
        oddi_scope_expression(&tree, m, &names, &b);
        assert_string_equal(oddi_buf_cstr(&b), expressions[m]);
        oddi_buf_clear(&b);
        oddi_scope_words(&tree, m, sample, 22, &b);
        assert_string_equal(oddi_buf_cstr(&b), words[m]);
    }
    oddi_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_of_its_rows),
        cmocka_unit_test(in_words),
    };
    return cmocka_run_group_tests(tests, make_values, NULL);
}
