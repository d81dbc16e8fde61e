#include "baseline/scope_dims.h"

#include <stdlib.h>

void oddi_scope_dims_free(struct oddi_scope_dims *dims)
{
    for (size_t i = 0; dims && i < dims->n; i++) {
        struct oddi_scope_dim *d = &dims->dim[i];

        for (size_t v = 0; v < d->n_values; v++)
            free(d->value[v].text);
        free(d->value);
        free(d->name);
        free(d->expression);
    }
    free(dims);
}
