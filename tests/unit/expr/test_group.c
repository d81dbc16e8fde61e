/* Features of groups against slow twins: each formula written out a second time, as plainly as can be. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "expr/group_plan.h"
#include "failalloc.h"

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

static const char texts[] = "S_SPA_SPA";

static void add_row(struct world *w, struct oddi_rng *rng, uint32_t group, unsigned peers)
{
    size_t i = w->n++;
    struct row *r = &w->row[i];

    r->group = group;
    r->dst = (uint32_t)oddi_rng_below(rng, peers);
    r->port = oddi_rng_below(rng, 10) == 0 ? UINT32_MAX : 20 + (uint32_t)oddi_rng_below(rng, 6);
    r->proto = oddi_rng_below(rng, 4) == 0 ? 17 : 6;
    r->failed = (int)oddi_rng_below(rng, 3) - (oddi_rng_below(rng, 8) == 0);
    r->failed = r->failed > 1 ? 1 : r->failed;
    r->bytes = oddi_rng_below(rng, 9) == 0 ? NAN : (double)oddi_rng_below(rng, 5000);
    r->pkts = (double)(1 + oddi_rng_below(rng, 6));
    r->ts = (int64_t)oddi_rng_below(rng, 300) * 1000000000;
    r->is_new = (int)oddi_rng_below(rng, 3) - 1;

    w->src_ip[i] = (struct oddi_addr){{10, 0, (uint8_t)(group >> 8), (uint8_t)group}, ODDI_ADDR_V4};
    w->dst_ip[i] = (struct oddi_addr){{192, 0, (uint8_t)(r->dst >> 8), (uint8_t)r->dst}, ODDI_ADDR_V4};
    w->dst_port[i] = r->port;
    w->proto[i] = r->proto;
    w->bytes[i] = r->bytes;
    w->pkts[i] = r->pkts;
    w->ts[i] = r->ts;
    w->state[i] = r->failed < 0   ? (struct oddi_span){0, UINT32_MAX}
                  : r->failed > 0 ? (struct oddi_span){0, 2}
                                  : (struct oddi_span){2, 7};
    w->is_new[i] = (uint8_t)(r->is_new < 0 ? ODDI_UNKNOWN : r->is_new ? ODDI_TRUE : ODDI_FALSE);
}

static void make_world(struct world *w, uint64_t seed, size_t n_groups, size_t most)
{
    struct oddi_rng rng;

    oddi_rng_seed(&rng, seed);
    w->n = 0;
    w->n_groups = n_groups;
    for (uint32_t g = 0; g < n_groups; g++) {
        size_t n = 1 + oddi_rng_below(&rng, g % 5 == 0 ? most : 8);

        w->off[g] = (uint32_t)w->n;
        while (n-- > 0 && w->n < MAX_ROWS)
            add_row(w, &rng, g, g % 3 ? 6 : 40);
    }
    w->off[n_groups] = (uint32_t)w->n;
}

/* ---- running the plan --------------------------------------------------------------------------------------------- */

static void *field_of(struct world *w, enum oddi_field field)
{
    switch (field) {
    case ODDI_SRC_IP:
        return w->src_ip;
    case ODDI_DST_IP:
        return w->dst_ip;
    case ODDI_DST_PORT:
        return w->dst_port;
    case ODDI_PROTO:
        return w->proto;
    case ODDI_BYTES:
        return w->bytes;
    case ODDI_PKTS:
        return w->pkts;
    case ODDI_TS_START:
        return w->ts;
    case ODDI_STATE:
        return w->state;
    default:
        return NULL;
    }
}

struct job {
    struct world *w;
    const char *const *texts;
    size_t n;
    double *out;
    uint8_t *approx;
    uint32_t *witness;
    size_t step; /* rows evaluated at a time */
};

#define MAX_EXPRS 64

static enum odd_status make_slots(const struct job *job, const struct oddi_group_plan *plan, void **slots,
                                  size_t n)
{
    const struct oddi_program *p = oddi_group_rows(plan);
    const struct oddi_expr_need *needs;
    const enum oddi_expr_type *types;
    struct oddi_evaluator *ev;
    struct oddi_column columns[ODDI_N_FIELDS] = {0};
    uint32_t map[ODDI_N_FIELDS];
    struct oddi_expr_input in = {columns, map, texts, 0};
    size_t n_needs = oddi_program_needs(p, &needs);

    (void)oddi_group_slots(plan, &types);
    for (size_t k = 0; k < n_needs; k++) {
        columns[k].u.any = field_of(job->w, needs[k].field);
        map[k] = columns[k].u.any ? (uint32_t)k : UINT32_MAX;
        if (!columns[k].u.any && !needs[k].optional)
            return ODD_ERR_INTERNAL;
    }
    for (size_t s = 0; s < n; s++) {
        slots[s] = malloc(job->w->n * oddi_expr_value_size(types[s]) + 1);
        if (!slots[s])
            return ODD_ERR_MEMORY;
    }
    ODDI_TRY(oddi_evaluator_new(p, &ev, NULL));
    for (size_t from = 0; from < job->w->n; from += job->step) {
        size_t m = job->w->n - from < job->step ? job->w->n - from : job->step;

        oddi_evaluate(ev, &in, from, m);
        for (size_t s = 0; s < n; s++)
            memcpy((char *)slots[s] + from * oddi_expr_value_size(types[s]), oddi_evaluator_result(ev, s),
                   m * oddi_expr_value_size(types[s]));
    }
    oddi_evaluator_free(ev);
    return ODD_OK;
}

static enum odd_status run_plan(const struct job *job, const struct oddi_group_plan *plan)
{
    const enum oddi_expr_type *types;
    const struct oddi_group_memory *memories;
    void *slots[MAX_EXPRS * 4] = {0};
    const uint8_t *memory[4] = {job->w->is_new, job->w->is_new, job->w->is_new, job->w->is_new};
    size_t n = oddi_group_slots(plan, &types);
    struct oddi_group_input in = {.n_rows = job->w->n,
                                  .n_groups = job->w->n_groups,
                                  .off = job->w->off,
                                  .slots = (const void *const *)slots,
                                  .memory = memory,
                                  .window_start = 0,
                                  .window_end = (int64_t)(SECONDS * 1e9)};
    struct oddi_group_evaluator *ev = NULL;
    enum odd_status status;

    assert_true(n <= MAX_EXPRS * 4 && oddi_group_memories(plan, &memories) <= 4);
    status = make_slots(job, plan, slots, n);
    if (status == ODD_OK)
        status = oddi_group_evaluator_new(plan, &ev, NULL);
    if (status == ODD_OK)
        status = oddi_group_evaluate(ev, &in, job->out, job->n, job->approx, NULL);
    for (size_t g = 0; status == ODD_OK && job->witness && g < job->w->n_groups; g++)
        for (size_t j = 0; j < job->n; j++)
            job->witness[g * job->n + j] = oddi_group_witness(ev, g, j);
    oddi_group_evaluator_free(ev);
    for (size_t s = 0; s < n; s++)
        free(slots[s]);
    return status;
}

static enum odd_status run(const struct job *job)
{
    static const char *const by[] = {"src_ip"};
    struct oddi_expr_options o = {.want = ODDI_WANT_AGGREGATE, .by = by, .n_by = 1};
    struct oddi_expr *exprs[MAX_EXPRS] = {0};
    struct oddi_expr_error fault;
    struct oddi_group_plan *plan = NULL;
    enum odd_status status = ODD_OK;

    for (size_t j = 0; j < job->n && status == ODD_OK; j++) {
        status = oddi_expr_new(job->texts[j], strlen(job->texts[j]), &o, &exprs[j], &fault);
        if (status == ODD_ERR_USAGE)
            fail_msg("%s: %s", job->texts[j], fault.message);
    }
    if (status == ODD_OK)
        status = oddi_group_plan_new((const struct oddi_expr *const *)exprs, job->n, &plan, NULL);
    if (status == ODD_OK)
        status = run_plan(job, plan);
    oddi_group_plan_free(plan);
    for (size_t j = 0; j < job->n; j++)
        oddi_expr_free(exprs[j]);
    return status;
}

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

static bool near(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static void check_world(struct world *w, struct rows *x, double *out)
{
    const char *list[N_CASES];
    struct job job = {.w = w, .texts = list, .n = N_CASES, .out = out, .step = ODDI_EXPR_BLOCK};

    for (size_t j = 0; j < N_CASES; j++)
        list[j] = cases[j].text;
    assert_int_equal(run(&job), ODD_OK);
    for (size_t g = 0; g < w->n_groups; g++)
        for (size_t j = 0; j < N_CASES; j++) {
            double twin;

            x->w = w;
            x->n = w->off[g + 1] - w->off[g];
            memcpy(x->r, w->row + w->off[g], x->n * sizeof x->r[0]);
            twin = cases[j].twin(x);
            if (!near(out[g * N_CASES + j], twin))
                fail_msg("%s of group %zu is %.17g, the twin says %.17g", cases[j].text, g,
                         out[g * N_CASES + j], twin);
        }
}

static void test_twins(void **state)
{
    struct world *w = malloc(sizeof *w);
    struct rows *x = malloc(sizeof *x);
    double *out = malloc(sizeof *out * MAX_GROUPS * N_CASES);

    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        make_world(w, seed, seed == 1 ? 1 : 10 + seed * 3, seed % 2 ? 60 : 200);
        check_world(w, x, out);
    }
    free(w);
    free(x);
    free(out);
}

/* Bit for bit the same, whatever the batch; and whatever stands before the group in the window, for what does not look
 * at other groups. */
static void test_steady(void **state)
{
    struct world *w = malloc(sizeof *w), *one = malloc(sizeof *one);
    double *a = malloc(sizeof *a * MAX_GROUPS * N_CASES), *b = malloc(sizeof *b * MAX_GROUPS * N_CASES);
    const char *list[N_CASES];
    struct job job = {.w = w, .texts = list, .n = N_CASES, .out = a, .step = ODDI_EXPR_BLOCK};

    (void)state;
    for (size_t j = 0; j < N_CASES; j++)
        list[j] = cases[j].text;
    make_world(w, 77, 40, 150);
    assert_int_equal(run(&job), ODD_OK);
    job.out = b;
    for (size_t step = 1; step < ODDI_EXPR_BLOCK; step = step * 5 + 2) {
        job.step = step;
        assert_int_equal(run(&job), ODD_OK);
        assert_memory_equal(a, b, sizeof *a * w->n_groups * N_CASES);
    }
    job.w = one;
    for (size_t g = 0; g < w->n_groups; g += 7) {
        size_t n = w->off[g + 1] - w->off[g];

        *one = *w;
        one->n = n;
        one->n_groups = 1;
        one->off[0] = 0;
        one->off[1] = (uint32_t)n;
#define MOVE(column) memmove(one->column, one->column + w->off[g], n * sizeof one->column[0])
        MOVE(src_ip), MOVE(dst_ip), MOVE(dst_port), MOVE(proto), MOVE(bytes), MOVE(pkts), MOVE(ts),
            MOVE(state);
        MOVE(is_new);
        assert_int_equal(run(&job), ODD_OK);
        for (size_t j = 0; j < N_CASES; j++)
            if (!strstr(list[j], "users") && memcmp(&a[g * N_CASES + j], &b[j], sizeof *a) != 0)
                fail_msg("%s of group %zu depends on other groups", list[j], g);
    }
    free(w);
    free(one);
    free(a);
    free(b);
}

static void test_witness(void **state)
{
    static const char *const list[] = {"log1p(max_over(dst_port, distinct(dst_ip)))", "count()",
                                       "min_over(dst_ip, sum(bytes))"};
    struct world *w = malloc(sizeof *w);
    double out[MAX_GROUPS * 3];
    uint32_t witness[MAX_GROUPS * 3];
    struct job job = {.w = w, .texts = list, .n = 3, .out = out, .step = 100, .witness = witness};

    (void)state;
    make_world(w, 5, 30, 100);
    assert_int_equal(run(&job), ODD_OK);
    for (size_t g = 0; g < w->n_groups; g++) {
        uint32_t r = witness[g * 3];
        bool seen[64] = {false};
        double n = 0;

        assert_true(witness[g * 3 + 1] == UINT32_MAX);
        if (isnan(out[g * 3])) {
            assert_true(r == UINT32_MAX);
            continue;
        }
        assert_true(r >= w->off[g] && r < w->off[g + 1]);
        for (uint32_t i = w->off[g]; i < w->off[g + 1]; i++) {
            assert_true(i >= r || w->row[i].port != w->row[r].port); /* the first row of its inner group */
            if (w->row[i].port == w->row[r].port && !seen[w->row[i].dst]) {
                seen[w->row[i].dst] = true;
                n++;
            }
        }
        assert_true(out[g * 3] == log1p(n));
    }
    free(w);
}

static void test_empty(void **state)
{
    static const char *const list[] = {"count()", "max_over(dst_ip, count())", "users(src_ip) + entities()"};
    struct world *w = calloc(1, sizeof *w);
    double out[3];
    struct job job = {.w = w, .texts = list, .n = 3, .out = out, .step = 100};

    (void)state;
    assert_int_equal(run(&job), ODD_OK); /* no group at all */
    make_world(w, 3, 1, 1);
    w->n = 0; /* a group without rows */
    w->off[1] = 0;
    assert_int_equal(run(&job), ODD_OK);
    assert_true(out[0] == 0 && isnan(out[1]));
    free(w);
}

struct sweep {
    struct world *w;
    double *out;
};

static enum odd_status sweep(void *ctx)
{
    static const char *const list[] = {
        "log1p(max_over(service, count_over(dst_ip, all(failed))))",
        "max_over(dst_ip, log1p(count()) / log1p(users(dst_ip)) where is_new(dst_ip))",
        "entropy(dst_ip) + gap_mad() + new_share(dst_ip)"};
    struct sweep *s = ctx;
    struct job job = {.w = s->w, .texts = list, .n = 3, .out = s->out, .step = 100};

    return run(&job);
}

static void test_memory(void **state)
{
    struct sweep s = {malloc(sizeof *s.w), malloc(sizeof *s.out * MAX_GROUPS * 3)};

    (void)state;
    make_world(s.w, 9, 6, 40);
    assert_true(failalloc_sweep(sweep, &s));
    free(s.w);
    free(s.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twins), cmocka_unit_test(test_steady), cmocka_unit_test(test_witness),
        cmocka_unit_test(test_empty), cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
