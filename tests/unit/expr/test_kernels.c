/* Kernels compiled for AVX2 and the portable ones give the same bits, at every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "expr/function.h"

#define N 200

static void make_values(char letter, void *out, struct oddi_rng *rng)
{
    static const double numbers[] = {0, -0.0, 1, 2, -1, 1e300, NAN};

    for (size_t i = 0; i < N; i++) {
        uint64_t r = oddi_rng_next(rng);

        if (letter == 'n')
            ((double *)out)[i] = numbers[r % 7];
        else if (letter == 't')
            ((int64_t *)out)[i] = r % 5 ? (int64_t)(r >> 62) - 1 : ODDI_NO_TIME;
        else if (letter == 'b')
            ((uint8_t *)out)[i] = (uint8_t)(r % 3);
        else
            ((uint32_t *)out)[i] = r % 5 ? (uint32_t)(r >> 61) : UINT32_MAX;
    }
}

static void check_row(const struct oddi_function *f, struct oddi_rng *rng)
{
    static const struct oddi_number_range numbers[] = {{-1, 0}, {2, INFINITY}};
    static const struct oddi_time_range times[] = {{-1, 0}, {2, 2}};
    static const struct oddi_code_range codes[] = {{1, 2}, {5, 6}};
    struct oddi_set set = {f->args[0] == 'n'   ? (const void *)numbers
                           : f->args[0] == 't' ? (const void *)times
                                               : codes,
                           2};
    double a[N], b[N];
    uint8_t fast[N], plain[N];

    make_values(f->args[0], a, rng);
    make_values(f->args[0], b, rng);
    for (size_t n = 0; n <= N; n += n < 40 ? 1 : 37)
        for (unsigned constant = 0; constant <= 2; constant += 2) {
            struct oddi_kernel_args k = {.in = {a, b}, .n = n, .constant = constant, .data = &set};

            memset(fast, 9, N);
            memset(plain, 9, N);
            k.out = fast;
            f->kernel(&k);
            k.out = plain;
            k.portable = true;
            f->kernel(&k);
            assert_memory_equal(fast, plain, N);
            for (size_t i = 0; i < n; i++)
                assert_true(fast[i] <= ODDI_TRUE);
            for (size_t i = n; i < N; i++)
                assert_int_equal(fast[i], 9);
        }
}

static void test_same(void **state)
{
    const struct oddi_function *f;
    struct oddi_rng rng;
    const char *group;
    size_t checked = 0;

    (void)state;
    oddi_rng_seed(&rng, 11);
    for (size_t i = 0; (f = oddi_function_at(i, &group)); i++)
        if (f->precedence == ODDI_BINDS_COMPARE && strchr("ntpovb", f->args[0])) {
            check_row(f, &rng);
            checked++;
        }
    assert_true(checked >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
