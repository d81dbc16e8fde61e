#include "stats/kdtree.h"

#include <math.h>
#include <string.h>

#define SAMPLE  15
#define BLOCK   256
#define FEW     16 /* of so many points one: moving runs of the others beats moving each */
#define PADDING 16 /* vector loads may reach so far past the last point of a column */

static double *box_of(struct oddi_kd *kd, uint32_t node)
{
    return kd->box + 2 * kd->d * node;
}

void oddi_kd_fit_box(struct oddi_kd *kd, uint32_t node)
{
    const struct oddi_kd_node *nd = &kd->node[node];
    double *lo = box_of(kd, node), *hi = lo + kd->d;

    for (size_t j = 0; j < kd->d; j++)
        oddi_kd_range(kd->col + j * kd->stride + nd->start, nd->end - nd->start, &lo[j], &hi[j]);
}

/* BALL and POINT from the box; WHOLE is inherited, or earned by numbers. */
static void set_flags(struct oddi_kd *kd, uint32_t node, unsigned inherited)
{
    struct oddi_kd_node *nd = &kd->node[node];
    const double *lo = oddi_kd_lo(kd, node), *hi = oddi_kd_hi(kd, node);
    unsigned flags = inherited;

    if (oddi_kd_box_far2(lo, hi, lo, hi, kd->d) <= kd->radius2) {
        flags |= ODDI_KD_BALL;
        if (nd->end - nd->start >= kd->whole)
            flags |= ODDI_KD_WHOLE;
    }
    if (memcmp(lo, hi, kd->d * sizeof *lo) == 0)
        flags |= ODDI_KD_POINT;
    nd->flags = (uint8_t)flags;
}

static size_t widest(const double *lo, const double *hi, size_t d)
{
    size_t best = 0;

    for (size_t j = 1; j < d; j++) {
        if (hi[j] - lo[j] > hi[best] - lo[best])
            best = j;
    }
    return best;
}

/* Sorted sample of n values. Drawn at positions that no order of rows is likely to be in step with (the multiplier and
 * increment are those of Knuth's MMIX), always the same ones. */
static void sample_of(const double *x, size_t n, double sample[SAMPLE])
{
    uint64_t state = n;

    for (size_t i = 0; i < SAMPLE; i++) {
        double v;
        size_t k = i;

        state = state * 6364136223846793005u + 1442695040888963407u;
        v = x[((state >> 32) * n) >> 32];
        for (; k > 0 && sample[k - 1] > v; k--)
            sample[k] = sample[k - 1];
        sample[k] = v;
    }
}

/*
 * Where to cut n values of [lo, hi], lo < hi: near the median, at a whole number of sides above lo where that is
 * possible, so that the parts become balls soon. The result v has lo < v <= hi: neither part is empty.
 */
static double cut_of(const double *x, size_t n, double lo, double hi, double side)
{
    double sample[SAMPLE], median, cut;
    size_t k = SAMPLE / 2;

    sample_of(x, n, sample);
    while (k < SAMPLE && sample[k] <= lo)
        k++;
    median = k < SAMPLE ? sample[k] : nextafter(lo, hi);
    if (hi - lo <= side || !((hi - lo) / side < 0x1p50))
        return median;
    cut = floor((sample[SAMPLE / 2] - lo) / side + 0.5);
    cut = lo + side * (cut < 1 ? 1 : cut);
    return cut > lo && cut <= hi ? cut : median;
}

/* Moves those whose flag is set to the front and the others behind them, each in order. */
static void part_rows(uint32_t *x, const uint8_t *flag, size_t n, uint32_t *spare)
{
    size_t l = 0, r = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = x[i];

        x[l] = v;
        spare[r] = v;
        l += flag[i];
        r += !flag[i];
    }
    memcpy(x + l, spare, r * sizeof *x);
}

/* Room for two more nodes. */
static bool more_nodes(struct oddi_kd *kd)
{
    size_t need = kd->n_nodes + 2;

    if (need > UINT32_MAX)
        return false;
    return oddi_grow(&kd->node, &kd->node_cap, need, sizeof *kd->node) &&
           oddi_grow(&kd->box, &kd->box_cap, need * 2 * kd->d, sizeof *kd->box);
}

/* The box of a child: what does not vary in the parent does not vary in it. */
static void fit_within(struct oddi_kd *kd, uint32_t parent, uint32_t node)
{
    const struct oddi_kd_node *nd = &kd->node[node];
    const double *outer = box_of(kd, parent);
    double *lo = box_of(kd, node), *hi = lo + kd->d;

    for (size_t j = 0; j < kd->d; j++) {
        lo[j] = hi[j] = outer[j];
        if (outer[j] < outer[kd->d + j])
            oddi_kd_range(kd->col + j * kd->stride + nd->start, nd->end - nd->start, &lo[j], &hi[j]);
    }
}

static void add_child(struct oddi_kd *kd, uint32_t parent, uint32_t start, uint32_t end)
{
    const struct oddi_kd_node *up = &kd->node[parent];
    uint32_t node = (uint32_t)kd->n_nodes++;

    kd->node[node] = (struct oddi_kd_node){
        .start = start, .end = end, .mark = up->mark, .user = up->user, .depth = (uint16_t)(up->depth + 1)};
    fit_within(kd, parent, node);
    set_flags(kd, node, up->flags & ODDI_KD_WHOLE);
}

/* Takes the k values at the ascending positions `at` to the end of x, the others close up; each in order. */
static void move_to_end(double *x, size_t n, const uint32_t *at, size_t k, double *spare)
{
    for (size_t i = 0; i < k; i++) {
        size_t next = i + 1 < k ? at[i + 1] : n;

        spare[i] = x[at[i]];
        memmove(x + at[i] - i, x + at[i] + 1, (next - at[i] - 1) * sizeof *x);
    }
    memcpy(x + n - k, spare, k * sizeof *x);
}

/* Takes them to the front of x. */
static void move_to_front(double *x, const uint32_t *at, size_t k, double *spare)
{
    for (size_t i = k; i-- > 0;) {
        size_t from = i ? at[i - 1] + 1 : 0;

        spare[i] = x[at[i]];
        memmove(x + from + k - i, x + from, (at[i] - from) * sizeof *x);
    }
    memcpy(x, spare, k * sizeof *x);
}

static size_t positions_of(const uint8_t *flag, uint8_t wanted, size_t n, uint32_t *at)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        at[k] = (uint32_t)i;
        k += flag[i] == wanted;
    }
    return k;
}

void oddi_kd_part(struct oddi_kd *kd, uint32_t node, const uint8_t *flag, size_t ones)
{
    const double *lo = oddi_kd_lo(kd, node), *hi = oddi_kd_hi(kd, node);
    const uint32_t start = kd->node[node].start;
    const size_t n = kd->node[node].end - start, few = n / FEW;
    uint32_t *at = kd->at;

    if (ones <= few || n - ones <= few)
        (void)positions_of(flag, ones <= few, n, at);
    for (size_t j = 0; j < kd->d; j++) {
        double *x = kd->col + j * kd->stride + start;

        if (!(lo[j] < hi[j]))
            continue;
        if (n - ones <= few)
            move_to_end(x, n, at, n - ones, kd->spare.at);
        else if (ones <= few)
            move_to_front(x, at, ones, kd->spare.at);
        else
            oddi_kd_pack(x, flag, n, kd->spare.at);
    }
    part_rows(kd->row + start, flag, n, kd->spare.at);
}

/* Orders the points of a node by the side of the cut that they are on; returns how many are below it. */
static uint32_t part_at(struct oddi_kd *kd, uint32_t node, size_t dim, double cut)
{
    const struct oddi_kd_node *nd = &kd->node[node];
    size_t n = nd->end - nd->start, count = 0;
    uint8_t *below = (uint8_t *)(kd->at + kd->n + 1);
    const double *x = kd->col + dim * kd->stride + nd->start;

    for (size_t i = 0; i < n; i++) {
        below[i] = x[i] < cut;
        count += below[i];
    }
    if (count > 0 && count < n)
        oddi_kd_part(kd, node, below, count);
    return (uint32_t)count;
}

bool oddi_kd_split(struct oddi_kd *kd, uint32_t node)
{
    struct oddi_kd_node nd = kd->node[node];
    const double *lo = oddi_kd_lo(kd, node), *hi = oddi_kd_hi(kd, node);
    size_t n = nd.end - nd.start, dim;
    uint32_t below;

    if (nd.child || n <= ODDI_KD_LEAF || (nd.flags & ODDI_KD_POINT) || nd.depth >= ODDI_KD_DEPTH)
        return false;
    dim = widest(lo, hi, kd->d);
    if (!(lo[dim] < hi[dim]) || !more_nodes(kd))
        return false;
    lo = oddi_kd_lo(kd, node);
    hi = oddi_kd_hi(kd, node);
    below =
        part_at(kd, node, dim, cut_of(kd->col + dim * kd->stride + nd.start, n, lo[dim], hi[dim], kd->side));
    if (below == 0 || below == n)
        return false;
    kd->node[node].child = (uint32_t)kd->n_nodes;
    add_child(kd, node, nd.start, nd.start + below);
    add_child(kd, node, nd.start + below, nd.end);
    return true;
}

static bool reserve(struct oddi_kd *kd)
{
    size_t size;

    kd->stride = (kd->n + 7) / 8 * 8 + PADDING;
    if (kd->n > UINT32_MAX || __builtin_mul_overflow(kd->stride, kd->d, &size))
        return false;
    if (!oddi_room(&kd->col_room, size, sizeof(double)) ||
        !oddi_room(&kd->row_room, kd->n, sizeof(uint32_t)) ||
        !oddi_room(&kd->spare, kd->n + 1, sizeof(double) + sizeof(uint32_t) + 1))
        return false;
    kd->col = kd->col_room.at;
    kd->row = kd->row_room.at;
    kd->at = (uint32_t *)((double *)kd->spare.at + kd->n + 1);
    return more_nodes(kd);
}

static void widen(double *box_lo, double *box_hi, double lo, double hi)
{
    *box_lo = lo < *box_lo ? lo : *box_lo;
    *box_hi = hi > *box_hi ? hi : *box_hi;
}

/* Fills the columns and the box of the root, a block of rows at a time: each value is read from memory once. */
static void load(struct oddi_kd *kd, const struct oddi_matrix *m)
{
    double *box_lo = box_of(kd, 0), *box_hi = box_lo + m->d;

    for (size_t j = 0; j < m->d; j++) {
        box_lo[j] = box_hi[j] = m->x[j] + 0.0;
        memset(kd->col + j * kd->stride + m->n, 0, (kd->stride - m->n) * sizeof *kd->col);
    }
    for (size_t from = 0; from < m->n; from += BLOCK) {
        size_t n = m->n - from < BLOCK ? m->n - from : BLOCK;

        for (size_t j = 0; j < m->d; j++) {
            double *col = kd->col + j * kd->stride + from, lo, hi;
            const double *x = m->x + from * m->d + j;

            for (size_t i = 0; i < n; i++)
                col[i] = x[i * m->d] + 0.0; /* -0 becomes 0: equal values have equal bits */
            oddi_kd_range(col, n, &lo, &hi);
            widen(&box_lo[j], &box_hi[j], lo, hi);
        }
    }
    for (size_t i = 0; i < m->n; i++)
        kd->row[i] = (uint32_t)i;
}

/* Splits whatever is not whole, depth first, so that what is worked on stays in the cache. */
static bool split_all(struct oddi_kd *kd)
{
    uint32_t stack[ODDI_KD_DEPTH + 2];
    size_t top = 0;

    stack[top++] = 0;
    while (top > 0) {
        uint32_t i = stack[--top];

        if (kd->node[i].flags & ODDI_KD_WHOLE)
            continue;
        if (!more_nodes(kd))
            return false;
        if (oddi_kd_split(kd, i)) {
            stack[top++] = kd->node[i].child + 1;
            stack[top++] = kd->node[i].child;
        }
    }
    return true;
}

bool oddi_kd_build(struct oddi_kd *kd, const struct oddi_matrix *m, double radius, size_t whole)
{
    kd->n = m->n;
    kd->d = m->d;
    kd->n_nodes = 0;
    kd->radius2 = radius * radius;
    kd->whole = whole;
    /* A cube of this side has a diagonal just below the radius. */
    kd->side = radius / sqrt((double)m->d) * (1 - 0x1p-40);
    if (!reserve(kd))
        return false;
    if (m->n == 0)
        return true;
    kd->node[0] = (struct oddi_kd_node){.end = (uint32_t)m->n};
    kd->n_nodes = 1;
    load(kd, m);
    set_flags(kd, 0, 0);
    return split_all(kd);
}

void oddi_kd_free(struct oddi_kd *kd)
{
    oddi_room_free(&kd->col_room);
    oddi_room_free(&kd->row_room);
    oddi_room_free(&kd->spare);
    free(kd->node);
    free(kd->box);
    *kd = (struct oddi_kd){0};
}
