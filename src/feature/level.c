#include "feature/level.h"

#include <math.h>

#include "feature/group.h"

#define LEFT_OUT UINT32_MAX
#define FEW      12

struct builder {
    const struct oddi_groups *outer;
    const uint64_t *key;
    const uint8_t *where;
    struct oddi_feature_scratch *scratch;
    uint32_t *off, *row, *id, *count; /* id: per member of the outer group at hand */
    uint32_t n_inner, n_rows;
};

/* Numbers few keys by comparing them with those before. Returns how many different ones there are. */
static uint32_t number_few(struct builder *b, uint32_t from, uint32_t to)
{
    uint64_t seen[FEW];
    uint32_t n = 0;

    for (uint32_t i = from; i < to; i++) {
        uint32_t r = oddi_member(b->outer, i), k = 0;

        b->id[i - from] = LEFT_OUT;
        if (b->key[r] == 0 || !oddi_counts(b->where, r))
            continue;
        while (k < n && seen[k] != b->key[r])
            k++;
        if (k == n) {
            seen[n] = b->key[r];
            b->count[n++] = 0;
        }
        b->count[k]++;
        b->id[i - from] = k;
    }
    return n;
}

static bool number_many(struct builder *b, uint32_t from, uint32_t to, uint32_t *n)
{
    struct oddi_numbering t;

    if (!oddi_numbering_begin(&t, b->scratch, to - from))
        return false;
    for (uint32_t i = from; i < to; i++) {
        uint32_t r = oddi_member(b->outer, i), before = t.n, k;

        b->id[i - from] = LEFT_OUT;
        if (b->key[r] == 0 || !oddi_counts(b->where, r))
            continue;
        k = oddi_number_key(&t, b->key[r]);
        b->count[k] = k == before ? 1 : b->count[k] + 1;
        b->id[i - from] = k;
    }
    *n = t.n;
    return true;
}

/* Puts the members of one outer group in order of their numbers, each number's in the order they were. */
static void place(struct builder *b, uint32_t from, uint32_t to, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t count = b->count[k];

        b->off[b->n_inner + k] = b->count[k] = b->n_rows;
        b->n_rows += count;
    }
    for (uint32_t i = from; i < to; i++)
        if (b->id[i - from] != LEFT_OUT)
            b->row[b->count[b->id[i - from]]++] = oddi_member(b->outer, i);
    b->n_inner += n;
}

static uint32_t largest(const struct oddi_groups *g)
{
    uint32_t most = 0;

    for (size_t i = 0; i < g->n; i++)
        most = g->off[i + 1] - g->off[i] > most ? g->off[i + 1] - g->off[i] : most;
    return most;
}

bool oddi_level_build(struct oddi_level *l, const struct oddi_groups *outer, const uint64_t *key,
                      const uint8_t *where, struct oddi_feature_scratch *scratch)
{
    size_t members = outer->n ? outer->off[outer->n] - outer->off[0] : 0, most = largest(outer);
    struct builder b = {.outer = outer, .key = key, .where = where, .scratch = scratch};
    uint32_t *first;

    if (!oddi_room(&l->off, members + 1, sizeof *b.off) || !oddi_room(&l->row, members, sizeof *b.row) ||
        !oddi_room(&l->outer_room, outer->n + 1, sizeof *first) ||
        !oddi_room(&scratch->values, most, sizeof *b.id) ||
        !oddi_room(&scratch->counts, most, sizeof *b.count))
        return false;
    b.off = l->off.at;
    b.row = l->row.at;
    b.id = scratch->values.at;
    b.count = scratch->counts.at;
    first = l->outer_room.at;
    for (size_t g = 0; g < outer->n; g++) {
        uint32_t from = outer->off[g], to = outer->off[g + 1], n;

        first[g] = b.n_inner;
        if (to - from <= FEW)
            n = number_few(&b, from, to);
        else if (!number_many(&b, from, to, &n))
            return false;
        place(&b, from, to, n);
    }
    first[outer->n] = b.n_inner;
    b.off[b.n_inner] = b.n_rows;
    l->groups = (struct oddi_groups){b.n_inner, b.off, b.row};
    l->outer = first;
    return true;
}

void oddi_level_free(struct oddi_level *l)
{
    oddi_room_free(&l->off);
    oddi_room_free(&l->row);
    oddi_room_free(&l->outer_room);
}

bool oddi_users(const struct oddi_groups *groups, size_t n_rows, const uint64_t *key, double *out,
                struct oddi_feature_scratch *scratch)
{
    struct oddi_numbering t;
    uint32_t *id, *users; /* users[2k]: count of key k; users[2k + 1]: 1 + the last group that showed it */

    if (!oddi_numbering_begin(&t, scratch, n_rows) || !oddi_room(&scratch->values, n_rows, sizeof *id) ||
        !oddi_room(&scratch->counts, 2 * n_rows, sizeof *users))
        return false;
    id = scratch->values.at;
    users = scratch->counts.at;
    for (size_t r = 0; r < n_rows; r++)
        id[r] = LEFT_OUT;
    for (size_t g = 0; g < groups->n; g++)
        for (uint32_t i = groups->off[g]; i < groups->off[g + 1]; i++) {
            uint32_t r = oddi_member(groups, i), before = t.n, k;

            if (key[r] == 0)
                continue;
            k = id[r] = oddi_number_key(&t, key[r]);
            if (k == before)
                users[2 * (size_t)k] = users[2 * (size_t)k + 1] = 0;
            users[2 * (size_t)k] += users[2 * (size_t)k + 1] != g + 1;
            users[2 * (size_t)k + 1] = (uint32_t)g + 1;
        }
    for (size_t r = 0; r < n_rows; r++)
        out[r] = id[r] == LEFT_OUT ? NAN : users[2 * (size_t)id[r]];
    return true;
}
