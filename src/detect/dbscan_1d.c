#include "detect/dbscan_1d.h"

#include <math.h>
#include <string.h>

#define NONE UINT32_MAX

/* The sorted values and what is known of each. */
struct sweep {
    const struct oddi_dbscan_rule *rule;
    const double *v;
    const uint32_t *row;
    uint32_t *cluster; /* by position: number in sorted order of a core point's cluster, else NONE */
    uint32_t *first;   /* by cluster in sorted order: its lowest core row, later its label */
    uint32_t *name;    /* by row: the cluster whose lowest core row this is, else NONE */
    size_t n, n_clusters;
};

static inline bool near(const struct oddi_dbscan_rule *rule, double a, double b)
{
    return (b - a) * (b - a) <= rule->eps2;
}

/* Finds the core points and their clusters, in sorted order. */
static void find_clusters(struct sweep *s)
{
    size_t lo = 0, hi = 0;
    double last = 0; /* the core point before */

    for (size_t i = 0; i < s->n; i++) {
        double x = s->v[i];

        while (!near(s->rule, s->v[lo], x))
            lo++;
        while (hi < s->n && near(s->rule, x, s->v[hi]))
            hi++;
        s->cluster[i] = NONE;
        if (hi - lo < s->rule->min_samples)
            continue;
        if (s->n_clusters == 0 || !near(s->rule, last, x))
            s->first[s->n_clusters++] = s->row[i];
        last = x;
        s->cluster[i] = (uint32_t)s->n_clusters - 1;
        if (s->row[i] < s->first[s->n_clusters - 1])
            s->first[s->n_clusters - 1] = s->row[i];
    }
}

/* Turns `first` into labels: clusters are numbered by their lowest core row. */
static void number_clusters(struct sweep *s)
{
    uint32_t label = 0;

    if (s->n_clusters == 1) {
        s->first[0] = 0;
        return;
    }
    memset(s->name, 0xff, s->n * sizeof *s->name);
    for (size_t c = 0; c < s->n_clusters; c++)
        s->name[s->first[c]] = (uint32_t)c;
    for (size_t i = 0; i < s->n; i++) {
        if (s->name[i] != NONE)
            s->first[s->name[i]] = label++;
    }
}

/* Judges a point that is not core, between the core points at positions `left` and `right` (NONE: there is none). */
static void judge_other(const struct sweep *s, size_t i, uint32_t left, uint32_t right,
                        struct oddi_judged *out)
{
    double d2 = INFINITY;
    uint32_t label = NONE;

    for (int side = 0; side < 2; side++) {
        uint32_t core = side ? right : left;
        double t;

        if (core == NONE)
            continue;
        t = s->v[i] - s->v[core];
        d2 = t * t < d2 ? t * t : d2;
        if (t * t <= s->rule->eps2 && s->first[s->cluster[core]] < label)
            label = s->first[s->cluster[core]];
    }
    out->n_noise += label == NONE;
    if (out->label)
        out->label[s->row[i]] = label == NONE ? -1 : (int32_t)label;
    if (out->score)
        out->score[s->row[i]] = oddi_dbscan_score(s->rule, d2);
}

static void judge_core(const struct sweep *s, size_t i, struct oddi_judged *out)
{
    if (out->label)
        out->label[s->row[i]] = (int32_t)s->first[s->cluster[i]];
    if (out->score)
        out->score[s->row[i]] = 0;
}

static void judge(const struct sweep *s, struct oddi_judged *out)
{
    uint32_t left = NONE;

    out->n_clusters = s->n_clusters;
    out->n_noise = 0;
    for (size_t i = 0; i < s->n;) {
        size_t end = i;

        while (end < s->n && s->cluster[end] == NONE)
            end++;
        for (; i < end; i++)
            judge_other(s, i, left, end < s->n ? (uint32_t)end : NONE, out);
        if (end == s->n)
            break;
        judge_core(s, i, out);
        left = (uint32_t)i++;
    }
}

/* Keeps the core points alone, in place. */
static void keep_core(struct oddi_dbscan_1d *s, const uint32_t *cluster, size_t n)
{
    s->core = s->value.at;
    s->core_row = s->row.at;
    for (size_t i = 0; i < n; i++) {
        if (cluster[i] == NONE)
            continue;
        s->core[s->n_core] = s->core[i];
        s->core_row[s->n_core++] = s->core_row[i];
    }
}

bool oddi_dbscan_1d_fit(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, const double *x,
                        size_t n, struct oddi_judged *out)
{
    struct sweep w = {.rule = rule, .n = n};

    s->n_core = 0;
    if (!oddi_room(&s->value, n, sizeof(double)) || !oddi_room(&s->row, n, sizeof(uint32_t)) ||
        !oddi_room(&s->mark, n, 3 * sizeof(uint32_t)) ||
        !oddi_sort_rows(&s->sort, x, n, 1, s->value.at, s->row.at))
        return false;
    w.v = s->value.at;
    w.row = s->row.at;
    w.cluster = s->mark.at;
    w.first = w.cluster + n;
    w.name = w.first + n;
    find_clusters(&w);
    if (w.n_clusters == 0) {
        oddi_dbscan_alone(out, n);
        return true;
    }
    number_clusters(&w);
    judge(&w, out);
    keep_core(s, w.cluster, n);
    return true;
}

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

double oddi_dbscan_1d_near2(const struct oddi_dbscan_1d *s, double x)
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

void oddi_dbscan_1d_explain(const struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, double x,
                            struct oddi_why *why)
{
    double d2 = oddi_dbscan_1d_near2(s, x), left, right;
    size_t nearest = lowest_row(s, x, d2), at = lower_bound(s, x);
    struct oddi_dbscan_edge e = {.eps2 = rule->eps2, .row = &x, .d = 1};

    why->nearest = s->core_row[nearest];
    oddi_dbscan_shares(&x, &s->core[nearest], 1, d2, why);
    why->normal_at[0] = x;
    if (d2 <= rule->eps2)
        return;
    left = -INFINITY;
    right = INFINITY;
    if (at > 0) {
        e.core = &s->core[at - 1];
        left = oddi_dbscan_edge(&e, x, *e.core);
    }
    if (at < s->n_core) {
        e.core = &s->core[at];
        right = oddi_dbscan_edge(&e, x, *e.core);
    }
    why->normal_at[0] = x - left <= right - x ? left : right;
}

void oddi_dbscan_1d_free(struct oddi_dbscan_1d *s)
{
    oddi_sort_free(&s->sort);
    oddi_room_free(&s->value);
    oddi_room_free(&s->row);
    oddi_room_free(&s->mark);
    *s = (struct oddi_dbscan_1d){0};
}
