/*
 * Does DBSCAN stay near n log n on the input that is worst for it? Times shapes of n = 7,813 rows, doubled up to 1 M, and
 * prints what a doubling costs, in processor time, labels and scores included: the greatest of all doublings with every
 * size read from memory (cold), and with the matrix in the cache where it fits (warm).
 *
 * The limit is on the cold ones: there both sizes of a pair do the same work on the same memory. Warm, a pair that
 * straddles the end of a cache also pays for the slower memory; "plain_sum" is what that alone costs, the greatest doubling
 * of adding up the same numbers and writing the same answers, which no program that reads its matrix can avoid.
 *
 * Usage: bench_dbscan_adversarial [WORD]: only the shapes whose name begins with WORD. One line of JSON a shape and
 * number of features; "held" says whether every doubling of the shape must stay at or below 2.3. Exit 1 if one does not.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "detect/detect.h"

#define EPS           0.5
#define LARGEST       1000000
#define DOUBLED       7
#define MOST_FEATURES 8
#define LIMIT         2.3
#define RETRIES       5 /* of a pair above the limit: the speed of a shared machine changes from second to second */
#define LEAST_RUNS    3
#define MOST_RUNS     25
#define ENOUGH        0.2                /* seconds: a fit that takes longer is timed once */
#define EVICTED       ((size_t)96 << 20) /* bytes: more than a cache */

typedef void (*shape_fn)(double *x, size_t n, size_t d, struct oddi_rng *r);

static void equal(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    (void)r;
    for (size_t i = 0; i < n * d; i++)
        x[i] = 1;
}

static void two_values(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n; i++) {
        double v = (double)oddi_rng_below(r, 2) * 3;

        for (size_t j = 0; j < d; j++)
            x[i * d + j] = v;
    }
}

static void into_ball(double *row, size_t d, double radius, struct oddi_rng *r)
{
    double length2;

    do {
        length2 = 0;
        for (size_t j = 0; j < d; j++) {
            row[j] = 2 * oddi_rng_double(r) - 1;
            length2 += row[j] * row[j];
        }
    } while (length2 > 1);
    for (size_t j = 0; j < d; j++)
        row[j] *= radius;
}

static void ball(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n; i++)
        into_ball(x + i * d, d, EPS / 2, r);
}

static void large_ball(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n; i++)
        into_ball(x + i * d, d, 4 * EPS, r);
}

static void line(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    (void)r;
    for (size_t i = 0; i < n * d; i++)
        x[i] = (double)(i / d) * 100 / (double)n;
}

/* Denser than eps, but never dense enough to be core by cell: length grows with n. */
static void long_line(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    (void)r;
    for (size_t i = 0; i < n * d; i++)
        x[i] = (double)(i / d) * EPS / 4;
}

/* All sites of a cube, exactly eps apart. */
static void eps_grid(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    size_t side = 1;

    (void)r;
    while (pow((double)side, (double)d) < (double)n)
        side++;
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;

        for (size_t j = 0; j < d; j++, rest /= side)
            x[i * d + j] = (double)(rest % side) * EPS;
    }
}

static void few_sites(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n * d; i++)
        x[i] = (double)oddi_rng_below(r, 3) * EPS;
}

/* A dense ball, and a tenth of the rows strewn so thinly that each looks for a core point far away. */
static void ball_in_noise(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    double side = 3 * EPS * pow((double)n / 10, 1 / (double)d);

    for (size_t i = 0; i < n; i++) {
        into_ball(x + i * d, d, EPS / 2, r);
        for (size_t j = 0; i % 10 == 0 && j < d; j++)
            x[i * d + j] = (oddi_rng_double(r) - 0.5) * side;
    }
}

/* Two dense plates a little more than eps apart: no pair joins them, and many nearly do. */
static void plates(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n; i++) {
        x[i * d] = (double)(i % 2) * EPS * 1.0001;
        for (size_t j = 1; j < d; j++)
            x[i * d + j] = oddi_rng_double(r) * 2;
    }
}

static void heavy_tail(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    for (size_t i = 0; i < n * d; i++) {
        double u = 1 - oddi_rng_double(r);

        x[i] = 1 / u;
    }
}

static void descending(double *x, size_t n, size_t d, struct oddi_rng *r)
{
    (void)r;
    for (size_t i = 0; i < n * d; i++)
        x[i] = -(double)(i / d) * 2 / (double)n;
}

static const struct {
    const char *name;
    shape_fn fill;
    size_t least, most; /* features */
    size_t held;        /* up to so many features the limit must hold; for the others it is only reported */
    int64_t min_samples;
} shapes[] = {
    {"all_equal", equal, 1, 8, 8, 5},
    {"two_values", two_values, 1, 8, 8, 5},
    {"ball_half_eps", ball, 1, 8, 8, 5},
    {"ball_4_eps", large_ball, 1, 6, 3, 5},
    {"line", line, 1, 8, 8, 5},
    {"long_line", long_line, 1, 8, 8, 5},
    {"eps_grid", eps_grid, 1, 5, 3, 5},
    {"few_sites", few_sites, 1, 8, 8, 5},
    {"ball_in_noise", ball_in_noise, 1, 4, 0, 5},
    {"plates", plates, 2, 5, 3, 5},
    {"heavy_tail", heavy_tail, 1, 5, 3, 5},
    {"descending", descending, 1, 3, 3, 5},
    {"equal_min_samples_1e9", equal, 1, 3, 3, 1000000000},
    {"two_values_min_samples_1000", two_values, 1, 3, 3, 1000},
    {"ball_min_samples_1000", ball, 1, 3, 3, 1000},
    {"line_min_samples_100", line, 1, 3, 3, 100},
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Takes everything else out of the cache. */
static void evict(unsigned char *other)
{
    for (size_t i = 0; i < EVICTED; i += 64)
        other[i]++;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct job {
    size_t shape, d;
    void *state;
    double *x;
    unsigned char *other; /* EVICTED bytes */
    struct oddi_judged *out;
    bool cold;      /* each run finds its matrix in memory, else in the cache where it fits */
    bool plain_sum; /* a run adds up the matrix instead of fitting */
    double seconds[DOUBLED + 1];
};

/* Reads what a fit reads and writes what it writes. Eight sums side by side: the memory is to be the limit. */
static void plain_sum(const struct oddi_matrix *m, struct oddi_judged *out)
{
    double sum[8] = {0};

    for (size_t k = 0; k + 8 <= m->n * m->d; k += 8) {
        for (size_t j = 0; j < 8; j++)
            sum[j] += m->x[k + j];
    }
    for (size_t i = 0; i < m->n; i++) {
        out->label[i] = (int32_t)sum[i % 8];
        out->score[i] = sum[i % 8];
    }
}

static void run_once(struct job *job, const struct oddi_matrix *m)
{
    if (job->plain_sum)
        plain_sum(m, job->out);
    else if (oddi_detector_find("dbscan")->fit(job->state, m, job->out, NULL))
        exit(2);
}

/* Median time of a run, after one that is not counted. */
static double time_run(struct job *job, const struct oddi_matrix *m)
{
    double times[MOST_RUNS], spent = 0;
    size_t n = 0;

    for (int run = 0; n < MOST_RUNS && (n < LEAST_RUNS || spent < 0.05); run++) {
        double t;

        if (job->cold)
            evict(job->other);
        t = now();
        run_once(job, m);
        t = now() - t;
        if (t > ENOUGH)
            return t;
        if (run == 0)
            continue;
        times[n++] = t;
        spent += t;
    }
    qsort(times, n, sizeof *times, by_value);
    return times[n / 2];
}

static void time_size(struct job *job, int k)
{
    struct oddi_matrix m = {.x = job->x, .n = LARGEST >> (DOUBLED - k), .d = job->d};
    struct oddi_rng r;

    oddi_rng_seed(&r, 1);
    shapes[job->shape].fill(job->x, m.n, m.d, &r);
    job->seconds[k] = time_run(job, &m);
}

/* The median ratio of a size to the one before it, the two timed in turn RETRIES times. */
static double paired_ratio(struct job *job, int k)
{
    double ratio[RETRIES];

    for (int i = 0; i < RETRIES; i++) {
        time_size(job, k - 1);
        time_size(job, k);
        ratio[i] = job->seconds[k] / job->seconds[k - 1];
    }
    qsort(ratio, RETRIES, sizeof *ratio, by_value);
    return ratio[RETRIES / 2];
}

/* The greatest ratio of neighbouring sizes. A pair above the limit is timed again, in pairs. */
static double worst_ratio(struct job *job)
{
    double worst = 0;

    for (int k = 1; k <= DOUBLED; k++) {
        double ratio = job->seconds[k] / job->seconds[k - 1];

        if (ratio > LIMIT)
            ratio = paired_ratio(job, k);
        if (ratio > worst)
            worst = ratio;
    }
    return worst;
}

static double measure_all(struct job *job)
{
    for (int k = 0; k <= DOUBLED; k++)
        time_size(job, k);
    return worst_ratio(job);
}

static void print_seconds(const char *name, const struct job *job)
{
    printf(", \"%s\": [", name);
    for (int k = 0; k <= DOUBLED; k++)
        printf("%s%.6f", k ? ", " : "", job->seconds[k]);
    printf("]");
}

/* Times one shape in d features; returns whether each doubling stays within the limit. */
static bool measure(size_t shape, size_t d, double *x, unsigned char *other, struct oddi_judged *out)
{
    const struct oddi_detector *dbscan = oddi_detector_find("dbscan");
    const union oddi_value values[2] = {{.f = EPS}, {.i = shapes[shape].min_samples}};
    struct job job = {
        .shape = shape, .d = d, .state = calloc(1, dbscan->state_size), .x = x, .other = other, .out = out};
    bool held = d <= shapes[shape].held;
    double warm, cold, sum;

    if (!job.state || dbscan->init(job.state, values, NULL))
        exit(2);
    printf("{\"shape\": \"%s\", \"features\": %zu", shapes[shape].name, d);
    warm = measure_all(&job);
    print_seconds("warm_seconds", &job);
    job.cold = true;
    cold = measure_all(&job);
    print_seconds("cold_seconds", &job);
    job.cold = false;
    job.plain_sum = true;
    sum = measure_all(&job);
    printf(", \"cold\": %.2f, \"warm\": %.2f, \"plain_sum\": %.2f, \"held\": %s}\n", cold, warm, sum,
           held ? "true" : "false");
    fflush(stdout);
    dbscan->clear(job.state);
    free(job.state);
    return !held || cold <= LIMIT;
}

int main(int argc, char **argv)
{
    double *x = oddi_malloc_big(LARGEST * MOST_FEATURES * sizeof *x);
    struct oddi_judged out = {.label = oddi_malloc_big(LARGEST * sizeof *out.label),
                              .score = oddi_malloc_big(LARGEST * sizeof *out.score)};
    unsigned char *other = calloc(EVICTED, 1);
    bool ok = true;

    if (!x || !other || !out.label || !out.score)
        return 2;
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        if (argc > 1 && strncmp(shapes[k].name, argv[1], strlen(argv[1])) != 0)
            continue;
        for (size_t d = shapes[k].least; d <= shapes[k].most; d++)
            ok = measure(k, d, x, other, &out) && ok;
    }
    free(x);
    free(other);
    free(out.label);
    free(out.score);
    return !ok;
}
