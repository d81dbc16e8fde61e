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
#include "failalloc.h"
#include "group_twins.h"

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
