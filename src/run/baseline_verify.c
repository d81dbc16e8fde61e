/* odd_baseline_verify: whether this oddflow can judge by a baseline file. */
#include "run/baseline_load.h"

#include <string.h>

#include "base/json.h"
#include "run/accepted.h"
#include "run/baseline_bind.h"

static enum odd_status check_plan(const struct oddi_base_plan *p, const char *path, struct odd_error *err)
{
    struct oddi_bound_plan bound;

    ODDI_TRY(oddi_bound_plan_make(p, path, &bound, err));
    oddi_bound_plan_clear(&bound);
    return ODD_OK;
}

static void say(struct oddi_buf *out, const struct oddi_baseline *b, const char *path)
{
    size_t scopes = 0;

    for (size_t i = 0; i < b->n_plans; i++)
        scopes += b->plans[i].tree.n_models > 1 ? b->plans[i].tree.n_models - 1 : 1;
    oddi_terminal_escape(out, path, strlen(path));
    oddi_buf_printf(out, ": sound: format %u, %zu plan%s, %zu scope%s", b->file_version, b->n_plans,
                    b->n_plans == 1 ? "" : "s", scopes, scopes == 1 ? "" : "s");
    if (b->n_accepted > 0)
        oddi_buf_printf(out, ", %zu accepted", b->n_accepted);
    oddi_buf_char(out, '\n');
}

static enum odd_status verify(const struct oddi_baseline *b, const char *path, struct oddi_buf *out,
                              struct odd_error *err)
{
    for (size_t i = 0; i < b->n_plans; i++)
        ODDI_TRY(check_plan(&b->plans[i], path, err));
    ODDI_TRY(oddi_accepted_sound(b->accepted, b->n_accepted, path, err));
    say(out, b, path);
    return oddi_buf_ok(out) ? ODD_OK : oddi_fail_memory(err);
}

enum odd_status odd_baseline_verify(const char *path, odd_write_fn write, void *ctx, struct odd_error *err)
{
    struct oddi_baseline b;
    struct oddi_buf out;
    enum odd_status status;
    int e;

    ODDI_TRY(oddi_baseline_load(&b, path, err));
    oddi_buf_init(&out, 0);
    status = verify(&b, path, &out, err);
    if (status == ODD_OK && (e = write(ctx, out.data, out.size)) != 0)
        status = oddi_fail_errno(err, NULL, "write the output", e);
    oddi_buf_free(&out);
    oddi_baseline_clear(&b);
    return status;
}
