/*
 * Times the detector dbscan on a raw file of doubles, labels and scores included.
 *
 * Usage: bench_dbscan FILE ROWS COLUMNS EPS MIN_SAMPLES [RUNS [LABELS]]; prints one line of JSON: processor seconds of
 * the first run (fresh memory) and of the best of RUNS (memory reused, as window after window does). LABELS gets the labels as
 * int32_t, for comparison.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "detect/detect.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int die(const char *what)
{
    fprintf(stderr, "bench_dbscan: %s\n", what);
    return 2;
}

static double *load(const char *path, size_t count)
{
    double *x = malloc(count * sizeof *x);
    FILE *f = fopen(path, "rb");

    if (!x || !f || fread(x, sizeof *x, count, f) != count) {
        free(x);
        x = NULL;
    }
    if (f)
        fclose(f);
    return x;
}

static bool save(const char *path, const int32_t *label, size_t n)
{
    FILE *f = fopen(path, "wb");

    return f && fwrite(label, sizeof *label, n, f) == n && fclose(f) == 0;
}

int main(int argc, char **argv)
{
    const struct oddi_detector *dbscan = oddi_detector_find("dbscan");
    struct oddi_matrix m;
    struct oddi_judged out = {0};
    union oddi_value values[2];
    double first = 0, best = 0;

    if (argc < 6)
        return die("usage: bench_dbscan FILE ROWS COLUMNS EPS MIN_SAMPLES [RUNS [LABELS]]");
    m.n = strtoull(argv[2], NULL, 10);
    m.d = strtoull(argv[3], NULL, 10);
    values[0].f = strtod(argv[4], NULL);
    values[1].i = strtoll(argv[5], NULL, 10);
    m.x = load(argv[1], m.n * m.d);
    void *state = calloc(1, dbscan->state_size);
    out.label = calloc(m.n, sizeof *out.label);
    out.score = malloc(m.n * sizeof *out.score);
    if (!m.x || !state || !out.label || !out.score || dbscan->init(state, values, NULL))
        return die("cannot load the matrix");
    memset(out.score, 1, m.n * sizeof *out.score);
    for (int run = 0, runs = argc > 6 ? atoi(argv[6]) : 5; run < runs; run++) {
        double t = now();

        if (dbscan->fit(state, &m, &out, NULL))
            return die("the fit failed");
        t = now() - t;
        first = run == 0 ? t : first;
        best = run == 0 || t < best ? t : best;
    }
    printf("{\"rows\": %zu, \"columns\": %zu, \"seconds\": %.9f, \"first_seconds\": %.9f, \"clusters\": %zu, "
           "\"noise\": %zu}\n",
           m.n, m.d, best, first, out.n_clusters, out.n_noise);
    if (argc > 7 && !save(argv[7], out.label, m.n))
        return die("cannot write the labels");
    dbscan->clear(state);
    free(state);
    free(m.x);
    free(out.label);
    free(out.score);
    return 0;
}
