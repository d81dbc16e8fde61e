/* The memory against lists of what was met on which day. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "baseline/memory.h"
#include "failalloc.h"

enum { KEYS = 3000, DAYS = 5 };

static void counts_days(void **state)
{
    static bool met[KEYS][DAYS];
    struct oddi_days d = {.cap = KEYS};
    struct oddi_known k;
    struct oddi_rng rng;

    (void)state;
    oddi_rng_seed(&rng, 2);
    for (int32_t day = 0; day < DAYS; day++)
        for (int i = 0; i < 1200; i++) {
            size_t key = oddi_rng_below(&rng, KEYS);

            met[key][day] = true;
            assert_true(oddi_days_add(&d, oddi_memory_key(7, key + 1), day - 2));
        }
    assert_int_equal(oddi_known_make(&k, &d, NULL), ODD_OK);
    for (size_t key = 0; key < KEYS; key++) {
        unsigned days = 0, expected;

        for (int day = 0; day < DAYS; day++)
            days += met[key][day];
        expected = days > 2 ? 2 : days;
        assert_int_equal(oddi_days_count(&d, oddi_memory_key(7, key + 1)), days);
        assert_int_equal(oddi_known_count(&k, oddi_memory_key(7, key + 1)), expected);
        assert_int_equal(oddi_known_count(&k, oddi_memory_key(8, key + 1)), 0);
        assert_int_equal(oddi_known_count(&k, oddi_memory_key(0, key + 1)), 0);
    }
    assert_int_equal(d.refused, 0);
    oddi_days_free(&d);
    oddi_known_free(&k);
}

static void is_capped(void **state)
{
    struct oddi_days d = {.cap = 10};

    (void)state;
    for (uint64_t i = 1; i <= 25; i++)
        assert_true(oddi_days_add(&d, oddi_memory_key(0, i), 1));
    assert_int_equal(d.n, 10);
    assert_int_equal(d.refused, 15);
    assert_int_equal(oddi_days_count(&d, oddi_memory_key(0, 10)), 1);
    assert_int_equal(oddi_days_count(&d, oddi_memory_key(0, 11)), 0);
    oddi_days_free(&d);
}

static void nothing_known(void **state)
{
    struct oddi_days d = {.cap = 10};
    struct oddi_known k = {0};

    (void)state;
    assert_int_equal(oddi_days_count(&d, 2), 0);
    assert_int_equal(oddi_known_count(&k, 2), 0);
    assert_int_equal(oddi_memory_key(5, 0), 0);
    oddi_days_free(&d);
}

/* Keys that do not lie evenly, as a made-up file may have them. */
static void uneven_keys(void **state)
{
    uint64_t key[64];
    struct oddi_known k = {.key = key, .n = 64};

    (void)state;
    for (size_t i = 0; i < 63; i++)
        key[i] = (i + 1) * 2;
    key[63] = UINT64_MAX;
    assert_int_equal(oddi_known_index(&k, NULL), ODD_OK);
    assert_non_null(k.start);
    for (uint64_t v = 0; v < 200; v += 2)
        assert_int_equal(oddi_known_count(&k, v), v >= 2 && v <= 126);
    assert_int_equal(oddi_known_count(&k, UINT64_MAX - 1), 2);
    free(k.start);
}

/* Many keys at once are the same keys one by one; 0 is none. */
static void many_at_once(void **state)
{
    static uint64_t key[DAYS][KEYS];
    struct oddi_days one = {.cap = KEYS}, all = {.cap = KEYS};
    struct oddi_known k;
    struct oddi_rng rng;
    uint8_t days[KEYS], known[KEYS];

    (void)state;
    oddi_rng_seed(&rng, 3);
    for (int32_t day = 0; day < DAYS; day++) {
        for (size_t i = 0; i < KEYS; i++) {
            key[day][i] = oddi_memory_key(1, oddi_rng_below(&rng, KEYS));
            if (key[day][i])
                assert_true(oddi_days_add(&one, key[day][i], day));
        }
        assert_true(oddi_days_add_all(&all, key[day], KEYS, day));
    }
    assert_int_equal(one.n, all.n);
    assert_int_equal(oddi_known_make(&k, &all, NULL), ODD_OK);
    for (size_t i = 0; i < KEYS; i++) /* all there can be, so that some were never met */
        key[0][i] = oddi_memory_key(1, i);
    oddi_days_count_all(&all, key[0], KEYS, days);
    oddi_known_count_all(&k, key[0], KEYS, known);
    for (size_t i = 0; i < KEYS; i++) {
        assert_int_equal(days[i], i ? oddi_days_count(&one, key[0][i]) : 0);
        assert_int_equal(known[i], oddi_known_count(&k, key[0][i]));
    }
    oddi_days_free(&one);
    oddi_days_free(&all);
    oddi_known_free(&k);
}

static enum odd_status story(void *ctx)
{
    struct oddi_days d = {.cap = 5000};
    struct oddi_known k = {0};
    enum odd_status status = ODD_OK;

    (void)ctx;
    for (uint64_t i = 1; status == ODD_OK && i < 3000; i++)
        status = oddi_days_add(&d, oddi_memory_key(0, i), 1) ? ODD_OK : ODD_ERR_MEMORY;
    if (status == ODD_OK)
        status = oddi_known_make(&k, &d, NULL);
    oddi_days_free(&d);
    oddi_known_free(&k);
    return status;
}

static void memory_ends(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(story, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_days), cmocka_unit_test(is_capped),    cmocka_unit_test(nothing_known),
        cmocka_unit_test(uneven_keys), cmocka_unit_test(many_at_once), cmocka_unit_test(memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
