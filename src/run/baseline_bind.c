#include "run/baseline_bind.h"

#include <string.h>

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

static enum odd_status bind(struct oddi_bound_plan *out, const struct oddi_base_plan *p, const char *path,
                            struct odd_error *err)
{
    if (!out->plan.entities)
        return oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                            "holds a plan of flows, not of entities");
    ODDI_TRY(oddi_plan_bind_by(&out->plan, err));
    ODDI_TRY(check_features(p, out->plan.d, path, err));
    return check_memory(p, out->plan.by, path, err);
}

enum odd_status oddi_bound_plan_make(const struct oddi_base_plan *p, const char *path,
                                     struct oddi_bound_plan *out, struct odd_error *err)
{
    odd_options *none = NULL;
    enum odd_status status = odd_options_new("detect", &none, err);

    memset(out, 0, sizeof *out);
    if (status == ODD_OK)
        status = oddi_plan_options_make(p, none, path, &out->options, err);
    if (status == ODD_OK)
        status = oddi_plan_init(&out->plan, out->options, err);
    if (status == ODD_OK)
        status = bind(out, p, path, err);
    odd_options_free(none);
    if (status != ODD_OK)
        oddi_bound_plan_clear(out);
    return status;
}

void oddi_bound_plan_clear(struct oddi_bound_plan *b)
{
    oddi_plan_clear(&b->plan);
    odd_options_free(b->options);
    memset(b, 0, sizeof *b);
}
