/* The features of groups written out a second time, as plainly as can be. */
#ifndef TEST_EXPR_GROUP_TWINS_H
#define TEST_EXPR_GROUP_TWINS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/group_plan.h"

#define MAX_ROWS   6000
#define MAX_GROUPS 300

/* What a row is, for the twins. */
struct row {
    uint32_t group, dst, port, proto; /* UINT32_MAX: null (port) */
    int failed;                       /* 0, 1; -1: null */
    double bytes, pkts;               /* NaN: null */
    int64_t ts;
    int is_new; /* of (group, dst): 0, 1; -1: unknown */
};

struct world {
    struct row row[MAX_ROWS];
    size_t n, n_groups;
    uint32_t off[MAX_GROUPS + 1];
    /* the same as columns */
    struct oddi_addr src_ip[MAX_ROWS], dst_ip[MAX_ROWS];
    uint32_t dst_port[MAX_ROWS], proto[MAX_ROWS];
    double bytes[MAX_ROWS], pkts[MAX_ROWS];
    int64_t ts[MAX_ROWS];
    struct oddi_span state[MAX_ROWS];
    uint8_t is_new[MAX_ROWS];
};

#define SECONDS 300.0

/* ---- twins -------------------------------------------------------------------------------------------------------- */

/* The rows of a group, or some of them, copied. */
struct rows {
    const struct world *w;
    struct row r[MAX_ROWS];
    size_t n;
};

static int service(const struct row *r)
{
    return (int)(r->proto << 17 | (r->port == UINT32_MAX ? 0 : r->port + 1));
}

static int dst(const struct row *r)
{
    return (int)r->dst;
}

static int port(const struct row *r)
{
    return r->port == UINT32_MAX ? -1 : (int)r->port;
}

typedef int (*key_fn)(const struct row *r);
typedef double (*inner_fn)(const struct rows *x);

/* The k-th different value of `key` in order of first appearance goes to part; false if there is none. */
static bool part_of(const struct rows *x, key_fn key, size_t k, struct rows *part)
{
    size_t seen = 0;

    for (size_t i = 0; i < x->n; i++) {
        bool first = key(&x->r[i]) >= 0;

        for (size_t j = 0; j < i; j++)
            first = first && key(&x->r[j]) != key(&x->r[i]);
        if (!first || seen++ != k)
            continue;
        part->w = x->w;
        part->n = 0;
        for (size_t j = 0; j < x->n; j++)
            if (key(&x->r[j]) == key(&x->r[i]))
                part->r[part->n++] = x->r[j];
        return true;
    }
    return false;
}

static double max_over(const struct rows *x, key_fn key, inner_fn inner)
{
    struct rows *part = malloc(sizeof *part);
    double best = NAN;

    for (size_t k = 0; part_of(x, key, k, part); k++) {
        double v = inner(part);

        if (!isnan(v) && !(best >= v))
            best = v;
    }
    free(part);
    return best;
}

static double count_over(const struct rows *x, key_fn key, inner_fn inner)
{
    struct rows *part = malloc(sizeof *part);
    double n = 0;

    for (size_t k = 0; part_of(x, key, k, part); k++)
        n += inner(part) == 1;
    free(part);
    return n;
}

static double distinct(const struct rows *x, key_fn key)
{
    struct rows *part = malloc(sizeof *part);
    size_t k = 0;

    while (part_of(x, key, k, part))
        k++;
    free(part);
    return (double)k;
}

static void only(struct rows *x, bool (*keep)(const struct row *r))
{
    size_t n = 0;

    for (size_t i = 0; i < x->n; i++)
        if (keep(&x->r[i]))
            x->r[n++] = x->r[i];
    x->n = n;
}

static bool is_failed(const struct row *r)
{
    return r->failed == 1;
}

static bool is_tcp(const struct row *r)
{
    return r->proto == 6;
}

static bool is_new(const struct row *r)
{
    return r->is_new == 1;
}

static double all_failed(const struct rows *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->r[i].failed != 1)
            return 0;
    return x->n > 0;
}

static double none_succeeded(const struct rows *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->r[i].failed == 0)
            return 0;
    return 1;
}

static double all_short(const struct rows *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (!(x->r[i].pkts <= 3))
            return 0;
    return x->n > 0;
}

static double peers_all_failed(const struct rows *x)
{
    return count_over(x, dst, all_failed);
}

static double peers_all_short(const struct rows *x)
{
    return count_over(x, dst, all_short);
}

static double twin_ffo(struct rows *x)
{
    return log1p(max_over(x, service, peers_all_failed));
}

static double twin_tfo(struct rows *x)
{
    only(x, is_tcp);
    return log1p(max_over(x, port, peers_all_short));
}

static double twin_dead(struct rows *x)
{
    return log1p(count_over(x, dst, none_succeeded));
}

static double failed_services(const struct rows *x)
{
    struct rows *some = malloc(sizeof *some);
    double n;

    *some = *x;
    only(some, is_failed);
    n = distinct(some, service);
    free(some);
    return n;
}

static double twin_fvs(struct rows *x)
{
    return log1p(max_over(x, dst, failed_services));
}

static double twin_count(struct rows *x)
{
    return (double)x->n;
}

static double twin_count_failed(struct rows *x)
{
    only(x, is_failed);
    return (double)x->n;
}

static double twin_share(struct rows *x)
{
    double known = 0, yes = 0;

    for (size_t i = 0; i < x->n; i++) {
        known += x->r[i].failed >= 0;
        yes += x->r[i].failed == 1;
    }
    return known ? yes / known : NAN;
}

static double twin_sum(struct rows *x)
{
    double s = 0;

    for (size_t i = 0; i < x->n; i++)
        s += isnan(x->r[i].bytes) ? 0 : x->r[i].bytes;
    return s;
}

static double twin_sum_tcp(struct rows *x)
{
    only(x, is_tcp);
    return twin_sum(x);
}

static double twin_rate(struct rows *x)
{
    return twin_sum(x) / SECONDS;
}

static size_t values_of(const struct rows *x, double *v)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n; i++)
        if (!isnan(x->r[i].bytes))
            v[n++] = x->r[i].bytes;
    return n;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* numpy's default: linear between the two nearest. */
static double sorted_quantile(double *v, size_t n, double q)
{
    double at = q * (double)(n ? n - 1 : 0);
    size_t i = (size_t)at;

    if (n == 0)
        return NAN;
    qsort(v, n, sizeof *v, by_value);
    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[i];
}

static double quantile_of(const struct rows *x, double q)
{
    double v[MAX_ROWS];

    return sorted_quantile(v, values_of(x, v), q);
}

static double twin_median(struct rows *x)
{
    return quantile_of(x, 0.5);
}

static double twin_q90(struct rows *x)
{
    return quantile_of(x, 0.9);
}

static double twin_max(struct rows *x)
{
    return quantile_of(x, 1);
}

static double twin_min(struct rows *x)
{
    return quantile_of(x, 0);
}

static double twin_mean(struct rows *x)
{
    double v[MAX_ROWS];
    size_t n = values_of(x, v);

    return n ? twin_sum(x) / (double)n : NAN;
}

static double twin_std(struct rows *x)
{
    double v[MAX_ROWS], m = twin_mean(x), s = 0;
    size_t n = values_of(x, v);

    for (size_t i = 0; i < n; i++)
        s += (v[i] - m) * (v[i] - m);
    return n ? sqrt(s / (double)n) : NAN;
}

static double twin_first(struct rows *x)
{
    double v[MAX_ROWS];

    return values_of(x, v) ? v[0] : NAN;
}

static double twin_last(struct rows *x)
{
    double v[MAX_ROWS];
    size_t n = values_of(x, v);

    return n ? v[n - 1] : NAN;
}

static double twin_peers(struct rows *x)
{
    return distinct(x, dst);
}

static double twin_peers_failed(struct rows *x)
{
    only(x, is_failed);
    return distinct(x, dst);
}

static double twin_entropy(struct rows *x)
{
    struct rows *part = malloc(sizeof *part);
    double h = 0;

    for (size_t k = 0; part_of(x, dst, k, part); k++) {
        double p = (double)part->n / (double)x->n;

        h -= p * log2(p);
    }
    free(part);
    return h;
}

static double rows_in(const struct rows *x)
{
    return (double)x->n;
}

static double twin_top(struct rows *x)
{
    return max_over(x, dst, rows_in) / (double)x->n;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct row *)a)->ts, y = ((const struct row *)b)->ts;

    return (x > y) - (x < y);
}

static size_t gaps_of(struct rows *x, double *gap)
{
    qsort(x->r, x->n, sizeof x->r[0], by_time);
    for (size_t i = 0; i + 1 < x->n; i++)
        gap[i] = (double)(x->r[i + 1].ts - x->r[i].ts) / 1e9;
    return x->n ? x->n - 1 : 0;
}

static double twin_gap_median(struct rows *x)
{
    double gap[MAX_ROWS];

    return sorted_quantile(gap, gaps_of(x, gap), 0.5);
}

static double twin_gap_mad(struct rows *x)
{
    double gap[MAX_ROWS];
    size_t n = gaps_of(x, gap);
    double m = sorted_quantile(gap, n, 0.5);

    for (size_t i = 0; i < n; i++)
        gap[i] = fabs(gap[i] - m);
    return sorted_quantile(gap, n, 0.5);
}

static double twin_regularity(struct rows *x)
{
    double gap[MAX_ROWS];
    size_t n = gaps_of(x, gap);
    double q1 = sorted_quantile(gap, n, 0.25), q2 = sorted_quantile(gap, n, 0.5),
           q3 = sorted_quantile(gap, n, 0.75);
    double skew = 0, mad = twin_gap_mad(x);

    if (n < 3)
        return NAN;
    if (q2 == 0)
        return 0;
    if (q3 != q1 && q2 != q1 && q2 != q3)
        skew = (q1 + q3 - 2 * q2) / (q3 - q1);
    return (1 - fabs(skew)) / 2 + fmax(0, 1 - mad / q2) / 2;
}

static double twin_span(struct rows *x)
{
    double gap[MAX_ROWS];

    gaps_of(x, gap);
    return (double)(x->r[x->n - 1].ts - x->r[0].ts) / 1e9;
}

/* How many groups show the key of r. */
static double users(const struct world *w, key_fn key, int value)
{
    double n = 0;

    for (size_t g = 0; g < w->n_groups; g++) {
        bool has = false;

        for (size_t i = w->off[g]; i < w->off[g + 1]; i++)
            has |= key(&w->row[i]) == value;
        n += has;
    }
    return n;
}

static double rare_service(const struct rows *x)
{
    return -log(users(x->w, service, service(&x->r[0])) / (double)x->w->n_groups) * log1p(distinct(x, dst));
}

static double twin_rarfo(struct rows *x)
{
    return max_over(x, service, rare_service);
}

static double twin_new(struct rows *x)
{
    only(x, is_new);
    return distinct(x, dst);
}

static double twin_new_share(struct rows *x)
{
    double all = distinct(x, dst);

    return twin_new(x) / all;
}

static double new_and_popular(const struct rows *x)
{
    return log1p((double)x->n) / log1p(users(x->w, dst, dst(&x->r[0])));
}

static double twin_nn(struct rows *x)
{
    only(x, is_new);
    return max_over(x, dst, new_and_popular);
}

static double sum_of(const struct rows *x)
{
    return twin_sum((struct rows *)(uintptr_t)x);
}

static double twin_sum_of_max(struct rows *x)
{
    struct rows *part = malloc(sizeof *part);
    double v[MAX_ROWS];
    size_t n = 0;

    while (part_of(x, dst, n, part))
        v[n++] = sum_of(part);
    free(part);
    return sorted_quantile(v, n, 0.5);
}

static double twin_user_mean(struct rows *x)
{
    double s = 0;

    for (size_t i = 0; i < x->n; i++)
        s += users(x->w, dst, dst(&x->r[i])) > 5;
    return s;
}

static double twin_group_size(struct rows *x)
{
    return (double)(x->n > 5);
}

static double twin_net(struct rows *x)
{
    (void)x;
    return 1;
}

static const struct {
    const char *text;
    double (*twin)(struct rows *x);
} cases[] = {
    {"log1p(max_over(service, count_over(dst_ip, all(failed))))", twin_ffo},
    {"log1p(max_over(dst_port, count_over(dst_ip, all(pkts <= 3)) where tcp))", twin_tfo},
    {"log1p(count_over(dst_ip, none(succeeded)))", twin_dead},
    {"log1p(max_over(dst_ip, distinct(service where failed)))", twin_fvs},
    {"count()", twin_count},
    {"count(failed)", twin_count_failed},
    {"count(where failed)", twin_count_failed},
    {"share(failed)", twin_share},
    {"mean(failed)", twin_share},
    {"sum(bytes)", twin_sum},
    {"sum(bytes where tcp)", twin_sum_tcp},
    {"rate(bytes)", twin_rate},
    {"median(bytes)", twin_median},
    {"quantile(bytes, 0.9)", twin_q90},
    {"max(bytes)", twin_max},
    {"min(bytes)", twin_min},
    {"mean(bytes)", twin_mean},
    {"std(bytes)", twin_std},
    {"first(bytes)", twin_first},
    {"last(bytes)", twin_last},
    {"distinct(dst_ip)", twin_peers},
    {"distinct(dst_ip where failed)", twin_peers_failed},
    {"entropy(dst_ip)", twin_entropy},
    {"top_share(dst_ip)", twin_top},
    {"gap_median()", twin_gap_median},
    {"gap_mad()", twin_gap_mad},
    {"regularity()", twin_regularity},
    {"span()", twin_span},
    {"max_over(service, -log(users(service) / entities()) * log1p(distinct(dst_ip)))", twin_rarfo},
    {"new_count(dst_ip)", twin_new},
    {"new_share(dst_ip)", twin_new_share},
    {"max_over(dst_ip, log1p(count()) / log1p(users(dst_ip)) where is_new(dst_ip))", twin_nn},
    {"median_over(dst_ip, sum(bytes))", twin_sum_of_max},
    {"count(users(dst_ip) > 5)", twin_user_mean},
    {"count() > 5", twin_group_size},
    {"is_private(src_ip)", twin_net},
};

#define N_CASES (sizeof cases / sizeof cases[0])

#endif
