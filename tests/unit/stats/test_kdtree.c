/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "failalloc.h"
#include "stats/kdtree.h"

#define MAX_N 600
#define MAX_D 9

static double x[MAX_N * MAX_D];

static double distance2(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

static size_t random_matrix(struct oddi_rng *r, size_t *d)
{
    size_t n = 1 + (size_t)oddi_rng_below(r, MAX_N);
    int kind = (int)oddi_rng_below(r, 5);

    *d = 1 + (size_t)oddi_rng_below(r, MAX_D);
    for (size_t i = 0; i < n * *d; i++) {
        double u = oddi_rng_double(r);

        x[i] = kind == 0   ? u
               : kind == 1 ? floor(u * 4)
               : kind == 2 ? exp(40 * u)
               : kind == 3 ? (u < 0.9 ? 1 : u)
                           : -0.0;
    }
    return n;
}

/* Every row is in the tree once; coordinates are the row's; leaves ascend; boxes are tight; flags are true. */
static void expect_sound(const struct oddi_kd *kd, size_t n, size_t d)
{
    static bool seen[MAX_N];
    size_t in_leaves = 0;

    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < kd->n_nodes; i++) {
        const struct oddi_kd_node *nd = &kd->node[i];
        const double *lo = oddi_kd_lo(kd, i), *hi = oddi_kd_hi(kd, i);
        double tight_lo[MAX_D], tight_hi[MAX_D];

        assert_true(nd->start < nd->end && nd->end <= n);
        for (size_t j = 0; j < d; j++) {
            tight_lo[j] = INFINITY;
            tight_hi[j] = -INFINITY;
        }
        for (uint32_t pos = nd->start; pos < nd->end; pos++) {
            for (size_t j = 0; j < d; j++) {
                double v = kd->col[j * kd->stride + pos];

                assert_true(v == x[kd->row[pos] * d + j]);
                tight_lo[j] = fmin(tight_lo[j], v);
                tight_hi[j] = fmax(tight_hi[j], v);
            }
            if (nd->child)
                continue;
            assert_false(seen[kd->row[pos]]);
            seen[kd->row[pos]] = true;
            in_leaves++;
            assert_true(pos == nd->start || kd->row[pos - 1] < kd->row[pos]);
        }
        for (size_t j = 0; j < d; j++)
            assert_true(lo[j] == tight_lo[j] && hi[j] == tight_hi[j]);
        if (nd->child) {
            const struct oddi_kd_node *a = &kd->node[nd->child], *b = a + 1;

            assert_true(nd->child > i && a->start == nd->start && a->end == b->start && b->end == nd->end);
        } else {
            assert_true(nd->end - nd->start <= ODDI_KD_LEAF || (nd->flags & (ODDI_KD_WHOLE | ODDI_KD_POINT)));
        }
        assert_int_equal(!!(nd->flags & ODDI_KD_POINT), memcmp(lo, hi, d * sizeof *lo) == 0);
        if (nd->flags & (ODDI_KD_BALL | ODDI_KD_WHOLE)) {
            for (uint32_t a = nd->start; a < nd->end; a++)
                for (uint32_t b = a; b < nd->end; b++)
                    assert_true(distance2(x + kd->row[a] * d, x + kd->row[b] * d, d) <= kd->radius2);
        }
    }
    assert_int_equal(in_leaves, n);
}

/* Splits every leaf that can be. */
static void split_everything(struct oddi_kd *kd)
{
    for (uint32_t i = 0; i < kd->n_nodes; i++)
        (void)oddi_kd_split(kd, i);
    for (uint32_t i = 0; i < kd->n_nodes; i++) {
        const struct oddi_kd_node *nd = &kd->node[i];

        assert_true(nd->child || nd->end - nd->start <= ODDI_KD_LEAF || (nd->flags & ODDI_KD_POINT));
    }
}

static void trees_are_sound(void **state)
{
    struct oddi_kd kd = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 5);
    for (int round = 0; round < 600; round++) {
        size_t d, n = random_matrix(&r, &d);
        struct oddi_matrix m = {.x = x, .n = n, .d = d};

        assert_true(
            oddi_kd_build(&kd, &m, exp(6 * oddi_rng_double(&r) - 4), 1 + (size_t)oddi_rng_below(&r, 40)));
        expect_sound(&kd, n, d);
        split_everything(&kd);
        expect_sound(&kd, n, d);
    }
    oddi_kd_free(&kd);
}

/* A box's bounds hold for the computed distances of its points, to the last bit. */
static void bounds_are_exact(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 6);
    for (int round = 0; round < 20000; round++) {
        size_t d = 1 + (size_t)oddi_rng_below(&r, 5);
        double p[2][5], lo[2][5], hi[2][5];

        for (size_t j = 0; j < d; j++) {
            for (int side = 0; side < 2; side++) {
                double a = oddi_rng_double(&r) * 3, b = oddi_rng_double(&r) * 3;

                lo[side][j] = fmin(a, b);
                hi[side][j] = fmax(a, b);
                switch (oddi_rng_below(&r, 3)) {
                case 0:
                    p[side][j] = lo[side][j];
                    break;
                case 1:
                    p[side][j] = hi[side][j];
                    break;
                default:
                    p[side][j] =
                        fmin(hi[side][j], lo[side][j] + oddi_rng_double(&r) * (hi[side][j] - lo[side][j]));
                }
            }
        }
        assert_true(oddi_kd_near2(p[0], lo[1], hi[1], d) <= distance2(p[0], p[1], d));
        assert_true(oddi_kd_far2(p[0], lo[1], hi[1], d) >= distance2(p[0], p[1], d));
        assert_true(oddi_kd_box_near2(lo[0], hi[0], lo[1], hi[1], d) <= distance2(p[0], p[1], d));
        assert_true(oddi_kd_box_far2(lo[0], hi[0], lo[1], hi[1], d) >= distance2(p[0], p[1], d));
    }
}

/* The vector code and the portable code give the bits of a plain sum. */
static void scans_have_the_same_bits(void **state)
{
    struct oddi_kd kd = {0};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 9);
    for (int round = 0; round < 2000; round++) {
        size_t d, n = random_matrix(&r, &d);
        struct oddi_matrix m = {.x = x, .n = n, .d = d};
        double q[MAX_D], fast[ODDI_KD_CHUNK], slow[ODDI_KD_CHUNK];
        uint32_t start, end, within = 0;

        assert_true(oddi_kd_build(&kd, &m, 0.7, 5));
        start = (uint32_t)oddi_rng_below(&r, n);
        end = start + (uint32_t)oddi_rng_below(&r, ODDI_KD_CHUNK + 1);
        end = end < n ? end : (uint32_t)n;
        for (size_t j = 0; j < d; j++)
            q[j] = oddi_rng_double(&r);
        oddi_kd_dist2(&kd, q, start, end, fast);
        oddi_kd_dist2_portable(&kd, q, start, end, slow);
        for (uint32_t i = 0; i < end - start; i++) {
            double want = distance2(q, x + kd.row[start + i] * d, d);

            assert_true(fast[i] == want && slow[i] == want);
            within += want <= kd.radius2;
        }
        assert_int_equal(oddi_kd_count(&kd, q, start, end, UINT32_MAX), within);
        assert_int_equal(oddi_kd_count_portable(&kd, q, start, end, UINT32_MAX), within);
        if (within > 0)
            assert_true(oddi_kd_count(&kd, q, start, end, 1) >= 1);
        assert_int_equal(oddi_kd_count(&kd, q, start, end, 0), 0);
    }
    oddi_kd_free(&kd);
}

/* Of any length the vector code finds the same ends and the same order as the portable code and as a slow twin. */
static void moves_are_the_same(void **state)
{
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 11);
    for (int run = 0; run < 4000; run++) {
        double a[67], b[67], sorted[67], spare[67], lo[2], hi[2], least = INFINITY, greatest = -INFINITY;
        uint8_t flag[67];
        size_t n = 1 + (size_t)oddi_rng_below(&r, 67), at = 0, share = (size_t)oddi_rng_below(&r, 5);

        for (size_t i = 0; i < n; i++) {
            a[i] = b[i] = floor(100 * (oddi_rng_double(&r) - 0.5)) + 0.0;
            flag[i] = oddi_rng_below(&r, 4) < share;
            least = a[i] < least ? a[i] : least;
            greatest = a[i] > greatest ? a[i] : greatest;
        }
        for (int side = 1; side >= 0; side--)
            for (size_t i = 0; i < n; i++)
                if (flag[i] == side)
                    sorted[at++] = a[i];
        oddi_kd_range(a, n, &lo[0], &hi[0]);
        oddi_kd_range_portable(a, n, &lo[1], &hi[1]);
        assert_true(lo[0] == least && lo[1] == least && hi[0] == greatest && hi[1] == greatest);
        oddi_kd_pack(a, flag, n, spare);
        oddi_kd_pack_portable(b, flag, n, spare);
        assert_memory_equal(a, sorted, n * sizeof *a);
        assert_memory_equal(b, sorted, n * sizeof *b);
    }
}

/* Each value far beyond the one before: every cut near the middle of the range would split off one point. */
static void steep_data_gives_no_deep_tree(void **state)
{
    struct oddi_kd kd = {0};
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 2};

    (void)state;
    for (size_t i = 0; i < MAX_N; i++) {
        x[2 * i] = ldexp(1, (int)i);
        x[2 * i + 1] = -ldexp(1, -(int)i);
    }
    assert_true(oddi_kd_build(&kd, &m, 1e-3, 5));
    for (size_t i = 0; i < kd.n_nodes; i++)
        assert_true(kd.node[i].depth < 24);
    expect_sound(&kd, MAX_N, 2);
    oddi_kd_free(&kd);
}

static void memory_is_kept(void **state)
{
    struct oddi_kd kd = {0};
    struct oddi_rng r;
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 3};

    (void)state;
    oddi_rng_seed(&r, 10);
    for (size_t i = 0; i < MAX_N * 3; i++)
        x[i] = oddi_rng_double(&r);
    assert_true(oddi_kd_build(&kd, &m, 0.01, 5));
    failalloc_at(0);
    assert_true(oddi_kd_build(&kd, &m, 0.01, 5));
    m.n = MAX_N / 2;
    assert_true(oddi_kd_build(&kd, &m, 0.5, 5));
    assert_int_equal(failalloc_calls(), 0);
    failalloc_off();
    oddi_kd_free(&kd);
}

static enum odd_status build_once(void *ctx)
{
    struct oddi_kd kd = {0};
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 3};
    bool ok = oddi_kd_build(&kd, &m, 0.01, 5);

    (void)ctx;
    oddi_kd_free(&kd);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(build_once, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_sound),
        cmocka_unit_test(bounds_are_exact),
        cmocka_unit_test(scans_have_the_same_bits),
        cmocka_unit_test(moves_are_the_same),
        cmocka_unit_test(steep_data_gives_no_deep_tree),
        cmocka_unit_test(memory_is_kept),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
