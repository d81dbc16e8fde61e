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
    oddi_scope_dims_free(p->dims);
    free(p->x);
    free(p->key);
    memset(p, 0, sizeof *p);
}

static void clear_plans(struct oddi_base_plan *plans, size_t n)
{
    for (size_t i = 0; plans && i < n; i++)
        oddi_base_plan_clear(&plans[i]);
    free(plans);
}

static void clear_inputs(struct oddi_base_input *inputs, size_t n)
{
    for (size_t i = 0; inputs && i < n; i++)
        free(inputs[i].name);
    free(inputs);
}

void oddi_accepted_clear(struct oddi_accepted *a)
{
    free(a->name);
    free(a->expression);
    free(a->owner);
    free(a->reason);
    free(a->command);
    clear_inputs(a->inputs, a->n_inputs);
    clear_plans(a->plans, a->n_plans);
    memset(a, 0, sizeof *a);
}

void oddi_change_clear(struct oddi_change *c)
{
    free(c->command);
    free(c->what);
    free(c->owner);
    free(c->reason);
    if (c->scope)
        oddi_accepted_clear(c->scope);
    free(c->scope);
    memset(c, 0, sizeof *c);
}

void oddi_baseline_clear(struct oddi_baseline *b)
{
    clear_plans(b->plans, b->n_plans);
    clear_inputs(b->inputs, b->n_inputs);
    oddi_calendar_free(b->calendar);
    oddi_day_stage_clear(&b->stage);
    for (size_t i = 0; b->accepted && i < b->n_accepted; i++)
        oddi_accepted_clear(&b->accepted[i]);
    for (size_t i = 0; b->changes && i < b->n_changes; i++)
        oddi_change_clear(&b->changes[i]);
    free(b->accepted);
    free(b->changes);
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

const struct oddi_base_plan *oddi_base_find(const struct oddi_base_plan *plans, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(plans[i].name, name) == 0)
            return &plans[i];
    return NULL;
}
