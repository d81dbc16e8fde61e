/* How many rows, and of how many a condition is true. */
#include "feature/group.h"

#include <math.h>

struct tally {
    uint32_t rows, known, true_;
};

static struct tally tally(const struct oddi_aggregate_args *a, size_t g)
{
    const struct oddi_groups *s = &a->groups;
    const uint8_t *x = a->x;
    struct tally t = {0};

    for (uint32_t i = s->off[g]; i < s->off[g + 1]; i++) {
        uint32_t r = oddi_member(s, i);

        if (!oddi_counts(a->where, r))
            continue;
        t.rows++;
        if (x) {
            t.known += x[r] != 1;
            t.true_ += x[r] == ODDI_IS_TRUE;
        }
    }
    return t;
}

static bool count(const struct oddi_aggregate_args *a)
{
    double *out = a->out;

    for (size_t g = 0; g < a->groups.n; g++) {
        if (!a->x && !a->where)
            out[g] = a->groups.off[g + 1] - a->groups.off[g];
        else if (a->x)
            out[g] = tally(a, g).true_;
        else
            out[g] = tally(a, g).rows;
    }
    return true;
}

static bool share(const struct oddi_aggregate_args *a)
{
    double *out = a->out;

    for (size_t g = 0; g < a->groups.n; g++) {
        struct tally t = tally(a, g);

        out[g] = t.known ? (double)t.true_ / t.known : NAN;
    }
    return true;
}

#define QUANTIFIER(name, value)                                                                              \
    static bool name(const struct oddi_aggregate_args *a)                                                    \
    {                                                                                                        \
        uint8_t *out = a->out;                                                                               \
        for (size_t g = 0; g < a->groups.n; g++) {                                                           \
            struct tally t = tally(a, g);                                                                    \
            out[g] = (value) ? ODDI_IS_TRUE : 0;                                                             \
        }                                                                                                    \
        return true;                                                                                         \
    }

QUANTIFIER(all, t.rows > 0 && t.true_ == t.rows)
QUANTIFIER(any, t.true_ > 0)
QUANTIFIER(none, t.true_ == 0)

static const struct oddi_aggregate rows[] = {
    {"all", "b", false, false, 'b', all, "there are rows, and the condition is true of every one"},
    {"any", "b", false, false, 'b', any, "the condition is true of a row"},
    {"count", "?b", false, false, 'n', count, "rows, or rows of which the condition is true"},
    {"none", "b", false, false, 'b', none, "the condition is true of no row"},
    {"share", "b", false, false, 'n', share,
     "share of the rows of which the condition is true; null ones left out"},
};

const struct oddi_aggregate_family oddi_aggregates_count = {rows, sizeof rows / sizeof rows[0]};
