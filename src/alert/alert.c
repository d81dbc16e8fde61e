#include "alert/alert.h"

#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "base/rng.h"

struct oddi_alerts {
    struct oddi_alerts_options options;
    struct oddi_alert *open; /* with those that are done and wait to be handed out */
    size_t n, cap;
    struct oddi_ids ids; /* of (preset, key) */
    uint32_t *latest;    /* by id: the entity's alert in `open` */
    size_t cap_latest;
    struct oddi_alert *closed; /* scratch */
    size_t n_closed, cap_closed;
    uint64_t refused, opened;
};

/* ---- Ids ------------------------------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv): the same on every machine. */
static uint64_t fnv(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * 0x100000001b3u;
    return hash;
}

static uint64_t hash_entity(const char *preset, const char *key, size_t key_size)
{
    /* With the NUL, so that ("a", "bc") is not ("ab", "c"). */
    return fnv(fnv(0xcbf29ce484222325u, preset, strlen(preset) + 1), key, key_size);
}

uint64_t oddi_alert_id(const char *preset, const char *key, size_t key_size, int64_t start)
{
    uint64_t hash = hash_entity(preset, key, key_size), ts = (uint64_t)start;
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(ts >> (8 * i));
    hash = fnv(hash, bytes, sizeof bytes);
    return oddi_splitmix64(&hash);
}

/* ---- One alert ------------------------------------------------------------------------------------------------ */

static void clear_alert(struct oddi_alert *x)
{
    free(x->key);
    free(x->reasons);
    free(x->sentence);
    free(x->command);
    free(x->values);
}

/* A copy of n elements; NULL and true for none. */
static bool copy_array(const void *from, size_t n, size_t size, void *out_pointer)
{
    void *copy = NULL;

    if (from && n > 0) {
        copy = oddi_malloc_array(n, size);
        if (!copy)
            return false;
        memcpy(copy, from, n * size);
    }
    memcpy(out_pointer, &copy, sizeof copy);
    return true;
}

/* The row becomes the alert's peak; false, and nothing changed, when memory ends. */
static bool set_peak(struct oddi_alert *x, const struct oddi_alert_row *row, size_t n_features)
{
    struct oddi_reason *reasons = NULL;
    char *sentence = NULL, *command = NULL;

    if (!copy_array(row->reasons, n_features, sizeof *reasons, &reasons) ||
        !copy_array(row->sentence, row->sentence_size, 1, &sentence) ||
        !copy_array(row->command, row->command_size, 1, &command)) {
        free(reasons);
        free(sentence);
        return false;
    }
    free(x->reasons);
    free(x->sentence);
    free(x->command);
    x->reasons = reasons;
    x->sentence = sentence;
    x->sentence_size = sentence ? row->sentence_size : 0;
    x->command = command;
    x->command_size = command ? row->command_size : 0;
    x->score = row->score;
    x->peak_start = row->start;
    x->peak_end = row->end;
    return true;
}

/* The values of the keys as one block; NULL and true for none. */
static bool join_values(const char *const *values, size_t n, char **out)
{
    size_t size = 0;
    char *to;

    *out = NULL;
    if (!values || n == 0)
        return true;
    for (size_t k = 0; k < n; k++)
        size += strlen(values[k]) + 1;
    *out = to = oddi_malloc_array(size, 1);
    for (size_t k = 0; to && k < n; k++) {
        size = strlen(values[k]) + 1;
        memcpy(to, values[k], size);
        to += size;
    }
    return *out != NULL;
}

/* Whether a window that starts at `start` goes on with the alert. */
static bool goes_on(const struct oddi_alert *x, uint64_t gap, int64_t start)
{
    uint64_t width = (uint64_t)x->end - (uint64_t)x->last_start, most;

    if (start <= x->end || __builtin_mul_overflow(gap, width, &most))
        return true;
    return (uint64_t)start - (uint64_t)x->end <= most;
}

static bool is_odder(double score, double than)
{
    return score > than || (than != than && score == score);
}

static bool join(struct oddi_alert *x, const struct oddi_alert_row *row, size_t n_features)
{
    if (is_odder(row->score, x->score) && !set_peak(x, row, n_features))
        return false;
    x->rows++;
    x->windows += row->start != x->last_start;
    x->last_start = row->start;
    if (row->end > x->end)
        x->end = row->end;
    return true;
}

/* ---- Open alerts ------------------------------------------------------------------------------------------------- */

enum odd_status oddi_alerts_new(const struct oddi_alerts_options *options, struct oddi_alerts **out,
                                struct odd_error *err)
{
    struct oddi_alerts *a = oddi_calloc_array(1, sizeof *a);

    if (!a)
        return oddi_fail_memory(err);
    a->options = *options;
    *out = a;
    return ODD_OK;
}

void oddi_alerts_free(struct oddi_alerts *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->n; i++)
        clear_alert(&a->open[i]);
    free(a->open);
    free(a->closed);
    free(a->latest);
    oddi_ids_free(&a->ids);
    free(a);
}

static bool is_about(const struct oddi_alert *x, size_t preset, const char *key, size_t key_size)
{
    return x->preset == preset && x->key_size == key_size && memcmp(x->key, key, key_size) == 0;
}

/* The number of an entity, or ODDI_NO_ID and the hash to number it by; entities whose hashes are equal are told apart by
 * their keys. */
static uint32_t find_entity(const struct oddi_alerts *a, size_t preset, const char *key, size_t key_size,
                            uint64_t *hash)
{
    uint32_t id;

    *hash = hash_entity(a->options.presets[preset].name, key, key_size);
    while ((id = oddi_ids_find(&a->ids, *hash)) != ODDI_NO_ID &&
           !is_about(&a->open[a->latest[id]], preset, key, key_size))
        ++*hash;
    return id;
}

static bool new_alert(struct oddi_alerts *a, const struct oddi_alert_row *row, size_t key_size,
                      struct oddi_alert *out)
{
    const struct oddi_alert_preset *preset = &a->options.presets[row->preset];

    *out = (struct oddi_alert){.id = oddi_alert_id(preset->name, row->key, key_size, row->start),
                               .preset = row->preset,
                               .preset_name = preset->name,
                               .key_size = key_size,
                               .start = row->start,
                               .end = row->end,
                               .last_start = row->start,
                               .rows = 1,
                               .windows = 1};
    out->key = oddi_malloc_array(key_size, 1);
    if (!out->key)
        return false;
    if (key_size)
        memcpy(out->key, row->key, key_size);
    if (join_values(row->values, preset->n_keys, &out->values) && set_peak(out, row, preset->n_features))
        return true;
    clear_alert(out);
    return false;
}

/* Opens an alert in place of the entity's last one, if it has a number. */
static bool open_alert(struct oddi_alerts *a, const struct oddi_alert_row *row, size_t key_size, uint32_t id,
                       uint64_t hash)
{
    if (!oddi_grow(&a->open, &a->cap, a->n + 1, sizeof *a->open) ||
        !oddi_grow(&a->latest, &a->cap_latest, a->ids.n + 1, sizeof *a->latest) ||
        !new_alert(a, row, key_size, &a->open[a->n]))
        return false;
    if (id != ODDI_NO_ID) {
        a->open[a->latest[id]].done = true;
    } else if (!oddi_ids_add(&a->ids, hash, &id)) {
        clear_alert(&a->open[a->n]);
        return false;
    }
    a->latest[id] = (uint32_t)a->n++;
    a->opened++;
    return true;
}

enum odd_status oddi_alerts_add(struct oddi_alerts *a, const struct oddi_alert_row *row,
                                struct odd_error *err)
{
    size_t key_size = row->key_size < ODDI_ALERT_KEY_MAX ? row->key_size : ODDI_ALERT_KEY_MAX;
    uint64_t hash;
    uint32_t id = find_entity(a, row->preset, row->key, key_size, &hash);
    bool ok = true;

    if (id != ODDI_NO_ID && goes_on(&a->open[a->latest[id]], a->options.gap, row->start))
        ok = join(&a->open[a->latest[id]], row, a->options.presets[row->preset].n_features);
    else if (a->n < a->options.max_open)
        ok = open_alert(a, row, key_size, id, hash);
    else
        a->refused++;
    return ok ? ODD_OK : oddi_fail_memory(err);
}

/* ---- Closing ------------------------------------------------------------------------------------------------------ */

static int compare_keys(const struct oddi_alert *x, const struct oddi_alert *y)
{
    size_t n = x->key_size < y->key_size ? x->key_size : y->key_size;
    int c = n ? memcmp(x->key, y->key, n) : 0;

    return c ? c : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

static int by_start(const void *a, const void *b)
{
    const struct oddi_alert *x = a, *y = b;
    int c;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    c = strcmp(x->preset_name, y->preset_name);
    return c ? c : compare_keys(x, y);
}

/* Numbers the open alerts afresh: some entities have gone. Needs no memory that is not there. */
static enum odd_status number_open(struct oddi_alerts *a, struct odd_error *err)
{
    oddi_ids_clear(&a->ids);
    for (size_t i = 0; i < a->n; i++) {
        const struct oddi_alert *x = &a->open[i];
        uint64_t hash;
        uint32_t id = find_entity(a, x->preset, x->key, x->key_size, &hash);

        if (id == ODDI_NO_ID && !oddi_ids_add(&a->ids, hash, &id))
            return oddi_fail_memory(err);
        a->latest[id] = (uint32_t)i;
    }
    return ODD_OK;
}

/* Moves the alerts that are done from `open` to `closed`. */
static enum odd_status move_done(struct oddi_alerts *a, struct odd_error *err)
{
    size_t kept = 0;

    if (!oddi_grow(&a->closed, &a->cap_closed, a->n, sizeof *a->closed))
        return oddi_fail_memory(err);
    for (size_t i = 0; i < a->n; i++) {
        if (a->open[i].done)
            a->closed[a->n_closed++] = a->open[i];
        else
            a->open[kept++] = a->open[i];
    }
    a->n = kept;
    return a->n_closed ? number_open(a, err) : ODD_OK;
}

static enum odd_status hand_out(struct oddi_alerts *a, oddi_alert_fn fn, void *ctx, struct odd_error *err)
{
    enum odd_status status = move_done(a, err);

    if (a->n_closed > 1)
        qsort(a->closed, a->n_closed, sizeof *a->closed, by_start);
    for (size_t i = 0; i < a->n_closed; i++) {
        if (status == ODD_OK)
            status = fn(ctx, &a->closed[i], err);
        clear_alert(&a->closed[i]);
    }
    a->n_closed = 0;
    return status;
}

enum odd_status oddi_alerts_advance(struct oddi_alerts *a, size_t preset, int64_t start, oddi_alert_fn fn,
                                    void *ctx, struct odd_error *err)
{
    bool any = false;

    for (size_t i = 0; i < a->n; i++) {
        struct oddi_alert *x = &a->open[i];

        x->done = x->done || (x->preset == preset && !goes_on(x, a->options.gap, start));
        any = any || x->done;
    }
    return any ? hand_out(a, fn, ctx, err) : ODD_OK;
}

enum odd_status oddi_alerts_flush(struct oddi_alerts *a, oddi_alert_fn fn, void *ctx, struct odd_error *err)
{
    for (size_t i = 0; i < a->n; i++)
        a->open[i].done = true;
    return hand_out(a, fn, ctx, err);
}

uint64_t oddi_alerts_refused(const struct oddi_alerts *a)
{
    return a->refused;
}

uint64_t oddi_alerts_opened(const struct oddi_alerts *a)
{
    return a->opened;
}
