/* odd_baseline_reject, odd_baseline_revert: changes of a baseline file that read no flows. */
#include "oddflow/oddflow.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/input.h"
#include "base/num.h"
#include "base/replace.h"
#include "baseline/change.h"
#include "baseline/file.h"
#include "flow/time.h"
#include "run/baseline_load.h"
#include "run/baseline_save.h"
#include "run/options.h"

/* "3": the number of a scope or a change. */
static bool parse_number(const char *text, uint32_t *out)
{
    uint64_t v;

    if (!oddi_parse_u64(text, strlen(text), &v) || v == 0 || v >= UINT32_MAX)
        return false;
    *out = (uint32_t)v;
    return true;
}

/* ---- Rejecting --------------------------------------------------------------------------------------------------------- */

/* A scope by its number, or by its expression as it was written. */
static enum odd_status find_scope(const struct oddi_baseline *b, const char *path, const char *scope,
                                  uint32_t *id, struct odd_error *err)
{
    for (size_t i = 0; i < b->n_accepted; i++)
        if (strcmp(b->accepted[i].expression, scope) == 0) {
            *id = b->accepted[i].id;
            return ODD_OK;
        }
    if (parse_number(scope, id) && oddi_base_accepted(b, *id))
        return ODD_OK;
    if (b->n_accepted == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "%s has no accepted scope", path);
    return oddi_fail(err, ODD_ERR_USAGE,
                     "%s has no accepted scope '%.100s': 'oddflow baseline scopes %s' lists them", path,
                     scope, path);
}

static enum odd_status reject(struct oddi_baseline *b, const char *path, const char *scope,
                              const odd_options *opt, struct oddi_buf *out, struct odd_error *err)
{
    struct oddi_change_note note = {0};
    struct oddi_buf command;
    enum odd_status status;
    uint32_t id = 0;

    ODDI_TRY(oddi_change_note_fill(opt, &note, err));
    ODDI_TRY(find_scope(b, path, scope, &id, err));
    oddi_buf_printf(out, "rejected scope %u: %s", id, oddi_base_accepted(b, id)->expression);
    oddi_buf_init(&command, 0);
    oddi_buf_printf(&command, "reject %u", id);
    note.command = oddi_buf_cstr(&command);
    note.what = oddi_buf_cstr(out);
    status = oddi_buf_ok(&command) && oddi_buf_ok(out) ? oddi_base_reject(b, id, &note, err)
                                                       : oddi_fail_memory(err);
    oddi_buf_free(&command);
    oddi_buf_char(out, '\n');
    return status;
}

/* Changes a baseline and says into `out` what was done. `which` names the scope or the change, as the user wrote it. */
typedef enum odd_status (*change_fn)(struct oddi_baseline *b, const char *path, const char *which,
                                     const odd_options *opt, struct oddi_buf *out, struct odd_error *err);

static enum odd_status change_file(const char *path, const char *which, const odd_options *opt,
                                   change_fn change, odd_write_fn write, void *ctx, struct odd_error *err)
{
    struct oddi_baseline b;
    struct oddi_buf out;
    enum odd_status status;

    ODDI_TRY(oddi_baseline_load(&b, path, err));
    oddi_buf_init(&out, 0);
    status = change(&b, path, which, opt, &out, err);
    if (status == ODD_OK)
        status = oddi_baseline_save(&b, path, err);
    if (status == ODD_OK)
        status = oddi_baseline_tell(&out, write, ctx, err);
    oddi_buf_free(&out);
    oddi_baseline_clear(&b);
    return status;
}

enum odd_status odd_baseline_reject(const char *path, const char *scope, const odd_options *opt,
                                    odd_write_fn write, void *ctx, struct odd_error *err)
{
    return change_file(path, scope, opt, reject, write, ctx, err);
}

/* ---- Undoing ------------------------------------------------------------------------------------------------------------ */

/* The newest change that was not undone and undoes nothing itself; 0: none. */
static uint32_t last_change(const struct oddi_baseline *b)
{
    for (size_t i = b->n_changes; i-- > 0;) {
        const struct oddi_change *c = &b->changes[i];

        if (!c->undone_by && strncmp(c->command, "baseline revert ", 16) != 0)
            return c->number;
    }
    return 0;
}

/* FILE.prev takes the place of the file, with the log of the file and a line more. */
static enum odd_status from_previous(struct oddi_baseline *b, const char *path, uint32_t number,
                                     const struct oddi_change_note *note, struct odd_error *err)
{
    const struct oddi_change *c = oddi_base_change(b, number);
    struct oddi_baseline old;
    struct oddi_buf name;
    enum odd_status status;

    oddi_buf_init(&name, 0);
    oddi_buf_printf(&name, "%s" ODDI_REPLACED_SUFFIX, path);
    status = oddi_buf_ok(&name) ? oddi_baseline_load(&old, oddi_buf_cstr(&name), err) : oddi_fail_memory(err);
    if (status == ODD_OK && (old.file_crc != c->before_crc || old.file_size != c->before_size)) {
        status = oddi_fail(err, ODD_ERR_USAGE,
                           "change %u cannot be undone: %s is not the file that it was made in", number,
                           oddi_buf_cstr(&name));
        oddi_baseline_clear(&old);
    }
    oddi_buf_free(&name);
    ODDI_TRY(status);
    for (size_t i = 0; i < old.n_changes; i++)
        oddi_change_clear(&old.changes[i]);
    free(old.changes);
    old.changes = b->changes;
    old.n_changes = b->n_changes;
    b->changes = NULL;
    b->n_changes = 0;
    old.last_id = old.last_id > b->last_id ? old.last_id : b->last_id;
    old.file_crc = b->file_crc;
    old.file_size = b->file_size;
    oddi_baseline_clear(b);
    *b = old;
    ODDI_TRY(oddi_base_log(b, note, err));
    oddi_base_change(b, number)->undone_by = b->changes[b->n_changes - 1].number;
    return ODD_OK;
}

static enum odd_status revert_one(struct oddi_baseline *b, const char *path, uint32_t number,
                                  const struct oddi_change_note *note, struct odd_error *err)
{
    const struct oddi_change *c = oddi_base_change(b, number);

    if (c && c->undo == ODDI_UNDO_FILE && !c->undone_by)
        return from_previous(b, path, number, note, err);
    return oddi_base_revert(b, number, note, err);
}

static enum odd_status revert(struct oddi_baseline *b, const char *path, const char *which,
                              const odd_options *opt, struct oddi_buf *out, struct odd_error *err)
{
    struct oddi_change_note note = {0};
    uint32_t number = last_change(b);
    struct oddi_buf command;
    enum odd_status status;

    ODDI_TRY(oddi_change_note_fill(opt, &note, err));
    if (which && !parse_number(which, &number))
        return oddi_fail(err, ODD_ERR_USAGE, "'%.60s' is no number of a change", which);
    if (number == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "%s has no change that could be undone", path);
    if (!oddi_base_change(b, number))
        return oddi_fail(err, ODD_ERR_USAGE, "the log of %s has no change %u", path, number);
    oddi_buf_printf(out, "undid change %u (%s)", number, oddi_base_change(b, number)->what);
    oddi_buf_init(&command, 0);
    oddi_buf_printf(&command, "baseline revert %u", number);
    note.command = oddi_buf_cstr(&command);
    note.what = oddi_buf_cstr(out);
    status = oddi_buf_ok(&command) && oddi_buf_ok(out) ? revert_one(b, path, number, &note, err)
                                                       : oddi_fail_memory(err);
    oddi_buf_free(&command);
    oddi_buf_char(out, '\n');
    return status;
}

enum odd_status odd_baseline_revert(const char *path, const char *number, const odd_options *opt,
                                    odd_write_fn write, void *ctx, struct odd_error *err)
{
    return change_file(path, number, opt, revert, write, ctx, err);
}
