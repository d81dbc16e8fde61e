#include "eval/bootstrap.h"

#include <math.h>

#include "base/rng.h"
#include "stats/moments.h"

enum { AUC, AP, PN, F1, MEASURES };

struct scratch {
    uint32_t *member; /* groups that have rows: first those without a positive */
    size_t n, n_negative;
    uint32_t *times;           /* by group: how often it was drawn */
    uint32_t *group_at;        /* by place in the ranking */
    double *factor;            /* by place in the ranking */
    double *measure[MEASURES]; /* replicates each */
    size_t got[MEASURES];
};

static bool make_scratch(struct scratch *s, size_t n_rows, size_t n_groups, size_t replicates)
{
    bool ok;

    s->member = oddi_malloc_array(n_groups, sizeof *s->member);
    s->times = oddi_calloc_array(n_groups, sizeof *s->times);
    s->group_at = oddi_malloc_array(n_rows, sizeof *s->group_at);
    s->factor = oddi_malloc_array(n_rows, sizeof *s->factor);
    ok = s->member && s->times && s->group_at && s->factor;
    for (int k = 0; k < MEASURES; k++) {
        s->measure[k] = oddi_malloc_array(replicates, sizeof(double));
        ok = ok && s->measure[k];
    }
    return ok;
}

static void free_scratch(struct scratch *s)
{
    free(s->member);
    free(s->times);
    free(s->group_at);
    free(s->factor);
    for (int k = 0; k < MEASURES; k++)
        free(s->measure[k]);
}

/* Lists the groups of each stratum by number; `times` serves as marks: 1 = has rows, 2 = a positive one. */
static void find_strata(struct scratch *s, const struct oddi_ranking *r, const uint32_t *group,
                        size_t n_groups)
{
    for (size_t i = 0; i < r->n; i++) {
        uint32_t g = group[r->row[i]];

        s->group_at[i] = g;
        s->times[g] |= r->positive[i] ? 2 : 1;
    }
    for (size_t g = 0; g < n_groups; g++)
        if (s->times[g] == 1)
            s->member[s->n++] = (uint32_t)g;
    s->n_negative = s->n;
    for (size_t g = 0; g < n_groups; g++)
        if (s->times[g] > 1)
            s->member[s->n++] = (uint32_t)g;
}

static void draw(struct scratch *s, struct oddi_rng *rng, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++)
        s->times[s->member[from + oddi_rng_below(rng, to - from)]]++;
}

static void keep(struct scratch *s, int k, double value)
{
    if (!isnan(value))
        s->measure[k][s->got[k]++] = value;
}

static void replicate(struct scratch *s, const struct oddi_ranking *r, struct oddi_rng *rng)
{
    struct oddi_measures m;

    for (size_t k = 0; k < s->n; k++)
        s->times[s->member[k]] = 0;
    draw(s, rng, 0, s->n_negative);
    draw(s, rng, s->n_negative, s->n);
    for (size_t i = 0; i < r->n; i++)
        s->factor[i] = s->times[s->group_at[i]];
    oddi_ranking_measure(r, s->factor, &m);
    keep(s, AUC, m.roc_auc);
    keep(s, AP, m.average_precision);
    keep(s, PN, m.precision_at_n);
    keep(s, F1, m.max_f1);
}

static struct oddi_interval interval(struct scratch *s, int k, double confidence)
{
    if (s->got[k] == 0)
        return (struct oddi_interval){NAN, NAN};
    return (struct oddi_interval){oddi_quantile(s->measure[k], s->got[k], (1 - confidence) / 2),
                                  oddi_quantile(s->measure[k], s->got[k], (1 + confidence) / 2)};
}

bool oddi_bootstrap(const struct oddi_bootstrap *b, const struct oddi_ranking *r, const uint32_t *group,
                    size_t n_groups, struct oddi_bootstrap_result *out)
{
    struct scratch s = {0};
    struct oddi_rng rng;
    bool ok = make_scratch(&s, r->n, n_groups, b->replicates);

    if (ok) {
        oddi_rng_seed(&rng, b->seed);
        find_strata(&s, r, group, n_groups);
        for (size_t k = 0; k < b->replicates; k++)
            replicate(&s, r, &rng);
        out->groups = s.n;
        out->positive_groups = s.n - s.n_negative;
        out->roc_auc = interval(&s, AUC, b->confidence);
        out->average_precision = interval(&s, AP, b->confidence);
        out->precision_at_n = interval(&s, PN, b->confidence);
        out->max_f1 = interval(&s, F1, b->confidence);
    }
    free_scratch(&s);
    return ok;
}
