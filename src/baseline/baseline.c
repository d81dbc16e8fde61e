#include "baseline/baseline.h"

#include <string.h>

#include "base/mem.h"

void oddi_base_plan_clear(struct oddi_base_plan *p)
{
    for (size_t i = 0; p->options && i < p->n_options; i++) {
        free(p->options[i].name);
        free(p->options[i].value);
    }
    free(p->options);
    free(p->name);
    if (p->model)
        oddi_models_clear(p->model, p->tree.n_models);
    free(p->model);
    if (p->blind)
        oddi_models_clear(p->blind, p->tree.n_models);
    free(p->blind);
    oddi_base_memory_clear(&p->memory);
    oddi_scope_tree_clear(&p->tree);
    free(p->x);
    free(p->key);
    memset(p, 0, sizeof *p);
}

void oddi_baseline_clear(struct oddi_baseline *b)
{
    for (size_t i = 0; b->plans && i < b->n_plans; i++)
        oddi_base_plan_clear(&b->plans[i]);
    for (size_t i = 0; b->inputs && i < b->n_inputs; i++)
        free(b->inputs[i].name);
    oddi_day_stage_clear(&b->stage);
    free(b->plans);
    free(b->inputs);
    free(b->program);
    free(b->command);
    memset(b, 0, sizeof *b);
}

const struct oddi_model *oddi_base_models(const struct oddi_base_plan *p, const struct oddi_row_key *key)
{
    return p->blind && (!key->known || p->model[0].cal.n_kept == 0) ? p->blind : p->model;
}

void oddi_base_judge(const struct oddi_base_plan *p, double kappa, const struct oddi_row_key *key,
                     const double *x, struct oddi_judgement *out)
{
    oddi_models_judge(oddi_base_models(p, key), &p->tree, p->d, kappa, key, x, out);
}

const char *oddi_base_option(const struct oddi_base_plan *p, const char *name)
{
    for (size_t i = 0; i < p->n_options; i++)
        if (strcmp(p->options[i].name, name) == 0)
            return p->options[i].value;
    return NULL;
}
