/* Scopes of two plans paired, and scopes of one that no longer differ. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "baseline/scope_alike.h"
#include "baseline/scope_match.h"
#include "failalloc.h"

enum { D = 2 };

static double normal(struct oddi_rng *r)
{
    double z = 0;

    for (int i = 0; i < 12; i++)
        z += oddi_rng_double(r);
    return z - 6;
}

/* n rows of hosts in 10.0/16 .. 10.3/16 at all hours; feature 0 has the mean shift[net]. */
static void make_rows(struct oddi_base_plan *p, size_t n, const double shift[4], uint64_t seed)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    p->d = D;
    p->n_sample = n;
    p->x = malloc(n * D * sizeof *p->x);
    p->key = calloc(n, sizeof *p->key);
    for (size_t i = 0; i < n; i++) {
        struct oddi_row_key *k = &p->key[i];
        unsigned net = (unsigned)oddi_rng_below(&r, 4);

        k->host = 1 + oddi_rng_below(&r, 200);
        k->hash = oddi_rng_next(&r);
        k->addr = (struct oddi_addr){.kind = ODDI_ADDR_V4, .bytes = {10, (uint8_t)net, 0, (uint8_t)i}};
        k->service = ODDI_NO_SERVICE;
        k->hour = (uint8_t)oddi_rng_below(&r, 24);
        k->day = (int32_t)oddi_rng_below(&r, 7);
        p->x[i * D] = shift[net] + normal(&r);
        p->x[i * D + 1] = normal(&r);
    }
}

/* A chain: rows in net 10.i/16 have model i + 1, those of none the last. */
static void make_tree(struct oddi_base_plan *p, const unsigned *nets, const uint8_t *bits, size_t n)
{
    struct oddi_scope_tree *t = &p->tree;

    t->n_nodes = 2 * n + 1;
    t->n_models = n + 2;
    t->nodes = calloc(t->n_nodes, sizeof *t->nodes);
    t->parent = calloc(t->n_models, sizeof *t->parent);
    t->parent[0] = ODDI_NO_NODE;
    t->nodes[0].parent = ODDI_NO_NODE;
    for (size_t i = 0; i < n; i++) {
        struct oddi_scope_node *node = &t->nodes[2 * i];

        node->cut.kind = ODDI_CUT_NET;
        node->cut.net = (struct oddi_net){{.kind = ODDI_ADDR_V4, .bytes = {10, (uint8_t)nets[i]}}, bits[i]};
        node->inside = (uint32_t)(2 * i + 1);
        node->outside = (uint32_t)(2 * i + 2);
        node->model = ODDI_NO_NODE;
        t->nodes[2 * i + 1] = (struct oddi_scope_node){.parent = (uint32_t)(2 * i),
                                                       .inside = ODDI_NO_NODE,
                                                       .outside = ODDI_NO_NODE,
                                                       .model = (uint32_t)(i + 1)};
        t->nodes[2 * i + 2] = (struct oddi_scope_node){.parent = (uint32_t)(2 * i),
                                                       .inside = ODDI_NO_NODE,
                                                       .outside = ODDI_NO_NODE,
                                                       .model = (uint32_t)(n + 1)};
    }
}

static void fit(struct oddi_base_plan *p)
{
    const struct oddi_rows_view view = {p->n_sample, D, p->x, p->key};
    struct odd_error err = ODD_ERROR_INIT;

    p->model = calloc(p->tree.n_models, sizeof *p->model);
    assert_int_equal(oddi_models_fit(&view, &p->tree, 100, p->model, NULL, &err), ODD_OK);
}

static void pairs(void **state)
{
    static const double none[4] = {0};
    static const unsigned nets_a[] = {0, 1, 2}, nets_b[] = {1, 2, 0};
    static const uint8_t bits_a[] = {16, 16, 16}, bits_b[] = {16, 15, 24};
    struct oddi_base_plan a = {0}, b = {0};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_scope_pair *pair;
    size_t n;

    (void)state;
    make_rows(&a, 4000, none, 1);
    make_rows(&b, 4000, none, 2);
    make_tree(&a, nets_a, bits_a, 3); /* 10.0/16, 10.1/16, 10.2/16, the rest: 10.3/16 */
    make_tree(&b, nets_b, bits_b, 3); /* 10.1/16, 10.2/15, 10.0.0/24, the rest: nothing */
    assert_int_equal(oddi_scope_match(&a, &b, &pair, &n, &err), ODD_OK);
    assert_int_equal(n, 5);
    /* 10.0/16 and 10.0.0/24 hold the same rows here; 10.2/16 is half of 10.2/15; 10.3/16 is the other half, which is taken. */
    assert_true(pair[0].fate == ODDI_SCOPE_MOVED && pair[0].b == 3 && pair[0].common == 1);
    assert_true(pair[1].fate == ODDI_SCOPE_SAME && pair[1].b == 1 && pair[1].common == 1);
    assert_true(pair[2].fate != pair[3].fate);
    for (size_t i = 2; i < 4; i++) {
        assert_true(pair[i].fate == ODDI_SCOPE_MOVED || pair[i].fate == ODDI_SCOPE_GONE);
        assert_int_equal(pair[i].a, i + 1);
        if (pair[i].fate == ODDI_SCOPE_MOVED)
            assert_true(pair[i].b == 2 && pair[i].common >= .5 && pair[i].common < .53);
        else
            assert_int_equal(pair[i].b, ODDI_NO_NODE);
    }
    assert_true(pair[4].fate == ODDI_SCOPE_NEW && pair[4].a == ODDI_NO_NODE && pair[4].b == 4);
    free(pair);
    assert_int_equal(oddi_scope_match(&a, &a, &pair, &n, &err), ODD_OK);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_true(pair[i].fate == ODDI_SCOPE_SAME && pair[i].a == pair[i].b);
    free(pair);
    oddi_base_plan_clear(&a);
    oddi_base_plan_clear(&b);
}

/* 10.0/16 and 10.2/16 are alike; 10.1/16 is 1.5 deviations off, 10.3/16 a little: 0.8. */
static void alike(void **state)
{
    static const double shift[4] = {0, 1.5, 0, .8};
    static const unsigned nets[] = {0, 1, 2};
    static const uint8_t bits[] = {16, 16, 16};
    struct odd_error err = ODD_ERROR_INIT;

    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct oddi_base_plan p = {0};
        struct oddi_alike *found;
        size_t n;

        make_rows(&p, 8000, shift, seed);
        make_tree(&p, nets, bits, 3);
        fit(&p);
        assert_int_equal(oddi_scopes_alike(&p, p.model, &found, &n, &err), ODD_OK);
        assert_int_equal(n, 1);
        assert_true(found[0].a == 1 && found[0].b == 3 && found[0].rows[0] > 1500);
        assert_true(fabs(found[0].share[0] - .1) < .05 && fabs(found[0].share[1] - .1) < .05);
        free(found);
        oddi_base_plan_clear(&p);
    }
}

static enum odd_status story(void *ctx)
{
    struct oddi_base_plan *p = ctx;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_scope_pair *pair;
    struct oddi_alike *found;
    size_t n;

    ODDI_TRY(oddi_scope_match(p, p, &pair, &n, &err));
    free(pair);
    ODDI_TRY(oddi_scopes_alike(p, p->model, &found, &n, &err));
    free(found);
    return ODD_OK;
}

static void memory_ends(void **state)
{
    static const double none[4] = {0};
    static const unsigned nets[] = {0, 1};
    static const uint8_t bits[] = {16, 16};
    struct oddi_base_plan p = {0};

    (void)state;
    make_rows(&p, 2000, none, 3);
    make_tree(&p, nets, bits, 2);
    fit(&p);
    assert_true(failalloc_sweep(story, &p));
    oddi_base_plan_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),
        cmocka_unit_test(alike),
        cmocka_unit_test(memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
