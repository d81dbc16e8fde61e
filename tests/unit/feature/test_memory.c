/* What was met before: against a plain list of pairs, over many windows. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "failalloc.h"
#include "feature/memory.h"

#define ROWS   400
#define GROUPS 10

struct window {
    uint64_t entity[GROUPS], key[ROWS];
    uint32_t off[GROUPS + 1];
};

static void make(struct window *w, struct oddi_rng *rng, unsigned values)
{
    for (uint32_t g = 0; g <= GROUPS; g++)
        w->off[g] = g * ROWS / GROUPS;
    for (size_t g = 0; g < GROUPS; g++)
        w->entity[g] = 1 + oddi_rng_below(rng, 4) * GROUPS + g; /* an entity is not always the same group */
    for (size_t r = 0; r < ROWS; r++)
        w->key[r] = oddi_rng_below(rng, values); /* 0 is null */
}

static void check_windows(bool of_entities)
{
    struct oddi_memory m;
    struct oddi_rng rng;
    struct window *w = malloc(sizeof *w);
    static uint64_t met[40 * ROWS][2];
    size_t n_met = 0;
    uint8_t out[ROWS];

    oddi_rng_seed(&rng, 5);
    oddi_memory_init(&m, 1000000);
    for (size_t t = 0; t < 40; t++) {
        struct oddi_groups groups = {GROUPS, w->off, NULL};

        make(w, &rng, 200);
        oddi_memory_look(&m, &groups, of_entities ? w->entity : NULL, w->key, t == 0, out);
        for (size_t r = 0; r < ROWS; r++) {
            uint64_t e = of_entities ? w->entity[r * GROUPS / ROWS] : 0;
            bool before = false;

            for (size_t k = 0; k < n_met; k++)
                before |= met[k][0] == e && met[k][1] == w->key[r];
            assert_int_equal(out[r], w->key[r] == 0 || t == 0 ? 1 : before ? 0 : 2);
        }
        for (size_t r = 0; r < ROWS; r++) {
            met[n_met][0] = of_entities ? w->entity[r * GROUPS / ROWS] : 0;
            met[n_met++][1] = w->key[r];
        }
        assert_true(oddi_memory_learn(&m, &groups, of_entities ? w->entity : NULL, w->key));
    }
    assert_true(m.refused == 0 && m.n > 150);
    oddi_memory_free(&m);
    free(w);
}

static void test_windows(void **state)
{
    (void)state;
    check_windows(true);
    check_windows(false);
}

static void test_cap(void **state)
{
    uint64_t key[100];
    uint32_t off[] = {0, 100};
    struct oddi_groups groups = {1, off, NULL};
    struct oddi_memory m;
    uint8_t out[100];

    (void)state;
    for (size_t i = 0; i < 100; i++)
        key[i] = i + 1;
    oddi_memory_init(&m, 60);
    assert_true(oddi_memory_learn(&m, &groups, NULL, key));
    assert_true(m.n == 60 && m.refused == 40);
    oddi_memory_look(&m, &groups, NULL, key, false, out);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(out[i], i < 60 ? 0 : 2); /* the first 60 are known, the rest stays new */
    oddi_memory_free(&m);
}

static enum odd_status story(void *ctx)
{
    static uint64_t key[3000];
    static uint32_t off[] = {0, 3000};
    struct oddi_groups groups = {1, off, NULL};
    struct oddi_memory m;
    bool ok;

    (void)ctx;
    for (size_t i = 0; i < 3000; i++)
        key[i] = i + 1;
    oddi_memory_init(&m, 10000);
    ok = oddi_memory_learn(&m, &groups, NULL, key);
    oddi_memory_free(&m);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void test_memory(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(story, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows), cmocka_unit_test(test_cap),
                                       cmocka_unit_test(test_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
