#include "dbscan_twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Squared distance between rows a and b, with feature j of a replaced by v if j < d. */
static double distance2(const double *a, const double *b, size_t d, size_t j, double v)
{
    volatile double sum = 0; /* every step rounded to a double */

    for (size_t k = 0; k < d; k++) {
        volatile double difference = (k == j ? v : a[k]) - b[k], square = difference * difference;

        sum = sum + square;
    }
    return sum;
}

static bool near(const struct twin *t, size_t a, size_t b)
{
    return distance2(t->x + a * t->d, t->x + b * t->d, t->d, SIZE_MAX, 0) <= t->eps * t->eps;
}

/* Gives the label to a core point and all that is reached from it. */
static void spread(struct twin *t, size_t from, int32_t label, size_t *queue)
{
    size_t head = 0, tail = 0;

    t->label[from] = label;
    queue[tail++] = from;
    while (head < tail) {
        size_t a = queue[head++];

        for (size_t b = 0; b < t->n && t->core[a]; b++) {
            if (t->label[b] != -1 || !near(t, a, b))
                continue;
            t->label[b] = label; /* a border point keeps its first label: clusters come in ascending order */
            queue[tail++] = b;
        }
    }
}

static double score_of(const struct twin *t, size_t row)
{
    size_t nearest;
    double d = sqrt(twin_nearest(t, t->x + row * t->d, &nearest));

    if (t->n_core == 0)
        return NAN;
    return t->label[row] >= 0 ? fmin(75, 75 * d / t->eps) : fmax(nextafter(75, 100), 100 - 25 * (t->eps / d));
}

void twin_dbscan(struct twin *t, const double *x, size_t n, size_t d, double eps, size_t min_samples)
{
    size_t *queue = malloc((n + 1) * sizeof *queue);

    *t = (struct twin){.x = x, .n = n, .d = d, .eps = eps, .min_samples = min_samples};
    t->label = malloc((n + 1) * sizeof *t->label);
    t->score = malloc((n + 1) * sizeof *t->score);
    t->core = calloc(n + 1, sizeof *t->core);
    for (size_t a = 0; a < n; a++) {
        size_t count = 0;

        for (size_t b = 0; b < n; b++)
            count += near(t, a, b);
        t->core[a] = count >= min_samples;
        t->n_core += t->core[a];
        t->label[a] = -1;
    }
    for (size_t a = 0; a < n; a++) {
        if (t->core[a] && t->label[a] == -1)
            spread(t, a, (int32_t)t->n_clusters++, queue);
    }
    for (size_t a = 0; a < n; a++) {
        t->score[a] = score_of(t, a);
        t->n_noise += t->label[a] == -1;
    }
    free(queue);
}

void twin_free(struct twin *t)
{
    free(t->label);
    free(t->score);
    free(t->core);
}

double twin_nearest(const struct twin *t, const double *row, size_t *nearest)
{
    double best = INFINITY;

    *nearest = SIZE_MAX;
    for (size_t c = 0; c < t->n; c++) {
        double d2 = distance2(row, t->x + c * t->d, t->d, SIZE_MAX, 0);

        if (t->core[c] && (*nearest == SIZE_MAX || d2 < best)) {
            best = d2;
            *nearest = c;
        }
    }
    return best;
}

/* Doubles as integers in the same order. */
static int64_t ordinal(double v)
{
    int64_t i;

    memcpy(&i, &v, sizeof i);
    return i >= 0 ? i : -(i & INT64_MAX);
}

static double from_ordinal(int64_t i)
{
    double v;
    int64_t bits = i < 0 ? -i : i;

    memcpy(&v, &bits, sizeof v);
    return i < 0 ? -v : v;
}

/* The value nearest to x that is near enough to core point c, found by halving; `in` is near enough. */
static double edge(const struct twin *t, const double *row, const double *c, size_t j, double x, double in)
{
    int64_t outside = ordinal(x), inside = ordinal(in);

    for (;;) {
        int64_t middle = (int64_t)(((__int128)outside + inside) / 2);

        if (middle == outside || middle == inside)
            break; /* nothing between them */

        if (distance2(row, c, t->d, j, from_ordinal(middle)) <= t->eps * t->eps)
            inside = middle;
        else
            outside = middle;
    }
    return from_ordinal(inside);
}

double twin_normal_at(const struct twin *t, const double *row, size_t j)
{
    double below = -INFINITY, above = INFINITY, eps2 = t->eps * t->eps;

    for (size_t i = 0; i < t->n; i++) {
        const double *c = t->x + i * t->d;
        double v = row[j];

        if (!t->core[i] || distance2(row, c, t->d, j, c[j]) > eps2)
            continue;
        if (distance2(row, c, t->d, j, v) > eps2)
            v = edge(t, row, c, j, v, c[j]);
        if (v >= row[j])
            above = fmin(above, v);
        if (v <= row[j])
            below = fmax(below, v);
    }
    if (isinf(below) && isinf(above))
        return NAN;
    return row[j] - below <= above - row[j] ? below : above;
}
