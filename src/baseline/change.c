#include "baseline/change.h"

#include <string.h>

#include "base/mem.h"

/* ---- Looking up -------------------------------------------------------------------------------------------------------- */

struct oddi_accepted *oddi_base_accepted(const struct oddi_baseline *b, uint32_t id)
{
    for (size_t i = 0; i < b->n_accepted; i++)
        if (b->accepted[i].id == id)
            return &b->accepted[i];
    return NULL;
}

struct oddi_change *oddi_base_change(const struct oddi_baseline *b, uint32_t number)
{
    for (size_t i = 0; i < b->n_changes; i++)
        if (b->changes[i].number == number)
            return &b->changes[i];
    return NULL;
}

/* ---- The log ----------------------------------------------------------------------------------------------------------- */

static char *copy(const char *text)
{
    return strdup(text ? text : "");
}

static uint32_t next_number(const struct oddi_baseline *b)
{
    return b->n_changes ? b->changes[b->n_changes - 1].number + 1 : 1;
}

/* Room for one change more, the oldest gone if there are too many. */
static bool make_room(struct oddi_baseline *b)
{
    struct oddi_change *more;

    if (b->n_changes < ODDI_BASE_MAX_CHANGES) {
        more = oddi_realloc_array(b->changes, b->n_changes + 1, sizeof *more);
        if (!more)
            return false;
        b->changes = more;
        return true;
    }
    oddi_change_clear(&b->changes[0]);
    memmove(b->changes, b->changes + 1, --b->n_changes * sizeof *b->changes);
    return true;
}

/* Fills *out, which holds nothing yet. */
static enum odd_status make_change(const struct oddi_baseline *b, const struct oddi_change_note *note,
                                   enum oddi_undo undo, uint32_t id, struct oddi_change *out,
                                   struct odd_error *err)
{
    *out = (struct oddi_change){.when = note->when,
                                .command = copy(note->command),
                                .what = copy(note->what),
                                .owner = copy(note->owner),
                                .reason = copy(note->reason),
                                .undo = undo,
                                .id = id,
                                .before_crc = b->file_crc,
                                .before_size = b->file_size};
    if (out->command && out->what && out->owner && out->reason)
        return ODD_OK;
    oddi_change_clear(out);
    return oddi_fail_memory(err);
}

/* Appends *c, for which there is room. */
static void append(struct oddi_baseline *b, struct oddi_change *c)
{
    c->number = next_number(b);
    b->changes[b->n_changes++] = *c;
}

/* A change to be filled in and appended, and room for it. */
static enum odd_status begin(struct oddi_baseline *b, const struct oddi_change_note *note,
                             enum oddi_undo undo, uint32_t id, struct oddi_change *out, struct odd_error *err)
{
    ODDI_TRY(make_change(b, note, undo, id, out, err));
    if (make_room(b))
        return ODD_OK;
    oddi_change_clear(out);
    return oddi_fail_memory(err);
}

enum odd_status oddi_base_log(struct oddi_baseline *b, const struct oddi_change_note *note,
                              struct odd_error *err)
{
    struct oddi_change c;

    ODDI_TRY(begin(b, note, ODDI_UNDO_FILE, 0, &c, err));
    append(b, &c);
    return ODD_OK;
}

/* ---- Scopes ------------------------------------------------------------------------------------------------------------- */

/* Puts *a among the others by its id. */
static enum odd_status insert(struct oddi_baseline *b, const struct oddi_accepted *a, struct odd_error *err)
{
    struct oddi_accepted *more;
    size_t at = b->n_accepted;

    if (b->n_accepted >= ODDI_BASE_MAX_ACCEPTED)
        return oddi_fail(err, ODD_ERR_LIMIT, "the baseline holds %zu scopes, which is as many as one may",
                         b->n_accepted);
    more = oddi_realloc_array(b->accepted, b->n_accepted + 1, sizeof *more);
    if (!more)
        return oddi_fail_memory(err);
    b->accepted = more;
    for (; at > 0 && more[at - 1].id > a->id; at--)
        more[at] = more[at - 1];
    more[at] = *a;
    b->n_accepted++;
    return ODD_OK;
}

enum odd_status oddi_base_accept(struct oddi_baseline *b, struct oddi_accepted *a,
                                 const struct oddi_change_note *note, struct odd_error *err)
{
    struct oddi_change c;
    enum odd_status status;

    if (b->last_id == UINT32_MAX)
        return oddi_fail(err, ODD_ERR_LIMIT, "no number is left for a scope");
    ODDI_TRY(begin(b, note, ODDI_UNDO_REMOVE, b->last_id + 1, &c, err));
    a->id = b->last_id + 1;
    status = insert(b, a, err);
    if (status != ODD_OK) {
        oddi_change_clear(&c);
        return status;
    }
    b->last_id++;
    memset(a, 0, sizeof *a);
    append(b, &c);
    return ODD_OK;
}

static void take_out(struct oddi_baseline *b, struct oddi_accepted *a)
{
    size_t at = (size_t)(a - b->accepted);

    memmove(a, a + 1, (--b->n_accepted - at) * sizeof *a);
}

enum odd_status oddi_base_reject(struct oddi_baseline *b, uint32_t id, const struct oddi_change_note *note,
                                 struct odd_error *err)
{
    struct oddi_accepted *a = oddi_base_accepted(b, id);
    struct oddi_change c;

    if (!a)
        return oddi_fail(err, ODD_ERR_USAGE, "the baseline has no accepted scope %u", id);
    ODDI_TRY(begin(b, note, ODDI_UNDO_RESTORE, id, &c, err));
    c.scope = oddi_malloc_array(1, sizeof *c.scope);
    if (!c.scope) {
        oddi_change_clear(&c);
        return oddi_fail_memory(err);
    }
    *c.scope = *a;
    take_out(b, a);
    append(b, &c);
    return ODD_OK;
}

/* ---- Undoing ------------------------------------------------------------------------------------------------------------- */

static bool fits(const struct oddi_baseline *b, const struct oddi_accepted *a)
{
    for (size_t i = 0; i < a->n_plans; i++) {
        const struct oddi_base_plan *p = oddi_base_find(b->plans, b->n_plans, a->plans[i].name);

        if (!p || p->d != a->plans[i].d)
            return false;
    }
    return true;
}

/* The scope goes back from the log to the others. */
static enum odd_status restore(struct oddi_baseline *b, uint32_t number, const struct oddi_change_note *note,
                               struct odd_error *err)
{
    struct oddi_change *old = oddi_base_change(b, number), c;
    enum odd_status status;

    if (!fits(b, old->scope))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "scope %u cannot come back: the plans that it belongs to are not there any more",
                         old->id);
    if (oddi_base_accepted(b, old->id))
        return oddi_fail(err, ODD_ERR_USAGE, "scope %u is there", old->id);
    status = make_change(b, note, ODDI_UNDO_REMOVE, old->id, &c, err);
    if (status != ODD_OK)
        return status;
    status = insert(b, old->scope, err);
    if (status == ODD_OK) {
        free(old->scope);
        old->scope = NULL;
        old->undo = ODDI_UNDO_NOTHING;
        old->undone_by = next_number(b);
        if (make_room(b)) {
            append(b, &c);
            return ODD_OK;
        }
        status = oddi_fail_memory(err); /* the scope is there, and the baseline is not written */
    }
    oddi_change_clear(&c);
    return status;
}

enum odd_status oddi_base_revert(struct oddi_baseline *b, uint32_t number,
                                 const struct oddi_change_note *note, struct odd_error *err)
{
    struct oddi_change *old = oddi_base_change(b, number);
    uint32_t id = old ? old->id : 0, by = next_number(b);

    if (!old)
        return oddi_fail(err, ODD_ERR_USAGE, "the log has no change %u", number);
    if (old->undone_by)
        return oddi_fail(err, ODD_ERR_USAGE, "change %u was undone by change %u", number, old->undone_by);
    if (old->undo == ODDI_UNDO_RESTORE)
        return restore(b, number, note, err);
    if (old->undo != ODDI_UNDO_REMOVE)
        return oddi_fail(err, ODD_ERR_USAGE, "change %u cannot be undone", number);
    if (!oddi_base_accepted(b, id))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "change %u cannot be undone: scope %u, which it added, was taken out since", number,
                         id);
    ODDI_TRY(oddi_base_reject(b, id, note, err));
    old = oddi_base_change(b, number);
    if (old)
        old->undone_by = by;
    return ODD_OK;
}
