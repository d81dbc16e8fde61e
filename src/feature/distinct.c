/* Different values: how many, and how evenly they share the rows. */
#include "feature/group.h"

#include <math.h>

#include "stats/hll.h"

#define FEW 16 /* so few members are compared one with another */

static uint32_t distinct_few(const struct oddi_aggregate_args *a, size_t g)
{
    const struct oddi_groups *s = &a->groups;
    const uint64_t *x = a->x;
    uint64_t seen[FEW];
    uint32_t n = 0;

    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i), j = 0;

        if (!oddi_counts(a->where, r) || x[r] == 0)
            continue;
        while (j < n && seen[j] != x[r])
            j++;
        if (j == n)
            seen[n++] = x[r];
    }
    return n;
}

static bool estimate(const struct oddi_aggregate_args *a, size_t g, double *out)
{
    const struct oddi_groups *s = &a->groups;
    const uint64_t *x = a->x;
    struct oddi_hll *h;

    if (!oddi_room(&a->scratch->hll, 1, sizeof *h))
        return false;
    h = a->scratch->hll.at;
    oddi_hll_clear(h);
    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (oddi_counts(a->where, r) && x[r] != 0)
            oddi_hll_add(h, x[r]);
    }
    *out = fmax(rint(oddi_hll_estimate(h)), ODDI_DISTINCT_EXACT + 1);
    if (a->approx)
        a->approx[g] = 1;
    return true;
}

static bool distinct_many(const struct oddi_aggregate_args *a, size_t g, double *out)
{
    const struct oddi_groups *s = &a->groups;
    const uint64_t *x = a->x;
    size_t most = s->off[g + 1] - s->off[g];
    struct oddi_numbering t;

    if (most > ODDI_DISTINCT_EXACT + 1)
        most = ODDI_DISTINCT_EXACT + 1;
    if (!oddi_numbering_begin(&t, a->scratch, most))
        return false;
    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (!oddi_counts(a->where, r) || x[r] == 0)
            continue;
        oddi_number_key(&t, x[r]);
        if (t.n > ODDI_DISTINCT_EXACT)
            return estimate(a, g, out);
    }
    *out = t.n;
    return true;
}

static bool distinct(const struct oddi_aggregate_args *a)
{
    double *out = a->out;

    for (size_t g = 0; g < a->groups.n; g++) {
        if (a->groups.off[g + 1] - a->groups.off[g] <= FEW)
            out[g] = distinct_few(a, g);
        else if (!distinct_many(a, g, &out[g]))
            return false;
    }
    return true;
}

/* How often each key occurs, in order of first appearance: *n counts in scratch->counts, *total rows. */
static bool occurrences(const struct oddi_aggregate_args *a, size_t g, uint32_t *n, uint32_t *total)
{
    const struct oddi_groups *s = &a->groups;
    const uint64_t *x = a->x;
    size_t most = s->off[g + 1] - s->off[g];
    struct oddi_numbering t;
    uint32_t *counts;

    if (!oddi_numbering_begin(&t, a->scratch, most) || !oddi_room(&a->scratch->counts, most, sizeof *counts))
        return false;
    counts = a->scratch->counts.at;
    *total = 0;
    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i), before = t.n, id;

        if (!oddi_counts(a->where, r) || x[r] == 0)
            continue;
        id = oddi_number_key(&t, x[r]);
        counts[id] = id == before ? 1 : counts[id] + 1;
        ++*total;
    }
    *n = t.n;
    return true;
}

/* A sum over counts in ascending order would cost a sort; that of first appearance is as steady. */
static double bits(const uint32_t *counts, uint32_t n, uint32_t total)
{
    double sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += counts[i] * log2(counts[i]);
    return n > 1 ? fmax(log2(total) - sum / total, 0) : 0;
}

static bool entropy(const struct oddi_aggregate_args *a)
{
    double *out = a->out;
    uint32_t n, total;

    for (size_t g = 0; g < a->groups.n; g++) {
        if (!occurrences(a, g, &n, &total))
            return false;
        out[g] = total ? bits(a->scratch->counts.at, n, total) : NAN;
    }
    return true;
}

static bool top_share(const struct oddi_aggregate_args *a)
{
    double *out = a->out;
    uint32_t n, total;

    for (size_t g = 0; g < a->groups.n; g++) {
        const uint32_t *counts;
        uint32_t top = 0;

        if (!occurrences(a, g, &n, &total))
            return false;
        counts = a->scratch->counts.at;
        for (uint32_t i = 0; i < n; i++)
            top = counts[i] > top ? counts[i] : top;
        out[g] = total ? (double)top / total : NAN;
    }
    return true;
}

static const struct oddi_aggregate rows[] = {
    {"distinct", "k", false, false, 'n', distinct,
     "how many different values; exact up to 65,536 of a group, above it an estimate within 0.8 %"},
    {"entropy", "k", false, false, 'n', entropy, "Shannon's entropy of the values in bits"},
    {"top_share", "k", false, false, 'n', top_share, "share of the rows that have the most frequent value"},
};

const struct oddi_aggregate_family oddi_aggregates_distinct = {rows, sizeof rows / sizeof rows[0]};
