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
    free(b->plans);
    free(b->inputs);
    free(b->program);
    free(b->command);
    memset(b, 0, sizeof *b);
}

const char *oddi_base_option(const struct oddi_base_plan *p, const char *name)
{
    for (size_t i = 0; i < p->n_options; i++)
        if (strcmp(p->options[i].name, name) == 0)
            return p->options[i].value;
    return NULL;
}
