/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ids.h"
#include "base/rng.h"
#include "failalloc.h"

#define N 20000

/* Key k of a set that is hard on a weak hash: 0, powers, multiples of 2^32, neighbours. */
static uint64_t key_of(uint64_t k)
{
    return k % 3 == 0 ? k << 32 : k % 3 == 1 ? k : ~k * 0x100000001u;
}

static void in_order_of_appearance(void **state)
{
    struct oddi_ids ids = {0};
    struct oddi_rng r;
    uint32_t id;

    (void)state;
    oddi_rng_seed(&r, 1);
    assert_true(oddi_ids_find(&ids, 0) == ODDI_NO_ID);
    for (int round = 0; round < 3; round++) {
        for (uint32_t k = 0; k < N; k++) {
            uint32_t seen = (uint32_t)oddi_rng_below(&r, k + 1);

            assert_true(oddi_ids_find(&ids, key_of(k)) == ODDI_NO_ID);
            assert_true(oddi_ids_add(&ids, key_of(k), &id) && id == k);
            assert_true(oddi_ids_add(&ids, key_of(seen), &id) && id == seen && ids.key[id] == key_of(seen));
        }
        assert_true(ids.n == N);
        oddi_ids_clear(&ids);
        for (size_t i = 0; i < ids.size; i++)
            assert_true(ids.slot[i] == 0);
    }
    oddi_ids_free(&ids);
}

static enum odd_status story(void *ctx)
{
    struct oddi_ids ids = {0};
    enum odd_status status = ODD_OK;
    uint32_t id;

    (void)ctx;
    for (uint32_t k = 0; status == ODD_OK && k < 1000; k++) {
        if (oddi_ids_add(&ids, key_of(k), &id))
            continue;
        status = ODD_ERR_MEMORY;
        if (ids.n != k || oddi_ids_find(&ids, key_of(k)) != ODDI_NO_ID)
            status = ODD_ERR_INTERNAL; /* a failed call changed something */
    }
    oddi_ids_free(&ids);
    return status;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(story, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_of_appearance),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
