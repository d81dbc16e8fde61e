#include "eval/hosts.h"

#include <math.h>
#include <string.h>

#define LEAST_P 1e-300 /* below it 1 - (1 - p)^w is w p to the last bit */

double oddi_score_surprise(double score, size_t n)
{
    double s75 = log(100 * (double)n);

    if (n < 2 || isnan(score))
        return NAN;
    return score < 75 ? s75 * (score / 75) : 25 * s75 / (100 - score);
}

void oddi_hosts_free(struct oddi_hosts *h)
{
    free(h->sum);
    free(h->best);
    oddi_room_free(&h->present);
    oddi_room_free(&h->value);
    oddi_room_free(&h->at);
    oddi_room_free(&h->order);
    oddi_sort_free(&h->sort);
    *h = (struct oddi_hosts){0};
}

/* ---- Log-ranks ------------------------------------------------------------------------------------------- */

/* Replaces x[i] by its log-rank. False when memory ends. */
static bool log_ranks(struct oddi_hosts *h, double *x, size_t n)
{
    double *value;
    uint32_t *at;

    if (!oddi_room(&h->value, n, sizeof *value) || !oddi_room(&h->at, n, sizeof *at))
        return false;
    value = h->value.at;
    at = h->at.at;
    if (!oddi_sort_rows(&h->sort, x, n, 1, value, at))
        return false;
    for (size_t i = 0, next; i < n; i = next) {
        double rank;

        for (next = i + 1; next < n && value[next] == value[i];)
            next++;
        rank = ((double)(i + 1) + (double)next) / 2;
        for (size_t k = i; k < next; k++)
            x[at[k]] = -log(((double)n - rank + 1) / (double)n);
    }
    return true;
}

/* ---- Windows ----------------------------------------------------------------------------------------------- */

static bool make_room(struct oddi_hosts *h, const uint32_t *host, size_t n)
{
    size_t need = h->n;

    for (size_t i = 0; i < n; i++)
        if (host[i] >= need)
            need = (size_t)host[i] + 1;
    if (!oddi_grow(&h->sum, &h->cap, need, sizeof *h->sum) ||
        !oddi_grow(&h->best, &h->cap_best, need, sizeof *h->best) ||
        !oddi_room(&h->present, n, sizeof(uint32_t)) || !oddi_room(&h->order, n, sizeof(double)))
        return false;
    for (; h->n < need; h->n++) {
        h->sum[h->n] = (struct oddi_host_sum){.surprise = -INFINITY};
        h->best[h->n] = NAN;
    }
    return true;
}

/* The hosts of the window, and the greatest surprise of each. */
static size_t gather(struct oddi_hosts *h, const uint32_t *host, const double *surprise, size_t n)
{
    uint32_t *present = h->present.at;
    size_t n_present = 0;

    for (size_t i = 0; i < n; i++) {
        double *best = &h->best[host[i]];

        if (isnan(surprise[i]))
            continue;
        if (isnan(*best))
            present[n_present++] = host[i];
        if (!(*best >= surprise[i]))
            *best = surprise[i];
    }
    return n_present;
}

static void add_to(struct oddi_host_sum *sum, int64_t start, double surprise, double log_rank)
{
    if (surprise > sum->surprise || sum->windows == 0) {
        sum->surprise = surprise;
        sum->peak = start;
    }
    sum->windows++;
    sum->persistence += log_rank;
}

bool oddi_hosts_window(struct oddi_hosts *h, int64_t start, const uint32_t *host, const double *surprise,
                       size_t n)
{
    const uint32_t *present;
    double *rank;
    size_t n_present;
    bool ok;

    if (!make_room(h, host, n))
        return false;
    n_present = gather(h, host, surprise, n);
    present = h->present.at;
    rank = h->order.at;
    for (size_t k = 0; k < n_present; k++)
        rank[k] = h->best[present[k]];
    ok = log_ranks(h, rank, n_present);
    for (size_t k = 0; k < n_present; k++) {
        if (ok)
            add_to(&h->sum[present[k]], start, h->best[present[k]], rank[k]);
        h->best[present[k]] = NAN;
    }
    return ok;
}

/* ---- Scores -------------------------------------------------------------------------------------------------- */

static double corrected(double surprise, uint64_t tries)
{
    double p = exp(-surprise);

    if (p < LEAST_P)
        return surprise - log((double)tries);
    return -log(-expm1((double)tries * log1p(-p)));
}

bool oddi_hosts_score(struct oddi_hosts *h, size_t n_hosts, struct oddi_host_score *out)
{
    double *maximum, *persistence;
    size_t n = 0;

    memset(out, 0, n_hosts * sizeof *out);
    if (!oddi_room(&h->order, 2 * h->n, sizeof(double)))
        return false;
    maximum = h->order.at;
    persistence = maximum + h->n;
    for (size_t i = 0; i < h->n; i++) {
        if (h->sum[i].windows == 0)
            continue;
        out[i].maximum = maximum[n] = corrected(h->sum[i].surprise, h->sum[i].windows);
        out[i].persistence = persistence[n] = h->sum[i].persistence;
        n++;
    }
    if (!log_ranks(h, maximum, n) || !log_ranks(h, persistence, n))
        return false;
    for (size_t i = 0, k = 0; i < h->n; i++) {
        if (h->sum[i].windows == 0)
            continue;
        out[i].maximum_rank = maximum[k];
        out[i].persistence_rank = persistence[k++];
    }
    return true;
}

/* ---- Over presets ----------------------------------------------------------------------------------------------- */

struct fusion {
    const double *total, *persistence;
    const char *const *key;
};

/* True if host a comes before host b. */
static bool before(const struct fusion *f, uint32_t a, uint32_t b)
{
    if (f->total[a] != f->total[b])
        return f->total[a] > f->total[b];
    if (f->persistence[a] != f->persistence[b])
        return f->persistence[a] > f->persistence[b];
    return strcmp(f->key[a], f->key[b]) < 0;
}

static void sift(const struct fusion *f, uint32_t *order, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        uint32_t swap;

        if (child + 1 < n && before(f, order[child], order[child + 1]))
            child++;
        if (!before(f, order[root], order[child]))
            return;
        swap = order[root];
        order[root] = order[child];
        order[child] = swap;
    }
}

/* Heapsort: the order is total, so that it need not be stable. */
static void sort_hosts(const struct fusion *f, uint32_t *order, size_t n)
{
    for (size_t i = n / 2; i > 0; i--)
        sift(f, order, i - 1, n);
    for (size_t i = n; i > 1; i--) {
        uint32_t last = order[i - 1];

        order[i - 1] = order[0];
        order[0] = last;
        sift(f, order, 0, i - 1);
    }
}

bool oddi_hosts_fuse(const struct oddi_host_score *const *by_preset, size_t n_presets, size_t n_hosts,
                     const char *const *key, double *total, uint32_t *order)
{
    double *persistence = oddi_calloc_array(n_hosts, sizeof *persistence);

    if (!persistence)
        return false;
    for (size_t i = 0; i < n_hosts; i++) {
        total[i] = 0;
        order[i] = (uint32_t)i;
        for (size_t p = 0; p < n_presets; p++) {
            const struct oddi_host_score *s = &by_preset[p][i];

            total[i] += fmax(s->maximum_rank, s->persistence_rank);
            persistence[i] += s->persistence;
        }
    }
    sort_hosts(&(struct fusion){total, persistence, key}, order, n_hosts);
    free(persistence);
    return true;
}
