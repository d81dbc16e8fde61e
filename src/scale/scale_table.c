#include "scale/scale.h"

#include <string.h>

/* A new scaler is one file and one line here. */
#define SCALERS(X)                                                                                           \
    X(minmax)                                                                                                \
    X(none)                                                                                                  \
    X(robust)                                                                                                \
    X(standard)                                                                                              \
    /* sorted by name */

#define DECLARE(name) extern const struct oddi_scaler oddi_scaler_##name;
#define POINTER(name) &oddi_scaler_##name,
SCALERS(DECLARE)
static const struct oddi_scaler *const table[] = {SCALERS(POINTER)};

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
