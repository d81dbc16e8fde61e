/* knn and lof against twins that compare every pair and sort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "raw.h"

#define MAX_N 300
#define MAX_D 5

static double x[MAX_N * MAX_D], y[MAX_N * MAX_D], raw[MAX_N], score[MAX_N];
static int32_t label[MAX_N];
static uint32_t entity[MAX_N], self[MAX_N];

struct pair {
    double d2;
    size_t row;
};

static int by_distance(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;

    if (p->d2 != q->d2)
        return p->d2 < q->d2 ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

static double squared(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

/* All rows of m except `skip`, nearest first. */
static void sorted_from(const struct oddi_matrix *m, const double *q, size_t skip, struct pair *out)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++)
        if (i != skip)
            out[n++] = (struct pair){squared(q, m->x + i * m->d, m->d), i};
    qsort(out, n, sizeof *out, by_distance);
}

/* ---- knn -------------------------------------------------------------------------------------------- */

/* Distances to the others (rows, or entities if `who` is given), nearest first; returns how many. */
static size_t slow_distances(const struct oddi_matrix *m, const uint32_t *who, const double *q, size_t skip,
                             uint32_t own, double *out)
{
    static struct pair p[MAX_N];
    static bool seen[MAX_N];
    size_t n = 0;

    sorted_from(m, q, skip, p);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < m->n - (skip < m->n); i++) {
        if (who && (who[p[i].row] == own || seen[who[p[i].row]]))
            continue;
        if (who)
            seen[who[p[i].row]] = true;
        out[n++] = sqrt(p[i].d2);
    }
    return n;
}

static double slow_knn(const struct oddi_matrix *m, const uint32_t *who, const double *q, size_t skip,
                       uint32_t own, size_t k, int method)
{
    static double dist[MAX_N];
    size_t n = slow_distances(m, who, q, skip, own, dist);
    double sum = 0;

    n = n < k ? n : k;
    for (size_t i = 0; i < n; i++)
        sum += dist[i];
    return method == 0 ? dist[n - 1] : method == 1 ? sum / (double)n : (dist[(n - 1) / 2] + dist[n / 2]) / 2;
}

static void knn_is_its_twin(void **state)
{
    static const char *const methods[] = {"largest", "mean", "median"};
    static const size_t sizes[] = {2, 3, 7, 40, MAX_N};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 1);
    for (int round = 0; round < 5 * RAW_KINDS * 12; round++) {
        size_t n = sizes[round % 5], d = 1 + round / 5 % MAX_D, k = 1 + (size_t)oddi_rng_below(&r, 9),
               fresh = 20;
        int method = round % 3;
        bool others = round % 2;
        uint32_t n_entities = 2 + (uint32_t)oddi_rng_below(&r, n);
        struct oddi_matrix m = {.x = x, .n = n, .d = d, .entity = round % 4 ? entity : NULL};
        struct oddi_matrix rows = {.x = y, .n = fresh, .d = d, .entity = m.entity};
        const uint32_t *who = others ? m.entity : NULL;
        struct raw_detector det;
        char spec[64];

        raw_fill(&r, x, n, d, round / 5 % RAW_KINDS);
        raw_fill(&r, y, fresh, d, round / 5 % RAW_KINDS);
        for (size_t i = 0; i < n; i++)
            entity[i] = i < 2 ? (uint32_t)i : (uint32_t)oddi_rng_below(&r, n_entities);
        snprintf(spec, sizeof spec, "knn:n_neighbors=%zu,method=%s%s", k, methods[method],
                 others ? ",others" : "");
        det = raw_new(spec);
        raw_fit(&det, &m, label, score, raw);
        {
            uint32_t most = 0;
            size_t there = n - 1;

            if (who) {
                static bool seen[MAX_N];

                memset(seen, 0, sizeof seen);
                there = (size_t)-1;
                for (size_t i = 0; i < n; i++) {
                    there += !seen[entity[i]];
                    seen[entity[i]] = true;
                    most = entity[i] > most ? entity[i] : most;
                }
            }
            k = k < there ? k : there;
        }
        for (size_t i = 0; i < n; i++)
            assert_true(raw_close(raw[i], slow_knn(&m, who, x + i * d, i, entity[i], k, method)));
        assert_int_equal(det.det->score(det.state, &rows, score, raw, NULL), ODD_OK);
        for (size_t i = 0; i < (n < fresh ? n : fresh); i++)
            assert_true(raw_close(raw[i], slow_knn(&m, who, y + i * d, SIZE_MAX, entity[i], k, method)));
        raw_free(&det);
    }
}

/* A host with many equal rows is as far from everyone as its nearest other host; to plain knn it is at home. */
static void no_one_vouches_for_himself(void **state)
{
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = 2, .entity = entity};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 2);
    raw_fill(&r, x, MAX_N, 2, RAW_CLOUD);
    for (size_t i = 0; i < MAX_N; i++)
        entity[i] = i < 25 ? 0 : (uint32_t)i;
    for (size_t i = 0; i < 25; i++)
        x[2 * i] = x[2 * i + 1] = 40 + (double)i / 100;
    for (int others = 0; others < 2; others++) {
        struct raw_detector det = raw_new(others ? "knn:others" : "knn");

        raw_fit(&det, &m, label, score, raw);
        for (size_t i = 0; i < 25; i++)
            assert_true(others ? raw[i] > 50 : raw[i] < 1);
        raw_free(&det);
    }
}

static void only_one_entity(void **state)
{
    struct oddi_matrix m = {.x = x, .n = 5, .d = 1, .entity = entity};
    struct raw_detector det = raw_new("knn:others");
    struct oddi_why why = {.share = y, .normal_at = y + 1};

    (void)state;
    memset(entity, 0, sizeof entity);
    raw_fit(&det, &m, label, score, raw);
    for (size_t i = 0; i < 5; i++)
        assert_true(isnan(raw[i]) && isnan(score[i]) && label[i] == -1);
    assert_int_equal(det.det->explain(det.state, x, &why, NULL), ODD_END);
    raw_free(&det);
}

/* A hundred thousand rows of two hosts at one place, and a million equal rows, take no time worth speaking of. */
static void crowds_are_not_quadratic(void **state)
{
    static const char *const specs[] = {"knn", "knn:others", "lof", "lof:duplicates=distinct"};
    size_t n = 100000;
    struct oddi_matrix m = {.x = calloc(n, 2 * sizeof *m.x), .n = n, .d = 2};
    uint32_t *who = calloc(n, sizeof *who);

    (void)state;
    assert_true(m.x && who);
    for (size_t i = n - 10; i < n; i++)
        m.x[2 * i] = (double)i;
    for (size_t i = 0; i < n; i++)
        who[i] = i < n / 2 ? 0 : (uint32_t)(i % 100);
    for (int with = 0; with < 2; with++) {
        m.entity = with ? who : NULL;
        for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
            struct raw_detector det = raw_new(specs[i]);

            raw_fit(&det, &m, NULL, NULL, NULL);
            raw_free(&det);
        }
    }
    free(m.x);
    free(who);
}

/* ---- lof -------------------------------------------------------------------------------------------- */

struct slow_lof {
    double kdist[MAX_N], lrd[MAX_N];
};

static double slow_density(const struct slow_lof *s, const struct pair *p, size_t k)
{
    double sum = 0;

    for (size_t i = 0; i < k; i++)
        sum += fmax(sqrt(p[i].d2), s->kdist[p[i].row]);
    return 1 / (sum / (double)k + 1e-10);
}

static double slow_factor(const struct slow_lof *s, const struct pair *p, size_t k)
{
    double sum = 0, lrd = slow_density(s, p, k);

    for (size_t i = 0; i < k; i++)
        sum += s->lrd[p[i].row] / lrd;
    return sum / (double)k;
}

static void slow_fit(struct slow_lof *s, const struct oddi_matrix *m, size_t k)
{
    static struct pair p[MAX_N][MAX_N];

    for (size_t i = 0; i < m->n; i++) {
        sorted_from(m, m->x + i * m->d, i, p[i]);
        s->kdist[i] = sqrt(p[i][k - 1].d2);
    }
    for (size_t i = 0; i < m->n; i++)
        s->lrd[i] = slow_density(s, p[i], k);
}

static double slow_lof(const struct slow_lof *s, const struct oddi_matrix *m, const double *q, size_t skip,
                       size_t k)
{
    static struct pair p[MAX_N];

    sorted_from(m, q, skip, p);
    return slow_factor(s, p, k);
}

/* The distinct rows of m, in order; row i is row point[i] of them. */
static void slow_distinct(const struct oddi_matrix *m, struct oddi_matrix *out, size_t *point)
{
    out->n = 0;
    for (size_t i = 0; i < m->n; i++) {
        size_t k = 0;

        while (k < out->n && squared(m->x + i * m->d, out->x + k * m->d, m->d) > 0)
            k++;
        point[i] = k;
        if (k == out->n)
            memcpy(out->x + out->n++ * m->d, m->x + i * m->d, m->d * sizeof *m->x);
    }
}

static void lof_is_its_twin(void **state)
{
    static const size_t sizes[] = {2, 3, 22, 60, MAX_N};
    static double px[MAX_N * MAX_D];
    static size_t point[MAX_N];
    static struct slow_lof slow;
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 3);
    for (int round = 0; round < 5 * RAW_KINDS * 6; round++) {
        size_t n = sizes[round % 5], d = 1 + round / 5 % MAX_D, k = 1 + (size_t)oddi_rng_below(&r, 25),
               fresh = 20;
        bool distinct = round % 2;
        struct oddi_matrix m = {.x = x, .n = n, .d = d}, rows = {.x = y, .n = fresh, .d = d};
        struct oddi_matrix points = {.x = px, .d = d};
        struct raw_detector det;
        char spec[64];

        raw_fill(&r, x, n, d, round / 5 % RAW_KINDS);
        raw_fill(&r, y, fresh, d, round / 5 % RAW_KINDS);
        memcpy(px, x, sizeof px);
        points.n = n;
        for (size_t i = 0; i < n; i++)
            point[i] = i;
        if (distinct)
            slow_distinct(&m, &points, point);
        snprintf(spec, sizeof spec, "lof:n_neighbors=%zu%s", k, distinct ? ",duplicates=distinct" : "");
        det = raw_new(spec);
        raw_fit(&det, &m, label, score, raw);
        k = k < points.n - 1 ? k : points.n - 1;
        if (k == 0) {
            assert_true(isnan(raw[0]) && label[0] == -1);
            raw_free(&det);
            continue;
        }
        slow_fit(&slow, &points, k);
        for (size_t i = 0; i < n; i++)
            assert_true(raw_close(raw[i], slow_lof(&slow, &points, px + point[i] * d, point[i], k)));
        assert_int_equal(det.det->score(det.state, &rows, score, raw, NULL), ODD_OK);
        for (size_t i = 0; i < fresh; i++)
            assert_true(raw_close(raw[i], slow_lof(&slow, &points, y + i * d, SIZE_MAX, k)));
        raw_free(&det);
    }
}

/* ---- Explanations ----------------------------------------------------------------------------------- */

/* The nearest normal row by comparing all; n if there is none. */
static size_t slow_normal(size_t n, size_t d, size_t i)
{
    size_t best = n;

    for (size_t k = 0; k < n; k++)
        if (k != i && label[k] == 0 &&
            (best == n || squared(x + i * d, x + k * d, d) < squared(x + i * d, x + best * d, d)))
            best = k;
    return best;
}

static void expect_explained(struct raw_detector *det, const struct oddi_matrix *m, size_t i)
{
    double share[MAX_D], normal_at[MAX_D], total = 0;
    struct oddi_why why = {.self = &self[i], .share = share, .normal_at = normal_at};
    size_t d = m->d, nearest = slow_normal(m->n, d, i);

    assert_int_equal(det->det->explain(det->state, x + i * d, &why, NULL), ODD_OK);
    assert_int_equal(why.nearest, nearest);
    assert_true(raw_close(why.distance, sqrt(squared(x + i * d, x + nearest * d, d))));
    for (size_t j = 0; j < d; j++) {
        double row[MAX_D], own = x[i * d + j], after, before;
        struct oddi_matrix one = {.x = row, .n = 1, .d = d, .self = &self[i]};

        assert_true(share[j] >= 0);
        total += share[j];
        if (isnan(normal_at[j]))
            continue;
        memcpy(row, x + i * d, sizeof row);
        row[j] = normal_at[j];
        assert_int_equal(det->det->score(det->state, &one, &after, NULL, NULL), ODD_OK);
        assert_true(after < 75);
        if (label[i] == 0) {
            assert_true(normal_at[j] == own);
            continue;
        }
        row[j] = nextafter(normal_at[j], own); /* one step back towards its own value it is odd */
        assert_int_equal(det->det->score(det->state, &one, &before, NULL, NULL), ODD_OK);
        assert_true(before > 75);
    }
    assert_true(fabs(total - 1) < 1e-12);
}

static void explanations_hold(void **state)
{
    static const char *const specs[] = {
        "knn", "knn:method=mean",        "knn:method=median,n_neighbors=4", "knn:others",
        "lof", "lof:duplicates=distinct"};
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 4);
    for (uint32_t i = 0; i < MAX_N; i++)
        self[i] = i;
    for (size_t t = 0; t < sizeof specs / sizeof *specs; t++) {
        for (size_t d = 1; d <= MAX_D; d++) {
            struct oddi_matrix m = {.x = x, .n = MAX_N, .d = d, .entity = entity};
            struct raw_detector det = raw_new(specs[t]);
            size_t odd = 0;

            raw_fill(&r, x, MAX_N, d,
                     d % 2 || t == 4 ? RAW_CLOUD : RAW_COUNTS); /* duplicates hide all else from lof */
            for (size_t i = 0; i < MAX_N; i++)
                entity[i] = (uint32_t)i / 2;
            x[0] = 60;
            raw_fit(&det, &m, label, score, raw);
            for (size_t i = 0; i < MAX_N; i += 1 + 10 * (label[i] == 0)) {
                expect_explained(&det, &m, i);
                odd += label[i] == -1;
            }
            assert_true(odd > 0 && label[0] == -1);
            raw_free(&det);
        }
    }
}

/* The parts of the k-th distance are those of its squared differences. */
static void shares_of_knn(void **state)
{
    double share[2], normal_at[2];
    struct oddi_matrix m = {.x = x, .n = 40, .d = 2};
    struct oddi_why why = {.self = self, .share = share, .normal_at = normal_at};
    struct raw_detector det = raw_new("knn:n_neighbors=1");

    (void)state;
    memset(x, 0, sizeof x);
    self[0] = 0;
    x[0] = 3;
    x[1] = 4;
    for (size_t i = 1; i < 40; i++) /* equal, so that any other row is infinitely rare */
        x[2 * i] = 0;
    raw_fit(&det, &m, label, score, raw);
    assert_true(raw[0] == 5);
    assert_int_equal(det.det->explain(det.state, x, &why, NULL), ODD_OK);
    assert_true(fabs(share[0] - 9.0 / 25) < 1e-15 && fabs(share[1] - 16.0 / 25) < 1e-15);
    assert_true(why.distance == 5);
    raw_free(&det);
}

/* Each neighbour's part of the sum of reaches goes to the features as the squared differences do; these parts add up to the
 * sum, which is what the factor of a row with these neighbours is in proportion to. */
static void shares_of_lof(void **state)
{
    enum { K = 20, D = 3 };
    static struct pair p[MAX_N];
    static struct slow_lof slow;
    double share[D], normal_at[D];
    struct oddi_matrix m = {.x = x, .n = MAX_N, .d = D};
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    struct raw_detector det = raw_new("lof");
    struct oddi_rng r;

    (void)state;
    oddi_rng_seed(&r, 8);
    raw_fill(&r, x, MAX_N, D, RAW_CLOUD);
    x[0] = 40;
    raw_fit(&det, &m, label, score, raw);
    slow_fit(&slow, &m, K);
    for (uint32_t i = 0; i < MAX_N; i += 7) {
        double part[D] = {0}, sum = 0;

        why.self = &i;
        sorted_from(&m, x + i * D, i, p);
        for (size_t b = 0; b < K; b++) {
            double reach = fmax(sqrt(p[b].d2), slow.kdist[p[b].row]);

            sum += reach;
            for (size_t j = 0; j < D; j++)
                part[j] += reach * pow(x[i * D + j] - x[p[b].row * D + j], 2) / p[b].d2;
        }
        assert_int_equal(det.det->explain(det.state, x + i * D, &why, NULL), ODD_OK);
        for (size_t j = 0; j < D; j++)
            assert_true(fabs(share[j] - part[j] / sum) < 1e-12);
        assert_true(fabs(part[0] + part[1] + part[2] - sum) < 1e-9 * sum);
        assert_true(i > 0 || share[0] > 0.99);
    }
    raw_free(&det);
}

static void misuse(void **state)
{
    static const char *const specs[] = {"knn", "lof"};

    (void)state;
    for (size_t t = 0; t < 2; t++) {
        struct raw_detector det = raw_new(specs[t]);
        struct oddi_matrix none = {.x = x, .n = 2, .d = 0}, three = {.x = x, .n = 9, .d = 3},
                           two = {.x = x, .n = 1, .d = 2},
                           many = {.x = x, .n = (size_t)INT32_MAX + 1, .d = 1};
        struct oddi_judged out = {0};
        struct oddi_why why = {.share = y, .normal_at = y + 5};

        assert_int_equal(det.det->explain(det.state, x, &why, NULL), ODD_END); /* never fitted */
        assert_int_equal(det.det->score(det.state, &two, score, raw, NULL), ODD_OK);
        assert_true(isnan(score[0]) && isnan(raw[0]));
        assert_int_equal(det.det->fit(det.state, &none, &out, NULL), ODD_ERR_USAGE);
        assert_int_equal(det.det->fit(det.state, &many, &out, NULL), ODD_ERR_LIMIT);
        raw_fit(&det, &three, label, score, raw);
        assert_int_equal(det.det->score(det.state, &two, score, raw, NULL), ODD_ERR_USAGE);
        raw_free(&det);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knn_is_its_twin), cmocka_unit_test(no_one_vouches_for_himself),
        cmocka_unit_test(only_one_entity), cmocka_unit_test(crowds_are_not_quadratic),
        cmocka_unit_test(lof_is_its_twin), cmocka_unit_test(explanations_hold),
        cmocka_unit_test(shares_of_knn),   cmocka_unit_test(shares_of_lof),
        cmocka_unit_test(misuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
