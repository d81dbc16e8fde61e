/*
 * Bytes become a small matrix and parameters; DBSCAN must agree with its slow twin, label for label and bit for bit.
 *
 * Byte 0: features (low 3 bits), how the rest is read (next 2). Byte 1: min_samples. Byte 2: eps. Then the values.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbscan_twin.h"
#include "detect/detect.h"

#define MAX_N 300
#define MAX_D 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Small whole numbers, numbers of two bytes, or any finite double. */
static size_t read_values(const uint8_t *data, size_t size, unsigned how, double *x, size_t max)
{
    size_t n = 0, width = how == 0 ? 1 : how == 1 ? 2 : how == 2 ? 1 : 8;

    for (; size >= width && n < max; data += width, size -= width) {
        double v = how == 2 ? (double)(data[0] % 4) : (double)(int8_t)data[0];

        if (how == 1)
            v += data[1] / 256.0;
        if (how == 3)
            memcpy(&v, data, sizeof v);
        if (isfinite(v))
            x[n++] = v;
    }
    return n;
}

static void compare(const struct twin *t, const struct oddi_judged *out)
{
    require(out->n_clusters == t->n_clusters && out->n_noise == t->n_noise);
    for (size_t i = 0; i < t->n; i++) {
        require(out->label[i] == t->label[i]);
        require(t->n_core == 0 ? isnan(out->score[i]) : out->score[i] == t->score[i]);
    }
}

static void explain(const struct oddi_detector *det, void *state, const struct twin *t, const double *row)
{
    double share[MAX_D], normal_at[MAX_D];
    struct oddi_why why = {.share = share, .normal_at = normal_at};
    enum odd_status st = det->explain(state, row, &why, NULL);
    size_t nearest;
    double d2;

    require(st == (t->n_core ? ODD_OK : ODD_END));
    if (st)
        return;
    d2 = twin_nearest(t, row, &nearest);
    require(why.nearest == nearest && why.distance == sqrt(d2));
    for (size_t j = 0; j < t->d; j++) {
        double want = twin_normal_at(t, row, j);

        require(isnan(want) ? isnan(normal_at[j]) : normal_at[j] == want);
        require(share[j] >= 0 && share[j] <= 1.0000001);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static double x[MAX_N * MAX_D], score[MAX_N];
    static int32_t label[MAX_N];
    const struct oddi_detector *det = oddi_detector_find("dbscan");
    union oddi_value values[2];
    struct oddi_judged out = {.label = label, .score = score};
    struct oddi_matrix m = {.x = x};
    struct twin t;
    void *state;

    if (size < 4)
        return 0;
    m.d = 1 + data[0] % MAX_D;
    values[1].i = 1 + data[1] % 12;
    values[0].f = data[2] ? data[2] / 32.0 : ldexp(1, (int8_t)data[3] * 7);
    m.n = read_values(data + 4, size - 4, data[0] >> 3 & 3, x, MAX_N * MAX_D) / m.d;
    m.n = m.n < MAX_N ? m.n : MAX_N;
    state = calloc(1, det->state_size);
    require(state && det->init(state, values, NULL) == ODD_OK);
    require(det->fit(state, &m, &out, NULL) == ODD_OK);
    twin_dbscan(&t, x, m.n, m.d, values[0].f, (size_t)values[1].i);
    compare(&t, &out);
    for (size_t i = 0; i < m.n; i += 1 + m.n / 4)
        explain(det, state, &t, x + i * m.d);
    twin_free(&t);
    det->clear(state);
    free(state);
    return 0;
}
