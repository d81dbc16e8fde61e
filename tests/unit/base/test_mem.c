/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "failalloc.h"

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    size_t half = SIZE_MAX / 2 + 1, cap = 4;
    int *p = oddi_malloc_array(4, sizeof *p);
    assert_non_null(p);
    p[3] = 42;
    assert_null(oddi_malloc_array(half, 2));
    assert_null(oddi_calloc_array(half, 2));
    assert_null(oddi_realloc_array(p, half, 2));
    assert_null(oddi_malloc_array(SIZE_MAX, 1));
    assert_null(oddi_malloc_big(SIZE_MAX));
    assert_false(oddi_grow(&p, &cap, SIZE_MAX / 2, sizeof *p));
    assert_int_equal(cap, 4);
    assert_int_equal(p[3], 42);
    free(p);
}

static void nothing_is_a_block_too(void **state)
{
    (void)state;
    void *a = oddi_malloc_array(0, 8), *b = oddi_calloc_array(8, 0), *c = oddi_realloc_array(NULL, 0, 0),
         *d = oddi_malloc_big(0);
    assert_true(a && b && c && d);
    free(a), free(b), free(c), free(d);
}

static void calloc_zeroes_and_big_blocks_are_aligned(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        1, 63, 64, 65, 4096, ((size_t)4 << 20) - 1, (size_t)4 << 20, ((size_t)5 << 20) + 3};
    unsigned char *z = oddi_calloc_array(1000, 3);
    assert_non_null(z);
    for (size_t i = 0; i < 3000; i++)
        assert_int_equal(z[i], 0);
    free(z);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *p = oddi_malloc_big(sizes[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % (sizes[i] >= (size_t)4 << 20 ? (size_t)2 << 20 : 64), 0);
        memset(p, 1, sizes[i]);
        free(p);
    }
}

static void growing_keeps_content_and_is_geometric(void **state)
{
    (void)state;
    uint64_t *p = NULL;
    size_t cap = 0, moves = 0;
    for (size_t i = 0; i < 100000; i++) {
        size_t before = cap;
        assert_true(oddi_grow(&p, &cap, i + 1, sizeof *p));
        moves += cap != before;
        p[i] = i * i;
    }
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(p[i], i * i);
    assert_in_range(moves, 1, 30);
    free(p);
}

static void growing_survives_refusal(void **state)
{
    (void)state;
    int *p = NULL;
    size_t cap = 0;
    assert_true(oddi_grow(&p, &cap, 10, sizeof *p));
    int *same = p;
    size_t had = cap;
    failalloc_at(1);
    assert_false(oddi_grow(&p, &cap, had + 1, sizeof *p));
    assert_int_equal(failalloc_off(), 1);
    assert_ptr_equal(p, same);
    assert_int_equal(cap, had);
    assert_true(oddi_grow(&p, &cap, had + 1, sizeof *p));
    free(p);
}

/* ---- the buffer ---- */

static void buffer_appends(void **state)
{
    (void)state;
    struct oddi_buf b;
    char expected[3000];
    oddi_buf_init(&b, 0);
    assert_string_equal(oddi_buf_cstr(&b), "");
    oddi_buf_str(&b, "ab");
    oddi_buf_char(&b, 'c');
    oddi_buf_printf(&b, "%d%%", 42);
    oddi_buf_add(&b, "\0x", 2);
    oddi_buf_add(&b, NULL, 0);
    assert_int_equal(b.size, 8);
    assert_memory_equal(b.data, "abc42%\0x", 8);
    oddi_buf_clear(&b);
    memset(expected, 'y', sizeof expected - 1);
    expected[sizeof expected - 1] = '\0';
    oddi_buf_printf(&b, "%s", expected); /* longer than what is formatted on the stack */
    assert_string_equal(oddi_buf_cstr(&b), expected);
    oddi_buf_free(&b);
    assert_null(b.data);
    oddi_buf_str(&b, "again");
    assert_string_equal(oddi_buf_cstr(&b), "again");
    oddi_buf_free(&b);
}

static void buffer_cap_is_sticky(void **state)
{
    (void)state;
    struct oddi_buf b;
    oddi_buf_init(&b, 5);
    oddi_buf_str(&b, "abcd");
    assert_true(oddi_buf_ok(&b));
    assert_string_equal(oddi_buf_cstr(&b), "abcd");
    oddi_buf_char(&b, 'e');
    assert_string_equal(oddi_buf_cstr(&b), "abcde"); /* the NUL does not count */
    assert_int_equal(b.size, 5);
    oddi_buf_char(&b, 'f');
    assert_false(oddi_buf_ok(&b));
    assert_int_equal(b.size, 5);
    oddi_buf_clear(&b);
    oddi_buf_str(&b, "too long");
    assert_false(oddi_buf_ok(&b));
    oddi_buf_char(&b, 'x'); /* would fit, but something before it is missing */
    oddi_buf_add(&b, "", 0);
    oddi_buf_printf(&b, "y");
    assert_int_equal(b.size, 0);
    assert_null(oddi_buf_reserve(&b, 0));
    assert_string_equal(oddi_buf_cstr(&b), "");
    oddi_buf_clear(&b);
    assert_non_null(oddi_buf_reserve(&b, 5));
    assert_null(oddi_buf_reserve(&b, SIZE_MAX));
    oddi_buf_free(&b);
}

static enum odd_status build_text(void *ctx)
{
    struct oddi_buf b;
    (void)ctx;
    oddi_buf_init(&b, 0);
    for (int i = 0; i < 50; i++) {
        oddi_buf_printf(&b, "%0400d", i);
        oddi_buf_char(&b, '\n');
    }
    bool ok = oddi_buf_ok(&b) && strlen(oddi_buf_cstr(&b)) == 50 * 401;
    oddi_buf_free(&b);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void buffer_survives_refusal(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(build_text, NULL));
}

static enum odd_status leak(void *ctx)
{
    void **kept = ctx, *p = oddi_malloc_array(1, 8);
    free(*kept);
    *kept = p;
    return p ? ODD_OK : ODD_ERR_MEMORY;
}

static enum odd_status ignore_refusal(void *ctx)
{
    (void)ctx;
    free(oddi_malloc_array(1, 8));
    return ODD_ERR_FORMAT;
}

/* The instrument itself: it must see a leak and a wrong status. */
static void sweep_finds_faults(void **state)
{
    (void)state;
    void *kept = NULL;
    assert_false(failalloc_sweep(leak, &kept));
    free(kept);
    assert_false(failalloc_sweep(ignore_refusal, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(nothing_is_a_block_too),
        cmocka_unit_test(calloc_zeroes_and_big_blocks_are_aligned),
        cmocka_unit_test(growing_keeps_content_and_is_geometric),
        cmocka_unit_test(growing_survives_refusal),
        cmocka_unit_test(buffer_appends),
        cmocka_unit_test(buffer_cap_is_sticky),
        cmocka_unit_test(buffer_survives_refusal),
        cmocka_unit_test(sweep_finds_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
