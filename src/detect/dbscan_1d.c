#include "detect/dbscan_1d.h"

#include <math.h>
#include <string.h>

#define NONE UINT32_MAX
#define FEW  12

/* The sorted values and what is known of each. */
struct sweep {
    const struct oddi_dbscan_rule *rule;
    const double *v;
    const uint32_t *row;
    uint32_t *cluster; /* by position: number in sorted order of a core point's cluster, else NONE */
    uint32_t *first;   /* by cluster in sorted order: its lowest core row, later its label */
    uint32_t *name;    /* by row: the cluster whose lowest core row this is, else NONE */
    size_t n, n_rows, n_clusters;
    struct oddi_cells *cells; /* where the points are that are not among the n; NULL: there are none */
};

static inline bool near(const struct oddi_dbscan_rule *rule, double a, double b)
{
    return (b - a) * (b - a) <= rule->eps2;
}

/* Whether a point has min_samples neighbours, from the min_samples - 1 points on either side alone. No branch that
 * depends on the values: in sparse data it would be wrong every other time. */
static inline bool is_core(const struct sweep *s, size_t i, size_t from, size_t to)
{
    size_t count = 0;

    for (size_t k = from; k <= to; k++)
        count += near(s->rule, s->v[i], s->v[k]);
    return count >= s->rule->min_samples;
}

/* Sets cluster[i] to NONE unless the point is core, for few min_samples. */
static void mark_core_few(struct sweep *s)
{
    const size_t m = s->rule->min_samples - 1, n = s->n;

    for (size_t i = 0; i < n; i++) {
        size_t from = i < m ? 0 : i - m, to = n - 1 - i < m ? n - 1 : i + m;

        s->cluster[i] = is_core(s, i, from, to) ? 0 : NONE;
    }
}

static void mark_core_many(struct sweep *s)
{
    size_t lo = 0, hi = 0;

    for (size_t i = 0; i < s->n; i++) {
        while (!near(s->rule, s->v[lo], s->v[i]))
            lo++;
        while (hi < s->n && near(s->rule, s->v[i], s->v[hi]))
            hi++;
        s->cluster[i] = hi - lo >= s->rule->min_samples ? 0 : NONE;
    }
}

/* Finds the core points and their clusters, in sorted order. */
static void find_clusters(struct sweep *s)
{
    double last = 0; /* the core point before */

    if (s->rule->min_samples <= FEW)
        mark_core_few(s);
    else
        mark_core_many(s);
    for (size_t i = 0; i < s->n; i++) {
        double x = s->v[i];

        if (s->cluster[i] == NONE)
            continue;
        if (s->n_clusters == 0 || !near(s->rule, last, x))
            s->first[s->n_clusters++] = s->row[i];
        last = x;
        s->cluster[i] = (uint32_t)s->n_clusters - 1;
        if (s->row[i] < s->first[s->n_clusters - 1])
            s->first[s->n_clusters - 1] = s->row[i];
    }
}

/* Tells the clusters of the rows that the cells hide. The cells are in sorted order too. */
static void see_cells(struct sweep *s)
{
    size_t i = 0;

    for (size_t k = 0; s->cells && k < s->cells->n_cells; k++) {
        struct oddi_cell *cell = &s->cells->cell[k];

        while (s->v[i] < cell->low[0])
            i++;
        cell->cluster = s->cluster[i];
        if (cell->first_row < s->first[cell->cluster])
            s->first[cell->cluster] = cell->first_row;
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
    memset(s->name, 0xff, s->n_rows * sizeof *s->name);
    for (size_t c = 0; c < s->n_clusters; c++)
        s->name[s->first[c]] = (uint32_t)c;
    for (size_t i = 0; i < s->n_rows; i++) {
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

/* The labels of all rows in cells; the others are judged after them. */
static void label_cells(const struct sweep *s, int32_t *label)
{
    const struct oddi_cells *c = s->cells;
    int32_t greatest = 0;

    for (size_t k = 0; k < c->intervals; k++) {
        c->label[k] = c->slot[k] == ODDI_CELLS_NONE ? 0 : (int32_t)s->first[c->cell[c->slot[k]].cluster];
        greatest = c->label[k] > greatest ? c->label[k] : greatest;
    }
    for (size_t i = 0; greatest > 0 && i < c->n; i++)
        label[i] = c->label[c->at[i]];
}

/* What most rows are: core points of cluster 0. Written at the speed of memory, unlike rows in sorted order. */
static void presume(const struct sweep *s, struct oddi_judged *out)
{
    if (out->score)
        memset(out->score, 0, s->n_rows * sizeof *out->score);
    if (!out->label)
        return;
    memset(out->label, 0, s->n_rows * sizeof *out->label);
    if (s->cells)
        label_cells(s, out->label);
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
        for (; i < s->n && s->cluster[i] != NONE; i++) {
            left = (uint32_t)i;
            if (out->label && s->first[s->cluster[i]] > 0)
                out->label[s->row[i]] = (int32_t)s->first[s->cluster[i]];
        }
    }
}

/* Keeps the core points alone, in place. */
static void keep_core(struct oddi_dbscan_1d *s, const uint32_t *cluster, size_t n)
{
    size_t kept = 0;

    s->core = s->value.at;
    s->core_row = s->row.at;
    for (size_t i = 0; i < n; i++) {
        s->core[kept] = s->core[i];
        s->core_row[kept] = s->core_row[i];
        kept += cluster[i] != NONE;
    }
    s->n_core = kept;
}

/* Clusters of the sorted values; out gets the verdicts on their rows. */
static void judge_sorted(struct oddi_dbscan_1d *s, struct sweep *w, struct oddi_judged *out)
{
    find_clusters(w);
    if (w->n_clusters == 0) {
        oddi_dbscan_alone(out, w->n_rows);
        return;
    }
    see_cells(w);
    number_clusters(w);
    presume(w, out);
    judge(w, out);
    keep_core(s, w->cluster, w->n);
}

/* Room for n sorted values, of n_rows rows. */
static bool reserve(struct oddi_dbscan_1d *s, struct sweep *w, size_t n, size_t n_rows)
{
    if (!oddi_room(&s->value, n, sizeof(double)) || !oddi_room(&s->row, n, sizeof(uint32_t)) ||
        !oddi_room(&s->mark, 2 * n + n_rows, sizeof(uint32_t)))
        return false;
    w->v = s->value.at;
    w->row = s->row.at;
    w->cluster = s->mark.at;
    w->first = w->cluster + n;
    w->name = w->first + n;
    w->n = n;
    w->n_rows = n_rows;
    return true;
}

static bool fit_all(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, const double *x, size_t n,
                    struct oddi_judged *out)
{
    struct sweep w = {.rule = rule};

    s->n_core = 0;
    if (!reserve(s, &w, n, n) || !oddi_sort_rows(&s->sort, x, n, 1, s->value.at, s->row.at))
        return false;
    judge_sorted(s, &w, out);
    return true;
}

static bool fit_kept(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, struct oddi_judged *out)
{
    struct oddi_cells *c = &s->cells;
    struct sweep w = {.rule = rule, .cells = c};
    uint32_t *row;

    s->n_core = 0;
    if (!reserve(s, &w, c->n_kept, c->n) ||
        !oddi_sort_rows(&s->sort, c->kept, c->n_kept, 1, s->value.at, s->row.at))
        return false;
    row = s->row.at;
    for (size_t i = 0; i < c->n_kept; i++)
        row[i] = c->kept_row[row[i]];
    judge_sorted(s, &w, out);
    return true;
}

bool oddi_dbscan_1d_fit(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule, const double *x,
                        size_t n, struct oddi_judged *out)
{
    enum oddi_condensed how = oddi_cells_condense(&s->cells, rule, x, n);

    s->n_core = 0;
    s->condensed = how == ODDI_CONDENSED;
    if (how == ODDI_CONDENSED_NO_MEMORY)
        return false;
    return s->condensed ? fit_kept(s, rule, out) : fit_all(s, rule, x, n, out);
}

bool oddi_dbscan_1d_unfold(struct oddi_dbscan_1d *s, const struct oddi_dbscan_rule *rule)
{
    struct oddi_judged out = {0};

    if (!fit_all(s, rule, s->cells.all, s->cells.n, &out))
        return false;
    s->condensed = false;
    return true;
}

void oddi_dbscan_1d_free(struct oddi_dbscan_1d *s)
{
    oddi_cells_free(&s->cells);
    oddi_sort_free(&s->sort);
    oddi_room_free(&s->value);
    oddi_room_free(&s->row);
    oddi_room_free(&s->mark);
    *s = (struct oddi_dbscan_1d){0};
}
