/* Eigenvalues and eigenvectors: what defines them, on random, degenerate and wildly scaled matrices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "stats/eigen.h"

#define MAX_D 24

static double a[MAX_D * MAX_D], work[MAX_D * MAX_D], value[MAX_D], vector[MAX_D * MAX_D];

static void solve(size_t d)
{
    memcpy(work, a, sizeof work);
    oddi_eigen_symmetric(work, d, value, vector);
}

static double norm(size_t d)
{
    double most = 0;

    for (size_t i = 0; i < d * d; i++)
        most = fmax(most, fabs(a[i]));
    return most * (double)d;
}

static double dot(const double *x, const double *y, size_t d)
{
    double sum = 0;

    for (size_t k = 0; k < d; k++)
        sum += x[k] * y[k];
    return sum;
}

static void expect_sign(const double *v, size_t d)
{
    double most = 0;
    size_t first = 0;

    for (size_t k = 0; k < d; k++)
        most = fmax(most, fabs(v[k]));
    while (fabs(v[first]) < most * (1 - 1e-9))
        first++;
    assert_true(v[first] > 0);
}

/* A v = value v; vectors orthonormal; values descending; signs as promised. */
static void expect_solved(size_t d)
{
    double tolerance = 1e-13 * norm(d);

    solve(d);
    for (size_t k = 0; k < d; k++) {
        const double *v = vector + k * d;

        assert_true(k == 0 || value[k] <= value[k - 1]);
        expect_sign(v, d);
        for (size_t i = 0; i < d; i++)
            assert_true(fabs(dot(a + i * d, v, d) - value[k] * v[i]) <= tolerance);
        for (size_t l = 0; l <= k; l++)
            assert_true(fabs(dot(v, vector + l * d, d) - (l == k)) <= 1e-13);
    }
}

static void fill(struct oddi_rng *r, size_t d, int kind)
{
    double low[MAX_D];

    for (size_t i = 0; i < d; i++)
        low[i] = oddi_rng_double(r) - 0.5;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++) {
            double u = oddi_rng_double(r) - 0.5;

            a[i * d + j] = a[j * d + i] = kind == 0   ? u
                                          : kind == 1 ? low[i] * low[j] /* rank 1 */
                                          : kind == 2 ? i == j
                                          : kind == 3 ? floor(u * 4)
                                          : kind == 4 ? 0
                                          : kind == 5 ? 1
                                                      : u * pow(10, -(double)(i + j));
        }
}

static void random_matrices(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int round = 0; round < 700; round++) {
        size_t d = 1 + (size_t)oddi_rng_below(&r, MAX_D);

        fill(&r, d, round % 7);
        expect_solved(d);
    }
}

static void known_values(void **state)
{
    static const double three[] = {2, -1, 0, -1, 2, -1, 0, -1, 2};

    (void)state;
    memcpy(a, three, sizeof three);
    solve(3);
    assert_true(fabs(value[0] - (2 + sqrt(2))) < 1e-15 && fabs(value[1] - 2) < 1e-15 &&
                fabs(value[2] - (2 - sqrt(2))) < 1e-15);
    assert_true(fabs(vector[1] - sqrt(0.5)) < 1e-15 && fabs(vector[0] + 0.5) < 1e-15);
    /* two features, whatever their correlation: (1, 1) and (1, -1) */
    a[0] = a[3] = 1;
    a[1] = a[2] = -0.3;
    solve(2);
    assert_true(fabs(value[0] - 1.3) < 1e-15 && vector[0] > 0 && vector[1] < 0 && vector[2] > 0 &&
                vector[3] > 0);
}

/* Small eigenvalues of graded matrices keep their digits: no component is lost to a greater one. */
static void small_values_are_kept(void **state)
{
    (void)state;
    a[0] = 1;
    a[3] = 1e-20;
    a[1] = a[2] = 1e-12;
    solve(2);
    assert_true(fabs(value[0] - 1) < 1e-15 && fabs(value[1] / (1e-20 - 1e-24) - 1) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_matrices),
        cmocka_unit_test(known_values),
        cmocka_unit_test(small_values_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
