/*
 * Times any detector on a raw file of doubles: fit, labels and scores of all its rows.
 *
 * Usage: bench_detector SPEC FILE ROWS COLUMNS [RUNS]; prints one line of JSON: processor seconds of the first run (fresh
 * memory) and of the best of RUNS (memory reused, as window after window does).
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
    fprintf(stderr, "bench_detector: %s\n", what);
    return 2;
}

static bool load(const char *path, struct oddi_matrix *m)
{
    size_t count = m->n * m->d;
    FILE *f = fopen(path, "rb");
    bool ok;

    m->x = malloc(count * sizeof *m->x);
    ok = m->x && f && fread(m->x, sizeof *m->x, count, f) == count;
    if (f)
        fclose(f);
    return ok;
}

static void *start(const struct oddi_detector *det, const char *text)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_spec spec;
    void *state = calloc(1, det->state_size);

    if (state && !oddi_spec_parse("detector", text, det->params, det->n_params, &spec, &err)) {
        enum odd_status status = det->init(state, spec.values, &err);

        oddi_spec_clear(&spec);
        if (!status)
            return state;
    }
    fprintf(stderr, "%s\n", err.message);
    free(state);
    return NULL;
}

int main(int argc, char **argv)
{
    char name[64];
    const struct oddi_detector *det;
    struct oddi_matrix m = {0};
    struct oddi_judged out = {0};
    double first = 0, best = 0;
    void *state;

    if (argc < 5 || !oddi_spec_name(argv[1], name))
        return die("usage: bench_detector SPEC FILE ROWS COLUMNS [RUNS]");
    m.n = strtoull(argv[3], NULL, 10);
    m.d = strtoull(argv[4], NULL, 10);
    det = oddi_detector_find(name);
    state = det ? start(det, argv[1]) : NULL;
    out.label = calloc(m.n, sizeof *out.label);
    out.score = calloc(m.n, sizeof *out.score);
    if (!state || !out.label || !out.score || !load(argv[2], &m))
        return die("no such detector, or the matrix cannot be loaded");
    for (int run = 0, runs = argc > 5 ? atoi(argv[5]) : 3; run < runs; run++) {
        double t = now();

        if (det->fit(state, &m, &out, NULL))
            return die("the fit failed");
        t = now() - t;
        first = run == 0 ? t : first;
        best = run == 0 || t < best ? t : best;
    }
    printf(
        "{\"detector\": \"%s\", \"rows\": %zu, \"columns\": %zu, \"seconds\": %.9f, \"first_seconds\": %.9f, "
        "\"odd\": %zu}\n",
        argv[1], m.n, m.d, best, first, out.n_noise);
    det->clear(state);
    free(state);
    free(m.x);
    free(out.label);
    free(out.score);
    return 0;
}
