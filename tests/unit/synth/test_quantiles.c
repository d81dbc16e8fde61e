/* The sizes of generated traffic against the real CTU-13 scenario 6, and how odd its windows are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/input.h"
#include "base/mem.h"
#include "made.h"

#define N_QUANTILES 6
static const double probabilities[N_QUANTILES] = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};
static const struct {
    const char *name;
    int column;
    double real[N_QUANTILES]; /* of the 394,168 flows of the first part, pandas' quantile() */
} features[] = {
    {"TotBytes", BYTES, {196, 214, 294, 1080, 6731.3, 308722.05}},
    {"TotPkts", PKTS, {2, 2, 2, 8, 22, 488}},
    {"Dur", DUR, {0.000215, 0.000293, 0.000767, 5.45893675, 1555.6235348, 3543.344138}},
};

static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

/* Column as a sorted array; free() it. */
static double *column_of(const char *text, int column, size_t *n)
{
    struct made_row r;
    const char *p = strchr(text, '\n') + 1;
    double *x = NULL;
    size_t cap = 0;
    for (*n = 0; made_next(&p, &r); x[(*n)++] = made_number(&r, column))
        assert_true(oddi_grow(&x, &cap, *n + 1, sizeof *x));
    qsort(x, *n, sizeof *x, made_compare);
    return x;
}

static bool near(const char *what, double p, double made, double real)
{
    if (fabs(made - real) <= 0.1 * real)
        return true;
    fprintf(stderr, "%s: the .%02.0f quantile is %g, not within a tenth of %g\n", what, p * 100, made, real);
    return false;
}

static void quantiles_are_within_a_tenth(void **state)
{
    static const struct {
        uint64_t flows, seed;
        double rate;
    } runs[] = {{600000, 1, 7600}, {600000, 2, 7600}, {400000, 77, 4429}};
    (void)state;
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        struct oddi_synth_options o = {runs[k].flows, runs[k].seed, runs[k].rate, START, "none", true};
        struct oddi_buf text = made_text(&o);
        bool good = true;
        for (size_t f = 0; f < 3; f++) {
            size_t n;
            double *x = column_of(text.data, features[f].column, &n);
            for (int i = 0; i < N_QUANTILES; i++)
                good &= near(features[f].name, probabilities[i], quantile(x, n, probabilities[i]),
                             features[f].real[i]);
            free(x);
        }
        assert_true(good);
        oddi_buf_free(&text);
    }
}

/* The whole of a compressed file, NUL-terminated. */
static bool read_all(const char *path, struct oddi_buf *out)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_input *in = NULL;
    enum odd_status st = oddi_input_open(path, &in, &err);
    size_t got = 1;
    while (st == ODD_OK && got) {
        char *to = oddi_buf_reserve(out, 1 << 20);
        assert_non_null(to);
        st = oddi_input_read(in, to, 1 << 20, &got, &err);
        out->size += st == ODD_OK ? got : 0;
    }
    oddi_input_close(in);
    if (st != ODD_OK)
        fprintf(stderr, "SKIP real quantiles: %s\n", err.message);
    oddi_buf_cstr(out);
    return st == ODD_OK;
}

/* The committed numbers above are what the real file says. */
static void the_real_file_has_these_quantiles(void **state)
{
    const char *data = getenv("ODDFLOW_DATA");
    char path[4096];
    struct oddi_buf text;
    (void)state;
    if (!data) {
        fprintf(stderr, "SKIP real quantiles: ODDFLOW_DATA is not set\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/ctu13/scenario06-part1-100146-112959.binetflow.zst", data);
    oddi_buf_init(&text, 0);
    if (!read_all(path, &text)) {
        oddi_buf_free(&text);
        skip();
    }
    for (size_t f = 0; f < 3; f++) {
        size_t n;
        double *x = column_of(text.data, features[f].column, &n);
        assert_int_equal(n, 394168);
        for (int i = 0; i < N_QUANTILES; i++)
            assert_true(fabs(quantile(x, n, probabilities[i]) - features[f].real[i]) <=
                        1e-6 * features[f].real[i]);
        free(x);
    }
    oddi_buf_free(&text);
}

/* How many of n sorted values DBSCAN(eps = 2.5 deviations, min_samples = 5) calls noise. */
static size_t count_noise(const double *x, size_t n)
{
    double mean = 0, var = 0, eps, last_core = -INFINITY;
    size_t low = 0, high = 0, noise = 0, waiting = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        var += (x[i] - mean) * (x[i] - mean) / (double)n;
    eps = 2.5 * sqrt(var);
    for (size_t i = 0; i < n; i++) {
        while (x[i] - x[low] > eps)
            low++;
        while (high < n && x[high] - x[i] <= eps)
            high++;
        if (high - low >= 5) {
            last_core = x[i];
            /* Of the values before it that no core reached, those within eps are saved. */
            while (waiting && x[i] - x[i - waiting] > eps) {
                noise++;
                waiting--;
            }
            waiting = 0;
        } else if (x[i] - last_core > eps) {
            waiting++;
        }
    }
    return noise + waiting;
}

/* The real windows have 0 to 10 outliers, 4.4 on average; this is what speed and demo rest on. */
static void windows_are_as_odd_as_real_ones(void **state)
{
    static const double rates[] = {4429, 7600};
    (void)state;
    for (int k = 0; k < 2; k++) {
        enum { MINUTES = 100 };
        struct oddi_synth_options o = {(uint64_t)(rates[k] * MINUTES), 1, rates[k], START, "none", true};
        struct oddi_buf text = made_text(&o);
        struct made_row r;
        const char *p = strchr(text.data, '\n') + 1;
        double *x = oddi_malloc_array((size_t)rates[k] * 2, sizeof *x), noise = 0;
        int64_t minute = 0;
        size_t n = 0, windows = 0;
        assert_non_null(x);
        while (made_next(&p, &r)) {
            if (made_time(&r) / 60000000 != minute) {
                qsort(x, n, sizeof *x, made_compare);
                noise += n ? (double)count_noise(x, n) : 0;
                windows += n > 0;
                minute = made_time(&r) / 60000000;
                n = 0;
            }
            assert_true(n < (size_t)rates[k] * 2);
            x[n++] = made_number(&r, BYTES);
        }
        assert_true(noise / (double)windows > 3.3 && noise / (double)windows < 6.5);
        free(x);
        oddi_buf_free(&text);
    }
}

/* A few transfers of a hundred million bytes or more every hour, none beyond a billion. */
static void the_tail_is_heavy_but_bounded(void **state)
{
    struct oddi_synth_options o = made_options(1000000, "none");
    struct oddi_buf text = made_text(&o);
    size_t n, big = 0, huge = 0;
    double *x = column_of(text.data, BYTES, &n), hours = 1000000 / (7600 * 60.0);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        big += x[i] > 1e8;
        huge += x[i] > 1e9;
    }
    assert_true((double)big / hours > 2 && (double)big / hours < 25);
    assert_int_equal(huge, 0);
    free(x);
    oddi_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_a_tenth),
        cmocka_unit_test(the_real_file_has_these_quantiles),
        cmocka_unit_test(windows_are_as_odd_as_real_ones),
        cmocka_unit_test(the_tail_is_heavy_but_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
