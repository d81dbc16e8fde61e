#include "detect/nearest.h"

#include <string.h>

struct walk {
    struct oddi_nearest *s;
    const double *q;
    size_t k, count;
    uint32_t self, own;
};

static double worst2(const struct walk *w)
{
    return w->count < w->k ? INFINITY : w->s->found[w->k - 1].d2;
}

static bool before(double d2, uint32_t row, const struct oddi_near *b)
{
    return d2 < b->d2 || (d2 == b->d2 && row < b->row);
}

/* Takes entry i out. */
static void drop(struct walk *w, size_t i)
{
    struct oddi_near *f = w->s->found;

    w->count--;
    memmove(f + i, f + i + 1, (w->count - i) * sizeof *f);
}

/* Where the entity of a row is in the list; count if nowhere. */
static size_t place_of(const struct walk *w, uint32_t entity)
{
    size_t i = 0;

    while (i < w->count && w->s->entity[w->s->found[i].row] != entity)
        i++;
    return i;
}

/* False if the point is too far (or its row too high) to be among the nearest. */
static bool offer(struct walk *w, double d2, uint32_t pos)
{
    struct oddi_near *f = w->s->found;
    uint32_t row = w->s->tree.row[pos];
    size_t i;

    if (w->count == w->k && !before(d2, row, &f[w->k - 1]))
        return false;
    if (row == w->self)
        return true;
    if (w->s->entity) {
        if (w->s->entity[row] == w->own)
            return true;
        i = place_of(w, w->s->entity[row]);
        if (i < w->count) {
            if (!before(d2, row, &f[i]))
                return true;
            drop(w, i);
        }
    }
    w->count -= w->count == w->k;
    for (i = w->count; i > 0 && before(d2, row, &f[i - 1]); i--)
        f[i] = f[i - 1];
    f[i] = (struct oddi_near){.d2 = d2, .row = row, .pos = pos};
    w->count++;
    return true;
}

static void scan(struct walk *w, const struct oddi_kd_node *nd)
{
    double d2[ODDI_KD_CHUNK];

    if (nd->flags & ODDI_KD_POINT) { /* all as far, in the order of rows: the first that is too far ends it */
        oddi_kd_dist2(&w->s->tree, w->q, nd->start, nd->start + 1, d2);
        for (uint32_t pos = nd->start; pos < nd->end; pos++)
            if (!offer(w, d2[0], pos))
                return;
        return;
    }
    for (uint32_t start = nd->start; start < nd->end; start += ODDI_KD_CHUNK) {
        uint32_t n = nd->end - start < ODDI_KD_CHUNK ? nd->end - start : ODDI_KD_CHUNK;
        double worst = worst2(w);

        oddi_kd_dist2(&w->s->tree, w->q, start, start + n, d2);
        for (uint32_t i = 0; i < n; i++) {
            if (d2[i] <= worst && offer(w, d2[i], start + i))
                worst = worst2(w);
        }
    }
}

/* Whether all points of the node belong to an entity that they cannot speak for. */
static bool is_mute(const struct walk *w, uint32_t node, double near2)
{
    uint32_t entity = w->s->tree.node[node].mark;
    size_t i;

    if (!w->s->entity || entity == ODDI_KD_NONE)
        return false;
    if (entity == w->own)
        return true;
    i = place_of(w, entity);
    return i < w->count && w->s->found[i].d2 < near2;
}

static void search(struct walk *w, uint32_t node)
{
    const struct oddi_kd *kd = &w->s->tree;

    while (kd->node[node].child) {
        uint32_t a = kd->node[node].child, b = a + 1;
        double near_a = oddi_kd_near2(w->q, oddi_kd_lo(kd, a), oddi_kd_hi(kd, a), kd->d);
        double near_b = oddi_kd_near2(w->q, oddi_kd_lo(kd, b), oddi_kd_hi(kd, b), kd->d);

        if (near_b < near_a) {
            uint32_t t = a;
            double u = near_a;

            a = b;
            b = t;
            near_a = near_b;
            near_b = u;
        }
        if (near_a <= worst2(w) && !is_mute(w, a, near_a))
            search(w, a);
        if (!(near_b <= worst2(w)) || is_mute(w, b, near_b))
            return;
        node = b;
    }
    scan(w, &kd->node[node]);
}

size_t oddi_nearest_find(struct oddi_nearest *s, const double *q, size_t k, uint32_t self, uint32_t own)
{
    struct walk w = {.s = s, .q = q, .k = k, .self = self, .own = own};

    if (k > 0 && s->tree.n > 0)
        search(&w, 0);
    return w.count;
}

/* ---- Entities --------------------------------------------------------------------------------------- */

/* Of equal points of one entity only the first row can be a neighbour: `seen` is by entity, zero at first. Their number
 * in a leaf is then bounded by that of the entities, so that a search may leave it early. */
static void dedupe(struct oddi_nearest *s, struct oddi_kd_node *nd, uint32_t *seen, uint32_t stamp)
{
    uint32_t *row = s->tree.row, end = nd->start;

    for (uint32_t pos = nd->start; pos < nd->end; pos++) {
        uint32_t *mine = &seen[s->entity[row[pos]]];

        if (*mine != stamp)
            row[end++] = row[pos];
        *mine = stamp;
    }
    nd->end = end;
}

/* Marks the nodes all of whose points are one entity's. */
static void mark_nodes(struct oddi_nearest *s)
{
    for (size_t i = s->tree.n_nodes; i-- > 0;) {
        struct oddi_kd_node *nd = &s->tree.node[i];

        if (nd->child) {
            uint32_t a = s->tree.node[nd->child].mark, b = s->tree.node[nd->child + 1].mark;

            nd->mark = a == b ? a : ODDI_KD_NONE;
            continue;
        }
        nd->mark = s->entity[s->tree.row[nd->start]];
        for (uint32_t pos = nd->start; pos < nd->end; pos++)
            if (s->entity[s->tree.row[pos]] != nd->mark)
                nd->mark = ODDI_KD_NONE;
    }
}

/* Entities are numbered densely enough for a table of them (matrix.h). */
static bool take_entities(struct oddi_nearest *s, const struct oddi_matrix *m)
{
    uint32_t most = 0, stamp = 0, *seen;

    for (size_t i = 0; i < m->n; i++)
        most = m->entity[i] > most ? m->entity[i] : most;
    if (!oddi_room(&s->entity_room, m->n + most + 1, sizeof *s->entity))
        return false;
    s->entity = s->entity_room.at;
    seen = s->entity + m->n;
    memcpy(s->entity, m->entity, m->n * sizeof *s->entity);
    memset(seen, 0, ((size_t)most + 1) * sizeof *seen);
    for (size_t i = 0; i < m->n; i++) {
        s->n_entities += !seen[m->entity[i]];
        seen[m->entity[i]] = 1;
    }
    memset(seen, 0, ((size_t)most + 1) * sizeof *seen);
    for (size_t i = 0; i < s->tree.n_nodes; i++) {
        struct oddi_kd_node *nd = &s->tree.node[i];

        if (!nd->child && (nd->flags & ODDI_KD_POINT))
            dedupe(s, nd, seen, ++stamp);
    }
    mark_nodes(s);
    return true;
}

bool oddi_nearest_build(struct oddi_nearest *s, const struct oddi_matrix *m, size_t k, bool others)
{
    s->entity = NULL;
    s->n_entities = 0;
    if (!oddi_kd_build(&s->tree, m, 0, SIZE_MAX) ||
        !oddi_room(&s->list, k < m->n ? k : m->n, sizeof *s->found) ||
        !oddi_room(&s->order_room, m->n, sizeof *s->order))
        return false;
    s->found = s->list.at;
    s->order = s->order_room.at;
    memcpy(s->order, s->tree.row, m->n * sizeof *s->order);
    return !others || !m->entity || m->n == 0 || take_entities(s, m);
}

void oddi_nearest_free(struct oddi_nearest *s)
{
    oddi_kd_free(&s->tree);
    oddi_room_free(&s->order_room);
    oddi_room_free(&s->entity_room);
    oddi_room_free(&s->list);
    *s = (struct oddi_nearest){0};
}

size_t oddi_nearest_others(const struct oddi_nearest *s)
{
    size_t n = s->entity ? s->n_entities : s->tree.n;

    return n > 0 ? n - 1 : 0;
}

/* Differences are halved so that those of the greatest doubles are finite, and counted in the greatest of them so that
 * their squares are. */
static double half_difference(const struct oddi_nearest *s, const double *q, uint32_t pos, size_t j)
{
    return q[j] / 2 - s->tree.col[j * s->tree.stride + pos] / 2;
}

void oddi_nearest_parts(const struct oddi_nearest *s, const double *q, uint32_t pos, double weight,
                        double *share)
{
    double most = 0, sum = 0;

    for (size_t j = 0; j < s->tree.d; j++)
        most = fmax(most, fabs(half_difference(s, q, pos, j)));
    if (!(most > 0))
        return;
    for (size_t j = 0; j < s->tree.d; j++) {
        double t = half_difference(s, q, pos, j) / most;

        sum += t * t;
    }
    for (size_t j = 0; j < s->tree.d; j++) {
        double t = half_difference(s, q, pos, j) / most;

        share[j] += weight * (t * t / sum);
    }
}

void oddi_nearest_whole(double *share, size_t d)
{
    double total = 0;

    for (size_t j = 0; j < d; j++)
        total += share[j];
    for (size_t j = 0; j < d; j++)
        share[j] = total > 0 ? share[j] / total : 1 / (double)d;
}

uint32_t oddi_nearest_self(const struct oddi_matrix *z, size_t i)
{
    return z->self ? z->self[i] : ODDI_KD_NONE;
}

uint32_t oddi_nearest_own(const struct oddi_nearest *s, const struct oddi_matrix *z, size_t i)
{
    if (!s->entity)
        return ODDI_KD_NONE;
    if (z->self && z->self[i] < s->tree.n)
        return s->entity[z->self[i]];
    return z->entity ? z->entity[i] : ODDI_KD_NONE;
}
