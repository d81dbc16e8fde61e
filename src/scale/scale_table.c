#include "scale/scale.h"

#include <string.h>

extern const struct oddi_scaler oddi_scaler_minmax, oddi_scaler_none, oddi_scaler_robust,
    oddi_scaler_standard;

/* Sorted by name. A new scaler is one file and one line here. */
static const struct oddi_scaler *const table[] = {
    &oddi_scaler_minmax,
    &oddi_scaler_none,
    &oddi_scaler_robust,
    &oddi_scaler_standard,
};

const struct oddi_scaler *oddi_scaler_at(size_t i)
{
    return i < sizeof table / sizeof *table ? table[i] : NULL;
}

const struct oddi_scaler *oddi_scaler_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}
