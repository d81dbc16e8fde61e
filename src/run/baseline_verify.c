/* odd_baseline_verify: whether this oddflow can judge by a baseline file. */
#include "run/baseline_load.h"

#include <string.h>

#include "base/json.h"
#include "run/accepted.h"
#include "run/plan_options.h"
#include "run/recall.h"

/* Whether the memory that a plan was learnt with is the one that its features ask for. */
static enum odd_status check_memory(const struct oddi_base_plan *p, const struct oddi_by *by,
                                    const char *path, struct odd_error *err)
{
    struct oddi_recall recall;
    enum odd_status status = oddi_recall_init(&recall, by, err);

    if (status == ODD_OK)
        status = oddi_recall_fits(&recall, &p->memory, path, p->name, err);
    oddi_recall_clear(&recall);
    return status;
}

static enum odd_status check_features(const struct oddi_base_plan *p, size_t d, const char *path,
                                      struct odd_error *err)
{
    if (d == p->d)
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                        "holds models of %zu features for a plan that has %zu", p->d, d);
}

static enum odd_status check_plan(const struct oddi_base_plan *p, const odd_options *none, const char *path,
                                  struct odd_error *err)
{
    odd_options *opt = NULL;
    struct oddi_plan plan = {0};
    enum odd_status status = oddi_plan_options_make(p, none, path, &opt, err);

    if (status == ODD_OK)
        status = oddi_plan_init(&plan, opt, err);
    if (status == ODD_OK && !plan.entities)
        status = oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                              "holds a plan of flows, not of entities");
    if (status == ODD_OK)
        status = oddi_plan_bind_by(&plan, err);
    if (status == ODD_OK)
        status = check_features(p, plan.d, path, err);
    if (status == ODD_OK)
        status = check_memory(p, plan.by, path, err);
    oddi_plan_clear(&plan);
    odd_options_free(opt);
    return status;
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
    odd_options *none = NULL;
    enum odd_status status = odd_options_new("detect", &none, err);

    for (size_t i = 0; status == ODD_OK && i < b->n_plans; i++)
        status = check_plan(&b->plans[i], none, path, err);
    odd_options_free(none);
    if (status == ODD_OK)
        status = oddi_accepted_sound(b->accepted, b->n_accepted, path, err);
    if (status == ODD_OK)
        say(out, b, path);
    return status == ODD_OK && !oddi_buf_ok(out) ? oddi_fail_memory(err) : status;
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
