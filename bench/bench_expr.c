/* What a filter and a host's features cost by row, over batches as a reader leaves them. usage: bench_expr [millions] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "expr/group_plan.h"

#define ROWS    8192 /* a batch */
#define BATCHES 12   /* so that they do not all stay in the nearest cache */

struct batch {
    double bytes[ROWS], pkts[ROWS];
    uint32_t proto[ROWS], dst_port[ROWS];
    struct oddi_addr src_ip[ROWS], dst_ip[ROWS];
    struct oddi_span state[ROWS];
    int64_t ts[ROWS];
};

static const char states[] = "S_FSPA_FSPACONINT";

static void make_batch(struct batch *b, uint64_t seed)
{
    static const struct oddi_span spans[] = {{0, 2}, {2, 9}, {11, 3}, {14, 3}};
    struct oddi_rng rng;

    oddi_rng_seed(&rng, seed);
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t r = oddi_rng_next(&rng);

        b->bytes[i] = (double)(r % 20000);
        b->pkts[i] = (double)(1 + r % 30);
        b->proto[i] = r >> 8 & 3 ? 6 : 17;
        b->dst_port[i] = (uint32_t[]){53, 80, 443, 25, 6881, 445, 22, 123}[r >> 12 & 7];
        b->src_ip[i] = (struct oddi_addr){{r >> 16 & 1 ? 10 : 147, 32, 84, (uint8_t)(r >> 20)}, ODDI_ADDR_V4};
        b->dst_ip[i] = (struct oddi_addr){{(uint8_t)(r >> 28), 1, 2, (uint8_t)(r >> 36 & 31)}, ODDI_ADDR_V4};
        b->state[i] = spans[r >> 44 & 3];
        b->ts[i] = (int64_t)(r >> 30) * 1000;
    }
}

static void bind(struct batch *b, const struct oddi_expr_need *needs, size_t n, struct oddi_column *columns,
                 uint32_t *map)
{
    for (size_t k = 0; k < n; k++) {
        map[k] = (uint32_t)k;
        switch (needs[k].field) {
        case ODDI_BYTES:
            columns[k].u.any = b->bytes;
            break;
        case ODDI_PKTS:
            columns[k].u.any = b->pkts;
            break;
        case ODDI_PROTO:
            columns[k].u.any = b->proto;
            break;
        case ODDI_DST_PORT:
            columns[k].u.any = b->dst_port;
            break;
        case ODDI_SRC_IP:
            columns[k].u.any = b->src_ip;
            break;
        case ODDI_DST_IP:
            columns[k].u.any = b->dst_ip;
            break;
        case ODDI_STATE:
            columns[k].u.any = b->state;
            break;
        case ODDI_TS_START:
            columns[k].u.any = b->ts;
            break;
        default:
            map[k] = UINT32_MAX;
        }
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *why)
{
    fprintf(stderr, "bench_expr: %s\n", why);
    exit(1);
}

static struct oddi_expr *parse(const char *text, enum oddi_expr_want want)
{
    static const char *const by[] = {"src_ip"};
    struct oddi_expr_options o = {.want = want, .by = by, .n_by = 1};
    struct oddi_expr_error fault;
    struct oddi_expr *e;

    if (oddi_expr_new(text, strlen(text), &o, &e, &fault) != ODD_OK)
        die(fault.message);
    return e;
}

static void time_filter(struct batch *batches, size_t rows, const char *text)
{
    const struct oddi_expr *e = parse(text, ODDI_WANT_CONDITION);
    static uint32_t taken[ROWS];
    const struct oddi_expr_need *needs;
    struct oddi_column columns[8];
    uint32_t map[8];
    struct oddi_expr_input in = {columns, map, states, 0};
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    double start, best = 1e9;
    size_t hits = 0, n, done;

    if (oddi_program_new(&e, 1, &p, NULL) != ODD_OK || oddi_evaluator_new(p, &ev, NULL) != ODD_OK)
        die("out of memory");
    n = oddi_program_needs(p, &needs);
    for (int turn = 0; turn < 3; turn++) {
        start = now();
        for (done = 0, hits = 0; done < rows; done += ROWS) {
            bind(&batches[done / ROWS % BATCHES], needs, n, columns, map);
            hits += oddi_filter(ev, &in, ROWS, taken);
        }
        start = now() - start;
        best = start < best ? start : best;
    }
    printf("%6.2f ns/row  %4.1f %% taken  %s\n", best * 1e9 / (double)done,
           100.0 * (double)hits / (double)done, text);
    oddi_evaluator_free(ev);
    oddi_program_free(p);
    oddi_expr_free((struct oddi_expr *)(uintptr_t)e);
}

/* ---- features of hosts -------------------------------------------------------------------------------------------- */

static const char *const features[] = {
    "log1p(count())",
    "log1p(distinct(dst_ip))",
    "log1p(distinct(service))",
    "log1p(sum(bytes))",
    "log1p(count(failed))",
    "log1p(max_over(service, count_over(dst_ip, all(failed))))",
    "max(bytes)",
    "mean(pkts)",
    "std(bytes)",
    "distinct(dst_port)",
    "share(failed)",
    "log1p(count_over(dst_ip, none(succeeded)))",
};
#define N_FEATURES (sizeof features / sizeof features[0])

/* Rows of `batches` in the order of their host (256 groups of each batch's 8,192 rows: as windows of a file are). */
static void sort_rows(struct batch *b, uint32_t off[257])
{
    struct batch *old = malloc(sizeof *old);
    size_t k = 0;

    if (!old)
        die("out of memory");
    *old = *b;
    for (unsigned host = 0; host < 256; host++) {
        off[host] = (uint32_t)k;
        for (size_t i = 0; i < ROWS; i++) {
            if (old->src_ip[i].bytes[3] != host)
                continue;
            b->bytes[k] = old->bytes[i], b->pkts[k] = old->pkts[i], b->proto[k] = old->proto[i];
            b->dst_port[k] = old->dst_port[i], b->src_ip[k] = old->src_ip[i], b->dst_ip[k] = old->dst_ip[i];
            b->state[k] = old->state[i], b->ts[k] = old->ts[i];
            k++;
        }
    }
    off[256] = (uint32_t)k;
    free(old);
}

static void time_groups(struct batch *batches, size_t rows)
{
    struct oddi_expr *exprs[N_FEATURES];
    static uint32_t off[BATCHES][257];
    static double out[256 * N_FEATURES];
    const struct oddi_expr_need *needs;
    const enum oddi_expr_type *types;
    struct oddi_column columns[16];
    uint32_t map[16];
    struct oddi_expr_input in = {columns, map, states, 0};
    struct oddi_group_plan *plan;
    struct oddi_group_evaluator *ev;
    struct oddi_evaluator *row_ev;
    void *slots[32];
    double read = 0, close = 0;
    size_t n, n_slots, done;

    for (size_t j = 0; j < N_FEATURES; j++)
        exprs[j] = parse(features[j], ODDI_WANT_AGGREGATE);
    if (oddi_group_plan_new((const struct oddi_expr *const *)exprs, N_FEATURES, &plan, NULL) != ODD_OK ||
        oddi_group_evaluator_new(plan, &ev, NULL) != ODD_OK ||
        oddi_evaluator_new(oddi_group_rows(plan), &row_ev, NULL) != ODD_OK)
        die("out of memory");
    n = oddi_program_needs(oddi_group_rows(plan), &needs);
    n_slots = oddi_group_slots(plan, &types);
    for (size_t s = 0; s < n_slots && s < 32; s++)
        slots[s] = malloc(ROWS * oddi_expr_value_size(types[s]));
    for (size_t b = 0; b < BATCHES; b++)
        sort_rows(&batches[b], off[b]);
    for (done = 0; done < rows; done += ROWS) {
        size_t b = done / ROWS % BATCHES;
        struct oddi_group_input window = {.n_rows = ROWS,
                                          .n_groups = 256,
                                          .off = off[b],
                                          .slots = (const void *const *)slots,
                                          .window_end = 300000000000};
        double start = now(), middle;

        bind(&batches[b], needs, n, columns, map);
        oddi_evaluate_columns(row_ev, &in, ROWS, slots);
        middle = now();
        if (oddi_group_evaluate(ev, &window, out, N_FEATURES, NULL, NULL) != ODD_OK)
            die("out of memory");
        read += middle - start;
        close += now() - middle;
    }
    printf("%6.2f ns/row  to make %zu slots of a row, %6.2f ns/row  for %zu features of 256 hosts\n",
           read * 1e9 / (double)done, n_slots, close * 1e9 / (double)done, N_FEATURES);
    for (size_t s = 0; s < n_slots && s < 32; s++)
        free(slots[s]);
    for (size_t j = 0; j < N_FEATURES; j++)
        oddi_expr_free(exprs[j]);
    oddi_evaluator_free(row_ev);
    oddi_group_evaluator_free(ev);
    oddi_group_plan_free(plan);
}

int main(int argc, char **argv)
{
    size_t rows = (size_t)(argc > 1 ? atoi(argv[1]) : 3) * 1000000;
    struct batch *batches = malloc(BATCHES * sizeof *batches);

    if (!batches)
        die("out of memory");
    for (size_t b = 0; b < BATCHES; b++)
        make_batch(&batches[b], b + 1);
    time_filter(batches, rows, "bytes > 10k");
    time_filter(batches, rows, "src_ip in 10.0.0.0/8");
    time_filter(batches, rows, "src net 10.0.0.0/8 and dst port 445 and bytes > 10k and proto tcp");
    time_filter(batches, rows, "bytes > 100 and pkts > 1 and proto == tcp and dst_port < 1024");
    time_filter(batches, rows,
                "dst_port in {22, 25, 445, 3389} or (src_ip in 147.32.84.0/24 and bytes > 100)");
    time_filter(batches, rows, "failed and bytes > 100");
    time_filter(batches, rows, "state like 'S*' and bytes > 100");
    time_groups(batches, rows);
    free(batches);
    return 0;
}
