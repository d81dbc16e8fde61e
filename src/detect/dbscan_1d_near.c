#include "detect/dbscan_1d.h"

#include <math.h>

/* Index of the first core point >= x; n_core if there is none. */
static size_t lower_bound(const struct oddi_dbscan_1d *s, double x)
{
    size_t lo = 0, hi = s->n_core;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (s->core[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Makes sure that the list has what is nearest to x. */
static bool see(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x)
{
    if (!s->condensed || (s->n_core > 0 && !oddi_cells_hide(&s->cells, x)))
        return true;
    return oddi_dbscan_1d_unfold(s, rule);
}

/* Squared distance to the nearest of the core points in the list. */
static double listed_near2(const struct oddi_dbscan_1d *s, double x)
{
    size_t at = lower_bound(s, x);
    double d2 = INFINITY, t;

    if (at < s->n_core) {
        t = x - s->core[at];
        d2 = t * t;
    }
    if (at > 0) {
        t = x - s->core[at - 1];
        d2 = t * t < d2 ? t * t : d2;
    }
    return d2;
}

/* Of the core points at squared distance d2 from x (there are some), the one of the lowest row. Equal values are in row
 * order, so the first of each value will do; more than one value may have this square. */
static size_t lowest_row(const struct oddi_dbscan_1d *s, double x, double d2)
{
    size_t at = lower_bound(s, x), best = s->n_core, i = at;

    while (i < s->n_core && (x - s->core[i]) * (x - s->core[i]) == d2) {
        if (best == s->n_core || s->core_row[i] < s->core_row[best])
            best = i;
        i = lower_bound(s, nextafter(s->core[i], INFINITY));
    }
    for (i = at; i > 0 && (x - s->core[i - 1]) * (x - s->core[i - 1]) == d2;) {
        i = lower_bound(s, s->core[i - 1]);
        if (best == s->n_core || s->core_row[i] < s->core_row[best])
            best = i;
    }
    return best;
}

bool oddi_dbscan_1d_near2(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x, double *d2)
{
    if (!see(s, rule, x))
        return false;
    *d2 = listed_near2(s, x);
    return true;
}

/* The value nearest to x, which is not within eps of any core point, that is. */
static double normal_at(const struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x)
{
    size_t at = lower_bound(s, x);
    struct oddi_dbscan_edge e = {.eps2 = rule->eps2, .row = &x, .d = 1};
    double left = -INFINITY, right = INFINITY;

    if (at > 0) {
        e.core = &s->core[at - 1];
        left = oddi_dbscan_edge(&e, x, *e.core);
    }
    if (at < s->n_core) {
        e.core = &s->core[at];
        right = oddi_dbscan_edge(&e, x, *e.core);
    }
    return x - left <= right - x ? left : right;
}

bool oddi_dbscan_1d_explain(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x,
                            struct oddi_why *why)
{
    double d2;
    size_t nearest;

    if (!oddi_dbscan_1d_near2(s, rule, x, &d2))
        return false;
    nearest = lowest_row(s, x, d2);
    why->nearest = s->core_row[nearest];
    oddi_dbscan_shares(&x, &s->core[nearest], 1, d2, why);
    why->normal_at[0] = d2 <= rule->eps2 ? x : normal_at(s, rule, x);
    return true;
}
